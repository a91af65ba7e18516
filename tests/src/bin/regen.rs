//! What is generated from the property definitions: `regen` writes the JSON schema and the reference pages below `docs/`, the classes and the types of the npm
//! package, and the list of resource types in the README; `regen --check` fails when what is there differs.

use stacktape_compiler::schema;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let check = std::env::args().nth(1).is_some_and(|argument| argument == "--check");
    let docs = stacktape_tests::project_folder().join("docs");
    let pages = docs.join("reference");
    let mut wanted: BTreeMap<PathBuf, String> = BTreeMap::new();
    wanted.insert(docs.join("stacktape.schema.json"), schema::json_schema());
    let package = stacktape_tests::project_folder().join("npm/src");
    wanted.insert(package.join("config.d.ts"), schema::typescript());
    wanted.insert(package.join("classes.js"), schema::classes());
    wanted.insert(package.join("classes.d.ts"), schema::class_types());
    let readme = stacktape_tests::project_folder().join("README.md");
    wanted.insert(readme.clone(), with_types(&std::fs::read_to_string(readme).unwrap_or_default()));
    wanted.extend(schema::reference().into_iter().map(|page| (pages.join(page.file), page.text)));
    let surplus: Vec<PathBuf> = entries(&pages).into_iter().filter(|path| !wanted.contains_key(path)).collect();
    let different: Vec<&PathBuf> = wanted
        .iter()
        .filter(|(path, text)| std::fs::read_to_string(path).ok().as_ref() != Some(*text))
        .map(|(path, _)| path)
        .collect();
    if check {
        for path in different.into_iter().chain(&surplus) {
            println!("differs: {}", path.display());
        }
        let fine = surplus.is_empty() && wanted.iter().all(|(path, text)| same(path, text));
        if !fine {
            println!("run `cargo run -p stacktape-tests --bin regen` and commit the result");
        }
        return if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let written = different.iter().try_for_each(|path| write(path, &wanted[*path]));
    let removed = surplus.iter().try_for_each(std::fs::remove_file);
    match written.and(removed) {
        Ok(()) => {
            println!("{} written, {} removed", different.len(), surplus.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", docs.display());
            ExitCode::FAILURE
        }
    }
}

/// The README with the current list of resource types between its two marks.
fn with_types(readme: &str) -> String {
    const FROM: &str = "<!-- resource types: generated -->\n";
    const TO: &str = "<!-- end of generated -->";
    let index = schema::reference().into_iter().find(|page| page.file == "README.md").map(|page| page.text);
    let types: String = index
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| line.starts_with("- [`"))
        .map(|line| line.replace("](", "](docs/reference/") + "\n")
        .collect();
    let parts = readme.split_once(FROM).and_then(|(before, rest)| Some((before, rest.split_once(TO)?.1)));
    match parts {
        Some((before, after)) => format!("{before}{FROM}{types}{TO}{after}"),
        // Without its marks the README never equals this, and the check fails.
        None => format!("{readme}\n{FROM}{types}{TO}\n"),
    }
}

fn same(path: &Path, text: &str) -> bool {
    std::fs::read_to_string(path).is_ok_and(|found| found == text)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

/// The Markdown files in a folder; none when there is no folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}
