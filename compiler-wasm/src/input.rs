//! What the caller gives: texts, facts, and what the stack is for.

use crate::API_VERSION;
use crate::world::GivenWorld;
use serde::{Deserialize, Serialize};
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::World;
use stacktape_compiler::{Compiled, Input, compile};
use std::collections::BTreeMap;
use tsify::Tsify;
use wasm_bindgen::JsError;

/// One compilation.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CompileInput {
    /// The version of this interface that the caller was written for; refused when this build speaks another. Not checked when absent.
    #[serde(default)]
    pub api_version: Option<u32>,
    /// Path of the config: a key of `sources`.
    pub config: String,
    /// Text by path: the config and every file that its directives name, relative to the folder of the config.
    #[tsify(type = "Record<string, string>")]
    pub sources: BTreeMap<String, String>,
    /// JSON text of a fact file: what the config does not say (account id, certificates, secret versions). What it leaves open comes back in `missing`.
    #[serde(default)]
    pub facts: Option<String>,
    /// Project, stage and region.
    pub target: Target,
    /// What `$CliArgs` reads.
    #[serde(default)]
    #[tsify(type = "Record<string, unknown> | undefined")]
    pub cli_args: Option<BTreeMap<String, serde_json::Value>>,
    /// The forms in which the template is wanted; JSON when absent.
    #[serde(default)]
    pub formats: Option<Vec<Format>>,
}

/// Identity of the stack.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Name of the project, such as `shop`.
    pub project_name: String,
    /// Name of the stage, such as `dev`.
    pub stage: String,
    /// AWS region, such as `eu-west-1`.
    pub region: String,
    /// Name of an AWS profile, for configs that read it.
    #[serde(default)]
    pub profile: Option<String>,
}

/// A form of the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Format {
    /// JSON, indented by two spaces.
    Json,
    /// YAML.
    Yaml,
}

impl CompileInput {
    /// Runs the compiler.
    pub fn compile(&self) -> Result<Compiled, JsError> {
        self.with(|input, world| compile(input, world))
    }

    /// Hands the input and its world to a part of the compiler.
    pub fn with<T>(&self, run: impl FnOnce(&Input, &dyn World) -> T) -> Result<T, JsError> {
        let (input, facts) = self.parts()?;
        Ok(run(&input, &GivenWorld::new(&self.sources, facts)))
    }

    fn parts(&self) -> Result<(Input, Option<FactsFile>), JsError> {
        if let Some(version) = self.api_version.filter(|v| *v != API_VERSION) {
            return Err(JsError::new(&format!(
                "the caller wants version {version} of the interface, this build has version {API_VERSION}; update the older of the two"
            )));
        }
        let facts = self.facts.as_deref().map(read_facts).transpose()?;
        let input = Input {
            config: FilePath::new(&self.config),
            target: stacktape_compiler::Target {
                project_name: self.target.project_name.clone(),
                stage: self.target.stage.clone(),
                region: self.target.region.clone(),
                profile: self.target.profile.clone(),
            },
            cli_args: self.cli_args.clone().unwrap_or_default(),
        };
        Ok((input, facts))
    }
}

fn read_facts(text: &str) -> Result<FactsFile, JsError> {
    FactsFile::parse(text).map_err(|errors| {
        let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
        JsError::new(&format!("the facts cannot be used: {}", list.join("; ")))
    })
}
