//! Articles that look as if somebody else had written them and name no source.
//!
//! Must not know what is known of others' texts.

use super::pasted::begins_as_notice;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::markdown::{PlainBlock, plain_blocks};
use crate::document::{Document, DocumentKind};
use crate::source::Snapshot;

/// What the last paragraphs of republished texts say, in small letters.
const PHRASES: [&str; 3] = ["used with permission", "all rights reserved", "reprinted"];

/// Paragraphs at the end in which such a phrase counts wherever it stands.
const LAST: usize = 3;

/// Words at the beginning of a notice among which a year makes it one.
const YEAR_WITHIN: usize = 6;

/// Warns of a published article without a source that carries a notice about somebody's rights.
pub fn check(document: &Document, snapshot: &Snapshot) -> Option<Diagnostic> {
    let front = &document.front;
    let is_open = document.kind == DocumentKind::Article
        && front.source.is_none()
        && !front.own
        && front.permission.is_none()
        && front.external_url.is_none();
    // Nearly every article ends here, before it is read a second time.
    let may_be_notice = |text: &str| may_have_phrase(text) || text.split('\n').any(begins_as_notice);
    if !is_open || !may_be_notice(&document.body.text.read()) {
        return None;
    }
    let text = snapshot.text(&document.path)?;
    let mut paragraphs = plain_blocks(&text, document.body.start as usize);
    paragraphs.retain(|block| block.is_paragraph);
    let last = paragraphs.len().saturating_sub(LAST);
    let notice =
        paragraphs.iter().enumerate().find(|(at, block)| is_notice(block, *at >= last)).map(|(_, block)| block)?;
    Some(
        Diagnostic::at(
            Code::RightsLooksRepublished,
            &document.path,
            notice.span,
            "this looks like the notice of somebody else's text, but the article names no source",
        )
        .hint("if it is republished, write `source: ID` into the front matter and the owner's terms and statement into `content/sources/ID.md`")
        .hint("if your organisation wrote it, write `own: true`"),
    )
}

/// Whether a text has the end of a phrase's word, in small letters or in capitals: quick, and seldom wrong.
fn may_have_phrase(text: &str) -> bool {
    const ENDS: [&str; 6] = ["ermission", "eserved", "eprinted", "ERMISSION", "ESERVED", "EPRINTED"];
    ENDS.iter().any(|end| memchr::memmem::find(text.as_bytes(), end.as_bytes()).is_some())
}

fn is_notice(block: &PlainBlock, is_last: bool) -> bool {
    let begins = begins_as_notice(&block.text);
    (is_last || begins) && has_phrase(&block.text)
        || begins && (block.text.trim_start().starts_with('©') || has_year(&block.text))
}

fn has_phrase(text: &str) -> bool {
    let lower = text.to_lowercase();
    let evened = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    PHRASES.iter().any(|phrase| evened.contains(phrase))
}

/// Whether a year stands near the beginning: `Copyright 2007 NAME` is a notice, `Copyright is a promise` is prose.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    numbers.by_ref().take(YEAR_WITHIN).any(|word| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|byte| byte.is_ascii_digit())
    })
}
