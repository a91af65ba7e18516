//! An edge function of a stack in us-east-1: native resources.
//!
//! CloudFront keeps copies of every version for hours after the last distribution has let go of it, and until then Lambda refuses to delete the
//! function. So function and versions outlive the stack, and the function's name is CloudFormation's: a name of our own would stand in the way of
//! the next stack.

use super::{DEFAULT_RETENTION, EdgeLambdaFunction, GLOBAL_REGION, add_artifact, add_role};
use crate::facets::iam::role_arn;
use crate::facets::logging::LogGroup;
use crate::model::{Fragment, Linked, Resource, Stack, configuration_hash};
use crate::source::Span;
use crate::template::{self, ArtifactField, Expr, Object, join, reference, sub};

/// So many characters of the stack's name stand in names that CloudFormation makes, however long the rest is (64 characters in all for functions).
const KEPT_OF_STACK_NAME: usize = 20;

const FUNCTION: &str = "AWS::Lambda::Function";
const VERSION: &str = "AWS::Lambda::Version";

/// Whether the stack is where edge functions live.
pub fn fits(stack: &Stack<'_>) -> bool {
    stack.identity.region == GLOBAL_REGION
}

/// ARN of the version.
pub fn version_arn(r: &Resource<EdgeLambdaFunction>) -> Expr {
    reference(r.id(VERSION))
}

/// Role, function, version and log group.
pub fn expand(r: &Resource<EdgeLambdaFunction>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let stack = linked.stack;
    // The function's name comes from CloudFormation, and begins with the stack's, of which a long one is cut.
    let begin: String = stack.identity.stack_name.chars().take(KEPT_OF_STACK_NAME).collect();
    add_role(r, &format!("/aws/lambda/{GLOBAL_REGION}.{begin}*"), linked, fragment);
    function(r, stack, fragment);
    if r.has_logs() {
        let name = sub(format!("/aws/lambda/{GLOBAL_REGION}.${{{}}}", r.id(FUNCTION)));
        let id = r.id("AWS::Logs::LogGroup");
        LogGroup::new(id, name, r.props.logging.as_ref(), DEFAULT_RETENTION, &r.name, r.span).add(stack, fragment);
    }
}

fn function(r: &Resource<EdgeLambdaFunction>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let artifact = add_artifact(r, fragment);
    let configuration = Object::new()
        .set("Handler", r.props.packaging.handler())
        .set("Runtime", r.runtime().0)
        .set("Role", role_arn(&r.role_id()))
        .set("MemorySize", r.memory())
        .set("Timeout", r.timeout());
    let settings = configuration_hash(&configuration);
    let code = Object::new()
        .set("S3Bucket", stack.identity.deployment_bucket())
        .set("S3Key", Expr::Artifact(artifact.clone(), ArtifactField::S3Key));
    let properties = configuration.set("Code", code).set("Tags", stack.tags(&[]));
    add_kept(r.id(FUNCTION), FUNCTION, properties, r.span, fragment);

    // A change of code or settings changes the description, which makes a new version.
    let digest = Expr::Artifact(artifact, ArtifactField::Digest);
    let properties = Object::new()
        .set("Description", join(" ", vec!["code".into(), digest, "configuration".into(), settings]))
        .set("FunctionName", reference(r.id(FUNCTION)));
    add_kept(r.id(VERSION), VERSION, properties, r.span, fragment);
}

/// Adds what stays in the account when the stack lets go of it, because CloudFront still has copies.
fn add_kept(id: String, kind: &'static str, properties: Object, span: Span, fragment: &mut Fragment) {
    let resource = template::Resource::new(kind, properties)
        .attribute("DeletionPolicy", "Retain")
        .attribute("UpdateReplacePolicy", "Retain");
    fragment.add(id, span, resource);
}
