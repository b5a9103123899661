//! All inputs of a site at one moment, as values: paths, bytes, digests.
//!
//! Owns the snapshot. Must not know what any file means. [`disk`] is the only module that reads a site from the disk;
//! [`memory`] makes a snapshot from values.

mod classify;
pub mod disk;
pub mod memory;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::render::SourceTexts;
use crate::diagnostic::{Diagnostic, FilePath};
use crate::store::Text;

pub use classify::{TEXT_LIMIT, holds_text};

/// The path of the settings file, by which a folder is known to be a site.
pub const SETTINGS_FILE: &str = "site.toml";

/// A 256-bit content digest (BLAKE3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Lower-case hexadecimal, 64 characters.
    pub fn to_hex(self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }
}

/// What a file holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// A text file that steward reads itself (Markdown, settings, templates, styles, scripts), valid UTF-8, exactly
    /// as on disk: byte order mark and CRLF included.
    Text(Arc<str>),
    /// The same, put away because it is read once or twice: Markdown.
    PutAway(Text),
    /// Any other file held in memory.
    Bytes(Arc<[u8]>),
    /// Any other file, left on the disk until it is copied; `size` in bytes.
    OnDisk {
        /// Where it can be read.
        path: PathBuf,
        /// Length in bytes when the snapshot was taken.
        size: u64,
    },
}

impl Content {
    /// The bytes, where they are in memory.
    pub fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text.as_bytes()),
            Self::Bytes(bytes) => Some(bytes),
            Self::PutAway(_) | Self::OnDisk { .. } => None,
        }
    }
}

/// One file of the site.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path from the site's root.
    pub path: FilePath,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its bytes, or where they are.
    pub content: Content,
}

impl SourceFile {
    /// The text, for files that steward reads itself.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::Text(text) => Some(Cow::Borrowed(text)),
            Content::PutAway(text) => Some(text.read()),
            Content::Bytes(_) | Content::OnDisk { .. } => None,
        }
    }
}

/// Every input of a build: the settings, all files of `content/`, all files of the site's own `themes/`.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Files by path, so that iteration order is the sorted order of paths.
    pub files: BTreeMap<FilePath, Arc<SourceFile>>,
    /// What could not be read: unreadable, not UTF-8, too large, cyclic or escaping links.
    pub diagnostics: Vec<Diagnostic>,
}

impl Snapshot {
    /// The text of a file, if it is there and is text.
    pub fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        self.files.get(path).and_then(|file| file.text())
    }

    /// The files whose path starts with `prefix` (a folder ends with `/`), in order.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Arc<SourceFile>> + 'a {
        self.files
            .range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded))
            .take_while(move |(path, _)| path.starts_with(prefix))
            .map(|(_, file)| file)
    }
}

impl SourceTexts for Snapshot {
    fn text(&self, path: &FilePath) -> Option<Arc<str>> {
        match &self.files.get(path)?.content {
            Content::Text(text) => Some(Arc::clone(text)),
            Content::PutAway(text) => Some(text.read().into()),
            Content::Bytes(_) | Content::OnDisk { .. } => None,
        }
    }
}
