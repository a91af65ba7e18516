//! A config in the other notation: YAML or JSON to TypeScript, an evaluated TypeScript config to YAML.
//!
//! The result compiles to the same template. Comments stay where they are about something that stays; references to resources become references to
//! the constants that hold them.

mod comments;
mod layout;
mod typescript;
mod values;
mod yaml;

#[cfg(test)]
mod tests;

pub use typescript::to_typescript;
pub use yaml::{to_yaml, yaml_to_json};

use crate::diagnostics::Diagnostic;
use crate::source::Sources;

/// What a conversion gives.
pub struct Converted {
    /// The text in the other notation; `None` when there are errors.
    pub text: Option<String>,
    /// Mistakes that stand in the way, and what is lost.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read, for the places of the diagnostics.
    pub sources: Sources,
}
