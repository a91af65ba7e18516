//! Rules over a whole workload.

use super::container::{Container, ContainerDependency, ContainerVolumeMount, DependencyCondition};
use super::events::target_group::{INTERVAL, TIMEOUT};
use super::{ContainerEvent, ContainerWorkload, HealthCheckProtocol, events};
use crate::decode::Val;
use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::facets::{connect, environment, iam};
use crate::model::{Linked, Resource};
use crate::order::SortedMap;
use crate::source::Span;

/// Most containers of a task. Source: ECS service quotas, containers per task definition.
const MAX_CONTAINERS: usize = 10;

/// Runs every rule.
pub fn check(r: &Resource<ContainerWorkload>, linked: &Linked<'_>, sink: &mut Sink) {
    let p = &r.props;
    p.resources.check(linked.stack, sink);
    iam::check(p.iam_role_statements.as_ref(), linked, sink);
    if let Some(scaling) = &p.scaling {
        scaling.check(sink);
    }
    for container in &p.containers {
        container.packaging.check(sink);
        environment::check(container.environment.as_ref(), environment::Names::OfContainers, sink);
        if let Some(logging) = &container.logging {
            logging.check(sink);
        }
        if let Some(port) = container.load_balancer_health_check.as_ref().and_then(|c| c.health_check_port.as_ref())
            && !p.resources.on_fargate()
        {
            let message = "healthCheckPort is not used on EC2, where the host chooses ports";
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, port.span, message)
                    .hint("answer health checks on the port of the traffic, and remove healthCheckPort"),
            );
        }
        health_checks(container, sink);
        mounts(container, linked, sink);
    }
    // With two containers of one name nobody can tell which of them a dependency means.
    if names(r, sink) {
        dependencies(r, sink);
    }
    if let Some(extra) = p.containers.get(MAX_CONTAINERS) {
        let message = format!("ECS runs at most {MAX_CONTAINERS} containers together, and this is one more");
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, extra.name.span, message)
                .hint("split the containers into several workloads"),
        );
    }
    essential(r, sink);
    ports(r, sink);
    events::check(r, linked, sink);
    connect::check(p.connect_to.as_ref(), None, linked, sink);
    if let Some(deployment) = &p.deployment {
        deployment.check(r, linked, sink);
    }
}

/// Checks that cannot work.
fn health_checks(container: &Container, sink: &mut Sink) {
    if let Some(check) = &container.internal_health_check
        && let Some(first) = check.health_check_command.first()
        && let Some(word) = first.as_known().filter(|w| !matches!(w.as_str(), "CMD" | "CMD-SHELL" | "NONE"))
    {
        let message = format!("healthCheckCommand must start with CMD or CMD-SHELL, found \"{word}\"");
        sink.push(
            Diagnostic::error(Code::BAD_VALUE, first.span, message)
                .hint(format!("write [CMD-SHELL, \"{word}\"] for a command of the shell")),
        );
    } else if let Some([only]) = container.internal_health_check.as_ref().map(|c| c.health_check_command.as_slice())
        && let Some(word) = only.as_known().filter(|w| *w != "NONE")
    {
        sink.push(
            Diagnostic::error(Code::BAD_VALUE, only.span, format!("healthCheckCommand has no command after {word}"))
                .hint(format!("write [{word}, \"…\"] with the command that tells whether the container works")),
        );
    }
    let Some(check) = &container.load_balancer_health_check else { return };
    let balanced =
        |e: &ContainerEvent| matches!(e, ContainerEvent::LoadBalancer(_) | ContainerEvent::NetworkLoadBalancer(_));
    if !container.events.iter().flatten().any(balanced) {
        let message = format!("no load balancer sends traffic to `{}`, so none checks it", container.name.value);
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, check.span, message)
                .hint("use internalHealthCheck, or add an event of a load balancer"),
        );
    }
    if let Some(path) = &check.healthcheck_path
        && let Some(text) = path.as_known().filter(|p| !p.starts_with('/'))
    {
        let message = format!("healthcheckPath must start with a slash, found \"{text}\"");
        sink.push(Diagnostic::error(Code::BAD_VALUE, path.span, message).hint(format!("write /{text}")));
    }
    let by_http = check.health_check_protocol.as_ref().is_some_and(|p| p.value == HealthCheckProtocol::Http);
    let balancers = container.events.iter().flatten().filter(|e| balanced(e));
    if let Some(path) = check.healthcheck_path.as_ref().filter(|_| !by_http)
        && balancers.clone().next().is_some()
        && balancers.clone().all(|e| matches!(e, ContainerEvent::NetworkLoadBalancer(_)))
    {
        let message = "healthcheckPath is not used: the network load balancer only tries to connect";
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, path.span, message)
                .hint("set healthCheckProtocol: HTTP, or remove healthcheckPath"),
        );
    }
    let known = |value: &Option<Val<u32>>, default| value.as_ref().map_or(Some(default), |v| v.as_known().copied());
    let interval = known(&check.healthcheck_interval, INTERVAL);
    let timeout = known(&check.healthcheck_timeout, TIMEOUT);
    if let (Some(interval), Some(timeout)) = (interval, timeout)
        && timeout >= interval
    {
        let given = check.healthcheck_timeout.as_ref().or(check.healthcheck_interval.as_ref());
        let message = format!("healthcheckTimeout ({timeout}) must be shorter than healthcheckInterval ({interval})");
        sink.push(
            Diagnostic::error(Code::CONFLICT, given.map_or(check.span, |v| v.span), message)
                .hint("lower healthcheckTimeout, or raise healthcheckInterval"),
        );
    }
}

/// File systems exist, and no two have one place.
fn mounts(container: &Container, linked: &Linked<'_>, sink: &mut Sink) {
    let mut seen: SortedMap<&str, Span> = SortedMap::new();
    for ContainerVolumeMount::Efs(mount) in container.volume_mounts.iter().flatten() {
        mount.check(linked, sink);
        let path = &mount.mount_path;
        if path.value == "/" {
            let message = "mountPath / would hide everything else in the container";
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, path.span, message).hint("mount it at a folder, such as /data"),
            );
        }
        if let Some(first) = seen.insert(path, path.span) {
            let message = format!("two volumes of `{}` are mounted at {}", container.name.value, path.value);
            sink.push(
                Diagnostic::error(Code::CLASH, path.span, message)
                    .label(first, "first one")
                    .hint("give each a mountPath of its own"),
            );
        }
    }
}

/// Names are unique and have the characters that ECS allows.
fn names(r: &Resource<ContainerWorkload>, sink: &mut Sink) -> bool {
    let mut seen: SortedMap<&str, Span> = SortedMap::new();
    let mut unique = true;
    for container in &r.props.containers {
        let name = &container.name;
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            let message = format!("the container name `{}` must have letters, digits, `-` and `_` only", name.value);
            sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint("rename the container"));
        }
        if let Some(first) = seen.insert(name, name.span) {
            unique = false;
            sink.push(
                Diagnostic::error(Code::CLASH, name.span, format!("two containers are called `{}`", name.value))
                    .label(first, "first one")
                    .hint("rename one of them"),
            );
        }
    }
    unique
}

fn essential(r: &Resource<ContainerWorkload>, sink: &mut Sink) {
    if let Some(first) = r.props.containers.first()
        && r.props.containers.iter().all(|c| !c.essential)
    {
        sink.push(
            Diagnostic::error(
                Code::CONFLICT,
                first.name.span,
                format!("no container of `{}` is essential, and ECS needs one that is", r.name.shown()),
            )
            .hint("remove essential: false from the container that does the work"),
        );
    }
}

/// A port belongs to one container.
fn ports(r: &Resource<ContainerWorkload>, sink: &mut Sink) {
    let mut owners = SortedMap::new();
    let mut reported: Vec<u32> = vec![];
    for (container, event) in r.events() {
        let port = event.container_port();
        let (owner, first) = *owners.get_or_insert_with(port.value, || (container, port.span));
        if owner.name.span != container.name.span && !reported.contains(&port.value) {
            reported.push(port.value);
            let message = format!(
                "the containers `{}` and `{}` both use containerPort {}: port {} can belong to one of them",
                owner.name.value, container.name.value, port.value, port.value
            );
            sink.push(
                Diagnostic::error(Code::CLASH, port.span, message)
                    .label(first, "first used here")
                    .hint("let one of them listen on another port"),
            );
        }
    }
}

/// Every dependency exists, can come true, and none waits for itself.
fn dependencies(r: &Resource<ContainerWorkload>, sink: &mut Sink) {
    let containers = &r.props.containers;
    let find = |name: &str| containers.iter().find(|c| c.name.value == name);
    for container in containers {
        for dependency in container.depends_on.iter().flatten() {
            match find(&dependency.container_name) {
                None => {
                    let names = containers.iter().map(|c| c.name.value.as_str()).filter(|n| *n != container.name.value);
                    let message = format!(
                        "dependsOn names the container `{}`, which `{}` does not have",
                        dependency.container_name.value,
                        r.name.shown()
                    );
                    let hint = did_you_mean(&dependency.container_name, names.clone()).unwrap_or_else(|| {
                        match names.clone().next() {
                            None => "it is the only container; remove dependsOn".into(),
                            Some(_) => format!("its other containers: {}", names.collect::<Vec<_>>().join(", ")).into(),
                        }
                    });
                    sink.push(
                        Diagnostic::error(Code::UNKNOWN_RESOURCE, dependency.container_name.span, message).hint(hint),
                    );
                }
                Some(target) if target.name.value != container.name.value => condition(dependency, target, sink),
                Some(_) => {}
            }
        }
    }
    if let Some(cycle) = cycle(containers) {
        let names: Vec<&str> = cycle.iter().map(|(c, _)| c.name.value.as_str()).collect();
        let path: Vec<&str> = names.iter().copied().chain(names.first().copied()).collect();
        let Some((_, dependency)) = cycle.first() else { return };
        let message = format!("containers wait for each other in a cycle of dependsOn: {}", path.join(" → "));
        let mut diagnostic = Diagnostic::error(Code::DEPENDENCY_CYCLE, dependency.container_name.span, message);
        for (container, dependency) in &cycle[1..] {
            diagnostic =
                diagnostic.label(dependency.container_name.span, format!("`{}` waits here", container.name.value));
        }
        sink.push(diagnostic.hint("remove one of the dependencies"));
    }
}

/// ECS refuses conditions that cannot come true.
fn condition(dependency: &ContainerDependency, target: &Container, sink: &mut Sink) {
    let (condition, name) = (dependency.condition.value, &target.name.value);
    match condition {
        DependencyCondition::Healthy if target.internal_health_check.is_none() => sink.push(
            Diagnostic::error(
                Code::CONFLICT,
                dependency.condition.span,
                format!("`{name}` can never become HEALTHY: it has no internalHealthCheck"),
            )
            .label(target.name.span, "declared here")
            .hint(format!("add internalHealthCheck to `{name}`, or wait for START")),
        ),
        DependencyCondition::Complete | DependencyCondition::Success if target.essential => sink.push(
            Diagnostic::error(
                Code::CONFLICT,
                dependency.condition.span,
                format!("waiting for {condition} of `{name}` makes no sense: it is essential, so the workload stops when it ends"),
            )
            .label(target.name.span, "declared here")
            .hint(format!("set essential: false on `{name}`, or wait for START or HEALTHY")),
        ),
        _ => {}
    }
}

type Step<'a> = (&'a Container, &'a ContainerDependency);

/// A circle of dependencies, from the container that stands first in the config.
fn cycle(containers: &[Container]) -> Option<Vec<Step<'_>>> {
    fn walk<'a>(
        at: &'a Container,
        containers: &'a [Container],
        path: &mut Vec<Step<'a>>,
        done: &mut Vec<&'a str>,
    ) -> Option<Vec<Step<'a>>> {
        if let Some(start) = path.iter().position(|(c, _)| c.name.value == at.name.value) {
            return Some(path[start..].to_vec());
        }
        if done.contains(&at.name.value.as_str()) {
            return None;
        }
        for dependency in at.depends_on.iter().flatten() {
            let next = containers.iter().find(|c| c.name.value == dependency.container_name.value);
            if let Some(next) = next {
                path.push((at, dependency));
                if let Some(found) = walk(next, containers, path, done) {
                    return Some(found);
                }
                path.pop();
            }
        }
        done.push(&at.name.value);
        None
    }
    let mut done = vec![];
    containers.iter().find_map(|c| walk(c, containers, &mut vec![], &mut done))
}
