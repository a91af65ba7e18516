//! Everything that is shown or asked. One [`Ui`] is made in `main` and passed down; it alone writes to the standard streams.
//!
//! Progress and problems go to standard error, results to standard output. As JSON lines everything goes to standard output, one object a line.

mod frames;
pub mod line;
mod text;

use crate::args::{LogLevel, OutputFormat};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use indicatif::{ProgressBar, ProgressStyle};
use line::{Level, Line};
use std::io::{BufRead, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use text::Stream;

pub use text::size;

/// A stream that several tasks write whole lines to.
type Sink = Mutex<Box<dyn Write + Send>>;

/// How output looks; see [`Ui::new`].
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// For whom.
    pub format: OutputFormat,
    /// How much.
    pub level: LogLevel,
    /// ANSI colours on (standard output, standard error).
    pub colours: (bool, bool),
    /// Whether questions can be asked.
    pub interactive: bool,
}

impl Style {
    /// From what was asked for and what the process is connected to. `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` are honoured;
    /// a CI system counts as no terminal unless `FORCE_TTY` is set.
    pub fn detect(format: Option<OutputFormat>, level: LogLevel) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0" && v != "false");
        let terminal = std::io::stderr().is_terminal() && (!set("CI") || set("FORCE_TTY"));
        let format = format.unwrap_or(if terminal { OutputFormat::Tty } else { OutputFormat::Plain });
        let coloured =
            |choice: anstream::ColorChoice| format != OutputFormat::Jsonl && choice != anstream::ColorChoice::Never;
        let colours = (
            coloured(anstream::AutoStream::choice(&std::io::stdout())),
            coloured(anstream::AutoStream::choice(&std::io::stderr())),
        );
        let interactive = format == OutputFormat::Tty && std::io::stdin().is_terminal() && terminal;
        Self { format, level, colours, interactive }
    }
}

/// The one voice of the program.
pub struct Ui {
    style: Style,
    out: Sink,
    err: Sink,
    spinner: Mutex<Option<ProgressBar>>,
}

impl Ui {
    /// Speaks on the standard streams.
    pub fn new(style: Style) -> Self {
        Self::with_sinks(style, Box::new(std::io::stdout()), Box::new(std::io::stderr()))
    }

    /// Speaks on other streams, for tests.
    pub fn with_sinks(style: Style, out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self { style, out: Mutex::new(out), err: Mutex::new(err), spinner: Mutex::new(None) }
    }

    /// Whether output is for programs.
    pub fn is_jsonl(&self) -> bool {
        self.style.format == OutputFormat::Jsonl
    }

    /// Says one thing.
    pub fn say(&self, line: &Line) {
        if self.is_jsonl() {
            if !matches!(line, Line::Message { level: Level::Debug, .. }) || self.style.level == LogLevel::Debug {
                let json = serde_json::to_string(line)
                    .unwrap_or_else(|e| format!("{{\"kind\":\"error\",\"message\":\"{e}\"}}"));
                self.write(Stream::Out, &json);
            }
            return;
        }
        if !self.is_wanted(line) {
            return;
        }
        for (stream, text) in text::render(line, self.style.colours) {
            self.write(stream, &text);
        }
    }

    fn is_wanted(&self, line: &Line) -> bool {
        let level = self.style.level;
        match line {
            Line::Message { level: Level::Debug, .. } => level >= LogLevel::Debug,
            Line::Message { .. }
            | Line::Phase { .. }
            | Line::PhaseDone { .. }
            | Line::Upload { .. }
            | Line::Event(_) => level >= LogLevel::Info,
            _ => true,
        }
    }

    /// Says something good to know.
    pub fn info(&self, text: impl Into<String>) {
        self.say(&Line::Message { level: Level::Info, text: text.into() });
    }

    /// Says something better read.
    pub fn warn(&self, text: impl Into<String>) {
        self.say(&Line::Message { level: Level::Warning, text: text.into() });
    }

    /// Says something for those who look for a mistake.
    pub fn debug(&self, text: impl Into<String>) {
        self.say(&Line::Message { level: Level::Debug, text: text.into() });
    }

    /// Says why the command ends.
    pub fn failure(&self, failure: &Failure) {
        self.calm();
        if failure.exit == Exit::Interrupted && self.style.interactive {
            // The terminal has written `^C` somewhere in a line.
            self.write(Stream::Err, "");
        }
        self.say(&Line::Error {
            code: failure.code.to_owned(),
            message: failure.message.clone(),
            hints: failure.hints.clone(),
            exit_code: failure.exit as u8,
        });
    }

    /// Writes text to standard output as it is: a template, a schema, a help page.
    pub fn print(&self, text: &str) {
        self.write(Stream::Out, text.trim_end_matches('\n'));
    }

    /// Begins a phase; on a terminal its line moves until [`Self::done`].
    pub fn begin(&self, name: &'static str, text: impl Into<String>) -> Phase {
        let text = text.into();
        self.calm();
        if self.style.format == OutputFormat::Tty && self.style.level >= LogLevel::Info {
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed:.dim}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style).with_message(text);
            bar.enable_steady_tick(Duration::from_millis(100));
            if let Ok(mut slot) = self.spinner.lock() {
                *slot = Some(bar);
            }
        } else {
            self.say(&Line::Phase { name: name.to_owned(), text });
        }
        Phase { name, started: Instant::now() }
    }

    /// Changes the moving line, on a terminal.
    pub fn update(&self, text: impl Into<String>) {
        if let Ok(slot) = self.spinner.lock()
            && let Some(bar) = &*slot
        {
            bar.set_message(text.into());
        }
    }

    /// Ends a phase and gives its duration in milliseconds.
    pub fn done(&self, phase: &Phase, text: impl Into<String>) -> u64 {
        self.end(phase, text.into(), false)
    }

    /// Ends a phase that did not get where it was to go; gives its duration in milliseconds.
    pub fn failed(&self, phase: &Phase, text: impl Into<String>) -> u64 {
        self.end(phase, text.into(), true)
    }

    fn end(&self, phase: &Phase, text: String, failed: bool) -> u64 {
        self.calm();
        let duration_ms = u64::try_from(phase.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.say(&Line::PhaseDone { name: phase.name.to_owned(), text, duration_ms, failed });
        duration_ms
    }

    /// Takes the moving line away.
    pub fn calm(&self) {
        if let Ok(mut slot) = self.spinner.lock()
            && let Some(bar) = slot.take()
        {
            bar.finish_and_clear();
        }
    }

    /// Whether questions can be asked.
    pub fn is_interactive(&self) -> bool {
        self.style.interactive
    }

    /// Asks a yes-or-no question; no terminal means a failure that names the option which answers it.
    pub async fn confirm(&self, question: &str, option: &str) -> Result<bool> {
        if !self.style.interactive {
            return Err(Failure::new(
                Exit::Consent,
                "confirmation-needed",
                format!("{question} needs a yes, and there is no terminal to ask on"),
            )
            .hint(format!("add `{option}` to answer yes")));
        }
        let answer = self.answer(&format!("{question}? [y/N] ")).await?;
        Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }

    /// Asks for a line of text on the terminal, on a thread of its own: whoever waits can be interrupted.
    pub async fn answer(&self, question: &str) -> Result<String> {
        self.put_question(question);
        tokio::task::spawn_blocking(read_answer).await.map_err(|e| unreadable(&e))?
    }

    /// Asks for a line of text on the terminal, before there is anything that could be interrupted.
    pub fn ask(&self, question: &str) -> Result<String> {
        self.put_question(question);
        read_answer()
    }

    fn put_question(&self, question: &str) {
        self.calm();
        if let Ok(mut err) = self.err.lock() {
            let _ = write!(err, "{question}");
            let _ = err.flush();
        }
    }

    /// Writes whole lines. A reader that went away (`| head`) is no error of ours.
    fn write(&self, stream: Stream, text: &str) {
        let sink = if stream == Stream::Out { &self.out } else { &self.err };
        let put = || {
            if let Ok(mut sink) = sink.lock() {
                let _ = writeln!(sink, "{text}");
                let _ = sink.flush();
            }
        };
        match self.spinner.lock().ok().and_then(|slot| slot.clone()) {
            Some(bar) => bar.suspend(put),
            None => put(),
        }
    }
}

fn read_answer() -> Result<String> {
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|e| unreadable(&e))?;
    Ok(answer.trim().to_owned())
}

fn unreadable(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Consent, "confirmation-needed", format!("the answer could not be read: {error}"))
}

/// A phase that runs.
pub struct Phase {
    name: &'static str,
    started: Instant,
}

impl Phase {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }
}
