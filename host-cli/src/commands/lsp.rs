//! `lsp`: the language server on standard input and output.

use crate::args::LspArgs;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::program::params;
use stacktape_compiler::Transforms;
use stacktape_language_server::{End, Evaluation, Problem, Programs, Target, run as serve};
use stacktape_sandbox::{Options, Sandbox};
use std::collections::BTreeMap;
use std::path::Path;

/// Runs the command until the editor ends the session.
pub fn run(args: &LspArgs) -> Result<()> {
    let target = Target {
        stage: args.target.stage.clone(),
        region: args.target.region.clone(),
        project_name: args.target.project_name.clone(),
        profile: args.profile.clone(),
        facts: args.facts.clone(),
        config_path: args.config_path.clone(),
    };
    let input = std::io::BufReader::new(std::io::stdin());
    match serve(target, &Sandboxed, input, std::io::stdout().lock()) {
        End::Clean => Ok(()),
        // The protocol wants the code 1.
        End::Abrupt => {
            Err(Failure::new(Exit::Internal, "lsp", "the editor ended the session without the request `shutdown`"))
        }
    }
}

/// Evaluates programs in the sandbox. Opening a file gives leave for nothing, so they see none of the environment.
struct Sandboxed;

struct Evaluated {
    sandbox: Sandbox,
    text: String,
}

impl Programs for Sandboxed {
    fn evaluate(
        &self,
        config: &Path,
        boundary: &Path,
        target: &stacktape_compiler::Target,
    ) -> std::result::Result<Box<dyn Evaluation>, Problem> {
        let root = config.parent().unwrap_or(boundary);
        let shown = config.file_name().unwrap_or_default().to_string_lossy();
        let target = crate::settings::Target {
            project_name: target.project_name.clone(),
            stage: target.stage.clone(),
            region: target.region.clone(),
            profile: target.profile.clone(),
        };
        let params = params(&target, &BTreeMap::new(), "validate");
        let made = Sandbox::new(root, boundary, Options::default()).and_then(|sandbox| {
            let text = sandbox.evaluate(config, &shown, &params)?;
            Ok(Evaluated { sandbox, text })
        });
        match made {
            Ok(made) => Ok(Box::new(made)),
            Err(problem) => Err(Problem {
                code: problem.code.to_owned(),
                message: problem.message,
                hints: problem.hints,
                place: problem.place.map(|place| (place.file, place.line, place.column)),
            }),
        }
    }
}

impl Evaluation for Evaluated {
    fn text(&self) -> &str {
        &self.text
    }

    fn transforms(&self) -> &dyn Transforms {
        &self.sandbox
    }
}
