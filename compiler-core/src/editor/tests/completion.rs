use super::super::completion::{Completion, complete};
use super::{apply, at};

fn all(file: &str, text: &str) -> Vec<Completion> {
    at(file, text, complete)
}

fn labels(file: &str, text: &str) -> Vec<String> {
    all(file, text).into_iter().map(|item| item.label).collect()
}

fn has(text: &str, wanted: &[&str]) {
    let found = labels("a.yml", text);
    for label in wanted {
        assert!(found.iter().any(|l| l == label), "{label} is not among {found:?} in\n{text}");
    }
}

fn lacks(text: &str, unwanted: &[&str]) {
    let found = labels("a.yml", text);
    for label in unwanted {
        assert!(!found.iter().any(|l| l == label), "{label} is among {found:?} in\n{text}");
    }
}

/// The text after one completion was chosen, with the cursor.
fn chosen(file: &str, text: &str, label: &str) -> String {
    let items = all(file, text);
    let item = items
        .iter()
        .find(|item| item.label == label)
        .unwrap_or_else(|| panic!("{label} is not among {:?}", items.iter().map(|i| &i.label).collect::<Vec<_>>()));
    let mut edit = item.edit.clone();
    let cursor = edit.text.len() - item.back;
    edit.text.insert(cursor, '‸');
    apply(&text.replace('‸', ""), &[edit])
}

const FUNCTION: &str = "resources:\n  api:\n    type: function\n    properties:\n";

#[test]
fn keys_of_the_root() {
    has("‸", &["resources", "variables", "stackConfig", "scripts", "hooks"]);
    has("res‸", &["resources"]);
    has("resources:\n  a:\n    type: sqs-queue\n‸", &["variables"]);
    lacks("resources:\n  a:\n    type: sqs-queue\n‸", &["resources"]);
    has("‸\nresources:\n  a:\n    type: sqs-queue\n", &["variables"]);
    lacks("‸\nresources:\n  a:\n    type: sqs-queue\n", &["resources"]);
}

#[test]
fn keys_of_a_resource() {
    has("resources:\n  api:\n    ‸", &["type", "properties", "overrides"]);
    has("resources:\n  api:\n    type: function\n    ‸\n  other:\n    type: bucket\n", &["properties"]);
    lacks("resources:\n  api:\n    type: function\n    ‸\n  other:\n    type: bucket\n", &["type"]);
    has("resources:\n  api: { ‸ }", &["type"]);
    has("resources:\n  api: { type: function, ‸ }", &["properties"]);
    has("resources:\n  api: { type: function, prop‸", &["properties"]);
}

#[test]
fn required_properties_come_first_with_docs_and_defaults() {
    let items = all("a.yml", &format!("{FUNCTION}      ‸\n"));
    assert_eq!(items[0].label, "packaging");
    assert!(items[0].required && items[0].detail.contains("required"), "{:?}", items[0]);
    let timeout = items.iter().find(|item| item.label == "timeout").unwrap();
    assert!(timeout.detail.contains("20"), "{timeout:?}");
    assert!(timeout.docs.contains("seconds") && timeout.docs.contains("900"), "{timeout:?}");
    assert!(!items[1].required || items[1].label != "timeout");
}

#[test]
fn keys_that_are_there_are_not_offered() {
    let text = format!("{FUNCTION}      timeout: 5\n      ‸\n      memory: 512\n");
    has(&text, &["packaging", "events"]);
    lacks(&text, &["timeout", "memory"]);
    // The value of the key at the cursor stays; the key can become another one.
    has(&format!("{FUNCTION}      mem‸ory: 512\n      timeout: 1\n"), &["memory", "events"]);
}

#[test]
fn half_written_neighbours_do_no_harm() {
    has(&format!("{FUNCTION}      memory\n      ‸\n      timeout: 5\n"), &["packaging"]);
    has(&format!("{FUNCTION}      runtime: 'nodejs\n      ‸\n  other:\n    type: bucket\n"), &["packaging"]);
    has(&format!("variables:\n  a: [1, 2\n{FUNCTION}      ‸\n"), &["packaging"]);
    has(&format!("{FUNCTION}      packaging: {{ type: ‸\n      memory: 5\n"), &["stacktape-lambda-buildpack"]);
    has(&format!("{FUNCTION}      cors: {{\n      ‸\n"), &[]);
}

#[test]
fn values_of_choices_and_booleans() {
    has("resources:\n  a:\n    type: ‸\n", &["function", "sqs-queue", "http-api-gateway"]);
    has("resources:\n  a:\n    type: fun‸\n    properties:\n      memory: 5\n", &["function"]);
    has("resources:\n  a:\n    type:‸", &["function"]);
    assert_eq!(chosen("a.yml", "resources:\n  a:\n    type:‸", "function"), "resources:\n  a:\n    type: function‸");
    assert_eq!(
        chosen("a.yml", "resources:\n  a:\n    type: sqs-‸\n", "sqs-queue"),
        "resources:\n  a:\n    type: sqs-queue‸\n"
    );
    assert_eq!(
        chosen("a.yml", "resources:\n  a: {type: \"s‸\"}\n", "sqs-queue"),
        "resources:\n  a: {type: \"sqs-queue‸\"}\n"
    );
    has(&format!("{FUNCTION}      architecture: ‸\n"), &["arm64", "x86_64"]);
    has(&format!("{FUNCTION}      joinDefaultVpc: ‸\n      timeout: 1\n"), &["true", "false"]);
    let items = all("a.yml", &format!("{FUNCTION}      architecture: ‸\n"));
    assert_eq!(items.iter().find(|i| i.label == "x86_64").unwrap().detail, "default");
}

#[test]
fn unions_follow_their_tag() {
    has(
        &format!("{FUNCTION}      packaging:\n        type: custom-artifact\n        properties:\n          ‸\n"),
        &["packagePath", "handler"],
    );
    has(&format!("{FUNCTION}      events:\n        - ‸\n"), &["type"]);
    has(&format!("{FUNCTION}      events:\n        - type: ‸\n"), &["http-api-gateway", "schedule"]);
    has(
        &format!("{FUNCTION}      events:\n        - type: schedule\n          properties:\n            ‸\n"),
        &["scheduleRate"],
    );
    has(&format!("{FUNCTION}      events:\n        ‸\n"), &["type"]);
    assert_eq!(
        chosen("a.yml", &format!("{FUNCTION}      events:\n        ‸\n"), "type"),
        format!("{FUNCTION}      events:\n        - type: ‸\n")
    );
}

#[test]
fn names_of_resources_where_one_is_expected() {
    let text = "resources:\n  api: { type: http-api-gateway }\n  jobs: { type: sqs-queue }\n  f:\n    type: function\n    properties:\n      packaging: { type: custom-artifact, properties: { packagePath: d } }\n";
    let event = format!(
        "{text}      events:\n        - type: http-api-gateway\n          properties:\n            httpApiGatewayName: ‸\n"
    );
    has(&event, &["api"]);
    lacks(&event, &["jobs", "f", "$Var"]);
    has(&format!("{text}      connectTo:\n        - ‸\n"), &["jobs", "aws:ses"]);
    lacks(&format!("{text}      connectTo:\n        - ‸\n"), &["f"]);
    has(&format!("{text}      connectTo: [‸]\n"), &["jobs"]);
    has(&format!("{text}      connectTo: [jobs, ‸]\n"), &["aws:ses"]);
    lacks(&format!("{text}      connectTo: [jobs, ‸]\n"), &["jobs"]);
    has(&format!("{text}      connectTo:\n        ‸\n"), &["jobs"]);
    assert_eq!(
        chosen("a.yml", &format!("{text}      connectTo:\n        ‸\n"), "jobs"),
        format!("{text}      connectTo:\n        - jobs‸\n")
    );
    let hook = "scripts:\n  migrate: { type: local-script, properties: { executeCommand: x } }\nhooks:\n  afterDeploy:\n    - scriptName: ‸\n";
    has(hook, &["migrate"]);
}

#[test]
fn directives_and_their_arguments() {
    let text = "resources:\n  jobs: { type: sqs-queue }\n  f:\n    type: function\n    properties:\n      environment:\n        - name: URL\n          value: ";
    has(&format!("{text}$‸\n"), &["$ResourceParam", "$Var", "$Secret"]);
    has(&format!("{text}‸\n"), &["$ResourceParam"]);
    assert_eq!(chosen("a.yml", &format!("{text}$Res‸\n"), "$ResourceParam"), format!("{text}$ResourceParam('‸')\n"));
    assert_eq!(chosen("a.yml", &format!("{text}$St‸\n"), "$Stage"), format!("{text}$Stage()‸\n"));
    has(&format!("{text}$ResourceParam('‸\n"), &["jobs", "f"]);
    has(&format!("{text}$ResourceParam('‸')\n"), &["jobs"]);
    has(&format!("{text}$ResourceParam('jobs', '‸')\n"), &["arn", "url", "name"]);
    assert_eq!(
        chosen("a.yml", &format!("{text}$ResourceParam('jobs', '‸\n"), "url"),
        format!("{text}$ResourceParam('jobs', 'url'‸\n")
    );
    assert_eq!(
        chosen("a.yml", &format!("{text}$ResourceParam('jo‸bs', 'url')\n"), "jobs"),
        format!("{text}$ResourceParam('jobs‸', 'url')\n")
    );
    has(&format!("{text}$CfFormat('{{}}', $ResourceParam('jobs', '‸'))\n"), &["url"]);
    has(&format!("variables:\n  db: {{ size: 5 }}\n{text}$Var().‸\n"), &["db"]);
    has(&format!("variables:\n  db: {{ size: 5 }}\n{text}$Var().db.‸\n"), &["size"]);
    has(&format!("{text}$GitInfo('‸')\n"), &["branch"]);
    assert_eq!(
        chosen("a.yml", "resources:\n  f: { type: function, properties: { timeout: $V‸ } }\n", "$Var"),
        "resources:\n  f: { type: function, properties: { timeout: \"$Var().‸\" } }\n"
    );
}

#[test]
fn nothing_in_comments() {
    assert!(labels("a.yml", "resources: # ‸\n").is_empty());
    assert!(labels("a.yml", "# ‸\nresources: {}\n").is_empty());
}

#[test]
fn inserted_keys_start_their_value() {
    assert_eq!(
        chosen("a.yml", "resources:\n  a:\n    type: function\n    ‸\n", "properties"),
        "resources:\n  a:\n    type: function\n    properties:\n      ‸\n"
    );
    assert_eq!(
        chosen("a.yml", &format!("{FUNCTION}      ‸\n"), "connectTo"),
        format!("{FUNCTION}      connectTo:\n        - ‸\n")
    );
    assert_eq!(chosen("a.yml", &format!("{FUNCTION}      tim‸\n"), "timeout"), format!("{FUNCTION}      timeout: ‸\n"));
    assert_eq!(
        chosen("a.yml", &format!("{FUNCTION}      tim‸: 5\n"), "timeout"),
        format!("{FUNCTION}      timeout‸: 5\n")
    );
}

#[test]
fn indentation_between_two_levels_means_the_nearer_one() {
    has("resources:\n  a:\n    type: function\n   ‸\n", &["properties"]);
    has(&format!("{FUNCTION}      memory: 5\n     ‸\n"), &["packaging"]);
}

#[test]
fn json_works_too() {
    let json = |text: &str| labels("a.json", text);
    assert!(json("{ \"‸\" }").contains(&"resources".to_string()));
    assert!(json("{ ‸ }").contains(&"resources".to_string()));
    assert!(json("{ \"resources\": { \"a\": { \"type\": \"‸\" } } }").contains(&"function".to_string()));
    assert!(json("{ \"resources\": { \"a\": { \"type\": ‸ } } }").contains(&"function".to_string()));
    assert!(
        json("{ \"resources\": { \"a\": { \"type\": \"function\", \"properties\": { \"mem‸")
            .contains(&"memory".to_string())
    );
    assert_eq!(
        chosen("a.json", "{ \"resources\": { \"a\": { \"type\": ‸ } } }", "function"),
        "{ \"resources\": { \"a\": { \"type\": \"function\"‸ } } }"
    );
    assert_eq!(chosen("a.json", "{ ‸ }", "resources"), "{ \"resources\": {‸} }");
    assert_eq!(chosen("a.json", "{ \"res‸\" }", "resources"), "{ \"resources‸\" }");
    let text = "{ \"resources\": { \"q\": { \"type\": \"sqs-queue\" }, \"f\": { \"type\": \"function\", \"properties\": { \"connectTo\": [\"‸\"] } } } }";
    assert!(json(text).contains(&"q".to_string()), "{:?}", json(text));
}

#[test]
fn programs_have_no_services() {
    assert!(labels("stacktape.ts", "export default {‸}").is_empty());
}

#[test]
fn containers_of_the_same_resource() {
    let config = "resources:
  app:
    type: multi-container-workload
    properties:
      containers:
        - name: web
          dependsOn:
            - containerName: ‸
        - name: proxy
      resources: { cpu: 0.25, memory: 512 }
";
    assert_eq!(labels("a.yml", config), ["proxy"]);
    let service = "resources:
  app:
    type: worker-service
    properties:
      sideContainers:
        - name: agent
          dependsOn: [{ containerName: ‸ }]
        - name: setup
";
    assert_eq!(labels("a.yml", service), ["setup", "service-container"]);
}

#[test]
fn logical_ids_and_what_they_have() {
    let queue = "resources:\n  jobs:\n    type: sqs-queue\n    properties: { visibilityTimeoutSeconds: 5 }\n    overrides:\n      ‸\n  other:\n    type: sqs-queue\n";
    assert_eq!(labels("a.yml", queue), ["JobsQueue"]);
    assert_eq!(chosen("a.yml", queue, "JobsQueue"), queue.replace("‸", "JobsQueue:\n        ‸"),);
    let property = queue.replace('‸', "JobsQueue:\n        ‸");
    has(&property, &["VisibilityTimeout", "QueueName"]);
    let reference = "resources:\n  jobs:\n    type: sqs-queue\ncloudformationResources:\n  Extra:\n    Type: AWS::SNS::Topic\nvariables:\n  id: \"$CfResourceParam('‸')\"\n";
    has(reference, &["JobsQueue", "Extra"]);
    lacks(reference, &["jobs"]);
}
