//! YAML text to the tree: the parser's events become nodes, with anchors, merge keys and tags applied under a budget.
//!
//! Nothing here recurses: nesting lives on a list of open collections, so that no input can exhaust the stack.

use super::mapping::MapBuilder;
use super::tags::{self, TagKind};
use super::texts::Texts;
use super::{MAX_DEPTH, MAX_NODES, Node, Stop, Value, explain, scalar};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::order::SortedMap;
use crate::source::{FileId, Span, Spanned};
use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};
use std::borrow::Cow;
use std::sync::Arc;

/// Parses YAML. Mistakes that leave a tree go to the sink; what ends parsing comes back.
pub(super) fn parse(text: &str, file: FileId, sink: &mut Sink) -> Result<Node, Stop> {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        text,
        file,
        sink,
        open: vec![],
        anchors: SortedMap::new(),
        names: vec![],
        nodes: 0,
        level: 0,
        documents: 0,
        last: Last::default(),
        texts: Texts::default(),
        root: None,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match event {
            Ok(pair) => pair,
            Err(error) => {
                let context = explain::Context {
                    text,
                    last: builder.last.start..builder.last.end,
                    bracket: builder.open.iter().rev().find(|c| c.flow).map(|c| c.start),
                    anchors: &builder.names,
                };
                return Err(Box::new(explain::scan_error(&error, &context, file)));
            }
        };
        builder.event(event, span)?;
    }
    let empty = Span::new(file, 0, 0);
    Ok(builder.root.unwrap_or(Node::new(Value::Null, empty)))
}

/// The byte range of the event before, for error messages.
#[derive(Clone, Copy, Default)]
struct Last {
    start: usize,
    end: usize,
}

/// A tag and where it stands.
type Tagged = Option<(TagKind, Span)>;

/// A collection that has not ended yet.
struct Collection {
    content: Content,
    /// Where its text starts: the bracket, or the first key or dash.
    start: usize,
    /// Where the text of its last part ends.
    end: usize,
    /// `[…]` or `{…}`.
    flow: bool,
    /// Id of its anchor; 0 when it has none.
    anchor: usize,
    tag: Tagged,
    /// Nodes made before it.
    nodes_before: usize,
    /// Deepest nesting level reached inside.
    deepest: usize,
}

enum Content {
    List(Vec<Node>),
    Map { map: MapBuilder, key: Option<Key>, first_key: Option<usize> },
}

/// A key that waits for its value.
enum Key {
    Text(Spanned<Arc<str>>),
    /// `<<`.
    Merge,
    /// Already reported; its value is dropped.
    Broken,
}

/// A finished anchored node, for its aliases.
struct Anchor {
    node: Node,
    nodes: usize,
    /// Levels of nesting below it.
    depth: usize,
}

struct Builder<'a> {
    text: &'a str,
    file: FileId,
    sink: &'a mut Sink,
    open: Vec<Collection>,
    anchors: SortedMap<usize, Anchor>,
    /// Names of all anchors so far, for a did-you-mean.
    names: Vec<String>,
    /// Nodes made so far, copies for aliases included.
    nodes: usize,
    /// Levels of nesting now: open collections and the tags around them.
    level: usize,
    documents: usize,
    last: Last,
    texts: Texts,
    root: Option<Node>,
}

impl Builder<'_> {
    /// Takes the next event.
    fn event(&mut self, event: Event<'_>, span: granit_parser::Span) -> Result<(), Stop> {
        let range = span.byte_range().unwrap_or(self.last.end..self.last.end);
        let tag_span = span.tag_span().and_then(|s| s.byte_range()).map(|r| Span::new(self.file, r.start, r.end));
        let (start, end) = (range.start, range.end);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let place = Span::new(self.file, start, end);
                    let message = "not one YAML document: a second one starts here";
                    let hint =
                        "a config is one document; remove the `---` line, or move what follows to a file of its own";
                    return Err(Box::new(Diagnostic::error(Code::SYNTAX, place, message).hint(hint)));
                }
            }
            Event::Anchor(_, name) => {
                self.names.push(name.into_owned());
                return Ok(());
            }
            Event::Alias(id) => self.alias(id, start, end)?,
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.tag(tag, tag_span);
                self.scalar(&text, style, anchor, tag, start..end)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.start(Content::List(vec![]), style, anchor, tag, tag_span, start)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let content = Content::Map { map: MapBuilder::default(), key: None, first_key: None };
                self.start(content, style, anchor, tag, tag_span, start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(end)?,
            _ => {}
        }
        self.last = Last { start, end };
        Ok(())
    }

    fn tag(&mut self, tag: Option<Cow<'_, Tag>>, span: Option<Span>) -> Tagged {
        let tag = tag?;
        let span = span.unwrap_or(Span::new(self.file, self.last.end, self.last.end));
        let kind = tags::kind_of(&tag);
        if kind == TagKind::Unknown {
            tags::report_unknown(&tag, span, self.sink);
        }
        Some((kind, span))
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Tagged,
        mut range: std::ops::Range<usize>,
    ) -> Result<(), Stop> {
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let written = self.text.get(range.clone()).unwrap_or_default();
            range.end = range.start + written.trim_end().len();
        }
        // Nothing after a colon: the parser's place is before the colon.
        if range.is_empty() && self.text.as_bytes().get(range.start) == Some(&b':') {
            range = range.start + 1..range.start + 1;
        }
        let span = Span::new(self.file, range.start, range.end);
        let value = match (tag, style) {
            (Some((TagKind::Core(name), _)), _) => {
                tags::typed_scalar(name, text, span, self.sink).unwrap_or(Value::Invalid)
            }
            // The parser gives `~` for nothing at all, which the schema reads as null, too.
            (_, ScalarStyle::Plain) => {
                scalar::other_than_text(text).unwrap_or_else(|| Value::Str(self.texts.get(text)))
            }
            _ => Value::Str(self.texts.get(text)),
        };
        spend(&mut self.nodes, 1, span)?;
        self.finish_node(Node::new(value, span), anchor, tag, 1, 0, range)
    }

    fn start(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        tag_span: Option<Span>,
        start: usize,
    ) -> Result<(), Stop> {
        let tag = self.tag(tag, tag_span);
        spend(&mut self.nodes, 1, Span::new(self.file, start, start + 1))?;
        self.level += 1 + levels_of(tag);
        check_depth(self.level, Span::new(self.file, start, start + 1))?;
        let flow =
            style == StructureStyle::Flow && self.text.as_bytes().get(start).is_some_and(|b| matches!(b, b'[' | b'{'));
        self.open.push(Collection {
            content,
            start,
            end: start,
            flow,
            anchor,
            tag,
            nodes_before: self.nodes - 1,
            deepest: self.level,
        });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), Stop> {
        let Some(collection) = self.open.pop() else { return Ok(()) };
        let end = if collection.flow { end } else { collection.end };
        let depth = collection.deepest - self.level;
        self.level -= 1 + levels_of(collection.tag);
        let (value, start) = match collection.content {
            Content::List(items) => (Value::List(items), collection.start),
            Content::Map { map, first_key, .. } => {
                let start = if collection.flow { collection.start } else { first_key.unwrap_or(collection.start) };
                (Value::Map(map.finish()), start)
            }
        };
        let node = Node::new(value, Span::new(self.file, start, end.max(start)));
        if let Some((TagKind::Core(name), span)) = collection.tag {
            let fits = matches!((name, &node.value), ("map", Value::Map(_)) | ("seq", Value::List(_)));
            if !fits {
                let message = format!("not valid YAML: {} does not fit the tag `!!{name}`", node.kind());
                self.sink.push(Diagnostic::error(Code::SYNTAX, span, message).hint("remove the tag"));
            }
        }
        let nodes = self.nodes - collection.nodes_before;
        self.finish_node(node, collection.anchor, collection.tag, nodes, depth + 1, collection.start..end)
    }

    /// Wraps a tagged node, remembers an anchored one, and puts it into the collection that is open.
    fn finish_node(
        &mut self,
        node: Node,
        anchor: usize,
        tag: Tagged,
        nodes: usize,
        depth: usize,
        range: std::ops::Range<usize>,
    ) -> Result<(), Stop> {
        let depth = depth + levels_of(tag);
        let node = match tag {
            Some((TagKind::Intrinsic(name), span)) => tags::long_form(name, span, node, self.text),
            Some((TagKind::Unknown, _)) => Node::new(Value::Invalid, node.span),
            _ => node,
        };
        if anchor != 0 {
            // The copy counts as well: anchors inside anchors would otherwise multiply unseen.
            spend(&mut self.nodes, nodes, node.span)?;
            self.anchors.insert(anchor, Anchor { node: node.clone(), nodes, depth });
        }
        self.put(node, depth, range)
    }

    fn alias(&mut self, id: usize, start: usize, end: usize) -> Result<(), Stop> {
        let span = Span::new(self.file, start, end);
        let Some(anchor) = self.anchors.get(&id) else {
            let message = "not valid YAML: this alias stands inside the value that it names";
            let hint = "remove the alias; a value cannot contain itself";
            return Err(Box::new(Diagnostic::error(Code::SYNTAX, span, message).hint(hint)));
        };
        let (nodes, depth) = (anchor.nodes, anchor.depth);
        // The budget is checked before the copy is made.
        spend(&mut self.nodes, nodes, span)?;
        check_depth(self.level + depth, span)?;
        let node = anchor.node.clone();
        self.put(node, depth, start..end)
    }

    /// `depth`: levels of nesting that the node adds. `range`: where its text stands, which for an alias is not where the node was written.
    fn put(&mut self, node: Node, depth: usize, range: std::ops::Range<usize>) -> Result<(), Stop> {
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.end = parent.end.max(range.end);
        parent.deepest = parent.deepest.max(self.level + depth);
        match &mut parent.content {
            Content::List(items) => items.push(node),
            Content::Map { map, key: key @ Some(_), .. } => match key.take() {
                Some(Key::Text(key)) => map.insert(key, node, self.sink),
                Some(Key::Merge) => merge(map, &node, self.sink),
                Some(Key::Broken) | None => {}
            },
            Content::Map { key, first_key, .. } => {
                first_key.get_or_insert(range.start);
                *key = Some(key_of(node, self.text, self.sink));
            }
        }
        Ok(())
    }
}

fn spend(nodes: &mut usize, more: usize, span: Span) -> Result<(), Stop> {
    *nodes = nodes.saturating_add(more);
    if *nodes <= MAX_NODES {
        return Ok(());
    }
    Err(Box::new(explain::too_many(span)))
}

fn check_depth(level: usize, span: Span) -> Result<(), Stop> {
    if level <= MAX_DEPTH { Ok(()) } else { Err(Box::new(explain::too_deep(span))) }
}

/// A tag around a value is one more level: the mapping that its long form makes.
fn levels_of(tag: Tagged) -> usize {
    usize::from(matches!(tag, Some((TagKind::Intrinsic(_), _))))
}

/// A node in the place of a key.
fn key_of(node: Node, source: &str, sink: &mut Sink) -> Key {
    let span = node.span;
    let written = source.get(span.start as usize..span.end as usize).unwrap_or_default();
    match node.value {
        Value::Str(text) if &*text == "<<" && written == "<<" => Key::Merge,
        Value::Str(text) => Key::Text(Spanned::new(text, span)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) if !written.is_empty() => {
            Key::Text(Spanned::new(written.into(), span))
        }
        Value::Invalid => Key::Broken,
        Value::List(_) | Value::Map(_) | Value::Deferred(_) => {
            let message = format!("not valid here: a key of a YAML mapping must be text, this is {}", node.kind());
            let hint =
                "if the key is meant as text, put it in quotes; `{{…}}` of a template language must be quoted as well";
            sink.push(Diagnostic::error(Code::SYNTAX, span, message).hint(hint));
            Key::Broken
        }
        _ => {
            let colon = (span.start as usize).saturating_sub(1);
            let span =
                if source.as_bytes().get(colon) == Some(&b':') { Span::new(span.file, colon, colon + 1) } else { span };
            let message = "not valid YAML: a key is missing before this colon (`:`)";
            sink.push(Diagnostic::error(Code::SYNTAX, span, message).hint("write `key: value`"));
            Key::Broken
        }
    }
}

/// Applies `<<`: a mapping, or a list of mappings of which the first one wins.
fn merge(map: &mut MapBuilder, value: &Node, sink: &mut Sink) {
    let sources: &[Node] = match &value.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(value),
    };
    for source in sources {
        match &source.value {
            Value::Map(other) => map.merge(other),
            _ => {
                let message = format!("the YAML key `<<` merges mappings, this is {}", source.kind());
                let hint = "name an anchored mapping: `<<: *defaults`";
                sink.push(Diagnostic::error(Code::SYNTAX, source.span, message).hint(hint));
            }
        }
    }
}

/// Every comment of a YAML text: the text after `#`, and the place of the whole comment. Empty when the text is no YAML.
pub(super) fn comments(text: &str, file: FileId) -> Vec<Spanned<String>> {
    let options = granit_parser::options! { max_buffered_comment_events: usize::MAX };
    Parser::new_from_str_with_options(text, options)
        .map_while(Result::ok)
        .filter_map(|(event, span)| match event {
            Event::Comment(comment, _) => {
                let range = span.byte_range()?;
                Some(Spanned::new(comment.into_owned(), Span::new(file, range.start, range.end)))
            }
            _ => None,
        })
        .collect()
}
