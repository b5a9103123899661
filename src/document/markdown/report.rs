//! Diagnostics of one body: positions become offsets in the file, equal removals of one block become one message.
//!
//! Must not know how a problem is found.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, FilePath, Span};

/// How many different removals of one block are remembered to count repetitions.
const GROUPS: usize = 16;

/// Something that was left out, once or several times in one block.
#[derive(Debug)]
struct Removal {
    what: String,
    hint: &'static str,
    range: Range<usize>,
    count: usize,
}

/// Where a body's problems go.
#[derive(Debug)]
pub(super) struct Report<'a> {
    file: &'a FilePath,
    start: usize,
    diagnostics: &'a mut Vec<Diagnostic>,
    removals: Vec<Removal>,
}

impl<'a> Report<'a> {
    /// Reports into `diagnostics` about `file`, whose Markdown starts at byte `start`.
    pub(super) fn new(file: &'a FilePath, start: usize, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self { file, start, diagnostics, removals: Vec::new() }
    }

    /// The place of a range of the Markdown in the file.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::from(range.clone()).shifted(self.start)
    }

    /// Adds a diagnostic at a range, to be completed by the caller.
    pub(super) fn at(&mut self, code: Code, range: &Range<usize>, message: impl Into<String>, hint: &str) {
        let diagnostic = Diagnostic::at(code, self.file, self.span(range), message).hint(hint);
        self.diagnostics.push(diagnostic);
    }

    /// Adds a diagnostic as `complete` makes it from a plain one.
    pub(super) fn with(
        &mut self,
        code: Code,
        range: &Range<usize>,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let diagnostic = complete(Diagnostic::at(code, self.file, self.span(range), message));
        self.diagnostics.push(diagnostic);
    }

    /// Reports raw HTML that was left out; equal ones of one block are counted.
    pub(super) fn removed(&mut self, range: Range<usize>, what: String, hint: &'static str) {
        if let Some(removal) = self.removals.iter_mut().rev().find(|removal| removal.what == what) {
            removal.count += 1;
            return;
        }
        if self.removals.len() == GROUPS {
            self.flush();
        }
        self.removals.push(Removal { what, hint, range, count: 1 });
    }

    /// Ends a block: what was counted is reported.
    pub(super) fn flush(&mut self) {
        for removal in std::mem::take(&mut self.removals) {
            let times = if removal.count > 1 { format!(" ({} times)", removal.count) } else { String::new() };
            self.at(Code::MarkdownRawHtmlRemoved, &removal.range, format!("{}{times}", removal.what), removal.hint);
        }
    }
}
