//! `lsp`: the language server on standard input and output.

use crate::args::LspArgs;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use stacktape_language_server::{End, Target, run as serve};

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
    match serve(target, input, std::io::stdout().lock()) {
        End::Clean => Ok(()),
        // The protocol wants the code 1.
        End::Abrupt => {
            Err(Failure::new(Exit::Internal, "lsp", "the editor ended the session without the request `shutdown`"))
        }
    }
}
