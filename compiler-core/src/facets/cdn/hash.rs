//! The hash in the ids of own cache and origin request policies: that of the npm package `object-hash` (SHA-1, default options) over the options as
//! the config gives them, shortened like every hash in a name.
//!
//! The package writes a value as text and hashes that. Every mapping starts with three entries about its JavaScript prototype, whose text is the
//! same each time; references to objects that were written before appear as `[CIRCULAR:n]`.

use crate::decode::{Decode, DecodeCx, Raw};
use crate::describe::{Definitions, Describe, Shape};
use crate::naming::short_hash;
use crate::syntax::Node;
use crate::template::Expr;
use sha1::{Digest, Sha1};
use std::fmt::Write;

/// A decoded value that remembers how the config gave it.
#[derive(Clone, Debug)]
pub struct Hashed<T> {
    /// The value.
    pub value: T,
    raw: Expr,
}

impl<T: Decode> Decode for Hashed<T> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        Some(Self { value: T::decode(node, cx)?, raw: Raw::from_node(node).expr })
    }
}

impl<T: Describe> Describe for Hashed<T> {
    fn describe(defs: &mut Definitions) -> Shape {
        T::describe(defs)
    }
}

impl<T> Hashed<T> {
    /// The hash; `without` names keys that do not count.
    pub fn hash(&self, without: &[&str]) -> String {
        let mut text = String::new();
        match &self.raw {
            Expr::Map(object) => {
                let counted: Vec<_> = object.0.iter().filter(|(k, _)| !without.contains(&&**k)).collect();
                mapping(counted.into_iter().map(|(k, v)| (&**k, v)).collect(), true, &mut text);
            }
            other => value(other, &mut text),
        }
        let digest = Sha1::digest(text.as_bytes());
        let hex = digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        short_hash(&hex)
    }
}

/// `Object` itself, whose name is written each time.
const CONSTRUCTOR: &str = "string:11:constructor:fn:string:8:[native]string:20:function-name:Object";

fn mapping(mut entries: Vec<(&str, &Expr)>, root: bool, out: &mut String) {
    crate::order::sort_by_key(&mut entries, |(k, _)| *k);
    let _ = write!(out, "object:{}:string:9:prototype:Undefined,string:9:__proto__:", entries.len() + 3);
    match root {
        // The prototype of all objects is written once; it is object 1, and its constructor object 2.
        true => {
            out.push_str("object:3:string:9:prototype:Undefined,string:9:__proto__:Null,");
            out.push_str(CONSTRUCTOR);
            out.push_str("object:0:,,");
        }
        false => out.push_str("string:12:[CIRCULAR:1],"),
    }
    out.push_str(CONSTRUCTOR);
    out.push_str("string:12:[CIRCULAR:2],");
    for (key, item) in entries {
        string(key, out);
        out.push(':');
        value(item, out);
        out.push(',');
    }
}

fn string(text: &str, out: &mut String) {
    let _ = write!(out, "string:{}:{text}", text.encode_utf16().count());
}

fn value(expr: &Expr, out: &mut String) {
    match expr {
        Expr::Null => out.push_str("Null"),
        Expr::Bool(b) => {
            let _ = write!(out, "bool:{b}");
        }
        Expr::Int(n) => {
            let _ = write!(out, "number:{n}");
        }
        Expr::Float(n) => {
            let _ = write!(out, "number:{n}");
        }
        Expr::Str(text) => string(text, out),
        Expr::List(items) => {
            let _ = write!(out, "array:{}:", items.len());
            items.iter().for_each(|item| value(item, out));
        }
        Expr::Map(object) => mapping(object.0.iter().map(|(k, v)| (&**k, v)).collect(), false, out),
        Expr::Intrinsic(name, argument) => mapping(vec![(name, argument)], false, out),
        Expr::Shared(e) => value(e, out),
        // Known at deploy time only: what the config asks for stands for the value.
        Expr::Param { resource, name, .. } => string(&format!("{resource}.{name}"), out),
        Expr::Attribute { logical_id, name, .. } => string(&format!("{logical_id}.{name}"), out),
        Expr::Artifact(id, _) => string(&id.0, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Sink;
    use crate::source::{FilePath, Sources};
    use crate::syntax;

    fn hash(options: &str, without: &[&str]) -> String {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let file = sources.add(FilePath::new("options.yml"), options.into());
        let node = syntax::parse(&sources, file, &mut sink).expect("valid YAML");
        Hashed { value: (), raw: Raw::from_node(&node).expr }.hash(without)
    }

    /// Ids in deployed stacks.
    #[test]
    fn known_hashes() {
        for (options, expected) in [
            (
                "{ cacheMethods: [GET, HEAD], minTTL: 5, defaultTTL: 60, maxTTL: 3600, disableCompression: true, cacheKeyParameters: { cookies: { whitelist: [lang] }, headers: { whitelist: [accept] }, queryString: { all: true } } }",
                "6b5d44b3",
            ),
            (
                "{ cacheMethods: [GET, HEAD, OPTIONS], minTTL: 5, defaultTTL: 60, maxTTL: 3600, disableCompression: true }",
                "9a39708d",
            ),
            (
                "{ cacheKeyParameters: { cookies: { all: true }, headers: { whitelist: [accept] }, queryString: { all: true } } }",
                "67c08b23",
            ),
            (
                "{ cacheKeyParameters: { cookies: { whitelist: [sid] }, headers: { none: true }, queryString: { whitelist: [q] } } }",
                "666ceacb",
            ),
            ("{ cacheKeyParameters: { cookies: { allExcept: [tracking] }, queryString: { none: true } } }", "3528b61"),
            (
                "{ minTTL: 0, maxTTL: 60, defaultTTL: 10, cacheKeyParameters: { headers: { whitelist: [Authorization, Accept] } } }",
                "b4f5bc6f",
            ),
            (
                "{ minTTL: 1, cacheKeyParameters: { cookies: { allExcept: [tracking] }, headers: { none: true }, queryString: { none: true } } }",
                "2871dc9b",
            ),
            ("{ cacheKeyParameters: { cookies: { all: true } } }", "7d6ca299"),
        ] {
            assert_eq!(hash(options, &[]), expected, "{options}");
        }
        let without = &["allowedMethods", "customRequestHeaders"];
        for (options, expected) in [
            (
                "{ allowedMethods: [GET, HEAD, OPTIONS], customRequestHeaders: [{ headerName: x-origin-key, value: k1 }], cookies: { none: true }, headers: { whitelist: [accept-language] }, queryString: { whitelist: [page, size] } }",
                "1e13605b",
            ),
            (
                "{ allowedMethods: [GET, HEAD, OPTIONS], cookies: { none: true }, headers: { none: true }, queryString: { none: true } }",
                "359babbf",
            ),
            (
                "{ customRequestHeaders: [{ headerName: X-From, value: cdn }], cookies: { whitelist: [sid] }, headers: { whitelist: [accept] }, queryString: { whitelist: [q] } }",
                "b4a03a96",
            ),
            ("{ queryString: { all: true }, headers: { allViewer: true }, cookies: { all: true } }", "f0aa47e3"),
            ("{ headers: { none: true }, allowedMethods: [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE] }", "85ccf7bd"),
        ] {
            assert_eq!(hash(options, without), expected, "{options}");
        }
    }

    /// Made with version 3 of the package.
    #[test]
    fn other_values() {
        assert_eq!(hash("{ a: 1.5, b: null, c: [], d: {} }", &[]), OTHER);
        assert_eq!(hash("{ ä: '€😀' }", &[]), WIDE);
    }

    const OTHER: &str = "df3556e9";
    const WIDE: &str = "1971cf4a";
}
