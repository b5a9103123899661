//! The audit's report in four formats, for the legal department, for a browser, for programs, for a spreadsheet.
//!
//! All say the same, and the same input gives the same bytes. Must not know how anything was found.

mod csv;
mod html;
mod json;
mod markdown;

use std::path::Path;

use super::Audit;
use crate::date::Date;
use crate::diagnostic::render::{LineIndex, SourceTexts};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rights::report::{PermissionReport, PieceReport, Report, Seal, SourceReport};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with tables.
    Markdown,
    /// A page of its own that prints well.
    Html,
    /// One object.
    Json,
    /// One line for every statement in the output, and for every piece that has none.
    Csv,
}

impl Format {
    /// The format that a file's ending asks for.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "md" | "markdown" => Self::Markdown,
            "html" | "htm" => Self::Html,
            "json" => Self::Json,
            "csv" => Self::Csv,
            _ => return None,
        })
    }
}

/// What cannot be found by reading files: every report says so.
pub const NOT_DETECTABLE: [&str; 5] = [
    "text in images, sound and films, and in documents and archives",
    "what a script of another host adds to a page in the reader's browser",
    "what a style sheet lays over a statement or paints in the colour behind it, and letters that a font draws as nothing",
    "false claims of own authorship: that an article without a source is the organisation's own is taken on trust",
    "changes to a piece that has no seal",
];

/// An audit to be written down.
pub struct Written<'a> {
    /// What was found.
    pub audit: &'a Audit,
    /// The texts that findings point into.
    pub texts: &'a dyn SourceTexts,
    /// Today, whatever day the audit was made for.
    pub real_day: Date,
}

/// The report of an audit; empty where the site's settings could not be read.
pub fn write(written: &Written<'_>, format: Format) -> String {
    let Some(report) = &written.audit.report else { return String::new() };
    match format {
        Format::Markdown => markdown::write(written, report),
        Format::Html => html::write(written, report),
        Format::Json => json::write(written, report),
        Format::Csv => csv::write(written, report),
    }
}

/// A finding as a line of a table.
struct FindingLine<'a> {
    severity: &'static str,
    code: &'static str,
    file: &'a str,
    /// `12:5`, or empty.
    position: String,
    message: &'a str,
    hints: &'a [String],
}

fn findings<'a>(written: &'a Written<'_>) -> Vec<FindingLine<'a>> {
    written.audit.diagnostics.iter().map(|found| finding(found, written.texts)).collect()
}

fn finding<'a>(found: &'a Diagnostic, texts: &dyn SourceTexts) -> FindingLine<'a> {
    let place = found.primary.as_ref();
    let position = place.and_then(|label| {
        let text = texts.text(&label.file)?;
        let position = LineIndex::new(&text).position(&text, label.span?.start as usize);
        Some(format!("{}:{}", position.line, position.column))
    });
    FindingLine {
        severity: found.severity.name(),
        code: found.code.info().name,
        file: place.map_or("", |label| label.file.as_str()),
        position: position.unwrap_or_default(),
        message: &found.message,
        hints: &found.hints,
    }
}

/// The outcome in one sentence.
fn verdict(audit: &Audit) -> String {
    let count = |severity| audit.diagnostics.iter().filter(|found| found.severity == severity).count();
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "Every piece that stands in the output has its owner's complete statement.".to_owned(),
        (0, warnings) => format!(
            "Every piece that stands in the output has its owner's complete statement. {}, listed below.",
            counted(warnings, "further finding")
        ),
        (errors, 0) => format!("{}, listed below.", counted(errors, "fault")),
        (errors, warnings) => {
            format!("{} and {}, listed below.", counted(errors, "fault"), counted(warnings, "further finding"))
        }
    }
}

/// `1 fault`, `2 faults`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Where a statement stands, in words and as elements.
fn place(elements: &str) -> String {
    let names: Vec<&str> = elements.split(" > ").collect();
    let words = if names.contains(&"article") {
        "below the text, in its article"
    } else if names.contains(&"main") {
        "below the excerpts, in the page's main part"
    } else {
        "below the text"
    };
    format!("{words} ({elements})")
}

/// A date, or a word for none.
fn day(day: Option<Date>, none: &str) -> String {
    day.map_or_else(|| none.to_owned(), |day| day.to_string())
}

/// From when to when terms hold.
fn validity(source: &SourceReport) -> String {
    match (source.valid_from, source.valid_until) {
        (None, None) => "without a limit".to_owned(),
        (Some(from), None) => format!("from {from}, without an end"),
        (None, Some(until)) => format!("until {until}"),
        (Some(from), Some(until)) => format!("from {from} to {until}"),
    }
}

/// What a permission says.
fn permission(permission: &PermissionReport) -> String {
    let mut words = vec![permission.reference.clone().unwrap_or_else(|| "without a reference".to_owned())];
    words.extend(permission.granted_by.as_ref().map(|by| format!("granted by {by}")));
    words.push(permission.until.map_or_else(|| "without an end".to_owned(), |until| format!("until {until}")));
    words.push(format!("for {}", grants(&permission.grants)));
    words.join(", ")
}

/// Grants in words.
fn grants(grants: &[String]) -> String {
    if grants.is_empty() { "nothing".to_owned() } else { grants.join(" / ") }
}

/// What is known of a piece's being unchanged.
fn seal(piece: &PieceReport) -> &'static str {
    match piece.seal {
        Seal::Unchanged => "sealed, unchanged",
        Seal::Changed => "sealed, changed since",
        Seal::None => "no seal: changes are not checked",
    }
}

/// The original, as far as it is known.
fn original(piece: &PieceReport) -> String {
    let parts = [&piece.original_title, &piece.original_url];
    let known: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    if known.is_empty() { "not named".to_owned() } else { known.join(", ") }
}

/// How the site is published.
fn publication(report: &Report) -> String {
    let [medium, price, audience] = report.publication.each_ref().map(|value| match value.as_str() {
        "" => "not said",
        value => value,
    });
    format!("medium {medium}, price {price}, audience {audience}")
}

/// When the site must be built anew at the latest.
fn rebuild_before(report: &Report) -> String {
    match &report.rebuild_before {
        Some((day, source)) => format!("{day} (the terms of {source} end)"),
        None => "no terms of a published piece end".to_owned(),
    }
}
