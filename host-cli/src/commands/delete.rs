//! `delete`: empties the stack's own buckets and deletes it. Needs no config when project, stage and region are given.

use super::result;
use crate::args::DeleteArgs;
use crate::compiler;
use crate::deploy::driver::count;
use crate::deploy::interrupt::Interrupts;
use crate::deploy::remove::{Removal, Removed};
use crate::error::Result;
use crate::session::{Session, wanted_account};

/// Runs the command.
pub async fn run(session: &Session, args: &DeleteArgs) -> Result<()> {
    let wanted = wanted_account(&args.user, None)?;
    let (target, project) = session.stack(&args.config, &args.target, &args.user, args.simulate)?;
    let simulator = args.simulate.then_some(&project);
    let connection = session.connect(&target.region, target.profile.as_deref(), simulator).await?;
    session.check_account(&connection.aws, wanted).await?;
    let name = target.stack_name();
    let removal = Removal {
        aws: &connection.aws,
        ui: &session.ui,
        stack_name: &name,
        deployment_bucket: "StpDeploymentBucket",
        yes: args.auto_confirm_operation || args.user.agent,
        pace: connection.pace,
        retained: &compiler::retained,
    };
    let removed = removal.run(&mut Interrupts::of_process()).await?;
    let (text, objects) = match removed {
        Removed::NothingThere => (format!("there is no stack {name} in {}: nothing to delete", target.region), 0),
        Removed::Gone { objects } => (format!("{name} is deleted, with {}", count(objects, "object")), objects),
    };
    session.ui.say(&result(
        "delete",
        text,
        [
            ("stackName", name.clone().into()),
            ("deleted", (removed != Removed::NothingThere).into()),
            ("objects", objects.into()),
        ],
    ));
    Ok(())
}
