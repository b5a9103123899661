//! A finished output folder: the names of its files, and each file's bytes when asked for.
//!
//! On the disk, or as values in tests. Must not know what any file means.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::source::Digest;

/// Files up to this size are read as text; a page or a data file of more is a mistake or an attack.
const TEXT_LIMIT: u64 = 64 * 1024 * 1024;

/// The folder or a file in it cannot be read.
#[derive(Debug)]
pub struct FolderError {
    /// Which one.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

impl fmt::Display for FolderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot read `{}`: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for FolderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// What a file holds.
pub(super) enum Contents {
    /// All of its bytes.
    Bytes(Vec<u8>),
    /// It is larger than what is read as text.
    TooLarge,
}

/// A finished output folder.
#[derive(Debug)]
pub struct Folder {
    files: Files,
}

#[derive(Debug)]
enum Files {
    OnDisk { root: PathBuf, names: Vec<String> },
    InMemory(BTreeMap<String, Vec<u8>>),
}

impl Folder {
    /// A folder on the disk. Links to files are followed, links to folders are not, so that no walk is endless.
    pub fn on_disk(root: &Path) -> Result<Self, FolderError> {
        let mut names = Vec::new();
        for entry in WalkDir::new(root).sort_by_file_name() {
            let entry = entry.map_err(|error| FolderError {
                path: error.path().unwrap_or(root).to_path_buf(),
                error: error.into_io_error().unwrap_or_else(|| io::Error::other("the folder holds itself")),
            })?;
            if entry.file_type().is_dir() || (entry.file_type().is_symlink() && entry.path().is_dir()) {
                continue;
            }
            if let Ok(inside) = entry.path().strip_prefix(root) {
                let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                names.push(parts.join("/"));
            }
        }
        names.sort();
        Ok(Self { files: Files::OnDisk { root: root.to_path_buf(), names } })
    }

    /// A folder as values.
    pub fn in_memory(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { files: Files::InMemory(files) }
    }

    /// The files in order, relative to the folder, with `/`.
    pub(super) fn names(&self) -> Vec<&str> {
        match &self.files {
            Files::OnDisk { names, .. } => names.iter().map(String::as_str).collect(),
            Files::InMemory(files) => files.keys().map(String::as_str).collect(),
        }
    }

    /// A file's bytes.
    pub(super) fn read(&self, name: &str) -> Result<Contents, FolderError> {
        match &self.files {
            Files::OnDisk { root, .. } => {
                let path = root.join(name);
                read_limited(&path).map_err(|error| FolderError { path, error })
            }
            Files::InMemory(files) => Ok(Contents::Bytes(files.get(name).cloned().unwrap_or_default())),
        }
    }

    /// Whether a file holds text: no NUL byte at its start, or a mark of UTF-16.
    pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
        let start = &bytes[..bytes.len().min(8192)];
        matches!(start, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) || !start.contains(&0)
    }

    /// The digest of a file of any size, without holding it.
    pub(super) fn digest(&self, name: &str) -> Result<Digest, FolderError> {
        match &self.files {
            Files::OnDisk { root, .. } => {
                let path = root.join(name);
                let mut hasher = blake3::Hasher::new();
                let hashed = File::open(&path).and_then(|file| hasher.update_reader(file).map(drop));
                hashed.map_err(|error| FolderError { path, error })?;
                Ok(Digest(*hasher.finalize().as_bytes()))
            }
            Files::InMemory(files) => Ok(Digest::of(files.get(name).map_or(&[][..], Vec::as_slice))),
        }
    }
}

fn read_limited(path: &Path) -> io::Result<Contents> {
    let file = File::open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len().min(TEXT_LIMIT)).unwrap_or(0));
    file.take(TEXT_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > TEXT_LIMIT { Contents::TooLarge } else { Contents::Bytes(bytes) })
}

/// What a gzip file holds; an error where it is damaged or larger than what is read as text.
pub(super) fn unpacked(bytes: &[u8]) -> io::Result<Contents> {
    let mut inside = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).take(TEXT_LIMIT + 1).read_to_end(&mut inside)?;
    Ok(if inside.len() as u64 > TEXT_LIMIT { Contents::TooLarge } else { Contents::Bytes(inside) })
}
