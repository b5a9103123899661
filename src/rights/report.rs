//! What a legal department asks: whose texts stand here, by which permission, until when, unchanged or not.
//!
//! A value made from the sources, the pieces and the policy; how it is written down is for others. Where each piece
//! stands comes from the proof on final bytes. Must not know pages.

use std::collections::BTreeMap;

use super::licence::Licence;
use super::policy::{Verdict, last_day};
use super::seal::Changes;
pub use super::seal::Seal;
use super::source::{Source, Sources};
use super::verify::{AcceptedLink, Placement};
use crate::config::Config;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, FilePath};
use crate::document::front_matter::Grant;
use crate::document::{Document, DocumentKind};
use crate::source::Digest;

/// Everything a report is made from.
pub struct ReportInput<'a, D> {
    /// All documents, pasted statements taken out.
    pub documents: &'a [D],
    /// The sources.
    pub sources: &'a Sources,
    /// The settings.
    pub config: &'a Config,
    /// The day the pieces are held against their terms.
    pub day: Date,
    /// What the policy says.
    pub verdicts: &'a BTreeMap<FilePath, Verdict>,
    /// What it says in words.
    pub judged: &'a [Diagnostic],
    /// Whether each document is as it was sealed.
    pub seals: &'a [Seal],
}

/// What is republished, by which permission, until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The site's name.
    pub site: String,
    /// The day the pieces were held against their terms.
    pub day: Date,
    /// How the site is published: medium, price, audience; what is missing is empty.
    pub publication: [String; 3],
    /// The first day on which a piece that stands here may no longer stand here, and the source.
    pub rebuild_before: Option<(Date, String)>,
    /// The sources by id.
    pub sources: Vec<SourceReport>,
    /// The republished pieces by file.
    pub pieces: Vec<PieceReport>,
}

/// One owner's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReport {
    /// Its id.
    pub id: String,
    /// The owner's name.
    pub title: String,
    /// The file.
    pub file: FilePath,
    /// The owner's address.
    pub homepage: Option<String>,
    /// As written.
    pub licence: Option<String>,
    /// One a line, such as `medium newsletter or website; price free`.
    pub grants: Vec<String>,
    /// `allowed`, `with-note` or `forbidden`.
    pub changes: &'static str,
    /// `none`, `any`, or a number of words.
    pub excerpts: String,
    /// `summary` or `full`.
    pub feeds: &'static str,
    /// The first day of the terms.
    pub valid_from: Option<Date>,
    /// The last day of the terms.
    pub valid_until: Option<Date>,
    /// The written permission.
    pub permission: Option<PermissionReport>,
    /// Where to ask for more.
    pub contact: Option<String>,
    /// The complete statement; empty where it is composed for each piece.
    pub statement: String,
}

/// A written permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionReport {
    /// Its reference.
    pub reference: Option<String>,
    /// Who gave it.
    pub granted_by: Option<String>,
    /// Its last day.
    pub until: Option<Date>,
    /// What it adds.
    pub grants: Vec<String>,
}

/// A republished piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceReport {
    /// Its file.
    pub file: FilePath,
    /// Its title here.
    pub title: String,
    /// Its source's id.
    pub source: String,
    /// The original's title.
    pub original_title: Option<String>,
    /// The original's address.
    pub original_url: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// When it was first published.
    pub published: Option<String>,
    /// When it was first published here.
    pub date: Option<Date>,
    /// Whether its text is what its owner sent.
    pub seal: Seal,
    /// What was changed, as its readers are told.
    pub changes: Option<String>,
    /// Why it is left out; `None` where it is published.
    pub withheld: Option<String>,
    /// Whether its owner's terms keep it out, and not only its own dates.
    pub is_refused: bool,
}

/// A file of the output that carries a piece, as the proof on its bytes found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// The file's path in the output.
    pub output: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// The source's id.
    pub source: String,
    /// Where the statement stands: `html > body > main > article > p`.
    pub place: String,
    /// The statement's links with the rule that accepted each.
    pub links: Vec<AcceptedLink>,
}

impl Carrier {
    /// A placement in a file.
    pub fn new(output: &str, digest: Digest, placement: Placement) -> Self {
        let Placement { source, element, links, .. } = placement;
        Self { output: output.to_owned(), digest, source, place: element, links }
    }
}

impl Report {
    /// Makes the report of a site.
    pub fn of<D: AsRef<Document> + Sync>(input: &ReportInput<'_, D>) -> Self {
        let articles = input.documents.iter().zip(input.seals).map(|(document, seal)| (document.as_ref(), *seal));
        let articles = articles.filter(|(document, _)| document.kind == DocumentKind::Article);
        let pieces: Vec<PieceReport> =
            articles.filter_map(|(document, seal): (&Document, Seal)| piece(document, seal, input)).collect();
        let publication = &input.config.publication;
        let point = [&publication.medium, &publication.price, &publication.audience];
        Self {
            site: input.config.title.clone(),
            day: input.day,
            publication: point.map(|value| value.as_ref().map_or_else(String::new, |value| value.value.clone())),
            rebuild_before: rebuild_before(&pieces, input),
            sources: input.sources.values().map(source).collect(),
            pieces,
        }
    }

    /// The pieces that their owners' terms keep out, with the reason.
    pub fn refused(&self) -> impl Iterator<Item = (&PieceReport, &str)> {
        let refused = self.pieces.iter().filter(|piece| piece.is_refused);
        refused.filter_map(|piece| Some((piece, piece.withheld.as_deref()?)))
    }

    /// The pieces that are published.
    pub fn published(&self) -> impl Iterator<Item = &PieceReport> {
        self.pieces.iter().filter(|piece| piece.withheld.is_none())
    }
}

fn rebuild_before<D>(pieces: &[PieceReport], input: &ReportInput<'_, D>) -> Option<(Date, String)> {
    let published = pieces.iter().filter(|piece| piece.withheld.is_none());
    let sources = published.filter_map(|piece| input.sources.get(&piece.source));
    let ends = sources.filter_map(|source| Some((last_day(source, input.config)?.tomorrow().ok()?, source.id.clone())));
    ends.min()
}

fn piece<D>(document: &Document, seal: Seal, input: &ReportInput<'_, D>) -> Option<PieceReport> {
    let front = &document.front;
    let named = &front.source.as_ref()?.value;
    let text = |value: &Option<crate::diagnostic::Spanned<String>>| value.as_ref().map(|value| value.value.clone());
    Some(PieceReport {
        file: document.path.clone(),
        title: text(&front.title).unwrap_or_else(|| document.path.to_string()),
        source: named.clone(),
        original_title: text(&front.original_title),
        original_url: text(&front.original_url),
        authors: front.authors.iter().map(|author| author.value.clone()).collect(),
        published: text(&front.published),
        date: front.date.as_ref().map(|date| date.value),
        seal,
        changes: text(&front.changes),
        withheld: withheld(document, input),
        is_refused: input.verdicts.contains_key(&document.path),
    })
}

fn withheld<D>(document: &Document, input: &ReportInput<'_, D>) -> Option<String> {
    let front = &document.front;
    if front.draft {
        return Some("it is a draft".to_owned());
    }
    if let Some(from) = front.publish_on.as_ref().filter(|from| from.value > input.day) {
        return Some(format!("it is to be published on {}", from.value));
    }
    if let Some(end) = front.expires_on.as_ref().filter(|end| end.value <= input.day) {
        return Some(format!("it ended on {}", end.value));
    }
    match input.verdicts.get(&document.path)? {
        Verdict::NotYetValid(from) => Some(format!("its owner's terms begin on {from}")),
        Verdict::Refused => {
            let is_about = |found: &&Diagnostic| {
                let file = found.primary.as_ref().map(|label| &label.file);
                file == Some(&document.path) && found.code.info().name.starts_with("rights-")
            };
            let reason = input.judged.iter().find(is_about).map(|found| found.message.clone());
            Some(reason.unwrap_or_else(|| "its owner's terms do not allow it".to_owned()))
        }
    }
}

fn source(source: &Source) -> SourceReport {
    let terms = &source.terms;
    let text = |value: &Option<crate::diagnostic::Spanned<String>>| value.as_ref().map(|value| value.value.clone());
    let mut grants: Vec<String> = terms.grants.iter().map(grant).collect();
    if let Some(Licence::CreativeCommons(licence)) = &source.licence {
        grants.push(if licence.is_non_commercial() { "price free".to_owned() } else { "any use".to_owned() });
    }
    SourceReport {
        id: source.id.clone(),
        title: source.title.clone(),
        file: source.path.clone(),
        homepage: text(&terms.homepage),
        licence: text(&terms.licence),
        grants,
        changes: match source.changes() {
            Changes::Allowed => "allowed",
            Changes::WithNote => "with-note",
            Changes::Forbidden => "forbidden",
        },
        excerpts: match source.excerpt_words() {
            None => "any".to_owned(),
            Some(0) => "none".to_owned(),
            Some(words) => words.to_string(),
        },
        feeds: if source.feeds_full() { "full" } else { "summary" },
        valid_from: terms.valid_from.as_ref().map(|day| day.value),
        valid_until: terms.valid_until.as_ref().map(|day| day.value),
        permission: terms.permission.as_ref().map(|permission| PermissionReport {
            reference: text(&permission.reference),
            granted_by: text(&permission.granted_by),
            until: permission.until.as_ref().map(|day| day.value),
            grants: permission.grants.iter().map(grant).collect(),
        }),
        contact: text(&terms.contact),
        statement: source.statement.text.clone(),
    }
}

/// A grant in words; a dimension left out means any value of it.
fn grant(grant: &Grant) -> String {
    let dimensions = [("medium", &grant.medium), ("price", &grant.price), ("audience", &grant.audience)];
    let named: Vec<String> = dimensions
        .iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| {
            let values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
            format!("{name} {}", values.join(" or "))
        })
        .collect();
    if named.is_empty() { "any use".to_owned() } else { named.join("; ") }
}
