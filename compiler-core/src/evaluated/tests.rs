//! Places in programs, and what a host may hand over.

use super::construct::around;
use super::literal::{items, properties};
use super::*;
use crate::source::FilePath;
use crate::world::{Fact, FactKey};
use std::sync::Arc;

struct Files(Vec<(&'static str, &'static str)>);

impl World for Files {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        self.0.iter().find(|(name, _)| *name == file.as_str()).map(|(_, text)| Arc::from(*text))
    }

    fn fact(&self, _: &FactKey) -> Option<Fact> {
        None
    }
}

struct NoTransforms;

impl Transforms for NoTransforms {
    fn call(&self, _: usize, _: &str) -> Result<String, String> {
        Err("not called".into())
    }
}

/// Reads an evaluated config whose program is the first file.
fn read_files(files: &[(&'static str, &'static str)], text: &str) -> (Option<Tree>, Sources, Vec<Diagnostic>) {
    let world = Files(files.to_vec());
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add(FilePath::new(files[0].0), Arc::from(files[0].1));
    let tree = read(&Evaluated { text, transforms: &NoTransforms }, file, &world, &mut sources, &mut sink);
    (tree, sources, sink.finish())
}

fn at(sources: &Sources, span: Span) -> &str {
    sources.text(span.file).get(span.start as usize..span.end as usize).unwrap()
}

/// The texts at the key and the value of a path.
fn written<'s>(tree: &Tree, sources: &'s Sources, path: &str) -> (&'s str, &'s str) {
    let mut node = &tree.root;
    let mut key = node.span;
    for step in path.split('/').skip(1) {
        match &node.value {
            Value::Map(map) => {
                let entry = map.entry(step).unwrap_or_else(|| panic!("{path}: no {step}"));
                (key, node) = (entry.key.span, &entry.value);
            }
            Value::List(items) => {
                node = &items[step.parse::<usize>().unwrap()];
                key = node.span;
            }
            _ => panic!("{path}: {step} is in a scalar"),
        }
    }
    (at(sources, key), at(sources, node.span))
}

const CONFIG: &str = "import { defineConfig, LambdaFunction } from 'stacktape';
import { jobs } from './queues';

export default defineConfig(({ stage }) => {
  const api = new LambdaFunction({
    // A comment with a brace }
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: './src/a.ts' }),
    memory: stage === 'prod' ? 1024 : 512,
    environment: { TABLE: 'x', 'OTHER-ONE': `a${stage}}` },
    connectTo: [jobs, 'aws:ses'],
    overrides: { lambda: { Timeout: 3 } },
    transforms: { lambda: (p) => ({ ...p, Timeout: 4 }), lambdaLogGroup(p) { return p; } }
  });
  return {
    stackConfig: { tags: [{ name: 'a', value: 'b' }] },
    resources: { api, jobs },
    finalTransform: (template) => template
  };
});
";

const QUEUES: &str = "import { SqsQueue as Queue } from 'stacktape';
export const jobs = /* é🚀 */ new Queue( { fifoEnabled: true } );
";

const EVALUATED: &str = r#"{"config": {
  "stackConfig": {"tags": [{"name": "a", "value": "b"}]},
  "resources": {
    "api": {"type": "function", "properties": {
      "packaging": {"type": "stacktape-lambda-buildpack", "properties": {"entryfilePath": "./src/a.ts"}},
      "memory": 512,
      "environment": [{"name": "TABLE", "value": "x"}, {"name": "OTHER-ONE", "value": "adev}"}],
      "connectTo": ["jobs", "aws:ses"],
      "computed": {"deep": 1}
    }, "overrides": {"lambda": {"Timeout": 3}}},
    "jobs": {"type": "sqs-queue", "properties": {"fifoEnabled": true}}
  }},
  "places": [["", "stacktape.ts", 4, 16], ["/resources/api", "stacktape.ts", 5, 15], ["/resources/jobs", "queues.ts", 2, 37],
             ["/resources/api/properties/packaging", "stacktape.ts", 7, 20]],
  "transforms": [["api", "lambda"], ["api", "lambdaLogGroup"]], "finalTransform": true}"#;

#[test]
fn values_stand_where_they_were_written() {
    let (tree, sources, found) = read_files(&[("stacktape.ts", CONFIG), ("queues.ts", QUEUES)], EVALUATED);
    assert_eq!(found, vec![]);
    let tree = tree.unwrap();
    let places = |path: &str| written(&tree, &sources, path);
    assert!(
        places("/resources/api").1.starts_with("new LambdaFunction({") && places("/resources/api").1.ends_with("})")
    );
    assert_eq!(places("/resources/api").0, "api");
    assert_eq!(places("/resources/api/type"), ("new LambdaFunction", "new LambdaFunction"));
    assert_eq!(places("/resources/api/properties").0, "new LambdaFunction");
    assert_eq!(places("/resources/api/properties/memory"), ("memory", "stage === 'prod' ? 1024 : 512"));
    assert_eq!(
        places("/resources/api/properties/packaging/properties/entryfilePath"),
        ("entryfilePath", "'./src/a.ts'")
    );
    assert_eq!(
        places("/resources/api/properties/environment/1"),
        ("OTHER-ONE': `a${stage}}`", "OTHER-ONE': `a${stage}}`")
    );
    assert_eq!(places("/resources/api/properties/connectTo/1").1, "'aws:ses'");
    assert_eq!(places("/resources/api/properties/computed/deep"), ("new LambdaFunction", "new LambdaFunction"));
    assert_eq!(places("/resources/api/overrides/lambda/Timeout"), ("Timeout", "3"));
    assert_eq!(places("/resources/jobs/properties/fifoEnabled"), ("fifoEnabled", "true"));
    assert_eq!(places("/resources/jobs").1, "new Queue( { fifoEnabled: true } )");
    assert_eq!(places("/stackConfig/tags/0/value"), ("value", "'b'"));
    let calls: Vec<&str> = tree.calls.children.iter().map(|c| at(&sources, c.child.span)).collect();
    assert_eq!(calls, ["lambda", "lambdaLogGroup"]);
    assert_eq!(at(&sources, tree.calls.whole.unwrap()), "finalTransform");
}

#[test]
fn any_position_on_a_call_will_do() {
    let text = "const a = new stp.LambdaFunction<Env>({ memory: 1 });\nconst b = $Secret('x');";
    let made = "new stp.LambdaFunction<Env>({ memory: 1 })";
    for position in 10..37 {
        let found = around(text, position).unwrap_or_else(|| panic!("{position}"));
        assert_eq!((&text[found.whole], &text[found.head]), (made, "new stp.LambdaFunction"), "{position}");
    }
    let call = text.find("$Secret").unwrap();
    for position in call..call + 7 {
        assert_eq!(&text[around(text, position).unwrap().whole], "$Secret('x')", "{position}");
    }
    let old = "new Bucket('files', { versioning: true })";
    let found = around(old, 0).unwrap();
    assert_eq!(properties(old, found.literal.unwrap())[0].name, "versioning");
    assert_eq!(around("", 0), None);
    assert_eq!(around("a + b", 2), None);
}

#[test]
fn literals_are_read_and_nothing_else() {
    let text = r#"{ a: 1, 'b c': [1, {x: 2}], "d": `t${ {}} }`, e, f(x) { return {}; }, async g() {}, get h() { return 1 },
      ...rest, [k]: 3, i: /[/}]\/}/g.test(s) ? 4 / 2 : (5, 6), j: x => ({ y: '}' }), k: "it's, \" }", }"#;
    let found: Vec<(String, &str)> = properties(text, 0).into_iter().map(|p| (p.name, &text[p.value])).collect();
    let expected = [
        ("a", "1"),
        ("b c", "[1, {x: 2}]"),
        ("d", "`t${ {}} }`"),
        ("e", "e"),
        ("f", "(x) { return {}; }"),
        ("g", "() {}"),
        ("h", "() { return 1 }"),
        ("i", r"/[/}]\/}/g.test(s) ? 4 / 2 : (5, 6)"),
        ("j", "x => ({ y: '}' })"),
        ("k", r#""it's, \" }""#),
    ];
    let found: Vec<(&str, &str)> = found.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(found, expected);
    let list = "[ 1, 'a,b', [2, 3], ...more, 4]";
    let found: Vec<&str> = items(list, 0).into_iter().map(|item| &list[item]).collect();
    assert_eq!(found, ["1", "'a,b'", "[2, 3]"]);
}

#[test]
fn broken_text_gives_no_panic() {
    for end in 0..CONFIG.len() {
        let Some(part) = CONFIG.get(..end) else { continue };
        part.match_indices('{').for_each(|(open, _)| drop(properties(part, open)));
        part.match_indices('[').for_each(|(open, _)| drop(items(part, open)));
        around(part, end);
    }
    for text in [
        "{", "{a", "{a:", "{'", "{`${", "{`\\", "{'\\", "{/", "{/*", "[", "new ", "new X<", "{é: 'é", "{ async",
        "[`${`${",
    ] {
        properties(text, 0);
        items(text, 0);
        (0..=text.len()).for_each(|at| assert!(around(text, at).is_none_or(|made| made.whole.end <= text.len())));
    }
}

#[test]
fn what_cannot_be_used_is_said_once() {
    for (text, message) in [
        ("", "it is no JSON object"),
        ("[]", "it is no JSON object"),
        ("{}", "it has no `config`"),
        (r#"{"config": {}, "places": [1]}"#, "its `places` are not lists of pointer, file, line and column"),
        (r#"{"config": {}, "transforms": [["a"]]}"#, "its `transforms` are not pairs of resource and child"),
    ] {
        let (tree, _, found) = read_files(&[("stacktape.ts", CONFIG)], text);
        assert!(tree.is_none());
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].message.ends_with(message), "{}", found[0].message);
    }
    // Places beyond the file, or in a file that is not there, are no mistake.
    let odd = r#"{"config": {"resources": {"a": {}}}, "places": [["/resources/a", "none.ts", 1, 1], ["/resources/a", "stacktape.ts", 999, -1]]}"#;
    let (tree, sources, found) = read_files(&[("stacktape.ts", CONFIG)], odd);
    assert_eq!(found, vec![]);
    assert_eq!(written(&tree.unwrap(), &sources, "/resources/a").0, "resources");
}
