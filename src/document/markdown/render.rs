//! The renderer's state and the way events take through it.
//!
//! Owns what is open: Markdown containers (`frames`) and raw HTML elements (`raw`), each raw element inside the
//! container it was opened in. Must not know how a single element is written; that is in `blocks`, `inline` and `raw`.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Alignment, Event, TagEnd};

use super::allowed::Element;
use super::footnotes::Notes;
use super::ids::Ids;
use super::labels::Labels;
use super::output::{Output, Position};
use super::parts::OpenPart;
use super::raw::RawSource;
use super::report::Report;
use super::text;
use crate::config::PartDefinition;
use crate::diagnostic::Code;
use crate::document::{Body, Heading, Link, Part, TEXT_ATTRIBUTES};

/// How deep elements may stand inside one another in the HTML. Readers need three; programs that read pages recurse.
const MAX_DEPTH: usize = 64;

/// A Markdown container that is open.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) frame: Frame,
    /// Raw elements opened before it: its own content cannot close them.
    pub(super) raw_base: usize,
    /// Whether it counts for [`MAX_DEPTH`].
    counted: bool,
}

/// What is needed when a container is closed.
#[derive(Debug)]
pub(super) enum Frame {
    /// An element that only needs its closing tag.
    Inline(&'static str),
    /// A block that only needs its closing tag.
    Block(&'static str),
    /// A container that is not shown as such, because it stands too deep or is part of a label.
    Bare,
    Paragraph(Paragraph),
    Heading(HeadingStart),
    Quote(QuoteStart),
    List {
        close: &'static str,
        in_part: bool,
    },
    Item(ItemStart),
    Cell(&'static str),
    Link(Option<u32>),
    Note {
        index: usize,
        outer: Box<Output>,
    },
}

#[derive(Debug)]
pub(super) struct Paragraph {
    pub(super) start: Position,
    pub(super) content: Position,
    pub(super) last_line: LastLine,
}

/// Where the last line of a paragraph begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum LastLine {
    /// The paragraph has one line so far.
    First,
    /// After a line break, which stands between the two.
    After { before_break: Position, start: Position },
    /// Inside an inline element: it cannot be cut off.
    Inside,
}

#[derive(Debug)]
pub(super) struct HeadingStart {
    pub(super) start: Position,
    pub(super) content: Position,
    pub(super) level: u8,
    pub(super) id: Option<String>,
    pub(super) range: Range<usize>,
}

#[derive(Debug)]
pub(super) struct QuoteStart {
    pub(super) start: Position,
    /// The last child, if it is a paragraph.
    pub(super) last: Option<Paragraph>,
}

#[derive(Debug)]
pub(super) struct ItemStart {
    /// Where attributes of the `<li>` can be inserted.
    pub(super) attributes_at: usize,
    pub(super) content: Position,
    /// Whether it is an item of the open part.
    pub(super) in_part: bool,
}

/// A raw element that is open.
#[derive(Debug)]
pub(super) struct RawElement {
    pub(super) element: &'static Element,
    pub(super) close: RawClose,
    pub(super) range: Range<usize>,
}

/// How a raw element is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawClose {
    /// By its closing tag.
    Tag,
    /// By the slot of its link, and the `</span>` that carries its other attributes.
    Link { index: u32, span: bool },
    /// By nothing: its opening tag was left out.
    Nothing,
}

/// What events mean at the moment.
#[derive(Debug, Default)]
pub(super) enum Mode {
    #[default]
    Normal,
    /// In a code block.
    Code,
    /// In an HTML block, which is collected and handled as a whole.
    Html,
    /// In the description of a picture; `depth` counts the elements open in it.
    Alt { depth: usize, title: String, text: AltText },
    /// In something that is not shown.
    Skip { depth: usize },
    /// In a removed inline element that loses its content.
    Drop { depth: usize, name: String, nested: usize },
}

/// Where the description of a picture goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AltText {
    Attribute,
    /// Into the text: the picture was refused.
    Visible,
    Ignored,
}

/// The table that is open; tables do not nest.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) column: usize,
    pub(super) in_head: bool,
    pub(super) has_body: bool,
}

/// Turns events into a [`Body`].
#[derive(Debug)]
pub(super) struct Renderer<'a> {
    pub(super) source: &'a str,
    pub(super) definitions: &'a [PartDefinition],
    pub(super) labels: Labels,
    pub(super) report: Report<'a>,
    pub(super) out: Output,
    pub(super) frames: Vec<Open>,
    pub(super) raw: Vec<RawElement>,
    /// Names of removed elements that are open: their closing tags need no report of their own.
    pub(super) removed_tags: Vec<String>,
    pub(super) raw_source: RawSource,
    pub(super) mode: Mode,
    pub(super) open_links: usize,
    pub(super) open_notes: usize,
    pub(super) table: Option<Table>,
    /// 1 where the body uses `#`, so that it becomes level 2.
    pub(super) heading_shift: u8,
    /// The level that a heading of steward's own is put under; 1 before the first heading.
    pub(super) heading_level: u8,
    pub(super) ids: Ids,
    pub(super) links: Vec<Link>,
    pub(super) headings: Vec<Heading>,
    pub(super) notes: Notes,
    pub(super) part: Option<OpenPart>,
    pub(super) parts: Vec<Part>,
    /// How often an item's hash occurred.
    pub(super) step_counts: BTreeMap<String, u32>,
    /// Source before this offset is a label that has been written as a heading.
    pub(super) skip_until: usize,
    pub(super) first_paragraph: String,
    /// Where the last block at the top ended.
    pub(super) block_end: usize,
    depth: usize,
    depth_reported: bool,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(
        source: &'a str,
        definitions: &'a [PartDefinition],
        heading_shift: u8,
        report: Report<'a>,
    ) -> Self {
        Self {
            source,
            definitions,
            labels: Labels::new(definitions),
            report,
            out: Output::with_capacity(source.len()),
            frames: Vec::with_capacity(16),
            raw: Vec::new(),
            removed_tags: Vec::new(),
            raw_source: RawSource::default(),
            mode: Mode::Normal,
            open_links: 0,
            open_notes: 0,
            table: None,
            heading_shift,
            heading_level: 1,
            ids: Ids::reserving_explicit_ids_of(source),
            links: Vec::new(),
            headings: Vec::new(),
            notes: Notes::default(),
            part: None,
            parts: Vec::new(),
            step_counts: BTreeMap::new(),
            skip_until: 0,
            first_paragraph: String::new(),
            block_end: 0,
            depth: 0,
            depth_reported: false,
        }
    }

    /// Takes the next event.
    pub(super) fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match &mut self.mode {
            Mode::Normal => self.normal_event(event, range),
            Mode::Code => match event {
                Event::Text(code) => self.out.visible(&code),
                _ => self.end_code_block(range),
            },
            Mode::Html => match event {
                Event::Html(html) | Event::Text(html) => self.raw_source.push(&html, &range),
                _ => self.end_html_block(range),
            },
            Mode::Alt { depth, text, .. } => match event {
                Event::Start(_) => *depth += 1,
                Event::End(_) if *depth == 0 => self.end_image(),
                Event::End(_) => *depth -= 1,
                _ => {
                    let place = *text;
                    self.alt_text(&event, place);
                }
            },
            Mode::Skip { depth } => match event {
                Event::Start(_) => *depth += 1,
                Event::End(tag) if *depth == 0 => {
                    self.mode = Mode::Normal;
                    self.end(tag, range);
                }
                Event::End(_) => *depth -= 1,
                _ => {}
            },
            Mode::Drop { depth, name, nested } => match event {
                Event::Start(_) => *depth += 1,
                Event::End(tag) if *depth == 0 => {
                    self.mode = Mode::Normal;
                    self.end(tag, range);
                }
                Event::End(_) => *depth -= 1,
                Event::InlineHtml(html) if super::raw::is_end_of(&html, name, nested) => self.mode = Mode::Normal,
                _ => {}
            },
        }
    }

    fn normal_event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.text(&text, range),
            // Mathematics is not enabled; its events are shown as what they hold.
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => self.code(&code, range),
            Event::Html(html) | Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(label) => self.footnote_reference(&label, range),
            Event::SoftBreak => self.line_break("\n", range),
            Event::HardBreak => self.line_break("<br>\n", range),
            Event::Rule => self.rule(range),
            Event::TaskListMarker(checked) => self.task_marker(checked),
        }
    }

    /// Opens a container that counts for the depth, or one that is not shown where it would stand too deep.
    /// Returns whether it is shown.
    pub(super) fn may_open(&mut self, range: &Range<usize>) -> bool {
        if self.depth + self.raw.len() < MAX_DEPTH {
            return true;
        }
        if !self.depth_reported {
            self.depth_reported = true;
            self.report.at(
                Code::MarkdownNestingTooDeep,
                &(range.start..first_line_end(self.source, range)),
                format!("this stands inside more than {MAX_DEPTH} lists, quotes and other elements"),
                "take some of the `>` or the indentation away; what stands deeper is shown without its own level",
            );
        }
        false
    }

    /// Remembers a container until its end.
    pub(super) fn push(&mut self, frame: Frame) {
        let counted = matches!(
            frame,
            Frame::Inline(_)
                | Frame::Block(_)
                | Frame::Quote(_)
                | Frame::List { .. }
                | Frame::Item(_)
                | Frame::Link(_)
                | Frame::Note { .. }
        );
        self.depth += usize::from(counted);
        self.frames.push(Open { frame, raw_base: self.raw.len(), counted });
    }

    /// The number of raw elements that what is open now cannot close.
    pub(super) fn raw_base(&self) -> usize {
        self.frames.last().map_or(0, |open| open.raw_base)
    }

    /// Whether nothing is open but raw elements and a part.
    pub(super) fn at_top(&self) -> bool {
        self.frames.is_empty()
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        let base = self.raw_base();
        self.close_raw_to(base, true);
        let Some(open) = self.frames.pop() else { return };
        self.depth -= usize::from(open.counted);
        if self.at_top() && !matches!(tag, TagEnd::FootnoteDefinition) {
            self.block_end = self.block_end.max(range.end);
        }
        self.end_frame(open.frame, tag);
        if self.at_top() {
            self.end_top_block(tag);
        }
    }

    /// Ends a block at the top: reports are complete, a part may end.
    pub(super) fn end_top_block(&mut self, tag: TagEnd) {
        self.report.flush();
        self.depth_reported = false;
        self.part_after_block(tag);
    }

    /// Ends the document.
    pub(super) fn finish(mut self) -> Body {
        self.finish_part();
        self.close_raw_to(0, true);
        self.write_notes();
        self.report.flush();
        let (content, text) = self.out.finish();
        let has = |attribute: &str| memchr::memmem::find(content.html.as_bytes(), attribute.as_bytes()).is_some();
        let has_text_attributes = TEXT_ATTRIBUTES.into_iter().any(has);
        self.headings.shrink_to_fit();
        self.links.shrink_to_fit();
        self.parts.shrink_to_fit();
        self.parts.iter_mut().for_each(|part| part.items.shrink_to_fit());
        Body {
            content: content.into(),
            start: 0,
            headings: self.headings,
            links: self.links,
            parts: self.parts,
            anchors: self.ids.finish(),
            words: text::count_words(&text),
            text: text.into(),
            first_paragraph: self.first_paragraph,
            has_text_attributes,
        }
    }
}

/// The end of the first line of a range.
pub(super) fn first_line_end(source: &str, range: &Range<usize>) -> usize {
    let rest = source.get(range.clone()).unwrap_or("");
    range.start + rest.find(['\n', '\r']).unwrap_or(rest.len())
}
