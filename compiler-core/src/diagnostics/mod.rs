//! What the compiler has to say about a config: mistakes and warnings, each with a code, a place and a next step.
//!
//! Rendering belongs to the host (terminal frames, JSON lines, an editor's markers); nothing here knows of colours or columns.

mod codes;
mod suggest;

pub use codes::{CODES, Code, CodeInfo};
pub use suggest::{did_you_mean, fuller, meant, nearest};

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The config compiles; the user should know.
    Warning,
    /// No template is made.
    Error,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Row of the code table; stable, for filters and documentation.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in the user's words, naming the value; no final full stop, no colours.
    pub message: String,
    /// The narrowest place that the user has to change.
    pub span: Span,
    /// Other places that take part ("first used here").
    pub labels: Vec<(Span, String)>,
    /// Next steps, the likeliest first.
    pub hints: Vec<String>,
    /// What an editor can do about it, the likeliest first.
    pub remedies: Vec<Remedy>,
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Another word in the finding's place.
    Replace {
        /// The word as it is written there; empty for the whole place.
        word: String,
        /// The word that is probably meant.
        instead: String,
    },
    /// A property is added to the mapping that the finding is about.
    Add(&'static str),
}

/// A next step, and the change that it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// For people.
    pub text: String,
    /// For editors.
    pub remedy: Option<Remedy>,
}

impl From<String> for Hint {
    fn from(text: String) -> Self {
        Self { text, remedy: None }
    }
}

impl From<&str> for Hint {
    fn from(text: &str) -> Self {
        text.to_string().into()
    }
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        let (labels, hints, remedies) = (vec![], vec![], vec![]);
        Self { code, severity: Severity::Error, message: message.into(), span, labels, hints, remedies }
    }

    /// A warning.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(self, hint: impl Into<Hint>) -> Self {
        self.maybe_hint(Some(hint))
    }

    /// Adds a next step when there is one.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<impl Into<Hint>>) -> Self {
        if let Some(hint) = hint.map(Into::into) {
            self.hints.push(hint.text);
            self.remedies.extend(hint.remedy);
        }
        self
    }

    /// Adds a change that an editor can make.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }

    /// Points at another place that takes part.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }
}

/// Collects the findings of a stage.
#[derive(Debug, Default)]
pub struct Sink {
    items: Vec<Diagnostic>,
}

impl Sink {
    /// Adds a finding, unless the very same one is there already (two stages may look at one value).
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.items.contains(&diagnostic) {
            self.items.push(diagnostic);
        }
    }

    /// Adds what another sink holds.
    pub fn extend(&mut self, other: Self) {
        other.items.into_iter().for_each(|d| self.push(d));
    }

    /// Adds what another sink holds, as warnings.
    pub fn extend_as_warnings(&mut self, other: Self) {
        other.items.into_iter().for_each(|d| self.push(Diagnostic { severity: Severity::Warning, ..d }));
    }

    /// Whether any error was reported.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether an error was reported inside a place; then nothing is said about what seems to be missing there.
    pub fn has_error_in(&self, span: Span) -> bool {
        let inside = |s: Span| s.file == span.file && span.start <= s.start && s.end <= span.end;
        self.items.iter().any(|d| d.severity == Severity::Error && inside(d.span))
    }

    /// Number of errors so far; stages compare it to see whether a part went through.
    pub fn error_count(&self) -> usize {
        self.items.iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// The findings in the order of their places, errors and warnings mixed.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        crate::order::sort_by(&mut self.items, |a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
        self.items
    }
}
