//! Start tags of a finished page, as the WHATWG tokenizer sees them, at the speed of a search for `<`.
//!
//! Owns the finding of tags and attributes. Must not know what any of them means. Text, end tags and comments are passed
//! over; character references in values are left to [`html5gum`], which is only asked where there is an `&`.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::Range;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use memchr::{memchr, memmem};

/// A start tag.
#[derive(Default)]
pub(super) struct StartTag<'a> {
    /// Its name, lower case.
    pub(super) name: Cow<'a, [u8]>,
    /// Its attributes with lower-case names, repetitions included.
    pub(super) attributes: Vec<(Cow<'a, [u8]>, Cow<'a, str>)>,
}

impl StartTag<'_> {
    /// The value that counts: of a repeated attribute, the first.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| **other == *name.as_bytes()).map(|(_, value)| &**value)
    }
}

/// What a byte can mean in a tag; a byte has one of these or none.
const SPACE: u8 = 1;
const SLASH: u8 = 2;
const TAG_END: u8 = 4;
const EQUALS: u8 = 8;
const UPPER_CASE: u8 = 16;

/// The meaning of every byte, so that one look tells it.
const MEANINGS: [u8; 256] = {
    let mut meanings = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        meanings[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => SPACE,
            b'/' => SLASH,
            b'>' => TAG_END,
            b'=' => EQUALS,
            b'A'..=b'Z' => UPPER_CASE,
            _ => 0,
        };
        byte += 1;
    }
    meanings
};

/// Whether an element's content is text up to its own end tag.
fn has_raw_text(name: &[u8]) -> bool {
    match name {
        [b's' | b't' | b'x' | b'i' | b'n', _, _, ..] => {
            matches!(
                name,
                b"script" | b"style" | b"textarea" | b"title" | b"xmp" | b"iframe" | b"noembed" | b"noframes"
            )
        }
        _ => false,
    }
}

/// How many tags are remembered at most.
const PLACES: usize = 128;

/// Where tags stand that were read, so that one written alike need not be read again: of the tags of a rendered page
/// about half are icons, links in menus and the like.
struct KnownTags([(u32, u32); PLACES]);

impl KnownTags {
    /// The place for tags that begin with the same bytes; none at a page's end.
    fn place(html: &[u8], at: usize) -> Option<usize> {
        let start = u128::from_le_bytes(*html.get(at..)?.first_chunk()?);
        let folded = (start as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (start >> 64) as u64;
        Some((folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57) as usize)
    }

    /// The end of the tag whose name starts at `at`, if one of the same bytes was read.
    fn end(&self, place: usize, html: &[u8], at: usize) -> Option<usize> {
        let (start, length) = self.0[place];
        let known = &html[start as usize..][..length as usize];
        (length > 0 && html[at..].starts_with(known)).then_some(at + known.len())
    }

    fn remember(&mut self, place: usize, start: usize, end: usize) {
        if let (Ok(start), Ok(length)) = (u32::try_from(start), u32::try_from(end - start)) {
            self.0[place] = (start, length);
        }
    }
}

/// Calls `each` for the start tags of a page, in order, with those of their attributes whose names are `wanted`. Of tags
/// that are written alike, to the byte, it may get only the first.
///
/// `wanted` gets names as they are written, and may let through more than it should.
pub(super) fn for_each_start_tag<'a>(
    html: &'a [u8],
    wanted: impl Fn(&[u8]) -> bool,
    mut each: impl FnMut(&StartTag<'a>),
) {
    let page = Page { html, text: std::str::from_utf8(html).ok() };
    let mut at = 0;
    let mut tag = StartTag::default();
    let mut known = KnownTags([(0, 0); PLACES]);
    while let Some(found) = find(b'<', &html[at..]) {
        at += found + 1;
        match html.get(at) {
            Some(letter) if letter.is_ascii_alphabetic() => {
                let place = KnownTags::place(html, at);
                if let Some(end) = place.and_then(|place| known.end(place, html, at)) {
                    at = end;
                    continue;
                }
                let Some(end) = read_tag(page, at, &wanted, &mut tag) else { return };
                each(&tag);
                if has_raw_text(&tag.name) {
                    at = end_of_raw_text(html, end, &tag.name);
                } else {
                    place.into_iter().for_each(|place| known.remember(place, at, end));
                    at = end;
                }
            }
            Some(b'!') => at = end_of_declaration(html, at + 1),
            Some(b'?') => at = after(html, at, b'>'),
            Some(b'/') => at = end_of_end_tag(html, at + 1),
            _ => {}
        }
    }
}

/// The offset behind the next `wanted`, or the end.
fn after(html: &[u8], at: usize, wanted: u8) -> usize {
    memchr(wanted, &html[at..]).map_or(html.len(), |found| at + found + 1)
}

/// Behind `<!…`: a comment ends at `-->` or `--!>` (at once for `<!-->` and `<!--->`), anything else at `>`.
fn end_of_declaration(html: &[u8], at: usize) -> usize {
    let Some(comment) = html[at..].strip_prefix(b"--") else { return after(html, at, b'>') };
    for short in [&b">"[..], b"->"] {
        if comment.starts_with(short) {
            return at + 2 + short.len();
        }
    }
    let ends = [&b"-->"[..], b"--!>"];
    let end = ends.iter().filter_map(|end| Some(memmem::find(comment, end)? + end.len())).min();
    end.map_or(html.len(), |end| at + 2 + end)
}

/// Behind `</`: an end tag may carry attributes, whose values may hold `>`.
fn end_of_end_tag(html: &[u8], at: usize) -> usize {
    let Some(letter) = html.get(at).filter(|letter| letter.is_ascii_alphabetic()) else { return after(html, at, b'>') };
    let mut end = at;
    let mut byte = *letter;
    while byte.is_ascii_alphanumeric() {
        end += 1;
        let Some(next) = html.get(end) else { return html.len() };
        byte = *next;
    }
    if byte == b'>' {
        return end + 1;
    }
    read_tag(Page { html, text: None }, at, &|_: &[u8]| false, &mut StartTag::default()).unwrap_or(html.len())
}

/// The end of an element's raw text: its end tag, or the end of the page.
fn end_of_raw_text(html: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(found) = memmem::find(&html[at..], b"</") {
        at += found;
        let rest = &html[at + 2..];
        let is_end = rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && rest.get(name.len()).is_none_or(|&next| is_space(next) || matches!(next, b'/' | b'>'));
        if is_end {
            return at;
        }
        at += 2;
    }
    html.len()
}

fn is_space(byte: u8) -> bool {
    MEANINGS[usize::from(byte)] == SPACE
}

/// The next place, from `at`, of a byte with one of the meanings, and all meanings that were passed over.
fn until(html: &[u8], mut at: usize, meanings: u8) -> Option<(usize, u8)> {
    let mut passed = 0;
    loop {
        let meaning = MEANINGS[usize::from(*html.get(at)?)];
        if meaning & meanings != 0 {
            return Some((at, passed));
        }
        passed |= meaning;
        at += 1;
    }
}

/// The next place, from `at`, of a byte with none of the meanings.
fn behind(html: &[u8], mut at: usize, meanings: u8) -> Option<usize> {
    while MEANINGS[usize::from(*html.get(at)?)] & meanings != 0 {
        at += 1;
    }
    Some(at)
}

/// A page's bytes, and its text, if it is one: known of the whole page, it need not be found out value by value.
#[derive(Clone, Copy)]
struct Page<'a> {
    html: &'a [u8],
    text: Option<&'a str>,
}

/// Reads the tag whose name starts at `at`; the offset behind its `>`, or `None` where the page ends before.
fn read_tag<'a>(page: Page<'a>, at: usize, wanted: &impl Fn(&[u8]) -> bool, tag: &mut StartTag<'a>) -> Option<usize> {
    let html = page.html;
    tag.attributes.clear();
    let (name_end, passed) = until(html, at, SPACE | SLASH | TAG_END)?;
    tag.name = name_of(&html[at..name_end], passed);
    let mut at = name_end;
    loop {
        at = behind(html, at, SPACE | SLASH)?;
        if html[at] == b'>' {
            return Some(at + 1);
        }
        // A `=` in the first place belongs to the name.
        let (name_end, passed) = until(html, at + 1, SPACE | SLASH | TAG_END | EQUALS)?;
        let name = &html[at..name_end];
        let is_wanted = wanted(name);
        let passed = passed | MEANINGS[usize::from(html[at])];
        at = name_end;
        let next = behind(html, at, SPACE)?;
        if html[next] != b'=' {
            if is_wanted {
                tag.attributes.push((name_of(name, passed), Cow::Borrowed("")));
            }
            continue;
        }
        let start = behind(html, next + 1, SPACE)?;
        let value = match html[start] {
            quote @ (b'"' | b'\'') => {
                let length = find(quote, &html[start + 1..])?;
                at = start + length + 2;
                start + 1..start + 1 + length
            }
            _ => {
                at = until(html, start, SPACE | TAG_END)?.0;
                start..at
            }
        };
        if is_wanted {
            tag.attributes.push((name_of(name, passed), value_of(page, value)));
        }
    }
}

/// A name in lower case; `meanings` are those of its bytes.
fn name_of(name: &[u8], meanings: u8) -> Cow<'_, [u8]> {
    if meanings & UPPER_CASE != 0 { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

/// The first place of a byte. Most values and texts between tags are shorter than a vector search takes to begin.
fn find(wanted: u8, bytes: &[u8]) -> Option<usize> {
    const NEAR: usize = 16;
    let (near, far) = bytes.split_at(bytes.len().min(NEAR));
    near.iter().position(|&byte| byte == wanted).or_else(|| Some(NEAR + memchr(wanted, far)?))
}

fn value_of(page: Page<'_>, place: Range<usize>) -> Cow<'_, str> {
    let bytes = &page.html[place.clone()];
    if memchr(b'&', bytes).is_none() {
        let text = page.text.and_then(|text| text.get(place));
        return text.map_or_else(|| String::from_utf8_lossy(bytes), Cow::Borrowed);
    }
    let quote = if bytes.contains(&b'"') { b'\'' } else { b'"' };
    let mut page = b"<a b=".to_vec();
    page.push(quote);
    page.extend_from_slice(bytes);
    page.extend_from_slice(&[quote, b'>']);
    let mut decoded = Vec::new();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| -> Option<Infallible> {
        if let CallbackEvent::AttributeValue { value } = event {
            decoded.extend_from_slice(value);
        }
        None
    });
    let Ok(()) = Tokenizer::new_with_emitter(&page[..], emitter).finish();
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags as `name attribute=value …`, read by this module.
    fn fast(html: &str) -> Vec<String> {
        let mut tags = Vec::new();
        for_each_start_tag(
            html.as_bytes(),
            |_| true,
            |tag| {
                let mut text = String::from_utf8_lossy(&tag.name).into_owned();
                for (name, value) in &tag.attributes {
                    text.push_str(&format!(" {}={value}", String::from_utf8_lossy(name)));
                }
                tags.push(text);
            },
        );
        tags
    }

    /// The same, read by html5gum.
    fn slow(html: &str) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        let mut emitter =
            CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| -> Option<Infallible> {
                match event {
                    CallbackEvent::OpenStartTag { name } => tags.push(String::from_utf8_lossy(name).into_owned()),
                    CallbackEvent::AttributeName { name } => {
                        if let Some(tag) = tags.last_mut() {
                            tag.push_str(&format!(" {}=", String::from_utf8_lossy(name)));
                        }
                    }
                    CallbackEvent::AttributeValue { value } => {
                        if let Some(tag) = tags.last_mut() {
                            tag.push_str(&String::from_utf8_lossy(value));
                        }
                    }
                    _ => {}
                }
                None
            });
        emitter.naively_switch_states(true);
        let Ok(()) = Tokenizer::new_with_emitter(html.as_bytes(), emitter).finish();
        tags
    }

    #[test]
    fn reads_what_the_whatwg_tokenizer_reads() {
        for html in [
            "<!doctype html><p>text<a href=x>link</a>",
            "<A HREF='x' id=\"y\" hidden>",
            "<a href = x/y ><br/><img src=a.png/>",
            "<!-- <a href=x> --><b>",
            "<!--><b><!---><i><!-- a --!><u>",
            "<script>'<a href=x>'</script><b>",
            "<style>a::before{content:'<b>'}</STYLE ><i>",
            "<title><b></title><textarea><i></textarea><u>",
            "<a href='x&amp;y&#39;z&copy;'>",
            "<a href=\"it's &quot;x&quot;\">",
            "< a><1><?x ><b></ ><i>",
            "<a =b c==d>",
            "<p/ a/b>",
            "a < b <c",
            "<script>unclosed <b>",
        ] {
            assert_eq!(fast(html), slow(html), "{html}");
        }
    }

    #[test]
    fn tags_written_alike_are_passed_over_and_no_others() {
        let repeated = "<a class=icon href='x>y'>text</a><p title=12345678901234567890>".repeat(20);
        assert_eq!(fast(&repeated), fast(&repeated[..repeated.len() / 20]));
        for html in [
            "<a class='icon' href='x'><a class='icon' href='y'><a class='icon' href='x' id='z'>",
            "<title>12345678901234567890</title><b><title>12345678901234567890</title><i>",
            "<a 1234567890123456><a 1234567890123456 b><a 12345678901234567>",
        ] {
            let mut once = slow(html);
            let mut seen = std::collections::HashSet::new();
            once.retain(|tag| tag == "title" || seen.insert(tag.clone()));
            assert_eq!(fast(html), once, "{html}");
        }
    }

    #[test]
    fn attributes_of_end_tags_are_passed_over() {
        assert_eq!(fast("<a title='a>b'></a title='<i>'><b>"), ["a title=a>b", "b"]);
    }

    #[test]
    fn never_panics_on_cut_pages() {
        let html = "<!doctype html><a href='é&amp;' b=c d>é</a><!-- x --><script>y</script><p id=z>";
        for end in 0..=html.len() {
            for_each_start_tag(&html.as_bytes()[..end], |_| true, |_| {});
        }
    }
}
