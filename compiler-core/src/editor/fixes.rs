//! Quick fixes: edits that remove a finding.

use super::{Edit, OpenConfig};
use crate::diagnostics::Diagnostic;

/// An edit that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Index of the finding in the list that was given.
    pub diagnostic: usize,
    /// What it does, for a menu.
    pub title: String,
    /// The edits.
    pub edits: Vec<Edit>,
    /// Whether it is what is probably meant.
    pub preferred: bool,
}

/// The quick fixes for findings in the config.
pub fn fixes(_open: &OpenConfig<'_>, _diagnostics: &[Diagnostic]) -> Vec<Fix> {
    vec![]
}
