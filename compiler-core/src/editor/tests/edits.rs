use super::super::edits::set_property;
use super::{apply, at};
use serde_json::{Value, json};

fn set(file: &str, text: &str, path: &str, value: Option<Value>) -> Result<String, String> {
    at(file, text, |open, _| set_property(open, path, value.as_ref()).map(|edits| apply(text, &edits)))
}

fn sets(text: &str, path: &str, value: Value, expected: &str) {
    assert_eq!(set("a.yml", text, path, Some(value)).as_deref(), Ok(expected), "{path} in\n{text}");
}

fn removes(text: &str, path: &str, expected: &str) {
    assert_eq!(set("a.yml", text, path, None).as_deref(), Ok(expected), "{path} in\n{text}");
}

const CONFIG: &str = "\
# the config
resources:
  f: # a function
    type: function
    properties:
      memory: 512 # MB
      tags: [a, b]
      env: { A: 1 }
      events:
        # first
        - type: sqs
          properties:
            sqsQueueName: q
        - type: sns
  q:
    type: sqs-queue
";

#[test]
fn values_are_replaced_in_place() {
    sets(CONFIG, "/resources/f/properties/memory", json!(1024), &CONFIG.replace("512", "1024"));
    sets(CONFIG, "/resources/f/properties/memory", json!("$Var().m"), &CONFIG.replace("512", "$Var().m"));
    sets(CONFIG, "/resources/f/properties/env/A", json!("x, y"), &CONFIG.replace("A: 1", "A: \"x, y\""));
    sets(CONFIG, "/resources/f/properties/tags/1", json!("c"), &CONFIG.replace("[a, b]", "[a, c]"));
    sets(CONFIG, "/resources/f/properties/tags", json!(["z"]), &CONFIG.replace("tags: [a, b]", "tags:\n        - z"));
    sets(CONFIG, "/resources/f/properties/env", json!(true), &CONFIG.replace("env: { A: 1 }", "env: true"));
    sets("a:\nb: 1\n", "/a", json!(5), "a: 5\nb: 1\n");
}

#[test]
fn what_is_missing_is_added() {
    sets(
        CONFIG,
        "/resources/q/properties/fifoEnabled",
        json!(true),
        &format!("{CONFIG}    properties:\n      fifoEnabled: true\n"),
    );
    sets(
        CONFIG,
        "/resources/f/properties/events/1/properties",
        json!({ "snsTopicName": "t" }),
        &CONFIG.replace("- type: sns\n", "- type: sns\n          properties:\n            snsTopicName: t\n"),
    );
    sets(CONFIG, "/resources/f/properties/env/B", json!([1]), &CONFIG.replace("{ A: 1 }", "{ A: 1, B: [1] }"));
    sets(CONFIG, "/resources/f/properties/tags/2", json!("c"), &CONFIG.replace("[a, b]", "[a, b, c]"));
    sets(
        CONFIG,
        "/resources/f/properties/events/-",
        json!({ "type": "schedule", "properties": { "scheduleRate": "rate(1 hour)" } }),
        &CONFIG.replace(
            "- type: sns\n",
            "- type: sns\n        - type: schedule\n          properties:\n            scheduleRate: rate(1 hour)\n",
        ),
    );
    sets(
        CONFIG,
        "/resources/f/properties/timeout",
        json!(5),
        &CONFIG.replace("- type: sns\n", "- type: sns\n      timeout: 5\n"),
    );
    sets(
        CONFIG,
        "/resources/f/properties/connectTo/0",
        json!("q"),
        &CONFIG.replace("- type: sns\n", "- type: sns\n      connectTo:\n        - q\n"),
    );
    sets(
        "resources:\n  a:\n    properties:\n    type: x\n",
        "/resources/a/properties/b",
        json!(1),
        "resources:\n  a:\n    properties:\n      b: 1\n    type: x\n",
    );
    sets("a:\n- 1\nb: 2\n", "/a/-", json!(5), "a:\n- 1\n- 5\nb: 2\n");
    sets("", "/resources/a/type", json!("sqs-queue"), "resources:\n  a:\n    type: sqs-queue\n");
    sets("# only a comment\n", "/variables/x", json!(1), "# only a comment\nvariables:\n  x: 1\n");
    sets("a: {}\n", "/a/b", json!("c"), "a: { b: c }\n");
    sets("a: b", "/c", json!(1), "a: b\nc: 1");
}

#[test]
fn values_are_removed_with_their_lines() {
    removes(CONFIG, "/resources/f/properties/memory", &CONFIG.replace("      memory: 512 # MB\n", ""));
    removes(CONFIG, "/resources/f/properties/tags/0", &CONFIG.replace("[a, b]", "[b]"));
    removes(CONFIG, "/resources/f/properties/tags/1", &CONFIG.replace("[a, b]", "[a]"));
    removes(CONFIG, "/resources/f/properties/env/A", &CONFIG.replace("      env: { A: 1 }\n", ""));
    removes(CONFIG, "/resources/f/properties/events/1", &CONFIG.replace("        - type: sns\n", ""));
    removes(CONFIG, "/resources/q", &CONFIG.replace("  q:\n    type: sqs-queue\n", ""));
    removes("a:\n  - x: 1\n    y: 2\n", "/a/0/x", "a:\n  - y: 2\n");
    removes(CONFIG, "/resources/q/nothing", CONFIG);
    removes("resources:\n  q:\n    type: sqs-queue\n", "/resources/q", "resources: {}\n");
}

#[test]
fn anchors_are_not_edited_from_afar() {
    let text = "x: &x { a: 1 }\ny: *x\nz:\n  <<: *x\n  b: 2\n";
    assert!(set("a.yml", text, "/y/a", Some(json!(2))).unwrap_err().contains("anchor"));
    sets(text, "/z/c", json!(3), &format!("{text}  c: 3\n"));
    sets(text, "/x/a", json!(5), &text.replace("a: 1", "a: 5"));
}

#[test]
fn json_keeps_its_style() {
    let text = "{\n  \"resources\": {\n    \"q\": {\n      \"type\": \"sqs-queue\"\n    },\n    \"e\": {}\n  }\n}\n";
    let of = |path: &str, value: Option<Value>| set("a.json", text, path, value).unwrap();
    assert_eq!(
        of("/resources/q/properties/fifoEnabled", Some(json!(true))),
        text.replace(
            "\"sqs-queue\"\n",
            "\"sqs-queue\",\n      \"properties\": {\n        \"fifoEnabled\": true\n      }\n"
        )
    );
    assert_eq!(
        of("/resources/e/type", Some(json!("bucket"))),
        text.replace("{}", "{\n      \"type\": \"bucket\"\n    }")
    );
    assert_eq!(of("/resources/e", None), text.replace(",\n    \"e\": {}", ""));
    assert_eq!(of("/resources/q", None), text.replace("\"q\": {\n      \"type\": \"sqs-queue\"\n    },\n    ", ""));
}
