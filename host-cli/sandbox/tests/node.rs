//! `--unsafeNode`: the user's Node gives what the sandbox gives.

mod common;

use common::{Fixture, params};
use serde_json::Value;
use stacktape_compiler::Transforms;
use stacktape_sandbox::{Node, OUTSIDE_LIMIT};
use std::time::Duration;

fn fixture() -> Fixture {
    Fixture::new(&[
        (
            "stacktape.ts",
            "import { defineConfig, SqsQueue } from 'stacktape';
import { size } from '@lib/size';
import data from './data.json';
import team from './team.yml';
enum Kind { a = 'a' }
export default defineConfig(async ({ stage }: { stage: string }) => {
  const jobs = new SqsQueue({
    fifoEnabled: data.fifo,
    transforms: { sqsQueue: (properties) => ({ ...properties, size }) }
  });
  return { resources: { jobs }, variables: { kind: Kind.a, stage, team, folder: __dirname } };
});
",
        ),
        ("lib/size.ts", "export const size: number = 5;\n"),
        ("data.json", "{\"fifo\": true}"),
        ("team.yml", "- ann\n"),
        ("tsconfig.json", "{ \"compilerOptions\": { \"paths\": { \"@lib/*\": [\"./lib/*\"] } } }"),
    ])
}

#[test]
fn node_gives_what_the_sandbox_gives() {
    let fixture = fixture();
    let config = fixture.root().join("stacktape.ts");
    let sandbox = fixture.sandbox("").evaluate(&config, "stacktape.ts", &params()).unwrap();
    let node = Node::start(&fixture.root(), &fixture.root(), OUTSIDE_LIMIT).unwrap();
    let text = node.evaluate(&config, "stacktape.ts", &params()).unwrap();
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parsed(&text)["config"], parsed(&sandbox)["config"]);
    // The call of `defineConfig` is no construct; engines disagree about its column.
    let constructs = |text: &str| {
        let places = parsed(text)["places"].as_array().cloned().unwrap_or_default();
        places.into_iter().filter(|place| place[0] != "").collect::<Vec<_>>()
    };
    assert_eq!(constructs(&text), constructs(&sandbox));
    assert_eq!(constructs(&text).len(), 1);
    assert_eq!(node.call(0, "{\"a\": 1}").unwrap(), "{\"a\":1,\"size\":5}");
}

#[test]
fn node_may_do_what_the_sandbox_may_not() {
    let fixture = fixture();
    fixture.write("stacktape.ts", "import { execSync } from 'node:child_process';\nexport default () => ({ resources: {}, variables: { out: String(execSync('echo hello')).trim() } });\n");
    let node = Node::start(&fixture.root(), &fixture.root(), OUTSIDE_LIMIT).unwrap();
    let text = node.evaluate(&fixture.root().join("stacktape.ts"), "stacktape.ts", &params()).unwrap();
    assert!(text.contains("\"out\":\"hello\""), "{text}");
}

#[test]
fn errors_stand_at_the_authors_line_there_too() {
    let fixture = fixture();
    fixture.write("stacktape.ts", "interface A { a: string }\ninterface B { b: string }\n\nexport default () => {\n  throw new Error('no');\n};\n");
    let node = Node::start(&fixture.root(), &fixture.root(), OUTSIDE_LIMIT).unwrap();
    let problem = node.evaluate(&fixture.root().join("stacktape.ts"), "stacktape.ts", &params()).unwrap_err();
    let place = problem.place.clone().unwrap();
    assert_eq!((problem.message.as_str(), place.file.as_str(), place.line), ("no", "stacktape.ts", 5));
    // Node is still there: the next config works.
    let node = Node::start(&fixture.root(), &fixture.root(), OUTSIDE_LIMIT).unwrap();
    fixture.write("stacktape.ts", "export default { resources: {} };\n");
    assert!(node.evaluate(&fixture.root().join("stacktape.ts"), "stacktape.ts", &params()).is_ok());
}

#[test]
fn what_never_ends_is_told() {
    let fixture = fixture();
    let run = |text: &str, limit: Duration| {
        fixture.write("stacktape.ts", text);
        let node = Node::start(&fixture.root(), &fixture.root(), limit).unwrap();
        node.evaluate(&fixture.root().join("stacktape.ts"), "stacktape.ts", &params())
    };
    for waiting in [
        "await new Promise(() => {});\nexport default { resources: {} };\n",
        "export default async () => { await new Promise(() => {}); };\n",
        "import './data.json';\nimport './lib/size';\nexport default () => new Promise(() => {});\n",
    ] {
        let problem = run(waiting, OUTSIDE_LIMIT).unwrap_err();
        assert!(problem.message.contains("a promise that never settles"), "{waiting}: {problem:?}");
    }
    for endless in
        ["while (true) {}\nexport {};\n", "export default () => new Promise(() => setInterval(() => {}, 9));\n"]
    {
        let problem = run(endless, Duration::from_secs(3)).unwrap_err();
        assert!(problem.message.contains("Node was stopped after 3 seconds"), "{endless}: {problem:?}");
    }
    let problem = run("process.exit(5);\n", OUTSIDE_LIMIT).unwrap_err();
    assert!(problem.message.contains("Node ended before the config was evaluated"), "{problem:?}");
    // What takes time is waited for.
    let slow = "import { get } from 'node:http';
import { createServer } from 'node:http';
const server = createServer((_, answer) => setTimeout(() => answer.end('late'), 300)).listen(0, '127.0.0.1');
await new Promise((done) => server.on('listening', done));
const text = await new Promise((done) => get({ port: server.address().port, host: '127.0.0.1' }, (answer) => answer.on('data', (d) => done(String(d)))));
server.close();
export default { resources: {}, variables: { text, size: (await import('./lib/size')).size } };
";
    let text = run(slow, OUTSIDE_LIMIT).unwrap();
    assert!(text.contains("\"text\":\"late\",\"size\":5"), "{text}");
}
