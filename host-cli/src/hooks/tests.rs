//! Scripts that run here, without AWS.

use super::*;
use crate::args::{LogLevel, OutputFormat};
use crate::ui::Style;
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn hook(steps: Vec<Run>) -> Hook {
    let environment = vec![("GREETING".to_owned(), Variable::Known("hello".to_owned()))];
    let script = Script { steps, cwd: None, show_output: true, environment, acts_as: None, place: Place::Here };
    Hook { name: "build".into(), script, skip_on_ci: false, skip_on_local: false }
}

async fn ran(hooks: &[Hook], vars: &[(&str, &str)]) -> (Result<()>, String) {
    ran_at(BEFORE_DEPLOY, hooks, vars).await
}

async fn ran_at(when: Moment, hooks: &[Hook], vars: &[(&str, &str)]) -> (Result<()>, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("show.py"), "import os\nprint('py', os.environ['GREETING'])\n").unwrap();
    let style =
        Style { format: OutputFormat::Plain, level: LogLevel::Info, colours: (false, false), interactive: false };
    let shown = Buffer::default();
    let ui = Ui::with_sinks(style, Box::new(Buffer::default()), Box::new(shown.clone()));
    let vars = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let env = Environment { vars, cwd: dir.path().to_owned() };
    let aws = Aws::at("eu-west-1", "http://127.0.0.1:1").await;
    let common = [("HOME".to_owned(), None)];
    let undo = Mutex::default();
    let (root, pace, simulated) = (dir.path(), Pace::SIMULATOR, false);
    let runner = Runner { ui: &ui, env: &env, root, aws: &aws, pace, simulated, common: &common, undo };
    let result = runner.run(when, hooks, None, &mut Interrupts::none()).await;
    let text = String::from_utf8(shown.0.lock().unwrap().clone()).unwrap();
    (result, text)
}

#[tokio::test]
async fn commands_and_files_run_with_their_variables() {
    let steps = vec![Run::Command("echo $GREETING there >&2".into()), Run::File("show.py".into())];
    let (result, shown) = ran(&[hook(steps)], &[]).await;
    assert_eq!(result, Ok(()));
    assert!(shown.contains("\n  hello there\n") && shown.contains("\n  py hello\n"), "{shown}");
}

#[tokio::test]
async fn a_failure_ends_the_command() {
    let steps = vec![Run::Command("echo why; exit 3".into()), Run::Command("echo never".into())];
    let mut silent = hook(steps);
    silent.script.show_output = false;
    let (result, shown) = ran(&[silent], &[]).await;
    let failure = result.unwrap_err();
    assert_eq!(failure.exit, Exit::Script);
    assert_eq!(
        failure.message,
        "the script `build` (hooks.beforeDeploy) failed: `echo why; exit 3` ended with exit code 3"
    );
    assert!(shown.contains("  why\n") && !shown.contains("never"), "{shown}");
    let missing = ran(&[hook(vec![Run::File("gone.js".into())])], &[]).await.0.unwrap_err();
    assert_eq!(missing.message, "there is no script file `gone.js`");
}

#[tokio::test]
async fn what_is_not_run_is_said() {
    let marker = vec![Run::Command("echo it-ran".into())];
    let ci_only = Hook { skip_on_local: true, ..hook(marker.clone()) };
    let local_only = Hook { skip_on_ci: true, ..hook(marker) };
    let (_, shown) = ran(&[ci_only.clone(), local_only.clone()], &[]).await;
    assert_eq!(shown.matches("  it-ran").count(), 1, "{shown}");
    let (_, shown) = ran(&[ci_only, local_only], &[("CI", "true")]).await;
    assert_eq!(shown.matches("  it-ran").count(), 1, "{shown}");
    assert!(shown.contains("`build` is skipped on CI"), "{shown}");
    let mut bastion = hook(vec![]);
    bastion.script.place = Place::Bastion(Host { resource: "jump".into(), group: "JumpAutoScalingGroup".into() });
    bastion.script.acts_as = Some(("api".into(), Variable::Output("StpScriptApiRoleArn".into())));
    let why = "the role of `api`, the bastion `jump` have no value";
    for (when, state) in [(BEFORE_DELETE, "the stack is not deployed yet"), (AFTER_DELETE, "the stack is deleted")] {
        let (result, shown) = ran_at(when, std::slice::from_ref(&bastion), &[]).await;
        assert_eq!(result, Ok(()));
        assert!(shown.contains(&format!("`build` is skipped, because {why}: {state}")), "{shown}");
    }
    let refused = ran_at(BY_HAND, &[bastion], &[]).await.0.unwrap_err();
    assert_eq!((refused.exit, refused.code), (Exit::State, "unknown-values"));
}
