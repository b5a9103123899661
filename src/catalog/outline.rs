//! What the catalog reads of a document, apart from its links and the words that characterise it.
//!
//! As long as no outline changes, nobody's place does. Must not know the places.

use super::build::{minutes_of, teaser_of};
use super::digest::{Each, digest};
use crate::document::{Body, Document};
use crate::source::Digest;

/// Covers everything that [`super::build()`] reads of a document, except its links and what they may name in it, and its
/// keywords: these have keys of their own.
///
/// Whoever reads more of a document there adds it here.
pub fn outline(document: &Document) -> Digest {
    // Named one by one, so that a new field is thought of: front matter counts by its bytes, a body by what lists, cards
    // and the checks of articles show of it.
    let Document { path, digest: _, kind, front: _, front_digest, body, keywords: _ } = document;
    let Body {
        content: _,
        start: _,
        headings: _,
        links: _,
        parts,
        anchors: _,
        text: _,
        first_paragraph,
        words,
        has_text_attributes: _,
    } = body;
    let parts = Each(parts.iter().map(|part| &part.key));
    digest(&(path, kind, front_digest, parts, teaser_of(first_paragraph), minutes_of(*words)))
}
