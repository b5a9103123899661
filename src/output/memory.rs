//! An output folder as a value: paths and contents, for the preview and for tests. Must not know the disk, except
//! that a large file of the site may have stayed there.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::ops::Index;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{OutputContents, OutputError, Sink, checked};
use crate::source::{Content, Digest};
use crate::store::{Kept, Store};

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
    Packed(Kept),
}

impl TreeFile {
    /// A file of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::kept_in(&Store::in_memory(), bytes)
    }

    fn kept_in(store: &Store, bytes: &[u8]) -> Self {
        let packed = lz4_flex::compress_prepend_size(bytes);
        Self { digest: Digest::of(bytes), stored: Stored::Packed(store.keep(&packed)) }
    }

    /// The bytes, read from the disk where they stayed there.
    pub fn bytes(&self) -> io::Result<Arc<[u8]>> {
        match &self.stored {
            Stored::Site(Content::Text(text)) => Ok(Arc::from(text.as_bytes())),
            Stored::Site(Content::PutAway(text)) => Ok(Arc::from(text.read().as_bytes())),
            Stored::Site(Content::Bytes(bytes)) => Ok(Arc::clone(bytes)),
            Stored::Site(Content::OnDisk { path, .. }) => std::fs::read(path).map(Arc::from),
            Stored::Packed(packed) => lz4_flex::decompress_size_prepended(&packed.read())
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

/// All files of an output, in the order of their paths; never changed, only replaced.
#[derive(Debug, Clone, Default)]
pub struct Files(Vec<Arc<Named>>);

/// A file with its path.
#[derive(Debug)]
struct Named {
    path: Box<str>,
    file: TreeFile,
}

impl Files {
    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&TreeFile> {
        self.place(path).map(|place| &self.0[place].file)
    }

    /// Whether there is a file at a path.
    pub fn contains(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    /// Paths and files.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &TreeFile)> {
        self.0.iter().map(|named| (named.path.as_ref(), &named.file))
    }

    /// The paths.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &str> {
        self.iter().map(|(path, _)| path)
    }

    /// These files, with others in the place of some, and some more.
    pub fn with(&self, others: BTreeMap<String, TreeFile>) -> Self {
        self.merged(|_| true, others)
    }

    fn place(&self, path: &str) -> Option<usize> {
        self.0.binary_search_by(|known| known.path.as_ref().cmp(path)).ok()
    }

    /// Some of these files, and others, which come in their place where they have the same paths.
    fn merged(&self, stays: impl Fn(usize) -> bool, others: BTreeMap<String, TreeFile>) -> Self {
        let mut files = Vec::with_capacity(self.0.len() + others.len());
        let mut others = others.into_iter().peekable();
        let named = |(path, file): (String, TreeFile)| Arc::new(Named { path: path.into(), file });
        for (place, known) in self.0.iter().enumerate() {
            while let Some(other) = others.next_if(|(other, _)| **other < *known.path) {
                files.push(named(other));
            }
            match others.next_if(|(other, _)| **other == *known.path) {
                Some(other) => files.push(named(other)),
                None if stays(place) => files.push(Arc::clone(known)),
                None => {}
            }
        }
        files.extend(others.map(named));
        Self(files)
    }
}

impl Index<&str> for Files {
    type Output = TreeFile;

    /// The file at a path that is known to be there.
    fn index(&self, path: &str) -> &TreeFile {
        match self.get(path) {
            Some(file) => file,
            None => panic!("there is no file `{path}`"),
        }
    }
}

impl FromIterator<(String, TreeFile)> for Files {
    fn from_iter<I: IntoIterator<Item = (String, TreeFile)>>(files: I) -> Self {
        Self::default().with(files.into_iter().collect())
    }
}

/// An output folder as a sink.
#[derive(Debug, Default)]
pub struct Tree {
    /// What the output held before this build.
    before: Arc<Files>,
    now: Mutex<Now>,
    store: Store,
}

/// What the output holds in this build.
#[derive(Debug, Default)]
struct Now {
    /// Which of the files from before are kept.
    kept: Vec<bool>,
    new: BTreeMap<String, TreeFile>,
}

impl Now {
    /// Keeps the file at this place; not a second one at its path, which is left to [`Tree::put`] to refuse.
    fn keep(&mut self, place: usize, path: &str) -> bool {
        !self.new.contains_key(path) && !std::mem::replace(&mut self.kept[place], true)
    }
}

impl Tree {
    /// An empty output.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty output that takes unchanged files from the output of an earlier build.
    pub fn after(before: Arc<Files>) -> Self {
        let kept = vec![false; before.0.len()];
        Self { before, now: Mutex::new(Now { kept, new: BTreeMap::new() }), store: Store::in_memory() }
    }

    /// The same, which keeps new files in a store.
    pub fn with_store(mut self, store: &Store) -> Self {
        self.store = store.clone();
        self
    }

    /// The files that this build has put here so far.
    pub fn new_files(&self) -> BTreeMap<String, TreeFile> {
        self.now().new.clone()
    }

    /// The files.
    pub fn into_files(self) -> Arc<Files> {
        let Now { kept, new } = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        if new.is_empty() && kept.iter().all(|kept| *kept) {
            return self.before;
        }
        Arc::new(self.before.merged(|place| kept[place], new))
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of a file from before, if it has these bytes.
    fn held(&self, path: &str, digest: Digest) -> Option<usize> {
        self.before.place(path).filter(|place| self.before.0[*place].file.digest == digest)
    }

    /// The places of files from before, where they have these bytes. In order on both sides, one walk finds them all.
    fn all_held(&self, wanted: &[(&str, Digest)]) -> Vec<Option<usize>> {
        let mut next = 0;
        let place_of = |(path, digest): &(&str, Digest)| {
            // Paths that nobody asks for stand between: few, or this is no walk.
            let near = (next..self.before.0.len()).take(8).find(|place| *self.before.0[*place].path == **path);
            let place = near.or_else(|| self.before.place(path))?;
            next = place + 1;
            (self.before.0[place].file.digest == *digest).then_some(place)
        };
        wanted.iter().map(place_of).collect()
    }

    /// A file of these bytes: that of the earlier build, where it is the same.
    fn packed(&self, path: &str, bytes: &[u8]) -> TreeFile {
        let digest = Digest::of(bytes);
        let same = self.held(path, digest).map(|place| self.before.0[place].file.clone());
        same.unwrap_or_else(|| TreeFile::kept_in(&self.store, bytes))
    }
}

impl Sink for Tree {
    fn holds(&self, path: &str, digest: Digest) -> bool {
        self.held(path, digest).is_some()
    }

    fn keep(&self, path: &str, digest: Digest) -> bool {
        self.held(path, digest).is_some_and(|place| self.now().keep(place, path))
    }

    fn keep_each(&self, wanted: &[(&str, Digest)]) -> Vec<bool> {
        let held = self.all_held(wanted);
        let mut now = self.now();
        let keep = |(place, (path, _)): (Option<usize>, &(&str, Digest))| place.is_some_and(|it| now.keep(it, path));
        held.into_iter().zip(wanted).map(keep).collect()
    }

    fn keep_all(&self, wanted: &[(&str, Digest)]) -> bool {
        let held: Option<Vec<usize>> = self.all_held(wanted).into_iter().collect();
        let Some(held) = held else { return false };
        let mut now = self.now();
        let is_free = |(place, (path, _)): (&usize, &(&str, Digest))| !now.kept[*place] && !now.new.contains_key(*path);
        let all = held.iter().zip(wanted).all(is_free);
        if all {
            held.into_iter().for_each(|place| now.kept[place] = true);
        }
        all
    }

    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        checked(path)?;
        let file = match contents {
            OutputContents::Bytes(bytes) => self.packed(path, bytes),
            OutputContents::Copy(file) => TreeFile { digest: file.digest, stored: Stored::Site(file.content.clone()) },
        };
        let digest = file.digest;
        let mut now = self.now();
        let is_kept = self.before.place(path).is_some_and(|place| now.kept[place]);
        match now.new.entry(path.to_owned()) {
            Entry::Vacant(place) if !is_kept => {
                place.insert(file);
                Ok(digest)
            }
            _ => Err(OutputError::Collision { path: path.to_owned() }),
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
        assert_eq!(files.paths().collect::<Vec<_>>(), ["a.html"]);
        assert_eq!(*files["a.html"].bytes().unwrap(), *b"x");

        let digest = files["a.html"].digest;
        let later = Tree::after(files);
        assert!(!later.keep("a.html", Digest::of(b"z")) && !later.keep("b.html", digest));
        assert!(later.keep("a.html", digest) && !later.keep("a.html", digest));
        assert_eq!(later.into_files()["a.html"].digest, digest);
    }

    #[test]
    fn keeps_many_files_as_one_by_one() {
        let first = Tree::new();
        let put = |tree: &Tree, path: &str| tree.put(path, OutputContents::Bytes(path.as_bytes())).unwrap();
        let digests = ["a", "b", "c", "d"].map(|path| put(&first, path));
        let later = Tree::after(first.into_files());
        put(&later, "c");
        let wanted = [("a", digests[0]), ("aa", digests[0]), ("b", digests[0]), ("c", digests[2]), ("d", digests[3])];
        assert_eq!(later.keep_each(&wanted), [true, false, false, false, true]);
        assert_eq!(later.keep_each(&wanted[..1]), [false]);
        assert_eq!(later.into_files().paths().collect::<Vec<_>>(), ["a", "c", "d"]);
    }

    #[test]
    fn keeps_all_files_or_none() {
        let first = Tree::new();
        let digests = ["a", "b", "c"].map(|path| first.put(path, OutputContents::Bytes(path.as_bytes())).unwrap());
        let held = first.into_files();
        let all = [("a", digests[0]), ("b", digests[1]), ("c", digests[2])];
        let later = Tree::after(Arc::clone(&held));
        assert!(later.keep_all(&all[..2]) && !later.keep_all(&all[1..]), "b is kept already");
        assert!(later.put("b", OutputContents::Bytes(b"x")).is_err() && later.keep("c", digests[2]));
        assert!(Arc::ptr_eq(&held, &later.into_files()), "nothing has changed");
        let other = Tree::after(Arc::clone(&held));
        assert!(!other.keep_all(&[all[0], ("b", digests[0])]), "other bytes");
        other.put("aa", OutputContents::Bytes(b"x")).unwrap();
        other.put("a", OutputContents::Bytes(b"y")).unwrap();
        assert!(other.keep("c", digests[2]));
        assert_eq!(other.into_files().paths().collect::<Vec<_>>(), ["a", "aa", "c"]);
    }
}
