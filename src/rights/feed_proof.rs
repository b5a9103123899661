//! The proof on a finished feed: who its pieces are said to be by, and that no text of one stands there without the
//! statement.
//!
//! Must not know how feeds are written.

use super::authors::{self, FalseAuthor, piece_of};
use super::expected;
use super::feed::entries;
use super::source::Sources;
use super::verify::{Expectation, KnownStatements, Page, Stylesheets, Whereabouts, verify_page};
use super::words::words_of;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, FilePath};
use crate::document::Document;

/// What is wrong in the feed `path`, told at the pieces. `documents` are those that are published.
pub fn faults(
    path: &str,
    feed: &str,
    documents: &[&Document],
    sources: &Sources,
    config: &Config,
    known: &KnownStatements,
) -> Vec<Diagnostic> {
    let told = |code, piece: &FilePath, message: &str| {
        Diagnostic::in_file(code, piece, format!("in the finished `{path}`: {message}"))
    };
    let pieces = authors::of_pieces(documents, sources, config);
    let mut faults: Vec<Diagnostic> = authors::check_feed(feed, &pieces)
        .iter()
        .filter(|it| !is_named(it, documents))
        .map(|it| told(Code::RightsFalseAuthor, &it.piece, &it.message).hint(FalseAuthor::HINT))
        .collect();
    for entry in entries(feed).iter().filter(|entry| !entry.content.is_empty()) {
        let Some(piece) = piece_of(entry, &pieces) else { continue };
        let Some(document) = documents.iter().find(|document| document.path == piece.file) else { continue };
        let Some(source) = document.front.source.as_ref().and_then(|named| sources.get(&named.value)) else { continue };
        if !source.feeds_full() {
            let message = format!("it carries a text of the piece, whose owner `{}` allows a summary only", source.id);
            faults.push(told(Code::RightsCopiedText, &piece.file, &message).hint("give feeds the summary"));
            continue;
        }
        let expectation = expected::of_piece(document, &document.body.text.read(), Whereabouts::FeedItem, sources);
        let expectations: Vec<Expectation> = expectation.into_iter().collect();
        let page = Page { path, html: entry.content.as_bytes() };
        let report = verify_page(&page, &expectations, known, &Stylesheets::none());
        faults.extend(report.findings.into_iter().map(|finding| {
            let diagnostic = told(finding.code, &piece.file, &finding.message);
            finding.hints.into_iter().fold(diagnostic, Diagnostic::hint)
        }));
    }
    faults
}

/// Whether the piece's own front matter says so: then it is told there.
fn is_named(found: &FalseAuthor, documents: &[&Document]) -> bool {
    let mut pieces = documents.iter().filter(|document| document.path == found.piece);
    let says_so =
        |piece: &&Document| piece.front.authors.iter().any(|it| words_of(&it.value) == words_of(&found.author));
    pieces.any(says_so)
}
