//! Roles that container workloads share: to start containers, to scale them, and for their instances.
//!
//! Makes `StpEcsExecutionRole` and `StpEcsAutoScaleRole`; with EC2 instances `StpEcsInstanceRole`, `StpEcsInstanceInstanceProfile` and
//! `StpScheduledInstanceRefreshRole`. The first two are narrower than the AWS managed policies that the reference attaches: they reach this stack's images,
//! logs and services.

use crate::decode::Val;
use crate::facets::iam::{RoleBuilder, own_account};
use crate::facets::secrets::{self, Store};
use crate::model::{ExpandCx, Fragment, Stack, Statement};
use crate::shared_infra::image_repository::REPOSITORY;
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, reference, sub};

/// Logical id of the role by which ECS pulls images and writes logs.
pub const EXECUTION_ROLE: &str = "StpEcsExecutionRole";
/// Logical id of the role by which copies are added and removed.
pub const AUTO_SCALE_ROLE: &str = "StpEcsAutoScaleRole";
/// Logical id of the profile of instances.
pub const INSTANCE_PROFILE: &str = "StpEcsInstanceInstanceProfile";
/// Logical id of the role by which instances are replaced.
pub const REFRESH_ROLE: &str = "StpScheduledInstanceRefreshRole";
const INSTANCE_ROLE: &str = "StpEcsInstanceRole";

/// ECS starts a container.
pub struct ExecutionDemand {
    /// The image, when it is a ready one.
    pub image: Option<Val<String>>,
    /// ARN of the secret with the credentials of the image's registry.
    pub credentials: Option<Val<String>>,
    /// The container.
    pub span: Span,
}

/// Copies of a service are added and removed.
pub struct AutoScalingDemand {
    /// ARN of the services.
    pub services: Expr,
    /// The workload.
    pub span: Span,
}

/// A workload runs on instances of its own.
pub struct InstancesDemand {
    /// ARN of the auto scaling group.
    pub group: Expr,
    /// The `resources` block.
    pub span: Span,
}

/// Makes the roles that are demanded.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let stack = cx.stack();
    execution_role(&cx.linked.demands().collect::<Vec<_>>(), stack, &mut fragment);
    auto_scale_role(&cx.linked.demands().collect::<Vec<_>>(), stack, &mut fragment);
    instance_roles(&cx.linked.demands().collect::<Vec<_>>(), stack, &mut fragment);
    fragment
}

fn execution_role(demands: &[&ExecutionDemand], stack: &Stack<'_>, fragment: &mut Fragment) {
    let Some(first) = demands.first() else { return };
    let pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    let mut statements = vec![
        // The token is the account's; what it opens is said below.
        Statement::allow(&["ecr:GetAuthorizationToken"], vec!["*".into()], first.span),
        Statement::allow(&pull, vec![get_att(REPOSITORY, "Arn")], first.span),
    ];
    let mut others: Vec<(Expr, Span)> = vec![];
    for (arn, span) in demands.iter().filter_map(|d| Some((repository(d.image.as_ref()?)?, d.span))) {
        if others.iter().all(|(a, _)| *a != arn) {
            others.push((arn, span));
        }
    }
    statements.extend(others.into_iter().map(|(arn, span)| Statement::allow(&pull, vec![arn], span)));
    let logs = format!(
        "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:/stp/{}/*",
        stack.identity.stack_name
    );
    let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
    statements.push(Statement::allow(&write, vec![sub(logs)], first.span));
    let credentials = demands.iter().filter_map(|d| d.credentials.as_ref());
    let of_registries = credentials.flat_map(|c| secrets::read(Store::SecretsManager, vec![secret_arn(c)], c.span));
    RoleBuilder::new(EXECUTION_ROLE, None, "ecs-tasks.amazonaws.com")
        .policy("start-containers", statements)
        .policy("registry-credentials", Statement::distinct(of_registries))
        .add_to(fragment, first.span, stack);
}

/// ARN of a secret, which ECS takes by its name too. Secrets Manager adds six characters to the name.
fn secret_arn(secret: &Val<String>) -> Expr {
    match secret.as_known() {
        Some(name) if !name.starts_with("arn:") => sub(format!(
            "arn:${{AWS::Partition}}:secretsmanager:${{AWS::Region}}:${{AWS::AccountId}}:secret:{name}-??????"
        )),
        _ => secret.clone().into(),
    }
}

/// ARN of the ECR repository of a ready image; every repository of the account when the image is known only at deploy time; `None` for other
/// registries, which know nothing of IAM.
fn repository(image: &Val<String>) -> Option<Expr> {
    let Some(image) = image.as_known() else {
        return Some(sub("arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/*"));
    };
    let (host, path) = image.split_once('/')?;
    let mut parts = host.split('.');
    let (account, dkr, ecr, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if dkr != "dkr" || ecr != "ecr" {
        return None;
    }
    let name = path.split(['@', ':']).next().unwrap_or(path);
    Some(sub(format!("arn:${{AWS::Partition}}:ecr:{region}:{account}:repository/{name}")))
}

fn auto_scale_role(demands: &[&AutoScalingDemand], stack: &Stack<'_>, fragment: &mut Fragment) {
    let Some(first) = demands.first() else { return };
    let scale = |d: &&AutoScalingDemand| {
        Statement::allow(&["ecs:DescribeServices", "ecs:UpdateService"], vec![d.services.clone()], d.span)
    };
    // Target tracking makes its alarms under this name.
    let alarms =
        sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:TargetTracking-service/*");
    let watch = ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"];
    let mut statements: Vec<Statement> = demands.iter().map(scale).collect();
    statements.push(Statement::allow(&watch, vec![alarms], first.span));
    RoleBuilder::new(AUTO_SCALE_ROLE, None, "application-autoscaling.amazonaws.com")
        .policy("scale-services", statements)
        .add_to(fragment, first.span, stack);
}

fn instance_roles(demands: &[&InstancesDemand], stack: &Stack<'_>, fragment: &mut Fragment) {
    let Some(first) = demands.first() else { return };
    RoleBuilder::new(INSTANCE_ROLE, None, "ec2.amazonaws.com")
        .managed("service-role/AmazonEC2ContainerServiceforEC2Role")
        .path("/")
        .add_to(fragment, first.span, stack);
    let profile = Object::new().set("Path", "/").set("Roles", vec![reference(INSTANCE_ROLE)]);
    fragment.add(INSTANCE_PROFILE, first.span, Resource::new("AWS::IAM::InstanceProfile", profile));
    let start =
        |d: &&InstancesDemand| Statement::allow(&["autoscaling:StartInstanceRefresh"], vec![d.group.clone()], d.span);
    RoleBuilder::new(REFRESH_ROLE, None, "scheduler.amazonaws.com")
        .trusted_when(own_account())
        .policy("instance-refresh-permissions", demands.iter().map(start).collect())
        .add_to(fragment, first.span, stack);
}
