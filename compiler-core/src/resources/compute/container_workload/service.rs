//! The ECS service: how the task is kept running, and how it is reached.

use super::events::Wiring;
use super::{ContainerWorkload, instances};
use crate::model::{Fragment, Linked, Resource};
use crate::shared_infra::service_discovery::{NAMESPACE, ServiceConnectExposure};
use crate::shared_infra::vpc;
use crate::template::{self, Expr, Object, get_att, reference};

/// Seconds that a container may need to answer load balancers.
const USUAL_START: u32 = 60;

/// Adds the service.
pub fn add(r: &Resource<ContainerWorkload>, task: &str, wiring: Wiring, linked: &Linked<'_>, fragment: &mut Fragment) {
    let (p, stack) = (&r.props, linked.stack);
    let network = vpc::network(stack);
    let mut wait_for = wiring.wait_for;
    let mut properties = Object::new()
        .set("Cluster", reference(r.cluster_id()))
        .set(
            "DeploymentConfiguration",
            match &p.deployment {
                Some(deployment) => deployment.configuration(r, linked),
                None => rolling_update(),
            },
        )
        .set("EnableECSManagedTags", true)
        .set("EnableExecuteCommand", p.enable_remote_sessions)
        .opt("HealthCheckGracePeriodSeconds", (!wiring.load_balancers.is_empty()).then(|| time_to_start(r)))
        .list("LoadBalancers", wiring.load_balancers)
        .set("PropagateTags", "SERVICE")
        .list("ServiceRegistries", wiring.registries)
        .set("Tags", stack.tags(&[]))
        .set("TaskDefinition", reference(task.to_string()));
    if p.resources.on_fargate() {
        let (subnets, address) = match p.use_private_subnets_with_nat {
            true => (network.private_subnets, "DISABLED"),
            false => (network.public_subnets, "ENABLED"),
        };
        let placement = Object::new()
            .set("AssignPublicIp", address)
            .set("SecurityGroups", vec![reference(r.security_group_id())])
            .set("Subnets", Expr::List(subnets));
        properties = properties
            .set("LaunchType", "FARGATE")
            .set("NetworkConfiguration", Object::new().set("AwsvpcConfiguration", placement))
            .set("PlatformVersion", "LATEST");
    } else {
        let (strategy, association) = instances::strategy(r);
        wait_for.push(association);
        properties = properties
            .set("CapacityProviderStrategy", strategy)
            .set("PlacementStrategies", vec![Object::new().set("Field", "memory").set("Type", "binpack")]);
    }
    if let Some(connect) = service_connect(r, wiring.connect_services, linked, &mut wait_for) {
        properties.insert("ServiceConnectConfiguration", connect);
    }
    wait_for.extend(if p.use_private_subnets_with_nat { network.private_routes } else { network.public_routes });
    wait_for.extend(r.efs_mounts().wait_for(linked));
    let service = template::Resource::new("AWS::ECS::Service", properties);
    let service = wait_for.into_iter().fold(service, template::Resource::after);
    fragment.add(r.service_id(), r.span, service);
}

/// Seconds in which failed checks of load balancers do not count; longer when a container says that it starts slowly. Without them ECS would kill
/// whatever needs more than two checks to come up, ten seconds.
fn time_to_start(r: &Resource<ContainerWorkload>) -> u32 {
    let checks = r.props.containers.iter().filter_map(|c| c.internal_health_check.as_ref());
    let asked = checks.filter_map(|c| c.start_period_seconds.as_ref()?.as_known().copied());
    asked.fold(USUAL_START, u32::max)
}

/// New copies start before old ones stop; an update that does not come up is rolled back.
fn rolling_update() -> Object {
    Object::new()
        .set("DeploymentCircuitBreaker", Object::new().set("Enable", true).set("Rollback", true))
        .set("MaximumPercent", 200)
        .set("MinimumHealthyPercent", 100)
}

/// As soon as one service of the stack has a name, all others can use it; those that only use names start after those that have one, whose names they
/// would not see otherwise.
fn service_connect(
    r: &Resource<ContainerWorkload>,
    own: Vec<Expr>,
    linked: &Linked<'_>,
    wait_for: &mut Vec<String>,
) -> Option<Object> {
    linked.demands::<ServiceConnectExposure>().next()?;
    if own.is_empty() {
        wait_for.extend(linked.demands::<ServiceConnectExposure>().map(|e| e.service.clone()));
        wait_for.retain(|id| *id != r.service_id());
    }
    let connect = Object::new().set("Enabled", true).set("Namespace", get_att(NAMESPACE, "Arn")).list("Services", own);
    Some(connect)
}
