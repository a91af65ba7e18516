//! The order of a config's resources and keys cannot be seen in the template.

use serde_json::Value;
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Input, compile, template};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A config in memory, with the facts and files of a case.
struct Shuffled<'a> {
    text: Arc<str>,
    case: &'a stacktape_tests::Case,
    facts: FactsFile,
}

impl World for Shuffled<'_> {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        match file.as_str() {
            "shuffled.json" => Some(self.text.clone()),
            other => std::fs::read_to_string(self.case.folder.join(other)).ok().map(Arc::from),
        }
    }
    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.facts.fact(key)
    }
}

/// Reverses the keys of every mapping.
fn reverse(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().map(|(k, v)| (k.clone(), reverse(v))).collect();
            entries.reverse();
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(reverse).collect()),
        other => other.clone(),
    }
}

/// Reverses only the resources.
fn reverse_resources(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(Value::Object(resources)) = value.get_mut("resources") {
        let mut entries: Vec<_> = std::mem::take(resources).into_iter().collect();
        entries.reverse();
        resources.extend(entries);
    }
    value
}

fn compiled(case: &stacktape_tests::Case, config: &Value) -> Option<String> {
    let facts = FactsFile::parse(&std::fs::read_to_string(case.facts()).unwrap_or_default()).ok()?;
    let world = Shuffled { text: config.to_string().into(), case, facts };
    let input = Input {
        config: FilePath::new("shuffled.json"),
        target: case.target(),
        cli_args: BTreeMap::new(),
        evaluated: None,
    };
    compile(&input, &world).template.map(|t| template::to_json(&t, true))
}

#[test]
fn the_order_of_resources_and_keys_cannot_be_seen() {
    let mut compared = 0;
    for case in stacktape_tests::cases().into_iter().filter(|case| !case.is_program()) {
        let text = std::fs::read_to_string(case.config()).unwrap_or_default();
        let Some(config) = stacktape_tests::config_json(&text) else { continue };
        let Some(straight) = compiled(&case, &config) else { continue };
        let resources = compiled(&case, &reverse_resources(&config));
        assert_eq!(Some(&straight), resources.as_ref(), "{}: the order of resources shows", case.name);
        let Some(keys) = compiled(&case, &reverse(&config)) else {
            panic!("{}: does not compile with reversed keys", case.name)
        };
        assert_eq!(straight, keys, "{}: the order of keys shows", case.name);
        compared += 1;
    }
    assert!(compared > 20, "only {compared} cases were compared");
}
