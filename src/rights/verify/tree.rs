//! The tree a browser makes of a page's bytes: WHATWG tree construction into an arena.
//!
//! Owns nodes, their order and their attributes. Drops what no rule reads: comments, processing instructions, the
//! document type. Must not know what a statement is.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, local_name, ns, parse_document};

use super::lexer::{self, NotPlain};
use super::plain::PlainTree;

/// The place of a node in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(u32);

impl NodeId {
    /// No node: the parent of the document, the sibling after the last.
    const NONE: Self = Self(u32::MAX);
    const DOCUMENT: Self = Self(0);
    /// One stand-in for every comment: such nodes are never put into the tree.
    const COMMENT: Self = Self(1);

    fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Debug)]
pub(super) enum NodeData {
    /// The document, or the contents of a template.
    Fragment,
    /// An element.
    Element(Element),
    /// Text, a slice of the page wherever it has no character reference.
    Text(StrTendril),
}

/// An element's name and attributes.
#[derive(Debug)]
pub(super) struct Element {
    /// Name and namespace.
    pub(super) name: QualName,
    /// Attributes as written, the first of each name.
    pub(super) attributes: Vec<Attribute>,
    /// The fragment that holds a template's contents.
    contents: NodeId,
}

impl Element {
    /// The value of an attribute without namespace.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
    }

    /// The local name as text.
    pub(super) fn local(&self) -> &str {
        &self.name.local
    }
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    first_child: NodeId,
    last_child: NodeId,
    previous: NodeId,
    next: NodeId,
    data: NodeData,
}

impl Node {
    fn new(data: NodeData) -> Self {
        let none = NodeId::NONE;
        Self { parent: none, first_child: none, last_child: none, previous: none, next: none, data }
    }
}

/// A parsed page.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    quirks: bool,
    templates: bool,
}

/// Whether the reader's browser runs scripts: `noscript` is text or elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scripting {
    /// As almost every browser.
    On,
    /// As a browser with scripts switched off, and most converters.
    Off,
}

impl Scripting {
    fn options(self) -> TreeBuilderOpts {
        TreeBuilderOpts { scripting_enabled: self == Self::On, drop_doctype: true, ..TreeBuilderOpts::default() }
    }
}

impl Tree {
    /// Parses a page: plain ones by the fast reader, and without html5ever if they need no repair; all others by the full
    /// tokenizer.
    pub(super) fn parse(html: &StrTendril, scripting: Scripting) -> Self {
        let mut plain = PlainTree::for_bytes(html.len());
        match lexer::feed(html, &mut plain) {
            Ok(()) => plain.into_tree(),
            Err(NotPlain) => Self::parse_with_repairs(html, scripting),
        }
    }

    /// Parses a page by html5ever: plain ones by the fast reader, all others by the full tokenizer.
    pub(super) fn parse_with_repairs(html: &StrTendril, scripting: Scripting) -> Self {
        let mut builder = TreeBuilder::new(Sink::new(html.len()), scripting.options());
        match lexer::feed(html, &mut builder) {
            Ok(()) => builder.sink.finish(),
            Err(NotPlain) => Self::parse_fully(html, scripting),
        }
    }

    /// Parses a page by the full tokenizer.
    pub(super) fn parse_fully(html: &StrTendril, scripting: Scripting) -> Self {
        let options = ParseOpts { tree_builder: scripting.options(), ..ParseOpts::default() };
        parse_document(Sink::new(html.len()), options).one(html.clone())
    }

    /// Whether the fast reader reads a page, and whether it does so without html5ever.
    #[cfg(test)]
    pub(super) fn is_plain(html: &StrTendril) -> (bool, bool) {
        let mut builder = TreeBuilder::new(Sink::new(html.len()), Scripting::On.options());
        let mut plain = PlainTree::for_bytes(html.len());
        (lexer::feed(html, &mut builder).is_ok(), lexer::feed(html, &mut plain).is_ok())
    }

    /// A document without anything in it, with room for a page of so many bytes.
    pub(super) fn for_bytes(bytes: usize) -> Self {
        Self { nodes: Sink::new(bytes).nodes.into_inner(), quirks: false, templates: false }
    }

    /// Adds an element as the last child of a node.
    pub(super) fn add_element(&mut self, parent: NodeId, name: QualName, attributes: Vec<Attribute>) -> NodeId {
        self.add_child(parent, NodeData::Element(Element { name, attributes, contents: NodeId::NONE }))
    }

    /// Adds text as the last child of a node.
    pub(super) fn add_text(&mut self, parent: NodeId, text: StrTendril) {
        self.add_child(parent, NodeData::Text(text));
    }

    fn add_child(&mut self, parent: NodeId, data: NodeData) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX - 1));
        let previous = std::mem::replace(&mut self.nodes[parent.index()].last_child, id);
        match previous.some() {
            Some(previous) => self.nodes[previous.index()].next = id,
            None => self.nodes[parent.index()].first_child = id,
        }
        self.nodes.push(Node { parent, previous, ..Node::new(data) });
        id
    }

    /// The document node.
    pub(super) fn document(&self) -> NodeId {
        NodeId::DOCUMENT
    }

    /// Whether browsers show the page in quirks mode, where class names ignore letter case.
    pub(super) fn is_quirky(&self) -> bool {
        self.quirks
    }

    /// Whether the page holds any template, whose contents no walk over the document meets.
    pub(super) fn has_templates(&self) -> bool {
        self.templates
    }

    /// What a node is.
    pub(super) fn data(&self, id: NodeId) -> &NodeData {
        &self.nodes[id.index()].data
    }

    /// The element at a node.
    pub(super) fn element(&self, id: NodeId) -> Option<&Element> {
        match self.data(id) {
            NodeData::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The node around a node.
    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id.index()].parent.some()
    }

    /// The first node inside a node.
    pub(super) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id.index()].first_child.some()
    }

    /// The node before a node.
    pub(super) fn previous(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id.index()].previous.some()
    }

    /// The node after a node.
    pub(super) fn next(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id.index()].next.some()
    }

    /// The nodes directly inside a node.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(id), |child| self.next(*child))
    }

    /// The node itself and the nodes around it, inwards first.
    pub(super) fn with_ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), |node| self.parent(*node))
    }

    /// The elements around a node, inwards first.
    pub(super) fn ancestor_elements(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Element)> + '_ {
        self.with_ancestors(id).skip(1).filter_map(|node| self.element(node).map(|element| (node, element)))
    }

    /// Every element of the arena, those in templates included, in the order they were opened.
    pub(super) fn all_elements(&self) -> impl Iterator<Item = (NodeId, &Element)> + '_ {
        (0..self.nodes.len()).filter_map(|index| {
            let id = NodeId(u32::try_from(index).ok()?);
            self.element(id).map(|element| (id, element))
        })
    }

    /// Whether the node hangs on the document, not in a template or cut off.
    pub(super) fn is_attached(&self, id: NodeId) -> bool {
        self.with_ancestors(id).last() == Some(NodeId::DOCUMENT)
    }

    /// Walks a node and all it holds in document order; no recursion, so that depth costs no stack.
    pub(super) fn walk(&self, root: NodeId) -> Walk<'_> {
        Walk { tree: self, root, next: Some(Step::Enter(root)) }
    }
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
    root: NodeId,
    next: Option<Step>,
}

impl Walk<'_> {
    /// Passes over what the node just entered holds.
    pub(super) fn skip_children(&mut self, entered: NodeId) {
        self.next = Some(Step::Leave(entered));
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.next?;
        self.next = match step {
            Step::Enter(id) => Some(self.tree.first_child(id).map_or(Step::Leave(id), Step::Enter)),
            Step::Leave(id) if id == self.root => None,
            Step::Leave(id) => match self.tree.next(id) {
                Some(sibling) => Some(Step::Enter(sibling)),
                None => self.tree.parent(id).map(Step::Leave),
            },
        };
        Some(step)
    }
}

/// Receives what the parser finds. The parser holds it by shared reference, hence the cells.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    quirks: Cell<bool>,
    templates: Cell<bool>,
}

impl Sink {
    fn new(bytes: usize) -> Self {
        // A node for about 20 bytes is what rendered pages have; the arena seldom grows.
        let mut nodes = Vec::with_capacity(bytes / 20 + 8);
        nodes.push(Node::new(NodeData::Fragment));
        nodes.push(Node::new(NodeData::Fragment));
        Self { nodes: RefCell::new(nodes), quirks: Cell::new(false), templates: Cell::new(false) }
    }

    fn add(&self, data: NodeData) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        let id = NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX - 1));
        nodes.push(Node::new(data));
        id
    }

    /// The node to link in; none for what the tree drops.
    fn node_of(&self, child: NodeOrText<NodeId>) -> Option<NodeId> {
        match child {
            NodeOrText::AppendNode(NodeId::COMMENT) => None,
            NodeOrText::AppendNode(id) => Some(id),
            NodeOrText::AppendText(text) => Some(self.add(NodeData::Text(text))),
        }
    }

    fn detach(nodes: &mut [Node], id: NodeId) {
        let (parent, previous, next) = {
            let node = &mut nodes[id.index()];
            let links = (node.parent, node.previous, node.next);
            (node.parent, node.previous, node.next) = (NodeId::NONE, NodeId::NONE, NodeId::NONE);
            links
        };
        match previous.some() {
            Some(previous) => nodes[previous.index()].next = next,
            None if parent != NodeId::NONE => nodes[parent.index()].first_child = next,
            None => {}
        }
        match next.some() {
            Some(next) => nodes[next.index()].previous = previous,
            None if parent != NodeId::NONE => nodes[parent.index()].last_child = previous,
            None => {}
        }
    }

    fn push_child(nodes: &mut [Node], parent: NodeId, child: NodeId) {
        Self::detach(nodes, child);
        let last = nodes[parent.index()].last_child;
        let node = &mut nodes[child.index()];
        (node.parent, node.previous) = (parent, last);
        match last.some() {
            Some(last) => nodes[last.index()].next = child,
            None => nodes[parent.index()].first_child = child,
        }
        nodes[parent.index()].last_child = child;
    }

    fn insert_before(nodes: &mut [Node], sibling: NodeId, child: NodeId) {
        Self::detach(nodes, child);
        let (parent, previous) = (nodes[sibling.index()].parent, nodes[sibling.index()].previous);
        let node = &mut nodes[child.index()];
        (node.parent, node.previous, node.next) = (parent, previous, sibling);
        nodes[sibling.index()].previous = child;
        match previous.some() {
            Some(previous) => nodes[previous.index()].next = child,
            None if parent != NodeId::NONE => nodes[parent.index()].first_child = child,
            None => {}
        }
    }
}

/// An element's name while the parser looks at it.
struct NameRef<'a>(Ref<'a, [Node]>, NodeId);

impl NameRef<'_> {
    fn name(&self) -> &QualName {
        // The parser asks for names of elements only; the document's would be this one.
        static NO_NAME: QualName = QualName { prefix: None, ns: ns!(), local: local_name!("") };
        match &self.0[self.1.index()].data {
            NodeData::Element(element) => &element.name,
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
        Tree { nodes: self.nodes.into_inner(), quirks: self.quirks.get(), templates: self.templates.get() }
    }

    fn parse_error(&self, _message: Cow<'static, str>) {
        // Browsers repair; the tree they make of it is what is judged.
    }

    fn get_document(&self) -> NodeId {
        NodeId::DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> NameRef<'a> {
        NameRef(Ref::map(self.nodes.borrow(), Vec::as_slice), *target)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let contents = if flags.template {
            self.templates.set(true);
            self.add(NodeData::Fragment)
        } else {
            NodeId::NONE
        };
        self.add(NodeData::Element(Element { name, attributes, contents }))
    }

    fn create_comment(&self, _text: StrTendril) -> NodeId {
        NodeId::COMMENT
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> NodeId {
        NodeId::COMMENT
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        if let Some(child) = self.node_of(child) {
            Self::push_child(&mut self.nodes.borrow_mut(), *parent, child);
        }
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.nodes.borrow()[element.index()].parent == NodeId::NONE {
            self.append(previous, child);
        } else {
            self.append_before_sibling(element, child);
        }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        match &self.nodes.borrow()[target.index()].data {
            NodeData::Element(element) => element.contents.some().unwrap_or(*target),
            _ => *target,
        }
    }

    fn same_node(&self, left: &NodeId, right: &NodeId) -> bool {
        left == right
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.quirks.set(mode == QuirksMode::Quirks);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if let Some(child) = self.node_of(child) {
            Self::insert_before(&mut self.nodes.borrow_mut(), *sibling, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        if let NodeData::Element(element) = &mut self.nodes.borrow_mut()[target.index()].data {
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
        while let Some(child) = nodes[node.index()].first_child.some() {
            Self::push_child(&mut nodes, *new_parent, child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        match &self.nodes.borrow()[handle.index()].data {
            NodeData::Element(element) => element.attribute("encoding").is_some_and(|encoding| {
                ["text/html", "application/xhtml+xml"].iter().any(|html| encoding.eq_ignore_ascii_case(html))
            }),
            _ => false,
        }
    }

    fn allow_declarative_shadow_roots(&self, _intended_parent: &NodeId) -> bool {
        // A template with `shadowrootmode` stays a template; its parent's children then do not count as visible.
        false
    }
}
