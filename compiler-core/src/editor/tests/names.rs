use super::super::definition::{definition, references};
use super::super::hover::hover;
use super::super::rename::rename;
use super::super::{Target, folds::folds, symbols::symbols};
use super::{apply, at};

const CONFIG: &str = "\
variables:
  size: 512
resources:
  jobs: { type: sqs-queue }
  f:
    type: function
    properties:
      memory: $Var().size
      connectTo:
        - jobs
      environment:
        - { name: URL, value: \"$ResourceParam('jobs', 'url')\" }
      events:
        - type: sqs
          properties:
            sqsQueueName: 'jobs'
    overrides:
      FFunction: { Timeout: 5 }
scripts:
  migrate: { type: local-script, properties: { executeCommand: x, connectTo: [jobs] } }
hooks:
  afterDeploy: [{ scriptName: migrate }]
stackConfig:
  outputs:
    - { name: file, value: \"$File('conf/sizes.json').a\" }
";

/// The config with the cursor behind the first `needle`.
fn behind(needle: &str) -> String {
    let at = CONFIG.find(needle).unwrap() + needle.len();
    format!("{}‸{}", &CONFIG[..at], &CONFIG[at..])
}

fn defined(needle: &str) -> Option<String> {
    at("a.yml", &behind(needle), |open, offset| {
        definition(open, offset).map(|target| match target {
            Target::Here(span) => {
                open.slice(span).to_string() + &format!("@{}", open.text()[..span.start as usize].lines().count())
            }
            Target::File(path) => path.to_string(),
        })
    })
}

#[test]
fn names_lead_to_their_declaration() {
    assert_eq!(defined("- jo").as_deref(), Some("jobs@4"));
    assert_eq!(defined("$ResourceParam('job").as_deref(), Some("jobs@4"));
    assert_eq!(defined("sqsQueueName: 'jo").as_deref(), Some("jobs@4"));
    assert_eq!(defined("$Var().siz").as_deref(), Some("size@2"));
    assert_eq!(defined("scriptName: mig").as_deref(), Some("migrate@20"));
    assert_eq!(defined("'conf/siz").as_deref(), Some("conf/sizes.json"));
    assert_eq!(defined("type: sqs-qu"), None);
    assert_eq!(defined("memo"), None);
}

#[test]
fn every_use_is_found() {
    let found = at("a.yml", &behind("  job"), |open, offset| references(open, offset).len());
    assert_eq!(found, 5);
    let found = at("a.yml", &behind("$Var().si"), |open, offset| references(open, offset).len());
    assert_eq!(found, 2);
}

#[test]
fn renaming_changes_every_use() {
    let renamed = |needle: &str, name: &str| {
        at("a.yml", &behind(needle), |open, offset| rename(open, offset, name).map(|edits| apply(CONFIG, &edits)))
    };
    assert_eq!(renamed("sqsQueueName: 'jo", "work").unwrap(), CONFIG.replace("jobs", "work"));
    assert_eq!(renamed("  si", "mb").unwrap(), CONFIG.replace("size:", "mb:").replace("().size", "().mb"));
    assert_eq!(renamed("scriptName: mi", "up-date").unwrap(), CONFIG.replace("migrate", "up-date"));
    for (needle, name) in [("- jo", "my-jobs"), ("- jo", ""), ("- jo", "f"), ("memo", "x"), ("- jo", "12")] {
        assert!(renamed(needle, name).is_err(), "{needle} {name}");
    }
}

#[test]
fn renaming_changes_logical_ids() {
    let text = "resources:\n  wo‸rk:\n    type: sqs-queue\n    overrides:\n      WorkQueue: { VisibilityTimeout: 77 }\nstackConfig:\n  outputs:\n    - { name: a, value: \"$CfResourceParam('WorkQueue', 'Arn')\" }\ncloudformationResources:\n  Extra:\n    Type: AWS::SNS::Topic\n    Properties: { TopicName: !Sub 'x-${WorkQueue}' }\n";
    let renamed = at("a.yml", text, |open, offset| apply(open.text(), &rename(open, offset, "heavyJobs").unwrap()));
    let expected = text.replace('‸', "").replace("WorkQueue", "HeavyJobsQueue").replace("  work:", "  heavyJobs:");
    assert_eq!(renamed, expected);
}

#[test]
fn json_is_renamed_inside_its_quotes() {
    let text = r#"{"resources": {"jo‸bs": {"type": "sqs-queue"}, "f": {"type": "function", "properties": {"connectTo": ["jobs"]}}}}"#;
    let renamed = at("a.json", text, |open, offset| apply(open.text(), &rename(open, offset, "work").unwrap()));
    assert_eq!(renamed, text.replace('‸', "").replace("jobs", "work"));
}

fn hovered(needle: &str) -> String {
    at("a.yml", &behind(needle), |open, offset| hover(open, offset).map(|h| h.markdown).unwrap_or_default())
}

#[test]
fn hover_explains() {
    let memory = hovered("memo");
    assert!(memory.contains("1024") && memory.contains("128 to 10240 MB"), "{memory}");
    assert!(hovered("type: sqs-q").contains("queue"), "{}", hovered("type: sqs-q"));
    assert!(hovered("- jo").contains("`sqs-queue`"));
    assert!(hovered("$Resource").contains("$ResourceParam('resource', 'param')"));
    assert!(hovered("$Var().si").contains("512"));
    assert!(hovered("sqsQueueNa").contains("of type `sqs-queue`"), "{}", hovered("sqsQueueNa"));
    assert!(hovered("  afterDep").contains("After a deploy"));
    assert_eq!(hovered("URL"), "");
}

#[test]
fn outline_and_folds() {
    let outline = at("a.yml", CONFIG, |open, _| symbols(open));
    let names: Vec<&str> = outline.iter().map(|s| &*s.name).collect();
    assert_eq!(names, ["variables", "resources", "scripts", "hooks", "stackConfig"]);
    let resources: Vec<(&str, &str)> = outline[1].children.iter().map(|s| (&*s.name, &*s.detail)).collect();
    assert_eq!(resources, [("jobs", "sqs-queue"), ("f", "function")]);
    let folded = at("a.yml", &format!("# one\n# two\n{CONFIG}"), |open, _| folds(open));
    assert_eq!((folded[0].first, folded[0].last, folded[0].comment), (0, 1, true));
    assert!(folded.iter().any(|f| (f.first, f.last) == (4, 19)), "{folded:?}");
    let json = "{\n  \"resources\": {\n    \"a\": {\n      \"type\": \"sqs-queue\"\n    }\n  }\n}\n";
    let folded: Vec<(u32, u32)> = at("a.json", json, |open, _| folds(open).iter().map(|f| (f.first, f.last)).collect());
    assert_eq!(folded, [(1, 4), (2, 3)]);
}

#[test]
fn names_in_a_half_written_text_are_found() {
    let text = CONFIG.replace("      memory: $Var().size\n", "      memo\n");
    let at_jobs = text.find("- jo").unwrap() + 4;
    let text = format!("{}‸{}", &text[..at_jobs], &text[at_jobs..]);
    assert_eq!(at("a.yml", &text, |open, offset| references(open, offset).len()), 5);
}
