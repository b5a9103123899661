//! Counts the pages that a build renders, says which are wanted first, and passes everything on. Must not know what
//! becomes of the files.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::output::{OutputContents, OutputError, Sink};
use crate::source::Digest;

/// A sink that counts.
pub(super) struct Counting<'a> {
    inner: &'a dyn Sink,
    rendered: AtomicUsize,
    first: Vec<String>,
    tell: &'a Tell<'a>,
}

/// Is told which of the pages that are wanted first are there.
pub(super) type Tell<'a> = dyn Fn(&[&str]) + Sync + 'a;

impl<'a> Counting<'a> {
    /// Counts what goes into `inner`; the pages `first` are wanted first, and told when they are there.
    pub(super) fn new(inner: &'a dyn Sink, first: Vec<String>, tell: &'a Tell<'a>) -> Self {
        Self { inner, rendered: AtomicUsize::new(0), first, tell }
    }

    /// Pages that were made, not kept.
    pub(super) fn rendered(&self) -> usize {
        self.rendered.load(Ordering::Relaxed)
    }
}

impl Sink for Counting<'_> {
    fn expect(&self, files: usize) {
        self.inner.expect(files);
    }

    fn holds(&self, path: &str, digest: Digest) -> bool {
        self.inner.holds(path, digest)
    }

    fn keep(&self, path: &str, digest: Digest) -> bool {
        self.inner.keep(path, digest)
    }

    fn keep_each(&self, files: &[(&str, Digest)]) -> Vec<bool> {
        self.inner.keep_each(files)
    }

    fn keep_all(&self, files: &[(&str, Digest)]) -> bool {
        self.inner.keep_all(files)
    }

    fn wanted_first(&self) -> Vec<String> {
        self.first.clone()
    }

    fn first_are_there(&self, pages: &[&str]) {
        (self.tell)(pages);
    }

    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        if path.ends_with(".html") && matches!(contents, OutputContents::Bytes(_)) {
            self.rendered.fetch_add(1, Ordering::Relaxed);
        }
        self.inner.put(path, contents)
    }
}
