//! No config makes the compiler panic, hang or eat memory: every prefix of every case, thousands of random edits, and configs made to hurt.

use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Compiled, Input, compile};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One text and nothing else.
struct Only(Arc<str>);

impl World for Only {
    fn source(&self, _: &FilePath) -> Option<Arc<str>> {
        Some(self.0.clone())
    }
    fn fact(&self, _: &FactKey) -> Option<Fact> {
        None
    }
}

fn run(text: &str) -> Compiled {
    let input = Input {
        config: FilePath::new("stacktape.yml"),
        target: stacktape_tests::target(),
        cli_args: BTreeMap::new(),
        evaluated: None,
    };
    compile(&input, &Only(text.into()))
}

/// Marsaglia's xorshift: the same edits on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn texts() -> Vec<String> {
    stacktape_tests::cases()
        .iter()
        .filter(|c| !c.is_program())
        .filter_map(|c| std::fs::read_to_string(c.config()).ok())
        .collect()
}

#[test]
fn every_prefix_of_every_case() {
    let texts = texts();
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for at in 0..threads {
            let mine = texts.iter().skip(at).step_by(threads);
            scope.spawn(|| {
                for text in mine {
                    for end in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
                        run(&text[..end]);
                    }
                }
            });
        }
    });
}

/// What edits put in: everything that means something to YAML or to directives.
const PIECES: &[&str] = &[
    ":",
    "- ",
    "\n",
    "\n  ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "$",
    "$Var(",
    "$This().",
    "$ResourceParam('a','b')",
    "(",
    ")",
    "&a ",
    "*a",
    "<<: ",
    "!Ref ",
    "|",
    ">",
    "#",
    "?",
    ",",
    "~",
    "null",
    "true",
    "-1",
    "1e999",
    "99999999999999999999",
    "\t",
    "\u{feff}",
    "é",
    "𝄞",
    "\0",
    "type: ",
    "properties:",
];

#[test]
fn thousands_of_random_edits() {
    let mut random = Random(0x5eed_1234_abcd_9876);
    let texts = texts();
    for _ in 0..4000 {
        let mut text: Vec<char> = texts[random.below(texts.len())].chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(text.len() + 1);
            match random.below(4) {
                0 => drop(text.drain(at..(at + random.below(20)).min(text.len()))),
                1 if at < text.len() => text[at] = ['x', '0', ' ', ':'][random.below(4)],
                2 => {
                    let from = random.below(text.len() + 1);
                    let copied: Vec<char> = text[from..(from + random.below(60)).min(text.len())].to_vec();
                    text.splice(at..at, copied);
                }
                _ => drop(text.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
            }
        }
        run(&text.into_iter().collect::<String>());
    }
}

/// A config that is made to hurt gives an error, soon.
fn refused_soon(text: &str) {
    let started = Instant::now();
    let compiled = run(text);
    assert!(compiled.has_errors(), "accepted: {}…", &text[..text.len().min(60)]);
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "took {:?}: {}…",
        started.elapsed(),
        &text[..text.len().min(60)]
    );
}

#[test]
fn configs_made_to_hurt() {
    let mut laughs = String::from("a0: &a0 [lol, lol]\n");
    for i in 1..40 {
        laughs += &format!("a{i}: &a{i} [*a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}]\n", i - 1);
    }
    refused_soon(&format!("{laughs}resources: {{}}\n"));
    refused_soon(&"[".repeat(200_000));
    refused_soon(&"{a: ".repeat(100_000));
    refused_soon(&"- ".repeat(100_000));
    refused_soon(&format!("variables: {{a: {}}}\nresources: {{x: $Var().a}}", "$This()".repeat(3000)));
    refused_soon("variables: {a: $Var().b, b: $Var().a}\nresources: {x: {type: sqs-queue, properties: $Var().a}}");
    let mut doubling = String::from("variables:\n  v0: xxxxxxxxxxxxxxxx\n");
    for i in 1..40 {
        doubling += &format!("  v{i}: $Format('{{}}{{}}', $Var().v{0}, $Var().v{0})\n", i - 1);
    }
    refused_soon(&format!("{doubling}resources: {{x: {{type: $Var().v39}}}}\n"));
}
