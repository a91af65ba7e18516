//! Carries the machine's steps out: the one place where a deploy talks to AWS and to the user.

use super::caches;
use super::changes::{Consent, changes, consent};
use super::interrupt::{Interrupts, Wish};
use super::job::{
    INLINE_TEMPLATE, Job, LARGEST_TEMPLATE, RollbackAlarm, StoredArtifact, VERSION_OUTPUT, is_ours, version_number,
    version_text,
};
use super::machine::{Event, Found, Machine, Outcome, Step};
use super::outcome;
use super::status::{Entry, Operation, entry};
use super::watch::{Pace, Watch};
use crate::aws::Aws;
use crate::aws::cloudformation::{
    ChangeSetKind, ChangeSetRef, ChangeSetRequest, ResourceChange, Stack, TemplateSource,
};
use crate::aws::error::Kind;
use crate::aws::retry;
use crate::aws::s3::{BucketOwner, Content, Put};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::ui::line::Line;
use crate::ui::{Phase, Ui};
use crate::upload;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

/// For how long a single read is repeated before the deploy gives up.
const READ_PATIENCE: Duration = Duration::from_secs(60);
/// For how long CloudFormation may take to make a change set.
const CHANGE_SET_PATIENCE: Duration = Duration::from_secs(900);

/// What the user has agreed to in advance.
#[derive(Clone, Debug, Default)]
pub struct Agreed {
    /// `--autoConfirmOperation`.
    pub yes: bool,
    /// `--allowReplace`.
    pub replace: BTreeSet<String>,
}

/// What a deploy leaves behind for the summary.
#[derive(Debug)]
pub struct Deployed {
    /// What happened.
    pub outcome: Outcome,
    /// The stack as it is now.
    pub stack: Option<Stack>,
    /// Objects that were uploaded.
    pub uploaded: usize,
    /// Whether protection from deletion was switched.
    pub protection_changed: bool,
    /// Whether caches of CDNs hold what is no longer so, by this run or by one that was killed.
    pub stale_caches: bool,
    /// Name of this run, for idempotency.
    pub run: String,
    /// Milliseconds by phase.
    pub phases: Vec<(String, u64)>,
}

/// A deploy that runs.
pub struct Driver<'a> {
    aws: &'a Aws,
    ui: &'a Ui,
    job: &'a Job,
    agreed: Agreed,
    pace: Pace,
    interrupts: &'a mut Interrupts,
    stack: Option<Stack>,
    stored: BTreeMap<String, StoredArtifact>,
    next_version: u32,
    change_set: Option<ChangeSetRef>,
    raw_changes: Vec<ResourceChange>,
    watch: Option<Watch<'a>>,
    phase: Option<Phase>,
    phases: Vec<(String, u64)>,
    uploaded: usize,
    stale_caches: bool,
    /// Part of every idempotency token: one for each run.
    run: String,
}

impl<'a> Driver<'a> {
    /// Prepares a deploy.
    pub fn new(
        aws: &'a Aws,
        ui: &'a Ui,
        job: &'a Job,
        agreed: Agreed,
        pace: Pace,
        interrupts: &'a mut Interrupts,
    ) -> Self {
        Self {
            aws,
            ui,
            job,
            agreed,
            pace,
            interrupts,
            stack: None,
            stored: BTreeMap::new(),
            next_version: 1,
            change_set: None,
            raw_changes: vec![],
            watch: None,
            phase: None,
            phases: vec![],
            uploaded: 0,
            stale_caches: false,
            run: format!("{:x}{:08x}", epoch_millis(), fastrand::u32(..)),
        }
    }

    /// Runs the machine to its end.
    pub async fn run(mut self) -> Result<Deployed> {
        let (mut machine, mut step) = Machine::start();
        loop {
            self.ui.debug(format!("step: {step:?}"));
            if let Step::Finish(outcome) = step {
                match (&outcome, self.phase.take()) {
                    (Outcome::Failed { status, .. }, Some(phase)) => {
                        self.ui.failed(&phase, format!("it ended as {status}"));
                    }
                    (_, phase) => {
                        self.phase = phase;
                        self.end_phase("done");
                    }
                }
                return self.finish(outcome).await;
            }
            let mut wishes = std::mem::replace(self.interrupts, Interrupts::none());
            let result = tokio::select! {
                event = self.carry_out(&step) => event,
                () = wishes.next() => self.interrupted(&step, &mut wishes).await,
            };
            *self.interrupts = wishes;
            match result {
                Ok(event) => step = machine.on(event),
                Err(failure) => {
                    self.ui.calm();
                    // What was shown and not wanted is not left lying about.
                    if step == Step::Ask {
                        self.discard().await;
                    }
                    return Err(failure);
                }
            }
        }
    }

    async fn carry_out(&mut self, step: &Step) -> Result<Event> {
        match step {
            Step::Look => self.look().await,
            Step::AwaitQuiet => self.await_quiet().await,
            Step::DeleteDead => self.delete_dead().await,
            Step::Bootstrap => self.bootstrap().await,
            Step::Upload => self.upload().await,
            Step::Propose => self.propose().await,
            Step::Ask => self.ask().await,
            Step::Execute => self.execute().await,
            Step::Discard => {
                self.discard().await;
                Ok(Event::Started)
            }
            Step::Watch(_) => match &mut self.watch {
                Some(watch) => watch.look().await.map(Event::Status),
                None => Ok(Event::Started),
            },
            // Ends the loop before it gets here.
            Step::Finish(_) => Ok(Event::Unchanged),
        }
    }

    async fn look(&mut self) -> Result<Event> {
        self.stack = self.read_stack().await?;
        Ok(Event::Seen(self.stack.as_ref().map(|s| Found { status: s.status.clone(), ours: is_ours(s) })))
    }

    async fn read_stack(&self) -> Result<Option<Stack>> {
        Ok(retry::read(READ_PATIENCE, || self.aws.cloudformation.stack(&self.job.stack_name)).await?)
    }

    async fn await_quiet(&mut self) -> Result<Event> {
        let status = self.stack.as_ref().map(|s| s.status.clone()).unwrap_or_default();
        if self.watch.is_none() {
            self.begin("wait", format!("{} is {status}: waiting for that to end", self.job.stack_name));
            let after = self.newest_event().await?;
            let id = self.stack.as_ref().map_or_else(|| self.job.stack_name.clone(), |s| s.id.clone());
            self.watch = Some(Watch::new(self.aws, self.ui, self.pace, &self.job.origins, id, after).joining());
        }
        loop {
            let Some(watch) = &mut self.watch else { return Ok(Event::Quiet) };
            let status = watch.look().await?;
            if entry(&status) != Entry::Wait {
                self.watch = None;
                self.end_phase(&format!("it ended as {status}"));
                return Ok(Event::Quiet);
            }
        }
    }

    async fn delete_dead(&mut self) -> Result<Event> {
        let id = self.stack.as_ref().map_or_else(|| self.job.stack_name.clone(), |s| s.id.clone());
        self.begin(
            "clear",
            format!("The first deploy of {} failed and left an empty stack: deleting it", self.job.stack_name),
        );
        let after = self.newest_event().await?;
        self.aws.cloudformation.delete_stack(&id, &self.token("clear")).await?;
        self.watch = Some(Watch::new(self.aws, self.ui, self.pace, &self.job.origins, id, after));
        Ok(Event::Started)
    }

    async fn bootstrap(&mut self) -> Result<Event> {
        self.end_phase("deleted");
        match retry::read(READ_PATIENCE, || self.aws.s3.owner(&self.job.bucket)).await? {
            BucketOwner::Nobody => {}
            owner => return Err(outcome::bucket_taken(&self.job.bucket, owner)),
        }
        self.begin("bootstrap", format!("Creating stack {}", self.job.stack_name));
        let template = TemplateSource::Body(self.job.bootstrap.clone());
        let made = self.create_change_set(ChangeSetKind::Create, "bootstrap", template).await?;
        let Some(set) = self.await_change_set(&made).await? else {
            return Err(Failure::new(Exit::Internal, "empty-bootstrap", "the initial template creates nothing"));
        };
        self.ui.debug(format!("{} resources in the initial template", set.len()));
        self.start(&made, "bootstrap", None).await
    }

    async fn upload(&mut self) -> Result<Event> {
        self.end_phase("created");
        // After the bootstrap the stack is another one than the one that was looked at.
        self.stack = self.read_stack().await?;
        let deployed = self.stack.as_ref().and_then(|s| s.outputs.get(VERSION_OUTPUT)).cloned();
        let current = deployed.as_deref().and_then(version_number).unwrap_or(0);
        self.next_version = current + 1;
        self.begin("upload", "Comparing with what is deployed");
        let listed = retry::read(READ_PATIENCE, || self.aws.s3.list(&self.job.bucket, "")).await;
        let objects = listed.map_err(|error| match error.kind {
            Kind::NotFound => outcome::bucket_gone(&self.job.bucket, &self.aws.region),
            _ => error.into(),
        })?;
        self.stale_caches = objects.iter().any(|o| o.key == caches::DUE);
        let uploads = upload::plan(&self.job.artifacts, &objects, &version_text(self.next_version));
        self.stored = uploads.stored;
        if !self.job.always
            && uploads.missing.is_empty()
            && current > 0
            && self.is_deployed(&version_text(current)).await?
        {
            self.end_phase("nothing changed");
            return Ok(Event::Unchanged);
        }
        upload::upload(&*self.aws.s3, self.ui, &self.job.bucket, &uploads.missing).await?;
        self.uploaded = uploads.missing.len();
        let reused = self.job.artifacts.len() - self.uploaded;
        self.end_phase(&format!("{} uploaded, {reused} already there", count(self.uploaded, "artifact")));
        Ok(Event::Uploaded)
    }

    /// Whether the stack holds this very template with these very tags. A template that another tool wrote differs in its text;
    /// then CloudFormation compares.
    async fn is_deployed(&self, version: &str) -> Result<bool> {
        let Some(stack) = &self.stack else { return Ok(false) };
        if !matches!(
            stack.status.as_str(),
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_COMPLETE"
        ) {
            return Ok(false);
        }
        let tags: BTreeMap<String, String> = self.job.tags.iter().cloned().collect();
        if stack.tags != tags {
            return Ok(false);
        }
        let deployed = retry::read(READ_PATIENCE, || self.aws.cloudformation.template(&self.job.stack_name)).await?;
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        let ours = (self.job.render)(&self.stored, version)?;
        Ok(deployed.as_deref().and_then(json).is_some_and(|deployed| Some(deployed) == json(&ours)))
    }

    async fn propose(&mut self) -> Result<Event> {
        self.begin("changes", "Asking CloudFormation what will change");
        let version = version_text(self.next_version);
        let text = (self.job.render)(&self.stored, &version)?;
        let template = if text.len() <= INLINE_TEMPLATE {
            TemplateSource::Body(text)
        } else {
            self.upload_template(&version, text).await?
        };
        let made = self.create_change_set(ChangeSetKind::Update, &version, template).await?;
        let set = self.await_change_set(&made).await?;
        self.change_set = Some(made);
        match set {
            Some(raw) => {
                self.end_phase(&format!("{} will change", count(raw.len(), "resource")));
                self.raw_changes = raw;
                Ok(Event::Proposed)
            }
            None => {
                self.discard().await;
                self.end_phase("nothing changed");
                Ok(Event::Unchanged)
            }
        }
    }

    async fn upload_template(&self, version: &str, text: String) -> Result<TemplateSource> {
        if text.len() > LARGEST_TEMPLATE {
            return Err(outcome::template_too_large(text.len()));
        }
        let key = format!("cf-template/{version}.yml");
        let put = Put {
            bucket: self.job.bucket.clone(),
            key: key.clone(),
            content: Content::Bytes(text.into_bytes()),
            content_type: Some("application/json".into()),
            headers: BTreeMap::new(),
            tags: vec![],
        };
        self.aws.s3.put(&put).await?;
        Ok(TemplateSource::Url(match &self.aws.s3_endpoint {
            Some(endpoint) => format!("{}/{}/{key}", endpoint.trim_end_matches('/'), self.job.bucket),
            None => {
                let domain = if self.aws.region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
                format!("https://{}.s3.{}.{domain}/{key}", self.job.bucket, self.aws.region)
            }
        }))
    }

    async fn create_change_set(
        &self,
        kind: ChangeSetKind,
        label: &str,
        template: TemplateSource,
    ) -> Result<ChangeSetRef> {
        let name = format!("{}-{}-{label}", self.job.stack_name, epoch_millis());
        let request = ChangeSetRequest {
            stack_name: self.job.stack_name.clone(),
            // At most 128 characters; the end makes it unique.
            name: if name.len() > 128 { format!("c{}", &name[name.len() - 120..]) } else { name },
            token: self.token(&format!("set-{label}")),
            kind,
            template,
            tags: self.job.tags.clone(),
            role_arn: self.job.role_arn.clone(),
            notification_arns: self.job.notification_arns.clone(),
            // Alarms that the config itself makes do not exist before the first full deploy.
            rollback_alarms: if kind == ChangeSetKind::Create { vec![] } else { self.rollback_alarms().await? },
            monitoring_minutes: if kind == ChangeSetKind::Create { None } else { self.job.monitoring_minutes },
        };
        Ok(self.aws.cloudformation.create_change_set(&request).await?)
    }

    /// Alarms that exist now: one that this deploy makes cannot watch over it.
    async fn rollback_alarms(&self) -> Result<Vec<String>> {
        let wanted = &self.job.rollback_alarms;
        let mut there = BTreeSet::new();
        if wanted.iter().any(|a| a.logical_id.is_some()) {
            let resources =
                retry::read(READ_PATIENCE, || self.aws.cloudformation.resources(&self.job.stack_name)).await?;
            there.extend(resources.into_iter().filter(|r| r.status.ends_with("_COMPLETE")).map(|r| r.logical_id));
        }
        let exists = |alarm: &&RollbackAlarm| alarm.logical_id.as_ref().is_none_or(|id| there.contains(id));
        Ok(wanted.iter().filter(exists).map(|alarm| alarm.arn.clone()).collect())
    }

    /// Waits until the change set is ready; `None` when it would change nothing.
    async fn await_change_set(&self, made: &ChangeSetRef) -> Result<Option<Vec<ResourceChange>>> {
        let deadline = tokio::time::Instant::now() + CHANGE_SET_PATIENCE;
        loop {
            let set = retry::read(READ_PATIENCE, || self.aws.cloudformation.change_set(&made.id)).await?;
            match set.status.as_str() {
                "CREATE_COMPLETE" => return Ok(Some(set.changes)),
                "FAILED" => {
                    let reason = set.reason.unwrap_or_else(|| "CloudFormation gives no reason".into());
                    if reason.contains("didn't contain changes") || reason.contains("No updates are to be performed") {
                        return Ok(None);
                    }
                    return Err(outcome::change_set_failed(&reason));
                }
                _ if tokio::time::Instant::now() > deadline => {
                    return Err(outcome::change_set_failed("CloudFormation did not finish it in 15 minutes"));
                }
                _ => tokio::time::sleep(retry::jitter(self.pace.poll / 2)).await,
            }
        }
    }

    async fn ask(&mut self) -> Result<Event> {
        let changes = changes(&self.raw_changes, &self.job.origins);
        for change in &changes {
            self.ui.say(&Line::Change(change.clone()));
        }
        if changes.is_empty() {
            self.ui.info("  only outputs, tags or settings of the stack change");
        }
        match consent(&changes, &self.agreed.replace) {
            Consent::NotNeeded => Ok(Event::Answered(true)),
            Consent::Yes(_) if self.agreed.yes => Ok(Event::Answered(true)),
            Consent::Yes(question) => self.ui.confirm(&question, "--autoConfirmOperation").await.map(Event::Answered),
            Consent::ByName(failure) => Err(failure),
        }
    }

    async fn execute(&mut self) -> Result<Event> {
        let Some(made) = self.change_set.clone() else { return Ok(Event::Unchanged) };
        // A new stack has nothing in its caches.
        if !self.job.invalidations.is_empty() && self.next_version > 1 {
            caches::note(self.aws, self.job).await?;
            self.stale_caches = true;
        }
        let after = self.newest_event().await?;
        self.begin("deploy", format!("Deploying {}", self.job.stack_name));
        self.start(&made, "deploy", after).await
    }

    async fn start(&mut self, made: &ChangeSetRef, label: &str, after: Option<String>) -> Result<Event> {
        // A bootstrap that fails is worth nothing: it is always rolled back.
        let keep = self.job.disable_rollback && label == "deploy";
        self.aws.cloudformation.execute_change_set(&made.id, &self.token(&format!("run-{label}")), keep).await?;
        self.watch = Some(Watch::new(self.aws, self.ui, self.pace, &self.job.origins, made.stack_id.clone(), after));
        Ok(Event::Started)
    }

    /// Throws the change set away; when that fails, CloudFormation keeps it without harm.
    async fn discard(&mut self) {
        if let Some(made) = self.change_set.take()
            && let Err(error) = self.aws.cloudformation.delete_change_set(&made.id).await
        {
            self.ui.debug(format!("the change set was not deleted: {}", error.message));
        }
    }

    async fn newest_event(&self) -> Result<Option<String>> {
        Ok(retry::read(READ_PATIENCE, || self.aws.cloudformation.last_event(&self.job.stack_name)).await?)
    }

    async fn interrupted(&mut self, step: &Step, interrupts: &mut Interrupts) -> Result<Event> {
        self.ui.calm();
        let Step::Watch(operation) = step else {
            let asked = matches!(step, Step::Bootstrap | Step::Execute | Step::DeleteDead);
            return Err(outcome::interrupted(&self.job.stack_name, asked));
        };
        match interrupts.wish(self.ui, *operation).await {
            Wish::GoOn => Ok(Event::Status("UPDATE_IN_PROGRESS".into())),
            Wish::Leave => Err(outcome::left_running(&self.job.stack_name, &self.aws.region)),
            Wish::Cancel => {
                self.aws.cloudformation.cancel_update(&self.job.stack_name, &self.token("cancel")).await?;
                self.ui.info("The update is cancelled; CloudFormation rolls it back.");
                Ok(Event::Status("UPDATE_ROLLBACK_IN_PROGRESS".into()))
            }
        }
    }

    async fn finish(mut self, outcome: Outcome) -> Result<Deployed> {
        self.stack = self.read_stack().await?;
        let protection_changed = match outcome {
            Outcome::Deployed { .. } | Outcome::Unchanged => self.protect().await?,
            _ => false,
        };
        if matches!(outcome, Outcome::Deployed { .. }) {
            self.sweep().await;
        }
        if let Outcome::Failed { operation, standing, status } = &outcome {
            let events = self.watch.take().map(|w| w.events).unwrap_or_default();
            return Err(outcome::failed(self.ui, self.job, &self.aws.region, &events, *operation, *standing, status));
        }
        Ok(Deployed {
            outcome,
            stack: self.stack,
            uploaded: self.uploaded,
            protection_changed,
            stale_caches: self.stale_caches && !self.job.invalidations.is_empty(),
            run: self.run,
            phases: self.phases,
        })
    }

    /// Brings termination protection in line with the config; it is no part of a change set.
    async fn protect(&mut self) -> Result<bool> {
        let Some(stack) = &self.stack else { return Ok(false) };
        let wanted = self.job.termination_protection;
        if stack.termination_protection == wanted {
            return Ok(false);
        }
        self.aws.cloudformation.set_termination_protection(&self.job.stack_name, wanted).await?;
        self.ui.info(format!("Termination protection is {} now.", if wanted { "on" } else { "off" }));
        Ok(true)
    }

    /// Deletes artifacts that no kept version needs. Tidying is no reason to call a good deploy bad.
    async fn sweep(&mut self) {
        let Ok(objects) = self.aws.s3.list(&self.job.bucket, "").await else { return };
        let in_use = self.stored.values().map(|a| a.key.as_str()).collect();
        let old = upload::obsolete(&objects, self.job.keep_versions, &in_use);
        for batch in old.chunks(1_000) {
            if let Err(error) = self.aws.s3.delete(&self.job.bucket, batch).await {
                self.ui.debug(format!("old artifacts were not deleted: {}", error.message));
                return;
            }
        }
        if !old.is_empty() {
            self.ui.debug(format!("deleted {}", count(old.len(), "old artifact")));
        }
    }

    fn begin(&mut self, name: &'static str, text: impl Into<String>) {
        self.end_phase("done");
        self.phase = Some(self.ui.begin(name, text));
    }

    fn end_phase(&mut self, text: &str) {
        if let Some(phase) = self.phase.take() {
            let ms = self.ui.done(&phase, text);
            self.phases.push((phase.name().to_owned(), ms));
        }
    }

    fn token(&self, label: &str) -> String {
        format!("stp-{}-{label}", self.run)
    }
}

/// Which operation Ctrl-C would interrupt can be cancelled.
pub fn can_cancel(operation: Operation) -> bool {
    operation == Operation::Update
}

fn epoch_millis() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_millis())
}

/// `1 artifact`, `2 artifacts`.
pub fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
