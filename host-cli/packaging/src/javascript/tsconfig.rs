//! Which tsconfig files decide how a file is compiled, so that a change of any of them makes the cache miss. What they say is read by the
//! bundler; here only the chain of `extends` is followed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::packages::is_installed;

/// All tsconfig files that can matter for `modules` (files of the project), with everything they extend or refer to.
pub(crate) fn files(modules: &[PathBuf], named: Option<&Path>) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    if let Some(named) = named {
        follow(named.to_path_buf(), &mut found);
    }
    let folders: BTreeSet<&Path> = modules
        .iter()
        .filter(|module| !is_installed(module))
        .filter_map(|module| module.parent())
        .flat_map(Path::ancestors)
        .collect();
    for folder in folders {
        follow(folder.join("tsconfig.json"), &mut found);
    }
    found
}

fn follow(file: PathBuf, found: &mut BTreeSet<PathBuf>) {
    if found.contains(&file) {
        return;
    }
    let Ok(text) = fs::read_to_string(&file) else { return };
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    found.insert(file);
    let Ok(config) = serde_json::from_str::<Value>(&strip(&text)) else { return };
    let extends: Vec<&str> = match config.get("extends") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    for target in extends {
        for candidate in candidates(&folder, target) {
            if candidate.is_file() {
                follow(candidate, found);
                break;
            }
        }
    }
    let references = config.get("references").and_then(Value::as_array).into_iter().flatten();
    for path in references.filter_map(|reference| reference.get("path")?.as_str()) {
        let path = folder.join(path);
        follow(if path.is_dir() { path.join("tsconfig.json") } else { path }, found);
    }
}

/// Where TypeScript looks for what `extends` names: a path, or a file of a package.
fn candidates(folder: &Path, target: &str) -> Vec<PathBuf> {
    let variants = |base: PathBuf| {
        let with_extension = PathBuf::from(format!("{}.json", base.display()));
        [base.clone(), with_extension, base.join("tsconfig.json")]
    };
    if target.starts_with('.') || Path::new(target).is_absolute() {
        variants(folder.join(target)).to_vec()
    } else {
        folder.ancestors().flat_map(|folder| variants(folder.join("node_modules").join(target))).collect()
    }
}

/// JSON without comments and trailing commas.
fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(character) = rest.chars().next() {
        if in_string {
            let length = if character == '\\' {
                1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            } else {
                character.len_utf8()
            };
            in_string = character != '"';
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        } else if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
        } else {
            if matches!(character, '}' | ']') {
                let trimmed = out.trim_end();
                if let Some(without) = trimmed.strip_suffix(',') {
                    out.truncate(without.len());
                }
            }
            in_string = character == '"';
            out.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_are_dropped() {
        let text = "{ // c\n \"a\": \"// no /* , */\\\"\", /* x */ \"b\": [1, 2, ], }";
        let value: Value = serde_json::from_str(&strip(text)).unwrap();
        assert_eq!(value, serde_json::json!({"a": "// no /* , */\"", "b": [1, 2]}));
    }

    #[test]
    fn the_chain_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("node_modules/@t/base")).unwrap();
        fs::write(root.join("tsconfig.json"), "{\"extends\": [\"./base\", \"@t/base/x.json\"],}").unwrap();
        fs::write(root.join("base.json"), "{\"extends\": \"./tsconfig.json\"}").unwrap();
        fs::write(root.join("node_modules/@t/base/x.json"), "{}").unwrap();
        let found = files(&[root.join("src/a.ts")], None);
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(root).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["base.json", "node_modules/@t/base/x.json", "tsconfig.json"]);
    }
}
