//! Every type that connects with every type that there is: configs made from one table, so that a new type is held to the rules with one row.

use stacktape_compiler::Compiled;
use stacktape_compiler::resources::REGISTRY;

/// A type, its least properties, and whether it has `connectTo`.
struct Row {
    kind: &'static str,
    properties: &'static str,
    connects: bool,
}

const fn row(kind: &'static str, properties: &'static str) -> Row {
    Row { kind, properties, connects: false }
}

const fn consumer(kind: &'static str, properties: &'static str) -> Row {
    Row { kind, properties, connects: true }
}

const CODE: &str = "packaging: { type: stacktape-lambda-buildpack, properties: { entryfilePath: src/a.ts } }";
const IMAGE: &str = "packaging: { type: prebuilt-image, properties: { image: nginx } }";

/// `<code>` and `<image>` stand for packaging of functions and of containers.
const ROWS: &[Row] = &[
    row("application-load-balancer", ""),
    row("bastion", ""),
    consumer("batch-job", "container: { <image> }, resources: { cpu: 1, memory: 1024 }"),
    row("bucket", ""),
    consumer("custom-resource-definition", "<code>"),
    row("custom-resource-instance", "definitionName: maker, resourceProperties: {}"),
    consumer("deployment-script", "<code>, trigger: after:deploy"),
    row(
        "dynamo-db-table",
        "primaryKey: { partitionKey: { name: id, type: string } }, streamType: NEW_IMAGE, \
         secondaryIndexes: [{ name: byDay, partitionKey: { name: day, type: string } }]",
    ),
    consumer("edge-lambda-function", "<code>"),
    row("efs-filesystem", ""),
    row("event-bus", "archivation: { enabled: true }"),
    consumer("function", "<code>"),
    row("http-api-gateway", ""),
    row("kinesis-stream", "encryption: { enabled: true }"),
    consumer(
        "multi-container-workload",
        "resources: { cpu: 0.25, memory: 512 }, containers: [{ name: main, <image> }, { name: side, <image> }]",
    ),
    row("network-load-balancer", "listeners: [{ port: 80, protocol: TCP }]"),
    consumer("private-service", "<image>, resources: { cpu: 0.25, memory: 512 }"),
    row("sns-topic", ""),
    row("sqs-queue", ""),
    row("state-machine", "definition: { StartAt: A, States: { A: { Type: Pass, End: true } } }"),
    row("user-auth-pool", "generateClientSecret: true"),
    row("web-app-firewall", "scope: regional"),
    consumer("web-service", "<image>, resources: { cpu: 0.25, memory: 512 }"),
    consumer("worker-service", "<image>, resources: { cpu: 0.25, memory: 512 }"),
];

/// The target that is no resource.
const SES: &str = "aws:ses";
/// Names in the configs.
pub const CONSUMER: &str = "consumer";
/// Names in the configs.
pub const TARGET: &str = "target";

/// A config in which a resource of one type connects to one of another.
pub struct Pair {
    /// `function → bucket`.
    pub name: String,
    /// The same without the connection.
    pub alone: Compiled,
    /// The config.
    pub text: String,
    /// What it compiles to.
    pub compiled: Compiled,
}

impl Row {
    fn resource(&self, name: &str, connection: &str) -> String {
        let properties = self.properties.replace("<code>", CODE).replace("<image>", IMAGE);
        let all: Vec<&str> = [&*properties, connection].into_iter().filter(|p| !p.is_empty()).collect();
        format!("  {name}: {{ type: {}, properties: {{ {} }} }}\n", self.kind, all.join(", "))
    }
}

/// What a target cannot be without.
fn companion(kind: &str) -> String {
    match kind {
        "custom-resource-instance" => {
            format!("  maker: {{ type: custom-resource-definition, properties: {{ {CODE} }} }}\n")
        }
        "network-load-balancer" => format!(
            "  game: {{ type: multi-container-workload, properties: {{ resources: {{ cpu: 0.25, memory: 512 }}, containers: [{{ name: main, {IMAGE}, \
             events: [{{ type: network-load-balancer, properties: {{ loadBalancerName: {TARGET}, listenerPort: 80, containerPort: 80 }} }}] }}] }} }}\n"
        ),
        _ => String::new(),
    }
}

fn config(consumer: &Row, target: Option<&Row>, connection: &str) -> String {
    let mut text = format!("resources:\n{}", consumer.resource(CONSUMER, connection));
    if let Some(target) = target {
        text += &target.resource(TARGET, "");
        text += &companion(target.kind);
    }
    text
}

/// Every pair.
pub fn pairs() -> Vec<Pair> {
    let mut all = vec![];
    for consumer in ROWS.iter().filter(|r| r.connects) {
        for target in ROWS.iter().map(Some).chain([None]) {
            let wish = format!("connectTo: [{}]", target.map_or(format!("'{SES}'"), |_| TARGET.to_string()));
            let text = config(consumer, target, &wish);
            all.push(Pair {
                name: format!("{} → {}", consumer.kind, target.map_or(SES, |t| t.kind)),
                alone: stacktape_tests::compile_text(&config(consumer, target, "")),
                compiled: stacktape_tests::compile_text(&text),
                text,
            });
        }
    }
    all
}

#[test]
fn every_type_is_in_the_table() {
    let listed: Vec<&str> = ROWS.iter().map(|r| r.kind).collect();
    let mut registered: Vec<&str> = REGISTRY.kinds.iter().map(|r| r.type_name).collect();
    registered.sort_unstable();
    assert_eq!(listed, registered);
}

#[test]
fn the_rows_say_who_connects() {
    for row in ROWS {
        let compiled = stacktape_tests::compile_text(&config(row, None, "connectTo: []"));
        let unknown = compiled.diagnostics.iter().any(|d| d.message.contains("connectTo"));
        assert_eq!(unknown, !row.connects, "{}", row.kind);
    }
}
