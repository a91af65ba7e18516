//! EC2 instances of a workload: a launch template, an auto scaling group with its capacity provider, a warm pool, and a weekly refresh.
//!
//! ECS sets the size of the group by the containers that wait for room, and drains an instance before it goes. Once a week the instances are replaced by
//! fresh ones with the newest image, one after the other and new ones first, so that nothing stands still.

use super::{ContainerWorkload, scaling};
use crate::facets::instance_types;
use crate::model::{Fragment, Outbox, Resource, Stack};
use crate::naming::truncate;
use crate::shared_infra::ecs::{INSTANCE_PROFILE, InstancesDemand, REFRESH_ROLE};
use crate::shared_infra::vpc;
use crate::template::{self, Expr, Object, get_att, join, reference, sub};

/// The newest Amazon Linux 2023 image for ECS, by processor architecture and whether there are GPUs, for which AWS has none on arm64. CloudFormation
/// reads the parameter at each deploy.
fn image(architecture: &str, gpu: bool) -> String {
    let variant = match (architecture, gpu) {
        ("arm64", _) => "arm64/",
        (_, true) => "gpu/",
        _ => "",
    };
    format!("{{{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/{variant}recommended/image_id}}}}")
}

/// The group may grow to this many instances for each copy of the workload: room for instances that are replaced, and for large copies.
const INSTANCES_PER_COPY: u32 = 4;
/// Sundays at midnight UTC.
const REFRESH: &str = "cron(0 0 ? * SUN *)";

fn group_id(r: &Resource<ContainerWorkload>) -> String {
    r.id("", "AWS::AutoScaling::AutoScalingGroup")
}

fn group_name(r: &Resource<ContainerWorkload>, stack: &Stack<'_>) -> String {
    stack.identity.physical(&format!("{}-asg", r.name.flat()), 126)
}

fn provider_id(r: &Resource<ContainerWorkload>) -> String {
    r.id("", "AWS::ECS::CapacityProvider")
}

/// CloudFormation's names for capacity providers begin with that of the stack, and ECS takes none that begins with one of these words.
fn provider_name(stack: &str, workload: &str) -> Option<String> {
    let refused = ["aws", "ecs", "fargate"].iter().any(|word| stack.starts_with(word));
    refused.then(|| truncate(&format!("stp-{stack}-{workload}"), 255).into_owned())
}

/// Demands the roles of instances and of their refresh.
pub fn link(r: &Resource<ContainerWorkload>, stack: &Stack<'_>, out: &mut Outbox) {
    let group = group_name(r, stack);
    let arn = format!(
        "arn:${{AWS::Partition}}:autoscaling:${{AWS::Region}}:${{AWS::AccountId}}:autoScalingGroup:*:autoScalingGroupName/{group}"
    );
    out.demand(InstancesDemand { group: sub(arn), span: r.props.resources.span });
}

/// `CapacityProviderStrategy` of the service, and what it waits for.
pub fn strategy(r: &Resource<ContainerWorkload>) -> (Expr, String) {
    let item = Object::new().set("CapacityProvider", reference(provider_id(r))).set("Weight", 1);
    (vec![item].into(), association_id(r))
}

fn association_id(r: &Resource<ContainerWorkload>) -> String {
    r.id("", "AWS::ECS::ClusterCapacityProviderAssociations")
}

/// Adds everything.
pub fn add(r: &Resource<ContainerWorkload>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let span = r.props.resources.span;
    let template_id = launch_template(r, stack, fragment);
    group(r, &template_id, stack, fragment);
    if r.props.resources.has_warm_pool() {
        let properties = Object::new()
            .set("AutoScalingGroupName", reference(group_id(r)))
            .set("MaxGroupPreparedCapacity", scaling::max_instances(r))
            .set("MinSize", 0)
            .set("PoolState", "Stopped");
        let kind = "AWS::AutoScaling::WarmPool";
        fragment.add(r.id("", kind), span, template::Resource::new(kind, properties));
    }
    let managed = Object::new()
        .set("MaximumScalingStepSize", scaling::max_instances(r))
        .set("Status", "ENABLED")
        .set("TargetCapacity", 100);
    let provider = Object::new()
        .set("AutoScalingGroupArn", reference(group_id(r)))
        .set("ManagedDraining", "ENABLED")
        .set("ManagedScaling", managed)
        .set("ManagedTerminationProtection", "DISABLED");
    let properties = Object::new()
        .set("AutoScalingGroupProvider", provider)
        .opt("Name", provider_name(&stack.identity.stack_name, r.name.flat()))
        .set("Tags", stack.tags(&[]));
    fragment.add(provider_id(r), span, template::Resource::new("AWS::ECS::CapacityProvider", properties));
    let properties = Object::new()
        .set("CapacityProviders", vec![reference(provider_id(r))])
        .set("Cluster", reference(r.cluster_id()))
        .set("DefaultCapacityProviderStrategy", Expr::List(vec![]));
    let kind = "AWS::ECS::ClusterCapacityProviderAssociations";
    fragment.add(association_id(r), span, template::Resource::new(kind, properties));
    refresh(r, fragment);
}

fn launch_template(r: &Resource<ContainerWorkload>, stack: &Stack<'_>, fragment: &mut Fragment) -> String {
    let resources = &r.props.resources;
    let types = resources.instance_types();
    let gpu = !types.is_empty() && types.iter().all(|t| instance_types::size(t, stack).gpus > 0);
    let tags = stack.tags(&[("stp:asg-name".to_string(), group_name(r, stack).into())]);
    let tagged = ["instance", "volume", "network-interface"]
        .map(|kind| Object::new().set("ResourceType", kind).set("Tags", tags.clone()));
    let disk = Object::new().set("Encrypted", true).set("VolumeType", "gp3");
    let data = Object::new()
        .set("BlockDeviceMappings", vec![Object::new().set("DeviceName", "/dev/xvda").set("Ebs", disk)])
        .set("IamInstanceProfile", Object::new().set("Arn", get_att(INSTANCE_PROFILE, "Arn")))
        .set("ImageId", image(resources.architecture(stack), gpu))
        // With several types the group names them.
        .opt(
            "InstanceType",
            match types {
                [only] => Some(only.value.clone()),
                _ => None,
            },
        )
        .set("MetadataOptions", Object::new().set("HttpPutResponseHopLimit", 2).set("HttpTokens", "required"))
        .set("SecurityGroupIds", vec![reference(r.security_group_id())])
        .set("TagSpecifications", tagged.to_vec())
        .set("UserData", Expr::Intrinsic("Fn::Base64", Box::new(user_data(r))));
    let id = r.id("", "AWS::EC2::LaunchTemplate");
    let properties = Object::new().set("LaunchTemplateData", data);
    fragment.add(id.clone(), resources.span, template::Resource::new("AWS::EC2::LaunchTemplate", properties));
    id
}

/// What an instance does when it starts: it joins the cluster, or waits in the warm pool until it is needed.
fn user_data(r: &Resource<ContainerWorkload>) -> Expr {
    let settings = [
        format!("ECS_CLUSTER=${{{}}}", r.cluster_id()),
        "ECS_ENABLE_CONTAINER_METADATA=true".to_string(),
        "ECS_WARM_POOLS_CHECK=true".to_string(),
    ];
    sub(format!("#!/bin/bash\ncat >> /etc/ecs/ecs.config <<'SETTINGS'\n{}\nSETTINGS\n", settings.join("\n")))
}

fn group(r: &Resource<ContainerWorkload>, template_id: &str, stack: &Stack<'_>, fragment: &mut Fragment) {
    let network = vpc::network(stack);
    let private = r.props.use_private_subnets_with_nat;
    let from = Object::new()
        .set("LaunchTemplateId", reference(template_id.to_string()))
        .set("Version", get_att(template_id.to_string(), "LatestVersionNumber"));
    let maintenance = Object::new().set("MaxHealthyPercentage", 200).set("MinHealthyPercentage", 100);
    let properties = Object::new()
        .set("AutoScalingGroupName", group_name(r, stack))
        .set("InstanceMaintenancePolicy", maintenance)
        .set("MaxSize", (scaling::max_instances(r).saturating_mul(INSTANCES_PER_COPY)).to_string())
        .set("MinSize", "0")
        .set("VPCZoneIdentifier", Expr::List(if private { network.private_subnets } else { network.public_subnets }));
    let properties = match r.props.resources.instance_types() {
        [_] => properties.set("LaunchTemplate", from),
        types => {
            let overrides = types.iter().map(|t| Object::new().set("InstanceType", &t.value)).collect::<Vec<_>>();
            let mixed = Object::new()
                .set("InstancesDistribution", Object::new().set("OnDemandAllocationStrategy", "prioritized"))
                .set(
                    "LaunchTemplate",
                    Object::new().set("LaunchTemplateSpecification", from).set("Overrides", overrides),
                );
            properties.set("MixedInstancesPolicy", mixed)
        }
    };
    // ECS sets this tag on the group by itself; named here, CloudFormation does not take it away.
    let tag = Object::new().set("Key", "AmazonECSManaged").set("PropagateAtLaunch", true).set("Value", "");
    let properties = properties.set("Tags", vec![tag]);
    let resource = template::Resource::new("AWS::AutoScaling::AutoScalingGroup", properties);
    fragment.add(group_id(r), r.props.resources.span, resource);
}

/// Instances of an earlier version may still be protected from scale-in, so the refresh takes those too.
fn refresh(r: &Resource<ContainerWorkload>, fragment: &mut Fragment) {
    let input = [
        r#"{"AutoScalingGroupName":""#.into(),
        reference(group_id(r)),
        concat!(
            r#"","Preferences":{"MinHealthyPercentage":100,"MaxHealthyPercentage":200,"#,
            r#""ScaleInProtectedInstances":"Refresh","SkipMatching":false}}"#
        )
        .into(),
    ];
    let target = Object::new()
        .set("Arn", "arn:aws:scheduler:::aws-sdk:autoscaling:startInstanceRefresh")
        .set("Input", join("", input.to_vec()))
        .set("RoleArn", get_att(REFRESH_ROLE, "Arn"));
    let properties = Object::new()
        .set("FlexibleTimeWindow", Object::new().set("Mode", "OFF"))
        .set("ScheduleExpression", REFRESH)
        .set("State", "ENABLED")
        .set("Target", target);
    let id = r.id("ScheduledInstanceRefresh", "AWS::Events::Rule");
    fragment.add(id, r.props.resources.span, template::Resource::new("AWS::Scheduler::Schedule", properties));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_ecs_refuses() {
        assert_eq!(provider_name("demo-dev", "app"), None);
        assert_eq!(provider_name("ecs-demo-dev", "app").as_deref(), Some("stp-ecs-demo-dev-app"));
    }
}
