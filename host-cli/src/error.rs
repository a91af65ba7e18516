//! What ends a command early: one message in the user's words, next steps, an exit code.

use crate::exit::Exit;

/// Result of anything in the host that can end a command.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// How scripts see it.
    pub exit: Exit,
    /// Stable name such as `no-credentials`, for machine output.
    pub code: &'static str,
    /// What is wrong; no final full stop.
    pub message: String,
    /// Next steps, the likeliest first.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure without hints.
    pub fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), hints: vec![] }
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a next step when there is one.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hints.extend(hint);
        self
    }

    /// A malformed command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }
}
