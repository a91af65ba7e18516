//! [`CloudFormation`] through the AWS SDK: translation of types, and nothing else.

use super::cloudformation::{
    ChangeSet, ChangeSetKind, ChangeSetRef, ChangeSetRequest, CloudFormation, ResourceChange, Risk, Stack, StackEvent,
    StackResource, TemplateSource,
};
use super::error::{AwsError, Kind};
use async_trait::async_trait;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::primitives::DateTime;
use aws_sdk_cloudformation::types as sdk;
use std::time::SystemTime;

/// The client.
pub struct SdkCloudFormation(pub Client);

fn time(at: Option<&DateTime>) -> SystemTime {
    at.and_then(|t| SystemTime::try_from(*t).ok()).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// `None` for "there is no such thing".
fn optional<T>(result: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn stack(s: &sdk::Stack) -> Stack {
    Stack {
        id: text(s.stack_id()),
        name: text(s.stack_name()),
        status: s.stack_status().map(|s| s.as_str().to_owned()).unwrap_or_default(),
        status_reason: s.stack_status_reason().map(str::to_owned),
        description: text(s.description()),
        outputs: s.outputs().iter().map(|o| (text(o.output_key()), text(o.output_value()))).collect(),
        exports: s.outputs().iter().filter_map(|o| Some((text(o.output_key()), o.export_name()?.to_owned()))).collect(),
        tags: s.tags().iter().map(|t| (text(t.key()), text(t.value()))).collect(),
        termination_protection: s.enable_termination_protection().unwrap_or(false),
        created: time(s.creation_time()),
        updated: s.last_updated_time().map(|t| time(Some(t))),
    }
}

fn event(e: &sdk::StackEvent) -> StackEvent {
    StackEvent {
        id: text(e.event_id()),
        time: time(e.timestamp()),
        logical_id: text(e.logical_resource_id()),
        physical_id: text(e.physical_resource_id()),
        resource_type: text(e.resource_type()),
        status: e.resource_status().map(|s| s.as_str().to_owned()).unwrap_or_default(),
        reason: e.resource_status_reason().map(str::to_owned),
    }
}

fn change(c: &sdk::ResourceChange) -> ResourceChange {
    let mut properties: Vec<String> = c
        .details()
        .iter()
        .filter_map(|d| d.target())
        .map(|t| {
            t.name().map_or_else(|| t.attribute().map(|a| a.as_str().to_owned()).unwrap_or_default(), str::to_owned)
        })
        .filter(|name| !name.is_empty())
        .collect();
    properties.sort();
    properties.dedup();
    let risks = c.details().iter().filter_map(risk).collect();
    ResourceChange {
        action: c.action().map(|a| a.as_str().to_owned()).unwrap_or_default(),
        logical_id: text(c.logical_resource_id()),
        resource_type: text(c.resource_type()),
        replacement: c.replacement().map(|r| r.as_str().to_owned()).unwrap_or_default(),
        properties,
        risks,
    }
}

fn risk(detail: &sdk::ResourceChangeDetail) -> Option<Risk> {
    let target = detail.target()?;
    if target.requires_recreation().is_none_or(|r| *r == sdk::RequiresRecreation::Never) {
        return None;
    }
    let indirect = matches!(
        detail.change_source(),
        Some(sdk::ChangeSource::ResourceReference | sdk::ChangeSource::ResourceAttribute)
    );
    // `Key` for a `Ref`, `Key.Arn` for an attribute.
    let from =
        detail.causing_entity().filter(|_| indirect && detail.evaluation() == Some(&sdk::EvaluationType::Dynamic));
    Some(Risk {
        property: text(target.name()),
        from: from.map(|entity| entity.split('.').next().unwrap_or(entity).to_owned()),
    })
}

#[async_trait]
impl CloudFormation for SdkCloudFormation {
    async fn stack(&self, name_or_id: &str) -> Result<Option<Stack>, AwsError> {
        let answer = self.0.describe_stacks().stack_name(name_or_id).send().await;
        let answer = optional(answer.map_err(|e| AwsError::of("CloudFormation DescribeStacks", e)))?;
        Ok(answer.and_then(|a| a.stacks().first().map(stack)))
    }

    async fn stacks(&self) -> Result<Vec<Stack>, AwsError> {
        let mut out = vec![];
        let mut pages = self.0.describe_stacks().into_paginator().send();
        while let Some(page) = pages.next().await {
            out.extend(page.map_err(|e| AwsError::of("CloudFormation DescribeStacks", e))?.stacks().iter().map(stack));
        }
        Ok(out)
    }

    async fn events(&self, name_or_id: &str, after: Option<&str>) -> Result<Vec<StackEvent>, AwsError> {
        let mut out: Vec<StackEvent> = vec![];
        let mut pages = self.0.describe_stack_events().stack_name(name_or_id).into_paginator().send();
        'pages: while let Some(page) = pages.next().await {
            for e in page.map_err(|e| AwsError::of("CloudFormation DescribeStackEvents", e))?.stack_events() {
                if e.event_id().is_some() && e.event_id() == after {
                    break 'pages;
                }
                out.push(event(e));
            }
        }
        out.reverse();
        Ok(out)
    }

    async fn last_event(&self, name_or_id: &str) -> Result<Option<String>, AwsError> {
        let answer = self.0.describe_stack_events().stack_name(name_or_id).send().await;
        let answer = optional(answer.map_err(|e| AwsError::of("CloudFormation DescribeStackEvents", e)))?;
        Ok(answer.and_then(|a| a.stack_events().first()?.event_id().map(str::to_owned)))
    }

    async fn resources(&self, name: &str) -> Result<Vec<StackResource>, AwsError> {
        let mut out = vec![];
        let mut pages = self.0.list_stack_resources().stack_name(name).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|e| AwsError::of("CloudFormation ListStackResources", e))?;
            out.extend(page.stack_resource_summaries().iter().map(|r| StackResource {
                logical_id: text(r.logical_resource_id()),
                physical_id: text(r.physical_resource_id()),
                resource_type: text(r.resource_type()),
                status: r.resource_status().map(|s| s.as_str().to_owned()).unwrap_or_default(),
            }));
        }
        Ok(out)
    }

    async fn template(&self, name: &str) -> Result<Option<String>, AwsError> {
        let answer = self.0.get_template().stack_name(name).template_stage(sdk::TemplateStage::Original).send().await;
        let answer = optional(answer.map_err(|e| AwsError::of("CloudFormation GetTemplate", e)))?;
        Ok(answer.and_then(|a| a.template_body().map(str::to_owned)))
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<ChangeSetRef, AwsError> {
        let tags = request.tags.iter().map(|(k, v)| sdk::Tag::builder().key(k).value(v).build()).collect();
        let mut call = self
            .0
            .create_change_set()
            .stack_name(&request.stack_name)
            .change_set_name(&request.name)
            .client_token(&request.token)
            .change_set_type(match request.kind {
                ChangeSetKind::Create => sdk::ChangeSetType::Create,
                ChangeSetKind::Update => sdk::ChangeSetType::Update,
            })
            .capabilities(sdk::Capability::CapabilityIam)
            .capabilities(sdk::Capability::CapabilityNamedIam)
            .capabilities(sdk::Capability::CapabilityAutoExpand)
            .set_tags(Some(tags))
            .set_role_arn(request.role_arn.clone())
            .set_notification_arns((!request.notification_arns.is_empty()).then(|| request.notification_arns.clone()));
        call = match &request.template {
            TemplateSource::Body(body) => call.template_body(body),
            TemplateSource::Url(url) => call.template_url(url),
        };
        if !request.rollback_alarms.is_empty() || request.monitoring_minutes.is_some() {
            let triggers = request
                .rollback_alarms
                .iter()
                .map(|arn| sdk::RollbackTrigger::builder().arn(arn).r#type("AWS::CloudWatch::Alarm").build());
            let rollback = sdk::RollbackConfiguration::builder()
                .set_rollback_triggers(Some(triggers.collect()))
                .set_monitoring_time_in_minutes(request.monitoring_minutes);
            call = call.rollback_configuration(rollback.build());
        }
        let answer = call.send().await.map_err(|e| AwsError::of("CloudFormation CreateChangeSet", e))?;
        Ok(ChangeSetRef { id: text(answer.id()), stack_id: text(answer.stack_id()) })
    }

    async fn change_set(&self, id: &str) -> Result<ChangeSet, AwsError> {
        let mut out: Option<ChangeSet> = None;
        let mut next: Option<String> = None;
        loop {
            let answer = self.0.describe_change_set().change_set_name(id).set_next_token(next).send().await;
            let answer = answer.map_err(|e| AwsError::of("CloudFormation DescribeChangeSet", e))?;
            let set = out.get_or_insert_with(|| ChangeSet {
                status: answer.status().map(|s| s.as_str().to_owned()).unwrap_or_default(),
                reason: answer.status_reason().map(str::to_owned),
                execution_status: answer.execution_status().map(|s| s.as_str().to_owned()).unwrap_or_default(),
                changes: vec![],
            });
            set.changes.extend(answer.changes().iter().filter_map(|c| c.resource_change()).map(change));
            next = answer.next_token().map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
        out.ok_or_else(|| AwsError {
            kind: Kind::NotFound,
            request: "CloudFormation DescribeChangeSet",
            code: String::new(),
            message: "the change set is gone".into(),
            request_id: None,
        })
    }

    async fn execute_change_set(&self, id: &str, token: &str, disable_rollback: bool) -> Result<(), AwsError> {
        let call = self.0.execute_change_set().change_set_name(id).client_request_token(token);
        let call = if disable_rollback { call.disable_rollback(true) } else { call };
        call.send().await.map(drop).map_err(|e| AwsError::of("CloudFormation ExecuteChangeSet", e))
    }

    async fn delete_change_set(&self, id: &str) -> Result<(), AwsError> {
        let answer = self.0.delete_change_set().change_set_name(id).send().await;
        optional(answer.map_err(|e| AwsError::of("CloudFormation DeleteChangeSet", e))).map(drop)
    }

    async fn delete_stack(&self, name_or_id: &str, token: &str) -> Result<(), AwsError> {
        let answer = self.0.delete_stack().stack_name(name_or_id).client_request_token(token).send().await;
        answer.map(drop).map_err(|e| AwsError::of("CloudFormation DeleteStack", e))
    }

    async fn cancel_update(&self, name_or_id: &str, token: &str) -> Result<(), AwsError> {
        let answer = self.0.cancel_update_stack().stack_name(name_or_id).client_request_token(token).send().await;
        answer.map(drop).map_err(|e| AwsError::of("CloudFormation CancelUpdateStack", e))
    }

    async fn set_termination_protection(&self, name: &str, on: bool) -> Result<(), AwsError> {
        let answer =
            self.0.update_termination_protection().stack_name(name).enable_termination_protection(on).send().await;
        answer.map(drop).map_err(|e| AwsError::of("CloudFormation UpdateTerminationProtection", e))
    }
}
