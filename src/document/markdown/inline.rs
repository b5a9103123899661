//! Text, breaks, links and pictures.
//!
//! Must not know whether a target exists; only schemes are judged here.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType};

use super::render::{AltText, Frame, LastLine, Mode, Renderer};
use super::target::{self, Target};
use super::text::{self, shorten};
use crate::diagnostic::Code;
use crate::document::{Link, LinkKind, SlotKind};

const ALLOWED_ADDRESSES: &str =
    "write an address that begins with `https://`, `http://`, `mailto:` or `tel:`, or the path of a file of this site";
const COPY_THE_PICTURE: &str = "copy the picture into the folder of this file and write its name here";

impl<'a> Renderer<'a> {
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        if range.start < self.skip_until {
            if range.end <= self.skip_until {
                return;
            }
            // A text that is not the source itself (a character reference) is one piece: it is content.
            let cut = if text.len() == range.len() { self.skip_until - range.start } else { 0 };
            return self.out.visible(text.get(cut..).unwrap_or(text));
        }
        if text.ends_with('[') {
            self.check_footnote_mark(&range);
        }
        self.out.visible(text);
    }

    pub(super) fn code(&mut self, code: &str, range: Range<usize>) {
        if range.end <= self.skip_until {
            return;
        }
        self.out.markup("<code>");
        self.out.visible(code);
        self.out.markup("</code>");
    }

    pub(super) fn line_break(&mut self, markup: &'static str, range: Range<usize>) {
        if range.end <= self.skip_until {
            return;
        }
        let before_break = self.out.position();
        self.out.markup(markup);
        self.out.space();
        let start = self.out.position();
        let plain = self.raw.len() == self.raw_base();
        match self.frames.last_mut() {
            Some(open) if plain => {
                if let Frame::Paragraph(paragraph) = &mut open.frame {
                    paragraph.last_line = LastLine::After { before_break, start };
                } else {
                    self.last_line_is_inside();
                }
            }
            _ => self.last_line_is_inside(),
        }
    }

    /// The last line of the paragraph that is open begins inside an inline element.
    fn last_line_is_inside(&mut self) {
        for open in self.frames.iter_mut().rev() {
            match &mut open.frame {
                Frame::Paragraph(paragraph) => {
                    paragraph.last_line = LastLine::Inside;
                    return;
                }
                Frame::Inline(_) | Frame::Link(_) | Frame::Bare => {}
                _ => return,
            }
        }
    }

    pub(super) fn start_inline(&mut self, open: &str, close: &'static str, range: &Range<usize>) {
        if range.end <= self.skip_until || !self.may_open(range) {
            self.push(Frame::Bare);
        } else {
            self.out.markup(open);
            self.push(Frame::Inline(close));
        }
    }

    pub(super) fn start_link(&mut self, kind: LinkType, target: &CowStr<'a>, title: &str, range: Range<usize>) {
        let place = self.target_range(target, &range);
        let (kind, target, own_text) = match kind {
            LinkType::WikiLink { has_pothole } => {
                let own_text = has_pothole && !self.source.get(range.clone()).unwrap_or("").ends_with("|]]");
                (LinkKind::Wiki, self.wiki_target(target), own_text)
            }
            LinkType::Email => (LinkKind::Autolink, Cow::Owned(format!("mailto:{target}")), true),
            LinkType::Autolink => (LinkKind::Autolink, Cow::Borrowed(&**target), true),
            _ => (LinkKind::Inline, Cow::Borrowed(&**target), true),
        };
        let index = if self.open_links > 0 {
            self.report_nested_link(&target, place);
            None
        } else {
            self.accept(kind, &target, title, place)
        };
        if let Some(index) = index {
            self.out.slot(SlotKind::LinkOpen(index));
            self.open_links += 1;
        }
        if !own_text {
            match index {
                Some(index) => {
                    self.out.slot(SlotKind::LinkTitle(index));
                    let name = self.links.get(index as usize).map_or("", |link| &link.target);
                    self.out.text_of_slot(name);
                }
                None => self.out.visible(&target),
            }
            self.mode = Mode::Skip { depth: 0 };
        }
        self.push(Frame::Link(index));
    }

    pub(super) fn end_link(&mut self, index: Option<u32>) {
        if let Some(index) = index {
            self.open_links -= 1;
            self.out.slot(SlotKind::LinkClose(index));
        }
    }

    pub(super) fn report_nested_link(&mut self, target: &str, place: Range<usize>) {
        self.report.at(
            Code::MarkdownRawHtmlRemoved,
            &place,
            format!("the link to `{}` stands inside another link and was left out", shorten(target, 80)),
            "end the outer link before this one begins",
        );
    }

    /// The name in `[[name]]`; in a table the `|` behind it is written `\|`.
    fn wiki_target<'t>(&self, target: &'t CowStr<'a>) -> Cow<'t, str> {
        let name = if self.table.is_some() { target.strip_suffix('\\').unwrap_or(target) } else { &**target };
        if name.contains(['\n', '\r', '\t']) {
            return Cow::Owned(name.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        Cow::Borrowed(name.trim())
    }

    /// Where a target stands, if it stands in the source as it is; else the whole link.
    fn target_range(&self, target: &CowStr<'a>, range: &Range<usize>) -> Range<usize> {
        if let CowStr::Borrowed(target) = target {
            let target = target.trim();
            let start = (target.as_ptr() as usize).wrapping_sub(self.source.as_ptr() as usize);
            let end = start.wrapping_add(target.len());
            if start <= end && end <= self.source.len() && !target.is_empty() {
                return start..end;
            }
        }
        range.clone()
    }

    /// Takes a link or picture into the list, or reports why it cannot be one.
    pub(super) fn accept(&mut self, kind: LinkKind, target: &str, title: &str, place: Range<usize>) -> Option<u32> {
        let target =
            if target.contains('\0') { target.replace('\0', text::REPLACEMENT).into() } else { Cow::from(target) };
        let cleaned = target::cleaned(&target);
        let class = target::classify(&cleaned);
        let allowed = match (kind, class) {
            (LinkKind::Wiki, Target::Scheme(scheme)) => !target::is_active(scheme),
            (LinkKind::Wiki, _) | (_, Target::Relative) => true,
            (LinkKind::Image, _) => false,
            (_, Target::Web | Target::Contact) => true,
            (_, Target::SchemeRelative | Target::Scheme(_)) => false,
        };
        if !allowed {
            self.report_target(kind, &cleaned, class, place);
            return None;
        }
        let index = u32::try_from(self.links.len()).ok()?;
        self.links.push(Link {
            kind,
            target: cleaned.into_owned(),
            title: title.replace('\0', text::REPLACEMENT),
            span: self.report.span(&place),
        });
        Some(index)
    }

    fn report_target(&mut self, kind: LinkKind, target: &str, class: Target<'_>, place: Range<usize>) {
        let shown = shorten(target, 80);
        let whole = self.source.get(place.clone()) == Some(target);
        match (kind, class) {
            (LinkKind::Image, Target::Web | Target::SchemeRelative) => self.report.at(
                Code::LinkForeignImage,
                &place,
                format!("the picture `{shown}` lies on another host, and pages load nothing from other hosts"),
                COPY_THE_PICTURE,
            ),
            (LinkKind::Image, Target::Scheme(scheme)) => self.report.at(
                Code::LinkUnsafeScheme,
                &place,
                format!("the picture `{shown}` has the scheme `{scheme}`, which is not allowed"),
                COPY_THE_PICTURE,
            ),
            (LinkKind::Image, _) => self.report.at(
                Code::LinkUnsafeScheme,
                &place,
                format!("`{shown}` is not the address of a picture"),
                COPY_THE_PICTURE,
            ),
            (_, Target::Scheme(scheme)) => self.report.at(
                Code::LinkUnsafeScheme,
                &place,
                format!("the link to `{shown}` has the scheme `{scheme}`, which is not allowed"),
                ALLOWED_ADDRESSES,
            ),
            _ => self.report.with(
                Code::LinkUnsafeScheme,
                &place,
                format!("the link to `{shown}` leads to another host, but does not say how to reach it"),
                |diagnostic| {
                    let diagnostic = diagnostic.hint("write `https://` in front of the host");
                    let host = target.trim_start_matches(['/', '\\']);
                    if whole { diagnostic.fix(format!("https://{host}")) } else { diagnostic }
                },
            ),
        }
    }

    pub(super) fn start_image(&mut self, kind: LinkType, target: &CowStr<'a>, title: &str, range: Range<usize>) {
        let place = self.target_range(target, &range);
        let (target, own_text) = match kind {
            LinkType::WikiLink { has_pothole } => (self.wiki_target(target), has_pothole),
            _ => (Cow::Borrowed(&**target), true),
        };
        let accepted = self.accept(LinkKind::Image, &target, title, place);
        if let Some(index) = accepted {
            self.out.markup("<img src=\"");
            self.out.slot(SlotKind::ImageSource(index));
            self.out.markup("\" alt=\"");
        }
        let text = match (accepted, own_text) {
            (None, _) => AltText::Visible,
            (Some(_), true) => AltText::Attribute,
            // `![[picture.png]]` has no description; the name of a file is none.
            (Some(_), false) => AltText::Ignored,
        };
        self.mode = Mode::Alt { depth: 0, title: title.to_owned(), text };
    }

    /// Writes a piece of a picture's description.
    pub(super) fn alt_text(&mut self, event: &Event<'a>, place: AltText) {
        let text: &str = match event {
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => text,
            Event::SoftBreak | Event::HardBreak => " ",
            _ => return,
        };
        match place {
            AltText::Attribute => self.out.attribute(text),
            AltText::Visible => self.out.visible(text),
            AltText::Ignored => {}
        }
    }

    pub(super) fn end_image(&mut self) {
        if let Mode::Alt { title, text: AltText::Attribute | AltText::Ignored, .. } = std::mem::take(&mut self.mode) {
            if !title.is_empty() {
                self.out.markup("\" title=\"");
                self.out.attribute(&title);
            }
            self.out.markup("\" loading=\"lazy\" decoding=\"async\">");
        }
    }

    /// Reports `[^label]` where no such note is defined: CommonMark shows it as text.
    fn check_footnote_mark(&mut self, range: &Range<usize>) {
        let Some(rest) = self.source.get(range.end..) else { return };
        let Some(rest) = rest.strip_prefix('^') else { return };
        let Some(end) = rest.find([']', '[', '\n', '\r']) else { return };
        let label = &rest[..end];
        if label.trim().is_empty() || !rest[end..].starts_with(']') {
            return;
        }
        self.report.at(
            Code::MarkdownFootnoteUndefined,
            &(range.end - 1..range.end + 1 + end + 1),
            format!("the footnote `{}` has no note", shorten(label, 60)),
            &format!(
                "write the note on a line of its own, with an empty line before it: `[^{}]: …`",
                shorten(label, 60)
            ),
        );
    }
}
