//! Named parts as views. What of a republished piece may stand outside its page depends on its source: all of it, some
//! words, or only a card.

use std::borrow::Cow;

use super::context::PageContext;
use super::fragment::{self, Place, escape};
use super::republished::{self, Excerpt};
use super::{LinkView, PartEntry, PartItemView};
use crate::catalog::{Entry, EntryIndex, address};
use crate::document::{Part, PartItem};
use crate::rights::words::words_with_places;
use crate::store::Opened;

/// Where parts are shown.
pub(super) struct PartPlace<'a> {
    /// What leads from the page to the site's root.
    pub(super) root: &'a str,
    /// Whether the page is the article itself.
    pub(super) own_page: bool,
    /// Prefix of all ids.
    pub(super) id_prefix: &'a str,
}

impl<'a> PartPlace<'a> {
    fn of(&self, article: EntryIndex) -> Place<'a> {
        Place { root: self.root, document: article, own_page: self.own_page, id_prefix: self.id_prefix }
    }
}

/// All parts of an article in its order, those of a republished piece without their content: on its own page that
/// stands in the body, and elsewhere [`with_statement`] has it.
pub(super) fn of_article(context: &PageContext<'_>, article: EntryIndex, place: &PartPlace<'_>) -> Vec<PartEntry> {
    let owner = context.entry(article);
    let shown = if owner.document.front.source.is_none() { Excerpt::Whole } else { Excerpt::None };
    let opened = owner.document.body.open_parts();
    let parts = owner.document.body.parts.iter();
    parts.map(|part| entry_showing(context, article, (part, &opened), place, shown)).collect()
}

/// One part of an article on a page of many.
pub(super) fn entry(context: &PageContext<'_>, article: EntryIndex, part: &Part, place: &PartPlace<'_>) -> PartEntry {
    let owner = context.entry(article);
    let opened = part.open();
    let shown = match republished::excerpt_of(context, owner) {
        Excerpt::Whole if owner.document.front.source.is_some() && !can_be_found(&opened.text(&part.text)) => {
            Excerpt::None
        }
        Excerpt::Words(limit) if limit < FEWEST_WORDS || !can_be_found(&opened.text(&part.text)) => Excerpt::None,
        other => other,
    };
    entry_showing(context, article, (part, &opened), place, shown)
}

/// Words below which a text cannot be found on a page, so that its statement cannot be proved there: it is not shown
/// outside its own page.
const FEWEST_WORDS: usize = 8;

/// The visible text of all parts of an article, headings included, as [`with_statement`] shows it.
pub(super) fn text_of_parts(context: &PageContext<'_>, article: EntryIndex) -> String {
    let body = &context.entry(article).document.body;
    let opened = body.open_parts();
    let texts = body.parts.iter().flat_map(|part| [Cow::from(part.title.as_str()), opened.text(&part.text)]);
    texts.collect::<Vec<_>>().join("\n")
}

fn can_be_found(text: &str) -> bool {
    words_with_places(text).len() >= FEWEST_WORDS
}

/// The parts of a republished piece and its owner's complete statement, as one piece of HTML for a page of many
/// articles. `None` for own articles and for pieces without parts.
pub(super) fn with_statement(
    context: &PageContext<'_>,
    article: EntryIndex,
    place: &PartPlace<'_>,
    level: u8,
) -> Option<String> {
    let owner = context.entry(article);
    let source = republished::source_of(context, owner)?;
    if !can_be_found(&text_of_parts(context, article)) {
        return None;
    }
    let language = republished::language_attribute(context.foreign_language(owner).as_deref());
    let mut html = String::new();
    let opened = owner.document.body.open_parts();
    for part in &owner.document.body.parts {
        html.push_str("<section class=\"part part-");
        escape(&mut html, &part.key.replace('_', "-"));
        html.push_str("\" data-part=\"");
        escape(&mut html, &part.key);
        html.push_str(&format!("\"{language}>\n<h{level} class=\"part-title\">"));
        escape(&mut html, &part.title);
        html.push_str(&format!("</h{level}>\n"));
        html.push_str(&fragment::html_of(context, &part.content, &opened, &place.of(article)));
        html.push_str("\n</section>\n");
    }
    (!html.is_empty()).then(|| republished::with_statement(context, owner, source, level, html))
}

fn entry_showing(
    context: &PageContext<'_>,
    article: EntryIndex,
    (part, opened): (&Part, &Opened),
    place: &PartPlace<'_>,
    shown: Excerpt,
) -> PartEntry {
    let owner = context.entry(article);
    let place = place.of(article);
    let (content, items) = match shown {
        Excerpt::Whole => {
            let items = part.items.iter().map(|item| item_view(context, owner, (item, opened), &place)).collect();
            (Some(fragment::html_of(context, &part.content, opened, &place)), items)
        }
        Excerpt::Words(_) | Excerpt::None => (None, Vec::new()),
    };
    let excerpt = match shown {
        Excerpt::Words(limit) if !part.text.is_empty() => {
            Some(republished::cut_to_words(&opened.text(&part.text), limit))
        }
        _ => None,
    };
    PartEntry {
        key: part.key.clone(),
        title: title(context, part, shown),
        article: LinkView { title: owner.title.clone(), url: owner.url.clone() },
        url: anchored(owner, &part.anchor),
        content,
        excerpt,
        items,
        source: context.source(owner),
        language: context.foreign_language(owner),
        audience: context.audiences(&owner.audiences),
    }
}

/// A part's heading. That of a card is the site's own label: a heading may be a sentence of the piece.
fn title(context: &PageContext<'_>, part: &Part, shown: Excerpt) -> String {
    let label = || Some(context.config.parts.iter().find(|known| known.key == part.key)?.display_label().to_owned());
    match shown {
        Excerpt::Whole => part.title.clone(),
        Excerpt::Words(_) | Excerpt::None => label().unwrap_or_else(|| part.title.clone()),
    }
}

fn item_view(
    context: &PageContext<'_>,
    owner: &Entry,
    (item, opened): (&PartItem, &Opened),
    place: &Place<'_>,
) -> PartItemView {
    PartItemView {
        id: item.id.clone(),
        content: fragment::html_of(context, &item.content, opened, place),
        url: anchored(owner, &item.id),
    }
}

fn anchored(owner: &Entry, anchor: &str) -> String {
    format!("{}#{}", owner.url, address::encode_fragment(anchor))
}
