//! A page as a browser takes it apart, everything included: comments, the contents of templates, the line of each
//! node. The proof of statements drops what readers do not see; here it is searched.
//!
//! Must not know what is searched for.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, local_name, ns, parse_document};

/// A node's place in the arena.
pub(super) type NodeId = usize;

/// The document node.
pub(super) const DOCUMENT: NodeId = 0;

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    /// The document, or the contents of a template.
    Fragment,
    /// An element.
    Element(Element),
    /// Text.
    Text(StrTendril),
    /// A comment or processing instruction.
    Comment(StrTendril),
}

/// An element's name and attributes.
#[derive(Debug)]
pub(super) struct Element {
    name: QualName,
    attributes: Vec<Attribute>,
    /// The fragment that holds a template's contents.
    contents: Option<NodeId>,
}

impl Element {
    /// Its local name.
    pub(super) fn local(&self) -> &str {
        &self.name.local
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// All attributes as name and value.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|attribute| (&*attribute.name.local, &*attribute.value))
    }
}

#[derive(Debug)]
struct Node {
    parent: Option<NodeId>,
    children: Vec<NodeId>,
    line: usize,
    data: Data,
}

/// A parsed page.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// Parses a page.
    pub(super) fn parse(html: &str) -> Self {
        let sink = Sink { nodes: RefCell::default(), line: Cell::new(1) };
        sink.add(Data::Fragment);
        parse_document(sink, ParseOpts::default()).one(StrTendril::from_slice(html))
    }

    /// What a node is.
    pub(super) fn data(&self, id: NodeId) -> &Data {
        &self.nodes[id].data
    }

    /// The element at a node.
    pub(super) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.nodes[id].data {
            Data::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The line in which the parser met the end of a node's tag or text, from 1.
    pub(super) fn line(&self, id: NodeId) -> usize {
        self.nodes[id].line
    }

    /// The nodes in a node: a template's contents count as its children.
    pub(super) fn children(&self, id: NodeId) -> &[NodeId] {
        let contents = self.element(id).and_then(|element| element.contents);
        &self.nodes[contents.unwrap_or(id)].children
    }

    /// The node itself and the nodes around it, inwards first; the contents of a template hang on nothing.
    pub(super) fn with_ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), |node| self.nodes[*node].parent)
    }

    /// The nearest element of this name, the node itself included.
    pub(super) fn nearest(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.with_ancestors(id).find(|node| self.element(*node).is_some_and(|element| element.local() == name))
    }

    /// Walks everything in document order, the contents of templates included; depth costs no stack.
    pub(super) fn walk(&self, root: NodeId) -> Walk<'_> {
        Walk { tree: self, open: vec![Step::Enter(root)] }
    }

    /// The page written anew, without what the nodes of `emptied` hold, and with other values of `data-statement`.
    pub(super) fn to_html(&self, emptied: &[NodeId], renamed: &[(NodeId, String)]) -> String {
        let mut html = String::from("<!doctype html>");
        let mut walk = self.walk(DOCUMENT);
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(id) => {
                    self.write_start(&mut html, id, renamed);
                    if emptied.contains(&id) {
                        walk.skip_children(id);
                    }
                }
                Step::Leave(id) => {
                    if let Some(element) = self.element(id).filter(|element| !is_void(element.local())) {
                        html.push_str("</");
                        html.push_str(element.local());
                        html.push('>');
                    }
                }
            }
        }
        html
    }

    fn write_start(&self, html: &mut String, id: NodeId, renamed: &[(NodeId, String)]) {
        match self.data(id) {
            Data::Element(element) => {
                html.push('<');
                html.push_str(element.local());
                for (name, value) in element.attributes() {
                    let other = renamed.iter().find(|(node, _)| *node == id && name == super::page::MARK);
                    html.push(' ');
                    html.push_str(name);
                    html.push_str("=\"");
                    escape(html, other.map_or(value, |(_, other)| other));
                    html.push('"');
                }
                html.push('>');
            }
            Data::Text(text) => {
                let parent = self.nodes[id].parent.and_then(|parent| self.element(parent));
                if parent.is_some_and(|parent| is_raw(parent.local())) {
                    html.push_str(text);
                } else {
                    escape(html, text);
                }
            }
            Data::Fragment | Data::Comment(_) => {}
        }
    }
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

fn is_raw(name: &str) -> bool {
    matches!(name, "script" | "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" | "plaintext")
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// One step of a walk.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// A node begins.
    Enter(NodeId),
    /// A node has ended.
    Leave(NodeId),
}

/// A walk in document order.
pub(super) struct Walk<'t> {
    tree: &'t Tree,
    open: Vec<Step>,
}

impl Walk<'_> {
    /// Passes over what the node just entered holds.
    pub(super) fn skip_children(&mut self, entered: NodeId) {
        while !matches!(self.open.last(), Some(Step::Leave(id)) if *id == entered) {
            self.open.pop();
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.open.pop()?;
        if let Step::Enter(id) = step {
            self.open.push(Step::Leave(id));
            self.open.extend(self.tree.children(id).iter().rev().map(|child| Step::Enter(*child)));
        }
        Some(step)
    }
}

/// Receives what the parser finds.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    line: Cell<usize>,
}

impl Sink {
    fn add(&self, data: Data) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { parent: None, children: Vec::new(), line: self.line.get(), data });
        nodes.len() - 1
    }

    fn node_of(&self, child: NodeOrText<NodeId>) -> NodeId {
        match child {
            NodeOrText::AppendNode(id) => id,
            NodeOrText::AppendText(text) => self.add(Data::Text(text)),
        }
    }

    fn detach(nodes: &mut [Node], id: NodeId) {
        if let Some(parent) = nodes[id].parent.take() {
            // The parser takes away what it has just put there: looking from the end finds it at once.
            if let Some(at) = nodes[parent].children.iter().rposition(|child| *child == id) {
                nodes[parent].children.remove(at);
            }
        }
    }
}

/// An element's name while the parser looks at it.
struct NameRef<'a>(Ref<'a, [Node]>, NodeId);

impl NameRef<'_> {
    fn name(&self) -> &QualName {
        static NO_NAME: QualName = QualName { prefix: None, ns: ns!(), local: local_name!("") };
        match &self.0[self.1].data {
            Data::Element(element) => &element.name,
            _ => &NO_NAME,
        }
    }
}

impl std::fmt::Debug for NameRef<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.name().fmt(formatter)
    }
}

impl ElemName for NameRef<'_> {
    fn ns(&self) -> &Namespace {
        &self.name().ns
    }

    fn local_name(&self) -> &LocalName {
        &self.name().local
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = NameRef<'a>;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _message: Cow<'static, str>) {
        // Browsers repair; the tree they make of it is what is searched.
    }

    fn get_document(&self) -> NodeId {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> NameRef<'a> {
        NameRef(Ref::map(self.nodes.borrow(), Vec::as_slice), *target)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let contents = flags.template.then(|| self.add(Data::Fragment));
        self.add(Data::Element(Element { name, attributes, contents }))
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.add(Data::Comment(text))
    }

    fn create_pi(&self, _target: StrTendril, data: StrTendril) -> NodeId {
        self.add(Data::Comment(data))
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let child = self.node_of(child);
        let mut nodes = self.nodes.borrow_mut();
        Self::detach(&mut nodes, child);
        nodes[child].parent = Some(*parent);
        nodes[*parent].children.push(child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.nodes.borrow()[*element].parent.is_none() {
            self.append(previous, child);
        } else {
            self.append_before_sibling(element, child);
        }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        match &self.nodes.borrow()[*target].data {
            Data::Element(element) => element.contents.unwrap_or(*target),
            _ => *target,
        }
    }

    fn same_node(&self, left: &NodeId, right: &NodeId) -> bool {
        left == right
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let child = self.node_of(child);
        let mut nodes = self.nodes.borrow_mut();
        Self::detach(&mut nodes, child);
        let Some(parent) = nodes[*sibling].parent else { return };
        nodes[child].parent = Some(parent);
        let at = nodes[parent].children.iter().rposition(|known| known == sibling).unwrap_or(0);
        nodes[parent].children.insert(at, child);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        if let Data::Element(element) = &mut self.nodes.borrow_mut()[*target].data {
            for attribute in attributes {
                if element.attributes.iter().all(|known| known.name != attribute.name) {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        Self::detach(&mut self.nodes.borrow_mut(), *target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[*node].children);
        for child in &children {
            nodes[*child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(children);
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(usize::try_from(line).unwrap_or(usize::MAX));
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        match &self.nodes.borrow()[*handle].data {
            Data::Element(element) => element.attribute("encoding").is_some_and(|encoding| {
                ["text/html", "application/xhtml+xml"].iter().any(|html| encoding.eq_ignore_ascii_case(html))
            }),
            _ => false,
        }
    }

    fn allow_declarative_shadow_roots(&self, _intended_parent: &NodeId) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_written_anew() {
        let tree = Tree::parse("<article>One<p>two &amp; three</article>\n<article id=b><p data-statement=x>four<br>");
        let articles: Vec<NodeId> =
            (0..tree.nodes.len()).filter(|id| tree.element(*id).is_some_and(|it| it.local() == "article")).collect();
        let statement = (0..tree.nodes.len())
            .find(|id| tree.element(*id).is_some_and(|it| it.attribute("data-statement").is_some()))
            .expect("a statement");
        assert_eq!(tree.line(statement), 2);
        assert_eq!(
            tree.to_html(&[articles[0]], &[(statement, "y".to_owned())]),
            "<!doctype html><html><head></head><body><article></article>\n<article id=\"b\">\
             <p data-statement=\"y\">four<br></p></article></body></html>"
        );
    }

    #[test]
    fn depth_costs_no_stack_and_templates_are_walked() {
        let deep = format!("{}<template><!--c-->inside</template>", "<div>".repeat(20_000));
        let tree = Tree::parse(&deep);
        let found = tree.walk(DOCUMENT).filter(|step| match step {
            Step::Enter(id) => matches!(tree.data(*id), Data::Text(_) | Data::Comment(_)),
            Step::Leave(_) => false,
        });
        assert_eq!(found.count(), 2);
    }
}
