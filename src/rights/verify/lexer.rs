//! A fast reader of plain HTML for tree construction, html5ever's or [`plain`](super::plain)'s.
//!
//! Reads only what every generator writes: quoted or simple values, complete tags, common character references. At
//! anything else it gives up, and the page is read again from its start by the full WHATWG tokenizer, so that what is
//! read here never decides how odd markup is understood. A test holds both readings against each other.

use html5ever::interface::{Attribute, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::TreeBuilder;
use html5ever::{LocalName, QualName, ns};
use memchr::{memchr, memchr2, memmem};

use super::plain::Kind;

/// Something that only the full tokenizer understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotPlain;

/// What came of reading on.
pub(super) type Plain<T> = Result<T, NotPlain>;

/// A name as the page has it, known once a page.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// In lower case.
    pub(super) local: LocalName,
    /// What it means as the name of an element.
    pub(super) kind: Kind,
}

/// What makes a tree of the page's parts.
pub(super) trait Construction {
    /// `<!doctype html>`.
    fn doctype(&mut self) -> Plain<()>;
    /// A start tag, perhaps closed in itself; says how the following text is to be read.
    fn start(&mut self, name: &Name, attributes: Vec<Attribute>, is_closed: bool) -> Plain<Following>;
    /// An end tag.
    fn end(&mut self, name: &Name) -> Plain<()>;
    /// A comment. No tree holds any, but it separates texts.
    fn comment(&mut self);
    /// Text without character references; what follows may continue it.
    fn text(&mut self, text: StrTendril) -> Plain<()>;
    /// The page's end.
    fn finish(&mut self) -> Plain<()>;
}

impl<Sink: TreeSink> Construction for TreeBuilder<Sink::Handle, Sink> {
    fn doctype(&mut self) -> Plain<()> {
        let name = Some(StrTendril::from_slice("html"));
        send(self, Token::DoctypeToken(Doctype { name, ..Doctype::default() }));
        Ok(())
    }

    fn start(&mut self, name: &Name, attributes: Vec<Attribute>, is_closed: bool) -> Plain<Following> {
        Ok(send(self, tag(TagKind::StartTag, name, attributes, is_closed)))
    }

    fn end(&mut self, name: &Name) -> Plain<()> {
        match send(self, tag(TagKind::EndTag, name, Vec::new(), false)) {
            Following::Markup => Ok(()),
            Following::Raw(_) | Following::Unknown => Err(NotPlain),
        }
    }

    fn comment(&mut self) {
        send(self, Token::CommentToken(StrTendril::new()));
    }

    fn text(&mut self, text: StrTendril) -> Plain<()> {
        send(self, Token::CharacterTokens(text));
        Ok(())
    }

    fn finish(&mut self) -> Plain<()> {
        send(self, Token::EOFToken);
        TokenSink::end(self);
        Ok(())
    }
}

fn tag(kind: TagKind, name: &Name, attrs: Vec<Attribute>, self_closing: bool) -> Token {
    Token::TagToken(Tag { kind, name: name.local.clone(), self_closing, attrs, had_duplicate_attributes: false })
}

/// Feeds a page to a tree construction; after an error what was fed must be thrown away.
pub(super) fn feed(page: &StrTendril, tree: &mut impl Construction) -> Plain<()> {
    let bytes = page.as_bytes();
    if bytes.starts_with("\u{FEFF}".as_bytes()) || memchr2(0, b'\r', bytes).is_some() {
        return Err(NotPlain);
    }
    let mut lexer = Lexer { page, at: 0, names: Names::default() };
    while lexer.at < bytes.len() {
        if bytes[lexer.at] == b'<' {
            lexer.markup(tree)?;
        } else {
            let end = memchr(b'<', &bytes[lexer.at..]).map_or(bytes.len(), |length| lexer.at + length);
            lexer.text(end, tree)?;
        }
    }
    tree.finish()
}

/// Hands over a token; says how the following text is to be read.
fn send(sink: &impl TokenSink, token: Token) -> Following {
    match sink.process_token(token, 1) {
        TokenSinkResult::RawData(kind) => Following::Raw(kind),
        TokenSinkResult::Plaintext => Following::Unknown,
        TokenSinkResult::Continue | TokenSinkResult::Script(_) | TokenSinkResult::EncodingIndicator(_) => {
            Following::Markup
        }
    }
}

/// How the text after a tag is to be read.
pub(super) enum Following {
    /// As markup.
    Markup,
    /// As text up to the element's end tag.
    Raw(RawKind),
    /// As only the full tokenizer knows.
    Unknown,
}

struct Lexer<'p> {
    page: &'p StrTendril,
    at: usize,
    names: Names<'p>,
}

/// How many names are remembered at most.
const PLACES: usize = 64;

/// Names that were met on the page, as they are written and as the parser knows them: there are few, and to look one up
/// among all names takes as long as to read a tag.
struct Names<'p>([Option<(&'p str, Name)>; PLACES]);

impl Default for Names<'_> {
    fn default() -> Self {
        Self([const { None }; PLACES])
    }
}

impl<'p> Names<'p> {
    fn get(&mut self, written: &'p str) -> Name {
        let place = match written.as_bytes() {
            [first, .., last] => usize::from(*first) * 7 + usize::from(*last) * 3 + written.len() * 5,
            short => short.iter().map(|byte| usize::from(*byte)).sum(),
        };
        let known = &mut self.0[place % PLACES];
        match known {
            Some((other, name)) if *other == written => name.clone(),
            _ => {
                let lower = written.to_ascii_lowercase();
                let name = Name { kind: Kind::of(&lower), local: LocalName::from(lower) };
                *known = Some((written, name.clone()));
                name
            }
        }
    }
}

impl Lexer<'_> {
    fn bytes(&self) -> &[u8] {
        self.page.as_bytes()
    }

    fn peek(&self) -> Plain<u8> {
        self.bytes().get(self.at).copied().ok_or(NotPlain)
    }

    /// A part of the page, sharing its memory. Both ends lie beside ASCII characters, hence on boundaries.
    fn slice(&self, start: usize, end: usize) -> Plain<StrTendril> {
        let length = u32::try_from(end - start).map_err(|_| NotPlain)?;
        self.page.try_subtendril(u32::try_from(start).map_err(|_| NotPlain)?, length).map_err(|_| NotPlain)
    }

    /// Text up to `end`, its character references resolved.
    fn text(&mut self, end: usize, tree: &mut impl Construction) -> Plain<()> {
        while self.at < end {
            let Some(length) = memchr(b'&', &self.bytes()[self.at..end]) else {
                tree.text(self.slice(self.at, end)?)?;
                self.at = end;
                return Ok(());
            };
            if length > 0 {
                tree.text(self.slice(self.at, self.at + length)?)?;
                self.at += length;
            }
            let (character, length) = reference(&self.bytes()[self.at..end])?;
            tree.text(StrTendril::from_char(character))?;
            self.at += length;
        }
        Ok(())
    }

    fn markup(&mut self, tree: &mut impl Construction) -> Plain<()> {
        match self.bytes().get(self.at + 1) {
            Some(b'/') => {
                self.at += 2;
                self.end_tag(tree)
            }
            Some(b'!') => self.declaration(tree),
            Some(first) if first.is_ascii_alphabetic() => {
                self.at += 1;
                self.start_tag(tree)
            }
            _ => Err(NotPlain),
        }
    }

    /// `<!doctype html>` or a comment.
    fn declaration(&mut self, tree: &mut impl Construction) -> Plain<()> {
        const DOCTYPE: &[u8] = b"<!doctype html>";
        let rest = &self.bytes()[self.at..];
        if rest.get(..DOCTYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(DOCTYPE)) {
            self.at += DOCTYPE.len();
            return tree.doctype();
        }
        let comment = rest.strip_prefix(b"<!--").ok_or(NotPlain)?;
        let length = memmem::find(comment, b"-->").ok_or(NotPlain)?;
        let inside = &comment[..length];
        let is_odd = inside.starts_with(b">") || inside.starts_with(b"-") || inside.ends_with(b"-");
        if is_odd || memmem::find(inside, b"--").is_some() || memmem::find(inside, b"<!").is_some() {
            return Err(NotPlain);
        }
        self.at += "<!--".len() + length + "-->".len();
        tree.comment();
        Ok(())
    }

    fn end_tag(&mut self, tree: &mut impl Construction) -> Plain<()> {
        let name = self.tag_name()?;
        self.skip_space();
        if self.peek()? != b'>' {
            return Err(NotPlain);
        }
        self.at += 1;
        tree.end(&name)
    }

    fn start_tag(&mut self, tree: &mut impl Construction) -> Plain<()> {
        let name = self.tag_name()?;
        let mut attrs: Vec<Attribute> = Vec::new();
        let self_closing = loop {
            let spaced = self.skip_space();
            match self.peek()? {
                b'>' => break false,
                b'/' if self.bytes().get(self.at + 1) == Some(&b'>') => {
                    self.at += 1;
                    break true;
                }
                _ if spaced => {
                    let attribute = self.attribute()?;
                    if attrs.iter().any(|known| known.name == attribute.name) {
                        return Err(NotPlain);
                    }
                    attrs.push(attribute);
                }
                _ => return Err(NotPlain),
            }
        };
        self.at += 1;
        match tree.start(&name, attrs, self_closing)? {
            Following::Markup => Ok(()),
            Following::Raw(kind) => self.raw_text(&name.local, kind, tree),
            Following::Unknown => Err(NotPlain),
        }
    }

    /// The contents of `title`, `script` and the like, up to their end tag.
    fn raw_text(&mut self, name: &LocalName, kind: RawKind, tree: &mut impl Construction) -> Plain<()> {
        let rest = &self.bytes()[self.at..];
        let end = memmem::find_iter(rest, b"</").find(|start| {
            let after = &rest[start + 2..];
            after.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
                && after
                    .get(name.len())
                    .is_some_and(|next| matches!(next, b' ' | b'\n' | b'\t' | b'\x0C' | b'/' | b'>'))
        });
        let end = self.at + end.ok_or(NotPlain)?;
        match kind {
            RawKind::Rcdata => self.text(end, tree)?,
            // A comment's start in a script changes what ends it.
            RawKind::ScriptData if memmem::find(&self.bytes()[self.at..end], b"<!--").is_some() => {
                return Err(NotPlain);
            }
            RawKind::Rawtext | RawKind::ScriptData => {
                if self.at < end {
                    tree.text(self.slice(self.at, end)?)?;
                }
                self.at = end;
            }
            RawKind::ScriptDataEscaped(_) => return Err(NotPlain),
        }
        self.at += 2;
        self.end_tag(tree)
    }

    fn tag_name(&mut self) -> Plain<Name> {
        if !self.peek()?.is_ascii_alphabetic() {
            return Err(NotPlain);
        }
        let name = self.name(|byte| byte.is_ascii_alphanumeric() || byte == b'-')?;
        match self.peek()? {
            b' ' | b'\n' | b'\t' | b'>' | b'/' => Ok(name),
            _ => Err(NotPlain),
        }
    }

    /// Reads a run of characters as a name, in lower case.
    fn name(&mut self, belongs: impl Fn(u8) -> bool) -> Plain<Name> {
        let start = self.at;
        while belongs(self.peek()?) {
            self.at += 1;
        }
        match self.page.get(start..self.at) {
            Some(name) if !name.is_empty() => Ok(self.names.get(name)),
            _ => Err(NotPlain),
        }
    }

    fn skip_space(&mut self) -> bool {
        let start = self.at;
        while matches!(self.bytes().get(self.at), Some(b' ' | b'\n' | b'\t')) {
            self.at += 1;
        }
        self.at > start
    }

    fn attribute(&mut self) -> Plain<Attribute> {
        let name = self.name(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'))?;
        let name = QualName::new(None, ns!(), name.local);
        let value = match self.peek()? {
            b'=' => {
                self.at += 1;
                self.value()?
            }
            b'>' | b'/' => StrTendril::new(),
            b' ' | b'\n' | b'\t' => {
                let before = self.at;
                self.skip_space();
                if self.peek()? == b'=' {
                    return Err(NotPlain);
                }
                self.at = before;
                StrTendril::new()
            }
            _ => return Err(NotPlain),
        };
        Ok(Attribute { name, value })
    }

    fn value(&mut self) -> Plain<StrTendril> {
        let quote = self.peek()?;
        if !matches!(quote, b'"' | b'\'') {
            return self.unquoted_value();
        }
        let start = self.at + 1;
        let end = start + memchr(quote, &self.bytes()[start..]).ok_or(NotPlain)?;
        self.at = end + 1;
        if !matches!(self.peek()?, b' ' | b'\n' | b'\t' | b'>' | b'/') {
            return Err(NotPlain);
        }
        let inside = &self.bytes()[start..end];
        if memchr(b'&', inside).is_none() {
            return self.slice(start, end);
        }
        let mut value = StrTendril::new();
        let mut at = start;
        while let Some(length) = memchr(b'&', &self.bytes()[at..end]) {
            value.push_tendril(&self.slice(at, at + length)?);
            let (character, taken) = reference(&self.bytes()[at + length..end])?;
            value.push_char(character);
            at += length + taken;
        }
        value.push_tendril(&self.slice(at, end)?);
        Ok(value)
    }

    fn unquoted_value(&mut self) -> Plain<StrTendril> {
        let start = self.at;
        loop {
            match self.peek()? {
                b' ' | b'\n' | b'\t' | b'>' => break,
                b'"' | b'\'' | b'<' | b'=' | b'`' | b'&' | b'\x0C' => return Err(NotPlain),
                _ => self.at += 1,
            }
        }
        if self.at == start { Err(NotPlain) } else { self.slice(start, self.at) }
    }
}

/// The character a reference stands for and its length. Only references that end in `;` and mean one character
/// everywhere are known here; a `&` before white space is itself.
fn reference(text: &[u8]) -> Plain<(char, usize)> {
    const NAMES: &[(&[u8], char)] = &[
        (b"&amp;", '&'),
        (b"&lt;", '<'),
        (b"&gt;", '>'),
        (b"&quot;", '"'),
        (b"&apos;", '\''),
        (b"&nbsp;", '\u{A0}'),
        (b"&copy;", '©'),
    ];
    if matches!(text.get(1), Some(b' ' | b'\n' | b'\t')) {
        return Ok(('&', 1));
    }
    if let Some((name, character)) = NAMES.iter().find(|(name, _)| text.starts_with(name)) {
        return Ok((*character, name.len()));
    }
    let length = memchr(b';', text.get(..12.min(text.len())).ok_or(NotPlain)?).ok_or(NotPlain)?;
    let number = text.get(..length).and_then(|text| text.strip_prefix(b"&#")).ok_or(NotPlain)?;
    let (digits, radix) = match number {
        [b'x' | b'X', digits @ ..] => (digits, 16),
        digits => (digits, 10),
    };
    let is_number = !digits.is_empty() && digits.iter().all(|digit| char::from(*digit).is_digit(radix));
    let code = std::str::from_utf8(digits).ok().filter(|_| is_number).ok_or(NotPlain)?;
    let code = u32::from_str_radix(code, radix).map_err(|_| NotPlain)?;
    // Controls stand for other characters or for errors.
    if code < 0x20 || (0x7F..=0x9F).contains(&code) {
        return Err(NotPlain);
    }
    Ok((char::from_u32(code).ok_or(NotPlain)?, length + 1))
}
