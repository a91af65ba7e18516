//! The alias `stp-live`: provisioned concurrency, and the gradual shift of traffic to a new version through CodeDeploy.
//!
//! The version is a native `AWS::Lambda::Version`. CloudFormation replaces it, and so publishes a new one, when its description changes; the
//! description carries the digest of the code and a hash of the configuration.

use super::Function;
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{Fragment, Linked, Outbox, Resource, Stack, Statement, configuration_hash};
use crate::naming::truncate;
use crate::shared_infra::code_deploy::{LAMBDA_APPLICATION, LambdaDeployment, SERVICE_ROLE};
use crate::source::{Span, Spanned};
use crate::template::{self, ArtifactField, ArtifactId, Expr, Object, get_att, join, reference, sub};

/// Name of the alias. Callers outside the stack use it in ARNs.
pub(super) const ALIAS: &str = "stp-live";

/// Gradual shift of traffic to a new version.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FunctionDeployment {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// How fast traffic is shifted.
    pub strategy: Strategy,
    /// Function that runs before traffic is shifted, and can stop the deployment.
    #[config(names = "function")]
    pub before_allow_traffic_function: Option<Spanned<String>>,
    /// Function that runs after traffic was shifted, and can roll the deployment back.
    #[config(names = "function")]
    pub after_traffic_shift_function: Option<Spanned<String>>,
}

/// How fast traffic is shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum Strategy {
    /// All at once.
    #[config(name = "AllAtOnce")]
    AllAtOnce,
    /// A tenth, and the rest after 5 minutes.
    #[config(name = "Canary10Percent5Minutes")]
    Canary5,
    /// A tenth, and the rest after 10 minutes.
    #[config(name = "Canary10Percent10Minutes")]
    Canary10,
    /// A tenth, and the rest after 15 minutes.
    #[config(name = "Canary10Percent15Minutes")]
    Canary15,
    /// A tenth, and the rest after 30 minutes.
    #[config(name = "Canary10Percent30Minutes")]
    Canary30,
    /// A tenth every minute.
    #[config(name = "Linear10PercentEvery1Minute")]
    Linear1,
    /// A tenth every 2 minutes.
    #[config(name = "Linear10PercentEvery2Minutes")]
    Linear2,
    /// A tenth every 3 minutes.
    #[config(name = "Linear10PercentEvery3Minutes")]
    Linear3,
    /// A tenth every 10 minutes.
    #[config(name = "Linear10PercentEvery10Minutes")]
    Linear10,
}

impl FunctionDeployment {
    fn hooks(&self) -> impl Iterator<Item = (&'static str, &Spanned<String>)> {
        let before = self.before_allow_traffic_function.iter().map(|f| ("beforeAllowTrafficFunction", f));
        before.chain(self.after_traffic_shift_function.iter().map(|f| ("afterTrafficShiftFunction", f)))
    }

    /// Reports hooks that are no functions.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        for (property, function) in self.hooks() {
            linked.stack.require::<Function>(function, property, sink);
        }
    }

    /// Demands CodeDeploy, and tells the hook functions that they are hooks.
    pub fn link(&self, stack: &Stack<'_>, out: &mut Outbox) {
        let functions: Vec<_> = self.hooks().filter_map(|(_, name)| stack.get::<Function>(name)).collect();
        let hooks = functions.iter().map(|f| f.function_name(stack)).collect();
        out.demand(LambdaDeployment { hooks, span: self.span });
        for function in functions {
            out.send(&function.name, DeploymentHook { span: self.span });
        }
    }
}

/// Mail to a function that is a deployment hook.
pub struct DeploymentHook {
    /// The `deployment` block.
    pub span: Span,
}

/// The right to report back to CodeDeploy, for hook functions.
pub fn hook_rights(r: &Resource<Function>, linked: &Linked<'_>) -> Vec<Statement> {
    let Some(hook) = linked.mail::<DeploymentHook>(&r.name).next() else { return vec![] };
    let groups = sub(format!(
        "arn:${{AWS::Partition}}:codedeploy:${{AWS::Region}}:${{AWS::AccountId}}:deploymentgroup:{}-*",
        linked.stack.identity.stack_name
    ));
    vec![Statement::allow(&["codedeploy:PutLifecycleEventHookExecutionStatus"], vec![groups], hook.span)]
}

/// Adds version, alias and, with a deployment, the deployment group.
pub fn add(r: &Resource<Function>, function: &Object, linked: &Linked<'_>, fragment: &mut Fragment) {
    let p = &r.props;
    let version = r.id("", "AWS::Lambda::Version");
    let digest = Expr::Artifact(ArtifactId(r.name.flat().into()), ArtifactField::Digest);
    let properties = Object::new()
        .set(
            "Description",
            join(" ", vec!["code".into(), digest, "configuration".into(), configuration_hash(function)]),
        )
        .set("FunctionName", reference(r.function_id()));
    // An old version stays: callers may have pinned it, and a rollback needs it.
    let resource = template::Resource::new("AWS::Lambda::Version", properties).holds_data();
    fragment.add(version.clone(), r.span, resource);

    let concurrency =
        p.provisioned_concurrency.clone().map(|n| Object::new().set("ProvisionedConcurrentExecutions", n));
    let properties = Object::new()
        .set("FunctionName", reference(r.function_id()))
        .set("FunctionVersion", get_att(version, "Version"))
        .set("Name", ALIAS)
        .opt("ProvisionedConcurrencyConfig", concurrency);
    let mut alias = template::Resource::new("AWS::Lambda::Alias", properties);
    if let Some(deployment) = &p.deployment {
        alias = alias.attribute("UpdatePolicy", update_policy(r, deployment, linked));
        deployment_group(r, deployment, linked.stack, fragment);
    }
    fragment.add(r.id("Stp", "AWS::Lambda::Alias"), r.span, alias);
}

fn update_policy(r: &Resource<Function>, deployment: &FunctionDeployment, linked: &Linked<'_>) -> Object {
    let hook = |name: &Option<Spanned<String>>| {
        let function = linked.get::<Function>(name.as_ref()?)?;
        Some(reference(function.function_id()))
    };
    let update = Object::new()
        .set("ApplicationName", reference(LAMBDA_APPLICATION))
        .opt("BeforeAllowTrafficHook", hook(&deployment.before_allow_traffic_function))
        .opt("AfterAllowTrafficHook", hook(&deployment.after_traffic_shift_function))
        .set("DeploymentGroupName", reference(r.id("", "AWS::CodeDeploy::DeploymentGroup")));
    Object::new().set("CodeDeployLambdaAliasUpdate", update)
}

fn deployment_group(
    r: &Resource<Function>,
    deployment: &FunctionDeployment,
    stack: &Stack<'_>,
    fragment: &mut Fragment,
) {
    let events = vec!["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
    let style = Object::new().set("DeploymentOption", "WITH_TRAFFIC_CONTROL").set("DeploymentType", "BLUE_GREEN");
    let properties = Object::new()
        .set("ApplicationName", reference(LAMBDA_APPLICATION))
        .set("AutoRollbackConfiguration", Object::new().set("Enabled", true).set("Events", events))
        .set("DeploymentConfigName", format!("CodeDeployDefault.Lambda{}", deployment.strategy))
        .set("DeploymentGroupName", truncate(&format!("{}-{}", stack.identity.stack_name, r.name.flat()), 100))
        .set("DeploymentStyle", style)
        .set("ServiceRoleArn", get_att(SERVICE_ROLE, "Arn"));
    let group = template::Resource::new("AWS::CodeDeploy::DeploymentGroup", properties);
    fragment.add(r.id("", "AWS::CodeDeploy::DeploymentGroup"), deployment.span, group);
}
