//! `info:stacks`: the stacks of this tool in a region.

use super::info_stack::line;
use super::result;
use crate::args::InfoStacksArgs;
use crate::aws::retry;
use crate::deploy::driver::count;
use crate::deploy::job::is_ours;
use crate::error::Result;
use crate::session::{Session, wanted_account};
use crate::settings;
use crate::ui::line::{Line, StackLine};
use std::collections::BTreeMap;
use std::time::Duration;

/// Runs the command.
pub async fn run(session: &Session, args: &InfoStacksArgs) -> Result<()> {
    let wanted = wanted_account(&args.user, None)?;
    let project = args.simulate.then(|| session.folder(&args.config)).transpose()?;
    let last_resort = args.simulate.then_some(crate::session::SIMULATED_REGION);
    let region = settings::region(&args.target, &args.user, &session.env, last_resort)?;
    let profile = settings::profile(&args.user, &session.env);
    let connection = session.connect(&region, profile.as_deref(), project.as_ref()).await?;
    session.check_account(&connection.aws, wanted).await?;
    let all = retry::read(Duration::from_secs(60), || connection.aws.cloudformation.stacks()).await?;
    let mut stacks: Vec<StackLine> = all
        .iter()
        .filter(|s| is_ours(s))
        .map(|s| StackLine { outputs: BTreeMap::new(), ..line(s, &[]) })
        .filter(|s| args.target.project_name.as_ref().is_none_or(|p| *p == s.project_name))
        .filter(|s| args.target.stage.as_ref().is_none_or(|stage| *stage == s.stage))
        .collect();
    stacks.sort_by(|a, b| a.stack_name.cmp(&b.stack_name));
    for stack in &stacks {
        session.ui.say(&Line::Stack(stack.clone()));
    }
    let text = format!("{} in {region}", count(stacks.len(), "stack"));
    session.ui.say(&result("info:stacks", text, [("region", region.into()), ("stacks", stacks.len().into())]));
    Ok(())
}
