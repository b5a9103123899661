//! An output folder on the disk: files are staged beside it and put in place together.
//!
//! Owns the staging folder, its lock, and the order of steps that keeps a folder whole. A build that is refused or
//! killed leaves the folder as it was; the staging folder of a killed build is cleared by the next one.
//!
//! [`Staging::put`] compares with the file in place, if it is ours: what is the same is neither staged nor touched,
//! so it keeps its time stamp, and a file that somebody changed by hand is repaired. [`Staging::commit`] then
//!
//! 1. checks that nothing foreign stands in the way; up to here the folder is untouched,
//! 2. writes a manifest of the old and the new files together,
//! 3. moves staged files into place, pages last, so that a page never names a style sheet that is not there yet: one
//!    rename for each file, or for a folder that is new, with all it holds,
//! 4. removes our files that this build did not write, and folders that this leaves empty,
//! 5. writes the manifest of the new files.
//!
//! Interrupted anywhere, the manifest names at least every file of ours and no other: a file enters it (2) before it
//! enters the folder (3), and leaves it (5) after it has left the folder (4). Foreign files are in neither list, since
//! 1 refuses to write where one stands. So the next build repairs what is left, and never deletes what is not ours.

mod lock;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use rayon::prelude::*;

use super::manifest::{self, Built, Manifest};
use super::{OutputContents, OutputError, Sink, checked};
use crate::source::{Content, Digest, SourceFile};
use lock::StagingFolder;

/// What putting in place has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or changed.
    pub written: usize,
    /// Files that were the same already.
    pub unchanged: usize,
    /// Files of an earlier build that this one does not have.
    pub removed: usize,
}

/// Files on their way into an output folder. Dropping it leaves the folder as it was.
#[derive(Debug)]
pub struct Staging {
    output: PathBuf,
    folder: StagingFolder,
    /// What the manifest in place says.
    before: Manifest,
    taken: Mutex<BTreeMap<String, Taken>>,
    /// Folders of the output that were made in the staging folder.
    folders: RwLock<BTreeSet<String>>,
}

/// A file that was put.
#[derive(Debug)]
struct Taken {
    digest: Digest,
    /// Whether it waits in the staging folder, at the same path; else the file in place is the same already.
    is_staged: bool,
}

impl Staging {
    /// Prepares to write into `output` the site that lies in the folder `root`. Nothing in `output` is changed.
    pub fn begin(output: &Path, root: &Path) -> Result<Self, OutputError> {
        let output = resolved(output)?;
        refuse_input_folders(&output, root)?;
        let before = match manifest::read(&output)? {
            Some(manifest) => manifest,
            None if holds_foreign_files(&output)? => return Err(OutputError::ForeignFolder { path: output }),
            None => Manifest::default(),
        };
        let folder = StagingFolder::open(&output)?;
        // Read again under the lock: another build may have finished between.
        let before = manifest::read(&output)?.unwrap_or(before);
        Ok(Self { output, folder, before, taken: Mutex::default(), folders: RwLock::default() })
    }

    /// The folder that is written to, without symbolic links.
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// Whether the last build was made from the same, and every byte it wrote is still there: then this build would
    /// change nothing. The number of pages, and what a build would say of the files.
    pub fn would_change_nothing(&self, from: Digest) -> Option<(usize, Summary)> {
        let built = self.before.built.filter(|built| built.from == from)?;
        let is_there = |(path, digest): (&String, &Digest)| {
            let location = self.output.join(path);
            let is_file = fs::symlink_metadata(&location).is_ok_and(|metadata| metadata.is_file());
            is_file && digest_of(&location).is_ok_and(|found| found == *digest)
        };
        let files = &self.before.files;
        let summary = Summary { unchanged: files.len(), ..Summary::default() };
        files.par_iter().all(is_there).then_some((built.pages, summary))
    }

    /// Puts everything in place. On an error before the first change the folder is as it was; after it, the next
    /// build repairs the folder. `built` says what the files were built from, where a later build may rely on it.
    pub fn commit(self, built: Option<Built>) -> Result<Summary, OutputError> {
        let taken = self.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
        place::place(&self.output, &self.folder, &self.before.files, (&taken, built))
    }

    /// Whether our file at `path` holds exactly these contents.
    fn is_in_place(&self, path: &str, contents: OutputContents<'_>) -> bool {
        if !self.before.files.contains_key(path) {
            return false;
        }
        let location = self.output.join(path);
        // A symbolic link is not our file, even where it leads to the same bytes.
        let Ok(metadata) = fs::symlink_metadata(&location) else { return false };
        if !metadata.is_file() {
            return false;
        }
        match (contents.in_memory(), contents) {
            (Some(bytes), _) => {
                metadata.len() == bytes.len() as u64 && fs::read(&location).is_ok_and(|found| found == bytes)
            }
            (None, OutputContents::Copy(SourceFile { content: Content::OnDisk { size, .. }, digest, .. })) => {
                metadata.len() == *size && digest_of(&location).is_ok_and(|found| found == *digest)
            }
            (None, _) => false,
        }
    }

    fn stage(&self, path: &str, contents: OutputContents<'_>) -> Result<Taken, OutputError> {
        // People know the file by its place in the output, not by that in the staging folder.
        let shown = self.output.join(path);
        let staged = self.folder.files().join(path);
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.make_staged_folder(folder).map_err(|error| cannot_stage(path, &shown, error))?;
        }
        let mut file = File::create_new(&staged).map_err(|error| cannot_stage(path, &shown, error))?;
        let digest = match (contents.in_memory(), contents) {
            (None, OutputContents::Copy(SourceFile { content: Content::OnDisk { path: source, .. }, .. })) => {
                let reader = File::open(source).map_err(OutputError::io("read", source))?;
                copy_with_digest(reader, &mut file).map_err(OutputError::io("write", &shown))?
            }
            (bytes, _) => {
                let bytes = bytes.unwrap_or_default();
                file.write_all(bytes).map_err(OutputError::io("write", &shown))?;
                Digest::of(bytes)
            }
        };
        Ok(Taken { digest, is_staged: true })
    }

    fn make_staged_folder(&self, folder: &str) -> io::Result<()> {
        if self.folders.read().unwrap_or_else(PoisonError::into_inner).contains(folder) {
            return Ok(());
        }
        fs::create_dir_all(self.folder.files().join(folder))?;
        self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        Ok(())
    }
}

impl Sink for Staging {
    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        checked(path)?;
        let taken = if self.is_in_place(path, contents) {
            let digest = match contents {
                OutputContents::Bytes(bytes) => Digest::of(bytes),
                OutputContents::Copy(file) => file.digest,
            };
            Taken { digest, is_staged: false }
        } else {
            self.stage(path, contents)?
        };
        let digest = taken.digest;
        let mut all = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match all.insert(path.to_owned(), taken) {
            None => Ok(digest),
            Some(_) => Err(OutputError::Collision { path: path.to_owned() }),
        }
    }
}

/// Where a path cannot be made in a folder that was empty, another file of the build has it, or has a folder's name.
fn cannot_stage(path: &str, shown: &Path, error: io::Error) -> OutputError {
    use io::ErrorKind::{AlreadyExists, IsADirectory, NotADirectory};
    match error.kind() {
        AlreadyExists | IsADirectory | NotADirectory => OutputError::Collision { path: path.to_owned() },
        _ => OutputError::Io { action: "write", path: shown.to_path_buf(), error },
    }
}

fn digest_of(location: &Path) -> io::Result<Digest> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(location)?)?;
    Ok(Digest(*hasher.finalize().as_bytes()))
}

/// Copies and digests in one pass, so that the digest is that of the bytes written even while the file changes.
fn copy_with_digest(mut from: impl Read, to: &mut impl Write) -> io::Result<Digest> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(Digest(*hasher.finalize().as_bytes())),
            Ok(count) => {
                let part = buffer.get(..count).unwrap_or_default();
                hasher.update(part);
                to.write_all(part)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The folder without symbolic links and `..`, whether or not it exists yet.
fn resolved(folder: &Path) -> Result<PathBuf, OutputError> {
    let absolute = std::path::absolute(folder).map_err(OutputError::io("find", folder))?;
    let mut missing = Vec::new();
    for existing in absolute.ancestors() {
        match fs::canonicalize(existing) {
            Ok(mut real) => {
                for part in missing.into_iter().rev() {
                    match part {
                        Component::ParentDir => drop(real.pop()),
                        part => real.push(part),
                    }
                }
                return Ok(real);
            }
            // A symbolic link to nothing is there and cannot be written through.
            Err(error) if error.kind() != io::ErrorKind::NotFound || fs::symlink_metadata(existing).is_ok() => {
                return Err(OutputError::Io { action: "open", path: existing.to_path_buf(), error });
            }
            Err(_) => missing.extend(existing.components().next_back()),
        }
    }
    Ok(absolute)
}

/// Refuses folders whose files are the site's own.
fn refuse_input_folders(output: &Path, root: &Path) -> Result<(), OutputError> {
    let root = resolved(root)?;
    let refuse = |reason: String| Err(OutputError::Misplaced { path: output.to_path_buf(), reason });
    if root == output {
        return refuse("this is the site's own folder".to_owned());
    }
    if root.starts_with(output) {
        return refuse("the site's own folder lies in it".to_owned());
    }
    for input in ["content", "themes"] {
        let folder = resolved(&root.join(input))?;
        if output.starts_with(&folder) || folder.starts_with(output) {
            return refuse(format!("the files of `{input}/` lie there"));
        }
    }
    Ok(())
}

/// Whether a folder without manifest holds anything but hidden files (`.git`, `.nojekyll`, `.htaccess`), which stay.
fn holds_foreign_files(output: &Path) -> Result<bool, OutputError> {
    let entries = match fs::read_dir(output) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(OutputError::Io { action: "open the folder", path: output.to_path_buf(), error }),
    };
    for entry in entries {
        let entry = entry.map_err(OutputError::io("read the folder", output))?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests;
