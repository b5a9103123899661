//! The words of one document: what is found of it, how much each word weighs, which words follow each other.
//!
//! Owns the rule for republished pieces as far as it is about words: those of the body are found, without their places.
//! An analysis depends on its document alone, so that it can be kept as long as that is unchanged, and holds all that
//! the index wants of the text, so that the text need not be kept. Must not know other pages, languages or the catalog.

use super::analysis;
use super::bits::{read_varint, varint};
use super::records;
use super::table::{Key, LONGEST, WordTable, mask};
use crate::document::Document;
use crate::runs::{Run, Runs, SMALL, eight_from};

/// The word stands in the title or another name of the page.
pub(super) const IN_TITLE: u8 = 1;
/// The word stands in a part that is a result of its own.
pub(super) const IN_PART: u8 = 2;

/// Marks words of a table that are forms already, not words as they stand in the text.
const IS_FORM: u16 = 1;

// Weights of one occurrence, in halves: with a title of double weight BM25F is within noise of the best on two
// collections, and what weighs more helps one and hurts the other.
const TITLE: u32 = 4;
const BODY: u32 = 2;
const HEADING_EXTRA: u32 = 1;
const PART_EXTRA: u32 = 1;
const META: u32 = 1;

/// Heavier words are as heavy as this one: more than the highest level of a list.
const HEAVIEST: u32 = 255;

/// The words of one document, in a few kilobytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAnalysis {
    /// A head for every word, the letters of all words, the sequence.
    bytes: Box<[u8]>,
    words: u32,
    letters_at: u32,
    sequence_at: u32,
    /// Number of words in the text.
    length: u32,
    /// Number of words in the title.
    title_length: u32,
}

/// A word of an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageWord<'a> {
    /// The word as it stands in the text, ASCII in lower case; or a form.
    pub(super) letters: &'a [u8],
    /// The letters and what follows them, at least eight bytes where there are so many.
    behind: &'a [u8],
    /// Whether the letters are a form, neither to be folded nor to be stemmed.
    pub(super) is_form: bool,
    /// Sum of the weights of its occurrences, in halves, at most [`HEAVIEST`].
    pub(super) weight: u8,
    /// [`IN_TITLE`], [`IN_PART`].
    pub(super) flags: u8,
}

impl PageWord<'_> {
    /// The word as a key.
    pub(super) fn key(&self, tag: u16) -> Key<'_> {
        let length = self.letters.len();
        if length > 8 {
            Key::new(self.letters, tag)
        } else {
            Key::short(mask(eight_from(self.behind, 0), length), length, tag)
        }
    }
}

impl PageAnalysis {
    /// Reads a document; `None` for one that is not found by itself.
    pub fn of(document: &Document) -> Option<Self> {
        records::kind_name(document.kind)?;
        let front = &document.front;
        let is_republished = front.source.is_some();
        let mut reader = Reader::with_room(document.body.text.len());
        let title = front.title.as_ref().map_or("", |title| title.value.trim());
        let title_length = reader.read(title, Field { weight: TITLE, flags: IN_TITLE, in_sequence: true });
        for name in records::other_names(front) {
            reader.read(name, Field { weight: TITLE, flags: IN_TITLE, in_sequence: true });
        }
        let mut length = title_length;
        if let Some(summary) = &front.summary {
            length += reader.read(summary.value.trim(), Field { weight: BODY, flags: 0, in_sequence: true });
        }
        length +=
            reader.read(&document.body.text.read(), Field { weight: BODY, flags: 0, in_sequence: !is_republished });
        if !is_republished {
            for heading in &document.body.headings {
                reader.read(&heading.text, Field { weight: HEADING_EXTRA, flags: 0, in_sequence: false });
            }
            let parts = if front.external_url.is_some() { &[] } else { document.body.parts.as_slice() };
            let opened = document.body.open_parts();
            for part in parts {
                for (_, text) in records::places(part, &opened) {
                    reader.read(&text, Field { weight: PART_EXTRA, flags: IN_PART, in_sequence: false });
                }
            }
        }
        Some(reader.finish(length, title_length))
    }

    /// Reads a name that is found with a page although it does not stand on it: a topic, an author, a source.
    pub(super) fn of_name(name: &str) -> Self {
        let mut reader = Reader::with_room(name.len());
        let length = reader.read(name, Field { weight: META, flags: 0, in_sequence: false });
        reader.finish(length, 0)
    }

    /// Number of words in the text.
    pub(super) fn length(&self) -> u32 {
        self.length
    }

    /// Number of words in the title.
    pub(super) fn title_length(&self) -> u32 {
        self.title_length
    }

    /// Every word once, in the order they were met.
    pub(super) fn words(&self) -> impl Iterator<Item = PageWord<'_>> {
        let (mut head, mut letters) = (0, self.letters_at as usize);
        (0..self.words).map(move |_| {
            let length = usize::from(self.bytes[head]);
            let (value, end) = read_varint(&self.bytes, head + 1);
            let word = PageWord {
                letters: &self.bytes[letters..letters + length],
                behind: &self.bytes[letters..],
                is_form: value & 4 != 0,
                weight: (value >> 3) as u8,
                flags: (value & 3) as u8,
            };
            (head, letters) = (end, letters + length);
            word
        })
    }

    /// The words as they follow each other, for [`steps`].
    pub(super) fn sequence(&self) -> &[u8] {
        &self.bytes[self.sequence_at as usize..]
    }
}

/// The numbers of words as they follow each other; `None` where a block ends.
pub(super) fn steps(sequence: &[u8]) -> impl Iterator<Item = Option<u32>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        (at < sequence.len()).then(|| {
            let (value, end) = read_varint(sequence, at);
            at = end;
            (value as u32).checked_sub(1)
        })
    })
}

/// How the words of a text count.
#[derive(Debug, Clone, Copy)]
struct Field {
    weight: u32,
    flags: u8,
    in_sequence: bool,
}

/// Collects the words of texts.
struct Reader {
    table: WordTable,
    /// Per word the sum of weights, and flags.
    values: Vec<(u32, u8)>,
    sequence: Vec<u8>,
}

impl Reader {
    fn with_room(bytes: usize) -> Self {
        // More than half of the words of a text of a few kilobytes are distinct, and a word takes six bytes: few texts
        // need more room, and to find it later takes longer.
        let words = (bytes / 8).clamp(32, 4096);
        Self {
            table: WordTable::with_room(words),
            values: Vec::with_capacity(words),
            sequence: Vec::with_capacity(bytes / 5),
        }
    }

    /// Counts the words of a text and returns their number.
    fn read(&mut self, text: &str, field: Field) -> u32 {
        let bytes = text.as_bytes();
        let (mut behind, mut count) = (0, 0);
        for Run { place, is_ascii } in Runs::of(text) {
            let gap = &bytes[behind..place.start];
            if gap != b" " && gap.contains(&b'\n') {
                self.end_block(field);
            }
            behind = place.end;
            if is_ascii {
                self.ascii(bytes, place.start, place.end, field);
                count += 1;
                continue;
            }
            let mut at = place.start;
            while at < place.end {
                at = self.other(text, at, field, &mut count);
            }
        }
        self.end_block(field);
        count
    }

    /// Reads a word that may have other letters than those of ASCII; returns where it ends.
    fn other(&mut self, text: &str, start: usize, field: Field, count: &mut u32) -> usize {
        let rest = &text[start..];
        let length = rest.find(|character| !analysis::is_word_character(character)).unwrap_or(rest.len());
        let raw = &rest[..length];
        if length == 0 {
            return start + rest.chars().next().map_or(1, char::len_utf8);
        }
        if raw.is_ascii() {
            self.ascii(raw.as_bytes(), 0, raw.len(), field);
            *count += 1;
        } else if raw.len() <= LONGEST && raw.chars().all(analysis::is_plain_letter) {
            self.add(Key::new(raw.as_bytes(), 0), field, true);
            *count += 1;
        } else {
            match analysis::forms(raw).as_slice() {
                [form] if form.in_sequence && raw.len() <= LONGEST => {
                    self.add(Key::new(raw.as_bytes(), 0), field, true);
                    *count += 1;
                }
                forms => {
                    for form in forms {
                        self.add(Key::new(form.text.as_bytes(), IS_FORM), field, form.in_sequence);
                        *count += u32::from(form.in_sequence);
                    }
                }
            }
        }
        start + length
    }

    /// Reads a word of letters and digits of ASCII. The bit that makes its letters small is set in digits.
    fn ascii(&mut self, bytes: &[u8], start: usize, end: usize, field: Field) {
        let length = (end - start).min(analysis::LONGEST_WORD);
        if length <= 8 {
            self.add(Key::short(mask(eight_from(bytes, start) | SMALL, length), length, 0), field, true);
            return;
        }
        let mut lower = [0; analysis::LONGEST_WORD];
        for (at, eight) in lower[..length].chunks_mut(8).enumerate() {
            let small = (eight_from(bytes, start + 8 * at) | SMALL).to_le_bytes();
            eight.copy_from_slice(&small[..eight.len()]);
        }
        self.add(Key::new(&lower[..length], 0), field, true);
    }

    fn add(&mut self, key: Key<'_>, field: Field, in_sequence: bool) {
        let number = self.table.number(key);
        if number == self.values.len() {
            self.values.push((0, 0));
        }
        let (weight, flags) = &mut self.values[number];
        *weight = weight.saturating_add(field.weight);
        *flags |= field.flags;
        if in_sequence && field.in_sequence {
            varint(&mut self.sequence, number + 1);
        }
    }

    fn end_block(&mut self, field: Field) {
        if field.in_sequence && self.sequence.last().is_some_and(|&last| last != 0) {
            self.sequence.push(0);
        }
    }

    fn finish(self, length: u32, title_length: u32) -> PageAnalysis {
        let count = self.values.len();
        let mut bytes = Vec::with_capacity(count * 2 + count / 4 + self.table.letters().len() + self.sequence.len());
        for (number, ((weight, flags), (tag, _))) in self.values.iter().zip(self.table.words()).enumerate() {
            bytes.push(self.table.length(number));
            let is_form = usize::from(tag == IS_FORM);
            varint(&mut bytes, (*weight).min(HEAVIEST) as usize * 8 + is_form * 4 + usize::from(*flags));
        }
        let letters_at = bytes.len() as u32;
        bytes.extend_from_slice(self.table.letters());
        let sequence_at = bytes.len() as u32;
        bytes.extend_from_slice(&self.sequence);
        PageAnalysis {
            bytes: bytes.into_boxed_slice(),
            words: count as u32,
            letters_at,
            sequence_at,
            length,
            title_length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PageAnalysis {
        let mut reader = Reader::with_room(text.len());
        let length = reader.read(text, Field { weight: BODY, flags: IN_PART, in_sequence: true });
        reader.finish(length, 0)
    }

    #[test]
    fn words_are_held_once_and_steps_are_kept() {
        let analysis = read("The calm word, the Größe.\n\nCalm");
        let words: Vec<(&str, u8)> =
            analysis.words().map(|word| (std::str::from_utf8(word.letters).unwrap_or_default(), word.weight)).collect();
        assert_eq!(words, [("the", 4), ("calm", 4), ("word", 2), ("Größe", 2)]);
        assert!(analysis.words().all(|word| word.flags == IN_PART && !word.is_form));
        let steps: Vec<Option<u32>> = steps(analysis.sequence()).collect();
        assert_eq!(steps, [Some(0), Some(1), Some(2), Some(0), Some(3), None, Some(1), None]);
        assert_eq!(analysis.length(), 6);
    }

    #[test]
    fn unspaced_scripts_are_read_as_pairs() {
        let analysis = read("満足度");
        let words: Vec<&str> =
            analysis.words().map(|word| std::str::from_utf8(word.letters).unwrap_or_default()).collect();
        assert_eq!(words, ["満足", "足度", "度"]);
        assert!(analysis.words().all(|word| word.is_form));
        assert_eq!(analysis.length(), 2, "the last letter is found and no step");
    }

    #[test]
    fn words_are_those_that_a_query_has() {
        let table: Vec<(String, Vec<String>)> =
            serde_json::from_str(include_str!("../../tests/browser/folding.json")).unwrap();
        for (text, expected) in table {
            let analysis = read(&text);
            let forms: Vec<String> = analysis
                .words()
                .map(|word| {
                    let letters = std::str::from_utf8(word.letters).unwrap();
                    if word.is_form { letters.to_owned() } else { analysis::form(letters).into_owned() }
                })
                .collect();
            let found: Vec<String> =
                steps(analysis.sequence()).flatten().map(|number| forms[number as usize].clone()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn very_long_words_are_cut() {
        let analysis = read(&"ä".repeat(400));
        assert!(analysis.words().all(|word| word.letters.len() <= LONGEST));
        assert_eq!(read(&"x".repeat(400)).words().next().map(|word| word.letters.len()), Some(analysis::LONGEST_WORD));
    }
}
