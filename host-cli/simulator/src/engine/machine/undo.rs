//! The ways that take something away: deleting a stack, cleaning up after an update, and rolling back what failed.

use std::collections::BTreeSet;

use super::*;
use crate::model::{Snapshot, Stage};

/// Deletion tasks for the resources that `which` names and for all leftovers, dependents before what they depend on.
pub(super) fn deletions(stack: &Stack, which: impl Fn(&str) -> bool) -> Vec<Task> {
    let current = stack
        .resources
        .values()
        .filter(|resource| which(&resource.logical_id) && resource.status != ResourceStatus::DeleteComplete);
    let victims: Vec<(&Resource, bool)> = current
        .map(|resource| (resource, true))
        .chain(stack.leftovers.iter().map(|resource| (resource, false)))
        .collect();
    let dependents = |of: &Resource| {
        let others = victims
            .iter()
            .filter(|(other, _)| other.logical_id != of.logical_id && other.depends_on.contains(&of.logical_id));
        others.map(|(other, _)| other.logical_id.clone()).collect::<BTreeSet<_>>()
    };
    victims
        .iter()
        .map(|(resource, current)| Task {
            logical_id: resource.logical_id.clone(),
            needs: dependents(resource),
            action: Action::Delete { victim: Box::new((*resource).clone()), current: *current },
            stage: Stage::Waiting,
        })
        .collect()
}

/// Starts the way back: to the last stable state when there is one, else to nothing.
pub(super) fn turn_back(stack: &mut Stack, operation: &mut Operation, reason: &str) {
    let token = operation.token.clone();
    operation.cancelled = false;
    match &stack.stable {
        None => {
            operation.phase = Phase::Rollback;
            operation.tasks = deletions(stack, |_| true);
            set_status(stack, StackStatus::RollbackInProgress, Some(reason), token.as_deref());
        }
        Some(stable) => {
            operation.phase = Phase::Revert;
            operation.tasks = reversions(stack, stable);
            set_status(stack, StackStatus::UpdateRollbackInProgress, Some(reason), token.as_deref());
        }
    }
}

fn reversions(stack: &Stack, stable: &Snapshot) -> Vec<Task> {
    let differs = |old: &Resource| {
        stack.resources.get(&old.logical_id).is_none_or(|present| {
            present.physical_id != old.physical_id
                || present.properties != old.properties
                || present.stack_tags != old.stack_tags
                || present.metadata != old.metadata
                || !matches!(present.status, ResourceStatus::CreateComplete | ResourceStatus::UpdateComplete)
        })
    };
    let changed: Vec<&Resource> = stable.resources.values().filter(|old| old.exists() && differs(old)).collect();
    let ids: BTreeSet<&String> = changed.iter().map(|old| &old.logical_id).collect();
    changed
        .iter()
        .map(|old| Task {
            logical_id: old.logical_id.clone(),
            needs: old.depends_on.iter().filter(|need| ids.contains(need)).cloned().collect(),
            action: Action::Revert { to: Box::new((*old).clone()) },
            stage: Stage::Waiting,
        })
        .collect()
}

impl Machine<'_> {
    /// Puts resources back to what they were before the update.
    pub(super) fn revert(&mut self) {
        for (index, stage) in self.movable() {
            let id = self.operation.tasks[index].logical_id.clone();
            match stage {
                Stage::Waiting => {
                    self.note(&id, ResourceStatus::UpdateInProgress, None);
                    self.operation.tasks[index].stage = Stage::Begun;
                }
                Stage::Begun => {
                    let Action::Revert { to } = &self.operation.tasks[index].action else { continue };
                    let to = (**to).clone();
                    let stage = match self.put_back(to) {
                        Ok(()) => Stage::Initiated,
                        Err(reason) => {
                            self.note(&id, ResourceStatus::UpdateFailed, Some(&reason));
                            Stage::Failed
                        }
                    };
                    self.operation.tasks[index].stage = stage;
                }
                Stage::Initiated => {
                    self.note(&id, ResourceStatus::UpdateComplete, None);
                    self.operation.tasks[index].stage = Stage::Done;
                }
                Stage::Done | Stage::Failed | Stage::Cancelled => {}
            }
        }
        if !self.movable().is_empty() {
            return;
        }
        let failed = self.failed();
        if !failed.is_empty() {
            let reason = format!("The following resource(s) failed to update: [{}].", failed.join(", "));
            return self.finish(StackStatus::UpdateRollbackFailed, Some(&reason));
        }
        self.restore();
    }

    fn put_back(&mut self, mut to: Resource) -> Result<(), String> {
        let id = to.logical_id.clone();
        if self.operation.skip.contains(&id) {
            // Left as it is, and believed to be what it was.
            self.stack.resources.insert(id, to);
            return Ok(());
        }
        if let Some(reason) = self.ordered_failure(&id, &[FailOperation::Rollback]) {
            return Err(reason);
        }
        let present = self.stack.resources.get(&id).cloned();
        if present.as_ref().is_none_or(|present| present.physical_id != to.physical_id) {
            let leftover =
                self.stack.leftovers.iter().position(|old| old.logical_id == id && old.physical_id == to.physical_id);
            match leftover {
                Some(position) => _ = self.stack.leftovers.remove(position),
                None => {
                    // It was deleted before its replacement was made, so it is made again.
                    if let Some(present) = &present {
                        physical::delete(self.world, present)?;
                    }
                    physical::create(self.world, self.stack, &self.environment, &mut to, None)?;
                    self.stack.resources.insert(id, to);
                    return Ok(());
                }
            }
            self.stack.leftovers.extend(present.filter(Resource::exists));
        }
        self.stack.resources.insert(id, to);
        Ok(())
    }

    /// All resources are back: so are definition and outputs; what the update had made goes.
    fn restore(&mut self) {
        let Some(stable) = self.stack.stable.clone() else {
            return self.finish(StackStatus::UpdateRollbackComplete, None);
        };
        self.stack.definition = stable.definition;
        self.stack.description = stable.description;
        self.stack.outputs = stable.outputs;
        let kept: BTreeSet<String> = stable.resources.keys().cloned().collect();
        self.operation.tasks = deletions(self.stack, |id| !kept.contains(id));
        self.operation.phase = Phase::RevertCleanup;
        self.status(StackStatus::UpdateRollbackCompleteCleanupInProgress, None);
    }

    /// Deletes what the tasks name.
    pub(super) fn delete(&mut self) {
        for (index, stage) in self.movable() {
            let Action::Delete { victim, current } = self.operation.tasks[index].action.clone() else { continue };
            let next = match stage {
                Stage::Waiting => self.begin_deletion(*victim, current),
                Stage::Begun => self.perform_deletion(*victim, current),
                other => other,
            };
            self.operation.tasks[index].stage = next;
        }
        if self.movable().is_empty() {
            self.deleted();
        }
    }

    fn begin_deletion(&mut self, victim: Resource, current: bool) -> Stage {
        let undoing = matches!(self.operation.phase, Phase::Rollback | Phase::RevertCleanup);
        let policy = if current { victim.deletion_policy } else { victim.update_replace_policy };
        // The half of a replacement that a rollback removes is the new one, which no policy means to protect; the request may say the same
        // of everything that the failed operation had made.
        let protects = !undoing || (current && !self.operation.retain_except_on_create);
        let keep = protects && physical::keeps(policy, undoing);
        let excluded = self.operation.phase == Phase::Delete && self.operation.skip.contains(&victim.logical_id);
        if !victim.exists() {
            return self.deletion(victim, current, ResourceStatus::DeleteComplete, None);
        }
        if keep || excluded {
            physical::retain(self.world, &victim);
            return self.deletion(victim, current, ResourceStatus::DeleteSkipped, None);
        }
        self.deletion(victim, current, ResourceStatus::DeleteInProgress, None)
    }

    fn perform_deletion(&mut self, victim: Resource, current: bool) -> Stage {
        let operations = match self.operation.phase {
            Phase::Rollback | Phase::RevertCleanup => &[FailOperation::Delete, FailOperation::Rollback][..],
            _ => &[FailOperation::Delete][..],
        };
        let outcome = match self.ordered_failure(&victim.logical_id, operations) {
            Some(reason) => Err(reason),
            None => physical::delete(self.world, &victim),
        };
        match outcome {
            Ok(()) => self.deletion(victim, current, ResourceStatus::DeleteComplete, None),
            Err(reason) => self.deletion(victim, current, ResourceStatus::DeleteFailed, Some(&reason)),
        }
    }

    /// Writes down how far a deletion has come.
    fn deletion(&mut self, victim: Resource, current: bool, status: ResourceStatus, reason: Option<&str>) -> Stage {
        if current {
            self.note(&victim.logical_id, status, reason);
        } else {
            self.event(&victim, status, reason);
        }
        let ended = matches!(status, ResourceStatus::DeleteComplete | ResourceStatus::DeleteSkipped);
        // A cleanup lets go of what it cannot delete; deletions and rollbacks keep it for the next try.
        let gone = ended
            || (status == ResourceStatus::DeleteFailed
                && matches!(self.operation.phase, Phase::Cleanup | Phase::RevertCleanup));
        if gone && !current {
            self.stack
                .leftovers
                .retain(|old| old.identifier != victim.identifier || old.logical_id != victim.logical_id);
        }
        if gone && current && matches!(self.operation.phase, Phase::Cleanup | Phase::RevertCleanup) {
            self.stack.resources.remove(&victim.logical_id);
        }
        if status == ResourceStatus::DeleteFailed && gone {
            physical::retain(self.world, &victim);
        }
        match status {
            ResourceStatus::DeleteComplete | ResourceStatus::DeleteSkipped => Stage::Done,
            ResourceStatus::DeleteFailed => Stage::Failed,
            _ => Stage::Begun,
        }
    }

    /// No deletion is left to do.
    fn deleted(&mut self) {
        let failed = self.failed();
        let reason = (!failed.is_empty())
            .then(|| format!("The following resource(s) failed to delete: [{}]. ", failed.join(", ")));
        let leftover = (!failed.is_empty()).then_some("Update successful. One or more resources could not be deleted.");
        match (self.operation.phase, reason) {
            (Phase::Cleanup, _) => self.finish(StackStatus::UpdateComplete, leftover),
            (Phase::RevertCleanup, _) => self.finish(StackStatus::UpdateRollbackComplete, leftover),
            (Phase::Rollback, Some(reason)) => self.finish(StackStatus::RollbackFailed, Some(&reason)),
            (Phase::Rollback, None) => {
                self.stack.outputs.clear();
                self.finish(StackStatus::RollbackComplete, None);
            }
            (_, Some(reason)) if !self.operation.force_delete => self.finish(StackStatus::DeleteFailed, Some(&reason)),
            _ => {
                for id in failed {
                    if let Some(resource) = self.stack.resources.get(&id).cloned() {
                        physical::retain(self.world, &resource);
                    }
                    self.note(&id, ResourceStatus::DeleteSkipped, None);
                }
                self.stack.deleted = Some(now());
                self.stack.change_sets.clear();
                self.stack.outputs.clear();
                self.finish(StackStatus::DeleteComplete, None);
            }
        }
    }
}
