//! A project in a temporary folder, and its evaluation.

use serde_json::{Value, json};
use stacktape_sandbox::{Options, Problem, Sandbox};
use std::path::{Path, PathBuf};

/// A folder `project` with files, and room beside it for what must not be reached.
pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub options: Options,
}

#[allow(dead_code)]
impl Fixture {
    /// A project with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap(), options: Options::default() };
        std::fs::create_dir_all(fixture.root()).unwrap();
        files.iter().for_each(|(path, text)| fixture.write(path, text));
        fixture
    }

    /// The folder of the project.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// Writes a file of the project, or one beside it (`../name`).
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A sandbox whose config is in a folder of the project.
    pub fn sandbox(&self, folder: &str) -> Sandbox {
        Sandbox::new(&self.root().join(folder), &self.root(), self.options.clone()).unwrap()
    }

    /// Evaluates a config file of the project.
    pub fn evaluate(&self, config: &str) -> Result<Value, Problem> {
        let folder = Path::new(config).parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        let name = Path::new(config).file_name().unwrap().to_string_lossy().into_owned();
        let text = self.sandbox(&folder).evaluate(&self.root().join(config), &name, &params())?;
        Ok(serde_json::from_str(&text).unwrap())
    }

    /// What the function of a config puts under `variables.out`. `body` is TypeScript that ends in `return value`.
    pub fn run(&self, body: &str) -> Result<Value, Problem> {
        self.write("stacktape.ts", &format!("const run = async () => {{ {body} }};\nexport default async () => ({{ resources: {{}}, variables: {{ out: (await run()) ?? null }} }});\n"));
        Ok(self.evaluate("stacktape.ts")?["config"]["variables"]["out"].clone())
    }
}

/// What a config's function is called with.
pub fn params() -> Value {
    json!({ "projectName": "demo", "stage": "dev", "region": "eu-west-1", "command": "synth", "cliArgs": {}, "awsProfile": "default", "user": {} })
}
