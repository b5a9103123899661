//! The machine format: one object for every command. The shape is a contract (tests hold the names).

use serde::Serialize;
use serde_json::{Map, Value};

use super::Report;
use crate::diagnostic::Diagnostic;

/// The object. Commands add keys of their own beside `diagnostics`.
#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<Entry<'a>>,
    #[serde(flatten)]
    further: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    hints: &'a [String],
    fix: Option<&'a str>,
}

/// The report as one JSON object with a final line end; `further` are the command's own keys.
pub fn render(report: &Report<'_>, further: &Map<String, Value>) -> Result<String, serde_json::Error> {
    let diagnostics = report.diagnostics().iter().map(|diagnostic| entry(report, diagnostic)).collect();
    let mut text = serde_json::to_string_pretty(&Document { diagnostics, further })?;
    text.push('\n');
    Ok(text)
}

fn entry<'a>(report: &Report<'_>, diagnostic: &'a Diagnostic) -> Entry<'a> {
    let label = diagnostic.primary.as_ref();
    let position = label.and_then(|label| report.position(label));
    Entry {
        code: diagnostic.code.info().name,
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        file: label.map(|label| label.file.as_str()),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        hints: &diagnostic.hints,
        fix: diagnostic.fix.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Report, fixture};
    use super::*;

    #[test]
    fn the_shared_fixture() {
        let (diagnostics, texts) = fixture::diagnostics();
        let further = Map::from_iter([("pages".to_owned(), Value::from(120))]);
        insta::assert_snapshot!(render(&Report::new(&diagnostics, &texts), &further).unwrap());
    }

    #[test]
    fn nothing_found() {
        let text = render(&Report::new(&[], &super::super::NoTexts), &Map::new()).unwrap();
        assert_eq!(text, "{\n  \"diagnostics\": []\n}\n");
    }
}
