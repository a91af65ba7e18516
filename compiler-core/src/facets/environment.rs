//! Environment variables: the config's list, and what `connectTo` injects.

use super::connect;
use crate::decode::{Decode, DecodeCx, Val};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::Linked;
use crate::order::SortedMap;
use crate::source::Spanned;
use crate::syntax::{Node, Value};
use crate::template::{Expr, Object};

/// One environment variable.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EnvironmentVariable {
    /// Name. Functions take letters, digits and underscores only.
    pub name: Spanned<String>,
    /// Value: text, a number or a boolean, given to the process as text.
    pub value: VariableValue,
}

/// The value of an environment variable.
#[derive(Clone, Debug)]
pub struct VariableValue(pub Expr);

impl Decode for VariableValue {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        Some(Self(match &node.value {
            Value::Bool(b) => b.to_string().into(),
            Value::Int(n) => n.to_string().into(),
            Value::Float(n) => n.to_string().into(),
            Value::Str(_) | Value::Deferred(_) => Val::<String>::decode(node, cx)?.into(),
            Value::Map(map) if map.entries.len() == 1 && is_intrinsic(&map.entries[0].key.value) => {
                Val::<String>::decode(node, cx)?.into()
            }
            Value::Invalid => return None,
            _ => {
                let message = format!(
                    "the value of an environment variable must be text, a number or a boolean, found {}",
                    node.kind()
                );
                let hint = "write it as text; a structure can be given as JSON text";
                cx.sink.push(Diagnostic::error(Code::WRONG_TYPE, node.span, message).hint(hint));
                return None;
            }
        }))
    }
}

fn is_intrinsic(key: &str) -> bool {
    crate::template::INTRINSICS.contains(&key)
}

impl Describe for VariableValue {
    fn describe(_: &mut Definitions) -> Shape {
        Shape::Deferrable(Box::new(Shape::Scalar))
    }
}

/// The variables of a workload: `defaults`, then the config's, then what `connectTo` injects; the last of a name wins.
pub fn variables(
    defaults: &[(&'static str, Expr)],
    own: Option<&Vec<EnvironmentVariable>>,
    connect_to: Option<&Vec<Spanned<String>>>,
    linked: &Linked<'_>,
) -> Object {
    let mut all = Object::new();
    for (name, value) in defaults {
        all.insert(*name, value.clone());
    }
    for variable in own.into_iter().flatten() {
        all.insert(variable.name.value.clone(), variable.value.0.clone());
    }
    for (name, value) in connect::variables(connect_to, linked) {
        all.insert(name, value);
    }
    crate::order::sort_by(&mut all.0, |a, b| a.0.cmp(&b.0));
    all
}

/// Which names of variables there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Those that Lambda takes.
    OfFunctions,
    /// Those that a process can have: `discovery.type` and `my-name` too.
    OfContainers,
}

/// Names that appear twice, or that no process could read.
pub fn check(variables: Option<&Vec<EnvironmentVariable>>, names: Names, sink: &mut Sink) {
    let mut seen = SortedMap::new();
    for variable in variables.into_iter().flatten() {
        let name = &variable.name;
        let valid = match names {
            Names::OfFunctions => {
                name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                    && !name.starts_with(|c: char| c.is_ascii_digit())
            }
            Names::OfContainers => !name.contains(['=', '\0']),
        };
        if name.is_empty() || !valid {
            let rule = match names {
                Names::OfFunctions => "start with a letter and have letters, digits and underscores only",
                Names::OfContainers => "have a character, and no `=`",
            };
            let message = format!("the variable name `{}` must {rule}", name.value);
            sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint("rename the variable"));
        }
        if let Some(first) = seen.insert(&name.value, name.span) {
            sink.push(
                Diagnostic::warning(
                    Code::SUSPICIOUS,
                    name.span,
                    format!("the variable `{}` is given twice; the last one wins", name.value),
                )
                .label(first, "first given here"),
            );
        }
    }
}
