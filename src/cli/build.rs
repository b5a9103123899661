//! `steward build`: the site, or nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::arguments::{Build, Global};
use super::progress::Progress;
use super::{Failure, Outcome, SiteTexts, site, timings};
use crate::date::Date;
use crate::diagnostic::has_errors;
use crate::memo::Memo;
use crate::output::disk::{Staging, Summary};
use crate::pipeline::{self, BuildOptions};
use crate::timings::{Stage, Timings, stage};

pub(super) fn run(command: &Build, global: &Global) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = site::root(global)?;
    let output = command.output.clone().unwrap_or_else(|| root.join("public"));
    // Before the work, so that a wrong folder is known at once.
    let staging = Staging::begin(&output, &root)?;
    let progress = Progress::start("building", global);
    let timings = command.timings.then(|| Arc::new(Timings::new(timings::CLOCKS)));
    let snapshot = stage(timings.as_deref(), Stage::Read, || site::read(&root))?;
    let day = site::day(command.day, &snapshot);
    let options = BuildOptions {
        drafts: command.drafts,
        base_url: command.base_url.clone(),
        timings: timings.clone(),
        ..BuildOptions::for_day(day)
    };
    let result = pipeline::build(&snapshot, &options, &mut Memo::for_one_build(), &progress.counting(&staging));
    drop(progress);

    let mut outcome = Outcome { diagnostics: result.diagnostics, strict: command.strict, ..Outcome::default() };
    outcome.texts = Box::new(SiteTexts(snapshot));
    outcome.values.insert("pages".to_owned(), Value::from(result.pages));
    if outcome.is_refused() {
        let why = if has_errors(&outcome.diagnostics) { "" } else { ", because warnings count with `--strict`" };
        outcome.summary = format!("nothing was written{why}; `{}` is as it was\n", site::shown(&output));
        return Ok(outcome);
    }
    if let Some(failure) = result.failure {
        return Err(failure.into());
    }
    let summary = stage(timings.as_deref(), Stage::Place, || staging.commit())?;
    outcome.values.insert(
        "output".to_owned(),
        json!({ "written": summary.written, "unchanged": summary.unchanged, "removed": summary.removed }),
    );
    outcome.summary = sentence(result.pages, summary, &site::shown(&output));
    if global.verbose {
        outcome.summary.push_str(&details(&site::shown(&root), day, started.elapsed()));
    }
    if let Some(timings) = timings {
        outcome.summary.push_str(&timings::text(&timings));
        outcome.values.insert("timings".to_owned(), timings::json(&timings));
    }
    Ok(outcome)
}

fn sentence(pages: usize, summary: Summary, output: &str) -> String {
    let Summary { written, unchanged, removed } = summary;
    let word = if pages == 1 { "page" } else { "pages" };
    format!("{pages} {word} in `{output}` ({written} files written, {unchanged} unchanged, {removed} removed)\n")
}

pub(super) fn details(root: &str, day: Date, taken: Duration) -> String {
    format!("  site: {root}\n  day: {day}\n  time: {:.2} s\n", taken.as_secs_f64())
}
