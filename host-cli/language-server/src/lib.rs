//! The language server: the compiler's language services ([`stacktape_compiler::editor`]) over the Language Server Protocol.
//!
//! Serves open documents that are configs: files called `stacktape.yml`, `.yaml` or `.json` (with anything between the name and the extension), and
//! the one that the client names as `configPath`. Programs (`stacktape.ts`, `.js`) get findings only: the rest is the TypeScript server's job. Texts come from the client, files that directives read from the disk. Facts that nobody gave are
//! no errors here: the compiler's stand-ins take their places. Nothing is sent anywhere.
//!
//! [`run`] reads aloud: messages in, answers out, findings when no message waits.

mod answers;
mod convert;
mod documents;
mod programs;
mod server;

pub use documents::Target;
pub use programs::{Evaluation, Problem, Programs};

use lsp_server::Message;
use std::io::{BufRead, ErrorKind, Write};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `exit` after `shutdown`, as the protocol wants it.
    Clean,
    /// `exit` without `shutdown`, or the client is gone.
    Abrupt,
}

/// What the reading thread found.
enum Incoming {
    Message(Message),
    /// No message of the protocol.
    Malformed(String),
}

/// Serves one client until it is done. `fallback` is what the client does not say about the stack; `programs` evaluates configs that are programs.
pub fn run(fallback: Target, programs: &dyn Programs, input: impl BufRead + Send + 'static, output: impl Write) -> End {
    let (sender, receiver) = channel();
    std::thread::spawn(move || read(input, |incoming| sender.send(incoming).is_ok()));
    let mut server = server::Server::new(fallback, programs, output);
    serve(&mut server, &receiver)
}

/// Reads messages until the end. A body that is no message, or a broken header, is one malformed message: the next header starts anew.
fn read(mut input: impl BufRead, hand: impl Fn(Incoming) -> bool) {
    loop {
        let incoming = match Message::read(&mut input) {
            Ok(Some(message)) => Incoming::Message(message),
            Ok(None) => return,
            Err(error) if error.kind() == ErrorKind::InvalidData => Incoming::Malformed(error.to_string()),
            Err(_) => return,
        };
        if !hand(incoming) {
            return;
        }
    }
}

fn serve<W: Write>(server: &mut server::Server<'_, W>, receiver: &Receiver<Incoming>) -> End {
    loop {
        let incoming = match receiver.try_recv() {
            Ok(incoming) => incoming,
            Err(TryRecvError::Disconnected) => return End::Abrupt,
            // Nothing waits: the time to look for mistakes, once for all changes that came together.
            Err(TryRecvError::Empty) => {
                server.publish();
                match receiver.recv() {
                    Ok(incoming) => incoming,
                    Err(_) => return End::Abrupt,
                }
            }
        };
        match incoming {
            Incoming::Message(message) => {
                if let Some(end) = server.take(message) {
                    return end;
                }
            }
            Incoming::Malformed(why) => server.refuse_malformed(&why),
        }
        if server.is_unheard() {
            return End::Abrupt;
        }
    }
}
