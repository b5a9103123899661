//! Fragments to HTML: the slots get their values for the page on which the fragment stands.

use std::fmt::Write;

use super::context::PageContext;
use crate::catalog::{Entry, EntryIndex, INSIDE_TERM, Target, address};
use crate::document::{DocumentKind, KeptFragment, Slot, SlotKind};
use crate::store::Opened;

/// Where a fragment stands.
pub(super) struct Place<'a> {
    /// What leads from the page to the site's root.
    pub(super) root: &'a str,
    /// The document the fragment comes from.
    pub(super) document: EntryIndex,
    /// Whether the page is that document's own, so that `#id` alone leads to its places.
    pub(super) own_page: bool,
    /// Prefix of all ids; empty on the document's own page.
    pub(super) id_prefix: &'a str,
}

/// Renders a fragment for its place.
pub(super) fn html(context: &PageContext<'_>, fragment: &KeptFragment, place: &Place<'_>) -> String {
    html_of(context, fragment, &fragment.open(), place)
}

/// The same of a fragment that was read already.
pub(super) fn html_of(
    context: &PageContext<'_>,
    fragment: &KeptFragment,
    opened: &Opened,
    place: &Place<'_>,
) -> String {
    let (html, slots) = fragment.read(opened);
    filled(context, &html, &slots, place)
}

fn filled(context: &PageContext<'_>, fragment: &str, slots: &[Slot], place: &Place<'_>) -> String {
    let mut html = String::with_capacity(fragment.len() + slots.len() * 32);
    let mut written = 0;
    for Slot { at, kind } in slots {
        let at = *at as usize;
        html.push_str(&fragment[written..at]);
        written = at;
        fill(context, *kind, place, &mut html);
    }
    html.push_str(&fragment[written..]);
    html
}

fn fill(context: &PageContext<'_>, kind: SlotKind, place: &Place<'_>, html: &mut String) {
    let entry = context.entry(place.document);
    match kind {
        SlotKind::IdPrefix => html.push_str(place.id_prefix),
        SlotKind::Text(text) => escape(html, context.strings.get(text.key())),
        SlotKind::LinkOpen(index) => open_link(context, entry, index as usize, place, html),
        SlotKind::LinkClose(index) => {
            if leads_somewhere(&entry.links[index as usize]) {
                html.push_str("</a>");
            }
        }
        SlotKind::LinkTitle(index) => escape(html, link_title(context, entry, index as usize)),
        SlotKind::ImageSource(index) => {
            if let Target::File { url } = &entry.links[index as usize] {
                html.push_str(place.root);
                escape(html, url);
            }
        }
    }
}

fn leads_somewhere(target: &Target) -> bool {
    !matches!(target, Target::Withheld | Target::Broken)
}

fn open_link(context: &PageContext<'_>, entry: &Entry, index: usize, place: &Place<'_>, html: &mut String) {
    let target = &entry.links[index];
    if !leads_somewhere(target) {
        return;
    }
    html.push_str("<a href=\"");
    match target {
        Target::External(address) => escape(html, address),
        Target::File { url } => {
            html.push_str(place.root);
            escape(html, url);
        }
        Target::Page { entry, fragment } => page_address(context, *entry, fragment, place, html),
        Target::Withheld | Target::Broken => {}
    }
    html.push('"');
    let title = &entry.document.body.links[index].title;
    if !title.is_empty() {
        html.push_str(" title=\"");
        escape(html, title);
        html.push('"');
    }
    html.push('>');
}

fn page_address(context: &PageContext<'_>, to: EntryIndex, fragment: &str, place: &Place<'_>, html: &mut String) {
    let target = context.entry(to);
    if to == place.document && place.own_page && !fragment.is_empty() {
        let _ = write!(html, "#{}{}", place.id_prefix, address::encode_fragment(fragment));
        return;
    }
    if !target.is_external() {
        html.push_str(place.root);
    }
    escape(html, &target.url);
    if fragment.is_empty() || target.is_external() {
        return;
    }
    // A term's address has its place on the glossary page already.
    html.push_str(if target.document.kind == DocumentKind::Term { INSIDE_TERM } else { "#" });
    html.push_str(&address::encode_fragment(fragment));
}

/// The text of a wikilink without one: a glossary term as it was written, any other page by its title.
fn link_title<'a>(context: &PageContext<'a>, entry: &'a Entry, index: usize) -> &'a str {
    let written = entry.document.body.links[index].target.split('#').next().unwrap_or("").trim();
    match &entry.links[index] {
        Target::Page { entry, .. } => {
            let target = context.entry(*entry);
            if target.document.kind == DocumentKind::Term { written } else { &target.title }
        }
        _ => written,
    }
}

/// Writes text into HTML text or a quoted attribute.
pub(crate) fn escape(html: &mut String, text: &str) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        html.push_str(&text[written..at]);
        html.push_str(reference);
        written = at + 1;
    }
    html.push_str(&text[written..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_safe_in_text_and_in_attributes() {
        let mut html = String::from("<p title=\"");
        escape(&mut html, "ü & <b> \"quoted\" 'so'");
        assert_eq!(html, "<p title=\"ü &amp; &lt;b&gt; &quot;quoted&quot; &#39;so&#39;");
    }
}
