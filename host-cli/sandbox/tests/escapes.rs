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
