//! `state-machine`: a Step Functions state machine. All machines of a stack share the role `StpGlobalStateMachineRole`, which gets exactly the rights
//! that the tasks in their definitions need.
//!
//! The definition is written in Amazon States Language and passed on as it is; what can be checked without running it is checked at its place.

mod rights;

use self::rights::Call;
use crate::decode::{Decode, DecodeCx, Raw};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::model::{ExpandCx, Fragment, Linked, Offer, Outbox, Param, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::shared_infra::state_machine_role::{self, StateMachineRights};
use crate::source::Span;
use crate::syntax::{Map, Node, Value};
use crate::template::{self, Expr, Object, get_att, reference, sub};

/// A Step Functions state machine.
pub struct StateMachine;

/// A Step Functions state machine.
#[derive(Clone, Debug, Decode, Describe)]
pub struct StateMachineProps {
    /// The machine in Amazon States Language: `StartAt` and `States`.
    #[config(example = r#"{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}"#)]
    pub definition: Definition,
}

/// A machine in Amazon States Language.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Where it stands.
    pub span: Span,
    /// As it is passed on.
    pub expr: Expr,
    /// What its states call.
    calls: Vec<Call>,
}

/// The kinds of states. Source: the Amazon States Language specification.
const STATE_TYPES: &[&str] = &["Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"];

impl Decode for Definition {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        if !check_machine(node, cx) {
            return None;
        }
        let mut calls = vec![];
        collect_calls(node, &mut calls);
        Some(Self { span: node.span, expr: Raw::from_node(node).expr, calls })
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
    let ends = ["Next", "End"].iter().any(|key| state.get(key).is_some());
    if !ends && matches!(kind.as_str(), Some("Map" | "Parallel" | "Pass" | "Task" | "Wait")) {
        let message = format!("the state `{name}` does not say what comes after it, and Step Functions refuses that");
        cx.sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, kind.span, message).hint("add `Next:` with a state, or `End: true`"),
        );
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

/// Every call of a machine, by the names of its states: tasks, and what a distributed `Map` reads from and writes to.
fn collect_calls(node: &Node, calls: &mut Vec<Call>) {
    let states = node.as_map().and_then(|machine| machine.get("States")?.as_map());
    let mut states: Vec<_> = states.into_iter().flat_map(|s| &s.entries).collect();
    crate::order::sort_by(&mut states, |a, b| a.key.value.cmp(&b.key.value));
    for state in states.into_iter().filter_map(|entry| entry.value.as_map()) {
        match state.get("Type").and_then(Node::as_str) {
            Some("Task") => calls.extend(call(state)),
            Some("Map") => {
                for part in ["ItemReader", "ResultWriter"] {
                    calls.extend(state.get(part).and_then(Node::as_map).and_then(call));
                }
                let mode =
                    state.get("ItemProcessor").and_then(|p| p.as_map()?.get("ProcessorConfig")?.as_map()?.get("Mode"));
                calls.extend(mode.filter(|m| m.as_str() == Some("DISTRIBUTED")).map(|m| Call::distributed(m.span)));
            }
            _ => {}
        }
        inner_machines(state).into_iter().for_each(|inner| collect_calls(inner, calls));
    }
}

fn call(state: &Map) -> Option<Call> {
    let resource = state.get("Resource")?;
    let parameters = state.get("Parameters").or(state.get("Arguments")).map(|node| Raw::from_node(node).expr);
    let parameters = match parameters {
        Some(Expr::Map(parameters)) => parameters,
        _ => Object::new(),
    };
    Some(Call::new(resource.span, Raw::from_node(resource).expr, parameters))
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

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let name = r.machine_name(linked.stack);
        for call in &r.props.definition.calls {
            if call.rights(&name, linked.stack).is_none() {
                let message = format!(
                    "the state machine gets no right for `{}`: the definition does not say on what",
                    call.name()
                );
                let hint = format!(
                    "name the resource in the state's parameters, or attach an AWS::IAM::RolePolicy to {} in cloudformationResources",
                    state_machine_role::ROLE
                );
                sink.push(Diagnostic::warning(Code::SUSPICIOUS, call.span, message).hint(hint));
            }
        }
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        let name = r.machine_name(stack);
        let statements =
            r.props.definition.calls.iter().filter_map(|call| call.rights(&name, stack)).flatten().collect();
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
