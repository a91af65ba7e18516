//! Formatting that keeps comments and never changes what the config means: two spaces a level, one space behind colons and commas, at most one
//! empty line, no space at the end of lines. What it would change in meaning is not formatted at all.

mod json;
mod yaml;

use super::edits::{apply, to_json};
use super::{Edit, OpenConfig, Syntax, tolerant};

/// The edits that format the config; none when it is formatted or cannot be parsed.
pub fn format(open: &OpenConfig<'_>) -> Vec<Edit> {
    if !open.is_exact() {
        return vec![];
    }
    let edits = match open.syntax() {
        Syntax::Yaml => yaml::edits(open),
        Syntax::Json => json::edits(open),
        Syntax::Other => None,
    };
    edits.filter(|edits| means_the_same(open, edits)).unwrap_or_default()
}

/// Whether the text with these edits has the same tree.
fn means_the_same(open: &OpenConfig<'_>, edits: &[Edit]) -> bool {
    let text = apply(open.text(), edits);
    tolerant::strict(&text, &open.input.config).is_ok_and(|tree| to_json(&tree) == to_json(open.tree()))
}
