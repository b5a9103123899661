//! The command line: the only place that prints.

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs one command and returns the process's exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let _ = arguments;
    ExitCode::SUCCESS
}
