//! Installed packages, CommonJS ones above all: what they give in the sandbox is what they give in Node.

mod common;

use common::Fixture;
use serde_json::Value;
use std::process::Command;

/// Packages as they are published, one peculiarity each.
const FILES: &[(&str, &str)] = &[
    ("node_modules/fn/package.json", r#"{ "name": "fn", "version": "1.0.0" }"#),
    ("node_modules/fn/index.js", "module.exports = function (x) { return 'fn ' + x; };\nmodule.exports.helper = 1;"),
    ("node_modules/marked/package.json", r#"{ "name": "marked", "main": "lib" }"#),
    (
        "node_modules/marked/lib/index.js",
        "Object.defineProperty(exports, '__esModule', { value: true });\nexports.named = 'n';\nexports.default = 'd';",
    ),
    ("node_modules/klass/package.json", r#"{ "main": "./klass" }"#),
    ("node_modules/klass/klass.js", "class Klass { get ok() { return this instanceof Klass; } }\nmodule.exports = Klass;"),
    (
        "node_modules/mapped/package.json",
        r##"{ "name": "mapped", "version": "2.1.0", "type": "commonjs",
            "imports": { "#secret": "./lib/secret.js" },
            "exports": {
              ".": { "types": "./index.d.ts", "browser": "./browser.js", "node": { "import": "./node.mjs", "require": "./node.cjs" }, "default": "./browser.js" },
              "./feature": { "import": "./feature.mjs", "default": "./feature.js" },
              "./features/*": "./lib/*.js",
              "./features/hidden/*": null,
              "./data.json": "./data.json",
              "./self": "./self.js",
              "./package.json": "./package.json" } }"##,
    ),
    ("node_modules/mapped/node.mjs", "export default 'node import'; export const kind = 'es';"),
    ("node_modules/mapped/node.cjs", "module.exports = 'node require';"),
    ("node_modules/mapped/browser.js", "module.exports = 'browser';"),
    ("node_modules/mapped/feature.mjs", "export default 'feature import';"),
    ("node_modules/mapped/feature.js", "module.exports = 'feature require';"),
    ("node_modules/mapped/lib/one.js", "exports.one = 1;"),
    ("node_modules/mapped/lib/hidden/two.js", "exports.two = 2;"),
    ("node_modules/mapped/lib/secret.js", "module.exports = 'secret ' + __filename.split('/').slice(-2).join('/');"),
    ("node_modules/mapped/data.json", r#"{ "a": [1, null] }"#),
    ("node_modules/mapped/self.js", "exports.self = require('mapped/features/one').one; exports.secret = require('#secret');"),
    // Two versions of one package.
    ("node_modules/outer/index.js", "exports.inner = require('inner').version; exports.deep = require('./sub/deep');"),
    ("node_modules/outer/sub/deep.js", "module.exports = require('inner/version.js') + require.resolve('inner').split('node_modules/').length;"),
    ("node_modules/outer/node_modules/inner/index.js", "exports.version = require('./version');"),
    ("node_modules/outer/node_modules/inner/version.js", "module.exports = '1';"),
    ("node_modules/inner/index.js", "exports.version = require('./version');"),
    ("node_modules/inner/version.js", "module.exports = '2';"),
    // Folders, missing extensions, sources beside what was made of them.
    ("node_modules/shapes/package.json", r#"{ "main": "./dist/main", "module": "./dist/main.mjs" }"#),
    ("node_modules/shapes/dist/main.js", "exports.list = [require('./file'), require('./folder'), require('./folder/'), require('./data'), require('./both').from];"),
    ("node_modules/shapes/dist/main.ts", "export const list = ['the source'];"),
    ("node_modules/shapes/dist/main.mjs", "export const list = ['for bundlers'];"),
    ("node_modules/shapes/dist/file.js", "module.exports = 'file';"),
    ("node_modules/shapes/dist/folder/index.js", "module.exports = 'folder';"),
    ("node_modules/shapes/dist/data.json", r#""data""#),
    ("node_modules/shapes/dist/both.js", "exports.from = 'js';"),
    ("node_modules/shapes/dist/both.ts", "export const from = 'ts';"),
    // Circles: each sees what the other has exported so far.
    ("node_modules/circle/index.js", "exports.first = 1; const b = require('./b'); exports.seen = b.seen; exports.same = b.a() === exports;"),
    ("node_modules/circle/b.js", "const a = require('./index'); exports.seen = Object.keys(a); exports.a = () => require('.');"),
    // What a module finds around itself.
    (
        "node_modules/around/index.js",
        "exports.list = [this === exports, arguments.length, typeof require.resolve, require.main === module, module.exports === exports, module.id.endsWith('around/index.js'),
          module.loaded, (function () { return this === globalThis })(), typeof __dirname, require('path').basename(__dirname)];\nif (exports.list) return;\nexports.never = 1;",
    ),
    ("node_modules/getter/index.js", "Object.defineProperty(exports, 'lazy', { enumerable: true, get: () => 'lazy' });\nexports.class = 'reserved'; exports['not-a-name'] = 1;"),
    ("node_modules/throws/index.js", "globalThis.throwsRuns = (globalThis.throwsRuns ?? 0) + 1; throw new TypeError('at load');"),
    ("node_modules/nothing/index.js", "module.exports = null;"),
    ("node_modules/star/index.js", "const all = require('./more'); for (const k in all) exports[k] = all[k]; __exportStar(require('./more'), exports);\nfunction __exportStar(m, e) { Object.assign(e, m); }"),
    ("node_modules/star/more.js", "exports.more = 'more';"),
    ("node_modules/es-only/package.json", r#"{ "type": "module", "exports": "./index.js" }"#),
    ("node_modules/es-only/index.js", "import fn, { helper } from 'fn';\nimport { createRequire } from 'node:module';\nexport default [fn('x'), helper, createRequire(import.meta.url)('inner').version, import.meta.url.endsWith('es-only/index.js')];"),
    ("node_modules/@team/scoped/index.js", "module.exports = { scoped: true, version: require('./package.json').version };"),
    ("node_modules/@team/scoped/package.json", r#"{ "version": "3.0.0" }"#),
    ("node_modules/bom/index.js", "\u{feff}module.exports = 'bom';"),
    ("local.json", r#"{ "local": true }"#),
];

/// Expressions of an ES module.
const IMPORTS: &[&str] = &[
    "fn('x')",
    "fnAll.helper",
    "typeof marked === 'object' && marked.default",
    "markedAll.named",
    "new Klass().ok",
    "mapped",
    "mappedAll.kind",
    "(await import('mapped/feature')).default",
    "(await import('mapped/features/one')).one",
    "(await import('mapped/self')).default",
    "await import('mapped/features/hidden/two').then(() => 'found', () => 'refused')",
    "await import('mapped/lib/one.js').then(() => 'found', () => 'refused')",
    "await import('mapped/node.cjs').then(() => 'found', () => 'refused')",
    "(await import('outer')).default",
    "(await import('shapes')).list",
    "(await import('circle')).default.seen",
    "(await import('circle')).default.same",
    "(await import('around')).list",
    "(await import('getter')).default.lazy",
    "(await import('getter')).class",
    "Object.keys((await import('getter')).default)",
    "await import('throws').catch((error) => `${error}`)",
    "await import('throws').catch((error) => `${error}`)",
    "(await import('nothing')).default",
    "(await import('star')).default",
    "(await import('es-only')).default",
    "(await import('@team/scoped')).default",
    "createRequire(import.meta.url)('mapped')",
    "createRequire(import.meta.url)('./local.json')",
    "createRequire(import.meta.url)('mapped/data.json')",
    "await import('none').catch((error) => error.code ?? 'ERR_MODULE_NOT_FOUND')",
];

/// Expressions of a CommonJS module.
const REQUIRES: &[&str] = &[
    "require('fn')('x')",
    "require('fn').helper",
    "require('marked')",
    "new (require('klass'))().ok",
    "require('mapped')",
    "require('mapped/feature')",
    "require('mapped/features/one')",
    "require('mapped/data.json')",
    "require('mapped/package.json').version",
    "require('mapped/self')",
    "attempt(() => require('mapped/features/hidden/two'))",
    "attempt(() => require('mapped/lib/one.js'))",
    "attempt(() => require('mapped/lib/one'))",
    "require('outer')",
    "require('shapes').list",
    "require('circle').seen",
    "require('around').list",
    "require('nothing')",
    "require('star')",
    "require('@team/scoped')",
    "require('./local')",
    "require('bom')",
    "require('fn') === require('fn/index.js') && require('fn') === require('./node_modules/fn')",
    "attempt(() => require('throws')) + attempt(() => require('throws')) + globalThis.throwsRuns",
    "attempt(() => require('none'))",
    "attempt(() => require('./none'))",
    "require.resolve('fn').endsWith('/node_modules/fn/index.js')",
    "attempt(() => require.resolve('none'))",
    "typeof require('events').EventEmitter.prototype.on + (require('events') === require('events').EventEmitter)",
    "require('node:path') === require('path')",
    "(() => { const { inherits } = require('util'); function A() {} function B() {} B.prototype.b = 1; inherits(A, B); return new A().b })()",
    "require('os').EOL + typeof require('fs').promises.readFile + typeof require('assert').strictEqual",
    "[require('buffer').Buffer.from('x').length, require('url').pathToFileURL('/a b').href, require('url').parse('https://a.b/c?d=1').pathname]",
];

const HEAD: &str = "import fn, * as fnAll from 'fn';
import marked, * as markedAll from 'marked';
import Klass from 'klass';
import mapped, * as mappedAll from 'mapped';
import { createRequire } from 'node:module';
";

/// What Node makes of a program of the project.
fn in_node(fixture: &Fixture, file: &str) -> Value {
    let script = format!(
        "import('./{file}').then(({{ default: config }}) => console.log(JSON.stringify(config.variables.out)))"
    );
    let output = Command::new("node").args(["--no-warnings", "-e", &script]).current_dir(fixture.root()).output();
    let output = output.expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn same_as_node(file: &str, head: &str, expressions: &[&str], export: &str) {
    let fixture = Fixture::new(FILES);
    fixture.write(
        file,
        &format!("{head}{export} {{ resources: {{}}, variables: {{ out: [\n{}\n] }} }};\n", expressions.join(",\n")),
    );
    let ours = fixture.evaluate(file).unwrap_or_else(|problem| panic!("{problem}"));
    let ours = ours["config"]["variables"]["out"].as_array().unwrap().clone();
    let node = in_node(&fixture, file).as_array().unwrap().clone();
    assert_eq!(ours.len(), expressions.len());
    let wrong: Vec<String> = (0..expressions.len())
        .filter(|at| ours[*at] != node[*at])
        .map(|at| format!("{}\n  here: {}\n  Node: {}", expressions[at], ours[at], node[at]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imported_packages_are_as_in_node() {
    same_as_node("stacktape.mjs", HEAD, IMPORTS, "export default");
}

#[test]
fn required_packages_are_as_in_node() {
    let attempt = "const attempt = (call) => { try { call(); return 'found' } catch (error) { return error.code ?? `${error}` } };\n";
    same_as_node("stacktape.cjs", attempt, REQUIRES, "module.exports =");
}

#[test]
fn what_cannot_be_required_is_told() {
    let fixture = Fixture::new(FILES);
    fixture.write("node_modules/waits/package.json", r#"{ "type": "module", "exports": "./index.js" }"#);
    fixture.write(
        "node_modules/waits/index.js",
        "export default await new Promise((done) => setTimeout(done, 1, 'late'));",
    );
    fixture.write("node_modules/native/index.js", "module.exports = require('./build/native.node');");
    fixture.write("node_modules/native/build/native.node", "\u{7f}ELF");
    for (config, message) in [
        (
            "module.exports = { resources: {}, variables: { out: require('waits') } };",
            "so it can be imported but not required",
        ),
        ("require('native');", "native.node` cannot be imported"),
        ("require('child_process');", "no other processes or threads"),
    ] {
        fixture.write("stacktape.cjs", config);
        let problem = fixture.evaluate("stacktape.cjs").unwrap_err();
        assert!(problem.message.contains(message), "{config}: {problem:?}");
    }
    // A package that is an ES module can be required where nothing in it waits, as in Node 22.
    fixture.write(
        "stacktape.cjs",
        "module.exports = { resources: {}, variables: { out: require('es-only').default[0] } };",
    );
    assert_eq!(fixture.evaluate("stacktape.cjs").unwrap()["config"]["variables"]["out"], "fn x");
}
