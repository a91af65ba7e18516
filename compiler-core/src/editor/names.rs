//! Every place of a config that declares or uses a name: of a resource, a variable or a script.
//!
//! Which properties hold a name is said by the properties themselves (`#[config(names = …)]`); which arguments of directives do, by their
//! signatures in the directive table.

use super::OpenConfig;
use super::schema::{PROPERTIES, visit};
use crate::describe::Names;
use crate::directives::call::{self, ArgValue, Call, Locator};
use crate::directives::directive;
use crate::order::SortedSet;
use crate::resources::compute::service::MAIN_CONTAINER;
use crate::source::Span;
use crate::syntax::{Node, Value};

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A resource.
    Resource,
    /// A variable.
    Variable,
    /// A script.
    Script,
}

impl Named {
    /// The root section that declares such names.
    pub fn section(self) -> &'static str {
        match self {
            Named::Resource => "resources",
            Named::Variable => "variables",
            Named::Script => "scripts",
        }
    }

    fn of_section(section: &str) -> Option<Self> {
        [Named::Resource, Named::Variable, Named::Script].into_iter().find(|named| named.section() == section)
    }
}

/// A name in the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Its place, without quotes.
    pub span: Span,
    /// What it names.
    pub named: Named,
    /// The name.
    pub name: String,
    /// Whether it stands where it is declared.
    pub declares: bool,
}

/// Every name in the text, in the order of places.
pub fn uses(open: &OpenConfig<'_>) -> Vec<Use> {
    let mut found = SortedSet::new();
    visit(open.tree(), &mut |way| {
        let Some(last) = way.last() else { return };
        if let ([_, section, _], Some(key)) = (way, last.key)
            && let Some(named) = section.key.and_then(|key| Named::of_section(&key.value))
        {
            let span = inside_quotes(open, key.span);
            found.insert(Use { span, named, name: key.value.to_string(), declares: true });
        }
        let Value::Str(text) = &last.node.value else { return };
        if text.starts_with('$') {
            if let Some(call) = directive_at(open, last.node) {
                of_call(open, &call, &mut found);
            }
        } else if let Some(names) = last.member.and_then(|member| member.names()).filter(|n| *n != Names::Container) {
            let named = if names == Names::Script { Named::Script } else { Named::Resource };
            let name = match named {
                Named::Script => text,
                _ => text.split('.').next().unwrap_or_default(),
            };
            let span = Locator::new(&open.sources, last.node.span, text).span(0..name.len());
            found.insert(Use { span, named, name: name.to_string(), declares: false });
        }
    });
    found.into_iter().filter(|name| open.slice(name.span) == name.name).collect()
}

/// The directive that a text node is.
pub fn directive_at(open: &OpenConfig<'_>, node: &Node) -> Option<Call> {
    let text = node.as_str().filter(|text| call::is_directive(text))?;
    call::parse(text, Locator::new(&open.sources, node.span, text)).ok()
}

fn of_call(open: &OpenConfig<'_>, call: &Call, found: &mut SortedSet<Use>) {
    let signature = directive(&call.name).map(|d| d.signature).unwrap_or_default();
    for (at, arg) in call.args.iter().enumerate() {
        match &arg.value {
            ArgValue::Call(inner) => of_call(open, inner, found),
            ArgValue::Text(text) if parameter(signature, at) == Some(RESOURCE) => {
                let name = text.split('.').next().unwrap_or_default();
                let span = inside_quotes(open, arg.span);
                let span = Span { end: span.start + name.len() as u32, ..span };
                found.insert(Use { span, named: Named::Resource, name: name.to_string(), declares: false });
            }
            _ => {}
        }
    }
    let path: Vec<(&str, Span)> = call.path.iter().map(|segment| (&*segment.value, segment.span)).collect();
    let target = match (&**call.name, path.as_slice()) {
        ("Var", [(name, span), ..]) => Some((Named::Variable, *name, *span)),
        ("This", [(section, _), (name, span), ..]) => Named::of_section(section).map(|named| (named, *name, *span)),
        _ => None,
    };
    if let Some((named, name, span)) = target {
        found.insert(Use { span, named, name: name.to_string(), declares: false });
    }
}

/// The name, in a signature, of an argument that names a resource.
pub const RESOURCE: &str = "'resource'";

/// The name of an argument in a directive's signature: `'param'` for position 1 of `$ResourceParam('resource', 'param')`.
pub fn parameter(signature: &'static str, at: usize) -> Option<&'static str> {
    let inside = signature.split_once('(')?.1.split(')').next()?;
    inside.split(", ").nth(at).map(|name| name.trim_end_matches('?'))
}

/// A span without the quotes around it.
pub fn inside_quotes(open: &OpenConfig<'_>, span: Span) -> Span {
    let text = open.slice(span);
    let quoted = text.len() >= 2 && ['"', '\''].iter().any(|q| text.starts_with(*q) && text.ends_with(*q));
    if quoted { Span { start: span.start + 1, end: span.end - 1, ..span } } else { span }
}

/// The names that a section declares, with the places of their keys.
pub fn declared(open: &OpenConfig<'_>, named: Named) -> Vec<(String, Span)> {
    let section = open.tree().as_map().and_then(|map| map.get(named.section())).and_then(Node::as_map);
    let keys = section.into_iter().flat_map(|map| &map.entries);
    keys.map(|entry| (entry.key.value.to_string(), entry.key.span)).collect()
}

/// The resources of the config with their types (empty while a type is not given).
pub fn resources(tree: &Node) -> Vec<(String, String)> {
    entries_with(tree, "resources", "type")
}

/// The names in a section of the config, each with the text at a key.
fn entries_with(tree: &Node, section: &str, key: &str) -> Vec<(String, String)> {
    let section = tree.as_map().and_then(|map| map.get(section)).and_then(Node::as_map);
    let text =
        |node: &Node| node.as_map().and_then(|map| map.get(key)).and_then(Node::as_str).unwrap_or_default().to_string();
    section
        .into_iter()
        .flat_map(|map| &map.entries)
        .map(|entry| (entry.key.value.to_string(), text(&entry.value)))
        .collect()
}

/// The CloudFormation resources that the config itself holds, with their types.
pub fn raw_resources(tree: &Node) -> Vec<(String, String)> {
    entries_with(tree, "cloudformationResources", "Type")
}

/// The containers of a resource: those that it lists, and for a service with others beside it its own.
pub fn containers(tree: &Node, resource: &str) -> Vec<String> {
    let at = |node: &Node, key: &str| node.as_map().and_then(|map| map.get(key)).cloned();
    let properties = at(tree, "resources").and_then(|all| at(&all, resource)).and_then(|one| at(&one, PROPERTIES));
    let Some(Value::Map(properties)) = properties.map(|node| node.value) else { return vec![] };
    let sides = properties.get("sideContainers");
    let listed = [properties.get("containers"), sides].into_iter().flatten().filter_map(Node::as_list).flatten();
    let name = |node: &Node| node.as_map()?.get("name")?.as_str().map(str::to_string);
    listed.filter_map(name).chain(sides.map(|_| MAIN_CONTAINER.to_string())).collect()
}

/// The name at a byte offset.
pub fn at(open: &OpenConfig<'_>, offset: usize) -> Option<Use> {
    let offset = offset as u32;
    uses(open).into_iter().find(|found| found.span.start <= offset && offset <= found.span.end)
}
