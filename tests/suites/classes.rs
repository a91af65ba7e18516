//! The classes of TypeScript configs cover the language: every resource type has one, every class stands for something, every directive is a function.

use stacktape_compiler::describe::Body;
use stacktape_compiler::diagnostics::Code;
use stacktape_compiler::directives::DIRECTIVES;
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::naming::{builder_kind, builders_of};
use stacktape_compiler::resources::REGISTRY;
use stacktape_compiler::resources::classes::{CHILDREN, CLASSES};
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Input, compile, schema};
use stacktape_tests::{Case, DiskWorld, config_json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// A case whose config asks every resource for a parameter that none has, so that the answers list those that there are.
struct Asking {
    disk: DiskWorld,
    config: Arc<str>,
}

impl World for Asking {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        if file.as_str() == "asking.json" { Some(self.config.clone()) } else { self.disk.source(file) }
    }

    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.disk.fact(key)
    }
}

/// The parameters of the resources of a case, by type.
fn parameters(case: &Case) -> Option<Vec<(String, String)>> {
    let mut config = config_json(&std::fs::read_to_string(case.config()).ok()?)?;
    let resources = config.get("resources")?.as_object()?.clone();
    let ask = |name: &String| serde_json::json!({ "name": name, "value": format!("$ResourceParam('{name}', 'zzzzzzzzzzzz')") });
    let outputs: Vec<serde_json::Value> = resources.keys().map(ask).collect();
    config.as_object_mut()?.insert("stackConfig".into(), serde_json::json!({ "outputs": outputs }));
    let facts = FactsFile::parse(&std::fs::read_to_string(case.facts()).ok()?).ok();
    let world = Asking { disk: DiskWorld { root: case.folder.clone(), facts }, config: config.to_string().into() };
    let input = Input {
        config: FilePath::new("asking.json"),
        target: case.target(),
        cli_args: BTreeMap::new(),
        evaluated: None,
    };
    let mut found = vec![];
    for d in compile(&input, &world).diagnostics.iter().filter(|d| d.code == Code::UNKNOWN_PARAM) {
        let kind = d.message.split(['(', ')']).nth(1).unwrap_or_default().to_string();
        let hint = d.hints.first().map(ToString::to_string).unwrap_or_default();
        let names = hint.strip_prefix("it has: ").unwrap_or_default().split(", ").filter(|name| !name.is_empty());
        found.extend(names.map(|name| (kind.clone(), name.to_string())));
    }
    Some(found)
}

#[test]
fn every_parameter_is_a_property_of_its_class() {
    let found: BTreeSet<(String, String)> =
        stacktape_tests::cases().iter().filter(|c| !c.is_program()).filter_map(parameters).flatten().collect();
    assert!(found.len() > 40, "only {} parameters found", found.len());
    for (kind, name) in &found {
        let class = CLASSES.resources.iter().find(|class| class.kind == kind);
        let Some(class) = class else { panic!("no class for {kind}") };
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let has = class.params.iter().any(|group| group.iter().any(|p| p == name || p.strip_suffix('#') == Some(stem)));
        assert!(has, "{} has no `{name}`", class.name);
    }
}

/// The names in `children.txt` are what the types of `overrides` and `transforms` allow: a child that a case makes must be found by one of them.
#[test]
fn every_named_child_is_in_the_types() {
    let rows = CHILDREN.lines().filter_map(|line| line.split_once(' '));
    let listed: BTreeMap<&str, Vec<&str>> = rows.map(|(kind, names)| (kind, names.split(' ').collect())).collect();
    for (kind, names) in &listed {
        assert!(REGISTRY.kinds.iter().any(|row| row.type_name == *kind), "there is no type {kind}");
        let unknown: Vec<&&str> = names.iter().filter(|name| builder_kind(name).is_none()).collect();
        assert!(unknown.is_empty(), "{kind}: there are no builders {unknown:?}");
    }
    let mut missing = BTreeSet::new();
    let mut seen = 0;
    for case in stacktape_tests::cases() {
        let Some(config) = std::fs::read_to_string(case.config()).ok().and_then(|text| config_json(&text)) else {
            continue;
        };
        let compiled = case.compile();
        let Some(template) = &compiled.template else { continue };
        for (id, origin) in &compiled.plan.origins {
            let Some(resource) = origin.resource.as_deref().and_then(|name| name.split('.').next()) else { continue };
            let Some(kind) = config["resources"][resource]["type"].as_str() else { continue };
            let Some(made) = template.resources.get(id) else { continue };
            let names = builders_of(resource, id, &made.kind);
            seen += names.len();
            // A name finds what it makes, and the only child of that CloudFormation type.
            let found = |name: &&str| builder_kind(name) == made.kind.strip_prefix("AWS::");
            if !names.is_empty() && !listed.get(kind).is_some_and(|all| all.iter().any(found)) {
                missing.insert(format!("{kind} makes {id}, a {}: {}", made.kind, names.join(" or ")));
            }
        }
    }
    assert!(seen > 500, "only {seen} children have names");
    let lines: Vec<&str> = missing.iter().map(String::as_str).collect();
    assert!(
        lines.is_empty(),
        "add one name of each to compiler-core/src/resources/children.txt:\n{}",
        lines.join("\n")
    );
}
