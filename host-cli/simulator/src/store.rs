//! The simulated account: stacks, counters and orders, kept in memory and on disk. Each stack has a folder with `stack.json`, replaced atomically,
//! and `events.jsonl`, appended to; `account.json` holds the rest. A lock file keeps a second simulator out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::SimulatorError;
use crate::cloudfront::Invalidations;
use crate::control::Fault;
use crate::engine::intrinsics::{Environment, Export};
use crate::engine::plan::Prepared;
use crate::model::{Event, FailOperation, Failure, Stack, StackStatus};
use crate::s3::Buckets;

/// How long changes of a running operation may stay in memory only.
const LAZINESS: Duration = Duration::from_millis(100);

/// What belongs to the account rather than to one stack.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Account {
    /// Versions given so far, per function, layer or task family.
    counters: BTreeMap<String, u64>,
    /// Retained resources: they exist, and no stack owns them. Each is `type identifier`.
    orphans: BTreeSet<String>,
    failures: Vec<Failure>,
    /// The newest version of each function: a fingerprint of what it froze, and its number.
    published: BTreeMap<String, (String, String)>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) account: String,
    pub(crate) region: String,
    /// By stack id, deleted ones included.
    pub(crate) stacks: BTreeMap<String, Stack>,
    pub(crate) buckets: Buckets,
    pub(crate) faults: Vec<Fault>,
    /// What was emptied; not written down.
    pub(crate) invalidations: Invalidations,
    /// How many more steps all operations together may take before they rest; no limit when absent.
    pub(crate) steps_left: Option<u32>,
    /// Parsed templates of running operations, by stack id, so that not every step parses again.
    pub(crate) prepared: BTreeMap<String, Arc<Prepared>>,
    rest: Account,
    folder: PathBuf,
    saved: BTreeMap<String, Saved>,
    /// Why the state could not be written, until writing works again.
    pub(crate) trouble: Option<String>,
    /// Held until the world is closed; the system releases it when the process ends.
    lock: File,
}

#[derive(Debug, Clone, Copy)]
struct Saved {
    at: Instant,
    events: usize,
    dirty: bool,
}

impl World {
    /// Opens the folder, making it when it is not there.
    pub(crate) fn open(folder: &Path, account: &str, region: &str) -> Result<Self, SimulatorError> {
        let stacks_folder = folder.join("stacks");
        let s3 = folder.join("s3");
        for path in [&stacks_folder, &s3] {
            fs::create_dir_all(path).map_err(|source| SimulatorError::Io { path: path.clone(), source })?;
        }
        let lock = lock(folder)?;
        let rest: Account = read(&folder.join("account.json"))?.unwrap_or_default();
        let mut world = Self {
            account: account.into(),
            region: region.into(),
            stacks: BTreeMap::new(),
            buckets: Buckets::new(s3),
            faults: Vec::new(),
            invalidations: Invalidations::new(),
            steps_left: None,
            prepared: BTreeMap::new(),
            rest,
            folder: folder.into(),
            saved: BTreeMap::new(),
            trouble: None,
            lock,
        };
        let entries = fs::read_dir(&stacks_folder)
            .map_err(|source| SimulatorError::Io { path: stacks_folder.clone(), source })?;
        for entry in entries {
            let entry = entry.map_err(|source| SimulatorError::Io { path: stacks_folder.clone(), source })?;
            let Some(mut stack) = read::<Stack>(&entry.path().join("stack.json"))? else { continue };
            stack.events = read_events(&entry.path().join("events.jsonl"))?;
            world
                .saved
                .insert(stack.id.clone(), Saved { at: Instant::now(), events: stack.events.len(), dirty: false });
            world.stacks.insert(stack.id.clone(), stack);
        }
        Ok(world)
    }

    pub(crate) fn s3_folder(&self) -> PathBuf {
        self.folder.join("s3")
    }

    /// The pseudo parameters and exports that a stack sees.
    pub(crate) fn environment(&self, stack: &Stack) -> Environment {
        let exporting =
            self.stacks.values().filter(|other| other.status != StackStatus::DeleteComplete && other.id != stack.id);
        let exports = exporting.flat_map(|other| {
            let exports =
                other.outputs.iter().filter_map(|output| Some((output.export.clone()?, output.value.clone())));
            exports.map(|(name, value)| (name, Export { value, stack: other.name.clone() }))
        });
        Environment {
            account: self.account.clone(),
            region: self.region.clone(),
            stack_id: stack.id.clone(),
            stack_name: stack.name.clone(),
            notification_arns: stack.definition.notification_arns.clone(),
            exports: exports.collect(),
        }
    }

    /// The name of another living stack that imports this export.
    pub(crate) fn importer(&self, export: &str, own_id: &str) -> Option<&str> {
        let others =
            self.stacks.values().filter(|stack| stack.id != own_id && stack.status != StackStatus::DeleteComplete);
        others.filter(|stack| stack.imports.contains(export)).map(|stack| stack.name.as_str()).next()
    }

    /// The stack of this name or id. A name means the living stack, an id also a deleted one.
    pub(crate) fn find(&self, name_or_id: &str) -> Option<&Stack> {
        if name_or_id.starts_with("arn:") {
            return self.stacks.get(name_or_id);
        }
        self.stacks.values().find(|stack| stack.name == name_or_id && stack.status != StackStatus::DeleteComplete)
    }

    pub(crate) fn next_version(&mut self, of: &str) -> u64 {
        let counter = self.rest.counters.entry(of.into()).or_default();
        *counter += 1;
        *counter
    }

    pub(crate) fn published(&self, function: &str) -> Option<&(String, String)> {
        self.rest.published.get(function)
    }

    pub(crate) fn publish(&mut self, function: &str, content: &str, version: &str) {
        self.rest.published.insert(function.into(), (content.into(), version.into()));
    }

    /// What a deleted version had frozen may be frozen again.
    pub(crate) fn withdraw(&mut self, function_and_version: &str) {
        if let Some((function, version)) = function_and_version.rsplit_once(':')
            && self.rest.published.get(function).is_some_and(|(_, newest)| newest == version)
        {
            self.rest.published.remove(function);
        }
    }

    /// Versions go with their function, and a new function counts from one.
    pub(crate) fn unpublish(&mut self, function: &str) {
        self.rest.published.remove(function);
        self.rest.counters.remove(&format!("AWS::Lambda::Version/{function}"));
    }

    pub(crate) fn leave_behind(&mut self, kind: &str, identifier: &str) {
        self.rest.orphans.insert(format!("{kind} {identifier}"));
    }

    pub(crate) fn is_left_behind(&self, kind: &str, identifier: &str) -> bool {
        self.rest.orphans.contains(&format!("{kind} {identifier}"))
    }

    /// Forgets retained resources, as if someone had deleted them by hand; all of them without an identifier.
    pub(crate) fn forget(&mut self, identifier: Option<&str>) -> usize {
        let before = self.rest.orphans.len();
        self.rest.orphans.retain(|orphan| {
            identifier.is_some_and(|wanted| orphan.split_once(' ').is_none_or(|(_, id)| id != wanted))
        });
        let gone = before - self.rest.orphans.len();
        self.save_account();
        gone
    }

    pub(crate) fn order_failure(&mut self, failure: Failure) {
        self.rest.failures.push(failure);
        self.save_account();
    }

    pub(crate) fn drop_orders(&mut self) {
        self.rest.failures.clear();
        self.faults.clear();
        self.steps_left = None;
        self.save_account();
    }

    /// The reason for which this operation has to fail, if someone ordered that.
    pub(crate) fn ordered_failure(
        &mut self,
        stack: &str,
        logical_id: &str,
        operations: &[FailOperation],
    ) -> Option<String> {
        let order = self.rest.failures.iter_mut().find(|order| {
            order.times > 0
                && order.logical_id == logical_id
                && operations.contains(&order.operation)
                && order.stack_name.as_deref().is_none_or(|name| name == stack)
        })?;
        order.times -= 1;
        let reason = order.reason.clone();
        self.rest.failures.retain(|order| order.times > 0);
        self.save_account();
        Some(reason)
    }

    /// Writes a stack down: at once when `now`, else at the latest after a tenth of a second.
    pub(crate) fn save(&mut self, id: &str, now: bool) {
        let Some(stack) = self.stacks.get(id) else { return };
        let saved = self.saved.get(id).copied();
        let mut next = saved.unwrap_or(Saved { at: Instant::now(), events: 0, dirty: true });
        next.dirty = true;
        if now || saved.is_none_or(|saved| saved.at.elapsed() >= LAZINESS) {
            match write_stack(&self.folder, stack, next.events) {
                Ok(()) => {
                    next = Saved { at: Instant::now(), events: stack.events.len(), dirty: false };
                    self.trouble = None;
                }
                Err(error) => self.trouble = Some(error.to_string()),
            }
        }
        self.saved.insert(id.into(), next);
        if now {
            self.save_account();
        }
    }

    /// Writes everything that is still in memory only.
    pub(crate) fn flush(&mut self) {
        let dirty: Vec<String> = self.saved.iter().filter(|(_, saved)| saved.dirty).map(|(id, _)| id.clone()).collect();
        for id in dirty {
            self.save(&id, true);
        }
        self.save_account();
    }

    /// Writes everything and lets other simulators use the folder; nothing may change any more.
    pub(crate) fn close(&mut self) {
        self.flush();
        // The lock ends with the process at the latest.
        let _ = self.lock.unlock();
    }

    fn save_account(&mut self) {
        if let Err(error) = write(&self.folder.join("account.json"), &self.rest) {
            self.trouble = Some(error.to_string());
        }
    }
}

fn lock(folder: &Path) -> Result<File, SimulatorError> {
    let path = folder.join("lock");
    let io = |source| SimulatorError::Io { path: path.clone(), source };
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(SimulatorError::Locked { folder: folder.into() }),
        Err(fs::TryLockError::Error(source)) => Err(io(source)),
    }
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, SimulatorError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SimulatorError::Io { path: path.into(), source }),
    };
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|error| SimulatorError::Corrupt { path: path.into(), reason: error.to_string() })
}

/// Events, oldest first. A line that a dying process left unfinished is dropped.
fn read_events(path: &Path) -> Result<Vec<Event>, SimulatorError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(SimulatorError::Io { path: path.into(), source }),
    }
}

fn write_stack(folder: &Path, stack: &Stack, events_saved: usize) -> Result<(), SimulatorError> {
    let own = folder.join("stacks").join(stack.id.rsplit('/').next().unwrap_or(&stack.id));
    let io = |source| SimulatorError::Io { path: own.clone(), source };
    fs::create_dir_all(&own).map_err(io)?;
    let mut lines = String::new();
    for event in stack.events.iter().skip(events_saved) {
        // Plain text fields always serialise.
        lines.push_str(&serde_json::to_string(event).unwrap_or_default());
        lines.push('\n');
    }
    if !lines.is_empty() {
        let mut file = OpenOptions::new().create(true).append(true).open(own.join("events.jsonl")).map_err(io)?;
        file.write_all(lines.as_bytes()).map_err(io)?;
    }
    write(&own.join("stack.json"), stack)
}

/// Replaces a file in one step, so that a reader or a crash never sees half of it.
fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), SimulatorError> {
    let io = |source| SimulatorError::Io { path: path.into(), source };
    let text = serde_json::to_vec(value)
        .map_err(|error| SimulatorError::Corrupt { path: path.into(), reason: error.to_string() })?;
    let fresh = path.with_extension("json.new");
    fs::write(&fresh, text).map_err(io)?;
    fs::rename(&fresh, path).map_err(io)
}
