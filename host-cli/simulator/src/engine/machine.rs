//! The state machine of a stack operation. `tick` does one small step: every resource that can move moves by one stage. All state is in the stack,
//! so stopping between two ticks and going on after a restart is the same as not stopping.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::engine::intrinsics::Environment;
use crate::engine::physical;
use crate::engine::plan::{Prepared, Present};
use crate::model::{
    Action, Event, FailOperation, OnFailure, Operation, Phase, Resource, ResourceStatus, Stack, StackStatus, Stage,
    Task, now, uuid,
};
use crate::store::World;

mod forward;
mod undo;

/// One step of the stack's operation. Says whether there is more to do.
pub(crate) fn tick(world: &mut World, id: &str) -> bool {
    let Some(mut stack) = world.stacks.remove(id) else { return false };
    let more = match stack.operation.take() {
        None => false,
        Some(operation) => {
            let environment = world.environment(&stack);
            let mut machine = Machine { world, stack: &mut stack, operation, environment, finished: false };
            machine.step();
            let (finished, operation) = (machine.finished, machine.operation);
            stack.operation = (!finished).then_some(operation);
            !finished
        }
    };
    world.stacks.insert(id.to_owned(), stack);
    if !more {
        world.prepared.remove(id);
    }
    world.save(id, !more);
    more
}

/// Sets a stack's status and writes the event that tells of it.
pub(crate) fn set_status(stack: &mut Stack, status: StackStatus, reason: Option<&str>, token: Option<&str>) {
    stack.status = status;
    stack.status_reason = reason.map(str::to_owned);
    let event = Event {
        id: uuid(),
        logical_id: stack.name.clone(),
        physical_id: stack.id.clone(),
        kind: "AWS::CloudFormation::Stack".into(),
        time: now(),
        status: status.as_str().into(),
        reason: reason.map(str::to_owned),
        properties: None,
        token: token.map(str::to_owned),
    };
    stack.events.push(event);
}

/// Begins the creation of a stack whose definition has been checked.
pub(crate) fn begin_create(
    stack: &mut Stack,
    on_failure: OnFailure,
    retain_except_on_create: bool,
    token: Option<String>,
) {
    set_status(stack, StackStatus::CreateInProgress, Some("User Initiated"), token.as_deref());
    stack.operation = Some(operation(Phase::Create, on_failure, retain_except_on_create, token));
}

/// Begins an update; the stack's definition is the new one already and `stable` holds what to return to.
pub(crate) fn begin_update(
    stack: &mut Stack,
    on_failure: OnFailure,
    retain_except_on_create: bool,
    token: Option<String>,
) {
    stack.updated = Some(now());
    set_status(stack, StackStatus::UpdateInProgress, Some("User Initiated"), token.as_deref());
    stack.operation = Some(operation(Phase::Update, on_failure, retain_except_on_create, token));
}

/// Begins a deletion; `skip` names resources to leave, `force` lets the others that cannot be deleted be left, too.
pub(crate) fn begin_delete(stack: &mut Stack, skip: BTreeSet<String>, force: bool, token: Option<String>) {
    set_status(stack, StackStatus::DeleteInProgress, Some("User Initiated"), token.as_deref());
    let mut operation = operation(Phase::Delete, OnFailure::DoNothing, false, token);
    operation.tasks = undo::deletions(stack, |_| true);
    operation.skip = skip;
    operation.force_delete = force;
    stack.operation = Some(operation);
}

/// Begins the way back from a failed creation or update, as RollbackStack and ContinueUpdateRollback ask for.
pub(crate) fn begin_rollback(
    stack: &mut Stack,
    skip: BTreeSet<String>,
    retain_except_on_create: bool,
    token: Option<String>,
) {
    let mut operation = operation(Phase::Revert, OnFailure::Rollback, retain_except_on_create, token);
    operation.skip = skip;
    undo::turn_back(stack, &mut operation, "User Initiated");
    stack.operation = Some(operation);
}

fn operation(phase: Phase, on_failure: OnFailure, retain_except_on_create: bool, token: Option<String>) -> Operation {
    Operation {
        phase,
        token,
        on_failure,
        tasks: Vec::new(),
        cancelled: false,
        skip: BTreeSet::new(),
        force_delete: false,
        retain_except_on_create,
    }
}

/// One operation with everything that it works on.
struct Machine<'a> {
    world: &'a mut World,
    stack: &'a mut Stack,
    operation: Operation,
    environment: Environment,
    finished: bool,
}

impl Machine<'_> {
    fn step(&mut self) {
        match self.operation.phase {
            Phase::Create | Phase::Update => self.forward(),
            Phase::Revert => self.revert(),
            Phase::Cleanup | Phase::RevertCleanup | Phase::Rollback | Phase::Delete => self.delete(),
        }
    }

    /// The tasks that may move in this tick: running ones, and waiting ones whose needs are met.
    fn movable(&self) -> Vec<(usize, Stage)> {
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        for task in &self.operation.tasks {
            *open.entry(&task.logical_id).or_default() += usize::from(!self.counts_as_done(task.stage));
        }
        let ready = |task: &Task| task.needs.iter().all(|need| open.get(need.as_str()).is_none_or(|left| *left == 0));
        let tasks = self.operation.tasks.iter().enumerate();
        tasks
            .filter(|(_, task)| task.stage.running() || (task.stage == Stage::Waiting && ready(task)))
            .map(|(index, task)| (index, task.stage))
            .collect()
    }

    /// Cleanups and forced deletions go on over what cannot be deleted.
    fn counts_as_done(&self, stage: Stage) -> bool {
        let lenient =
            matches!(self.operation.phase, Phase::Cleanup | Phase::RevertCleanup) || self.operation.force_delete;
        stage == Stage::Done || (lenient && stage == Stage::Failed)
    }

    fn status(&mut self, status: StackStatus, reason: Option<&str>) {
        let token = self.operation.token.clone();
        set_status(self.stack, status, reason, token.as_deref());
    }

    /// Writes an event about a resource.
    fn event(&mut self, resource: &Resource, status: ResourceStatus, reason: Option<&str>) {
        let time = now();
        self.stack.events.push(Event {
            id: format!("{}-{status}-{time}-{}", resource.logical_id, self.stack.events.len()),
            logical_id: resource.logical_id.clone(),
            physical_id: resource.physical_id.clone(),
            kind: resource.kind.clone(),
            time,
            status: status.as_str().into(),
            reason: reason.map(str::to_owned),
            properties: Some(Value::Object(resource.properties.clone()).to_string()),
            token: self.operation.token.clone(),
        });
    }

    /// Gives the resource that the stack lists under this id a status, and tells of it.
    fn note(&mut self, id: &str, status: ResourceStatus, reason: Option<&str>) {
        let Some(resource) = self.stack.resources.get_mut(id) else { return };
        resource.status = status;
        resource.status_reason = reason.map(str::to_owned);
        resource.updated = now();
        let resource = resource.clone();
        self.event(&resource, status, reason);
    }

    fn ordered_failure(&mut self, id: &str, operations: &[FailOperation]) -> Option<String> {
        self.world.ordered_failure(&self.stack.name, id, operations)
    }

    /// The ids of tasks that failed or were cancelled, in order.
    fn failed(&self) -> Vec<String> {
        let failed = self.operation.tasks.iter().filter(|task| matches!(task.stage, Stage::Failed | Stage::Cancelled));
        let ids: BTreeSet<&String> = failed.map(|task| &task.logical_id).collect();
        ids.into_iter().cloned().collect()
    }

    fn finish(&mut self, status: StackStatus, reason: Option<&str>) {
        self.status(status, reason);
        if status.stable() || matches!(status, StackStatus::RollbackComplete | StackStatus::DeleteComplete) {
            self.stack.stable = None;
        }
        self.finished = true;
    }
}
