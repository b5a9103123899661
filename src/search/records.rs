//! What search knows of every page: its words by field, what it may show of it, where it leads.
//!
//! Owns the rule for republished pieces: stored are title, authors and the publisher's own summary; the words of the
//! body are found, without their places and without a result inside the page. Must not know words or shards.

use crate::catalog::{Catalog, Entry, address};
use crate::config::Config;
use crate::document::{DocumentKind, Part};

/// A page that can be found.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// Its title.
    pub(super) title: &'a str,
    /// Its address, relative to the site's root; absolute for entries of the reading list.
    pub(super) url: &'a str,
    /// Its excerpt; may be empty.
    pub(super) summary: &'a str,
    /// The tag of its language.
    pub(super) language: &'a str,
    /// Whether its summary is written by hand, so that its words do not stand in the body.
    pub(super) has_own_summary: bool,
    /// Further names by which readers look for it.
    pub(super) other_names: Vec<&'a str>,
    /// Visible text: blocks separated by `\n`.
    pub(super) text: &'a str,
    /// Texts of its headings; none for a republished piece.
    pub(super) headings: Vec<&'a str>,
    /// Its places that are results of their own; none for a republished piece.
    pub(super) parts: Vec<RecordPart<'a>>,
    /// Whether it belongs to somebody else.
    pub(super) is_republished: bool,
    /// Values of every facet of [`FACETS`].
    pub(super) facets: [Vec<&'a str>; FACETS.len()],
}

/// A named part with its places.
#[derive(Debug)]
pub(super) struct RecordPart<'a> {
    /// The part's key.
    pub(super) key: &'a str,
    /// Its title as written.
    pub(super) title: &'a str,
    /// Anchors, without encoding, and texts.
    pub(super) places: Vec<(&'a str, &'a str)>,
}

/// What results can be narrowed by, as queries name it.
pub(super) const FACETS: [&str; 5] = ["kind", "topic", "audience", "author", "source"];

/// Everything that can be found, neighbours alike: numbers of neighbouring pages are cheap to store.
pub(super) fn collect<'a>(catalog: &'a Catalog, config: &'a Config) -> Vec<Record<'a>> {
    let mut records: Vec<(&str, Record<'a>)> = catalog
        .entries
        .iter()
        .filter_map(|entry| Some((entry.document.path.as_str(), record(catalog, config, entry)?)))
        .collect();
    records.sort_by_cached_key(|(path, record)| {
        let [kind, topics, audiences, authors, source] = &record.facets;
        let key = (kind.clone(), source.clone(), topics.clone(), authors.clone(), audiences.clone());
        (key, *path)
    });
    records.into_iter().map(|(_, record)| record).collect()
}

/// The name of a kind in results and filters; `None` for what is not found by itself.
fn kind_name(kind: DocumentKind) -> Option<&'static str> {
    match kind {
        DocumentKind::Article => Some("article"),
        DocumentKind::Page => Some("page"),
        DocumentKind::Path => Some("path"),
        DocumentKind::Term => Some("term"),
        DocumentKind::Home
        | DocumentKind::Section
        | DocumentKind::Source
        | DocumentKind::Topic
        | DocumentKind::Person => None,
    }
}

fn record<'a>(catalog: &'a Catalog, config: &'a Config, entry: &'a Entry) -> Option<Record<'a>> {
    let kind = kind_name(entry.document.kind)?;
    if entry.url.is_empty() {
        return None;
    }
    let front = &entry.document.front;
    let body = &entry.document.body;
    let is_republished = front.source.is_some();
    let own_summary = front.summary.as_ref().map(|summary| summary.value.trim());
    let mut other_names: Vec<&str> = front.terms.iter().map(|term| term.value.as_str()).collect();
    if !is_republished {
        other_names.extend(front.deck.as_ref().map(|deck| deck.value.as_str()));
    }
    let names = |groups: &'a [crate::catalog::Group], indexes: &[usize]| -> Vec<&'a str> {
        indexes.iter().map(|&index| groups[index].title.as_str()).collect()
    };
    Some(Record {
        title: &entry.title,
        url: &entry.url,
        summary: if is_republished { own_summary.unwrap_or_default() } else { &entry.summary },
        language: front.language.as_ref().map_or(config.language.as_str(), |language| language.value.as_str()),
        has_own_summary: own_summary.is_some(),
        other_names,
        text: &body.text,
        headings: if is_republished {
            Vec::new()
        } else {
            body.headings.iter().map(|heading| heading.text.as_str()).collect()
        },
        parts: if is_republished || entry.output.is_none() {
            Vec::new()
        } else {
            body.parts.iter().map(record_part).collect()
        },
        is_republished,
        facets: [
            vec![kind],
            names(&catalog.topics, &entry.topics),
            names(&catalog.audiences, &entry.audiences),
            names(&catalog.people, &entry.authors),
            names(&catalog.sources, entry.source.as_slice()),
        ],
    })
}

/// A learning point is one place; steps, questions and a site's own parts are as many as they have items.
fn record_part(part: &Part) -> RecordPart<'_> {
    let places = if part.items.is_empty() || part.key == "learning_point" {
        vec![(part.anchor.as_str(), part.text.as_str())]
    } else {
        part.items.iter().map(|item| (item.id.as_str(), item.text.as_str())).collect()
    };
    RecordPart { key: &part.key, title: &part.title, places }
}

/// A place's anchor as it stands in an address.
pub(super) fn anchor(id: &str) -> String {
    address::encode_fragment(id)
}
