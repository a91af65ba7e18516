//! Change sets: made in the background like AWS does, shown, executed, deleted.

use super::definition::{self, check_capabilities};
use super::{Answer, Background, Call, check_name, wrong_state};
use crate::engine::machine::{begin_create, begin_update, set_status};
use crate::engine::plan::plan;
use crate::model::{
    Change, ChangeAction, ChangeSet, ChangeSetStatus, Detail, ExecutionStatus, OnFailure, Stack, StackStatus, now, uuid,
};
use crate::protocol::{ApiError, Xml};
use crate::store::World;

const NO_CHANGES: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
const PAGE: usize = 200;

pub(super) fn create(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let request = call.request;
    let (stack_name, name) = (request.required("StackName")?, request.required("ChangeSetName")?);
    check_name(name, "changeSetName")?;
    let creates = match request.filled("ChangeSetType").unwrap_or("UPDATE") {
        "CREATE" => true,
        "UPDATE" => false,
        other => return Err(ApiError::validation(format!("The simulator does not make change sets of type {other}"))),
    };
    let present = call.world.find(stack_name);
    let id = match present {
        None if !creates => return Err(ApiError::validation(format!("Stack [{stack_name}] does not exist"))),
        None => None,
        Some(stack) if creates && stack.status != StackStatus::ReviewInProgress => {
            return Err(ApiError::validation(format!(
                "Stack [{stack_name}] already exists and cannot be created again with the changeSet [{name}]."
            )));
        }
        Some(stack) if !creates && !stack.status.can_update() => return Err(wrong_state(stack)),
        Some(stack) => Some(stack.id.clone()),
    };
    if let Some(stack) = present
        && let Some(twin) = stack.change_sets.iter().find(|other| other.name == name)
    {
        if call.token().is_some() && twin.token == call.token() {
            xml.text("Id", &twin.id);
            xml.text("StackId", &stack.id);
            return Ok(());
        }
        return Err(ApiError::new(
            "AlreadyExistsException",
            format!("ChangeSet {name} cannot be created due to a mismatch with existing attribute"),
        ));
    }
    let on_failure = match request.filled("OnStackFailure") {
        None => None,
        Some(_) => Some(definition::on_failure(request, "OnStackFailure")?),
    };
    let definition = definition::read(request, present, &call.world.buckets)?;
    check_capabilities(&definition)?;
    let id = match id {
        Some(id) => id,
        None => {
            check_name(stack_name, "stackName")?;
            let mut stack = super::stacks::new_stack(call.world, stack_name, crate::model::Definition::default());
            // Checked before the stack is there, so that a mistake leaves nothing behind.
            plan(&stack, &definition, &call.world.environment(&stack))?;
            set_status(&mut stack, StackStatus::ReviewInProgress, Some("User Initiated"), call.token().as_deref());
            let id = stack.id.clone();
            call.world.stacks.insert(id.clone(), stack);
            id
        }
    };
    let Some(stack) = call.world.stacks.get(&id) else {
        return Err(ApiError::validation(format!("Stack [{stack_name}] does not exist")));
    };
    let planned = plan(stack, &definition, &call.world.environment(stack))?;
    let change_set = ChangeSet {
        id: format!("{}/{name}/{}", id.split(":stack/").next().unwrap_or_default().to_owned() + ":changeSet", uuid()),
        name: name.into(),
        description: request.filled("Description").map(str::to_owned),
        created: now(),
        status: ChangeSetStatus::CreatePending,
        status_reason: None,
        execution: ExecutionStatus::Unavailable,
        verdict: planned.is_empty().then(|| NO_CHANGES.to_owned()),
        changes: planned.changes,
        definition,
        creates,
        on_failure,
        token: call.token(),
    };
    let change_set_id = change_set.id.clone();
    call.change(&id, |stack| stack.change_sets.push(change_set))?;
    xml.text("Id", &change_set_id);
    xml.text("StackId", &id);
    call.background.push(Background::ChangeSet { stack: id, change_set: change_set_id });
    Ok(())
}

/// Brings a change set one state further. Says whether there is more to do.
pub(crate) fn advance(world: &mut World, stack_id: &str, change_set_id: &str) -> bool {
    let found = world
        .stacks
        .get_mut(stack_id)
        .and_then(|stack| stack.change_sets.iter_mut().find(|set| set.id == change_set_id));
    let Some(set) = found else { return false };
    let more = match set.status {
        ChangeSetStatus::CreatePending => {
            set.status = ChangeSetStatus::CreateInProgress;
            true
        }
        ChangeSetStatus::CreateInProgress => {
            match set.verdict.take() {
                Some(reason) => {
                    set.status = ChangeSetStatus::Failed;
                    set.status_reason = Some(reason);
                }
                None => {
                    set.status = ChangeSetStatus::CreateComplete;
                    if set.execution == ExecutionStatus::Unavailable {
                        set.execution = ExecutionStatus::Available;
                    }
                }
            }
            false
        }
        ChangeSetStatus::CreateComplete | ChangeSetStatus::Failed => false,
    };
    world.save(stack_id, !more);
    more
}

/// The stack and change set that a request names, by name and stack or by id.
pub(super) fn find<'c>(call: &'c Call<'_>) -> Result<(&'c Stack, &'c ChangeSet), ApiError> {
    let name = call.request.required("ChangeSetName")?;
    let missing = || ApiError {
        code: "ChangeSetNotFound".into(),
        message: format!("ChangeSet [{name}] does not exist"),
        status: 404,
    };
    let stack = match call.request.filled("StackName") {
        Some(stack_name) => call
            .world
            .find(stack_name)
            .ok_or_else(|| ApiError::validation(format!("Stack [{stack_name}] does not exist")))?,
        None if name.starts_with("arn:") => call
            .world
            .stacks
            .values()
            .find(|stack| stack.change_sets.iter().any(|set| set.id == name))
            .ok_or_else(missing)?,
        None => {
            return Err(ApiError::validation(
                "StackName must be specified if ChangeSetName is not specified as an ARN.",
            ));
        }
    };
    let set = stack.change_sets.iter().find(|set| set.id == name || set.name == name).ok_or_else(missing)?;
    Ok((stack, set))
}

pub(super) fn describe(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let (stack, set) = find(call)?;
    let values = call.request.flag("IncludePropertyValues") == Some(true);
    xml.text("ChangeSetName", &set.name);
    xml.text("ChangeSetId", &set.id);
    xml.text("StackId", &stack.id);
    xml.text("StackName", &stack.name);
    xml.maybe("Description", set.description.as_deref());
    xml.members("Parameters", &set.definition.parameters, |xml, (name, value)| {
        xml.text("ParameterKey", name);
        xml.text("ParameterValue", value);
    });
    xml.text("CreationTime", &set.created);
    xml.text("ExecutionStatus", set.execution.as_str());
    xml.text("Status", set.status.as_str());
    xml.maybe("StatusReason", set.status_reason.as_deref());
    xml.strings("NotificationARNs", &set.definition.notification_arns);
    xml.strings("Capabilities", &set.definition.capabilities);
    super::reads::tags(xml, &set.definition.tags);
    let known = set.status == ChangeSetStatus::CreateComplete;
    let (page, next) = call.page(if known { &set.changes } else { &[] }, PAGE)?;
    xml.members("Changes", page, |xml, change| {
        xml.text("Type", "Resource");
        xml.open("ResourceChange");
        describe_change(xml, change, values);
        xml.close();
    });
    xml.maybe("NextToken", next.as_deref());
    xml.flag("IncludeNestedStacks", false);
    Ok(())
}

fn describe_change(xml: &mut Xml, change: &Change, values: bool) {
    xml.maybe("PolicyAction", change.policy_action.as_deref());
    xml.text("Action", change.action.as_str());
    xml.text("LogicalResourceId", &change.logical_id);
    if change.action != ChangeAction::Add {
        xml.text("PhysicalResourceId", &change.physical_id);
    }
    xml.text("ResourceType", &change.kind);
    xml.maybe("Replacement", change.replacement.map(|replacement| replacement.as_str()));
    xml.strings("Scope", &change.scope);
    xml.members("Details", &change.details, |xml, detail| describe_detail(xml, detail, values));
    if values {
        xml.maybe("BeforeContext", change.before.as_deref());
        xml.maybe("AfterContext", change.after.as_deref());
    }
}

fn describe_detail(xml: &mut Xml, detail: &Detail, values: bool) {
    xml.open("Target");
    xml.text("Attribute", &detail.attribute);
    xml.maybe("Name", detail.name.as_deref());
    xml.text("RequiresRecreation", &detail.recreation);
    if values {
        xml.maybe("Path", detail.path.as_deref());
        xml.maybe("BeforeValue", detail.before.as_deref());
        xml.maybe("AfterValue", detail.after.as_deref());
        let kind = match (&detail.before, &detail.after) {
            (None, Some(_)) => "Add",
            (Some(_), None) => "Remove",
            _ => "Modify",
        };
        xml.text("AttributeChangeType", kind);
    }
    xml.close();
    xml.text("Evaluation", if detail.dynamic { "Dynamic" } else { "Static" });
    xml.text("ChangeSource", &detail.source);
    xml.maybe("CausingEntity", detail.cause.as_deref());
}

pub(super) fn list(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let stack = call.stack()?;
    let (page, next) = call.page(&stack.change_sets, PAGE)?;
    xml.members("Summaries", page, |xml, set| {
        xml.text("StackId", &stack.id);
        xml.text("StackName", &stack.name);
        xml.text("ChangeSetId", &set.id);
        xml.text("ChangeSetName", &set.name);
        xml.text("ExecutionStatus", set.execution.as_str());
        xml.text("Status", set.status.as_str());
        xml.maybe("StatusReason", set.status_reason.as_deref());
        xml.text("CreationTime", &set.created);
        xml.maybe("Description", set.description.as_deref());
    });
    xml.maybe("NextToken", next.as_deref());
    Ok(())
}

pub(super) fn delete(call: &mut Call<'_>, _: &mut Xml) -> Answer {
    let (stack_id, set_id) = match find(call) {
        Ok((_, set)) if set.execution == ExecutionStatus::ExecuteInProgress => {
            let message = format!("ChangeSet [{}] cannot be deleted in status EXECUTE_IN_PROGRESS", set.id);
            return Err(ApiError::new("InvalidChangeSetStatus", message));
        }
        Ok((stack, set)) => (stack.id.clone(), set.id.clone()),
        // Deleting what is not there is no mistake.
        Err(error) if error.code == "ChangeSetNotFound" => return Ok(()),
        Err(error) => return Err(error),
    };
    call.change(&stack_id, |stack| stack.change_sets.retain(|set| set.id != set_id))
}

pub(super) fn execute(call: &mut Call<'_>, _: &mut Xml) -> Answer {
    let (stack, set) = match find(call) {
        Ok(found) => found,
        // An executed change set is gone; asking again for the same execution is no mistake.
        Err(error) => return if executed(call)? { Ok(()) } else { Err(error) },
    };
    let (id, set) = (stack.id.clone(), set.clone());
    if set.execution != ExecutionStatus::Available {
        let (what, status) = match set.execution {
            ExecutionStatus::Obsolete => ("execution status", set.execution.as_str()),
            _ => ("status", set.status.as_str()),
        };
        let message = format!("ChangeSet [{}] cannot be executed in its current {what} of [{status}]", set.id);
        return Err(ApiError::new("InvalidChangeSetStatus", message));
    }
    if stack.status.in_progress() {
        return Err(wrong_state(stack));
    }
    let on_failure = match call.request.flag("DisableRollback") {
        Some(true) => OnFailure::DoNothing,
        _ => set.on_failure.unwrap_or_default(),
    };
    let retain_except_on_create = call.request.flag("RetainExceptOnCreate") == Some(true);
    let token = call.token();
    call.remember_token(&id);
    call.change(&id, |stack| {
        // The executed change set describes the stack from now on; all others were made for a stack that is gone.
        stack.change_sets.clear();
        stack.executed_change_set = Some(set.id.clone());
        stack.disable_rollback = on_failure == OnFailure::DoNothing;
        if set.creates {
            stack.definition = set.definition;
            begin_create(stack, on_failure, retain_except_on_create, token);
        } else {
            super::stacks::take(stack, set.definition);
            begin_update(stack, on_failure, retain_except_on_create, token);
        }
    })?;
    call.operate(&id);
    Ok(())
}

/// Whether the request repeats the execution that made a stack what it is.
fn executed(call: &Call<'_>) -> Result<bool, ApiError> {
    let name = call.request.required("ChangeSetName")?;
    let named = |stack: &&Stack| stack.executed_change_set.as_deref().is_some_and(|id| id == name);
    let stack = match call.request.filled("StackName") {
        Some(stack_name) => call.world.find(stack_name),
        None => call.world.stacks.values().find(named),
    };
    stack.map_or(Ok(false), |stack| call.repeated(stack))
}
