//! The root of a config: sections and resources, decoded through a registry of resource types.

mod resources;

pub use resources::{ChildOverride, Overrides};

use crate::decode::{Decode, DecodeCx};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{AnyResource, KindRow, Sections};
use crate::syntax::{Node, Value};
use std::collections::BTreeMap;

/// The resource types that a compiler knows.
pub struct Registry {
    /// Types that are built.
    pub kinds: &'static [KindRow],
    /// Types of the language that this version does not build yet.
    pub later: &'static [&'static str],
}

/// A decoded config.
#[derive(Default)]
pub struct App {
    /// Everything but `resources`.
    pub sections: Sections,
    /// The resources that could be decoded, in the order of writing.
    pub resources: Vec<Box<dyn AnyResource>>,
    /// Type by name of every declared resource, also of those that could not be decoded.
    pub declared: BTreeMap<String, String>,
    /// Overrides by resource.
    pub overrides: Vec<Overrides>,
}

/// Decodes a resolved config. Whatever could be decoded is returned; the rest was reported.
pub fn decode(root: &Node, registry: &Registry, sink: &mut Sink) -> App {
    let Value::Map(map) = &root.value else {
        let diagnostic = match root.value {
            Value::Null => Diagnostic::error(Code::UNREADABLE, root.span, "the config is empty"),
            _ => Diagnostic::error(
                Code::WRONG_TYPE,
                root.span,
                format!("the config must be a mapping with `resources`, found {}", root.kind()),
            ),
        };
        sink.push(diagnostic.hint("start with `resources:` and a first resource below it"));
        return App::default();
    };
    let mut app = App::default();
    match map.get("resources") {
        Some(node) => resources::decode(node, registry, &mut app, sink),
        None => sink.push(
            Diagnostic::error(
                Code::MISSING_PROPERTY,
                map.entries.first().map_or(root.span, |e| e.key.span),
                "the config has no `resources`",
            )
            .hint("add `resources:` with at least one resource"),
        ),
    }
    let rest =
        crate::syntax::Map { entries: map.entries.iter().filter(|e| &*e.key.value != "resources").cloned().collect() };
    let rest = Node::new(Value::Map(rest), root.span);
    if let Some(sections) = Sections::decode(&rest, &mut DecodeCx::new(sink)) {
        app.sections = sections;
    }
    app
}
