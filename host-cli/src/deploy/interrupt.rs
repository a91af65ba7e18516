//! Ctrl-C: what is going on is explained, and the user chooses; without a terminal the program leaves and CloudFormation goes on.

use super::driver::can_cancel;
use super::status::Operation;
use crate::error::{Failure, Result};
use crate::ui::Ui;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A stream of interruptions.
pub struct Interrupts(Option<UnboundedReceiver<()>>);

/// What the user wants to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Watch on.
    GoOn,
    /// Stop the update and roll it back.
    Cancel,
    /// Leave; CloudFormation goes on.
    Leave,
}

impl Interrupts {
    /// Interruptions that never come.
    pub fn none() -> Self {
        Self(None)
    }

    /// Interruptions sent by hand, for tests.
    pub fn channel() -> (UnboundedSender<()>, Self) {
        let (send, receive) = unbounded_channel();
        (send, Self(Some(receive)))
    }

    /// Ctrl-C from now on.
    pub fn of_process() -> Self {
        let (send, interrupts) = Self::channel();
        tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && send.send(()).is_ok() {} });
        interrupts
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        match &mut self.0 {
            Some(receive) => {
                if receive.recv().await.is_none() {
                    self.0 = None;
                    std::future::pending::<()>().await;
                }
            }
            None => std::future::pending().await,
        }
    }

    /// Runs something that can be broken off at any point.
    pub async fn guard<T>(
        &mut self,
        work: impl Future<Output = Result<T>>,
        interrupted: impl FnOnce() -> Failure,
    ) -> Result<T> {
        tokio::select! {
            done = work => done,
            () = self.next() => Err(interrupted()),
        }
    }

    /// Asks what to do about a running operation.
    pub async fn wish(&mut self, ui: &Ui, operation: Operation) -> Wish {
        if !ui.is_interactive() {
            return Wish::Leave;
        }
        let cancel = if can_cancel(operation) { "[c]ancel it and roll back, " } else { "" };
        let question =
            format!("\nCloudFormation is at work. {cancel}[l]eave it running and stop watching, [w]atch on? ");
        let answer = tokio::select! {
            answer = ui.answer(&question) => answer.unwrap_or_default(),
            // Twice means: away from here.
            () = self.next() => return Wish::Leave,
        };
        match answer.to_lowercase().as_str() {
            "c" | "cancel" if can_cancel(operation) => Wish::Cancel,
            "l" | "leave" | "" => Wish::Leave,
            _ => Wish::GoOn,
        }
    }
}
