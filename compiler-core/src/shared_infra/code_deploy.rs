//! CodeDeploy for gradual deployments of functions: one application and one service role for the whole stack.
//!
//! Makes `StpLambdaCodeDeployApplication` and `StpCodeDeployRole` when a function has a `deployment`.

use crate::facets::iam::RoleBuilder;
use crate::model::{ExpandCx, Fragment, Statement};
use crate::source::Span;
use crate::template::{Expr, Object, Resource, sub};

/// Logical id of the application.
pub const LAMBDA_APPLICATION: &str = "StpLambdaCodeDeployApplication";
/// Logical id of the role that CodeDeploy assumes.
pub const SERVICE_ROLE: &str = "StpCodeDeployRole";

/// A function asks for gradual deployments.
pub struct LambdaDeployment {
    /// Physical names of the hook functions that CodeDeploy invokes.
    pub hooks: Vec<String>,
    /// The `deployment` block.
    pub span: Span,
}

/// Makes the application and the role.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let stack = cx.stack();
    let mut fragment = Fragment::default();
    let demands: Vec<&LambdaDeployment> = cx.linked.demands().collect();
    let Some(first) = demands.first() else { return fragment };
    let application = Object::new()
        .set("ApplicationName", format!("{}-lambda-code-deploy", stack.identity.stack_name))
        .set("ComputePlatform", "Lambda");
    fragment.add(LAMBDA_APPLICATION, first.span, Resource::new("AWS::CodeDeploy::Application", application));
    let mut hooks: Vec<&String> = demands.iter().flat_map(|d| &d.hooks).collect();
    crate::order::sort_by(&mut hooks, Ord::cmp);
    hooks.dedup();
    let arns: Vec<Expr> = hooks
        .iter()
        .map(|name| sub(format!("arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{name}")))
        .collect();
    let mut role = RoleBuilder::new(SERVICE_ROLE, None, "codedeploy.amazonaws.com")
        .managed("service-role/AWSCodeDeployRoleForLambda");
    if !arns.is_empty() {
        role = role.policy("allow-hook-invoke", vec![Statement::allow(&["lambda:InvokeFunction"], arns, first.span)]);
    }
    role.add_to(&mut fragment, first.span, stack);
    fragment
}
