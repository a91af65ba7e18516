//! A VPC that the config reuses: a fact, of which only the ids are used.

use super::vpc::{self, VpcDemand};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Stack};
use crate::source::{Span, Spanned};
use crate::world::{Fact, FactKey, VpcFact};
use std::net::Ipv4Addr;

/// The VPC that the config reuses. While it is not looked up, a stand-in of the usual shape.
pub fn reused(stack: &Stack<'_>) -> Option<VpcFact> {
    let (id, known_id, _) = key(stack)?;
    let fact = match stack.fact(FactKey::Vpc { id }) {
        Some(Fact::Vpc(fact)) => fact,
        _ => VpcFact {
            id: None,
            cidr: vpc::CIDR.into(),
            public_subnets: (0..3).map(|i| format!("subnet-public{i}")).collect(),
            private_subnets: (0..2).map(|i| format!("subnet-private{i}")).collect(),
        },
    };
    Some(VpcFact { id: known_id.or(fact.id), ..fact })
}

/// The fact's key, the id when the config gives it, and the place of the block.
fn key(stack: &Stack<'_>) -> Option<(String, Option<String>, Span)> {
    let reuse = stack.config.vpc.as_ref()?.reuse_vpc.as_ref()?;
    let text = |s: &Option<Spanned<String>>| s.as_ref().map(|s| s.value.clone());
    match (text(&reuse.vpc_id), text(&reuse.project_name), text(&reuse.stage)) {
        (Some(id), ..) => Some((id.clone(), Some(id), reuse.span)),
        (None, Some(project), Some(stage)) => Some((format!("{project}/{stage}"), None, reuse.span)),
        _ => None,
    }
}

/// Public subnets that a VPC must have: resources are spread over three zones.
const PUBLIC_SUBNETS: usize = 3;
/// Private subnets that it must have when workloads want them.
const PRIVATE_SUBNETS: usize = 2;

/// Reports a block that does not say which VPC, and a VPC that is not there or does not have what the stack needs.
pub fn check(linked: &Linked<'_>, sink: &mut Sink) {
    let stack = linked.stack;
    let Some(settings) = &stack.config.vpc else { return };
    let Some(reuse) = &settings.reuse_vpc else { return };
    let given = (reuse.vpc_id.is_some(), reuse.project_name.is_some(), reuse.stage.is_some());
    let message = match given {
        (true, false, false) | (false, true, true) => None,
        (true, ..) => Some("the VPC to reuse is given twice: by vpcId, and by projectName and stage"),
        (false, false, false) => Some("reuseVpc does not say which VPC"),
        (false, ..) => Some("a VPC of another stack is named by projectName and stage together"),
    };
    if let Some(message) = message {
        let hint = "give either vpcId, or projectName and stage";
        sink.push(Diagnostic::error(Code::CONFLICT, reuse.span, message).hint(hint));
        return;
    }
    if let Some(id) = reuse.vpc_id.as_ref().filter(|id| !id.starts_with("vpc-")) {
        let message = format!("vpcId must be the id of a VPC, found \"{}\"", id.value);
        let hint = "such as vpc-0123456789abcdef0; a VPC of another stack is named by projectName and stage";
        sink.push(Diagnostic::error(Code::BAD_VALUE, id.span, message).hint(hint));
        return;
    }
    if let Some(zones) = settings.nat.as_ref().and_then(|nat| nat.availability_zones.as_ref()) {
        let message = "nat has no effect: the subnets of a reused VPC stay as they are";
        sink.push(Diagnostic::warning(Code::SUSPICIOUS, zones.span, message).hint("remove nat, or reuseVpc"));
    }
    let mut demands = linked.demands::<VpcDemand>().peekable();
    if let (Some((id, ..)), Some(_)) = (key(stack), demands.peek()) {
        check_fact(stack.fact(FactKey::Vpc { id }), demands.any(|d| d.private), reuse.span, sink);
    }
}

fn check_fact(fact: Option<Fact>, private: bool, place: Span, sink: &mut Sink) {
    let (problem, hint) = match fact {
        None => return,
        Some(Fact::Vpc(vpc)) if !is_private(&vpc.cidr) => (
            format!("has the addresses {}, which are not private", vpc.cidr),
            "reuse a VPC in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        ),
        Some(Fact::Vpc(vpc)) if vpc.public_subnets.len() < PUBLIC_SUBNETS => (
            format!("has too few public subnets: {} instead of {PUBLIC_SUBNETS}", vpc.public_subnets.len()),
            "a public subnet has a route for 0.0.0.0/0 to an internet gateway; add some in other zones",
        ),
        Some(Fact::Vpc(vpc)) if private && vpc.private_subnets.len() < PRIVATE_SUBNETS => (
            format!("has too few private subnets: {} instead of {PRIVATE_SUBNETS}", vpc.private_subnets.len()),
            "add private subnets with a NAT gateway, or remove usePrivateSubnetsWithNAT from the workloads",
        ),
        Some(Fact::Vpc(_)) => return,
        Some(_) => ("does not exist in this account and region".to_string(), "name another one, or remove reuseVpc"),
    };
    sink.push(Diagnostic::error(Code::CONFLICT, place, format!("the VPC to reuse {problem}")).hint(hint));
}

fn is_private(cidr: &str) -> bool {
    cidr.split('/').next().and_then(|address| address.parse().ok()).is_none_or(|address: Ipv4Addr| address.is_private())
}
