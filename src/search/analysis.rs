//! Text to words: segmentation, folding, bigrams, stems.
//!
//! `themes/default/assets/search.js` does the same to queries, stems aside: the browser looks words up as they stand.
//! `tests/browser/folding.json` is the table that holds both against each other. Must not know documents or the index.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word that is indexed, in characters; the rest of a longer one is left out on both sides.
pub(super) const LONGEST_WORD: usize = 40;

/// Calls `found` for every raw word of a text: a run of letters, digits and marks, as it stands.
pub(super) fn raw_words<'text>(text: &'text str, mut found: impl FnMut(&'text str)) {
    let bytes = text.as_bytes();
    let mut start = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let (is_word, length) = if byte < 0x80 {
            (byte.is_ascii_alphanumeric(), 1)
        } else {
            let character = text[at..].chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
            (is_word_character(character), character.len_utf8())
        };
        match (is_word, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found(&text[from..at]);
                start = None;
            }
            _ => {}
        }
        at += length;
    }
    if let Some(from) = start {
        found(&text[from..]);
    }
}

/// Whether a character stands in words.
pub(super) fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character) || is_ignored(character)
}

/// Characters that stand inside words and mean nothing: soft hyphens and joiners.
fn is_ignored(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// One case, no accents, compatibility forms as their plain letters.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().flat_map(char::to_lowercase) {
        match character {
            '\u{300}'..='\u{36f}' => {}
            ignored if is_ignored(ignored) => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other => folded.push(other),
        }
    }
    folded.nfc().collect()
}

/// Whether a character is a letter of Latin, Greek or Cyrillic script that folds to letters of the same word, and no
/// more: a word of such letters has one form. What is not among them is not always otherwise, only worth a look.
pub(super) fn is_plain_letter(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ľ' | 'Ł'..='ň' | 'ŋ'..='ž' | 'Ά' | 'Έ'..='Ί' | 'Ό'
            | 'Ύ'..='Ρ' | 'Σ'..='ώ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ԯ')
}

/// The form of a word that has one, in lower case where it is ASCII.
pub(super) fn form(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    if !raw.chars().all(is_plain_letter) {
        return Cow::Owned(forms(raw).into_iter().next().map(|form| form.text).unwrap_or_default());
    }
    let mut folded = fold(raw);
    if let Some((end, _)) = folded.char_indices().nth(LONGEST_WORD) {
        folded.truncate(end);
    }
    Cow::Owned(folded)
}

/// Scripts that are written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A word as it is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// Its folded letters.
    pub(super) text: String,
    /// Whether words around it are its neighbours; the last letter of an unspaced run is found, but no step of it.
    pub(super) in_sequence: bool,
}

/// The forms of one raw word: usually one; bigrams for unspaced scripts.
pub(super) fn forms(raw: &str) -> Vec<Form> {
    if raw.is_ascii() {
        return vec![Form { text: raw[..raw.len().min(LONGEST_WORD)].to_ascii_lowercase(), in_sequence: true }];
    }
    let mut forms = Vec::new();
    let folded = fold(raw);
    raw_words(&folded, |piece| {
        let characters: Vec<char> = piece.chars().collect();
        for run in characters.chunk_by(|left, right| is_unspaced(*left) == is_unspaced(*right)) {
            if is_unspaced(run[0]) {
                add_bigrams(run, &mut forms);
            } else {
                forms.push(Form { text: run.iter().take(LONGEST_WORD).collect(), in_sequence: true });
            }
        }
    });
    forms
}

fn add_bigrams(run: &[char], forms: &mut Vec<Form>) {
    forms.extend(run.windows(2).map(|pair| Form { text: pair.iter().collect(), in_sequence: true }));
    forms.extend(run.last().map(|last| Form { text: last.to_string(), in_sequence: run.len() == 1 }));
}

/// The forms of a text, as a query has them.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    raw_words(text, |raw| words.extend(forms(raw).into_iter().filter(|form| form.in_sequence).map(|form| form.text)));
    words
}

/// The stemmer of a language, by the primary subtag of its tag; languages that Snowball does not know have none.
pub(super) fn stemmer(language: &str) -> Option<Stemmer> {
    let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let algorithm = match primary.as_str() {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "nl" => Algorithm::Dutch,
        "en" => Algorithm::English,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "es" => Algorithm::Spanish,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    };
    Some(Stemmer::create(algorithm))
}

/// The stem of a raw word, from its letters with accents: many languages' endings have them.
pub(super) fn stem(stemmer: &Stemmer, raw: &str) -> String {
    let lower: String = if raw.is_ascii() { raw.to_ascii_lowercase() } else { raw.to_lowercase().nfc().collect() };
    stemmer.stem(&lower).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_as_the_browser_folds_them() {
        let table: Vec<(String, Vec<String>)> =
            serde_json::from_str(include_str!("../../tests/browser/folding.json")).unwrap();
        assert!(table.len() > 20);
        for (text, expected) in table {
            assert_eq!(words(&text), expected, "{text}");
        }
    }

    #[test]
    fn the_last_letter_of_an_unspaced_run_can_be_found() {
        let forms: Vec<(String, bool)> =
            forms("満足度").into_iter().map(|form| (form.text, form.in_sequence)).collect();
        assert_eq!(forms, [("満足".to_owned(), true), ("足度".to_owned(), true), ("度".to_owned(), false)]);
    }

    #[test]
    fn stems_are_those_of_the_language() {
        for (language, word, expected) in [
            ("en", "Services", "servic"),
            ("de-AT", "Häuser", "haus"),
            ("fr", "clientes", "client"),
            ("es", "clientes", "client"),
        ] {
            assert_eq!(stem(&stemmer(language).unwrap(), word), expected);
        }
        assert!(stemmer("ja").is_none());
    }
}
