//! Tree construction for pages in which every element is written out and closed in order, as programs write them.
//!
//! Knows the part of WHATWG tree construction that needs no repair: at an element, a place or an order for which a
//! browser might open, close or move anything by itself it gives up, and the page is read again by html5ever. So what
//! is built here never decides how odd markup is understood; tests hold both against each other on changed pages. Must
//! not know bytes: the lexer reads them.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::{Attribute, LocalName, Namespace, QualName, ns};

use super::lexer::{Construction, Following, Name, NotPlain, Plain};
use super::tree::{NodeId, Tree};

/// What an element's name means for its place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Head,
    Body,
    /// `meta`, `link`: empty, in the head or the body.
    Metadata,
    /// `title`: in the head only.
    Title,
    Script,
    Style,
    /// Empty, in the text.
    Void,
    /// `hr`: empty, ends a paragraph.
    Rule,
    /// Ends a paragraph.
    Block,
    /// `ul`, `ol`, `menu`: a block that holds items.
    List,
    /// `dl`: a block that holds terms and what they mean.
    Terms,
    Paragraph,
    Heading,
    /// `pre`: a block that loses a line end at its beginning.
    Preformatted,
    Item,
    /// `dt`, `dd`.
    Term,
    /// Opened again where it is cut off.
    Formatting,
    /// `a`: formatting that cannot hold itself.
    Anchor,
    Button,
    /// In the text, without rules of its own.
    Inline,
    Table,
    Caption,
    /// `thead`, `tbody`, `tfoot`.
    Rows,
    Row,
    Cell,
    /// `svg`.
    Graphic,
    /// Inside `svg` only.
    Shape,
    /// One that is left to html5ever.
    Other,
}

impl Kind {
    /// The kind of an element by its name in lower case.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "html" => Self::Html,
            "head" => Self::Head,
            "body" => Self::Body,
            "meta" | "link" => Self::Metadata,
            "title" => Self::Title,
            "script" => Self::Script,
            "style" => Self::Style,
            "br" | "img" | "input" | "wbr" => Self::Void,
            "hr" => Self::Rule,
            "address" | "article" | "aside" | "blockquote" | "details" | "dialog" | "div" | "fieldset"
            | "figcaption" | "figure" | "footer" | "header" | "hgroup" | "main" | "nav" | "section" | "summary" => {
                Self::Block
            }
            "ul" | "ol" | "menu" => Self::List,
            "dl" => Self::Terms,
            "p" => Self::Paragraph,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "pre" => Self::Preformatted,
            "li" => Self::Item,
            "dt" | "dd" => Self::Term,
            "b" | "code" | "em" | "i" | "s" | "small" | "strong" | "u" => Self::Formatting,
            "a" => Self::Anchor,
            "button" => Self::Button,
            "abbr" | "bdi" | "bdo" | "cite" | "data" | "del" | "dfn" | "ins" | "kbd" | "label" | "legend" | "mark"
            | "meter" | "progress" | "q" | "samp" | "span" | "sub" | "sup" | "time" | "var" => Self::Inline,
            "table" => Self::Table,
            "caption" => Self::Caption,
            "thead" | "tbody" | "tfoot" => Self::Rows,
            "tr" => Self::Row,
            "td" | "th" => Self::Cell,
            "svg" => Self::Graphic,
            "circle" | "ellipse" | "g" | "line" | "path" | "polygon" | "polyline" | "rect" => Self::Shape,
            _ => Self::Other,
        }
    }

    /// Whether it stands directly in nothing but what is named for it, so that no browser moves anything.
    fn belongs_in(self, parent: Self) -> bool {
        match self {
            Self::Item => parent == Self::List,
            Self::Term => parent == Self::Terms,
            Self::Caption | Self::Rows => parent == Self::Table,
            Self::Row => parent == Self::Rows,
            Self::Cell => parent == Self::Row,
            Self::Shape => matches!(parent, Self::Graphic | Self::Shape),
            Self::Heading => parent.holds_text() && parent != Self::Heading,
            _ => parent.holds_text(),
        }
    }

    /// Whether text may stand directly in it, as in the body.
    fn holds_text(self) -> bool {
        !matches!(self, Self::Html | Self::Head | Self::Table | Self::Rows | Self::Row | Self::Graphic | Self::Shape)
    }

    /// Whether a browser ends an open paragraph before it.
    fn ends_paragraph(self) -> bool {
        matches!(
            self,
            Self::Rule
                | Self::Block
                | Self::List
                | Self::Terms
                | Self::Paragraph
                | Self::Heading
                | Self::Preformatted
                | Self::Item
                | Self::Term
                | Self::Table
        )
    }
}

/// How far a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    BeforeHtml,
    BeforeHead,
    Head,
    AfterHead,
    Body,
    AfterBody,
    AfterHtml,
}

/// An open element.
#[derive(Debug)]
struct Open {
    node: NodeId,
    name: Name,
}

/// Most elements of one name with the same formatting that may stand in each other: of more, browsers forget some.
const ALIKE: usize = 3;

/// Builds a tree.
#[derive(Debug)]
pub(super) struct PlainTree {
    tree: Tree,
    stage: Stage,
    open: Vec<Open>,
    /// Open paragraphs, anchors and buttons.
    paragraphs: usize,
    anchors: usize,
    buttons: usize,
    /// Whether the next text must not begin with a line end.
    after_preformatted: bool,
}

impl PlainTree {
    /// A builder for a page of so many bytes.
    pub(super) fn for_bytes(bytes: usize) -> Self {
        Self {
            tree: Tree::for_bytes(bytes),
            stage: Stage::Start,
            open: Vec::with_capacity(16),
            paragraphs: 0,
            anchors: 0,
            buttons: 0,
            after_preformatted: false,
        }
    }

    /// The tree, once the lexer has come to the page's end.
    pub(super) fn into_tree(self) -> Tree {
        self.tree
    }

    fn current(&self) -> Option<(NodeId, Kind)> {
        self.open.last().map(|open| (open.node, open.name.kind))
    }

    /// Adds an element at the current place; it stays open unless it is empty.
    fn add(&mut self, name: &Name, namespace: Namespace, attributes: Vec<Attribute>, is_empty: bool) -> NodeId {
        let parent = self.open.last().map_or(self.tree.document(), |open| open.node);
        let name_in_tree = QualName::new(None, namespace, name.local.clone());
        let node = self.tree.add_element(parent, name_in_tree, attributes);
        if !is_empty {
            self.open.push(Open { node, name: name.clone() });
            self.count(name.kind, 1);
        }
        node
    }

    fn count(&mut self, kind: Kind, change: isize) {
        let counter = match kind {
            Kind::Paragraph => &mut self.paragraphs,
            Kind::Anchor => &mut self.anchors,
            Kind::Button => &mut self.buttons,
            _ => return,
        };
        *counter = counter.wrapping_add_signed(change);
    }

    /// An element of the page's frame, each in its place.
    fn frame(&mut self, name: &Name, attributes: Vec<Attribute>, before: Stage, after: Stage) -> Plain<Following> {
        if self.stage != before {
            return Err(NotPlain);
        }
        self.stage = after;
        self.add(name, ns!(html), attributes, false);
        Ok(Following::Markup)
    }

    fn in_head(&mut self, name: &Name, attributes: Vec<Attribute>) -> Plain<Following> {
        let following = match name.kind {
            Kind::Metadata => Following::Markup,
            Kind::Title => Following::Raw(RawKind::Rcdata),
            Kind::Script => Following::Raw(RawKind::ScriptData),
            Kind::Style => Following::Raw(RawKind::Rawtext),
            _ => return Err(NotPlain),
        };
        self.add(name, ns!(html), attributes, name.kind == Kind::Metadata);
        Ok(following)
    }

    fn in_body(&mut self, name: &Name, attributes: Vec<Attribute>) -> Plain<Following> {
        let (_, parent) = self.current().ok_or(NotPlain)?;
        let kind = name.kind;
        if !kind.belongs_in(parent) || kind.ends_paragraph() && self.paragraphs > 0 {
            return Err(NotPlain);
        }
        match kind {
            Kind::Metadata | Kind::Script | Kind::Style => return self.in_head(name, attributes),
            Kind::Anchor if self.anchors > 0 => return Err(NotPlain),
            Kind::Button if self.buttons > 0 => return Err(NotPlain),
            Kind::Formatting => {
                let alike = self.open.iter().filter(|open| open.name.local == name.local).count();
                if alike >= ALIKE {
                    return Err(NotPlain);
                }
            }
            Kind::Html | Kind::Head | Kind::Body | Kind::Title | Kind::Graphic | Kind::Shape | Kind::Other => {
                return Err(NotPlain);
            }
            _ => {}
        }
        self.after_preformatted = kind == Kind::Preformatted;
        self.add(name, ns!(html), attributes, matches!(kind, Kind::Void | Kind::Rule));
        Ok(Following::Markup)
    }

    /// `svg` and what it holds, where names of attributes may be spelled otherwise than in HTML.
    fn in_graphic(&mut self, name: &Name, mut attributes: Vec<Attribute>, is_empty: bool) -> Plain<Following> {
        let (_, parent) = self.current().ok_or(NotPlain)?;
        if !name.kind.belongs_in(parent) {
            return Err(NotPlain);
        }
        for attribute in &mut attributes {
            match &*attribute.name.local {
                "viewbox" => attribute.name.local = LocalName::from("viewBox"),
                "class" | "cx" | "cy" | "d" | "fill" | "focusable" | "height" | "hidden" | "id" | "points" | "r"
                | "role" | "rx" | "ry" | "stroke" | "style" | "transform" | "width" | "x" | "x1" | "x2" | "y"
                | "y1" | "y2" => {}
                other if ["aria-", "data-", "fill-", "stroke-"].iter().any(|start| other.starts_with(start)) => {}
                _ => return Err(NotPlain),
            }
        }
        self.add(name, ns!(svg), attributes, is_empty);
        Ok(Following::Markup)
    }
}

impl Construction for PlainTree {
    fn doctype(&mut self) -> Plain<()> {
        if self.stage != Stage::Start {
            return Err(NotPlain);
        }
        self.stage = Stage::BeforeHtml;
        Ok(())
    }

    fn start(&mut self, name: &Name, attributes: Vec<Attribute>, is_closed: bool) -> Plain<Following> {
        self.after_preformatted = false;
        let may_be_closed = matches!(name.kind, Kind::Metadata | Kind::Void | Kind::Rule | Kind::Graphic | Kind::Shape);
        if is_closed && !may_be_closed {
            return Err(NotPlain);
        }
        match (self.stage, name.kind) {
            (_, Kind::Html) => self.frame(name, attributes, Stage::BeforeHtml, Stage::BeforeHead),
            (_, Kind::Head) => self.frame(name, attributes, Stage::BeforeHead, Stage::Head),
            (_, Kind::Body) => self.frame(name, attributes, Stage::AfterHead, Stage::Body),
            (Stage::Head, _) => self.in_head(name, attributes),
            (Stage::Body, Kind::Graphic | Kind::Shape) => self.in_graphic(name, attributes, is_closed),
            (Stage::Body, _) => self.in_body(name, attributes),
            _ => Err(NotPlain),
        }
    }

    fn end(&mut self, name: &Name) -> Plain<()> {
        self.after_preformatted = false;
        if (self.stage, name.kind) == (Stage::AfterBody, Kind::Html) {
            self.stage = Stage::AfterHtml;
            return Ok(());
        }
        let open = self.open.last().ok_or(NotPlain)?;
        if open.name.local != name.local {
            return Err(NotPlain);
        }
        match (self.stage, name.kind) {
            // Both stay open: white space behind them belongs to the body.
            (Stage::Body, Kind::Body) => self.stage = Stage::AfterBody,
            (Stage::Head, Kind::Head) => {
                self.stage = Stage::AfterHead;
                self.open.pop();
            }
            (Stage::Head | Stage::Body, _) => {
                self.open.pop();
                self.count(name.kind, -1);
            }
            _ => return Err(NotPlain),
        }
        Ok(())
    }

    fn comment(&mut self) {
        self.after_preformatted = false;
    }

    fn text(&mut self, text: StrTendril) -> Plain<()> {
        let is_blank = || text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\x0C'));
        if std::mem::take(&mut self.after_preformatted) && text.starts_with('\n') {
            return Err(NotPlain);
        }
        match self.stage {
            Stage::Start | Stage::BeforeHtml | Stage::BeforeHead => {
                return if is_blank() { Ok(()) } else { Err(NotPlain) };
            }
            Stage::AfterHead | Stage::AfterBody | Stage::AfterHtml if !is_blank() => return Err(NotPlain),
            _ => {}
        }
        let (node, kind) = self.current().ok_or(NotPlain)?;
        let takes_text = kind.holds_text() || matches!(kind, Kind::Graphic | Kind::Shape);
        if !takes_text && !is_blank() {
            return Err(NotPlain);
        }
        self.tree.add_text(node, text);
        Ok(())
    }

    fn finish(&mut self) -> Plain<()> {
        if matches!(self.stage, Stage::AfterBody | Stage::AfterHtml) { Ok(()) } else { Err(NotPlain) }
    }
}
