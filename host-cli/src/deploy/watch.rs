//! Following an operation: the stack's status, and each of its events once. Shared by deploy and delete.
//!
//! A failed read is never a verdict: it is repeated, more slowly when AWS asks for that, until the patience for silence ends.

use crate::aws::Aws;
use crate::aws::cloudformation::StackEvent;
use crate::aws::retry::{self, jitter};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::ui::line::{EventLine, Line, Origin};
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, SystemTime};

/// How often AWS is asked, and for how long silence is borne.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Pause between two looks at a stack that works.
    pub poll: Duration,
    /// How long reads may fail without a break before the program gives up watching.
    pub patience: Duration,
}

impl Pace {
    /// For AWS: as often as its own tools.
    pub const AWS: Self = Self { poll: Duration::from_millis(3_000), patience: Duration::from_secs(600) };
    /// For the simulator, which is in this process.
    pub const SIMULATOR: Self = Self { poll: Duration::from_millis(100), patience: Duration::from_secs(20) };
}

/// Looks that an operation may take to show itself.
const STALE_LOOKS: u32 = 200;

/// Follows one stack.
pub struct Watch<'a> {
    aws: &'a Aws,
    ui: &'a Ui,
    pace: Pace,
    origins: &'a BTreeMap<String, Origin>,
    /// ARN of the stack, or its name while the ARN is not known.
    stack: String,
    /// The newest event that was there before the operation, or that was shown.
    after: Option<String>,
    shown: HashSet<String>,
    /// Every event of the operation, the oldest first.
    pub events: Vec<StackEvent>,
    started: bool,
    looks: u32,
}

impl<'a> Watch<'a> {
    /// Prepares to follow `stack`; events up to `after` belong to the past.
    pub fn new(
        aws: &'a Aws,
        ui: &'a Ui,
        pace: Pace,
        origins: &'a BTreeMap<String, Origin>,
        stack: String,
        after: Option<String>,
    ) -> Self {
        Self { aws, ui, pace, origins, stack, after, shown: HashSet::new(), events: vec![], started: false, looks: 0 }
    }

    /// Follows what runs already: there is no past to be mistaken for it.
    #[must_use]
    pub fn joining(mut self) -> Self {
        self.started = true;
        self
    }

    /// Waits one poll interval, shows new events and gives the status; `DELETE_COMPLETE` when the stack is gone.
    /// While the operation has left no trace, the status of the past is withheld.
    pub async fn look(&mut self) -> Result<String> {
        loop {
            tokio::time::sleep(jitter(self.pace.poll)).await;
            self.looks += 1;
            // Status first: when it is final, every event is there already.
            let status = self.status().await?;
            self.show_events().await?;
            if status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS" || status == "DELETE_COMPLETE" {
                self.started = true;
            }
            if self.started {
                return Ok(status);
            }
            if self.looks >= STALE_LOOKS {
                return Err(no_sign(&self.stack, &status));
            }
        }
    }

    async fn status(&self) -> Result<String> {
        let read = retry::read(self.pace.patience, || self.aws.cloudformation.stack(&self.stack)).await;
        match read {
            Ok(stack) => Ok(stack.map_or_else(|| "DELETE_COMPLETE".to_owned(), |s| s.status)),
            Err(error) if error.is_transient() => Err(lost_sight(&self.stack, &error.message)),
            Err(error) => Err(error.into()),
        }
    }

    /// Events are for people; when they cannot be read although the status can, the next look shows them.
    async fn show_events(&mut self) -> Result<()> {
        let Ok(events) = self.aws.cloudformation.events(&self.stack, self.after.as_deref()).await else {
            return Ok(());
        };
        for event in events {
            if !self.shown.insert(event.id.clone()) {
                continue;
            }
            self.after = Some(event.id.clone());
            self.started = true;
            // CloudFormation reports twice that a resource is in progress: before and after it has a physical id.
            let twin = self.events.iter().rev().find(|e| e.logical_id == event.logical_id);
            if twin.is_some_and(|twin| twin.status == event.status && event.status.ends_with("_IN_PROGRESS")) {
                self.events.push(event);
                continue;
            }
            self.ui.say(&Line::Event(EventLine {
                time: time_text(event.time),
                logical_id: event.logical_id.clone(),
                resource_type: event.resource_type.clone(),
                status: event.status.clone(),
                reason: event.reason.clone(),
                origin: self.origins.get(&event.logical_id).cloned().unwrap_or_default(),
            }));
            self.events.push(event);
        }
        let working = self.in_progress();
        if working > 0 {
            self.ui.update(format!("{working} resource{} in progress", if working == 1 { "" } else { "s" }));
        }
        Ok(())
    }

    fn in_progress(&self) -> usize {
        let latest: BTreeMap<&str, &str> =
            self.events.iter().map(|e| (e.logical_id.as_str(), e.status.as_str())).collect();
        latest.values().filter(|s| s.ends_with("_IN_PROGRESS")).count()
    }
}

fn no_sign(stack: &str, status: &str) -> Failure {
    let message = format!(
        "CloudFormation accepted the operation on {stack} and shows no sign of it; the stack is still {status}"
    );
    Failure::new(Exit::Aws, "no-sign", message)
        .hint("look at the stack in the AWS console, then run the same command again")
}

fn lost_sight(stack: &str, why: &str) -> Failure {
    Failure::new(
        Exit::Network,
        "lost-sight",
        format!("AWS has not answered for a long time ({why}); what became of {stack} is not known"),
    )
    .hint("CloudFormation goes on by itself: run the same command again to take up the watch")
}

/// RFC 3339 in UTC, to the second.
pub fn time_text(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Civil date from the day number (Howard Hinnant's algorithm, public domain); the era starts on 1 March of year 0.
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest % 3_600 / 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_readable() {
        let at = |s| time_text(SystemTime::UNIX_EPOCH + Duration::from_secs(s));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_767_225_599), "2025-12-31T23:59:59Z");
    }
}
