//! What a feed says, read from its bytes: who each entry is by, what it is called, what text it carries.
//!
//! Reads Atom and RSS as far as that goes, and shares nothing with the code that writes feeds. Must not know pieces.

use std::ops::Range;

/// One entry of a feed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FeedEntry {
    /// Its title as text.
    pub title: String,
    /// Its summary as written: text or HTML.
    pub summary: String,
    /// Its content as HTML; empty without one.
    pub content: String,
    /// Its links and identifiers.
    pub addresses: Vec<String>,
    /// Who it is by: its own authors, else those of the whole feed.
    pub authors: Vec<String>,
    /// Its place in the feed.
    pub range: Range<usize>,
}

/// The entries of a feed, in order; none for any other XML.
pub fn entries(feed: &str) -> Vec<FeedEntry> {
    let mut found = elements(feed, &["entry", "item"]);
    found.sort_by_key(|element| element.range.start);
    let head = found.first().map_or("", |first| &feed[..first.range.start]);
    let of_feed = authors(head);
    found
        .into_iter()
        .map(|element| {
            let first = |names: &[&str]| elements(element.inner, names).first().map_or("", |found| found.inner);
            let own = authors(element.inner);
            FeedEntry {
                title: text(first(&["title"])),
                summary: text(first(&["summary", "description"])),
                content: text(first(&["content", "encoded"])),
                addresses: addresses(element.inner),
                authors: if own.is_empty() { of_feed.clone() } else { own },
                range: element.range,
            }
        })
        .collect()
}

/// `<author><name>…</name></author>` of Atom, `<author>` and `<dc:creator>` of RSS.
fn authors(xml: &str) -> Vec<String> {
    let named = elements(xml, &["author", "creator"]).into_iter().flat_map(|author| {
        let names = elements(author.inner, &["name"]);
        if names.is_empty() { vec![author.inner] } else { names.into_iter().map(|name| name.inner).collect() }
    });
    named.map(text).filter(|name| !name.is_empty()).collect()
}

fn addresses(xml: &str) -> Vec<String> {
    let links = elements(xml, &["link", "id", "guid"]).into_iter().map(|link| match attribute(link.tag, "href") {
        Some(address) => text(address),
        None => text(link.inner),
    });
    links.filter(|address| !address.is_empty()).collect()
}

/// An element found by its local name.
struct Found<'x> {
    /// The start tag between `<` and `>`.
    tag: &'x str,
    inner: &'x str,
    range: Range<usize>,
}

/// All elements of some local names that do not stand in one another.
fn elements<'x>(xml: &'x str, names: &[&str]) -> Vec<Found<'x>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = xml.get(at..).and_then(|rest| rest.find('<')).map(|length| at + length) {
        let rest = &xml[start..];
        at = start + 1;
        if let Some(end) = end_of_section(rest) {
            at = start + end;
            continue;
        }
        let Some(length) = rest.find('>') else { break };
        let tag = &rest[1..length];
        let name = tag.split(|character: char| character.is_whitespace() || character == '/').next().unwrap_or("");
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
        if name.is_empty() || !names.iter().any(|wanted| local.eq_ignore_ascii_case(wanted)) {
            continue;
        }
        let inner_start = start + length + 1;
        let (inner_end, end) = match tag.ends_with('/') {
            true => (inner_start, inner_start),
            false => end_of_element(xml, inner_start, name),
        };
        found.push(Found { tag, inner: &xml[inner_start..inner_end], range: start..end });
        at = end;
    }
    found
}

/// Where a comment or a CDATA section that begins here ends.
fn end_of_section(rest: &str) -> Option<usize> {
    [("<!--", "-->"), ("<![CDATA[", "]]>")].into_iter().find_map(|(open, close)| {
        let inside = rest.strip_prefix(open)?;
        Some(inside.find(close).map_or(rest.len(), |length| open.len() + length + close.len()))
    })
}

/// Where an element's end tag begins and ends; sections are passed over.
fn end_of_element(xml: &str, from: usize, name: &str) -> (usize, usize) {
    let mut at = from;
    while let Some(start) = xml.get(at..).and_then(|rest| rest.find('<')).map(|length| at + length) {
        let rest = &xml[start..];
        if let Some(end) = end_of_section(rest) {
            at = start + end;
            continue;
        }
        let after = rest.strip_prefix("</").and_then(|rest| rest.strip_prefix(name));
        if after.is_some_and(|after| after.trim_start().starts_with('>')) {
            let length = rest.find('>').map_or(rest.len(), |end| end + 1);
            return (start, start + length);
        }
        at = start + 1;
    }
    (xml.len(), xml.len())
}

fn attribute<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    let at = tag.find(&format!("{name}="))? + name.len() + 1;
    let quote = tag.get(at..)?.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    tag.get(at + 1..)?.split(quote).next()
}

/// The text of an element: references resolved, sections as they are.
fn text(inner: &str) -> String {
    let mut result = String::with_capacity(inner.len());
    let mut rest = inner.trim();
    while let Some((before, section)) = rest.split_once("<![CDATA[") {
        push_resolved(&mut result, before);
        let (inside, after) = section.split_once("]]>").unwrap_or((section, ""));
        result.push_str(inside);
        rest = after;
    }
    push_resolved(&mut result, rest);
    result
}

fn push_resolved(result: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        result.push_str(before);
        let name = reference.split(';').next().unwrap_or("");
        match character_of(name).filter(|_| name.len() < reference.len()) {
            Some(character) => {
                result.push(character);
                rest = &reference[name.len() + 1..];
            }
            None => {
                result.push('&');
                rest = reference;
            }
        }
    }
    result.push_str(rest);
}

fn character_of(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atom_and_rss() {
        let atom = "<feed><title>Site</title><author><name>Site</name></author><!-- <entry> --><entry><title>A &amp; b</title>\
                    <link href=\"https://kb.example/a.html\"/><id>urn:a</id><author><name>Ada</name></author>\
                    <author><name>Ben</name></author><summary>S</summary><content type='html'>&lt;p&gt;c</content></entry>\
                    <entry><title><![CDATA[C <d>]]></title></entry></feed>";
        let found = entries(atom);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].title, "A & b");
        assert_eq!(found[0].authors, ["Ada", "Ben"]);
        assert_eq!(found[0].addresses, ["https://kb.example/a.html", "urn:a"]);
        assert_eq!(found[0].content, "<p>c");
        assert!(
            atom[found[0].range.clone()].starts_with("<entry><title>A")
                && atom[found[0].range.clone()].ends_with("</entry>")
        );
        assert_eq!((found[1].title.as_str(), &found[1].authors[..]), ("C <d>", &["Site".to_owned()][..]));
        let rss = "<rss><channel><item><title>T</title><dc:creator>Ada</dc:creator><link>https://kb.example/t</link>\
                   <content:encoded><![CDATA[<p>x &amp; y</p>]]></content:encoded></item></channel></rss>";
        let found = entries(rss);
        assert_eq!(found[0].authors, ["Ada"]);
        assert_eq!(found[0].content, "<p>x &amp; y</p>");
        for odd in ["", "<", "<entry", "<entry>", "<entry><title>&#xFFFFFFFF;&", "<item/>", "<![CDATA[", "é<entry é>é"]
        {
            entries(odd);
        }
    }
}
