//! What may go wrong with a config that is a program, in the author's words.

/// A place in a file of the author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path relative to the folder of the config.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in UTF-16 code units, from 1.
    pub column: u32,
}

/// Why a config gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable name of the class.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// The author's line, when there is one.
    pub place: Option<Place>,
    /// The functions that were called on the way there with the lines in them, innermost first.
    pub callers: Vec<(String, Place)>,
    /// Next steps.
    pub hints: Vec<String>,
}

/// What a config may not use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Instructions.
    Work,
    /// Memory.
    Memory,
    /// Calls inside calls.
    Depth,
    /// Size of the result.
    Result,
    /// Waiting for what never comes.
    Waiting,
}

impl Problem {
    /// A mistake that the program made or found.
    pub fn thrown(message: impl Into<String>) -> Self {
        Self { code: "config-failed", message: message.into(), place: None, callers: vec![], hints: vec![] }
    }

    /// A bug of ours.
    pub fn internal(message: impl Into<String>) -> Self {
        Self { code: "sandbox", ..Self::thrown(message) }.hint("this is a bug: please report it with the config")
    }

    /// A limit that was reached.
    pub fn limit(limit: Limit) -> Self {
        let (message, hint) = match limit {
            Limit::Work => (
                "evaluating the config takes too long: it was stopped",
                "look for a loop that does not end, or a regular expression that backtracks without end",
            ),
            Limit::Memory => (
                "evaluating the config takes more than 192 MB of memory: it was stopped",
                "look for a list that grows without end",
            ),
            Limit::Depth => (
                "functions of the config call each other too deeply: it was stopped",
                "look for a function that calls itself without end",
            ),
            Limit::Result => (
                "the config is larger than 16 MB",
                "a template has at most 1 MB: look for data that is copied into every resource",
            ),
            Limit::Waiting => (
                "the config waits for a promise that never settles",
                "look for an `await` of something that nothing resolves; the sandbox has no network to wait for",
            ),
        };
        Self { code: "config-limit", ..Self::thrown(message) }.hint(hint)
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{}:{}:{}: ", place.file, place.line, place.column)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
