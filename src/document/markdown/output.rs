//! The growing result: HTML, slots and visible text side by side, with the few edits that need hindsight.
//!
//! Owns escaping and the invariant that slots ascend and stand at character boundaries. Must not know Markdown.
//!
//! Every edit behind the end (`insert`, `split_off`, `remove`) moves only what follows it, and the renderer only makes
//! one at the beginning of the element that it is closing. So the work stays in proportion to the text times the depth
//! of nesting, which is limited.

use std::ops::Range;

use super::text::{self, Collector};
use crate::document::{Fragment, Slot, SlotKind};

/// How a paragraph ends.
pub(super) const PARAGRAPH_END: &str = "</p>\n";

/// The mark of a footnote in the text: shown in the body, left out of fragments that stand elsewhere. Its HTML is
/// never empty, so that it is clear which slots stand before it and which behind it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Where its HTML is.
    pub(super) html: Range<usize>,
    /// Where its text is.
    pub(super) text: Range<usize>,
    /// Index of the note.
    pub(super) note: usize,
}

/// A place in an output. Several slots may stand at one offset, so the offset alone would not tell before which.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// Offset in the HTML.
    pub(super) html: usize,
    /// Number of slots before it.
    slots: usize,
    /// Offset in the text.
    pub(super) text: usize,
}

/// HTML, slots and text.
#[derive(Debug, Default)]
pub(super) struct Output {
    html: String,
    slots: Vec<Slot>,
    text: Collector,
    marks: Vec<Mark>,
}

impl Output {
    /// An empty output with room for the HTML of `length` bytes of Markdown.
    pub(super) fn with_capacity(length: usize) -> Self {
        Self {
            html: String::with_capacity(length + length / 2 + 64),
            slots: Vec::new(),
            text: Collector::with_capacity(length),
            marks: Vec::new(),
        }
    }

    /// The HTML so far.
    pub(super) fn html(&self) -> &str {
        &self.html
    }

    /// The text so far.
    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The HTML from a place on up to the first slot behind its beginning that shows something of its own or stands
    /// inside a text; tags that open there come along.
    pub(super) fn html_before_slots(&self, from: Position) -> &str {
        let html = &self.html[from.html..];
        let mut text_at = from.html;
        while self.html[text_at..].starts_with('<') {
            let Some(end) = self.html[text_at..].find('>') else { break };
            text_at += end + 1;
        }
        let blocks = |slot: &&Slot| slot.at as usize > text_at || matches!(slot.kind, SlotKind::LinkTitle(_));
        match self.slots.get(from.slots..).and_then(|slots| slots.iter().find(blocks)) {
            Some(slot) => &html[..slot.at as usize - from.html],
            None => html,
        }
    }

    /// The place where the next thing will stand.
    pub(super) fn position(&self) -> Position {
        Position { html: self.html.len(), slots: self.slots.len(), text: self.text.as_str().len() }
    }

    /// Writes markup.
    pub(super) fn markup(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    /// Writes visible text.
    pub(super) fn visible(&mut self, text: &str) {
        if text::is_plain(text) {
            self.html.push_str(text);
            self.text.push_plain(text);
        } else {
            escape_text(&mut self.html, text);
            self.text.push(text);
        }
    }

    /// Writes the value of an attribute, without its quotes.
    pub(super) fn attribute(&mut self, value: &str) {
        escape_attribute(&mut self.html, value);
    }

    /// Writes a fragment of markup.
    pub(super) fn append_fragment(&mut self, fragment: Fragment) {
        let base = self.html.len();
        self.html.push_str(&fragment.html);
        self.slots.extend(fragment.slots.into_iter().map(|slot| Slot { at: offset(slot.at as usize + base), ..slot }));
    }

    /// Writes a slot.
    pub(super) fn slot(&mut self, kind: SlotKind) {
        self.slots.push(Slot { at: offset(self.html.len()), kind });
    }

    /// Adds to the text what a slot will show.
    pub(super) fn text_of_slot(&mut self, text: &str) {
        self.text.push(text);
    }

    /// Ends a block of the text.
    pub(super) fn end_block(&mut self) {
        self.text.end_block();
    }

    /// Separates words of the text.
    pub(super) fn space(&mut self) {
        self.text.space();
    }

    /// Remembers that the output since `start` is the mark of a note.
    pub(super) fn mark(&mut self, start: Position, note: usize) {
        let end = self.position();
        self.marks.push(Mark { html: start.html..end.html, text: start.text..end.text, note });
    }

    /// Leaves a place for the mark of a note: the given markup, and one character of the text.
    pub(super) fn placeholder(&mut self, markup: &str, note: usize) {
        let html = self.html.len();
        self.html.push_str(markup);
        self.text.push_exact("\0");
        let text = self.text.as_str().len();
        self.marks.push(Mark { html: html..self.html.len(), text: text - 1..text, note });
    }

    /// The marks of notes, in order.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Inserts a fragment into a tag of the HTML.
    pub(super) fn insert(&mut self, at: usize, piece: Fragment) {
        self.insert_all(&[(at, piece)]);
    }

    /// Inserts fragments into tags of the HTML, given in ascending order of their places. Between a tag's brackets no
    /// slot stands at the place itself.
    pub(super) fn insert_all(&mut self, pieces: &[(usize, Fragment)]) {
        let Some(&(first, _)) = pieces.first() else { return };
        let tail = self.html.split_off(first);
        let old_slots = self.slots.split_off(self.slots.partition_point(|slot| (slot.at as usize) < first));
        let first_mark = self.marks.partition_point(|mark| mark.html.start < first);
        let mut old_slots = old_slots.into_iter().peekable();
        let mut marks = self.marks[first_mark..].iter_mut().peekable();
        let (mut copied, mut grown) = (first, 0);
        for (at, piece) in pieces {
            self.html.push_str(&tail[copied - first..at - first]);
            copied = *at;
            while let Some(slot) = old_slots.next_if(|slot| (slot.at as usize) < *at) {
                self.slots.push(Slot { at: offset(slot.at as usize + grown), kind: slot.kind });
            }
            while let Some(mark) = marks.next_if(|mark| mark.html.start < *at) {
                mark.html = mark.html.start + grown..mark.html.end + grown;
            }
            let base = self.html.len();
            self.slots.extend(piece.slots.iter().map(|slot| Slot { at: offset(slot.at as usize + base), ..*slot }));
            self.html.push_str(&piece.html);
            grown += piece.html.len();
        }
        self.html.push_str(&tail[copied - first..]);
        self.slots.extend(old_slots.map(|slot| Slot { at: offset(slot.at as usize + grown), ..slot }));
        for mark in marks {
            mark.html = mark.html.start + grown..mark.html.end + grown;
        }
    }

    /// Takes everything from `at` on away.
    pub(super) fn split_off(&mut self, at: Position) -> Self {
        let html = self.html.split_off(at.html);
        let mut slots = self.slots.split_off(at.slots.min(self.slots.len()));
        let mut marks = self.marks.split_off(self.marks.partition_point(|mark| mark.html.start < at.html));
        for slot in &mut slots {
            slot.at = offset(slot.at as usize - at.html);
        }
        for mark in &mut marks {
            mark.html = mark.html.start - at.html..mark.html.end - at.html;
            mark.text = mark.text.start.saturating_sub(at.text)..mark.text.end.saturating_sub(at.text);
        }
        Self { html, slots, text: self.text.split_off(at.text), marks }
    }

    /// Adds another output at the end; its text goes on in the current block.
    pub(super) fn append(&mut self, other: Self) {
        let base = self.html.len();
        let lead = text::leading_separators(other.text.as_str());
        let text_base = self.text.append(other.text);
        let shift = |at: usize| (at + text_base).saturating_sub(lead);
        self.html.push_str(&other.html);
        self.slots.extend(other.slots.into_iter().map(|slot| Slot { at: offset(slot.at as usize + base), ..slot }));
        self.marks.extend(other.marks.into_iter().map(|mark| Mark {
            html: mark.html.start + base..mark.html.end + base,
            text: shift(mark.text.start)..shift(mark.text.end),
            note: mark.note,
        }));
    }

    /// Removes a range that holds neither slot nor mark.
    pub(super) fn remove(&mut self, html: Range<usize>, text: Range<usize>) {
        self.html.replace_range(html.clone(), "");
        self.text.remove(text.clone());
        for slot in self.slots.iter_mut().filter(|slot| slot.at as usize >= html.end) {
            slot.at = offset(slot.at as usize - html.len());
        }
        for mark in self.marks.iter_mut().filter(|mark| mark.html.start >= html.end) {
            mark.html = mark.html.start - html.len()..mark.html.end - html.len();
            mark.text = mark.text.start.saturating_sub(text.len())..mark.text.end.saturating_sub(text.len());
        }
    }

    /// A copy of a range of the HTML, trimmed, without the marks of notes.
    pub(super) fn copy(&self, range: Range<usize>) -> Fragment {
        let mut fragment = Fragment::default();
        let (start, end) = self.trim(range);
        let mut from = start;
        let first = self.marks.partition_point(|mark| mark.html.start < start);
        for mark in self.marks[first..].iter().take_while(|mark| mark.html.end <= end) {
            self.copy_into(&mut fragment, from..mark.html.start);
            from = mark.html.end;
        }
        self.copy_into(&mut fragment, from..end);
        fragment
    }

    /// A range without the white space at its ends, but with every slot.
    fn trim(&self, range: Range<usize>) -> (usize, usize) {
        let text = &self.html[range.clone()];
        let (mut start, mut end) = (range.end - text.trim_start().len(), range.start + text.trim_end().len());
        let first = self.slots.partition_point(|slot| (slot.at as usize) < range.start);
        let after = self.slots.partition_point(|slot| slot.at as usize <= range.end);
        if let [first, .., last] | [first @ last] = &self.slots[first..after] {
            start = start.min(first.at as usize);
            end = end.max(last.at as usize);
        }
        (start.min(end), end)
    }

    /// Adds a range of the HTML to a fragment. A slot at its end belongs to it.
    fn copy_into(&self, fragment: &mut Fragment, range: Range<usize>) {
        let base = fragment.html.len();
        fragment.html.push_str(&self.html[range.clone()]);
        let first = self.slots.partition_point(|slot| (slot.at as usize) < range.start);
        let inside = self.slots[first..].iter().take_while(|slot| slot.at as usize <= range.end);
        fragment.slots.extend(inside.map(|slot| Slot { at: offset(slot.at as usize - range.start + base), ..*slot }));
    }

    /// The text of a range, trimmed, without the marks of notes.
    pub(super) fn copy_text(&self, range: Range<usize>) -> String {
        let mut copy = String::new();
        let mut from = range.start;
        let first = self.marks.partition_point(|mark| mark.text.start < range.start);
        for mark in self.marks[first..].iter().take_while(|mark| mark.text.end <= range.end) {
            copy.push_str(&self.text.as_str()[from..mark.text.start]);
            from = mark.text.end;
        }
        copy.push_str(&self.text.as_str()[from..range.end]);
        let trimmed = copy.trim();
        if trimmed.len() == copy.len() { copy } else { trimmed.to_owned() }
    }

    /// Adds a piece of this output, which ends at a mark or at the end, to another one, as it is.
    pub(super) fn copy_to(&self, target: &mut Self, html: Range<usize>, text: Range<usize>) {
        let base = target.html.len();
        target.html.push_str(&self.html[html.clone()]);
        let first = self.slots.partition_point(|slot| (slot.at as usize) < html.start);
        let inside = self.slots[first..].iter().take_while(|slot| slot.at as usize <= html.end);
        target.slots.extend(inside.map(|slot| Slot { at: offset(slot.at as usize - html.start + base), ..*slot }));
        target.text.push_exact(&self.text.as_str()[text]);
    }

    /// The finished fragment and text, in no more memory than they need: those of all documents are held together.
    pub(super) fn finish(mut self) -> (Fragment, String) {
        self.slots.shrink_to_fit();
        let text = self.text.finish();
        // A copy, since a block of memory that is only made shorter is seldom given back.
        (Fragment { html: self.html.as_str().to_owned(), slots: self.slots }, text.as_str().to_owned())
    }
}

/// An offset as slots store it. No text of 4 GiB is ever read.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Appends text in which markup would be recognised, so that it is not; NUL becomes U+FFFD.
fn escape_text(html: &mut String, text: &str) {
    escape(html, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        0 => Some(text::REPLACEMENT),
        _ => None,
    });
}

/// Appends the value of an attribute in double quotes.
pub(super) fn escape_attribute(html: &mut String, value: &str) {
    escape(html, value, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        0 => Some(text::REPLACEMENT),
        _ => None,
    });
}

#[inline]
fn escape(html: &mut String, text: &str, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(escaped) = replacement(byte) {
            html.push_str(&text[copied..at]);
            html.push_str(escaped);
            copied = at + 1;
        }
    }
    html.push_str(&text[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Output {
        let mut output = Output::default();
        output.markup("<p>");
        output.slot(SlotKind::LinkOpen(0));
        output.visible("a & b");
        output.slot(SlotKind::LinkClose(0));
        output.markup("</p>");
        output
    }

    #[test]
    fn insertions_move_what_follows() {
        let mut output = sample();
        let piece = Fragment { html: "<i>".into(), slots: vec![Slot { at: 1, kind: SlotKind::IdPrefix }] };
        output.insert_all(&[(0, piece.clone()), (3, piece)]);
        let (fragment, text) = output.finish();
        assert_eq!(fragment.html, "<i><p><i>a &amp; b</p>");
        assert_eq!(fragment.slots.iter().map(|slot| slot.at).collect::<Vec<_>>(), [1, 7, 9, 18]);
        assert_eq!(text, "a & b");
    }

    #[test]
    fn a_tail_can_be_taken_off_and_put_back() {
        let mut output = sample();
        let tail = output.split_off(Position { html: 4, slots: 1, text: 1 });
        assert_eq!(output.html(), "<p>a");
        output.append(tail);
        let (fragment, _) = output.finish();
        assert_eq!(fragment, sample().finish().0);
    }
}
