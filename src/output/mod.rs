//! Files as values, and their way to the disk: staging, manifest, replacing, pruning.
//!
//! Owns [`Sink`], what a build writes into, and the check that a finished folder is closed: every link on its pages
//! names a file in it. Must not know why a file exists.

pub mod disk;
mod error;
pub mod links;
mod manifest;
pub mod memory;
mod packed;
mod scan;
mod tags;

pub use error::OutputError;
pub use manifest::{Built, MANIFEST_FILE};
pub use scan::{PageFacts, ScanRules, scan_page, scan_style_sheet};

use std::collections::BTreeMap;

use crate::source::{Digest, SourceFile};

/// The files that a manifest names, with their digests; the error says in words why it cannot be read.
pub fn read_manifest(bytes: &[u8]) -> Result<BTreeMap<String, Digest>, String> {
    manifest::parse(bytes).map(|manifest| manifest.files)
}

/// What one output file holds.
#[derive(Debug, Clone, Copy)]
pub enum OutputContents<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// The bytes of a file of the site.
    Copy(&'a SourceFile),
}

impl OutputContents<'_> {
    /// The bytes, where they are in memory.
    fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Copy(file) => file.content.in_memory(),
        }
    }
}

/// Where a build puts its files, from many threads at once.
pub trait Sink: Sync {
    /// Is told how many files will come, about, before the first one does; for a display of progress.
    fn expect(&self, files: usize) {
        let _ = files;
    }

    /// Whether the sink holds, from an earlier build, a file at `path` with these bytes that it could keep. A sink that
    /// holds nothing says no.
    fn holds(&self, path: &str, digest: Digest) -> bool {
        let _ = (path, digest);
        false
    }

    /// Keeps what it [holds](Self::holds) for this build, so that the file need not be made again; whether it does.
    fn keep(&self, path: &str, digest: Digest) -> bool {
        let _ = (path, digest);
        false
    }

    /// [Keeps](Self::keep) many files at once, best in the order of their paths; of each, whether it does.
    fn keep_each(&self, files: &[(&str, Digest)]) -> Vec<bool> {
        files.iter().map(|(path, digest)| self.keep(path, *digest)).collect()
    }

    /// [Keeps](Self::keep) all of these files, best in the order of their paths, or none; whether it does.
    fn keep_all(&self, files: &[(&str, Digest)]) -> bool {
        files.iter().all(|(path, digest)| self.holds(path, *digest))
            && files.iter().all(|(path, digest)| self.keep(path, *digest))
    }

    /// Paths of pages that somebody waits for, so that they are made before others where there are many to make.
    fn wanted_first(&self) -> Vec<String> {
        Vec::new()
    }

    /// Is told which of the [wanted](Self::wanted_first) pages are there, with all that they load of the theme, and
    /// have no faults of their own; of the rest of the build nothing is known yet.
    fn first_are_there(&self, pages: &[&str]) {
        let _ = pages;
    }

    /// Takes one file; `path` is relative to the output folder, with `/`. Returns the digest of what was taken.
    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError>;
}

/// A sink that keeps nothing, for commands that write nothing.
#[derive(Debug, Default)]
pub struct Discard;

impl Sink for Discard {
    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        checked(path)?;
        Ok(match contents {
            OutputContents::Bytes(bytes) => Digest::of(bytes),
            OutputContents::Copy(file) => file.digest,
        })
    }
}

/// Whether a path may be an output file's: relative, `/` between parts, nothing that leads up or hides the manifest.
fn is_valid(path: &str) -> bool {
    path != MANIFEST_FILE
        && !path.contains(['\\', '\0'])
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        // `C:…` would leave the folder on Windows.
        && !path.split('/').next().is_some_and(|part| part.ends_with(':'))
}

/// The path if [`is_valid`], else an error.
fn checked(path: &str) -> Result<&str, OutputError> {
    if is_valid(path) { Ok(path) } else { Err(OutputError::InvalidPath { path: path.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_folder() {
        for path in ["index.html", "a/b/c.html", ".htaccess", "a b/é.png", "a..b"] {
            assert!(is_valid(path), "{path}");
        }
        for path in ["", "/a", "a//b", "../a", "a/../b", "./a", "a\\b", "C:/a", ".steward-manifest.json", "a/"] {
            assert!(!is_valid(path), "{path}");
        }
    }
}
