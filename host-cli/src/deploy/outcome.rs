//! How endings are told: a failed stack with its root causes and the way on, refusals with the command that helps.

use super::driver::count;
use super::job::{Job, LARGEST_TEMPLATE};
use super::machine::Outcome;
use super::report::report;
use super::status::{Operation, Refusal, Standing};
use crate::aws::cloudformation::StackEvent;
use crate::aws::s3::BucketOwner;
use crate::error::Failure;
use crate::exit::Exit;
use crate::ui::Ui;
use crate::ui::line::Line;

/// Tells why the operation failed and gives the failure that ends the command.
pub fn failed(
    ui: &Ui,
    job: &Job,
    region: &str,
    events: &[StackEvent],
    operation: Operation,
    standing: Standing,
    status: &str,
) -> Failure {
    let found = report(events, &job.stack_name, &job.origins, &job.excerpts);
    for cause in &found.causes {
        ui.say(&Line::Cause(cause.clone()));
    }
    if found.cascaded > 0 {
        ui.info(format!(
            "{} cancelled because of that.",
            count(found.cascaded, "other resource") + if found.cascaded == 1 { " was" } else { " were" }
        ));
    }
    let name = &job.stack_name;
    let what = match operation {
        Operation::Create => "creating",
        Operation::Update => "deploying",
        Operation::Delete => "deleting",
    };
    let first = found.causes.first().map(|c| format!(" ({}: {})", c.logical_id, c.reason)).unwrap_or_default();
    let failure =
        Failure::new(Exit::Stack, "stack-failed", format!("{what} {name} failed{first}; the stack is {status}"));
    match standing {
        Standing::RolledBack if operation == Operation::Create => {
            failure.hint("correct the cause and deploy again: the empty stack is removed by that")
        }
        Standing::RolledBack => failure.hint("everything is as it was before; correct the cause and deploy again"),
        Standing::Kept => failure.hint("what was made is kept (rollback is off); correct the cause and deploy again"),
        Standing::Stuck | Standing::Running | Standing::Succeeded => {
            let way = match (operation, status) {
                (_, "UPDATE_ROLLBACK_FAILED") => continue_rollback(name, region),
                (Operation::Delete, _) => "run the same command again once the cause is removed".into(),
                _ => format!("delete the stack and deploy again: `stacktape delete` (region {region})"),
            };
            failure.hint(way)
        }
    }
}

fn continue_rollback(name: &str, region: &str) -> String {
    format!(
        "remove what blocks the rollback, then `aws cloudformation continue-update-rollback --stack-name {name} --region {region}`, \
         and deploy again"
    )
}

/// The failure of an outcome that is no success and no failed operation.
pub fn refused(outcome: &Outcome, name: &str, region: &str) -> Option<Failure> {
    let refused = |code, message: String| Failure::new(Exit::State, code, message);
    Some(match outcome {
        Outcome::Declined => Failure::new(Exit::Consent, "declined", "nothing was changed: the answer was no"),
        Outcome::Foreign => {
            refused("foreign-stack", format!("there is a stack {name} in {region} that this tool did not make"))
                .hint("choose another project name or stage")
        }
        Outcome::Refused(status, why) => {
            let failure = refused("stack-state", format!("{name} is {status}: it cannot be deployed to"));
            match why {
                Refusal::RollbackFailed => failure
                    .hint("its first deploy failed half-way; delete it with `stacktape delete`, then deploy again"),
                Refusal::UpdateRollbackFailed | Refusal::ImportRollbackFailed => {
                    failure.hint(continue_rollback(name, region))
                }
                Refusal::DeleteFailed => failure.hint("finish the deletion first: `stacktape delete`"),
                Refusal::Unknown => {
                    failure.hint("this version does not know that state; look at the stack in the AWS console")
                }
            }
        }
        _ => return None,
    })
}

/// The name of the deployment bucket is not free.
pub fn bucket_taken(bucket: &str, owner: BucketOwner) -> Failure {
    let failure = Failure::new(
        Exit::Aws,
        "bucket-name-taken",
        match owner {
            BucketOwner::Other => {
                format!("the bucket name {bucket}, which this stack needs, belongs to another AWS account")
            }
            _ => format!("the bucket {bucket} exists already, but its stack does not"),
        },
    );
    match owner {
        BucketOwner::Other => failure.hint("choose another project name or stage: the bucket's name follows from them"),
        _ => failure.hint(format!(
            "it is left over from an earlier stack; if nothing in it is needed: `aws s3 rb s3://{bucket} --force`"
        )),
    }
}

/// The stack is there, and its deployment bucket is not.
pub fn bucket_gone(bucket: &str, region: &str) -> Failure {
    Failure::new(Exit::State, "bucket-gone", format!("the stack's deployment bucket {bucket} does not exist any more"))
        .hint(format!("make it again, then deploy: `aws s3 mb s3://{bucket} --region {region}`"))
}

/// The final template is larger than CloudFormation takes.
pub fn template_too_large(bytes: usize) -> Failure {
    Failure::new(
        Exit::Config,
        "limit-exceeded",
        format!("the template has {bytes} bytes; CloudFormation takes at most {LARGEST_TEMPLATE}"),
    )
    .hint("split the app into two projects that share values through stack outputs")
}

/// CloudFormation could not make the change set.
pub fn change_set_failed(reason: &str) -> Failure {
    Failure::new(Exit::Aws, "change-set-failed", format!("CloudFormation refuses the template: {reason}"))
        .hint("nothing was changed; look at the resource that the message names with `stacktape synth`")
}

/// Ctrl-C while nothing was watched. `asked`: a request to CloudFormation was on its way.
pub fn interrupted(name: &str, asked: bool) -> Failure {
    let state = if asked { "CloudFormation may have started to work on it" } else { "nothing works on it" };
    Failure::new(Exit::Interrupted, "interrupted", format!("interrupted while working on {name}; {state}"))
        .hint("run the same command again: it takes up where it was")
}

/// Ctrl-C while CloudFormation works.
pub fn left_running(name: &str, region: &str) -> Failure {
    Failure::new(
        Exit::Interrupted,
        "interrupted",
        format!("no longer watching {name}; CloudFormation goes on by itself"),
    )
    .hint(format!("how it stands: `stacktape info:stack --stackName {name} --region {region}`"))
    .hint("run the same command again to wait for the end")
}
