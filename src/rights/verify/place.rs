//! Rule 1: whether a statement stands where its piece stands.

use super::expectation::Whereabouts;
use super::scan::Place;
use super::tree::{Element, NodeId, Tree};

/// Rule 1: “The nearest `<article>` around that place (or the feed item, the piece of a guide or handout) is also the
/// nearest around E.” The element that must be the same for both; on a page of excerpts, `main`.
pub(super) fn container(tree: &Tree, node: NodeId, whereabouts: &Whereabouts) -> Option<NodeId> {
    let is_container = |element: &Element| match whereabouts {
        Whereabouts::Article | Whereabouts::FeedItem => element.local() == "article",
        Whereabouts::Part { attribute } => element.local() == "article" || element.attribute(attribute).is_some(),
        Whereabouts::Excerpts => element.local() == "main",
    };
    let itself = tree.element(node).filter(|element| is_container(element)).map(|_| node);
    itself.or_else(|| tree.ancestor_elements(node).find(|(_, element)| is_container(element)).map(|(id, _)| id))
}

/// Rule 1: “Neither E nor an ancestor is a `header footer nav aside blockquote q code pre a button label del s strike`;
/// the article's own `<footer>` counts.” The name of the nearest such element.
pub(super) fn forbidden_around(tree: &Tree, statement: NodeId) -> Option<&str> {
    tree.with_ancestors(statement).filter_map(|id| tree.element(id)).map(Element::local).find(|name| {
        matches!(
            *name,
            "header"
                | "footer"
                | "nav"
                | "aside"
                | "blockquote"
                | "q"
                | "code"
                | "pre"
                | "a"
                | "button"
                | "label"
                | "del"
                | "s"
                | "strike"
        )
    })
}

/// What is wrong with a statement's place, in plain words; nothing if it stands well.
pub(super) fn fault(tree: &Tree, statement: Place, body: Option<Place>, whereabouts: &Whereabouts) -> Option<String> {
    if let Some(name) = forbidden_around(tree, statement.node) {
        return Some(format!("it stands in a <{name}>, which print styles, reader modes or browsers treat apart"));
    }
    let body = body?;
    let around_body = container(tree, body.node, whereabouts);
    let around_statement = container(tree, statement.node, whereabouts);
    let name = match whereabouts {
        Whereabouts::Excerpts => "<main>",
        Whereabouts::Part { .. } => "part",
        Whereabouts::Article | Whereabouts::FeedItem => "<article>",
    };
    if around_body.is_none() && *whereabouts != Whereabouts::FeedItem {
        return Some(format!("the text it belongs to stands in no {name}"));
    }
    if around_body != around_statement {
        return Some(format!("it stands outside the {name} that holds the text it belongs to"));
    }
    (statement.order < body.order).then(|| "it stands before the text it belongs to instead of after it".to_owned())
}
