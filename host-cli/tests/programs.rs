//! Configs that are programs, through the binary: found, evaluated, their mistakes at the author's lines.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the binary in a folder with these files.
fn stacktape(files: &[(&str, &str)], args: &[&str]) -> Output {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    run(folder.path(), home.path(), args)
}

fn run(folder: &Path, home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stacktape"));
    command.current_dir(folder).env_clear().env("HOME", home).env("MY_FLAG", "on").args(args);
    command.args(["--projectName", "demo", "--stage", "dev", "--region", "eu-west-1"]).output().unwrap()
}

#[track_caller]
fn says(output: &Output, exit: i32, parts: &[&str]) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(exit), "{text}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a_typescript_config_gives_a_template() {
    let config = "import { defineConfig, SqsQueue } from 'stacktape';
import { retention } from './settings';
export default defineConfig(({ stage }) => ({
  resources: {
    jobs: new SqsQueue({
      messageRetentionPeriodSeconds: retention[stage as 'dev'],
      transforms: { sqsQueue: (properties) => ({ ...properties, KmsDataKeyReusePeriodSeconds: 300 }) }
    })
  }
}));
";
    let files = [("stacktape.ts", config), ("settings.ts", "export const retention = { dev: 3600 } as const;\n")];
    let output = stacktape(&files, &["synth", "--awsAccountId", "123456789012", "--outFile", "-"]);
    says(&output, 0, &["JobsQueue:", "MessageRetentionPeriod: 3600", "KmsDataKeyReusePeriodSeconds: 300"]);
}

#[test]
fn mistakes_stand_at_the_property() {
    let config = "import { Bucket, defineConfig } from 'stacktape';

export default defineConfig(() => {
  const files = new Bucket({ versionning: true });
  return { resources: { files } };
});
";
    let output = stacktape(&[("stacktape.ts", config)], &["validate"]);
    says(&output, 3, &["unknown property `versionning`", "stacktape.ts:4:30"]);
}

#[test]
fn a_thrown_error_shows_the_authors_line() {
    let sizes = "interface Size {
  memory: number;
}

export function sizeOf(name: string): Size {
  throw new Error(`there is no size '${name}'`);
}
";
    let config = "import { sizeOf } from './sizes';\nexport default () => ({ resources: {}, variables: { size: sizeOf('huge') } });\n";
    let output = stacktape(&[("stacktape.ts", config), ("sizes.ts", sizes)], &["validate"]);
    says(&output, 3, &["there is no size 'huge'", "sizes.ts:6:", "the config could not be evaluated"]);
}

#[test]
fn the_environment_needs_leave() {
    let config = "module.exports = { resources: {}, variables: { flag: process.env.MY_FLAG } };\n";
    says(&stacktape(&[("stacktape.js", config)], &["validate"]), 3, &["add `--allowEnv MY_FLAG`"]);
    says(
        &stacktape(&[("stacktape.js", config)], &["validate", "--allowEnv", "MY_FLAG"]),
        0,
        &["stacktape.js is valid"],
    );
}

#[test]
fn custom_directives_run_for_yaml_configs() {
    let config = "directives:
  - { name: retention, filePath: retention.ts }
resources:
  jobs:
    type: sqs-queue
    properties: { messageRetentionPeriodSeconds: $retention('STAGE') }
";
    let script = "export function retention(stage: string): number {
  if (stage !== 'dev') throw new Error(`no retention for ${stage}`);
  return 3600;
}
";
    let with = |stage: &str| config.replace("STAGE", stage);
    let good = stacktape(
        &[("stacktape.yml", &with("dev")), ("retention.ts", script)],
        &["synth", "--awsAccountId", "123456789012", "--outFile", "-"],
    );
    says(&good, 0, &["MessageRetentionPeriod: 3600"]);
    let bad = stacktape(&[("stacktape.yml", &with("prod")), ("retention.ts", script)], &["validate"]);
    says(&bad, 3, &["`$retention` failed", "no retention for prod", "stacktape.yml:6:"]);
}

#[test]
fn directives_in_python_need_leave() {
    let config = "directives:
  - { name: size, filePath: 'scripts/size.py:by_size' }
  - { name: later, filePath: scripts/size.py }
variables: { name: x }
resources:
  jobs:
    type: sqs-queue
    properties:
      messageRetentionPeriodSeconds: $size('small', 60)
      fifoEnabled: $later().fifo
";
    let script = "import asyncio
from sizes import SIZES

print('not the result')

def by_size(name, factor):
    if name not in SIZES:
        raise ValueError(f'there is no size {name}')
    return SIZES[name] * factor

async def later():
    await asyncio.sleep(0)
    return {'fifo': True}
";
    let folder = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("scripts")).unwrap();
    std::fs::write(folder.path().join("stacktape.yml"), config).unwrap();
    std::fs::write(folder.path().join("scripts/size.py"), script).unwrap();
    std::fs::write(folder.path().join("scripts/sizes.py"), "SIZES = {'small': 60}\n").unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stacktape"));
        command.current_dir(folder.path()).env_clear().env("HOME", home.path()).args(args);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.args(["--projectName", "demo", "--stage", "dev", "--region", "eu-west-1"]).output().unwrap()
    };
    let refused = ["`$size` failed: it is written in Python", "add `--unsafePython`", "stacktape.yml:9:38"];
    says(&run(&["validate"]), 3, &refused);
    let synth = ["synth", "--awsAccountId", "123456789012", "--outFile", "-", "--unsafePython"];
    says(&run(&synth), 0, &["MessageRetentionPeriod: 3600", "FifoQueue: true", "without a sandbox"]);
    std::fs::write(folder.path().join("stacktape.yml"), config.replace("'small'", "'huge'")).unwrap();
    says(&run(&synth), 3, &["scripts/size.py:8:1: ValueError: there is no size huge", "stacktape.yml:9:38"]);
    std::fs::write(folder.path().join("stacktape.yml"), config.replace(":by_size", ":none")).unwrap();
    says(&run(&synth), 3, &["the file has no function `none`"]);
    std::fs::write(folder.path().join("stacktape.yml"), config.replace("scripts/size.py", "../size.py")).unwrap();
    says(&run(&synth), 3, &["there is no file `../size.py` in the project"]);
}

#[test]
fn clock_and_random_values_need_leave() {
    let config = "module.exports = { resources: {}, variables: { late: Date.now() > 1.75e12, die: Math.random(), id: typeof crypto.randomUUID() } };\n";
    says(&stacktape(&[("stacktape.js", config)], &["validate"]), 3, &["add `--allowRandom`"]);
    let print =
        "console.warn(Date.now() > 1.75e12, Math.random() === Math.random());\nmodule.exports = { resources: {} };\n";
    says(&stacktape(&[("stacktape.js", print)], &["validate"]), 0, &["false false"]);
    says(&stacktape(&[("stacktape.js", print)], &["validate", "--allowClock"]), 0, &["true false"]);
    let id = "console.warn(/^[0-9a-f-]{36}$/.test(crypto.randomUUID()));\nmodule.exports = { resources: {} };\n";
    says(&stacktape(&[("stacktape.js", id)], &["validate", "--allow-random"]), 0, &["true"]);
}

#[test]
fn overrides_and_transforms_publish_a_new_version() {
    let config = "import { defineConfig, LambdaFunction, StacktapeLambdaBuildpackPackaging } from 'stacktape';
const packaging = new StacktapeLambdaBuildpackPackaging({ entryfilePath: 'a.ts' });
export default defineConfig(() => ({ resources: { api: new LambdaFunction({ packaging, provisionedConcurrency: 1, CHANGE }) } }));
";
    let version = |change: &str| {
        let files = [("stacktape.ts", &*config.replace("CHANGE", change)), ("a.ts", "export default () => 1;\n")];
        let output = stacktape(&files, &["synth", "--awsAccountId", "123456789012", "--outFile", "-"]);
        says(&output, 0, &["AWS::Lambda::Version"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, rest) = text.split_once("- configuration\n").unwrap();
        rest.lines().next().unwrap().trim().to_string()
    };
    let plain = version("");
    assert_eq!(plain, version(""));
    assert_eq!(plain, version("overrides: { lambdaLogGroup: { RetentionInDays: 3 } }"));
    assert_eq!(plain, version("overrides: { lambda: { ReservedConcurrentExecutions: 7 } }"));
    let changed = [
        version("overrides: { lambda: { MemorySize: 1000 } }"),
        version("overrides: { lambda: { MemorySize: 1001 } }"),
        version("transforms: { lambda: (properties) => ({ ...properties, MemorySize: 1002 }) }"),
        version(
            "overrides: { lambda: { Timeout: 9 } }, transforms: { lambda: (properties) => ({ ...properties, MemorySize: 1002 }) }",
        ),
    ];
    for (at, one) in changed.iter().enumerate() {
        assert_ne!(*one, plain, "{at}");
        assert!(!changed[..at].contains(one), "{at}: {changed:?}");
    }
}
