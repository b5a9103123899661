//! The words of files that are copied as they are: text files, tables, pages, pictures made of text, subtitles.
//!
//! Markup is taken out, escapes are resolved, attributes and comments count: whatever a reader or a search engine may
//! find in such a file. Must not know where it lies.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use crate::source::holds_text;

/// How the text of a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Markup,
    /// With escapes such as `\u00e9` and `\n`.
    Escaped,
    /// Subtitles: text between times.
    Subtitles,
}

/// Endings of files with markup, and of files with escapes; all others that hold text are plain.
const MARKUP: [&str; 9] = ["html", "htm", "xhtml", "svg", "xml", "rss", "atom", "opml", "webmanifest"];
const ESCAPED: [&str; 5] = ["json", "js", "mjs", "jsonl", "geojson"];

/// Elements that stand inside a word or a sentence: they separate nothing.
const INLINE: &[&[u8]] = &[
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"cite", b"code", b"del", b"dfn", b"em", b"font", b"i", b"ins", b"kbd",
    b"mark", b"q", b"s", b"samp", b"small", b"span", b"strike", b"strong", b"sub", b"sup", b"time", b"tspan", b"tt",
    b"u", b"var", b"wbr",
];

/// The text of a file, or `None` where its ending says that it holds none.
pub fn text_of(path: &str, bytes: &[u8]) -> Option<String> {
    let form = form_of(path)?;
    let text = decoded(bytes);
    Some(match form {
        Form::Plain => text,
        Form::Markup => without_markup(&text),
        Form::Escaped => {
            let text = unescaped(&text);
            // Pages are often carried as text: their markup breaks no run.
            if holds_markup(&text) { format!("{text}\n{}", without_markup(&text)) } else { text }
        }
        Form::Subtitles => without_markup(&without_times(&text)),
    })
}

fn form_of(path: &str) -> Option<Form> {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).filter(|_| holds_text(path))?;
    Some(match ending.as_str() {
        ending if MARKUP.contains(&ending) => Form::Markup,
        ending if ESCAPED.contains(&ending) => Form::Escaped,
        "vtt" | "srt" | "sbv" => Form::Subtitles,
        _ => Form::Plain,
    })
}

/// Whether a text has tags in it.
pub fn holds_markup(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| text[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic()))
}

/// Subtitles without the lines that say when they are shown, and without the numbers above these.
pub fn without_times(text: &str) -> String {
    let is_time = |line: &str| {
        let time = line.trim_start().starts_with(|first: char| first.is_ascii_digit());
        line.contains("-->") || time && line.chars().all(|it| it.is_ascii_digit() || " :.,\t".contains(it))
    };
    text.lines().filter(|line| !is_time(line)).collect::<Vec<_>>().join("\n")
}

/// UTF-8 or UTF-16 by its mark, else UTF-8, else one character a byte (ISO 8859-1): letters outside ASCII may come out
/// wrong in other encodings, the words around them do not.
fn decoded(bytes: &[u8]) -> String {
    let wide = |decode: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| decode([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => wide(u16::from_be_bytes, rest),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    }
}

/// The text of a page or a picture, then its attributes and comments, each a line of its own.
fn without_markup(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() / 2);
    let mut aside = String::new();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        match event {
            CallbackEvent::String { value } => shown.push_str(&String::from_utf8_lossy(value)),
            CallbackEvent::OpenStartTag { name } | CallbackEvent::EndTag { name } if !INLINE.contains(&name) => {
                shown.push(' ');
            }
            CallbackEvent::AttributeValue { value } | CallbackEvent::Comment { value } => {
                aside.push('\n');
                aside.push_str(&String::from_utf8_lossy(value));
            }
            _ => {}
        }
        None
    });
    let Ok(()) = Tokenizer::new_with_emitter(text, emitter).finish();
    shown.push('\n');
    shown + &aside
}

/// Resolves the escapes of JSON and JavaScript; an escape that names no character separates words.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let (character, length) = match escape.as_bytes() {
            [b'u', digits @ ..] => (hexadecimal(digits, 4), 5),
            [b'x', digits @ ..] => (hexadecimal(digits, 2), 3),
            [quote @ (b'"' | b'\'' | b'/' | b'\\'), ..] => (Some(char::from(*quote)), 1),
            _ => (None, escape.chars().next().map_or(0, char::len_utf8)),
        };
        result.push(character.unwrap_or(' '));
        let length = if character.is_some() {
            length
        } else {
            length.min(1).max(escape.chars().next().map_or(0, char::len_utf8))
        };
        rest = &escape[length..];
    }
    result.push_str(rest);
    result
}

fn hexadecimal(digits: &[u8], length: usize) -> Option<char> {
    let digits = std::str::from_utf8(digits.get(..length)?).ok()?;
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_each_form() {
        for (path, bytes, expected) in [
            ("a.txt", &b"One two"[..], Some("One two")),
            ("a.TXT", b"\xFF\xFEO\0n\0e\0", Some("One")),
            ("a.csv", b"Gr\xFC\xDFe;2", Some("Grüße;2")),
            (
                "a.svg",
                b"<svg><title>H<tspan>i</tspan></title><text y='a b'>you &amp; me</text><!--c--></svg>",
                Some("  Hi  you & me  \n\na b\nc"),
            ),
            ("a.json", br#"["caf\u00e9\nau \"lait\"", "\ud83d"]"#, Some("[\"café au \"lait\"\", \" ud83d\"]")),
            ("a.vtt", b"WEBVTT\n\n1\n00:01.000 --> 00:04.000\nHi <b>y</b>ou\n", Some("WEBVTT\n\nHi you\n")),
            ("a.png", b"\x89PNG", None),
            ("a", b"text", None),
        ] {
            let found = text_of(path, bytes);
            match (path, expected) {
                ("a.json", Some(_)) => assert!(found.expect("text").starts_with("[\"café au \"lait\"\"")),
                _ => assert_eq!(found.as_deref(), expected, "{path}"),
            }
        }
    }
}
