//! An edge function of a stack outside us-east-1: the stack's own function makes it there, with its versions and log groups.
//!
//! Its name says for which stack and region it was made, so that a stack finds the function that an earlier one had to leave, and so does one that
//! takes the place of the reference's.

use super::{DEFAULT_RETENTION, EdgeLambdaFunction, GLOBAL_REGION, add_artifact, add_role};
use crate::facets::iam::role_arn;
use crate::model::{Fragment, Linked, Resource, Statement};
use crate::shared_infra::stack_lambda::{Handled, custom_resource_id};
use crate::template::{ArtifactField, Expr, Object, get_att, sub};

/// What stands in the custom resource's logical id before its type.
const SPECIFIER: &str = "EdgeLambda";

/// ARN of the version.
pub fn version_arn(r: &Resource<EdgeLambdaFunction>) -> Expr {
    get_att(custom_resource_id(&r.name, SPECIFIER), "versionArn")
}

/// Role and custom resource.
pub fn expand(r: &Resource<EdgeLambdaFunction>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let stack = linked.stack;
    let name = stack.identity.edge_function(r.name.flat());
    let log_group = format!("/aws/lambda/{GLOBAL_REGION}.{name}");
    add_role(r, &log_group, linked, fragment);
    let artifact = add_artifact(r, fragment);
    let bucket = stack.identity.deployment_bucket();
    let rights = rights(r, &name, &log_group, &bucket, &artifact.0);
    let retention = r.props.logging.as_ref().and_then(|l| l.retention_days).map_or(DEFAULT_RETENTION, |d| d.0);
    let request = Object::new()
        .set("functionName", name)
        .set("role", role_arn(&r.role_id()))
        .set("handler", r.props.packaging.handler())
        .set("runtime", r.runtime().0)
        .set("memory", r.memory())
        .set("timeout", r.timeout())
        .set("bucket", bucket)
        .set("key", Expr::Artifact(artifact, ArtifactField::S3Key))
        .opt("logRetentionDays", r.has_logs().then_some(retention))
        .set("tags", stack.tag_map(&[]));
    Handled { owner: &r.name, specifier: SPECIFIER, key: "edgeLambda", request, rights, span: r.span }.add(fragment);
}

fn rights(
    r: &Resource<EdgeLambdaFunction>,
    name: &str,
    log_group: &str,
    bucket: &str,
    artifact: &str,
) -> Vec<Statement> {
    let function = format!("arn:${{AWS::Partition}}:lambda:{GLOBAL_REGION}:${{AWS::AccountId}}:function:{name}");
    let service = Object::new().set("iam:PassedToService", "lambda.amazonaws.com");
    let mut all = vec![
        Statement::allow(
            &[
                "lambda:CreateFunction",
                "lambda:DeleteFunction",
                "lambda:GetFunctionConfiguration",
                "lambda:PublishVersion",
                "lambda:TagResource",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
            ],
            vec![sub(function.clone()), sub(format!("{function}:*"))],
            r.span,
        ),
        Statement::allow(&["iam:PassRole"], vec![role_arn(&r.role_id())], r.span)
            .when(Object::new().set("StringEquals", service)),
        Statement::allow(
            &["s3:GetObject"],
            vec![sub(format!("arn:${{AWS::Partition}}:s3:::{bucket}/{artifact}/*"))],
            r.span,
        ),
    ];
    if r.has_logs() {
        // In every region with an edge cache.
        let groups = format!("arn:${{AWS::Partition}}:logs:*:${{AWS::AccountId}}:log-group:{log_group}");
        all.push(Statement::allow(
            &["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"],
            vec![sub(groups.clone()), sub(format!("{groups}:*"))],
            r.span,
        ));
    }
    all
}
