//! Putting staged files in place; the module above says in which order and why. Must not know the staging's lock.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::lock::StagingFolder;
use super::{Summary, Taken};
use crate::output::OutputError;
use crate::output::manifest::{self, Built, Files, MANIFEST_FILE};

/// Everything that placing needs to know, and changes nothing of.
struct Placing<'a> {
    output: &'a Path,
    staging: &'a StagingFolder,
    before: &'a Files,
    taken: &'a BTreeMap<String, Taken>,
    /// What they were built from.
    built: Option<Built>,
    /// Our files that this build does not have.
    stale: BTreeSet<&'a str>,
    /// Every folder that a file of this build lies in, and what it holds.
    folders: BTreeMap<&'a str, Holds>,
}

/// What a folder holds of this build, at any depth.
#[derive(Debug, Clone, Copy, Default)]
struct Holds {
    pages: bool,
    others: bool,
}

/// What stands in the output before anything is placed.
#[derive(Default)]
struct Found<'a> {
    /// Stale files of ours that must go before others can come.
    in_the_way: BTreeSet<&'a str>,
    /// Folders that are not there.
    absent: BTreeSet<&'a str>,
}

/// What one rename moves: a file, or a folder that is not there yet.
enum Move<'a> {
    File(&'a str),
    Folder(&'a str),
}

pub(super) fn place(
    output: &Path,
    staging: &StagingFolder,
    before: &Files,
    (taken, built): (&BTreeMap<String, Taken>, Option<Built>),
) -> Result<Summary, OutputError> {
    let stale = before.keys().map(String::as_str).filter(|path| !taken.contains_key(*path)).collect();
    let mut folders: BTreeMap<&str, Holds> = BTreeMap::new();
    for path in taken.keys() {
        for folder in folders_of(path) {
            let holds = folders.entry(folder).or_default();
            *(if is_page(path) { &mut holds.pages } else { &mut holds.others }) = true;
        }
    }
    Placing { output, staging, before, taken, built, stale, folders }.run()
}

impl Placing<'_> {
    fn run(&self) -> Result<Summary, OutputError> {
        let Found { in_the_way, absent } = self.check()?;
        let after: Files = self.taken.iter().map(|(path, taken)| (path.clone(), taken.digest)).collect();
        let mut union = self.before.clone();
        union.extend(after.iter().map(|(path, digest)| (path.clone(), *digest)));

        fs::create_dir_all(self.output).map_err(OutputError::io("make the folder", self.output))?;
        let changes = union != after || self.taken.values().any(|taken| taken.is_staged);
        if changes {
            self.write_manifest(&union, None)?;
        }
        let mut removed = self.remove(&in_the_way)?;
        self.move_into_place(&absent)?;
        let rest = self.stale.difference(&in_the_way).copied().collect();
        removed += self.remove(&rest)?;
        self.write_manifest(&after, self.built)?;

        let written = self.taken.values().filter(|taken| taken.is_staged).count();
        Ok(Summary { written, unchanged: self.taken.len() - written, removed })
    }

    /// Refuses whatever would touch a foreign file.
    fn check(&self) -> Result<Found<'_>, OutputError> {
        if let Some(path) = self.folders.keys().find(|folder| self.taken.contains_key(**folder)) {
            return Err(OutputError::Collision { path: (*path).to_owned() });
        }
        let mut in_the_way = self.other_spellings();
        let mut absent = BTreeSet::new();
        for folder in self.folders.keys() {
            let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let location = self.output.join(folder);
            if absent.contains(above) {
                absent.insert(*folder);
                continue;
            }
            match fs::symlink_metadata(&location) {
                Ok(found) if found.is_dir() => {}
                Ok(_) => match self.stale.get(folder) {
                    Some(stale) => {
                        in_the_way.insert(*stale);
                        absent.insert(*folder);
                    }
                    None => return Err(OutputError::ForeignFile { path: location }),
                },
                Err(error) if is_absent(&error) => drop(absent.insert(*folder)),
                Err(error) => return Err(OutputError::Io { action: "look at", path: location, error }),
            }
        }
        for (path, _) in self.taken.iter().filter(|(_, taken)| taken.is_staged) {
            let above = path.rsplit_once('/').map_or("", |(above, _)| above);
            if !absent.contains(above) {
                self.check_place(path, &mut in_the_way)?;
            }
        }
        Ok(Found { in_the_way, absent })
    }

    fn check_place<'a>(&'a self, path: &str, in_the_way: &mut BTreeSet<&'a str>) -> Result<(), OutputError> {
        let location = self.output.join(path);
        match fs::symlink_metadata(&location) {
            Ok(found) if found.is_dir() => {
                in_the_way.extend(self.stale_folder(&location)?);
                Ok(())
            }
            Ok(_) if self.before.contains_key(path) => Ok(()),
            Ok(_) if in_the_way.iter().any(|stale| same_but_for_case(stale, path)) => Ok(()),
            Ok(_) => Err(OutputError::ForeignFile { path: location }),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => Err(OutputError::Io { action: "look at", path: location, error }),
        }
    }

    /// The files of a folder that a file must replace: all must be stale files of ours.
    fn stale_folder(&self, folder: &Path) -> Result<Vec<&str>, OutputError> {
        let mut files = Vec::new();
        for entry in WalkDir::new(folder).min_depth(1) {
            let entry = entry.map_err(|error| OutputError::Io {
                action: "look at",
                path: error.path().unwrap_or(folder).to_path_buf(),
                error: error.into(),
            })?;
            if entry.file_type().is_dir() {
                continue;
            }
            let inside = entry.path().strip_prefix(self.output).unwrap_or(entry.path());
            let path: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
            match path.and_then(|parts| self.stale.get(parts.join("/").as_str()).copied()) {
                Some(stale) => files.push(stale),
                None => return Err(OutputError::ForeignFile { path: entry.path().to_path_buf() }),
            }
        }
        Ok(files)
    }

    /// On a disk that ignores case, a stale `A.html` is the very file of a new `a.html`: it must go first, and must
    /// not be removed afterwards.
    fn other_spellings(&self) -> BTreeSet<&str> {
        if self.stale.is_empty() || !self.staging.ignores_case() {
            return BTreeSet::new();
        }
        let wanted: BTreeSet<String> = self.taken.keys().map(|path| path.to_lowercase()).collect();
        self.stale.iter().copied().filter(|stale| wanted.contains(&stale.to_lowercase())).collect()
    }

    fn move_into_place(&self, absent: &BTreeSet<&str>) -> Result<(), OutputError> {
        let (mut pages, mut others) = (Vec::new(), Vec::new());
        let mut whole: BTreeSet<&str> = BTreeSet::new();
        // Sorted, so that a folder comes after the one it lies in.
        for (folder, holds) in &self.folders {
            if folders_of(folder).any(|above| whole.contains(above)) {
                continue;
            }
            // Pages come after all others, so a folder of both cannot come at once.
            if absent.contains(folder) && holds.pages != holds.others {
                whole.insert(folder);
                (if holds.pages { &mut pages } else { &mut others }).push(Move::Folder(folder));
            } else {
                self.make_folder(folder)?;
            }
        }
        for (path, _) in self.taken.iter().filter(|(_, taken)| taken.is_staged) {
            if !folders_of(path).any(|folder| whole.contains(folder)) {
                (if is_page(path) { &mut pages } else { &mut others }).push(Move::File(path));
            }
        }
        for group in [others, pages] {
            let failures: Vec<OutputError> = group.par_iter().filter_map(|step| self.make_move(step).err()).collect();
            if let Some(first) = failures.into_iter().next() {
                return Err(first);
            }
        }
        Ok(())
    }

    fn make_folder(&self, folder: &str) -> Result<(), OutputError> {
        let location = self.output.join(folder);
        match fs::create_dir(&location) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(OutputError::Io { action: "make the folder", path: location, error })
            }
            _ => Ok(()),
        }
    }

    fn make_move(&self, step: &Move<'_>) -> Result<(), OutputError> {
        let path = step.path();
        let (staged, location) = (self.staging.files().join(path), self.output.join(path));
        match (fs::rename(&staged, &location), step) {
            (Ok(()), _) => Ok(()),
            (Err(_), Move::File(_)) => replace(&staged, &location).map_err(OutputError::io("write", &location)),
            // Somebody made the folder meanwhile, or holds a file in it.
            (Err(_), Move::Folder(folder)) => self.move_one_by_one(folder),
        }
    }

    fn move_one_by_one(&self, folder: &str) -> Result<(), OutputError> {
        let inside = format!("{folder}/");
        self.make_folder(folder)?;
        for (folder, _) in self.folders.range(inside.as_str()..).take_while(|(other, _)| other.starts_with(&inside)) {
            self.make_folder(folder)?;
        }
        for (path, _) in self.taken.range(inside.clone()..).take_while(|(path, _)| path.starts_with(&inside)) {
            self.make_move(&Move::File(path))?;
        }
        Ok(())
    }

    /// Removes our files, and folders that this leaves empty.
    fn remove(&self, paths: &BTreeSet<&str>) -> Result<usize, OutputError> {
        let mut folders = BTreeSet::new();
        let mut removed = 0;
        for path in paths {
            // A folder that somebody replaced by a symbolic link leads to files that are not ours.
            if !folders_of(path).all(|folder| {
                folders.contains(folder)
                    || fs::symlink_metadata(self.output.join(folder)).is_ok_and(|found| found.is_dir())
            }) {
                continue;
            }
            let location = self.output.join(path);
            match fs::symlink_metadata(&location) {
                Ok(found) if found.is_dir() => continue,
                Ok(_) => {
                    fs::remove_file(&location).map_err(OutputError::io("remove", &location))?;
                    removed += 1;
                }
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(OutputError::Io { action: "look at", path: location, error }),
            }
            folders.extend(folders_of(path));
        }
        // In reverse order a folder comes before the one it lies in. One that still holds something stays.
        for folder in folders.iter().rev() {
            let _ = fs::remove_dir(self.output.join(folder));
        }
        Ok(removed)
    }

    /// Writes the manifest unless it says so already.
    fn write_manifest(&self, files: &Files, built: Option<Built>) -> Result<(), OutputError> {
        let location = self.output.join(MANIFEST_FILE);
        let bytes = manifest::to_bytes(files, built)
            .map_err(|error| OutputError::Manifest { path: location.clone(), reason: error.to_string() })?;
        if fs::read(&location).is_ok_and(|found| found == bytes) {
            return Ok(());
        }
        let staged = self.staging.path().join("manifest");
        fs::write(&staged, bytes).map_err(OutputError::io("write", &location))?;
        replace(&staged, &location).map_err(OutputError::io("write", &location))
    }
}

impl<'a> Move<'a> {
    fn path(&self) -> &'a str {
        match self {
            Self::File(path) | Self::Folder(path) => path,
        }
    }
}

fn is_page(path: &str) -> bool {
    path.ends_with(".html")
}

/// The folders that a path lies in, outermost first.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

fn same_but_for_case(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}

/// Whether nothing stands at a path; a file where a folder of the path would have to be says so in its own way.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Renames over whatever file is there. On Windows a web server or a virus scanner may hold the old file for a moment.
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    let mut result = fs::rename(from, to);
    if cfg!(windows) {
        for _ in 0..10 {
            if !result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
            result = fs::rename(from, to);
        }
    }
    result
}
