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
    let mut words: Vec<u64> = Vec::with_capacity(text.len() / 6);
    collect(title, &mut words);
    let mut title_words = words.clone();
    title_words.sort_unstable();
    collect(text, &mut words);
    words.sort_unstable();
    let mut keywords: Vec<Keyword> = words
        .chunk_by(|left, right| left == right)
        .map(|same| {
            let in_title = title_words.iter().filter(|word| **word == same[0]).count();
            let weight = same.len() + in_title * (TITLE_WEIGHT - 1);
            Keyword { word: same[0], weight: u16::try_from(weight).unwrap_or(u16::MAX) }
        })
        .collect();
    keywords.sort_unstable_by_key(|keyword| (std::cmp::Reverse(keyword.weight), keyword.word));
    keywords.truncate(KEPT);
    keywords.sort_unstable();
    keywords
}

/// Adds the hashes of a text's longer words.
fn collect(text: &str, words: &mut Vec<u64>) {
    for word in text.split(|character: char| !character.is_alphanumeric()) {
        if word.len() >= SHORTEST && (word.is_ascii() || word.chars().nth(SHORTEST - 1).is_some()) {
            words.push(hash(word));
        }
    }
}

/// 64-bit FNV-1a (offset basis and prime from the FNV reference) over the lower-case characters.
fn hash(word: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    if word.is_ascii() {
        word.bytes().for_each(|byte| feed(byte.to_ascii_lowercase()));
    } else {
        let mut buffer = [0; 4];
        for character in word.chars().flat_map(char::to_lowercase) {
            character.encode_utf8(&mut buffer).bytes().for_each(&mut feed);
        }
    }
    hash
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
