//! The instance of a bastion: launch template, Auto Scaling group, and what Systems Manager keeps up to date on it.

use super::{Bastion, logs::Log};
use crate::model::{Fragment, Resource, Stack};
use crate::naming::{SHARED, logical_id};
use crate::shared_infra::vpc;
use crate::source::Span;
use crate::template::{self, Expr, Object, get_att, join, reference};

/// Instance type when the config names none.
const DEFAULT_SIZE: &str = "t3.micro";

/// CloudFormation type of the group of instances.
pub const GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";

/// Longest name of a group that instances are tagged with. Source: the limit that the reference cuts at.
const MAX_GROUP_NAME: usize = 126;

/// Associations find their instances by this tag.
const GROUP_TAG: &str = "stp:asg-name";

/// Where the CloudWatch agent's settings stand on the instance.
const AGENT_SETTINGS: &str = "/etc/cloudwatch-agent-logs.json";

/// Adds the instance and what keeps it up to date.
pub fn add(r: &Resource<Bastion>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let launch_template = "AWS::EC2::LaunchTemplate";
    let data = Object::new().set("LaunchTemplateData", launch_template_data(r, stack));
    fragment.add(r.id("", launch_template), r.span, template::Resource::new(launch_template, data));
    group(r, stack, fragment);
    association(r, "SsmAgent", "AWS-UpdateSSMAgent", fragment);
    if r.logs().next().is_some() {
        association(r, "CwAgent", reference(agent_document(r.span, stack, fragment)), fragment);
    }
}

fn group_name(r: &Resource<Bastion>, stack: &Stack<'_>) -> String {
    stack.identity.physical(&format!("{}-asg", r.name.flat()), MAX_GROUP_NAME)
}

fn size(r: &Resource<Bastion>) -> &str {
    r.props.instance_size.as_ref().map_or(DEFAULT_SIZE, |size| &size.value)
}

fn launch_template_data(r: &Resource<Bastion>, stack: &Stack<'_>) -> Object {
    let image = format!(
        "{{{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{}}}}}",
        architecture(size(r))
    );
    let tags = stack.tags(&[(GROUP_TAG.to_string(), group_name(r, stack).into())]);
    let tagged = ["instance", "volume", "network-interface"]
        .map(|kind| Expr::from(Object::new().set("ResourceType", kind).set("Tags", tags.clone())));
    let profile = get_att(r.id("", "AWS::IAM::InstanceProfile"), "Arn");
    Object::new()
        .set("IamInstanceProfile", Object::new().set("Arn", profile))
        .set("ImageId", image)
        .set("InstanceType", size(r).to_string())
        .set("MetadataOptions", Object::new().set("HttpTokens", "required"))
        .set("SecurityGroupIds", vec![reference(r.id("", "AWS::EC2::SecurityGroup"))])
        .set("TagSpecifications", Expr::List(tagged.into()))
        .set("UserData", Expr::Intrinsic("Fn::Base64", Box::new(user_data(r, stack))))
}

/// Architecture of an instance type, as AMI names spell it. Graviton families have a `g` after their generation (`t4g`, `c7gn`, `im4gn`, `x2gd`); the
/// first of them was called `a1`. Source: the naming conventions in the EC2 guide to instance types.
fn architecture(size: &str) -> &'static str {
    let family = size.split('.').next().unwrap_or_default();
    let options = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if family == "a1" || options.contains('g') { "arm64" } else { "x86_64" }
}

/// What root runs when the instance starts.
fn user_data(r: &Resource<Bastion>, stack: &Stack<'_>) -> Expr {
    let mut lines: Vec<Expr> = vec!["#!/bin/bash".into()];
    let logs: Vec<Log> = r.logs().map(|(log, _)| log).collect();
    if !logs.is_empty() {
        lines.push(format!("cat > {AGENT_SETTINGS} <<'SETTINGS'").into());
        lines.push(agent_settings(r, &logs, stack).into());
        lines.push("SETTINGS".into());
        // Amazon Linux 2023 writes to its journal only; this program writes the files that the agent reads.
        lines.push("dnf install -y rsyslog && systemctl enable --now rsyslog".into());
    }
    lines.extend(r.props.run_commands_at_launch.iter().flatten().cloned().map(Expr::from));
    lines.push("".into());
    join("\n", lines)
}

/// Settings of the CloudWatch agent. It needs root to read the logs.
fn agent_settings(r: &Resource<Bastion>, logs: &[Log], stack: &Stack<'_>) -> String {
    let file = |log: &Log| {
        serde_json::json!({
            "file_path": log.file(),
            "log_group_name": log.group_name(r, stack),
            "log_stream_name": "{instance_id}",
        })
    };
    let files: Vec<_> = logs.iter().map(file).collect();
    serde_json::json!({
        "agent": { "run_as_user": "root" },
        "logs": { "logs_collected": { "files": { "collect_list": files } } },
    })
    .to_string()
}

fn group(r: &Resource<Bastion>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let network = vpc::network(stack);
    let launch_template = r.id("", "AWS::EC2::LaunchTemplate");
    let version = Object::new()
        .set("LaunchTemplateId", reference(launch_template.clone()))
        .set("Version", get_att(launch_template, "LatestVersionNumber"));
    let instances = Object::new()
        .set("LaunchTemplateSpecification", version)
        .set("Overrides", vec![Object::new().set("InstanceType", size(r).to_string())]);
    let policy = Object::new()
        .set("InstancesDistribution", Object::new().set("OnDemandAllocationStrategy", "prioritized"))
        .set("LaunchTemplate", instances);
    let properties = Object::new()
        .set("AutoScalingGroupName", group_name(r, stack))
        .set("MinSize", "1")
        .set("DesiredCapacity", "1")
        // One more while an update replaces the instance.
        .set("MaxSize", "2")
        .set("MixedInstancesPolicy", policy)
        .set("VPCZoneIdentifier", Expr::List(network.public_subnets));
    let rolling = Object::new().set("MinInstancesInService", 1).set("MaxBatchSize", 1);
    let group = template::Resource::new(GROUP, properties)
        .attribute("UpdatePolicy", Object::new().set("AutoScalingRollingUpdate", rolling));
    let logs = r.logs().map(|(log, _)| log.group_id(r));
    let group = network.public_routes.into_iter().chain(logs).fold(group, template::Resource::after);
    fragment.add(r.id("", GROUP), r.span, group);
}

/// Lets Systems Manager run a document on the instance: when it starts, and every day.
fn association(r: &Resource<Bastion>, specifier: &str, document: impl Into<Expr>, fragment: &mut Fragment) {
    let kind = "AWS::SSM::Association";
    let group = reference(r.id("", GROUP));
    let target = Object::new().set("Key", format!("tag:{GROUP_TAG}")).set("Values", vec![group]);
    let properties =
        Object::new().set("Name", document).set("ScheduleExpression", "rate(1 day)").set("Targets", vec![target]);
    fragment.add(r.id(specifier, kind), r.span, template::Resource::new(kind, properties));
}

/// The document that installs and starts the CloudWatch agent; gives its logical id.
fn agent_document(span: Span, stack: &Stack<'_>, fragment: &mut Fragment) -> String {
    let kind = "AWS::SSM::Document";
    let id = logical_id(SHARED, "BastionCloudwatchAgent", kind);
    let step = |action: &'static str, name: &'static str, inputs: Object| {
        Expr::from(Object::new().set("action", action).set("name", name).set("inputs", inputs))
    };
    let install = Object::new().set("name", "AmazonCloudWatchAgent").set("action", "Install");
    let control = "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl";
    let start = format!("{control} -a fetch-config -m ec2 -s -c file:{AGENT_SETTINGS}");
    let content =
        Object::new().set("schemaVersion", "2.2").set("description", "Installs and starts the CloudWatch agent.").set(
            "mainSteps",
            Expr::List(vec![
                step("aws:configurePackage", "install", install),
                step("aws:runShellScript", "start", Object::new().set("runCommand", vec![start])),
            ]),
        );
    let properties = Object::new()
        .set("DocumentType", "Command")
        .set("Content", content)
        .set("UpdateMethod", "NewVersion")
        .set("Tags", stack.tags(&[]));
    fragment.add_shared(id.clone(), span, template::Resource::new(kind, properties));
    id
}

#[cfg(test)]
mod tests {
    use super::architecture;

    #[test]
    fn architectures_of_instance_types() {
        for size in
            ["t4g.micro", "c7gn.large", "im4gn.large", "x2gd.medium", "a1.medium", "is4gen.medium", "g5g.xlarge"]
        {
            assert_eq!(architecture(size), "arm64", "{size}");
        }
        for size in [
            "t3.micro",
            "t3a.nano",
            "m5dn.large",
            "g4dn.xlarge",
            "g5.xlarge",
            "gr6.4xlarge",
            "inf1.xlarge",
            "u-6tb1.metal",
        ] {
            assert_eq!(architecture(size), "x86_64", "{size}");
        }
    }
}
