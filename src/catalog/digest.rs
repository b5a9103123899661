//! Digests of everything in the catalog, so that a page need not be made again when what it shows is the same.
//!
//! Owns what counts of an object: all of it. Must not know who shows what.

use std::hash::{Hash, Hasher};

use rayon::prelude::*;

use super::{Catalog, Entry, EntryIndex, ListPage};
use crate::source::Digest;

/// A digest of each object, in the catalog's order.
#[derive(Debug, Clone, Default, Hash)]
pub struct CatalogDigests {
    /// Of documents in their places.
    pub entries: Vec<Digest>,
    /// Of sections.
    pub sections: Vec<Digest>,
    /// Of topics.
    pub topics: Vec<Digest>,
    /// Of people.
    pub people: Vec<Digest>,
    /// Of audiences.
    pub audiences: Vec<Digest>,
    /// Of sources as groups of articles.
    pub sources: Vec<Digest>,
    /// Of learning paths.
    pub paths: Vec<Digest>,
    /// Of the lists of parts.
    pub parts_lists: Vec<Digest>,
    /// Of earlier addresses.
    pub aliases: Vec<Digest>,
    /// Of the addresses of all generated lists.
    pub lists: Option<Digest>,
}

impl CatalogDigests {
    /// The digests of a catalog.
    pub fn of(catalog: &Catalog) -> Self {
        let lists = &catalog.lists;
        let pages: [Option<&ListPage>; 6] = [
            lists.topics.as_ref(),
            lists.authors.as_ref(),
            lists.audiences.as_ref(),
            lists.sources.as_ref(),
            lists.paths.as_ref(),
            lists.glossary.as_ref(),
        ];
        Self {
            entries: all(&catalog.entries),
            sections: all(&catalog.sections),
            topics: all(&catalog.topics),
            people: all(&catalog.people),
            audiences: all(&catalog.audiences),
            sources: all(&catalog.sources),
            paths: all(&catalog.paths),
            parts_lists: all(&catalog.lists.parts),
            aliases: all(&catalog.aliases),
            lists: Some(digest(&pages)),
        }
    }
}

impl CatalogDigests {
    /// Brings the digests of these entries up to date, in a catalog of which nothing else has changed.
    pub fn renew(&mut self, catalog: &Catalog, entries: impl Iterator<Item = EntryIndex>) {
        entries.for_each(|entry| self.entries[entry] = digest(&catalog.entries[entry]));
    }
}

/// Which objects of two catalogs differ, by their places.
#[derive(Debug)]
pub struct Differences {
    /// Documents in their places.
    pub entries: Different,
    /// Sections.
    pub sections: Different,
    /// Topics.
    pub topics: Different,
    /// People.
    pub people: Different,
    /// Audiences.
    pub audiences: Different,
    /// Sources as groups of articles.
    pub sources: Different,
    /// Learning paths.
    pub paths: Different,
    /// Lists of parts.
    pub parts_lists: Different,
    /// Earlier addresses.
    pub aliases: Different,
}

impl Differences {
    /// The differences of two catalogs.
    pub fn between(before: &CatalogDigests, after: &CatalogDigests) -> Self {
        Self {
            entries: Different::of(&before.entries, &after.entries),
            sections: Different::of(&before.sections, &after.sections),
            topics: Different::of(&before.topics, &after.topics),
            people: Different::of(&before.people, &after.people),
            audiences: Different::of(&before.audiences, &after.audiences),
            sources: Different::of(&before.sources, &after.sources),
            paths: Different::of(&before.paths, &after.paths),
            parts_lists: Different::of(&before.parts_lists, &after.parts_lists),
            aliases: Different::of(&before.aliases, &after.aliases),
        }
    }
}

/// Objects of one kind that differ.
#[derive(Debug)]
pub struct Different {
    is_other: Vec<bool>,
    any: bool,
}

impl Different {
    fn of(before: &[Digest], after: &[Digest]) -> Self {
        let is_other: Vec<bool> = before.iter().zip(after).map(|(before, after)| before != after).collect();
        Self { any: before.len() != after.len() || is_other.contains(&true), is_other }
    }

    /// Whether the object at a place is another one; so is one that is only in one of the catalogs.
    pub fn has(&self, place: usize) -> bool {
        self.any && self.is_other.get(place) != Some(&false)
    }

    /// Whether any is another one.
    pub fn has_any(&self) -> bool {
        self.any
    }
}

fn all<T: Hash + Sync>(objects: &[T]) -> Vec<Digest> {
    objects.par_iter().map(digest).collect()
}

/// The digest of everything that an object tells of itself.
pub fn digest(object: &impl Hash) -> Digest {
    let mut bytes = Bytes(Vec::with_capacity(512));
    object.hash(&mut bytes);
    Digest::of(&bytes.0)
}

/// The items of an iterator as one object, their number included.
#[derive(Clone)]
pub(super) struct Each<I>(pub(super) I);

impl<I: Iterator<Item: Hash> + Clone> Hash for Each<I> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut count = 0_usize;
        for item in self.0.clone() {
            item.hash(state);
            count += 1;
        }
        count.hash(state);
    }
}

/// Collects what an object tells of itself.
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }
}

impl Hash for Entry {
    /// Everything, in short where its digest is known.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self {
            document: _,
            id: _,
            title: _,
            output,
            url,
            summary: _,
            topics,
            authors,
            owner,
            audiences,
            source,
            section,
            minutes: _,
            review: _,
            links,
            previous,
            next,
            places,
            related,
            backlinks,
            image,
            own,
            links_digest,
        } = self;
        (own, output, url, topics, authors, owner, audiences, source, section).hash(state);
        (previous, next, places, related, backlinks).hash(state);
        match links_digest {
            Some(digest) => digest.hash(state),
            None => (links, image).hash(state),
        }
    }
}
