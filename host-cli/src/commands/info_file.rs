//! The file about a deployed stack beside the config (`stackConfig.stackInfoDirectory`): what `info:stack` tells, for scripts and for people without
//! credentials. Values that must not be shown are left out. Simulated stacks get none.

use super::info_stack::line;
use super::synth::write;
use crate::aws::cloudformation::{Stack, StackResource};
use crate::deploy::job::Job;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::settings::Project;
use serde_json::Value;
use std::path::PathBuf;

/// Where the file of a stack is.
pub fn path(project: &Project, directory: &str, stack_name: &str) -> PathBuf {
    project.root.join(directory).join(format!("{stack_name}.json"))
}

/// Writes the file, whole or not at all.
pub fn save(
    project: &Project,
    directory: &str,
    job: &Job,
    stack: &Stack,
    resources: &[StackResource],
    (region, account): (&str, &str),
) -> Result<()> {
    let mut info = line(stack, resources);
    info.outputs.retain(|name, _| !job.sensitive_outputs.contains(name) && !job.internal_outputs.contains(name));
    let broken = |e: serde_json::Error| Failure::new(Exit::Internal, "stack-info", e.to_string());
    let mut info = serde_json::to_value(info).map_err(broken)?;
    if let Value::Object(fields) = &mut info {
        fields.insert("region".into(), region.into());
        fields.insert("accountId".into(), account.into());
    }
    let path = path(project, directory, &stack.name);
    let shown = path.display().to_string();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| {
            Failure::new(Exit::Write, "cannot-write", format!("the folder {} cannot be made: {e}", folder.display()))
        })?;
    }
    let text = serde_json::to_string_pretty(&info).map_err(broken)?;
    write(&path, &shown, &format!("{text}\n"))
}
