//! The visible text: blocks on lines of their own, white space inside a block collapsed, nothing else changed.
//!
//! Also counts words. Must not know HTML or Markdown.

use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

use crate::runs::{Run, Runs};

/// What stands for a NUL character.
pub(super) const REPLACEMENT: &str = "\u{FFFD}";

/// What separates the next word from the text before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Block,
}

/// Text that grows, with a separator that is written only when something follows.
#[derive(Debug, Default)]
pub(super) struct Collector {
    text: String,
    gap: Gap,
}

impl Collector {
    pub(super) fn with_capacity(length: usize) -> Self {
        Self { text: String::with_capacity(length), gap: Gap::None }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    pub(super) fn end_block(&mut self) {
        self.gap = Gap::Block;
    }

    /// Adds text; runs of white space become one space. NBSP and its like are characters of the text and stay.
    pub(super) fn push(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut start = 0;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b' ' if at > start && bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace()) => {}
                b' ' | b'\n' | b'\t' | b'\r' | b'\x0c' => {
                    self.push_exact(&text[start..at]);
                    self.space();
                    start = at + 1;
                }
                0 => {
                    self.push_exact(&text[start..at]);
                    self.push_exact(REPLACEMENT);
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        self.push_exact(&text[start..]);
    }

    /// Adds text that [`is_plain`].
    pub(super) fn push_plain(&mut self, text: &str) {
        let rest = text.strip_prefix(' ').unwrap_or(text);
        let inner = rest.strip_suffix(' ').unwrap_or(rest);
        if rest.len() < text.len() {
            self.space();
        }
        self.push_exact(inner);
        if inner.len() < rest.len() {
            self.space();
        }
    }

    /// Adds text as it is, after the separator that is due.
    pub(super) fn push_exact(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            match self.gap {
                Gap::None => {}
                Gap::Space => self.text.push(' '),
                Gap::Block => self.text.push('\n'),
            }
        }
        self.gap = Gap::None;
        self.text.push_str(text);
    }

    pub(super) fn split_off(&mut self, at: usize) -> Self {
        let text = self.text.split_off(at);
        let before = match text.bytes().next() {
            Some(b'\n') => Gap::Block,
            Some(b' ') => Gap::Space,
            Some(_) => Gap::None,
            None => return Self { text, gap: Gap::None },
        };
        Self { text, gap: std::mem::replace(&mut self.gap, before) }
    }

    /// Adds another text, without the separator it begins with; returns where it begins.
    pub(super) fn append(&mut self, other: Self) -> usize {
        let body = &other.text[leading_separators(&other.text)..];
        if body.len() < other.text.len() {
            self.space();
        }
        self.push_exact(body);
        let start = self.text.len() - body.len();
        self.gap = self.gap.max(other.gap);
        start
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.text.replace_range(range, "");
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Whether HTML and the visible text both write it as it is, but for a blank at either end: true of nearly all text. Looks
/// at all bytes, which takes less time than to stop at one.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_odd = |byte: u8| byte < b' ' || matches!(byte, b'&' | b'<' | b'>');
    let holds_odd = bytes.iter().fold(false, |found, byte| found | is_odd(*byte));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let holds_blanks = pairs.fold(false, |found, (left, right)| found | ((*left == b' ') & (*right == b' ')));
    !holds_odd && !holds_blanks
}

/// Number of separators that a text cut out of another begins with.
pub(super) fn leading_separators(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\n']).len()
}

/// Number of words: UAX 29 words, two CJK characters for one.
pub(super) fn count_words(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let separates = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| matches!(byte, b' ' | b'\n'));
    let mut counted = Words::default();
    let mut runs = Runs::of(text);
    while let Some(Run { place, is_ascii }) = runs.next() {
        // Most pieces between white space are plain words, perhaps with a sign behind; no word reaches over white space.
        let has_sign = bytes.get(place.end).is_some_and(|byte| matches!(byte, b'.' | b',' | b'?' | b'!' | b':'));
        let end = place.end + usize::from(has_sign);
        if is_ascii && separates(place.start.checked_sub(1)) && separates(Some(end)) {
            counted.words = counted.words.saturating_add(1);
            continue;
        }
        let start = bytes[..place.start].iter().rposition(|byte| matches!(byte, b' ' | b'\n')).map_or(0, |at| at + 1);
        let end = memchr::memchr2(b' ', b'\n', &bytes[place.end..]).map_or(bytes.len(), |length| place.end + length);
        counted.add(&text[start..end], (place.start - start, place.end - start));
        runs.skip_to(end);
    }
    counted.words.saturating_add(counted.ideographs.div_ceil(2))
}

/// Words and CJK characters of a text.
#[derive(Default)]
struct Words {
    words: u32,
    ideographs: u32,
}

impl Words {
    /// Adds a piece without white space, of which the first run of letters and digits is known.
    fn add(&mut self, piece: &str, (start, end): (usize, usize)) {
        let is_punctuation = |piece: &str| piece.bytes().all(|byte| byte.is_ascii_punctuation());
        if piece[start..end].is_ascii() && is_punctuation(&piece[..start]) && is_punctuation(&piece[end..]) {
            self.words = self.words.saturating_add(1);
            return;
        }
        for word in piece.unicode_words() {
            let cjk = word.chars().filter(|&character| is_cjk(character)).count();
            if cjk == 0 {
                self.words = self.words.saturating_add(1);
            } else {
                self.ideographs = self.ideographs.saturating_add(u32::try_from(cjk).unwrap_or(u32::MAX));
            }
        }
    }
}

/// Han, kana, bopomofo and Hangul.
fn is_cjk(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{20000}'..='\u{3FFFF}')
}

/// NFC.
pub(super) fn nfc(text: &str) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}

/// At most `limit` characters of a text, for messages.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_script_are_counted() {
        for (text, expected) in [
            ("", 0),
            ("One two, three.", 3),
            ("can't stop — e-mail", 4),
            ("3.5 % -- (ok) a_b …", 3),
            ("(\"Well!\")  x\n\ny-", 3),
            ("tab\tbed a—b c… ¿d?", 6),
            ("サービス文化", 3),
            ("お客様 first", 3),
            ("Größe\nzählt", 2),
        ] {
            assert_eq!(count_words(text), expected, "{text}");
        }
    }

    #[test]
    fn plain_text_is_written_as_any_other() {
        for text in ["", " ", "a", " a b", "a b ", " a, “b” c ", "ä\u{a0}b"] {
            assert!(is_plain(text), "{text}");
            let mut collectors = [Collector::default(), Collector::default()];
            for collector in &mut collectors {
                collector.push("x");
            }
            collectors[0].push(text);
            collectors[1].push_plain(text);
            let texts = collectors.map(|mut collector| {
                collector.push("y");
                collector.finish()
            });
            assert_eq!(texts[0], texts[1], "{text}");
        }
        for text in ["a  b", "  ", "a\nb", "a\tb", "\0", "a & b", "<", "a>"] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn white_space_collapses_and_nothing_else() {
        let mut collector = Collector::default();
        collector.push("  a  b\u{a0} \tc “d” (c)\0");
        collector.end_block();
        collector.push(" e");
        collector.space();
        collector.end_block();
        assert_eq!(collector.finish(), "a b\u{a0} c “d” (c)\u{FFFD}\ne");
    }
}
