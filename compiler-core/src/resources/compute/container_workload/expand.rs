//! Everything that a workload makes.

use super::{ContainerWorkload, events, instances, scaling, service};
use crate::facets::connect;
use crate::facets::iam::{IamStatement, RoleBuilder, role_arn};
use crate::model::{Fragment, Linked, Resource, Stack, Statement};
use crate::order::SortedMap;
use crate::shared_infra::ecs::EXECUTION_ROLE;
use crate::shared_infra::vpc;
use crate::template::{self, Expr, Object, reference};

/// Everything that a workload makes.
pub fn expand(r: &Resource<ContainerWorkload>, linked: &Linked<'_>) -> Fragment {
    let stack = linked.stack;
    let mut fragment = Fragment::default();
    let cluster = Object::new().set("ClusterName", r.cluster_name(stack)).set("Tags", stack.tags(&[]));
    fragment.add(r.cluster_id(), r.span, template::Resource::new("AWS::ECS::Cluster", cluster));
    let mut wiring = events::expand(r, linked, &mut fragment);
    let task = task_definition(r, linked, &mut fragment);
    role(r, linked, &mut fragment);
    security_group(r, std::mem::take(&mut wiring.ingress), stack, &mut fragment);
    r.efs_mounts().add(linked, &mut fragment);
    if !r.props.resources.on_fargate() {
        instances::add(r, stack, &mut fragment);
    }
    if let Some(deployment) = &r.props.deployment {
        deployment.add_role(r, &wiring.shifts, linked, &mut fragment);
    }
    service::add(r, &task, wiring, linked, &mut fragment);
    scaling::add(r, stack, &mut fragment);
    fragment
}

fn task_definition(r: &Resource<ContainerWorkload>, linked: &Linked<'_>, fragment: &mut Fragment) -> String {
    let (p, stack) = (&r.props, linked.stack);
    let containers: Vec<Object> = p.containers.iter().map(|c| c.define(r, linked, fragment)).collect();
    let architecture = if p.resources.architecture(stack) == "arm64" { "ARM64" } else { "X86_64" };
    let (mode, compatible) = match p.resources.on_fargate() {
        true => ("awsvpc", "FARGATE"),
        false => ("bridge", "EC2"),
    };
    let properties = Object::new()
        .set("ContainerDefinitions", containers)
        .opt("Cpu", p.resources.cpu_units())
        .set("ExecutionRoleArn", role_arn(EXECUTION_ROLE))
        .set("Family", stack.identity.physical(&format!("{}-task-definition", r.name.flat()), 255))
        .opt("Memory", p.resources.memory_mib(stack))
        .set("NetworkMode", mode)
        .set("RequiresCompatibilities", vec![compatible])
        .set(
            "RuntimePlatform",
            Object::new().set("CpuArchitecture", architecture).set("OperatingSystemFamily", "LINUX"),
        )
        .set("Tags", stack.tags(&[]))
        .set("TaskRoleArn", role_arn(&r.role_id()))
        .list("Volumes", volumes(r, linked));
    let id = r.id("", "AWS::ECS::TaskDefinition");
    fragment.add(id.clone(), r.span, template::Resource::new("AWS::ECS::TaskDefinition", properties));
    id
}

/// Each folder of a file system that a container mounts, encrypted on the way.
fn volumes(r: &Resource<ContainerWorkload>, linked: &Linked<'_>) -> Vec<Expr> {
    let mut volumes: SortedMap<String, Expr> = SortedMap::new();
    for point in r.efs_mounts().points(linked) {
        let access = Object::new().set("AccessPointId", reference(point.access_point)).set("IAM", "ENABLED");
        let efs = Object::new()
            .set("AuthorizationConfig", access)
            .set("FilesystemId", reference(point.filesystem.filesystem_id()))
            .set("TransitEncryption", "ENABLED");
        let name = point.mount.volume_name();
        let volume = Object::new().set("EFSVolumeConfiguration", efs).set("Name", &name).into();
        volumes.insert(name, volume);
    }
    volumes.into_values().collect()
}

fn role(r: &Resource<ContainerWorkload>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let (p, stack) = (&r.props, linked.stack);
    let mut role = RoleBuilder::new(r.role_id(), Some(stack.identity.role(r.name.flat())), "ecs-tasks.amazonaws.com");
    let own = p.iam_role_statements.iter().flatten().map(IamStatement::to_statement);
    role = role.policy("custom-iam-role-statements", own.collect());
    role = role.policy("efs-mount-access", r.efs_mounts().statements(linked));
    role = role.policy("custom-allow-access-to-policy-statements", connect::statements(p.connect_to.as_ref(), linked));
    if p.enable_remote_sessions {
        // Channels have no ARN: AWS cannot scope these.
        let actions = [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ];
        role = role.policy("ssm-messages", vec![Statement::allow(&actions, vec!["*".into()], r.span)]);
    }
    role.add_to(fragment, r.span, stack);
}

fn security_group(r: &Resource<ContainerWorkload>, ingress: Vec<Expr>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let (name, stack_name) = (r.name.flat(), &stack.identity.stack_name);
    let properties = Object::new()
        .set("GroupDescription", format!("Security group associated with {name} in stack {stack_name}"))
        .set("GroupName", stack.identity.security_group(name))
        .list("SecurityGroupIngress", ingress)
        .set("Tags", stack.tags(&[]))
        .set("VpcId", vpc::network(stack).vpc_id);
    fragment.add(r.security_group_id(), r.span, template::Resource::new("AWS::EC2::SecurityGroup", properties));
}
