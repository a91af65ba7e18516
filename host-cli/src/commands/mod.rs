//! One file a command. Each is a function from its options and the session to the line that ends it.

pub mod convert;
pub mod delete;
pub mod deploy;
pub mod editor;
mod info_file;
pub mod info_stack;
pub mod info_stacks;
pub mod init;
pub mod lsp;
pub mod schema;
pub mod script_run;
pub mod synth;
pub mod validate;

use crate::session::Session;
use crate::ui::line::Line;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The last line of a successful command.
pub fn result(command: &str, text: impl Into<String>, more: impl IntoIterator<Item = (&'static str, Value)>) -> Line {
    Line::Result {
        command: command.into(),
        exit_code: 0,
        text: text.into(),
        outputs: BTreeMap::new(),
        phases: vec![],
        more: more.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>(),
    }
}

/// Text that is the whole result of a command: as it is for people, as a `result` line for programs.
pub fn print(session: &Session, command: &str, text: &str) {
    if session.ui.is_jsonl() {
        session.ui.say(&result(command, text.trim_end(), []));
    } else {
        session.ui.print(text);
    }
}
