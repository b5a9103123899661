//! A statement that was pasted below a piece together with its text: recognised and taken out, because steward adds the
//! source's own; one that differs is reported.
//!
//! Must not know how a page is made.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::copies::{Filter, place};
use super::normal::{Difference, difference, normalised};
use super::source::Sources;
use super::statement::Statement;
use super::words::{Word, words_of};
use crate::diagnostic::{Code, Diagnostic, FilePath};
use crate::document::markdown::without_paragraphs;
use crate::document::{Document, keywords};
use crate::source::Snapshot;

/// Share of a paragraph's words that must be the statement's for it to be a part of one.
const SHARE_OF_PARAGRAPH: f64 = 0.6;

/// Share of a statement's pairs of neighbouring words that paragraphs must have to be taken for it, unless they begin as such notices do.
const SHARE_OF_STATEMENT: f64 = 0.5;

/// A line of fewer words says nothing about where it comes from.
const SHORTEST_LINE: usize = 3;

/// The documents with pasted statements taken out of the pieces, and what to say of those that differ. Pieces that
/// are left out of the build (`hidden`) are read, so that their text is known, but not complained about.
pub fn take_out(
    documents: &[Arc<Document>],
    sources: &Sources,
    hidden: &BTreeSet<FilePath>,
    snapshot: &Snapshot,
) -> (Vec<Arc<Document>>, Vec<Diagnostic>) {
    let read = documents.par_iter().map(|document| take_out_of(document, sources, snapshot)).collect();
    without_hidden(read, hidden)
}

/// The documents, and what is to be said of those that are not left out of the build.
pub fn without_hidden(
    read: Vec<(Arc<Document>, Option<Diagnostic>)>,
    hidden: &BTreeSet<FilePath>,
) -> (Vec<Arc<Document>>, Vec<Diagnostic>) {
    let (documents, found): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    let shown = documents.iter().zip(found).filter(|(document, _)| !hidden.contains(&document.path));
    let diagnostics = shown.filter_map(|(_, diagnostic)| diagnostic).collect();
    (documents, diagnostics)
}

/// One document without a pasted statement, and what to say where it differs.
pub fn take_out_of(
    document: &Arc<Document>,
    sources: &Sources,
    snapshot: &Snapshot,
) -> (Arc<Document>, Option<Diagnostic>) {
    let unchanged = || (Arc::clone(document), None);
    let Some(named) = &document.front.source else { return unchanged() };
    let Some(source) = sources.get(&named.value) else { return unchanged() };
    let Ok(Some(statement)) = source.statement_for(document) else { return unchanged() };
    let composed = source.statement.is_empty();
    match find(&document.body.text.read(), &statement) {
        None => unchanged(),
        Some(Pasted::Same(lines)) => match without_paragraphs(&document.body, lines.clone()) {
            Some(body) => {
                let title = document.front.title.as_ref().map_or("", |title| title.value.as_str());
                let keywords = keywords::extract(title, &body.text.read());
                (Arc::new(Document { body, keywords, ..Document::clone(document) }), None)
            }
            None => (Arc::clone(document), Some(misplaced(document, &lines, &named.value, snapshot))),
        },
        // An author's own line of credit is no altered statement where the statement is composed.
        Some(Pasted::Other { .. }) if composed => unchanged(),
        Some(Pasted::Other { lines, difference }) => {
            (Arc::clone(document), Some(altered(document, &lines, &difference, sources, snapshot)))
        }
    }
}

/// A statement found in a text: the lines (blocks) it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pasted {
    /// Word for word and sign for sign.
    Same(Range<usize>),
    /// With a difference.
    Other { lines: Range<usize>, difference: Difference },
}

/// Finds a pasted statement in a text with a block on each line.
pub(super) fn find(text: &str, statement: &Statement) -> Option<Pasted> {
    let expected = words_of(&statement.text);
    let known = KnownWords::of(&expected);
    let lines: Vec<&str> = text.split('\n').collect();
    let words: Vec<Vec<Word>> = lines.iter().map(|line| words_of(line)).collect();
    let belongs: Vec<bool> = words.iter().map(|words| may_belong(words, &known)).collect();
    let normal = LazyCell::new(|| normalised(&statement.text));
    let mut nearest: Option<(f64, Range<usize>)> = None;
    let mut line = 0;
    while line < lines.len() {
        if !belongs[line] {
            if holds(&words[line], &expected, &known) {
                nearest = Some((1.0, line..line + 1));
            }
            line += 1;
            continue;
        }
        let end = (line..lines.len()).find(|&next| !belongs[next]).unwrap_or(lines.len());
        if let Some(same) = exact(&lines, line..end, &normal) {
            return Some(Pasted::Same(same));
        }
        let coverage = coverage(&words[line..end], &expected);
        let notice = begins_as_notice(lines[line]);
        if (coverage >= SHARE_OF_STATEMENT || notice) && nearest.as_ref().is_none_or(|(known, _)| coverage > *known) {
            nearest = Some((coverage, line..end));
        }
        line = end;
    }
    let (_, lines_found) = nearest?;
    let found = normalised(&lines[lines_found.clone()].join(" "));
    let difference = difference(&normal, &found)?;
    Some(Pasted::Other { lines: lines_found, difference })
}

/// The words of a statement. Nearly no word of a text is one, which the filter tells.
struct KnownWords {
    sorted: Vec<Word>,
    filter: Filter,
}

impl KnownWords {
    fn of(words: &[Word]) -> Self {
        let mut sorted = words.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut filter = Filter::for_entries(sorted.len());
        sorted.iter().for_each(|word| filter.insert(*word));
        Self { sorted, filter }
    }

    fn contains(&self, word: Word) -> bool {
        self.filter.may_contain(word) && self.sorted.binary_search(&word).is_ok()
    }
}

/// Consecutive lines that are the statement.
fn exact(lines: &[&str], among: Range<usize>, normal: &str) -> Option<Range<usize>> {
    among.clone().find_map(|start| {
        let mut rest = normal;
        for (end, line) in lines[start..among.end].iter().enumerate() {
            rest = rest.strip_prefix(normalised(line).as_str())?;
            if rest.is_empty() {
                return Some(start..start + end + 1);
            }
            rest = rest.strip_prefix(' ')?;
        }
        None
    })
}

fn may_belong(line: &[Word], known: &KnownWords) -> bool {
    let common = line.iter().filter(|word| known.contains(**word)).count();
    line.len() >= SHORTEST_LINE && common as f64 >= SHARE_OF_PARAGRAPH * line.len() as f64
}

/// Whether a longer line has the whole statement in it.
fn holds(line: &[Word], expected: &[Word], known: &KnownWords) -> bool {
    line.len() > expected.len()
        && expected.len() >= SHORTEST_LINE
        && line.iter().any(|word| known.contains(*word))
        && line.windows(expected.len()).any(|window| window == expected)
}

/// The share of the statement's pairs of neighbouring words that lines have.
fn coverage(lines: &[Vec<Word>], expected: &[Word]) -> f64 {
    let pairs = |words: &[Word]| -> HashSet<(Word, Word)> { words.windows(2).map(|pair| (pair[0], pair[1])).collect() };
    let expected = pairs(expected);
    let found = pairs(&lines.concat());
    found.intersection(&expected).count() as f64 / expected.len().max(1) as f64
}

/// Whether a paragraph begins as notices about copyright do.
pub(super) fn begins_as_notice(paragraph: &str) -> bool {
    let start = paragraph.trim_start();
    let begins = |word: &str| {
        start.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
            && !start[word.len()..].starts_with(|next: char| next.is_alphanumeric())
    };
    start.starts_with('©') || begins("(c)") || begins("copyright") || begins("reprinted")
}

fn altered(
    document: &Document,
    lines: &Range<usize>,
    difference: &Difference,
    sources: &Sources,
    snapshot: &Snapshot,
) -> Diagnostic {
    let source = document.front.source.as_ref().and_then(|named| sources.get(&named.value));
    let id = source.map_or("", |source| source.id.as_str());
    let what = if difference.is_typographic { " in its signs, not in its words" } else { "" };
    let message = format!("the statement pasted here differs from that of `{id}`{what}");
    let diagnostic = at_lines(document, lines, snapshot, message)
        .hint(format!("here it says “{}”", difference.found))
        .hint(format!("the source says “{}”", difference.expected))
        .hint("take it out: steward adds the source's statement; if the owner has changed it, or this piece has another one, make that a source of its own");
    match source {
        Some(source) => diagnostic.related(&source.path, None, "the statement of the source"),
        None => diagnostic,
    }
}

fn misplaced(document: &Document, lines: &Range<usize>, id: &str, snapshot: &Snapshot) -> Diagnostic {
    let message = format!("the statement of `{id}` is pasted into a list, a heading or a table");
    at_lines(document, lines, snapshot, message)
        .hint("take it out: steward adds the source's statement below the piece")
}

fn at_lines(document: &Document, lines: &Range<usize>, snapshot: &Snapshot, message: String) -> Diagnostic {
    let whole = document.body.text.read();
    let pasted: Vec<&str> = whole.split('\n').skip(lines.start).take(lines.len()).collect();
    let text = snapshot.text(&document.path).unwrap_or_default();
    let span = place::span_of(&text, document.body.start as usize, &words_of(&pasted.join(" ")));
    Diagnostic::at(Code::RightsStatementAltered, &document.path, span.unwrap_or(document.front.span), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement {
        Statement {
            text: "Copyright, Hearth Institute. Used with permission. Hearth Institute helps teams serve with care. \
                   For more, visit hearth.example."
                .to_owned(),
            ..Statement::default()
        }
    }

    #[test]
    fn the_same_statement_in_one_paragraph_or_two() {
        for text in [
            "A text.\nCopyright, Hearth Institute. Used with permission. Hearth\u{a0}Institute helps teams serve with care. For more, visit hearth.example.\nMore.",
            "A text.\nCopyright, Hearth Institute. Used with permission. Hearth Institute helps teams serve with care.\nFor more, visit hearth.example.",
        ] {
            let Some(Pasted::Same(lines)) = find(text, &statement()) else { panic!("{text}") };
            assert_eq!(lines.start, 1);
        }
    }

    #[test]
    fn one_that_differs() {
        for text in [
            "A text.\n© Hearth Institute. Used with permission. Hearth Institute helps teams serve with care. For more, visit hearth.example.",
            "A text.\nCopyright, Hearth Institute. Used with permission.",
            "A text.\nA last sentence of the piece. Copyright, Hearth Institute. Used with permission. Hearth Institute helps teams serve with care. For more, visit hearth.example.",
        ] {
            assert!(matches!(find(text, &statement()), Some(Pasted::Other { .. })), "{text}");
        }
    }

    #[test]
    fn the_owners_words_in_the_piece_are_no_statement() {
        for text in [
            "Hearth Institute helps teams serve with care.",
            "By Ada Brook, Hearth Institute",
            "Copyright protects you only if somebody reads the small print first.",
            "For more care, visit teams with permission to serve.",
        ] {
            assert_eq!(find(&format!("A text.\n{text}\nMore text."), &statement()), None, "{text}");
        }
    }
}
