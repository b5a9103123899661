//! The theme inside the binary.
//!
//! Its files are named as if they lay in the site (`themes/default/…`), so that diagnostics and overrides treat both
//! alike. Must not know what any file means.

use include_dir::{Dir, include_dir};

use crate::diagnostic::FilePath;
use crate::source::{Content, Digest};

use super::chain::ThemeFile;

/// Name of the built-in theme.
pub const DEFAULT_THEME: &str = "default";

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The text of a file of the built-in theme by its path as diagnostics name it, such as
/// `themes/default/templates/base.html`: for showing the line a diagnostic speaks about.
pub fn built_in_text(path: &str) -> Option<&'static str> {
    let inside = path.strip_prefix("themes/")?.strip_prefix(DEFAULT_THEME)?.strip_prefix('/')?;
    FILES.get_file(inside)?.contents_utf8()
}

/// All files of the built-in theme by their path inside the theme, in the order of these paths.
pub(super) fn built_in_files() -> Vec<(String, ThemeFile)> {
    let mut files = Vec::new();
    let mut folders = vec![&FILES];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let inside = file.path().to_string_lossy().replace('\\', "/");
            let bytes = file.contents();
            let content = match file.contents_utf8() {
                Some(text) => Content::Text(text.into()),
                None => Content::Bytes(bytes.into()),
            };
            let path = FilePath::new(format!("themes/{DEFAULT_THEME}/{inside}"));
            files.push((inside, ThemeFile { path, content, digest: Digest::of(bytes), from_site: false }));
        }
    }
    files.sort_by(|left, right| left.0.cmp(&right.0));
    files
}
