//! Errors of a program, told with the author's lines.

use crate::modules::{Modules, Position};
use crate::problem::{Limit, Place, Problem};
use crate::project::{INSIDE, Project};
use serde::Deserialize;

/// An error as the guest describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Thrown {
    stuck: bool,
    name: String,
    message: String,
    stack: String,
    code: Option<serde_json::Value>,
    place: Option<Site>,
}

#[derive(Debug, Deserialize)]
struct Site {
    file: String,
    line: u32,
    column: u32,
}

/// Lines of a stack that are shown.
const MOST_FRAMES: usize = 8;

impl Thrown {
    /// Reads what the guest says.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self { message: text.to_string(), ..Self::default() })
    }

    /// As a problem, with the places in the author's files.
    pub fn into_problem(self, modules: &Modules, project: &Project) -> Problem {
        if self.stuck {
            return Problem::limit(Limit::Waiting);
        }
        // A program can put anything into its errors: only files of the project are places.
        let place = |at: &Position| {
            project.real(&at.file).and_then(|path| project.follow(&path)).ok().filter(|path| path.is_file())?;
            let original = modules.original(at);
            Some(Place { file: project.shown(&original.file), line: original.line, column: original.column })
        };
        if let Some((message, at)) =
            modules.mistake.as_ref().filter(|(message, _)| self.message.contains(message.as_str()))
        {
            let at = Place { file: project.shown(&at.file), line: at.line, column: at.column };
            return Problem { place: Some(at), ..Problem::thrown(message.clone()) };
        }
        let frames: Vec<(String, Position)> = self.stack.lines().filter_map(frame).collect();
        let own: Vec<&(String, Position)> = frames.iter().filter(|(_, at)| at.file.starts_with(INSIDE)).collect();
        let given =
            self.place.as_ref().map(|site| Position { file: site.file.clone(), line: site.line, column: site.column });
        let nearest = own.iter().find(|(_, at)| !at.file.contains("/node_modules/")).or(own.first());
        let at = given.or_else(|| nearest.map(|(_, at)| at.clone()));
        let callers = own.iter().take(MOST_FRAMES).filter_map(|(name, at)| Some((name.clone(), place(at)?)));
        let out_of_memory = self.name == "InternalError" && self.message.contains("out of memory");
        let too_deep = self.name == "RangeError" && self.message.contains("call stack");
        let problem = match (out_of_memory, too_deep) {
            (true, _) => Problem::limit(Limit::Memory),
            (_, true) => Problem::limit(Limit::Depth),
            _ => Problem::thrown(self.words()),
        };
        Problem { place: at.as_ref().and_then(place), callers: callers.collect(), ..problem }
    }

    /// The message, with the name of the error where that says something.
    fn words(&self) -> String {
        let plain = ["", "Error", "ConfigError"].contains(&self.name.as_str()) || self.code.is_some();
        match (plain, self.message.is_empty()) {
            (_, true) => format!("{} was thrown", if self.name.is_empty() { "an error" } else { &self.name }),
            (true, _) => self.message.clone(),
            (false, _) => format!("{}: {}", self.name, self.message),
        }
    }
}

/// One line of a stack: `    at name (file:line:column)` or `    at file:line:column`.
fn frame(line: &str) -> Option<(String, Position)> {
    let rest = line.trim_start().strip_prefix("at ")?;
    let (name, place) = match rest.rsplit_once(" (") {
        Some((name, place)) => (name, place.strip_suffix(')')?),
        None => ("<module>", rest),
    };
    let (place, column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    let name = if name == "<anonymous>" { "a function" } else { name };
    Some((
        name.to_string(),
        Position { file: file.to_string(), line: line.parse().ok()?, column: column.parse().ok()? },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read() {
        let read = |line: &str| frame(line).map(|(name, at)| (name, at.file, at.line, at.column));
        assert_eq!(read("    at f (/a/b.ts:3:14)"), Some(("f".into(), "/a/b.ts".into(), 3, 14)));
        assert_eq!(
            read("    at <anonymous> (/a b/(c).ts:1:2)"),
            Some(("a function".into(), "/a b/(c).ts".into(), 1, 2))
        );
        assert_eq!(read("    at /a.ts:1:2"), Some(("<module>".into(), "/a.ts".into(), 1, 2)));
        assert_eq!(read("    at native"), None);
    }
}
