//! Every case compiles to the template and diagnostics that stand beside it. `BLESS=1` writes them; read them before you commit.

use stacktape_compiler::template;
use std::path::Path;

/// The output files of a case: name and content; no file for no content.
fn outputs(case: &stacktape_tests::Case) -> Vec<(&'static str, Option<String>)> {
    let compiled = case.compile();
    let diagnostics = stacktape_tests::diagnostics_text(&compiled);
    vec![
        ("template.yml", compiled.template.as_ref().map(template::to_yaml)),
        ("diagnostics.txt", (!diagnostics.is_empty()).then_some(diagnostics)),
    ]
}

fn compare(file: &Path, made: Option<String>, bless: bool) -> Result<(), String> {
    let stored = std::fs::read_to_string(file).ok();
    if stored == made {
        return Ok(());
    }
    if bless {
        match &made {
            Some(text) => std::fs::write(file, text),
            None => std::fs::remove_file(file),
        }
        .map_err(|e| format!("{}: {e}", file.display()))?;
        return Ok(());
    }
    let (stored, made) = (stored.unwrap_or_default(), made.unwrap_or_default());
    let first = stored
        .lines()
        .zip(made.lines())
        .position(|(a, b)| a != b)
        .unwrap_or(stored.lines().count().min(made.lines().count()));
    let line = |text: &str| text.lines().nth(first).unwrap_or("(end of file)").to_string();
    Err(format!("{}:{}\n    stored: {}\n    made:   {}", file.display(), first + 1, line(&stored), line(&made)))
}

#[test]
fn every_case_gives_its_outputs() {
    let bless = std::env::var_os("BLESS").is_some();
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut failures = vec![];
    let mut compiled = 0;
    for case in stacktape_tests::cases().iter().filter(|c| c.name.contains(&only)) {
        compiled += 1;
        for (file, made) in outputs(case) {
            failures.extend(compare(&case.folder.join(file), made, bless).err());
        }
    }
    assert!(compiled > 0, "no case matches ONLY={only}");
    assert!(failures.is_empty(), "{} outputs differ (BLESS=1 accepts them):\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn compiling_twice_gives_the_same_bytes() {
    for case in stacktape_tests::cases() {
        let text = || case.compile().template.map(|t| template::to_json(&t, true));
        assert_eq!(text(), text(), "{}", case.name);
    }
}
