//! Words as the check for copies sees them, each as a number, so that texts can be compared quickly.
//!
//! A word is a run of letters and digits after NFKC and case folding. Apostrophes, soft hyphens and other characters
//! without a width, and marks that combine with a letter neither end a word nor count. Must not know where a text
//! comes from.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::runs::{Run, Runs, WordHasher};

/// A word: the hash of its folded form. Two different words of one site have the same with a probability of about
/// one in 10¹³; a run of equal hashes is a run of equal words for every purpose.
pub type Word = u64;

/// The words of a text in order.
pub fn words_of(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 6);
    each_word(text, |word, _| words.push(word));
    words
}

/// The words of a text in order, each with its place. In a stretch without white space that holds other than plain
/// letters, the place is that of the whole stretch.
pub fn words_with_places(text: &str) -> Vec<(Word, Range<usize>)> {
    let mut words = Vec::new();
    each_word(text, |word, place| words.push((word, place)));
    words
}

/// Calls `found` for every word. One pass; most texts are plain letters, which are folded in place.
pub fn each_word(text: &str, mut found: impl FnMut(Word, Range<usize>)) {
    let bytes = text.as_bytes();
    let mut open: Option<(WordHasher, usize)> = None;
    let mut behind = 0;
    let mut runs = Runs::of(text);
    while let Some(Run { place, is_ascii }) = runs.next() {
        if open.is_some()
            && bytes[behind..place.start].iter().any(|&byte| byte != b'\'')
            && let Some((hasher, start)) = open.take()
        {
            found(hasher.finish(), start..behind);
        }
        behind = place.end;
        if is_ascii && open.is_none() && bytes.get(behind) != Some(&b'\'') {
            found(WordHasher::of_letters(bytes, place.clone()), place);
        } else if is_ascii {
            let (hasher, _) = open.get_or_insert((WordHasher::default(), place.start));
            hasher.letters(bytes, place);
        } else {
            behind = read_other(text, place, &mut open, &mut found);
            runs.skip_to(behind);
        }
    }
    if let Some((hasher, start)) = open {
        found(hasher.finish(), start..behind);
    }
}

/// Reads a run in which other characters stand than letters and digits of ASCII, and what follows it up to white space
/// where that is needed; returns where it ends.
fn read_other(
    text: &str,
    run: Range<usize>,
    open: &mut Option<(WordHasher, usize)>,
    found: &mut impl FnMut(Word, Range<usize>),
) -> usize {
    let bytes = text.as_bytes();
    let mut at = run.start;
    while at < run.end {
        if bytes[at].is_ascii() {
            let letters =
                bytes[at..run.end].iter().position(|byte| !byte.is_ascii()).map_or(run.end, |length| at + length);
            open.get_or_insert((WordHasher::default(), at)).0.letters(bytes, at..letters);
            at = letters;
            continue;
        }
        match plain_punctuation(&bytes[at..]) {
            Some(Punctuation::Apostrophe) => at += 3,
            Some(Punctuation::Separator(length)) => {
                if let Some((hasher, start)) = open.take() {
                    found(hasher.finish(), start..at);
                }
                at += length;
            }
            None => {
                let start = open.take().map_or(at, |(_, start)| start);
                at = end_of_stretch(bytes, at);
                fold_stretch(text, start..at, found);
            }
        }
    }
    at
}

/// Punctuation outside ASCII that is so common that it should not cost a normalisation.
enum Punctuation {
    Apostrophe,
    /// A character of this many bytes that ends a word.
    Separator(usize),
}

fn plain_punctuation(bytes: &[u8]) -> Option<Punctuation> {
    match bytes {
        // ‘ and ’
        [0xE2, 0x80, 0x98 | 0x99, ..] => Some(Punctuation::Apostrophe),
        // – — “ ” …
        [0xE2, 0x80, 0x93 | 0x94 | 0x9C | 0x9D | 0xA6, ..] => Some(Punctuation::Separator(3)),
        // no-break space, © (which no normalisation turns into a letter), « and »
        [0xC2, 0xA0 | 0xA9 | 0xAB | 0xBB, ..] => Some(Punctuation::Separator(2)),
        _ => None,
    }
}

fn end_of_stretch(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(u8::is_ascii_whitespace).map_or(bytes.len(), |length| from + length)
}

/// The words of a stretch without white space, in full Unicode.
fn fold_stretch(text: &str, stretch: Range<usize>, found: &mut impl FnMut(Word, Range<usize>)) {
    let mut open: Option<WordHasher> = None;
    for character in text[stretch.clone()].nfkc() {
        if is_apostrophe(character) || is_ignorable(character) || is_combining_mark(character) {
            continue;
        }
        if character.is_alphanumeric() {
            add_folded(open.get_or_insert_default(), character);
        } else if let Some(hasher) = open.take() {
            found(hasher.finish(), stretch.clone());
        }
    }
    if let Some(hasher) = open {
        found(hasher.finish(), stretch);
    }
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{02B9}' | '\u{2032}' | '`' | '´')
}

/// Characters that are not seen (Unicode's Default_Ignorable_Code_Point, those that occur in texts).
pub(super) fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Folds and adds. Upper case, then lower case is full case folding for all letters in use: `ß` and `SS` are one.
fn add_folded(hasher: &mut WordHasher, character: char) {
    character.to_uppercase().flat_map(char::to_lowercase).for_each(|folded| hasher.character(folded));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_same_words() {
        for (left, right) in [
            ("Don't stop", "DON’T\u{a0}stop"),
            ("well-known", "well known"),
            ("caf\u{e9} au lait", "cafe\u{301} au LAIT"),
            ("straße", "STRASSE"),
            ("ﬁne efforts", "fine eﬀorts"),
            ("care\u{ad}ful", "care\u{200b}fu\u{2060}l"),
            ("“Yes”—he said…", "yes he said"),
            ("x\u{323}y", "xy"),
            ("１２ rooms", "12 Rooms"),
            ("a<b>c", "a b c"),
        ] {
            assert_eq!(words_of(left), words_of(right), "{left} and {right}");
        }
        assert_ne!(words_of("well-known"), words_of("wellknown"));
        assert_eq!(words_of(" — … '").len(), 0);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "One “two” naïve—three.";
        let places: Vec<&str> = words_with_places(text).into_iter().map(|(_, place)| &text[place]).collect();
        assert_eq!(places, ["One", "two", "naïve—three.", "naïve—three."]);
    }
}
