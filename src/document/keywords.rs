//! The words that characterise a text, for finding articles like it.
//!
//! Owns the sketch of a single text. Must not know how common a word is elsewhere.

/// Words kept for each document: enough to tell texts apart, few enough that the catalog stays small.
const KEPT: usize = 48;

/// Shortest word, in characters, that says something about a text's subject.
const SHORTEST: usize = 4;

/// How often a word of the title counts.
const TITLE_WEIGHT: usize = 5;

/// A word, as the hash of its folded form, and how often it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyword {
    /// 64-bit FNV-1a of the lower-case word.
    pub word: u64,
    /// Occurrences; those in the title count several times.
    pub weight: u16,
}

/// The most frequent longer words of a text, in ascending order of their hash.
pub fn extract(title: &str, text: &str) -> Vec<Keyword> {
    let mut counts = Counts::for_words(text.len() / 8);
    collect(title, |word| counts.add(word, TITLE_WEIGHT));
    collect(text, |word| counts.add(word, 1));
    let mut keywords: Vec<Keyword> = counts
        .slots
        .into_iter()
        .filter(|(_, weight)| *weight > 0)
        .map(|(word, weight)| Keyword { word, weight: u16::try_from(weight).unwrap_or(u16::MAX) })
        .collect();
    let by_weight = |keyword: &Keyword| (std::cmp::Reverse(keyword.weight), keyword.word);
    if keywords.len() > KEPT {
        keywords.select_nth_unstable_by_key(KEPT - 1, by_weight);
        keywords.truncate(KEPT);
    }
    keywords.sort_unstable();
    keywords.shrink_to_fit();
    keywords
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
        // FNV-1a mixes its high bits best.
        let mut at = (word >> 32 ^ word) as usize & mask;
        while self.slots[at].1 > 0 && self.slots[at].0 != word {
            at = (at + 1) & mask;
        }
        self.used += usize::from(self.slots[at].1 == 0);
        self.slots[at] = (word, self.slots[at].1 + weight);
    }
}

/// Calls `found` with the hash of every longer word of a text.
fn collect(text: &str, mut found: impl FnMut(u64)) {
    let mut rest = text;
    while !rest.is_empty() {
        // A run of plain letters and digits, hashed while it is read.
        let bytes = rest.as_bytes();
        let mut hash = OFFSET;
        let mut at = 0;
        while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric()) {
            hash = feed(hash, byte.to_ascii_lowercase());
            at += 1;
        }
        match bytes.get(at) {
            Some(byte) if !byte.is_ascii() => {
                let end = rest.find(|character: char| !character.is_alphanumeric()).unwrap_or(rest.len());
                if rest[..end].chars().nth(SHORTEST - 1).is_some() {
                    found(self::hash(&rest[..end]));
                }
                at = end;
            }
            _ if at >= SHORTEST => found(hash),
            _ => {}
        }
        rest = &rest[at..];
        rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
    }
}

/// The offset basis of FNV-1a.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn feed(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// 64-bit FNV-1a (offset basis and prime from the FNV reference) over the lower-case characters.
fn hash(word: &str) -> u64 {
    let mut buffer = [0; 4];
    word.chars()
        .flat_map(char::to_lowercase)
        .fold(OFFSET, |hash, character| character.encode_utf8(&mut buffer).bytes().fold(hash, feed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_words_weigh_more_and_short_words_nothing() {
        let keywords = extract("Queue care", "the queue is a queue of us");
        let weights: Vec<u16> = keywords.iter().map(|keyword| keyword.weight).collect();
        assert_eq!(weights.len(), 2, "queue, care");
        assert!(weights.contains(&7) && weights.contains(&5), "{weights:?}");
        assert_eq!(hash("Ärger"), hash("ärger"));
    }
}
