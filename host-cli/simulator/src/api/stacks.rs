//! Actions that change stacks.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{self, check_capabilities};
use super::{Answer, Call, check_name, wrong_state};
use crate::engine::machine::{begin_create, begin_delete, begin_rollback, begin_update};
use crate::engine::plan::plan;
use crate::model::{Definition, ExecutionStatus, OnFailure, ResourceStatus, Snapshot, Stack, StackStatus, now, uuid};
use crate::protocol::{ApiError, Xml};
use crate::store::World;

pub(super) fn create(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let name = call.request.required("StackName")?;
    check_name(name, "stackName")?;
    if let Some(stack) = call.world.find(name) {
        if call.repeated(stack)? {
            xml.text("StackId", &stack.id);
            return Ok(());
        }
        return Err(ApiError::new("AlreadyExistsException", format!("Stack [{name}] already exists")));
    }
    let on_failure = definition::on_failure(call.request, "OnFailure")?;
    let definition = definition::read(call.request, None, &call.world.buckets)?;
    let mut stack = new_stack(call.world, name, definition.clone());
    check_capabilities(&definition)?;
    plan(&stack, &definition, &call.world.environment(&stack))?;
    stack.disable_rollback = on_failure == OnFailure::DoNothing;
    stack.termination_protection = call.request.flag("EnableTerminationProtection") == Some(true);
    stack.timeout_minutes = call.request.filled("TimeoutInMinutes").and_then(|minutes| minutes.parse().ok());
    stack.policy = call.request.filled("StackPolicyBody").map(str::to_owned);
    begin_create(&mut stack, on_failure, call.request.flag("RetainExceptOnCreate") == Some(true), call.token());
    let id = stack.id.clone();
    call.world.stacks.insert(id.clone(), stack);
    call.remember_token(&id);
    call.world.save(&id, true);
    call.operate(&id);
    xml.text("StackId", &id);
    Ok(())
}

pub(super) fn new_stack(world: &World, name: &str, definition: Definition) -> Stack {
    let partition = if world.region.starts_with("cn-") { "aws-cn" } else { "aws" };
    Stack {
        id: format!("arn:{partition}:cloudformation:{}:{}:stack/{name}/{}", world.region, world.account, uuid()),
        name: name.into(),
        status: StackStatus::ReviewInProgress,
        status_reason: None,
        created: now(),
        updated: None,
        deleted: None,
        definition,
        description: None,
        outputs: Vec::new(),
        resources: BTreeMap::new(),
        leftovers: Vec::new(),
        stable: None,
        operation: None,
        change_sets: Vec::new(),
        executed_change_set: None,
        disable_rollback: false,
        timeout_minutes: None,
        termination_protection: false,
        policy: None,
        imports: BTreeSet::new(),
        tokens: BTreeMap::new(),
        events: Vec::new(),
    }
}

pub(super) fn update(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let stack = call.stack()?;
    let id = stack.id.clone();
    if call.repeated(stack)? {
        xml.text("StackId", &id);
        return Ok(());
    }
    if !stack.status.can_update() {
        return Err(wrong_state(stack));
    }
    let definition = definition::read(call.request, Some(stack), &call.world.buckets)?;
    check_capabilities(&definition)?;
    if plan(stack, &definition, &call.world.environment(stack))?.is_empty() {
        return Err(ApiError::validation("No updates are to be performed."));
    }
    let disable_rollback = call.request.flag("DisableRollback") == Some(true);
    let on_failure = if disable_rollback { OnFailure::DoNothing } else { OnFailure::Rollback };
    let retain_except_on_create = call.request.flag("RetainExceptOnCreate") == Some(true);
    let token = call.token();
    let policy = call.request.filled("StackPolicyBody").map(str::to_owned);
    call.remember_token(&id);
    call.change(&id, |stack| {
        take(stack, definition);
        // They were made for a stack that is gone now.
        stack.change_sets.iter_mut().for_each(|set| set.execution = ExecutionStatus::Obsolete);
        stack.policy = policy.or(stack.policy.take());
        stack.disable_rollback = disable_rollback;
        begin_update(stack, on_failure, retain_except_on_create, token);
    })?;
    call.operate(&id);
    xml.text("StackId", &id);
    Ok(())
}

/// Gives a stack its new definition and remembers the last stable state to return to.
pub(super) fn take(stack: &mut Stack, definition: Definition) {
    if stack.status.stable() {
        stack.stable = Some(Box::new(Snapshot {
            definition: stack.definition.clone(),
            description: stack.description.clone(),
            outputs: stack.outputs.clone(),
            resources: stack.resources.clone(),
            leftovers: stack.leftovers.clone(),
        }));
    }
    stack.definition = definition;
}

pub(super) fn delete(call: &mut Call<'_>, _: &mut Xml) -> Answer {
    // Deleting what is not there is no mistake.
    let Ok(stack) = call.stack() else { return call.request.required("StackName").map(|_| ()) };
    let (id, name, status) = (stack.id.clone(), stack.name.clone(), stack.status);
    if matches!(status, StackStatus::DeleteComplete | StackStatus::DeleteInProgress) || call.repeated(stack)? {
        return Ok(());
    }
    if stack.termination_protection {
        return Err(ApiError::validation(format!(
            "Stack [{name}] cannot be deleted while TerminationProtection is enabled"
        )));
    }
    if status.in_progress() && status != StackStatus::CreateInProgress {
        return Err(ApiError::validation(format!("Stack [{id}] cannot be deleted while in status {status}")));
    }
    for export in stack.outputs.iter().filter_map(|output| output.export.as_ref()) {
        if let Some(user) = call.world.importer(export, &id) {
            return Err(ApiError::validation(format!("Export {export} cannot be deleted as it is in use by {user}")));
        }
    }
    let retained: BTreeSet<String> = call.request.list("RetainResources").into_iter().collect();
    if !retained.is_empty() && status != StackStatus::DeleteFailed {
        return Err(ApiError::validation(format!(
            "Invalid operation on stack [{id}]. Specify retain resources only when the stack is in DELETE_FAILED state."
        )));
    }
    let force = call.request.get("DeletionMode") == Some("FORCE_DELETE_STACK");
    if force && status != StackStatus::DeleteFailed {
        return Err(ApiError::validation(format!(
            "Invalid operation on stack [{id}]. FORCE_DELETE_STACK is possible only in DELETE_FAILED state."
        )));
    }
    let token = call.token();
    call.remember_token(&id);
    call.change(&id, |stack| {
        for resource in
            stack.resources.values_mut().filter(|resource| resource.status == ResourceStatus::CreateInProgress)
        {
            resource.status = ResourceStatus::CreateFailed;
            resource.status_reason = Some("Resource creation cancelled".into());
        }
        begin_delete(stack, retained, force, token);
    })?;
    call.operate(&id);
    Ok(())
}

pub(super) fn cancel_update(call: &mut Call<'_>, _: &mut Xml) -> Answer {
    let stack = call.stack()?;
    if stack.status != StackStatus::UpdateInProgress {
        return Err(ApiError::validation(format!(
            "CancelUpdateStack cannot be called from current stack status: Stack:{} is in {} state",
            stack.id, stack.status
        )));
    }
    let id = stack.id.clone();
    call.change(&id, |stack| {
        if let Some(operation) = &mut stack.operation {
            operation.cancelled = true;
        }
    })
}

pub(super) fn continue_rollback(call: &mut Call<'_>, _: &mut Xml) -> Answer {
    let stack = call.stack()?;
    let id = stack.id.clone();
    if call.repeated(stack)? {
        return Ok(());
    }
    if stack.status != StackStatus::UpdateRollbackFailed {
        return Err(wrong_state(stack));
    }
    let skip: BTreeSet<String> = call.request.list("ResourcesToSkip").into_iter().collect();
    for name in &skip {
        let failed = stack.resources.get(name).is_some_and(|resource| resource.status == ResourceStatus::UpdateFailed);
        if !failed {
            return Err(ApiError::validation(format!(
                "The resource {name} cannot be skipped: it is not in UPDATE_FAILED state"
            )));
        }
    }
    let token = call.token();
    call.remember_token(&id);
    call.change(&id, |stack| begin_rollback(stack, skip, false, token))?;
    call.operate(&id);
    Ok(())
}

pub(super) fn rollback(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let stack = call.stack()?;
    let id = stack.id.clone();
    xml.text("StackId", &id);
    if call.repeated(stack)? {
        return Ok(());
    }
    if !matches!(stack.status, StackStatus::CreateFailed | StackStatus::UpdateFailed) {
        return Err(ApiError::validation(format!(
            "Stack:{id} is in {} state and can not be rolled back.",
            stack.status
        )));
    }
    let token = call.token();
    let retain_except_on_create = call.request.flag("RetainExceptOnCreate") == Some(true);
    call.remember_token(&id);
    call.change(&id, |stack| begin_rollback(stack, BTreeSet::new(), retain_except_on_create, token))?;
    call.operate(&id);
    Ok(())
}

pub(super) fn update_protection(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let id = call.stack_id()?;
    let enable = call.request.required("EnableTerminationProtection")?.eq_ignore_ascii_case("true");
    call.change(&id, |stack| stack.termination_protection = enable)?;
    xml.text("StackId", &id);
    Ok(())
}

pub(super) fn set_policy(call: &mut Call<'_>, _: &mut Xml) -> Answer {
    let id = call.stack_id()?;
    let policy = call.request.required("StackPolicyBody")?.to_owned();
    if serde_json::from_str::<serde_json::Value>(&policy).is_err() {
        return Err(ApiError::validation("Error validating stack policy: Invalid stack policy"));
    }
    call.change(&id, |stack| stack.policy = Some(policy))
}
