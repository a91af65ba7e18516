//! Every kind of mistake: one diagnostic, at the exact place, in words that help.

use super::*;

/// Parses a text with one mistake, marked as `⟦…⟧`, and returns "message | hints".
#[track_caller]
fn mistake(name: &str, marked: &str) -> String {
    let start = marked.find('⟦').expect("a mark");
    let text = marked.replacen('⟦', "", 1);
    let end = text.find('⟧').expect("an end mark");
    let text = text.replacen('⟧', "", 1);
    let (_, found, _) = parse_as(name, &text);
    assert_eq!(found.len(), 1, "{text}: {found:#?}");
    let d = &found[0];
    let format = if name.ends_with("json") { "JSON" } else { "YAML" };
    assert!(d.code != Code::SYNTAX || d.message.contains(format), "{d:#?}");
    assert_eq!((d.span.start as usize, d.span.end as usize), (start, end), "{text}: {d:#?}");
    assert!(!d.hints.is_empty(), "{d:#?}");
    format!("{} | {}", d.message, d.hints.join(" | "))
}

#[track_caller]
fn has(name: &str, marked: &str, words: &[&str]) {
    let all = mistake(name, marked);
    for word in words {
        assert!(all.contains(word), "`{word}` is not in: {all}");
    }
}

#[test]
fn yaml_syntax() {
    for (text, words) in [
        ("a:\n  memory: 512⟦:⟧ 3\n", &["second colon", "mapping", "quotes"][..]),
        ("a: $Var('x⟦:⟧ y')\n", &["second colon", "quotes"]),
        ("a: 'x' ⟦:⟧ b\n", &["second colon"]),
        ("a: 1\n  ⟦b: 2⟧\n", &["indented deeper", "align"]),
        ("a:\n  b: 1\n ⟦c: 2⟧ \n", &["indentation"]),
        ("a:\n  - b: 1\n   ⟦c: 2⟧\n", &["indentation"]),
        ("a:\n⟦\t⟧b: 1\n", &["tab", "spaces"]),
        ("a:\n  b: 1\n⟦\t⟧c: 2\n", &["tab", "spaces"]),
        ("a:\n  b:\n  ⟦\t⟧c: 2\n", &["tab", "spaces"]),
        ("a: ⟦'⟧foo\nb: 1\n", &["quote", "close"]),
        ("a: ⟦\"⟧foo\nb: 1\n", &["quote", "close"]),
        ("a: ⟦\"⟧foo", &["quote", "close"]),
        ("a: 'x' ⟦y⟧\n", &["closing quote"]),
        ("a: \"x\" ⟦y⟧\n", &["closing quote"]),
        ("a: \"C:⟦\\q⟧\"\n", &["`\\q` is no escape", "single quotes"]),
        ("a: \"\\n⟦\\u12⟧\"\n", &["`\\u12` is no escape"]),
        ("a: ⟦[⟧1, 2", &["`[` is never closed"]),
        ("a: ⟦[⟧1, 2}\n", &["`[` is closed by `}`"]),
        ("a: ⟦]⟧\n", &["closes nothing"]),
        ("a: [1, 2\nb⟦:⟧ 3\n", &["colon", "bracket"]),
        ("a: {x: 1\nb⟦:⟧ 3\n", &["expected `,` or `}`"]),
        ("a: ⟦-⟧ b\n", &["list item", "line after its key"]),
        ("a: 1\n⟦- b⟧\n", &["list item", "key of a mapping"]),
        ("- a\n⟦b: 1⟧\n", &["list item"]),
        ("a: 1\n⟦foo bar⟧\nc: 2\n", &["colon", "mapping", "`foo bar: …`"]),
        ("a: 1\n⟦b:2⟧\nc: 2\n", &["space is missing after the colon"]),
        ("a:\n  b⟦:⟧{ c: 1, d: 2 }\n", &["space is missing after the colon"]),
        ("a: { b⟦:⟧{ c: 1 } }\n", &["space is missing after the colon"]),
        ("x: 1\na:\n  ⟦some text⟧\n  b: 1\n", &["colon", "`key: value`"]),
        ("⟦resources⟧\n  a: 1\n", &["colon", "`key: value`"]),
        ("a: 1\nb: ⟦,⟧ c\n", &["unexpected `,`"]),
        ("a: ⟦@⟧x\n", &["cannot start with `@`", "quotes"]),
        ("a: ⟦`⟧x`\n", &["quotes"]),
        ("a: \"x⟦\u{1}⟧\"\n", &["U+0001"]),
        ("a: &defaults 1\nb: ⟦*defualts⟧\n", &["did you mean `*defaults`", "quotes"]),
        ("a: [⟦*⟧]\n", &["quotes"]),
        ("a: ⟦*.example.com⟧\n", &["quotes"]),
        ("a: &x [⟦*x⟧]\n", &["inside the value"]),
        ("a: 1\n⟦---⟧\nb: 2\n", &["second", "document"]),
        ("a: 1\n...\n⟦⟧b: 2\n", &["second", "document"]),
        ("a: ⟦!Rfe⟧ x\n", &["unknown YAML tag `!Rfe`", "did you mean `!Ref`"]),
        ("a: ⟦!important⟧ x\n", &["unknown YAML tag", "quotes"]),
        ("a: !!int ⟦x⟧\n", &["!!int"]),
        ("⟦[a, b]⟧: 1\n", &["key", "a list"]),
        ("a: {⟦{b}⟧: 1}\n", &["key", "a mapping", "template"]),
        ("a:\n  ⟦:⟧ 1\n", &["key is missing"]),
        ("a:\n  <<: ⟦5⟧\n", &["merges mappings", "a number"]),
    ] {
        has("stacktape.yml", text, words);
    }
}

#[test]
fn unusual_yaml_syntax_still_gives_one_diagnostic() {
    for text in [
        "a: 'it's'\n",
        "a: 1]\nb: }",
        "{{x}}",
        "a: {{x}}",
        "%FOO\n",
        "? a\n- b",
        "!",
        "&",
        "*",
        "a: !<x",
        "a: |x\n",
        "a: >9\n b",
        "- a\n b: c\n- d",
        "\"a\" b: c",
        "a:\n b\n  c: d",
        "a: [\n- b]",
        "key: [a: b: c]",
        "a: b\n\u{feff}c: d",
        "a: #x\n  b #y\n  c",
        "--- |\n x\n--- y",
        "a: \"\u{0}",
    ] {
        let (node, found, _) = parse_as("stacktape.yml", text);
        assert!(found.len() <= 1, "{text}: {found:#?}");
        assert!(node.is_some() || found.len() == 1, "{text}");
    }
}

#[test]
fn duplicate_keys() {
    has("a.yml", "a: 1\nb: 2\n⟦a⟧: 3\n", &["`a` is given twice"]);
    has("a.json", "{\"a\": 1, ⟦\"a\"⟧: 3}", &["`a` is given twice"]);
    let (_, found, _) = parse_as("a.yml", "x:\n  1: 1\n  '1': 2\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].labels, [(crate::source::Span::new(FileId(0), 5, 6), "first given here".to_string())]);
}

#[test]
fn a_syntax_error_silences_what_may_follow_from_it() {
    // The bracket that is never closed makes one mapping of all the rest.
    let (_, found, _) = parse_as("a.yml", "x: {a: 1, b: 2\n  a: 3, b: 4,\n  a: 5\n");
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::SYNTAX]);
    let (_, found, _) = parse_as("a.json", "{\"a\": 1, \"a\": 2");
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::SYNTAX]);
}

#[test]
fn json_syntax() {
    for (text, words) in [
        ("{\"a\":1 ⟦\"⟧b\":2}", &["comma"][..]),
        ("{\"a\":1⟦,⟧}", &["comma", "remove"]),
        ("[1⟦,⟧\n]", &["comma", "remove"]),
        ("{\"a\" ⟦1⟧}", &["colon"]),
        ("{⟦a⟧: 1}", &["double quotes"]),
        ("{\"a\": ⟦'⟧x'}", &["double quotes"]),
        ("{\"a\": ⟦N⟧one}", &["quotes"]),
        ("{⟦/⟧/ c\n\"a\":1}", &["comments"]),
        ("{\"a\":1} ⟦x⟧", &["end"]),
        ("⟦{⟧\"a\":1", &["`{` is never closed"]),
        ("{\"a\":⟦[⟧1", &["`[` is never closed"]),
        ("{\"a\":[1⟦}⟧", &["`}` closes a list"]),
        ("[{\"a\":1⟦]⟧", &["`]` closes a mapping"]),
        ("{\"a\": ⟦\"⟧x\n\"}", &["not closed"]),
        ("{\"a\": ⟦\"⟧x", &["not closed"]),
        ("{\"a\": \"x⟦\t⟧\"}", &["control character", "\\t"]),
        ("{\"a\": \"⟦\\⟧q\"}", &["escape"]),
        ("{\"a\": \"⟦\\⟧ud83d\"}", &["character"]),
        ("{\"a\": \"⟦\\⟧u00é\"}", &["character"]),
        ("[⟦0⟧12]", &["number"]),
        ("[⟦1⟧.]", &["number"]),
        ("[⟦-⟧]", &["number"]),
        ("{\"a\":⟦⟧", &["ends where a value"]),
        ("[⟦,⟧]", &["value is expected"]),
    ] {
        has("stacktape.json", text, words);
    }
}

#[test]
fn too_deep() {
    let ok = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    for name in ["a.yml", "a.json"] {
        assert!(parse_as(name, &ok(MAX_DEPTH)).0.is_some());
        for text in [ok(MAX_DEPTH + 1), "[".repeat(100_000), "{\"a\":".repeat(100_000), ok(100_000)] {
            let (node, found, _) = parse_as(name, &text);
            assert!(node.is_none());
            assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::TOO_LARGE]);
        }
    }
    let block: String = (0..100).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let through_aliases: String =
        (1..70).fold("a0: &a0 [1]\n".to_string(), |t, i| t + &format!("a{i}: &a{i} [*a{}]\n", i - 1));
    for text in ["- ".repeat(100_000), block, through_aliases, format!("a: {}1{}", "!Not [".repeat(40), "]".repeat(40))]
    {
        let (node, found, _) = parse_as("a.yml", &text);
        assert!(node.is_none());
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::TOO_LARGE], "{found:?} {}", &text[..100]);
    }
}

#[test]
fn too_many_values() {
    let mut lists = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_string();
    let mut merges = "a0: &a0 {k: v}\n".to_string();
    for i in 1..30 {
        let refs = vec![format!("*a{}", i - 1); 9].join(", ");
        lists += &format!("a{i}: &a{i} [{refs}]\n");
        let keys: Vec<_> = (0..9).map(|k| format!("k{k}: *a{}", i - 1)).collect();
        merges += &format!("a{i}: &a{i} {{{}}}\n", keys.join(", "));
    }
    // Anchors around each other: every level copies all levels below it.
    let nested = format!("{}{}{}", "&x [".repeat(60), "1, ".repeat(50_000), "]".repeat(60));
    let plain = "- 1\n".repeat(MAX_NODES + 1);
    for text in [lists, merges, nested, plain] {
        let (node, found, _) = parse_as("a.yml", &text);
        assert!(node.is_none());
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::TOO_LARGE], "{found:?}");
    }
    let (_, found, _) = parse_as("a.json", &format!("[{}1]", "1,".repeat(MAX_NODES)));
    assert_eq!(found[0].code, Code::TOO_LARGE);
}
