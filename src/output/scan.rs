//! What a finished page points at and what it offers: links, requests, ids, code of its own.
//!
//! Reads final bytes; must not know templates, views or how the page was made.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::packed::PackedTexts;
use super::tags::{StartTag, for_each_start_tag};
use crate::diagnostic::Code;
use crate::source::Digest;
use crate::store::Store;

/// How addresses of this output are written.
#[derive(Debug, Clone, Copy)]
pub struct ScanRules<'a> {
    /// The path of `base_url`, beginning and ending with `/`; `404.html` starts its links there.
    pub base_path: &'a str,
    /// Whether links may name folders and mean the `index.html` in it (`urls = "pretty"`).
    pub folder_links: bool,
}

/// The page that a host shows at any address: its links start at the base path, all others are relative.
const NOT_FOUND_PAGE: &str = "404.html";

/// What was found on one page, small enough to be kept for every page of a large site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFacts {
    /// `target\0fragment`: a path in the output and the id it names there, which may be empty.
    pub(super) links: PackedTexts,
    /// The ids of the page's elements.
    pub(super) ids: PackedTexts,
    /// Covers these ids.
    pub(super) ids_digest: Digest,
    /// What is wrong whatever the other files are.
    pub(super) faults: Vec<Fault>,
}

impl PageFacts {
    /// Moves the links, which are read once when all pages are there, into a store.
    pub fn put_away(&mut self, store: &Store) {
        self.links.put_away(store);
    }
}

/// Something wrong on a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault {
    pub(super) code: Code,
    /// The sentence's part about the thing, such as ``an image from `https://…` ``.
    pub(super) what: String,
}

/// Whether an address is followed by readers or loaded by their browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Followed,
    Loaded,
}

/// Finds everything a page points at. `page` is its path in the output.
pub fn scan_page(page: &str, html: &[u8], rules: ScanRules<'_>) -> PageFacts {
    let mut collector = Collector::new(page, rules);
    for_each_start_tag(html, may_matter, |tag| collector.element(tag));
    collector.finish()
}

/// Finds everything a style sheet loads.
pub fn scan_style_sheet(path: &str, css: &str, rules: ScanRules<'_>) -> PageFacts {
    let mut collector = Collector::new(path, rules);
    let mut rest = css;
    while let Some((address, after)) = next_style_address(rest) {
        collector.address("a file", address, Use::Loaded);
        rest = after;
    }
    collector.finish()
}

/// The next address in `url(…)` or behind `@import`, and the style sheet behind it. Comments are skipped.
fn next_style_address(css: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    loop {
        let rest = css.get(at..)?;
        if let Some(comment) = rest.strip_prefix("/*") {
            at += 2 + comment.find("*/")? + 2;
            continue;
        }
        let bytes = rest.as_bytes();
        let starts = |word: &[u8]| bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if starts(b"url(") {
            let inner = rest.get(4..)?.trim_start();
            return Some(quoted(inner).unwrap_or_else(|| inner.split_at(inner.find(')').unwrap_or(inner.len()))));
        }
        if starts(b"@import")
            && let Some(found) = quoted(rest.get(7..)?.trim_start())
        {
            return Some(found);
        }
        at += rest.chars().next()?.len_utf8();
    }
}

/// The text in quotes at the start, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    text.get(1..)?.split_once(mark)
}

struct Collector<'a> {
    page: &'a str,
    rules: ScanRules<'a>,
    /// The page's folder, the folder above it, and so on to the output's root, which is empty.
    folders: Vec<&'a str>,
    links: TextList,
    ids: Vec<Cow<'a, str>>,
    faults: Vec<Fault>,
}

/// Texts in one allocation.
#[derive(Default)]
struct TextList {
    text: String,
    ends: Vec<usize>,
}

impl TextList {
    /// Adds the text that the parts make together.
    fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.text.push_str(part));
        self.ends.push(self.text.len());
    }

    fn texts(&self) -> Vec<&str> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.text[*start..*end]).collect()
    }
}

impl<'a> Collector<'a> {
    fn new(page: &'a str, rules: ScanRules<'a>) -> Self {
        let folders = std::iter::successors(Some(page), |path| (!path.is_empty()).then(|| folder_of(path)));
        let folders = folders.skip(1).collect();
        Self { page, rules, folders, links: TextList::default(), ids: Vec::new(), faults: Vec::new() }
    }

    fn finish(mut self) -> PageFacts {
        self.faults.sort();
        self.faults.dedup();
        let links = PackedTexts::new(self.links.texts());
        let ids = PackedTexts::new(self.ids.iter().map(|id| &**id).collect());
        let ids_digest = ids.digest();
        PageFacts { links, ids, ids_digest, faults: self.faults }
    }

    fn fault(&mut self, code: Code, what: String) {
        self.faults.push(Fault { code, what });
    }

    fn element(&mut self, element: &StartTag<'a>) {
        self.own_code(element);
        for (name, value) in &element.attributes {
            match &**name {
                b"id" => self.ids.push(value.clone()),
                b"name" if *element.name == *b"a" => self.ids.push(value.clone()),
                name => self.attribute(element, name, value),
            }
        }
        if *element.name == *b"meta"
            && element.get("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"))
        {
            let content = element.get("content").unwrap_or_default();
            if let Some((_, address)) = content.split_once('=') {
                self.address("a forwarding", address.trim().trim_matches(['"', '\'']), Use::Followed);
            }
        }
    }

    /// Reports what a page without inline scripts and styles must not have.
    fn own_code(&mut self, element: &StartTag<'_>) {
        match &*element.name {
            b"style" => self.fault(Code::OutputInlineCode, "a `<style>` element".to_owned()),
            b"script" if element.get("src").is_none() && !is_data(element.get("type").unwrap_or_default()) => {
                self.fault(Code::OutputInlineCode, "a `<script>` element without `src`".to_owned());
            }
            b"base" => {
                self.fault(Code::OutputBrokenLink, "a `<base>` element, which leads all links astray".to_owned())
            }
            _ => {}
        }
    }

    fn attribute(&mut self, element: &StartTag<'_>, name: &[u8], value: &str) {
        let tag = &*element.name;
        match name {
            b"style" => self.fault(Code::OutputInlineCode, format!("a `style` attribute on `<{}>`", in_words(tag))),
            b"href" | b"xlink:href" => match tag {
                b"a" | b"area" => self.address("a link", value, Use::Followed),
                b"base" => {}
                b"link" if !loads(element.get("rel").unwrap_or_default()) => {
                    self.address("a `<link>`", value, Use::Followed);
                }
                _ => self.address("a file", value, Use::Loaded),
            },
            b"action" | b"formaction" => self.address("a form", value, Use::Followed),
            b"src" | b"poster" | b"background" => self.address("a file", value, Use::Loaded),
            b"data" if tag == b"object" => self.address("a file", value, Use::Loaded),
            b"ping" => value.split_ascii_whitespace().for_each(|address| self.address("a ping", address, Use::Loaded)),
            b"srcset" | b"imagesrcset" => {
                for address in srcset_addresses(value) {
                    self.address("a picture", address, Use::Loaded);
                }
            }
            _ if name.len() > 2 && name.starts_with(b"on") => {
                self.fault(
                    Code::OutputInlineCode,
                    format!("an `{}` attribute on `<{}>`", in_words(name), in_words(tag)),
                );
            }
            _ => {}
        }
    }

    fn address(&mut self, what: &str, written: &str, used: Use) {
        if let Some(link) = self.plain_link(written) {
            self.links.push(&link);
            return;
        }
        // Browsers drop line ends and tabs anywhere in an address, and blanks around it.
        let cleaned: Cow<'_, str> = if memchr::memchr3(b'\n', b'\r', b'\t', written.as_bytes()).is_some() {
            written.chars().filter(|character| !matches!(character, '\n' | '\r' | '\t')).collect()
        } else {
            written.into()
        };
        let address = cleaned.trim_matches(|character: char| character <= ' ');
        if let Some(scheme) = scheme_of(address) {
            let runs_code = ["javascript", "vbscript", "data"].iter().any(|code| scheme.eq_ignore_ascii_case(code));
            if runs_code && used == Use::Followed {
                let scheme = scheme.to_ascii_lowercase();
                self.fault(Code::OutputInlineCode, format!("{what} with a `{scheme}:` address"));
            } else if used == Use::Loaded {
                self.fault(Code::OutputForeignRequest, format!("{what} from `{}`", shortened(address)));
            }
            return;
        }
        if address.starts_with("//") {
            if used == Use::Loaded {
                self.fault(Code::OutputForeignRequest, format!("{what} from `{}`", shortened(address)));
            }
            return;
        }
        let (address, fragment) = split_once(address, b'#');
        let (path, _) = split_once(address, b'?');
        match self.resolve(path) {
            Ok(target) => {
                let fragment = fragment.find(":~:").map_or(fragment, |at| &fragment[..at]);
                let fragment = percent_decode_str(fragment).decode_utf8_lossy();
                self.links.push(&[&target, "\0", &fragment]);
            }
            Err(reason) => {
                self.fault(Code::OutputBrokenLink, format!("{what} to `{}`, which {reason}", shortened(path)));
            }
        }
    }

    /// The parts of what nearly all addresses come to: `../` any number of times, then names, then perhaps `#id`, and
    /// no byte that means anything else. `None` leaves the address to the long way, which comes to the same.
    fn plain_link<'b>(&self, written: &'b str) -> Option<[&'b str; 5]>
    where
        'a: 'b,
    {
        if self.page == NOT_FOUND_PAGE {
            return None;
        }
        let (mut above, mut rest) = (0, written);
        while let Some(after) = rest.strip_prefix("../") {
            (above, rest) = (above + 1, after);
        }
        let bytes = rest.as_bytes();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | 0x80..);
        let mut before = b'/';
        let mut path_length = 0;
        while let Some(&byte) = bytes.get(path_length).filter(|&&byte| byte != b'#') {
            if !is_name(byte) && (before == b'/' || !matches!(byte, b'.' | b'/')) {
                return None;
            }
            before = byte;
            path_length += 1;
        }
        let (path, fragment) = rest.split_at(path_length);
        let fragment = fragment.strip_prefix('#').unwrap_or_default();
        if !fragment.bytes().all(|byte| is_name(byte) || byte == b'.') {
            return None;
        }
        if written.starts_with('#') {
            return Some([self.page, "", "", "\0", fragment]);
        }
        let folder = *self.folders.get(above).filter(|_| before != b'/')?;
        let slash = if folder.is_empty() { "" } else { "/" };
        Some([folder, slash, path, "\0", fragment])
    }

    /// The path in the output that an address without query and fragment means on this page.
    fn resolve(&self, written: &str) -> Result<String, &'static str> {
        if written.is_empty() {
            return Ok(self.page.to_owned());
        }
        let path = if memchr::memchr(b'%', written.as_bytes()).is_some() {
            percent_decode_str(written).decode_utf8().map_err(|_| "is not UTF-8 text")?
        } else {
            Cow::Borrowed(written)
        };
        let shown_anywhere = self.page == NOT_FOUND_PAGE;
        let (folder, rest): (&str, &str) = if path.starts_with('/') {
            if !shown_anywhere {
                return Err("starts at the server's root, so it works at one address only");
            }
            let base = percent_decode_str(self.rules.base_path).decode_utf8_lossy();
            ("", path.strip_prefix(&*base).ok_or("leads out of the site")?)
        } else if shown_anywhere {
            return Err("does not start at the site's base path, as links of this page must");
        } else {
            (folder_of(self.page), &*path)
        };
        let mut target = String::with_capacity(folder.len() + rest.len() + 32);
        target.push_str(folder);
        let mut names_folder = true;
        for part in rest.split('/') {
            names_folder = matches!(part, "" | "." | "..");
            match part {
                "" | "." => {}
                ".." if target.is_empty() => return Err("leads out of the site"),
                ".." => target.truncate(target.rfind('/').unwrap_or(0)),
                part => {
                    if !target.is_empty() {
                        target.push('/');
                    }
                    target.push_str(part);
                }
            }
        }
        if names_folder {
            if !self.rules.folder_links && !shown_anywhere {
                return Err("names a folder instead of a file");
            }
            target.push_str(if target.is_empty() { "index.html" } else { "/index.html" });
        }
        Ok(target)
    }
}

/// Whether an attribute of this name can be one that is looked at; tells most names by their first letter and length.
fn may_matter(name: &[u8]) -> bool {
    let Some(first) = name.first() else { return false };
    match first.to_ascii_lowercase() {
        b'v' | b'l' | b'm' | b'w' | b'k' => false,
        b'a' => name.len() == 6,
        b'd' => name.len() == 4,
        b'c' => name.len() == 7,
        b'r' => name.len() == 3,
        b't' => name.len() == 4,
        _ => name.len() > 1,
    }
}

fn in_words(name: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(name)
}

/// The folder of a path; of a path without one, and of a folder at the root, it is empty.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The text before and behind a character; all of it and nothing where there is none.
fn split_once(text: &str, at: u8) -> (&str, &str) {
    match memchr::memchr(at, text.as_bytes()) {
        Some(place) => (&text[..place], &text[place + 1..]),
        None => (text, ""),
    }
}

/// Whether a script's type makes it data that no browser runs.
fn is_data(kind: &str) -> bool {
    matches!(kind.trim().to_ascii_lowercase().as_str(), "application/json" | "application/ld+json" | "text/plain")
}

/// Whether a browser loads the target of a `<link>` with this `rel`.
fn loads(rel: &str) -> bool {
    const LOADED: [&str; 11] = [
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "mask-icon",
        "manifest",
        "preload",
        "modulepreload",
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "prerender",
    ];
    rel.split_ascii_whitespace().any(|token| LOADED.iter().any(|loaded| token.eq_ignore_ascii_case(loaded)))
}

/// The addresses of `srcset`: each followed by an optional size, separated by commas.
fn srcset_addresses(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|character: char| character.is_ascii_whitespace() || character == ',');
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|character: char| character.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        // An address may hold commas, but not end with one: then the next one follows without a size between.
        rest = if address.ends_with(',') { after } else { after.split_once(',').map_or("", |(_, next)| next) };
        Some(address.trim_end_matches(','))
    })
}

/// The scheme as written, if the address has one.
fn scheme_of(address: &str) -> Option<&str> {
    let scheme = &address[..memchr::memchr(b':', address.as_bytes())?];
    let mut bytes = scheme.bytes();
    let valid = bytes.next()?.is_ascii_alphabetic()
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    valid.then_some(scheme)
}

/// An address for a message: a `data:` address may have megabytes.
fn shortened(address: &str) -> String {
    const LONGEST: usize = 120;
    if address.chars().nth(LONGEST).is_none() {
        return address.to_owned();
    }
    address.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: ScanRules<'_> = ScanRules { base_path: "/handbook/", folder_links: false };

    fn texts(packed: &PackedTexts) -> Vec<String> {
        let mut texts = Vec::new();
        packed.for_each(|text| {
            texts.push(String::from_utf8(text.to_owned()).unwrap().replace('\0', "#"));
        });
        texts
    }

    fn links(page: &str, html: &str, rules: ScanRules<'_>) -> Vec<String> {
        let facts = scan_page(page, html.as_bytes(), rules);
        assert_eq!(facts.faults, [], "{html}");
        texts(&facts.links)
    }

    fn faults(page: &str, html: &str) -> Vec<(&'static str, String)> {
        let facts = scan_page(page, html.as_bytes(), RULES);
        facts.faults.into_iter().map(|fault| (fault.code.info().name, fault.what)).collect()
    }

    #[test]
    fn names_that_matter_are_told_from_the_usual_ones() {
        for name in [
            "id",
            "name",
            "style",
            "href",
            "xlink:href",
            "action",
            "formaction",
            "src",
            "poster",
            "background",
            "data",
            "ping",
            "srcset",
            "imagesrcset",
            "onclick",
            "rel",
            "type",
            "content",
            "http-equiv",
        ] {
            assert!(may_matter(name.as_bytes()), "{name}");
        }
        for name in ["class", "aria-label", "data-part", "viewbox", "title", "width", "d", "alt"] {
            assert!(!may_matter(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn addresses_become_paths() {
        for (html, target) in [
            ("<a href='b.html'>", "articles/b.html#"),
            ("<a href=../index.html#top>", "index.html#top"),
            ("<a href='#caf%C3%A9'>", "articles/a.html#café"),
            ("<a href=''>", "articles/a.html#"),
            ("<a href='?page=2'>", "articles/a.html#"),
            ("<a href='\n b%20c.html?q=1&amp;r=2#x '>", "articles/b c.html#x"),
            ("<a href='b.html#x:~:text=y'>", "articles/b.html#x"),
            ("<img src=../i/x.png>", "i/x.png#"),
            ("<link rel='shortcut icon' href=../i.png>", "i.png#"),
            ("<form action=../search.html>", "search.html#"),
            ("<meta http-equiv=Refresh content='0; url=c.html'>", "articles/c.html#"),
            ("<video poster=p.jpg>", "articles/p.jpg#"),
            ("<svg><use xlink:href='../i.svg#a'/></svg>", "i.svg#a"),
            ("<object data=d.pdf>", "articles/d.pdf#"),
        ] {
            assert_eq!(links("articles/a.html", html, RULES), [target], "{html}");
        }
        assert_eq!(links("a.html", "<img srcset='b.png 1x,c.png 2x, d.png'>", RULES), ["b.png#", "c.png#", "d.png#"]);
        assert_eq!(links("a.html", "<a href='https://x.example/'><a href='mailto:x@y.example'>", RULES), [""; 0]);
        assert_eq!(links("a.html", "<link rel=canonical href='https://x.example/a.html'>", RULES), [""; 0]);
        assert_eq!(links("a.html", "<script src=a.js>'<a href=x>'</script>", RULES), ["a.js#"]);
    }

    #[test]
    fn plain_addresses_come_to_what_the_long_way_makes_of_them() {
        for page in ["index.html", "a/b.html", "a/b/c.html"] {
            for address in ["x.html", "d/x.html#y-1", "../x.html", "../../x#a.b", "../d/é.html", "a.b/c..d", "x_y#"] {
                let [short, long] = ["", "./"].map(|start| {
                    let facts = scan_page(page, format!("<a href='{start}{address}'>").as_bytes(), RULES);
                    (texts(&facts.links), facts.faults.len())
                });
                assert_eq!(short, long, "{address} on {page}");
            }
        }
    }

    #[test]
    fn folders_and_the_not_found_page() {
        let pretty = ScanRules { folder_links: true, ..RULES };
        assert_eq!(links("articles/a/index.html", "<a href='../b/'>", pretty), ["articles/b/index.html#"]);
        assert_eq!(links("articles/a/index.html", "<a href='../../'>", pretty), ["index.html#"]);
        assert_eq!(
            links("404.html", "<a href='/handbook/a/b.html#x'><a href='/handbook/'>", RULES),
            ["a/b.html#x", "index.html#"]
        );
        for (page, html, reason) in [
            ("a.html", "<a href='b/'>", "a link to `b/`, which names a folder instead of a file"),
            ("a.html", "<a href='../b.html'>", "a link to `../b.html`, which leads out of the site"),
            (
                "a.html",
                "<a href='/b.html'>",
                "a link to `/b.html`, which starts at the server's root, so it works at one address only",
            ),
            (
                "404.html",
                "<a href='b.html'>",
                "a link to `b.html`, which does not start at the site's base path, as links of this page must",
            ),
            ("404.html", "<a href='/b.html'>", "a link to `/b.html`, which leads out of the site"),
        ] {
            assert_eq!(faults(page, html), [("output-broken-link", reason.to_owned())], "{html}");
        }
    }

    #[test]
    fn requests_and_code_that_a_strict_host_refuses() {
        for (html, code, what) in [
            ("<img src=https://x.example/a.png>", "output-foreign-request", "a file from `https://x.example/a.png`"),
            ("<script src=//x.example/a.js></script>", "output-foreign-request", "a file from `//x.example/a.js`"),
            (
                "<link rel=stylesheet href='HTTPS://x.example'>",
                "output-foreign-request",
                "a file from `HTTPS://x.example`",
            ),
            (
                "<img src='data:image/png;base64,AA'>",
                "output-foreign-request",
                "a file from `data:image/png;base64,AA`",
            ),
            ("<style>a{}</style>", "output-inline-code", "a `<style>` element"),
            ("<script>x()</script>", "output-inline-code", "a `<script>` element without `src`"),
            ("<p style='color:red'>", "output-inline-code", "a `style` attribute on `<p>`"),
            ("<p ONCLICK='x()'>", "output-inline-code", "an `onclick` attribute on `<p>`"),
            ("<a href='java\nscript:x()'>", "output-inline-code", "a link with a `javascript:` address"),
        ] {
            assert_eq!(faults("a.html", html), [(code, what.to_owned())], "{html}");
        }
        assert_eq!(faults("a.html", "<script type='application/ld+json'>{}</script><!-- <style> -->"), []);
    }

    #[test]
    fn ids_are_collected() {
        let facts = scan_page("a.html", b"<p id=b><a name=a></a><p id=b>", RULES);
        assert_eq!(texts(&facts.ids), ["a", "b"]);
    }

    #[test]
    fn style_sheets() {
        let css = "/* url(no.png) */ @import 'base.css'; a { background: URL( \"../i/a b.png\" ) } b{src:url(https://x.example/f)} c{d:url(f.woff2)}";
        let facts = scan_style_sheet("assets/style.css", css, RULES);
        assert_eq!(texts(&facts.links), ["assets/base.css#", "assets/f.woff2#", "i/a b.png#"]);
        assert_eq!(facts.faults.len(), 1);
        for broken in ["url(", "@import '", "/*", "url('x", "é url(\"é"] {
            scan_style_sheet("a.css", broken, RULES);
        }
    }
}
