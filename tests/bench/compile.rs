//! Speed of the compiler: a 30-line config, 100 functions (about 700 resources), 1,000 functions, and 100 container services. The ratio between the last two must not show
//! anything super-linear; it is checked, because it holds on any machine. Times are CPU time, the best of several runs that start with cold caches, as
//! the one run of a command does.

use stacktape_compiler::source::FilePath;
use stacktape_compiler::template::to_json;
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Compiled, Input, compile};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Ten times the config may cost this many times the time in process, where a hundred functions still fit into the processor's caches and a thousand do
/// not. More would be a super-linear step. What the command costs is measured by `process.py`.
const MOST: f64 = 20.0;

/// What a hundred container services may cost.
const SERVICES: Duration = Duration::from_millis(60);

/// As in the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Only(Arc<str>);

impl World for Only {
    fn source(&self, _: &FilePath) -> Option<Arc<str>> {
        Some(self.0.clone())
    }
    fn fact(&self, key: &FactKey) -> Option<Fact> {
        matches!(key, FactKey::AccountId).then(|| Fact::Text { value: "123456789012".into() })
    }
}

/// A function with a route, a schedule, a queue and a table, `count` times: seven template resources each.
fn app(count: usize) -> String {
    let mut text = String::from(
        "resources:\n  api: { type: http-api-gateway }\n  jobs: { type: sqs-queue }\n  orders:\n    type: dynamo-db-table\n    properties: { primaryKey: { partitionKey: { name: id, type: string } } }\n",
    );
    for i in 0..count {
        let _ = write!(
            text,
            "  fn{i}:
    type: function
    properties:
      packaging: {{ type: stacktape-lambda-buildpack, properties: {{ entryfilePath: src/fn{i}.ts }} }}
      memory: 512
      connectTo: [jobs, orders]
      environment:
        - {{ name: STAGE, value: $Stage() }}
        - {{ name: QUEUE, value: \"$ResourceParam('jobs', 'arn')\" }}
      events:
        - {{ type: http-api-gateway, properties: {{ httpApiGatewayName: api, path: /fn{i}, method: GET }} }}
        - {{ type: schedule, properties: {{ scheduleRate: rate(5 minutes) }} }}
"
        );
    }
    text
}

/// A web service with a connection, variables and scaling, `count` times: eighteen template resources each, beside the network and the roles that they share.
fn services(count: usize) -> String {
    let mut text = String::from("resources:\n  jobs: { type: sqs-queue }\n");
    for i in 0..count {
        let _ = write!(
            text,
            "  service{i}:
    type: web-service
    properties:
      packaging: {{ type: stacktape-image-buildpack, properties: {{ entryfilePath: src/service{i}.ts }} }}
      resources: {{ cpu: 0.5, memory: 1024 }}
      scaling: {{ minInstances: 1, maxInstances: 4 }}
      connectTo: [jobs]
      environment:
        - {{ name: STAGE, value: $Stage() }}
        - {{ name: QUEUE, value: \"$ResourceParam('jobs', 'arn')\" }}
"
        );
    }
    text
}

fn run(text: &str) -> Compiled {
    let input = Input {
        config: FilePath::new("stacktape.yml"),
        target: stacktape_tests::target(),
        cli_args: BTreeMap::new(),
        evaluated: None,
    };
    compile(&input, &Only(text.into()))
}

/// CPU time of this process so far: other load on the machine does not count.
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The best of as many runs as fit into a second, at least three.
fn best(mut work: impl FnMut()) -> Duration {
    let start = now();
    let mut best = Duration::MAX;
    let mut runs = 0;
    let mut cold = vec![0u8; 64 << 20];
    while runs < 3 || now() - start < Duration::from_secs(1) {
        cold.iter_mut().step_by(64).for_each(|byte| *byte = byte.wrapping_add(1));
        let one = now();
        work();
        best = best.min(now() - one);
        runs += 1;
    }
    best
}

fn measure(name: &str, text: &str) -> Duration {
    let compiled = run(text);
    let resources = compiled.template.as_ref().map(|t| t.resources.len());
    let time = best(|| drop(run(text)));
    let lines = text.lines().count();
    let resources = resources.map_or("over CloudFormation's limit".into(), |n| format!("{n} resources"));
    println!("compile {name:<16} {:>9.3} ms   {lines} lines, {resources}", time.as_secs_f64() * 1e3);
    time
}

fn main() -> ExitCode {
    measure("30 lines", include_str!("small.yml"));
    let largest = app(60);
    measure("60 functions", &largest);
    if let Some(template) = run(&largest).template {
        let time = best(|| drop(to_json(&template, true)));
        println!("emit    60 functions     {:>9.3} ms   JSON", time.as_secs_f64() * 1e3);
    }
    let hundred = measure("100 functions", &app(100));
    let thousand = measure("1000 functions", &app(1000));
    let ratio = thousand.as_secs_f64() / hundred.as_secs_f64();
    println!("1000 functions cost {ratio:.1} times 100 (at most {MOST})");
    let containers = measure("100 services", &services(100));
    println!("100 services may cost {} ms", SERVICES.as_millis());
    if ratio > MOST || containers > SERVICES { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
