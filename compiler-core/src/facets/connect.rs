//! `connectTo`: rights on a target, its parameters as variables, and a way through its security group.

use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::model::{Linked, Outbox, ResourceName, Stack, Statement};
use crate::naming::env_name;
use crate::source::Spanned;
use crate::template::{Expr, sub};
use std::sync::Arc;

/// The target that stands for Amazon SES.
pub const SES: &str = "aws:ses";

/// Mail to every target of `connectTo`: who connects.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The consumer.
    pub consumer: ResourceName,
    /// Id of the consumer's security group; `None` when the consumer is outside the VPC.
    pub security_group: Option<Expr>,
    /// Logical id of the consumer's role.
    pub role: String,
}

/// Reports unknown targets, targets that cannot be connected to, and VPC-only targets of a consumer outside the VPC.
///
/// `outside_vpc` names the property that would bring the consumer into the VPC, when it is not there.
pub fn check(targets: Option<&Vec<Spanned<String>>>, outside_vpc: Option<&str>, linked: &Linked<'_>, sink: &mut Sink) {
    check_each(targets.into_iter().flatten(), outside_vpc, linked, sink);
}

/// The same for a script. One with tunnels also reaches what has no [`offer`](Linked::offer) but a [`Tunnel`](crate::model::Tunnel).
pub fn check_script(targets: Option<&Vec<Spanned<String>>>, tunnels: bool, linked: &Linked<'_>, sink: &mut Sink) {
    let reached = |t: &&Spanned<String>| tunnels && linked.stack.any(t).is_some_and(|r| r.tunnel().is_some());
    check_each(targets.into_iter().flatten().filter(|t| !reached(t)), None, linked, sink);
}

fn check_each<'a>(
    targets: impl Iterator<Item = &'a Spanned<String>>,
    outside_vpc: Option<&str>,
    linked: &Linked<'_>,
    sink: &mut Sink,
) {
    for target in targets.filter(|t| t.value != SES) {
        if linked.stack.any(target).is_none() {
            let near = did_you_mean(target, [SES]);
            if let Some(hint) = near {
                let message = format!("connectTo names `{}`, which is no resource and no AWS service", target.value);
                sink.push(Diagnostic::error(Code::UNKNOWN_RESOURCE, target.span, message).hint(hint));
            } else {
                linked.stack.require_any(target, "connectTo", None, sink);
            }
            continue;
        }
        match linked.offer(target) {
            None => {
                let kind = linked.stack.any(target).map(|r| r.type_name()).unwrap_or_default();
                sink.push(
                    Diagnostic::error(
                        Code::WRONG_RESOURCE_TYPE,
                        target.span,
                        format!("connectTo cannot connect to `{}` of type {kind}", target.value),
                    )
                    .hint(format!("read what you need with $ResourceParam('{}', …) instead", target.value)),
                );
            }
            Some((resource, offer)) => {
                if let (Some(property), Some(need)) = (outside_vpc, &offer.network)
                    && need.vpc_only
                {
                    let message = format!(
                        "`{}` ({}) can be reached from inside the VPC only",
                        target.value,
                        resource.type_name()
                    );
                    sink.push(
                        Diagnostic::error(Code::CONFLICT, target.span, message)
                            .label(resource.span(), "declared here")
                            .hint(format!("set {property}: true, or open the target with accessibilityMode internet")),
                    );
                }
            }
        }
    }
}

/// Tells every target who connects to it.
pub fn announce(targets: Option<&Vec<Spanned<String>>>, connection: &Connection, stack: &Stack<'_>, out: &mut Outbox) {
    for target in targets.into_iter().flatten() {
        if let Some(target) = stack.any(target) {
            out.send(target.name(), connection.clone());
        }
    }
}

/// The rights on all targets, each with its place in `connectTo` as origin.
pub fn statements(targets: Option<&Vec<Spanned<String>>>, linked: &Linked<'_>) -> Vec<Statement> {
    let mut all = vec![];
    for target in targets.into_iter().flatten() {
        if target.value == SES {
            // Identities of the account in this region; SES has no resource that belongs to a stack.
            let identities = sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:*");
            all.push(Statement::allow(&["ses:*"], vec![identities], target.span));
        } else if let Some((_, offer)) = linked.offer(target) {
            all.extend(offer.statements.into_iter().map(|s| Statement { origin: target.span, ..s }));
        }
    }
    all
}

/// `STP_{TARGET}_{PARAM}` for every parameter of every target.
pub fn variables(targets: Option<&Vec<Spanned<String>>>, linked: &Linked<'_>) -> Vec<(String, Expr)> {
    let mut all = vec![];
    for target in targets.into_iter().flatten() {
        let resource: Arc<str> = target.as_str().into();
        for param in linked.params(target).unwrap_or_default().iter() {
            let value = Expr::Param { resource: resource.clone(), name: param.name.clone(), span: target.span };
            all.push((env_name(target, &param.name), value));
        }
    }
    all
}
