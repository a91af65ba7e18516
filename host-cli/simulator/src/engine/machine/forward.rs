//! The way forward: creating a stack, or bringing it to a new definition, resource by resource, in parallel where nothing depends on another.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::engine::plan::Difference;
use crate::engine::template::TemplateResource;
use crate::model::{Output, Step};

const REPLACES: &str = "Requested update requires the creation of a new physical resource; hence creating one.";

impl Machine<'_> {
    pub(super) fn forward(&mut self) {
        let prepared = match self.world.prepared.get(&self.stack.id) {
            Some(prepared) => Arc::clone(prepared),
            None => match Prepared::new(&self.stack.definition, &self.environment) {
                Ok(prepared) => Arc::new(prepared),
                // The definition was checked when it came in; an export that it imports may be gone since.
                Err(error) => return self.fail_forward(&format!("{}. ", error.message)),
            },
        };
        self.world.prepared.insert(self.stack.id.clone(), Arc::clone(&prepared));
        if self.operation.tasks.is_empty() {
            self.operation.tasks = applications(&prepared);
        }
        if self.operation.cancelled {
            self.cancel_running();
            return self.fail_forward("");
        }
        for (index, stage) in self.movable() {
            match stage {
                Stage::Waiting => self.begin(index, &prepared),
                Stage::Begun => self.perform(index),
                Stage::Initiated => self.complete(index),
                Stage::Done | Stage::Failed | Stage::Cancelled => {}
            }
        }
        let keeps_going = self.operation.on_failure == OnFailure::DoNothing;
        let failed = self.operation.tasks.iter().any(|task| task.stage == Stage::Failed);
        if failed && !keeps_going {
            self.cancel_running();
            return self.fail_forward("");
        }
        if !self.movable().is_empty() {
            return;
        }
        if failed {
            return self.fail_forward("");
        }
        match self.settle_outputs(&prepared) {
            Ok(()) => self.succeed(&prepared),
            Err(reason) => self.fail_forward(&format!("{reason}. ")),
        }
    }

    /// Works the outputs out, when the resources are done; exports concern other stacks, too.
    fn settle_outputs(&mut self, prepared: &Prepared) -> Result<(), String> {
        let outputs = prepared.outputs(&self.environment, &Present(&self.stack.resources))?;
        let exported = |outputs: &[Output], name: &str| {
            outputs.iter().find(|output| output.export.as_deref() == Some(name)).map(|output| output.value.clone())
        };
        for name in outputs.iter().filter_map(|output| output.export.as_deref()) {
            if let Some(other) = self.environment.exports.get(name) {
                return Err(format!("Export with name {name} is already exported by stack {}", other.stack));
            }
        }
        for name in self.stack.outputs.iter().filter_map(|output| output.export.as_deref()) {
            let Some(user) = self.world.importer(name, &self.stack.id) else { continue };
            match exported(&outputs, name) {
                None => return Err(format!("Export {name} cannot be deleted as it is in use by {user}")),
                Some(value) if Some(&value) != exported(&self.stack.outputs, name).as_ref() => {
                    return Err(format!("Export {name} cannot be updated as it is in use by {user}"));
                }
                Some(_) => {}
            }
        }
        self.stack.outputs = outputs;
        self.stack.imports = prepared.imports(&self.environment);
        self.stack.description = prepared.template.description.clone();
        Ok(())
    }

    fn succeed(&mut self, prepared: &Prepared) {
        if self.operation.phase == Phase::Create {
            return self.finish(StackStatus::CreateComplete, None);
        }
        let wanted: BTreeSet<&String> = prepared.resources().map(|(id, _)| id).collect();
        self.stack.resources.retain(|id, resource| resource.exists() || wanted.contains(id));
        self.operation.tasks = undo::deletions(self.stack, |id| !wanted.contains(&id.to_owned()));
        self.operation.phase = Phase::Cleanup;
        self.status(StackStatus::UpdateCompleteCleanupInProgress, None);
    }

    /// Starts on one resource: works its properties out and decides what to do with it.
    fn begin(&mut self, index: usize, prepared: &Prepared) {
        let id = self.operation.tasks[index].logical_id.clone();
        let Some(wanted) = prepared.template.resources.get(&id) else {
            self.operation.tasks[index].stage = Stage::Done;
            return;
        };
        let evaluated =
            prepared.scope(&self.environment, &Present(&self.stack.resources)).properties(&wanted.properties);
        let old = self
            .stack
            .resources
            .get(&id)
            .filter(|old| old.exists() && old.status != ResourceStatus::CreateFailed)
            .cloned();
        let properties = match evaluated {
            Ok(properties) => properties,
            Err(reason) => {
                let status = if old.is_some() { ResourceStatus::UpdateFailed } else { ResourceStatus::CreateFailed };
                if old.is_none() {
                    let resource = self.fresh(&id, wanted, serde_json::Map::new());
                    self.stack.resources.insert(id.clone(), resource);
                }
                return self.fail(index, status, &reason);
            }
        };
        let mut next = self.fresh(&id, wanted, properties);
        let Some(old) = old else {
            // What a failed attempt left under this id makes room for the new try.
            if let Some(remains) = self.stack.resources.get(&id).filter(|remains| remains.exists()).cloned()
                && let Err(reason) = physical::delete(self.world, &remains)
            {
                return self.fail(index, ResourceStatus::CreateFailed, &reason);
            }
            self.stack.resources.insert(id.clone(), next.clone());
            self.note(&id, ResourceStatus::CreateInProgress, None);
            return self.plan(index, next, Step::Create);
        };
        let difference = Difference::between(&old, wanted, &next.properties, &self.stack.definition.tags);
        if !difference.touches() && old.status != ResourceStatus::UpdateFailed {
            if let Some(present) = self.stack.resources.get_mut(&id) {
                present.deletion_policy = next.deletion_policy;
                present.update_replace_policy = next.update_replace_policy;
                present.depends_on = next.depends_on;
                present.stack_tags = next.stack_tags;
            }
            self.operation.tasks[index].stage = Stage::Done;
            return;
        }
        let step = if difference.replaces() { Step::Replace } else { Step::Modify };
        if step == Step::Modify {
            next.physical_id.clone_from(&old.physical_id);
            next.identifier.clone_from(&old.identifier);
            next.attributes.clone_from(&old.attributes);
        }
        self.note(&id, ResourceStatus::UpdateInProgress, (step == Step::Replace).then_some(REPLACES));
        self.plan(index, next, step);
    }

    fn plan(&mut self, index: usize, next: Resource, step: Step) {
        let task = &mut self.operation.tasks[index];
        task.action = Action::Apply { next: Some(Box::new(next)), step };
        task.stage = Stage::Begun;
    }

    /// Does the work on one resource that has begun.
    fn perform(&mut self, index: usize) {
        let id = self.operation.tasks[index].logical_id.clone();
        let Action::Apply { next, step } = &mut self.operation.tasks[index].action else { return };
        let (Some(mut next), step) = (next.take(), *step) else { return };
        let (operations, failure, progress) = match step {
            Step::Create => {
                (&[FailOperation::Create][..], ResourceStatus::CreateFailed, ResourceStatus::CreateInProgress)
            }
            Step::Replace => (
                &[FailOperation::Create, FailOperation::Update][..],
                ResourceStatus::UpdateFailed,
                ResourceStatus::UpdateInProgress,
            ),
            Step::Modify => {
                (&[FailOperation::Update][..], ResourceStatus::UpdateFailed, ResourceStatus::UpdateInProgress)
            }
        };
        if let Some(reason) = self.ordered_failure(&id, operations) {
            return self.fail(index, failure, &reason);
        }
        let old = self.stack.resources.get(&id).cloned();
        let outcome = match step {
            Step::Create => physical::create(self.world, self.stack, &self.environment, &mut next, None),
            Step::Modify => physical::check(self.world, &next),
            Step::Replace => self.replace(&mut next, old.as_ref()),
        };
        if let Err(reason) = outcome {
            return self.fail(index, failure, &reason);
        }
        next.status = progress;
        self.stack.resources.insert(id.clone(), *next);
        if step == Step::Replace {
            self.stack.leftovers.extend(old);
        }
        if step != Step::Modify {
            self.note(&id, progress, Some("Resource creation Initiated"));
        }
        self.operation.tasks[index].stage = Stage::Initiated;
    }

    fn replace(&mut self, next: &mut Resource, old: Option<&Resource>) -> Result<(), String> {
        let deletes_first =
            crate::replacement::resource_type(&next.kind).is_some_and(|known| known.deletes_before_create);
        if !deletes_first {
            return physical::create(self.world, self.stack, &self.environment, next, old);
        }
        // The old one is deleted here, so there is nothing to clean up; a rollback makes it anew.
        if let Some(old) = old {
            physical::delete(self.world, old)?;
        }
        physical::create(self.world, self.stack, &self.environment, next, None)
    }

    fn complete(&mut self, index: usize) {
        let task = &mut self.operation.tasks[index];
        task.stage = Stage::Done;
        let status = match &task.action {
            Action::Apply { step: Step::Create, .. } => ResourceStatus::CreateComplete,
            _ => ResourceStatus::UpdateComplete,
        };
        let id = task.logical_id.clone();
        self.note(&id, status, None);
    }

    fn fail(&mut self, index: usize, status: ResourceStatus, reason: &str) {
        let id = self.operation.tasks[index].logical_id.clone();
        self.operation.tasks[index].stage = Stage::Failed;
        self.note(&id, status, Some(reason));
    }

    /// Stops what is under way, as CloudFormation does when a neighbour failed.
    fn cancel_running(&mut self) {
        for index in 0..self.operation.tasks.len() {
            let task = &mut self.operation.tasks[index];
            if !task.stage.running() {
                continue;
            }
            task.stage = Stage::Cancelled;
            let id = task.logical_id.clone();
            match &task.action {
                Action::Apply { step: Step::Create, .. } => {
                    self.note(&id, ResourceStatus::CreateFailed, Some("Resource creation cancelled"))
                }
                _ => self.note(&id, ResourceStatus::UpdateFailed, Some("Resource update cancelled")),
            }
        }
    }

    /// Ends the way forward; what follows depends on what was asked for in case of a failure.
    fn fail_forward(&mut self, reason: &str) {
        let failed = self.failed();
        let with = |status: ResourceStatus| {
            let ids = failed
                .iter()
                .filter(|id| self.stack.resources.get(*id).is_some_and(|resource| resource.status == status));
            ids.cloned().collect::<Vec<_>>().join(", ")
        };
        let (not_created, not_updated) = (with(ResourceStatus::CreateFailed), with(ResourceStatus::UpdateFailed));
        let mut text = reason.to_owned();
        if self.operation.cancelled {
            text.push_str("Stack update cancelled. ");
        }
        if !not_created.is_empty() {
            text.push_str(&format!("The following resource(s) failed to create: [{not_created}]. "));
        }
        if !not_updated.is_empty() {
            text.push_str(&format!("The following resource(s) failed to update: [{not_updated}]. "));
        }
        let creating = self.operation.phase == Phase::Create;
        match self.operation.on_failure {
            OnFailure::DoNothing if !self.operation.cancelled => {
                let status = if creating { StackStatus::CreateFailed } else { StackStatus::UpdateFailed };
                self.finish(status, Some(text.trim_end()));
            }
            OnFailure::Delete if creating => {
                text.push_str("Delete requested by user.");
                self.operation.tasks = undo::deletions(self.stack, |_| true);
                self.operation.phase = Phase::Delete;
                self.status(StackStatus::DeleteInProgress, Some(&text));
            }
            _ => {
                if creating {
                    text.push_str("Rollback requested by user.");
                }
                undo::turn_back(self.stack, &mut self.operation, &text);
            }
        }
    }

    fn fresh(&self, id: &str, wanted: &TemplateResource, properties: serde_json::Map<String, Value>) -> Resource {
        Resource {
            logical_id: id.into(),
            kind: wanted.kind.clone(),
            physical_id: String::new(),
            identifier: String::new(),
            properties,
            attributes: Default::default(),
            metadata: wanted.metadata.clone(),
            status: ResourceStatus::CreateInProgress,
            status_reason: None,
            updated: now(),
            deletion_policy: wanted.deletion_policy,
            update_replace_policy: wanted.update_replace_policy,
            depends_on: wanted.needs.clone(),
            stack_tags: self.stack.definition.tags.clone(),
        }
    }
}

fn applications(prepared: &Prepared) -> Vec<Task> {
    let included: BTreeSet<&String> = prepared.resources().map(|(id, _)| id).collect();
    prepared
        .resources()
        .map(|(id, resource)| Task {
            logical_id: id.clone(),
            action: Action::Apply { next: None, step: Step::Modify },
            needs: resource.needs.iter().filter(|need| included.contains(need)).cloned().collect(),
            stage: Stage::Waiting,
        })
        .collect()
}
