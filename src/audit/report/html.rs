//! The report as a page of its own, with its style inside: it leaves the site and is printed.

use std::fmt::Write;

use super::{NOT_DETECTABLE, Written};
use crate::rights::report::Report;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a;background:#fff}\
h1,h2,h3{line-height:1.25}h2{margin-top:2.5rem;border-bottom:1px solid #bbb}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}\
.long{overflow-wrap:anywhere;min-width:9em}.date{white-space:nowrap}th{background:#f2f2f2}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}\
.error{color:#a40000;font-weight:600}code{font-size:.9em}\
@page{size:A4 landscape;margin:1.5cm}\
@media print{body{margin:0;max-width:none;font-size:9pt}thead{display:table-header-group}h2,h3{break-after:avoid}tr,dl{break-inside:avoid}}";

/// Words longer than this may be broken in a table.
const LONG_WORD: usize = 22;

/// Writes the report. Writing to a string cannot fail.
pub(super) fn write(written: &Written<'_>, report: &Report) -> String {
    let audit = written.audit;
    let title = format!("Republished texts: {}", report.site);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{0}</h1>\n<p>{1}</p>\n",
        escaped(&title),
        escaped(&super::verdict(audit))
    );
    facts(
        &mut page,
        &[
            ("Audited for the day", report.day.to_string()),
            ("Audited on", written.real_day.to_string()),
            ("Published as", super::publication(report)),
            ("Rebuild before", super::rebuild_before(report)),
            ("Files", format!("{} ({} pages)", audit.files, audit.pages)),
        ],
    );
    if !audit.diagnostics.is_empty() {
        findings(&mut page, written);
    }
    sources(&mut page, report);
    pieces(&mut page, report);
    carriers(&mut page, written);
    withheld(&mut page, report);
    page.push_str("<h2>What cannot be found</h2>\n<ul>\n");
    for limit in NOT_DETECTABLE {
        let _ = writeln!(page, "<li>{}</li>", escaped(limit));
    }
    page.push_str("</ul>\n");
    if !audit.unread.is_empty() {
        let _ = writeln!(page, "<p>{} files were not read for text:</p>\n<ul>", audit.unread.len());
        for file in &audit.unread {
            let _ = writeln!(page, "<li><code>{}</code></li>", escaped(file));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn sources(page: &mut String, report: &Report) {
    page.push_str("<h2>Sources</h2>\n");
    for source in &report.sources {
        let _ = writeln!(page, "<h3>{}</h3>", escaped(&source.title));
        let or_not = |value: &Option<String>| value.clone().unwrap_or_else(|| "not named".to_owned());
        let statement = if source.statement.is_empty() { "composed for each piece" } else { &source.statement };
        facts(
            page,
            &[
                ("Id", format!("{} ({})", source.id, source.file)),
                ("Homepage", or_not(&source.homepage)),
                ("Licence", or_not(&source.licence)),
                ("Allows", super::grants(&source.grants)),
                ("Permission", source.permission.as_ref().map_or_else(|| "none".to_owned(), super::permission)),
                ("Valid", super::validity(source)),
                ("Changes", source.changes.to_owned()),
                ("Excerpts", source.excerpts.clone()),
                ("Feeds", source.feeds.to_owned()),
                ("Contact", or_not(&source.contact)),
                ("Statement", statement.to_owned()),
            ],
        );
    }
}

fn pieces(page: &mut String, report: &Report) {
    let names = ["Piece", "File", "Source", "Original", "Authors", "First published", "Here since", "Seal", "Changes"];
    table(
        page,
        "Pieces",
        &names,
        report.published().map(|piece| {
            vec![
                piece.title.clone(),
                piece.file.to_string(),
                piece.source.clone(),
                super::original(piece),
                piece.authors.join(", "),
                piece.published.clone().unwrap_or_default(),
                super::day(piece.date, ""),
                super::seal(piece).to_owned(),
                piece.changes.clone().unwrap_or_else(|| "none named".to_owned()),
            ]
        }),
    );
}

fn carriers(page: &mut String, written: &Written<'_>) {
    let names = ["File", "Digest (BLAKE3)", "Source", "Place of the statement", "Links"];
    table(
        page,
        "Where they stand",
        &names,
        written.audit.carriers.iter().map(|carrier| {
            let links: Vec<String> = carrier
                .links
                .iter()
                .map(|link| format!("“{}” to {} ({})", link.text, link.found, link.rule.description()))
                .collect();
            vec![
                carrier.output.clone(),
                carrier.digest.to_hex(),
                carrier.source.clone(),
                super::place(&carrier.place),
                links.join("; "),
            ]
        }),
    );
}

fn withheld(page: &mut String, report: &Report) {
    let pieces = report.pieces.iter().filter_map(|piece| {
        let reason = piece.withheld.clone()?;
        Some(vec![piece.title.clone(), piece.file.to_string(), reason])
    });
    table(page, "Left out", &["Piece", "File", "Reason"], pieces);
}

fn findings(page: &mut String, written: &Written<'_>) {
    let names = ["Severity", "Code", "File", "Line and column", "What was found", "What to do"];
    table(
        page,
        "Findings",
        &names,
        super::findings(written).into_iter().map(|finding| {
            vec![
                finding.severity.to_owned(),
                finding.code.to_owned(),
                finding.file.to_owned(),
                finding.position,
                finding.message.to_owned(),
                finding.hints.join("; "),
            ]
        }),
    );
}

fn facts(page: &mut String, facts: &[(&str, String)]) {
    page.push_str("<dl>\n");
    for (name, value) in facts {
        let _ = writeln!(page, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
    }
    page.push_str("</dl>\n");
}

fn table(page: &mut String, title: &str, names: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = writeln!(page, "<h2>{title}</h2>");
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        page.push_str("<p>None.</p>\n");
        return;
    }
    page.push_str("<table>\n<thead><tr>");
    for name in names {
        let _ = write!(page, "<th scope=\"col\">{name}</th>");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        page.push_str("<tr>");
        for cell in row {
            let class = match cell.as_str() {
                "error" => " class=\"error\"",
                cell if cell.len() == 10 && cell.parse::<crate::date::Date>().is_ok() => " class=\"date\"",
                // Paths, digests and addresses; other words are not broken.
                cell if cell.split_whitespace().any(|word| word.len() > LONG_WORD) => " class=\"long\"",
                _ => "",
            };
            let _ = write!(page, "<td{class}>{}</td>", escaped(&cell));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
