//! The stack's own function: makes what CloudFormation cannot make from the stack's region, and runs scripts inside a deployment.
//!
//! Makes the function with its role and log group when a resource demands it. The role itself may only write logs. Each need brings a policy of its
//! own, made and deleted with the custom resource that needs it: when a config drops the resource, CloudFormation deletes the custom resource in
//! its clean-up, after the role was updated, so rights inside the role would be gone by then.
//!
//! Function and log group carry the names of the one that the reference puts into every stack. CloudFormation refuses to move a custom resource to
//! another function, so a stack that the reference deployed can be taken over only if ours stands at the same address.

use crate::facets::iam::{RoleBuilder, policy_document, role_arn};
use crate::facets::logging::{LogGroup, log_streams_arn};
use crate::model::{
    ArtifactRequest, ArtifactSource, ExpandCx, Fragment, FunctionArtifact, FunctionCode, Grant, ResourceName, Stack,
    Statement,
};
use crate::naming::{logical_id, truncate};
use crate::source::Span;
use crate::template::{ArtifactField, ArtifactId, Expr, Object, Resource, get_att, reference};

/// Name that logical ids and the role's physical name are made from.
const NAME: &str = "stacktapeServiceLambda";
/// Logical id of the function.
const FUNCTION: &str = "StacktapeServiceLambdaCustomResourceFunction";
const ROLE: &str = "StacktapeServiceLambdaRole";
const LOG_GROUP: &str = "StacktapeServiceLambdaLogGroup";
/// Name of the archive. No resource of a config can have it: names in configs have no dashes.
const ARTIFACT: &str = "stack-lambda";
/// Days that logs are kept.
const RETENTION: u32 = 90;
/// MB. Code of an edge function goes through the function's memory twice, and has 50 MB at most.
const MEMORY: u32 = 512;
/// Seconds; the most that Lambda allows, because scripts are waited for.
const TIMEOUT: u32 = 900;
const RUNTIME: &str = "provided.al2023";
const ARCHITECTURE: &str = "x86_64";

/// Type of every custom resource.
const CUSTOM_RESOURCE: &str = "AWS::CloudFormation::CustomResource";

/// A resource asks for the function.
pub struct StackLambdaDemand {
    /// The config value that needs it.
    pub span: Span,
}

/// A custom resource of the function's: what is asked for, and the rights that it needs for that.
pub struct Handled<'a> {
    /// The resource of the config.
    pub owner: &'a ResourceName,
    /// What stands in the logical id before the type.
    pub specifier: &'static str,
    /// The key that says which handler is meant.
    pub key: &'static str,
    /// What the handler reads.
    pub request: Object,
    /// Rights of the function.
    pub rights: Vec<Statement>,
    /// The config value that caused it.
    pub span: Span,
}

/// Logical id of a custom resource of the function's.
pub fn custom_resource_id(owner: &ResourceName, specifier: &str) -> String {
    logical_id(owner.flat(), specifier, CUSTOM_RESOURCE)
}

impl Handled<'_> {
    /// Adds the custom resource and its policy.
    pub fn add(self, fragment: &mut Fragment) {
        let kind = "AWS::IAM::Policy";
        let policy = logical_id(self.owner.flat(), &format!("{}StackLambda", self.specifier), kind);
        let name = format!("{}-{}", self.key, self.owner.flat());
        let statements = self.rights.iter().map(Statement::to_expr).collect();
        let properties = Object::new()
            .set("PolicyName", truncate(&name, MAX_POLICY_NAME).into_owned())
            .set("PolicyDocument", policy_document(statements))
            .set("Roles", vec![reference(ROLE)]);
        fragment.add(policy.clone(), self.span, Resource::new(kind, properties));
        let grants = self.rights.into_iter().map(|statement| Grant { role: policy.clone(), statement });
        fragment.grants.extend(grants);

        let properties = Object::new().set("ServiceToken", get_att(FUNCTION, "Arn")).set(self.key, self.request);
        let resource = Resource::new(CUSTOM_RESOURCE, properties).after(policy);
        fragment.add(custom_resource_id(self.owner, self.specifier), self.span, resource);
    }
}

/// Longest name of a policy. Source: `policyNameType` in the API reference of IAM.
const MAX_POLICY_NAME: usize = 128;

/// Makes the function when there is a demand.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let (Some(first), stack) = (cx.linked.demands::<StackLambdaDemand>().next(), cx.stack()) else { return fragment };
    let name = stack.identity.stack_lambda();
    let log_group = stack.identity.function_log_group(&name);
    let logs = vec![log_streams_arn(&log_group)];
    RoleBuilder::new(ROLE, Some(stack.identity.role(NAME)), "lambda.amazonaws.com")
        .policy(
            "allow-cloudwatch-logging-policy",
            vec![Statement::allow(&["logs:CreateLogStream", "logs:PutLogEvents"], logs, first.span)],
        )
        .add_to(&mut fragment, first.span, stack);
    let owner = ResourceName::top(NAME);
    LogGroup::new(LOG_GROUP.into(), log_group, None, RETENTION, &owner, first.span).add(stack, &mut fragment);
    let function = Resource::new("AWS::Lambda::Function", function(name, stack)).after(LOG_GROUP);
    fragment.add(FUNCTION, first.span, function);
    let source = ArtifactSource::Function(FunctionArtifact {
        code: FunctionCode::StackLambda,
        runtime: RUNTIME.into(),
        architecture: ARCHITECTURE.into(),
    });
    fragment.artifacts.push(ArtifactRequest { id: ArtifactId(ARTIFACT.into()), span: first.span, source });
    fragment
}

fn function(name: String, stack: &Stack<'_>) -> Object {
    let code = Object::new()
        .set("S3Bucket", stack.identity.deployment_bucket())
        .set("S3Key", Expr::Artifact(ArtifactId(ARTIFACT.into()), ArtifactField::S3Key));
    Object::new()
        .set("FunctionName", name)
        .set("Architectures", vec![ARCHITECTURE])
        .set("Code", code)
        .set("Handler", "bootstrap")
        .set("Runtime", RUNTIME)
        .set("Role", role_arn(ROLE))
        .set("MemorySize", MEMORY)
        .set("Timeout", TIMEOUT)
        .set("Tags", stack.tags(&[]))
}
