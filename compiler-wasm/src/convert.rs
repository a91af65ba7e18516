//! Configs in the other notation.

use crate::input::CompileInput;
use crate::output::{Diagnostic, diagnostics};
use crate::panic;
use serde::Serialize;
use stacktape_compiler::convert::{self, Converted};
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Result of a conversion.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ConvertResult {
    /// The config in the other notation; absent when there are errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Mistakes that stand in the way.
    pub diagnostics: Vec<Diagnostic>,
}

impl From<Converted> for ConvertResult {
    fn from(converted: Converted) -> Self {
        Self { diagnostics: diagnostics(&converted.diagnostics, &converted.sources), text: converted.text }
    }
}

/// A YAML or JSON config as TypeScript. The path says which of them it is.
#[wasm_bindgen(js_name = toTypescript)]
pub fn to_typescript(path: &str, text: &str) -> Result<Ts<ConvertResult>, JsError> {
    panic::refuse_after_panic()?;
    Ok(ConvertResult::from(convert::to_typescript(path, text)).into_ts()?)
}

/// An evaluated TypeScript config as YAML.
#[wasm_bindgen(js_name = toYaml)]
pub fn to_yaml(input: Ts<CompileInput>) -> Result<Ts<ConvertResult>, JsError> {
    panic::refuse_after_panic()?;
    let converted = input.to_rust()?.with(None, |input, world| convert::to_yaml(input, world))?;
    Ok(ConvertResult::from(converted).into_ts()?)
}

/// The value of a YAML text as JSON text: what a config gets that imports a YAML file.
#[wasm_bindgen(js_name = yamlToJson)]
pub fn yaml_to_json(text: &str) -> Result<String, JsError> {
    panic::refuse_after_panic()?;
    convert::yaml_to_json(text).map_err(|problem| JsError::new(&problem))
}
