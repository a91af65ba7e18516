//! Every YAML case, converted to TypeScript and evaluated in the sandbox, gives the same template, byte for byte.

mod common;

use common::Fixture;
use serde_json::json;
use stacktape_compiler::convert::to_typescript;
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::template::to_yaml;
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Evaluated, Input, compile};
use stacktape_tests::DiskWorld;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The program, and the files beside the case.
struct Beside {
    program: Arc<str>,
    case: DiskWorld,
}

impl World for Beside {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        if file.as_str() == "stacktape.ts" { Some(self.program.clone()) } else { self.case.source(file) }
    }

    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.case.fact(key)
    }
}

#[test]
fn the_same_template_from_typescript() {
    let mut compared = 0;
    for case in stacktape_tests::cases().into_iter().filter(|case| !case.is_program()) {
        let Some(expected) = case.compile().template.map(|t| to_yaml(&t)) else { continue };
        let text = std::fs::read_to_string(case.config()).unwrap();
        let name = case.config().file_name().unwrap().to_string_lossy().into_owned();
        let converted = to_typescript(&name, &text);
        let Some(program) = converted.text else { panic!("{}: {:?}", case.name, converted.diagnostics) };
        let fixture = Fixture::new(&[("stacktape.ts", &program)]);
        let target = case.target();
        let params = json!({ "projectName": target.project_name, "stage": target.stage, "region": target.region });
        let sandbox = fixture.sandbox("");
        let evaluated = sandbox.evaluate(&fixture.root().join("stacktape.ts"), "stacktape.ts", &params);
        let evaluated = evaluated.unwrap_or_else(|problem| panic!("{}: {problem}\n{program}", case.name));
        let facts = FactsFile::parse(&std::fs::read_to_string(case.facts()).unwrap()).unwrap();
        let input = Input {
            config: FilePath::new("stacktape.ts"),
            target,
            cli_args: BTreeMap::new(),
            evaluated: Some(Evaluated { text: &evaluated, transforms: &sandbox }),
        };
        let world = Beside {
            program: program.as_str().into(),
            case: DiskWorld { root: case.folder.clone(), facts: Some(facts) },
        };
        let compiled = compile(&input, &world);
        let template = compiled.template.as_ref().map(to_yaml);
        assert_eq!(
            template.as_deref(),
            Some(expected.as_str()),
            "{}\n{program}\n{:?}",
            case.name,
            compiled.diagnostics
        );
        compared += 1;
    }
    assert!(compared > 100, "only {compared} cases were compared");
}
