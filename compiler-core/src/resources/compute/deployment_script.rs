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
use crate::facets::secrets::{self, Store};
use crate::model::{
    AnyResource, ExpandCx, Fragment, Linked, Outbox, Resource, ResourceKind, ResourceName, Stack, Statement,
};
use crate::plan::SCRIPT_REFERENCE;
use crate::shared_infra::stack_lambda::{Handled, StackLambdaDemand, custom_resource_id};
use crate::source::{Span, Spanned};
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
    /// Environment variables. At most 4 KB in all.
    pub environment: Option<Vec<EnvironmentVariable>>,
    /// Given to the handler as its event. CloudFormation passes every number and boolean on as text. Secrets are read when the script runs, and stand
    /// nowhere else.
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
        let mut parameters = r.props.parameters.as_ref().map(|p| p.object()).unwrap_or_default();
        let secrets = hide_secrets(r, &mut parameters);
        let request = Object::new()
            .set("functionName", reference(function.function_id()))
            .set("trigger", r.props.trigger.value)
            .opt("parameters", (!parameters.is_empty()).then_some(parameters));
        let arn = format!(
            "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{}",
            function.function_name(cx.stack())
        );
        let mut rights = vec![
            Statement::allow(&["lambda:InvokeFunction"], vec![sub(arn)], r.span),
            // Tells a deployment from a rollback, and the deletion of the stack from that of the script.
            Statement::allow(&["cloudformation:DescribeStacks"], vec![reference("AWS::StackId")], r.span),
        ];
        rights.extend(secrets);
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

/// Hides references to secrets among the parameters from CloudFormation, which gives custom resources the text of a reference instead of the secret:
/// the stack's own function resolves them when it runs the script. Gives the rights that it needs for that.
fn hide_secrets(r: &Resource<DeploymentScript>, parameters: &mut Object) -> Vec<Statement> {
    let mut rights: Vec<Statement> = vec![];
    for (key, value) in &mut parameters.0 {
        let given = r.props.parameters.as_ref().and_then(|all| all.get(key));
        let span = given.map_or(r.span, |v| v.span);
        value.rewrite(&mut |e| {
            let Expr::Str(text) = e else { return };
            if SECRETS.iter().any(|kind| text.contains(kind)) {
                rights.extend(secret_rights(text, span));
                let hidden = SECRETS.iter().fold(text.to_string(), |text, kind| {
                    text.replace(kind, &kind.replacen(REFERENCE, SCRIPT_REFERENCE, 1))
                });
                *text = hidden.into();
            }
        });
    }
    Statement::distinct(rights)
}

const REFERENCE: &str = "{{resolve:";
const SECRET: &str = "{{resolve:secretsmanager:";
const SECURE_PARAMETER: &str = "{{resolve:ssm-secure:";
/// How the references begin that CloudFormation does not resolve in custom resources.
const SECRETS: [&str; 2] = [SECRET, SECURE_PARAMETER];

/// The right to read each secret that a text refers to, and nothing else.
fn secret_rights(text: &str, span: Span) -> Vec<Statement> {
    let own = |service: &str, rest: String| {
        sub(format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
    };
    let secrets = references(text, SECRET).map(|reference| {
        // The id may be an ARN, which has colons of its own.
        let id = reference.split_once(":SecretString").map_or(reference, |(id, _)| id);
        let arn = match id.starts_with("arn:") {
            true => Expr::from(id.to_string()),
            // Secrets Manager adds a hyphen and six characters to the name.
            false => own("secretsmanager", format!("secret:{id}-??????")),
        };
        secrets::read(Store::SecretsManager, vec![arn], span)
    });
    let parameters = references(text, SECURE_PARAMETER).map(|reference| {
        let name = reference.split(':').next().unwrap_or_default().trim_start_matches('/');
        secrets::read(Store::Parameter, vec![own("ssm", format!("parameter/{name}"))], span)
    });
    secrets.chain(parameters).flatten().collect()
}

fn references<'t>(text: &'t str, kind: &'static str) -> impl Iterator<Item = &'t str> {
    text.split(kind).skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0))
}

/// Reports parameters of other resources that are secret: CloudFormation would put their values into its own records.
fn check_secrets(r: &Resource<DeploymentScript>, linked: &Linked<'_>, sink: &mut Sink) {
    for (key, value) in r.props.parameters.iter().flat_map(|p| p.iter()) {
        let mut secret = false;
        value.expr.visit(&mut |e| {
            secret |= match e {
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
