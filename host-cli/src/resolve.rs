//! The fact loop: compile, look up what is missing, compile again, until nothing is missing.

use crate::aws::Aws;
use crate::compiler::{findings, to_yaml};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::facts::{Facts, describe, look_up};
use crate::program::Program;
use crate::settings::{Project, Target};
use crate::ui::Ui;
use crate::ui::line::{Finding, Line, Severity};
use crate::world::HostWorld;
use futures_util::{StreamExt, stream};
use serde_json::Value;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::FactKey;
use stacktape_compiler::{Compiled, Input, compile};
use std::collections::BTreeMap;

/// Rounds after which something is wrong: each round answers at least one question, and few questions follow from answers.
const MOST_ROUNDS: usize = 20;
/// Questions that are asked side by side.
const AT_ONCE: usize = 8;

/// What is compiled.
pub struct Source<'a> {
    /// The config.
    pub project: &'a Project,
    /// The stack.
    pub target: &'a Target,
    /// What `$CliArgs` sees.
    pub given: &'a BTreeMap<String, Value>,
    /// What is known of the outside.
    pub facts: &'a Facts,
    /// What evaluates the code of the project.
    pub program: &'a Program,
}

impl Source<'_> {
    /// Compiles once with what is known.
    pub fn compile(&self) -> Compiled {
        compile(&self.input(), &self.world())
    }

    /// A program as YAML, and what stands in the way.
    pub fn to_yaml(&self) -> (Option<String>, Vec<Finding>) {
        to_yaml(&self.input(), &self.world())
    }

    fn world(&self) -> HostWorld<'_> {
        HostWorld::new(self.project, self.facts, Some(self.program))
    }

    fn input(&self) -> Input<'_> {
        Input {
            config: FilePath::new(&self.project.shown),
            target: stacktape_compiler::Target {
                project_name: self.target.project_name.clone(),
                stage: self.target.stage.clone(),
                region: self.target.region.clone(),
                profile: self.target.profile.clone(),
            },
            cli_args: self.given.clone(),
            evaluated: self.program.evaluated(),
        }
    }

    /// Compiles, looking up whatever is asked. A template that is deployed holds no stand-in.
    /// The simulator knows stacks and nothing else: with it, the rest must be given.
    pub async fn resolve(&self, aws: &Aws, simulated: bool) -> Result<Compiled> {
        for _ in 0..MOST_ROUNDS {
            let compiled = self.compile();
            let unknown: Vec<FactKey> =
                compiled.missing.iter().filter(|k| self.facts.get(k).is_none()).cloned().collect();
            if unknown.is_empty() {
                return refuse_stand_ins(compiled);
            }
            if simulated {
                refuse_unknown(&unknown)?;
            }
            let mut answers = stream::iter(unknown)
                .map(|key| async move { (look_up(aws, &key).await, key) })
                .buffer_unordered(AT_ONCE);
            while let Some((fact, key)) = answers.next().await {
                let fact = fact.map_err(|failure| Failure {
                    message: format!(
                        "looking up the {} failed: {}",
                        describe(&key).trim_start_matches("the "),
                        failure.message
                    ),
                    ..failure.hint(
                        "what the config asks of the account can also be written into a JSON file: `--facts FILE`",
                    )
                })?;
                self.facts.add(key, fact);
            }
        }
        Err(Failure::new(Exit::Internal, "endless-facts", "the config keeps asking for more about the account"))
    }
}

/// Everything that was asked has an answer here; an answer of the wrong kind would leave a stand-in in the template.
fn refuse_stand_ins(compiled: Compiled) -> Result<Compiled> {
    if compiled.missing.is_empty() || compiled.has_errors() {
        return Ok(compiled);
    }
    let list: Vec<String> = compiled.missing.iter().map(describe).collect();
    Err(Failure::new(
        Exit::Config,
        "stand-ins-left",
        format!("not known, and a deploy takes no placeholders: {}", list.join("; ")),
    )
    .hint("correct the fact file that `--facts` names, or leave it out"))
}

fn refuse_unknown(unknown: &[FactKey]) -> Result<()> {
    let served = |key: &&FactKey| !matches!(key, FactKey::AccountId | FactKey::StackOutput { .. });
    let list: Vec<String> = unknown.iter().filter(served).map(describe).collect();
    if list.is_empty() {
        return Ok(());
    }
    let message = format!("the simulator cannot know: {}", list.join("; "));
    Err(Failure::new(Exit::Usage, "facts-needed", message)
        .hint("give it in a JSON file, with `--facts FILE`; docs/facts.md describes the form"))
}

/// Shows the findings; an error among them ends the command.
pub fn show_findings(ui: &Ui, compiled: &Compiled) -> Result<()> {
    show(ui, findings(compiled))
}

/// Shows findings; an error among them ends the command.
pub fn show(ui: &Ui, found: Vec<Finding>) -> Result<()> {
    for finding in &found {
        ui.say(&Line::Diagnostic(finding.clone()));
    }
    let errors = found.iter().filter(|f| f.severity == Severity::Error).count();
    let warnings = found.len() - errors;
    if errors == 0 {
        return Ok(());
    }
    let also =
        if warnings == 0 { String::new() } else { format!(", {}", crate::deploy::driver::count(warnings, "warning")) };
    Err(Failure::new(
        Exit::Config,
        "config-errors",
        format!("the config has {}{also}", crate::deploy::driver::count(errors, "error")),
    ))
}

/// Says which facts are stand-ins, for commands that work without AWS.
pub fn warn_of_stand_ins(ui: &Ui, compiled: &Compiled) {
    if compiled.missing.is_empty() {
        return;
    }
    let list: Vec<String> = compiled.missing.iter().map(describe).collect();
    ui.warn(format!("placeholders stand for what is not known offline: {}", list.join("; ")));
}
