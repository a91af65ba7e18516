//! What a word of the config means.

use super::names::{self, Named, directive_at};
use super::schema::{self, Member, Step, locate};
use super::{OpenConfig, Syntax};
use crate::describe::Names;
use crate::describe::markdown::sentence;
use crate::directives::call::{ArgValue, Call};
use crate::directives::{Phase, directive};
use crate::source::Span;
use crate::syntax::{Node, Value};

/// Documentation of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// Most values that are listed.
const MOST: usize = 20;

/// What stands at a byte offset: a property with its docs, bounds, unit and default; a value; the resource, variable or script that a name means;
/// a directive.
pub fn hover(open: &OpenConfig<'_>, offset: usize) -> Option<Hover> {
    if open.syntax() == Syntax::Other {
        return None;
    }
    let (way, on_key) = locate(open.tree(), offset);
    let step = way.last()?;
    if !on_key && let Some(call) = directive_at(open, step.node) {
        return in_call(open, &call, offset as u32);
    }
    if let Some(found) = names::at(open, offset)
        && let Some(markdown) = about_name(open, found.named, &found.name)
    {
        return Some(Hover { span: found.span, markdown });
    }
    if on_key {
        let (key, member) = (step.key?, step.member?);
        return Some(Hover { span: key.span, markdown: about_member(&member) });
    }
    about_value(step)
}

/// Documentation of a property.
pub fn about_member(member: &Member) -> String {
    let required = if member.required { " — required" } else { "" };
    let mut text = format!("`{}`: {}{required}", member.name, member.slot.word());
    let docs = member.property.map_or_else(|| member.docs.to_string(), sentence);
    if !docs.is_empty() {
        text += &format!("\n\n{docs}");
    }
    let of_type = member.slot.docs();
    if !of_type.is_empty() && !docs.contains(of_type) {
        text += &format!("\n\n{of_type}");
    }
    if let Some(names) = member.names() {
        text += match names {
            Names::Typed(_) | Names::Resource => "\n\nNames a resource of this config",
            Names::Target => "\n\nNames resources of this config",
            Names::Script => "\n\nNames a script of this config",
            Names::Container => "\n\nNames another container of this resource",
        };
        if let Names::Typed(types) = names {
            let types: Vec<String> = types.split(' ').map(|t| format!("`{t}`")).collect();
            text += &format!(" of type {}", types.join(" or "));
        }
        text.push('.');
    }
    if let Some(instead) = member.property.and_then(|property| property.deprecated) {
        text += &format!("\n\n**Deprecated:** {instead}.");
    }
    let choices = member.slot.choices();
    if choices.iter().any(|(_, docs)| !docs.is_empty()) {
        text.push('\n');
        for (value, docs) in choices.iter().take(MOST) {
            text += &format!("\n- `{value}`{}{docs}", if docs.is_empty() { "" } else { ": " });
        }
        if choices.len() > MOST {
            text += &format!("\n- and {} more", choices.len() - MOST);
        }
    }
    text
}

fn about_value(step: &Step<'_>) -> Option<Hover> {
    let text = match &step.node.value {
        Value::Str(text) => text.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Int(n) => n.to_string(),
        _ => return None,
    };
    let (_, docs) = step.slot.choices().into_iter().find(|(value, _)| *value == text)?;
    let markdown = if docs.is_empty() { return None } else { format!("`{text}`\n\n{docs}") };
    Some(Hover { span: step.node.span, markdown })
}

fn about_name(open: &OpenConfig<'_>, named: Named, name: &str) -> Option<String> {
    let root = open.tree().as_map()?;
    let node = root.get(named.section())?.as_map()?.get(name)?;
    let kind = node.as_map().and_then(|map| map.get("type")).and_then(Node::as_str).unwrap_or_default();
    Some(match named {
        Named::Resource => {
            let known = schema::language().resources.iter().find(|resource| resource.name == kind);
            let docs = known.map(|resource| schema::language().docs(&resource.properties)).unwrap_or_default();
            let of = if kind.is_empty() { "resource".to_string() } else { format!("resource of type `{kind}`") };
            format!("`{name}`: {of}\n\n{docs}")
        }
        Named::Variable => format!("`{name}`: variable\n\n{}", code(open.slice(node.span))),
        Named::Script => format!("`{name}`: script of type `{kind}`"),
    })
}

/// A value as a block of code, cut when it is long.
fn code(text: &str) -> String {
    let shown: String = text.chars().take(300).collect();
    format!("```yaml\n{shown}\n```")
}

fn in_call(open: &OpenConfig<'_>, call: &Call, offset: u32) -> Option<Hover> {
    let holds = |span: Span| span.start <= offset && offset <= span.end;
    if let Some(arg) = call.args.iter().find(|arg| holds(arg.span)) {
        if let ArgValue::Call(inner) = &arg.value {
            return in_call(open, inner, offset);
        }
        if let Some(found) = names::at(open, offset as usize) {
            let markdown = about_name(open, found.named, &found.name)?;
            return Some(Hover { span: found.span, markdown });
        }
    }
    if call.path.iter().any(|segment| holds(segment.span))
        && let Some(found) = names::at(open, offset as usize)
        && let Some(markdown) = about_name(open, found.named, &found.name)
    {
        return Some(Hover { span: found.span, markdown });
    }
    let info = directive(&call.name)?;
    Some(Hover { span: call.span, markdown: about_directive(info) })
}

/// Documentation of a directive.
pub fn about_directive(info: &crate::directives::DirectiveInfo) -> String {
    let phase = match info.phase {
        Phase::Compile => "Known when the config is compiled.",
        Phase::Deploy => "Known when CloudFormation deploys.",
    };
    format!("`{}`\n\n{} {phase}", info.signature, info.doc)
}
