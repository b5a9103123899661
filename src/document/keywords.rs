//! The words that characterise a text, for finding articles like it.
//!
//! Owns the sketch of a single text. Must not know how common a word is elsewhere.

use std::ops::Range;

/// Words kept for each document: enough to tell texts apart, few enough that the catalog stays small.
const KEPT: usize = 48;

/// Shortest word, in characters, that says something about a text's subject.
const SHORTEST: usize = 4;

/// How often a word of the title counts.
const TITLE_WEIGHT: usize = 5;

/// A word, as the hash of its folded form, and how often it stands in the text, in one number: the first 48 bits of the
/// hash above the weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyword(u64);

impl Keyword {
    fn new(hash: u64, weight: usize) -> Self {
        Self(hash >> 16 << 16 | u64::from(u16::try_from(weight).unwrap_or(u16::MAX)))
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
    let mut counts = Counts::for_words(text.len() / 16);
    collect(title, |word| counts.add(word, TITLE_WEIGHT));
    collect(text, |word| counts.add(word, 1));
    let mut keywords: Vec<Keyword> = counts
        .slots
        .into_iter()
        .filter(|(_, weight)| *weight > 0)
        .map(|(hash, weight)| Keyword::new(hash, weight))
        .collect();
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
    slots: Vec<(u64, usize)>,
    used: usize,
}

impl Counts {
    fn for_words(words: usize) -> Self {
        Self { slots: vec![(0, 0); (words.max(16) * 2).next_power_of_two()], used: 0 }
    }

    fn add(&mut self, word: u64, weight: usize) {
        if self.used * 2 > self.slots.len() {
            let grown = vec![(0, 0); self.slots.len() * 2];
            let old = std::mem::replace(&mut self.slots, grown);
            self.used = 0;
            old.into_iter().filter(|(_, weight)| *weight > 0).for_each(|(word, weight)| self.add(word, weight));
        }
        let mask = self.slots.len() - 1;
        let mut at = word as usize & mask;
        while self.slots[at].1 > 0 && self.slots[at].0 != word {
            at = (at + 1) & mask;
        }
        self.used += usize::from(self.slots[at].1 == 0);
        self.slots[at] = (word, self.slots[at].1 + weight);
    }
}

/// Calls `found` with the hash of every longer word of a text.
fn collect(text: &str, mut found: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let mut lower = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
        }
        if bytes.get(at).is_none_or(u8::is_ascii) {
            if at - start >= SHORTEST {
                found(hash_of_ascii(bytes, start..at));
            }
            at += 1;
            continue;
        }
        let rest = &text[start..];
        let end = rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len());
        if rest[..end].chars().nth(SHORTEST - 1).is_some() {
            lower.clear();
            lower.extend(rest[..end].chars().flat_map(char::to_lowercase));
            found(hash(lower.as_bytes()));
        }
        at = start + end + rest[end..].chars().next().map_or(0, char::len_utf8);
    }
}

/// The hash of a word of ASCII letters and digits: in all of them but capitals, 0x20 is set.
fn hash_of_ascii(text: &[u8], word: Range<usize>) -> u64 {
    hash_of_chunks(text, word, 0x2020_2020_2020_2020)
}

/// The hash of a word in lower case; that of ASCII letters and digits is [`hash_of_ascii`].
fn hash(word: &[u8]) -> u64 {
    hash_of_chunks(word, 0..word.len(), 0)
}

/// Multiplies and folds, eight bytes at a time; the multiplier is that of Steele, Lea and Flood's SplitMix (2014).
fn hash_of_chunks(text: &[u8], word: Range<usize>, set: u64) -> u64 {
    let mut hash = word.len() as u64;
    for at in word.clone().step_by(8) {
        // Bits behind the word's end stay zero.
        let behind = 64 - 8 * (word.end - at).min(8);
        hash = (hash ^ ((eight_from(text, at) | set) << behind >> behind)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash ^= hash >> 29;
    }
    hash
}

/// Eight bytes of a text from a place on, the first one lowest; zeros behind its end.
fn eight_from(text: &[u8], at: usize) -> u64 {
    match text[at..].first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => text[at..].iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)),
    }
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
