//! Deleting a stack: shows what goes and what stays, empties the stack's own buckets, deletes, watches. Can be repeated at any point.

use super::driver::count;
use super::interrupt::{Interrupts, Wish};
use super::job::is_ours;
use super::outcome;
use super::report::report;
use super::status::{Entry, Operation, Standing, delete_entry, standing};
use super::watch::{Pace, Watch};
use crate::aws::Aws;
use crate::aws::cloudformation::{Stack, StackResource};
use crate::aws::retry;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::ui::line::{Change, ChangeKind, Line, Origin};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// For how long a single read is repeated.
const READ_PATIENCE: Duration = Duration::from_secs(60);
/// Buckets that are emptied side by side.
const AT_ONCE: usize = 4;

/// What a deletion needs to know.
pub struct Removal<'a> {
    /// AWS.
    pub aws: &'a Aws,
    /// The voice.
    pub ui: &'a Ui,
    /// Name of the stack.
    pub stack_name: &'a str,
    /// Name of the deployment bucket's resource.
    pub deployment_bucket: &'a str,
    /// `--autoConfirmOperation`.
    pub yes: bool,
    /// How often AWS is asked.
    pub pace: Pace,
    /// Finds the resources that the template says to keep; `None` when the template cannot be read.
    pub retained: &'a (dyn Fn(&str) -> Option<BTreeSet<String>> + Sync),
}

/// A stack that the user wants deleted.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// The stack as it is.
    pub stack: Stack,
    /// Buckets to empty.
    buckets: Vec<String>,
}

impl Removal<'_> {
    /// Shows what would go and asks; `None` when there is no such stack.
    pub async fn confirmed(&self, interrupts: &mut Interrupts) -> Result<Option<Confirmed>> {
        let none = BTreeMap::new();
        let quiet =
            interrupts.guard(self.quiet_stack(&none), || outcome::left_running(self.stack_name, &self.aws.region));
        let Some(stack) = quiet.await? else { return Ok(None) };
        self.may_be_deleted(&stack)?;
        let resources = retry::read(READ_PATIENCE, || self.aws.cloudformation.resources(self.stack_name)).await?;
        let template = retry::read(READ_PATIENCE, || self.aws.cloudformation.template(self.stack_name)).await?;
        let retained = template.as_deref().map_or_else(|| Some(BTreeSet::new()), self.retained);
        let buckets = self.announce(&resources, retained.as_ref());
        if !self.yes && !interrupts.guard(self.confirm(), || outcome::interrupted(self.stack_name, false)).await? {
            return Err(Failure::new(Exit::Consent, "declined", "nothing was deleted: the answer was no"));
        }
        Ok(Some(Confirmed { stack, buckets }))
    }

    /// Empties the buckets and deletes the stack; gives the number of objects that were deleted.
    pub async fn carry_out(&self, confirmed: &Confirmed, interrupts: &mut Interrupts) -> Result<usize> {
        let Confirmed { stack, buckets } = confirmed;
        let none = BTreeMap::new();
        let mut objects = 0;
        for attempt in 0..2 {
            objects += interrupts.guard(self.empty(buckets), || outcome::interrupted(self.stack_name, false)).await?;
            let (status, events) = self.delete(stack, attempt, interrupts, &none).await?;
            match standing(Operation::Delete, &status) {
                Standing::Succeeded => return Ok(objects),
                // Something wrote into a bucket between emptying and deleting (access logs, a queue's consumer): once more.
                _ if attempt == 0 && self.has_objects(buckets).await? => {
                    self.ui.info("Something was written into a bucket meanwhile: emptying it once more.");
                }
                left => {
                    let found = report(&events, self.stack_name, &none, &BTreeMap::new());
                    for cause in &found.causes {
                        self.ui.say(&Line::Cause(cause.clone()));
                    }
                    let first =
                        found.causes.first().map(|c| format!(" ({}: {})", c.logical_id, c.reason)).unwrap_or_default();
                    let message = format!("deleting {} failed{first}; the stack is {status}", self.stack_name);
                    self.ui.debug(format!("{left:?}"));
                    return Err(Failure::new(Exit::Stack, "stack-failed", message).hint(
                        "remove the cause and run the same command again; what is deleted already stays deleted",
                    ));
                }
            }
        }
        Ok(objects)
    }

    async fn confirm(&self) -> Result<bool> {
        self.ui.confirm(&format!("Delete stack {}", self.stack_name), "--autoConfirmOperation").await
    }

    /// The stack once nothing works on it any more.
    async fn quiet_stack(&self, origins: &BTreeMap<String, Origin>) -> Result<Option<Stack>> {
        let read = || retry::read(READ_PATIENCE, || self.aws.cloudformation.stack(self.stack_name));
        let Some(stack) = read().await? else { return Ok(None) };
        match delete_entry(&stack.status) {
            Entry::Create => return Ok(None),
            Entry::Wait => {}
            _ => return Ok(Some(stack)),
        }
        let phase = self.ui.begin("wait", format!("{} is {}: waiting for that to end", self.stack_name, stack.status));
        let after = retry::read(READ_PATIENCE, || self.aws.cloudformation.last_event(&stack.id)).await?;
        let mut watch = Watch::new(self.aws, self.ui, self.pace, origins, stack.id.clone(), after).joining();
        loop {
            let status = watch.look().await?;
            if delete_entry(&status) != Entry::Wait {
                self.ui.done(&phase, format!("it ended as {status}"));
                return Ok(read().await?.filter(|s| s.status != "DELETE_COMPLETE"));
            }
        }
    }

    fn may_be_deleted(&self, stack: &Stack) -> Result<()> {
        if !is_ours(stack) && stack.status != "REVIEW_IN_PROGRESS" {
            return outcome::refused(&super::machine::Outcome::Foreign, self.stack_name, &self.aws.region)
                .map_or(Ok(()), Err);
        }
        if stack.termination_protection {
            return Err(Failure::new(
                Exit::State,
                "protected-stack",
                format!("{} is protected from deletion", self.stack_name),
            )
            .hint("set `deploymentConfig.terminationProtection: false` in the config and deploy, then delete"));
        }
        Ok(())
    }

    /// Shows what happens to what holds data, and gives the buckets that have to be emptied.
    fn announce(&self, resources: &[StackResource], retained: Option<&BTreeSet<String>>) -> Vec<String> {
        let mut buckets = vec![];
        for resource in resources {
            if resource.status == "DELETE_COMPLETE" || resource.physical_id.is_empty() {
                continue;
            }
            let keep = retained.is_some_and(|r| r.contains(&resource.logical_id));
            let holds_data = super::data::holds_data(&resource.resource_type);
            let bucket = resource.resource_type == "AWS::S3::Bucket";
            let internal = resource.logical_id == self.deployment_bucket;
            if holds_data && keep {
                self.ui.info(format!(
                    "  = keep {} ({}): its DeletionPolicy says so",
                    resource.physical_id, resource.resource_type
                ));
            } else if holds_data && !internal {
                self.ui.say(&Line::Change(Change {
                    action: ChangeKind::Delete,
                    logical_id: resource.logical_id.clone(),
                    resource_type: resource.resource_type.clone(),
                    holds_data: true,
                    data_at_risk: true,
                    properties: vec![],
                    origin: Origin::default(),
                }));
            }
            // Without the template nobody knows which buckets are to be kept: then none but our own is touched.
            if bucket && !keep && (retained.is_some() || internal) {
                buckets.push(resource.physical_id.clone());
            }
        }
        let rest = resources.iter().filter(|r| !super::data::holds_data(&r.resource_type)).count();
        self.ui.info(format!("  - delete {}, without data of yours", count(rest, "other resource")));
        if !buckets.is_empty() {
            self.ui.info(format!("  {} will be emptied first: {}", count(buckets.len(), "bucket"), buckets.join(", ")));
        }
        buckets
    }

    async fn empty(&self, buckets: &[String]) -> Result<usize> {
        if buckets.is_empty() {
            return Ok(0);
        }
        let phase = self.ui.begin("empty", format!("Emptying {}", count(buckets.len(), "bucket")));
        let counts: Vec<usize> = stream::iter(buckets)
            .map(|bucket| async move {
                let mut deleted = 0;
                loop {
                    let batch = retry::read(READ_PATIENCE, || self.aws.s3.versions(bucket)).await?;
                    if batch.is_empty() {
                        return Ok::<_, Failure>(deleted);
                    }
                    for part in batch.chunks(1_000) {
                        self.aws.s3.delete(bucket, part).await?;
                    }
                    deleted += batch.len();
                    self.ui.update(format!("Emptying {bucket}: {deleted} deleted"));
                }
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let total = counts.iter().sum();
        self.ui.done(&phase, format!("{} deleted", count(total, "object")));
        Ok(total)
    }

    async fn has_objects(&self, buckets: &[String]) -> Result<bool> {
        for bucket in buckets {
            if !retry::read(READ_PATIENCE, || self.aws.s3.versions(bucket)).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn delete(
        &self,
        stack: &Stack,
        attempt: u32,
        interrupts: &mut Interrupts,
        origins: &BTreeMap<String, Origin>,
    ) -> Result<(String, Vec<crate::aws::cloudformation::StackEvent>)> {
        let phase = self.ui.begin("delete", format!("Deleting {}", self.stack_name));
        let after = retry::read(READ_PATIENCE, || self.aws.cloudformation.last_event(&stack.id)).await?;
        let token = format!("stp-delete-{attempt}-{:08x}{:08x}", fastrand::u32(..), fastrand::u32(..));
        self.aws.cloudformation.delete_stack(&stack.id, &token).await?;
        let mut watch = Watch::new(self.aws, self.ui, self.pace, origins, stack.id.clone(), after);
        loop {
            let status = tokio::select! {
                status = watch.look() => status?,
                () = interrupts.next() => match interrupts.wish(self.ui, Operation::Delete).await {
                    Wish::Leave => return Err(outcome::left_running(self.stack_name, &self.aws.region)),
                    _ => continue,
                },
            };
            if standing(Operation::Delete, &status) != Standing::Running {
                if status == "DELETE_COMPLETE" {
                    self.ui.done(&phase, "deleted");
                } else {
                    self.ui.failed(&phase, format!("it ended as {status}"));
                }
                return Ok((status, watch.events));
            }
        }
    }
}
