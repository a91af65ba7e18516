//! `schema`: the JSON schema of the config, for editors.

use super::result;
use crate::args::SchemaArgs;
use crate::error::Result;
use crate::session::Session;

/// Runs the command.
pub fn run(session: &Session, args: &SchemaArgs) -> Result<()> {
    let schema = crate::compiler::schema();
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
