//! The format for people: what is wrong, the line it stands in with a caret below, what to do.
//!
//! Long lines are cut around the place, so that a title of 3 000 characters or a minified file shows as one line.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::lines::start_of_character;
use super::{Counts, IndexedText, Report};
use crate::diagnostic::{Code, Diagnostic, Label, Severity};

/// How the text is dressed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whether to use colours (ANSI escapes).
    pub color: bool,
}

/// Characters of a source line that are shown at most.
const LINE_WIDTH: usize = 100;
/// Characters shown before the place where a line is cut.
const BEFORE: usize = 30;
/// Lines of a place over several lines that are shown at most.
const LINES: usize = 4;
/// Characters of a message, hint or fix that are shown at most.
const MESSAGE_WIDTH: usize = 400;

/// The report with its summary; empty when there is nothing to say.
pub fn render(report: &Report<'_>, options: Options) -> String {
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    // Lines are cut here already, around the place; the library would measure every character of the file.
    let renderer = renderer.term_width(usize::MAX / 4);
    let mut explained = BTreeSet::new();
    let mut text = String::new();
    for diagnostic in report.diagnostics() {
        let first = explained.insert(diagnostic.code);
        let mut shifted = Vec::new();
        let mut rendered = renderer.render(&[group(report, diagnostic, first, &mut shifted)]);
        for (counted, meant) in shifted {
            rendered = rendered.replacen(&counted, &meant, 1);
        }
        text.push_str(&rendered);
        text.push_str("\n\n");
    }
    if !text.is_empty() {
        text.push_str(&summary(Counts::of(report.diagnostics())));
        text.push('\n');
    }
    text
}

/// The counts in words, such as `3 errors, 2 warnings`; empty when all are zero.
pub fn summary(counts: Counts) -> String {
    let mut text = String::new();
    for (count, one, many) in
        [(counts.errors, "error", "errors"), (counts.warnings, "warning", "warnings"), (counts.notes, "note", "notes")]
    {
        if count > 0 {
            let separator = if text.is_empty() { "" } else { ", " };
            let word = if count == 1 { one } else { many };
            // Writing to a string cannot fail.
            let _ = write!(text, "{separator}{count} {word}");
        }
    }
    text
}

/// Places as the library counts them in a line that was cut, and as they are in the file.
type Shifted = Vec<(String, String)>;

fn group<'a>(
    report: &'a Report<'_>,
    diagnostic: &'a Diagnostic,
    first_of_its_code: bool,
    shifted: &mut Shifted,
) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(shown(&diagnostic.message).replace('\n', " ")).id(diagnostic.code.info().name);
    let mut elements: Vec<Element<'a>> = Vec::new();
    if let Some(label) = &diagnostic.primary {
        place(report, label, AnnotationKind::Primary, &mut elements, shifted);
    }
    for label in &diagnostic.related {
        place(report, label, AnnotationKind::Context, &mut elements, shifted);
    }
    elements.extend(diagnostic.hints.iter().map(|hint| note("hint", shown(hint))));
    elements.extend(diagnostic.fix.as_deref().map(|fix| note("fix", quoted_fix(fix))));
    if first_of_its_code {
        elements.push(note("see", explain_command(diagnostic.code)));
    }
    Group::with_title(title).elements(elements)
}

fn explain_command(code: Code) -> String {
    format!("steward explain {}", code.info().name)
}

fn note<'a>(name: &'static str, text: String) -> Element<'a> {
    Level::HELP.with_name(name).message(text).into()
}

/// Corrected text in backquotes; several lines stand below the word, each as it should be.
fn quoted_fix(fix: &str) -> String {
    let fix = shown(fix);
    if fix.contains('\n') { format!("write\n{fix}") } else { format!("write `{fix}`") }
}

/// A place: file, line and column, and, where its text is known, the line itself.
fn place<'a>(
    report: &'a Report<'_>,
    label: &'a Label,
    kind: AnnotationKind,
    elements: &mut Vec<Element<'a>>,
    shifted: &mut Shifted,
) {
    let path = shown(&label.file);
    let found = report.text(label).zip(label.span).zip(report.position(label));
    let Some(((text, span), position)) = found else {
        elements.push(Origin::path(path).into());
        if !label.message.is_empty() {
            elements.push(Level::NOTE.message(shown(&label.message)).into());
        }
        return;
    };
    let excerpt = Excerpt::of(text, span.range());
    let column = excerpt.column();
    if column != position.column {
        let at = |column: usize| format!("{path}:{}:{column}", position.line);
        shifted.push((at(column), at(position.column)));
    }
    let annotation = kind.span(excerpt.marked).label((!label.message.is_empty()).then(|| shown(&label.message)));
    let snippet = Snippet::source(excerpt.text).path(path).line_start(excerpt.first_line).fold(false);
    elements.push(snippet.annotation(annotation).into());
}

/// The lines of a place, cut to what fits.
struct Excerpt {
    text: String,
    first_line: usize,
    /// The place inside `text`.
    marked: Range<usize>,
}

impl Excerpt {
    fn of(source: &IndexedText, span: Range<usize>) -> Self {
        let text: &str = &source.text;
        let start = start_of_character(text, span.start);
        let end = start_of_character(text, span.end).max(start);
        let first_line = source.lines.line_of(start);
        // A range that ends with a line's end does not reach into the next line.
        let last_line = source.lines.line_of(end.saturating_sub(1).max(start)).min(first_line + LINES - 1);
        let mut excerpt = Self { text: String::new(), first_line, marked: 0..0 };
        for line in first_line..=last_line {
            let range = source.lines.range(text, line);
            let from = start.clamp(range.start, range.end);
            let to = end.clamp(from, range.end);
            if line > first_line {
                excerpt.text.push('\n');
            }
            let marked =
                excerpt.push_line(text.get(range.clone()).unwrap_or_default(), from - range.start, to - range.start);
            if line == first_line {
                excerpt.marked.start = marked.start;
            }
            excerpt.marked.end = marked.end;
        }
        excerpt
    }

    /// The column of the place in the cut line, from 1.
    fn column(&self) -> usize {
        1 + self.text.get(..self.marked.start).map_or(0, |before| before.chars().count())
    }

    /// Adds a line, cut around the bytes `from..to`, and returns where these bytes are now.
    fn push_line(&mut self, line: &str, from: usize, to: usize) -> Range<usize> {
        let (before, rest) = line.split_at_checked(from).unwrap_or((line, ""));
        let (marked, after) = rest.split_at_checked(to.saturating_sub(from)).unwrap_or((rest, ""));
        let fits = line.len() <= LINE_WIDTH || line.chars().nth(LINE_WIDTH).is_none();
        let cut = if fits { 0 } else { before.char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at) };
        if cut > 0 {
            self.text.push('…');
        }
        self.push_clean(before.get(cut..).unwrap_or_default(), usize::MAX);
        let start = self.text.len();
        let room = if fits { usize::MAX } else { LINE_WIDTH - BEFORE };
        let left = self.push_clean(marked, room);
        let end = self.text.len();
        self.push_clean(after, left);
        start..end
    }

    /// Adds at most `room` characters of a line and returns how much room is left.
    fn push_clean(&mut self, part: &str, room: usize) -> usize {
        let mut left = room;
        for character in part.chars() {
            if left == 0 {
                if !self.text.ends_with('…') {
                    self.text.push('…');
                }
                return 0;
            }
            left -= 1;
            self.text.push(clean(character));
        }
        left
    }
}

/// A text for a terminal: cut where it is very long, without characters that would disturb the terminal.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MESSAGE_WIDTH).map(clean).collect();
    if text.chars().nth(MESSAGE_WIDTH).is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters could move the cursor or change colours, and bidirectional ones the order of what is shown.
fn clean(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        _ if character.is_control() => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{NoTexts, SourceTexts, fixture};
    use super::*;
    use crate::diagnostic::{FilePath, Span};

    #[test]
    fn the_shared_fixture() {
        let (diagnostics, texts) = fixture::diagnostics();
        insta::assert_snapshot!(render(&Report::new(&diagnostics, &texts), Options::default()));
    }

    #[test]
    fn colour_only_when_asked() {
        let (diagnostics, texts) = fixture::diagnostics();
        let report = Report::new(&diagnostics, &texts);
        assert!(!render(&report, Options { color: false }).contains('\u{1b}'));
        assert!(render(&report, Options { color: true }).contains('\u{1b}'));
        assert_eq!(render(&Report::new(&[], &NoTexts), Options { color: true }), "");
    }

    #[test]
    fn counts_in_words() {
        let words = |errors, warnings, notes| summary(Counts { errors, warnings, notes });
        assert_eq!(words(3, 2, 0), "3 errors, 2 warnings");
        assert_eq!(words(1, 0, 1), "1 error, 1 note");
        assert_eq!(words(0, 0, 0), "");
    }

    struct One(&'static str);

    impl SourceTexts for One {
        fn text(&self, _: &FilePath) -> Option<Arc<str>> {
            Some(Arc::from(self.0))
        }
    }

    #[test]
    fn no_range_and_no_text_makes_it_panic() {
        for text in ["", "\n", "\u{feff}", "a", "é\r\n日本", "\r\r", "a\tb\0c\u{1b}", "x\n\n\n\n\n\n\ny"] {
            for start in 0..text.len() + 3 {
                for end in 0..text.len() + 3 {
                    let place = Span { start: start as u32, end: end as u32 };
                    let found = [Diagnostic::at(Code::LinkBroken, &"a.md".into(), place, "x")];
                    assert!(render(&Report::new(&found, &One(text)), Options::default()).contains("a.md:"));
                }
            }
        }
    }
}
