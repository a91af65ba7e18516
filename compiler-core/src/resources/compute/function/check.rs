//! Rules of a function beyond those of its parts.

use super::{Function, FunctionProps, S3FilesMount, VolumeMount, events, url};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::{alarms as alarm, cdn, connect, environment, iam, references};
use crate::model::{Linked, Resource};

/// Runs every rule.
pub fn check(r: &Resource<Function>, linked: &Linked<'_>, sink: &mut Sink) {
    let p = &r.props;
    p.packaging.check(p.runtime.as_ref(), sink);
    environment::check(p.environment.as_ref(), environment::Names::OfFunctions, sink);
    iam::check(p.iam_role_statements.as_ref(), linked, sink);
    connect::check(p.connect_to.as_ref(), (!p.join_default_vpc).then_some("joinDefaultVpc"), linked, sink);
    for (i, event) in p.events.iter().flatten().enumerate() {
        event.check(r, i, linked, sink);
    }
    events::check_together(r, linked, sink);
    for mount in p.volume_mounts.iter().flatten() {
        check_mount(mount, p.join_default_vpc, linked, sink);
    }
    if let Some(second) = p.volume_mounts.iter().flatten().nth(1) {
        let span = second.span();
        sink.push(
            Diagnostic::warning(
                Code::SUSPICIOUS,
                span,
                "Lambda mounts one file system at most, so this second one is not there",
            )
            .hint("mount a folder that holds both, or use a container workload"),
        );
    }
    if let Some(deployment) = &p.deployment {
        deployment.check(linked, sink);
    }
    alarm::check(&r.name, p.alarms.as_deref(), linked, sink);
    if let Some(cdn) = &p.cdn {
        cdn.facing(&r.name).check(linked, sink);
    }
    let signed = p.url.as_ref().filter(|u| u.enabled && u.auth_mode == Some(url::AuthMode::AwsIam));
    if let (Some(_), Some(forwards)) = (signed, linked.mail::<cdn::ForwardsTo>(&r.name).next()) {
        let message = format!("the CDN does not sign its requests, so the URL of `{}` refuses them", r.name);
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, forwards.span, message)
                .label(r.span, "its URL has authMode AWS_IAM")
                .hint("set authMode: NONE on the URL, and let the function check a header of customRequestHeaders"),
        );
    }
    if let Some(logging) = &p.logging {
        logging.check(sink);
    }
    if let Some(d) = &p.destinations {
        for (property, target) in [("onSuccess", &d.on_success), ("onFailure", &d.on_failure)] {
            if let Some(target) = target {
                references::check_arn(property, target, linked, sink);
            }
        }
    }
    // Too many of them is the one thing to say about them.
    for layer in p.layers.iter().filter(|all| all.len() <= MAX_LAYERS).flatten() {
        references::check_arn("a layer", layer, linked, sink);
    }
    for tag in p.tags.iter().flatten().filter(|tag| tag.name.value.starts_with("aws:")) {
        let message = format!("AWS keeps tags that begin with aws: for itself, found \"{}\"", tag.name.value);
        sink.push(Diagnostic::error(Code::BAD_NAME, tag.name.span, message).hint("use another prefix"));
    }
    check_concurrency(p, sink);
    check_variables(p, sink);
}

const MAX_LAYERS: usize = 5;
/// Bytes of all variables. Source: the quotas of Lambda.
const MAX_VARIABLES: usize = 4096;

/// Names that Lambda keeps for itself. Source: "Defined runtime environment variables" in the Lambda developer guide.
const RESERVED: &[&str] = &[
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

fn check_variables(p: &FunctionProps, sink: &mut Sink) {
    let mut bytes = 0;
    for variable in p.environment.iter().flatten() {
        let (name, span) = (variable.name.value.as_str(), variable.name.span);
        let before = bytes;
        bytes += name.len() + variable.value.0.as_str().map_or(0, str::len);
        if RESERVED.contains(&name) {
            let message = format!("Lambda sets the variable {name} itself and refuses another value");
            sink.push(Diagnostic::error(Code::BAD_NAME, span, message).hint("remove it, or give it another name"));
        } else if name.len() == 1 {
            let message = format!("Lambda refuses the variable {name}: names have two characters or more");
            sink.push(Diagnostic::warning(Code::SUSPICIOUS, span, message).hint("give it a longer name"));
        }
        if before <= MAX_VARIABLES && bytes > MAX_VARIABLES {
            let message = format!("up to this one the variables have {bytes} bytes, and Lambda takes {MAX_VARIABLES}");
            sink.push(
                Diagnostic::error(Code::LIMIT, span, message)
                    .hint("put long values into a file of the package or into a bucket"),
            );
        }
    }
}

/// Reports more copies that are kept ready than copies that may run.
fn check_concurrency(p: &FunctionProps, sink: &mut Sink) {
    let (Some(ready), Some(most)) = (&p.provisioned_concurrency, &p.reserved_concurrency) else { return };
    if let (Some(number), Some(limit)) = (ready.as_known(), most.as_known())
        && number > limit
    {
        let message = format!("provisionedConcurrency ({number}) is more than reservedConcurrency ({limit}) lets run");
        sink.push(
            Diagnostic::error(Code::CONFLICT, ready.span, message)
                .label(most.span, "the most that may run")
                .hint(format!("use {limit} or less, or raise reservedConcurrency")),
        );
    }
}

fn check_mount(mount: &VolumeMount, in_vpc: bool, linked: &Linked<'_>, sink: &mut Sink) {
    let span = mount.span();
    let path = match mount {
        VolumeMount::Efs(m) => &m.mount_path,
        VolumeMount::S3Files(m) => &m.mount_path,
    };
    if !in_vpc {
        sink.push(
            Diagnostic::error(Code::CONFLICT, span, "a function mounts file systems only from inside the VPC")
                .hint("set joinDefaultVpc: true"),
        );
    }
    // What is no absolute path at all is reported with the rest of an EFS mount.
    let relative = matches!(mount, VolumeMount::Efs(_)) && !path.starts_with('/');
    if !relative && (!path.starts_with("/mnt/") || path.len() <= "/mnt/".len()) {
        sink.push(
            Diagnostic::error(
                Code::BAD_VALUE,
                path.span,
                format!("mountPath must lie below /mnt/, found \"{}\"", path.value),
            )
            .hint(format!("for example /mnt/{}", path.rsplit('/').find(|p| !p.is_empty()).unwrap_or("data"))),
        );
    }
    match mount {
        VolumeMount::Efs(m) => m.check(linked, sink),
        VolumeMount::S3Files(m) => check_access_point(m, sink),
    }
}

/// A warning only: what stands for a real ARN in an example is to compile.
fn check_access_point(mount: &S3FilesMount, sink: &mut Sink) {
    let arn = &mount.access_point_arn;
    if arn.as_known().is_some_and(|arn| !arn.contains(":s3files:") || !arn.contains("/access-point/")) {
        let form = "arn:aws:s3files:REGION:ACCOUNT:file-system/fs-…/access-point/fsap-…";
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, arn.span, "this is not the ARN of an access point of S3 Files")
                .hint(format!("Lambda takes one of the form {form}")),
        );
    }
}
