//! Lambda's limits on the size of a function's code, and the answer to "what makes it so large".

use std::collections::BTreeMap;

use crate::error::{Outcome, Problem};

/// Largest archive that Lambda takes, bytes.
/// Source: AWS Lambda developer guide, "Lambda quotas": deployment package 50 MB zipped, for direct upload.
pub(crate) const ZIPPED: u64 = 50 * 1024 * 1024;
/// Largest content of an archive together with its layers, bytes.
/// Source: as above: 250 MB unzipped, including layers.
pub(crate) const UNPACKED: u64 = 250 * 1024 * 1024;

/// How many packages or files an error names.
const NAMED: usize = 5;

/// Refuses content above [`UNPACKED`].
pub(crate) fn check_unpacked<'a>(size: u64, entries: impl Iterator<Item = (&'a str, u64)>) -> Outcome<()> {
    check("unzipped", size, UNPACKED, entries)
}

/// Refuses an archive above [`ZIPPED`].
pub(crate) fn check_zipped<'a>(size: u64, entries: impl Iterator<Item = (&'a str, u64)>) -> Outcome<()> {
    check("zipped", size, ZIPPED, entries)
}

fn check<'a>(what: &str, size: u64, limit: u64, entries: impl Iterator<Item = (&'a str, u64)>) -> Outcome<()> {
    if size <= limit {
        return Ok(());
    }
    let heaviest: Vec<String> =
        heaviest(entries).into_iter().map(|(name, size)| format!("{name} ({})", bytes(size))).collect();
    Err(Problem::new(format!(
        "the code is {} {what}; Lambda takes at most {} {what}. Heaviest: {}",
        bytes(size),
        bytes(limit),
        heaviest.join(", ")
    ))
    .hint("leave out what the function does not need (excludeFiles, excludeDependencies), or run it as a container")
    .into())
}

/// The heaviest packages and files: everything of one npm package counts as one.
fn heaviest<'a>(entries: impl Iterator<Item = (&'a str, u64)>) -> Vec<(String, u64)> {
    let mut groups: BTreeMap<String, u64> = BTreeMap::new();
    for (name, size) in entries {
        *groups.entry(group(name)).or_default() += size;
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    groups.truncate(NAMED);
    groups
}

fn group(name: &str) -> String {
    match name.rfind("node_modules/") {
        Some(start) => {
            let inside = start + "node_modules/".len();
            let parts = if name[inside..].starts_with('@') { 2 } else { 1 };
            let package: Vec<&str> = name[inside..].split('/').take(parts).collect();
            format!("{}{}", &name[..inside], package.join("/"))
        }
        None => name.to_owned(),
    }
}

/// A size for people.
pub(crate) fn bytes(size: u64) -> String {
    const MB: f64 = 1024.0 * 1024.0;
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit after the point")]
    let size_float = size as f64;
    if size < 1024 {
        format!("{size} B")
    } else if size_float < MB {
        format!("{:.1} KB", size_float / 1024.0)
    } else {
        format!("{:.1} MB", size_float / MB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_heaviest_packages() {
        let entries = [
            ("index.js", 10),
            ("node_modules/@a/b/one.js", 100),
            ("node_modules/@a/b/two.js", 100 + UNPACKED),
            ("node_modules/c/node_modules/d/x.js", 150),
        ];
        let total = entries.iter().map(|entry| entry.1).sum();
        let problem = &check_unpacked(total, entries.into_iter()).unwrap_err().0[0];
        assert_eq!(
            problem.message,
            "the code is 250.0 MB unzipped; Lambda takes at most 250.0 MB unzipped. \
             Heaviest: node_modules/@a/b (250.0 MB), node_modules/c/node_modules/d (150 B), index.js (10 B)"
        );
        assert!(check_unpacked(UNPACKED, [("a", UNPACKED)].into_iter()).is_ok());
        assert!(check_zipped(ZIPPED + 1, [("a", 1)].into_iter()).is_err());
    }
}
