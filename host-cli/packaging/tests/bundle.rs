//! `stacktape-lambda-buildpack` for JavaScript and TypeScript: bundles are run by a real `node` and give the expected result.
#![allow(missing_docs)]

mod common;

use std::fs;
use std::path::Path;

use common::{Project, buildpack, buildpack_with, entries, names, node, unpack};
use serde_json::{Value, json};
use stacktape_packaging::{BuildpackOptions, JavaScriptOptions, Job, ModuleFormat};

fn typescript() -> Project {
    let project = Project::case("typescript");
    link(&project);
    project
}

/// The link that a package manager makes for a workspace package.
fn link(project: &Project) {
    let scope = project.root().join("node_modules/@acme");
    fs::create_dir_all(&scope).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../packages/shared", scope.join("shared")).unwrap();
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir("..\\..\\packages\\shared", scope.join("shared")).unwrap();
}

fn run(archive: &Path, handler: &str, event: &Value) -> Option<Value> {
    node::call(unpack(archive).path(), handler, event)
}

fn expected() -> Value {
    json!({
        "greeting": "warm hello, Ada", "sides": 3, "settings": "test", "twice": 42, "cjs": 42, "here": true,
        "shared": "from the workspace source", "lazy": "loaded later", "self": true,
    })
}

fn with_runtime(job: Job, runtime: &str) -> Job {
    Job { runtime: runtime.to_owned(), ..job }
}

#[test]
fn typescript_runs_as_commonjs() {
    let project = typescript();
    let packaged = project.package_one(buildpack("src/handler.ts")).unwrap();
    assert_eq!(names(&packaged.archive), ["index.js", "index.js.map"]);
    for handler in ["default", "handler"] {
        let Some(result) = run(&packaged.archive, handler, &json!({ "name": "Ada" })) else { return };
        assert_eq!(result, expected());
    }
}

#[test]
fn typescript_runs_as_es_module_from_node_24_on() {
    let project = typescript();
    let packaged = project.package_one(with_runtime(buildpack("src/handler.ts"), "nodejs24.x")).unwrap();
    assert_eq!(names(&packaged.archive), ["index.mjs", "index.mjs.map"]);
    for handler in ["default", "handler"] {
        let Some(result) = run(&packaged.archive, handler, &json!({ "name": "Ada" })) else { return };
        assert_eq!(result, expected());
    }
}

#[test]
fn what_is_not_used_is_left_out() {
    let project = typescript();
    let packaged = project.package_one(buildpack("src/handler.ts")).unwrap();
    let code = String::from_utf8(entries(&packaged.archive)["index.js"].1.clone()).unwrap();
    assert!(code.contains("from the workspace source"));
    assert!(!code.contains("must not be in a bundle"));
}

#[test]
fn every_kind_of_entry_has_the_handler_that_is_asked_for() {
    let project = typescript();
    let cases = [
        ("src/plain.js", "default", json!({"answer": 42})),
        ("src/plain.js", "handler", json!({"answer": 42})),
        ("src/plain.js", "other", json!({"other": 43})),
        ("src/function.cjs", "default", json!({"echoed": {"name": "Ada"}})),
        ("src/default.mts", "default", json!("default")),
        ("src/default.mts", "second", json!("second")),
        ("src/star.ts", "default", json!("from a star")),
        ("src/star.ts", "handler", json!("from a star")),
    ];
    for runtime in ["nodejs20.x", "nodejs24.x"] {
        for (entry, handler, expected) in &cases {
            let handler_function = (*handler != "default").then(|| (*handler).to_owned());
            let options = BuildpackOptions { entry: (*entry).to_owned(), handler_function, ..Default::default() };
            let packaged = project.package_one(with_runtime(buildpack_with(options), runtime)).unwrap();
            let Some(result) = run(&packaged.archive, handler, &json!({ "name": "Ada" })) else { return };
            assert_eq!(result, *expected, "{entry} {handler} {runtime}");
        }
    }
}

#[test]
fn top_level_await_works_in_es_modules_and_is_explained_in_commonjs() {
    let project = typescript();
    let esm = JavaScriptOptions { output_module_format: Some(ModuleFormat::Esm), ..Default::default() };
    let options = BuildpackOptions { entry: "src/await.ts".to_owned(), javascript: esm, ..Default::default() };
    let packaged = project.package_one(buildpack_with(options)).unwrap();
    if let Some(result) = run(&packaged.archive, "default", &Value::Null) {
        assert_eq!(result, json!("awaited"));
    }
    let error = project.package_one(buildpack("src/await.ts")).unwrap_err();
    let problem = &error.problems[0];
    let place = problem.place.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("src/await.ts", 1), "{error}");
    assert!(problem.hint.as_ref().unwrap().contains("outputModuleFormat"), "{error}");
}

#[test]
fn copies_of_a_project_give_the_same_bytes() {
    let jobs = || vec![buildpack("src/handler.ts"), with_runtime(buildpack("src/handler.ts"), "nodejs24.x")];
    let bytes = |project: &Project| -> Vec<Vec<u8>> {
        project.package(jobs()).into_iter().map(|packaged| fs::read(packaged.unwrap().archive).unwrap()).collect()
    };
    let (one, two) = (typescript(), typescript());
    for file in ["src/handler.ts", "node_modules/esm-dep/index.js"] {
        let file = fs::File::options().write(true).open(two.root().join(file)).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    }
    assert_eq!(bytes(&one), bytes(&two));
}

#[test]
fn source_maps_point_to_sources_and_hold_no_paths_of_this_machine() {
    let project = typescript();
    let packaged = project.package_one(buildpack("src/handler.ts")).unwrap();
    let entries = entries(&packaged.archive);
    let map: Value = serde_json::from_slice(&entries["index.js.map"].1).unwrap();
    let sources: Vec<&str> = map["sources"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
    assert!(sources.contains(&"src/handler.ts"), "{sources:?}");
    assert!(sources.contains(&"node_modules/esm-dep/index.js"), "{sources:?}");
    let folder = project.root().file_name().unwrap().to_str().unwrap();
    for (name, (_, content)) in &entries {
        let text = String::from_utf8_lossy(content);
        assert!(!text.contains(folder), "{name} names the folder of the project");
    }
    let code = String::from_utf8_lossy(&entries["index.js"].1).into_owned();
    assert!(code.trim_end().ends_with("//# sourceMappingURL=index.js.map"));

    let off = JavaScriptOptions { disable_source_maps: true, ..Default::default() };
    let options = BuildpackOptions { entry: "src/handler.ts".to_owned(), javascript: off, ..Default::default() };
    let packaged = project.package_one(buildpack_with(options)).unwrap();
    assert_eq!(names(&packaged.archive), ["index.js"]);

    let elsewhere = JavaScriptOptions { output_source_maps_to: Some("maps".to_owned()), ..Default::default() };
    let options = BuildpackOptions { entry: "src/handler.ts".to_owned(), javascript: elsewhere, ..Default::default() };
    for from_cache in [false, true] {
        let packaged = project.package_one(buildpack_with(options.clone())).unwrap();
        assert_eq!(packaged.from_cache, from_cache);
        assert_eq!(names(&packaged.archive), ["index.js"]);
        let map = project.root().canonicalize().unwrap().join("maps/fn/index.js.map");
        assert_eq!(packaged.source_map.as_ref(), Some(&map));
        fs::remove_file(map).unwrap();
    }
}

#[test]
fn nothing_is_bundled_while_nothing_changes() {
    let project = typescript();
    let package = || project.package_one(buildpack("src/handler.ts")).unwrap();
    let first = package();
    assert!(!first.from_cache);
    let second = package();
    assert!(second.from_cache);
    assert_eq!(second.digest, first.digest);

    let changed = |file: &str, content: &str, digest_changes: bool| {
        let before = package();
        project.write(file, content);
        let after = package();
        assert!(!after.from_cache, "{file} was changed and nobody noticed");
        assert_eq!(after.digest != before.digest, digest_changes, "{file}");
        assert!(package().from_cache, "{file}");
    };
    changed("src/lib/lazy.ts", "export const lazy = () => \"changed\";", true);
    changed("node_modules/cjs-dep/lib/index.js", "exports.answer = 43; exports.here = () => true;", true);
    changed("packages/shared/src/index.ts", "export const shared = () => \"changed too\";", true);
    changed("tsconfig.base.json", r#"{ "compilerOptions": { "target": "es2021" } }"#, false);
    changed("package-lock.json", "{}", false);
    // A new file can win over one that an import used to find.
    changed("src/settings.json.ts", "export default {}", false);
    changed(
        "node_modules/esm-dep/package.json",
        r#"{ "name": "esm-dep", "type": "module", "main": "./index.js" }"#,
        false,
    );

    // Files that nothing imports do not matter.
    project.write("README.md", "hello");
    project.write(".env", "A=1");
    assert!(package().from_cache);
}

#[test]
fn a_project_inside_a_workspace_finds_what_is_installed_above() {
    let workspace = Project::empty();
    workspace.write("repo/package-lock.json", "{}");
    workspace.write("repo/apps/api/index.ts", "import { up } from 'above';\nexport default async () => up;");
    workspace.write("repo/node_modules/above/package.json", r#"{ "name": "above" }"#);
    workspace.write("repo/node_modules/above/index.js", "exports.up = 'found above';");
    let project = Project::at(workspace.root().join("repo/apps/api"));
    let package = || project.package_one(buildpack("index.ts")).unwrap();
    let first = package();
    if let Some(result) = run(&first.archive, "default", &Value::Null) {
        assert_eq!(result, json!("found above"));
    }
    let map: Value = serde_json::from_slice(&entries(&first.archive)["index.js.map"].1).unwrap();
    assert_eq!(map["sources"], json!(["node_modules/above/index.js", "index.ts"]));
    // Outside of the workspace nothing matters.
    workspace.write("other/index.ts", "");
    assert!(package().from_cache);
    workspace.write("repo/node_modules/above/index.js", "exports.up = 'changed above';");
    assert_ne!(package().digest, first.digest);
}

#[test]
fn suspicious_code_of_the_user_is_noted() {
    let project = Project::empty();
    project.write("a.ts", "export const a = 1;");
    project.write("index.ts", "import * as all from './a';\nexport default async () => (all as any).b;\n");
    let packaged = project.package_one(buildpack("index.ts")).unwrap();
    assert_eq!(packaged.notes.len(), 1, "{:?}", packaged.notes);
    assert!(packaged.notes[0].starts_with("index.ts:2:"), "{:?}", packaged.notes);
}

#[test]
fn jobs_that_differ_in_name_only_are_bundled_once() {
    let project = typescript();
    let jobs = ["a", "b"].map(|name| Job { name: name.to_owned(), ..buildpack("src/handler.ts") });
    let results = project.package(jobs.to_vec());
    let digests: Vec<String> = results.into_iter().map(|result| result.unwrap().digest).collect();
    assert_eq!(digests[0], digests[1]);
    assert_eq!(fs::read_dir(project.dirs().cache.join("records")).unwrap().count(), 1);
}
