//! Mistakes around the entry file, and the files that globs put in.
#![allow(missing_docs)]

mod common;

use common::{Project, buildpack, buildpack_with, names};
use stacktape_packaging::{BuildpackOptions, Job, PackagingError, Problem};

fn first(error: PackagingError) -> Problem {
    error.problems.into_iter().next().unwrap()
}

#[test]
fn entries_that_cannot_be_packaged_are_explained() {
    let project = Project::empty();
    project.write("main.py", "");
    project.write("main.txt", "");
    let cases = [
        ("main.py", "entryfilePath `main.py`: this version packages JavaScript and TypeScript, not Python"),
        ("main.txt", "entryfilePath `main.txt` has no extension that a function can be built from"),
        ("main.ts", "entryfilePath `main.ts` does not exist"),
    ];
    for (entry, message) in cases {
        let problem = first(project.package_one(buildpack(entry)).unwrap_err());
        assert_eq!(problem.message, message);
        assert!(problem.hint.is_some());
    }
    project.write("index.js", "exports.handler = 1");
    let job = Job { runtime: "python3.12".to_owned(), ..buildpack("index.js") };
    assert_eq!(
        first(project.package_one(job).unwrap_err()).message,
        "the runtime `python3.12` does not run JavaScript"
    );
}

#[test]
fn a_handler_that_is_not_exported_is_an_error_at_the_entry() {
    let project = Project::empty();
    project.write("src/index.ts", "export const main = async () => 1;\n");
    let problem = first(project.package_one(buildpack("src/index.ts")).unwrap_err());
    assert_eq!(problem.message, "the entry file has no default export and no export `handler`; it exports `main`");
    assert_eq!(problem.place.unwrap().to_string(), "src/index.ts:1:1");
    let job = |handler: &str| {
        buildpack_with(BuildpackOptions {
            entry: "src/index.ts".to_owned(),
            handler_function: Some(handler.to_owned()),
            ..Default::default()
        })
    };
    assert!(project.package_one(job("main")).is_ok());
    let problem = first(project.package_one(job("mian")).unwrap_err());
    assert_eq!(problem.message, "the entry file does not export `mian` (handlerFunction); it exports `main`");

    project.write("src/star.ts", "export * from './index';");
    let problem = first(project.package_one(buildpack("src/star.ts")).unwrap_err());
    assert_eq!(problem.message, "the entry file has no default export and no export `handler`; it exports `main`");
}

#[test]
fn mistakes_in_code_are_errors_with_their_place() {
    let project = Project::empty();
    project.write("index.ts", "import { a } from './a';\nexport default async () => a;\n");
    project.write("a.ts", "export const b = 1;\nexport const c = ;\n");
    let problem = first(project.package_one(buildpack("index.ts")).unwrap_err());
    assert_eq!(problem.place.unwrap().to_string(), "a.ts:2:18");
    assert_eq!(problem.hint.as_deref(), Some("the code cannot be read there: correct its syntax"));
    project.write("a.ts", "export const b = 1;\n");
    let problem = first(project.package_one(buildpack("index.ts")).unwrap_err());
    assert_eq!(problem.place.unwrap().to_string(), "index.ts:1:10");
    assert!(problem.message.contains("\"a\" is not exported by \"a.ts\""), "{}", problem.message);
}

#[test]
fn a_package_that_is_listed_but_not_installed_needs_another_step() {
    let project = Project::empty();
    project.write("package.json", r#"{ "dependencies": { "zod": "4" } }"#);
    project.write("bun.lock", "");
    project.write("index.ts", "import 'zod'; import 'other'; export default 1;");
    let error = project.package_one(buildpack("index.ts")).unwrap_err();
    let hints: Vec<_> =
        error.problems.iter().map(|problem| problem.hint.as_ref().unwrap().split(", or").next().unwrap()).collect();
    assert_eq!(
        hints,
        ["package.json has it, but it is not installed: run `bun install`", "install it (`bun add other`)"]
    );
}

#[test]
fn deeply_nested_code_does_not_end_the_process() {
    let project = Project::empty();
    project.write("index.js", format!("export default {}1{};", "[".repeat(2000), "]".repeat(2000)));
    assert!(project.package_one(buildpack("index.js")).is_ok());
}

#[test]
fn a_missing_tsconfig_is_an_error() {
    let project = Project::empty();
    project.write("index.ts", "export default 1");
    let mut options = BuildpackOptions { entry: "index.ts".to_owned(), ..Default::default() };
    options.javascript.ts_config_path = Some("tsconfig.prod.json".to_owned());
    let problem = first(project.package_one(buildpack_with(options.clone())).unwrap_err());
    assert_eq!(problem.message, "tsConfigPath `tsconfig.prod.json` does not exist");
    project.write("lib/x.ts", "export default 'x'");
    project.write("index.ts", "export { default } from 'lib/x'");
    project.write("tsconfig.prod.json", r#"{ "compilerOptions": { "paths": { "lib/*": ["./lib/*"] } } }"#);
    assert!(project.package_one(buildpack_with(options)).is_ok());
}

#[test]
fn globs_put_files_in_at_their_paths() {
    let project = Project::empty();
    project.write("index.ts", "export default async () => 1");
    for file in ["views/a.html", "views/deep/b.html", "views/c.txt", "data.json", "folder/x", "node_modules/p/d.html"] {
        project.write(file, file);
    }
    let package = |include: &[&str], exclude: &[&str]| {
        let list = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        project.package_one(buildpack_with(BuildpackOptions {
            entry: "index.ts".to_owned(),
            include_files: list(include),
            exclude_files: list(exclude),
            ..Default::default()
        }))
    };
    let names = |include: &[&str], exclude: &[&str]| {
        let names = names(&package(include, exclude).unwrap().archive);
        names.into_iter().filter(|name| !name.starts_with("index.js")).collect::<Vec<_>>()
    };
    assert_eq!(names(&["**/*.html"], &[]), ["views/a.html", "views/deep/b.html"]);
    assert_eq!(names(&["./views/*.html", "data.json"], &[]), ["data.json", "views/a.html"]);
    assert_eq!(names(&["views/**/*"], &["**/*.txt"]), ["views/a.html", "views/deep/b.html"]);
    assert_eq!(names(&["folder"], &[]), ["folder/x"]);
    assert_eq!(names(&["node_modules/p/*.html"], &[]), ["node_modules/p/d.html"]);
    let messages = [
        (package(&["nothing/*.html"], &[]), "`nothing/*.html` (includeFiles) matches no file"),
        (package(&["../x"], &[]), "`../x` (includeFiles) leads outside of the project"),
        (package(&["a[", "b"], &[]), "`a[` (includeFiles) is not a valid glob: unclosed character class; missing ']'"),
    ];
    for (result, message) in messages {
        assert_eq!(first(result.unwrap_err()).message, message);
    }
    // A new match changes the artifact, another file does not.
    let first = package(&["views/*.html"], &[]).unwrap();
    assert!(package(&["views/*.html"], &[]).unwrap().from_cache);
    project.write("views/new.html", "new");
    assert_ne!(package(&["views/*.html"], &[]).unwrap().digest, first.digest);
}
