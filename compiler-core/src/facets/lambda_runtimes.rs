//! Lambda runtimes: which language an entry file is written in, the runtime that follows from it, and which runtimes AWS has deprecated.
//!
//! Versions are compared, not listed: a new runtime needs no release of ours.

use crate::source::FilePath;

/// Runtime of code that says nothing about its language.
pub const DEFAULT: &str = "nodejs24.x";

/// A language that an entry file can be written in.
pub struct Language {
    /// Extensions of its files.
    pub extensions: &'static [&'static str],
    /// Prefix of the Lambda runtime.
    pub prefix: &'static str,
    /// Runtime when the config names no version.
    pub default: &'static str,
    /// The oldest version that AWS still maintains, as of November 2026. Source: the deprecation dates of AWS's list of Lambda runtimes, as shipped
    /// by cfn-lint 1.58 (MIT-0).
    oldest: (u32, u32),
}

/// Extensions and runtimes.
pub const LANGUAGES: &[Language] = &[
    Language {
        extensions: &["js", "ts", "mjs", "jsx", "tsx", "cjs", "mts", "cts"],
        prefix: "nodejs",
        default: DEFAULT,
        oldest: (22, 0),
    },
    Language { extensions: &["py"], prefix: "python", default: "python3.13", oldest: (3, 11) },
    Language { extensions: &["java"], prefix: "java", default: "java21", oldest: (11, 0) },
    Language { extensions: &["go"], prefix: "provided", default: "provided.al2023", oldest: (2023, 0) },
    Language { extensions: &["rb"], prefix: "ruby", default: "ruby3.3", oldest: (3, 3) },
    Language { extensions: &["php"], prefix: "provided", default: "provided.al2023", oldest: (2023, 0) },
    Language { extensions: &["cs"], prefix: "dotnet", default: "dotnet10", oldest: (10, 0) },
];

impl Language {
    /// The language of an entry file.
    pub fn of(path: &str) -> Option<&'static Language> {
        let extension = FilePath::new(path).extension();
        LANGUAGES.iter().find(|l| l.extensions.contains(&extension.as_str()))
    }

    /// The runtime of a version that a config asks for.
    pub fn runtime(&self, version: &str) -> String {
        match (self.prefix, version) {
            ("nodejs", _) => format!("nodejs{version}.x"),
            // The one that is left of the two: that of Amazon Linux 2.
            ("java", "8") => "java8.al2".to_string(),
            (prefix, _) => format!("{prefix}{version}"),
        }
    }
}

/// Whether this is how Lambda names runtimes; which versions there are is AWS's business.
pub fn is_runtime(name: &str) -> bool {
    let rest = LANGUAGES.iter().find_map(|l| Some((l.prefix, name.strip_prefix(l.prefix)?)));
    name == "go1.x"
        || rest.is_some_and(|(prefix, rest)| match prefix {
            "provided" => rest.is_empty() || rest.starts_with(".al"),
            "dotnet" => rest.trim_start_matches("core").starts_with(|c: char| c.is_ascii_digit()),
            _ => rest.starts_with(|c: char| c.is_ascii_digit()) && (prefix == "java" || rest.contains('.')),
        })
}

/// Whether AWS maintains the runtime no more: it gets no security updates, and some time later no new functions.
pub fn is_deprecated(runtime: &str) -> bool {
    match runtime {
        "go1.x" => true,
        "java8.al2" => false,
        _ => LANGUAGES.iter().any(|l| runtime.strip_prefix(l.prefix).is_some_and(|rest| version(rest) < l.oldest)),
    }
}

/// The first two numbers of what stands behind the name of a language: `3.11`, `20.x`, `.al2023`.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{is_deprecated, is_runtime};

    #[test]
    fn versions_are_compared_as_numbers() {
        for old in
            ["nodejs8.10", "nodejs20.x", "python3.9", "python3.10", "ruby3.2", "java8", "dotnet8", "dotnetcore3.1"]
        {
            assert!(is_deprecated(old) && is_runtime(old), "{old}");
        }
        for old in ["provided", "provided.al2", "go1.x"] {
            assert!(is_deprecated(old), "{old}");
        }
        for current in
            ["nodejs22.x", "nodejs26.x", "python3.11", "python3.14", "ruby4.0", "java8.al2", "java17", "dotnet10"]
        {
            assert!(!is_deprecated(current) && is_runtime(current), "{current}");
        }
        for wrong in ["node22", "nodejs", "nodejs22", "python3", "go1.21", "provided-al2023", "java"] {
            assert!(!is_runtime(wrong), "{wrong}");
        }
        assert!(!is_deprecated("provided.al2023") && !is_deprecated("provided.al2026"));
    }
}
