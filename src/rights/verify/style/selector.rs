//! Selectors: how they are read, and what a page's elements answer to them.
//!
//! States that nobody can see in the bytes (`:hover`, `:focus`, unknown ones) count as matching, inside `:not()` as
//! not matching: a rule that could apply applies. Must not know declarations.

use std::collections::BTreeMap;
use std::fmt;

use cssparser::{ParseError, Parser, ToCss, Token};
use html5ever::{LocalName, Namespace, local_name, ns};
use precomputed_hash::PrecomputedHash;
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{ElementSelectorFlags, MatchingContext};
use selectors::parser::{self, ParseRelative, SelectorList, SelectorParseErrorKind};
use selectors::{OpaqueElement, SelectorImpl};

use super::super::tree::{Element, NodeData, NodeId, Tree};

/// The kinds of names our selectors are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names;

impl SelectorImpl for Names {
    type ExtraMatchingData<'a> = ();
    type AttrValue = CssText;
    type Identifier = CssName;
    type LocalName = CssName;
    type NamespaceUrl = Namespace;
    type NamespacePrefix = CssName;
    type BorrowedNamespaceUrl = Namespace;
    type BorrowedLocalName = CssName;
    type NonTSPseudoClass = State;
    type PseudoElement = Pseudo;
}

/// An attribute's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CssText(String);

impl From<&str> for CssText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl AsRef<str> for CssText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl ToCss for CssText {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        cssparser::serialize_string(&self.0, out)
    }
}

/// A tag, class, id or attribute name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct CssName(pub(super) LocalName);

impl From<&str> for CssName {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for CssName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PrecomputedHash for CssName {
    fn precomputed_hash(&self) -> u32 {
        self.0.precomputed_hash()
    }
}

impl ToCss for CssName {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        cssparser::serialize_identifier(&self.0, out)
    }
}

/// A pseudo-class that is not about the structure of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// `:link`, `:any-link`, `:visited`: links only.
    Link,
    /// `:disabled`, `:checked` and the like: form controls only.
    FormControl,
    /// `:playing`, `:muted` and the like: sound and pictures only.
    Media,
    /// `:open`, `:popover-open`, `:modal`: what opens and closes.
    Openable,
    /// `:defined`: all but custom elements, which may or may not be.
    Defined,
    /// `:read-only`: all but what can be edited, which may or may not be.
    ReadOnly,
    /// `:host`, `:host-context()`: nothing outside shadow roots.
    Host,
    /// `:hover` and every other: any element, at some time.
    Any(String),
}

impl State {
    fn from_name(name: &str) -> Self {
        match name {
            "link" | "any-link" | "visited" | "-webkit-any-link" | "-moz-any-link" | "local-link" => Self::Link,
            "disabled"
            | "enabled"
            | "checked"
            | "unchecked"
            | "indeterminate"
            | "default"
            | "required"
            | "optional"
            | "valid"
            | "invalid"
            | "user-valid"
            | "user-invalid"
            | "in-range"
            | "out-of-range"
            | "blank"
            | "placeholder-shown"
            | "autofill"
            | "-webkit-autofill"
            | "-moz-placeholder"
            | "-ms-input-placeholder"
            | "-moz-ui-invalid"
            | "-moz-ui-valid"
            | "-moz-focusring"
            | "read-write"
            | "-moz-read-write" => Self::FormControl,
            "playing" | "paused" | "seeking" | "buffering" | "stalled" | "muted" | "volume-locked"
            | "picture-in-picture" => Self::Media,
            "open" | "popover-open" | "modal" => Self::Openable,
            "defined" => Self::Defined,
            "read-only" | "-moz-read-only" => Self::ReadOnly,
            "host" | "host-context" => Self::Host,
            other => Self::Any(other.to_owned()),
        }
    }

    /// Whether an element could be in this state, and whether it could be out of it.
    fn of(&self, element: &Element) -> (bool, bool) {
        let local = element.local();
        let editable = element.attribute("contenteditable").is_some();
        match self {
            Self::Link => {
                let link = matches!(local, "a" | "area")
                    && element.attributes.iter().any(|a| a.name.local == local_name!("href"));
                (link, !link)
            }
            Self::FormControl => {
                let custom = local.contains('-');
                let control = matches!(
                    local,
                    "button"
                        | "fieldset"
                        | "form"
                        | "input"
                        | "optgroup"
                        | "option"
                        | "output"
                        | "progress"
                        | "select"
                        | "textarea"
                );
                (control || custom || editable, true)
            }
            Self::Media => (matches!(local, "audio" | "video"), true),
            Self::Openable => {
                let opens = matches!(local, "details" | "dialog" | "select" | "input")
                    || element.attribute("popover").is_some();
                (opens, true)
            }
            Self::Defined => (true, local.contains('-') || element.attribute("is").is_some()),
            Self::ReadOnly => (true, editable || matches!(local, "input" | "textarea")),
            Self::Host => (false, true),
            Self::Any(_) => (true, true),
        }
    }
}

impl parser::NonTSPseudoClass for State {
    fn is_active_or_hover(&self) -> bool {
        // Asked only for a quirk that would make fewer rules match.
        false
    }

    fn is_user_action_state(&self) -> bool {
        matches!(self, Self::Any(name) if matches!(name.as_str(), "hover" | "active" | "focus"))
    }
}

impl ToCss for State {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        match self {
            Self::Any(name) => write!(out, ":{name}"),
            other => write!(out, ":{}", format!("{other:?}").to_ascii_lowercase()),
        }
    }
}

/// A pseudo-element's name in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pseudo(pub(super) String);

impl parser::PseudoElement for Pseudo {
    fn accepts_state_pseudo_classes(&self) -> bool {
        true
    }
}

impl ToCss for Pseudo {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        write!(out, "::{}", self.0)
    }
}

/// Reads selectors of one stylesheet, which may name namespaces.
#[derive(Debug, Default)]
pub(super) struct SelectorReader {
    /// Prefix to address, from `@namespace`.
    pub(super) namespaces: BTreeMap<String, Namespace>,
}

impl SelectorReader {
    /// Reads a list of selectors; one that no browser understands makes the whole list void, as in browsers.
    pub(super) fn read(&self, input: &mut Parser<'_>, relative: ParseRelative) -> Option<SelectorList<Names>> {
        SelectorList::parse(self, input, relative).ok()
    }

    /// `*`.
    pub(super) fn anything(&self) -> Option<SelectorList<Names>> {
        self.read(&mut Parser::new("*"), ParseRelative::No)
    }
}

impl<'i> parser::Parser<'i> for SelectorReader {
    type Impl = Names;
    type Error = SelectorParseErrorKind;

    fn parse_nth_child_of(&self) -> bool {
        true
    }

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn parse_has(&self) -> bool {
        true
    }

    fn parse_parent_selector(&self) -> bool {
        true
    }

    fn is_is_alias(&self, name: &str) -> bool {
        ["-webkit-any", "-moz-any", "matches"].iter().any(|alias| name.eq_ignore_ascii_case(alias))
    }

    fn parse_non_ts_pseudo_class(&self, name: &str) -> Result<State, ParseError<SelectorParseErrorKind>> {
        Ok(State::from_name(&name.to_ascii_lowercase()))
    }

    fn parse_non_ts_functional_pseudo_class(
        &self,
        name: &str,
        arguments: &mut Parser<'i>,
        _after_part: bool,
    ) -> Result<State, ParseError<SelectorParseErrorKind>> {
        pass_over(arguments);
        Ok(State::from_name(&name.to_ascii_lowercase()))
    }

    fn parse_pseudo_element(&self, name: &str) -> Result<Pseudo, ParseError<SelectorParseErrorKind>> {
        Ok(Pseudo(name.to_ascii_lowercase()))
    }

    fn parse_functional_pseudo_element(
        &self,
        name: &str,
        arguments: &mut Parser<'i>,
    ) -> Result<Pseudo, ParseError<SelectorParseErrorKind>> {
        pass_over(arguments);
        Ok(Pseudo(name.to_ascii_lowercase()))
    }

    fn namespace_for_prefix(&self, prefix: &CssName) -> Option<Namespace> {
        self.namespaces.get(&*prefix.0).cloned()
    }
}

fn pass_over(arguments: &mut Parser<'_>) {
    while let Ok(token) = arguments.next() {
        if matches!(token, Token::BadString(_) | Token::BadUrl(_)) {
            return;
        }
    }
}

/// An element of a page, as selectors see it.
#[derive(Clone, Copy)]
pub(super) struct Subject<'t> {
    tree: &'t Tree,
    id: NodeId,
    element: &'t Element,
}

impl<'t> Subject<'t> {
    /// The element at a node.
    pub(super) fn new(tree: &'t Tree, id: NodeId) -> Option<Self> {
        tree.element(id).map(|element| Self { tree, id, element })
    }

    fn beside(self, step: impl Fn(&Tree, NodeId) -> Option<NodeId>) -> Option<Self> {
        let mut next = step(self.tree, self.id);
        while let Some(id) = next {
            if let Some(subject) = Self::new(self.tree, id) {
                return Some(subject);
            }
            next = step(self.tree, id);
        }
        None
    }
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{}>", self.element.local())
    }
}

impl selectors::Element for Subject<'_> {
    type Impl = Names;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.element)
    }

    fn parent_element(&self) -> Option<Self> {
        Self::new(self.tree, self.tree.parent(self.id)?)
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn pseudo_element_originating_element(&self) -> Option<Self> {
        // Pseudo-elements of a pseudo-element, such as `::before::marker`, belong to the element itself here.
        Some(*self)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.beside(Tree::previous)
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.beside(Tree::next)
    }

    fn first_element_child(&self) -> Option<Self> {
        self.tree.children(self.id).find_map(|child| Self::new(self.tree, child))
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.name.ns == ns!(html)
    }

    fn has_local_name(&self, name: &CssName) -> bool {
        self.element.name.local == name.0
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        self.element.name.ns == *namespace
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.element.name.local == other.element.name.local && self.element.name.ns == other.element.name.ns
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Namespace>,
        name: &CssName,
        operation: &AttrSelectorOperation<&CssText>,
    ) -> bool {
        self.element.attributes.iter().any(|attribute| {
            attribute.name.local == name.0
                && !matches!(namespace, NamespaceConstraint::Specific(wanted) if **wanted != attribute.name.ns)
                && operation.eval_str(&attribute.value)
        })
    }

    fn match_non_ts_pseudo_class(&self, state: &State, context: &mut MatchingContext<'_, Names>) -> bool {
        let (could_be, could_not_be) = state.of(self.element);
        if context.in_negation() { !could_not_be } else { could_be }
    }

    fn match_pseudo_element(&self, _pseudo: &Pseudo, _context: &mut MatchingContext<'_, Names>) -> bool {
        true
    }

    fn apply_selector_flags(&self, _flags: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        State::Link.of(self.element).0
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_id(&self, id: &CssName, case: CaseSensitivity) -> bool {
        self.element.attribute("id").is_some_and(|value| case.eq(value.as_bytes(), id.0.as_bytes()))
    }

    fn has_class(&self, class: &CssName, case: CaseSensitivity) -> bool {
        self.element.attribute("class").is_some_and(|value| {
            value.split_ascii_whitespace().any(|found| case.eq(found.as_bytes(), class.0.as_bytes()))
        })
    }

    fn has_custom_state(&self, _name: &CssName) -> bool {
        true
    }

    fn imported_part(&self, _name: &CssName) -> Option<CssName> {
        None
    }

    fn is_part(&self, _name: &CssName) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        self.tree.children(self.id).all(|child| match self.tree.data(child) {
            NodeData::Element(_) => false,
            NodeData::Text(text) => text.is_empty(),
            NodeData::Fragment => true,
        })
    }

    fn is_root(&self) -> bool {
        self.tree.parent(self.id) == Some(self.tree.document())
    }

    fn add_element_unique_hashes(&self, _filter: &mut BloomFilter) -> bool {
        false
    }
}
