//! `steward check`: everything that `build` finds; writes nothing.

use std::time::Instant;

use serde_json::Value;

use super::arguments::{Check, Global};
use super::progress::Progress;
use super::{Failure, Outcome, SiteTexts, build, site};
use crate::memo::Memo;
use crate::output::Discard;
use crate::pipeline::{self, BuildOptions};

pub(super) fn run(command: &Check, global: &Global) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = site::root(global)?;
    let progress = Progress::start("checking", global);
    let snapshot = site::read(&root)?;
    let day = site::day(command.day, &snapshot);
    let options = BuildOptions::for_day(day);
    let result = pipeline::build(&snapshot, &options, &mut Memo::for_one_build(), &progress.counting(&Discard));
    drop(progress);

    let mut outcome = Outcome { diagnostics: result.diagnostics, strict: command.strict, ..Outcome::default() };
    outcome.texts = Box::new(SiteTexts(snapshot));
    outcome.values.insert("pages".to_owned(), Value::from(result.pages));
    if outcome.is_refused() {
        return Ok(outcome);
    }
    if let Some(failure) = result.failure {
        return Err(failure.into());
    }
    outcome.summary = format!("{} pages checked\n", result.pages);
    if global.verbose {
        outcome.summary.push_str(&build::details(&site::shown(&root), day, started.elapsed()));
    }
    Ok(outcome)
}
