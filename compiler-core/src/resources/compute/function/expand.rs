//! The function's own children: function, role, log group, security group, destinations.

use super::{
    DEFAULT_MEMORY, DEFAULT_TIMEOUT, Function, S3FilesMount, VolumeMount, alarms::FunctionMetrics, alias, events, url,
};
use crate::facets::{alarms, connect, environment, iam::IamStatement, iam::RoleBuilder, iam::role_arn, logging};
use crate::model::{
    ArtifactRequest, ArtifactSource, ExpandCx, Fragment, FunctionArtifact, Linked, Resource, Stack, Statement,
};
use crate::shared_infra::vpc;
use crate::template::{self, ArtifactField, ArtifactId, Expr, Object, get_att, reference, sub};

/// Days that logs are kept when the config does not say.
const DEFAULT_RETENTION: u32 = 90;

/// Everything that a function makes.
pub fn expand(r: &Resource<Function>, cx: &mut ExpandCx<'_>) -> Fragment {
    let (linked, stack) = (cx.linked, cx.stack());
    let mut fragment = Fragment::default();
    let mut rights = vec![];
    events::expand(r, linked, &mut fragment, &mut rights);
    let properties = function_properties(r, linked, &mut fragment);
    let function = with_dependencies(template::Resource::new("AWS::Lambda::Function", properties.clone()), r, linked);
    fragment.add(r.function_id(), r.span, function);
    role(r, rights, linked, &mut fragment);
    if let Some(name) = r.has_logs().then(|| log_group_name(r, stack)) {
        let id = r.id("", "AWS::Logs::LogGroup");
        let logging = r.props.logging.as_ref();
        logging::LogGroup::new(id, name, logging, DEFAULT_RETENTION, &r.name, r.span).add(stack, &mut fragment);
    }
    if r.props.join_default_vpc {
        security_group(r, stack, &mut fragment);
    }
    r.efs_mounts().add(linked, &mut fragment);
    if r.has_alias() {
        alias::add(r, &properties, linked, &mut fragment);
    }
    if r.has_url(linked) {
        url::add(r, &mut fragment);
    }
    destinations(r, &mut fragment);
    alarms::add(&r.name, r.props.alarms.as_deref(), &FunctionMetrics::of(r), linked, &mut fragment);
    if let Some(cdn) = &r.props.cdn {
        cdn.facing(&r.name).add(linked, &mut fragment);
    }
    fragment
}

/// Name of the log group that Lambda writes to.
pub fn log_group_name(r: &Resource<Function>, stack: &Stack<'_>) -> String {
    stack.identity.function_log_group(&r.function_name(stack))
}

fn function_properties(r: &Resource<Function>, linked: &Linked<'_>, fragment: &mut Fragment) -> Object {
    let (p, stack) = (&r.props, linked.stack);
    let runtime = p.packaging.runtime(p.runtime.as_ref());
    let architecture = p.architecture.map_or("x86_64", |a| a.as_str());
    let defaults = node_options(r, &runtime);
    let variables = environment::variables(&defaults, p.environment.as_ref(), p.connect_to.as_ref(), linked);
    let tags: Vec<(String, Expr)> =
        p.tags.iter().flatten().map(|t| (t.name.value.clone(), t.value.clone().into())).collect();
    Object::new()
        .set("FunctionName", r.function_name(stack))
        .set("Architectures", vec![architecture])
        .set("Code", code(r, &runtime, architecture, stack, fragment))
        .set("Handler", p.packaging.handler())
        .set("Runtime", p.runtime.clone().map_or_else(|| runtime.clone().into(), Expr::from))
        .set("Role", role_arn(&r.role_id()))
        .set("MemorySize", p.memory.clone().map_or(Expr::from(DEFAULT_MEMORY), Into::into))
        .set("Timeout", p.timeout.clone().map_or(Expr::from(DEFAULT_TIMEOUT), Into::into))
        .opt("Environment", (!variables.is_empty()).then(|| Object::new().set("Variables", variables)))
        .opt("EphemeralStorage", p.storage.clone().map(|s| Object::new().set("Size", s)))
        .opt("Layers", p.layers.clone())
        .opt("ReservedConcurrentExecutions", p.reserved_concurrency.clone())
        .opt("VpcConfig", p.join_default_vpc.then(|| vpc_config(r, stack)))
        .list("FileSystemConfigs", file_systems(r, linked))
        .set("Tags", stack.tags(&tags))
}

/// The code: text of the template, or an archive in the deployment bucket, which is asked for.
fn code(
    r: &Resource<Function>,
    runtime: &str,
    architecture: &str,
    stack: &Stack<'_>,
    fragment: &mut Fragment,
) -> Object {
    if let Some(built_in) = r.props.packaging.built_in() {
        return Object::new().set("ZipFile", built_in.source);
    }
    let artifact = ArtifactId(r.name.flat().into());
    if let Some(code) = r.props.packaging.code() {
        let (runtime, architecture) = (runtime.to_string(), architecture.to_string());
        let source = ArtifactSource::Function(FunctionArtifact { code, runtime, architecture });
        fragment.artifacts.push(ArtifactRequest { id: artifact.clone(), span: r.span, source });
    }
    Object::new()
        .set("S3Bucket", stack.identity.deployment_bucket())
        .set("S3Key", Expr::Artifact(artifact, ArtifactField::S3Key))
}

/// The major version of Node.js from which `require` of ES modules is behind a flag that reference-built bundles count on.
const NODE_WITH_MODULE_FLAGS: u32 = 22;

/// Node.js bundles get source maps in stack traces; a `NODE_OPTIONS` of the config's own replaces this.
fn node_options(r: &Resource<Function>, runtime: &str) -> Vec<(&'static str, Expr)> {
    if !r.props.packaging.is_node_bundle() {
        return vec![];
    }
    let major = runtime.trim_start_matches("nodejs").trim_end_matches(".x").parse::<u32>().unwrap_or_default();
    let mut flags = vec!["--enable-source-maps"];
    if major >= NODE_WITH_MODULE_FLAGS {
        flags.extend(["--experimental-require-module", "--experimental-detect-module"]);
    }
    let own = r.props.environment.iter().flatten().find(|v| v.name.value == "NODE_OPTIONS");
    match own.map(|v| v.value.0.as_str()) {
        None => vec![("NODE_OPTIONS", flags.join(" ").into())],
        Some(_) => vec![],
    }
}

fn vpc_config(r: &Resource<Function>, stack: &Stack<'_>) -> Object {
    Object::new()
        .set("SecurityGroupIds", vec![reference(r.security_group_id())])
        .set("SubnetIds", Expr::List(vpc::network(stack).public_subnets))
}

fn file_systems(r: &Resource<Function>, linked: &Linked<'_>) -> Vec<Expr> {
    let config =
        |arn: Expr, path: &str| Expr::from(Object::new().set("Arn", arn).set("LocalMountPath", path.to_string()));
    let efs = r.efs_mounts().points(linked);
    let efs = efs.into_iter().map(|p| config(get_att(p.access_point, "Arn"), &p.mount.mount_path));
    let s3 = r.props.volume_mounts.iter().flatten().filter_map(|mount| match mount {
        VolumeMount::S3Files(m) => Some(config(m.access_point_arn.clone().into(), &m.mount_path)),
        VolumeMount::Efs(_) => None,
    });
    // Lambda refuses a second one; the check has said so.
    efs.chain(s3).take(1).collect()
}

/// The role's policies are inline, so the role is complete before the function; the log group must exist before Lambda would make its own.
fn with_dependencies(function: template::Resource, r: &Resource<Function>, linked: &Linked<'_>) -> template::Resource {
    let function = if r.has_logs() { function.after(r.id("", "AWS::Logs::LogGroup")) } else { function };
    if !r.props.join_default_vpc {
        return function;
    }
    let waits = vpc::network(linked.stack).public_routes.into_iter().chain(r.efs_mounts().wait_for(linked));
    waits.fold(function, template::Resource::after)
}

fn role(r: &Resource<Function>, from_events: Vec<Statement>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let (p, stack) = (&r.props, linked.stack);
    let suffix = p.packaging.built_in().map_or("", |code| code.role_suffix);
    let name = stack.identity.role(&format!("{}{suffix}", r.name.flat()));
    let mut role = RoleBuilder::new(r.role_id(), Some(name), "lambda.amazonaws.com");
    if r.has_logs() {
        let streams = vec![logging::log_streams_arn(&log_group_name(r, stack))];
        let statement = Statement::allow(&["logs:CreateLogStream", "logs:PutLogEvents"], streams, r.span);
        role = role.policy("allow-cloudwatch-logging-policy", vec![statement]);
    }
    let own = p.iam_role_statements.iter().flatten().map(IamStatement::to_statement);
    role = role.policy("custom-iam-role-statements", own.chain(from_events).collect());
    role = role.policy("efs-mount-access", r.efs_mounts().statements(linked));
    role = role.policy("s3-files-mount-access", s3_files_access(r));
    role = role.policy("custom-allow-access-to-policy-statements", connect::statements(p.connect_to.as_ref(), linked));
    if p.join_default_vpc {
        // Lambda makes interfaces when the function is created; it wants the rights on all ids of the account, because none exists yet.
        let all = sub("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:*/*");
        let make = &["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"];
        let statements = vec![
            Statement::allow(make, vec![all], r.span),
            Statement::allow(&["ec2:DescribeNetworkInterfaces"], vec!["*".into()], r.span),
        ];
        role = role.policy("allow-vpc-network-interfaces-policy", statements);
    }
    role = role.policy("allow-destinations", destination_rights(r));
    role = role.policy("allow-hook-response", alias::hook_rights(r, linked));
    role.add_to(fragment, r.span, stack);
}

fn s3_files_access(r: &Resource<Function>) -> Vec<Statement> {
    let allow = |m: &S3FilesMount| {
        let point = Expr::from(m.access_point_arn.clone());
        // The rights are those of the file system; the ARN of an access point begins with its file system's.
        let parts = Expr::List(vec!["/access-point/".into(), point.clone()]);
        let first = Expr::List(vec![0.into(), Expr::Intrinsic("Fn::Split", Box::new(parts))]);
        let file_system = match point.as_str().and_then(|arn| arn.split_once("/access-point/")) {
            Some((file_system, _)) => file_system.to_string().into(),
            None => Expr::Intrinsic("Fn::Select", Box::new(first)),
        };
        let through = Object::new().set("StringEquals", Object::new().set("s3files:AccessPointArn", point));
        Statement::allow(&["s3files:ClientMount", "s3files:ClientWrite"], vec![file_system], m.span).when(through)
    };
    let mounts = r.props.volume_mounts.iter().flatten();
    mounts
        .filter_map(|m| match m {
            VolumeMount::S3Files(m) => Some(allow(m)),
            VolumeMount::Efs(_) => None,
        })
        .collect()
}

fn destination_rights(r: &Resource<Function>) -> Vec<Statement> {
    let Some(d) = &r.props.destinations else { return vec![] };
    let mut arns: Vec<Expr> = vec![];
    for target in [&d.on_success, &d.on_failure].into_iter().flatten() {
        let arn = Expr::from(target.clone());
        if !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    let Some(origin) = d.on_success.as_ref().or(d.on_failure.as_ref()).map(|v| v.span) else { return vec![] };
    let actions = &["lambda:InvokeFunction", "sqs:SendMessage", "sns:Publish", "events:PutEvents"];
    vec![Statement::allow(actions, arns, origin)]
}

fn destinations(r: &Resource<Function>, fragment: &mut Fragment) {
    let Some(d) = &r.props.destinations else { return };
    let target = |v: &Option<crate::decode::Val<String>>| v.clone().map(|arn| Object::new().set("Destination", arn));
    let Some(span) = d.on_success.as_ref().or(d.on_failure.as_ref()).map(|v| v.span) else { return };
    let config = Object::new().opt("OnFailure", target(&d.on_failure)).opt("OnSuccess", target(&d.on_success));
    let properties = Object::new()
        .set("DestinationConfig", config)
        .set("FunctionName", reference(r.function_id()))
        .set("Qualifier", if r.has_alias() { "stp-live" } else { "$LATEST" });
    let mut resource = template::Resource::new("AWS::Lambda::EventInvokeConfig", properties);
    if r.has_alias() {
        resource = resource.after(r.id("Stp", "AWS::Lambda::Alias"));
    }
    fragment.add(r.id("", "AWS::Lambda::EventInvokeConfig"), span, resource);
}

fn security_group(r: &Resource<Function>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let (name, stack_name) = (r.name.flat(), &stack.identity.stack_name);
    let properties = Object::new()
        .set("GroupName", stack.identity.security_group(name))
        .set("GroupDescription", format!("Security group associated with {name} in stack {stack_name}"))
        .set("VpcId", vpc::network(stack).vpc_id)
        .set("Tags", stack.tags(&[]));
    fragment.add(r.security_group_id(), r.span, template::Resource::new("AWS::EC2::SecurityGroup", properties));
}

/// A permission to call the function.
pub fn permission(r: &Resource<Function>, principal: impl Into<Expr>, source_arn: Option<Expr>) -> template::Resource {
    let properties = Object::new()
        .set("Action", "lambda:InvokeFunction")
        .set("FunctionName", r.endpoint())
        .set("Principal", principal)
        .opt("SourceArn", source_arn);
    template::Resource::new("AWS::Lambda::Permission", properties)
}
