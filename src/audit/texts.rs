//! The texts of a file that is no page: what a program, a reader of feeds or a search machine finds in it.
//!
//! A text is a stretch in which words follow one another; markup and punctuation between them do not count. Must not
//! know what is searched for.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::tree::{DOCUMENT, Data, Step, Tree};
use crate::rights::copies::files;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A page.
    Html,
    /// A feed, a picture, any other XML.
    Xml,
    /// JSON or JavaScript.
    Script,
    /// A style sheet.
    Style,
    /// Subtitles: text between times.
    Subtitles,
    /// Anything else that is text.
    Plain,
    /// Compressed; it is what it holds.
    Gzip,
    /// Pictures, sound, fonts, archives.
    Binary,
}

const BINARY: [&str; 44] = [
    "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "tif", "tiff", "heic", "psd", "mp3", "mp4", "m4a",
    "m4v", "mov", "avi", "mkv", "webm", "ogg", "oga", "ogv", "wav", "flac", "woff", "woff2", "ttf", "otf", "eot",
    "pdf", "zip", "7z", "rar", "tar", "tgz", "bz2", "xz", "zst", "br", "docx", "xlsx", "pptx", "wasm",
];

impl Form {
    /// By a file's ending.
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        match ending.as_str() {
            "html" | "htm" | "xhtml" | "shtml" | "aspx" | "php" => Self::Html,
            "xml" | "rss" | "atom" | "svg" | "opml" | "rdf" => Self::Xml,
            "json" | "js" | "mjs" | "cjs" | "jsonl" | "geojson" | "webmanifest" | "map" => Self::Script,
            "css" => Self::Style,
            "vtt" | "srt" | "sbv" => Self::Subtitles,
            "gz" | "svgz" => Self::Gzip,
            ending if BINARY.contains(&ending) => Self::Binary,
            _ => Self::Plain,
        }
    }
}

/// UTF-8 or UTF-16 by its mark, else UTF-8, else one character a byte.
pub(super) fn decoded(bytes: Vec<u8>) -> String {
    let wide = |decode: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| decode([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => wide(u16::from_be_bytes, rest),
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
        },
    }
}

/// Everything a page holds, as one text: for pages inside pages.
pub(super) fn all_of_page(html: &str) -> String {
    let tree = Tree::parse(html);
    let mut text = String::new();
    for step in tree.walk(DOCUMENT) {
        match step {
            Step::Enter(id) => match tree.data(id) {
                Data::Text(part) => text.push_str(part),
                Data::Element(element) => {
                    if !is_inline(element.local()) {
                        text.push(' ');
                    }
                }
                Data::Fragment | Data::Comment(_) => {}
            },
            Step::Leave(id) => {
                if tree.element(id).is_some_and(|element| !is_inline(element.local())) {
                    text.push(' ');
                }
            }
        }
    }
    text
}

/// Whether an element stands inside a word or a sentence: it separates nothing.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "q"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tspan"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// The texts of a file: each is searched by itself.
pub(super) fn texts_of(form: Form, text: &str) -> Vec<String> {
    match form {
        Form::Script => of_script(text),
        Form::Style => vec![unescaped_style(text)],
        Form::Xml => of_xml(text).into_iter().map(|part| part.text).collect(),
        Form::Subtitles => vec![all_of_page(&files::without_times(text))],
        Form::Plain if files::holds_markup(text) => vec![text.to_owned(), all_of_page(text)],
        Form::Plain => vec![text.to_owned()],
        Form::Html => vec![all_of_page(text)],
        Form::Gzip | Form::Binary => Vec::new(),
    }
}

/// JSON or JavaScript: its strings with escapes resolved and neighbours joined, and the whole file as it reads.
///
/// The first joins words that a concatenation has cut apart; the second does without knowing what is a string, which
/// a regular expression can hide.
pub(super) fn of_script(text: &str) -> Vec<String> {
    let mut texts = vec![joined_strings(text), unescaped(text)];
    // Pages are often carried as text: their markup breaks no run.
    if files::holds_markup(&texts[0]) {
        texts.push(all_of_page(&texts[0]));
    }
    texts
}

/// All string literals in order: those with `+` between them become one word's parts, all others words of their own.
/// Names of properties are left out.
fn joined_strings(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut joined = String::new();
    let mut at = 0;
    let mut between = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| b"\"'`/".contains(byte))) {
        let start = at + found;
        let (open, next) = (bytes[start], bytes.get(start + 1).copied());
        at = match (open, next) {
            (b'/', Some(b'/')) => end_of(bytes, start + 2, b"\n"),
            (b'/', Some(b'*')) => end_of(bytes, start + 2, b"*/"),
            (b'/', _) => start + 1,
            _ => {
                let (inside, end) = end_of_string(bytes, start + 1, open);
                let is_name = text[end.min(text.len())..].trim_start().starts_with(':');
                if !is_name {
                    if text[between..start].trim() != "+" {
                        joined.push(' ');
                    }
                    joined.push_str(&unescaped(&text[start + 1..inside]));
                    between = end;
                }
                end
            }
        };
    }
    joined
}

fn end_of(bytes: &[u8], from: usize, mark: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memmem::find(rest, mark).map_or(bytes.len(), |at| from + at + mark.len())
}

/// Where a string's text ends and where the file goes on; strings in `"` and `'` end with their line at the latest.
fn end_of_string(bytes: &[u8], from: usize, quote: u8) -> (usize, usize) {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return (at, at + 1),
            _ if byte == quote => return (at, at + 1),
            _ => {}
        }
        at += 1;
    }
    (bytes.len(), bytes.len())
}

/// Resolves the escapes of JSON and JavaScript; one that names no character separates words.
pub(super) fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let (character, length) = escape_of(escape);
        result.push_str(&character);
        rest = &escape[length..];
    }
    result.push_str(rest);
    result
}

/// What an escape stands for and how long it is behind the backslash.
fn escape_of(escape: &str) -> (String, usize) {
    let coded = |digits: &str, length: usize| {
        let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        (character.unwrap_or(' ').to_string(), length)
    };
    let Some(first) = escape.chars().next() else { return (String::new(), 0) };
    match first {
        'u' if escape[1..].starts_with('{') => match escape.find('}') {
            Some(end) => coded(&escape[2..end], end + 1),
            None => (" ".to_owned(), 1),
        },
        'u' => match (hexadecimal(escape, 1, 4), escape.get(5..7), hexadecimal(escape, 7, 4)) {
            (Some(high @ 0xD800..=0xDBFF), Some("\\u"), Some(low @ 0xDC00..=0xDFFF)) => {
                let character = char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
                (character.unwrap_or(' ').to_string(), 11)
            }
            (Some(code), ..) => (char::from_u32(code).unwrap_or(' ').to_string(), 5),
            (None, ..) => (" ".to_owned(), 1),
        },
        'x' => match hexadecimal(escape, 1, 2) {
            Some(code) => (char::from_u32(code).unwrap_or(' ').to_string(), 3),
            None => (" ".to_owned(), 1),
        },
        // A backslash at the end of a line joins it with the next.
        '\n' => (String::new(), 1),
        'n' | 'r' | 't' | 'b' | 'f' | 'v' | '0' => (" ".to_owned(), 1),
        other => (other.to_string(), other.len_utf8()),
    }
}

fn hexadecimal(text: &str, from: usize, length: usize) -> Option<u32> {
    let digits = text.get(from..from + length)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// Resolves the escapes of CSS: up to six hexadecimal digits and one space, or the character itself.
pub(super) fn unescaped_style(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let digits = escape.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits > 0 {
            let code = u32::from_str_radix(&escape[..digits], 16).ok().and_then(char::from_u32);
            result.push(code.unwrap_or(' '));
            rest = &escape[digits..];
            rest = rest.strip_prefix([' ', '\t', '\n']).unwrap_or(rest);
        } else {
            let next = escape.chars().next();
            result.extend(next.filter(|next| *next != '\n'));
            rest = &escape[next.map_or(0, char::len_utf8)..];
        }
    }
    result.push_str(rest);
    result
}

/// A stretch of an XML file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct XmlPart {
    /// Its text, references resolved.
    pub(super) text: String,
    /// The entry of a feed that it stands in, counted from 0.
    pub(super) entry: Option<usize>,
    /// Whether the text is itself a page or a part of one: the content of a feed's entry.
    pub(super) is_page: bool,
}

/// The texts of an XML file: all of it as it reads, then attributes and comments, then every element that holds a page.
pub(super) fn of_xml(text: &str) -> Vec<XmlPart> {
    let text = with_plain_sections(text);
    let mut reader = XmlReader::default();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        reader.event(&event);
        None
    });
    let Ok(()) = Tokenizer::new_with_emitter(text.as_str(), emitter).finish();
    reader.finish()
}

#[derive(Default)]
struct XmlReader {
    shown: String,
    aside: String,
    /// The text of the element that is open, if none is in it.
    inner: String,
    entries: usize,
    in_entry: bool,
    parts: Vec<XmlPart>,
}

impl XmlReader {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::String { value } => {
                let value = String::from_utf8_lossy(value);
                self.inner.push_str(&value);
            }
            CallbackEvent::OpenStartTag { name } => {
                self.end_of_text();
                if matches!(*name, b"entry" | b"item") {
                    self.in_entry = true;
                }
                self.separate(name);
            }
            CallbackEvent::EndTag { name } => {
                self.end_of_text();
                if matches!(*name, b"entry" | b"item") {
                    self.in_entry = false;
                    self.entries += 1;
                }
                self.separate(name);
            }
            CallbackEvent::AttributeValue { value } | CallbackEvent::Comment { value } => {
                self.aside.push('\n');
                self.aside.push_str(&String::from_utf8_lossy(value));
            }
            _ => {}
        }
    }

    fn separate(&mut self, name: &[u8]) {
        if !std::str::from_utf8(name).is_ok_and(is_inline) {
            self.shown.push(' ');
        }
    }

    fn end_of_text(&mut self) {
        let text = std::mem::take(&mut self.inner);
        if files::holds_markup(&text) {
            let entry = self.in_entry.then_some(self.entries);
            self.parts.push(XmlPart { text, entry, is_page: true });
        } else {
            self.shown.push_str(&text);
        }
    }

    fn finish(mut self) -> Vec<XmlPart> {
        self.end_of_text();
        let plain = |text: String| XmlPart { text, entry: None, is_page: false };
        let mut parts = vec![plain(self.shown), plain(self.aside)];
        parts.append(&mut self.parts);
        parts
    }
}

/// CDATA sections as plain text with references, which readers of HTML understand as well.
fn with_plain_sections(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, section)) = rest.split_once("<![CDATA[") {
        result.push_str(before);
        let (inside, after) = section.split_once("]]>").unwrap_or((section, ""));
        result.push_str(&inside.replace('&', "&amp;").replace('<', "&lt;"));
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_programs() {
        for (text, expected) in [
            (r#"["one", "two"]"#, " one two"),
            (r#"x = "ser" + "vi" + 'ce';"#, " service"),
            (r#"{"name": "a\u0062c", "other": "d\ne"}"#, " abc d e"),
            (r#"a = /* "no" */ 'yes' // 'no'"#, " yes"),
            ("x + `t` + \"u\"", " tu"),
            (r#""\ud83d\ude00""#, " \u{1F600}"),
            (r#""open"#, " open"),
            ("'line\nnext'", " line "),
            ("", ""),
        ] {
            assert_eq!(joined_strings(text), expected, "{text}");
        }
        assert_eq!(unescaped(r"a\x41\u{42}\q\"), "aABq");
        assert_eq!(unescaped_style(r"\201C one\a two\\"), "“one\ntwo\\");
    }

    #[test]
    fn feeds_hold_pages() {
        let parts = of_xml(
            "<feed><title>T&amp;t</title><entry><summary>S</summary><content type='html'>&lt;p>a&amp;amp;b&lt;/p></content>\
             </entry><entry><content><![CDATA[<p>c</p>]]></content></entry><!-- x --></feed>",
        );
        let pages: Vec<(&str, Option<usize>)> =
            parts.iter().filter(|part| part.is_page).map(|part| (part.text.as_str(), part.entry)).collect();
        assert_eq!(pages, [("<p>a&amp;b</p>", Some(0)), ("<p>c</p>", Some(1))]);
        assert!(parts[0].text.contains("T&t") && parts[0].text.contains('S'), "{parts:?}");
        assert!(parts[1].text.contains(" x "));
    }

    #[test]
    fn forms_by_ending() {
        for (path, form) in [
            ("a/b.HTML", Form::Html),
            ("feed.xml", Form::Xml),
            ("search/a.json", Form::Script),
            ("a.css", Form::Style),
            ("a.html.gz", Form::Gzip),
            ("a.png", Form::Binary),
            ("robots.txt", Form::Plain),
            ("LICENCE", Form::Plain),
        ] {
            assert_eq!(Form::of(path), form, "{path}");
        }
    }
}
