//! What of the catalog a page's view was made from, so that a later build knows, without making it again, that it would
//! be the same.
//!
//! Owns the record and its comparison. Must not know what a view says: a page reads an object as a whole or not at all.

use super::plan::Dimension;
use crate::catalog::EntryIndex;
use crate::catalog::digest::{CatalogDigests, Differences};
use crate::source::Digest;

/// An object of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Read {
    /// All of it.
    Everything,
    /// A document.
    Entry(EntryIndex),
    /// A section.
    Section(usize),
    /// A topic, person, audience or source.
    Group(Dimension, usize),
    /// All audiences, also those that may come.
    Audiences,
    /// A learning path.
    Path(usize),
    /// The list of one part.
    PartsList(usize),
    /// An earlier address.
    Alias(usize),
}

/// What a page asked for, as it came; most builds need not know more of it.
#[derive(Debug)]
pub struct ReadNotes(pub(super) Vec<Read>);

impl ReadNotes {
    /// The objects that were asked for.
    pub fn into_reads(self) -> Reads {
        Reads::new(self.0)
    }
}

/// The objects that one page was made from.
#[derive(Debug, Clone, Default)]
pub struct Reads {
    objects: Box<[Read]>,
}

impl Reads {
    fn new(mut objects: Vec<Read>) -> Self {
        objects.sort_unstable();
        objects.dedup();
        Self { objects: objects.into_boxed_slice() }
    }

    /// Whether one of these objects differs, or they are everything.
    pub fn any_of(&self, differences: &Differences) -> bool {
        self.objects.iter().any(|object| match *object {
            Read::Everything => true,
            Read::Entry(index) => differences.entries.has(index),
            Read::Section(index) => differences.sections.has(index),
            Read::Group(Dimension::Topics, index) => differences.topics.has(index),
            Read::Group(Dimension::Authors, index) => differences.people.has(index),
            Read::Group(Dimension::Audiences, index) => differences.audiences.has(index),
            Read::Group(Dimension::Sources, index) => differences.sources.has(index),
            Read::Audiences => differences.audiences.has_any(),
            Read::Path(index) => differences.paths.has(index),
            Read::PartsList(index) => differences.parts_lists.has(index),
            Read::Alias(index) => differences.aliases.has(index),
        })
    }

    /// One digest of all these objects as they are now; `None` where they are everything, or where one of them is gone.
    pub fn digest(&self, digests: &CatalogDigests) -> Option<Digest> {
        let mut hasher = blake3::Hasher::new();
        for object in &self.objects {
            let digest = match *object {
                Read::Everything => return None,
                Read::Entry(index) => digests.entries.get(index),
                Read::Section(index) => digests.sections.get(index),
                Read::Group(Dimension::Topics, index) => digests.topics.get(index),
                Read::Group(Dimension::Authors, index) => digests.people.get(index),
                Read::Group(Dimension::Audiences, index) => digests.audiences.get(index),
                Read::Group(Dimension::Sources, index) => digests.sources.get(index),
                Read::Audiences => {
                    digests.audiences.iter().for_each(|digest| {
                        hasher.update(&digest.0);
                    });
                    continue;
                }
                Read::Path(index) => digests.paths.get(index),
                Read::PartsList(index) => digests.parts_lists.get(index),
                Read::Alias(index) => digests.aliases.get(index),
            };
            hasher.update(&digest?.0);
        }
        Some(Digest(*hasher.finalize().as_bytes()))
    }
}
