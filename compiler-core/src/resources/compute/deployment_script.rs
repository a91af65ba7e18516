//! `deployment-script`: code that runs inside a deployment, or before the stack is deleted.
//!
//! A composite: its one nested resource is a `function`. Its one child is a custom resource that comes after everything else in the stack; the
//! stack's own function answers it by invoking the script and waiting for the result.

use super::function::{Function, FunctionProps};
use crate::decode::{Decode, Dict, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::environment::EnvironmentVariable;
use crate::facets::iam::IamStatement;
use crate::facets::packaging::LambdaPackaging;
use crate::model::{
    AnyResource, ExpandCx, Fragment, Linked, Outbox, Resource, ResourceKind, ResourceName, Stack, Statement,
};
use crate::shared_infra::stack_lambda::{Handled, StackLambdaDemand, custom_resource_id};
use crate::source::Spanned;
use crate::template::{Expr, Object, reference, sub};

/// Code that runs inside a deployment.
pub struct DeploymentScript;

/// Code that runs inside a deployment, or before the stack is deleted. It runs after everything else of the stack is there; when it fails, the
/// deployment fails and is rolled back, or the stack is not deleted. It does not run in a rollback, nor when it is taken out of the config.
#[derive(Clone, Debug, Decode, Describe)]
pub struct DeploymentScriptProps {
    /// When it runs: with every deploy, after all other changes (`after:deploy`), or before the stack is deleted (`before:delete`).
    pub trigger: Spanned<ScriptTrigger>,
    /// Where the code comes from.
    pub packaging: LambdaPackaging,
    /// Lambda runtime such as `nodejs22.x`; follows from the entry file when not given.
    pub runtime: Option<Val<String>>,
    /// Environment variables. At most 4 KB in all. Secrets belong here.
    pub environment: Option<Vec<EnvironmentVariable>>,
    /// Given to the handler as its event. CloudFormation passes every number and boolean on as text.
    pub parameters: Option<Dict<Raw>>,
    /// Memory. Processor power grows with it: 1769 MB are one full vCPU.
    #[config(range = 128..=10240, unit = "MB", default = 1024)]
    pub memory: Option<Val<u32>>,
    /// How long one run may take. The deployment waits for 880 seconds at most.
    #[config(range = 1..=900, unit = "seconds", default = 10)]
    pub timeout: Option<Val<u32>>,
    /// Whether the code runs inside the stack's VPC: it reaches databases there, and nothing on the internet.
    #[config(default = false)]
    pub join_default_vpc: bool,
    /// Size of `/tmp`.
    #[config(range = 512..=10240, unit = "MB", default = 512)]
    pub storage: Option<Val<u32>>,
    /// Resources that the code uses: it gets the rights, and their parameters as `STP_…` variables.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Further rights of the code.
    pub iam_role_statements: Option<Vec<IamStatement>>,
}

/// When a script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum ScriptTrigger {
    /// With every deploy, after everything else.
    #[config(name = "after:deploy")]
    AfterDeploy,
    /// Before the stack is deleted.
    #[config(name = "before:delete")]
    BeforeDelete,
}

/// Timeout of the code when the config gives none, as the reference documents it.
const DEFAULT_TIMEOUT: u32 = 10;
/// Seconds for which the stack's own function waits: its time limit is 900 seconds, and some of them go into starting and answering.
const LONGEST_WAIT: u32 = 880;
/// Name of the function inside a script, for references such as `migrate.scriptFunction`.
const FUNCTION: &str = "scriptFunction";
/// What stands in the custom resource's logical id before its type.
const SPECIFIER: &str = "Script";

impl Resource<DeploymentScript> {
    fn function_name(&self) -> ResourceName {
        self.name.child(FUNCTION)
    }
}

impl ResourceKind for DeploymentScript {
    const TYPE: &'static str = "deployment-script";
    type Props = DeploymentScriptProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let timeout = r.props.timeout.as_ref();
        if let Some(timeout) = timeout.filter(|t| t.as_known().is_some_and(|s| *s > LONGEST_WAIT)) {
            let message = format!("a deployment waits for a script for {LONGEST_WAIT} seconds at most");
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, timeout.span, message)
                    .hint(format!("use {LONGEST_WAIT} or less, or start a batch-job from the script")),
            );
        }
        check_secrets(r, linked, sink);
    }

    fn desugar(r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        let p = r.props.clone();
        let function = FunctionProps {
            environment: p.environment,
            runtime: p.runtime,
            timeout: Some(p.timeout.unwrap_or_else(|| DEFAULT_TIMEOUT.into())),
            memory: p.memory,
            join_default_vpc: p.join_default_vpc,
            storage: p.storage,
            connect_to: p.connect_to,
            iam_role_statements: p.iam_role_statements,
            ..FunctionProps::of(p.packaging)
        };
        vec![Box::new(Resource::<Function>::new(r.function_name(), r.span, function))]
    }

    fn link(r: &Resource<Self>, _: &Stack<'_>, out: &mut Outbox) {
        out.demand(StackLambdaDemand { span: r.span });
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let mut fragment = Fragment::default();
        let Some(function) = cx.linked.get::<Function>(r.function_name().dotted()) else { return fragment };
        let parameters = r.props.parameters.as_ref().map(|p| p.object()).unwrap_or_default();
        let request = Object::new()
            .set("functionName", reference(function.function_id()))
            .set("trigger", r.props.trigger.value)
            .opt("parameters", (!parameters.is_empty()).then_some(parameters));
        let arn = format!(
            "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{}",
            function.function_name(cx.stack())
        );
        let rights = vec![
            Statement::allow(&["lambda:InvokeFunction"], vec![sub(arn)], r.span),
            // Tells a deployment from a rollback, and the deletion of the stack from that of the script.
            Statement::allow(&["cloudformation:DescribeStacks"], vec![reference("AWS::StackId")], r.span),
        ];
        Handled { owner: &r.name, specifier: SPECIFIER, key: "scriptFunction", request, rights, span: r.span }
            .add(&mut fragment);
        let id = custom_resource_id(&r.name, SPECIFIER);
        if r.props.trigger.value == ScriptTrigger::AfterDeploy {
            fragment.every_deploy.push(id.clone());
        }
        fragment.last.push(id);
        fragment
    }
}

/// Reports secrets among the parameters: CloudFormation passes them on to custom resources as the text of the reference.
fn check_secrets(r: &Resource<DeploymentScript>, linked: &Linked<'_>, sink: &mut Sink) {
    for (key, value) in r.props.parameters.iter().flat_map(|p| p.iter()) {
        let mut secret = false;
        value.expr.visit(&mut |e| {
            secret |= match e {
                Expr::Str(text) => {
                    ["{{resolve:secretsmanager:", "{{resolve:ssm-secure:"].iter().any(|s| text.contains(s))
                }
                Expr::Param { resource, name, .. } => {
                    let params = linked.params(resource).unwrap_or_default();
                    params.iter().any(|p| p.name == *name && p.sensitive)
                }
                _ => false,
            };
        });
        if secret {
            let message =
                format!("the parameter `{}` is a secret, which CloudFormation does not give to scripts", key.value);
            sink.push(
                Diagnostic::error(Code::UNSUPPORTED, value.span, message)
                    .hint("give it to the script in `environment`, or read it in the script with connectTo"),
            );
        }
    }
}
