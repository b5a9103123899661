//! N, the form in which texts of statements and pieces are compared, and the first difference between two of them.
//!
//! Must not know what the texts are.

use unicode_normalization::UnicodeNormalization;

use super::words;

/// Characters of context that a message shows before and after a difference.
const CONTEXT: usize = 24;

/// N of a text: without soft hyphens, zero-width spaces, word joiners and byte order marks; NFC; every white space
/// character is a space, runs of it are one, none at the ends. Nothing else is changed.
pub fn normalised(text: &str) -> String {
    let visible =
        text.chars().filter(|character| !matches!(character, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}'));
    let composed: String = visible.nfc().collect();
    let mut result = String::with_capacity(composed.len());
    for word in composed.split(char::is_whitespace).filter(|word| !word.is_empty()) {
        if !result.is_empty() {
            result.push(' ');
        }
        result.push_str(word);
    }
    result
}

/// Where two normalised texts first differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The expected text around the place, the differing character in `⟦⟧`; `⟦end⟧` where it is over.
    pub expected: String,
    /// The other text around the place.
    pub found: String,
    /// Whether the texts have the same words and differ only in signs, spaces or letter case.
    pub is_typographic: bool,
}

/// The first difference, or `None` where the texts are equal.
pub fn difference(expected: &str, found: &str) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let same = expected.chars().zip(found.chars()).take_while(|(left, right)| left == right).count();
    Some(Difference {
        expected: marked(expected, same),
        found: marked(found, same),
        is_typographic: words::words_of(expected) == words::words_of(found),
    })
}

/// The text around one character, which is marked; characters that are not seen are shown by their number.
fn marked(text: &str, at: usize) -> String {
    let start = at.saturating_sub(CONTEXT);
    let before: String = text.chars().skip(start).take(at - start).collect();
    let mark = match text.chars().nth(at) {
        None => "end".to_owned(),
        Some(' ') => "space".to_owned(),
        Some(hidden) if words::is_ignorable(hidden) || hidden.is_control() => format!("U+{:04X}", u32::from(hidden)),
        Some(character) => character.to_string(),
    };
    let after: String = text.chars().skip(at + 1).take(CONTEXT).collect();
    let cut_before = if start > 0 { "…" } else { "" };
    let cut_after = if text.chars().nth(at + 1 + CONTEXT).is_some() { "…" } else { "" };
    format!("{cut_before}{before}⟦{mark}⟧{after}{cut_after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_and_four_characters_are_evened_out() {
        assert_eq!(normalised(" a\u{a0}\u{2003}b\n\tc\u{ad}\u{200b}\u{2060}\u{feff}d e\u{301} "), "a b cd é");
        for text in ["(c)", "©", "\"a\"", "“a”", "a\u{200d}b", "A"] {
            assert_eq!(normalised(text), text);
        }
    }

    #[test]
    fn the_first_difference_is_marked_in_both() {
        let found =
            difference("Copyright, Hearth. Used with care.", "Copyright, Hearth – used with care.").expect("differ");
        assert_eq!(found.expected, "Copyright, Hearth⟦.⟧ Used with care.");
        assert_eq!(found.found, "Copyright, Hearth⟦space⟧– used with care.");
        assert!(found.is_typographic);
        let found = difference("one two three", "one two").expect("differ");
        assert_eq!((found.expected.as_str(), found.found.as_str()), ("one two⟦space⟧three", "one two⟦end⟧"));
        assert!(!found.is_typographic);
        assert_eq!(difference("a", "a"), None);
    }
}
