//! The hidden folder in which files wait, held by one build at a time. Must not know what waits in it.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::output::OutputError;

const LOCK_FILE: &str = "lock";
const FILES: &str = "files";

/// A staging folder that this process holds. Dropping it removes the folder.
///
/// The lock is the system's: it ends with the process that holds it, so there is no stale lock to detect.
#[derive(Debug)]
pub(super) struct StagingFolder {
    path: PathBuf,
    /// Parents of the output folder that had to be made for it, outermost first.
    made: Vec<PathBuf>,
    /// Held until the folder is gone. `None` where the file system has no locks.
    _lock: Option<File>,
}

impl StagingFolder {
    /// Makes or takes over the staging folder for an output folder: beside it, on the same file system, or inside it
    /// where beside is not possible.
    pub(super) fn open(output: &Path) -> Result<Self, OutputError> {
        let made = make_parents(output)?;
        let inside = output.join(".steward-staging");
        let beside = output.file_name().zip(output.parent()).map(|(name, parent)| {
            let mut folder = OsString::from(".steward-staging-");
            folder.push(name);
            parent.join(folder)
        });
        let folder = match beside.filter(|beside| on_same_file_system(beside, output)) {
            Some(beside) => match Self::take(&beside, output) {
                Err(OutputError::Io { error, .. }) if is_not_writable(&error) && output.is_dir() => {
                    Self::take(&inside, output)
                }
                taken => taken,
            },
            None => Self::take(&inside, output),
        };
        match folder {
            Ok(mut folder) => {
                folder.made = made;
                Ok(folder)
            }
            Err(error) => {
                remove_empty(&made);
                Err(error)
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder in it that has the form of the output.
    pub(super) fn files(&self) -> PathBuf {
        self.path.join(FILES)
    }

    /// Whether the file system takes `LOCK` for `lock`.
    pub(super) fn ignores_case(&self) -> bool {
        fs::symlink_metadata(self.path.join(LOCK_FILE.to_uppercase())).is_ok()
    }

    fn take(path: &Path, output: &Path) -> Result<Self, OutputError> {
        // The build that holds the folder removes it at its end; then it must be made anew.
        for _ in 0..100 {
            match fs::create_dir(path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(OutputError::Io { action: "make the folder", path: path.to_path_buf(), error });
                }
            }
            if !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
                return Err(OutputError::ForeignFile { path: path.to_path_buf() });
            }
            let location = path.join(LOCK_FILE);
            let lock = match File::options().create(true).truncate(false).write(true).open(&location) {
                Ok(lock) => lock,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(OutputError::Io { action: "write", path: location, error }),
            };
            let lock = match lock.try_lock() {
                Ok(()) if is_still_at(&lock, &location) => Some(lock),
                Ok(()) => continue,
                Err(TryLockError::WouldBlock) => return Err(OutputError::Busy { path: output.to_path_buf() }),
                // Some network shares have no locks; a build there is still better than none.
                Err(TryLockError::Error(_)) => None,
            };
            let folder = Self { path: path.to_path_buf(), made: Vec::new(), _lock: lock };
            folder.clear().map_err(OutputError::io("clear the folder", path))?;
            fs::create_dir(folder.files()).map_err(OutputError::io("make the folder", path))?;
            return Ok(folder);
        }
        Err(OutputError::Busy { path: output.to_path_buf() })
    }

    /// Removes what a killed build left.
    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() == LOCK_FILE {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for StagingFolder {
    fn drop(&mut self) {
        // Removed while still locked, so that no other build can have taken it over. A failure only leaves a hidden
        // folder, which the next build clears.
        let _ = self.clear();
        let _ = fs::remove_file(self.path.join(LOCK_FILE));
        let _ = fs::remove_dir(&self.path);
        remove_empty(&self.made);
    }
}

/// Makes the folders above the output folder and returns those that were not there.
fn make_parents(output: &Path) -> Result<Vec<PathBuf>, OutputError> {
    let Some(parent) = output.parent() else { return Ok(Vec::new()) };
    let missing: Vec<PathBuf> =
        parent.ancestors().take_while(|folder| !folder.exists()).map(Path::to_path_buf).collect();
    fs::create_dir_all(parent).map_err(OutputError::io("make the folder", parent))?;
    Ok(missing.into_iter().rev().collect())
}

/// Removes folders that were made for nothing, innermost first; one that is in use stays.
fn remove_empty(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

fn is_not_writable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Whether files can be renamed from one folder into the other; an output folder that does not exist yet will lie
/// on its parent's file system.
#[cfg(unix)]
fn on_same_file_system(beside: &Path, output: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |folder: &Path| fs::metadata(folder).ok().map(|metadata| metadata.dev());
    let Some(existing) = device(output) else { return true };
    beside.parent().and_then(device) == Some(existing)
}

#[cfg(not(unix))]
fn on_same_file_system(_: &Path, _: &Path) -> bool {
    true
}

/// Whether the locked file is the one that the name leads to, not one that another build has just removed.
#[cfg(unix)]
fn is_still_at(lock: &File, location: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: io::Result<fs::Metadata>| metadata.ok().map(|found| (found.dev(), found.ino()));
    identity(lock.metadata()) == identity(fs::metadata(location))
}

#[cfg(not(unix))]
fn is_still_at(_: &File, location: &Path) -> bool {
    location.exists()
}
