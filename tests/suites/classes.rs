//! The classes of TypeScript configs cover the language: every resource type has one, every class stands for something, every directive is a function.

use stacktape_compiler::describe::Body;
use stacktape_compiler::directives::DIRECTIVES;
use stacktape_compiler::resources::{REGISTRY, classes::CLASSES};
use stacktape_compiler::schema;
use std::collections::BTreeSet;

#[test]
fn every_resource_type_has_one_class() {
    let types = REGISTRY.kinds.iter().map(|row| row.type_name).chain(REGISTRY.later.iter().copied());
    let classes: Vec<&str> = CLASSES.resources.iter().map(|class| class.kind).collect();
    let covered: BTreeSet<&str> = classes.iter().copied().collect();
    assert_eq!(covered.len(), classes.len(), "two classes stand for one type");
    assert_eq!(covered, types.collect());
}

#[test]
fn no_name_stands_for_two_classes() {
    let names = CLASSES.resources.iter().map(|class| class.name).chain(CLASSES.parts.iter().map(|class| class.name));
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "{name} stands twice");
    }
}

#[test]
fn every_part_is_a_member_of_its_unions() {
    let language = schema::language();
    for class in CLASSES.parts {
        let mut member = class.unions.is_empty();
        for union in class.unions {
            let found = language.types.get(*union).map(|definition| &definition.body);
            let Some(Body::Union { variants, .. }) = found else { panic!("{}: there is no union {union}", class.name) };
            member |= variants.iter().any(|variant| variant.name == class.tag);
        }
        // A connection to AWS IoT is of a later version.
        assert!(member || class.tag == "iot", "{}: no union has `{}`", class.name, class.tag);
    }
}

#[test]
fn every_directive_is_a_function() {
    let folder = stacktape_tests::project_folder().join("npm/src");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let (functions, exports, types) = (read("directives.js"), read("index.js"), read("authoring.d.ts"));
    for directive in DIRECTIVES {
        let name = directive.name;
        assert!(functions.contains(&format!("export const ${name} = ")), "directives.js has no ${name}");
        assert!(exports.contains(&format!("  ${name},\n")), "index.js does not export ${name}");
        assert!(types.contains(&format!("export declare function ${name}(")), "authoring.d.ts has no ${name}");
    }
}
