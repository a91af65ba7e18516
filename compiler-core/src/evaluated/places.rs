//! Gives every value of an evaluated config its place in the author's files.
//!
//! A value that a construct made stands where the construct was called. From there on down, and from the object that the config function
//! returns, keys are looked up in the literal that the author wrote. What stands in no literal (computed, spread, returned by a function of
//! the author) has the place of what it is in.

use super::construct::{self, Construct};
use super::literal::{self, Property};
use crate::order::SortedMap;
use crate::source::{FileId, FilePath, Sources, Span};
use crate::syntax::{Map, Node, Value};
use crate::world::World;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// The author's files and the constructs in them.
pub(super) struct Places {
    /// Text by file.
    texts: SortedMap<FileId, Arc<str>>,
    /// Construct by JSON pointer.
    constructs: SortedMap<String, (FileId, Construct)>,
    /// The object that the config function returns.
    root: Option<usize>,
    config: FileId,
    /// Literals that were read, by file and position.
    read: SortedMap<(FileId, usize), Rc<Vec<Property>>>,
}

/// What is known of a value's place while the tree is walked.
#[derive(Clone)]
struct Site {
    /// What is reported for the value.
    span: Span,
    /// What is reported for a part of it that stands in no literal.
    head: Span,
    /// How it was written.
    form: Form,
}

#[derive(Clone)]
enum Form {
    /// `{ … }`, opening here.
    Object(FileId, usize),
    /// `[ … ]`, opening here.
    Array(FileId, usize),
    /// A construct and the `{` of its properties.
    Construct(FileId, Option<usize>),
    /// Nothing that could be looked into.
    Other,
}

impl Places {
    /// Reads the list of places and the files that they name; `None` when the list is malformed. Places in files that the world does not give
    /// are left out.
    pub fn new(fields: &Map, config: FileId, world: &dyn World, sources: &mut Sources) -> Option<Self> {
        let mut texts = SortedMap::from_iter([(config, Arc::from(sources.text(config)))]);
        let mut files = SortedMap::new();
        let mut constructs = SortedMap::new();
        let none = vec![];
        let list = fields.get("places").map_or(Some(none.as_slice()), Node::as_list)?;
        for place in list {
            let [pointer, file, line, column] = place.as_list()? else { return None };
            let (pointer, name) = (pointer.as_str()?, file.as_str()?);
            // The call of `defineConfig` is no construct: the object that its function returns says more.
            if pointer.is_empty() {
                continue;
            }
            let (Value::Int(line), Value::Int(column)) = (&line.value, &column.value) else { return None };
            let id = *files.get_or_insert_with(name.to_string(), || {
                let path = FilePath::new(name);
                let text = world.source(&path)?;
                Some(sources.add(path, text))
            });
            let Some(id) = id else { continue };
            let text = texts.get_or_insert_with(id, || Arc::from(sources.text(id)));
            let found = offset(text, *line, *column).and_then(|at| construct::around(text, at));
            if let Some(found) = found {
                constructs.insert(pointer.to_string(), (id, found));
            }
        }
        let root = texts.get(&config).and_then(|text| returned_object(text));
        Some(Self { texts, constructs, root, config, read: SortedMap::new() })
    }

    /// Sets the spans of a whole config.
    pub fn write_into(&mut self, root: &mut Node) {
        let start = Span::new(self.config, 0, 0);
        let site = match self.root {
            Some(open) => {
                let span = self.literal_span(self.config, open);
                Site { span, head: Span { end: span.start + 1, ..span }, form: Form::Object(self.config, open) }
            }
            None => Site { span: start, head: start, form: Form::Other },
        };
        self.walk(root, &mut String::new(), site);
    }

    /// Where the function for a child of a resource stands.
    pub fn of_transform(&mut self, resource: &str, child: &str) -> Span {
        let pointer = format!("/resources{}", pointer_step(resource));
        let Some((file, construct)) = self.constructs.get(&pointer).cloned() else {
            return self.of_final_transform();
        };
        let head = span(file, &construct.head);
        let Some(all) = construct.literal.and_then(|open| self.property(file, open, "transforms")) else { return head };
        match self.form(file, &all.value) {
            Form::Object(file, open) => {
                let one = self.property(file, open, child);
                span(file, &one.map_or(all.key, |one| one.key))
            }
            _ => span(file, &all.key),
        }
    }

    /// Where `finalTransform` stands in the config.
    pub fn of_final_transform(&mut self) -> Span {
        let Some(open) = self.root else { return Span::new(self.config, 0, 0) };
        let whole = self.literal_span(self.config, open);
        let head = Span { end: whole.start + 1, ..whole };
        self.property(self.config, open, "finalTransform").map_or(head, |p| span(self.config, &p.key))
    }

    fn walk(&mut self, node: &mut Node, pointer: &mut String, written: Site) {
        let site = match self.constructs.get(pointer.as_str()) {
            Some((file, construct)) => Site {
                span: span(*file, &construct.whole),
                head: span(*file, &construct.head),
                form: Form::Construct(*file, construct.literal),
            },
            None => written,
        };
        node.span = site.span;
        match &mut node.value {
            Value::Map(map) => self.map(map, pointer, &site),
            Value::List(list) => self.list(list, pointer, &site),
            _ => {}
        }
    }

    fn map(&mut self, map: &mut Map, pointer: &mut String, site: &Site) {
        // `new Class({ … })` gives `{ type, properties: { … } }`, and what stands beside the properties was written among them.
        let wrapped = match site.form {
            Form::Construct(file, Some(open)) => {
                map.entry("type").is_some() && self.property(file, open, "type").is_none()
            }
            _ => false,
        };
        for entry in &mut map.entries {
            let name = entry.key.value.clone();
            let inside = match site.form {
                Form::Construct(file, Some(open)) if wrapped && &*name == "properties" => {
                    Some(Site { span: self.literal_span(file, open), head: site.head, form: Form::Object(file, open) })
                }
                _ => None,
            };
            let length = pointer.len();
            pointer.push_str(&pointer_step(&name));
            let child = match inside {
                Some(inside) => inside,
                None => self.child(&name, pointer, site),
            };
            entry.key.span = child.head;
            self.walk(&mut entry.value, pointer, child);
            pointer.truncate(length);
        }
    }

    /// The place of a property of a value that stands at `site`.
    fn child(&mut self, name: &str, pointer: &str, site: &Site) -> Site {
        let literal = match site.form {
            Form::Object(file, open) | Form::Construct(file, Some(open)) => Some((file, open)),
            _ => None,
        };
        if let Some((file, found)) = literal.and_then(|(file, open)| Some((file, self.property(file, open, name)?))) {
            return Site {
                span: span(file, &found.value),
                head: span(file, &found.key),
                form: self.form(file, &found.value),
            };
        }
        let head = self.constructs.get(pointer).map_or(site.head, |(file, made)| span(*file, &made.head));
        Site { span: head, head, form: Form::Other }
    }

    fn list(&mut self, list: &mut [Node], pointer: &mut String, site: &Site) {
        let items = match site.form {
            Form::Array(file, open) => self.text(file).map_or(vec![], |text| literal::items(&text, open)),
            _ => vec![],
        };
        for (index, node) in list.iter_mut().enumerate() {
            let child = match (&site.form, items.get(index)) {
                (Form::Array(file, _), Some(item)) => {
                    let span = span(*file, item);
                    Site { span, head: span, form: self.form(*file, item) }
                }
                (Form::Object(file, open), _) => self.named_item(node, *file, *open, site),
                _ => Site { span: site.head, head: site.head, form: Form::Other },
            };
            let length = pointer.len();
            pointer.push_str(&format!("/{index}"));
            self.walk(node, pointer, child);
            pointer.truncate(length);
        }
    }

    /// An object may stand for a list of names and values (`environment: { NAME: value }`): the item `{name, value}` is the property NAME.
    fn named_item(&mut self, node: &Node, file: FileId, open: usize, site: &Site) -> Site {
        let name = node.as_map().and_then(|map| map.get("name")?.as_str());
        match name.and_then(|name| self.property(file, open, name)) {
            Some(found) => {
                let whole = Span::new(file, found.key.start, found.value.end);
                Site { span: whole, head: span(file, &found.key), form: Form::Other }
            }
            None => Site { span: site.head, head: site.head, form: Form::Other },
        }
    }

    /// How the value that stands in a range was written.
    fn form(&self, file: FileId, range: &Range<usize>) -> Form {
        let Some(text) = self.texts.get(&file) else { return Form::Other };
        let mut at = range.start;
        while text[at..].starts_with('(') {
            at = literal::skip_space(text, at + 1);
        }
        match text[at..].chars().next() {
            Some('{') => Form::Object(file, at),
            Some('[') => Form::Array(file, at),
            Some('n') if text[at..].starts_with("new ") => {
                construct::read(text, at).map_or(Form::Other, |made| Form::Construct(file, made.literal))
            }
            _ => Form::Other,
        }
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.texts.get(&file).cloned()
    }

    fn literal_span(&self, file: FileId, open: usize) -> Span {
        let end = self.texts.get(&file).map_or(open, |text| literal::close(text, open));
        Span::new(file, open, end)
    }

    fn property(&mut self, file: FileId, open: usize, name: &str) -> Option<Property> {
        let texts = &self.texts;
        let all = self.read.get_or_insert_with((file, open), || {
            let all = texts.get(&file).map(|text| literal::properties(text, open));
            Rc::new(all.unwrap_or_default())
        });
        all.iter().rev().find(|p| p.name == name).cloned()
    }
}

fn span(file: FileId, range: &Range<usize>) -> Span {
    Span::new(file, range.start, range.end)
}

/// The byte offset of a 1-based line and UTF-16 column; a column behind the end of its line is its end.
fn offset(text: &str, line: i64, column: i64) -> Option<usize> {
    let lines = usize::try_from(line).ok()?.checked_sub(1)?;
    let mut start = 0;
    for _ in 0..lines {
        start += text[start..].find('\n')? + 1;
    }
    let mut units = usize::try_from(column).ok()?.checked_sub(1)?;
    for (at, c) in text[start..].char_indices() {
        if units == 0 || c == '\n' {
            return Some(start + at);
        }
        units = units.saturating_sub(c.len_utf16());
    }
    Some(text.len())
}

/// `/name`, escaped as a step of a JSON pointer.
fn pointer_step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Most literals that are looked at for the config: more would only cost time.
const MAX_CANDIDATES: usize = 500;

/// The object that the config function returns: the last literal in the file that has `resources` and stands where one is returned or given.
fn returned_object(text: &str) -> Option<usize> {
    let returned = |at: &usize| {
        let before = text[..*at].trim_end().trim_end_matches('(').trim_end();
        ["return", "=>", "defineConfig", "default", "="].iter().any(|word| before.ends_with(word))
    };
    let candidates = text.rmatch_indices('{').map(|(at, _)| at).filter(returned).take(MAX_CANDIDATES);
    candidates.into_iter().find(|at| literal::properties(text, *at).iter().any(|p| p.name == "resources"))
}
