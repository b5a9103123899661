//! What a reader sees of an element, and the form in which two texts are compared.
//!
//! Rules 2 and 3 of the verification. Must not know stylesheets: what they do is rule 4.

use std::ops::Range;

use html5ever::{local_name, ns};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::tree::{Element, NodeData, NodeId, Step, Tree};

/// Rule 2: “N: remove U+00AD, U+200B, U+2060, U+FEFF; NFC; every white space character including NBSP becomes a space;
/// runs collapse; trim. No case folding, no © for Copyright, no straight quote for a curly one, no look-alike letters,
/// no other zero-width character, no bidi control that the statement itself does not have.”
pub(super) fn normalise(text: &str) -> String {
    if text.is_ascii() {
        return collapse(text.chars(), text.len());
    }
    if text.contains(is_ignored) {
        let kept: String = text.chars().filter(|character| !is_ignored(*character)).collect();
        return collapse(kept.nfc(), kept.len());
    }
    if is_nfc(text) { collapse(text.chars(), text.len()) } else { collapse(text.nfc(), text.len()) }
}

/// The four characters that nobody sees and that hyphenators and exports leave behind.
pub(super) fn is_ignored(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

fn collapse(characters: impl Iterator<Item = char>, length: usize) -> String {
    let mut text = String::with_capacity(length);
    let mut pending = false;
    for character in characters {
        if character.is_whitespace() {
            pending = !text.is_empty();
        } else {
            if std::mem::take(&mut pending) {
                text.push(' ');
            }
            text.push(character);
        }
    }
    text
}

/// The visible text of an element, and what was met on the way.
#[derive(Debug, Default)]
pub(super) struct VisibleText {
    /// The text as it stands, with a space where a block, `<br>` or cell begins or ends.
    pub(super) raw: String,
    /// Every `<a>` inside, with the part of `raw` it covers.
    pub(super) anchors: Vec<(NodeId, Range<usize>)>,
    /// Elements inside whose text counts.
    pub(super) elements: Vec<NodeId>,
    /// Elements inside that hold text and do not count, with the reason.
    pub(super) uncounted: Vec<(NodeId, Uncounted)>,
}

impl VisibleText {
    /// Rule 3: “Visible text is the text of E in document order: block boundaries, `<br>` and cells give one space,
    /// inline boundaries give none.”
    pub(super) fn of(tree: &Tree, root: NodeId) -> Self {
        let mut text = Self::default();
        let mut open_anchors = Vec::new();
        let mut walk = tree.walk(root);
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(id) => match tree.data(id) {
                    NodeData::Text(part) => text.raw.push_str(part),
                    NodeData::Element(element) => {
                        if *element.local() == *"a" {
                            open_anchors.push(text.anchors.len());
                            text.anchors.push((id, text.raw.len()..text.raw.len()));
                        }
                        if id == root {
                            continue;
                        }
                        if let Some(reason) = uncounted(tree, id, element) {
                            if holds_text(tree, id) {
                                text.uncounted.push((id, reason));
                            }
                            walk.skip_children(id);
                            continue;
                        }
                        text.elements.push(id);
                        if is_break(element) {
                            text.raw.push(' ');
                        }
                    }
                    NodeData::Fragment => {}
                },
                Step::Leave(id) => {
                    if let Some(element) = tree.element(id) {
                        if *element.local() == *"a"
                            && let Some(index) = open_anchors.pop()
                        {
                            text.anchors[index].1.end = text.raw.len();
                        }
                        if is_break(element) {
                            text.raw.push(' ');
                        }
                    }
                }
            }
        }
        text
    }
}

fn holds_text(tree: &Tree, root: NodeId) -> bool {
    tree.walk(root).any(|step| match step {
        Step::Enter(id) => matches!(tree.data(id), NodeData::Text(text) if !text.trim().is_empty()),
        Step::Leave(_) => false,
    })
}

/// Why the text of an element does not count as visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uncounted {
    /// Browsers show no text of such an element.
    Element,
    /// An attribute hides it.
    Attribute(&'static str),
    /// A `details` or `dialog` that is closed.
    Closed,
    /// Its parent shows a shadow root instead of its children.
    Shadow,
}

impl Uncounted {
    /// In words, after “stands in”.
    pub(super) fn describe(self, element: &Element) -> String {
        let name = element.local();
        match self {
            Self::Element => format!("a <{name}>, whose text browsers do not show"),
            Self::Attribute(attribute) => format!("a <{name}> with the attribute `{attribute}`"),
            Self::Closed => format!("a closed <{name}>"),
            Self::Shadow => format!("a <{name}> whose parent shows a shadow root (`template shadowrootmode`) instead"),
        }
    }
}

/// Rule 3: “Not counted: `script style template noscript head iframe object video audio canvas select textarea
/// datalist rp progress meter noframes noembed`, comments, `svg`, `[hidden] [inert] [aria-hidden=true] [popover]`,
/// closed `details` and `dialog`, children of an element with `template[shadowrootmode]`, attributes.”
pub(super) fn uncounted(tree: &Tree, id: NodeId, element: &Element) -> Option<Uncounted> {
    let has = |name: &str| element.attribute(name).is_some();
    if is_never_shown(element) {
        return Some(Uncounted::Element);
    }
    let closes = matches!(element.name.local, local_name!("details") | local_name!("dialog"));
    if closes && !has("open") {
        return Some(Uncounted::Closed);
    }
    for attribute in &element.attributes {
        let name = match attribute.name.local {
            local_name!("hidden") => "hidden",
            _ => match &*attribute.name.local {
                "inert" => "inert",
                "popover" => "popover",
                "aria-hidden" if attribute.value.trim().eq_ignore_ascii_case("true") => "aria-hidden",
                _ => continue,
            },
        };
        return Some(Uncounted::Attribute(name));
    }
    let parent = tree.parent(id).filter(|_| tree.has_templates())?;
    has_shadow_root(tree, parent).then_some(Uncounted::Shadow)
}

fn is_never_shown(element: &Element) -> bool {
    matches!(
        element.local(),
        "script"
            | "style"
            | "template"
            | "noscript"
            | "head"
            | "iframe"
            | "object"
            | "video"
            | "audio"
            | "canvas"
            | "select"
            | "textarea"
            | "datalist"
            | "rp"
            | "progress"
            | "meter"
            | "noframes"
            | "noembed"
            | "svg"
            // Not in the contract's list, and not shown as text all the same: names of documents; formulas, of which
            // browsers show some parts only; text that runs away.
            | "title"
            | "math"
            | "marquee"
            | "fencedframe"
    )
}

fn has_shadow_root(tree: &Tree, parent: NodeId) -> bool {
    tree.first_child(parent).is_some()
        && tree.children(parent).any(|child| {
            tree.element(child).is_some_and(|element| {
                element.name.local == local_name!("template") && element.attribute("shadowrootmode").is_some()
            })
        })
}

/// Whether the element begins and ends with a space: a block, a cell, or `<br>`.
pub(super) fn is_break(element: &Element) -> bool {
    element.name.ns == ns!(html)
        && matches!(
            element.local(),
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "body"
                | "br"
                | "caption"
                | "center"
                | "col"
                | "colgroup"
                | "dd"
                | "details"
                | "dialog"
                | "dir"
                | "div"
                | "dl"
                | "dt"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "header"
                | "hgroup"
                | "hr"
                | "html"
                | "legend"
                | "li"
                | "listing"
                | "main"
                | "menu"
                | "nav"
                | "ol"
                | "optgroup"
                | "option"
                | "p"
                | "plaintext"
                | "pre"
                | "search"
                | "section"
                | "summary"
                | "table"
                | "tbody"
                | "td"
                | "tfoot"
                | "th"
                | "thead"
                | "tr"
                | "ul"
                | "xmp"
        )
}

#[cfg(test)]
mod tests {
    use html5ever::tendril::StrTendril;

    use super::super::tree::Scripting;
    use super::*;

    fn visible(html: &str) -> String {
        let tree = Tree::parse(&StrTendril::from(html), Scripting::On);
        normalise(&VisibleText::of(&tree, tree.document()).raw)
    }

    #[test]
    fn n_of_a_text() {
        for (text, expected) in [
            ("  a \n\t b ", "a b"),
            ("a\u{A0}\u{2003}b", "a b"),
            ("ser\u{AD}vice\u{200B}s\u{FEFF}", "services"),
            ("cafe\u{301}", "caf\u{e9}"),
            ("e\u{AD}\u{301}", "\u{e9}"),
            ("a\u{200D}b", "a\u{200D}b"),
            ("(c) “x”", "(c) “x”"),
            ("", ""),
        ] {
            assert_eq!(normalise(text), expected);
        }
    }

    #[test]
    fn visible_text_of_markup() {
        for (html, expected) in [
            ("<p>a</p><p>b</p>", "a b"),
            ("<p>a<b>b</b>c<br>d", "abc d"),
            ("<table><td>a<td>b</table>", "a b"),
            ("a<script>b</script><style>c</style><template>d</template>e", "ae"),
            ("a<noscript>b</noscript><svg><text>c</text></svg>", "a"),
            ("<p hidden>a</p><p inert>b</p><p aria-hidden=TRUE>c</p><p aria-hidden=false>d</p><p popover>e", "d"),
            ("<details>a</details><details open>b</details><dialog>c</dialog><dialog open>d</dialog>", "b d"),
            ("<div><template shadowrootmode=open></template><p>a</p></div>b", "b"),
            ("a<!-- b -->c &amp; &#100;", "ac & d"),
            ("<ruby>a<rp>(</rp><rt>b</rt></ruby>", "ab"),
        ] {
            assert_eq!(visible(html), expected, "{html}");
        }
    }
}
