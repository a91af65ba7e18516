//! Configs that are programs (`stacktape.ts`, `.js`): whoever runs the server evaluates them. Their findings are those of the file on the disk, because a
//! program may import others; a text that is not saved yet keeps the findings of the saved one.

use crate::documents::Config;
use lsp_types::{Diagnostic, DiagnosticSeverity, NumberOrString, Position, Range, Url};
use stacktape_compiler::source::FilePath;
use stacktape_compiler::{Target, Transforms};
use std::collections::BTreeMap;
use std::path::Path;

/// Evaluates configs that are programs.
pub trait Programs {
    /// Evaluates the file at `config`; files are read up to the folder `boundary`.
    ///
    /// # Errors
    /// When the program fails.
    fn evaluate(&self, config: &Path, boundary: &Path, target: &Target) -> Result<Box<dyn Evaluation>, Problem>;
}

/// A program that was evaluated; its functions can be called.
pub trait Evaluation {
    /// What the compiler reads instead of the config's text.
    fn text(&self) -> &str;
    /// The functions that the text announces.
    fn transforms(&self) -> &dyn Transforms;
}

/// Why a program gave no config.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Stable name of the class.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// Next steps.
    pub hints: Vec<String>,
    /// Path from the folder of the config, line and UTF-16 column from 1.
    pub place: Option<(String, u32, u32)>,
}

/// Endings of configs that are programs.
const ENDINGS: [&str; 6] = ["ts", "mts", "cts", "js", "mjs", "cjs"];

/// Whether a file is a program.
pub fn is_program(path: &Path) -> bool {
    path.extension().and_then(|end| end.to_str()).is_some_and(|end| ENDINGS.contains(&end))
}

/// A problem as a finding in the file that it is in.
pub fn finding(config: &Config<'_>, uri: &Url, problem: Problem) -> (Url, Diagnostic) {
    let at = problem.place.and_then(|(file, line, column)| {
        let file = FilePath::new(file);
        let uri = if file == config.input.config { uri.clone() } else { config.uri_of(&file)? };
        let start = Position::new(line.saturating_sub(1), column.saturating_sub(1));
        let text = stacktape_compiler::world::World::source(config, &file).unwrap_or_default();
        let rest =
            text.lines().nth(start.line as usize).unwrap_or_default().encode_utf16().skip(start.character as usize);
        let is_word =
            |unit: &u16| char::from_u32(u32::from(*unit)).is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
        let word = rest.take_while(is_word).count().max(1) as u32;
        Some((uri, Range::new(start, Position::new(start.line, start.character + word))))
    });
    let (uri, range) = at.unwrap_or_else(|| (uri.clone(), Range::default()));
    let hints: String = problem.hints.iter().map(|hint| format!("\n{hint}")).collect();
    let diagnostic = Diagnostic {
        range,
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(problem.code)),
        source: Some("stacktape".into()),
        message: format!("{}{hints}", problem.message),
        ..Diagnostic::default()
    };
    (uri, diagnostic)
}

/// The findings of a program; `None` when its text is not the one on the disk.
pub fn findings(programs: &dyn Programs, config: &Config<'_>, uri: &Url) -> Option<BTreeMap<Url, Vec<Diagnostic>>> {
    let path = uri.to_file_path().ok()?;
    if std::fs::read_to_string(&path).ok()? != *config.text {
        return None;
    }
    Some(match programs.evaluate(&path, config.boundary(), &config.input.target) {
        Ok(made) => {
            let evaluated = stacktape_compiler::Evaluated { text: made.text(), transforms: made.transforms() };
            let input = stacktape_compiler::Input { evaluated: Some(evaluated), ..config.input.clone() };
            crate::answers::findings(config, uri, &input)
        }
        Err(problem) => {
            let (place, diagnostic) = finding(config, uri, problem);
            let mut found: BTreeMap<Url, Vec<Diagnostic>> = [(uri.clone(), vec![])].into();
            found.entry(place).or_default().push(diagnostic);
            found
        }
    })
}
