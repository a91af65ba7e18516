//! When scripts run, and what it means there that one fails or cannot run.

use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::ui::Ui;

/// When a script runs.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Its name in messages.
    pub name: &'static str,
    /// What it means that a script failed, and what to do.
    pub(super) consequence: &'static str,
    /// Whether bastions and roles of the stack are gone.
    pub(super) stack_is_gone: bool,
    /// What happens to a script that cannot run.
    unable: Unable,
}

/// What happens to a script that cannot run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unable {
    /// It is skipped with a warning.
    Skips,
    /// It ends the command, unless there is no stack: what a deletion takes away is not there to be saved afterwards.
    EndsWithStack,
    /// It ends the command.
    Ends,
}

/// Before anything is packaged or uploaded.
pub const BEFORE_DEPLOY: Moment = Moment {
    name: "hooks.beforeDeploy",
    consequence: "nothing was changed; correct it and deploy again",
    stack_is_gone: false,
    unable: Unable::Skips,
};
/// After everything else of a deploy.
pub const AFTER_DEPLOY: Moment = Moment {
    name: "hooks.afterDeploy",
    consequence: "the stack itself is deployed; correct the script and run it with `stacktape script:run`, or deploy again",
    stack_is_gone: false,
    unable: Unable::Skips,
};
/// After consent, before anything is deleted.
pub const BEFORE_DELETE: Moment = Moment {
    name: "hooks.beforeDelete",
    consequence: "nothing was deleted; correct it and delete again",
    stack_is_gone: false,
    unable: Unable::EndsWithStack,
};
/// After the stack is gone.
pub const AFTER_DELETE: Moment = Moment {
    name: "hooks.afterDelete",
    consequence: "the stack is deleted; run the script yourself",
    stack_is_gone: true,
    unable: Unable::Skips,
};
/// With `script:run`.
pub const BY_HAND: Moment = Moment {
    name: "script:run",
    consequence: "the stack itself was not changed",
    stack_is_gone: false,
    unable: Unable::Ends,
};

impl Moment {
    /// A script that cannot run whatever the stack is like.
    pub(super) fn cannot(self, ui: &Ui, script: &str, why: String) -> Result<()> {
        if self.unable == Unable::Ends {
            return Err(Failure::new(Exit::State, "cannot-run", format!("the script `{script}` cannot run: {why}"))
                .hint("deploy to AWS, and run it there"));
        }
        ui.warn(format!("{}: `{script}` is skipped: {why}", self.name));
        Ok(())
    }

    /// A script for which the stack has no values.
    pub(super) fn unknown(self, ui: &Ui, script: &str, what: &[String], deployed: bool) -> Result<()> {
        let list = what.join(", ");
        match self.unable {
            Unable::EndsWithStack if deployed => {
                let message = format!("{}: the deployed stack has no value for {list} of `{script}`", self.name);
                Err(Failure::new(Exit::State, "unknown-values", message).hint(
                    "deploy once with this config so that the stack tells them, or take the script out of the hook",
                ))
            }
            Unable::Ends => {
                let state =
                    if deployed { "the deployed stack has no value for" } else { "there is no stack that tells" };
                let message = format!("the script `{script}` cannot run: {state} {list}");
                Err(Failure::new(Exit::State, "unknown-values", message)
                    .hint("deploy with this config first, then run it again"))
            }
            _ => {
                let why = match (self.stack_is_gone, deployed) {
                    (true, _) => "the stack is deleted",
                    (false, true) => "what is deployed does not tell them: it will after this deploy",
                    (false, false) => "the stack is not deployed yet",
                };
                ui.warn(format!("{}: `{script}` is skipped, because {list} have no value: {why}", self.name));
                Ok(())
            }
        }
    }
}
