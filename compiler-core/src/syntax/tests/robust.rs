//! No text makes the parsers panic or hang: every prefix of the samples, and thousands of random edits.

use super::*;

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
