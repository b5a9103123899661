//! Words as the search for a piece's text compares them: runs of letters and digits without apostrophes, whatever
//! their case, accents' spelling, markup or the blocks they stand in.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::runs::{Run, Runs, WordHasher};

/// A word's identity; two different words share one practically never.
pub(super) type WordHash = u64;

/// Words in a row that make a run.
pub(super) const RUN: usize = 25;
/// Fewer words of a piece cannot be told from others.
pub(super) const LEAST: usize = 8;

/// Reads text in pieces and gives out the words that are complete.
#[derive(Debug, Default)]
pub(super) struct WordReader {
    open: Option<WordHasher>,
}

impl WordReader {
    /// Reads text that continues the last one.
    pub(super) fn read(&mut self, text: &str, mut found: impl FnMut(WordHash)) {
        let bytes = text.as_bytes();
        let mut behind = 0;
        for Run { place, is_ascii } in Runs::of(text) {
            self.read_between(&bytes[behind..place.start], &mut found);
            behind = place.end;
            if is_ascii && self.open.is_none() && bytes.get(behind).is_some_and(|next| *next != b'\'') {
                found(WordHasher::of_letters(bytes, place));
                continue;
            }
            if is_ascii {
                self.open.get_or_insert_default().letters(bytes, place);
                continue;
            }
            let mut rest = &text[place];
            while let Some(character) = rest.chars().next() {
                let letters = rest.bytes().take_while(u8::is_ascii).count();
                if letters > 0 {
                    self.open.get_or_insert_default().letters(rest.as_bytes(), 0..letters);
                } else {
                    self.read_wide(character, &mut found);
                }
                rest = &rest[letters.max(character.len_utf8())..];
            }
        }
        self.read_between(&bytes[behind..], &mut found);
    }

    /// Reads characters of ASCII between words: all but apostrophes end one.
    fn read_between(&mut self, between: &[u8], found: &mut impl FnMut(WordHash)) {
        if self.open.is_some() && between.iter().any(|byte| *byte != b'\'') {
            self.end(found);
        }
    }

    fn read_wide(&mut self, character: char, found: &mut impl FnMut(WordHash)) {
        if matches!(character, '\u{2019}' | '\u{2BC}' | '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}') {
            return;
        }
        for part in std::iter::once(character).nfkd() {
            if part.is_alphanumeric() {
                let open = self.open.get_or_insert_default();
                part.to_lowercase().for_each(|lower| open.character(lower));
            } else if canonical_combining_class(part) == 0 {
                self.end(found);
            }
        }
    }

    /// Ends the word: a block begins or ends.
    pub(super) fn end(&mut self, found: &mut impl FnMut(WordHash)) {
        if let Some(word) = self.open.take() {
            found(word.finish());
        }
    }
}

/// All words of a text.
pub(super) fn words_of(text: &str) -> Vec<WordHash> {
    let mut words = Vec::with_capacity(text.len() / 6);
    let mut reader = WordReader::default();
    reader.read(text, |word| words.push(word));
    reader.end(&mut |word| words.push(word));
    words
}

/// Where the first run of `length` words of `piece` begins in `page`.
pub(super) fn first_run(page: &[WordHash], piece: &[WordHash], length: usize) -> Option<usize> {
    if length == 0 || piece.len().min(page.len()) < length {
        return None;
    }
    // Almost every page begins with the piece's own beginning; only what stands before it is compared with the rest.
    let beginning = place_of(&piece[..length], page);
    let before = &page[..page.len().min(beginning.map_or(page.len(), |start| start + length - 1))];
    let earlier = if may_share_run(before, piece, length) { earliest_shared_run(before, piece, length) } else { None };
    earlier.or(beginning)
}

/// Where a run stands in the page.
fn place_of(run: &[WordHash], page: &[WordHash]) -> Option<usize> {
    let (first, rest) = run.split_first()?;
    let last = page.len().checked_sub(run.len())?;
    (0..=last).find(|&at| page[at] == *first && page[at + 1..].starts_with(rest))
}

/// Whether so many pairs of neighbours follow each other in the page as a run has, each of which seems to stand in the
/// piece: a few bits say of nearly every page that it is not so.
fn may_share_run(page: &[WordHash], piece: &[WordHash], length: usize) -> bool {
    const BITS: u32 = 13;
    if page.len() < length {
        return false;
    }
    let place = |pair: &[WordHash]| {
        let bit = (pair[0].rotate_left(1) ^ pair[1]) >> (64 - BITS);
        (usize::try_from(bit / 64).unwrap_or(0), 1_u64 << (bit % 64))
    };
    let mut pairs = [0_u64; 1 << (BITS - 6)];
    for (at, bit) in piece.windows(2).map(place) {
        pairs[at] |= bit;
    }
    let mut together = 0;
    page.windows(2).map(place).any(|(at, bit)| {
        together = if pairs[at] & bit == 0 { 0 } else { together + 1 };
        together + 1 >= length
    })
}

/// The first run of the page's words that stands anywhere in the piece.
fn earliest_shared_run(page: &[WordHash], piece: &[WordHash], length: usize) -> Option<usize> {
    let mut starts: Vec<(WordHash, usize)> =
        (0..(page.len() + 1).saturating_sub(length)).map(|start| (page[start], start)).collect();
    starts.sort_unstable();
    // Most words of the piece begin no run of the page: a few bits of each say so at once.
    let mut begins = [false; 1024];
    starts.iter().for_each(|(word, _)| begins[filter_index(*word)] = true);
    let mut earliest: Option<usize> = None;
    for run in piece.windows(length).filter(|run| begins[filter_index(run[0])]) {
        let first = starts.partition_point(|(word, _)| *word < run[0]);
        for (_, start) in starts[first..].iter().take_while(|(word, _)| *word == run[0]) {
            if earliest.is_none_or(|known| *start < known) && &page[*start..*start + length] == run {
                earliest = Some(*start);
            }
        }
    }
    earliest
}

fn filter_index(word: WordHash) -> usize {
    usize::try_from(word >> 54).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_ignore_spelling_of_characters() {
        for (left, right) in [
            ("Don't stop", "don’t STOP"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("ser\u{AD}vice", "service"),
            ("a, b — c", "a b c"),
            ("ﬁne", "fine"),
        ] {
            assert_eq!(words_of(left), words_of(right), "{left}");
        }
        assert_ne!(words_of("a b"), words_of("ab"));
    }

    #[test]
    fn the_first_run_of_any_part_is_found() {
        let piece = words_of("one two three four five six");
        assert_eq!(first_run(&words_of("x one two three four"), &piece, 3), Some(1));
        assert_eq!(first_run(&words_of("x four five six y one two three"), &piece, 3), Some(1));
        assert_eq!(first_run(&words_of("one two four"), &piece, 3), None);
        assert_eq!(first_run(&words_of("one two"), &piece, 3), None);
        assert_eq!(first_run(&words_of("one"), &words_of("one"), 3), None);
    }

    #[test]
    fn the_first_run_is_that_of_its_definition() {
        let text = |seed: u32, words: u32| -> String {
            let mut state = seed;
            let word = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                format!("{} ", ["a", "b", "c", "d"][state as usize >> 16 & 3])
            };
            (0..words).map(word).collect()
        };
        let mut found = [0, 0];
        for seed in 0..400 {
            let (page, piece) = (words_of(&text(seed, 40)), words_of(&text(seed + 1_000, 2 + seed % 60)));
            let length = 2 + seed as usize % 9;
            let first = page.windows(length).position(|run| piece.windows(length).any(|other| other == run));
            assert_eq!(first_run(&page, &piece, length), first, "{seed}");
            found[usize::from(first.is_some())] += 1;
        }
        assert!(found.iter().all(|count| *count > 50), "{found:?}");
    }
}
