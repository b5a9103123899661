//! A set of words, numbered in the order they came: what analysis and vocabulary do for every word of every page.
//!
//! The standard map would hash and compare byte by byte and hold an allocation for each word; here a word of up to
//! eight bytes is one number. Must not know what the words mean.

use crate::runs::eight_from;

/// Longest word, in bytes.
pub(super) const LONGEST: usize = 250;

/// A word as it is looked up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    /// The first eight bytes, little endian, filled up with zeros.
    first: u64,
    /// All letters, where they are more than eight bytes.
    letters: &'a [u8],
    /// Tells apart words of the same letters.
    tag: u16,
    length: u8,
}

impl<'a> Key<'a> {
    /// The key of some letters; bytes behind the [`LONGEST`]th are left out.
    pub(super) fn new(letters: &'a [u8], tag: u16) -> Self {
        let letters = &letters[..letters.len().min(LONGEST)];
        Self { first: eight_from(letters, 0), letters, tag, length: letters.len() as u8 }
    }

    /// The key of `length` bytes, at most eight, of a number.
    pub(super) fn short(first: u64, length: usize, tag: u16) -> Self {
        Self { first, letters: &[], tag, length: length as u8 }
    }

    /// A multiplication for each eight bytes, turned so that all bits reach the lower ones. The last eight bytes of a
    /// long word overlap those before them.
    fn hash(&self) -> usize {
        let mut hash = (self.first ^ u64::from(self.length) << 56 ^ u64::from(self.tag) << 40).wrapping_mul(FACTOR);
        if self.length > 8 {
            let mut at = 8;
            while at + 8 < self.letters.len() {
                hash = (hash.rotate_left(29) ^ eight_from(self.letters, at)).wrapping_mul(FACTOR);
                at += 8;
            }
            hash = (hash.rotate_left(29) ^ eight_from(self.letters, self.letters.len() - 8)).wrapping_mul(FACTOR);
        }
        (hash >> 32) as usize
    }
}

/// An odd number without pattern: the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The lowest `length` bytes of a number, at most eight; zeros above.
pub(super) fn mask(word: u64, length: usize) -> u64 {
    if length >= 8 { word } else { word & ((1 << (8 * length)) - 1) }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    first: u64,
    start: u32,
    tag: u16,
    length: u8,
}

/// The set.
#[derive(Debug, Default)]
pub(super) struct WordTable {
    /// Numbers of words, counted from 1; 0 where a place is free.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    letters: Vec<u8>,
}

impl WordTable {
    /// A set with room for some words.
    pub(super) fn with_room(words: usize) -> Self {
        Self {
            slots: vec![0; (words * 2).next_power_of_two()],
            entries: Vec::with_capacity(words),
            letters: Vec::with_capacity(words * 8),
        }
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Letters of all words, one behind the other.
    pub(super) fn letters(&self) -> &[u8] {
        &self.letters
    }

    /// Length of a word in bytes.
    pub(super) fn length(&self, number: usize) -> u8 {
        self.entries[number].length
    }

    /// Tag and letters of every word, in order.
    pub(super) fn words(&self) -> impl Iterator<Item = (u16, &[u8])> {
        self.entries.iter().map(|entry| (entry.tag, self.letters_of(entry)))
    }

    fn letters_of(&self, entry: &Entry) -> &[u8] {
        &self.letters[entry.start as usize..][..usize::from(entry.length)]
    }

    /// The number of a word, which is put in where it is new.
    pub(super) fn number(&mut self, key: Key<'_>) -> usize {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = key.hash() & mask;
        loop {
            let Some(number) = self.slots[at].checked_sub(1) else {
                self.slots[at] = self.entries.len() as u32 + 1;
                return self.add(key);
            };
            if self.is(&self.entries[number as usize], key) {
                return number as usize;
            }
            at = (at + 1) & mask;
        }
    }

    fn is(&self, entry: &Entry, key: Key<'_>) -> bool {
        entry.first == key.first
            && (entry.length, entry.tag) == (key.length, key.tag)
            && (key.length <= 8 || self.letters_of(entry) == key.letters)
    }

    fn add(&mut self, key: Key<'_>) -> usize {
        let start = self.letters.len() as u32;
        if key.length > 8 {
            self.letters.extend_from_slice(key.letters);
        } else {
            self.letters.extend_from_slice(&key.first.to_le_bytes()[..usize::from(key.length)]);
        }
        self.entries.push(Entry { first: key.first, start, tag: key.tag, length: key.length });
        self.entries.len() - 1
    }

    fn grow(&mut self) {
        let mut slots = vec![0; (self.slots.len() * 2).max(64)];
        let mask = slots.len() - 1;
        for (number, entry) in self.entries.iter().enumerate() {
            let key = Key { first: entry.first, letters: self.letters_of(entry), tag: entry.tag, length: entry.length };
            let mut at = key.hash() & mask;
            while slots[at] > 0 {
                at = (at + 1) & mask;
            }
            slots[at] = number as u32 + 1;
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbered_in_the_order_they_came() {
        let mut table = WordTable::default();
        let texts: Vec<String> =
            (0..1_000).map(|number| format!("word{}", "x".repeat(number % 30)) + &number.to_string()).collect();
        for round in 0..2 {
            for (number, text) in texts.iter().enumerate() {
                assert_eq!(table.number(Key::new(text.as_bytes(), 0)), number, "{round}");
            }
        }
        assert_eq!(table.number(Key::new(texts[7].as_bytes(), 1)), 1_000, "another tag, another word");
        let words: Vec<&[u8]> = table.words().map(|(_, letters)| letters).collect();
        assert!(texts.iter().map(String::as_bytes).eq(words[..1_000].iter().copied()));
    }
}
