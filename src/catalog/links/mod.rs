//! Where every link of every body leads, anchors included, and what to say where it leads nowhere.

mod address_book;
mod names;
mod resolver;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use self::address_book::AddressBook;
use self::resolver::Resolver;
use super::build::WithheldMap;
use super::digest::digest;
use super::{Catalog, EntryIndex, address};
use crate::config::UrlStyle;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Heading, LinkKind};
use crate::source::{Digest, Snapshot};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// Out of the site; the address as written.
    External(String),
    /// A document's page.
    Page {
        /// The document.
        entry: EntryIndex,
        /// The id of the place on it; empty for the page as a whole.
        fragment: String,
    },
    /// A copied file or a page that steward makes: an address relative to the site's root.
    File {
        /// The address, with its fragment.
        url: String,
    },
    /// Nowhere in this build: the link's text stands alone.
    Withheld,
    /// Nowhere; reported as an error.
    Broken,
}

/// What the links of one document come to.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// What each link leads to.
    targets: Arc<[Target]>,
    /// Other pages that it links to, in their order.
    linked: Box<[EntryIndex]>,
    /// The address of the picture that its front matter names.
    image: Option<String>,
    /// Covers the targets and the picture, where results are kept.
    digest: Option<Digest>,
    diagnostics: Box<[Diagnostic]>,
}

impl Resolved {
    fn with_digest(self) -> Arc<Self> {
        Arc::new(Self { digest: Some(digest(&(&self.targets, &self.image))), ..self })
    }
}

/// Links resolved before, while everything is the same that a link could name.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Covers what documents depend on besides their files.
    texts: Option<Digest>,
    /// Covers all that a link's path can lead to, and the order of the entries.
    places: Option<Digest>,
    /// Covers what a name in double brackets can mean besides.
    names: Option<Digest>,
    /// By entry: the digest of the document, and of the places on its page.
    anchors: Vec<(Digest, Digest)>,
    /// By entry: the digest of the document, and of all names where it uses one.
    resolved: Vec<(Digest, Option<Digest>, Arc<Resolved>)>,
}

/// What links may name besides documents that are shown.
pub(super) struct Named<'a> {
    /// All documents in the order of their paths.
    pub(super) documents: &'a [Arc<Document>],
    /// The files beside them.
    pub(super) snapshot: &'a Snapshot,
    pub(super) style: UrlStyle,
    /// Which documents are left out, and why.
    pub(super) withheld: &'a WithheldMap,
}

/// Resolves the links of all entries.
///
/// `known` is there when results are kept, with the digest of what documents depend on besides their files.
pub(super) fn resolve(catalog: &Catalog, named: &Named<'_>, known: Option<(Digest, &mut Known)>) -> Vec<Arc<Resolved>> {
    let home_url = address::url_of(named.style, &address::index_output(""));
    let resolver = OnceLock::new();
    let resolver = || resolver.get_or_init(|| Resolver::of(catalog, named, &home_url).for_many());
    match known {
        None => (0..catalog.entries.len()).into_par_iter().map(|index| Arc::new(resolver().all(index))).collect(),
        Some((texts, known)) => {
            let book = AddressBook { catalog, named };
            if known.texts != Some(texts) {
                known.anchors.clear();
                known.texts = Some(texts);
            }
            known.anchors = book.anchors(&known.anchors);
            let (places, names) = rayon::join(|| book.places(&known.anchors), || book.names());
            if known.places != Some(places) {
                known.resolved.clear();
                known.places = Some(places);
            }
            known.names = Some(names);
            known.resolved = catalog
                .entries
                .par_iter()
                .enumerate()
                .map(|(index, entry)| {
                    let document = &entry.document;
                    let key = (document.digest, uses_names(document).then_some(names));
                    match known.resolved.get(index) {
                        Some((document, names, resolved)) if (*document, *names) == key => {
                            (key.0, key.1, Arc::clone(resolved))
                        }
                        _ => (key.0, key.1, resolver().all(index).with_digest()),
                    }
                })
                .collect();
            known.resolved.iter().map(|(.., resolved)| Arc::clone(resolved)).collect()
        }
    }
}

/// Gives every entry its links and backlinks; returns what is to be said of links.
pub(super) fn apply(catalog: &mut Catalog, resolved: Vec<Arc<Resolved>>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    catalog.entries.iter_mut().for_each(|entry| entry.backlinks.clear());
    for (index, resolved) in resolved.into_iter().enumerate() {
        diagnostics.extend(resolved.diagnostics.iter().cloned());
        resolved.linked.iter().for_each(|&target| catalog.entries[target].backlinks.push(index));
        let entry = &mut catalog.entries[index];
        entry.links = Arc::clone(&resolved.targets);
        entry.image.clone_from(&resolved.image);
        entry.links_digest = resolved.digest;
    }
    diagnostics
}

fn uses_names(document: &Document) -> bool {
    document.body.links.iter().any(|link| link.kind == LinkKind::Wiki)
}

/// Whether two versions of a document offer links the same places.
fn offers_the_same(old: &Document, new: &Document) -> bool {
    let same_heading = |(old, new): (&Heading, &Heading)| old.id == new.id;
    old.body.anchors == new.body.anchors
        && old.body.headings.len() == new.body.headings.len()
        && old.body.headings.iter().zip(&new.body.headings).all(same_heading)
}

/// Resolves the links of entries whose documents, and nothing else of the catalog, are not what they were; `before` has
/// their earlier documents. Returns the entries that changed by it; `None` where what other links may name has changed
/// too, so that all have to be resolved.
pub(super) fn renew(
    catalog: &mut Catalog,
    named: &Named<'_>,
    before: &[(EntryIndex, Arc<Document>)],
    known: &mut Known,
) -> Option<BTreeSet<EntryIndex>> {
    let same_offers = |(entry, old): &(EntryIndex, Arc<Document>)| {
        offers_the_same(old, &catalog.entries[*entry].document) && known.resolved.len() == catalog.entries.len()
    };
    if !before.iter().all(same_offers) {
        return None;
    }
    let home_url = address::url_of(named.style, &address::index_output(""));
    let resolver = Resolver::of(catalog, named, &home_url);
    let resolved: Vec<Arc<Resolved>> = before.iter().map(|(index, _)| resolver.all(*index).with_digest()).collect();
    drop(resolver);
    let mut changed = BTreeSet::new();
    for ((index, _), new) in before.iter().zip(resolved) {
        let document = &catalog.entries[*index].document;
        let names = known.names.filter(|_| uses_names(document));
        let place = &mut known.resolved[*index];
        let old = std::mem::replace(place, (document.digest, names, Arc::clone(&new))).2;
        for &target in old.linked.iter().filter(|target| !new.linked.contains(target)) {
            catalog.entries[target].backlinks.retain(|from| from != index);
            changed.insert(target);
        }
        for &target in new.linked.iter().filter(|target| !old.linked.contains(target)) {
            let backlinks = &mut catalog.entries[target].backlinks;
            backlinks.insert(backlinks.partition_point(|from| from < index), *index);
            changed.insert(target);
        }
        let entry = &mut catalog.entries[*index];
        entry.links = Arc::clone(&new.targets);
        entry.image.clone_from(&new.image);
        entry.links_digest = new.digest;
        changed.insert(*index);
    }
    Some(changed)
}

/// What is to be said of all links.
pub(super) fn diagnostics(known: &Known) -> impl Iterator<Item = Diagnostic> + '_ {
    known.resolved.iter().flat_map(|(.., resolved)| resolved.diagnostics.iter().cloned())
}
