//! Takes whole paragraphs out of a rendered body: from its HTML, its text and its parts.
//!
//! Must not know why a paragraph does not belong there.

use std::ops::Range;

use super::text;
use crate::document::{Body, Fragment, Slot};

/// The body without the blocks `lines` of its text (counted from 0, one a line), or `None` where they are not all
/// paragraphs. Links keep their places in the list, so that slots stay true.
pub fn without_paragraphs(body: &Body, lines: Range<usize>) -> Option<Body> {
    let whole = body.text.read();
    let gone: Vec<&str> = whole.split('\n').skip(lines.start).take(lines.len()).collect();
    let kept: Vec<&str> =
        whole.split('\n').enumerate().filter(|(line, _)| !lines.contains(line)).map(|(_, text)| text).collect();
    let mut result = body.clone();
    result.content = without(&body.content.to_fragment(), &gone)?.into();
    let kept = kept.join("\n");
    result.words = text::count_words(&kept);
    result.text = kept.into();
    if gone.contains(&result.first_paragraph.as_str()) {
        result.first_paragraph.clear();
    }
    for part in &mut result.parts {
        // A part that holds only some of them keeps what it can: its own text.
        for line in &gone {
            if let Some(content) = without(&part.content.to_fragment(), &[line]) {
                part.content = content.into();
                let kept = part.text.read().split('\n').filter(|text| text != line).collect::<Vec<_>>().join("\n");
                part.text = kept.into();
            }
        }
        part.items.retain(|item| !gone.contains(&&*item.text.read()));
    }
    Some(result)
}

/// The fragment without the paragraphs that have these texts, in this order.
fn without(fragment: &Fragment, texts: &[&str]) -> Option<Fragment> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for wanted in texts {
        let cut = paragraphs(&fragment.html, from).find(|range| shows(&fragment.html[range.clone()], wanted))?;
        from = cut.end;
        match cuts.last_mut() {
            Some(last) if last.end == cut.start => last.end = cut.end,
            _ => cuts.push(cut),
        }
    }
    let mut result = Fragment::default();
    let mut from = 0;
    for cut in cuts
        .into_iter()
        .map(|cut| with_empty_quote(&fragment.html, cut))
        .chain(std::iter::once(fragment.html.len()..usize::MAX))
    {
        let base = result.html.len();
        result.html.push_str(&fragment.html[from..cut.start.max(from)]);
        let kept = fragment.slots.iter().filter(|slot| (from..=cut.start).contains(&(slot.at as usize)));
        let moved = kept.map(|slot| Slot { at: slot.at - narrow(from) + narrow(base), ..*slot });
        result.slots.extend(moved);
        from = cut.end;
    }
    Some(result)
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The places of all paragraphs from `from` on, with the line break behind them. Paragraphs do not nest.
fn paragraphs(html: &str, from: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let starts = memchr::memmem::find_iter(&html.as_bytes()[from..], "<p").map(move |at| from + at);
    starts.filter(move |at| matches!(html.as_bytes().get(at + 2), Some(b'>' | b' '))).filter_map(move |start| {
        let end = start + html[start..].find("</p>")? + "</p>".len();
        Some(start..end + usize::from(html[end..].starts_with('\n')))
    })
}

/// Whether a piece of HTML shows this text, white space aside.
fn shows(html: &str, text: &str) -> bool {
    let mut shown = String::with_capacity(html.len());
    let mut in_tag = false;
    for character in html.chars() {
        match character {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if in_tag => {}
            _ => shown.push(character),
        }
    }
    let shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    shown.split_whitespace().eq(text.split_whitespace())
}

/// The cut, with the block quote around it where nothing else stands in it.
fn with_empty_quote(html: &str, cut: Range<usize>) -> Range<usize> {
    const OPEN: &str = "<blockquote>\n";
    const CLOSE: &str = "</blockquote>\n";
    if html[..cut.start].ends_with(OPEN) && html[cut.end..].starts_with(CLOSE) {
        cut.start - OPEN.len()..cut.end + CLOSE.len()
    } else {
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PartDefinition;
    use crate::diagnostic::FilePath;
    use crate::document::ParseOptions;

    fn body(markdown: &str) -> Body {
        let part = PartDefinition { key: "action_steps".into(), labels: vec!["Action Steps".into()] };
        super::super::parse(
            &FilePath::from("content/articles/a.md"),
            markdown,
            0,
            &ParseOptions { parts: vec![part] },
            &mut Vec::new(),
        )
    }

    #[test]
    fn a_paragraph_leaves_html_text_and_parts() {
        let both = body(
            "Own [link](a.md).\n\n## Action Steps\n\nDo *this*.\n\nBy <b>A</b> & [b](https://b.example/).\n\n> Quoted.\n",
        );
        assert_eq!(both.text.read(), "Own link.\nAction Steps\nDo this.\nBy A & b.\nQuoted.");
        let without = without_paragraphs(&both, 3..6).expect("paragraphs");
        let expected = body("Own [link](a.md).\n\n## Action Steps\n\nDo *this*.\n");
        assert_eq!(without.content, expected.content);
        assert_eq!(without.text, expected.text);
        assert_eq!(without.words, expected.words);
        assert_eq!(without.parts[0].items, expected.parts[0].items);
        assert_eq!(without.parts[0].text, expected.parts[0].text);
        assert_eq!(without_paragraphs(&both, 1..2), None, "a heading is no paragraph");
    }
}
