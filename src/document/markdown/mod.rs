//! Markdown to a [`Body`]: HTML with slots, headings, links, parts, quotes, text, in one pass over the events.
//!
//! Must not know where the page will stand, other files or the theme. There is no smart punctuation: the texts of
//! rights holders must stay as they are.
//!
//! | room | owns |
//! |---|---|
//! | `render` | what is open, the way of an event |
//! | `blocks`, `inline`, `raw` | how elements are written |
//! | `parts`, `quotes`, `footnotes` | what steward makes of them |
//! | `labels`, `target`, `allowed`, `ids` | the rules for labels, schemes, raw HTML, ids |
//! | `output`, `text`, `report` | HTML with slots, visible text, diagnostics |
//! | `plain`, `without` | the text alone, for comparisons; a body without some of its paragraphs |

mod allowed;
mod blocks;
mod footnotes;
mod ids;
mod inline;
mod labels;
mod output;
mod parts;
mod plain;
mod quotes;
mod raw;
mod render;
mod report;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod without;

pub use plain::{PlainBlock, plain_blocks};
pub use without::without_paragraphs;

use std::cell::RefCell;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag};

use self::render::Renderer;
use self::report::Report;
use crate::diagnostic::{Code, Diagnostic, FilePath, did_you_mean};
use crate::document::{Body, ParseOptions};

/// The Markdown that authors may write, besides CommonMark.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_WIKILINKS);

/// A reference without a definition: where it stands and its label.
type BrokenReference<'a> = (Range<usize>, CowStr<'a>);

/// Renders the Markdown that starts at byte `start` of `text`. Never fails; problems go to `diagnostics`.
pub fn parse(
    path: &FilePath,
    text: &str,
    start: usize,
    options: &ParseOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Body {
    let source = text.get(start..).unwrap_or("");
    let mut report = Report::new(path, start, diagnostics);
    report_nul_bytes(source, &mut report);
    let broken = RefCell::new(Vec::new());
    let remember = |link: BrokenLink<'_>| {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            broken.borrow_mut().push((link.span, CowStr::from(link.reference.into_string())));
        }
        None
    };
    let heading_shift = u8::from(uses_first_level(source));
    let mut events = Parser::new_with_broken_link_callback(source, EXTENSIONS, Some(remember)).into_offset_iter();
    let mut renderer = Renderer::new(source, &options.parts, heading_shift, report);
    for (event, range) in events.by_ref() {
        renderer.event(event, range);
    }
    let mut labels: Vec<&str> = events.reference_definitions().iter().map(|(label, _)| label).collect();
    labels.sort_unstable();
    renderer.report_broken_references(&broken.take(), &labels);
    let mut body = renderer.finish();
    body.start = u32::try_from(start).unwrap_or(u32::MAX);
    body
}

impl Renderer<'_> {
    fn report_broken_references(&mut self, broken: &[BrokenReference<'_>], labels: &[&str]) {
        for (range, label) in broken {
            let shown = text::shorten(label, 60);
            self.report.with(
                Code::LinkBroken,
                range,
                format!("the link names `[{shown}]`, which is defined nowhere"),
                |diagnostic| {
                    diagnostic.hint_if(did_you_mean(label, labels.iter().copied())).hint(format!(
                        "define it on a line of its own: `[{shown}]: https://…`, or write the target in round brackets"
                    ))
                },
            );
        }
    }
}

/// NUL characters are shown as U+FFFD; they are reported once, where the first one stands.
fn report_nul_bytes(source: &str, report: &mut Report<'_>) {
    let Some(first) = memchr::memchr(0, source.as_bytes()) else { return };
    let count = memchr::memchr_iter(0, source.as_bytes()).count();
    let what = if count == 1 { "a NUL character".to_owned() } else { format!("{count} NUL characters") };
    report.at(
        Code::MarkdownNulByte,
        &(first..first + 1),
        format!("the text holds {what}, shown as \u{FFFD}"),
        "the file was probably damaged on its way or is no text; save it again as UTF-8",
    );
}

/// Whether any heading is written with `#` or `===`.
///
/// Most bodies have no line that looks like one. Only where one does (it may be a comment in a code block), the
/// parser itself is asked.
fn uses_first_level(source: &str) -> bool {
    may_use_first_level(source)
        && Parser::new_ext(source, EXTENSIONS)
            .any(|event| matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })))
}

fn may_use_first_level(source: &str) -> bool {
    let bytes = source.as_bytes();
    let begins_heading = |at: usize| {
        at.checked_sub(1).is_none_or(|before| !bytes[before].is_ascii_alphanumeric() && bytes[before] != b'#')
            && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace)
    };
    let underlines = |at: usize| {
        let line_end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        bytes[at..line_end].iter().all(|byte| matches!(byte, b'=' | b' ' | b'\t'))
    };
    memchr::memchr_iter(b'#', bytes).any(begins_heading)
        || memchr::memchr_iter(b'=', bytes)
            .any(|at| at.checked_sub(1).is_none_or(|before| bytes[before] != b'=') && underlines(at))
}
