//! Start tags of a finished page, as the WHATWG tokenizer sees them, at the speed of a search for `<`.
//!
//! Owns the finding of tags and attributes. Must not know what any of them means. Text, end tags and comments are passed
//! over; character references in values are left to [`html5gum`], which is only asked where there is an `&`.

use std::borrow::Cow;
use std::convert::Infallible;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use memchr::{memchr, memmem};

/// A start tag.
#[derive(Default)]
pub(super) struct StartTag<'a> {
    /// Its name, lower case.
    pub(super) name: Cow<'a, str>,
    /// Its attributes with lower-case names, repetitions included.
    pub(super) attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl StartTag<'_> {
    /// The value that counts: of a repeated attribute, the first.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }
}

/// Whether an element's content is text up to its own end tag. No such name has fewer than three letters, as most have.
fn has_raw_text(name: &str) -> bool {
    name.len() > 2
        && matches!(name, "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes")
}

/// Calls `each` for every start tag of a page, in order, with those of its attributes whose names are `wanted`.
pub(super) fn for_each_start_tag(html: &[u8], wanted: impl Fn(&str) -> bool, each: impl FnMut(&StartTag<'_>)) {
    // Read as text once, so that names and values need no look of their own.
    match std::str::from_utf8(html) {
        Ok(text) => for_each_in_text(text, wanted, each),
        Err(_) => for_each_in_text(&String::from_utf8_lossy(html), wanted, each),
    }
}

fn for_each_in_text<'a>(text: &'a str, wanted: impl Fn(&str) -> bool, mut each: impl FnMut(&StartTag<'a>)) {
    let html = text.as_bytes();
    let mut at = 0;
    let mut tag = StartTag::default();
    while let Some(found) = memchr(b'<', &html[at..]) {
        at += found + 1;
        match html.get(at) {
            Some(letter) if letter.is_ascii_alphabetic() => {
                let Some(end) = read_tag(text, at, &wanted, &mut tag) else { return };
                at = end;
                each(&tag);
                if has_raw_text(&tag.name) {
                    at = end_of_raw_text(html, at, &tag.name);
                }
            }
            Some(b'!') => at = end_of_declaration(html, at + 1),
            Some(b'?') => at = after(html, at, b'>'),
            Some(b'/') => at = end_of_end_tag(text, at + 1),
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
fn end_of_end_tag(text: &str, at: usize) -> usize {
    let html = text.as_bytes();
    let name_length = html[at..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(0);
    match html.get(at) {
        Some(letter) if letter.is_ascii_alphabetic() => match html.get(at + name_length) {
            Some(b'>') if name_length > 0 => at + name_length + 1,
            _ => read_tag(text, at, &|_: &str| false, &mut StartTag::default()).unwrap_or(html.len()),
        },
        _ => after(html, at, b'>'),
    }
}

/// The end of an element's raw text: its end tag, or the end of the page.
fn end_of_raw_text(html: &[u8], from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(found) = memmem::find(&html[at..], b"</") {
        at += found;
        let rest = &html[at + 2..];
        let is_end = rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()).is_none_or(|&next| is_space(next) || matches!(next, b'/' | b'>'));
        if is_end {
            return at;
        }
        at += 2;
    }
    html.len()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Reads the tag whose name starts at `at`; the offset behind its `>`, or `None` where the page ends before.
fn read_tag<'a>(text: &'a str, at: usize, wanted: &impl Fn(&str) -> bool, tag: &mut StartTag<'a>) -> Option<usize> {
    let html = text.as_bytes();
    tag.attributes.clear();
    let name_end = at + html[at..].iter().position(|&byte| is_space(byte) || matches!(byte, b'/' | b'>'))?;
    tag.name = lower_case(&text[at..name_end]);
    let mut at = name_end;
    loop {
        at += html[at..].iter().position(|&byte| !is_space(byte) && byte != b'/')?;
        if html[at] == b'>' {
            return Some(at + 1);
        }
        // A `=` in the first place belongs to the name.
        let length = html[at + 1..].iter().position(|&byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='))?;
        let name = lower_case(&text[at..at + 1 + length]);
        at += 1 + length;
        let next = at + html[at..].iter().position(|&byte| !is_space(byte))?;
        let is_wanted = wanted(&name);
        if html[next] != b'=' {
            if is_wanted {
                tag.attributes.push((name, Cow::Borrowed("")));
            }
            continue;
        }
        at = next + 1;
        at += html[at..].iter().position(|&byte| !is_space(byte))?;
        let (value, end) = match html[at] {
            quote @ (b'"' | b'\'') => {
                let length = memchr(quote, &html[at + 1..])?;
                (&text[at + 1..at + 1 + length], at + length + 2)
            }
            _ => {
                let length = html[at..].iter().position(|&byte| is_space(byte) || byte == b'>')?;
                (&text[at..at + length], at + length)
            }
        };
        at = end;
        if is_wanted {
            tag.attributes.push((name, value_of(value)));
        }
    }
}

fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

fn value_of(value: &str) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    if memchr(b'&', bytes).is_none() {
        return Cow::Borrowed(value);
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
                let mut text = tag.name.to_string();
                for (name, value) in &tag.attributes {
                    text.push_str(&format!(" {name}={value}"));
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
