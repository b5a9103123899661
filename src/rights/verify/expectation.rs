//! What must stand on a page: plain values, made once per build.
//!
//! Must not know the page or how it was made.

use std::collections::BTreeMap;

use url::{Host, Url};

use super::visible_text::normalise;
use super::words::{WordHash, words_of};

/// An owner's complete statement, as a page must show it.
#[derive(Debug, Clone)]
pub struct ExpectedStatement {
    /// The source's id, the value of `data-statement`.
    pub(super) source: String,
    /// N(statement).
    pub(super) text: String,
    pub(super) links: Vec<ExpectedLink>,
    /// Hosts that may stand for one another.
    pub(super) hosts: Vec<Host>,
}

/// A link a statement must have.
#[derive(Debug, Clone)]
pub(super) struct ExpectedLink {
    /// N(its text).
    pub(super) text: String,
    /// Its target as the owner wrote it.
    pub(super) target: String,
    /// Its target, if it is an address.
    pub(super) url: Option<Url>,
}

impl ExpectedStatement {
    /// From a source's id, the statement's visible text (one space between blocks), its links in order (text and
    /// target) and the hosts the source lists.
    pub fn new<'a>(
        source: &str,
        text: &str,
        links: impl IntoIterator<Item = (&'a str, &'a str)>,
        hosts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let links = links
            .into_iter()
            .map(|(text, target)| ExpectedLink {
                text: normalise(text),
                target: target.to_owned(),
                url: Url::parse(target).ok(),
            })
            .collect();
        let hosts = hosts.into_iter().filter_map(|host| Host::parse(host.trim()).ok()).collect();
        Self { source: source.to_owned(), text: normalise(text), links, hosts }
    }

    /// The source's id.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// All statements of a site by source: what a page may show besides the expected ones.
#[derive(Debug, Clone, Default)]
pub struct KnownStatements {
    by_source: BTreeMap<String, ExpectedStatement>,
}

impl KnownStatements {
    pub(super) fn get(&self, source: &str) -> Option<&ExpectedStatement> {
        self.by_source.get(source)
    }

    /// Another source with exactly this text.
    pub(super) fn with_text(&self, text: &str, except: &str) -> Option<&ExpectedStatement> {
        self.by_source.values().find(|statement| statement.source != except && statement.text == text)
    }
}

impl FromIterator<ExpectedStatement> for KnownStatements {
    fn from_iter<I: IntoIterator<Item = ExpectedStatement>>(statements: I) -> Self {
        let by_source = statements.into_iter().map(|statement| (statement.source.clone(), statement)).collect();
        Self { by_source }
    }
}

/// Where a statement must stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Whereabouts {
    /// In the `<article>` that holds the piece.
    #[default]
    Article,
    /// In the part of a guide or handout that holds the piece: the nearest `<article>` or element with this attribute.
    Part {
        /// The attribute that marks a part.
        attribute: String,
    },
    /// In the content of a feed item, given as a document of its own; an `<article>` is not needed.
    FeedItem,
    /// In `<main>`, after the first excerpt of the source.
    Excerpts,
}

/// One piece that stands on a page, and the statement that must stand with it.
#[derive(Debug, Clone)]
pub struct Expectation {
    pub(super) statement: ExpectedStatement,
    pub(super) piece: Vec<WordHash>,
    pub(super) whereabouts: Whereabouts,
    /// Whether no part of the piece may stand without the statement.
    pub(super) is_restricted: bool,
}

impl Expectation {
    /// A statement, the visible text of its piece (of the first excerpt on a page of excerpts), and the place.
    pub fn new(statement: ExpectedStatement, piece_text: &str, whereabouts: Whereabouts) -> Self {
        Self { statement, piece: words_of(piece_text), whereabouts, is_restricted: false }
    }

    /// Of an owner who allows no excerpts: wherever else on the page the piece stands, the statement must stand too.
    #[must_use]
    pub fn restricted(self) -> Self {
        Self { is_restricted: self.whereabouts == Whereabouts::Article, ..self }
    }

    /// The source's id.
    pub fn source(&self) -> &str {
        &self.statement.source
    }
}
