//! The report as a table for spreadsheets (RFC 4180): one line for every statement found in the output, every piece
//! that is left out, and every finding, told apart by the first column.

use super::Written;
use crate::rights::report::Report;

const NAMES: [&str; 13] = [
    "kind",
    "day",
    "real_day",
    "file",
    "position",
    "source",
    "title",
    "original_url",
    "authors",
    "valid_until",
    "permission",
    "digest_or_code",
    "details",
];

/// Writes the report.
pub(super) fn write(written: &Written<'_>, report: &Report) -> String {
    let mut text = String::new();
    line(&mut text, &NAMES.map(str::to_owned));
    let start = |kind: &str| [kind.to_owned(), report.day.to_string(), written.real_day.to_string()];
    let terms = |id: &str| {
        let source = report.sources.iter().find(|source| source.id == id);
        let until = source.and_then(|source| source.valid_until).map(|day| day.to_string());
        let permission = source.and_then(|source| source.permission.as_ref()).map(super::permission);
        [until.unwrap_or_default(), permission.unwrap_or_default()]
    };
    for piece in &report.pieces {
        let [kind, day, real] = start(if piece.withheld.is_some() { "left out" } else { "piece" });
        let [until, permission] = terms(&piece.source);
        let details = piece.withheld.clone().unwrap_or_else(|| {
            format!("{}; changes: {}", super::seal(piece), piece.changes.as_deref().unwrap_or("none named"))
        });
        line(
            &mut text,
            &[
                kind,
                day,
                real,
                piece.file.to_string(),
                String::new(),
                piece.source.clone(),
                piece.title.clone(),
                piece.original_url.clone().unwrap_or_default(),
                piece.authors.join("; "),
                until,
                permission,
                String::new(),
                details,
            ],
        );
    }
    for carrier in &written.audit.carriers {
        let [kind, day, real] = start("statement");
        let [until, permission] = terms(&carrier.source);
        let links: Vec<String> =
            carrier.links.iter().map(|link| format!("{} ({})", link.found, link.rule.description())).collect();
        let details = format!("{}; links: {}", super::place(&carrier.place), links.join(", "));
        line(
            &mut text,
            &[
                kind,
                day,
                real,
                carrier.output.clone(),
                String::new(),
                carrier.source.clone(),
                String::new(),
                String::new(),
                String::new(),
                until,
                permission,
                carrier.digest.to_hex(),
                details,
            ],
        );
    }
    for finding in super::findings(written) {
        let [kind, day, real] = start(finding.severity);
        let empty = String::new;
        line(
            &mut text,
            &[
                kind,
                day,
                real,
                finding.file.to_owned(),
                finding.position,
                empty(),
                empty(),
                empty(),
                empty(),
                empty(),
                empty(),
                finding.code.to_owned(),
                std::iter::once(finding.message)
                    .chain(finding.hints.iter().map(String::as_str))
                    .collect::<Vec<_>>()
                    .join("; "),
            ],
        );
    }
    text
}

fn line(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A field in quotes where it needs them. One that a spreadsheet would take for a formula gets a quotation mark.
fn field(value: &str) -> String {
    let value =
        if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value.to_owned() };
    if value.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (value, expected) in [("a", "a"), ("a, \"b\"", "\"a, \"\"b\"\"\""), ("=1+1", "'=1+1"), ("", "")] {
            assert_eq!(field(value), expected);
        }
    }
}
