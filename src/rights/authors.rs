//! Who a republished piece is by: its authors, else its owner, and never the site that republishes it.
//!
//! Holds front matter and the bytes of feeds against that. Must not know how feeds are written.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use super::feed::{FeedEntry, entries};
use super::source::{Source, Sources};
use super::words::{Word, words_of};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};
use crate::document::{Document, DocumentKind};

/// A republished piece, as an entry of a feed is recognised and held against it.
#[derive(Debug)]
pub struct PieceAuthors {
    /// The piece's file.
    pub file: FilePath,
    title: Vec<Word>,
    summary: Vec<Word>,
    /// The name in its address: that of its file, or of its folder.
    name: String,
    /// Everybody it may be said to be by.
    shown: Vec<String>,
    /// The same in every spelling, as it is compared.
    accepted: Vec<Vec<Word>>,
}

/// The republished pieces among some documents.
pub fn of_pieces<D: Borrow<Document>>(documents: &[D], sources: &Sources, config: &Config) -> Vec<PieceAuthors> {
    let people: Vec<&Document> =
        documents.iter().map(Borrow::borrow).filter(|it| it.kind == DocumentKind::Person).collect();
    let pieces = documents.iter().map(Borrow::borrow).filter(|it| it.kind == DocumentKind::Article);
    pieces.filter_map(|piece| of_piece(piece, &people, sources, config)).collect()
}

fn of_piece(piece: &Document, people: &[&Document], sources: &Sources, config: &Config) -> Option<PieceAuthors> {
    let source = sources.get(&piece.front.source.as_ref()?.value)?;
    let words = |value: &Option<crate::diagnostic::Spanned<String>>| {
        value.as_ref().map_or_else(Vec::new, |value| words_of(&value.value))
    };
    let site = words_of(&config.title);
    let (mut shown, mut accepted) = (Vec::new(), Vec::new());
    for author in &piece.front.authors {
        let named = words_of(&author.value);
        if named == site && !is_owner(source, config) {
            continue;
        }
        // A person's file may be named by its name or by its title.
        let title = people
            .iter()
            .find(|person| words(&person.front.title) == named || words_of(&name_of(&person.path)) == named)
            .and_then(|person| person.front.title.as_ref());
        let name = title.map_or(author.value.trim(), |title| title.value.as_str());
        shown.push(name.to_owned());
        accepted.extend([words_of(name), named]);
    }
    if shown.is_empty() {
        shown.push(source.title.clone());
        accepted.push(words_of(&source.title));
    }
    Some(PieceAuthors {
        file: piece.path.clone(),
        title: words(&piece.front.title),
        summary: words(&piece.front.summary),
        name: piece.front.slug.as_ref().map_or_else(|| name_of(&piece.path), |slug| slug.value.clone()),
        shown,
        accepted,
    })
}

/// A site that bears its owner's name may be named as the owner.
fn is_owner(source: &Source, config: &Config) -> bool {
    words_of(&source.title) == words_of(&config.title)
}

/// `lamp` for `content/articles/lamp.md` and `content/articles/lamp/index.md`.
fn name_of(path: &FilePath) -> String {
    let path = path.as_str();
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let stem = stem.strip_suffix("/index").unwrap_or(stem);
    stem.rsplit('/').next().unwrap_or(stem).to_owned()
}

/// Pieces whose front matter names the site as their author; those that are `hidden` wait.
pub fn check<D: Borrow<Document>>(
    documents: &[D],
    sources: &Sources,
    hidden: &BTreeSet<FilePath>,
    config: &Config,
) -> Vec<Diagnostic> {
    let site = words_of(&config.title);
    let pieces = documents.iter().map(Borrow::borrow).filter(|it| it.kind == DocumentKind::Article);
    let pieces = pieces.filter(|piece| !hidden.contains(&piece.path));
    let wrong = pieces.flat_map(|piece| {
        let source = piece.front.source.as_ref().and_then(|named| sources.get(&named.value));
        let source = source.filter(|source| !is_owner(source, config));
        let names = piece.front.authors.iter().filter(|author| words_of(&author.value) == site && !site.is_empty());
        source.into_iter().flat_map(move |source| names.clone().map(move |name| (piece, source, name)))
    });
    wrong
        .map(|(piece, source, name)| {
            let message =
                format!("a piece of `{}` is said to be by `{}`, the site that republishes it", source.id, name.value);
            Diagnostic::at(Code::RightsFalseAuthor, &piece.path, name.span, message)
                .related(&source.path, Some(source.front_span), "the owner")
                .hint(format!("name who wrote it, or leave the line out: then it is shown as by {}", source.title))
        })
        .collect()
}

/// An entry of a feed that says that a piece is by somebody else.
#[derive(Debug)]
pub struct FalseAuthor {
    /// The piece's file.
    pub piece: FilePath,
    /// The name that the feed gives.
    pub author: String,
    /// One lower-case sentence.
    pub message: String,
    /// The beginning of the entry in the feed.
    pub span: Span,
}

impl FalseAuthor {
    /// What to do about it.
    pub const HINT: &'static str = "the author of an entry is who wrote the piece, else its owner; never the site";
}

/// The piece that an entry of a feed is about.
pub fn piece_of<'p>(entry: &FeedEntry, pieces: &'p [PieceAuthors]) -> Option<&'p PieceAuthors> {
    // Once for all pieces, of which there may be thousands.
    let (title, summary) = (words_of(&entry.title), words_of(&entry.summary));
    pieces.iter().find(|piece| piece.title == title && piece.is(entry, &summary))
}

/// Entries of a feed that say that a piece is by somebody else.
pub fn check_feed(feed: &str, pieces: &[PieceAuthors]) -> Vec<FalseAuthor> {
    let mut found = Vec::new();
    // Most XML is no feed, and most sites have no piece in theirs.
    if pieces.is_empty() || !(feed.contains("<entry") || feed.contains("<item")) {
        return found;
    }
    for (index, entry) in entries(feed).iter().enumerate() {
        let Some(piece) = piece_of(entry, pieces) else { continue };
        for author in entry.authors.iter().filter(|author| !piece.accepts(author)) {
            let message = format!(
                "entry {} of the feed says that `{}` is by `{author}`; it is by {}",
                index + 1,
                piece.file,
                piece.shown.join(", ")
            );
            let span = Span::new(entry.range.start, first_line_end(feed, entry.range.start));
            found.push(FalseAuthor { piece: piece.file.clone(), author: author.clone(), message, span });
        }
    }
    found
}

fn first_line_end(text: &str, from: usize) -> usize {
    text[from..].find(['\n', '>']).map_or(text.len(), |length| from + length + 1)
}

impl PieceAuthors {
    /// Whether an entry with the piece's title and this summary is about it: by the summary or by the address.
    fn is(&self, entry: &FeedEntry, summary: &[Word]) -> bool {
        !self.summary.is_empty() && self.summary == summary || entry.addresses.iter().any(|address| self.is_at(address))
    }

    fn is_at(&self, address: &str) -> bool {
        let address = address.split(['?', '#']).next().unwrap_or("");
        let address = address.strip_suffix("index.html").unwrap_or(address).trim_end_matches('/');
        let last = address.rsplit('/').next().unwrap_or("");
        let last = last.strip_suffix(".html").unwrap_or(last);
        !last.is_empty()
            && words_of(&percent_encoding::percent_decode_str(last).decode_utf8_lossy()) == words_of(&self.name)
    }

    /// Whether a name of a feed is one of those it may be; RSS writes `mail@host.example (Name)`.
    fn accepts(&self, author: &str) -> bool {
        let words = words_of(author);
        let in_brackets =
            author.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| words_of(name));
        self.accepted.iter().any(|known| words == *known || in_brackets.as_ref() == Some(known))
    }
}
