//! An output folder as a value: paths and contents, for the preview and for tests. Must not know the disk, except
//! that a large file of the site may have stayed there.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::{OutputContents, OutputError, Sink, checked};
use crate::source::{Content, Digest};

/// A file of a [`Tree`].
#[derive(Debug, Clone)]
pub struct TreeFile {
    /// The digest of its bytes.
    pub digest: Digest,
    stored: Stored,
}

/// Where a file's bytes are.
#[derive(Debug, Clone)]
enum Stored {
    /// With the site's files.
    Site(Content),
    /// Here, as LZ4 with the size in front: ten thousand pages are a quarter of their size, and few are looked at.
    Packed(Arc<[u8]>),
}

impl TreeFile {
    /// A file of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let packed = lz4_flex::compress_prepend_size(bytes);
        Self { digest: Digest::of(bytes), stored: Stored::Packed(packed.into()) }
    }

    /// The bytes, read from the disk where they stayed there.
    pub fn bytes(&self) -> io::Result<Arc<[u8]>> {
        match &self.stored {
            Stored::Site(Content::Text(text)) => Ok(Arc::from(text.as_bytes())),
            Stored::Site(Content::Bytes(bytes)) => Ok(Arc::clone(bytes)),
            Stored::Site(Content::OnDisk { path, .. }) => std::fs::read(path).map(Arc::from),
            Stored::Packed(packed) => lz4_flex::decompress_size_prepended(packed)
                .map(Arc::from)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }

    /// Where the bytes are on the disk, if they stayed there.
    pub fn location(&self) -> Option<&Path> {
        match &self.stored {
            Stored::Site(Content::OnDisk { path, .. }) => Some(path),
            _ => None,
        }
    }
}

/// All files of an output by path.
#[derive(Debug, Default)]
pub struct Tree {
    /// What the output held before this build.
    before: Arc<BTreeMap<String, TreeFile>>,
    files: Mutex<BTreeMap<String, TreeFile>>,
}

impl Tree {
    /// An empty output.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty output that takes unchanged files from the output of an earlier build.
    pub fn after(before: Arc<BTreeMap<String, TreeFile>>) -> Self {
        Self { before, files: Mutex::default() }
    }

    /// A file of these bytes: that of the earlier build, where it is the same.
    fn packed(&self, path: &str, bytes: &[u8]) -> TreeFile {
        let digest = Digest::of(bytes);
        let same = self.before.get(path).filter(|file| file.digest == digest);
        same.cloned().unwrap_or_else(|| TreeFile::of(bytes))
    }

    /// The files, in the order of their paths.
    pub fn into_files(self) -> BTreeMap<String, TreeFile> {
        self.files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Tree {
    fn holds(&self, path: &str, digest: Digest) -> bool {
        self.before.get(path).is_some_and(|file| file.digest == digest)
    }

    fn keep(&self, path: &str, digest: Digest) -> bool {
        let Some(file) = self.before.get(path).filter(|file| file.digest == digest) else { return false };
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        // A second file at the path is left to `put`, which refuses it.
        !files.contains_key(path) && files.insert(path.to_owned(), file.clone()).is_none()
    }

    /// Both sides are in order, so that one walk over what was held finds them all.
    fn keep_all(&self, wanted: &[(&str, Digest)]) -> Vec<bool> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = self.before.iter().peekable();
        let kept: Vec<Option<(String, TreeFile)>> = wanted
            .iter()
            .map(|(path, digest)| {
                while held.next_if(|(known, _)| known.as_str() < *path).is_some() {}
                let (_, file) = held.next_if(|(known, _)| known.as_str() == *path)?;
                let may_stay = file.digest == *digest && !files.contains_key(*path);
                may_stay.then(|| ((*path).to_owned(), file.clone()))
            })
            .collect();
        let is_kept = kept.iter().map(Option::is_some).collect();
        files.append(&mut kept.into_iter().flatten().collect());
        is_kept
    }

    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        checked(path)?;
        let file = match contents {
            OutputContents::Bytes(bytes) => self.packed(path, bytes),
            OutputContents::Copy(file) => TreeFile { digest: file.digest, stored: Stored::Site(file.content.clone()) },
        };
        let digest = file.digest;
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        match files.entry(path.to_owned()) {
            Entry::Vacant(place) => {
                place.insert(file);
                Ok(digest)
            }
            Entry::Occupied(_) => Err(OutputError::Collision { path: path.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_files_and_refuses_a_second_one_at_a_path() {
        let tree = Tree::new();
        let digest = tree.put("a.html", OutputContents::Bytes(b"x")).unwrap();
        assert_eq!(digest, Digest::of(b"x"));
        assert!(matches!(tree.put("a.html", OutputContents::Bytes(b"y")), Err(OutputError::Collision { .. })));
        assert!(matches!(tree.put("../a", OutputContents::Bytes(b"y")), Err(OutputError::InvalidPath { .. })));
        let files = tree.into_files();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.html"]);
        assert_eq!(*files["a.html"].bytes().unwrap(), *b"x");

        let digest = files["a.html"].digest;
        let later = Tree::after(Arc::new(files));
        assert!(!later.keep("a.html", Digest::of(b"z")) && !later.keep("b.html", digest));
        assert!(later.keep("a.html", digest) && !later.keep("a.html", digest));
        assert_eq!(later.into_files()["a.html"].digest, digest);
    }

    #[test]
    fn keeps_many_files_as_one_by_one() {
        let first = Tree::new();
        let put = |tree: &Tree, path: &str| tree.put(path, OutputContents::Bytes(path.as_bytes())).unwrap();
        let digests = ["a", "b", "c", "d"].map(|path| put(&first, path));
        let later = Tree::after(Arc::new(first.into_files()));
        put(&later, "c");
        let wanted = [("a", digests[0]), ("aa", digests[0]), ("b", digests[0]), ("c", digests[2]), ("d", digests[3])];
        assert_eq!(later.keep_all(&wanted), [true, false, false, false, true]);
        assert_eq!(later.keep_all(&wanted[..1]), [false]);
        assert_eq!(later.into_files().keys().collect::<Vec<_>>(), ["a", "c", "d"]);
    }
}
