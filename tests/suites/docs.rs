//! Links of the documentation lead somewhere.

use std::path::{Path, PathBuf};

/// Markdown files of a folder, not of the folders in it.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|e| e == "md")).collect()
}

/// Targets of the links of a page that lead to files.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://"))
}

#[test]
fn links_lead_somewhere() {
    let root = stacktape_tests::project_folder();
    let mut broken = vec![];
    let mut seen = 0;
    for page in pages(&root).into_iter().chain(pages(&root.join("docs"))).chain(pages(&root.join("docs/reference"))) {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            seen += 1;
            if !page.with_file_name(link).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(seen > 10, "only {seen} links found");
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}
