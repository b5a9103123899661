//! The text of a page, told apart by whether readers see it: what flows before their eyes, and everything beside it.
//!
//! Must not know whose text it is.

use super::page::MARK;
use super::texts::{all_of_page, is_inline, of_script, unescaped, unescaped_style};
use super::tree::{DOCUMENT, Data, Element, NodeId, Step, Tree};

/// The text of a page.
#[derive(Debug, Default)]
pub(super) struct PageText {
    /// What readers see, in document order, with a space between blocks.
    pub(super) flow: String,
    /// Where in `flow` each text node begins, with the `<article>` around it.
    places: Vec<Place>,
    /// What they do not see.
    pub(super) asides: Vec<Aside>,
    /// The elements that are marked as statements, wherever they stand, in document order.
    pub(super) statements: Vec<NodeId>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    start: usize,
    node: NodeId,
    container: Option<NodeId>,
}

/// Text that readers do not see as such.
#[derive(Debug)]
pub(super) struct Aside {
    /// What it is, after “in”: `a comment`.
    pub(super) what: String,
    /// The text.
    pub(super) text: String,
    /// The node at which it begins.
    pub(super) node: NodeId,
    /// Whether it stands apart from the page's text even inside an `<article>`: metadata, programs, templates.
    pub(super) is_apart: bool,
}

impl PageText {
    /// Reads a page.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut reader = Reader { tree, text: Self::default(), articles: Vec::new(), hidden: None };
        let mut walk = tree.walk(DOCUMENT);
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(id) => {
                    if reader.enter(id) {
                        walk.skip_children(id);
                    }
                }
                Step::Leave(id) => reader.leave(id),
            }
        }
        reader.text
    }

    /// The text node that holds a byte of `flow`, and the `<article>` around it.
    pub(super) fn place_of(&self, offset: usize) -> (NodeId, Option<NodeId>) {
        let after = self.places.partition_point(|place| place.start <= offset);
        match after.checked_sub(1).and_then(|at| self.places.get(at)) {
            Some(place) => (place.node, place.container),
            None => (DOCUMENT, None),
        }
    }
}

struct Reader<'t> {
    tree: &'t Tree,
    text: PageText,
    /// The `<article>`s that are open.
    articles: Vec<NodeId>,
    /// The element that hides what is being read, and the text's number among the asides.
    hidden: Option<(NodeId, usize)>,
}

impl Reader<'_> {
    /// Reads a node; whether what it holds has been read with it.
    fn enter(&mut self, id: NodeId) -> bool {
        match self.tree.data(id) {
            Data::Text(text) => self.visible_or_hidden(id, text),
            Data::Comment(text) => self.aside("a comment", text.to_string(), id, false),
            Data::Fragment => {}
            Data::Element(element) => return self.element(id, element),
        }
        false
    }

    fn visible_or_hidden(&mut self, id: NodeId, text: &str) {
        match self.hidden {
            Some((_, aside)) => self.text.asides[aside].text.push_str(text),
            None => {
                let place = Place { start: self.text.flow.len(), node: id, container: self.articles.last().copied() };
                self.text.places.push(place);
                self.text.flow.push_str(text);
            }
        }
    }

    fn separate(&mut self) {
        match self.hidden {
            Some((_, aside)) => self.text.asides[aside].text.push(' '),
            None => self.text.flow.push(' '),
        }
    }

    fn element(&mut self, id: NodeId, element: &Element) -> bool {
        let name = element.local();
        self.attributes(id, element);
        match name {
            "script" => {
                let program = self.raw_text(id);
                of_script(&program).into_iter().for_each(|text| self.aside("a script", text, id, true));
                return true;
            }
            "style" => {
                let style = unescaped_style(&self.raw_text(id));
                self.aside("a style sheet", style, id, true);
                return true;
            }
            "noscript" | "iframe" | "noframes" | "noembed" => {
                let inside = all_of_page(&self.raw_text(id));
                self.aside("text for browsers without scripts or frames", inside, id, false);
                return true;
            }
            "article" => self.articles.push(id),
            _ => {}
        }
        if !is_inline(name) {
            self.separate();
        }
        if self.hidden.is_none()
            && let Some((what, is_apart)) = hides(element)
        {
            self.hidden = Some((id, self.text.asides.len()));
            self.text.asides.push(Aside { what: what.to_owned(), text: String::new(), node: id, is_apart });
        }
        false
    }

    fn leave(&mut self, id: NodeId) {
        let Some(element) = self.tree.element(id) else { return };
        if !is_inline(element.local()) {
            self.separate();
        }
        if self.hidden.is_some_and(|(root, _)| root == id) {
            self.hidden = None;
        }
        if self.articles.last() == Some(&id) {
            self.articles.pop();
        }
    }

    fn attributes(&mut self, id: NodeId, element: &Element) {
        for (name, value) in element.attributes() {
            if name == MARK {
                self.text.statements.push(id);
            }
            // One word is nobody's text.
            if !value.contains(|character: char| !character.is_alphanumeric()) {
                continue;
            }
            let is_metadata = element.local() == "meta";
            let what = if is_metadata {
                "the page's metadata".to_owned()
            } else {
                format!("the attribute `{name}` of a <{}>", element.local())
            };
            let text = match name {
                "srcdoc" => all_of_page(value),
                _ if value.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) => {
                    all_of_page(&percent_encoding::percent_decode_str(value).decode_utf8_lossy())
                }
                _ if value.contains('\\') => unescaped(value),
                _ => value.to_owned(),
            };
            self.aside(&what, text, id, is_metadata || name == "srcdoc");
        }
    }

    fn raw_text(&self, id: NodeId) -> String {
        let mut text = String::new();
        for step in self.tree.walk(id) {
            if let Step::Enter(node) = step
                && let Data::Text(part) = self.tree.data(node)
            {
                text.push_str(part);
            }
        }
        text
    }

    fn aside(&mut self, what: &str, text: String, node: NodeId, is_apart: bool) {
        if !text.trim().is_empty() {
            self.text.asides.push(Aside { what: what.to_owned(), text, node, is_apart });
        }
    }
}

/// Why readers do not see what an element holds, and whether it stands apart from the page's text.
fn hides(element: &Element) -> Option<(&'static str, bool)> {
    let has = |name: &str| element.attribute(name).is_some();
    match element.local() {
        "head" => return Some(("the page's head", true)),
        "template" => return Some(("a <template>", true)),
        "object" | "video" | "audio" | "canvas" | "select" | "textarea" | "datalist" | "svg" | "progress" | "meter" => {
            return Some(("text that browsers do not show as such", false));
        }
        "details" | "dialog" if !has("open") => return Some(("a closed part of the page", false)),
        _ => {}
    }
    let is_hidden = has("hidden") || has("inert") || has("popover");
    let is_silent = element.attribute("aria-hidden").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    (is_hidden || is_silent).then_some(("hidden text", false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_and_what_is_not() {
        let tree = Tree::parse(
            "<head><title>T one</title><meta name=description content='m one'></head><article>a<b>b</b><p>c</p></article>\
             <!-- no one --><p hidden>h one<i title='t one'>d</i></p><script>x = 'p one'</script><template>n one</template>\
             <noscript><p>s one</p></noscript><iframe srcdoc='&lt;p&gt;f one'></iframe><p data-statement=x>e",
        );
        let text = PageText::of(&tree);
        assert_eq!(text.flow.split_whitespace().collect::<Vec<_>>(), ["ab", "c", "e"]);
        let asides: Vec<(&str, bool)> = text.asides.iter().map(|it| (it.text.trim(), it.is_apart)).collect();
        for expected in [
            ("T one", true),
            ("m one", true),
            ("no one", false),
            ("h oned", false),
            ("t one", false),
            ("p one", true),
            ("n one", true),
            ("s one", false),
            ("f one", true),
        ] {
            assert!(asides.contains(&expected), "{expected:?} in {asides:?}");
        }
        assert_eq!(text.statements.len(), 1);
        let offset = text.flow.find('c').expect("c");
        let (node, container) = text.place_of(offset);
        assert_eq!(tree.nearest(node, "article"), container);
        assert!(container.is_some());
    }
}
