//! What a config must not be able to do, tried.

mod common;

use common::Fixture;
use serde_json::json;
use stacktape_sandbox::Problem;

/// Runs the body of a config's function and expects it to be refused.
#[track_caller]
fn refused(fixture: &Fixture, body: &str, message: &str) -> Problem {
    match fixture.run(body) {
        Ok(value) => panic!("not refused, gave {value}: {body}"),
        Err(problem) => {
            assert!(problem.message.contains(message), "{body}\n  said: {}\n  not: {message}", problem.message);
            problem
        }
    }
}

fn with_secrets() -> Fixture {
    let fixture = Fixture::new(&[("in.txt", "inside"), ("src/a.ts", "export const a = 1;")]);
    fixture.write("../secret.txt", "secret");
    fixture.write("../secret.ts", "export const secret = 1;");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(fixture.folder.path().join("secret.txt"), fixture.root().join("link.txt")).unwrap();
        symlink(fixture.folder.path(), fixture.root().join("out")).unwrap();
        symlink(fixture.folder.path().join("secret.ts"), fixture.root().join("link.ts")).unwrap();
        symlink("in.txt", fixture.root().join("inward.txt")).unwrap();
    }
    fixture
}

const OUTSIDE: &str = "is outside the project";

#[test]
fn files_outside_cannot_be_read_or_probed() {
    let fixture = with_secrets();
    let real = fixture.folder.path().join("secret.txt").display().to_string();
    let nothing = fixture.folder.path().join("nothing.txt").display().to_string();
    let paths = [
        "/etc/passwd",
        "/etc/nothing-here",
        "/proc/self/environ",
        "/proc/self/root/etc/passwd",
        "../secret.txt",
        "../nothing.txt",
        "src/../../secret.txt",
        "link.txt",
        "out/secret.txt",
        "out/nothing.txt",
        "file:///etc/passwd",
        "file:///etc/nothing",
        &real,
        &nothing,
        "/",
        "..",
        "/stacktape-project/../etc/passwd",
        "./src/../link.txt",
    ];
    for path in paths {
        let given = json!(path);
        for call in ["readFileSync", "existsSync", "statSync", "readdirSync", "realpathSync", "accessSync"] {
            refused(
                &fixture,
                &format!("const fs = await import('node:fs'); return String(fs.{call}({given}));"),
                OUTSIDE,
            );
        }
        refused(
            &fixture,
            &format!("const {{ readFile }} = await import('fs/promises'); return readFile({given}, 'utf8');"),
            OUTSIDE,
        );
    }
    refused(
        &fixture,
        "const fs = await import('node:fs'); return fs.readFileSync(new URL('../secret.txt', import.meta.url), 'utf8');",
        OUTSIDE,
    );
    // The same words for what is there and what is not.
    let there = refused(&fixture, "return String((await import('fs')).existsSync('../secret.txt'))", OUTSIDE).message;
    let not = refused(&fixture, "return String((await import('fs')).existsSync('../nothing.txt'))", OUTSIDE).message;
    assert_eq!(there.replace("secret", "x"), not.replace("nothing", "x"));
    // Inside, everything is as usual.
    let read = "const fs = await import('node:fs'); return [fs.readFileSync('inward.txt', 'utf8'), fs.existsSync('none'), fs.readdirSync('src')];";
    assert_eq!(fixture.run(read).unwrap(), json!(["inside", false, ["a.ts"]]));
    refused(&fixture, "return (await import('fs')).readFileSync('none.txt')", "ENOENT: no such file or directory");
}

#[test]
fn modules_outside_cannot_be_imported_or_probed() {
    let fixture = with_secrets();
    let real = fixture.folder.path().join("secret.ts").display().to_string();
    for path in [
        "../secret.ts",
        "../nothing.ts",
        "./link.ts",
        "./out/secret.ts",
        "./out/nothing.ts",
        "/etc/passwd",
        "/etc/nothing",
        "file:///etc/passwd",
        &real,
    ] {
        let problem = fixture.run(&format!("return Object.keys(await import({}));", json!(path))).unwrap_err();
        let said = problem.message.replace(path, "PATH");
        assert!(said.contains(OUTSIDE) || said.starts_with("cannot find `PATH`"), "{path}: {said}");
        fixture
            .run(&format!(
                "const {{ createRequire }} = await import('node:module'); return createRequire(import.meta.url)({});",
                json!(path)
            ))
            .unwrap_err();
    }
    // A link that leads out and a file that is not there look alike.
    let link = fixture.run("return await import('./link.ts')").unwrap_err().message.replace("link", "x");
    let none = fixture.run("return await import('./none.ts')").unwrap_err().message.replace("none", "x");
    assert_eq!(link, none);
    for (path, message) in [
        ("https://example.com/a.js", "cannot be imported"),
        ("data:text/javascript,export default 1", "cannot be imported"),
        ("node:child_process", "no other processes"),
        ("child_process", "no other processes"),
        ("node:worker_threads", "no other processes"),
        ("node:net", "no network"),
        ("https", "no network"),
        ("node:vm", "is not available to a config"),
        ("stacktape:evaluate.js", "cannot be imported"),
    ] {
        refused(&fixture, &format!("return Object.keys(await import({}));", json!(path)), message);
    }
}

#[test]
fn tsconfig_does_not_lead_out() {
    let fixture = with_secrets();
    fixture.write(
        "tsconfig.json",
        r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "@out/*": ["../*"], "@etc/*": ["/etc/*"] } } }"#,
    );
    for path in ["@out/secret.ts", "@out/secret", "@etc/passwd"] {
        refused(&fixture, &format!("return Object.keys(await import({}));", json!(path)), "cannot find");
    }
}

#[test]
fn the_environment_is_what_is_allowed() {
    let mut fixture = with_secrets();
    let variables = [("AWS_SECRET_ACCESS_KEY", "s3cret"), ("MY_FLAG", "on"), ("STP_X", "1"), ("CI", "true")];
    fixture.options.environment = variables.map(|(k, v)| (k.to_string(), v.to_string())).into();
    refused(
        &fixture,
        "return process.env.AWS_SECRET_ACCESS_KEY",
        "the environment variable `AWS_SECRET_ACCESS_KEY`, which it is not allowed to: add `--allowEnv AWS_SECRET_ACCESS_KEY`",
    );
    let set = refused(&fixture, "return process.env.MY_FLAG", "`MY_FLAG`").message;
    let unset = refused(&fixture, "return process.env.NO_FLAG", "`NO_FLAG`").message;
    assert_eq!(set.replace("MY_", ""), unset.replace("NO_", ""), "whether it is set cannot be told");
    refused(&fixture, "return 'AWS_SECRET_ACCESS_KEY' in process.env", "not allowed");
    refused(&fixture, "return (await import('node:process')).env.AWS_SECRET_ACCESS_KEY", "not allowed");
    refused(&fixture, "process.env.CI = '1'", "cannot change the environment");
    assert_eq!(fixture.run("return [Object.keys(process.env), process.env.STP_X, process.env.CI, process.env.NODE_ENV ?? 'none', { ...process.env }]").unwrap(),
        json!([["CI", "STP_X"], "1", "true", "none", { "CI": "true", "STP_X": "1" }]));
    fixture.options.allowed.insert("MY_FLAG".into());
    assert_eq!(fixture.run("return process.env.MY_FLAG").unwrap(), json!("on"));
}

#[test]
fn nothing_leaves_and_nothing_is_written() {
    let fixture = with_secrets();
    refused(&fixture, "return await fetch('https://example.com')", "without network");
    for call in [
        "writeFileSync('x', '')",
        "mkdirSync('x')",
        "rmSync('in.txt')",
        "appendFileSync('in.txt', 'x')",
        "renameSync('in.txt', 'x')",
        "symlinkSync('/etc', 'x')",
    ] {
        refused(&fixture, &format!("return (await import('fs')).{call}"), "is not available to a config");
    }
    refused(&fixture, "return process.exit(0)", "cannot end the process");
    refused(&fixture, "return process.chdir('/')", "cannot change the working directory");
    for gone in ["XMLHttpRequest", "WebSocket", "Deno", "Bun", "std", "os", "require", "WebAssembly", "Worker"] {
        assert_eq!(fixture.run(&format!("return typeof globalThis.{gone}")).unwrap(), json!("undefined"), "{gone}");
    }
    assert_eq!(std::fs::read_to_string(fixture.root().join("in.txt")).unwrap(), "inside");
}

#[test]
fn tricks_on_prototypes_reach_nothing() {
    let fixture = with_secrets();
    let read = "fs.readFileSync('../secret.txt', 'utf8')";
    for trick in [
        "String.prototype.startsWith = () => true; String.prototype.includes = () => false; Array.prototype.join = () => 'file\\0text\\0/etc/passwd';",
        "Object.prototype.code = 'x'; Object.prototype.toString = () => '/etc/passwd'; JSON.parse = () => ({}); JSON.stringify = () => '+';",
        "globalThis.String = () => 'in.txt'; globalThis.URL = class { href = 'in.txt' };",
        "Promise.prototype.then = function () { return this }; Function.prototype.call = () => 'x';",
    ] {
        let result = fixture.run(&format!("const fs = await import('node:fs'); {trick} return {read};"));
        assert!(!format!("{result:?}").contains("secret\""), "{trick}: {result:?}");
        assert!(result.is_err() || !result.as_ref().unwrap().to_string().contains("root:"), "{trick}: {result:?}");
    }
    // What the runtime uses of the host can be called by hand, and is refused in the same way.
    for message in [
        "file', 'text', '/etc/passwd",
        "file', 'text', '../secret.txt",
        "load', '/etc/passwd",
        "load', '/stacktape-project/../secret.ts",
        "resolve', 'import', '', '/etc/passwd",
        "load', '../secret.ts",
    ] {
        fixture.run(&format!("return globalThis.__stacktape.ask('{message}')")).unwrap_err();
    }
    refused(&fixture, "return globalThis.__stacktape.ask('spawn', 'ls')", "a config cannot do that");
    refused(&fixture, "return globalThis.__stacktape.ask('env', 'HOME')", "not allowed");
    refused(&fixture, "globalThis.__stacktape.ask = () => '+'; return 1", "");
}

#[test]
fn work_without_end_is_stopped() {
    let fixture = Fixture::new(&[]);
    let too_long = "takes too long";
    refused(&fixture, "while (true) {}", too_long);
    refused(&fixture, "for (;;) await null", too_long);
    refused(&fixture, "try { while (true) {} } catch { return 1 } finally { return 2 }", too_long);
    refused(&fixture, "return /^(a+)+$/.test('a'.repeat(40) + 'b')", too_long);
    refused(&fixture, "await new Promise(() => setInterval(() => {}, 1))", too_long);
    refused(&fixture, "await new Promise(() => {})", "a promise that never settles");
    assert_eq!(
        fixture.run("await new Promise((done) => setTimeout(done, 1e9)); return 'at once'").unwrap(),
        json!("at once")
    );
}

#[test]
fn memory_depth_and_size_are_bounded() {
    let fixture = Fixture::new(&[]);
    let memory = "more than 192 MB of memory";
    refused(&fixture, "const all = []; while (true) all.push(new Uint8Array(1e6).fill(1))", memory);
    refused(&fixture, "let text = 'x'; while (true) text += text", "");
    refused(&fixture, "const all = []; for (let i = 0; ; i++) all.push({ i })", memory);
    refused(&fixture, "const f = () => f() + 1; return f()", "call each other too deeply");
    assert_eq!(
        fixture.run("const f = () => f() + 1; try { f() } catch (error) { return error.name }").unwrap(),
        json!("RangeError")
    );
    refused(
        &fixture,
        "const a = []; let b = a; for (let i = 0; i < 1e5; i++) { b.push([]); b = b[0] } return JSON.stringify(a)",
        "",
    );
    refused(&fixture, "return 'x'.repeat(17e6)", "larger than 16 MB");
    assert_eq!(fixture.run("try { new Uint8Array(1e9) } catch (error) { return 'caught' }").unwrap(), json!("caught"));
}

#[test]
fn errors_point_at_nothing_outside() {
    let fixture = with_secrets();
    let secret = fixture.folder.path().join("secret.txt").display().to_string();
    for file in
        ["/etc/passwd", "../secret.txt", "/stacktape-project/../secret.txt", "/stacktape-project/link.txt", &secret]
    {
        for trick in [
            format!(
                "throw Object.assign(new Error('x'), {{ place: {{ file: {0}, line: 1, column: 1 }} }})",
                json!(file)
            ),
            format!(
                "throw Object.assign(new Error('x'), {{ stack: 'Error: x\\n    at f (' + {0} + ':1:1)' }})",
                json!(file)
            ),
            format!("Error.prepareStackTrace = () => '    at f (' + {0} + ':1:1)'; null.x", json!(file)),
        ] {
            let problem = fixture.run(&trick).unwrap_err();
            let places = problem.place.iter().chain(problem.callers.iter().map(|(_, place)| place));
            for place in places {
                assert!(!place.file.contains("secret") && !place.file.starts_with('/'), "{trick}: {problem:?}");
            }
        }
    }
}

#[test]
fn code_made_from_text_can_do_no_more() {
    let fixture = with_secrets();
    for (code, message) in [
        ("await (0, eval)(\"import('../secret.ts')\")", ""),
        ("await new Function(\"return import('../secret.ts')\")()", ""),
        ("await (async () => {}).constructor(\"return import('node:child_process')\")()", "no other processes"),
        ("await new Function(\"return import('/etc/passwd')\")()", "is outside the project"),
        ("(await import('module')).createRequire('/etc/')('./passwd')", "is outside the project"),
        ("(await import('module')).createRequire('/stacktape-project/../x')('./secret.ts')", "is outside the project"),
    ] {
        let problem = refused(&fixture, &format!("return Object.keys({code});"), message);
        assert!(
            problem.message.contains(OUTSIDE) || problem.message.starts_with("cannot find") || !message.is_empty(),
            "{problem:?}"
        );
    }
    for gone in [
        "typeof new Function('return this')().require",
        "typeof import.meta.resolve",
        "typeof process.binding",
        "typeof process.dlopen",
        "typeof process.mainModule",
        "typeof process.getBuiltinModule",
        "typeof (await import('module')).default._load",
        "typeof globalThis.gc",
        "typeof globalThis.ShadowRealm",
        "typeof globalThis.importScripts",
    ] {
        assert_eq!(fixture.run(&format!("return {gone}")).unwrap(), json!("undefined"), "{gone}");
    }
    // Waiting for another thread never blocks: there is none.
    let waits = "try { return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) } catch (error) { return 'refused' }";
    assert_eq!(fixture.run(waits).unwrap(), json!("refused"));
}

#[test]
fn paths_that_are_not_what_they_seem() {
    let fixture = with_secrets();
    let read = |path: &str| format!("return (await import('fs')).readFileSync({path}, 'utf8');");
    for (path, message) in [
        ("'in.txt\\0.png'", "a path holds no zero byte"),
        ("'in.txt\\0/../../secret.txt'", "a path holds no zero byte"),
        ("'a/'.repeat(5000) + 'b'", "a/a/…"),
        ("'../'.repeat(5000) + 'etc/passwd'", OUTSIDE),
        ("'src/../'.repeat(5000) + '../secret.txt'", OUTSIDE),
        ("new URL('file:///stacktape-project/%2e%2e/secret.txt')", OUTSIDE),
        ("'file:///stacktape-project/..%2fsecret.txt'", ""),
        ("{ toString: () => '../secret.txt' }", OUTSIDE),
        ("Buffer.from('../secret.txt')", OUTSIDE),
        ("'\\\\..\\\\secret.txt'", "ENOENT"),
        ("'/dev/stdin'", OUTSIDE),
        ("'/proc/self/fd/0'", OUTSIDE),
        ("'in.txt/../../secret.txt'", OUTSIDE),
        ("'./'", "EISDIR"),
        ("''", ""),
    ] {
        refused(&fixture, &read(path), message);
    }
    for specifier in ["../secret.ts\\0", "../secret.ts\\0.js", "./none\\0/../src/a.ts"] {
        refused(&fixture, &format!("return Object.keys(await import('{specifier}'));"), "");
    }
    assert_eq!(fixture.run("return process.env['CI\\0X'] ?? 'none'").unwrap(), json!("none"));
    #[cfg(unix)]
    {
        // What is no plain file could block for ever.
        let pipe = fixture.root().join("pipe.ts");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        refused(&fixture, &read("'pipe.ts'"), "is no plain file");
        refused(&fixture, "return await import('./pipe.ts')", "");
    }
}

#[cfg(unix)]
#[test]
fn linked_packages_are_packages_of_the_project_or_nothing() {
    use std::os::unix::fs::symlink;
    let fixture = with_secrets();
    fixture.write("../store/out/index.js", "module.exports = 'outside';");
    fixture.write("node_modules/.pnpm/in@1/node_modules/in/index.js", "module.exports = 'inside ' + require('dep');");
    fixture.write("node_modules/.pnpm/in@1/node_modules/dep/index.js", "module.exports = 'dep';");
    symlink(".pnpm/in@1/node_modules/in", fixture.root().join("node_modules/in")).unwrap();
    symlink(fixture.folder.path().join("store/out"), fixture.root().join("node_modules/out")).unwrap();
    assert_eq!(fixture.run("return (await import('in')).default").unwrap(), json!("inside dep"));
    let out = refused(&fixture, "return (await import('out')).default", "cannot find `out`").message;
    let none = refused(&fixture, "return (await import('not')).default", "cannot find `not`").message;
    assert_eq!(out.replace("out", "not"), none);
    // A whole folder of packages elsewhere.
    let fixture = with_secrets();
    fixture.write("../store/out/index.js", "module.exports = 'outside';");
    symlink(fixture.folder.path().join("store"), fixture.root().join("node_modules")).unwrap();
    refused(&fixture, "return (await import('out')).default", "cannot find `out`");
}

#[test]
fn manifests_and_settings_outside_change_nothing() {
    let fixture = with_secrets();
    // Above the project: whether there is such a file must not show.
    fixture.write("../package.json", r##"{ "type": "module", "imports": { "#x": "./secret.ts" } }"##);
    fixture.write("../tsconfig.json", r#"{ "compilerOptions": { "paths": { "up": ["./secret.ts"] } } }"#);
    fixture.write("../node_modules/up/index.js", "module.exports = 'up';");
    fixture.write("stacktape.js", "module.exports = { resources: {}, variables: { out: typeof module } };");
    assert_eq!(fixture.evaluate("stacktape.js").unwrap()["config"]["variables"]["out"], json!("object"));
    for name in ["up", "#x"] {
        refused(&fixture, &format!("return Object.keys(await import('{name}'));"), "cannot find");
    }
    fixture.write("tsconfig.json", r#"{ "extends": "../tsconfig.json" }"#);
    refused(&fixture, "return Object.keys(await import('up'));", "cannot find");
}

#[test]
fn work_that_the_host_does_is_counted() {
    let fixture = Fixture::new(&[]);
    let line = "const x = [1, 2, 3, 4, 5, 6, 7, 8, 9];\n";
    let many: String = (0..100_000).map(|n| line.replace('x', &format!("x{n}"))).collect();
    fixture.write("big.ts", &many);
    let too_long = "takes too long";
    refused(&fixture, "for (;;) globalThis.__stacktape.ask('load', '/stacktape-project/big.ts')", too_long);
    refused(&fixture, "const fs = await import('fs'); for (;;) fs.existsSync('none')", too_long);
    assert_eq!(
        fixture.run("for (let i = 0; i < 1500; i++) console.log('x'.repeat(2e4)); return 'printed'").unwrap(),
        json!("printed")
    );
    refused(
        &fixture,
        "let all = { end: true }; for (let i = 0; i < 500; i++) all = { all }; return all",
        "nested more than 100 deep",
    );
}
