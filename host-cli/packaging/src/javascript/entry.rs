//! The entry file of a function: what it exports, and the few lines put in front of it so that the handler Lambda asks for is there. Lambda
//! calls `index.default` unless the config names a function; entries that export only `handler` get it as default too.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oxc::allocator::Allocator;
use oxc::parser::Parser;
use oxc::span::SourceType;
use oxc::syntax::module_record::{ExportEntry, ExportExportName, ExportImportName, ExportLocalName, ImportImportName};

use crate::error::{Outcome, Place, Problem};
use crate::job::ModuleFormat;

/// Name of the module that stands in front of the entry. The zero byte keeps it apart from files.
pub(crate) const WRAPPER: &str = "\0stacktape/entry.js";

/// Extensions of entry files.
pub(crate) const EXTENSIONS: [&str; 8] = ["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts"];

/// What can be known of an entry's exports without running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exports {
    /// ES module: the exported names, and whether `export *` adds more.
    Module { names: BTreeSet<String>, stars: bool },
    /// CommonJS: known when it runs.
    CommonJs,
}

/// Reads the exports of an entry file.
pub(crate) fn exports(path: &Path) -> Outcome<Exports> {
    let source = fs::read_to_string(path).map_err(|error| Problem::io("read", path, &error))?;
    Ok(exports_of(&source, path))
}

fn exports_of(source: &str, path: &Path) -> Exports {
    let allocator = Allocator::default();
    // Syntax errors are the bundler's to report.
    let source_type = SourceType::from_path(path).unwrap_or_default();
    let parsed = Parser::new(&allocator, source, source_type).parse();
    let record = &parsed.module_record;
    if !record.has_module_syntax {
        return Exports::CommonJs;
    }
    let entries = record.local_export_entries.iter().chain(&record.indirect_export_entries);
    let name = |entry: &ExportEntry<'_>| match &entry.export_name {
        _ if entry.is_type => None,
        ExportExportName::Name(name) => Some(name.name.to_string()),
        ExportExportName::Default(_) => Some("default".to_owned()),
        ExportExportName::Null => None,
    };
    Exports::Module { names: entries.filter_map(name).collect(), stars: !record.star_export_entries.is_empty() }
}

/// Whether the TypeScript file at `path` exports `name` of another module again, directly or by an import and an export.
pub(crate) fn exports_again(path: &Path, name: &str) -> bool {
    let is_typescript = path.extension().is_some_and(|extension| extension.to_string_lossy().contains("ts"));
    let Some(source) = is_typescript.then(|| fs::read_to_string(path).ok()).flatten() else { return false };
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &source, SourceType::from_path(path).unwrap_or_default()).parse();
    let record = &parsed.module_record;
    let again =
        |entry: &ExportEntry<'_>| matches!(&entry.import_name, ExportImportName::Name(found) if found.name == name);
    let imported = |local: &str| {
        record.import_entries.iter().any(|entry| {
            entry.local_name.name == local
                && matches!(&entry.import_name, ImportImportName::Name(found) if found.name == name)
        })
    };
    record.indirect_export_entries.iter().any(again)
        || record
            .local_export_entries
            .iter()
            .any(|entry| matches!(&entry.local_name, ExportLocalName::Name(local) if imported(local.name.as_str())))
}

/// Source of the module in front of the entry; none when the entry can be used as it is.
pub(crate) fn wrapper(exports: &Exports, entry: &Path, format: ModuleFormat, handler: Option<&str>) -> Option<String> {
    let entry = serde_json::Value::from(entry.to_string_lossy()).to_string();
    match exports {
        Exports::Module { names, .. } if names.contains("default") => None,
        Exports::Module { names, .. } if names.contains("handler") => {
            Some(format!("export * from {entry};\nexport {{ handler as default }} from {entry};\n"))
        }
        Exports::Module { stars: true, .. } => {
            Some(format!("export * from {entry};\nimport * as entry from {entry};\nexport default entry.handler;\n"))
        }
        Exports::Module { .. } => None,
        Exports::CommonJs if format == ModuleFormat::Cjs => Some(format!(
            "const entry = require({entry});\n\
             module.exports = Object.create(Object(entry), {{ default: {{ enumerable: true, value: {PICK} }} }});\n"
        )),
        Exports::CommonJs => {
            let named = handler.filter(|name| !matches!(*name, "default" | "handler"));
            let named = named.map(|name| {
                let name = serde_json::Value::from(name);
                format!("const named = entry[{name}];\nexport {{ named as {name} }};\n")
            });
            Some(format!(
                "const entry = require({entry});\nexport default {PICK};\nexport const handler = entry.handler;\n{}",
                named.unwrap_or_default()
            ))
        }
    }
}

/// What of a CommonJS module is its handler: the module itself, its default export or its `handler`.
const PICK: &str = "typeof entry === \"function\" ? entry : entry.default ?? entry.handler";

/// Checks that the function Lambda will ask for is exported, where that can be known. `bundled` are the exports of the finished bundle.
pub(crate) fn check(
    exports: &Exports,
    bundled: &BTreeSet<String>,
    entry: &str,
    handler: Option<&str>,
) -> Result<(), Problem> {
    let Exports::Module { names, .. } = exports else { return Ok(()) };
    let place = Place { file: entry.to_owned(), line: 1, column: 1 };
    let mut exported: Vec<String> =
        bundled.iter().filter(|name| *name != "default").map(|name| format!("`{name}`")).collect();
    if names.contains("default") {
        exported.insert(0, "a default".to_owned());
    }
    let exported = if exported.is_empty() { "nothing".to_owned() } else { exported.join(", ") };
    match handler {
        Some(handler) if handler != "default" => {
            if bundled.contains(handler) {
                return Ok(());
            }
            Err(Problem::new(format!(
                "the entry file does not export `{handler}` (handlerFunction); it exports {exported}"
            ))
            .at(place)
            .hint(match names.contains("default") {
                true => format!("leave handlerFunction out to use the default export, or export `{handler}`"),
                false => format!("export `{handler}`, or set handlerFunction to the name of an exported function"),
            }))
        }
        _ if names.contains("default") || bundled.contains("handler") => Ok(()),
        _ => Err(Problem::new(format!(
            "the entry file has no default export and no export `handler`; it exports {exported}"
        ))
        .at(place)
        .hint("export the function as default, or set handlerFunction to the name of an exported function")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str, path: &str) -> Exports {
        exports_of(source, Path::new(path))
    }

    #[test]
    fn exports_are_read() {
        let names =
            |list: &[&str], stars| Exports::Module { names: list.iter().map(|s| (*s).to_owned()).collect(), stars };
        assert_eq!(of("export const handler = async () => {};", "a.ts"), names(&["handler"], false));
        assert_eq!(of("export default 1; export * from './b'", "a.ts"), names(&["default"], true));
        assert_eq!(
            of("import x from 'y'; export { x as handler, x as 'a-b' };", "a.mjs"),
            names(&["a-b", "handler"], false)
        );
        assert_eq!(
            of("export type Event = {}; export interface X {}\nexport const f = 1", "a.ts"),
            names(&["f"], false)
        );
        assert_eq!(of("exports.handler = () => {}", "a.js"), Exports::CommonJs);
        assert_eq!(of("module.exports = async () => {}", "a.cjs"), Exports::CommonJs);
    }

    #[test]
    fn exports_of_imports_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ts");
        fs::write(
            &path,
            "export { A as B } from './x'; import { C as D } from './y'; export { D }; export const E = 1;",
        )
        .unwrap();
        let again: Vec<_> = ["A", "B", "C", "D", "E"].into_iter().filter(|name| exports_again(&path, name)).collect();
        assert_eq!(again, ["A", "C"]);
    }

    #[test]
    fn missing_handlers_are_explained() {
        let exports = of("export const main = 1", "a.ts");
        let bundled = BTreeSet::from(["main".to_owned()]);
        assert!(check(&exports, &bundled, "a.ts", Some("main")).is_ok());
        let problem = check(&exports, &bundled, "a.ts", None).unwrap_err();
        assert_eq!(problem.message, "the entry file has no default export and no export `handler`; it exports `main`");
        assert!(check(&exports, &bundled, "a.ts", Some("mian")).is_err());
        let exports = of("export default 1", "a.ts");
        let problem = check(&exports, &BTreeSet::from(["default".to_owned()]), "a.ts", Some("main")).unwrap_err();
        assert_eq!(problem.message, "the entry file does not export `main` (handlerFunction); it exports a default");
        assert!(problem.hint.unwrap().starts_with("leave handlerFunction out"));
    }
}
