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
            let ends = ["-->", "--!>"].iter().filter_map(|end| after.find(end).map(|at| at + end.len()));
            let end = match after {
                _ if after.starts_with('>') => 1,
                _ if after.starts_with("->") => 2,
                _ => ends.min().unwrap_or(after.len()),
            };
            rest = &after[end..];
            continue;
        }
        let is_tag = rest[1..].starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
        if !is_tag {
            text.push('<');
            rest = &rest[1..];
            continue;
        }
        let (tag, after) = split_tag(rest);
        let name = tag.trim_start_matches(['<', '/']).split([' ', '\n', '\t', '\x0C', '/']).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
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
