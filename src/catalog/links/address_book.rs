//! Everything that a link may name, covered by digests.
//!
//! Must not know how a link is resolved; whatever the resolver reads of other files is covered here.

use rayon::prelude::*;

use super::Named;
use crate::catalog::digest::{Each, digest};
use crate::catalog::{Catalog, Entry};
use crate::source::Digest;

/// Everything that a link may name.
pub(super) struct AddressBook<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) named: &'a Named<'a>,
}

impl AddressBook<'_> {
    /// Covers the places on each document's page; what is known already of the same document is used again.
    pub(super) fn anchors(&self, known: &[(Digest, Digest)]) -> Vec<(Digest, Digest)> {
        let anchors_of = |(index, entry): (usize, &Entry)| {
            let document = &entry.document;
            let same = known.get(index).filter(|(same, _)| *same == document.digest);
            same.copied().unwrap_or_else(|| {
                let headings = Each(document.body.headings.iter().map(|heading| &heading.id));
                (document.digest, digest(&(&document.body.anchors, headings)))
            })
        };
        self.catalog.entries.par_iter().enumerate().map(anchors_of).collect()
    }

    /// Covers all that is read of other files when a path is resolved: see [`super::resolver`].
    pub(super) fn places(&self, anchors: &[(Digest, Digest)]) -> Digest {
        let (catalog, lists) = (self.catalog, &self.catalog.lists);
        let place_of = |(entry, (_, anchors)): (&'_ Entry, &'_ (Digest, Digest))| {
            let document = &entry.document;
            digest(&(&document.path, document.kind, &entry.output, &entry.url, entry.is_external(), anchors))
        };
        let entries: Vec<Digest> = catalog.entries.par_iter().zip(anchors).map(place_of).collect();
        let pages = [
            &lists.topics,
            &lists.authors,
            &lists.audiences,
            &lists.sources,
            &lists.paths,
            &lists.glossary,
            &lists.report,
        ];
        let parts = Each(lists.parts.iter().map(|list| &list.page));
        let sections = Each(catalog.sections.iter().map(|section| (&section.output, &section.url)));
        let guides = Each(catalog.paths.iter().map(|path| (&path.guide_output, &path.guide_url)));
        let groups = [&catalog.topics, &catalog.people, &catalog.audiences]
            .map(|groups| Each(groups.iter().map(|group| (&group.output, &group.url))));
        let copied = Each(catalog.copied_files.iter().map(|copied| (&copied.file.path, &copied.output)));
        let generated = (pages, parts, &lists.search, sections, guides, groups);
        digest(&(entries, generated, copied, Each(self.named.snapshot.files.keys()), self.named.withheld))
    }

    /// Covers what is read besides when a name in double brackets is resolved.
    pub(super) fn names(&self) -> Digest {
        let entries = Each(self.catalog.entries.iter().map(|entry| {
            let front = &entry.document.front;
            let terms = Each(front.terms.iter().map(|term| &term.value));
            (&entry.id, &entry.title, front.title.is_some(), terms)
        }));
        let named = self.named;
        let hidden = named.documents.iter().filter(|document| named.withheld.contains_key(&document.path));
        let hidden =
            Each(hidden.map(|document| (&document.path, document.front.title.as_ref().map(|title| &title.value))));
        digest(&(entries, hidden))
    }
}
