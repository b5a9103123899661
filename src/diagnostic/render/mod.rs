//! Diagnostics as text: one renderer a file, one shared fixture. Byte ranges become lines and columns only here.

use std::sync::Arc;

use super::FilePath;

/// Where renderers find the text that a byte range points into.
pub trait SourceTexts {
    /// The text of a file as it was read, or `None` where it is not text or not known.
    fn text(&self, path: &FilePath) -> Option<Arc<str>>;
}
