//! Why a file could not be put or placed. Must not know exit codes or the terminal.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};

/// The machine failed, or the output folder is not one that steward may write to.
#[derive(Debug)]
pub enum OutputError {
    /// The system refused something.
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The output folder holds files and no manifest of ours.
    ForeignFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder that steward did not write stands where one must be written.
    ForeignFile {
        /// The file.
        path: PathBuf,
    },
    /// The manifest is not one that this version can read, so what is ours is not known.
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The output folder is, holds, or lies in a folder of the site's own files.
    Misplaced {
        /// The output folder.
        path: PathBuf,
        /// Why not there.
        reason: String,
    },
    /// Another steward is writing into the same folder.
    Busy {
        /// The output folder.
        path: PathBuf,
    },
    /// A path that would leave the output folder or hide the manifest.
    InvalidPath {
        /// The path as it was given.
        path: String,
    },
    /// Two output files cannot stand beside one another: one path twice, or a file where a folder is needed.
    Collision {
        /// The path.
        path: String,
    },
}

impl OutputError {
    /// For `map_err`: what was tried with which file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |error| Self::Io { action, path, error }
    }

    /// The same as a diagnostic, where a code speaks of it; the others are failures of the machine.
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        match self {
            Self::ForeignFolder { .. } | Self::ForeignFile { .. } | Self::Manifest { .. } | Self::Misplaced { .. } => {
                Some(Diagnostic::general(Code::OutputForeignFolder, self.to_string()).hint(self.hint()))
            }
            Self::Io { .. } | Self::Busy { .. } | Self::InvalidPath { .. } | Self::Collision { .. } => None,
        }
    }

    /// What to do, in plain words.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::ForeignFolder { .. } => "choose another folder with `--output`, or empty this one yourself",
            Self::ForeignFile { .. } => {
                "move the file elsewhere, or give the page that would replace it another `slug`"
            }
            Self::Manifest { .. } => "delete the output folder yourself, then build again",
            Self::Misplaced { .. } => "choose another folder with `--output`; without it the site goes to `public/`",
            Self::Io { .. } => "check that the disk has room and that the folder may be written to",
            Self::Busy { .. } => "wait until the other build has finished",
            Self::InvalidPath { .. } | Self::Collision { .. } => "change the `slug` of one of the pages",
        }
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, path, error } => write!(formatter, "cannot {action} `{}`: {error}", path.display()),
            Self::ForeignFolder { path } => {
                write!(formatter, "the output folder `{}` holds files that steward did not write", path.display())
            }
            Self::ForeignFile { path } => {
                write!(formatter, "`{}` would be overwritten, and steward did not write it", path.display())
            }
            Self::Manifest { path, reason } => {
                write!(formatter, "the list of written files `{}` cannot be used: {reason}", path.display())
            }
            Self::Misplaced { path, reason } => {
                write!(formatter, "the site cannot be written to `{}`: {reason}", path.display())
            }
            Self::Busy { path } => {
                write!(formatter, "another steward is writing to `{}` at this moment", path.display())
            }
            Self::InvalidPath { path } => write!(formatter, "`{path}` cannot be the path of an output file"),
            Self::Collision { path } => write!(formatter, "two output files would both need the path `{path}`"),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
