//! Tests of both parsers: values, spans, mistakes, limits, and that no text whatever makes them panic.

use super::*;
use crate::diagnostics::{Code, Diagnostic};
use std::fmt::Write as _;

mod mistakes;
mod robust;

fn parse_as(name: &str, text: &str) -> (Option<Node>, Vec<Diagnostic>, Sources) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add(FilePath::new(name), text.into());
    let node = parse(&sources, file, &mut sink);
    (node, sink.finish(), sources)
}

/// The tree of a text without mistakes.
fn tree(name: &str, text: &str) -> Node {
    let (node, found, _) = parse_as(name, text);
    assert_eq!(found, [], "{text}");
    node.unwrap()
}

fn yaml(text: &str) -> Node {
    tree("stacktape.yml", text)
}

/// One line a tree: scalars in Rust's notation, `@start..end` after each when asked for.
fn show(node: &Node, spans: bool) -> String {
    let mut out = match &node.value {
        Value::Null => "null".to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(n) => format!("{n:?}"),
        Value::Str(s) => format!("{s:?}"),
        Value::List(items) => format!("[{}]", items.iter().map(|n| show(n, spans)).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries = map.entries.iter().map(|e| {
                let place = if spans { format!("@{}..{}", e.key.span.start, e.key.span.end) } else { String::new() };
                format!("{}{place}: {}", &*e.key.value, show(&e.value, spans))
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Invalid => "invalid".to_string(),
        Value::Deferred(_) => unreachable!("the parser makes none"),
    };
    if spans {
        let _ = write!(out, "@{}..{}", node.span.start, node.span.end);
    }
    out
}

#[track_caller]
fn same(text: &str, expected: &str) {
    assert_eq!(show(&yaml(text), false), expected, "{text}");
}

#[test]
fn values() {
    same(
        "a: 1\nb: [x, 'y', \"z\", 2.5, ~, true]\nc:\n  d: yes\n",
        r#"{a: 1, b: ["x", "y", "z", 2.5, null, true], c: {d: "yes"}}"#,
    );
    same("'1': '1'\n2: \"true\"\ntrue: null\n1.50: ''\n", r#"{1: "1", 2: "true", true: null, 1.50: ""}"#);
    same("a:\n- 1\n- 2\nb:\n", "{a: [1, 2], b: null}");
    same("a: |\n  x\n  y\n\nb: >-\n  x\n  y\n", r#"{a: "x\ny\n", b: "x y"}"#);
    same(
        "a: 2012-10-17\nb: 12:30\nc: 0o17\nd: !!str 12\ne: !!int '5'\nf: ! 7\n",
        r#"{a: "2012-10-17", b: "12:30", c: 15, d: "12", e: 5, f: "7"}"#,
    );
    same("--- \na: 1\n...\n", "{a: 1}");
}

#[test]
fn empty_documents_are_null() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "~", "\u{feff}"] {
        assert_eq!(yaml(text).value, Value::Null, "{text:?}");
        assert_eq!(yaml(text).span.start, yaml(text).span.end.min(yaml(text).span.start));
    }
    assert_eq!(tree("a.json", " \n").value, Value::Null);
}

#[test]
fn spans_are_exact() {
    let text = "a: 'x' # c\nb:\n  - é z \n  - [1, \"2\"]\nc: {d: 3 }\ne: |\n  t\n\nf:\n";
    assert_eq!(
        show(&yaml(text), true),
        "{a@0..1: \"x\"@3..6, b@11..12: [\"é z\"@18..22, [1@29..30, \"2\"@32..35]@28..36]@16..36, \
         c@37..38: {d@41..42: 3@44..45}@40..47, e@48..49: \"t\\n\"@55..56, f@58..59: null@60..60}@0..60"
    );
    let json = "\u{feff}{\"a\": [1 , \"b\"], \"c\":{} }";
    assert_eq!(
        show(&tree("x.json", json), true),
        "{a@4..7: [1@10..11, \"b\"@14..17]@9..18, c@20..23: {}@24..26}@3..28"
    );
    // The YAML parser puts the same things at the same places.
    assert_eq!(show(&yaml(json), true), show(&tree("x.json", json), true));
    // Windows line ends.
    assert_eq!(
        show(&yaml("a: b\r\nc:\r\n  - d\r\n"), true),
        "{a@0..1: \"b\"@3..4, c@6..7: [\"d\"@14..15]@12..15}@0..15"
    );
}

#[test]
fn json_equals_yaml() {
    let text = include_str!("testdata/app.json");
    assert_eq!(show(&tree("app.json", text), true), show(&yaml(text), true));
    assert_eq!(
        show(&tree("a.json", "[0, -1, 1.5, 1E3, 1e-2, 99999999999999999999, \"\\u0041\\ud83d\\ude00\\/\"]"), false),
        "[0, -1, 1.5, 1000.0, 0.01, 1e20, \"A😀/\"]"
    );
}

#[test]
fn anchors_and_merge_keys() {
    same("a: &x {k: 1}\nb: *x\nc: [*x]\n", "{a: {k: 1}, b: {k: 1}, c: [{k: 1}]}");
    same("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n", "{a: {k: 1, l: 2}, b: {k: 1, l: 3}}");
    same("a: &x {k: 1, l: 2}\nb:\n  l: 3\n  <<: *x\n", "{a: {k: 1, l: 2}, b: {l: 3, k: 1}}");
    same("x: &x {k: 1}\ny: &y {k: 2, m: 3}\nb: {<<: [*x, *y]}\n", "{x: {k: 1}, y: {k: 2, m: 3}, b: {k: 1, m: 3}}");
    same("b: {<<: {k: 1}, k: 2}\n", "{b: {k: 2}}");
    same("'<<': 1\n", "{<<: 1}");
    same("&k a: 1\nb: *k\n*k : 2\n".replace("*k :", "c:").as_str(), r#"{a: 1, b: "a", c: 2}"#);
    same("a: &x\nb: *x\n", "{a: null, b: null}");
    // An anchor may be given again; an alias means the last one before it.
    same("a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "{a: 1, b: 1, c: 2, d: 2}");
    // A merged value stays where it was written; the mapping ends where its own text ends.
    let node = yaml("a: &x {k: 1}\nb:\n  <<: *x\n");
    assert_eq!(show(&node, true), "{a@0..1: {k@7..8: 1@10..11}@6..12, b@13..14: {k@7..8: 1@10..11}@18..24}@0..24");
}

#[test]
fn cloudformation_tags() {
    same(
        "a: !Ref X\nb: !Sub '${A}'\nc: !GetAtt A.B.C\nd: !GetAtt [A, B]\n",
        r#"{a: {Ref: "X"}, b: {Fn::Sub: "${A}"}, c: {Fn::GetAtt: ["A", "B.C"]}, d: {Fn::GetAtt: ["A", "B"]}}"#,
    );
    same(
        "a: !If\n  - C\n  - !Ref X\n  - !Ref AWS::NoValue\n",
        r#"{a: {Fn::If: ["C", {Ref: "X"}, {Ref: "AWS::NoValue"}]}}"#,
    );
    same(
        "a: !Join [',', [1]]\nb: !Select [0, !GetAZs '']\nc: !Condition X\n",
        r#"{a: {Fn::Join: [",", [1]]}, b: {Fn::Select: [0, {Fn::GetAZs: ""}]}, c: {Condition: "X"}}"#,
    );
    for name in [
        "Base64",
        "Equals",
        "FindInMap",
        "ImportValue",
        "Split",
        "Cidr",
        "And",
        "Or",
        "Not",
        "Transform",
        "Length",
        "ToJsonString",
    ] {
        same(&format!("a: !{name} [x]\n"), &format!("{{a: {{Fn::{name}: [\"x\"]}}}}"));
    }
    let node = yaml("a: !GetAtt Ab.C\n");
    assert_eq!(show(&node, true), "{a@0..1: {Fn::GetAtt@3..10: [\"Ab\"@11..13, \"C\"@14..15]@11..15}@3..15}@0..15");
}

#[test]
fn comments_keep_their_places() {
    let (mut sources, text) = (Sources::default(), "# top\na: 'b # no' # yes\n");
    let file = sources.add(FilePath::new("a.yml"), text.into());
    let found: Vec<_> = comments(&sources, file).into_iter().map(|c| (c.span.start, c.span.end, c.value)).collect();
    assert_eq!(found, [(0, 5, " top".to_string()), (18, 23, " yes".to_string())]);
    let many = sources.add(FilePath::new("b.yml"), "# c\n".repeat(1000).into());
    assert_eq!(comments(&sources, many).len(), 1000);
}

#[test]
fn many_comments_and_keys() {
    let mut text = "# c\n".repeat(500);
    for i in 0..2000 {
        let _ = writeln!(text, "# about {i}\nkey{i}: {i}");
    }
    assert_eq!(yaml(&text).as_map().unwrap().entries.len(), 2000);
    text.push_str("key7: again\n");
    let (node, found, _) = parse_as("a.yml", &text);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].message.as_str()), (Code::DUPLICATE_KEY, "the key `key7` is given twice"));
    assert_eq!(node.unwrap().as_map().unwrap().get("key7").unwrap().value, Value::Int(7));
}
