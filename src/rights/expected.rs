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
    with_own_text.map(|source| expected_statement(&source.id, source, &source.statement)).collect()
}

/// The statement of a piece; `None` as for [`of_piece`].
pub fn statement_of(piece: &Document, sources: &Sources) -> Option<ExpectedStatement> {
    statement_named(&piece.front.source.as_ref()?.value, piece, sources)
}

/// The statement of a piece under a name of its own, for pages that show several composed ones.
pub fn statement_named(name: &str, piece: &Document, sources: &Sources) -> Option<ExpectedStatement> {
    let source = sources.get(&piece.front.source.as_ref()?.value)?;
    let statement = source.statement_for(piece).ok()??;
    Some(expected_statement(name, source, &statement))
}

/// What must stand with a text of a republished piece; `None` for an own article, and where no statement is needed or
/// none can be made (which has been reported).
pub fn of_piece(piece: &Document, text: &str, whereabouts: Whereabouts, sources: &Sources) -> Option<Expectation> {
    let expectation = Expectation::new(statement_of(piece, sources)?, text, whereabouts);
    let source = sources.get(&piece.front.source.as_ref()?.value)?;
    Some(if source.excerpt_words() == Some(0) { expectation.restricted() } else { expectation })
}

fn expected_statement(name: &str, source: &Source, statement: &Statement) -> ExpectedStatement {
    ExpectedStatement::new(
        name,
        &statement.text,
        statement.links.iter().map(|link| (link.text.as_str(), link.target.as_str())),
        source.terms.hosts.iter().map(|host| host.value.as_str()),
    )
}
