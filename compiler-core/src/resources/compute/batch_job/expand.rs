//! The job's own children: job definition, role, log group, state machine.

use super::{BatchJob, DEFAULT_MEMORY, machine};
use crate::facets::iam::{IamStatement, RoleBuilder, role_arn};
use crate::facets::{connect, environment, logging};
use crate::model::{ExpandCx, Fragment, Linked, Resource, Stack};
use crate::shared_infra::batch::STATE_MACHINE_ROLE;
use crate::template::{self, Expr, Object, get_att, reference};

/// Days that logs are kept when the config does not say.
const DEFAULT_RETENTION: u32 = 90;
/// Files that a container may have open.
const OPEN_FILES: u32 = 10_000;
/// Architecture of the instances that both `optimal` and the GPU families stand for.
const ARCHITECTURE: &str = "x86_64";

/// Everything that a job makes, its trigger function excepted.
pub fn expand(r: &Resource<BatchJob>, cx: &mut ExpandCx<'_>) -> Fragment {
    let (linked, stack) = (cx.linked, cx.stack());
    let mut fragment = Fragment::default();
    role(r, linked, &mut fragment);
    if r.has_logs() {
        let (id, name) = (r.id("", "AWS::Logs::LogGroup"), r.log_group_name(stack));
        let logging = r.props.logging.as_ref();
        logging::LogGroup::new(id, name, logging, DEFAULT_RETENTION, &r.name, r.span).add(stack, &mut fragment);
    }
    job_definition(r, linked, &mut fragment);
    state_machine(r, stack, &mut fragment);
    fragment
}

fn role(r: &Resource<BatchJob>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let (p, stack) = (&r.props, linked.stack);
    let own = p.iam_role_statements.iter().flatten().map(IamStatement::to_statement).collect();
    let name = stack.identity.role(r.name.flat());
    RoleBuilder::new(r.id("", "AWS::IAM::Role"), Some(name), "ecs-tasks.amazonaws.com")
        .path("/")
        .policy("custom-iam-role-statements", own)
        .policy("custom-allow-access-to-policy-statements", connect::statements(p.connect_to.as_ref(), linked))
        .add_to(fragment, r.span, stack);
}

/// A job definition; every change makes a new revision. Tags would be passed on to runs, but deployed definitions have none.
fn job_definition(r: &Resource<BatchJob>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let (p, stack) = (&r.props, linked.stack);
    let artifact = format!("{}-default", r.name.flat()).to_ascii_lowercase();
    let image = p.container.packaging.image(&artifact, ARCHITECTURE, r.span, fragment);
    let defaults = p.container.packaging.variables();
    let own = p.container.environment.as_ref();
    let variables = environment::variables(&defaults, own, p.connect_to.as_ref(), linked);
    let variable = |(name, value)| Expr::from(Object::new().set("Name", Expr::Str(name)).set("Value", value));
    let gpus = Object::new().set("Type", "GPU").set("Value", r.gpus().to_string());
    let files = Object::new().set("HardLimit", OPEN_FILES).set("Name", "nofile").set("SoftLimit", OPEN_FILES);
    let container = Object::new()
        .opt("Command", image.command)
        .list("Environment", variables.0.into_iter().map(variable).collect())
        .set("Image", image.image)
        .set("JobRoleArn", role_arn(&r.id("", "AWS::IAM::Role")))
        .set("LogConfiguration", log_configuration(r, stack))
        .set("Memory", p.resources.memory.clone().map_or(Expr::from(DEFAULT_MEMORY), Into::into))
        .list("ResourceRequirements", r.needs_gpu().then(|| gpus.into()).into_iter().collect())
        .set("Ulimits", vec![files])
        .set("Vcpus", p.resources.cpu.clone());
    let properties = Object::new()
        .set("ContainerProperties", container)
        .set("JobDefinitionName", r.definition_name(stack))
        .set("PropagateTags", true)
        .set("Type", "container");
    let kind = "AWS::Batch::JobDefinition";
    fragment.add(r.id("", kind), r.span, template::Resource::new(kind, properties));
}

/// Where the container's output goes. Without a configuration AWS Batch would keep it in a log group of the account, so the output of a job
/// whose logging is disabled goes to a small file on the instance and vanishes with it.
fn log_configuration(r: &Resource<BatchJob>, stack: &Stack<'_>) -> Object {
    if !r.has_logs() {
        let options = Object::new().set("max-size", "10m").set("max-file", "1");
        return Object::new().set("LogDriver", "json-file").set("Options", options);
    }
    let options = Object::new()
        .set("awslogs-group", reference(r.id("", "AWS::Logs::LogGroup")))
        .set("awslogs-region", Expr::from(&stack.identity.region))
        .set("awslogs-stream-prefix", "batch");
    Object::new().set("LogDriver", "awslogs").set("Options", options)
}

/// The state machine names the job definition without its revision, so that runs which wait for their next attempt outlive an update.
fn state_machine(r: &Resource<BatchJob>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let properties = Object::new()
        .set("Definition", machine::definition(r, stack))
        .set("RoleArn", get_att(STATE_MACHINE_ROLE, "Arn"))
        .set("StateMachineName", r.machine_name(stack))
        .set("StateMachineType", "STANDARD")
        .set("Tags", stack.tags(&[]));
    let resource = template::Resource::new("AWS::StepFunctions::StateMachine", properties)
        .after(r.id("", "AWS::Batch::JobDefinition"))
        .after(machine::capacity(r).queue_id(r.needs_gpu()));
    fragment.add(r.machine_id(), r.span, resource);
}
