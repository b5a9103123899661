//! One Markdown file as a document: front matter and body.
//!
//! Owns the content model of a single file. Must not know any other file, any address of the output, the disk or
//! HTML templates: links stay as written, and whatever depends on where a page will stand is a [`Slot`].

pub mod front_matter;
pub mod keywords;
pub mod markdown;

use std::borrow::Cow;
use std::sync::Arc;

use crate::config::PartDefinition;
use crate::diagnostic::{Diagnostic, FilePath, Span};
use crate::source::Digest;
use crate::store::{Opened, Store, Stretch, Text};

pub use front_matter::FrontMatter;

/// What a file of `content/` is, told by its path alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// `content/index.md`, or `content/_index.md` after the manner of other folders.
    Home,
    /// `content/articles/**.md`.
    Article,
    /// `_index.md` of any folder that holds articles or pages.
    Section,
    /// `content/paths/*.md`.
    Path,
    /// `content/sources/*.md`.
    Source,
    /// `content/glossary/*.md`.
    Term,
    /// `content/topics/*.md`.
    Topic,
    /// `content/people/*.md`.
    Person,
    /// Any other Markdown file.
    Page,
}

/// A file of `content/`, parsed.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file.
    pub path: FilePath,
    /// The digest of the file's bytes.
    pub digest: Digest,
    /// What it is.
    pub kind: DocumentKind,
    /// Its settings.
    pub front: FrontMatter,
    /// The digest of the block that the settings were read from, and of its place.
    pub front_digest: Digest,
    /// Its text.
    pub body: Body,
    /// The words that characterise it; only for articles.
    pub keywords: Box<[keywords::Keyword]>,
}

/// Everything besides the file's bytes and kind that its parsing depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParseOptions {
    /// The named parts to recognise.
    pub parts: Vec<PartDefinition>,
}

/// A document and what its parsing found.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The document; where the front matter cannot be read, what could be recovered.
    pub document: Arc<Document>,
    /// Problems of this file alone.
    pub diagnostics: Vec<Diagnostic>,
}

/// The Markdown of a document, rendered as far as a single file allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The whole body as HTML, parts and quotes in their places.
    pub content: KeptFragment,
    /// Where the Markdown starts in the file.
    pub start: u32,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Links and images in order; [`Slot`]s refer to them by index.
    pub links: Vec<Link>,
    /// Named parts in order. [`Body::open_parts`] reads all that they hold at once.
    pub parts: Vec<Part>,
    /// Every id that the body's HTML gives to an element, without prefix.
    pub anchors: Anchors,
    /// The visible text as readers find it on the page: blocks separated by `\n`, no markup, marks of footnotes as
    /// `[1]`, a wikilink without text of its own as its target. Without what the theme words (captions of alerts).
    pub text: Text,
    /// The text of the first paragraph that is not part of a named part, for summaries; empty without one.
    pub first_paragraph: String,
    /// Number of words of `text` (UAX 29 words; a CJK character counts as half a word).
    pub words: u32,
    /// Whether the HTML has one of the [`TEXT_ATTRIBUTES`]. Most bodies have none and need not be read for their sake.
    pub has_text_attributes: bool,
}

/// The attributes of a body's HTML whose values are texts that somebody typed, as they begin there.
pub const TEXT_ATTRIBUTES: [&str; 2] = [" alt=\"", " title=\""];

impl Body {
    /// Reads what all named parts hold, for whoever wants more of it than one text.
    pub fn open_parts(&self) -> Opened {
        Opened::of(self.parts.iter().flat_map(Part::stretches))
    }
}

impl Parsed {
    /// Moves what is seldom read of the document into a store.
    pub fn put_away(&mut self, store: &Store) {
        if let Some(document) = Arc::get_mut(&mut self.document) {
            let Body { content, text, parts, .. } = &mut document.body;
            let of_body = content.stretches_mut().into_iter().chain([text.stretch_mut()]);
            store.keep_together(of_body.chain(parts.iter_mut().flat_map(Part::stretches_mut)).collect());
        }
    }
}

/// A [`Fragment`], wherever it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptFragment {
    /// The HTML between the slots.
    pub html: Text,
    /// [`Slot`]s, as their bytes.
    slots: Stretch,
}

impl KeptFragment {
    /// The same in memory.
    pub fn to_fragment(&self) -> Fragment {
        let opened = self.open();
        let (html, slots) = self.read(&opened);
        Fragment { html: html.into_owned(), slots }
    }

    /// The HTML between the slots, and the slots, from what was read already.
    pub fn read<'a>(&'a self, opened: &'a Opened) -> (Cow<'a, str>, Vec<Slot>) {
        let slots = opened.bytes(&self.slots).as_chunks().0.iter().filter_map(Slot::from_bytes).collect();
        (opened.text(&self.html), slots)
    }

    /// Reads it.
    pub fn open(&self) -> Opened {
        Opened::of(self.stretches().into_iter())
    }

    fn stretches(&self) -> [&Stretch; 2] {
        [self.html.stretch(), &self.slots]
    }

    fn stretches_mut(&mut self) -> [&mut Stretch; 2] {
        [self.html.stretch_mut(), &mut self.slots]
    }
}

impl From<Fragment> for KeptFragment {
    fn from(fragment: Fragment) -> Self {
        let slots: Vec<u8> = fragment.slots.iter().flat_map(|slot| slot.to_bytes()).collect();
        Self { html: fragment.html.into(), slots: slots.as_slice().into() }
    }
}

/// The ids of a body, sorted, in one allocation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Anchors {
    /// Each with a NUL behind it, which no id has.
    text: Box<str>,
}

impl Anchors {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.split_terminator('\0')
    }
}

impl FromIterator<String> for Anchors {
    fn from_iter<I: IntoIterator<Item = String>>(ids: I) -> Self {
        let mut text = String::new();
        for id in ids {
            text.extend([&id, "\0"]);
        }
        // A copy, since a block of memory that is only made shorter is seldom given back.
        Self { text: text.as_str().into() }
    }
}

/// HTML with places that are filled in when it is known where the HTML will stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fragment {
    /// The HTML between the slots.
    pub html: String,
    /// Slots in ascending order of `at`.
    pub slots: Vec<Slot>,
}

/// A place in a [`Fragment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Byte offset in the fragment's HTML at which the value is inserted.
    pub at: u32,
    /// What is inserted.
    pub kind: SlotKind,
}

impl Slot {
    /// The offset, what it stands for, and the index, where it has one.
    fn to_bytes(self) -> [u8; 9] {
        let (kind, index) = match self.kind {
            SlotKind::LinkOpen(index) => (0, index),
            SlotKind::LinkClose(index) => (1, index),
            SlotKind::LinkTitle(index) => (2, index),
            SlotKind::ImageSource(index) => (3, index),
            SlotKind::IdPrefix => (4, 0),
            SlotKind::Text(text) => (5, text as u32),
        };
        let [[a, b, c, d], [e, f, g, h]] = [self.at, index].map(u32::to_le_bytes);
        [kind, a, b, c, d, e, f, g, h]
    }

    fn from_bytes([kind, a, b, c, d, e, f, g, h]: &[u8; 9]) -> Option<Self> {
        let [at, index] = [[*a, *b, *c, *d], [*e, *f, *g, *h]].map(u32::from_le_bytes);
        let kind = match kind {
            0 => SlotKind::LinkOpen(index),
            1 => SlotKind::LinkClose(index),
            2 => SlotKind::LinkTitle(index),
            3 => SlotKind::ImageSource(index),
            4 => SlotKind::IdPrefix,
            _ => SlotKind::Text(*InterfaceText::ALL.get(index as usize)?),
        };
        Some(Self { at, kind })
    }
}

/// What a [`Slot`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// The opening `<a …>` tag of `links[index]`, or nothing where the link is withheld.
    LinkOpen(u32),
    /// The closing `</a>` of `links[index]`, or nothing.
    LinkClose(u32),
    /// The text of a link without text of its own: the target's title (wikilinks).
    LinkTitle(u32),
    /// The value of an image's `src` attribute, `links[index]`, attribute-escaped.
    ImageSource(u32),
    /// The prefix of ids on a page that holds several documents; empty otherwise. Stands before every value of `id`,
    /// and before every id in an in-page reference that the body makes by itself (footnotes, `aria-labelledby`).
    IdPrefix,
    /// A word of the interface, escaped: the caption of an alert, the label of a way back from a footnote.
    Text(InterfaceText),
}

/// Words of the interface that stand inside a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InterfaceText {
    /// Caption of `> [!NOTE]`.
    AlertNote,
    /// Caption of `> [!TIP]`.
    AlertTip,
    /// Caption of `> [!IMPORTANT]`.
    AlertImportant,
    /// Caption of `> [!WARNING]`.
    AlertWarning,
    /// Caption of `> [!CAUTION]`.
    AlertCaution,
    /// Heading of the footnotes.
    Footnotes,
    /// Label of the link from a footnote to its place in the text.
    FootnoteBack,
    /// Label of the link that a heading carries to itself.
    HeadingAnchor,
}

impl InterfaceText {
    /// Every word, in the order of the declaration.
    pub const ALL: [Self; 8] = [
        Self::AlertNote,
        Self::AlertTip,
        Self::AlertImportant,
        Self::AlertWarning,
        Self::AlertCaution,
        Self::Footnotes,
        Self::FootnoteBack,
        Self::HeadingAnchor,
    ];

    /// The key in a theme's `i18n/LANGUAGE.toml`.
    pub fn key(self) -> &'static str {
        match self {
            Self::AlertNote => "alert_note",
            Self::AlertTip => "alert_tip",
            Self::AlertImportant => "alert_important",
            Self::AlertWarning => "alert_warning",
            Self::AlertCaution => "alert_caution",
            Self::Footnotes => "footnotes",
            Self::FootnoteBack => "footnote_back",
            Self::HeadingAnchor => "heading_anchor",
        }
    }
}

/// A heading of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6: the page's title is the only `h1`; a `#` of the body becomes 2.
    pub level: u8,
    /// Its id without prefix, unique in the document.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// How a link was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// `[text](target)`, a reference, or an allowed raw `<a href>`.
    Inline,
    /// `<https://…>` or a raw e-mail address in angle brackets; `target` has its scheme.
    Autolink,
    /// `[[target]]` or `[[target|text]]`.
    Wiki,
    /// An image, or an allowed raw `<img src>`.
    Image,
}

/// A link or image of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// How it was written.
    pub kind: LinkKind,
    /// The target as written, escapes and character references resolved. Its scheme, if any, is an allowed one.
    pub target: String,
    /// The title attribute; empty without one.
    pub title: String,
    /// The narrowest known range: the target, else the whole link.
    pub span: Span,
}

/// How a part was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartForm {
    /// A heading that begins with the label.
    Heading,
    /// A paragraph that begins with the label in bold.
    BoldPrefix,
    /// A paragraph that begins with the label and a colon.
    PlainPrefix,
}

/// A named part of the body: learning point, action steps, questions, or one that the site added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The key of its definition.
    pub key: String,
    /// The heading's whole text, or the label as written without its colon.
    pub title: String,
    /// How it was written.
    pub form: PartForm,
    /// Where it starts and ends in the file.
    pub span: Span,
    /// The id of its element in the body.
    pub anchor: String,
    /// Its content without the heading or label, for cards and guides. Shares the body's `links`. Marks of footnotes
    /// are left out here and in the items, since the notes stand elsewhere.
    pub content: KeptFragment,
    /// Its text without the heading or label, blocks separated by `\n`.
    pub text: Text,
    /// List items, or, without a list, paragraphs. Nested lists belong to their item.
    pub items: Vec<PartItem>,
}

/// One item of a part: an action step, a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartItem {
    /// Made from the item's text, unique in the document, so that a saved tick survives reordering. Also the id of
    /// its element in the body (`step-…`), except in a learning point.
    pub id: String,
    /// Its content; shares the body's `links`. Inline where the item is tight.
    pub content: KeptFragment,
    /// Its text.
    pub text: Text,
}

impl Part {
    /// Reads what it holds.
    pub fn open(&self) -> Opened {
        Opened::of(self.stretches())
    }

    fn stretches(&self) -> impl Iterator<Item = &Stretch> + Clone {
        fn of<'a>(content: &'a KeptFragment, text: &'a Text) -> impl Iterator<Item = &'a Stretch> + Clone {
            content.stretches().into_iter().chain([text.stretch()])
        }
        of(&self.content, &self.text).chain(self.items.iter().flat_map(|item| of(&item.content, &item.text)))
    }

    fn stretches_mut(&mut self) -> impl Iterator<Item = &mut Stretch> {
        fn of<'a>(content: &'a mut KeptFragment, text: &'a mut Text) -> impl Iterator<Item = &'a mut Stretch> {
            content.stretches_mut().into_iter().chain([text.stretch_mut()])
        }
        let of_items = self.items.iter_mut().flat_map(|item| of(&mut item.content, &mut item.text));
        of(&mut self.content, &mut self.text).chain(of_items)
    }
}

/// What a path below `content/` is, or `None` for a file that is not Markdown.
pub fn kind_of(path: &str) -> Option<DocumentKind> {
    let inside = path.strip_prefix("content/")?;
    if !inside.ends_with(".md") {
        return None;
    }
    let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
    let top = inside.split('/').next().unwrap_or("");
    Some(match (top, name) {
        (_, "index.md" | "_index.md") if folder.is_empty() => DocumentKind::Home,
        (_, "_index.md") => DocumentKind::Section,
        ("articles", _) => DocumentKind::Article,
        ("paths", _) => DocumentKind::Path,
        ("sources", _) => DocumentKind::Source,
        ("glossary", _) => DocumentKind::Term,
        ("topics", _) => DocumentKind::Topic,
        ("people", _) => DocumentKind::Person,
        _ => DocumentKind::Page,
    })
}

/// Parses one file: front matter, then body. Never fails; what cannot be read is reported and left empty.
pub fn parse(path: &FilePath, digest: Digest, kind: DocumentKind, text: &str, options: &ParseOptions) -> Parsed {
    let mut diagnostics = Vec::new();
    let (front, body_start) = front_matter::parse(path, kind, text, &mut diagnostics);
    // A source's text is a statement, for which other rules hold; they are told by whoever reads it as one.
    let mut of_statement = Vec::new();
    let of_body = if kind == DocumentKind::Source { &mut of_statement } else { &mut diagnostics };
    let body = markdown::parse(path, text, body_start, options, of_body);
    let keywords = match kind {
        DocumentKind::Article => {
            keywords::extract(front.title.as_ref().map_or("", |title| title.value.as_str()), &body.text.read())
        }
        _ => Box::default(),
    };
    let front_digest = front_digest(&front, text);
    let document = Document { path: path.clone(), digest, kind, front, front_digest, body, keywords };
    Parsed { document: Arc::new(document), diagnostics }
}

fn front_digest(front: &FrontMatter, text: &str) -> Digest {
    let block = text.get(front.span.range()).unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&front.span.start.to_le_bytes()).update(block.as_bytes());
    Digest(*hasher.finalize().as_bytes())
}
