//! Configs that a program made: `stacktape.ts` and `.js`, evaluated by the host.
//!
//! A host (sandbox, Node, browser worker) runs the author's code and hands over one JSON text ([`Evaluated::text`]): the config as a YAML file
//! would hold it, the places where constructs were made, and the names of the functions that wait for a child's properties. Here the config
//! becomes the same spanned tree that a YAML file gives. A construct's place is where it was called; the place of a property inside it is
//! found in the source text, which is read as a literal ([`literal`]) and never run, so that all hosts report the same places.

mod construct;
mod literal;
mod places;
#[cfg(test)]
mod tests;

use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::syntax::{self, Map, Node, Value};
use crate::world::World;
use places::Places;

/// What the host's evaluation gave.
#[derive(Clone, Copy)]
pub struct Evaluated<'a> {
    /// JSON: `{"config": …, "places": [[pointer, file, line, column], …], "transforms": [[resource, child], …], "finalTransform": true|false}`.
    /// Pointers are JSON pointers into `config`; files are paths for [`World::source`]; lines and UTF-16 columns count from 1.
    pub text: &'a str,
    /// The functions that `transforms` and `finalTransform` announce.
    pub transforms: &'a dyn Transforms,
}

/// The author's functions, kept alive by the host.
pub trait Transforms {
    /// Calls one with JSON and gives its result as JSON, or the error that it threw. `index` counts `transforms` from 0; their number is the
    /// index of `finalTransform`.
    fn call(&self, index: usize, argument: &str) -> Result<String, String>;
}

impl std::fmt::Debug for Evaluated<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evaluated").field("text", &self.text).finish_non_exhaustive()
    }
}

/// An evaluated config as a tree.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The config.
    pub root: Node,
    /// The functions to call.
    pub calls: Calls,
}

/// The functions that an evaluated config announces; none for a text config.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// One for each child that has one, by index.
    pub children: Vec<ChildCall>,
    /// Where `finalTransform` stands, when there is one.
    pub whole: Option<Span>,
}

/// A function for one child of a resource.
#[derive(Debug)]
pub(crate) struct ChildCall {
    /// Name of the resource.
    pub resource: String,
    /// Logical id of the child, or the name of its builder (`lambdaLogGroup`); the place is that of the function.
    pub child: Spanned<String>,
}

/// Reads what a host handed over. `None` when there is no config in it; one error is reported then.
pub(crate) fn read(
    evaluated: &Evaluated<'_>,
    file: FileId,
    world: &dyn World,
    sources: &mut Sources,
    sink: &mut Sink,
) -> Option<Tree> {
    let start = Span::new(file, 0, 0);
    let fields = match syntax::parse_json(evaluated.text, file) {
        Ok(Node { value: Value::Map(map), .. }) => map,
        Ok(_) => return refuse(sink, start, "it is no JSON object"),
        // The place is one in the JSON text, which nobody sees.
        Err(stop) => {
            sink.push(Diagnostic { span: start, labels: vec![], ..*stop });
            return None;
        }
    };
    let Some(mut root) = fields.get("config").cloned() else {
        return refuse(sink, start, "it has no `config`");
    };
    let Some(mut places) = Places::new(&fields, file, world, sources) else {
        return refuse(sink, start, "its `places` are not lists of pointer, file, line and column");
    };
    let Some(children) = child_calls(&fields, start) else {
        return refuse(sink, start, "its `transforms` are not pairs of resource and child");
    };
    places.write_into(&mut root);
    let mut calls = Calls { children, whole: None };
    for call in &mut calls.children {
        call.child.span = places.of_transform(&call.resource, &call.child.value);
    }
    if matches!(fields.get("finalTransform"), Some(Node { value: Value::Bool(true), .. })) {
        calls.whole = Some(places.of_final_transform());
    }
    Some(Tree { root, calls })
}

fn refuse<T>(sink: &mut Sink, span: Span, problem: &str) -> Option<T> {
    let message = format!("the evaluated config cannot be used: {problem}");
    sink.push(
        Diagnostic::error(Code::UNREADABLE, span, message)
            .hint("the host and the compiler are of different versions: update the older of the two"),
    );
    None
}

fn child_calls(fields: &Map, start: Span) -> Option<Vec<ChildCall>> {
    let Some(node) = fields.get("transforms") else { return Some(vec![]) };
    let pair = |node: &Node| {
        let [resource, child] = node.as_list()? else { return None };
        let child = Spanned::new(child.as_str()?.to_string(), start);
        Some(ChildCall { resource: resource.as_str()?.to_string(), child })
    };
    node.as_list()?.iter().map(pair).collect()
}
