//! Diagnostics as text: one renderer a file, one shared fixture. Byte ranges become lines and columns only here.
//!
//! A renderer is a function from a [`Report`] to text; a further format is a further file. Must not know where the
//! text goes.

pub mod human;
pub mod json;
mod lines;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Diagnostic, FilePath, Label, Severity};
pub use lines::{LineIndex, Position};

/// Where renderers find the text that a byte range points into.
pub trait SourceTexts {
    /// The text of a file as it was read, or `None` where it is not text or not known.
    fn text(&self, path: &FilePath) -> Option<Arc<str>>;
}

/// No texts: for diagnostics that point at none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTexts;

impl SourceTexts for NoTexts {
    fn text(&self, _: &FilePath) -> Option<Arc<str>> {
        None
    }
}

/// Sorted diagnostics with the texts they point into, each text indexed once.
pub struct Report<'a> {
    diagnostics: &'a [Diagnostic],
    texts: BTreeMap<&'a FilePath, IndexedText>,
}

/// A file's text with the starts of its lines.
pub struct IndexedText {
    /// The text.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: LineIndex,
}

impl<'a> Report<'a> {
    /// A report about `diagnostics`, in their order.
    pub fn new(diagnostics: &'a [Diagnostic], texts: &dyn SourceTexts) -> Self {
        let labels = diagnostics.iter().flat_map(|found| found.primary.iter().chain(&found.related));
        let mut indexed = BTreeMap::new();
        for label in labels.filter(|label| label.span.is_some()) {
            if !indexed.contains_key(&label.file)
                && let Some(text) = texts.text(&label.file)
            {
                let lines = LineIndex::new(&text);
                indexed.insert(&label.file, IndexedText { text, lines });
            }
        }
        Self { diagnostics, texts: indexed }
    }

    /// The diagnostics.
    pub fn diagnostics(&self) -> &'a [Diagnostic] {
        self.diagnostics
    }

    /// The text a label points into.
    pub fn text(&self, label: &Label) -> Option<&IndexedText> {
        self.texts.get(&label.file)
    }

    /// Where a label starts; `None` where it stands for the whole file or the text is not known.
    pub fn position(&self, label: &Label) -> Option<Position> {
        let found = self.text(label)?;
        Some(found.lines.position(&found.text, label.span?.start as usize))
    }
}

/// How many diagnostics of each weight there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Counts {
    /// Counts `diagnostics`.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
        Self { errors: count(Severity::Error), warnings: count(Severity::Warning), notes: count(Severity::Note) }
    }
}

#[cfg(test)]
mod fixture;
