//! The report as Markdown.

use std::fmt::Write;

use super::{NOT_DETECTABLE, Written};
use crate::rights::report::Report;

/// Writes the report. Writing to a string cannot fail.
pub(super) fn write(written: &Written<'_>, report: &Report) -> String {
    let mut text = format!("# Republished texts: {}\n\n{}\n\n", plain(&report.site), super::verdict(written.audit));
    let audit = written.audit;
    let facts = [
        ("Audited for the day", report.day.to_string()),
        ("Audited on", written.real_day.to_string()),
        ("Published as", super::publication(report)),
        ("Rebuild before", super::rebuild_before(report)),
        ("Files", format!("{} ({} pages)", audit.files, audit.pages)),
    ];
    for (name, value) in facts {
        let _ = writeln!(text, "- {name}: {}", plain(&value));
    }
    if !audit.diagnostics.is_empty() {
        findings(&mut text, written);
    }
    sources(&mut text, report);
    pieces(&mut text, report);
    carriers(&mut text, written);
    withheld(&mut text, report);
    text.push_str("\n## What cannot be found\n\n");
    for limit in NOT_DETECTABLE {
        let _ = writeln!(text, "- {limit}");
    }
    if !audit.unread.is_empty() {
        let _ = writeln!(text, "\n{} files were not read for text:\n", audit.unread.len());
        for file in &audit.unread {
            let _ = writeln!(text, "- `{file}`");
        }
    }
    text
}

fn sources(text: &mut String, report: &Report) {
    text.push_str("\n## Sources\n");
    for source in &report.sources {
        let _ = writeln!(text, "\n### {}\n", plain(&source.title));
        let facts = [
            ("Id", format!("{} ({})", source.id, source.file)),
            ("Homepage", source.homepage.clone().unwrap_or_else(|| "not named".to_owned())),
            ("Licence", source.licence.clone().unwrap_or_else(|| "not named".to_owned())),
            ("Allows", super::grants(&source.grants)),
            ("Permission", source.permission.as_ref().map_or_else(|| "none".to_owned(), super::permission)),
            ("Valid", super::validity(source)),
            ("Changes", source.changes.to_owned()),
            ("Excerpts", source.excerpts.clone()),
            ("Feeds", source.feeds.to_owned()),
            ("Contact", source.contact.clone().unwrap_or_else(|| "not named".to_owned())),
        ];
        for (name, value) in facts {
            let _ = writeln!(text, "- {name}: {}", plain(&value));
        }
        let statement = if source.statement.is_empty() { "composed for each piece" } else { &source.statement };
        let _ = writeln!(text, "- Statement: {}", plain(statement));
    }
}

fn pieces(text: &mut String, report: &Report) {
    text.push_str("\n## Pieces\n\n");
    row(text, &["Piece", "File", "Source", "Original", "Authors", "First published", "Here since", "Seal", "Changes"]);
    rule(text, 9);
    for piece in report.published() {
        row(
            text,
            &[
                &piece.title,
                &piece.file,
                &piece.source,
                &super::original(piece),
                &piece.authors.join(", "),
                piece.published.as_deref().unwrap_or(""),
                &super::day(piece.date, ""),
                super::seal(piece),
                piece.changes.as_deref().unwrap_or("none named"),
            ],
        );
    }
}

fn carriers(text: &mut String, written: &Written<'_>) {
    text.push_str("\n## Where they stand\n\n");
    row(text, &["File", "Digest (BLAKE3)", "Source", "Place of the statement", "Links"]);
    rule(text, 5);
    for carrier in &written.audit.carriers {
        let links: Vec<String> = carrier
            .links
            .iter()
            .map(|link| format!("“{}” to {} ({})", link.text, link.found, link.rule.description()))
            .collect();
        row(
            text,
            &[
                &carrier.output,
                &carrier.digest.to_hex(),
                &carrier.source,
                &super::place(&carrier.place),
                &links.join("; "),
            ],
        );
    }
}

fn withheld(text: &mut String, report: &Report) {
    text.push_str("\n## Left out\n\n");
    let mut is_empty = true;
    for piece in &report.pieces {
        if let Some(reason) = &piece.withheld {
            is_empty = false;
            let _ = writeln!(text, "- {} (`{}`): {}", plain(&piece.title), piece.file, plain(reason));
        }
    }
    if is_empty {
        text.push_str("No piece is left out.\n");
    }
}

fn findings(text: &mut String, written: &Written<'_>) {
    text.push_str("\n## Findings\n\n");
    let findings = super::findings(written);
    if findings.is_empty() {
        text.push_str("None.\n");
    }
    for finding in findings {
        let position = if finding.position.is_empty() { String::new() } else { format!(":{}", finding.position) };
        let _ = writeln!(
            text,
            "- {} [{}] `{}{position}`: {}",
            finding.severity,
            finding.code,
            finding.file,
            plain(finding.message)
        );
        for hint in finding.hints {
            let _ = writeln!(text, "  - {}", plain(hint));
        }
    }
}

fn row(text: &mut String, cells: &[&str]) {
    for cell in cells {
        let _ = write!(text, "| {} ", plain(cell).replace('|', "\\|"));
    }
    text.push_str("|\n");
}

fn rule(text: &mut String, cells: usize) {
    text.push_str(&"|---".repeat(cells));
    text.push_str("|\n");
}

/// Text on one line that Markdown leaves alone.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(character, '\\' | '*' | '_' | '[' | ']' | '<' | '#') {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}
