//! Configs that are programs (`stacktape.ts`, `.js`): evaluated in the sandbox, or by the user's Node when that is asked for. Their functions stay
//! callable while the config is compiled, and so do the custom directives of any config.

use crate::args::ConfigArgs;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::session::Session;
use crate::settings::{Project, Target};
use crate::ui::line::{Excerpt, Finding, Label, Line, Place, Severity};
use serde_json::{Value, json};
use stacktape_compiler::{Evaluated, Transforms};
use stacktape_sandbox::{Node, OUTSIDE_LIMIT, Options, Problem, Sandbox, is_python, python_directive};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Endings of configs that are programs.
const PROGRAMS: &[&str] = &["ts", "mts", "cts", "js", "mjs", "cjs"];

/// Callers of a function that failed, as far as they are shown.
const MOST_CALLERS: usize = 3;

/// Whether a config is a program.
pub fn is_program(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    PROGRAMS.contains(&extension.as_str())
}

/// What evaluates the code of a project.
pub struct Program {
    project: Project,
    options: Options,
    /// For custom directives: made when one is called.
    sandbox: OnceLock<Result<Sandbox, Problem>>,
    /// With `--unsafeNode`.
    node: Option<Node>,
    /// Whether custom directives in Python are run, outside the sandbox.
    unsafe_python: bool,
    /// What the config was evaluated to, when it is a program.
    text: Option<String>,
}

impl Program {
    /// Evaluates the config if it is a program. Its mistakes are shown.
    pub fn of(session: &Session, project: &Project, target: &Target, args: &ConfigArgs, command: &str) -> Result<Self> {
        let options = Options {
            environment: session.env.vars.clone(),
            allowed: args.allow_env.iter().cloned().collect(),
            clock: args.allow_clock,
            random: args.allow_random,
        };
        let mut program = Self {
            project: project.clone(),
            options,
            sandbox: OnceLock::new(),
            node: None,
            unsafe_python: args.unsafe_python,
            text: None,
        };
        if args.unsafe_python {
            session.ui.warn(
                "directives in Python are run by the Python of this machine, without a sandbox (`--unsafePython`)",
            );
        }
        if !is_program(&project.config) {
            return Ok(program);
        }
        let params = params(target, &session.given, command);
        let evaluated = if args.unsafe_node {
            session
                .ui
                .warn("the config is evaluated by the Node of this machine, without the sandbox (`--unsafeNode`)");
            Node::start(&project.root, &project.boundary, OUTSIDE_LIMIT).and_then(|node| {
                let text = node.evaluate(&project.config, &project.shown, &params);
                program.node = Some(node);
                text
            })
        } else {
            let evaluated = match program.sandbox() {
                Ok(sandbox) => sandbox.evaluate(&project.config, &project.shown, &params),
                Err(problem) => Err(problem.clone()),
            };
            program.tell(session);
            evaluated
        };
        match evaluated {
            Ok(text) => program.text = Some(text),
            Err(problem) => {
                session.ui.say(&Line::Diagnostic(program.finding(&problem)));
                return Err(Failure::new(Exit::Config, "config-errors", "the config could not be evaluated"));
            }
        }
        Ok(program)
    }

    /// What the compiler reads instead of the config's text.
    pub fn evaluated(&self) -> Option<Evaluated<'_>> {
        let text = self.text.as_deref()?;
        let transforms: &dyn Transforms = match (&self.node, self.sandbox.get()) {
            (Some(node), _) => node,
            (None, Some(Ok(sandbox))) => sandbox,
            _ => return None,
        };
        Some(Evaluated { text, transforms })
    }

    /// Calls a custom directive with arguments as JSON.
    pub fn directive(&self, file: &str, name: &str, args: &str) -> Result<String, String> {
        let args: Value = serde_json::from_str(args).map_err(|e| e.to_string())?;
        if is_python(file) {
            if !self.unsafe_python {
                return Err("it is written in Python, which the sandbox does not run: write it in JavaScript or TypeScript, or add \
                            `--unsafePython` to run it with the `python3` of this machine"
                    .into());
            }
            let folders = (&*self.project.root, &*self.project.boundary);
            return python_directive(folders, file, name, &args, OUTSIDE_LIMIT).map_err(|problem| problem.to_string());
        }
        match self.sandbox() {
            Ok(sandbox) => sandbox.directive(file, name, &args).map_err(|problem| problem.to_string()),
            Err(problem) => Err(problem.to_string()),
        }
    }

    fn sandbox(&self) -> &Result<Sandbox, Problem> {
        self.sandbox.get_or_init(|| Sandbox::new(&self.project.root, &self.project.boundary, self.options.clone()))
    }

    /// Passes on what the program printed.
    fn tell(&self, session: &Session) {
        let Some(Ok(sandbox)) = self.sandbox.get() else { return };
        for line in sandbox.printed() {
            match line.level.as_str() {
                "warn" => session.ui.warn(line.text),
                "debug" => session.ui.debug(line.text),
                _ => session.ui.info(line.text),
            }
        }
    }

    /// A problem as a finding, with the author's lines.
    fn finding(&self, problem: &Problem) -> Finding {
        let at = problem.place.as_ref();
        let labels = problem.callers.iter().filter(|(_, place)| Some(place) != at).take(MOST_CALLERS);
        let labels = labels.map(|(name, place)| {
            let (place, excerpt) = self.shown(place);
            Label { message: format!("called in {name}"), place: Some(place), excerpt }
        });
        let (place, excerpt) = at.map(|place| self.shown(place)).map_or((None, None), |(p, e)| (Some(p), e));
        Finding {
            severity: Severity::Error,
            code: problem.code.to_string(),
            message: problem.message.clone(),
            place,
            hints: problem.hints.clone(),
            labels: labels.collect(),
            excerpt,
        }
    }

    /// A place with the text around it.
    fn shown(&self, place: &stacktape_sandbox::Place) -> (Place, Option<Excerpt>) {
        let path = if place.file == self.project.shown {
            self.project.config.clone()
        } else {
            self.project.root.join(&place.file)
        };
        let real = path.canonicalize().ok().zip(self.project.boundary.canonicalize().ok());
        let path = real.filter(|(path, boundary)| path.starts_with(boundary)).map(|(path, _)| path);
        let text = path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let before: usize = text.split_inclusive('\n').take(place.line.saturating_sub(1) as usize).map(str::len).sum();
        let line = text[before..].lines().next().unwrap_or_default();
        let (mut units, mut column, mut start) = (1, 1, 0);
        for c in line.chars() {
            if units >= place.column {
                break;
            }
            units += c.len_utf16() as u32;
            column += 1;
            start += c.len_utf8();
        }
        let rest = &line[start..];
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len()).max(first);
        let end_column = column + rest[..word].chars().count() as u32;
        let found = Place { file: place.file.clone(), line: place.line, column, end_line: place.line, end_column };
        let range = before + start..before + start + word;
        let excerpt =
            (!text.is_empty()).then(|| Excerpt { file: place.file.clone(), text: Arc::from(text.as_str()), range });
        (found, excerpt)
    }
}

/// What the config's function is called with.
pub(crate) fn params(target: &Target, given: &BTreeMap<String, Value>, command: &str) -> Value {
    json!({
        "projectName": target.project_name,
        "stage": target.stage,
        "region": target.region,
        "command": command,
        "awsProfile": target.profile.as_deref().unwrap_or("default"),
        "user": { "id": "", "name": "", "email": "" },
        "cliArgs": given,
    })
}
