//! Further places of a page where a piece's text stands: each needs the statement as the first does.
//!
//! Must not know what is wrong with a statement.

use super::place::{container, fault};
use super::scan::Place;
use super::tree::{NodeData, NodeId, Step, Tree};
use super::visible_text::{is_break, uncounted};
use super::words::{WordHash, WordReader, first_run};

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
