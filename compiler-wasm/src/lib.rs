//! The compiler for JavaScript: the browser editor and the npm package call it through this boundary, which holds no logic of its own.
//!
//! The boundary has its own types (camelCase, TypeScript declarations generated from them) and a version, so that the core may change behind
//! it. Positions come in both forms that callers need: line and column for people, UTF-16 offsets for editors. Templates cross as text: that is
//! faster than building JavaScript objects value by value, and `JSON.parse` is one call away.
//!
//! Mistakes in the config are diagnostics. A wrong call (missing field, unreadable facts, another version of the interface) throws an `Error`.
//! A bug in the compiler throws an `Error` too and ends the instance: every later call says that the module must be loaded anew.

#[cfg(feature = "language")]
mod convert;
pub mod details;
#[cfg(feature = "language")]
pub mod editor;
pub mod input;
pub mod output;
mod panic;
pub mod position;
#[cfg(feature = "language")]
mod services;
#[cfg(feature = "language")]
mod session;
mod world;

use input::{CompileInput, Format, Read, Transform};
use output::{CompileResult, DiagnoseResult};
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Version of this boundary. It grows when a field or function changes its meaning or disappears; additions do not count.
pub const API_VERSION: u32 = 1;

/// Runs once when the module is loaded.
#[wasm_bindgen(start)]
fn start() {
    panic::install();
}

/// Version of this boundary.
#[wasm_bindgen(js_name = apiVersion)]
pub fn api_version() -> u32 {
    API_VERSION
}

/// Compiles a config into a CloudFormation template. `transform` runs the functions that `input.evaluated` announces; `read` gives the texts of files that
/// are not among `input.sources`.
#[wasm_bindgen]
pub fn compile(
    input: Ts<CompileInput>,
    transform: Option<Transform>,
    read: Option<Read>,
) -> Result<Ts<CompileResult>, JsError> {
    panic::refuse_after_panic()?;
    let input = input.to_rust()?;
    let compiled = input.compile(transform.as_ref(), read.as_ref())?;
    let formats = input.formats.as_deref().unwrap_or(&[Format::Json]);
    let result = CompileResult::new(&compiled, formats, input.details.unwrap_or_default()).into_ts()?;
    // What functions of the caller gave may differ next time.
    #[cfg(feature = "language")]
    if transform.is_none() && read.is_none() {
        session::keep_findings(input, &compiled.diagnostics);
    }
    Ok(result)
}

/// Finds the mistakes of a config without writing a template: what an editor calls on every keystroke.
#[wasm_bindgen]
pub fn diagnose(
    input: Ts<CompileInput>,
    transform: Option<Transform>,
    read: Option<Read>,
) -> Result<Ts<DiagnoseResult>, JsError> {
    panic::refuse_after_panic()?;
    let compiled = input.to_rust()?.compile(transform.as_ref(), read.as_ref())?;
    Ok(DiagnoseResult::new(&compiled).into_ts()?)
}

/// The JSON schema of the config, as text.
#[wasm_bindgen]
pub fn schema() -> Result<String, JsError> {
    panic::refuse_after_panic()?;
    Ok(stacktape_compiler::schema::json_schema())
}
