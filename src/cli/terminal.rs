//! How outcomes and failures are shown: text on standard error, the machine format on standard output.

use std::borrow::Cow;
use std::io::{self, Write};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use serde_json::{Map, Value};

use super::arguments::{Color, Format, Global};
use super::{Failure, Outcome};
use crate::diagnostic::render::{NoTexts, Report, SourceTexts, human, json};
use crate::diagnostic::{Diagnostic, Severity};

const FAILED: u8 = 2;
const HAS_ERRORS: u8 = 1;

/// How a sentence is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Something was done.
    Fact,
    /// Something to know.
    Warning,
    /// Something is wrong.
    Error,
}

/// The two streams, and what was asked of them.
pub(super) struct Terminal {
    format: Format,
    color: ColorChoice,
    quiet: bool,
}

impl Terminal {
    pub(super) fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Auto => AutoStream::choice(&io::stderr()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { format: global.format, color, quiet: global.quiet }
    }

    /// Shows what a command came to.
    pub(super) fn outcome(&self, outcome: &Outcome) -> ExitCode {
        let written = match self.format {
            Format::Human => self.people(&outcome.diagnostics, &*outcome.texts, outcome.strict).and_then(|()| {
                let summary = if self.quiet { "" } else { &outcome.summary };
                if outcome.is_refused() {
                    return write(&mut self.errors(), summary);
                }
                write(&mut io::stdout().lock(), &format!("{}{summary}", outcome.answer))
            }),
            Format::Json => machine(&outcome.diagnostics, &*outcome.texts, &outcome.values),
        };
        code(written, if outcome.is_refused() { HAS_ERRORS } else { 0 })
    }

    /// Shows why a command could not do its work.
    pub(super) fn failure(&self, failure: &Failure) -> ExitCode {
        let written = match (self.format, failure) {
            (Format::Human, Failure::Diagnostic(found)) => self.people(std::slice::from_ref(found), &NoTexts, false),
            (Format::Human, Failure::Message { message, hints }) => {
                let hints: String = hints.iter().map(|hint| format!("  = hint: {hint}\n")).collect();
                let (red, reset) = if self.has_color() { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
                write(&mut self.errors(), &format!("{red}error{reset}: {message}\n{hints}"))
            }
            (Format::Json, Failure::Diagnostic(found)) => {
                let values = Map::from_iter([("failure".to_owned(), Value::from(found.message.clone()))]);
                machine(std::slice::from_ref(found), &NoTexts, &values)
            }
            (Format::Json, Failure::Message { message, .. }) => {
                machine(&[], &NoTexts, &Map::from_iter([("failure".to_owned(), Value::from(message.clone()))]))
            }
        };
        code(written, FAILED)
    }

    /// Shows diagnostics while a command goes on: as text for people, or as one line for programs.
    pub(super) fn meanwhile(
        &self,
        diagnostics: &[Diagnostic],
        texts: &dyn SourceTexts,
        values: &Map<String, Value>,
    ) -> io::Result<()> {
        match self.format {
            Format::Human => self.people(diagnostics, texts, false),
            Format::Json => {
                let pretty = json::render(&Report::new(diagnostics, texts), values)?;
                let object: Value = serde_json::from_str(&pretty)?;
                write(&mut io::stdout().lock(), &format!("{object}\n"))
            }
        }
    }

    /// Says a sentence for people while a command goes on: on standard output, or what is wrong on standard error.
    pub(super) fn say(&self, tone: Tone, sentence: &str) -> io::Result<()> {
        let (colour, word) = match tone {
            Tone::Fact => ("", ""),
            Tone::Warning => ("\u{1b}[1;33m", "warning"),
            Tone::Error => ("\u{1b}[1;31m", "error"),
        };
        match (self.format, tone) {
            (Format::Json, _) => Ok(()),
            (Format::Human, Tone::Fact) if self.quiet => Ok(()),
            (Format::Human, Tone::Warning) if self.quiet => Ok(()),
            (Format::Human, Tone::Fact) => write(&mut io::stdout().lock(), &format!("{sentence}\n")),
            (Format::Human, Tone::Warning | Tone::Error) => {
                let (colour, reset) = if self.has_color() { (colour, "\u{1b}[0m") } else { ("", "") };
                write(&mut self.errors(), &format!("{colour}{word}{reset}: {sentence}\n"))
            }
        }
    }

    fn people(&self, diagnostics: &[Diagnostic], texts: &dyn SourceTexts, strict: bool) -> io::Result<()> {
        let shown: Cow<'_, [Diagnostic]> = if self.quiet {
            // What fails the command is shown even to those who want to hear little.
            let least = if strict { Severity::Warning } else { Severity::Error };
            diagnostics.iter().filter(|found| found.severity <= least).cloned().collect()
        } else {
            Cow::Borrowed(diagnostics)
        };
        let text = human::render(&Report::new(&shown, texts), human::Options { color: self.has_color() });
        write(&mut self.errors(), &text)
    }

    fn has_color(&self) -> bool {
        self.color != ColorChoice::Never
    }

    fn errors(&self) -> AutoStream<io::StderrLock<'static>> {
        AutoStream::new(io::stderr().lock(), self.color)
    }
}

fn machine(diagnostics: &[Diagnostic], texts: &dyn SourceTexts, values: &Map<String, Value>) -> io::Result<()> {
    let text = json::render(&Report::new(diagnostics, texts), values)?;
    write(&mut io::stdout().lock(), &text)
}

/// Writes everything. A reader that has seen enough (`steward check | head`) is no failure.
fn write(stream: &mut impl Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// The exit code, or that of a failure where nothing could be shown.
fn code(written: io::Result<()>, code: u8) -> ExitCode {
    ExitCode::from(if written.is_ok() { code } else { FAILED })
}
