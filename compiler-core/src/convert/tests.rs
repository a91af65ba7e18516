use super::{to_typescript, to_yaml, yaml_to_json};
use crate::source::FilePath;
use crate::world::{Fact, FactKey, World};
use crate::{Evaluated, Input, Target, Transforms};
use std::sync::Arc;

fn typescript(yaml: &str) -> String {
    let converted = to_typescript("stacktape.yml", yaml);
    assert!(converted.diagnostics.is_empty(), "{:?}", converted.diagnostics);
    converted.text.unwrap()
}

/// What stands in the function of the config.
fn body(yaml: &str) -> String {
    let text = typescript(yaml);
    let (_, body) = text.split_once("export default ").unwrap();
    body.to_string()
}

#[test]
fn resources_become_constants_that_refer_to_each_other() {
    let yaml = "\
resources:
  place:
    type: function
    properties:
      packaging: { type: stacktape-lambda-buildpack, properties: { entryfilePath: a.ts } }
      connectTo: [orders, aws:ses]
      environment:
        - { name: TABLE, value: \"$ResourceParam('orders', 'arn')\" }
      events:
        - { type: http-api-gateway, properties: { httpApiGatewayName: api, method: GET, path: / } }
  api: { type: http-api-gateway }
  orders: { type: dynamo-db-table, properties: { primaryKey: { partitionKey: { name: id, type: string } } } }
";
    let expected = "\
defineConfig(() => {
  const api = new HttpApiGateway();
  const orders = new DynamoDbTable({ primaryKey: { partitionKey: { name: 'id', type: 'string' } } });
  const place = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: 'a.ts' }),
    connectTo: [orders, AWS_SES],
    environment: { TABLE: orders.arn },
    events: [new HttpApiIntegration({ httpApiGatewayName: api.resourceName, method: 'GET', path: '/' })],
  });

  return { resources: { place, api, orders } };
});
";
    assert_eq!(body(yaml), expected);
}

#[test]
fn circles_are_broken_with_names() {
    let function = |other: &str| {
        format!(
            "{{ type: function, properties: {{ packaging: {{ type: custom-artifact, properties: {{ packagePath: a }} }}, connectTo: [{other}] }} }}"
        )
    };
    let yaml = format!("resources:\n  a: {}\n  b: {}\n", function("b"), function("a"));
    let body = body(&yaml);
    assert!(body.contains("connectTo: ['a']") && body.contains("connectTo: [b]"), "{body}");
}

#[test]
fn comments_stay() {
    let yaml = "\
# The shop.
# All of it.

resources: # what there is
  # Orders wait here.
  jobs: # one queue
    type: sqs-queue
    properties:
      # In order.
      fifoEnabled: true # always
      # Behind everything.
  other: { type: sqs-queue } # another
# The end.
";
    let expected = "\
// The shop.
// All of it.
import { SqsQueue, defineConfig } from 'stacktape';

export default defineConfig(() => {
  // what there is
  // Orders wait here.
  const jobs = new SqsQueue({
    // one queue
    // In order.
    fifoEnabled: true, // always
  });
  // Behind everything.
  const other = new SqsQueue(); // another

  return { resources: { jobs, other } };
});
// The end.
";
    assert_eq!(typescript(yaml), expected);
}

#[test]
fn what_no_class_can_write_stays_as_it_is() {
    let yaml = "\
resources:
  class: { type: sqs-queue }
  SqsQueue: { type: sqs-queue }
  odd: { type: sqs-queu, properties: { a: 1 } }
  more: { type: sqs-queue, propertys: {} }
  list: { type: sqs-queue, properties: [] }
  lift: { type: sqs-queue, properties: { overrides: 1 } }
";
    let body = body(yaml);
    assert!(body.contains("const classResource = new SqsQueue();"), "{body}");
    assert!(body.contains("const SqsQueueResource = new SqsQueue();"), "{body}");
    for part in [
        "class: classResource",
        "SqsQueue: SqsQueueResource",
        "odd: { type: 'sqs-queu', properties: { a: 1 } }",
        "more: { type: 'sqs-queue', propertys: {} }",
        "list: { type: 'sqs-queue', properties: [] }",
        "lift: { type: 'sqs-queue', properties: { overrides: 1 } }",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[test]
fn texts_and_keys() {
    let yaml = "\
variables:
  a-b: \"it's\"
  __proto__: 1
  lines: \"a `b` ${c}\\n\\\\d\"
  control: \"\\x07\\t\"
  stage: $Stage()
  path: $Var().lines
  nested: $CfFormat('{}-{}', $Stage(), 'x', 5, true)
  unknown: $Nothing('x')
  number: 1.5
  nothing:
resources: {}
";
    let body = body(yaml);
    for part in [
        "'a-b': 'it\\'s'",
        "['__proto__']: 1",
        "lines: `a \\`b\\` \\${c}\n\\\\d`",
        "control: '\\u{7}\\t'",
        "stage: $Stage()",
        "path: '$Var().lines'",
        "nested: $CfFormat('{}-{}', $Stage(), 'x', 5, true)",
        "unknown: '$Nothing(\\'x\\')'",
        "number: 1.5",
        "nothing: null",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[test]
fn what_is_no_config_is_refused_at_its_place() {
    for (text, message) in [("a: [", "["), ("- a", "must be a mapping"), ("", "must be a mapping")] {
        let converted = to_typescript("stacktape.yml", text);
        assert!(converted.text.is_none());
        assert!(converted.diagnostics[0].message.contains(message), "{:?}", converted.diagnostics);
    }
}

#[test]
fn yaml_is_read_as_json() {
    assert_eq!(yaml_to_json("a: [1, true, !Ref x]\nb:\n").as_deref(), Ok(r#"{"a":[1,true,{"Ref":"x"}],"b":null}"#));
    assert!(yaml_to_json("a: 1\nb: [").unwrap_err().starts_with("line "));
}

struct Program(&'static str);

impl World for Program {
    fn source(&self, _: &FilePath) -> Option<Arc<str>> {
        Some(Arc::from(self.0))
    }
    fn fact(&self, _: &FactKey) -> Option<Fact> {
        None
    }
}

impl Transforms for Program {
    fn call(&self, _: usize, _: &str) -> Result<String, String> {
        Err("not to be called".into())
    }
}

fn yaml(program: &'static str, evaluated: &str) -> super::Converted {
    let program = Program(program);
    let input = Input {
        config: FilePath::new("stacktape.ts"),
        target: Target { project_name: "a".into(), stage: "dev".into(), region: "eu-west-1".into(), profile: None },
        cli_args: Default::default(),
        evaluated: Some(Evaluated { text: evaluated, transforms: &program }),
    };
    to_yaml(&input, &program)
}

#[test]
fn programs_become_yaml_with_their_comments() {
    let program = "\
// The shop.
import { SqsQueue, defineConfig } from 'stacktape';

export default defineConfig(() => {
  // Orders wait here.
  // In order.
  const jobs = new SqsQueue({
    // Always.
    fifoEnabled: true,
    delayMessagesSecond: 5, // short
  });
  return { resources: { jobs } };
});
";
    let evaluated = r#"{"config":{"resources":{"jobs":{"type":"sqs-queue","properties":{"fifoEnabled":true,"delayMessagesSecond":5}}}},
        "places":[["","stacktape.ts",4,16],["/resources/jobs","stacktape.ts",7,16]],"transforms":[],"finalTransform":false}"#;
    let expected = "\
# The shop.
resources:
  # Orders wait here.
  # In order.
  jobs:
    type: sqs-queue
    properties:
      # Always.
      fifoEnabled: true
      delayMessagesSecond: 5 # short
";
    assert_eq!(yaml(program, evaluated).text.as_deref(), Some(expected));
}

#[test]
fn functions_have_no_yaml() {
    let evaluated = r#"{"config":{"resources":{"jobs":{"type":"sqs-queue"}}},"places":[],"transforms":[["jobs","sqsQueue"]],"finalTransform":true}"#;
    let converted = yaml("", evaluated);
    assert!(converted.text.is_none());
    let messages: Vec<&str> = converted.diagnostics.iter().map(|d| &*d.message).collect();
    assert!(messages.iter().any(|m| m.contains("the transform of jobs.sqsQueue is a function")), "{messages:?}");
    assert!(messages.iter().any(|m| m.contains("finalTransform is a function")), "{messages:?}");
}
