//! `steward audit`: attribution proved on a finished output folder, and the report.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::arguments::{Audit as Command, Day, Global};
use super::progress::Progress;
use super::{Failure, Outcome, build, site};
use crate::audit::report::{Format, Written, write};
use crate::audit::{Audit, AuditInput, AuditTexts, Folder, audit};

pub(super) fn run(command: &Command, global: &Global) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = site::root(global)?;
    let output = command.folder.clone().unwrap_or_else(|| root.join("public"));
    let format = report_format(command.report.as_deref())?;
    check_folder(&output)?;
    let progress = Progress::start("auditing", global);
    let snapshot = site::read(&root)?;
    let folder = Folder::on_disk(&output).map_err(|error| Failure::new(error.to_string()))?;
    let day = site::day(command.day, &snapshot);
    let input = AuditInput { snapshot: &snapshot, folder: &folder, day, strict: command.strict };
    let found = audit(&input).map_err(|error| Failure::new(error.to_string()))?;
    drop(progress);

    let real_day = site::day(Day { as_of: None }, &snapshot);
    let texts = AuditTexts { folder, snapshot };
    let report = command.report.as_ref().filter(|_| found.report.is_some());
    if let Some((path, format)) = report.zip(format) {
        let text = write(&Written { audit: &found, texts: &texts, real_day }, format);
        std::fs::write(path, text)
            .map_err(|error| Failure::new(format!("cannot write the report `{}`: {error}", site::shown(path))))?;
    }
    let mut outcome = Outcome { strict: command.strict, ..Outcome::default() };
    outcome.values.insert("files".to_owned(), Value::from(found.files));
    outcome.values.insert("pages".to_owned(), Value::from(found.pages));
    outcome.values.insert("statements".to_owned(), Value::from(found.carriers.len()));
    outcome.values.insert("days".to_owned(), json!({ "used": day.to_string(), "real": real_day.to_string() }));
    outcome.summary = sentence(&found, &site::shown(&output));
    if let Some(path) = report {
        outcome.summary.push_str(&format!("the report is `{}`\n", site::shown(path)));
    }
    if global.verbose {
        outcome.summary.push_str(&build::details(&site::shown(&root), day, started.elapsed()));
    }
    outcome.diagnostics = found.diagnostics;
    outcome.texts = Box::new(texts);
    Ok(outcome)
}

fn report_format(report: Option<&Path>) -> Result<Option<Format>, Failure> {
    let Some(path) = report else { return Ok(None) };
    match Format::of(path) {
        Some(format) => Ok(Some(format)),
        None => Err(Failure::new(format!("the report `{}` has no ending that says its format", path.display()))
            .hint("let it end in `.md`, `.html`, `.json` or `.csv`")),
    }
}

fn check_folder(output: &Path) -> Result<(), Failure> {
    if output.is_dir() {
        return Ok(());
    }
    let what = if output.exists() { "is not a folder" } else { "does not exist" };
    Err(Failure::new(format!("the output folder `{}` {what}", output.display()))
        .hint("build the site first with `steward build`, or name the folder: steward audit DIR"))
}

fn sentence(found: &Audit, output: &str) -> String {
    let (files, pages, statements) = (found.files, found.pages, found.carriers.len());
    format!("{files} files in `{output}` audited ({pages} pages, {statements} statements in their places)\n")
}
