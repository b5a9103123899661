//! The allow-list: which raw HTML may stand in a text. Everything else is left out and reported.
//!
//! Owns the tables. Must not know how tags are read or written.

/// An element that authors may write.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: &'static str,
    /// Whether it makes a block: it may not stand inside a paragraph.
    pub(super) block: bool,
    /// Whether it has no content and no closing tag.
    pub(super) void: bool,
    /// Whether its closing tag may be left out.
    pub(super) optional_end: bool,
    /// Elements it may stand in directly; empty for any place.
    pub(super) parents: &'static [&'static str],
    /// Attributes besides the global ones.
    pub(super) attributes: &'static [&'static str],
}

const fn inline(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element { name, block: false, void: false, optional_end: false, parents: &[], attributes }
}

const fn block(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element { name, block: true, void: false, optional_end: false, parents: &[], attributes }
}

const fn child(
    name: &'static str,
    optional_end: bool,
    parents: &'static [&'static str],
    attributes: &'static [&'static str],
) -> Element {
    Element { name, block: true, void: false, optional_end, parents, attributes }
}

const fn void(name: &'static str, block: bool, attributes: &'static [&'static str]) -> Element {
    Element { name, block, void: true, optional_end: false, parents: &[], attributes }
}

const LISTS: &[&str] = &["ol", "ul"];
const DEFINITIONS: &[&str] = &["dl", "div"];
const ROW_GROUPS: &[&str] = &["table", "tbody", "tfoot", "thead"];
const CELL: &[&str] = &["colspan", "rowspan"];

/// Sorted by name.
static ELEMENTS: &[Element] = &[
    inline("a", &["href"]),
    inline("abbr", &[]),
    inline("b", &[]),
    block("blockquote", &[]),
    void("br", false, &[]),
    child("caption", false, &["table"], &[]),
    inline("cite", &[]),
    inline("code", &[]),
    child("dd", true, DEFINITIONS, &[]),
    inline("del", &[]),
    block("details", &["open"]),
    inline("dfn", &[]),
    block("div", &[]),
    block("dl", &[]),
    child("dt", true, DEFINITIONS, &[]),
    inline("em", &[]),
    child("figcaption", false, &["figure"], &[]),
    block("figure", &[]),
    void("hr", true, &[]),
    inline("i", &[]),
    void("img", false, &["src", "alt", "width", "height"]),
    inline("ins", &[]),
    inline("kbd", &[]),
    child("li", true, LISTS, &[]),
    inline("mark", &[]),
    block("ol", &["start"]),
    Element { name: "p", block: true, void: false, optional_end: true, parents: &[], attributes: &[] },
    block("pre", &[]),
    inline("q", &[]),
    inline("s", &[]),
    inline("samp", &[]),
    block("section", &[]),
    inline("small", &[]),
    inline("span", &[]),
    inline("strong", &[]),
    inline("sub", &[]),
    child("summary", false, &["details"], &[]),
    inline("sup", &[]),
    block("table", &[]),
    child("tbody", true, &["table"], &[]),
    child("td", true, &["tr"], CELL),
    child("tfoot", true, &["table"], &[]),
    child("th", true, &["tr"], &["colspan", "rowspan", "scope"]),
    child("thead", true, &["table"], &[]),
    inline("time", &["datetime"]),
    child("tr", true, ROW_GROUPS, &[]),
    inline("u", &[]),
    block("ul", &[]),
    inline("var", &[]),
    void("wbr", false, &[]),
];

/// Attributes that every element may have.
const GLOBAL_ATTRIBUTES: &[&str] = &["dir", "id", "lang", "title"];

/// Elements whose content is left out with them: it is code, or made for a program.
const WITHOUT_CONTENT: &[&str] = &[
    "applet", "audio", "canvas", "datalist", "iframe", "math", "noembed", "noframes", "noscript", "object", "script",
    "select", "style", "svg", "template", "video",
];

/// Elements that are not allowed and have no content either.
const FOREIGN_VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "col", "embed", "frame", "input", "keygen", "link", "meta", "param",
    "source", "track",
];

/// The element with this name, if it is allowed.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    ELEMENTS.binary_search_by(|element| element.name.cmp(name)).ok().and_then(|index| ELEMENTS.get(index))
}

/// Whether a removed element takes its content with it.
pub(super) fn loses_content(name: &str) -> bool {
    WITHOUT_CONTENT.contains(&name)
}

/// Whether an element that is not allowed has a closing tag.
pub(super) fn has_end(name: &str) -> bool {
    !FOREIGN_VOID.contains(&name)
}

/// The elements that a new one ends when their closing tag was left out, and those at which the search stops.
pub(super) fn ended_by(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li"], LISTS),
        "dt" | "dd" => (&["dt", "dd"], &["dl"]),
        "td" | "th" => (&["td", "th"], &["tr", "table"]),
        "tr" => (&["tr"], &["table"]),
        "tbody" | "tfoot" | "thead" => (&["tbody", "tfoot", "thead"], &["table"]),
        _ => (&[], &[]),
    }
}

/// What may stand in an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttributeKind {
    /// Handled by the renderer: links, pictures, ids.
    Address,
    /// See [`AttributeKind::Address`].
    Id,
    /// Any text.
    Text,
    /// Present or not.
    Flag,
    /// Digits, up to a thousand or so; `start` of a list may be negative.
    Number,
    /// A language tag.
    Language,
    /// One of some words.
    Word(&'static [&'static str]),
}

/// The kind of an attribute, if the element may have it.
pub(super) fn attribute(element: &Element, name: &str) -> Option<AttributeKind> {
    if !element.attributes.contains(&name) && !GLOBAL_ATTRIBUTES.contains(&name) {
        return None;
    }
    Some(match name {
        "href" | "src" => AttributeKind::Address,
        "id" => AttributeKind::Id,
        "open" => AttributeKind::Flag,
        "width" | "height" | "colspan" | "rowspan" | "start" => AttributeKind::Number,
        "lang" => AttributeKind::Language,
        "dir" => AttributeKind::Word(&["auto", "ltr", "rtl"]),
        "scope" => AttributeKind::Word(&["col", "colgroup", "row", "rowgroup"]),
        _ => AttributeKind::Text,
    })
}

/// The value of an attribute as it may be written, if it may.
pub(super) fn accepted_value(kind: AttributeKind, value: &str) -> Option<&str> {
    let trimmed = value.trim_matches(|character: char| character.is_ascii_whitespace());
    match kind {
        AttributeKind::Address | AttributeKind::Id => None,
        AttributeKind::Text => Some(value),
        AttributeKind::Flag => Some(""),
        AttributeKind::Number => {
            let digits = trimmed.strip_prefix('-').unwrap_or(trimmed);
            ((1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(trimmed)
        }
        AttributeKind::Language => ((1..=35).contains(&trimmed.len())
            && trimmed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .then_some(trimmed),
        AttributeKind::Word(words) => words.iter().copied().find(|word| word.eq_ignore_ascii_case(trimmed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(ELEMENTS.is_sorted_by(|left, right| left.name < right.name));
    }

    #[test]
    fn nothing_active_is_allowed() {
        for name in ["script", "style", "iframe", "form", "input", "button", "svg", "object", "embed", "link", "h1"] {
            assert!(element(name).is_none(), "{name}");
        }
        for element in ELEMENTS {
            for name in ["class", "style", "onclick", "srcset", "ping", "target", "rel"] {
                assert_eq!(attribute(element, name), None, "{} {name}", element.name);
            }
        }
    }
}
