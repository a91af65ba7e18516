//! Actions that only look.

use super::{Answer, Call, living};
use crate::engine::template::Template;
use crate::model::{Event, Resource, ResourceStatus, Stack};
use crate::protocol::{ApiError, Xml};

/// Events, resources and stacks in one page.
const PAGE: usize = 100;

pub(super) fn stacks(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    if let Some(name) = call.request.filled("StackName") {
        let stack = call
            .world
            .find(name)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {name} does not exist")))?;
        xml.members("Stacks", [stack], describe);
        return Ok(());
    }
    let mut all: Vec<&Stack> = call.world.stacks.values().filter(living).collect();
    all.sort_by(|left, right| right.created.cmp(&left.created));
    let (page, next) = call.page(&all, PAGE)?;
    xml.members("Stacks", page, |xml, stack| describe(xml, stack));
    xml.maybe("NextToken", next.as_deref());
    Ok(())
}

fn describe(xml: &mut Xml, stack: &Stack) {
    xml.text("StackId", &stack.id);
    xml.text("StackName", &stack.name);
    xml.maybe("ChangeSetId", stack.executed_change_set.as_deref());
    xml.maybe("Description", stack.description.as_deref());
    parameters(xml, stack);
    xml.text("CreationTime", &stack.created);
    xml.maybe("DeletionTime", stack.deleted.as_deref());
    xml.maybe("LastUpdatedTime", stack.updated.as_deref());
    xml.open("RollbackConfiguration");
    xml.close();
    xml.text("StackStatus", stack.status.as_str());
    xml.maybe("StackStatusReason", stack.status_reason.as_deref());
    xml.flag("DisableRollback", stack.disable_rollback);
    xml.strings("NotificationARNs", &stack.definition.notification_arns);
    xml.maybe("TimeoutInMinutes", stack.timeout_minutes.map(|minutes| minutes.to_string()).as_deref());
    xml.strings("Capabilities", &stack.definition.capabilities);
    xml.members("Outputs", &stack.outputs, |xml, output| {
        xml.text("OutputKey", &output.key);
        xml.text("OutputValue", &output.value);
        xml.maybe("Description", output.description.as_deref());
        xml.maybe("ExportName", output.export.as_deref());
    });
    xml.maybe("RoleARN", stack.definition.role_arn.as_deref());
    tags(xml, &stack.definition.tags);
    xml.flag("EnableTerminationProtection", stack.termination_protection);
    drift(xml, "StackDriftStatus");
}

fn parameters(xml: &mut Xml, stack: &Stack) {
    // Reading a large template for every look at a stack would be slow, and few have parameters.
    let template = Some(&stack.definition.template).filter(|text| text.contains("Parameters"));
    let declared =
        template.and_then(|text| Template::stored(text)).map(|template| template.parameters).unwrap_or_default();
    xml.members("Parameters", &declared, |xml, (name, declared)| {
        let hidden = declared.get("NoEcho").is_some_and(|hidden| crate::engine::parameters::plain(hidden) == "true");
        let default = || declared.get("Default").map(crate::engine::parameters::plain).unwrap_or_default();
        xml.text("ParameterKey", name);
        let value = stack.definition.parameters.get(name).cloned().unwrap_or_else(default);
        xml.text("ParameterValue", if hidden { "****" } else { &value });
    });
}

pub(super) fn tags(xml: &mut Xml, tags: &[(String, String)]) {
    xml.members("Tags", tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
}

fn drift(xml: &mut Xml, name: &str) {
    xml.open("DriftInformation");
    xml.text(name, "NOT_CHECKED");
    xml.close();
}

pub(super) fn list(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let wanted = call.request.list("StackStatusFilter");
    let mut all: Vec<&Stack> = call
        .world
        .stacks
        .values()
        .filter(|stack| wanted.is_empty() || wanted.iter().any(|status| status == stack.status.as_str()))
        .collect();
    all.sort_by(|left, right| right.created.cmp(&left.created));
    let (page, next) = call.page(&all, PAGE)?;
    xml.members("StackSummaries", page, |xml, stack| {
        xml.text("StackId", &stack.id);
        xml.text("StackName", &stack.name);
        xml.maybe("TemplateDescription", stack.description.as_deref());
        xml.text("CreationTime", &stack.created);
        xml.maybe("LastUpdatedTime", stack.updated.as_deref());
        xml.maybe("DeletionTime", stack.deleted.as_deref());
        xml.text("StackStatus", stack.status.as_str());
        xml.maybe("StackStatusReason", stack.status_reason.as_deref());
        drift(xml, "StackDriftStatus");
    });
    xml.maybe("NextToken", next.as_deref());
    Ok(())
}

/// Newest first. A page's token counts from the oldest event, so events that come meanwhile shift nothing.
pub(super) fn events(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let stack = call.stack()?;
    let end = match call.request.filled("NextToken") {
        None => stack.events.len(),
        Some(token) => {
            token.parse::<usize>().map_err(|_| ApiError::validation("NextToken is invalid"))?.min(stack.events.len())
        }
    };
    let start = end.saturating_sub(PAGE);
    xml.members("StackEvents", stack.events[start..end].iter().rev(), |xml, event| describe_event(xml, stack, event));
    xml.maybe("NextToken", (start > 0).then(|| start.to_string()).as_deref());
    Ok(())
}

fn describe_event(xml: &mut Xml, stack: &Stack, event: &Event) {
    xml.text("StackId", &stack.id);
    xml.text("EventId", &event.id);
    xml.text("StackName", &stack.name);
    xml.text("LogicalResourceId", &event.logical_id);
    xml.text("PhysicalResourceId", &event.physical_id);
    xml.text("ResourceType", &event.kind);
    xml.text("Timestamp", &event.time);
    xml.text("ResourceStatus", &event.status);
    xml.maybe("ResourceStatusReason", event.reason.as_deref());
    xml.maybe("ResourceProperties", event.properties.as_deref());
    xml.maybe("ClientRequestToken", event.token.as_deref());
}

/// Resources that the stack still lists, also those that a deletion left as DELETE_COMPLETE.
fn listed(stack: &Stack) -> impl Iterator<Item = &Resource> {
    stack.resources.values()
}

pub(super) fn resources(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let stack = match call.request.filled("PhysicalResourceId") {
        Some(physical) => {
            let owns = |stack: &&Stack| stack.resources.values().any(|resource| resource.physical_id == physical);
            call.world
                .stacks
                .values()
                .filter(living)
                .find(owns)
                .ok_or_else(|| ApiError::validation(format!("Stack for {physical} does not exist")))?
        }
        None => {
            let name = call.request.required("StackName")?;
            call.world.find(name).ok_or_else(|| ApiError::validation(format!("Stack with id {name} does not exist")))?
        }
    };
    let wanted = call.request.filled("LogicalResourceId");
    let found = listed(stack).filter(|resource| wanted.is_none_or(|id| resource.logical_id == id));
    xml.members("StackResources", found, |xml, resource| {
        xml.text("StackName", &stack.name);
        xml.text("StackId", &stack.id);
        summary(xml, resource, "Timestamp");
    });
    Ok(())
}

pub(super) fn resource(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let stack = call.stack()?;
    let id = call.request.required("LogicalResourceId")?;
    let resource = listed(stack)
        .find(|resource| resource.logical_id == id)
        .ok_or_else(|| ApiError::validation(format!("Resource {id} does not exist for stack {}", stack.name)))?;
    xml.open("StackResourceDetail");
    xml.text("StackName", &stack.name);
    xml.text("StackId", &stack.id);
    summary(xml, resource, "LastUpdatedTimestamp");
    xml.maybe("Metadata", resource.metadata.as_ref().map(ToString::to_string).as_deref());
    xml.close();
    Ok(())
}

pub(super) fn list_resources(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let name = call.request.required("StackName")?;
    let stack =
        call.world.find(name).ok_or_else(|| ApiError::validation(format!("Stack with id {name} does not exist")))?;
    let all: Vec<&Resource> = listed(stack).collect();
    let (page, next) = call.page(&all, PAGE)?;
    xml.members("StackResourceSummaries", page, |xml, resource| summary(xml, resource, "LastUpdatedTimestamp"));
    xml.maybe("NextToken", next.as_deref());
    Ok(())
}

fn summary(xml: &mut Xml, resource: &Resource, time: &str) {
    xml.text("LogicalResourceId", &resource.logical_id);
    if !resource.physical_id.is_empty() || resource.status != ResourceStatus::CreateInProgress {
        xml.text("PhysicalResourceId", &resource.physical_id);
    }
    xml.text("ResourceType", &resource.kind);
    xml.text(time, &resource.updated);
    xml.text("ResourceStatus", resource.status.as_str());
    xml.maybe("ResourceStatusReason", resource.status_reason.as_deref());
    drift(xml, "StackResourceDriftStatus");
}

pub(super) fn exports(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let mut all: Vec<(&str, &str, &str)> = Vec::new();
    for stack in call.world.stacks.values().filter(living) {
        all.extend(
            stack
                .outputs
                .iter()
                .filter_map(|output| Some((output.export.as_deref()?, output.value.as_str(), stack.id.as_str()))),
        );
    }
    all.sort_unstable();
    let (page, next) = call.page(&all, PAGE)?;
    xml.members("Exports", page, |xml, (name, value, stack)| {
        xml.text("ExportingStackId", stack);
        xml.text("Name", name);
        xml.text("Value", value);
    });
    xml.maybe("NextToken", next.as_deref());
    Ok(())
}

pub(super) fn policy(call: &mut Call<'_>, xml: &mut Xml) -> Answer {
    let stack = call.stack()?;
    xml.maybe("StackPolicyBody", stack.policy.as_deref());
    Ok(())
}
