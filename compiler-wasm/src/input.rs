//! What the caller gives: texts, facts, and what the stack is for.

use crate::API_VERSION;
use crate::world::GivenWorld;
use serde::{Deserialize, Serialize};
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::World;
use stacktape_compiler::{Compiled, Evaluated, Input, Transforms, compile};
use std::collections::BTreeMap;
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsError, JsValue};

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
    /// What a config that is a program (`stacktape.ts`) was evaluated to, as JSON text: `{config, places, transforms, finalTransform}`.
    /// Absent for YAML and JSON.
    #[serde(default)]
    pub evaluated: Option<String>,
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
    /// Whether `details` are wanted.
    #[serde(default)]
    pub details: Option<bool>,
}

/// Identity of the stack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Tsify)]
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
    /// Runs the compiler. `transform` calls the functions that the evaluated config announces; `read` gives texts that are not among `sources`.
    pub fn compile(&self, transform: Option<&Transform>, read: Option<&Read>) -> Result<Compiled, JsError> {
        self.run(transform, read, |input, world| compile(input, world))
    }

    /// Whether another input gives the same findings: everything but the forms of the answer is the same.
    #[cfg(feature = "language")]
    pub(crate) fn compiles_like(&self, other: &Self) -> bool {
        self.config == other.config
            && self.sources == other.sources
            && self.target == other.target
            && self.facts == other.facts
            && self.evaluated == other.evaluated
            && self.cli_args == other.cli_args
    }

    /// Hands the input and its world to a part of the compiler.
    pub fn with<T>(
        &self,
        transform: Option<&Transform>,
        run: impl FnOnce(&Input<'_>, &dyn World) -> T,
    ) -> Result<T, JsError> {
        self.run(transform, None, run)
    }

    fn run<T>(
        &self,
        transform: Option<&Transform>,
        read: Option<&Read>,
        run: impl FnOnce(&Input<'_>, &dyn World) -> T,
    ) -> Result<T, JsError> {
        let functions = Functions(transform);
        let (input, facts) = self.parts(&functions)?;
        Ok(run(&input, &GivenWorld::new(&self.sources, facts, read)))
    }

    fn parts<'a>(&'a self, functions: &'a Functions<'a>) -> Result<(Input<'a>, Option<FactsFile>), JsError> {
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
            evaluated: self.evaluated.as_deref().map(|text| Evaluated { text, transforms: functions }),
        };
        Ok((input, facts))
    }
}

#[wasm_bindgen]
extern "C" {
    /// Calls one of the functions of an evaluated config with JSON and gives JSON.
    #[wasm_bindgen(typescript_type = "(index: number, argument: string) => string")]
    pub type Transform;

    #[wasm_bindgen(method, structural, catch, js_name = call)]
    fn call(this: &Transform, receiver: &JsValue, index: u32, argument: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// Gives the text of a file by its path from the folder of the config.
    #[wasm_bindgen(typescript_type = "(path: string) => string | undefined")]
    pub type Read;

    #[wasm_bindgen(method, structural, catch, js_name = call)]
    fn call(this: &Read, receiver: &JsValue, path: &str) -> Result<JsValue, JsValue>;
}

impl Read {
    /// The text; `None` when there is none, or reading it failed.
    pub fn text(&self, path: &str) -> Option<String> {
        self.call(&JsValue::UNDEFINED, path).ok()?.as_string()
    }
}

/// The functions of an evaluated config, behind the caller's callback.
struct Functions<'a>(Option<&'a Transform>);

impl Transforms for Functions<'_> {
    fn call(&self, index: usize, argument: &str) -> Result<String, String> {
        let transform = self.0.ok_or("the caller gave no function that runs transforms")?;
        let result = transform.call(&JsValue::UNDEFINED, u32::try_from(index).unwrap_or(u32::MAX), argument);
        result.map_err(|thrown| message(&thrown))?.as_string().ok_or_else(|| "it gave no JSON text".to_string())
    }
}

/// The message of what was thrown, without the name of its class where that says nothing.
fn message(thrown: &JsValue) -> String {
    let text = thrown.as_string().or_else(|| {
        let error: &Thrown = thrown.unchecked_ref();
        error.to_string().as_string()
    });
    let text = text.unwrap_or_else(|| "an error that is no text".into());
    text.strip_prefix("Error: ").map_or_else(|| text.clone(), str::to_string)
}

#[wasm_bindgen]
extern "C" {
    type Thrown;
    #[wasm_bindgen(method, structural, js_name = toString)]
    fn to_string(this: &Thrown) -> JsValue;
}

fn read_facts(text: &str) -> Result<FactsFile, JsError> {
    FactsFile::parse(text).map_err(|errors| {
        let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
        JsError::new(&format!("the facts cannot be used: {}", list.join("; ")))
    })
}
