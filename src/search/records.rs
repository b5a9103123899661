//! What search shows of every page and where it leads.
//!
//! Owns the rule for republished pieces as far as it is about texts: stored are title, authors and the publisher's own
//! summary, and nothing inside the page is a result. Must not know words or shards.

use std::borrow::Cow;

use crate::catalog::{Catalog, Entry, address};
use crate::config::Config;
use crate::document::{Body, DocumentKind, FrontMatter, Part};
use crate::store::Opened;

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
    /// The parts whose places are results of their own; none for a republished piece.
    pub(super) body_with_parts: Option<&'a Body>,
    /// Whether it belongs to somebody else.
    pub(super) is_republished: bool,
    /// Values of every facet of [`FACETS`].
    pub(super) facets: [Vec<&'a str>; FACETS.len()],
}

/// What results can be narrowed by, as queries name it.
pub(super) const FACETS: [&str; 5] = ["kind", "topic", "audience", "author", "source"];

/// Everything that can be found, with its place among the entries; neighbours are alike, because numbers of
/// neighbouring pages are cheap to store.
pub(super) fn collect<'a>(catalog: &'a Catalog, config: &'a Config) -> Vec<(usize, Record<'a>)> {
    let mut records: Vec<(usize, Record<'a>)> = catalog
        .entries
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| Some((place, record(catalog, config, entry)?)))
        .collect();
    let key = |(place, record): &(usize, Record<'a>)| {
        let [kind, topics, audiences, authors, source] = &record.facets;
        let path: &'a str = catalog.entries[*place].document.path.as_str();
        (kind.clone(), source.clone(), topics.clone(), authors.clone(), audiences.clone(), path)
    };
    records.sort_by_cached_key(key);
    records
}

/// The name of a kind in results and filters; `None` for what is not found by itself.
pub(super) fn kind_name(kind: DocumentKind) -> Option<&'static str> {
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
    let names = |groups: &'a [crate::catalog::Group], indexes: &[usize]| -> Vec<&'a str> {
        indexes.iter().map(|&index| groups[index].title.as_str()).collect()
    };
    Some(Record {
        title: &entry.title,
        url: &entry.url,
        summary: if is_republished { own_summary.unwrap_or_default() } else { &entry.summary },
        language: front.language.as_ref().map_or(config.language.as_str(), |language| language.value.as_str()),
        body_with_parts: (!is_republished && entry.output.is_some()).then_some(body),
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

/// Further names by which readers look for a page.
pub(super) fn other_names(front: &FrontMatter) -> impl Iterator<Item = &str> {
    let deck = front.deck.as_ref().filter(|_| front.source.is_none());
    front.terms.iter().chain(deck).map(|name| name.value.as_str())
}

/// Anchors, without encoding, and texts of a part's places. A learning point is one place; steps, questions and a
/// site's own parts are as many as they have items.
pub(super) fn places<'a>(part: &'a Part, opened: &'a Opened) -> Vec<(&'a str, Cow<'a, str>)> {
    if part.items.is_empty() || part.key == "learning_point" {
        return vec![(part.anchor.as_str(), opened.text(&part.text))];
    }
    part.items.iter().map(|item| (item.id.as_str(), opened.text(&item.text))).collect()
}

/// A place's anchor as it stands in an address.
pub(super) fn anchor(id: &str) -> String {
    address::encode_fragment(id)
}
