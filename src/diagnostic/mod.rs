//! What steward says about a site: codes, severities, positions, hints and corrected text.
//!
//! Owns positions (`FilePath`, `Span`) because every stage needs them to speak. Must not know any stage, the disk or
//! the terminal. Byte ranges are the only positions stored here; lines and columns exist in [`render`] alone.

mod codes;
pub mod render;
mod suggest;

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

pub use codes::{Code, CodeInfo};
pub use suggest::{closest, did_you_mean};

/// A file's path relative to the site's root, with `/` on every system, such as `content/articles/apology.md`.
///
/// Cheap to clone. Files of the built-in theme are named as if they lay in the site: `themes/default/…`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// Wraps a path that is already relative and written with `/`.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the last `/`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The part before the last `/`, empty for a file at the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl Deref for FilePath {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for FilePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&str> for FilePath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

/// A half-open range of bytes in one file, counted from the first byte of the file (a byte order mark included).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span from two byte offsets; offsets beyond 4 GiB are cut there (no such file is ever read).
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The span as a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same length, `by` bytes further on: for spans measured inside a block of the file.
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start as usize + by, self.end as usize + by)
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A value together with the place it was written at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands in its file.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is published while one stands.
    Error,
    /// Published all the same, except with `--strict`.
    Warning,
    /// For information; never fails anything.
    Note,
}

impl Severity {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place a diagnostic speaks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The file.
    pub file: FilePath,
    /// The narrowest range that shows the problem; `None` means the whole file.
    pub span: Option<Span>,
    /// A few words shown at the range; may be empty.
    pub message: String,
}

/// One thing that is wrong or worth knowing, ready for any renderer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule speaks.
    pub code: Code,
    /// How much it weighs here, after overrides.
    pub severity: Severity,
    /// One lower-case sentence without a full stop that names the thing.
    pub message: String,
    /// The place; `None` only where no file can be named.
    pub primary: Option<Label>,
    /// Further places that explain it.
    pub related: Vec<Label>,
    /// What to do, in plain words.
    pub hints: Vec<String>,
    /// The corrected text for [`Diagnostic::fix_range`], where it is known.
    pub fix: Option<String>,
    /// What the fix replaces in the primary file where that is not the primary range: a whole line whose one
    /// character is the problem.
    pub fix_span: Option<Span>,
}

impl Diagnostic {
    /// A diagnostic at a range of a file, with the default severity of its code.
    pub fn at(code: Code, file: &FilePath, span: Span, message: impl Into<String>) -> Self {
        Self::with_label(code, Some(Label { file: file.clone(), span: Some(span), message: String::new() }), message)
    }

    /// A diagnostic about a file as a whole.
    pub fn in_file(code: Code, file: &FilePath, message: impl Into<String>) -> Self {
        Self::with_label(code, Some(Label { file: file.clone(), span: None, message: String::new() }), message)
    }

    /// A diagnostic that no file of the site explains.
    pub fn general(code: Code, message: impl Into<String>) -> Self {
        Self::with_label(code, None, message)
    }

    fn with_label(code: Code, primary: Option<Label>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.info().severity,
            message: message.into(),
            primary,
            related: Vec::new(),
            hints: Vec::new(),
            fix: None,
            fix_span: None,
        }
    }

    /// Adds a sentence that says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a hint when there is one.
    #[must_use]
    pub fn hint_if(mut self, hint: Option<String>) -> Self {
        self.hints.extend(hint);
        self
    }

    /// States the corrected text for the primary range.
    #[must_use]
    pub fn fix(mut self, text: impl Into<String>) -> Self {
        self.fix = Some(text.into());
        self
    }

    /// States the corrected text for another range of the primary file, such as the whole line.
    #[must_use]
    pub fn fix_at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(text.into());
        self.fix_span = Some(span);
        self
    }

    /// What [`Diagnostic::fix`] replaces.
    pub fn fix_range(&self) -> Option<Span> {
        self.fix_span.or_else(|| self.primary.as_ref().and_then(|label| label.span))
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, file: &FilePath, span: Option<Span>, message: impl Into<String>) -> Self {
        self.related.push(Label { file: file.clone(), span, message: message.into() });
        self
    }

    /// The order of every report: by file, position, code, text. Independent of threads and of the order of discovery.
    pub fn sort_key(&self) -> impl Ord + '_ {
        (
            self.primary.as_ref().map(|label| (&label.file, label.span)),
            self.code.info().name,
            &self.message,
            &self.hints,
        )
    }
}

/// Sorts a report by [`Diagnostic::sort_key`] and drops exact repetitions.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|left, right| left.sort_key().cmp(&right.sort_key()));
    diagnostics.dedup();
}

/// Whether any of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
