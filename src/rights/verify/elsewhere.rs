//! Further places of a page where a piece's text stands: each needs the statement as the first does.
//!
//! Must not know what is wrong with a statement.

use super::place::{container, fault};
use super::scan::Place;
use super::tree::{NodeData, NodeId, Step, Tree};
use super::visible_text::{is_break, uncounted};
use super::words::{WordHash, WordReader, first_run, words_of};

/// The first visible run of `length` words of a piece outside the elements `covered`.
pub(super) fn next_text(tree: &Tree, piece: &[WordHash], length: usize, covered: &[NodeId]) -> Option<NodeId> {
    let mut words = Vec::new();
    let mut nodes = Vec::new();
    let mut reader = WordReader::default();
    let mut last = None;
    let mut walk = tree.walk(tree.document());
    while let Some(step) = walk.next() {
        let (id, enters) = match step {
            Step::Enter(id) => (id, true),
            Step::Leave(id) => (id, false),
        };
        match tree.data(id) {
            NodeData::Text(text) if enters => {
                last = Some(id);
                reader.read(text, |word| {
                    words.push(word);
                    nodes.push(id);
                });
            }
            NodeData::Element(element) => {
                let is_left_out = enters && (covered.contains(&id) || uncounted(tree, id, element).is_some());
                if is_left_out {
                    walk.skip_children(id);
                }
                if let Some(node) = last.filter(|_| is_left_out || is_break(element)) {
                    reader.end(&mut |word| {
                        words.push(word);
                        nodes.push(node);
                    });
                }
            }
            NodeData::Text(_) | NodeData::Fragment => {}
        }
    }
    if let Some(node) = last {
        reader.end(&mut |word| {
            words.push(word);
            nodes.push(node);
        });
    }
    first_run(&words, piece, length).map(|start| nodes[start])
}

/// The first of some statements that stands well beside a text: in the same element, after it.
pub(super) fn statement_beside(
    tree: &Tree,
    text: NodeId,
    statements: impl Iterator<Item = NodeId>,
    whereabouts: &super::Whereabouts,
) -> Option<NodeId> {
    let around = container(tree, text, whereabouts)?;
    let order = |node: NodeId| {
        tree.walk(around)
            .position(|step| matches!(step, Step::Enter(id) if id == node))
            .map(|order| Place { node, order })
    };
    let body = order(text)?;
    let mut inside = statements.filter_map(order);
    inside.find(|statement| fault(tree, *statement, Some(body), whereabouts).is_none()).map(|statement| statement.node)
}

/// Characters of the shortest run of words worth looking for in what readers do not see: 25 words of one letter.
const SHORTEST: usize = 49;

/// What holds words of a piece where readers see none of them: metadata, programs, hidden parts of the page outside the
/// element that carries the statement.
pub(super) fn unseen_text(tree: &Tree, piece: &[WordHash], length: usize, around: NodeId) -> Option<String> {
    let is_run = |text: &str| text.len() >= SHORTEST && first_run(&words_of(text), piece, length).is_some();
    let mut walk = tree.walk(tree.document());
    let mut is_inside = false;
    while let Some(step) = walk.next() {
        let id = match step {
            Step::Enter(id) => id,
            Step::Leave(id) => {
                is_inside &= id != around;
                continue;
            }
        };
        let Some(element) = tree.element(id) else { continue };
        is_inside |= id == around;
        let name = element.local();
        // Only what is long enough is read; nearly nothing is.
        let attribute = element.attributes.iter().filter(|it| it.value.len() >= SHORTEST).find(|attribute| {
            let is_apart = name == "meta" || &*attribute.name.local == "srcdoc";
            (is_apart || !is_inside) && is_run(&attribute.value)
        });
        if let Some(attribute) = attribute {
            return Some(match name {
                "meta" => "the page's metadata".to_owned(),
                _ => format!("the attribute `{}` of a <{name}>", &*attribute.name.local),
            });
        }
        let is_program = matches!(name, "script" | "style");
        if is_program || !is_inside && name != "head" && uncounted(tree, id, element).is_some() {
            if is_run(&text_of(tree, id)) {
                return Some(format!("a <{name}> that readers do not see"));
            }
            walk.skip_children(id);
        }
    }
    None
}

fn text_of(tree: &Tree, root: NodeId) -> String {
    let mut text = String::new();
    for step in tree.walk(root) {
        match step {
            Step::Enter(id) => match tree.data(id) {
                NodeData::Text(part) => text.push_str(part),
                NodeData::Element(element) if is_break(element) => text.push(' '),
                NodeData::Element(_) | NodeData::Fragment => {}
            },
            Step::Leave(id) => {
                if tree.element(id).is_some_and(is_break) {
                    text.push(' ');
                }
            }
        }
    }
    text
}
