//! The language services of an open config: completion, hover, definition, rename, outline, folding, formatting, quick fixes, palette and forms.
//!
//! Offsets are UTF-16 offsets into the config's text. Nothing changes a text: what is to be changed comes back as edits.

use crate::editor::{
    AddedResource, Answers, Completion, Fix, Fold, Form, Hover, OutlineSymbol, PaletteItem, Renamable, TextEdit,
};
use crate::input::CompileInput;
use crate::output::Place;
use crate::panic;
use crate::position::byte_offset;
use crate::session;
use serde::Serialize;
use stacktape_compiler::compile;
use stacktape_compiler::editor::{
    self, OpenConfig, completion, definition, edits, fixes as quick_fixes, folds as folding, form as forms,
    format as formatting, hover as hovering, palette as types, rename as renaming, symbols as outline,
};
use tsify::{Ts, Tsify};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Opens the config of an input and hands it on.
fn open<T>(input: Ts<CompileInput>, run: impl FnOnce(&OpenConfig<'_>) -> T) -> Result<T, JsError> {
    panic::refuse_after_panic()?;
    with_input(&input.to_rust()?, run)
}

fn with_input<T>(input: &CompileInput, run: impl FnOnce(&OpenConfig<'_>) -> T) -> Result<T, JsError> {
    input.with(None, |input, world| session::with_tree(OpenConfig::new(input, world), run))
}

/// As [`open`], at an offset.
fn at<T>(input: Ts<CompileInput>, offset: u32, run: impl FnOnce(&OpenConfig<'_>, usize) -> T) -> Result<T, JsError> {
    open(input, |open| run(open, byte_offset(open.text(), offset)))
}

fn each<T: Tsify + Serialize>(items: Vec<T>) -> Result<Vec<Ts<T>>, JsError> {
    items.iter().map(|item| Ok(item.into_ts()?)).collect()
}

fn maybe<T: Tsify + Serialize>(item: Option<T>) -> Result<Option<Ts<T>>, JsError> {
    item.map(|item| Ok(item.into_ts()?)).transpose()
}

fn edited(open: &OpenConfig<'_>, edits: Vec<editor::Edit>) -> Vec<TextEdit> {
    Answers::new(open).edits(edits)
}

/// What can stand at an offset, the likeliest first; not filtered by what is written there already.
#[wasm_bindgen]
pub fn complete(input: Ts<CompileInput>, offset: u32) -> Result<Vec<Ts<Completion>>, JsError> {
    each(at(input, offset, |open, offset| {
        let mut answers = Answers::new(open);
        completion::complete(open, offset).into_iter().map(|item| answers.completion(item)).collect()
    })?)
}

/// Documentation of what stands at an offset.
#[wasm_bindgen]
pub fn hover(input: Ts<CompileInput>, offset: u32) -> Result<Option<Ts<Hover>>, JsError> {
    maybe(at(input, offset, |open, offset| hovering::hover(open, offset).map(|found| Answers::new(open).hover(found)))?)
}

/// Where the name at an offset is declared.
#[wasm_bindgen]
pub fn definition(input: Ts<CompileInput>, offset: u32) -> Result<Option<Ts<Place>>, JsError> {
    maybe(at(input, offset, |open, offset| {
        definition::definition(open, offset).and_then(|target| Answers::new(open).target(target))
    })?)
}

/// Every use of the name at an offset, its declaration first.
#[wasm_bindgen]
pub fn references(input: Ts<CompileInput>, offset: u32) -> Result<Vec<Ts<Place>>, JsError> {
    each(at(input, offset, |open, offset| {
        let mut answers = Answers::new(open);
        definition::references(open, offset).into_iter().filter_map(|span| answers.place(span)).collect()
    })?)
}

/// What can be renamed at an offset.
#[wasm_bindgen]
pub fn renamable(input: Ts<CompileInput>, offset: u32) -> Result<Option<Ts<Renamable>>, JsError> {
    maybe(at(input, offset, |open, offset| {
        renaming::renamable(open, offset).map(|found| Answers::new(open).renamable(found))
    })?)
}

/// Renames a resource, variable or script with everything that names it. Throws an `Error` for people when the new name cannot be used.
#[wasm_bindgen]
pub fn rename(input: Ts<CompileInput>, offset: u32, name: &str) -> Result<Vec<Ts<TextEdit>>, JsError> {
    let made = at(input, offset, |open, offset| renaming::rename(open, offset, name).map(|edits| edited(open, edits)))?;
    each(made.map_err(|refusal| JsError::new(&refusal))?)
}

/// The outline.
#[wasm_bindgen]
pub fn symbols(input: Ts<CompileInput>) -> Result<Vec<Ts<OutlineSymbol>>, JsError> {
    each(open(input, |open| {
        let mut answers = Answers::new(open);
        outline::symbols(open).into_iter().map(|symbol| answers.symbol(symbol)).collect()
    })?)
}

/// What can be folded.
#[wasm_bindgen]
pub fn folds(input: Ts<CompileInput>) -> Result<Vec<Ts<Fold>>, JsError> {
    each(open(input, |open| folding::folds(open).into_iter().map(Fold::from).collect())?)
}

/// The edits that format the config; none when it is formatted, or cannot be parsed.
#[wasm_bindgen]
pub fn format(input: Ts<CompileInput>) -> Result<Vec<Ts<TextEdit>>, JsError> {
    each(open(input, |open| edited(open, formatting::format(open)))?)
}

/// Quick fixes for the findings in the config. `diagnostic` counts the `diagnostics` of `diagnose` for the same input.
#[wasm_bindgen]
pub fn fixes(input: Ts<CompileInput>) -> Result<Vec<Ts<Fix>>, JsError> {
    panic::refuse_after_panic()?;
    let input = input.to_rust()?;
    let known = session::findings(&input);
    each(with_input(&input, |open| {
        let found = known.unwrap_or_else(|| compile(open.input, open.world).diagnostics.into());
        let mut answers = Answers::new(open);
        quick_fixes::fixes(open, &found).into_iter().map(|fix| answers.fix(fix)).collect()
    })?)
}

/// Every resource type that can be added.
#[wasm_bindgen]
pub fn palette(input: Ts<CompileInput>) -> Result<Vec<Ts<PaletteItem>>, JsError> {
    each(open(input, |open| types::palette(open).into_iter().map(PaletteItem::from).collect())?)
}

/// Adds a resource of a type with its required properties; without a name one is made from the type. Throws an `Error` for people when that cannot be done.
#[wasm_bindgen(js_name = addResource)]
pub fn add_resource(input: Ts<CompileInput>, r#type: &str, name: Option<String>) -> Result<Ts<AddedResource>, JsError> {
    let added = open(input, |open| {
        types::add_resource(open, r#type, name.as_deref())
            .map(|added| AddedResource { name: added.name, edits: edited(open, added.edits) })
    })?;
    Ok(added.map_err(|refusal| JsError::new(&refusal))?.into_ts()?)
}

/// The form of the mapping at a JSON pointer, such as `/resources/api` or `/resources/api/properties/cors`; nothing when the schema knows none there.
#[wasm_bindgen]
pub fn form(input: Ts<CompileInput>, path: &str) -> Result<Option<Ts<Form>>, JsError> {
    maybe(open(input, |open| forms::form(open, path).map(|form| Answers::new(open).form(form)))?)
}

/// Sets the value at a JSON pointer, and what is missing on the way; comments and order stay. `value` is JSON text; without it the value is removed.
/// Throws an `Error` for people when that cannot be done.
#[wasm_bindgen(js_name = setProperty)]
pub fn set_property(input: Ts<CompileInput>, path: &str, value: Option<String>) -> Result<Vec<Ts<TextEdit>>, JsError> {
    let value = value.as_deref().map(serde_json::from_str).transpose();
    let value: Option<serde_json::Value> =
        value.map_err(|error| JsError::new(&format!("the value is not JSON: {error}")))?;
    let made = open(input, |open| edits::set_property(open, path, value.as_ref()).map(|edits| edited(open, edits)))?;
    each(made.map_err(|refusal| JsError::new(&refusal))?)
}
