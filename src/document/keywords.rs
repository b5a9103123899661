//! The words that characterise a text, for finding articles like it.
//!
//! Owns the sketch of a single text. Must not know how common a word is elsewhere.

use std::ops::Range;

use crate::runs::{Run, Runs, SMALL, eights_of, with_eight};

/// Words kept for each document: enough to tell texts apart, few enough that the catalog stays small.
const KEPT: usize = 48;

/// Shortest word, in characters, that says something about a text's subject.
const SHORTEST: usize = 4;

/// How often a word of the title counts.
const TITLE_WEIGHT: u16 = 5;

/// A word, as the hash of its folded form, and how often it stands in the text, in one number: the first 48 bits of the
/// hash above the weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyword(u64);

impl Keyword {
    fn new(hash: u64, weight: u16) -> Self {
        Self(hash >> 16 << 16 | u64::from(weight))
    }

    fn with_more(self, weight: u16) -> Self {
        Self(self.0 - u64::from(self.weight()) + u64::from(self.weight().saturating_add(weight)))
    }

    /// What the hash of the lower-case word begins with.
    pub fn word(self) -> u64 {
        self.0 >> 16
    }

    /// Occurrences; those in the title count several times.
    pub fn weight(self) -> u16 {
        self.0 as u16
    }
}

/// The most frequent longer words of a text, in ascending order of their hash.
pub fn extract(title: &str, text: &str) -> Box<[Keyword]> {
    // Few texts have more different words than one in ten bytes; to grow takes longer than a larger table.
    let mut counts = Counts::for_words(text.len() / 8);
    collect(title, |word| counts.add(Keyword::new(word, TITLE_WEIGHT)));
    collect(text, |word| counts.add(Keyword::new(word, 1)));
    let mut keywords = counts.slots;
    keywords.retain(|keyword| keyword.weight() > 0);
    let by_weight = |keyword: &Keyword| (std::cmp::Reverse(keyword.weight()), keyword.word());
    if keywords.len() > KEPT {
        keywords.select_nth_unstable_by_key(KEPT - 1, by_weight);
        keywords.truncate(KEPT);
    }
    keywords.sort_unstable();
    // A copy, since a block of memory that is only made shorter is seldom given back.
    keywords.as_slice().into()
}

/// How often each word was met: a table with open places, since words are hashes already.
struct Counts {
    /// Where a place is free, a keyword without weight.
    slots: Vec<Keyword>,
    used: usize,
}

impl Counts {
    fn for_words(words: usize) -> Self {
        Self { slots: vec![Keyword(0); (words.max(16) * 2).next_power_of_two()], used: 0 }
    }

    fn add(&mut self, keyword: Keyword) {
        if self.used * 2 > self.slots.len() {
            let grown = vec![Keyword(0); self.slots.len() * 2];
            let old = std::mem::replace(&mut self.slots, grown);
            self.used = 0;
            old.into_iter().filter(|known| known.weight() > 0).for_each(|known| self.add(known));
        }
        let mask = self.slots.len() - 1;
        let mut at = keyword.word() as usize & mask;
        loop {
            let known = self.slots[at];
            // Nobody can foretell whether a word is new; a free place has weight 0, so that both cases are one.
            if (known.weight() == 0) | (known.word() == keyword.word()) {
                self.slots[at] = keyword.with_more(known.weight());
                self.used += usize::from(known.weight() == 0);
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

/// Calls `found` with the hash of every longer word of a text.
fn collect(text: &str, mut found: impl FnMut(u64)) {
    let mut lower = String::new();
    for Run { place, is_ascii } in Runs::of(text) {
        if !is_ascii {
            let words = text[place].split(|character: char| !character.is_alphanumeric());
            for word in words.filter(|word| word.chars().nth(SHORTEST - 1).is_some()) {
                lower.clear();
                lower.extend(word.chars().flat_map(char::to_lowercase));
                found(hash(lower.as_bytes()));
            }
        } else if place.len() >= SHORTEST {
            found(hash_of_ascii(text.as_bytes(), place));
        }
    }
}

/// The hash of a word of ASCII letters and digits: in all of them but capitals, 0x20 is set.
fn hash_of_ascii(text: &[u8], word: Range<usize>) -> u64 {
    hash_of(text, word, SMALL)
}

/// The hash of a word in lower case; that of ASCII letters and digits is [`hash_of_ascii`].
fn hash(word: &[u8]) -> u64 {
    hash_of(word, 0..word.len(), 0)
}

fn hash_of(text: &[u8], word: Range<usize>, set: u64) -> u64 {
    let (hash, rest) = eights_of(word.len() as u64, text, &word, set);
    if word.len().is_multiple_of(8) { hash } else { with_eight(hash, rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_words_weigh_more_and_short_words_nothing() {
        let keywords = extract("Queue care", "the queue is a queue of us");
        let weights: Vec<u16> = keywords.iter().map(|keyword| keyword.weight()).collect();
        assert_eq!(weights.len(), 2, "queue, care");
        assert!(weights.contains(&7) && weights.contains(&5), "{weights:?}");
        for (left, right) in [("Ärger", "ärger"), ("Queues", "queues—"), ("Understanding9", "“UNDERSTANDING9”")]
        {
            let hashes = |text: &str| extract("", text);
            assert!(!hashes(left).is_empty() && hashes(left) == hashes(right), "{left}");
        }
        let (one, two) = (hash_of_ascii(b"an Understanding of", 3..16), hash(b"understanding"));
        assert_eq!((one, two != hash(b"understandings")), (two, true));
    }
}
