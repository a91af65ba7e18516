//! The role of the stack's state machines. Deployed machines share one, so its logical id stays; its statements are the union of what the
//! definitions need.

use crate::facets::iam::RoleBuilder;
use crate::model::{ExpandCx, Fragment, Statement};
use crate::source::Span;

/// Logical id of the role.
pub const ROLE: &str = "StpGlobalStateMachineRole";

/// A state machine asks for rights.
pub struct StateMachineRights {
    /// What its tasks need.
    pub statements: Vec<Statement>,
    /// The resource.
    pub span: Span,
}

/// Makes the role when there is a state machine.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let demands: Vec<&StateMachineRights> = cx.linked.demands().collect();
    let Some(first) = demands.first() else { return fragment };
    let statements = Statement::distinct(demands.iter().flat_map(|d| d.statements.iter().cloned()));
    RoleBuilder::new(ROLE, None, "states.amazonaws.com").path("/").policy("policy-for-interaction", statements).add_to(
        &mut fragment,
        first.span,
        cx.stack(),
    );
    fragment
}
