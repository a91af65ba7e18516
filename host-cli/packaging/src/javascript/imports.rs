//! Which packages a script asks for that goes into the archive as it is: they have to be found at run time.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use nodejs_built_in_modules::is_nodejs_builtin_module;
use oxc::allocator::Allocator;
use oxc::ast::ast::{CallExpression, Expression, ImportExpression};
use oxc::ast_visit::{Visit, walk};
use oxc::parser::Parser;
use oxc::span::SourceType;

use super::packages::package_name;

/// Packages that a JavaScript file imports or requires by a fixed name; empty for other files.
pub(crate) fn packages(path: &Path) -> BTreeSet<String> {
    let is_script = path.extension().is_some_and(|extension| matches!(extension.to_str(), Some("js" | "mjs" | "cjs")));
    let Some(source) = is_script.then(|| fs::read_to_string(path).ok()).flatten() else { return BTreeSet::new() };
    let source_type = SourceType::from_path(path).unwrap_or_default();
    packages_of(&source, source_type)
}

fn packages_of(source: &str, source_type: SourceType) -> BTreeSet<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, source_type).parse();
    let mut found = Found::default();
    for import in parsed.module_record.requested_modules.keys() {
        found.add(import.as_str());
    }
    found.visit_program(&parsed.program);
    found.0
}

#[derive(Default)]
struct Found(BTreeSet<String>);

impl Found {
    fn add(&mut self, import: &str) {
        if !is_nodejs_builtin_module(import) {
            self.0.extend(package_name(import).map(str::to_owned));
        }
    }
}

impl<'a> Visit<'a> for Found {
    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        if let Some(import) = call.common_js_require() {
            self.add(import.value.as_str());
        }
        walk::walk_call_expression(self, call);
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        if let Expression::StringLiteral(name) = &import.source {
            self.add(name.value.as_str());
        }
        walk::walk_import_expression(self, import);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_import_is_found() {
        let source = "import a from 'a'; export * from '@b/b/x'; const fs = require('fs'), c = () => require('c/d');
            import('e'); require(name); import './own.js'; import 'node:path';";
        let found: Vec<_> = packages_of(source, SourceType::mjs()).into_iter().collect();
        assert_eq!(found, ["@b/b", "a", "c", "e"]);
    }
}
