//! Blocks: how each is opened and closed.
//!
//! Levels of headings: the page's title is the only `h1`. Where a body uses `#` anywhere, all its headings are moved
//! down by one level, at most to 6, so that their order stays what the author meant; else they stay as they are.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Tag, TagEnd};

use super::ids;
use super::output::PARAGRAPH_END;
use super::render::{Frame, HeadingStart, ItemStart, LastLine, Mode, Paragraph, QuoteStart, Renderer, Table};
use crate::diagnostic::Code;
use crate::document::{Fragment, Heading, InterfaceText, Slot, SlotKind};

/// What a block at the top is, as far as parts care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    Heading(u8),
    Rule,
    List,
    Other,
}

impl<'a> Renderer<'a> {
    pub(super) fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.start_paragraph(range),
            Tag::Heading { level, id, classes, attrs } => {
                for name in classes.iter().chain(attrs.iter().map(|(name, _)| name)) {
                    self.report.removed(
                        range.start..super::render::first_line_end(self.source, &range),
                        format!("`{name}` behind the heading was left out"),
                        "only an id can stand in braces behind a heading, as in `{#my-id}`",
                    );
                }
                self.start_heading(level as u8, id.map(|id| id.into_string()), range);
            }
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::CodeBlock(kind) => self.start_code_block(&kind),
            Tag::HtmlBlock => self.start_html_block(),
            Tag::List(first) => self.start_list(first, &range),
            Tag::Item => self.start_item(&range),
            Tag::FootnoteDefinition(label) => self.start_note(&label, &range),
            Tag::DefinitionList => self.start_block("<dl>\n", "</dl>\n", &range),
            Tag::DefinitionListTitle => self.start_block("<dt>", "</dt>\n", &range),
            Tag::DefinitionListDefinition => self.start_block("<dd>", "</dd>\n", &range),
            Tag::Table(alignments) => {
                self.before_block(BlockKind::Other);
                self.out.end_block();
                self.out.markup("<div class=\"table-scroll\" tabindex=\"0\">\n<table>\n");
                self.table = Some(Table { alignments, ..Table::default() });
                self.push(Frame::Block("</table>\n</div>\n"));
            }
            Tag::TableHead => self.start_row(true),
            Tag::TableRow => self.start_row(false),
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.start_inline("<em>", "</em>", &range),
            Tag::Strong => self.start_inline("<strong>", "</strong>", &range),
            Tag::Strikethrough => self.start_inline("<del>", "</del>", &range),
            Tag::Superscript => self.start_inline("<sup>", "</sup>", &range),
            Tag::Subscript => self.start_inline("<sub>", "</sub>", &range),
            Tag::Link { link_type, dest_url, title, .. } => self.start_link(link_type, &dest_url, &title, range),
            Tag::Image { link_type, dest_url, title, .. } => self.start_image(link_type, &dest_url, &title, range),
            // Not enabled: front matter has been read before.
            Tag::MetadataBlock(_) => {
                self.push(Frame::Bare);
                self.mode = Mode::Skip { depth: 0 };
            }
        }
    }

    pub(super) fn end_frame(&mut self, frame: Frame, tag: TagEnd) {
        match frame {
            Frame::Inline(close) => self.out.markup(close),
            Frame::Block(close) => {
                if matches!(tag, TagEnd::Table) && self.table.take().is_some_and(|table| table.has_body) {
                    self.out.markup("</tbody>\n");
                }
                self.out.markup(close);
                self.out.end_block();
                if matches!(tag, TagEnd::TableHead)
                    && let Some(table) = &mut self.table
                {
                    table.in_head = false;
                }
            }
            Frame::Bare => {
                if !matches!(tag, TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough) {
                    self.out.end_block();
                    self.fresh_line();
                }
            }
            Frame::Paragraph(paragraph) => self.end_paragraph(paragraph),
            Frame::Heading(heading) => self.end_heading(heading),
            Frame::Quote(quote) => self.end_quote(quote),
            Frame::List { close, in_part } => {
                self.out.markup(close);
                self.out.end_block();
                if in_part {
                    self.end_part_list();
                }
            }
            Frame::Item(item) => self.end_item(&item),
            Frame::Cell(close) => {
                self.out.markup(close);
                self.out.space();
            }
            Frame::Link(index) => self.end_link(index),
            Frame::Note { index, outer } => self.end_note(index, *outer),
        }
    }

    /// What every block does before it begins.
    pub(super) fn before_block(&mut self, kind: BlockKind) {
        self.end_raw_paragraph();
        if let Some(open) = self.frames.last_mut()
            && let Frame::Quote(quote) = &mut open.frame
        {
            quote.last = None;
        }
        if self.at_top() {
            self.part_before_block(kind);
        }
    }

    /// Begins a new line of HTML, for those who read it.
    fn fresh_line(&mut self) {
        if !self.out.html().is_empty() && !self.out.html().ends_with('\n') {
            self.out.markup("\n");
        }
    }

    fn start_block(&mut self, open: &str, close: &'static str, range: &Range<usize>) {
        self.before_block(BlockKind::Other);
        self.out.end_block();
        if self.may_open(range) {
            self.out.markup(open);
            self.push(Frame::Block(close));
        } else {
            self.push(Frame::Bare);
        }
    }

    fn start_paragraph(&mut self, range: Range<usize>) {
        self.before_block(BlockKind::Other);
        if self.at_top() && self.start_prefix_part(&range) {
            self.push(Frame::Bare);
            return;
        }
        self.out.end_block();
        let start = self.out.position();
        self.out.markup("<p>");
        let content = self.out.position();
        self.push(Frame::Paragraph(Paragraph { start, content, last_line: LastLine::First }));
    }

    fn end_paragraph(&mut self, paragraph: Paragraph) {
        let end = self.out.position();
        self.out.markup(PARAGRAPH_END);
        self.out.end_block();
        if self.at_top() {
            if self.part.is_some() {
                self.add_part_paragraph(&paragraph, end);
            } else if self.first_paragraph.is_empty()
                && self.raw.iter().all(|raw| matches!(raw.element.name, "div" | "section"))
            {
                self.first_paragraph = self.out.copy_text(paragraph.content.text..end.text);
            }
        } else if let Some(open) = self.frames.last_mut()
            && let Frame::Quote(quote) = &mut open.frame
        {
            quote.last = Some(paragraph);
        }
    }

    fn start_heading(&mut self, level: u8, id: Option<String>, range: Range<usize>) {
        let level = (level + self.heading_shift).clamp(2, 6);
        self.before_block(BlockKind::Heading(level));
        self.out.end_block();
        let start = self.out.position();
        self.out.markup(heading_tag(level).0);
        let content = self.out.position();
        self.push(Frame::Heading(HeadingStart { start, content, level, id, range }));
    }

    fn end_heading(&mut self, heading: HeadingStart) {
        let mut heading = heading;
        let text = self.out.copy_text(heading.content.text..self.out.position().text);
        let id = self.heading_id(heading.id.take(), &text, &heading.range);
        if self.open_links == 0 {
            self.out.markup("<a class=\"heading-anchor\" href=\"#");
            self.out.slot(SlotKind::IdPrefix);
            self.out.attribute(&id);
            self.out.markup("\" aria-label=\"");
            self.out.slot(SlotKind::Text(InterfaceText::HeadingAnchor));
            self.out.markup("\"></a>");
        }
        self.out.markup(heading_tag(heading.level).1);
        self.out.end_block();
        let definition = if self.at_top() { self.part_of_heading(&text) } else { None };
        let class = if definition.is_some() { " class=\"part-title\"" } else { "" };
        let mut attributes = id_attribute(&id);
        attributes.html.push_str(class);
        self.out.insert(heading.start.html + 3, attributes);
        self.headings.push(Heading {
            level: heading.level,
            id: id.clone(),
            text: text.clone(),
            span: self.report.span(&heading.range),
        });
        if self.open_notes == 0 {
            self.heading_level = heading.level;
        }
        if let Some(definition) = definition {
            self.start_heading_part(definition, text, id, &heading);
        }
    }

    /// The id of a heading: the author's own where it can be one, else the slug of its text.
    fn heading_id(&mut self, explicit: Option<String>, text: &str, range: &Range<usize>) -> String {
        let Some(id) = explicit.filter(|id| ids::is_valid(id)) else {
            return self.ids.take_unique(&ids::slug(text));
        };
        if self.ids.take(&id) {
            return id;
        }
        self.report_duplicate_id(&id, range);
        self.ids.take_unique(&id)
    }

    pub(super) fn report_duplicate_id(&mut self, id: &str, range: &Range<usize>) {
        let end = super::render::first_line_end(self.source, range);
        self.report.at(
            Code::MarkdownDuplicateId,
            &(range.start..end),
            format!("the id `{id}` is taken by another element of this page"),
            "give one of the two another id; links to it lead to the first one",
        );
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range<usize>) {
        let Some(kind) = kind else {
            self.before_block(BlockKind::Other);
            self.out.end_block();
            if self.may_open(&range) {
                let start = self.out.position();
                self.out.markup("<blockquote>\n");
                self.push(Frame::Quote(QuoteStart { start, last: None }));
            } else {
                self.push(Frame::Bare);
            }
            return;
        };
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("alert-note", InterfaceText::AlertNote),
            BlockQuoteKind::Tip => ("alert-tip", InterfaceText::AlertTip),
            BlockQuoteKind::Important => ("alert-important", InterfaceText::AlertImportant),
            BlockQuoteKind::Warning => ("alert-warning", InterfaceText::AlertWarning),
            BlockQuoteKind::Caution => ("alert-caution", InterfaceText::AlertCaution),
        };
        self.start_block("<div class=\"alert ", "</div>\n", &range);
        if !matches!(self.frames.last().map(|open| &open.frame), Some(Frame::Bare)) {
            self.out.markup(class);
            self.out.markup("\" role=\"note\"><p class=\"alert-title\">");
            self.out.slot(SlotKind::Text(title));
            self.out.markup("</p>\n");
        }
    }

    fn start_code_block(&mut self, kind: &CodeBlockKind<'_>) {
        self.before_block(BlockKind::Other);
        self.out.end_block();
        self.out.markup("<pre tabindex=\"0\"><code");
        if let CodeBlockKind::Fenced(info) = kind
            && let Some(language) = language_of(info)
        {
            self.out.markup(" class=\"language-");
            self.out.attribute(&language);
            self.out.markup("\"");
        }
        self.out.markup(">");
        self.mode = Mode::Code;
    }

    pub(super) fn end_code_block(&mut self, range: Range<usize>) {
        self.mode = Mode::Normal;
        self.out.markup("</code></pre>\n");
        self.out.end_block();
        if self.at_top() {
            self.block_end = self.block_end.max(range.end);
            self.end_top_block(TagEnd::CodeBlock);
        }
    }

    fn start_list(&mut self, first: Option<u64>, range: &Range<usize>) {
        self.before_block(BlockKind::List);
        self.out.end_block();
        if !self.may_open(range) {
            self.push(Frame::Bare);
            return;
        }
        self.fresh_line();
        let in_part = self.at_top() && self.part.is_some();
        let class = if in_part && self.part_is_action_steps() { " class=\"steps\"" } else { "" };
        let close = match first {
            None => {
                self.out.markup("<ul");
                "</ul>\n"
            }
            Some(1) => {
                self.out.markup("<ol");
                "</ol>\n"
            }
            Some(number) => {
                self.out.markup(&format!("<ol start=\"{number}\""));
                "</ol>\n"
            }
        };
        self.out.markup(class);
        self.out.markup(">\n");
        self.push(Frame::List { close, in_part });
    }

    fn start_item(&mut self, range: &Range<usize>) {
        self.out.end_block();
        if !self.may_open(range) {
            self.push(Frame::Bare);
            return;
        }
        let in_part = matches!(self.frames.last().map(|open| &open.frame), Some(Frame::List { in_part: true, .. }));
        self.out.markup("<li");
        let attributes_at = self.out.position().html;
        self.out.markup(if is_task(self.source.get(range.clone()).unwrap_or("")) { " class=\"task\">" } else { ">" });
        let content = self.out.position();
        self.push(Frame::Item(ItemStart { attributes_at, content, in_part }));
    }

    fn end_item(&mut self, item: &ItemStart) {
        if item.in_part {
            self.add_part_item(item);
        }
        self.out.markup("</li>\n");
        self.out.end_block();
    }

    pub(super) fn task_marker(&mut self, checked: bool) {
        self.out.markup(if checked {
            "<input type=\"checkbox\" disabled checked> "
        } else {
            "<input type=\"checkbox\" disabled> "
        });
    }

    fn start_row(&mut self, head: bool) {
        let Some(table) = &mut self.table else { return self.push(Frame::Bare) };
        table.column = 0;
        table.in_head = head;
        let first_of_body = !head && !table.has_body;
        table.has_body |= !head;
        self.out.end_block();
        if head {
            self.out.markup("<thead>\n<tr>");
            self.push(Frame::Block("</tr>\n</thead>\n"));
        } else {
            self.out.markup(if first_of_body { "<tbody>\n<tr>" } else { "<tr>" });
            self.push(Frame::Block("</tr>\n"));
        }
    }

    fn start_cell(&mut self) {
        let Some(table) = &mut self.table else { return self.push(Frame::Bare) };
        let alignment = table.alignments.get(table.column).copied().unwrap_or(Alignment::None);
        table.column += 1;
        let head = table.in_head;
        self.out.markup(if head { "<th" } else { "<td" });
        self.out.markup(match alignment {
            Alignment::None => ">",
            Alignment::Left => " class=\"align-left\">",
            Alignment::Center => " class=\"align-center\">",
            Alignment::Right => " class=\"align-right\">",
        });
        self.push(Frame::Cell(if head { "</th>" } else { "</td>" }));
    }

    pub(super) fn rule(&mut self, range: Range<usize>) {
        self.before_block(BlockKind::Rule);
        self.out.markup("<hr>\n");
        self.out.end_block();
        if self.at_top() {
            self.block_end = self.block_end.max(range.end);
        }
    }
}

/// ` id="[IdPrefix]ID"`.
pub(super) fn id_attribute(id: &str) -> Fragment {
    let mut html = String::from(" id=\"");
    let slots = vec![Slot { at: 5, kind: SlotKind::IdPrefix }];
    super::output::escape_attribute(&mut html, id);
    html.push('"');
    Fragment { html, slots }
}

/// The tags of a heading.
pub(super) fn heading_tag(level: u8) -> (&'static str, &'static str) {
    match level {
        0..=2 => ("<h2>", "</h2>\n"),
        3 => ("<h3>", "</h3>\n"),
        4 => ("<h4>", "</h4>\n"),
        5 => ("<h5>", "</h5>\n"),
        _ => ("<h6>", "</h6>\n"),
    }
}

/// The first word of a code block's info string, where it can be the name of a language.
fn language_of(info: &str) -> Option<String> {
    let word = info.split([' ', '\t', ',', '{']).next()?;
    let valid = !word.is_empty()
        && word.len() <= 40
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'#' | b'.'));
    valid.then(|| word.to_ascii_lowercase())
}

/// Whether the source of a list item begins with a task marker.
fn is_task(source: &str) -> bool {
    let source = source.trim_start();
    let marker = source.trim_start_matches(|character: char| character.is_ascii_digit());
    let Some(rest) = marker.strip_prefix(['-', '+', '*', '.', ')']) else { return false };
    let rest = rest.trim_start_matches([' ', '\t']);
    let mut bytes = rest.bytes();
    bytes.next() == Some(b'[')
        && matches!(bytes.next(), Some(b' ' | b'\t' | b'x' | b'X'))
        && bytes.next() == Some(b']')
        && bytes.next().is_none_or(|byte| byte.is_ascii_whitespace())
}
