//! Who may know whom in the compiler core. See the table in ARCHITECTURE.md.

use std::path::Path;

/// A module (path prefix below `compiler-core/src`) and what its non-test code must not import.
const RULES: &[(&str, &[&str])] = &[
    (
        "source",
        &[
            "syntax",
            "template",
            "directives",
            "decode",
            "describe",
            "model",
            "config",
            "resources",
            "facets",
            "shared_infra",
            "world",
            "naming",
            "diagnostics",
        ],
    ),
    (
        "diagnostics",
        &[
            "syntax",
            "template",
            "directives",
            "decode",
            "describe",
            "model",
            "config",
            "resources",
            "facets",
            "shared_infra",
            "world",
            "naming",
        ],
    ),
    (
        "world.rs",
        &["syntax", "template", "directives", "decode", "model", "config", "resources", "facets", "shared_infra"],
    ),
    (
        "template",
        &[
            "syntax",
            "directives",
            "decode",
            "describe",
            "model",
            "config",
            "resources",
            "facets",
            "shared_infra",
            "world",
        ],
    ),
    (
        "naming",
        &[
            "syntax",
            "directives",
            "decode",
            "describe",
            "model",
            "config",
            "resources",
            "facets",
            "shared_infra",
            "world",
        ],
    ),
    (
        "syntax",
        &["directives", "decode", "describe", "model", "config", "resources", "facets", "shared_infra", "world"],
    ),
    (
        "evaluated",
        &["directives", "decode", "describe", "model", "config", "resources", "facets", "shared_infra", "naming"],
    ),
    ("directives", &["decode", "describe", "model", "config", "resources", "facets", "shared_infra"]),
    ("decode", &["directives", "model", "config", "resources", "facets", "shared_infra", "world"]),
    ("describe", &["directives", "model", "config", "resources", "facets", "shared_infra", "world", "syntax"]),
    ("model", &["directives", "config", "resources", "facets", "shared_infra", "assemble", "expand::", "compile"]),
    ("config", &["directives", "resources", "facets", "shared_infra", "assemble", "compile"]),
    ("resources", &["directives", "config::App", "assemble", "check", "desugar", "compile"]),
    ("facets", &["directives", "config", "assemble", "check", "desugar", "compile"]),
    ("shared_infra", &["directives", "config", "assemble", "check", "desugar", "compile"]),
    ("desugar.rs", &["resources", "facets", "syntax"]),
    ("expand.rs", &["resources", "syntax"]),
    ("plan.rs", &["resources", "syntax", "directives"]),
];

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The modules of the core that a file's code imports, doc comments and tests left out.
fn imports(text: &str) -> Vec<(usize, String)> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = vec![];
    for (number, line) in code.lines().enumerate() {
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        for part in line.split("crate::").skip(1) {
            found.push((number + 1, part.to_string()));
        }
    }
    found
}

#[test]
fn modules_import_only_what_they_may() {
    let root = stacktape_tests::project_folder().join("compiler-core/src");
    let mut all = vec![];
    files(&root, &mut all);
    assert!(all.len() > 50, "found only {} files", all.len());
    let mut broken = vec![];
    for file in all {
        let name = file.strip_prefix(&root).map(|p| p.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        if name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        let Some((_, banned)) =
            RULES.iter().find(|(module, _)| name == *module || name.starts_with(&format!("{module}/")))
        else {
            continue;
        };
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        for (line, import) in imports(&text) {
            if let Some(ban) = banned.iter().find(|b| {
                import.starts_with(*b) && !import[b.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            }) {
                broken.push(format!("{name}:{line} imports {ban}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn nobody_matches_on_type_names_of_resources() {
    let root = stacktape_tests::project_folder().join("compiler-core/src");
    let mut all = vec![];
    files(&root, &mut all);
    let kinds: Vec<&str> = stacktape_compiler::resources::REGISTRY.kinds.iter().map(|row| row.type_name).collect();
    for file in all {
        let name = file.strip_prefix(&root).map(|p| p.to_string_lossy().to_string()).unwrap_or_default();
        if name.starts_with("resources") || name.starts_with("facets") || name.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|l| !l.trim_start().starts_with("//")) {
            for kind in &kinds {
                assert!(
                    !line.contains(&format!("\"{kind}\" =>")) && !line.contains(&format!("== \"{kind}\"")),
                    "{name}: {line}"
                );
            }
        }
    }
}
