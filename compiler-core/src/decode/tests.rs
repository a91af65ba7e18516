//! Tests of decoding: a valid tree, and for every kind of mistake its one diagnostic with text, place and next step.

use super::*;
use crate::describe::Describe;
use crate::source::{FilePath, Sources, Span};
use crate::syntax;
use crate::template::{Expr, Object, get_att, reference};

mod mistakes;

/// A worker.
#[derive(Clone, Debug, Decode, Describe)]
struct Worker {
    #[config(span)]
    span: Span,
    /// Name.
    name: Spanned<String>,
    #[config(range = 128..=10240, unit = "MB", default = 1024)]
    memory: Option<Val<u32>>,
    #[config(range = 0.5..)]
    weight: Option<f64>,
    #[config(default = false)]
    public: bool,
    #[config(default = 3)]
    attempts: u32,
    #[config(default = "main")]
    branch: String,
    chip: Option<Chip>,
    deferred_chip: Option<Val<Chip>>,
    #[config(items = 0..=2)]
    layers: Option<Vec<Val<String>>>,
    #[config(items = 1..)]
    ports: Option<Vec<u32>>,
    #[config(length = 1..=5)]
    code: Option<String>,
    #[config(rename = "Resource")]
    resource: Option<Vec<Val<String>>>,
    #[config(deprecated = "use `memory`")]
    ram: Option<u32>,
    events: Option<Vec<Event>>,
    rule: Option<Rule>,
    labels: Option<Dict<String>>,
    raw: Option<Raw>,
    nested: Option<Box<Nested<Chip>>>,
    offset: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
enum Chip {
    /// Intel and AMD.
    #[config(name = "x86_64")]
    X86,
    /// AWS Graviton.
    #[config(name = "arm64")]
    Arm,
}

#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
enum Event {
    /// Messages of a queue.
    #[config(name = "sqs")]
    Sqs(SqsEvent),
    #[config(name = "sqs-queue-not-empty")]
    NotEmpty,
    #[config(name = "http-api")]
    Http(Option<HttpEvent>),
}

#[derive(Clone, Debug, Decode, Describe)]
struct SqsEvent {
    queue_name: Spanned<String>,
    #[config(range = 1..=10)]
    batch_size: Option<Val<u32>>,
}

#[derive(Clone, Debug, Default, Decode, Describe)]
struct HttpEvent {
    path: Option<String>,
}

#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "kind", flat)]
enum Rule {
    #[config(name = "after")]
    After(AfterRule),
    #[config(name = "never")]
    Never,
}

#[derive(Clone, Debug, Decode, Describe)]
struct AfterRule {
    days: u32,
}

#[derive(Clone, Debug, Decode, Describe)]
struct Nested<T> {
    value: T,
}

/// Decodes YAML; each diagnostic as `severity code "text at its place": message; hint; hint`.
fn decode<T: Decode>(text: &str) -> (Option<T>, Vec<String>) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add(FilePath::new("stacktape.yml"), text.into());
    let tree = syntax::parse(&sources, file, &mut sink).unwrap();
    let value = T::decode(&tree, &mut DecodeCx::at(&mut sink, "properties"));
    let shown = sink.finish().into_iter().map(|d| {
        let excerpt = &text[d.span.start as usize..d.span.end as usize];
        let hints: String = d.hints.iter().map(|h| format!("; {h}")).collect();
        format!("{:?} {} {excerpt:?}: {}{hints}", d.severity, d.code, d.message)
    });
    let shown: Vec<String> = shown.collect();
    (value, shown)
}

#[track_caller]
fn fine(text: &str) -> Worker {
    let (value, found) = decode(text);
    assert_eq!(found, [""; 0], "{text}");
    value.unwrap()
}

#[test]
fn everything_given() {
    let text = "
name: api
memory: 512.0
weight: 2
public: true
attempts: 5
branch: dev
chip: arm64
deferredChip: x86_64
layers: [a, { Ref: Layer }]
ports: [80, 443]
code: abcde
Resource: ['*']
events:
  - { type: sqs, properties: { queueName: jobs, batchSize: 10 } }
  - type: sqs-queue-not-empty
  - { type: sqs-queue-not-empty, properties: {} }
  - type: http-api
  - { type: http-api, properties: { path: /x } }
rule: { kind: after, days: 7 }
labels: { b: one, a: two }
raw: { A: [1, 0.5, null, true, { 'Fn::GetAtt': [Q, Arn] }], Condition: { x: y } }
nested: { value: arm64 }
offset: -5
";
    let w = fine(text);
    assert_eq!(&text[w.name.span.start as usize..w.name.span.end as usize], "api");
    assert_eq!(w.span.start, 1);
    assert_eq!(w.memory.unwrap().as_known(), Some(&512));
    assert_eq!((w.weight, w.public, w.attempts, &*w.branch), (Some(2.0), true, 5, "dev"));
    assert_eq!((w.chip, w.deferred_chip.unwrap().as_known()), (Some(Chip::Arm), Some(&Chip::X86)));
    let layers = w.layers.unwrap();
    assert_eq!(layers[0].as_known().map(String::as_str), Some("a"));
    assert_eq!(layers[1].as_deferred(), Some(&reference("Layer")));
    assert_eq!((w.ports, w.code.as_deref()), (Some(vec![80, 443]), Some("abcde")));
    assert_eq!(w.resource.unwrap()[0].as_known().map(String::as_str), Some("*"));
    let events = w.events.unwrap();
    assert!(matches!(&events[0], Event::Sqs(e) if e.queue_name.value == "jobs" && e.batch_size.is_some()));
    assert!(matches!(events[1..3], [Event::NotEmpty, Event::NotEmpty]));
    assert!(matches!(&events[3], Event::Http(None)));
    assert!(matches!(&events[4], Event::Http(Some(HttpEvent { path: Some(path) })) if path == "/x"));
    assert!(matches!(w.rule, Some(Rule::After(AfterRule { days: 7 }))));
    let labels = w.labels.unwrap();
    assert_eq!(labels.iter().map(|(k, v)| (&*k.value, v.as_str())).collect::<Vec<_>>(), [("a", "two"), ("b", "one")]);
    assert_eq!(labels.get("a").map(String::as_str), Some("two"));
    let list = vec![Expr::Int(1), Expr::Float(0.5), Expr::Null, Expr::Bool(true), get_att("Q", "Arn")];
    let raw = Object::new().set("A", list).set("Condition", Object::new().set("x", "y"));
    assert_eq!(w.raw.unwrap().expr, Expr::Map(raw));
    assert_eq!((w.nested.unwrap().value, w.offset), (Chip::Arm, Some(-5)));
}

#[test]
fn defaults_and_nulls() {
    let w = fine("name: api");
    assert_eq!((w.public, w.attempts, &*w.branch), (false, 3, "main"));
    assert!(w.memory.is_none() && w.layers.is_none() && w.raw.is_none() && w.rule.is_none() && w.ram.is_none());
    let w = fine("{ name: api, memory: null, public: ~, attempts: , layers: , raw: null, events: , rule: }");
    assert_eq!((w.public, w.attempts), (false, 3));
    assert!(w.memory.is_none() && w.layers.is_none() && w.raw.is_none() && w.events.is_none() && w.rule.is_none());
}

#[test]
fn choices_know_their_names() {
    assert_eq!(Chip::ALL.iter().map(Chip::as_str).collect::<Vec<_>>(), ["x86_64", "arm64"]);
    assert_eq!(Chip::Arm.to_string(), "arm64");
    assert_eq!(Expr::from(Chip::Arm), Expr::from("arm64"));
}

#[test]
fn deferred_values() {
    let deferred = Node::new(Value::Deferred(Box::new(reference("Size"))), Span::default());
    let mut sink = Sink::default();
    let value = Val::<u32>::decode(&deferred, &mut DecodeCx::at(&mut sink, "memory")).unwrap();
    assert_eq!(Expr::from(value), reference("Size"));
    assert_eq!(u32::decode(&deferred, &mut DecodeCx::at(&mut sink, "memory")), None);
    let found = sink.finish();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "memory must be known when the config is compiled, and this value is known only at deploy time"
    );
    assert_eq!(Expr::from(Val::<u32>::from(5)), Expr::Int(5));
}

#[test]
fn reported_values_stay_silent() {
    let mut sink = Sink::default();
    let invalid = Node::new(Value::Invalid, Span::default());
    let mut cx = DecodeCx::new(&mut sink);
    assert!(Worker::decode(&invalid, &mut cx).is_none());
    assert!(Event::decode(&invalid, &mut cx).is_none());
    assert!(Rule::decode(&invalid, &mut cx).is_none());
    assert!(Chip::decode(&invalid, &mut cx).is_none());
    assert!(Val::<f64>::decode(&invalid, &mut cx).is_none());
    assert!(Option::<Vec<bool>>::decode(&invalid, &mut cx).is_none());
    assert!(Raw::decode(&invalid, &mut cx).is_none());
    assert_eq!(sink.finish(), []);
}
