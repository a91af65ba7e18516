//! `edge-lambda-function`: a Lambda function that CloudFront copies to its edge locations (Lambda@Edge), with its version, role and log group.
//!
//! Such a function lives in us-east-1. A stack there makes it itself (`native.rs`); for a stack of another region, where CloudFormation can make
//! nothing in us-east-1, the stack's own function does (`remote.rs`). The role is the stack's in both cases: roles belong to no region.

mod native;
mod remote;

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::cdn::RunsAtEdge;
use crate::facets::connect::{self, Connection};
use crate::facets::iam::{self, IamStatement, RoleBuilder};
use crate::facets::logging::Logging;
use crate::facets::packaging::LambdaPackaging;
use crate::facets::references;
use crate::model::{
    ArtifactRequest, ArtifactSource, ExpandCx, Fragment, FunctionArtifact, Linked, Outbox, Param, Resource,
    ResourceKind, Stack, Statement,
};
use crate::naming::logical_id;
use crate::shared_infra::stack_lambda::StackLambdaDemand;
use crate::source::Spanned;
use crate::template::{ArtifactId, Expr, sub};

/// A function at the edge locations of CloudFront.
pub struct EdgeLambdaFunction;

/// A function that runs at the edge locations of CloudFront (Lambda@Edge). It has no environment variables and no way into the VPC. Deleting the stack
/// leaves it in the account, because CloudFront keeps copies of it for hours; delete it by hand afterwards.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EdgeLambdaFunctionProps {
    /// Where the code comes from: JavaScript, TypeScript or Python.
    pub packaging: LambdaPackaging,
    /// Lambda runtime: Node.js up to `nodejs22.x`, or Python. Follows from the entry file when not given.
    pub runtime: Option<Val<String>>,
    /// Memory. On events of the viewer (`onRequest`, `onResponse`) at most 128 MB.
    #[config(range = 128..=10240, unit = "MB", default = 128)]
    pub memory: Option<Spanned<u32>>,
    /// How long one call may take. On events of the viewer (`onRequest`, `onResponse`) at most 5 seconds.
    #[config(range = 1..=30, unit = "seconds", default = 3)]
    pub timeout: Option<Spanned<u32>>,
    /// Resources that the function uses: it gets the rights. Resources inside the VPC cannot be reached.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Further rights of the function.
    pub iam_role_statements: Option<Vec<IamStatement>>,
    /// Logs of the function. Each edge location logs to a group in a region near to it. A stack in us-east-1 makes the group there only; any other
    /// makes one in each of these regions, and cannot forward them.
    pub logging: Option<Logging>,
}

/// The only architecture of edge locations.
const ARCHITECTURE: &str = "x86_64";
const DEFAULT_MEMORY: u32 = 128;
const DEFAULT_TIMEOUT: u32 = 3;
/// Days that logs are kept when the config does not say.
const DEFAULT_RETENTION: u32 = 180;
/// The region of everything that belongs to CloudFront.
const GLOBAL_REGION: &str = "us-east-1";
/// Most memory (MB) and time (seconds) on events of the viewer. Source: the quotas of Lambda@Edge in the CloudFront guide.
const VIEWER_MEMORY: u32 = 128;
const VIEWER_TIMEOUT: u32 = 5;
/// The newest Node.js that edge locations run.
const NEWEST_NODE: u32 = 22;

impl Resource<EdgeLambdaFunction> {
    fn id(&self, kind: &str) -> String {
        logical_id(self.name.flat(), "", kind)
    }

    fn role_id(&self) -> String {
        self.id("AWS::IAM::Role")
    }

    fn memory(&self) -> u32 {
        self.props.memory.as_ref().map_or(DEFAULT_MEMORY, |m| m.value)
    }

    fn timeout(&self) -> u32 {
        self.props.timeout.as_ref().map_or(DEFAULT_TIMEOUT, |t| t.value)
    }

    fn has_logs(&self) -> bool {
        !self.props.logging.as_ref().is_some_and(|l| l.disabled)
    }

    /// The runtime that follows from config and code, and whether edge locations run it.
    fn runtime(&self) -> (String, bool) {
        let wanted = self.props.packaging.runtime(self.props.runtime.as_ref());
        match node_version(&wanted) {
            Some(version) if version > NEWEST_NODE => (format!("nodejs{NEWEST_NODE}.x"), true),
            Some(_) => (wanted, true),
            None => {
                let python = wanted.starts_with("python");
                (wanted, python)
            }
        }
    }
}

fn node_version(runtime: &str) -> Option<u32> {
    runtime.strip_prefix("nodejs")?.strip_suffix(".x")?.parse().ok()
}

impl ResourceKind for EdgeLambdaFunction {
    const TYPE: &'static str = "edge-lambda-function";
    type Props = EdgeLambdaFunctionProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        // What edge locations do not run at all need not fit the entry file.
        if check_runtime(r, sink) {
            p.packaging.check(p.runtime.as_ref(), sink);
        }
        check_viewer_limits(r, linked, sink);
        connect::check(p.connect_to.as_ref(), None, linked, sink);
        iam::check(p.iam_role_statements.as_ref(), linked, sink);
        check_targets(r, linked, sink);
        if let Some(logging) = &p.logging {
            logging.check(sink);
            if logging.log_forwarding.is_some() && !native::fits(linked.stack) {
                let message = format!("logs of edge functions are forwarded only from stacks in {GLOBAL_REGION}");
                sink.push(
                    Diagnostic::warning(Code::SUSPICIOUS, logging.span, message)
                        .hint("remove logForwarding; the function can send its lines itself"),
                );
            }
        }
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        let role = r.id("AWS::IAM::Role");
        let connection = Connection { consumer: r.name.clone(), security_group: None, role };
        connect::announce(r.props.connect_to.as_ref(), &connection, stack, out);
        if !native::fits(stack) {
            out.demand(StackLambdaDemand { span: r.span });
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let arn = if native::fits(linked.stack) { native::version_arn(r) } else { remote::version_arn(r) };
        vec![Param::new("arn", arn)]
    }

    fn edge_function(r: &Resource<Self>, _: &Linked<'_>) -> Option<Expr> {
        Some(references::own(r, "arn"))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let mut fragment = Fragment::default();
        match native::fits(cx.stack()) {
            true => native::expand(r, cx.linked, &mut fragment),
            false => remote::expand(r, cx.linked, &mut fragment),
        }
        fragment
    }
}

/// Adds the role. `log_groups` is the name of the function's log groups, with `*` for what is not known.
fn add_role(r: &Resource<EdgeLambdaFunction>, log_groups: &str, linked: &Linked<'_>, fragment: &mut Fragment) {
    let p = &r.props;
    let mut role = RoleBuilder::new(r.role_id(), None, "lambda.amazonaws.com").also_trusts("edgelambda.amazonaws.com");
    if r.has_logs() {
        let groups = |rest: &str| {
            sub(format!("arn:${{AWS::Partition}}:logs:*:${{AWS::AccountId}}:log-group:{log_groups}{rest}"))
        };
        role = role.policy(
            "allow-cloudwatch-logging-policy",
            vec![
                Statement::allow(&["logs:CreateLogGroup"], vec![groups("")], r.span),
                Statement::allow(&["logs:CreateLogStream", "logs:PutLogEvents"], vec![groups(":*")], r.span),
            ],
        );
    }
    let own = p.iam_role_statements.iter().flatten().map(IamStatement::to_statement).collect();
    role.policy("custom-iam-role-statements", own)
        .policy("custom-allow-access-to-policy-statements", connect::statements(p.connect_to.as_ref(), linked))
        .add_to(fragment, r.span, linked.stack);
}

/// Asks for the archive.
fn add_artifact(r: &Resource<EdgeLambdaFunction>, fragment: &mut Fragment) -> ArtifactId {
    let artifact = ArtifactId(r.name.flat().into());
    if let Some(code) = r.props.packaging.code() {
        let (runtime, architecture) = (r.runtime().0, ARCHITECTURE.to_string());
        let source = ArtifactSource::Function(FunctionArtifact { code, runtime, architecture });
        fragment.artifacts.push(ArtifactRequest { id: artifact.clone(), span: r.span, source });
    }
    artifact
}

/// Whether edge locations run the language.
fn check_runtime(r: &Resource<EdgeLambdaFunction>, sink: &mut Sink) -> bool {
    let p = &r.props;
    let span = match (&p.runtime, &p.packaging) {
        (Some(runtime), _) => runtime.span,
        (None, LambdaPackaging::Buildpack(b)) => b.entryfile_path.span,
        (None, LambdaPackaging::Artifact(a)) => a.span,
        (None, LambdaPackaging::BuiltIn(_)) => r.span,
    };
    let (runtime, supported) = r.runtime();
    if !supported {
        let message = format!("edge locations run Node.js and Python, not {runtime}");
        sink.push(
            Diagnostic::error(Code::BAD_VALUE, span, message)
                .hint("write the function in JavaScript, TypeScript or Python"),
        );
    } else if let Some(wanted) = p.runtime.as_ref().and_then(|w| w.as_known()).filter(|w| **w != runtime) {
        let message = format!("edge locations do not run {wanted}, so {runtime} is used");
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, span, message).hint(format!("set runtime: {runtime}, or remove it")),
        );
    }
    supported
}

/// Reports too much memory or time for a function that a CDN runs on events of the viewer.
fn check_viewer_limits(r: &Resource<EdgeLambdaFunction>, linked: &Linked<'_>, sink: &mut Sink) {
    let Some(used) = linked.mail::<RunsAtEdge>(&r.name).find(|u| u.viewer) else { return };
    let limits =
        [("memory", &r.props.memory, VIEWER_MEMORY, "MB"), ("timeout", &r.props.timeout, VIEWER_TIMEOUT, "seconds")];
    for (property, value, most, unit) in limits {
        let Some(value) = value.as_ref().filter(|v| v.value > most) else { continue };
        let message = format!("on events of the viewer, {property} is at most {most} {unit}, found {}", value.value);
        sink.push(
            Diagnostic::error(Code::OUT_OF_RANGE, value.span, message)
                .label(used.span, "used here on an event of the viewer")
                .hint(format!("use {most}, or run the function on onOriginRequest or onOriginResponse")),
        );
    }
}

/// Reports targets inside the VPC.
fn check_targets(r: &Resource<EdgeLambdaFunction>, linked: &Linked<'_>, sink: &mut Sink) {
    for target in r.props.connect_to.iter().flatten() {
        let Some((resource, offer)) = linked.offer(target) else { continue };
        if offer.network.is_some() {
            let message = format!(
                "an edge-lambda-function runs outside the VPC and cannot connect to `{}` of type {}",
                target.value,
                resource.type_name()
            );
            sink.push(
                Diagnostic::error(Code::CONFLICT, target.span, message)
                    .label(resource.span(), "declared here")
                    .hint(format!("remove {} from connectTo", target.value)),
            );
        }
    }
}
