//! Proves on a page's final bytes that every republished piece carries its owner's complete statement, visible and
//! with active links.
//!
//! Takes bytes and plain expected values and shares nothing with the code that renders: neither Markdown nor views,
//! themes, the catalog or the output. Each rule of the contract is one small function that quotes it:
//! 1 place (`place`), 2 text (`statement_text`), 3 visible text (`visible_text`), 4 visible element (`hiding`, with the
//! stylesheets in `style`), 5 links (`links`, `address`).
//!
//! ```
//! use steward::rights::verify::{
//!     ExpectedStatement, Expectation, KnownStatements, Page, Stylesheets, Whereabouts, verify_page,
//! };
//!
//! let statement = ExpectedStatement::new(
//!     "hearth",
//!     "Copyright, Hearth. Visit hearth.example.",
//!     [("hearth.example", "https://hearth.example/")],
//!     [],
//! );
//! let piece = "A guest who complains is a guest who still talks to you.";
//! let html = format!(
//!     "<article><p>{piece}</p><p data-statement=hearth>Copyright, Hearth. \
//!      Visit <a href='https://hearth.example/'>hearth.example</a>.</p></article>"
//! );
//! let expectations = [Expectation::new(statement.clone(), piece, Whereabouts::Article)];
//! let known: KnownStatements = [statement].into_iter().collect();
//! let page = Page { path: "articles/guests.html", html: html.as_bytes() };
//! let report = verify_page(&page, &expectations, &known, &Stylesheets::none());
//! assert!(report.is_accepted());
//! assert_eq!(report.placements[0].links[0].found, "https://hearth.example/");
//! ```

mod address;
mod elsewhere;
mod expectation;
mod hiding;
mod lexer;
mod links;
mod look_alike;
mod place;
mod plain;
mod report;
mod scan;
mod statement_text;
mod style;
mod surroundings;
#[cfg(test)]
mod tests;
mod tree;
mod visible_text;
mod words;

use std::ops::Range;

use html5ever::tendril::StrTendril;
use selectors::matching::SelectorCaches;

use crate::diagnostic::Code;

pub use expectation::{Expectation, ExpectedStatement, KnownStatements, Whereabouts};
pub use report::{AcceptedLink, AddressRule, Detail, Finding, PageReport, Placement};
pub use style::{Origin, SiteAddress, Stylesheets, StylesheetsBuilder};

use scan::{MARK, Place, Scan, run_length};
use style::PageStyles;
use tree::{NodeId, Scripting, Tree};
use visible_text::{VisibleText, normalise};

/// A page as it will be written.
#[derive(Debug, Clone, Copy)]
pub struct Page<'p> {
    /// Its path in the output, such as `articles/apology.html`.
    pub path: &'p str,
    /// Its bytes.
    pub html: &'p [u8],
}

/// Holds a page against what must stand on it. `known` are the statements of all sources of the site.
pub fn verify_page(
    page: &Page<'_>,
    expectations: &[Expectation],
    known: &KnownStatements,
    stylesheets: &Stylesheets,
) -> PageReport {
    if expectations.is_empty() && !mentions_mark(page.html) {
        return PageReport::default();
    }
    let html = decode(page.html);
    let (mut report, has_noscript) = Verification::run(page, &html, Scripting::On, expectations, known, stylesheets);
    if has_noscript {
        // Browsers without scripts read the page differently; it must hold in both.
        let (other, _) = Verification::run(page, &html, Scripting::Off, expectations, known, stylesheets);
        report.merge(other);
    }
    report.drop_repetitions();
    report
}

/// Whether the bytes hold the mark's name at all, in any letter case.
fn mentions_mark(html: &[u8]) -> bool {
    // Its hyphen, which is rarer than any of its letters.
    let hyphen = MARK.find('-').unwrap_or_default();
    memchr::memchr_iter(MARK.as_bytes()[hyphen], html)
        .filter_map(|at| html.get(at.checked_sub(hyphen)?..)?.get(..MARK.len()))
        .any(|word| word.eq_ignore_ascii_case(MARK.as_bytes()))
}

fn decode(html: &[u8]) -> StrTendril {
    match std::str::from_utf8(html) {
        Ok(text) => StrTendril::from_slice(text),
        Err(_) => StrTendril::from(String::from_utf8_lossy(html).into_owned()),
    }
}

/// One reading of a page.
struct Verification<'v> {
    page: &'v Page<'v>,
    tree: &'v Tree,
    scan: &'v Scan<'v>,
    styles: &'v PageStyles<'v>,
    known: &'v KnownStatements,
    stylesheets: &'v Stylesheets,
    caches: SelectorCaches,
    report: PageReport,
    /// Statements already judged.
    judged: Vec<NodeId>,
}

impl<'v> Verification<'v> {
    fn run(
        page: &'v Page<'v>,
        html: &StrTendril,
        scripting: Scripting,
        expectations: &[Expectation],
        known: &'v KnownStatements,
        stylesheets: &'v Stylesheets,
    ) -> (PageReport, bool) {
        let tree = Tree::parse(html, scripting);
        let scan = Scan::of(&tree, expectations);
        let inline: Vec<&str> = scan.styles.iter().map(String::as_str).collect();
        let styles = stylesheets.load(page.path, scan.base, &scan.stylesheets, &inline, &scan.variables);
        let mut verification = Verification {
            page,
            tree: &tree,
            scan: &scan,
            styles: &styles,
            known,
            stylesheets,
            caches: SelectorCaches::default(),
            report: PageReport::default(),
            judged: Vec::new(),
        };
        for index in 0..expectations.len() {
            verification.expect(index, expectations);
        }
        verification.check_others(expectations);
        (verification.report, scan.has_noscript)
    }

    /// Rules 1 to 5 for one piece.
    fn expect(&mut self, index: usize, expectations: &[Expectation]) {
        let expectation = &expectations[index];
        let body = self.scan.bodies[index];
        let source = expectation.source();
        let may_be_absent = matches!(expectation.whereabouts, Whereabouts::Excerpts | Whereabouts::Part { .. });
        if body.is_none() && may_be_absent {
            // A theme may leave an excerpt out: where no text stands, nothing must stand with it.
            return;
        }
        self.report.findings.extend(surroundings::check(self.page, self.scan, self.styles, self.stylesheets, source));
        if body.is_none() {
            self.report.findings.push(body_not_found(expectation));
        }
        let candidates: Vec<Place> = self
            .marked(|id| id == source)
            .filter(|place| !self.belongs_to_another(*place, index, expectations))
            .collect();
        let candidates = self.meant(candidates, index, expectations);
        if candidates.is_empty() {
            self.report_missing(expectation, body);
            return;
        }
        if let Some(body) = body {
            self.check_elsewhere(expectation, body.node);
        }
        let faults: Vec<Option<String>> = candidates
            .iter()
            .map(|candidate| place::fault(self.tree, *candidate, body, &expectation.whereabouts))
            .collect();
        let placed = faults.iter().position(Option::is_none);
        if placed.is_none() {
            self.report_misplaced(source, candidates[0], faults.iter().flatten().next());
        }
        let around = body.and_then(|body| place::container(self.tree, body.node, &expectation.whereabouts));
        for (index, candidate) in candidates.iter().enumerate() {
            let inside = place::container(self.tree, candidate.node, &expectation.whereabouts) == around;
            if placed == Some(index) || inside || (placed.is_none() && index == 0) {
                let is_the_one = placed == Some(index) && body.is_some();
                self.judge(candidate.node, &expectation.statement, is_the_one);
            }
        }
    }

    /// Where several pieces of one source are quoted, each with a statement of its own in the same `<main>`: the
    /// statements that have the text of this piece's, if there are any.
    fn meant(&self, candidates: Vec<Place>, index: usize, expectations: &[Expectation]) -> Vec<Place> {
        let expectation = &expectations[index];
        let is_shared = |other: &Expectation| {
            other.whereabouts == Whereabouts::Excerpts
                && other.source() == expectation.source()
                && other.statement.text != expectation.statement.text
        };
        if expectation.whereabouts != Whereabouts::Excerpts || !expectations.iter().any(is_shared) {
            return candidates;
        }
        let has_the_text = |candidate: &Place| {
            normalise(&VisibleText::of(self.tree, candidate.node).raw) == expectation.statement.text
        };
        let (fitting, others): (Vec<Place>, Vec<Place>) = candidates.into_iter().partition(has_the_text);
        if fitting.is_empty() { others } else { fitting }
    }

    /// Whether a statement stands with another piece of the same source: it cannot serve two.
    fn belongs_to_another(&self, statement: Place, index: usize, expectations: &[Expectation]) -> bool {
        let around = |node: NodeId, one: usize| place::container(self.tree, node, &expectations[one].whereabouts);
        let serves = |one: usize| {
            self.scan.bodies[one].is_some_and(|body| {
                let container = around(body.node, one);
                container.is_some() && container == around(statement.node, one)
            })
        };
        let same_source = |one: &usize| *one != index && expectations[*one].source() == expectations[index].source();
        !serves(index) && (0..expectations.len()).filter(same_source).any(serves)
    }

    /// Elements with the mark whose value passes, in document order.
    fn marked(&self, passes: impl Fn(&str) -> bool) -> impl Iterator<Item = Place> {
        self.scan.statements.iter().copied().filter(move |place| passes(self.source_of(place.node)))
    }

    fn source_of(&self, statement: NodeId) -> &'v str {
        self.tree.element(statement).and_then(|element| element.attribute(MARK)).unwrap_or_default().trim()
    }

    /// Rules 2, 4 and 5 for one element.
    fn judge(&mut self, statement: NodeId, expected: &ExpectedStatement, is_the_one: bool) {
        if self.judged.contains(&statement) {
            return;
        }
        self.judged.push(statement);
        let range = self.range_of(statement);
        let visible = VisibleText::of(self.tree, statement);
        let mut findings =
            hiding::check(self.tree, statement, &visible, self.styles, &mut self.caches, &expected.source);
        findings.extend(statement_text::check(&normalise(&visible.raw), expected, self.known));
        let links = links::check(self.tree, statement, &visible, expected);
        let wrong_source = findings.iter().any(|finding| finding.code == Code::RightsStatementWrongSource);
        if !wrong_source {
            findings.extend(links.findings);
        }
        if is_the_one && findings.is_empty() {
            self.report.placements.push(Placement {
                source: expected.source.clone(),
                element: self.path_of(statement),
                range: range.clone(),
                links: links.accepted,
            });
        }
        self.report.findings.extend(findings.into_iter().map(|finding| finding.at(range.clone())));
    }

    /// “The statement on page 2” is no statement here, and one article's is not another's: wherever else on the page
    /// the piece stands, its statement must stand too.
    fn check_elsewhere(&mut self, expectation: &Expectation, first: NodeId) {
        let Some(length) = run_length(&expectation.piece).filter(|_| expectation.is_restricted) else { return };
        let Some(around) = place::container(self.tree, first, &expectation.whereabouts) else { return };
        let source = expectation.source();
        if let Some(what) = elsewhere::unseen_text(self.tree, &expectation.piece, length, around) {
            let message = format!("text of the source `{source}` stands in {what}, without its statement");
            let finding = Finding::new(Code::RightsCopiedText, source, message);
            self.report
                .findings
                .push(finding.hint("lists, previews and machines show it: let the theme use the summary there"));
        }
        let mut covered = vec![around];
        while let Some(text) = elsewhere::next_text(self.tree, &expectation.piece, length, &covered) {
            let Some(around) = place::container(self.tree, text, &expectation.whereabouts) else {
                let message =
                    format!("text of the source `{source}` stands on the page a second time, without its statement");
                let finding = Finding::new(Code::RightsCopiedText, source, message);
                self.report
                    .findings
                    .push(finding.hint("let the theme show the text once, with the statement below it"));
                return;
            };
            covered.push(around);
            let own = self.marked(|id| id == source).map(|place| place.node).collect::<Vec<_>>();
            match elsewhere::statement_beside(self.tree, text, own.into_iter(), &expectation.whereabouts) {
                Some(statement) => self.judge(statement, &expectation.statement, false),
                None => {
                    let message =
                        format!("the page shows a text of the source `{source}` a second time, without its statement");
                    let finding = Finding::new(Code::RightsStatementMissing, source, message);
                    self.report
                        .findings
                        .push(finding.hint("every article that shows the text needs the statement after it"));
                }
            }
        }
    }

    fn report_missing(&mut self, expectation: &Expectation, body: Option<Place>) {
        let source = expectation.source();
        let tree = self.tree;
        let detached = self.scan.detached.iter().any(|id| self.source_of(*id) == source);
        if detached {
            let message =
                format!("the statement of `{source}` is hidden: it stands in a <template>, which browsers do not show");
            self.report.findings.push(Finding::new(Code::RightsStatementHidden, source, message));
            return;
        }
        let around = body.map(|body| place::container(tree, body.node, &expectation.whereabouts));
        let other = self
            .marked(|id| id != source)
            .find(|place| around == Some(place::container(tree, place.node, &expectation.whereabouts)));
        let finding = match other {
            Some(other) => {
                let found = self.source_of(other.node);
                let message =
                    format!("the text of the source `{source}` carries the statement of `{found}` instead of its own");
                Finding::new(Code::RightsStatementWrongSource, source, message).at(self.range_of(other.node))
            }
            None => Finding::new(
                Code::RightsStatementMissing,
                source,
                format!("the page shows a text of the source `{source}` without its statement"),
            )
            .hint(format!(
                "the theme must show the statement in an element with data-statement=\"{source}\" after the text"
            )),
        };
        self.report.findings.push(finding);
    }

    fn report_misplaced(&mut self, source: &str, candidate: Place, fault: Option<&String>) {
        if let Some(fault) = fault {
            let range = self.range_of(candidate.node);
            let message = format!("the statement of `{source}` is misplaced: {fault}");
            self.report.findings.push(
                Finding::new(Code::RightsStatementMisplaced, source, message)
                    .hint(
                        "let it stand in the same <article> as the text, after it, and not in a footer, aside or quote",
                    )
                    .at(range),
            );
        }
    }

    /// “Every element with `data-statement` in an article that holds the piece must satisfy 2, 4 and 5. A statement
    /// whose piece is not on the page warns.”
    fn check_others(&mut self, expectations: &[Expectation]) {
        let containers: Vec<NodeId> = expectations
            .iter()
            .zip(&self.scan.bodies)
            .filter_map(|(expectation, body)| place::container(self.tree, (*body)?.node, &expectation.whereabouts))
            .collect();
        let others: Vec<Place> =
            self.marked(|id| expectations.iter().all(|expectation| expectation.source() != id)).collect();
        for other in others {
            let source = self.source_of(other.node);
            let range = self.range_of(other.node);
            let inside = self.tree.with_ancestors(other.node).any(|id| containers.contains(&id));
            match self.known.get(source) {
                Some(statement) if inside => self.judge(other.node, statement, false),
                None if inside => {
                    let message =
                        format!("a text carries the statement of `{source}`, which is no source of this site");
                    self.report
                        .findings
                        .push(Finding::new(Code::RightsStatementWrongSource, source, message).at(range));
                    continue;
                }
                _ => {}
            }
            let message = format!("the statement of `{source}` stands on a page that holds no text of this source");
            self.report.findings.push(Finding::new(Code::RightsStatementSuperfluous, source, message).at(range));
        }
    }

    /// The start tag of a statement's element in the page's bytes; none where marks in comments or scripts make it
    /// uncertain which one it is.
    fn range_of(&self, statement: NodeId) -> Option<Range<usize>> {
        let number = self.scan.statements.iter().position(|place| place.node == statement)?;
        let html = self.page.html;
        let marks: Vec<usize> = memchr::memmem::find_iter(html, MARK).collect();
        if marks.len() != self.scan.statements.len() {
            return None;
        }
        let mark = *marks.get(number)?;
        let start = memchr::memrchr(b'<', html.get(..mark)?)?;
        let end = mark + memchr::memchr(b'>', html.get(mark..)?)? + 1;
        Some(start..end)
    }

    /// `html > body > main > article > p`.
    fn path_of(&self, statement: NodeId) -> String {
        let mut names: Vec<&str> = self
            .tree
            .with_ancestors(statement)
            .filter_map(|id| self.tree.element(id))
            .map(tree::Element::local)
            .collect();
        names.reverse();
        names.join(" > ")
    }
}

fn body_not_found(expectation: &Expectation) -> Finding {
    let source = expectation.source();
    let finding = |message: String| Finding::new(Code::RightsStatementMisplaced, source, message);
    match run_length(&expectation.piece) {
        None => finding(format!(
            "the text of the source `{source}` has fewer than {} words: it cannot be found on the page, nor can its statement's place be judged",
            words::LEAST
        )),
        Some(_) => finding(format!(
            "the text of the source `{source}` cannot be found on the page, so that its statement's place cannot be judged"
        ))
        .hint("the theme must show the text unchanged and visible"),
    }
}
