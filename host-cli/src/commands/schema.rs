//! `schema`: the JSON schema of the config, for editors.

use super::result;
use crate::args::SchemaArgs;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::session::Session;

/// Runs the command.
pub fn run(session: &Session, args: &SchemaArgs) -> Result<()> {
    let schema = crate::compiler::schema();
    if args.out_file == "-" && session.ui.is_jsonl() {
        let schema = serde_json::from_str(&schema)
            .map_err(|e| Failure::new(Exit::Internal, "schema", format!("the schema is no JSON: {e}")))?;
        session.ui.say(&result("schema", "the schema of the config", [("schema", schema)]));
        return Ok(());
    }
    if args.out_file == "-" {
        session.ui.print(&schema);
        return Ok(());
    }
    super::synth::write(&session.env.cwd.join(&args.out_file), &args.out_file, &schema)?;
    session.ui.say(&result(
        "schema",
        format!("written to {}", args.out_file),
        [("outFile", args.out_file.clone().into())],
    ));
    Ok(())
}
