//! The tags of a template: `{{ … }}` and `{% … %}` outside of comments and `raw`.
//!
//! Owns where a tag begins and ends. Must not know what any of them means; whether they are correct is the engine's to
//! say.

use std::ops::Range;

/// A tag.
#[derive(Debug, Clone)]
pub(super) struct Tag<'t> {
    /// Its place, marks included.
    pub(super) place: Range<usize>,
    /// What stands between its marks, with the `-` that trims.
    pub(super) inside: &'t str,
    /// Where that begins.
    pub(super) offset: usize,
    /// Whether it is a statement, not an expression.
    pub(super) is_statement: bool,
    /// Whether its closing mark was found.
    pub(super) is_closed: bool,
}

impl<'t> Tag<'t> {
    fn at(text: &'t str, start: usize, is_statement: bool) -> Self {
        let offset = start + 2;
        let close = end_of_inside(text, offset, if is_statement { "%}" } else { "}}" });
        let end = close.map_or(text.len(), |close| close + 2);
        let inside = &text[offset.min(text.len())..close.unwrap_or(text.len())];
        Self { place: start..end, inside, offset, is_statement, is_closed: close.is_some() }
    }

    /// What stands between its marks, without the `-` that trims.
    pub(super) fn trimmed(&self) -> &'t str {
        let inside = self.inside.strip_prefix('-').unwrap_or(self.inside);
        inside.strip_suffix('-').unwrap_or(inside)
    }

    /// The word that says what a statement is; nothing of an expression.
    pub(super) fn keyword(&self) -> &'t str {
        if !self.is_statement {
            return "";
        }
        let words = self.trimmed().trim_start();
        words.split(|next: char| !next.is_ascii_alphanumeric() && next != '_').next().unwrap_or_default()
    }
}

/// All tags of a template, in order.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('{').map(|offset| at + offset) {
        at = match text.as_bytes().get(start + 1) {
            Some(b'#') => text[start..].find("#}").map_or(text.len(), |end| start + end + 2),
            Some(mark @ (b'{' | b'%')) => {
                let tag = Tag::at(text, start, *mark == b'%');
                let end = tag.place.end;
                if tag.keyword() == "raw" {
                    end_of_raw(text, end)
                } else {
                    found.push(tag);
                    end
                }
            }
            _ => start + 1,
        };
    }
    found
}

/// Where the closing mark stands, outside of quotes.
fn end_of_inside(text: &str, from: usize, close: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quote: Option<u8> = None;
    let mut at = from;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, byte @ (b'"' | b'\'' | b'`')) => quote = Some(byte),
            (None, _) if bytes[at..].starts_with(close.as_bytes()) => return Some(at),
            (None, _) => {}
        }
        at += 1;
    }
    None
}

/// Behind the `endraw` that follows.
fn end_of_raw(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(start) = text[at..].find("{%").map(|found| at + found) {
        let tag = Tag::at(text, start, true);
        if tag.keyword() == "endraw" {
            return tag.place.end;
        }
        at = start + 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_end_at_their_mark_outside_of_quotes() {
        let found =
            |text: &str| -> Vec<String> { tags(text).iter().map(|tag| text[tag.place.clone()].to_owned()).collect() };
        for (text, expected) in [
            ("a {{ b }} {%- c -%} { d } {# {{ e }} #}", &["{{ b }}", "{%- c -%}"][..]),
            ("{{ \"}}\" }}{% if a == '%}' %}", &["{{ \"}}\" }}", "{% if a == '%}' %}"]),
            ("{{ \"\\\"}}\" }}", &["{{ \"\\\"}}\" }}"]),
            ("{%raw%}{{ a }}{% b %}{%- endraw -%}{{ c }}", &["{{ c }}"]),
            ("{% rawhide %}{{ \"open", &["{% rawhide %}", "{{ \"open"]),
            ("{", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_statement_says_what_it_is() {
        for (text, expected) in
            [("{% include\"a\" %}", "include"), ("{%-endcomponent-%}", "endcomponent"), ("{{ include }}", "")]
        {
            assert_eq!(tags(text)[0].keyword(), expected, "{text}");
        }
    }
}
