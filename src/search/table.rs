//! A set of words, numbered in the order they came: what analysis and vocabulary do for every word of every page.
//!
//! The standard map would hash and compare byte by byte and hold an allocation for each word; here a word of up to
//! eight bytes is one number. Must not know what the words mean.

/// Longest word, in bytes.
pub(super) const LONGEST: usize = 250;

/// A word as it is looked up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    letters: &'a [u8],
    /// Tells apart words of the same letters.
    tag: u16,
    /// The first eight bytes, little endian, filled up with zeros.
    first: u64,
}

impl<'a> Key<'a> {
    /// The key of some letters; bytes behind the [`LONGEST`]th are left out.
    pub(super) fn new(letters: &'a [u8], tag: u16) -> Self {
        let letters = &letters[..letters.len().min(LONGEST)];
        Self { letters, tag, first: load(letters, 0) }
    }

    /// A multiplication for each eight bytes, turned so that all bits reach the lower ones.
    fn hash(&self) -> u32 {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut hash =
            (self.first ^ (self.letters.len() as u64) << 56 ^ u64::from(self.tag) << 40).wrapping_mul(FACTOR);
        let mut at = 8;
        while at < self.letters.len() {
            hash = (hash.rotate_left(29) ^ load(self.letters, at)).wrapping_mul(FACTOR);
            at += 8;
        }
        (hash >> 32) as u32
    }
}

/// Eight bytes from a place on, zeros behind the end.
fn load(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => u64::from_le_bytes(bytes),
        None => bytes[at.min(bytes.len())..].iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// The number of the word, counted from 1; 0 where the slot is free.
    number: u32,
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
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    letters: Vec<u8>,
}

impl WordTable {
    /// A set with room for some words.
    pub(super) fn with_room(words: usize) -> Self {
        Self {
            slots: vec![Slot::default(); (words * 2).next_power_of_two()],
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
        self.entries.iter().map(|entry| (entry.tag, &self.letters[entry.start as usize..][..usize::from(entry.length)]))
    }

    /// The number of a word, which is put in where it is new.
    pub(super) fn number(&mut self, key: Key<'_>) -> usize {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = key.hash();
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == 0 {
                self.slots[at] = Slot { hash, number: self.entries.len() as u32 + 1 };
                return self.add(key);
            }
            if slot.hash == hash && self.is(slot.number as usize - 1, key) {
                return slot.number as usize - 1;
            }
            at = (at + 1) & mask;
        }
    }

    fn is(&self, number: usize, key: Key<'_>) -> bool {
        let entry = &self.entries[number];
        let length = usize::from(entry.length);
        entry.first == key.first
            && length == key.letters.len()
            && entry.tag == key.tag
            && (length <= 8 || self.letters[entry.start as usize..][..length] == *key.letters)
    }

    fn add(&mut self, key: Key<'_>) -> usize {
        let start = self.letters.len() as u32;
        self.letters.extend_from_slice(key.letters);
        self.entries.push(Entry { first: key.first, start, tag: key.tag, length: key.letters.len() as u8 });
        self.entries.len() - 1
    }

    fn grow(&mut self) {
        let mut slots = vec![Slot::default(); (self.slots.len() * 2).max(64)];
        let mask = slots.len() - 1;
        for slot in self.slots.iter().filter(|slot| slot.number > 0) {
            let mut at = slot.hash as usize & mask;
            while slots[at].number > 0 {
                at = (at + 1) & mask;
            }
            slots[at] = *slot;
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
