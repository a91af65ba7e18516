//! `state-machine`: a Step Functions state machine. All machines of a stack share the role `StpGlobalStateMachineRole`, which gets exactly the rights
//! that the tasks in their definitions need.
//!
//! The definition is written in Amazon States Language and passed on as it is; what can be checked without running it is checked at its place.

mod definition;
mod rights;

use self::definition::inner_machines;
use self::rights::Call;
use super::function::Function;
use crate::decode::{Decode, DecodeCx, Raw};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{ExpandCx, Fragment, Linked, Offer, Outbox, Param, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::shared_infra::state_machine_role::{self, StateMachineRights};
use crate::source::Span;
use crate::syntax::{Map, Node};
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

impl Decode for Definition {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        if !definition::check(node, cx) {
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
            if let Some(function) = call.function().filter(|f| linked.stack.any(f).is_some()) {
                linked.stack.require::<Function>(&function, "the Resource of a task", sink);
            } else if let Some(hint) = call.slip() {
                let message = format!("Step Functions has no integration `{}`", call.name());
                sink.push(Diagnostic::error(Code::BAD_VALUE, call.span, message).hint(hint));
            } else if call.rights(&name, linked.stack).is_none() {
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
