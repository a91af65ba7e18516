//! Registry, cases, codes and documentation belong together: nothing is without a case.

use stacktape_compiler::diagnostics::CODES;
use stacktape_compiler::resources::REGISTRY;
use std::collections::BTreeSet;

#[test]
fn every_resource_type_has_cases() {
    let names: Vec<String> = stacktape_tests::cases().into_iter().map(|c| c.name).collect();
    for row in REGISTRY.kinds {
        let folder = format!("resources/{}/", row.type_name);
        assert!(names.iter().any(|n| n.starts_with(&folder)), "no case below tests/cases/{folder}");
    }
}

#[test]
fn every_resource_type_is_registered_once() {
    let mut seen = BTreeSet::new();
    for name in REGISTRY.kinds.iter().map(|row| row.type_name).chain(REGISTRY.later.iter().copied()) {
        assert!(seen.insert(name), "{name} stands twice in the registry");
    }
}

#[test]
fn every_code_has_a_case_that_provokes_it() {
    let mut provoked = BTreeSet::new();
    for case in stacktape_tests::cases() {
        provoked.extend(case.compile().diagnostics.into_iter().map(|d| d.code.0));
    }
    let without: Vec<&str> = CODES.iter().map(|c| c.code.0).filter(|c| !provoked.contains(c)).collect();
    assert!(without.is_empty(), "no case provokes: {}", without.join(", "));
}

#[test]
fn every_diagnostic_gives_a_next_step() {
    for case in stacktape_tests::cases() {
        for d in case.compile().diagnostics {
            assert!(!d.hints.is_empty(), "{}: no hint for: {}", case.name, d.message);
            assert!(!d.message.ends_with('.'), "{}: a message ends with a full stop: {}", case.name, d.message);
        }
    }
}
