//! Imports that stay outside of a bundle: native modules, packages that the user names, what the runtime has; and the errors around them.
#![allow(missing_docs)]

mod common;

use std::fs;

use common::{Project, buildpack, buildpack_with, entries, names, node, unpack};
use serde_json::{Value, json};
use stacktape_packaging::{Architecture, BuildpackOptions, JavaScriptOptions, Job, PackagingError};

/// The first bytes of a shared library for Linux.
fn elf(machine: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1]);
    bytes[18] = machine;
    bytes
}
const X64: u8 = 62;
const ARM64: u8 = 183;

fn package(project: &Project, name: &str, manifest: Value, files: &[(&str, &[u8])]) {
    let folder = format!("node_modules/{name}");
    let mut manifest = manifest;
    manifest["name"] = json!(name.rsplit("node_modules/").next().unwrap());
    if manifest["version"].is_null() {
        manifest["version"] = json!("1.2.3");
    }
    project.write(&format!("{folder}/package.json"), manifest.to_string());
    for (file, content) in files {
        project.write(&format!("{folder}/{file}"), content);
    }
}

fn only(error: PackagingError) -> (String, String) {
    assert_eq!(error.problems.len(), 1, "{error}");
    let problem = error.problems.into_iter().next().unwrap();
    (problem.message, problem.hint.unwrap_or_default())
}

fn on_arm(job: Job) -> Job {
    Job { architecture: Architecture::Arm64, ..job }
}

fn with_javascript(entry: &str, javascript: JavaScriptOptions) -> Job {
    buildpack_with(BuildpackOptions { entry: entry.to_owned(), javascript, ..Default::default() })
}

#[test]
fn a_native_module_goes_in_with_its_dependencies_and_without_what_nothing_loads() {
    let project = Project::empty();
    project.write("index.js", "const n = require('native'); exports.handler = async () => n.value;");
    package(
        &project,
        "native",
        json!({ "gypfile": true, "dependencies": { "helper": "1" } }),
        &[
            ("index.js", b"exports.value = require('helper').value;"),
            ("build/Release/native.node", &elf(X64)),
            ("build/Release/obj.target/native.o", b"x"),
            ("src/native.cc", b"x"),
            ("README.md", b"x"),
            ("index.d.ts", b"x"),
            ("test/test.js", b"x"),
        ],
    );
    package(&project, "helper", json!({}), &[("index.js", b"exports.value = 'helped';")]);
    package(&project, "unrelated", json!({}), &[("index.js", b"")]);
    let packaged = project.package_one(buildpack("index.js")).unwrap();
    assert_eq!(
        names(&packaged.archive),
        [
            "index.js",
            "index.js.map",
            "node_modules/helper/index.js",
            "node_modules/helper/package.json",
            "node_modules/native/build/Release/native.node",
            "node_modules/native/index.js",
            "node_modules/native/package.json",
        ]
    );
    assert_eq!(packaged.notes, ["put in unbundled: `native`"]);
    if let Some(result) = node::call(unpack(&packaged.archive).path(), "handler", &Value::Null) {
        assert_eq!(result, json!("helped"));
    }
    assert!(project.package_one(buildpack("index.js")).unwrap().from_cache);
    project.write("node_modules/helper/index.js", "exports.value = 'changed';");
    assert!(!project.package_one(buildpack("index.js")).unwrap().from_cache);
}

#[test]
fn a_binary_for_the_wrong_processor_or_system_is_refused() {
    let project = Project::empty();
    project.write("index.js", "require('native'); exports.handler = async () => 1;");
    package(&project, "native", json!({ "gypfile": true }), &[("index.js", b""), ("build/native.node", &elf(X64))]);
    assert!(project.package_one(buildpack("index.js")).is_ok());
    let (message, hint) = only(project.package_one(on_arm(buildpack("index.js"))).unwrap_err());
    assert_eq!(
        message,
        "the native module `native` 1.2.3 does not run there: `build/native.node` is built for x86_64, the function runs on arm64"
    );
    assert!(hint.contains("npm install --os=linux --cpu=arm64 --libc=glibc native"), "{hint}");

    project.write("node_modules/native/build/native.node", [0xcf, 0xfa, 0xed, 0xfe, 7]);
    project.write("pnpm-lock.yaml", "");
    let (message, hint) = only(project.package_one(buildpack("index.js")).unwrap_err());
    assert!(message.ends_with("is built for macOS"), "{message}");
    assert!(hint.contains("pnpm.supportedArchitectures"), "{hint}");

    fs::remove_file(project.root().join("node_modules/native/build/native.node")).unwrap();
    let (message, _) = only(project.package_one(buildpack("index.js")).unwrap_err());
    assert_eq!(message, "the native module `native` 1.2.3 is not built: it has no binary");
}

#[test]
fn of_binaries_for_many_systems_only_the_right_one_goes_in() {
    let project = Project::empty();
    project.write("index.js", "require('many'); exports.handler = async () => 1;");
    package(
        &project,
        "many",
        json!({ "dependencies": { "node-gyp-build": "4" } }),
        &[
            ("index.js", b""),
            ("prebuilds/linux-x64/many.node", &elf(X64)),
            ("prebuilds/linux-arm64/many.node", &elf(ARM64)),
            ("prebuilds/darwin-arm64/many.node", &[0xcf, 0xfa, 0xed, 0xfe]),
            ("prebuilds/win32-x64/many.node", b"MZ"),
        ],
    );
    let binaries = |job: Job| -> Vec<String> {
        let packaged = project.package_one(job).unwrap();
        names(&packaged.archive).into_iter().filter(|name| name.ends_with(".node")).collect()
    };
    assert_eq!(binaries(buildpack("index.js")), ["node_modules/many/prebuilds/linux-x64/many.node"]);
    assert_eq!(binaries(on_arm(buildpack("index.js"))), ["node_modules/many/prebuilds/linux-arm64/many.node"]);
}

#[test]
fn platform_packages_are_chosen_for_the_function_and_missing_ones_are_explained() {
    let project = Project::empty();
    project.write("index.js", "require('image'); exports.handler = async () => 1;");
    let optional = json!({ "@image/linux-x64": "1", "@image/linux-arm64": "1", "@image/darwin-arm64": "1" });
    package(&project, "image", json!({ "napi": {}, "optionalDependencies": optional }), &[("index.js", b"")]);
    let platform = |name: &str, os: &str, cpu: &str, machine: u8| {
        let manifest = json!({ "os": [os], "cpu": [cpu], "main": "image.node" });
        package(&project, name, manifest, &[("image.node", &elf(machine))]);
    };
    platform("@image/darwin-arm64", "darwin", "arm64", 0);
    let (message, hint) = only(project.package_one(buildpack("index.js")).unwrap_err());
    assert_eq!(
        message,
        "the native module `image` 1.2.3 is installed for another system: `@image/linux-x64` is missing"
    );
    assert!(hint.contains("npm install --os=linux --cpu=x64 --libc=glibc image"), "{hint}");

    platform("@image/linux-x64", "linux", "x64", X64);
    platform("@image/linux-arm64", "linux", "arm64", ARM64);
    let packaged = project.package_one(on_arm(buildpack("index.js"))).unwrap();
    let images: Vec<_> = names(&packaged.archive).into_iter().filter(|name| name.contains("@image")).collect();
    assert_eq!(images, ["node_modules/@image/linux-arm64/image.node", "node_modules/@image/linux-arm64/package.json"]);
}

#[test]
fn a_package_that_only_its_code_gives_away_is_found_out() {
    let project = Project::empty();
    project.write("index.js", "exports.handler = async () => require('sly').kind;");
    package(
        &project,
        "sly",
        json!({}),
        &[
            ("index.js", b"try { require('./lib/sly.node') } catch {}\nexports.kind = 'sly';"),
            ("lib/sly.node", &elf(X64)),
        ],
    );
    let packaged = project.package_one(buildpack("index.js")).unwrap();
    assert!(names(&packaged.archive).contains(&"node_modules/sly/lib/sly.node".to_owned()));
    if let Some(result) = node::call(unpack(&packaged.archive).path(), "handler", &Value::Null) {
        assert_eq!(result, json!("sly"));
    }
}

#[test]
fn prisma_gets_the_engine_of_the_function() {
    let project = Project::empty();
    project.write("index.js", "const c = require('@prisma/client'); exports.handler = async () => c.from;");
    package(&project, "@prisma/client", json!({}), &[("index.js", b"exports.from = require('.prisma/client').from;")]);
    package(
        &project,
        ".prisma/client",
        json!({}),
        &[
            ("index.js", b"exports.from = 'generated';"),
            ("schema.prisma", b"model A {}"),
            ("libquery_engine-debian-openssl-3.0.x.so.node", &elf(X64)),
        ],
    );
    let (message, hint) = only(project.package_one(buildpack("index.js")).unwrap_err());
    assert!(message.contains("libquery_engine-debian-openssl-3.0.x.so.node"), "{message}");
    assert!(hint.contains("add `rhel-openssl-3.0.x` to binaryTargets"), "{hint}");

    project.write("node_modules/.prisma/client/libquery_engine-rhel-openssl-3.0.x.so.node", elf(X64));
    let packaged = project.package_one(buildpack("index.js")).unwrap();
    let names = names(&packaged.archive);
    assert!(names.contains(&"node_modules/.prisma/client/schema.prisma".to_owned()));
    let engines: Vec<_> = names.iter().filter(|name| name.ends_with(".node")).collect();
    assert_eq!(engines, ["node_modules/.prisma/client/libquery_engine-rhel-openssl-3.0.x.so.node"]);
    if let Some(result) = node::call(unpack(&packaged.archive).path(), "handler", &Value::Null) {
        assert_eq!(result, json!("generated"));
    }
}

/// Three packages that want three versions of a fourth.
fn versions(project: &Project) {
    project.write("index.mjs", "import a from 'a'; import b from 'b';\nexport default async () => [a, b].join(' ');");
    package(
        project,
        "a",
        json!({ "dependencies": { "c": "1", "d": "1" } }),
        &[("index.js", b"module.exports = 'a' + require('c') + require('d');")],
    );
    package(
        project,
        "b",
        json!({ "dependencies": { "c": "2", "d": "1" } }),
        &[("index.js", b"module.exports = 'b' + require('c') + require('d');")],
    );
    package(project, "c", json!({ "version": "1.0.0" }), &[("index.js", b"module.exports = 'c1';")]);
    package(project, "b/node_modules/c", json!({ "version": "2.0.0" }), &[("index.js", b"module.exports = 'c2';")]);
    package(
        project,
        "d",
        json!({ "dependencies": { "c": "1" } }),
        &[("index.js", b"module.exports = 'd' + require('c');")],
    );
}

#[test]
fn packages_that_the_user_names_go_in_with_each_version_where_node_finds_it() {
    let project = Project::empty();
    versions(&project);
    for unbundled in [vec!["a", "b"], vec!["*"]] {
        let names = unbundled.into_iter().map(str::to_owned).collect();
        let options = JavaScriptOptions { dependencies_to_exclude_from_bundle: names, ..Default::default() };
        let packaged = project.package_one(with_javascript("index.mjs", options)).unwrap();
        let entries = entries(&packaged.archive);
        assert!(entries.contains_key("node_modules/b/node_modules/c/index.js"));
        assert!(!String::from_utf8_lossy(&entries["index.js"].1).contains("c1"));
        if let Some(result) = node::call(unpack(&packaged.archive).path(), "default", &Value::Null) {
            assert_eq!(result, json!("ac1dc1 bc2dc1"));
        }
    }
}

#[test]
fn included_scripts_find_their_packages() {
    let project = Project::empty();
    versions(&project);
    project.write(
        "index.mjs",
        "export default async () => (await import(`${import.meta.dirname ?? '.'}/${'plugins/p.js'}`)).default;",
    );
    project.write("plugins/p.js", "module.exports = require('a');");
    let job = buildpack_with(BuildpackOptions {
        entry: "index.mjs".to_owned(),
        include_files: vec!["plugins/*.js".to_owned()],
        ..Default::default()
    });
    let packaged = project.package_one(job).unwrap();
    let scripts: Vec<_> = names(&packaged.archive).into_iter().filter(|name| name.ends_with(".js")).collect();
    let packages = ["a", "c", "d"].map(|name| format!("node_modules/{name}/index.js"));
    assert_eq!(scripts, [&["index.js".to_owned()], &packages[..], &["plugins/p.js".to_owned()]].concat());
    if let Some(result) = node::call(unpack(&packaged.archive).path(), "default", &Value::Null) {
        assert_eq!(result, json!("ac1dc1"));
    }
}

#[cfg(unix)]
#[test]
fn linked_layouts_are_laid_out_anew() {
    let project = Project::empty();
    project.write("index.mjs", "import a from 'a';\nexport default async () => a;");
    let store = "node_modules/.pnpm";
    for (name, version, dependencies, code) in [
        ("a", "1.0.0", json!({ "b": "1" }), "module.exports = 'a' + require('b');"),
        ("b", "1.0.0", json!({ "c": "1" }), "module.exports = 'b' + require('c');"),
        ("c", "1.0.0", json!({ "a": "1" }), "module.exports = 'c';"),
    ] {
        let folder = format!("{store}/{name}@{version}/node_modules/{name}");
        let manifest = json!({ "name": name, "version": version, "dependencies": dependencies });
        project.write(&format!("{folder}/package.json"), manifest.to_string());
        project.write(&format!("{folder}/index.js"), code);
    }
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(to, project.root().join(from)).unwrap();
    link("node_modules/a", ".pnpm/a@1.0.0/node_modules/a");
    link("node_modules/.pnpm/a@1.0.0/node_modules/b", "../../b@1.0.0/node_modules/b");
    link("node_modules/.pnpm/b@1.0.0/node_modules/c", "../../c@1.0.0/node_modules/c");
    link("node_modules/.pnpm/c@1.0.0/node_modules/a", "../../a@1.0.0/node_modules/a");
    let options = JavaScriptOptions { dependencies_to_exclude_from_bundle: vec!["a".to_owned()], ..Default::default() };
    let packaged = project.package_one(with_javascript("index.mjs", options)).unwrap();
    let scripts: Vec<_> = names(&packaged.archive).into_iter().filter(|name| name.ends_with("/index.js")).collect();
    assert_eq!(scripts, ["node_modules/a/index.js", "node_modules/b/index.js", "node_modules/c/index.js"]);
    if let Some(result) = node::call(unpack(&packaged.archive).path(), "default", &Value::Null) {
        assert_eq!(result, json!("abc"));
    }
}

#[test]
fn what_the_runtime_has_and_what_the_user_excludes_stays_outside() {
    let project = Project::empty();
    project.write(
        "index.ts",
        "import { S3Client } from '@aws-sdk/client-s3';\nimport { x } from 'from-a-layer/deep';\n\
         import { y } from 'dropped';\nexport const handler = async () => [S3Client, x, y];",
    );
    let job = buildpack_with(BuildpackOptions {
        entry: "index.ts".to_owned(),
        exclude_dependencies: vec!["from-a-layer".to_owned()],
        javascript: JavaScriptOptions {
            dependencies_to_exclude_from_deployment_package: vec!["dropped".to_owned()],
            ..Default::default()
        },
        ..Default::default()
    });
    let packaged = project.package_one(job).unwrap();
    assert_eq!(names(&packaged.archive), ["index.js", "index.js.map"]);
    let code = String::from_utf8(entries(&packaged.archive)["index.js"].1.clone()).unwrap();
    for import in ["@aws-sdk/client-s3", "from-a-layer/deep", "dropped"] {
        assert!(code.contains(&format!("require(\"{import}\")")), "{import} in {code}");
    }
}

#[test]
fn missing_imports_are_errors_with_their_place() {
    let project = Project::empty();
    project.write(
        "src/index.ts",
        "import { a } from \"missing-one\";\nimport { b } from \"./nowhere\";\n\n  import c from \"@scope/missing/two\";\n\
         export default async () => [a, b, c];",
    );
    project.write("yarn.lock", "");
    let error = project.package_one(buildpack("src/index.ts")).unwrap_err();
    let found: Vec<String> = error
        .problems
        .iter()
        .map(|problem| format!("{} {}", problem.place.as_ref().unwrap(), problem.message))
        .collect();
    assert_eq!(
        found,
        [
            "src/index.ts:1:19 cannot find `missing-one`",
            "src/index.ts:2:19 cannot find `./nowhere`",
            "src/index.ts:4:17 cannot find `@scope/missing/two`",
        ],
        "files and packages in one run"
    );

    project.write("src/nowhere.ts", "export const b = 1;");
    let error = project.package_one(buildpack("src/index.ts")).unwrap_err();
    let found: Vec<String> = error.problems.iter().map(ToString::to_string).collect();
    let hint = |name: &str| {
        format!(
            "\n  hint: install it (`yarn add {name}`), or add it to excludeDependencies if the function finds it elsewhere (a layer, for example)"
        )
    };
    assert_eq!(
        found,
        [
            format!("src/index.ts:1:19: cannot find `missing-one`{}", hint("missing-one")),
            format!("src/index.ts:4:17: cannot find `@scope/missing/two`{}", hint("@scope/missing")),
        ]
    );
}

#[test]
fn optional_imports_may_be_missing() {
    let project = Project::empty();
    project.write(
        "index.js",
        "let fast; try { fast = require('speedup') } catch {}\nconst lib = require('lib');\n\
         exports.handler = async () => [typeof fast, lib];",
    );
    let manifest =
        json!({ "peerDependencies": { "peer": "*" }, "peerDependenciesMeta": { "peer": { "optional": true } } });
    package(
        &project,
        "lib",
        manifest,
        &[("index.js", b"module.exports = 'lib'; exports.load = () => require('peer');")],
    );
    let packaged = project.package_one(buildpack("index.js")).unwrap();
    assert_eq!(packaged.notes, ["left out, because it is optional and not installed: `peer`, `speedup`"]);
    if let Some(result) = node::call(unpack(&packaged.archive).path(), "handler", &Value::Null) {
        assert_eq!(result, json!(["undefined", "lib"]));
    }
    // Installing it later is noticed.
    package(&project, "speedup", json!({}), &[("index.js", b"module.exports = 1")]);
    let packaged = project.package_one(buildpack("index.js")).unwrap();
    assert!(!packaged.from_cache);
    assert_eq!(packaged.notes, ["left out, because it is optional and not installed: `peer`"]);
}
