//! `state-machine`: a Step Functions state machine. All machines of a stack share the role `StpGlobalStateMachineRole`, which gets exactly the rights
//! that the tasks in their definitions need.
//!
//! The definition is written in Amazon States Language and passed on as it is; what can be checked without running it is checked at its place.

use crate::decode::{Decode, DecodeCx};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::{ExpandCx, Fragment, Linked, Offer, Outbox, Param, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::shared_infra::batch::any_job;
use crate::shared_infra::state_machine_role::{self, StateMachineRights};
use crate::source::Span;
use crate::syntax::{Map, Node, Value};
use crate::template::{self, Expr, Object, get_att, join, reference, sub};

/// A Step Functions state machine.
pub struct StateMachine;

/// A Step Functions state machine.
#[derive(Clone, Debug, Decode, Describe)]
pub struct StateMachineProps {
    /// The machine in Amazon States Language: `StartAt` and `States`.
    pub definition: Definition,
}

/// A machine in Amazon States Language.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Where it stands.
    pub span: Span,
    /// As it is passed on.
    pub expr: Expr,
}

/// The kinds of states. Source: the Amazon States Language specification.
const STATE_TYPES: &[&str] = &["Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"];

impl Decode for Definition {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        if !check_machine(node, cx) {
            return None;
        }
        Some(Self { span: node.span, expr: crate::decode::Raw::from_node(node).expr })
    }
}

impl Describe for Definition {
    fn describe(_: &mut Definitions) -> Shape {
        Shape::Any
    }
}

/// Checks a machine, or the inner machine of a `Map` or `Parallel` state.
fn check_machine(node: &Node, cx: &mut DecodeCx<'_>) -> bool {
    let Value::Map(machine) = &node.value else {
        cx.wrong_type(node, "a mapping with StartAt and States");
        return false;
    };
    let Some(states) = machine.get("States") else {
        return missing(node, machine, "States", cx);
    };
    let Value::Map(states) = &states.value else {
        cx.wrong_type(states, "a mapping of names to states");
        return false;
    };
    let names: Vec<&str> = states.entries.iter().map(|e| &*e.key.value).collect();
    let mut good = match machine.get("StartAt") {
        Some(start) => check_target(start, &names, cx),
        None => missing(node, machine, "StartAt", cx),
    };
    for entry in &states.entries {
        good &= check_state(&entry.key.value, &entry.value, &names, cx);
    }
    good
}

fn missing(node: &Node, map: &Map, key: &str, cx: &mut DecodeCx<'_>) -> bool {
    let span = map.entries.first().map_or(node.span, |e| e.key.span);
    let diagnostic = Diagnostic::error(Code::MISSING_PROPERTY, span, format!("the state machine has no {key}"));
    cx.sink.push(diagnostic.hint(format!("add `{key}:`")));
    false
}

/// Reports the name of a state that the machine does not have.
fn check_target(node: &Node, names: &[&str], cx: &mut DecodeCx<'_>) -> bool {
    let Some(name) = node.as_str() else { return true };
    if names.contains(&name) {
        return true;
    }
    let diagnostic = Diagnostic::error(Code::UNKNOWN_RESOURCE, node.span, format!("the machine has no state `{name}`"));
    let hint =
        did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("its states: {}", names.join(", ")).into());
    cx.sink.push(diagnostic.hint(hint));
    false
}

fn check_state(name: &str, node: &Node, names: &[&str], cx: &mut DecodeCx<'_>) -> bool {
    let Value::Map(state) = &node.value else {
        cx.wrong_type(node, "a mapping with Type");
        return false;
    };
    let Some(kind) = state.get("Type") else {
        let span = state.entries.first().map_or(node.span, |e| e.key.span);
        let diagnostic = Diagnostic::error(Code::MISSING_PROPERTY, span, format!("the state `{name}` has no Type"));
        cx.sink.push(diagnostic.hint(format!("types: {}", STATE_TYPES.join(", "))));
        return false;
    };
    if let Some(text) = kind.as_str()
        && !STATE_TYPES.contains(&text)
    {
        let diagnostic = Diagnostic::error(Code::UNKNOWN_TYPE, kind.span, format!("`{text}` is no type of a state"));
        let hint = did_you_mean(text, STATE_TYPES.iter().copied());
        cx.sink.push(diagnostic.hint(hint.unwrap_or_else(|| format!("types: {}", STATE_TYPES.join(", ")).into())));
        return false;
    }
    let mut good = true;
    for target in targets(state) {
        good &= check_target(target, names, cx);
    }
    for inner in inner_machines(state) {
        good &= check_machine(inner, cx);
    }
    good
}

/// Every place that names the state to go to.
fn targets(state: &Map) -> Vec<&Node> {
    let mut all: Vec<&Node> = ["Next", "Default"].into_iter().filter_map(|key| state.get(key)).collect();
    for key in ["Choices", "Catch"] {
        let rules = state.get(key).and_then(Node::as_list).into_iter().flatten();
        all.extend(rules.filter_map(|rule| rule.as_map()?.get("Next")));
    }
    all
}

fn inner_machines(state: &Map) -> Vec<&Node> {
    let branches = state.get("Branches").and_then(Node::as_list).into_iter().flatten();
    branches.chain(state.get("Iterator")).chain(state.get("ItemProcessor")).collect()
}

impl Resource<StateMachine> {
    fn id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::StepFunctions::StateMachine")
    }

    fn machine_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.physical(self.name.flat(), 80)
    }
}

impl ResourceKind for StateMachine {
    const TYPE: &'static str = "state-machine";
    type Props = StateMachineProps;

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        let mut statements = vec![];
        rights(&r.props.definition, stack, &mut statements);
        out.demand(StateMachineRights { statements, span: r.span });
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let name = r.machine_name(linked.stack);
        let arn =
            sub(format!("arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{name}"));
        vec![
            Param::new("arn", reference(r.id())).or_standalone(arn),
            Param::new("name", get_att(r.id(), "Name")).or_standalone(name),
        ]
    }

    fn offer(r: &Resource<Self>, linked: &Linked<'_>) -> Option<Offer> {
        let arn = Expr::Param { resource: r.name.dotted().into(), name: "arn".into(), span: r.span };
        let name = r.machine_name(linked.stack);
        let executions =
            sub(format!("arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:execution:{name}:*"));
        let machine = &[
            "states:StartExecution",
            "states:StartSyncExecution",
            "states:ListExecutions",
            "states:DescribeStateMachine",
        ];
        let runs = &["states:DescribeExecution", "states:StopExecution", "states:GetExecutionHistory"];
        Some(Offer::rights(vec![
            Statement::allow(machine, vec![arn], r.span),
            Statement::allow(runs, vec![executions], r.span),
        ]))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let stack = cx.stack();
        let mut fragment = Fragment::default();
        let properties = Object::new()
            .set("StateMachineName", r.machine_name(stack))
            .set("Definition", r.props.definition.expr.clone())
            .set("RoleArn", get_att(state_machine_role::ROLE, "Arn"))
            .set("Tags", stack.tags(&[]));
        fragment.add(r.id(), r.span, template::Resource::new("AWS::StepFunctions::StateMachine", properties));
        fragment
    }
}

/// The rights that the tasks of a definition need.
fn rights(definition: &Definition, stack: &Stack<'_>, statements: &mut Vec<Statement>) {
    definition.expr.visit(&mut |expr| {
        let Expr::Map(state) = expr else { return };
        if state.get("Type").and_then(Expr::as_str) == Some("Task")
            && let Some(resource) = state.get("Resource")
        {
            task_rights(resource, state, definition.span, stack, statements);
        }
    });
}

fn task_rights(resource: &Expr, state: &Object, origin: Span, stack: &Stack<'_>, statements: &mut Vec<Statement>) {
    let integration = resource.as_str().and_then(|r| r.split_once(":states:::")).map(|(_, rest)| rest);
    match integration {
        Some(name) => statements.extend(integration_rights(name, state, origin, stack)),
        // A bare function, by reference or by ARN. Activities need no right of the machine.
        None if resource.as_str().is_none_or(|arn| arn.contains(":lambda:")) => {
            statements.push(invoke(resource.clone(), origin));
        }
        None => {}
    }
}

fn invoke(function: Expr, origin: Span) -> Statement {
    let versions = join("", vec![function.clone(), ":*".into()]);
    Statement::allow(&["lambda:InvokeFunction"], vec![function, versions], origin)
}

/// The rights of an optimised integration such as `sqs:sendMessage.waitForTaskToken`, scoped to what the parameters name, else to what the
/// stack owns.
fn integration_rights(name: &str, state: &Object, origin: Span, stack: &Stack<'_>) -> Vec<Statement> {
    let parameters = state.get("Parameters").or(state.get("Arguments")).and_then(Expr::as_object);
    let parameter = |key: &str| parameters.and_then(|p| p.get(key)).filter(|v| !is_jsonata(v)).cloned();
    let own = |service: &str, rest: &str| {
        let stack_name = &stack.identity.stack_name;
        sub(format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}{stack_name}-*"))
    };
    // A queue's address or a table's name was written as a parameter of its resource; the right needs the ARN of the same resource.
    let arn_of = |value: Option<Expr>| match value? {
        arn @ Expr::Param { .. } if is_arn(&arn) => Some(arn),
        Expr::Param { resource, span, .. } => Some(Expr::Param { resource, name: "arn".into(), span }),
        Expr::Str(text) if text.starts_with("arn:") => Some(Expr::Str(text)),
        _ => None,
    };
    let (call, waits) = match name.split_once('.') {
        Some((call, mode)) => (call, mode.starts_with("sync")),
        None => (name, false),
    };
    let allow = |actions: &[&'static str], resources: Vec<Expr>| Statement::allow(actions, resources, origin);
    let managed_rule = |rule: &str| {
        let arn = sub(format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{rule}"));
        allow(&["events:PutTargets", "events:PutRule", "events:DescribeRule"], vec![arn])
    };
    match call {
        "lambda:invoke" => {
            vec![invoke(arn_of(parameter("FunctionName")).unwrap_or_else(|| own("lambda", "function:")), origin)]
        }
        "sns:publish" => {
            vec![allow(&["sns:Publish"], vec![arn_of(parameter("TopicArn")).unwrap_or_else(|| own("sns", ""))])]
        }
        "sqs:sendMessage" => {
            vec![allow(&["sqs:SendMessage"], vec![arn_of(parameter("QueueUrl")).unwrap_or_else(|| own("sqs", ""))])]
        }
        "dynamodb:getItem" | "dynamodb:putItem" | "dynamodb:updateItem" | "dynamodb:deleteItem" => {
            let action = match call {
                "dynamodb:getItem" => "dynamodb:GetItem",
                "dynamodb:putItem" => "dynamodb:PutItem",
                "dynamodb:updateItem" => "dynamodb:UpdateItem",
                _ => "dynamodb:DeleteItem",
            };
            vec![allow(&[action], vec![arn_of(parameter("TableName")).unwrap_or_else(|| own("dynamodb", "table/"))])]
        }
        "events:putEvents" => vec![allow(&["events:PutEvents"], vec![own("events", "event-bus/")])],
        "states:startExecution" => {
            let machine = arn_of(parameter("StateMachineArn")).unwrap_or_else(|| own("states", "stateMachine:"));
            let mut all = vec![allow(&["states:StartExecution"], vec![machine])];
            if waits {
                let runs = own("states", "execution:");
                all.push(allow(&["states:DescribeExecution", "states:StopExecution"], vec![runs]));
                all.push(managed_rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"));
            }
            all
        }
        "batch:submitJob" => {
            let queue = arn_of(parameter("JobQueue")).unwrap_or_else(|| own("batch", "job-queue/"));
            let definition = arn_of(parameter("JobDefinition")).unwrap_or_else(|| own("batch", "job-definition/"));
            let mut all = vec![allow(&["batch:SubmitJob"], vec![queue, definition])];
            if waits {
                // AWS Batch knows no resource for looking at jobs.
                all.push(allow(&["batch:DescribeJobs"], vec!["*".into()]));
                all.push(allow(&["batch:TerminateJob"], vec![any_job()]));
                all.push(managed_rule("StepFunctionsGetEventsForBatchJobsRule"));
            }
            all
        }
        "ecs:runTask" => {
            let task = arn_of(parameter("TaskDefinition")).unwrap_or_else(|| own("ecs", "task-definition/"));
            let mut all = vec![allow(&["ecs:RunTask"], vec![task])];
            if waits {
                all.push(allow(&["ecs:StopTask", "ecs:DescribeTasks"], vec![own("ecs", "task/")]));
                all.push(managed_rule("StepFunctionsGetEventsForECSTaskRule"));
            }
            all
        }
        "glue:startJobRun" => {
            let jobs = sub("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:job/*");
            let actions = &["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"];
            vec![allow(actions, vec![jobs])]
        }
        _ => sdk_call(call, origin).into_iter().collect(),
    }
}

/// Any other call, such as `aws-sdk:ssm:getParameter`: the one action that it names. On which resource cannot be known from the definition.
fn sdk_call(call: &str, origin: Span) -> Option<Statement> {
    let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
    let (service, action) = call.split_once(':')?;
    let prefix = SDK_PREFIXES.iter().find(|(sdk, _)| *sdk == service).map_or(service, |(_, iam)| iam);
    let action = match call {
        "s3:headObject" => "GetObject".to_string(),
        "s3:listObjects" | "s3:listObjectsV2" | "s3:headBucket" => "ListBucket".to_string(),
        "s3:deleteObjects" => "DeleteObject".to_string(),
        _ => crate::naming::capitalize(action),
    };
    let statement = Statement::allow(&[], vec!["*".into()], origin);
    Some(Statement { actions: Expr::List(vec![format!("{prefix}:{action}").into()]), ..statement })
}

/// Services whose name in SDK integrations is not their prefix in IAM. Source: the Service Authorization Reference.
const SDK_PREFIXES: &[(&str, &str)] = &[
    ("cloudwatchlogs", "logs"),
    ("cognitoidentityprovider", "cognito-idp"),
    ("elasticloadbalancingv2", "elasticloadbalancing"),
    ("eventbridge", "events"),
    ("sesv2", "ses"),
    ("sfn", "states"),
];

/// Whether a value is a parameter that holds an ARN, such as `jobDefinitionArn`.
fn is_arn(value: &Expr) -> bool {
    matches!(value, Expr::Param { name, .. } if name.ends_with("Arn"))
}

/// A value that the machine works out at run time.
fn is_jsonata(value: &Expr) -> bool {
    value.as_str().is_some_and(|t| t.starts_with("{%"))
}
