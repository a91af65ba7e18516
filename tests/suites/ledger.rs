//! The identity ledger: logical ids, types and create-only properties of every case. A change here replaces resources of deployed stacks.
//!
//! `BLESS_LEDGER=1` writes `tests/ledger/identities.txt`; lines may be added freely, a changed or removed line needs a reason in the commit.

use serde_json::Value;
use stacktape_compiler::template;
use std::collections::BTreeMap;

/// Create-only properties by type: `AWS::X::Y: A, B`, made by `tests/ledger/create-only.py` from the official resource schemas.
fn create_only() -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(stacktape_tests::project_folder().join("tests/ledger/create-only.txt"))
        .unwrap_or_default();
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .map(|(kind, names)| (kind.to_string(), names.split(", ").map(str::to_string).collect()))
        .collect()
}

fn identities() -> String {
    let create_only = create_only();
    assert!(create_only.len() > 10, "tests/ledger/create-only.txt is missing");
    let mut lines = vec![];
    for case in stacktape_tests::cases() {
        let Some(template) = case.compile().template else { continue };
        let json: Value = serde_json::from_str(&template::to_json(&template, false)).unwrap_or_default();
        for (id, resource) in json["Resources"].as_object().into_iter().flatten() {
            let kind = resource["Type"].as_str().unwrap_or_default();
            let own = create_only.get(kind).into_iter().flatten();
            let properties: Vec<String> =
                own.filter_map(|name| Some(format!("{name}={}", resource["Properties"].get(name)?))).collect();
            lines.push(format!("{} {id} {kind} {}", case.name, properties.join(" ")).trim_end().to_string());
        }
    }
    lines.sort();
    lines.join("\n") + "\n"
}

#[test]
fn identities_stay_what_they_are() {
    let file = stacktape_tests::project_folder().join("tests/ledger/identities.txt");
    let made = identities();
    if std::env::var_os("BLESS_LEDGER").is_some() {
        std::fs::write(&file, &made).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    let (old, new): (std::collections::BTreeSet<&str>, std::collections::BTreeSet<&str>) =
        (stored.lines().collect(), made.lines().collect());
    let gone: Vec<&&str> = old.difference(&new).collect();
    let added: Vec<&&str> = new.difference(&old).collect();
    assert!(
        gone.is_empty() && added.is_empty(),
        "identities changed (BLESS_LEDGER=1 accepts)\n- {gone:#?}\n+ {added:#?}"
    );
}

#[test]
fn every_type_that_we_make_is_in_the_table_of_create_only_properties() {
    let table = create_only();
    for case in stacktape_tests::cases() {
        for resource in case.compile().template.iter().flat_map(|t| t.resources.values()) {
            let kind = resource.kind.as_ref();
            assert!(
                !kind.starts_with("AWS::") || table.contains_key(kind),
                "{kind} is missing in tests/ledger/create-only.txt: run tests/ledger/create-only.py"
            );
        }
    }
}
