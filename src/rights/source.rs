//! Rights holders: one file of `content/sources/` as terms with a statement.
//!
//! Must not know the pieces that name a source.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::licence::Licence;
use super::statement::{self, Owner, Statement};
use super::terms;
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};
use crate::document::front_matter::SourceTerms;
use crate::document::{Document, DocumentKind};
use crate::source::{Digest, Snapshot};

/// One owner's terms and statement.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file's name without `.md`, below `content/sources/`.
    pub id: String,
    /// The file.
    pub path: FilePath,
    /// The digest of the file's bytes.
    pub digest: Digest,
    /// The owner's name as readers see it.
    pub title: String,
    /// What the licence says; `None` where it is missing or unknown, which has been reported.
    pub licence: Option<Licence>,
    /// The terms as written.
    pub terms: SourceTerms,
    /// The statement; empty where it is composed for each piece or not needed.
    pub statement: Statement,
    /// Its front matter's place.
    pub front_span: Span,
}

/// All sources by id.
pub type Sources = BTreeMap<String, Source>;

/// The id of a source file: its path below `content/sources/` without `.md` or `/index.md`.
pub fn id_of(path: &str) -> &str {
    let inside = path.strip_prefix("content/sources/").unwrap_or(path);
    inside.strip_suffix("/index.md").or_else(|| inside.strip_suffix(".md")).unwrap_or(inside)
}

/// Reads the sources among the documents.
pub fn read(documents: &[Arc<Document>], snapshot: &Snapshot) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let mut diagnostics = Vec::new();
    for document in documents.iter().filter(|document| document.kind == DocumentKind::Source) {
        let source = read_one(document, snapshot, &mut diagnostics);
        sources.insert(source.id.clone(), source);
    }
    (sources, diagnostics)
}

fn read_one(document: &Document, snapshot: &Snapshot, diagnostics: &mut Vec<Diagnostic>) -> Source {
    let text = snapshot.text(&document.path).unwrap_or_default();
    let terms = document.front.source_terms.as_deref().cloned().unwrap_or_default();
    let owner = Owner {
        title: document.front.title.as_ref().map_or("", |title| title.value.as_str()),
        homepage: terms.homepage.as_ref().map(|homepage| homepage.value.as_str()),
        hosts: &terms.hosts,
    };
    let statement = statement::read(&document.path, &text, document.body.start as usize, &owner, diagnostics);
    let licence = terms.licence.as_ref().and_then(|licence| Licence::from_id(&licence.value));
    let composed = matches!(licence, Some(Licence::CreativeCommons(_)));
    // Without a licence nobody knows whether it needs a statement; that has been reported.
    if statement.is_empty() && !composed && terms.licence.is_some() {
        diagnostics.push(
            Diagnostic::at(
                Code::RightsStatementMissing,
                &document.path,
                document.front.span,
                "the source has no statement below its front matter",
            )
            .hint("paste the owner's complete statement there, with its links"),
        );
    }
    diagnostics.extend(terms::contradictions(&document.path, &terms, licence.as_ref()));
    if let Some(confirmed) = terms.confirmed.as_ref().filter(|confirmed| !confirmed.value) {
        diagnostics.push(
            Diagnostic::at(
                Code::RightsLinkUnconfirmed,
                &document.path,
                confirmed.span,
                "nobody has confirmed the links of this statement",
            )
            .hint("open each link, correct it where needed, then write `confirmed: true`"),
        );
    }
    let id = id_of(&document.path).to_owned();
    let title = document.front.title.as_ref().map_or_else(|| id.clone(), |title| title.value.clone());
    Source {
        id,
        path: document.path.clone(),
        digest: document.digest,
        title,
        licence,
        terms,
        statement,
        front_span: document.front.span,
    }
}

impl Source {
    /// The statement that must stand with a piece: the source's own, or one composed from what the piece says.
    ///
    /// `None` where none is needed (CC0). The error names what the piece lacks.
    pub fn statement_for(&self, piece: &Document) -> Result<Option<Statement>, Vec<&'static str>> {
        let Some(Licence::CreativeCommons(licence)) = self.licence.as_ref().filter(|_| self.statement.is_empty())
        else {
            return Ok(Some(self.statement.clone()));
        };
        if licence.is_public_domain() {
            return Ok(None);
        }
        let front = &piece.front;
        let mut missing = Vec::new();
        if front.authors.is_empty() {
            missing.push("authors");
        }
        if front.original_url.is_none() {
            missing.push("original_url");
        }
        let (Some(original_url), true) = (&front.original_url, missing.is_empty()) else { return Err(missing) };
        let title = front.original_title.as_ref().or(front.title.as_ref()).map_or("", |title| title.value.as_str());
        let authors: Vec<&str> = front.authors.iter().map(|author| author.value.as_str()).collect();
        Ok(Some(statement::compose(&statement::ComposedPiece {
            title,
            original_url: &original_url.value,
            authors: &authors,
            source: &self.title,
            licence_name: &licence.name(),
            licence_deed: &licence.deed(),
            changes: front.changes.as_ref().map(|changes| changes.value.as_str()),
        })))
    }

    /// Whether feeds may carry the whole text, with the statement.
    pub fn feeds_full(&self) -> bool {
        match (&self.terms.feeds, &self.licence) {
            (Some(feeds), _) => feeds.value == "full",
            (None, licence) => matches!(licence, Some(Licence::CreativeCommons(_))),
        }
    }

    /// Words in a row that may be quoted outside the piece: `None` for any number.
    pub fn excerpt_words(&self) -> Option<u32> {
        match (&self.terms.excerpts, &self.licence) {
            (Some(words), _) => Some(words.value),
            (None, Some(Licence::CreativeCommons(_))) => None,
            (None, _) => Some(0),
        }
    }
}
