//! Raw HTML: tags are read with a WHATWG tokenizer and written anew from the allow-list, never copied.
//!
//! Elements are balanced inside the Markdown container they stand in. Comments are dropped without a word, since they
//! show nothing to readers either way and are where authors leave notes; everything else that is left out is reported.

use std::ops::Range;

use html5gum::{DefaultEmitter, EndTag, Error, HtmlString, StartTag, Token, Tokenizer};
use pulldown_cmark::TagEnd;

use super::allowed::{self, AttributeKind, Element};
use super::blocks::{BlockKind, id_attribute};
use super::ids;
use super::render::{Frame, Mode, RawClose, RawElement, Renderer, first_line_end};
use crate::document::{LinkKind, SlotKind};

const ALLOWED_HERE: &str = "write it in Markdown; the guide lists the HTML elements that may stand in a text";
const ALLOWED_ATTRIBUTES: &str = "look and behaviour come from the theme; take the attribute away";
const CLOSE_IT: &str = "every element ends in the paragraph, list item or quote in which it began";

/// How many removed elements are remembered until their closing tags.
const REMOVED_TAGS: usize = 64;

/// The HTML of a block, put together from lines, and where each piece stands in the source.
#[derive(Debug, Default)]
pub(super) struct RawSource {
    html: String,
    /// Offsets in `html` and in the source at which a piece begins, where it does not just go on.
    pieces: Vec<(usize, usize)>,
}

impl RawSource {
    pub(super) fn push(&mut self, html: &str, range: &Range<usize>) {
        if self.locate(self.html.len()) != Some(range.start) {
            self.pieces.push((self.html.len(), range.start));
        }
        match html.strip_suffix("\r\n") {
            Some(line) => {
                self.html.push_str(line);
                self.html.push('\n');
            }
            None => self.html.push_str(html),
        }
    }

    fn clear(&mut self) {
        self.html.clear();
        self.pieces.clear();
    }

    /// The offset in the source of an offset in the HTML.
    fn locate(&self, at: usize) -> Option<usize> {
        let index = self.pieces.partition_point(|&(start, _)| start <= at).checked_sub(1)?;
        self.pieces.get(index).map(|&(start, source)| source + (at - start))
    }
}

/// Whether a piece of inline HTML ends the element `name`, of which `nested` more are open.
pub(super) fn is_end_of(html: &str, name: &str, nested: &mut usize) -> bool {
    for token in tokens(html, false) {
        match token {
            Token::StartTag(tag) if *tag.name == name.as_bytes() => *nested += 1,
            Token::EndTag(tag) if *tag.name == name.as_bytes() => {
                if *nested == 0 {
                    return true;
                }
                *nested -= 1;
            }
            _ => {}
        }
    }
    false
}

fn tokens(html: &str, switch_states: bool) -> impl Iterator<Item = Token<usize>> + '_ {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(switch_states);
    Tokenizer::new_with_emitter(html, emitter).map(|token| match token {
        Ok(token) => token,
        Err(never) => match never {},
    })
}

/// A name or value as text; the tokenizer only ever cuts its input at ASCII characters.
fn to_text(value: &HtmlString) -> String {
    String::from_utf8_lossy(value).into_owned()
}

impl Renderer<'_> {
    pub(super) fn start_html_block(&mut self) {
        if self.at_top() {
            self.part_before_block(BlockKind::Other);
        } else if let Some(open) = self.frames.last_mut()
            && let Frame::Quote(quote) = &mut open.frame
        {
            quote.last = None;
        }
        self.mode = Mode::Html;
    }

    pub(super) fn end_html_block(&mut self, range: Range<usize>) {
        self.mode = Mode::Normal;
        let mut source = std::mem::take(&mut self.raw_source);
        let limit = self.source.len();
        let locate = |at: usize| source.locate(at).unwrap_or(range.start).min(limit);
        let mut dropped: Option<(String, usize)> = None;
        for token in tokens(&source.html, true) {
            let Some((name, nested)) = &mut dropped else {
                dropped = self.raw_token(token, &locate).map(|name| (name, 0));
                continue;
            };
            match token {
                Token::StartTag(tag) if *tag.name == name.as_bytes() && !tag.self_closing => *nested += 1,
                Token::EndTag(tag) if *tag.name == name.as_bytes() => {
                    if *nested == 0 {
                        dropped = None;
                    } else {
                        *nested -= 1;
                    }
                }
                _ => {}
            }
        }
        source.clear();
        self.raw_source = source;
        if self.at_top() {
            self.block_end = self.block_end.max(range.end);
            self.end_top_block(TagEnd::HtmlBlock);
        }
    }

    pub(super) fn inline_html(&mut self, html: &str, range: Range<usize>) {
        if range.end <= self.skip_until {
            return;
        }
        let verbatim = html.len() == range.len();
        let locate = |at: usize| if verbatim { range.start + at.min(range.len()) } else { range.start };
        for token in tokens(html, false) {
            if let Some(name) = self.raw_token(token, &locate) {
                self.mode = Mode::Drop { depth: 0, name, nested: 0 };
            }
        }
    }

    /// Writes a token if it may stand here; returns the name of an element whose content is to be dropped.
    fn raw_token(&mut self, token: Token<usize>, locate: &dyn Fn(usize) -> usize) -> Option<String> {
        match token {
            Token::String(text) => {
                self.out.visible(&to_text(&text.value));
                None
            }
            Token::StartTag(tag) => self.raw_start(tag, locate),
            Token::EndTag(tag) => {
                self.raw_end(&tag, locate(tag.span.start)..locate(tag.span.end));
                None
            }
            Token::Comment(comment) => {
                let range = self.whole_characters(locate(comment.span.start)..locate(comment.span.end));
                if !self.source[range.start..].starts_with("<!--") {
                    self.report.removed(range, "this instruction was left out".to_owned(), ALLOWED_HERE);
                }
                None
            }
            Token::Doctype(doctype) => {
                let range = self.whole_characters(locate(doctype.span.start)..locate(doctype.span.end));
                self.report.removed(range, "the document type was left out".to_owned(), ALLOWED_HERE);
                None
            }
            Token::Error(error) => {
                let (what, begin) = match error.value {
                    Error::EofInTag | Error::EofInDoctype => ("a tag without `>` was left out", "<"),
                    Error::EofInComment => ("a comment without `-->` was left out with all that follows", "<!--"),
                    Error::DuplicateAttribute => ("an attribute that stands twice in its tag was left out", ""),
                    _ => return None,
                };
                let range = self.whole_characters(locate(error.span.start)..locate(error.span.end));
                let start = self.source[..range.start].rfind(begin).unwrap_or(range.start);
                let end = first_line_end(self.source, &(start..range.end));
                self.report.removed(start..end, what.to_owned(), ALLOWED_HERE);
                None
            }
        }
    }

    /// A range of the source that begins and ends at characters.
    fn whole_characters(&self, range: Range<usize>) -> Range<usize> {
        let floor = |mut at: usize| {
            while !self.source.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(range.start.min(self.source.len()));
        start..floor(range.end.min(self.source.len())).max(start)
    }

    fn raw_start(&mut self, tag: StartTag<usize>, locate: &dyn Fn(usize) -> usize) -> Option<String> {
        let name = to_text(&tag.name);
        let range = self.whole_characters(locate(tag.span.start)..locate(tag.span.end));
        let Some(element) = allowed::element(&name) else {
            return self.remove_element(name, tag.self_closing, range);
        };
        if let Some(reason) = self.misplaced(element) {
            self.report.removed(range, format!("the tag `<{name}>` was left out: {reason}"), ALLOWED_HERE);
            self.remember_removed(name, element.void || tag.self_closing);
            return None;
        }
        if element.block {
            self.before_raw_block(element);
        }
        if !element.void && !self.may_open(&range) {
            self.remember_removed(name, tag.self_closing);
            return None;
        }
        let close = match element.name {
            "a" => self.raw_link(element, &tag, &range, locate),
            "img" => {
                self.raw_image(element, &tag, &range, locate);
                return None;
            }
            _ => {
                self.out.markup("<");
                self.out.markup(element.name);
                self.raw_attributes(element, &tag, locate, &[]);
                self.out.markup(">");
                RawClose::Tag
            }
        };
        if element.name == "br" {
            self.out.space();
        } else if !element.void {
            self.raw.push(RawElement { element, close, range });
            if tag.self_closing {
                self.close_raw_to(self.raw.len() - 1, false);
            }
        }
        None
    }

    /// Leaves an element out that may not stand in a text; returns its name if its content goes with it.
    fn remove_element(&mut self, name: String, self_closing: bool, range: Range<usize>) -> Option<String> {
        let void = self_closing || !allowed::has_end(&name);
        if allowed::loses_content(&name) && !void {
            self.report.removed(range, format!("`<{name}>` and what stands in it were left out"), ALLOWED_HERE);
            return Some(name);
        }
        self.report.removed(range, format!("the tag `<{name}>` was left out"), ALLOWED_HERE);
        self.remember_removed(name, void);
        None
    }

    fn remember_removed(&mut self, name: String, void: bool) {
        if !void && self.removed_tags.len() < REMOVED_TAGS {
            self.removed_tags.push(name);
        }
    }

    /// Why an element may not stand here, if so.
    fn misplaced(&self, element: &Element) -> Option<&'static str> {
        if element.block && self.in_paragraph() {
            return Some("it makes a block and stands inside a paragraph");
        }
        if element.name == "a" && self.open_links > 0 {
            return Some("it stands inside another link");
        }
        if element.parents.is_empty() {
            return None;
        }
        let base = self.raw_base();
        let (ended, _) = allowed::ended_by(element.name);
        let mut parents = self.raw[base..].iter().rev().map(|raw| raw.element.name);
        let parent = parents.find(|name| !(ended.contains(name) || *name == "p" || implied_inside(element.name, name)));
        if parent.is_some_and(|parent| element.parents.contains(&parent)) {
            return None;
        }
        Some("the element around it is missing")
    }

    /// Whether text that is being written stands in a paragraph, a heading or an inline element.
    fn in_paragraph(&self) -> bool {
        let mut frames = self.frames.iter().rev().map(|open| &open.frame);
        !matches!(
            frames.find(|frame| !matches!(frame, Frame::Bare)),
            None | Some(
                Frame::Block(_)
                    | Frame::Quote(_)
                    | Frame::List { .. }
                    | Frame::Item(_)
                    | Frame::Cell(_)
                    | Frame::Note { .. }
            )
        )
    }

    /// What a raw element that makes a block does before it begins.
    fn before_raw_block(&mut self, element: &Element) {
        self.end_raw_paragraph();
        let (ended, stops) = allowed::ended_by(element.name);
        let base = self.raw_base();
        let open = self.raw[base..]
            .iter()
            .rposition(|raw| ended.contains(&raw.element.name) || stops.contains(&raw.element.name));
        if let Some(at) = open.map(|at| base + at) {
            if ended.contains(&self.raw[at].element.name) {
                self.close_raw_to(at, true);
            } else if self.raw[at + 1..].iter().all(|raw| implied_inside(element.name, raw.element.name)) {
                self.close_raw_to(at + 1, true);
            }
        }
        if matches!(element.name, "td" | "th") {
            self.out.space();
        } else {
            self.out.end_block();
        }
    }

    /// Ends a raw `<p>`: blocks do, as in browsers.
    pub(super) fn end_raw_paragraph(&mut self) {
        let base = self.raw_base();
        let Some(open) = self.raw.get(base..) else { return };
        if let Some(at) = open.iter().rposition(|raw| raw.element.name == "p") {
            self.close_raw_to(base + at, true);
        }
    }

    fn raw_end(&mut self, tag: &EndTag<usize>, range: Range<usize>) {
        let name = to_text(&tag.name);
        let base = self.raw_base();
        let found = self.raw[base..].iter().rposition(|raw| raw.element.name == name).map(|at| base + at);
        let Some(at) = found else {
            if let Some(at) = self.removed_tags.iter().rposition(|removed| *removed == name) {
                self.removed_tags.remove(at);
            } else {
                let range = self.whole_characters(range);
                self.report.removed(
                    range,
                    format!("the closing tag `</{name}>` was left out: nothing is open"),
                    CLOSE_IT,
                );
            }
            return;
        };
        if self.at_top() && self.part.as_ref().is_some_and(|part| at < part.raw_base) {
            self.finish_part();
        }
        self.close_raw_to(at + 1, true);
        self.close_raw_to(at, false);
    }

    /// Closes raw elements until `length` of them are open. With `report`, those are reported whose closing tag is
    /// missing and may not be.
    pub(super) fn close_raw_to(&mut self, length: usize, report: bool) {
        while self.raw.len() > length {
            let Some(raw) = self.raw.pop() else { return };
            match raw.close {
                RawClose::Tag => {
                    self.out.markup("</");
                    self.out.markup(raw.element.name);
                    self.out.markup(">");
                }
                RawClose::Link { index, span } => {
                    if span {
                        self.out.markup("</span>");
                    }
                    self.out.slot(SlotKind::LinkClose(index));
                    self.open_links -= 1;
                }
                RawClose::Nothing => {}
            }
            if matches!(raw.element.name, "td" | "th") {
                self.out.space();
            } else if raw.element.block {
                self.out.end_block();
            }
            if report && !raw.element.optional_end && raw.close != RawClose::Nothing {
                let name = raw.element.name;
                self.report.removed(
                    raw.range,
                    format!("the tag `<{name}>` is not closed where it has to be"),
                    CLOSE_IT,
                );
            }
        }
    }

    fn raw_link(
        &mut self,
        element: &Element,
        tag: &StartTag<usize>,
        range: &Range<usize>,
        locate: &dyn Fn(usize) -> usize,
    ) -> RawClose {
        let Some(href) = tag.attributes.get(b"href".as_slice()) else {
            self.out.markup("<a");
            self.raw_attributes(element, tag, locate, &[]);
            self.out.markup(">");
            return RawClose::Tag;
        };
        let title = tag.attributes.get(b"title".as_slice()).map(|title| to_text(&title.value)).unwrap_or_default();
        let Some(index) = self.accept(LinkKind::Inline, &to_text(&href.value), &title, range.clone()) else {
            return RawClose::Nothing;
        };
        self.out.slot(SlotKind::LinkOpen(index));
        self.open_links += 1;
        // What the slot cannot carry stands on an element inside the link.
        let span = tag.attributes.keys().any(|name| !matches!(name.as_slice(), b"href" | b"title"));
        if span {
            self.out.markup("<span");
            self.raw_attributes(element, tag, locate, &["href", "title"]);
            self.out.markup(">");
        }
        RawClose::Link { index, span }
    }

    fn raw_image(
        &mut self,
        element: &Element,
        tag: &StartTag<usize>,
        range: &Range<usize>,
        locate: &dyn Fn(usize) -> usize,
    ) {
        let alt = tag.attributes.get(b"alt".as_slice()).map(|alt| to_text(&alt.value)).unwrap_or_default();
        let Some(src) = tag.attributes.get(b"src".as_slice()) else {
            self.report.removed(
                range.clone(),
                "the tag `<img>` was left out: it names no picture".to_owned(),
                ALLOWED_HERE,
            );
            return;
        };
        let Some(index) = self.accept(LinkKind::Image, &to_text(&src.value), "", range.clone()) else {
            self.out.visible(&alt);
            return;
        };
        self.out.markup("<img src=\"");
        self.out.slot(SlotKind::ImageSource(index));
        self.out.markup("\" alt=\"");
        self.out.attribute(&alt);
        self.out.markup("\"");
        self.raw_attributes(element, tag, locate, &["src", "alt"]);
        self.out.markup(" loading=\"lazy\" decoding=\"async\">");
    }

    /// Writes the attributes that an element may have; the others are reported.
    fn raw_attributes(
        &mut self,
        element: &Element,
        tag: &StartTag<usize>,
        locate: &dyn Fn(usize) -> usize,
        except: &[&str],
    ) {
        for (name, value) in &tag.attributes {
            let name = to_text(name);
            if except.contains(&name.as_str()) {
                continue;
            }
            // The tokenizer counts the character behind an unquoted value in.
            let range = self.whole_characters(locate(value.span.start)..locate(value.span.end));
            let length = self.source[range.clone()].trim_end_matches(|c: char| c == '>' || c.is_whitespace()).len();
            let range = range.start..range.start + length;
            let value = to_text(&value.value);
            let kind = allowed::attribute(element, &name);
            if kind == Some(AttributeKind::Id) && ids::is_valid(&value) {
                if self.ids.take(&value) {
                    self.out.append_fragment(id_attribute(&value));
                } else {
                    self.report_duplicate_id(&value, &range);
                }
            } else if let Some(accepted) = kind.and_then(|kind| allowed::accepted_value(kind, &value)) {
                self.out.markup(" ");
                self.out.markup(&name);
                if kind != Some(AttributeKind::Flag) {
                    self.out.markup("=\"");
                    self.out.attribute(accepted);
                    self.out.markup("\"");
                }
            } else {
                let tag = element.name;
                self.report.removed(
                    range,
                    format!("the attribute `{name}` of `<{tag}>` was left out"),
                    ALLOWED_ATTRIBUTES,
                );
            }
        }
    }
}

/// Whether an open element is ended by a new one together with those inside it: a cell by a row, a row by a group.
fn implied_inside(new: &str, open: &str) -> bool {
    match new {
        "tr" => matches!(open, "td" | "th"),
        "tbody" | "tfoot" | "thead" => matches!(open, "td" | "th" | "tr"),
        _ => false,
    }
}
