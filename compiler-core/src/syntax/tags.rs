//! YAML tags: CloudFormation's short forms (`!Ref`, `!GetAtt`, `!Sub` …) become the long form, `!!str` and its kin set the type.

use super::{Entry, Map, Node, Value, scalar};
use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::source::{Span, Spanned};
use crate::template::INTRINSICS;
use granit_parser::Tag;

/// What a tag asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    /// A CloudFormation function; the long name.
    Intrinsic(&'static str),
    /// A type of the core schema: `str`, `int`, `float`, `bool`, `null`, `map`, `seq`.
    Core(&'static str),
    /// Anything else.
    Unknown,
}

/// Sorts a tag.
pub(super) fn kind_of(tag: &Tag) -> TagKind {
    if tag.handle() == "!" {
        let long = INTRINSICS.iter().find(|name| short(name) == tag.suffix());
        return long.map_or(TagKind::Unknown, |name| TagKind::Intrinsic(name));
    }
    if tag.handle().is_empty() && tag.suffix() == "!" {
        return TagKind::Core("str");
    }
    let core = ["str", "int", "float", "bool", "null", "map", "seq"];
    core.into_iter().find(|name| tag.is_yaml_core_schema_tag(name)).map_or(TagKind::Unknown, TagKind::Core)
}

fn short(long: &str) -> &str {
    long.strip_prefix("Fn::").unwrap_or(long)
}

/// `Fn::Name` over the tagged value: a mapping of one key. `tag` is where the tag stands; `source` the text of the file.
pub(super) fn long_form(name: &'static str, tag: Span, argument: Node, source: &str) -> Node {
    let argument = if name == "Fn::GetAtt" { split_attribute(argument, source) } else { argument };
    let span = tag.to(argument.span);
    let entry = Entry { key: Spanned::new(name.into(), tag), value: argument };
    Node::new(Value::Map(Map { entries: vec![entry] }), span)
}

/// `Id.Attribute.Path` as the list that the long form takes.
fn split_attribute(argument: Node, source: &str) -> Node {
    let Some((id, attribute)) = argument.as_str().and_then(|text| text.split_once('.')) else {
        return argument;
    };
    let span = argument.span;
    let written = source.get(span.start as usize..span.end as usize);
    let (first, second) = if written == argument.as_str() {
        let (start, end, dot) = (span.start as usize, span.end as usize, span.start as usize + id.len());
        (Span::new(span.file, start, dot), Span::new(span.file, dot + 1, end))
    } else {
        (span, span)
    };
    Node::new(Value::List(vec![Node::text(id, first), Node::text(attribute, second)]), span)
}

/// A scalar with a tag of the core schema; `None` (reported) when its text is no such value.
pub(super) fn typed_scalar(name: &str, text: &str, span: Span, sink: &mut Sink) -> Option<Value> {
    let plain = scalar::plain(text);
    let value = match (name, plain) {
        ("str", _) => Some(Value::Str(text.into())),
        ("int", v @ Value::Int(_)) | ("float", v @ Value::Float(_)) | ("bool", v @ Value::Bool(_)) => Some(v),
        ("float", Value::Int(n)) => Some(Value::Float(n as f64)),
        ("null", Value::Null) => Some(Value::Null),
        _ => None,
    };
    if value.is_none() {
        sink.push(
            Diagnostic::error(
                Code::SYNTAX,
                span,
                format!("not valid YAML: this value does not fit the tag `!!{name}` before it"),
            )
            .hint("remove the tag"),
        );
    }
    value
}

/// A tag that means nothing here.
pub(super) fn report_unknown(tag: &Tag, span: Span, sink: &mut Sink) {
    let written = tag.original();
    let known = did_you_mean(tag.suffix(), INTRINSICS.iter().map(|name| short(name)))
        .map(|hint| hint.text.replace("mean `", "mean `!"))
        .unwrap_or_else(|| {
            "known tags are CloudFormation's short forms such as `!Ref`, `!GetAtt` and `!Sub`".to_string()
        });
    sink.push(
        Diagnostic::error(Code::SYNTAX, span, format!("unknown YAML tag `{written}`"))
            .hint(known)
            .hint("if this is text, put it in quotes"),
    );
}
