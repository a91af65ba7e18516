//! The language services over every case: what stands in a config is what completion would have offered, renaming keeps a config valid, quick fixes
//! remove what they are for, formatting changes nothing, and no place makes a service panic.

use stacktape_compiler::diagnostics::{Code, Severity};
use stacktape_compiler::editor::completion::complete;
use stacktape_compiler::editor::definition::{definition, references};
use stacktape_compiler::editor::edits::{apply, set_property};
use stacktape_compiler::editor::fixes::fixes;
use stacktape_compiler::editor::folds::folds;
use stacktape_compiler::editor::form::form;
use stacktape_compiler::editor::format::format;
use stacktape_compiler::editor::hover::hover;
use stacktape_compiler::editor::palette::{add_resource, palette};
use stacktape_compiler::editor::rename::{renamable, rename};
use stacktape_compiler::editor::symbols::{Symbol, SymbolKind, symbols};
use stacktape_compiler::editor::{CONFIG, OpenConfig};
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::template::to_json;
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Compiled, Input, compile};
use stacktape_tests::{Case, cases};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A case with another text for its config.
struct Edited {
    folder: PathBuf,
    name: String,
    text: Arc<str>,
    facts: Option<FactsFile>,
    input: Input<'static>,
}

impl World for Edited {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        if file.as_str() == self.name {
            return Some(self.text.clone());
        }
        std::fs::read_to_string(self.folder.join(file.as_str())).ok().map(Arc::from)
    }
    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.facts.as_ref()?.fact(key)
    }
}

impl Edited {
    fn of(case: &Case) -> Option<Self> {
        let config = case.config();
        let text = std::fs::read_to_string(&config).ok().filter(|_| !case.is_program())?;
        let name = config.file_name()?.to_string_lossy().to_string();
        let facts = std::fs::read_to_string(case.facts()).ok().and_then(|text| FactsFile::parse(&text).ok());
        let input =
            Input { config: FilePath::new(&name), target: case.target(), cli_args: BTreeMap::new(), evaluated: None };
        Some(Self { folder: case.folder.clone(), name, text: text.into(), facts, input })
    }

    fn text_of(file: &str, text: &str) -> Self {
        let input = Input {
            config: FilePath::new(file),
            target: stacktape_tests::target(),
            cli_args: BTreeMap::new(),
            evaluated: None,
        };
        Self { folder: PathBuf::new(), name: file.to_string(), text: text.into(), facts: None, input }
    }

    fn with(mut self, text: &str) -> Self {
        self.text = text.into();
        self
    }

    fn open(&self) -> OpenConfig<'_> {
        OpenConfig::new(&self.input, self)
    }

    fn compile(&self) -> Compiled {
        compile(&self.input, self)
    }
}

fn errors(compiled: &Compiled) -> Vec<String> {
    let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| format!("{}: {}", d.code, d.message)).collect()
}

fn each(see: impl Fn(&Case, Edited) + Sync) {
    let all: Vec<Case> = cases();
    assert!(all.len() > 100, "found only {} cases", all.len());
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let see = &see;
    std::thread::scope(|scope| {
        for at in 0..threads {
            let mine = all.iter().skip(at).step_by(threads);
            scope
                .spawn(move || mine.for_each(|case| Edited::of(case).into_iter().for_each(|edited| see(case, edited))));
        }
    });
}

/// Every key and scalar of the outline with its place; only what the text holds itself.
fn flat(symbols: &[Symbol], found: &mut Vec<Symbol>) {
    for symbol in symbols {
        found.push(symbol.clone());
        flat(&symbol.children, found);
    }
}

#[test]
fn what_stands_in_a_config_is_offered() {
    let seen = std::sync::atomic::AtomicUsize::new(0);
    each(|case, edited| {
        if edited.compile().has_errors() || case.name.contains("custom-resource-instance") {
            return;
        }
        let open = edited.open();
        let mut all = vec![];
        flat(&symbols(&open), &mut all);
        // Names are the user's own; what stands below free values has no docs.
        let known = |s: &Symbol| {
            s.kind != SymbolKind::Resource
                && s.name_span.start < s.name_span.end
                && hover(&open, s.name_span.start as usize).is_some_and(|h| {
                    h.markdown.starts_with(&format!("`{}`: ", s.name))
                        && !h.markdown.contains(": variable")
                        && !h.markdown.contains(": script")
                        && !h.markdown.contains(": resource")
                })
        };
        for symbol in all.iter().filter(|s| known(s)) {
            let inside = symbol.name_span.start as usize + 1;
            let items = complete(&open, inside);
            assert!(
                items.iter().any(|item| item.label == symbol.name),
                "{}: the key {} at {inside} is not among {:?}",
                case.name,
                symbol.name,
                items.iter().map(|i| &i.label).collect::<Vec<_>>()
            );
            seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert!(seen.into_inner() > 2000, "too few keys were looked at");
}

#[test]
fn renaming_keeps_configs_valid() {
    each(|case, edited| {
        if edited.compile().has_errors() {
            return;
        }
        let open = edited.open();
        let resources: Vec<Symbol> =
            symbols(&open).into_iter().filter(|s| s.name == "resources").flat_map(|s| s.children).collect();
        for resource in resources {
            let at = resource.name_span.start as usize + 1;
            if renamable(&open, at).is_none() {
                continue;
            }
            let edits =
                rename(&open, at, &format!("{}Zq", resource.name)).unwrap_or_else(|e| panic!("{}: {e}", case.name));
            let text = apply(open.text(), &edits);
            let after = Edited::of(case).map(|e| e.with(&text).compile()).map(|c| errors(&c)).unwrap_or_default();
            assert!(after.is_empty(), "{}: renaming {} gives {after:?}\n{text}", case.name, resource.name);
        }
    });
}

#[test]
fn quick_fixes_remove_what_they_are_for() {
    let tried = std::sync::atomic::AtomicUsize::new(0);
    let failed = std::sync::Mutex::new(vec![]);
    each(|case, edited| {
        let compiled = edited.compile();
        let open = edited.open();
        for fix in fixes(&open, &compiled.diagnostics) {
            let diagnostic = &compiled.diagnostics[fix.diagnostic];
            let text = apply(open.text(), &fix.edits);
            let Some(after) = Edited::of(case).map(|e| e.with(&text).compile()) else { return };
            tried.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let left =
                after.diagnostics.iter().filter(|d| d.code == diagnostic.code && d.message == diagnostic.message);
            let before =
                compiled.diagnostics.iter().filter(|d| d.code == diagnostic.code && d.message == diagnostic.message);
            let broken = after.diagnostics.iter().any(|d| d.code == Code::SYNTAX);
            if left.count() >= before.count() || broken {
                failed
                    .lock()
                    .unwrap()
                    .push(format!("{}: {} does not remove: {}\n{text}", case.name, fix.title, diagnostic.message));
            }
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let tried = tried.into_inner();
    assert!(tried > 60, "only {tried} fixes were tried");
}

/// How often a mistake that is made for it must have a fix.
#[test]
fn slips_and_missing_properties_have_fixes() {
    let without = std::sync::Mutex::new(vec![]);
    each(|case, edited| {
        let compiled = edited.compile();
        let open = edited.open();
        let made = fixes(&open, &compiled.diagnostics);
        for (at, diagnostic) in compiled.diagnostics.iter().enumerate() {
            let missing = diagnostic.code == Code::MISSING_PROPERTY && !diagnostic.remedies.is_empty();
            let promised = missing || diagnostic.hints.iter().any(|h| h.starts_with("did you mean"));
            let elsewhere = matches!(diagnostic.code, Code::SYNTAX) || diagnostic.span.file != CONFIG;
            if promised && !elsewhere && !made.iter().any(|fix| fix.diagnostic == at) {
                without.lock().unwrap().push(format!("{}: {} ({:?})", case.name, diagnostic.message, diagnostic.hints));
            }
        }
    });
    let without = without.into_inner().unwrap();
    assert!(without.is_empty(), "{}", without.join("\n"));
}

#[test]
fn every_type_can_be_added() {
    for file in ["stacktape.yml", "stacktape.json"] {
        let mut text = String::new();
        let kinds: Vec<&str> = palette(&Edited::text_of(file, "").open()).iter().map(|item| item.kind).collect();
        assert!(kinds.len() > 20);
        let mut failed = vec![];
        for kind in kinds {
            let empty = Edited::text_of(file, "");
            let added = add_resource(&empty.open(), kind, None).unwrap();
            let alone = Edited::text_of(file, &apply("", &added.edits)).compile();
            // Names of resources that the empty config does not have are the user's to fill in.
            let wrong: Vec<String> = errors(&alone)
                .into_iter()
                .filter(|e| {
                    !e.starts_with("unknown-resource")
                        && !e.starts_with("unsupported")
                        && !e.ends_with("is used by no event")
                })
                .collect();
            if !wrong.is_empty() {
                failed.push(format!("{kind}: {wrong:?}\n{}", apply("", &added.edits)));
            }
            let edited = Edited::text_of(file, &text);
            let added = add_resource(&edited.open(), kind, None).unwrap();
            text = apply(&text, &added.edits);
            assert!(form(&Edited::text_of(file, &text).open(), &format!("/resources/{}", added.name)).is_some());
        }
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        let compiled = Edited::text_of(file, &text).compile();
        assert!(
            !compiled.diagnostics.iter().any(|d| d.code == Code::SYNTAX || d.code == Code::UNKNOWN_PROPERTY),
            "{:?}\n{text}",
            errors(&compiled)
        );
    }
}

#[test]
fn formatting_changes_nothing_but_space() {
    each(|case, edited| {
        let compiled = edited.compile();
        let open = edited.open();
        let text = apply(open.text(), &format(&open));
        let again = Edited::of(case).map(|e| e.with(&text));
        let Some(again) = again else { return };
        assert_eq!(apply(&text, &format(&again.open())), text, "{}: formatting again changes something", case.name);
        let after = again.compile();
        assert_eq!(errors(&compiled), errors(&after), "{}", case.name);
        let json = |c: &Compiled| c.template.as_ref().map(|t| to_json(t, true));
        assert_eq!(json(&compiled), json(&after), "{}", case.name);
        let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let comments =
            |text: &str| text.lines().filter_map(|l| l.split_once(" #").map(|(_, c)| squeezed(c))).collect::<Vec<_>>();
        assert_eq!(comments(open.text()), comments(&text), "{}", case.name);
    });
}

#[test]
fn wide_indentation_is_narrowed() {
    let counts = [std::sync::atomic::AtomicUsize::new(0), std::sync::atomic::AtomicUsize::new(0)];
    each(|case, edited| {
        let open = edited.open();
        // In texts of several lines indentation is content, in JSON the formatter keeps what fits on a line.
        if !open.is_exact()
            || case.config().extension().is_some_and(|e| e == "json")
            || open.text().contains(['|', '>'])
        {
            return;
        }
        let wide: String =
            open.text().lines().map(|line| " ".repeat(line.len() - line.trim_start().len()) + line + "\n").collect();
        let Some(other) = Edited::of(case).map(|e| e.with(&wide)) else { return };
        // Twice the spaces are too many for keys that stand below one behind a dash.
        if !other.open().is_exact() {
            return;
        }
        let same = apply(&wide, &format(&other.open())) == apply(open.text(), &format(&open));
        counts[usize::from(same)].fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    let [other, same] = counts.map(|count| count.into_inner());
    assert!(same > 100 && other * 20 < same, "{other} cases keep their indentation, {same} lose it");
}

#[test]
fn values_can_be_set_and_removed_again() {
    each(|case, edited| {
        let open = edited.open();
        if !open.is_exact() {
            return;
        }
        let resources = symbols(&open).into_iter().filter(|s| s.name == "resources").flat_map(|s| s.children);
        for resource in resources.take(3) {
            let path = format!("/resources/{}/zqZq", resource.name);
            let value = serde_json::json!({ "a": [1, { "b": "x: y" }], "c": true });
            let Ok(edits) = set_property(&open, &path, Some(&value)) else { continue };
            let text = apply(open.text(), &edits);
            let Some(changed) = Edited::of(case).map(|e| e.with(&text)) else { return };
            let edits =
                set_property(&changed.open(), &path, None).unwrap_or_else(|e| panic!("{}: {e}\n{text}", case.name));
            assert_eq!(apply(&text, &edits), open.text(), "{}", case.name);
        }
    });
}

#[test]
fn no_place_makes_a_service_panic() {
    each(|_, edited| {
        let open = edited.open();
        symbols(&open);
        folds(&open);
        palette(&open);
        let text = open.text().to_string();
        // A sample of places; the text is cut off there, too.
        let step = (text.len() / 12).max(1);
        for offset in (0..=text.len()).step_by(step).filter(|at| text.is_char_boundary(*at)) {
            complete(&open, offset);
            hover(&open, offset);
            definition(&open, offset);
            references(&open, offset);
            let _ = rename(&open, offset, "zq");
            let cut = Edited::text_of(&edited.name, &text[..offset]);
            let cut = cut.open();
            complete(&cut, offset);
            hover(&cut, offset);
            symbols(&cut);
            folds(&cut);
            format(&cut);
            form(&cut, "/resources/a");
            let _ = set_property(&cut, "/resources/zq/type", Some(&"bucket".into()));
        }
    });
}
