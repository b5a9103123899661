//! Values of documents in the order of their paths, each with what it was made from.
//!
//! A site hardly ever has other files than a moment ago: a value is looked for in the place that it had, then among all.
//! Must not know what a value is.

use rayon::prelude::*;

use crate::diagnostic::FilePath;
use crate::document::Document;
use crate::shares::InShares;
use crate::source::Digest;

/// Values by path, each with the digest of the file that it was made from.
#[derive(Debug)]
pub(super) struct ByPath<V> {
    values: Vec<Kept<V>>,
}

/// A value and what it was made from.
#[derive(Debug)]
struct Kept<V> {
    path: FilePath,
    digest: Digest,
    value: V,
}

/// A value for a file, and whether it is new.
pub(super) struct Made<'a, V> {
    pub(super) path: &'a FilePath,
    pub(super) digest: Digest,
    pub(super) value: V,
    pub(super) is_new: bool,
}

impl<V> Default for ByPath<V> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}

impl<V: Clone> ByPath<V> {
    /// The value of a file of these bytes, which probably has the place `at`.
    pub(super) fn get(&self, at: usize, path: &FilePath, digest: Digest) -> Option<&V> {
        let near = self.values.get(at).filter(|kept| kept.path == *path);
        let kept = near.or_else(|| {
            let found = self.values.binary_search_by(|kept| kept.path.cmp(path)).ok()?;
            Some(&self.values[found])
        })?;
        (kept.digest == digest).then_some(&kept.value)
    }

    /// Keeps these values, which are in the order of their paths, and no others.
    pub(super) fn keep(&mut self, made: &[Made<'_, V>]) {
        let stays = |(kept, made): (&Kept<V>, &Made<'_, V>)| kept.path == *made.path;
        if self.values.len() == made.len() && self.values.iter().zip(made).all(stays) {
            for (kept, made) in self.values.iter_mut().zip(made).filter(|(_, made)| made.is_new) {
                kept.digest = made.digest;
                kept.value = made.value.clone();
            }
        } else {
            let kept =
                |made: &Made<'_, V>| Kept { path: made.path.clone(), digest: made.digest, value: made.value.clone() };
            self.values = made.iter().map(kept).collect();
        }
    }

    pub(super) fn clear(&mut self) {
        self.values.clear();
    }
}

/// Values that are made from one document each and a context that all of them share.
#[derive(Debug)]
pub struct PerDocument<V> {
    context: Option<Digest>,
    values: ByPath<V>,
}

impl<V> Default for PerDocument<V> {
    fn default() -> Self {
        Self { context: None, values: ByPath::default() }
    }
}

impl<V: Clone + Send + Sync> PerDocument<V> {
    /// The value of every document, in order: that of an earlier build where the document and the context are the same,
    /// else a new one. `context` covers everything that values depend on besides their document; none means that
    /// nothing is kept. The documents are in the order of their paths.
    pub fn map<D: AsRef<Document> + Sync>(
        &mut self,
        context: Option<Digest>,
        documents: &[D],
        make: impl Fn(usize) -> V + Sync,
    ) -> Vec<V> {
        if context.is_none() || self.context != context {
            self.values.clear();
            self.context = context;
        }
        let made: Vec<Made<'_, V>> = documents
            .par_iter()
            .enumerate()
            .in_shares()
            .map(|(at, document)| {
                let document = document.as_ref();
                let (path, digest) = (&document.path, document.digest);
                let known = self.values.get(at, path, digest).cloned();
                Made { path, digest, is_new: known.is_none(), value: known.unwrap_or_else(|| make(at)) }
            })
            .collect();
        if context.is_some() {
            self.values.keep(&made);
        }
        made.into_iter().map(|made| made.value).collect()
    }

    /// Whether [`Self::map`] would make no value anew.
    pub fn has_all<D: AsRef<Document>>(&self, context: Option<Digest>, documents: &[D]) -> bool {
        let is_known =
            |(at, document): (usize, &Document)| self.values.get(at, &document.path, document.digest).is_some();
        context.is_some() && self.context == context && documents.iter().map(AsRef::as_ref).enumerate().all(is_known)
    }

    /// What was kept of each document, whatever else it depended on; `None` for documents that are new or changed.
    pub fn earlier<D: AsRef<Document>>(&self, documents: &[D]) -> Vec<Option<V>> {
        let documents = documents.iter().map(AsRef::as_ref).enumerate();
        documents.map(|(at, document)| self.values.get(at, &document.path, document.digest).cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_wherever_they_stand() {
        let paths: Vec<FilePath> = ["a", "b", "c"].into_iter().map(FilePath::from).collect();
        let digest = Digest::of(b"x");
        let made = |paths: &[FilePath]| -> ByPath<usize> {
            let mut kept = ByPath::default();
            let made = |(value, path)| Made { path, digest, value, is_new: true };
            kept.keep(&paths.iter().enumerate().map(made).collect::<Vec<_>>());
            kept
        };
        let mut kept = made(&paths);
        assert_eq!(kept.get(1, &paths[1], digest), Some(&1));
        assert_eq!(kept.get(0, &paths[2], digest), Some(&2), "in another place");
        assert_eq!(kept.get(9, &paths[2], digest), Some(&2), "beyond the last");
        assert_eq!(kept.get(1, &paths[1], Digest::of(b"y")), None, "other bytes");
        assert_eq!(kept.get(1, &FilePath::from("bb"), digest), None, "another file");
        let again = Made { path: &paths[1], digest: Digest::of(b"y"), value: 7, is_new: true };
        kept.keep(&[again]);
        assert_eq!(kept.get(0, &paths[1], Digest::of(b"y")), Some(&7));
        assert_eq!(kept.get(0, &paths[0], digest), None, "the others are forgotten");
    }

    #[test]
    fn it_is_known_whether_every_document_has_its_value() {
        let document = |path: &str, text: &str| {
            let path = FilePath::from(path);
            let kind = crate::document::kind_of(&path).unwrap();
            let options = crate::document::ParseOptions { parts: Vec::new() };
            crate::document::parse(&path, Digest::of(text.as_bytes()), kind, text, &options).document
        };
        let (one, two) = (document("content/articles/a.md", "a"), document("content/articles/b.md", "b"));
        let (context, other) = (Some(Digest::of(b"x")), Some(Digest::of(b"y")));
        let mut values = PerDocument::default();
        assert!(!values.has_all(context, std::slice::from_ref(&one)));
        values.map(context, std::slice::from_ref(&one), |at| at);
        assert!(values.has_all(context, std::slice::from_ref(&one)));
        assert!(!values.has_all(context, &[one.clone(), two]), "a new document");
        assert!(!values.has_all(context, &[document("content/articles/a.md", "other")]), "other text");
        for context in [other, None] {
            assert!(!values.has_all(context, std::slice::from_ref(&one)), "another context, or none");
        }
    }
}
