//! Diagnostics as the browser shows them: the message, the line it speaks about, and how that line should be.
//!
//! Must not know HTML.

use serde::Serialize;

use crate::diagnostic::render::{Report, SourceTexts};
use crate::diagnostic::{Diagnostic, Severity};

/// Problems that are shown at most; the rest is counted.
const SHOWN: usize = 30;
/// Characters of a line before and after the place in question that are shown at most.
const AROUND: usize = 120;

/// One diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    /// `error`, `warning` or `note`.
    pub(super) severity: &'static str,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// Such as `content/a.md:3:7`; empty where no file can be named.
    pub(super) place: String,
    pub(super) line: Option<SourceLine>,
    pub(super) hints: Vec<String>,
    /// The text that should stand there.
    pub(super) fix: Option<String>,
}

/// The line a problem stands in, in three pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SourceLine {
    pub(super) number: usize,
    pub(super) before: String,
    pub(super) marked: String,
    pub(super) after: String,
}

impl Problem {
    /// A failure that has no code.
    pub(super) fn failure(message: &str) -> Self {
        Self {
            severity: Severity::Error.name(),
            code: "",
            message: message.to_owned(),
            place: String::new(),
            line: None,
            hints: Vec::new(),
            fix: None,
        }
    }
}

/// The worst diagnostics first.
pub(super) fn of(diagnostics: &[Diagnostic], texts: &dyn SourceTexts) -> Vec<Problem> {
    let mut chosen: Vec<&Diagnostic> = diagnostics.iter().filter(|found| found.severity != Severity::Note).collect();
    chosen.sort_by_key(|found| found.severity);
    let chosen: Vec<Diagnostic> = chosen.into_iter().take(SHOWN).cloned().collect();
    let report = Report::new(&chosen, texts);
    chosen.iter().map(|found| problem(&report, found)).collect()
}

fn problem(report: &Report<'_>, found: &Diagnostic) -> Problem {
    let place = found.primary.as_ref().map(|label| match report.position(label) {
        Some(at) => format!("{}:{}:{}", label.file, at.line, at.column),
        None => label.file.to_string(),
    });
    Problem {
        severity: found.severity.name(),
        code: found.code.info().name,
        message: found.message.clone(),
        place: place.unwrap_or_default(),
        line: source_line(report, found),
        hints: found.hints.clone(),
        fix: found.fix.clone(),
    }
}

fn source_line(report: &Report<'_>, found: &Diagnostic) -> Option<SourceLine> {
    let label = found.primary.as_ref()?;
    let (source, span) = (report.text(label)?, label.span?.range());
    let number = report.position(label)?.line;
    let line = source.lines.range(&source.text, number);
    let boundary = |at: usize| {
        let mut at = at.clamp(line.start, line.end);
        while !source.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (boundary(span.start), boundary(span.end.max(span.start)));
    let (before, marked, after) =
        (&source.text[line.start..start], &source.text[start..end], &source.text[end..line.end]);
    Some(SourceLine { number, before: last(before), marked: first(marked), after: first(after) })
}

/// The first characters of a text, with a mark where more follow.
fn first(text: &str) -> String {
    match text.char_indices().nth(AROUND) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The last characters of a text, with a mark where more stand before them.
fn last(text: &str) -> String {
    match text.char_indices().rev().nth(AROUND) {
        Some((at, character)) => format!("…{}", &text[at + character.len_utf8()..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Code, FilePath, Span};

    struct One(&'static str);

    impl SourceTexts for One {
        fn text(&self, _: &FilePath) -> Option<Arc<str>> {
            Some(Arc::from(self.0))
        }
    }

    #[test]
    fn a_line_in_three_pieces_and_errors_first() {
        let file = FilePath::from("content/a.md");
        let found = [
            Diagnostic::at(Code::PartMissing, &file, Span::new(0, 1), "w"),
            Diagnostic::at(Code::LinkBroken, &file, Span::new(6, 8), "e").hint("h").fix("f"),
        ];
        let problems = of(&found, &One("first\nsécond\n"));
        assert_eq!(problems.iter().map(|it| it.severity).collect::<Vec<_>>(), ["error", "warning"]);
        assert_eq!(problems[0].place, "content/a.md:2:1");
        let line = problems[0].line.as_ref().unwrap();
        assert_eq!(
            (line.number, line.before.as_str(), line.marked.as_str(), line.after.as_str()),
            (2, "", "s", "écond")
        );
    }

    #[test]
    fn no_place_makes_it_panic() {
        for text in ["", "\n", "\u{feff}", "é\r\n日本", "a\tb\0", "x\n\n\ny"] {
            for start in 0..text.len() + 3 {
                for end in 0..text.len() + 3 {
                    let place = Span { start: start as u32, end: end as u32 };
                    let found = [Diagnostic::at(Code::LinkBroken, &"a.md".into(), place, "x")];
                    assert_eq!(of(&found, &One(text)).len(), 1);
                }
            }
        }
    }
}
