//! A second, simple-minded reader of pages: no tree, only tags. What the verification accepts it must see as well.

use super::super::visible_text::normalise;

/// The text between tags, references resolved, with the contents of a few elements left out.
pub(super) fn naive_visible_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&resolve(&rest[..start]));
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let is_tag = rest[1..].starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
        if !is_tag {
            text.push('<');
            rest = &rest[1..];
            continue;
        }
        let (tag, after) = split_tag(rest);
        let name: String = tag
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        rest = after;
        if !matches!(
            name.as_str(),
            "a" | "b" | "i" | "em" | "strong" | "span" | "wbr" | "bdi" | "u" | "small" | "sub" | "sup" | "mark"
        ) {
            text.push(' ');
        }
        if matches!(name.as_str(), "script" | "style" | "title" | "textarea") && !tag.starts_with("</") {
            let end = rest.to_ascii_lowercase().find(&format!("</{name}")).unwrap_or(rest.len());
            rest = &rest[end..];
        }
    }
    text.push_str(&resolve(rest));
    // Browsers drop NUL characters.
    normalise(&text.replace('\0', ""))
}

/// A tag and what follows it; `>` inside quotes does not end it.
fn split_tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, '>') => return (&text[..at], &text[at + 1..]),
            (None, '"' | '\'') if text[..at].trim_end().ends_with('=') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    (text, "")
}

fn resolve(text: &str) -> String {
    let mut resolved = text.to_owned();
    for (reference, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&ldquo;", "“"),
        ("&rdquo;", "”"),
        ("&ndash;", "–"),
        ("&amp;", "&"),
    ] {
        resolved = resolved.replace(reference, character);
    }
    resolved
}

#[test]
fn it_reads_plain_pages() {
    for (html, expected) in [
        ("<p>a</p><p>b <b>c</b>d", "a b cd"),
        ("a<script>b < c</script>d", "a d"),
        ("<a title='x>y'>a</a> &amp; <!-- > --> b", "a & b"),
    ] {
        assert_eq!(naive_visible_text(html), expected, "{html}");
    }
}
