//! The command line: arguments in, exit code out. The only place that prints and that knows the clock.
//!
//! One file a command. Each returns an `Outcome` or a `Failure`; how they are shown is decided here, once.
//! Must not know how anything is done.

mod arguments;
mod audit;
mod build;
mod check;
mod explain;
mod new;
mod progress;
mod seal;
mod site;
mod terminal;
mod timings;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use serde_json::{Map, Value};

use crate::diagnostic::render::{NoTexts, SourceTexts};
use crate::diagnostic::{Diagnostic, FilePath, Severity};
use crate::output::OutputError;
use crate::source::Snapshot;
use crate::theme::built_in_text;
use arguments::{Arguments, Command};
use terminal::Terminal;

/// What a command came to.
struct Outcome {
    diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    texts: Box<dyn SourceTexts>,
    /// What people asked for, on standard output.
    answer: String,
    /// What was done, on standard output; left out with `--quiet`.
    summary: String,
    /// The command's own keys in the machine format.
    values: Map<String, Value>,
    /// Whether warnings fail the command.
    strict: bool,
}

impl Default for Outcome {
    fn default() -> Self {
        Self {
            diagnostics: Vec::new(),
            texts: Box::new(NoTexts),
            answer: String::new(),
            summary: String::new(),
            values: Map::new(),
            strict: false,
        }
    }
}

impl Outcome {
    /// Whether what was found stops the command from doing its work.
    fn is_refused(&self) -> bool {
        self.diagnostics.iter().any(|found| match found.severity {
            Severity::Error => true,
            Severity::Warning => self.strict,
            Severity::Note => false,
        })
    }
}

/// Wrong usage, or the machine failed: exit code 2.
enum Failure {
    /// A sentence that names the file or argument, and what to do.
    Message { message: String, hints: Vec<String> },
    /// Something that has a code.
    Diagnostic(Box<Diagnostic>),
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self::Message { message: message.into(), hints: Vec::new() }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Message { message, mut hints } => {
                hints.push(hint.into());
                Self::Message { message, hints }
            }
            Self::Diagnostic(diagnostic) => Self::Diagnostic(Box::new(diagnostic.hint(hint))),
        }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        match error.diagnostic() {
            Some(diagnostic) => Self::Diagnostic(Box::new(diagnostic)),
            None => Self::new(error.to_string()).hint(error.hint()),
        }
    }
}

/// The texts of the site's files and of the built-in theme's.
struct SiteTexts(Snapshot);

impl SourceTexts for SiteTexts {
    fn text(&self, path: &FilePath) -> Option<Arc<str>> {
        SourceTexts::text(&self.0, path).or_else(|| built_in_text(path).map(Arc::from))
    }
}

/// Runs one command and returns the process's exit code: 0 done, 1 the site has errors, 2 wrong usage or the machine
/// failed.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(answer) => {
            // Help and version as well; a closed pipe is no failure.
            let _ = answer.print();
            return ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2));
        }
    };
    let terminal = Terminal::new(&arguments.global);
    if let Command::Watch(command) = &arguments.command {
        // Goes on until it is ended, and says things all the while.
        return match watch::run(command, &arguments.global, &terminal) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => terminal.failure(&failure),
        };
    }
    match perform(&arguments) {
        Ok(outcome) => terminal.outcome(&outcome),
        Err(failure) => terminal.failure(&failure),
    }
}

fn perform(arguments: &Arguments) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::New(command) => new::run(command),
        Command::Build(command) => build::run(command, &arguments.global),
        Command::Watch(_) => Ok(Outcome::default()),
        Command::Check(command) => check::run(command, &arguments.global),
        Command::Audit(command) => audit::run(command, &arguments.global),
        Command::Seal(command) => seal::run(command, &arguments.global),
        Command::Explain(command) => explain::run(command),
    }
}

#[cfg(test)]
mod tests;
