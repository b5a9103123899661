//! Reads a site's folder into a [`Snapshot`]: the only module that reads a site from the disk.
//!
//! Owns the walk, symbolic links, looking at a few files only, and the stamps by which an unchanged file is not read
//! again. Must not know what any file means.
//!
//! Inputs are `site.toml`, `content/` and `themes/`. Left alone are hidden files and the leftovers of editors and
//! systems (`.git`, `.DS_Store`, `Thumbs.db`, `desktop.ini`, `*~`, `.#*`, `#*#`, `*.swp`, `*.tmp`, `~$*`, `4913`).
//! Symbolic links are followed as long as they stay inside the site's folder and do not lead to hidden files there
//! (`.git`, `.env`). Whatever cannot be read is a diagnostic at its path; the rest of the site is still read.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::SETTINGS_FILE;
use super::{Content, Digest, Snapshot, SourceFile, classify};
use crate::diagnostic::{self, Code, Diagnostic, FilePath};
use crate::shares::InShares;
use crate::store::Store;

/// The site's folder itself cannot be read.
#[derive(Debug)]
pub struct ReadError {
    /// Which folder.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot read the folder `{}`: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// The nearest folder, from `start` upwards, that holds a `site.toml`.
pub fn find_root(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| folder.join(SETTINGS_FILE).is_file()).map(Path::to_path_buf)
}

/// Reads the site in the folder `root`, once.
pub fn read_site(root: &Path) -> Result<Snapshot, ReadError> {
    DiskReader::new(root).read()
}

/// Reads one site again and again; files whose stamp has not changed are taken from the snapshot before.
#[derive(Debug)]
pub struct DiskReader {
    root: PathBuf,
    stamps: BTreeMap<FilePath, Stamp>,
    store: Store,
}

/// What tells a changed file from an unchanged one without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    size: u64,
    identity: Identity,
}

/// Where the system tells them cheaply: device, file number, and the time of the last change of name or rights.
type Identity = (u64, u64, i64, i64);

/// A file found by the walk.
struct Found {
    path: FilePath,
    location: PathBuf,
}

/// What became of a found file.
enum Outcome {
    File(Arc<SourceFile>, Option<Stamp>),
    Complaint(Diagnostic),
    Vanished,
}

impl DiskReader {
    /// A reader for the site in the folder `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), stamps: BTreeMap::new(), store: Store::in_memory() }
    }

    /// The same, which puts texts away that are seldom read.
    pub fn with_store(mut self, store: &Store) -> Self {
        self.store = store.clone();
        self
    }

    /// Reads everything.
    pub fn read(&mut self) -> Result<Snapshot, ReadError> {
        self.stamps.clear();
        self.refresh(&Snapshot::default())
    }

    /// Reads what has changed since `previous`, which this reader made.
    pub fn refresh(&mut self, previous: &Snapshot) -> Result<Snapshot, ReadError> {
        self.refresh_until(previous, &|| false).map(Option::unwrap_or_default)
    }

    /// The same, unless it is told to stop before everything has been looked at; then there is none.
    pub fn refresh_until(
        &mut self,
        previous: &Snapshot,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Snapshot>, ReadError> {
        let mut walk = Walk::of(&self.root)?;
        if !walk.site(is_over) {
            return Ok(None);
        }
        let trusted_before = newest_trusted_time();
        let look = |found: &Found| {
            let metadata = match fs::metadata(&found.location) {
                Ok(metadata) => metadata,
                Err(error) if is_absent(&error, &found.location) => return Outcome::Vanished,
                Err(error) => return Outcome::Complaint(unreadable(&found.path, &error)),
            };
            let stamp = Stamp::of(&metadata);
            let unchanged = stamp.is_some() && self.stamps.get(&found.path).copied() == stamp;
            match previous.files.get(&found.path) {
                Some(file) if unchanged => Outcome::File(Arc::clone(file), stamp),
                _ => load(found, &metadata, stamp.filter(|stamp| stamp.modified < trusted_before), &self.store),
            }
        };
        let all = walk.found.par_iter().in_shares().map(|found| (!is_over()).then(|| look(found)));
        let Some(outcomes) = all.collect::<Option<Vec<Outcome>>>() else { return Ok(None) };
        let mut snapshot = Snapshot { files: BTreeMap::new(), diagnostics: walk.diagnostics };
        self.stamps.clear();
        for (found, outcome) in walk.found.into_iter().zip(outcomes) {
            match outcome {
                Outcome::File(file, stamp) => {
                    self.stamps.extend(stamp.map(|stamp| (found.path.clone(), stamp)));
                    snapshot.files.insert(found.path, file);
                }
                Outcome::Complaint(complaint) => snapshot.diagnostics.push(complaint),
                Outcome::Vanished => {}
            }
        }
        diagnostic::sort(&mut snapshot.diagnostics);
        Ok(Some(snapshot))
    }

    /// What is there now if nothing but these files has changed since `previous`, which this reader made.
    ///
    /// `None` where that cannot be told from these files alone, because one is new, gone, no longer a plain file or
    /// cannot be read: then [`DiskReader::refresh`] tells.
    pub fn refresh_only<'a>(
        &mut self,
        previous: &Snapshot,
        locations: impl IntoIterator<Item = &'a PathBuf>,
    ) -> Option<Snapshot> {
        let mut snapshot = previous.clone();
        let trusted_before = newest_trusted_time();
        for location in locations {
            if location.file_name().and_then(|name| name.to_str()).is_some_and(classify::is_ignored) {
                continue;
            }
            let path = path_below(&self.root, location)?;
            let known = snapshot.files.get_mut(&path)?;
            let metadata = fs::symlink_metadata(location).ok().filter(Metadata::is_file)?;
            let stamp = Stamp::of(&metadata).filter(|stamp| stamp.modified < trusted_before);
            let found = Found { path, location: location.clone() };
            let Outcome::File(file, stamp) = load(&found, &metadata, stamp, &self.store) else { return None };
            *known = file;
            self.stamps.remove(&found.path);
            self.stamps.extend(stamp.map(|stamp| (found.path, stamp)));
        }
        Some(snapshot)
    }
}

impl Stamp {
    /// The stamp of a file; `None` on systems that do not tell when a file was changed.
    fn of(metadata: &Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        Some(Self { modified, size: metadata.len(), identity: identity(metadata) })
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    (0, 0, 0, 0)
}

/// A file changed twice within one tick of its disk's clock has the same stamp both times, so a stamp as young as
/// that is not kept and the file is read again next time. Two seconds is the coarsest tick in use (FAT).
#[expect(clippy::disallowed_methods, reason = "decides only whether a file is read again, never what is read")]
fn newest_trusted_time() -> SystemTime {
    SystemTime::now().checked_sub(Duration::from_secs(2)).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The walk over a site's inputs.
struct Walk {
    root: PathBuf,
    /// The root without symbolic links: a link's target is compared with it.
    real_root: PathBuf,
    found: Vec<Found>,
    diagnostics: Vec<Diagnostic>,
}

impl Walk {
    fn of(root: &Path) -> Result<Self, ReadError> {
        let failed = |error| ReadError { path: root.to_path_buf(), error };
        let real_root = fs::canonicalize(root).map_err(failed)?;
        // Opening the folder tells "not a folder" and "not allowed" from "empty".
        fs::read_dir(&real_root).map_err(failed)?;
        Ok(Self { root: root.to_path_buf(), real_root, found: Vec::new(), diagnostics: Vec::new() })
    }

    /// Finds everything; `false` where it was told to stop before that.
    fn site(&mut self, is_over: &dyn Fn() -> bool) -> bool {
        self.settings();
        let all = classify::INPUT_FOLDERS.iter().all(|folder| self.folder(folder, is_over));
        self.found.par_sort_by(|left, right| left.path.cmp(&right.path));
        all
    }

    fn settings(&mut self) {
        let location = self.root.join(SETTINGS_FILE);
        match fs::metadata(&location) {
            Ok(metadata) if metadata.is_file() => {
                self.found.push(Found { path: FilePath::from(SETTINGS_FILE), location });
            }
            Ok(_) => self.complain(Code::IoUnreadable, SETTINGS_FILE, "`site.toml` is not a file"),
            Err(error) if is_absent(&error, &location) => {}
            Err(error) => self.unreadable(SETTINGS_FILE, &error),
        }
    }

    fn folder(&mut self, folder: &str, is_over: &dyn Fn() -> bool) -> bool {
        let start = self.root.join(folder);
        if fs::symlink_metadata(&start).is_err_and(|error| is_absent(&error, &start)) {
            return true;
        }
        let mut entries = WalkDir::new(&start).follow_links(true).into_iter();
        while let Some(entry) = entries.next() {
            if is_over() {
                return false;
            }
            match entry {
                Ok(entry) => {
                    // Skipping after a file would skip the rest of the folder it stands in.
                    let is_folder = entry.file_type().is_dir();
                    if !self.entry(entry) && is_folder {
                        entries.skip_current_dir();
                    }
                }
                Err(error) => self.walk_error(&error),
            }
        }
        true
    }

    /// Takes one entry; `false` means that a folder's content is not wanted.
    fn entry(&mut self, entry: DirEntry) -> bool {
        let top = entry.depth() == 0;
        if !top && entry.file_name().to_str().is_some_and(classify::is_ignored) {
            return false;
        }
        let Some(path) = self.path_of(entry.path()) else {
            let shown = self.shown(entry.path());
            self.diagnostics.push(
                Diagnostic::in_file(Code::IoUnreadable, &shown, format!("the name of `{shown}` is not Unicode text"))
                    .hint("rename the file or folder; letters of every language are fine"),
            );
            return false;
        };
        if entry.path_is_symlink() && !self.stays_inside(&entry, &path) {
            return false;
        }
        let kind = entry.file_type();
        if kind.is_dir() {
            return true;
        }
        if top || !kind.is_file() {
            let what = if top { "must be a folder" } else { "is neither a file nor a folder" };
            self.complain(Code::IoUnreadable, &path, format!("`{path}` {what}"));
            return true;
        }
        self.found.push(Found { path, location: entry.into_path() });
        true
    }

    /// Whether a symbolic link may be followed; if not, that has been reported.
    fn stays_inside(&mut self, entry: &DirEntry, path: &FilePath) -> bool {
        let target = match fs::canonicalize(entry.path()) {
            Ok(target) => target,
            Err(error) => {
                self.unreadable(path, &error);
                return false;
            }
        };
        let inside = target.strip_prefix(&self.real_root).ok();
        let top = path.split('/').next().unwrap_or(path);
        let real =
            |folder: &str| fs::canonicalize(self.root.join(folder)).unwrap_or_else(|_| self.real_root.join(folder));
        let is_evidence = target.starts_with(real("content/sources")) && !path.starts_with("content/sources/");
        let leaves = is_evidence || !target.starts_with(real(top));
        let hidden = |inside: &Path| {
            inside
                .components()
                .any(|part| matches!(part, Component::Normal(name) if name.as_encoded_bytes().starts_with(b".")))
        };
        match inside {
            Some(inside) if !hidden(inside) && !leaves => true,
            found => {
                let where_to = match found {
                    Some(inside) if hidden(inside) => "to a hidden file".to_owned(),
                    Some(_) if is_evidence => "into `content/sources/`, of which nothing is published".to_owned(),
                    Some(_) => format!("out of `{top}/`"),
                    None => "out of the site's folder".to_owned(),
                };
                self.diagnostics.push(
                    Diagnostic::in_file(
                        Code::IoLinkOutside,
                        path,
                        format!("the symbolic link `{path}` leads {where_to}"),
                    )
                    .hint("put a copy of the file in its place, so that everything published lies in the site"),
                );
                false
            }
        }
    }

    fn walk_error(&mut self, error: &walkdir::Error) {
        let location = error.path().unwrap_or(&self.root);
        let path = self.shown(location);
        // Links that form a ring without a folder in it come as an error of the system.
        let ring = matches!(error.io_error().and_then(io::Error::raw_os_error), Some(40 | 62 | 1921))
            && fs::symlink_metadata(location).is_ok_and(|metadata| metadata.is_symlink());
        if error.loop_ancestor().is_some() || ring {
            let around = error.loop_ancestor().map(|ancestor| self.shown(ancestor));
            let message = match around {
                Some(around) => format!("the symbolic link `{path}` leads back to `{around}`, the folder it lies in"),
                None => format!("the symbolic link `{path}` leads to itself"),
            };
            self.diagnostics.push(
                Diagnostic::in_file(Code::IoLinkCycle, &path, message)
                    .hint("remove the link, or let it name another folder"),
            );
        } else if let Some(cause) = error.io_error()
            && !is_absent(cause, location)
        {
            self.unreadable(&path, cause);
        }
    }

    fn complain(&mut self, code: Code, path: &str, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::in_file(code, &FilePath::from(path), message));
    }

    fn unreadable(&mut self, path: &str, error: &io::Error) {
        self.diagnostics.push(unreadable(&FilePath::from(path), error));
    }

    fn path_of(&self, location: &Path) -> Option<FilePath> {
        path_below(&self.root, location)
    }

    /// The path for a message, whatever its characters.
    fn shown(&self, location: &Path) -> FilePath {
        self.path_of(location).unwrap_or_else(|| {
            let inside = location.strip_prefix(&self.root).unwrap_or(location);
            FilePath::new(inside.to_string_lossy().replace('\\', "/"))
        })
    }
}

/// The path inside the site with `/`; `None` where a name is not Unicode.
fn path_below(root: &Path, location: &Path) -> Option<FilePath> {
    let mut path = String::new();
    for part in location.strip_prefix(root).unwrap_or(location).components() {
        if let Component::Normal(name) = part {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(name.to_str()?);
        }
    }
    Some(FilePath::new(path))
}

/// Whether an error means that nothing is there any more, which is no error: files come and go while a site is read.
/// A symbolic link without a target is there all the same.
fn is_absent(error: &io::Error, location: &Path) -> bool {
    error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(location).is_err()
}

fn unreadable(path: &FilePath, error: &io::Error) -> Diagnostic {
    let (message, hint) = match error.kind() {
        io::ErrorKind::NotFound => (
            format!("the symbolic link `{path}` leads to nothing"),
            "remove the link, or let it name a file that exists",
        ),
        io::ErrorKind::PermissionDenied => (
            format!("`{path}` cannot be read: permission denied"),
            "allow the user who runs steward to read the file (and to open its folder)",
        ),
        _ => {
            (format!("`{path}` cannot be read: {error}"), "check that the disk or network share is there and try again")
        }
    };
    Diagnostic::in_file(Code::IoUnreadable, path, message).hint(hint)
}

fn load(found: &Found, metadata: &Metadata, stamp: Option<Stamp>, store: &Store) -> Outcome {
    let size = metadata.len();
    if let Some(complaint) = classify::too_large(&found.path, size) {
        return Outcome::Complaint(complaint);
    }
    let file = if classify::is_text(&found.path) || size <= classify::memory_limit(&found.path) {
        read_whole(found, size, store)
    } else {
        digest_on_disk(found).map(Ok)
    };
    match file {
        Ok(Ok(file)) => Outcome::File(Arc::new(file), stamp),
        Ok(Err(complaint)) => Outcome::Complaint(*complaint),
        Err(error) if is_absent(&error, &found.location) => Outcome::Vanished,
        Err(error) => Outcome::Complaint(unreadable(&found.path, &error)),
    }
}

fn read_whole(found: &Found, size: u64, store: &Store) -> io::Result<Result<SourceFile, Box<Diagnostic>>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // A file may grow while it is read; one byte over the limit is enough to refuse it.
    File::open(&found.location)?.take(classify::TEXT_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(classify::from_bytes(&found.path, bytes, store))
}

fn digest_on_disk(found: &Found) -> io::Result<SourceFile> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(&found.location)?)?;
    Ok(SourceFile {
        path: found.path.clone(),
        digest: Digest(*hasher.finalize().as_bytes()),
        content: Content::OnDisk { path: found.location.clone(), size: hasher.count() },
    })
}

#[cfg(test)]
mod tests;
