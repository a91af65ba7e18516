//! The deploy as a pure state machine: events in, the next step out. It touches nothing and knows no clock, so every path through it is a
//! plain test; `driver.rs` carries its steps out.
//!
//! ```text
//! Look ─┬─ no stack ───────► Bootstrap ► Watch(Create) ─┐
//!       ├─ dead first try ─► DeleteDead ► Watch(Delete) ─► Look
//!       ├─ something runs ─► AwaitQuiet ► Look
//!       └─ stable ──────────────────────────────────────┴─► Upload ► Propose ─┬─ nothing ► Finish
//!                                                                             └─ Ask ► Execute ► Watch(Update) ► Finish
//! ```

use super::status::{Entry, Operation, Refusal, Standing, entry, standing};

/// What the driver does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Describe the stack → [`Event::Seen`].
    Look,
    /// Watch what somebody else started until it has ended → [`Event::Quiet`].
    AwaitQuiet,
    /// Delete the stack of a first deploy that was rolled back → [`Event::Started`].
    DeleteDead,
    /// Make and execute the change set with only the deployment bucket → [`Event::Started`].
    Bootstrap,
    /// Upload artifacts; compare the template with the deployed one → [`Event::Uploaded`] or [`Event::Unchanged`].
    Upload,
    /// Make the change set → [`Event::Proposed`] or [`Event::Unchanged`].
    Propose,
    /// Show the change set and get consent → [`Event::Answered`].
    Ask,
    /// Execute exactly that change set → [`Event::Started`].
    Execute,
    /// Throw the change set away: it was not wanted.
    Discard,
    /// Follow the operation → [`Event::Status`].
    Watch(Operation),
    /// Over.
    Finish(Outcome),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The stack's status and whether it is one of ours; `None` when there is no stack.
    Seen(Option<Found>),
    /// What somebody else started has ended.
    Quiet,
    /// The operation was accepted.
    Started,
    /// Artifacts are in the bucket.
    Uploaded,
    /// Template, tags and artifacts are those that are deployed.
    Unchanged,
    /// The change set is ready.
    Proposed,
    /// The user's answer.
    Answered(bool),
    /// The status of the stack while an operation is followed.
    Status(String),
}

/// A stack as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its status.
    pub status: String,
    /// Whether its description says that this tool made it.
    pub ours: bool,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The stack was created or updated.
    Deployed {
        /// Whether it is new.
        created: bool,
    },
    /// There was nothing to do.
    Unchanged,
    /// The user did not want it.
    Declined,
    /// The stack cannot be deployed to.
    Refused(String, Refusal),
    /// A stack of this name was made by something else.
    Foreign,
    /// The operation failed.
    Failed {
        /// Whether it was the bootstrap, an update, or the deletion of a dead stack.
        operation: Operation,
        /// How it left the stack.
        standing: Standing,
        /// The stack's status.
        status: String,
    },
}

/// Where the machine is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Looking,
    Waiting,
    Clearing,
    Bootstrapping,
    Uploading,
    Proposing,
    Asking,
    Declining,
    Executing,
    Ended,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Machine {
    state: State,
    created: bool,
    /// A dead stack is removed once a run: if it is dead again afterwards, that is an answer.
    cleared: bool,
}

impl Machine {
    /// A machine before its first step.
    pub fn start() -> (Self, Step) {
        (Self { state: State::Looking, created: false, cleared: false }, Step::Look)
    }

    /// The next step. An event that does not belong to the state leads back to looking: the stack itself is the only truth.
    pub fn on(&mut self, event: Event) -> Step {
        match (&self.state, event) {
            (State::Looking, Event::Seen(found)) => self.seen(found),
            (State::Waiting, Event::Quiet) => self.go(State::Looking, Step::Look),
            (State::Clearing, Event::Started) => Step::Watch(Operation::Delete),
            (State::Bootstrapping, Event::Started) => Step::Watch(Operation::Create),
            (State::Clearing, Event::Status(status)) => match standing(Operation::Delete, &status) {
                Standing::Running => Step::Watch(Operation::Delete),
                Standing::Succeeded => self.go(State::Looking, Step::Look),
                standing => self.finish(Outcome::Failed { operation: Operation::Delete, standing, status }),
            },
            (State::Bootstrapping, Event::Status(status)) => match standing(Operation::Create, &status) {
                Standing::Running => Step::Watch(Operation::Create),
                Standing::Succeeded => {
                    self.created = true;
                    self.go(State::Uploading, Step::Upload)
                }
                standing => self.finish(Outcome::Failed { operation: Operation::Create, standing, status }),
            },
            (State::Uploading, Event::Uploaded) => self.go(State::Proposing, Step::Propose),
            (State::Uploading | State::Proposing, Event::Unchanged) => self.finish(Outcome::Unchanged),
            (State::Proposing, Event::Proposed) => self.go(State::Asking, Step::Ask),
            (State::Asking, Event::Answered(true)) => self.go(State::Executing, Step::Execute),
            (State::Asking, Event::Answered(false)) => self.go(State::Declining, Step::Discard),
            (State::Declining, _) => self.finish(Outcome::Declined),
            (State::Executing, Event::Started) => Step::Watch(Operation::Update),
            (State::Executing, Event::Status(status)) => match standing(Operation::Update, &status) {
                Standing::Running => Step::Watch(Operation::Update),
                Standing::Succeeded => self.finish(Outcome::Deployed { created: self.created }),
                standing => self.finish(Outcome::Failed { operation: Operation::Update, standing, status }),
            },
            _ => self.go(State::Looking, Step::Look),
        }
    }

    fn seen(&mut self, found: Option<Found>) -> Step {
        let Some(found) = found else { return self.go(State::Bootstrapping, Step::Bootstrap) };
        let shell = found.status == "REVIEW_IN_PROGRESS";
        if !found.ours && !shell && found.status != "DELETE_COMPLETE" {
            return self.finish(Outcome::Foreign);
        }
        match entry(&found.status) {
            Entry::Create => self.go(State::Bootstrapping, Step::Bootstrap),
            Entry::Update => self.go(State::Uploading, Step::Upload),
            Entry::Wait => self.go(State::Waiting, Step::AwaitQuiet),
            Entry::Recreate if !self.cleared => {
                self.cleared = true;
                self.go(State::Clearing, Step::DeleteDead)
            }
            Entry::Recreate => self.finish(Outcome::Refused(found.status, Refusal::RollbackFailed)),
            Entry::Refuse(why) => self.finish(Outcome::Refused(found.status, why)),
        }
    }

    fn go(&mut self, state: State, step: Step) -> Step {
        self.state = state;
        step
    }

    fn finish(&mut self, outcome: Outcome) -> Step {
        self.go(State::Ended, Step::Finish(outcome))
    }
}

#[cfg(test)]
mod tests {
    use super::super::status::STATUSES;
    use super::*;

    fn found(status: &str) -> Event {
        Event::Seen(Some(Found { status: status.into(), ours: true }))
    }

    fn status(status: &str) -> Event {
        Event::Status(status.into())
    }

    /// Feeds events and gives every step on the way.
    fn run(events: Vec<Event>) -> Vec<Step> {
        let (mut machine, first) = Machine::start();
        let mut steps = vec![first];
        steps.extend(events.into_iter().map(|e| machine.on(e)));
        steps
    }

    #[test]
    fn a_first_deploy() {
        let steps = run(vec![
            Event::Seen(None),
            Event::Started,
            status("CREATE_IN_PROGRESS"),
            status("CREATE_COMPLETE"),
            Event::Uploaded,
            Event::Proposed,
            Event::Answered(true),
            Event::Started,
            status("UPDATE_IN_PROGRESS"),
            status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
            status("UPDATE_COMPLETE"),
        ]);
        use Operation::{Create, Update};
        let expected = [
            Step::Look,
            Step::Bootstrap,
            Step::Watch(Create),
            Step::Watch(Create),
            Step::Upload,
            Step::Propose,
            Step::Ask,
            Step::Execute,
            Step::Watch(Update),
            Step::Watch(Update),
            Step::Watch(Update),
            Step::Finish(Outcome::Deployed { created: true }),
        ];
        assert_eq!(steps, expected);
    }

    #[test]
    fn a_dead_stack_is_deleted_and_made_again_once() {
        let steps = run(vec![found("ROLLBACK_COMPLETE"), Event::Started, status("DELETE_COMPLETE"), Event::Seen(None)]);
        assert_eq!(steps[1..], [Step::DeleteDead, Step::Watch(Operation::Delete), Step::Look, Step::Bootstrap]);
        let again = run(vec![
            found("ROLLBACK_COMPLETE"),
            Event::Started,
            status("DELETE_COMPLETE"),
            found("ROLLBACK_COMPLETE"),
        ]);
        assert!(matches!(again.last(), Some(Step::Finish(Outcome::Refused(..)))));
    }

    #[test]
    fn others_work_is_waited_for() {
        let steps = run(vec![found("UPDATE_IN_PROGRESS"), Event::Quiet, found("UPDATE_COMPLETE")]);
        assert_eq!(steps[1..], [Step::AwaitQuiet, Step::Look, Step::Upload]);
    }

    #[test]
    fn nothing_to_do_and_no_thanks() {
        assert_eq!(run(vec![found("UPDATE_COMPLETE"), Event::Unchanged])[2], Step::Finish(Outcome::Unchanged));
        let declined = run(vec![
            found("CREATE_COMPLETE"),
            Event::Uploaded,
            Event::Proposed,
            Event::Answered(false),
            Event::Started,
        ]);
        assert_eq!(declined[4..], [Step::Discard, Step::Finish(Outcome::Declined)]);
    }

    #[test]
    fn failures_say_how_the_stack_was_left() {
        let to_execution =
            || vec![found("UPDATE_COMPLETE"), Event::Uploaded, Event::Proposed, Event::Answered(true), Event::Started];
        for (last, standing) in [
            ("UPDATE_ROLLBACK_COMPLETE", Standing::RolledBack),
            ("UPDATE_ROLLBACK_FAILED", Standing::Stuck),
            ("UPDATE_FAILED", Standing::Kept),
        ] {
            let mut events = to_execution();
            events.extend([status("UPDATE_ROLLBACK_IN_PROGRESS"), status(last)]);
            let expected = Outcome::Failed { operation: Operation::Update, standing, status: last.into() };
            assert_eq!(run(events).last(), Some(&Step::Finish(expected)));
        }
    }

    #[test]
    fn every_status_leads_somewhere() {
        for s in STATUSES {
            let step = run(vec![found(s)]).remove(1);
            let known = match entry(s) {
                Entry::Create => step == Step::Bootstrap,
                Entry::Update => step == Step::Upload,
                Entry::Wait => step == Step::AwaitQuiet,
                Entry::Recreate => step == Step::DeleteDead,
                Entry::Refuse(why) => step == Step::Finish(Outcome::Refused((*s).into(), why)),
            };
            assert!(known, "{s}: {step:?}");
        }
        let foreign = run(vec![Event::Seen(Some(Found { status: "UPDATE_COMPLETE".into(), ours: false }))]);
        assert_eq!(foreign[1], Step::Finish(Outcome::Foreign));
    }
}
