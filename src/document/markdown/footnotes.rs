//! Footnotes: numbered in the order of their first marks, shown at the end of the body.
//!
//! A definition may stand before the first mark, so definitions are rendered apart; marks inside them are placeholders
//! until the end, when the order is known.

use std::collections::BTreeMap;
use std::ops::Range;

use super::output::{Output, PARAGRAPH_END};
use super::render::{Frame, Renderer};
use super::text::shorten;
use crate::diagnostic::Code;
use crate::document::{Fragment, InterfaceText, Slot, SlotKind};

/// Stands for a mark inside a note until its number is known. No HTML holds a NUL otherwise.
const PLACEHOLDER: &str = "\0";
/// See [`PLACEHOLDER`]; inside a link, where the mark cannot be one.
const PLACEHOLDER_IN_LINK: &str = "\0\0";

/// A note and its marks.
#[derive(Debug)]
struct Note {
    number: usize,
    marks: usize,
    is_defined: bool,
    definition: Option<Output>,
}

/// The notes of a document.
#[derive(Debug, Default)]
pub(super) struct Notes {
    notes: Vec<Note>,
    by_label: BTreeMap<String, usize>,
    /// Indices in the order of their numbers.
    order: Vec<usize>,
    /// Definitions in the order of the source, with their labels and places.
    defined: Vec<(usize, String, Range<usize>)>,
}

impl Notes {
    fn index_of(&mut self, label: &str) -> usize {
        if let Some(&index) = self.by_label.get(&label.to_lowercase()) {
            return index;
        }
        let index = self.add();
        self.by_label.insert(label.to_lowercase(), index);
        index
    }

    fn add(&mut self) -> usize {
        self.notes.push(Note { number: 0, marks: 0, is_defined: false, definition: None });
        self.notes.len() - 1
    }

    /// Gives a note the next number if it has none.
    fn number(&mut self, index: usize) -> usize {
        let note = &mut self.notes[index];
        if note.number == 0 {
            self.order.push(index);
            note.number = self.order.len();
        }
        note.number
    }

    /// Counts a mark; returns the note's number and how many marks it has now.
    fn count(&mut self, index: usize) -> (usize, usize) {
        let number = self.number(index);
        let note = &mut self.notes[index];
        note.marks += 1;
        (number, note.marks)
    }
}

impl Renderer<'_> {
    pub(super) fn start_note(&mut self, label: &str, range: &Range<usize>) {
        let mut index = self.notes.index_of(label);
        if self.notes.notes[index].is_defined {
            index = self.notes.add();
        }
        self.notes.notes[index].is_defined = true;
        let end = super::render::first_line_end(self.source, range);
        self.notes.defined.push((index, label.to_owned(), range.start..end.min(range.start + label.len() + 4)));
        let outer = Box::new(std::mem::take(&mut self.out));
        self.open_notes += 1;
        self.push(Frame::Note { index, outer });
    }

    pub(super) fn end_note(&mut self, index: usize, outer: Output) {
        self.open_notes -= 1;
        let definition = std::mem::replace(&mut self.out, outer);
        self.notes.notes[index].definition = Some(definition);
    }

    pub(super) fn footnote_reference(&mut self, label: &str, range: Range<usize>) {
        if range.end <= self.skip_until {
            return;
        }
        let index = self.notes.index_of(label);
        if self.open_notes > 0 {
            self.out.placeholder(if self.open_links == 0 { PLACEHOLDER } else { PLACEHOLDER_IN_LINK }, index);
        } else {
            write_mark(&mut self.out, &mut self.notes, index, self.open_links == 0);
        }
    }

    /// Writes the notes. Those without a mark come last: nothing that an author wrote vanishes.
    pub(super) fn write_notes(&mut self) {
        let mut contents = self.filled_definitions(Vec::new());
        for (index, label, range) in std::mem::take(&mut self.notes.defined) {
            if self.notes.notes[index].number > 0 {
                continue;
            }
            let shown = shorten(&label, 60);
            self.report.at(
                Code::MarkdownFootnoteUnused,
                &range,
                format!("no mark in the text leads to this note `{shown}`"),
                &format!("write `[^{shown}]` where it belongs, and give every note a name of its own"),
            );
            self.notes.number(index);
            contents = self.filled_definitions(contents);
        }
        if contents.is_empty() {
            return;
        }
        let title = self.ids.take_unique("footnotes");
        self.out.markup("<section class=\"footnotes\" role=\"doc-endnotes\">\n<h2 id=\"");
        self.out.slot(SlotKind::IdPrefix);
        self.out.attribute(&title);
        self.out.markup("\" class=\"footnotes-title\">");
        self.out.slot(SlotKind::Text(InterfaceText::Footnotes));
        self.out.markup("</h2>\n<ol>\n");
        for (number, mut content) in (1..).zip(contents) {
            let marks = self.notes.notes[self.notes.order[number - 1]].marks;
            let closing = if content.html().ends_with(PARAGRAPH_END) { PARAGRAPH_END } else { "" };
            let length = content.html().len();
            content.remove(length - closing.len()..length, 0..0);
            content.append_fragment(ways_back(number, marks));
            content.markup(closing);
            self.out.end_block();
            self.out.markup("<li id=\"");
            self.out.slot(SlotKind::IdPrefix);
            self.out.markup(&format!("fn:{number}\">\n"));
            self.out.append(content);
            self.out.markup("</li>\n");
            self.ids.take_own(&format!("fn:{number}"));
            (1..=marks).for_each(|mark| self.ids.take_own(&mark_id(number, mark)));
        }
        self.out.end_block();
        self.out.markup("</ol>\n</section>\n");
    }

    /// Continues the definitions in the order of their numbers, marks filled in; those marks may bring further notes.
    fn filled_definitions(&mut self, mut contents: Vec<Output>) -> Vec<Output> {
        while let Some(&index) = self.notes.order.get(contents.len()) {
            let definition = self.notes.notes[index].definition.take().unwrap_or_default();
            let mut content = Output::default();
            let (mut html, mut text) = (0, 0);
            for mark in definition.marks() {
                definition.copy_to(&mut content, html..mark.html.start, text..mark.text.start);
                write_mark(&mut content, &mut self.notes, mark.note, mark.html.len() == PLACEHOLDER.len());
                (html, text) = (mark.html.end, mark.text.end);
            }
            definition.copy_to(&mut content, html..definition.html().len(), text..definition.text().len());
            contents.push(content);
        }
        contents
    }
}

/// Writes a mark, `[1]`: in brackets, so that it never runs into the word before it.
fn write_mark(out: &mut Output, notes: &mut Notes, index: usize, as_link: bool) {
    let (number, mark) = notes.count(index);
    let start = out.position();
    out.markup("<sup class=\"footnote-ref\"");
    if as_link {
        out.markup("><a href=\"#");
        out.slot(SlotKind::IdPrefix);
        out.markup(&format!("fn:{number}\" id=\""));
    } else {
        out.markup(" id=\"");
    }
    out.slot(SlotKind::IdPrefix);
    out.markup(&mark_id(number, mark));
    out.markup(if as_link { "\" role=\"doc-noteref\">" } else { "\">" });
    out.visible(&format!("[{number}]"));
    out.markup(if as_link { "</a></sup>" } else { "</sup>" });
    out.mark(start, index);
}

/// The id of a mark: the first one has no number of its own.
fn mark_id(number: usize, mark: usize) -> String {
    if mark == 1 { format!("fnref:{number}") } else { format!("fnref:{number}-{mark}") }
}

/// The links from a note back to its marks. The arrow is no text of the document.
fn ways_back(number: usize, marks: usize) -> Fragment {
    let mut fragment = Fragment::default();
    let slot = |fragment: &mut Fragment, kind| {
        fragment.slots.push(Slot { at: u32::try_from(fragment.html.len()).unwrap_or(u32::MAX), kind });
    };
    for mark in 1..=marks {
        fragment.html.push_str(" <a class=\"footnote-back\" href=\"#");
        slot(&mut fragment, SlotKind::IdPrefix);
        fragment.html.push_str(&mark_id(number, mark));
        fragment.html.push_str("\" role=\"doc-backlink\" aria-label=\"");
        slot(&mut fragment, SlotKind::Text(InterfaceText::FootnoteBack));
        fragment.html.push_str("\">↩</a>");
    }
    fragment
}
