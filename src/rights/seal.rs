//! The seal of a republished piece: a digest of its text, by which a later change is noticed.
//!
//! Covers N of all blocks of the body, headings and list items included, without a pasted statement. Nothing but the
//! file and the statement enters it, so it means the same for years. Must not know how it is written into a file.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::licence::Licence;
use super::normal::normalised;
use super::pasted::{Pasted, find};
use super::source::{Source, Sources};
use crate::diagnostic::{Code, Diagnostic, FilePath, Spanned};
use crate::document::Document;
use crate::document::markdown::plain_blocks;
use crate::source::{Digest, Snapshot};

/// What every seal begins with: the version of the rule by which the text is read.
const PREFIX: &str = "steward1:";

/// What an owner says about changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changes {
    /// Any change, without a word about it.
    Allowed,
    /// Changes that the piece names.
    WithNote,
    /// None.
    Forbidden,
}

/// The seal of the Markdown that starts at byte `start` of `text`, read with the piece's statement.
pub fn seal_of(text: &str, start: usize, source: &Source, piece: &Document) -> String {
    let blocks = plain_blocks(text, start);
    let mut lines: Vec<String> = blocks.iter().map(|block| normalised(&block.text)).collect();
    if let Ok(Some(statement)) = source.statement_for(piece)
        && let Some(Pasted::Same(pasted)) = find(&lines.join("\n"), &statement)
    {
        lines.drain(pasted);
    }
    format!("{PREFIX}{}", Digest::of(normalised(&lines.join(" ")).as_bytes()).to_hex())
}

/// The file's text with this seal in its front matter, every other byte as it was.
///
/// A seal that is there is replaced; else a line is added below `source`. `None` where the front matter is written in
/// such a way (all on one line) that a line cannot be added.
pub fn with_seal(text: &str, piece: &Document, seal: &str) -> Option<String> {
    let front = &piece.front;
    let insert = |at: usize, added: &str| format!("{}{added}{}", &text[..at], &text[at..]);
    if let Some(written) = &front.seal {
        let place = written.span.range();
        return Some(format!("{}{seal}{}", text.get(..place.start)?, text.get(place.end..)?));
    }
    let block = text.get(front.span.range())?;
    let start = front.span.start as usize;
    let mut at = start;
    let mut below_source = None;
    let source = front.source.as_ref()?.span.range();
    for line in block.split_inclusive('\n') {
        let end = at + line.len();
        if line.strip_prefix("seal:").is_some_and(|rest| rest.trim().is_empty()) {
            return Some(insert(at + "seal:".len(), &format!(" {seal}")));
        }
        if (at..end).contains(&source.start) && line.trim_start_matches(['"', '\'']).starts_with("source") {
            below_source = Some((end, if line.ends_with("\r\n") { "\r\n" } else { "\n" }));
        }
        at = end;
    }
    let (at, line_break) = below_source?;
    Some(insert(at, &format!("seal: {seal}{line_break}")))
}

/// What is known of a text's being unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seal {
    /// The text is the one that was sealed.
    Unchanged,
    /// The text differs from the one that was sealed.
    Changed,
    /// There is no seal: changes are not checked.
    None,
}

impl Seal {
    /// Holds a document against its seal.
    pub fn of(document: &Document, sources: &Sources, snapshot: &Snapshot) -> Self {
        let source = document.front.source.as_ref().and_then(|named| sources.get(&named.value));
        let (Some(seal), Some(source)) = (&document.front.seal, source) else { return Self::None };
        match snapshot.text(&document.path) {
            Some(text) if seal_of(&text, document.body.start as usize, source, document) == seal.value => {
                Self::Unchanged
            }
            Some(_) => Self::Changed,
            None => Self::None,
        }
    }
}

/// What is wrong with the seals of all pieces; `seals` in the order of the documents. Pieces that are left out of the
/// build are not looked at.
pub fn check(
    documents: &[Arc<Document>],
    seals: &[Seal],
    sources: &Sources,
    hidden: &BTreeSet<FilePath>,
) -> Vec<Diagnostic> {
    let fault = |(piece, seal): (&Arc<Document>, &Seal)| {
        let source = sources.get(&piece.front.source.as_ref()?.value).filter(|_| !hidden.contains(&piece.path))?;
        declared_change(piece, source).or_else(|| broken_seal(piece, source, *seal))
    };
    documents.iter().zip(seals).filter_map(fault).collect()
}

/// A piece that says it was changed, under terms that allow no change.
fn declared_change(piece: &Document, source: &Source) -> Option<Diagnostic> {
    let note = piece.front.changes.as_ref().filter(|_| source.changes() == Changes::Forbidden)?;
    let message = format!("the piece was changed, which `{}` does not allow", source.id);
    Some(
        Diagnostic::at(Code::RightsTextChanged, &piece.path, note.span, message)
            .related(&source.path, Some(source.changes_span()), changes_in_words(source))
            .hint("put the owner's text back and take this line out, or ask the owner and record the answer as `changes: with-note` in the source"),
    )
}

fn broken_seal(piece: &Document, source: &Source, state: Seal) -> Option<Diagnostic> {
    let seal = piece.front.seal.as_ref().filter(|_| state == Seal::Changed)?;
    match source.changes() {
        Changes::Allowed => None,
        Changes::WithNote if piece.front.changes.is_some() => None,
        Changes::WithNote => Some(missing_note(piece, source, seal)),
        Changes::Forbidden => Some(changed(piece, source, seal)),
    }
}

fn missing_note(piece: &Document, source: &Source, seal: &Spanned<String>) -> Diagnostic {
    let message = if is_seal(&seal.value) {
        format!("the text was changed since it was sealed, and `{}` asks for a note that says so", source.id)
    } else {
        not_a_seal(seal)
    };
    Diagnostic::at(Code::RightsChangesNoteMissing, &piece.path, seal.span, message)
        .related(&source.path, Some(source.changes_span()), changes_in_words(source))
        .hint("say in the front matter what was changed, such as `changes: shortened`; readers see it above the text")
}

fn changed(piece: &Document, source: &Source, seal: &Spanned<String>) -> Diagnostic {
    let message = if is_seal(&seal.value) {
        format!("the text was changed since it was sealed, and `{}` does not allow changes", source.id)
    } else {
        not_a_seal(seal)
    };
    Diagnostic::at(Code::RightsTextChanged, &piece.path, seal.span, message)
        .related(&source.path, Some(source.changes_span()), changes_in_words(source))
        .hint("put the owner's text back as it was; Git shows what is different")
        .hint("if the owner has sent a new text, seal it: steward seal FILE")
}

fn is_seal(value: &str) -> bool {
    value.strip_prefix(PREFIX).is_some_and(|digest| {
        digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn not_a_seal(seal: &Spanned<String>) -> String {
    format!("`{}` is not a seal that this version of steward writes", seal.value)
}

fn changes_in_words(source: &Source) -> &'static str {
    match (source.changes(), &source.terms.changes) {
        (Changes::Forbidden, None) => "nothing is said about changes, so none are allowed",
        (Changes::Forbidden, Some(_)) => "changes are not allowed",
        (Changes::WithNote, _) => "changes are allowed with a note",
        (Changes::Allowed, _) => "changes are allowed",
    }
}

impl Source {
    /// What the owner says about changes; what is not said is not allowed. Creative Commons licences ask for a note,
    /// those with `ND` allow none.
    pub fn changes(&self) -> Changes {
        let licence = match &self.licence {
            Some(Licence::CreativeCommons(licence)) => Some(licence),
            _ => None,
        };
        if licence.is_some_and(|licence| licence.forbids_changes()) {
            return Changes::Forbidden;
        }
        match (self.terms.changes.as_ref().map(|changes| changes.value.as_str()), licence) {
            (Some("allowed"), _) => Changes::Allowed,
            (Some("with-note" | "house-style"), _) => Changes::WithNote,
            (Some(_), _) => Changes::Forbidden,
            (None, Some(licence)) if licence.is_public_domain() => Changes::Allowed,
            (None, Some(_)) => Changes::WithNote,
            (None, None) => Changes::Forbidden,
        }
    }

    fn changes_span(&self) -> crate::diagnostic::Span {
        self.terms.changes.as_ref().map_or(self.front_span, |changes| changes.span)
    }
}
