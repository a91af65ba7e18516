//! The whole way against the simulator: through `--simulate` as a user would, and with injected failures through a simulator of the test's own
//! that the binary reaches by `AWS_ENDPOINT_URL`, as it reaches AWS.
#![cfg(all(feature = "simulator", feature = "packaging"))]

use serde_json::Value;
use stacktape_simulator::{FailOperation, Failure, Fault, FaultKind, Simulator, SimulatorOptions};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const CONFIG: &str = "\
resources:
  api:
    type: function
    properties:
      packaging:
        type: custom-artifact
        properties:
          packagePath: ./api
          handler: index.js:handler
  worker:
    type: function
    properties:
      packaging:
        type: stacktape-lambda-buildpack
        properties:
          entryfilePath: worker.ts
cloudformationResources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
stackConfig:
  outputs:
    - name: apiArn
      value: $ResourceParam('api', 'arn')
";

fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("stacktape.yml"), CONFIG).unwrap();
    std::fs::create_dir(dir.path().join("api")).unwrap();
    std::fs::write(dir.path().join("api/index.js"), "exports.handler = async () => 1;").unwrap();
    std::fs::write(dir.path().join("shared.ts"), "export const answer: number = 42;").unwrap();
    let worker = "import { answer } from './shared';\nexport default async () => answer;\n";
    std::fs::write(dir.path().join("worker.ts"), worker).unwrap();
    dir
}

/// What a run printed as JSON lines, and its exit code.
struct Ran {
    lines: Vec<Value>,
    exit: i32,
}

impl Ran {
    fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |l| l["kind"] == kind)
    }
    fn last(&self) -> &Value {
        self.lines.last().expect("a run says something")
    }
    fn ok(self) -> Self {
        assert_eq!(self.exit, 0, "{:#?}", self.lines);
        assert_eq!(self.last()["kind"], "result");
        self
    }
}

/// Runs the binary in `dir`; words after the standard options.
fn run(dir: &Path, endpoint: Option<&str>, words: &str) -> Ran {
    let mut words: Vec<&str> = words.split_whitespace().collect();
    words.splice(1..1, ["--projectName", "shop", "--stage", "dev", "--region", "eu-west-1", "--outputFormat", "jsonl"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_stacktape"));
    command
        .current_dir(dir)
        .args(&words)
        .env_clear()
        .env("HOME", dir)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    match endpoint {
        Some(url) => {
            command.env("AWS_ENDPOINT_URL", url).env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        }
        None => {
            command.arg("--simulate");
        }
    }
    let output = command.output().unwrap();
    assert!(output.stderr.is_empty(), "jsonl leaves standard error alone: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("no JSON: {line}: {e}"));
    Ran { lines: text.lines().map(parse).collect(), exit: output.status.code().unwrap() }
}

async fn simulator(dir: &Path) -> Simulator {
    let mut options = SimulatorOptions::new(dir.join("state"));
    options.region = "eu-west-1".into();
    options.step_delay = Duration::from_millis(5);
    Simulator::start(options).await.unwrap()
}

#[test]
fn a_story_of_deploys() {
    let dir = project();
    let first = run(dir.path(), None, "deploy").ok();
    let result = first.last();
    assert_eq!(
        (&result["changed"], &result["version"], &result["uploaded"]),
        (&true.into(), &"v000001".into(), &2.into())
    );
    assert!(result["outputs"]["apiArn"].as_str().unwrap().starts_with("arn:aws:lambda:eu-west-1:"), "{result}");
    assert!(result["outputs"].get("StpDeploymentVersion").is_none(), "the version is internal: {result}");
    let created = first.of("event").filter(|e| e["status"] == "CREATE_COMPLETE" && e["resource"] == "api").count();
    assert!(created >= 2, "events name their config resource");

    let again = run(dir.path(), None, "deploy").ok();
    assert_eq!((&again.last()["changed"], &again.last()["version"]), (&false.into(), &"v000001".into()));
    assert_eq!(again.of("upload").count(), 0);
    assert_eq!(again.of("change").count(), 0);

    std::fs::write(dir.path().join("shared.ts"), "export const answer: number = 43;").unwrap();
    let changed = run(dir.path(), None, "deploy").ok();
    let uploads: Vec<&str> = changed.of("upload").filter_map(|u| u["key"].as_str()).collect();
    assert_eq!(uploads.len(), 1, "exactly one object: {uploads:?}");
    assert!(uploads[0].starts_with("worker/v000002-"), "{uploads:?}");
    assert!(
        changed.of("change").any(|c| c["action"] == "update" && c["resource"] == "worker" && c["line"] == 10),
        "{:#?}",
        changed.of("change").collect::<Vec<_>>()
    );

    std::fs::write(dir.path().join("shared.ts"), "export const answer: number = 42;").unwrap();
    let back = run(dir.path(), None, "deploy").ok();
    assert_eq!(back.of("upload").count(), 0, "the earlier archive is still there");
    assert_eq!(back.last()["version"], "v000003");

    let config = CONFIG.replace("TableName: orders", "TableName: bestellungen");
    std::fs::write(dir.path().join("stacktape.yml"), config).unwrap();
    let refused = run(dir.path(), None, "deploy --autoConfirmOperation");
    assert_eq!((refused.exit, &refused.last()["code"]), (10, &"data-at-risk".into()));
    assert!(refused.last()["hints"][0].as_str().unwrap().contains("--allowReplace Orders"), "{}", refused.last());
    let replaced = run(dir.path(), None, "deploy --allowReplace Orders").ok();
    assert!(replaced.of("change").any(|c| c["action"] == "replace" && c["holdsData"] == true));

    let info = run(dir.path(), None, "info:stack").ok();
    assert_eq!(info.of("stack").next().unwrap()["version"], "v000004");
    let list = run(dir.path(), None, "stack:list").ok();
    assert_eq!(list.last()["stacks"], 1);

    let unconfirmed = run(dir.path(), None, "delete");
    assert_eq!((unconfirmed.exit, &unconfirmed.last()["code"]), (10, &"confirmation-needed".into()));
    let deleted = run(dir.path(), None, "delete -aco").ok();
    assert_eq!((&deleted.last()["deleted"], &deleted.last()["objects"]), (&true.into(), &3.into()));
    assert_eq!(run(dir.path(), None, "delete -aco").ok().last()["deleted"], false);
}

const WEBSITE: &str = "\
resources:
  site:
    type: bucket
    properties:
      directoryUpload:
        directoryPath: public
        excludeFilesPatterns: ['**/*.map']
        fileOptions:
          - includePattern: '**/*.html'
            headers: [{ key: cache-control, value: no-store }]
  worker:
    type: worker-service
    properties: { packaging: { type: prebuilt-image, properties: { image: nginx } }, resources: { cpu: 0.25, memory: 512 } }
scripts:
  build:
    type: local-script
    properties:
      executeCommand: mkdir -p public && echo $TEXT > public/index.html && touch public/a.js public/a.js.map
      environment: [{ name: TEXT, value: 42 }]
  migrate:
    type: local-script
    properties: { executeCommand: echo $AWS_SESSION_TOKEN > acted.txt, assumeRoleOfResource: worker }
hooks:
  beforeDeploy: [{ scriptName: build }]
  afterDeploy: [{ scriptName: migrate }]
";

#[cfg(unix)]
#[test]
fn hooks_run_and_folders_are_synced() {
    let dir = tempfile::tempdir().unwrap();
    let config = |text: &str| std::fs::write(dir.path().join("stacktape.yml"), text).unwrap();
    config(WEBSITE);
    let uploads = |ran: &Ran| -> Vec<String> {
        ran.of("upload").map(|u| u["key"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
    };
    let first = run(dir.path(), None, "deploy").ok();
    let mut names = uploads(&first);
    names.sort();
    assert_eq!(names, ["a.js", "index.html"], "the hook made the folder, and excluded files stay here");
    assert_eq!(std::fs::read_to_string(dir.path().join("public/index.html")).unwrap(), "42\n");
    let acted = std::fs::read_to_string(dir.path().join("acted.txt")).unwrap();
    assert!(acted.starts_with("arn:aws:iam::000000000000:role/"), "the script acts as the role: {acted}");

    let again = run(dir.path(), None, "deploy").ok();
    assert_eq!((uploads(&again).len(), &again.last()["changed"]), (0, &false.into()));

    config(&WEBSITE.replace("value: 42", "value: 43"));
    std::fs::remove_file(dir.path().join("public/a.js")).unwrap();
    let changed = run(dir.path(), None, "deploy").ok();
    assert_eq!((uploads(&changed), &changed.last()["changed"]), (vec!["index.html".to_owned()], &true.into()));

    config(&WEBSITE.replace("value: 42", "value: 43").replace("no-store", "max-age=60"));
    let headers = run(dir.path(), None, "deploy").ok();
    assert_eq!(uploads(&headers).len(), 2, "other headers are no other content, and still they travel");
    assert_eq!(uploads(&run(dir.path(), None, "deploy").ok()).len(), 0);

    config(&WEBSITE.replace("echo $TEXT", "no-such-program"));
    let failed = run(dir.path(), None, "deploy");
    assert_eq!((failed.exit, &failed.last()["code"]), (15, &"script-failed".into()), "{:#?}", failed.lines);
    let other = run(dir.path(), None, "stack:list --region us-east-1");
    assert_eq!(other.exit, 2, "one region at a time");
}

const HOOKS: &str = r#"
resources:
  orders: { type: dynamo-db-table, properties: { primaryKey: { partitionKey: { name: id, type: string } } } }
  work: { type: sqs-queue }
scripts:
  tell:
    type: local-script
    properties:
      executeCommand: echo "$WHO $STP_ORDERS_NAME $QUEUE $AWS_REGION $AWS_ENDPOINT_URL" >> told.txt
      connectTo: [orders]
      environment: [{ name: WHO, value: me }, { name: QUEUE, value: "$ResourceParam('work', 'url')" }]
  fail: { type: local-script, properties: { executeCommands: [echo saving, exit 7] } }
hooks:
  beforeDeploy: [{ scriptName: tell }]
  afterDeploy: [{ scriptName: tell }]
  beforeDelete: [{ scriptName: tell }]
  afterDelete: [{ scriptName: tell }]
"#;

#[cfg(unix)]
#[test]
fn scripts_connect_to_the_stack_and_run_around_a_deletion() {
    let dir = tempfile::tempdir().unwrap();
    let config = |text: &str| std::fs::write(dir.path().join("stacktape.yml"), text).unwrap();
    config(HOOKS);
    let told = || -> Vec<String> {
        let text = std::fs::read_to_string(dir.path().join("told.txt")).unwrap_or_default();
        let words = |line: &str| line.split(' ').take(4).collect::<Vec<_>>().join(" ");
        text.lines().map(words).collect()
    };
    let warnings = |ran: &Ran| -> Vec<String> {
        let texts = ran.of("message").filter(|m| m["level"] == "warning");
        texts.map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    };
    let first = run(dir.path(), None, "deploy").ok();
    let before = "hooks.beforeDeploy: `tell` is skipped, because QUEUE, STP_ORDERS_NAME, STP_ORDERS_ARN have no value: the stack is not deployed yet";
    assert_eq!(warnings(&first), [before]);
    let queue = "https://sqs.eu-west-1.amazonaws.com/000000000000/shop-dev-work";
    let line = format!("me shop-dev-orders-e2ebe10f {queue} eu-west-1");
    assert_eq!(told(), [line.as_str()], "what the stack tells is there after the deploy");
    assert!(first.last().get("outputs").is_none(), "these outputs are nobody else's business: {}", first.last());
    let text = std::fs::read_to_string(dir.path().join("told.txt")).unwrap();
    assert!(text.trim_end().contains("http://127.0.0.1:"), "a script of a simulated deploy asks the simulator: {text}");
    let again = run(dir.path(), None, "deploy").ok();
    assert_eq!((told().len(), warnings(&again).len()), (3, 0), "before and after");

    config(&HOOKS.replace("beforeDelete: [{ scriptName: tell }]", "beforeDelete: [{ scriptName: fail }]"));
    let failed = run(dir.path(), None, "delete -aco");
    assert_eq!((failed.exit, &failed.last()["code"]), (15, &"script-failed".into()), "{:#?}", failed.lines);
    assert!(failed.last()["hints"][0].as_str().unwrap().starts_with("nothing was deleted"));
    let tunnel = "tunnel: { type: local-script-with-bastion-tunneling, properties: { executeCommand: exit 1 } }";
    let text = HOOKS.replace("  fail:", &format!("  {tunnel}\n  fail:"));
    let text = text.replace("beforeDelete: [{ scriptName: tell }]", "beforeDelete: [{ scriptName: tunnel }]");
    config(&text.replace("resources:", "resources:\n  jump: { type: bastion }"));
    let by_hand = run(dir.path(), None, "script:run --scriptName tunnel");
    assert_eq!((by_hand.exit, &by_hand.last()["code"]), (9, &"cannot-run".into()), "{:#?}", by_hand.lines);
    run(dir.path(), None, "script:run --scriptName tell --env WHO=you").ok();
    assert!(told().last().unwrap().starts_with("you shop-dev-orders"), "{:?}", told());
    let unknown = run(dir.path(), None, "script:run --scriptName tel");
    assert_eq!((unknown.exit, &unknown.last()["hints"][0]), (2, &"did you mean `tell`?".into()));
    let stranger = run(dir.path(), None, "script:run --scriptName tell --assumeRoleOfResource orders");
    assert_eq!(stranger.exit, 2, "{:#?}", stranger.lines);
    config("resources: 3");
    assert_eq!(run(dir.path(), None, "delete -aco").exit, 3, "a config with mistakes may hide a hook");
    let unconfirmed = run(dir.path(), None, "delete");
    assert_eq!(unconfirmed.exit, 3);

    config(HOOKS);
    assert_eq!(run(dir.path(), None, "delete").exit, 10, "no hook runs without consent");
    assert_eq!(told().len(), 4);
    let deleted = run(dir.path(), None, "delete -aco").ok();
    assert_eq!(deleted.last()["deleted"], true);
    assert_eq!(told()[4..], [line.clone(), line], "what was there is told after the deletion too");
    let gone = run(dir.path(), None, "delete -aco").ok();
    assert_eq!((&gone.last()["deleted"], told().len()), (&false.into(), 6), "nothing to delete, nothing to run");
}

const PROTECTED: &str = "\
resources:
  work: { type: sqs-queue }
cloudformationResources:
  Db:
    Type: AWS::RDS::DBInstance
    UpdateReplacePolicy: Snapshot
    Properties: { Engine: postgres, DBInstanceClass: db.t4g.micro, AllocatedStorage: '20', MultiAZ: false }
deploymentConfig: { terminationProtection: false }
";

#[test]
fn protection_follows_the_config() {
    let dir = tempfile::tempdir().unwrap();
    let config = |text: &str| std::fs::write(dir.path().join("stacktape.yml"), text).unwrap();
    config(PROTECTED);
    run(dir.path(), None, "deploy").ok();
    config(&PROTECTED.replace("terminationProtection: false", "terminationProtection: true"));
    let on = run(dir.path(), None, "deploy").ok();
    assert_eq!((&on.last()["changed"], &on.last()["version"]), (&true.into(), &"v000001".into()));
    assert_eq!(on.last()["text"], "shop-dev is up to date (v000001) and protected from deletion");
    assert_eq!(run(dir.path(), None, "deploy").ok().last()["changed"], false);
    let refused = run(dir.path(), None, "delete -aco");
    assert_eq!((refused.exit, &refused.last()["code"]), (9, &"protected-stack".into()), "{:#?}", refused.lines);
    config(PROTECTED);
    assert_eq!(run(dir.path(), None, "deploy").ok().last()["changed"], true);
    assert_eq!(run(dir.path(), None, "delete -aco").ok().last()["deleted"], true);
}

#[test]
fn data_that_may_be_replaced_needs_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let config = |text: &str| std::fs::write(dir.path().join("stacktape.yml"), text).unwrap();
    config(PROTECTED);
    run(dir.path(), None, "deploy").ok();
    config(&PROTECTED.replace("MultiAZ: false", "MultiAZ: true"));
    let refused = run(dir.path(), None, "deploy --autoConfirmOperation");
    assert_eq!((refused.exit, &refused.last()["code"]), (10, &"data-at-risk".into()), "{:#?}", refused.lines);
    let message = refused.last()["message"].as_str().unwrap();
    assert!(message.contains("may replace Db (AWS::RDS::DBInstance) because of MultiAZ"), "{message}");
    let change = refused.of("change").find(|c| c["logicalId"] == "Db").unwrap();
    assert_eq!((&change["action"], &change["dataAtRisk"]), (&"mayReplace".into(), &true.into()));
    let agreed = run(dir.path(), None, "deploy --allowReplace Db").ok();
    assert_eq!(agreed.last()["changed"], true);
}

#[test]
fn regions_have_stacks_of_their_own_and_facts_must_be_given() {
    let dir = project();
    run(dir.path(), None, "deploy").ok();
    let elsewhere = |words: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_stacktape"))
            .current_dir(dir.path())
            .args(words.split_whitespace())
            .env_clear()
            .env("HOME", dir.path())
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (exit, said) = elsewhere("info:stack --simulate --projectName shop --stage dev --region us-east-1");
    assert_eq!(exit, 14, "{said}");

    std::fs::write(
        dir.path().join("stacktape.yml"),
        CONFIG.replace("value: $ResourceParam('api', 'arn')", "value: $Secret('marker-secret')"),
    )
    .unwrap();
    let unknown = run(dir.path(), None, "deploy");
    assert_eq!((unknown.exit, &unknown.last()["code"]), (2, &"facts-needed".into()), "{:#?}", unknown.lines);
    assert!(unknown.last()["hints"][0].as_str().unwrap().contains("--facts FILE"), "{}", unknown.last());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_resource_is_traced_to_its_line() {
    let dir = project();
    let simulator = simulator(dir.path()).await;
    let url = simulator.endpoint_url();
    simulator.fail(failure(
        "WorkerFunction",
        FailOperation::Create,
        "Table already exists: no, a function (Service: Lambda, Status Code: 409)",
    ));
    let failed = run(dir.path(), Some(&url), "deploy");
    assert_eq!((failed.exit, &failed.last()["code"]), (8, &"stack-failed".into()), "{:#?}", failed.lines);
    let cause = failed.of("cause").next().unwrap();
    assert_eq!(
        (&cause["logicalId"], &cause["resource"], &cause["line"]),
        (&"WorkerFunction".into(), &"worker".into(), &10.into()),
        "{cause}"
    );
    assert_eq!(cause["reason"], "Table already exists: no, a function");
    assert!(
        failed.last()["message"].as_str().unwrap().contains("UPDATE_ROLLBACK_COMPLETE"),
        "it waits for a stable state"
    );
    // The cause is gone: the next run repairs it.
    assert_eq!(run(dir.path(), Some(&url), "deploy").ok().last()["status"], "UPDATE_COMPLETE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_first_deploy_is_deleted_and_made_again() {
    let dir = project();
    let simulator = simulator(dir.path()).await;
    let url = simulator.endpoint_url();
    simulator.fail(failure("StpDeploymentBucketPolicy", FailOperation::Create, "no luck"));
    let failed = run(dir.path(), Some(&url), "deploy");
    assert_eq!(failed.exit, 8, "{:#?}", failed.lines);
    assert!(failed.last()["message"].as_str().unwrap().contains("ROLLBACK_COMPLETE"), "{}", failed.last());
    let next = run(dir.path(), Some(&url), "deploy").ok();
    assert!(next.of("phase").any(|p| p["name"] == "clear"), "the dead stack was cleared in the same run");
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_and_expired_credentials() {
    let dir = project();
    let simulator = simulator(dir.path()).await;
    let url = simulator.endpoint_url();
    for action in ["DescribeStacks", "DescribeStackEvents", "DescribeChangeSet", "s3:PutObject", "CreateChangeSet"] {
        simulator.fault(Fault { action: action.into(), kind: FaultKind::Throttle, times: 2 });
    }
    run(dir.path(), Some(&url), "deploy").ok();
    simulator.fault(Fault { action: "*".into(), kind: FaultKind::Expire, times: 1 });
    let expired = run(dir.path(), Some(&url), "deploy");
    assert_eq!((expired.exit, &expired.last()["code"]), (5, &"expired-credentials".into()), "{:#?}", expired.lines);
}

const SITE: &str = "\
resources:
  site:
    type: bucket
    properties:
      directoryUpload:
        directoryPath: public
cloudformationResources:
  Archive:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: shop-archive
";

#[test]
fn folders_are_synced_and_kept_buckets_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("stacktape.yml"), SITE).unwrap();
    let missing = run(dir.path(), None, "deploy");
    assert_eq!((missing.exit, &missing.last()["code"]), (11, &"no-directory".into()), "{:#?}", missing.lines);
    std::fs::create_dir(dir.path().join("public")).unwrap();
    std::fs::write(dir.path().join("public/index.html"), "<h1>1</h1>").unwrap();
    std::fs::write(dir.path().join("public/old.txt"), "old").unwrap();
    assert_eq!(run(dir.path(), None, "deploy").ok().last()["uploaded"], 2);
    assert_eq!(run(dir.path(), None, "deploy").ok().last()["uploaded"], 0);
    std::fs::write(dir.path().join("public/index.html"), "<h1>2</h1>").unwrap();
    std::fs::remove_file(dir.path().join("public/old.txt")).unwrap();
    let synced = run(dir.path(), None, "deploy").ok();
    assert_eq!(synced.of("upload").count(), 1);
    let done = synced.of("phaseDone").find(|p| p["name"] == "sync").unwrap();
    assert_eq!(done["text"], "1 uploaded, 0 unchanged, 1 deleted");

    let deleted = run(dir.path(), None, "delete -aco").ok();
    assert_eq!(deleted.last()["objects"], 1, "only the site's bucket is emptied");
    let kept = deleted.of("message").any(|m| m["text"].as_str().is_some_and(|t| t.contains("= keep shop-archive")));
    assert!(kept, "{:#?}", deleted.lines);
}

const CDN: &str = "\
resources:
  site:
    type: bucket
    properties:
      directoryUpload: { directoryPath: public }
      cdn: { enabled: true }
";

#[tokio::test(flavor = "multi_thread")]
async fn caches_of_cdns_are_emptied_when_something_changes() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("stacktape.yml"), CDN).unwrap();
    std::fs::create_dir(dir.path().join("public")).unwrap();
    let page = |text: &str| std::fs::write(dir.path().join("public/index.html"), text).unwrap();
    let simulator = simulator(dir.path()).await;
    let url = simulator.endpoint_url();
    let deploy = || run(dir.path(), Some(&url), "deploy").ok();
    let emptied = |ran: &Ran| ran.last()["invalidated"].as_u64().unwrap();
    page("1");
    assert_eq!(emptied(&deploy()), 0, "a new CDN holds nothing yet");
    assert_eq!(emptied(&deploy()), 0, "nothing changed");
    page("2");
    let changed = deploy();
    assert_eq!(emptied(&changed), 1);
    assert!(changed.of("phase").any(|p| p["name"] == "invalidate"), "{:#?}", changed.lines);
    assert_eq!(emptied(&deploy()), 0);

    page("3");
    simulator.fault(Fault { action: "cloudfront:CreateInvalidation".into(), kind: FaultKind::Expire, times: 1 });
    let refused = deploy();
    assert_eq!(emptied(&refused), 0);
    let warned =
        |m: &Value| m["level"] == "warning" && m["text"].as_str().unwrap().contains("the next deploy tries again");
    assert!(refused.of("message").any(warned), "the stack is deployed all the same: {:#?}", refused.lines);
    assert_eq!(emptied(&deploy()), 1, "what was refused is made up for");
    assert_eq!(emptied(&deploy()), 0);

    page("4");
    simulator.fault(Fault { action: "cloudfront:CreateInvalidation".into(), kind: FaultKind::Throttle, times: 2 });
    assert_eq!(emptied(&deploy()), 1);
    let description = CDN.replace("enabled: true", "enabled: true, indexDocument: home.html");
    std::fs::write(dir.path().join("stacktape.yml"), description).unwrap();
    assert_eq!(emptied(&deploy()), 1, "other settings of the CDN make its content stale too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_tells_about_the_stack() {
    let dir = project();
    let simulator = simulator(dir.path()).await;
    let url = simulator.endpoint_url();
    run(dir.path(), Some(&url), "deploy").ok();
    let path = dir.path().join(".stacktape-stack-info/shop-dev.json");
    let info: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!((&info["stackName"], &info["version"]), (&"shop-dev".into(), &"v000001".into()));
    assert_eq!((&info["region"], &info["accountId"]), (&"eu-west-1".into(), &"123456789012".into()));
    assert!(info["outputs"]["apiArn"].as_str().unwrap().starts_with("arn:aws:lambda:"), "{info}");
    assert!(info["resources"].as_array().unwrap().iter().any(|r| r["logicalId"] == "WorkerFunction"), "{info}");
    run(dir.path(), Some(&url), "delete -aco").ok();
    assert!(!path.exists(), "it told about a stack that is gone");

    let config = format!("{CONFIG}  disableStackInfoSaving: true\n");
    std::fs::write(dir.path().join("stacktape.yml"), config).unwrap();
    run(dir.path(), Some(&url), "deploy").ok();
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_another_account_are_refused() {
    let dir = project();
    let simulator = simulator(dir.path()).await;
    let wrong = run(dir.path(), Some(&simulator.endpoint_url()), "deploy --awsAccount 999999999999");
    assert_eq!((wrong.exit, &wrong.last()["code"]), (5, &"wrong-account".into()));
}

fn failure(logical_id: &str, operation: FailOperation, reason: &str) -> Failure {
    Failure { stack_name: None, logical_id: logical_id.into(), operation, reason: reason.into(), times: 1 }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_is_taken_up_by_the_next() {
    let dir = project();
    let mut options = SimulatorOptions::new(dir.path().join("state"));
    options.region = "eu-west-1".into();
    options.step_delay = Duration::from_millis(120);
    let simulator = Simulator::start(options).await.unwrap();
    let url = simulator.endpoint_url();
    for kill_at in
        ["\"name\":\"bootstrap\"", "ApiRole\",\"resourceType\":\"AWS::IAM::Role\",\"status\":\"CREATE_IN_PROGRESS"]
    {
        let words =
            ["deploy", "--projectName", "shop", "--stage", "dev", "--region", "eu-west-1", "--outputFormat", "jsonl"];
        let mut child = Command::new(env!("CARGO_BIN_EXE_stacktape"))
            .current_dir(dir.path())
            .args(words)
            .env("AWS_ENDPOINT_URL", &url)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        let seen = lines.map_while(Result::ok).any(|line| line.contains(kill_at));
        assert!(seen, "the run never said {kill_at}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let next = run(dir.path(), Some(&url), "deploy").ok();
    assert!(next.of("phase").any(|p| p["name"] == "wait"), "the killed run's update is waited for: {:#?}", next.lines);
    assert_eq!(next.last()["status"], "UPDATE_COMPLETE");
    assert_eq!(next.of("upload").count(), 0, "its uploads are there already");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_name_that_is_taken_stops_before_anything_is_made() {
    let dir = project();
    let simulator = simulator(dir.path()).await;
    let url = simulator.endpoint_url();
    let refused = run(dir.path(), Some(&url), "synth --awsAccountId 123456789012 --outFile -");
    let template = &refused.of("template").next().unwrap()["template"];
    let bucket = template["Resources"]["StpDeploymentBucket"]["Properties"]["BucketName"].as_str().unwrap();
    let credentials = aws_sdk_s3::config::Credentials::new("t", "t", None, None, "test");
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .region(aws_sdk_s3::config::Region::new("us-east-1"))
        .credentials_provider(credentials)
        .endpoint_url(&url)
        .force_path_style(true)
        .build();
    aws_sdk_s3::Client::from_conf(config).create_bucket().bucket(bucket).send().await.unwrap();
    let taken = run(dir.path(), Some(&url), "deploy");
    assert_eq!((taken.exit, &taken.last()["code"]), (7, &"bucket-name-taken".into()), "{:#?}", taken.lines);
    assert!(taken.last()["message"].as_str().unwrap().contains(bucket));
    assert_eq!(run(dir.path(), Some(&url), "stack:list").ok().last()["stacks"], 0, "nothing was made");
}

#[test]
fn a_template_over_a_limit_is_refused_before_any_request() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = "resources: {}\ncloudformationResources:\n".to_owned();
    for n in 0..501 {
        config.push_str(&format!("  Topic{n}: {{ Type: AWS::SNS::Topic }}\n"));
    }
    std::fs::write(dir.path().join("stacktape.yml"), config).unwrap();
    let refused = run(dir.path(), None, "deploy");
    assert_eq!((refused.exit, &refused.last()["code"]), (3, &"config-errors".into()));
    let finding = refused.of("diagnostic").find(|d| d["severity"] == "error").unwrap();
    assert_eq!(finding["code"], "limit-exceeded", "{finding}");
}

#[test]
fn a_large_template_goes_through_the_bucket() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = "resources: {}\ncloudformationResources:\n".to_owned();
    for n in 0..120 {
        let name = format!("topic-{n}-{}", "x".repeat(200));
        config.push_str(&format!(
            "  Topic{n}: {{ Type: AWS::SNS::Topic, Properties: {{ TopicName: {name}, DisplayName: {name} }} }}\n"
        ));
    }
    std::fs::write(dir.path().join("stacktape.yml"), config).unwrap();
    let first = run(dir.path(), None, "deploy").ok();
    assert_eq!(first.last()["changed"], true);
    assert_eq!(run(dir.path(), None, "deploy").ok().last()["changed"], false);
    assert_eq!(run(dir.path(), None, "delete -aco").ok().last()["objects"], 1, "the template was in the bucket");
}
