//! The proof of statements on one page, asked about every place where a piece stands.
//!
//! The proof itself looks at the first place of each piece, and tells statements apart by their source. A page that
//! shows one piece twice, or two pieces whose statements were composed for each, is therefore also read in variants:
//! without the earlier article, and with a name of its own for each statement. Must not know how the page was made.

use std::collections::BTreeSet;

use super::known::Known;
use super::page::{Kind, MARK, Page};
use super::page_text::PageText;
use super::tree::{Data, NodeId, Step, Tree};
use crate::diagnostic::{Code, Span};
use crate::rights::expected;
use crate::rights::normal::normalised;
use crate::rights::verify::{self, Expectation, Placement, Stylesheets, Whereabouts, verify_page};

/// A piece that stands at a place and needs its statement there.
pub(super) struct Expected {
    pub(super) piece: usize,
    /// The article; `None` outside all articles.
    pub(super) place: Option<NodeId>,
    pub(super) whereabouts: Whereabouts,
    /// The text by which the place is found.
    pub(super) text: String,
}

/// Code, place, source, sentence, hints.
type ProvedFinding = (Code, Option<Span>, String, String, Vec<String>);

/// What the proof says of a page.
#[derive(Default)]
pub(super) struct Proved {
    pub(super) findings: Vec<ProvedFinding>,
    pub(super) placements: Vec<Placement>,
}

pub(super) struct Proof<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) known: &'a Known,
    pub(super) stylesheets: &'a Stylesheets,
    pub(super) tree: &'a Tree,
    pub(super) text: &'a PageText,
}

impl Proof<'_> {
    /// Asks about every place; each piece's first in one reading.
    pub(super) fn run(&self, expected: &[Expected]) -> Proved {
        let mut proved = Proved::default();
        let mut pending: Vec<&Expected> = expected.iter().collect();
        let mut emptied: Vec<NodeId> = Vec::new();
        loop {
            let mut seen = BTreeSet::new();
            let (now, later): (Vec<&Expected>, Vec<&Expected>) =
                pending.into_iter().partition(|it| seen.insert(it.piece));
            self.read(&now, &emptied, &mut proved);
            // Without an article to leave out, a further reading would see the same.
            let places: Vec<NodeId> = now
                .iter()
                .filter(|it| later.iter().any(|one| one.piece == it.piece))
                .filter_map(|it| it.place)
                .collect();
            if later.is_empty() || places.is_empty() {
                break;
            }
            emptied.extend(places);
            pending = later;
        }
        proved
    }

    fn read(&self, expected: &[&Expected], emptied: &[NodeId], proved: &mut Proved) {
        let renamed = self.names(expected);
        let is_variant = !emptied.is_empty() || !renamed.is_empty();
        let html = if is_variant { self.tree.to_html(emptied, &statements(&renamed)) } else { String::new() };
        let html = if is_variant { html.as_str() } else { self.page.html };
        let expectations: Vec<Expectation> = expected
            .iter()
            .filter_map(|it| {
                let piece = &self.known.pieces[it.piece];
                let name = renamed.iter().find(|(_, _, piece)| *piece == it.piece).map(|(_, name, _)| name.as_str());
                let statement = match name {
                    Some(name) => expected::statement_named(name, &piece.document, &self.known.sources)?,
                    None => piece.statement.clone()?,
                };
                Some(Expectation::new(statement, &it.text, it.whereabouts.clone()))
            })
            .collect();
        let page = verify::Page { path: self.page.path, html: html.as_bytes() };
        let report = verify_page(&page, &expectations, &self.known.statements, self.stylesheets);
        for finding in report.findings {
            let source = plain_name(&finding.source).to_owned();
            let is_known_elsewhere = finding.code == Code::RightsStatementSuperfluous
                && (!emptied.is_empty() || self.is_tiny_excerpt(&source));
            if is_known_elsewhere {
                continue;
            }
            let span = finding.range.as_ref().and_then(|range| match is_variant {
                true => self.span_in_original(html, range.end, emptied),
                false => Some(Span::from(range.clone())),
            });
            let span = span.filter(|_| self.page.kind == Kind::Page);
            let message = finding.message.replace(&finding.source, &source);
            let found = (finding.code, span, source, message, finding.hints);
            if !proved.findings.contains(&found) {
                proved.findings.push(found);
            }
        }
        proved.placements.extend(report.placements.into_iter().map(|mut placement| {
            placement.source = plain_name(&placement.source).to_owned();
            placement
        }));
    }

    /// Whether the source lets pieces be quoted and what is quoted here is too short to be found.
    fn is_tiny_excerpt(&self, source: &str) -> bool {
        self.known.pieces.iter().any(|piece| piece.source == source && piece.excerpt > 0)
            && self.page.kind == Kind::Page
    }

    /// A name of its own for each composed statement, where a page has several of one source: element, name, piece.
    fn names(&self, expected: &[&Expected]) -> Vec<(Option<NodeId>, String, usize)> {
        let mut names = Vec::new();
        let sources: BTreeSet<&str> = expected.iter().map(|it| self.known.pieces[it.piece].source.as_str()).collect();
        for source in sources {
            let pieces: Vec<usize> =
                expected.iter().map(|it| it.piece).filter(|piece| self.known.pieces[*piece].source == source).collect();
            let texts: BTreeSet<&str> =
                pieces.iter().map(|piece| self.known.pieces[*piece].statement_text.as_str()).collect();
            if texts.len() < 2 {
                continue;
            }
            let mut free: Vec<NodeId> = self
                .text
                .statements
                .iter()
                .copied()
                .filter(|it| self.tree.element(*it).and_then(|element| element.attribute(MARK)) == Some(source))
                .collect();
            let mut take = |matches: &dyn Fn(NodeId) -> bool| {
                free.iter().position(|statement| matches(*statement)).map(|at| free.remove(at))
            };
            let mut unmatched = Vec::new();
            for piece in pieces {
                let wanted = normalised(&self.known.pieces[piece].statement_text);
                match take(&|statement| normalised(&self.text_of(statement)) == wanted) {
                    Some(statement) => names.push((Some(statement), own_name(source, piece), piece)),
                    None => unmatched.push(piece),
                }
            }
            // What no statement fits gets the next one that is left: the proof says how they differ.
            for piece in unmatched {
                names.push((take(&|_| true), own_name(source, piece), piece));
            }
        }
        names
    }

    fn text_of(&self, node: NodeId) -> String {
        let mut text = String::new();
        for step in self.tree.walk(node) {
            match step {
                Step::Enter(id) => match self.tree.data(id) {
                    Data::Text(part) => text.push_str(part),
                    Data::Element(element) if !super::texts::is_inline(element.local()) => text.push(' '),
                    _ => {}
                },
                Step::Leave(_) => {}
            }
        }
        text
    }

    /// The start tag, in the page as it is, of the statement whose tag ends at this place of a variant.
    fn span_in_original(&self, variant: &str, end: usize, emptied: &[NodeId]) -> Option<Span> {
        let number = variant.get(..end)?.matches(MARK).count().checked_sub(1)?;
        let is_kept = |statement: &&NodeId| {
            self.tree.with_ancestors(**statement).skip(1).all(|around| !emptied.contains(&around))
        };
        let statement = *self.text.statements.iter().filter(is_kept).nth(number)?;
        self.span_of_statement(statement)
    }

    fn span_of_statement(&self, statement: NodeId) -> Option<Span> {
        let html = self.page.html;
        let marks: Vec<usize> = html.match_indices(MARK).map(|(at, _)| at).collect();
        let number = self.text.statements.iter().position(|it| *it == statement)?;
        if marks.len() != self.text.statements.len() {
            return self.span_of_line(self.tree.line(statement));
        }
        let start = html[..marks[number]].rfind('<')?;
        let end = marks[number] + html[marks[number]..].find('>')? + 1;
        Some(Span::new(start, end))
    }

    /// Where a line, counted from 1, begins in the page.
    pub(super) fn start_of_line(&self, line: usize) -> usize {
        let breaks = self.page.html.match_indices('\n').map(|(at, _)| at + 1);
        if line <= 1 { 0 } else { breaks.clone().nth(line - 2).unwrap_or(0) }
    }

    /// A line as a place.
    pub(super) fn span_of_line(&self, line: usize) -> Option<Span> {
        let start = self.start_of_line(line);
        let length = self.page.html.get(start..)?.find('\n').unwrap_or(self.page.html.len() - start);
        Some(Span::new(start, start + length))
    }
}

fn statements(names: &[(Option<NodeId>, String, usize)]) -> Vec<(NodeId, String)> {
    names.iter().filter_map(|(statement, name, _)| Some(((*statement)?, name.clone()))).collect()
}

/// `~` stands in no source's id that a file of the site gives.
fn own_name(source: &str, piece: usize) -> String {
    format!("{source}~{piece}")
}

fn plain_name(name: &str) -> &str {
    name.split_once('~').map_or(name, |(source, _)| source)
}
