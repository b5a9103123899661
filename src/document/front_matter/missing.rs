//! Reports about the block as a whole: none, never closed, or text where none is shown. Must not know single keys.

use super::block::{Block, is_dash, lines_from};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};
use crate::document::DocumentKind;
use crate::settings::yaml::quote_if_needed;

/// Titles longer than this are most likely a paragraph.
pub(super) const LONGEST_TITLE: usize = 300;

/// Whether a file of this kind needs a title of its own; the others get one from the site or their folder.
pub(super) fn needs_title(kind: DocumentKind) -> bool {
    !matches!(kind, DocumentKind::Home | DocumentKind::Section)
}

/// A file without a block. Home pages and sections may do without.
pub(super) fn report_missing(
    path: &FilePath,
    kind: DocumentKind,
    text: &str,
    start: usize,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let rest = text.get(start..).unwrap_or("");
    if let Some(report) = block_further_down(path, rest, start) {
        diagnostics.push(report);
        return;
    }
    if !needs_title(kind) {
        return;
    }
    let mut block = format!("---\ntitle: {}\n", quote_if_needed(&likely_title(path, rest)));
    if kind == DocumentKind::Source {
        block.push_str("licence: custom\n");
    }
    block.push_str("---\n");
    let message = if rest.trim().is_empty() { "the file is empty" } else { "the file has no front matter" };
    let shown = block.trim_end().replace('\n', " ⏎ ");
    let report = Diagnostic::at(Code::FrontMatterMissing, path, Span::new(start, start), message)
        .hint(format!("start the file with a block between two lines of `---`: {shown}"))
        .fix(block);
    diagnostics.push(report);
}

/// A block below empty lines, or one between `+++` lines, which is TOML.
fn block_further_down(path: &FilePath, rest: &str, start: usize) -> Option<Diagnostic> {
    let trimmed = rest.trim_start();
    let begin = start + rest.len() - trimmed.len();
    let first = trimmed.lines().next()?.trim_end();
    if first == "+++" {
        let span = Span::new(begin, begin + first.len());
        let report =
            Diagnostic::at(Code::FrontMatterMissing, path, span, "front matter between `+++` lines is not read");
        return Some(
            report.hint("write it as YAML: `---` instead of `+++`, and `key: value` instead of `key = value`"),
        );
    }
    let mut lines = trimmed.lines();
    let is_block = begin > start
        && first == "---"
        && lines.nth(1).is_some_and(|line| line.contains(": ") || line.trim_end().ends_with(':'))
        && lines.any(|line| line.trim_end() == "---");
    if !is_block {
        return None;
    }
    let report = Diagnostic::at(
        Code::FrontMatterMissing,
        path,
        Span::new(start, begin),
        "there is something above the front matter, so it is not read",
    );
    Some(report.hint("the first `---` must be the first line: delete what is above it").fix(""))
}

/// A `---` without its counterpart.
pub(super) fn report_unclosed(path: &FilePath, text: &str, block: &Block, diagnostics: &mut Vec<Diagnostic>) {
    let start = block.span.start as usize;
    let opening = Span::new(start, start + 3);
    let report =
        Diagnostic::at(Code::FrontMatterYaml, path, opening, "the front matter that starts here is never closed");
    let (at, line) = lines_from(text, block.yaml.end).next().unwrap_or((block.yaml.end, ""));
    let dashes = line.trim_end();
    let report = if !dashes.is_empty() && dashes.chars().all(is_dash) {
        let span = Span::new(at, at + dashes.len());
        report
            .related(path, Some(span), "probably meant as the closing line")
            .hint(format!("the closing line is three hyphens, not `{dashes}`"))
            .fix_at(span, "---")
    } else {
        let line_break = if block.yaml.is_empty() || text[block.yaml.clone()].ends_with('\n') { "" } else { "\n" };
        report
            .hint("add a line of three hyphens, `---`, below the last setting; until then the text is not read")
            .fix_at(Span::new(block.yaml.end, block.yaml.end), format!("{line_break}---\n"))
    };
    diagnostics.push(report);
}

/// Text below the front matter of a reading-list entry.
pub(super) fn report_ignored_body(path: &FilePath, text: &str, body: usize, diagnostics: &mut Vec<Diagnostic>) {
    let Some((at, line)) = lines_from(text, body).find(|(_, line)| !line.trim().is_empty()) else {
        return;
    };
    let indent = line.len() - line.trim_start().len();
    let span = Span::new(at + indent, at + line.trim_end().len());
    let report = Diagnostic::at(
        Code::FrontMatterIgnoredBody,
        path,
        span,
        "this text is shown nowhere: an entry with `external_url` only links out",
    );
    diagnostics.push(report.hint("move it to `summary`, or delete `external_url`"));
}

/// The first heading, or the file's (for `index.md` the folder's) name in words.
pub(super) fn likely_title(path: &FilePath, body: &str) -> String {
    const LINES: usize = 200;
    let heading = body.lines().take(LINES).find_map(|line| {
        let text = line.strip_prefix('#')?.trim_start_matches('#');
        let text = text.strip_prefix([' ', '\t'])?.trim().trim_end_matches('#').trim();
        (!text.is_empty() && text.chars().count() <= LONGEST_TITLE && !text.contains(char::is_control)).then_some(text)
    });
    if let Some(heading) = heading {
        return heading.replace(['*', '`'], "");
    }
    let name = path.file_name().trim_end_matches(".md");
    let name = if name == "index" { path.folder().rsplit('/').next().unwrap_or(name) } else { name };
    let words = name.replace(['-', '_'], " ");
    let mut characters = words.trim().chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
