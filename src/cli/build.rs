//! `steward build`: the site, or nothing.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::arguments::{Build, Global};
use super::progress::Progress;
use super::{Failure, Outcome, SiteTexts, site, timings};
use crate::date::Date;
use crate::diagnostic::has_errors;
use crate::memo::Memo;
use crate::output::Built;
use crate::output::disk::{Staging, Summary};
use crate::pipeline::{self, BuildOptions};
use crate::source::Digest;
use crate::store::Store;
use crate::timings::{Stage, Timings, stage};

pub(super) fn run(command: &Build, global: &Global) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = site::root(global)?;
    let output = command.output.clone().unwrap_or_else(|| root.join("public"));
    // Before the work, so that a wrong folder is known at once.
    let staging = Staging::begin(&output, &root)?;
    let progress = Progress::start("building", global);
    let timings = command.timings.then(|| Arc::new(Timings::new(timings::CLOCKS)));
    let store = Store::on_disk();
    let snapshot = stage(timings.as_deref(), Stage::Read, || site::read_into(&root, &store))?;
    let day = site::day(command.day, &snapshot);
    let options = BuildOptions {
        drafts: command.drafts,
        base_url: command.base_url.clone(),
        timings: timings.clone(),
        ..BuildOptions::for_day(day)
    };
    let from = program_digest().and_then(|program| pipeline::input_digest(program, &snapshot, &options));
    // Whoever asks what the stages take wants them done.
    let same = from.filter(|_| timings.is_none()).and_then(|from| staging.would_change_nothing(from));
    let mut outcome = Outcome { strict: command.strict, ..Outcome::default() };
    let (pages, summary) = match same {
        Some(same) => same,
        None => {
            let mut memo = Memo::for_one_build().with_store(&store);
            let result = pipeline::build(&snapshot, &options, &mut memo, &progress.counting(&staging));
            // The process is about to end; to take all of it apart would be the last thing somebody waits for.
            std::mem::forget(memo);
            drop(progress);
            outcome.diagnostics = result.diagnostics;
            outcome.texts = Box::new(SiteTexts(snapshot));
            if outcome.is_refused() {
                outcome.values.insert("pages".to_owned(), Value::from(result.pages));
                outcome.summary = refusal(&outcome, &site::shown(&output));
                return Ok(outcome);
            }
            if let Some(failure) = result.failure {
                return Err(failure.into());
            }
            // Only a build that said nothing can be left out later, since messages are told by every build.
            let built = from.filter(|_| outcome.diagnostics.is_empty()).map(|from| Built { from, pages: result.pages });
            (result.pages, stage(timings.as_deref(), Stage::Place, || staging.commit(built))?)
        }
    };
    outcome.values.insert("pages".to_owned(), Value::from(pages));
    outcome.values.insert(
        "output".to_owned(),
        json!({ "written": summary.written, "unchanged": summary.unchanged, "removed": summary.removed }),
    );
    outcome.summary = sentence(pages, summary, &site::shown(&output));
    if global.verbose {
        outcome.summary.push_str(&details(&site::shown(&root), day, started.elapsed()));
    }
    if let Some(timings) = timings {
        outcome.summary.push_str(&timings::text(&timings));
        outcome.values.insert("timings".to_owned(), timings::json(&timings));
    }
    Ok(outcome)
}

/// The digest of this program; none where it cannot read itself.
fn program_digest() -> Option<Digest> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(std::env::current_exe().ok()?).ok()?).ok()?;
    Some(Digest(*hasher.finalize().as_bytes()))
}

fn refusal(outcome: &Outcome, output: &str) -> String {
    let why = if has_errors(&outcome.diagnostics) { "" } else { ", because warnings count with `--strict`" };
    format!("nothing was written{why}; `{output}` is as it was\n")
}

fn sentence(pages: usize, summary: Summary, output: &str) -> String {
    let Summary { written, unchanged, removed } = summary;
    let word = if pages == 1 { "page" } else { "pages" };
    format!("{pages} {word} in `{output}` ({written} files written, {unchanged} unchanged, {removed} removed)\n")
}

pub(super) fn details(root: &str, day: Date, taken: Duration) -> String {
    format!("  site: {root}\n  day: {day}\n  time: {:.2} s\n", taken.as_secs_f64())
}
