//! Configs as authors write them: values, places, errors at the author's line, the same result everywhere.

mod common;

use common::{Fixture, params};
use serde_json::json;
use stacktape_compiler::Transforms;
use stacktape_sandbox::{Options, Place, Sandbox};

const CONFIG: &str = "import { defineConfig, LambdaFunction, StacktapeLambdaBuildpackPackaging } from 'stacktape';
import type { SqsQueue } from 'stacktape';
import { jobs } from './src/queues.js';
import sizes from './sizes.json';
import team from './team.yml';

interface Sizes { [stage: string]: number }
enum Stage { dev = 'dev', prod = 'prod' }

const memory: number = (sizes as Sizes)[Stage.dev]!;

export default defineConfig(async ({ stage, projectName }) => {
  const api = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: './src/a.ts' }),
    memory,
    environment: { QUEUE: jobs.arn, NAME: `${projectName}-${jobs.resourceName}` },
    connectTo: [jobs],
    transforms: { lambda: (properties) => ({ ...properties, Timeout: 20 + team.length }) }
  });
  return { resources: { jobs: jobs satisfies SqsQueue, api }, finalTransform: (template) => ({ ...template, stage }) };
});
";

fn app() -> Fixture {
    Fixture::new(&[
        ("stacktape.ts", CONFIG),
        (
            "src/queues.ts",
            "import { SqsQueue } from 'stacktape';\n\nexport const jobs: SqsQueue = new SqsQueue({\n  fifoEnabled: true\n});\n",
        ),
        ("sizes.json", "{\"dev\": 512}"),
        ("team.yml", "- ann\n- ben\n"),
    ])
}

#[test]
fn a_config_becomes_what_its_yaml_would_be() {
    let fixture = app();
    let sandbox = fixture.sandbox("");
    let text = sandbox.evaluate(&fixture.root().join("stacktape.ts"), "app/stacktape.ts", &params()).unwrap();
    let evaluated: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        evaluated["config"]["resources"]["api"]["properties"],
        json!({
            "packaging": { "type": "stacktape-lambda-buildpack", "properties": { "entryfilePath": "./src/a.ts" } },
            "memory": 512,
            "environment": [{ "name": "QUEUE", "value": "$ResourceParam('jobs', 'arn')" }, { "name": "NAME", "value": "demo-jobs" }],
            "connectTo": ["jobs"]
        })
    );
    assert_eq!(evaluated["transforms"], json!([["api", "lambda"]]));
    assert_eq!(evaluated["finalTransform"], json!(true));
    let place = |pointer: &str| {
        let places = evaluated["places"].as_array().unwrap();
        places.iter().find(|p| p[0] == pointer).unwrap_or_else(|| panic!("{pointer}: {places:?}")).clone()
    };
    let api = place("/resources/api");
    assert_eq!((&api[1], &api[2]), (&json!("app/stacktape.ts"), &json!(13)));
    let jobs = place("/resources/jobs");
    assert_eq!((&jobs[1], &jobs[2]), (&json!("src/queues.ts"), &json!(3)));
    assert_eq!(place("/resources/api/properties/packaging")[2], json!(14));
    assert_eq!(sandbox.call(0, r#"{"MemorySize": 512}"#).unwrap(), r#"{"MemorySize":512,"Timeout":22}"#);
    assert_eq!(sandbox.call(1, "{}").unwrap(), r#"{"stage":"dev"}"#);
    assert!(sandbox.call(2, "{}").is_err());
}

#[test]
fn errors_stand_at_the_authors_line() {
    let at = |problem: &stacktape_sandbox::Problem| problem.place.clone().map(|Place { file, line, .. }| (file, line));
    let fixture = Fixture::new(&[
        (
            "stacktape.ts",
            "import { size } from './size';\ntype A = { b: string };\n\nexport default () => ({\n  resources: {},\n  variables: { size: size('x') }\n});\n",
        ),
        (
            "size.ts",
            "type Names = string[];\nexport function size(name: string): number {\n  if (name === 'x') throw new Error('there is no size `x`');\n  return 1;\n}\n",
        ),
    ]);
    let problem = fixture.evaluate("stacktape.ts").unwrap_err();
    assert_eq!(problem.message, "there is no size `x`");
    assert_eq!(at(&problem), Some(("size.ts".into(), 3)));
    assert_eq!(problem.place.as_ref().map(|p| p.column), Some(31), "{problem:?}");
    let callers: Vec<(&str, u32)> = problem.callers.iter().map(|(_, p)| (p.file.as_str(), p.line)).collect();
    assert_eq!(callers[..2], [("size.ts", 3), ("stacktape.ts", 6)], "{problem:?}");

    fixture.write("size.ts", "type A = 1;\nexport const size = (name: string) => nam.length;\n");
    let problem = fixture.evaluate("stacktape.ts").unwrap_err();
    assert_eq!(
        (problem.message.as_str(), at(&problem)),
        ("ReferenceError: nam is not defined", Some(("size.ts".into(), 2)))
    );

    fixture.write("size.ts", "export const size = () => {\n  return 1 +;\n};\n");
    let problem = fixture.evaluate("stacktape.ts").unwrap_err();
    assert_eq!(at(&problem), Some(("size.ts".into(), 2)), "{problem:?}");
    assert!(problem.message.starts_with("`size.ts` is no valid TypeScript: "), "{problem:?}");

    fixture.write("size.ts", "import data from './data.json';\nexport const size = () => data;\n");
    fixture.write("data.json", "{\n  \"a\": 1,\n}");
    let problem = fixture.evaluate("stacktape.ts").unwrap_err();
    assert_eq!(at(&problem), Some(("data.json".into(), 3)), "{problem:?}");

    fixture.write("size.ts", "import { x } from 'not-installed';\nexport const size = () => x;\n");
    let problem = fixture.evaluate("stacktape.ts").unwrap_err();
    assert!(problem.message.starts_with("cannot find `not-installed`, which size.ts imports"), "{problem:?}");

    fixture.write("stacktape.ts", "import { Bucket } from 'stacktape';\nconst files = new Bucket({});\n\nexport default () => ({ resources: {}, variables: { name: files.arn } });\n");
    let problem = fixture.evaluate("stacktape.ts").unwrap_err();
    assert!(problem.message.contains("refers to a Bucket that is not among the `resources`"), "{problem:?}");

    fixture.write("stacktape.ts", "export const a = 1;\n");
    let problem = fixture.evaluate("stacktape.ts").unwrap_err();
    assert!(problem.message.contains("exports nothing"), "{problem:?}");
}

#[test]
fn the_same_on_another_machine_at_another_path_and_time() {
    let body = "const [path, url, crypto, os] = await Promise.all(['node:path', 'node:url', 'node:crypto', 'node:os'].map((name) => import(name)));
      const fs = await import('node:fs');
      return [Date.now(), new Date().toISOString(), Math.random(), Math.random(), process.cwd(), import.meta.url, path.resolve('src'), path.join(process.cwd(), 'src/a.ts'),
        url.fileURLToPath(import.meta.url), __dirname, __filename, os.hostname(), os.homedir(), process.pid, performance?.now?.() ?? 0, fs.statSync('stacktape.ts').mtimeMs,
        crypto.createHash('sha256').update('abc').digest('hex'), Intl?.DateTimeFormat?.().resolvedOptions?.().timeZone ?? 'UTC', new Date(2024, 0, 1).getTimezoneOffset()];";
    let body = body
        .replace("performance?.now?.() ?? 0", "0")
        .replace("Intl?.DateTimeFormat?.().resolvedOptions?.().timeZone ?? 'UTC'", "'UTC'");
    let (a, b) = (Fixture::new(&[]), Fixture::new(&[]));
    let first = a.run(&body).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(first, b.run(&body).unwrap());
    let text = first.to_string();
    assert!(!text.contains(&*a.folder.path().to_string_lossy()), "{text}");
    assert_eq!(first[0], json!(1_735_689_600_000u64));
    assert_eq!(first[7], json!("./src/a.ts"), "absolute paths of the project become relative ones");
    assert_eq!(first[16], json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    for random in
        ["crypto.randomUUID()", "(await import('crypto')).randomBytes(4)", "crypto.getRandomValues(new Uint8Array(1))"]
    {
        let problem = a.run(&format!("return String({random})")).unwrap_err();
        assert!(problem.message.contains("differ from one run to the next"), "{problem:?}");
    }
}

#[test]
fn what_node_gives_that_configs_use() {
    let fixture = Fixture::new(&[("data/a.txt", "text é"), ("data/sub/b.txt", "b"), ("data/c.json", "{\"c\": 1}")]);
    let check = |body: &str, expected: serde_json::Value| assert_eq!(fixture.run(body).unwrap(), expected, "{body}");
    check(
        "const fs = await import('node:fs'); return [fs.readFileSync('data/a.txt', 'utf8'), fs.readFileSync('data/a.txt').toString(), fs.readFileSync('data/a.txt').length]",
        json!(["text é", "text é", 7]),
    );
    check(
        "const fs = await import('node:fs'); return fs.readdirSync('data', { withFileTypes: true }).map((e) => [e.name, e.isDirectory()])",
        json!([["a.txt", false], ["c.json", false], ["sub", true]]),
    );
    check(
        "const fs = await import('node:fs'); return fs.readdirSync('data', { recursive: true })",
        json!(["a.txt", "c.json", "sub", "sub/b.txt"]),
    );
    check(
        "const { stat } = await import('fs/promises'); const s = await stat('data/a.txt'); return [s.isFile(), s.size]",
        json!([true, 7]),
    );
    check(
        "const p = await import('path'); return [p.join('a', '..', 'b', './c/'), p.basename('/x/y.test.ts', '.ts'), p.extname('a.b.c'), p.dirname('/a/b/c'), p.relative('/a/b', '/a/c/d'), p.parse('/x/y.ts').name, p.posix.sep]",
        json!(["b/c/", "y.test", ".c", "/a/b", "../c/d", "y", "/"]),
    );
    check(
        "const { URL } = await import('node:url'); const u = new URL('/p?q=1#h', 'https://u:p@ex.com:8443/x'); return [u.href, u.hostname, u.port, u.searchParams.get('q'), u.origin]",
        json!(["https://u:p@ex.com:8443/p?q=1#h", "ex.com", "8443", "1", "https://ex.com:8443"]),
    );
    check(
        "const c = await import('node:crypto'); return [c.createHash('md5').update('a').digest('hex'), c.createHash('sha1').update('a').update('b').digest('base64'), c.createHmac('sha256', 'k').update('d').digest('hex').slice(0, 8)]",
        json!(["0cc175b9c0f1b6a831c399e269772661", "2iNhTgJGmg18e9G9q1ycR0sZBNw=", "e7ea21c3"]),
    );
    check(
        "return [Buffer.from('é').toString('base64'), Buffer.from('w6k=', 'base64').toString(), btoa('a'), atob('YQ=='), new TextDecoder().decode(new TextEncoder().encode('€'))]",
        json!(["w6k=", "é", "YQ==", "a", "€"]),
    );
    check(
        "return [structuredClone({ a: [1] }), await new Promise((done) => setTimeout(done, 5, 'late')), typeof queueMicrotask]",
        json!([{ "a": [1] }, "late", "function"]),
    );
    check(
        "const { promisify, format } = await import('node:util'); return [format('%s-%d-%j', 'a', 2, { b: 1 }), await promisify((x, done) => done(null, x + 1))(1)]",
        json!(["a-2-{\"b\":1}", 2]),
    );
    check(
        "const order = []; setTimeout(() => order.push('b'), 20); setTimeout(() => order.push('a'), 10); await new Promise((done) => setTimeout(done, 30)); return order",
        json!(["a", "b"]),
    );
}

#[test]
fn what_a_config_prints_is_passed_on() {
    let fixture = Fixture::new(&[(
        "stacktape.js",
        "console.log('size', { a: [1, 'x'] }); console.warn('%s!', 'careful');\nmodule.exports = { resources: {} };",
    )]);
    let sandbox = fixture.sandbox("");
    sandbox.evaluate(&fixture.root().join("stacktape.js"), "stacktape.js", &params()).unwrap();
    let printed: Vec<(String, String)> = sandbox.printed().into_iter().map(|line| (line.level, line.text)).collect();
    assert_eq!(printed, [("info".into(), "size { a: [ 1, \"x\" ] }".into()), ("warn".into(), "careful!".into())]);
}

#[test]
fn custom_directives_run() {
    let fixture = Fixture::new(&[
        (
            "directives/size.ts",
            "export const bySize = async (name: string, factor: number = 1): Promise<number> => ({ small: 128 })[name]! * factor;\nexport default (...all: unknown[]) => ({ all });\n",
        ),
        ("old.js", "module.exports = (a) => a + 1;"),
        ("bad.ts", "export default () => {\n  throw new Error('no');\n};\n"),
    ]);
    let sandbox = Sandbox::new(&fixture.root(), &fixture.root(), Options::default()).unwrap();
    assert_eq!(sandbox.directive("directives/size.ts", "bySize", &json!(["small", 2])).unwrap(), "256");
    assert_eq!(sandbox.directive("./directives/size.ts", "size", &json!(["a"])).unwrap(), r#"{"all":["a"]}"#);
    assert_eq!(sandbox.directive("old.js", "old", &json!([1])).unwrap(), "2");
    let problem = sandbox.directive("bad.ts", "bad", &json!([])).unwrap_err();
    assert_eq!(problem.to_string(), "bad.ts:2:13: no");
    assert!(
        sandbox.directive("none.ts", "none", &json!([])).unwrap_err().message.contains("there is no file `none.ts`")
    );
    assert!(sandbox.directive("../x.ts", "none", &json!([])).unwrap_err().message.contains("there is no file"));
}
