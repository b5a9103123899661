//! What the final pages are held against: statements and pieces as plain values for [`verify`](super::verify).
//!
//! Must not know how pages are made; the verification must not know documents and sources, so that they meet here.

use super::source::{Source, Sources};
use super::statement::Statement;
use super::verify::{Expectation, ExpectedStatement, KnownStatements, Whereabouts};
use crate::document::Document;

/// The statements of all sources that have one of their own. Composed ones belong to their piece alone.
pub fn known(sources: &Sources) -> KnownStatements {
    let with_own_text = sources.values().filter(|source| !source.statement.is_empty());
    with_own_text.map(|source| expected_statement(source, &source.statement)).collect()
}

/// What must stand with a text of a republished piece; `None` for an own article, and where no statement is needed or
/// none can be made (which has been reported).
pub fn of_piece(piece: &Document, text: &str, whereabouts: Whereabouts, sources: &Sources) -> Option<Expectation> {
    let source = sources.get(&piece.front.source.as_ref()?.value)?;
    let statement = source.statement_for(piece).ok()??;
    Some(Expectation::new(expected_statement(source, &statement), text, whereabouts))
}

fn expected_statement(source: &Source, statement: &Statement) -> ExpectedStatement {
    ExpectedStatement::new(
        &source.id,
        &statement.text,
        statement.links.iter().map(|link| (link.text.as_str(), link.target.as_str())),
        source.terms.hosts.iter().map(|host| host.value.as_str()),
    )
}
