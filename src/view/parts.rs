//! Named parts as views. A part of a republished piece is a card: its text stays with its statement.

use super::context::ViewContext;
use super::fragment::{self, Place};
use super::{LinkView, PartEntry, PartItemView};
use crate::catalog::{Entry, EntryIndex, address};
use crate::document::{Part, PartItem};

/// Where parts are shown.
pub(super) struct PartPlace<'a> {
    /// What leads from the page to the site's root.
    pub(super) root: &'a str,
    /// Whether the page is the article itself.
    pub(super) own_page: bool,
    /// Prefix of all ids.
    pub(super) id_prefix: &'a str,
}

/// All parts of an article in its order.
pub(super) fn of_article(context: &ViewContext<'_>, article: EntryIndex, place: &PartPlace<'_>) -> Vec<PartEntry> {
    context.entry(article).document.body.parts.iter().map(|part| entry(context, article, part, place)).collect()
}

/// One part of an article.
pub(super) fn entry(context: &ViewContext<'_>, article: EntryIndex, part: &Part, place: &PartPlace<'_>) -> PartEntry {
    let owner = context.entry(article);
    let may_be_shown = owner.document.front.source.is_none();
    let place = Place { root: place.root, document: article, own_page: place.own_page, id_prefix: place.id_prefix };
    let content = may_be_shown.then(|| fragment::html(context, &part.content, &place));
    let items = if may_be_shown {
        part.items.iter().map(|item| item_view(context, owner, item, &place)).collect()
    } else {
        Vec::new()
    };
    PartEntry {
        key: part.key.clone(),
        title: part.title.clone(),
        article: LinkView { title: owner.title.clone(), url: owner.url.clone() },
        url: anchored(owner, &part.anchor),
        content,
        items,
        source: context.source(owner),
        audience: context.audiences(&owner.audiences),
    }
}

fn item_view(context: &ViewContext<'_>, owner: &Entry, item: &PartItem, place: &Place<'_>) -> PartItemView {
    PartItemView {
        id: item.id.clone(),
        content: fragment::html(context, &item.content, place),
        url: anchored(owner, &item.id),
    }
}

fn anchored(owner: &Entry, anchor: &str) -> String {
    format!("{}#{}", owner.url, address::encode_fragment(anchor))
}
