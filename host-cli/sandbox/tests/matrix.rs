//! The same config in every module system and layout gives the same result.

mod common;

use common::Fixture;
use serde_json::{Value, json};

/// What every layout below gives.
fn expected() -> Value {
    json!({ "resources": { "jobs": { "type": "sqs-queue", "properties": { "fifoEnabled": true } } },
        "variables": { "size": 512, "name": "demo-dev", "shared": "shared", "greet": "hello x", "version": "1.2.3", "default": "d" } })
}

const ES: &str = "import { SqsQueue } from 'stacktape';
import { size } from './lib/size';
import sizes from './lib/sizes.json';
import greet, { version } from 'greeter';
import fallback from 'old-style';
import { shared } from 'SHARED';
import { readFileSync } from 'fs';
export default ({ projectName, stage }) => ({
  resources: { jobs: new SqsQueue({ fifoEnabled: JSON.parse(readFileSync(__dirname + '/lib/flag.json', 'utf8')) }) },
  variables: { size: size + sizes.extra, name: `${projectName}-${stage}`, shared, greet: greet('x'), version, default: fallback.name }
});
";

const COMMON: &str = "const { SqsQueue } = require('stacktape');
const { size } = require('./lib/size');
const sizes = require('./lib/sizes.json');
const greet = require('greeter');
const fallback = require('old-style');
const { shared } = require('SHARED');
const { readFileSync } = require('node:fs');
module.exports = ({ projectName, stage }) => ({
  resources: { jobs: new SqsQueue({ fifoEnabled: JSON.parse(readFileSync(__dirname + '/lib/flag.json', 'utf8')) }) },
  variables: { size: size + sizes.extra, name: `${projectName}-${stage}`, shared, greet: greet('x'), version: greet.version, default: fallback.name }
});
";

/// The files that every layout has.
fn base() -> Fixture {
    Fixture::new(&[
        ("lib/sizes.json", "{\"extra\": 12}"),
        ("lib/flag.json", "true"),
        // A CommonJS package with a function and a property, one with a file that only `exports` names, and one with a default in both systems.
        ("node_modules/greeter/package.json", "{\"name\": \"greeter\", \"main\": \"./lib/main\"}"),
        (
            "node_modules/greeter/lib/main.js",
            "const { word } = require('./word'); module.exports = (name) => `${word} ${name}`; module.exports.version = '1.2.3';",
        ),
        ("node_modules/greeter/lib/word.js", "exports.word = 'hello';"),
        (
            "node_modules/old-style/package.json",
            "{\"name\": \"old-style\", \"exports\": {\".\": {\"import\": \"./es.mjs\", \"require\": \"./common.cjs\"}}}",
        ),
        ("node_modules/old-style/es.mjs", "export default { name: 'd' };"),
        ("node_modules/old-style/common.cjs", "module.exports = { name: 'd' };"),
        ("src/shared/index.ts", "export const shared: string = 'shared';"),
    ])
}

#[track_caller]
fn same(fixture: &Fixture, config: &str) {
    match fixture.evaluate(config) {
        Ok(evaluated) => assert_eq!(evaluated["config"], expected(), "{config}"),
        Err(problem) => panic!("{config}: {problem}"),
    }
}

#[test]
fn module_systems_and_endings() {
    let size_es = "export const size = 500;";
    let size_common = "exports.size = 500;";
    for manifest in ["{}", "{\"type\": \"module\"}", "{\"type\": \"commonjs\"}"] {
        for (config, text) in [
            ("stacktape.ts", ES),
            ("stacktape.mts", ES),
            ("stacktape.js", ES),
            ("stacktape.mjs", ES),
            ("stacktape.cts", COMMON),
            ("stacktape.cjs", COMMON),
            ("stacktape.js", COMMON),
            ("stacktape.ts", COMMON),
        ] {
            let module = manifest.contains("\"module\"");
            if module && text == COMMON && !config.ends_with("cts") && !config.ends_with("cjs") {
                continue;
            }
            for (sibling, size) in
                [("size.ts", size_es), ("size.js", size_es), ("size.mjs", size_es), ("size.cjs", size_common)]
            {
                let fixture = base();
                fixture.write("package.json", manifest);
                fixture.write(&format!("lib/{sibling}"), size);
                fixture.write(config, &text.replace("SHARED", "./src/shared"));
                same(&fixture, config);
            }
        }
    }
}

#[test]
fn tsconfig_settings_do_not_change_the_result() {
    for module in ["commonjs", "esnext", "node16", "nodenext", "preserve", "es2022"] {
        for resolution in ["node", "node16", "nodenext", "bundler", "classic"] {
            let fixture = base();
            fixture.write("lib/size.ts", "export const size = 500;");
            fixture.write("tsconfig.json", &format!("{{ // comments are allowed\n \"compilerOptions\": {{ \"module\": \"{module}\", \"moduleResolution\": \"{resolution}\", \"verbatimModuleSyntax\": false, }} }}"));
            fixture.write("stacktape.ts", &ES.replace("SHARED", "./src/shared"));
            same(&fixture, "stacktape.ts");
        }
    }
}

#[test]
fn tsconfig_paths_and_extends() {
    for (tsconfig, more) in [
        ("{ \"compilerOptions\": { \"paths\": { \"@app/*\": [\"./src/*\"] } } }", ("", "")),
        ("{ \"compilerOptions\": { \"baseUrl\": \"./src\", \"paths\": { \"@app/*\": [\"*\"] } } }", ("", "")),
        (
            "{ \"extends\": \"./config/base.json\" }",
            ("config/base.json", "{ \"compilerOptions\": { \"paths\": { \"@app/*\": [\"../src/*\"] } } }"),
        ),
        (
            "{ \"extends\": [\"@team/tsconfig/base.json\"], \"compilerOptions\": { \"paths\": { \"@app/*\": [\"./src/*\"] } } }",
            ("node_modules/@team/tsconfig/base.json", "{ \"compilerOptions\": { \"strict\": true } }"),
        ),
    ] {
        let fixture = base();
        fixture.write("lib/size.ts", "export const size = 500;");
        fixture.write("tsconfig.json", tsconfig);
        if !more.0.is_empty() {
            fixture.write(more.0, more.1);
        }
        fixture.write("stacktape.ts", &ES.replace("SHARED", "@app/shared"));
        same(&fixture, "stacktape.ts");
    }
}

#[cfg(unix)]
#[test]
fn workspaces() {
    let fixture = base();
    fixture.write("package.json", "{\"workspaces\": [\"packages/*\", \"services/*\"]}");
    fixture.write(
        "packages/shared/package.json",
        "{\"name\": \"@team/shared\", \"exports\": {\".\": {\"types\": \"./index.ts\", \"default\": \"./index.ts\"}}}",
    );
    fixture.write("packages/shared/index.ts", "export const shared: string = 'shared';");
    std::fs::create_dir_all(fixture.root().join("node_modules/@team")).unwrap();
    std::os::unix::fs::symlink("../../packages/shared", fixture.root().join("node_modules/@team/shared")).unwrap();
    for (file, text) in
        [("lib/size.ts", "export const size = 500;"), ("lib/sizes.json", "{\"extra\": 12}"), ("lib/flag.json", "true")]
    {
        fixture.write(&format!("services/a/{file}"), text);
    }
    fixture.write("services/a/stacktape.ts", &ES.replace("SHARED", "@team/shared"));
    same(&fixture, "services/a/stacktape.ts");
}

#[test]
fn the_systems_meet() {
    let fixture = base();
    // An ES module that CommonJS requires, a circle of CommonJS modules, JSON with and without attributes, top-level await, `import =`.
    fixture.write("a.cjs", "exports.early = 1; const b = require('./b.cjs'); exports.all = [b.early, require('./es.mjs').named, typeof require('./es.mjs').default];");
    fixture.write("b.cjs", "const a = require('./a.cjs'); exports.early = a.early + 1;");
    fixture.write("es.mjs", "export const named = 'n'; export default () => 1;");
    fixture.write("later.ts", "export const later: string = await Promise.resolve('later');");
    fixture.write("transpiled.js", "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'default of'; exports.class = 'reserved';");
    fixture.write("stacktape.ts", "import a from './a.cjs';
import { later } from './later';
import attributes from './lib/sizes.json' with { type: 'json' };
import { extra } from './lib/sizes.json';
import transpiled, { class as reserved } from './transpiled.js';
import path = require('node:path');
export default { resources: {}, variables: { out: [a.all, later, attributes.extra, extra, transpiled, reserved, path.sep, (await import('./es.mjs')).named] } };
");
    let evaluated = fixture.evaluate("stacktape.ts").unwrap();
    assert_eq!(
        evaluated["config"]["variables"]["out"],
        json!([[2, "n", "function"], "later", 12, 12, "default of", "reserved", "/", "n"])
    );
    fixture.write("stacktape.cjs", "module.exports = { resources: {}, variables: { x: require('./later').later } };");
    assert_eq!(fixture.evaluate("stacktape.cjs").unwrap()["config"]["variables"]["x"], json!("later"));
    fixture.write("later.ts", "export const later = await new Promise(() => {});");
    let problem = fixture.evaluate("stacktape.cjs").unwrap_err();
    assert!(problem.message.contains("waits at its top level"), "{problem:?}");
}
