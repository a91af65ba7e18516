//! No text makes the parsers panic or hang: every prefix of the samples, and thousands of random edits.

use super::*;
use crate::template::{Expr, Object};

const SAMPLES: &[(&str, &str)] = &[
    ("serverless-api.yml", include_str!("../testdata/serverless-api.yml")),
    ("anchors.yml", include_str!("../testdata/anchors.yml")),
    ("flow.yml", include_str!("../testdata/flow.yml")),
    ("app.json", include_str!("../testdata/app.json")),
];

/// Parses, and checks what must hold for every text.
fn check(name: &str, text: &str) {
    let (node, found, sources) = parse_as(name, text);
    assert!(node.is_some() || !found.is_empty(), "silent failure: {text:?}");
    for d in &found {
        assert!(d.span.start <= d.span.end && d.span.end as usize <= text.len(), "{d:?} in {text:?}");
        assert!(
            text.is_char_boundary(d.span.start as usize) && text.is_char_boundary(d.span.end as usize),
            "{d:?} in {text:?}"
        );
        assert!(sources.place(d.span).is_some());
    }
    if let Some(node) = &node {
        check_spans(node, text);
    }
}

fn check_spans(node: &Node, text: &str) {
    let span = node.span;
    assert!(
        span.start <= span.end && text.get(span.start as usize..span.end as usize).is_some(),
        "{node:?} in {text:?}"
    );
    match &node.value {
        Value::List(items) => items.iter().for_each(|n| check_spans(n, text)),
        Value::Map(map) => {
            for entry in &map.entries {
                assert!(text.get(entry.key.span.start as usize..entry.key.span.end as usize).is_some());
                check_spans(&entry.value, text);
            }
        }
        _ => {}
    }
}

#[test]
fn samples_are_valid() {
    for (name, text) in SAMPLES {
        tree(name, text);
    }
}

#[test]
fn every_prefix() {
    for (name, text) in SAMPLES {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            check(name, &text[..end]);
        }
    }
}

/// A small deterministic generator (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

#[test]
fn random_edits() {
    const PIECES: &[&str] = &[
        "\n", " ", "\t", ":", ": ", "- ", "[", "]", "{", "}", ",", "'", "\"", "#", " #", "&a ", "*a", "!Ref ", "!",
        "|", ">", "?", "%", "@", "`", "\\", "\\u", "<<: ", "---\n", "...\n", "\r\n", "\u{feff}", "\u{0}", "é", "😀",
        "\u{2028}", "0x", "~", "\\ud83d", "//",
    ];
    let mut random = Random(0x5eed_1234_abcd_0001);
    for round in 0..6000 {
        let (name, sample) = SAMPLES[round % SAMPLES.len()];
        let mut chars: Vec<char> = sample.chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(chars.len());
            match random.below(4) {
                0 => drop(chars.remove(at)),
                1 => chars[at] = char::from(random.below(128) as u8),
                2 => drop(chars.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
                _ => {
                    let from = random.below(chars.len());
                    let piece: Vec<char> = chars[from..].iter().take(random.below(40)).copied().collect();
                    chars.splice(at..at, piece);
                }
            }
        }
        check(name, &chars.iter().collect::<String>());
    }
}

/// Text from pieces that mean something in YAML.
fn random_text(random: &mut Random) -> String {
    const PIECES: &[&str] = &[
        "\n", " ", "  ", "\t", ":", ": ", "- ", "[", "}", ",", "'", "\"", "#", " #", "&", "*", "!", "|", ">", "?", "%",
        "@", "`", "\\", "a", "b", "yes", "1", "0x", "e", "5", ".", "-", "_", "~", "=", "<<", "\r", "\u{2028}",
        "\u{85}", "é", "😀", "\u{0}", "${A}", "/", "\n ", "---", "...", "\u{7f}",
    ];
    (0..random.below(6)).map(|_| PIECES[random.below(PIECES.len())]).collect()
}

fn random_expr(random: &mut Random, depth: usize) -> Expr {
    match random.below(if depth > 4 { 6 } else { 9 }) {
        0 => Expr::Null,
        1 => Expr::Bool(random.below(2) == 0),
        2 => Expr::Int(random.below(100_000) as i64 - 500),
        3 => Expr::Float(random.below(100_000) as f64 / 1024.0 + 0.0001),
        4 | 5 => random_text(random).into(),
        6 => Expr::List((0..random.below(4)).map(|_| random_expr(random, depth + 1)).collect()),
        _ => {
            let mut object = Object::new();
            for _ in 0..random.below(4) {
                object.insert(random_text(random), random_expr(random, depth + 1));
            }
            object.into()
        }
    }
}

#[test]
fn written_templates_read_back_the_same() {
    let mut random = Random(0x00c0_ffee_0000_0001);
    for _ in 0..2000 {
        let expr = Expr::List(vec![random_expr(&mut random, 0), random_expr(&mut random, 0)]);
        let (json, yaml) = (expr.to_json_text(), expr.to_yaml_text());
        assert_eq!(show(&tree("t.json", &json), false), show(&tree("t.yml", &yaml), false), "{yaml}");
    }
}
