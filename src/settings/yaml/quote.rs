//! Quotes for YAML text, and the layout of one line: indentation, key, value. Must not know the parser.

use std::ops::Range;

/// The text in quotes: double ones where nothing needs an escape, else single ones, else double ones with escapes.
pub fn quote(text: &str) -> String {
    let plain = !text.contains(['"', '\\']) && !text.contains(char::is_control);
    if plain {
        format!("\"{text}\"")
    } else if !text.contains('\'') && !text.contains(char::is_control) {
        format!("'{text}'")
    } else {
        let mut quoted = String::with_capacity(text.len() + 8);
        quoted.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => quoted.extend(['\\', character]),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                control if control.is_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(control))),
                other => quoted.push(other),
            }
        }
        quoted.push('"');
        quoted
    }
}

/// The text as it can stand behind `key: `, in quotes only where YAML would read it otherwise.
pub fn quote_if_needed(text: &str) -> String {
    let special =
        text.starts_with([',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', ' ', '\t']);
    let marked = ["-", "?", ":"]
        .iter()
        .any(|mark| text.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '-'])));
    let inside = text.contains(": ") || text.contains(" #") || text.contains(":\t") || text.contains(char::is_control);
    let ending = text.ends_with([':', ' ', '\t']);
    let word = matches!(text, "" | "~" | "null");
    if special || marked || inside || ending || word { quote(text) } else { text.to_owned() }
}

/// Where the parts of a line stand, as byte offsets in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Length of the leading white space.
    pub(super) indent: usize,
    /// Where the key, or, without one, the value starts: behind `- `.
    pub(super) body: usize,
    /// The key of `key: value`.
    pub(super) key: Option<Range<usize>>,
    /// The value without a comment and surrounding white space; empty at its place when there is none.
    pub(super) value: Range<usize>,
}

impl Layout {
    /// The layout of a line (its line break does not matter).
    pub(super) fn of(line: &str) -> Self {
        let end = line.trim_end().len();
        let white = |from: usize| line[from..].len() - line[from..].trim_start_matches([' ', '\t']).len();
        let indent = white(0).min(end);
        let mut body = indent;
        while line[body..end].starts_with("- ") || line[body..end].starts_with("-\t") {
            body += 1 + white(body + 1);
        }
        let key = key_end(&line[body..end]).map(|length| body..body + length);
        let from = key.as_ref().map_or(body, |key| key.end + 1);
        let start = (from + white(from)).min(end);
        let written = &line[start..end];
        let length = split_comment(written).map_or(written, |(value, _)| value).trim_end().len();
        let value = if written.starts_with('#') { start..start } else { start..start + length };
        Self { indent, body, key, value }
    }
}

/// Length of a plain key at the start of `text`, if a `: ` (or a colon at the end) follows it.
fn key_end(text: &str) -> Option<usize> {
    if text.starts_with(['"', '\'', '[', '{', '&', '*', '!', '|', '>', '@', '%', '#', '`']) {
        return None;
    }
    let mut from = 0;
    while let Some(found) = text[from..].find(':') {
        let colon = from + found;
        let next = text.as_bytes().get(colon + 1);
        if next.is_none_or(|byte| matches!(byte, b' ' | b'\t')) {
            return (colon > 0 && !text[..colon].contains(" #")).then_some(colon);
        }
        from = colon + 1;
    }
    None
}

/// Splits `value # comment`; a value that starts with a quote is left whole.
fn split_comment(text: &str) -> Option<(&str, &str)> {
    if text.starts_with(['"', '\'']) {
        return None;
    }
    if text.starts_with('#') {
        return Some(("", text));
    }
    let at = [" #", "\t#"].iter().filter_map(|mark| text.find(mark)).min()?;
    Some((&text[..at], &text[at + 1..]))
}

/// The line with everything behind its key in quotes, a `#…` included; `None` without a key.
pub(super) fn line_with_quoted_value(line: &str) -> Option<String> {
    let layout = Layout::of(line);
    let key = layout.key?;
    let value = line[key.end + 1..].trim();
    Some(format!("{}: {}", &line[..key.end], quote(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_chosen_so_that_nothing_needs_an_escape() {
        for (text, expected) in [
            ("a: b", "\"a: b\""),
            ("say \"hi\": now", "'say \"hi\": now'"),
            ("it's \"x\": y", "\"it's \\\"x\\\": y\""),
            ("back\\slash: x", "'back\\slash: x'"),
            ("a\nb", "\"a\\nb\""),
        ] {
            assert_eq!(quote(text), expected);
        }
        for plain in ["Service", "2026-01-05", "https://x.example/a", "it's", "-5", "a#b", "Why? Because"] {
            assert_eq!(quote_if_needed(plain), plain);
        }
        for other in ["", "a: b", "a #b", "- a", "@x", "null", "ends:", "[x]", "---"] {
            assert_ne!(quote_if_needed(other), other, "{other}");
        }
    }

    #[test]
    fn layouts() {
        let parts = |line: &'static str| {
            let layout = Layout::of(line);
            (layout.body, layout.key.map_or("", |key| &line[key]), &line[layout.value])
        };
        assert_eq!(parts("title: Service: x\r\n"), (0, "title", "Service: x"));
        assert_eq!(parts("  - why: @x # note\n"), (4, "why", "@x"));
        assert_eq!(parts("  - plain\n"), (4, "", "plain"));
        assert_eq!(parts("title:x\n"), (0, "", "title:x"));
        assert_eq!(parts("key:\n"), (0, "key", ""));
        assert_eq!(parts("key: #x\n"), (0, "key", ""));
        assert_eq!(parts("\n"), (0, "", ""));
        assert_eq!(parts("-\n"), (0, "", "-"));
        assert_eq!(parts("u: https://x # y\n"), (0, "u", "https://x"));
    }
}
