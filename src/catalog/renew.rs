//! A catalog of which only texts have changed: places stay, and what follows from texts is made again.
//!
//! Owns which entries change by that. Must not know how links are resolved or what makes two articles alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::build::own_digest;
use super::links::{self, Named};
use super::{Catalog, EntryIndex, KnownCatalog, related};
use crate::config::UrlStyle;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::source::{Digest, Snapshot};

/// What a catalog is renewed from.
pub struct Renewal<'a> {
    /// All documents in the order of their paths, with the outlines that they had.
    pub documents: &'a [Arc<Document>],
    /// The files beside them.
    pub snapshot: &'a Snapshot,
    /// How addresses are written.
    pub style: UrlStyle,
    /// The digest of everything that documents depend on besides their files.
    pub texts: Digest,
}

/// What renewing a catalog came to.
pub struct Renewed {
    /// The entries that are not what they were.
    pub entries: BTreeSet<EntryIndex>,
    /// What is to be said of links; all else is as it was said when the catalog was built.
    pub of_links: Vec<Diagnostic>,
}

/// Brings a catalog up to date that was built, or renewed, last with `known`, for documents of the same outlines
/// ([`super::outline()`]) in a site of the same other files: the result is what [`super::build()`] would make.
pub fn renew(catalog: &mut Catalog, input: &Renewal<'_>, known: &mut KnownCatalog) -> Renewed {
    let before = replace_documents(catalog, input.documents);
    let KnownCatalog { links, related, withheld } = known;
    let named = Named { documents: input.documents, snapshot: input.snapshot, style: input.style, withheld };
    let mut entries = BTreeSet::new();
    if !before.is_empty() {
        entries = links::renew(catalog, &named, &before, links).unwrap_or_else(|| {
            let resolved = links::resolve(catalog, &named, Some((input.texts, &mut *links)));
            // The same is gathered below.
            let _ = links::apply(catalog, resolved);
            (0..catalog.entries.len()).collect()
        });
        related::renew(catalog, related);
        entries.extend(related.apply(catalog));
    }
    Renewed { entries, of_links: links::diagnostics(links).collect() }
}

/// Puts the documents in their places; returns those that are replaced.
fn replace_documents(catalog: &mut Catalog, documents: &[Arc<Document>]) -> Vec<(EntryIndex, Arc<Document>)> {
    let mut replaced = Vec::new();
    let mut documents = documents.iter();
    for (index, entry) in catalog.entries.iter_mut().enumerate() {
        // Both are in the order of paths, and what is left out is left out as before.
        let found = documents.find(|document| document.path == entry.document.path);
        if let Some(document) = found.filter(|document| document.digest != entry.document.digest) {
            replaced.push((index, std::mem::replace(&mut entry.document, Arc::clone(document))));
            entry.own = own_digest(entry);
        }
    }
    replaced
}
