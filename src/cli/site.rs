//! What commands on a site share: its folder, its files, today.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Failure;
use super::arguments::{Day, Global};
use crate::config::{self, CONFIG_FILE};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, FilePath};
use crate::source::Snapshot;
use crate::source::disk::{DiskReader, find_root};
use crate::store::Store;

/// The site's folder: the one named, or the nearest one upwards.
pub(super) fn root(global: &Global) -> Result<PathBuf, Failure> {
    let missing = |message: String, hint: &str| {
        Err(Failure::Diagnostic(Box::new(Diagnostic::general(Code::ConfigMissing, message).hint(hint))))
    };
    if let Some(root) = &global.root {
        if !root.is_dir() {
            let what = if root.exists() { "is not a folder" } else { "does not exist" };
            return Err(Failure::new(format!("the site's folder `{}` {what}", root.display())));
        }
        if !root.join(CONFIG_FILE).exists() {
            let message = format!("the folder `{}` has no `{CONFIG_FILE}`", root.display());
            return missing(
                message,
                "name the folder that holds it with `--root`, or start a site with `steward new DIR`",
            );
        }
        return Ok(root.clone());
    }
    let here = std::env::current_dir()
        .map_err(|error| Failure::new(format!("the current folder `.` cannot be read: {error}")))?;
    match find_root(&here) {
        Some(root) => Ok(root),
        None => missing(
            format!("neither `{}` nor a folder above it has a `{CONFIG_FILE}`", here.display()),
            "go into the site's folder, name it with `--root DIR`, or start a site with `steward new DIR`",
        ),
    }
}

/// All files of the site.
pub(super) fn read(root: &Path) -> Result<Snapshot, Failure> {
    read_into(root, &Store::in_memory())
}

/// The same, with what is seldom read in a store.
pub(super) fn read_into(root: &Path, store: &Store) -> Result<Snapshot, Failure> {
    DiskReader::new(root).with_store(store).read().map_err(|error| Failure::new(error.to_string()))
}

/// The day asked for, or today in the site's time zone.
pub(super) fn day(asked: Day, snapshot: &Snapshot) -> Date {
    asked.as_of.unwrap_or_else(|| today(snapshot))
}

/// Today in the site's time zone.
pub(super) fn today(snapshot: &Snapshot) -> Date {
    let zone = snapshot
        .text(CONFIG_FILE)
        .and_then(|text| config::read(&FilePath::from(CONFIG_FILE), &text).0)
        .map_or(TimeZone::UTC, |config| config.timezone);
    Timestamp::now().to_zoned(zone).date()
}

/// A path as people write it: on Windows without the prefix that canonical paths have.
pub(super) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    match text.strip_prefix(r"\\?\UNC\") {
        Some(share) => format!(r"\\{share}"),
        None => text.strip_prefix(r"\\?\").map_or(text.clone(), str::to_owned),
    }
}
