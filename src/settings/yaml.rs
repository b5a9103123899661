//! YAML text to a [`Tree`]. The only module that knows the YAML parser.
//!
//! Owns the recovery: where the block is not valid YAML, each top-level entry is read for itself, broken lines are
//! reported with the corrected line, and reading goes on with the correction. Must not know any schema.

mod build;
mod lines;
mod quote;
mod repair;

use std::ops::Range;

use self::build::{Built, Problem, build};
use self::lines::{Chunk, chunks};
use super::{Entries, Tree, remove_duplicates};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned};

pub use quote::{quote, quote_if_needed};

/// Longer blocks are refused: front matter of a quarter megabyte is a mistake or an attack.
const LONGEST: usize = 256 * 1024;

/// How many broken lines are corrected and read again; each costs one more reading of its entry.
const MOST_REPAIRS: usize = 64;

/// The rules that speak about YAML itself.
#[derive(Debug, Clone, Copy)]
pub struct YamlCodes {
    /// Not valid YAML, or YAML that settings have no use for (anchors, tags).
    pub syntax: Code,
    /// A key that stands twice.
    pub duplicate_key: Code,
    /// Text behind a `#` that was probably meant to be read.
    pub comment: Code,
}

/// Reads the YAML in `block`, a range of bytes of the file's `text`. All places are offsets in the file.
///
/// Problems go to `diagnostics`; whatever can be read is returned.
pub fn parse(
    file: &FilePath,
    text: &str,
    block: Range<usize>,
    codes: YamlCodes,
    diagnostics: &mut Vec<Diagnostic>,
) -> Tree {
    let mut reader = Reader { file, offset: block.start, codes, diagnostics, tree: Tree::default() };
    reader.tree.span = block.clone().into();
    let Some(source) = text.get(block.clone()) else {
        return reader.tree;
    };
    if source.len() > LONGEST {
        let message = format!("the block is longer than {} KiB", LONGEST / 1024);
        let start = Span::new(block.start, block.start);
        reader.diagnostics.push(Diagnostic::at(codes.syntax, file, start, message));
        return reader.tree;
    }
    match build(source, |offset| offset + block.start) {
        Ok(built) => reader.take(built),
        Err(problem) => reader.recover(source, &problem),
    }
    reader.duplicates_at_the_top();
    reader.tree
}

struct Reader<'file, 'report> {
    file: &'file FilePath,
    /// Where the block starts in the file.
    offset: usize,
    codes: YamlCodes,
    diagnostics: &'report mut Vec<Diagnostic>,
    tree: Tree,
}

impl Reader<'_, '_> {
    fn take(&mut self, built: Built) {
        self.tree.entries.extend(built.entries);
        self.report_duplicates(built.duplicates);
        for comment in built.comments {
            let message = format!("`{}` is read as a comment and left out", comment.text);
            let mut report = Diagnostic::at(self.codes.comment, self.file, comment.span, message)
                .hint("put the value in quotes, or, for a real comment, a space behind the `#`");
            if let Some((span, line)) = comment.fix {
                report = report.fix_at(span, line);
            }
            self.diagnostics.push(report);
        }
    }

    /// Reads every top-level entry for itself, repairing what can be repaired.
    fn recover(&mut self, source: &str, first_problem: &Problem) {
        let before = self.diagnostics.len();
        let mut repairs = 0;
        for mut chunk in chunks(source, self.offset) {
            self.read_chunk(&mut chunk, &mut repairs);
        }
        if self.diagnostics.len() == before {
            // Every entry is fine for itself, so they do not fit together: report what the parser said of the whole.
            let at = Span::from(visible(source, &first_problem.at)).shifted(self.offset);
            self.diagnostics.push(self.unrepaired(first_problem, at));
        }
    }

    fn read_chunk(&mut self, chunk: &mut Chunk<'_>, repairs: &mut usize) {
        loop {
            let (scratch, map) = chunk.scratch();
            let problem = match build(&scratch, |offset| map.original(chunk, offset)) {
                Ok(built) => return self.take(built),
                Err(problem) => problem,
            };
            let (line, column) = map.line_and_column(problem.at.start);
            let Some(repair) = repair::repair(chunk, line, column, &problem.kind) else {
                let at = visible(&scratch, &problem.at);
                let start = map.original(chunk, at.start);
                let end = map.original(chunk, at.end).max(start);
                self.diagnostics.push(self.unrepaired(&problem, Span::new(start, end)));
                self.tree.unreadable.extend(chunk.key());
                return;
            };
            let mut report = Diagnostic::at(self.codes.syntax, self.file, repair.at.into(), repair.message);
            report.hints = repair.hints;
            if let Some(fix) = &repair.fix {
                report = report.fix_at(chunk.line_span(repair.line), fix.clone());
            }
            self.diagnostics.push(report);
            *repairs += 1;
            let readable = repair.readable && *repairs < MOST_REPAIRS;
            match repair.fix.or(repair.drop_line.then(String::new)).filter(|_| readable) {
                Some(corrected) => chunk.replace(repair.line, &corrected),
                None => {
                    self.tree.unreadable.extend(chunk.key());
                    return;
                }
            }
        }
    }

    fn unrepaired(&self, problem: &Problem, at: Span) -> Diagnostic {
        let (message, hint) = problem.explain();
        Diagnostic::at(self.codes.syntax, self.file, at, message).hint_if(hint)
    }

    fn duplicates_at_the_top(&mut self) {
        let mut entries: Entries = std::mem::take(&mut self.tree.entries);
        let repeated = remove_duplicates(&mut entries);
        self.tree.entries = entries;
        self.report_duplicates(repeated);
    }

    fn report_duplicates(&mut self, repeated: Vec<(Spanned<String>, Span)>) {
        for (key, first) in repeated {
            let message = format!("`{}` stands twice", key.value);
            let report = Diagnostic::at(self.codes.duplicate_key, self.file, key.span, message)
                .related(self.file, Some(first), "first here")
                .hint("keep one of them; the first one counts");
            self.diagnostics.push(report);
        }
    }
}

/// A point widened to the rest of its line, so that there is something to underline.
fn visible(text: &str, at: &Range<usize>) -> Range<usize> {
    let rest = text.get(at.start..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("").trim_end();
    if at.is_empty() { at.start..at.start + line.len() } else { at.clone() }
}

#[cfg(test)]
mod tests;
