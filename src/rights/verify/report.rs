//! What the verification says of a page: faults in plain words, and where each statement stands.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, FilePath, Span};

use super::style::Origin;

/// A fault of a page, or a warning about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule is broken.
    pub code: Code,
    /// One lower-case sentence that names the statement.
    pub message: String,
    /// The id of the source whose statement it is about.
    pub source: String,
    /// The element's start tag in the page's bytes, where it could be found.
    pub range: Option<Range<usize>>,
    /// What explains it.
    pub detail: Detail,
    /// What to do.
    pub hints: Vec<String>,
}

/// What explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// The message says it all.
    None,
    /// Two texts that differ; the first difference stands in `[…]`.
    Difference {
        /// The owner's text around the difference.
        expected: String,
        /// The page's text around the difference.
        found: String,
        /// Whether only typography differs: quotes, dashes, ©, look-alike letters.
        typographic: bool,
    },
    /// A link's two targets.
    Link {
        /// The link's text.
        text: String,
        /// The owner's target.
        expected: String,
        /// The page's target.
        found: String,
    },
    /// A declaration that hides or adds text.
    Style(Origin),
}

impl Finding {
    /// A finding without place, detail and hints.
    pub(super) fn new(code: Code, source: &str, message: String) -> Self {
        Self { code, message, source: source.to_owned(), range: None, detail: Detail::None, hints: Vec::new() }
    }

    pub(super) fn detail(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(super) fn at(mut self, range: Option<Range<usize>>) -> Self {
        self.range = range;
        self
    }

    /// The finding as a diagnostic about a file.
    pub fn diagnostic(&self, file: &FilePath) -> Diagnostic {
        let diagnostic = match &self.range {
            Some(range) => Diagnostic::at(self.code, file, Span::from(range.clone()), self.message.clone()),
            None => Diagnostic::in_file(self.code, file, self.message.clone()),
        };
        self.hints.iter().fold(diagnostic, |diagnostic, hint| diagnostic.hint(hint.clone()))
    }
}

/// Where a statement stands on a page, for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The source's id.
    pub source: String,
    /// The elements from the page's root to the statement: `html > body > main > article > aside`.
    pub element: String,
    /// The element's start tag in the page's bytes, where it could be found.
    pub range: Option<Range<usize>>,
    /// The statement's links, in order.
    pub links: Vec<AcceptedLink>,
}

/// A link of a statement that stands as its owner asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedLink {
    /// Its text.
    pub text: String,
    /// The owner's target.
    pub expected: String,
    /// The page's target, as written.
    pub found: String,
    /// The rule that accepted the target.
    pub rule: AddressRule,
}

/// Why two addresses count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressRule {
    /// They are the same address.
    Same,
    /// The page uses https where the owner wrote http.
    UpgradedToHttps,
    /// Both hosts are listed by the owner.
    HostListed,
    /// Both of these.
    HostListedAndUpgraded,
}

impl AddressRule {
    /// The rule's name, for interface strings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::UpgradedToHttps => "https",
            Self::HostListed => "host",
            Self::HostListedAndUpgraded => "host_https",
        }
    }

    /// The rule in words, for reports.
    pub fn description(self) -> &'static str {
        match self {
            Self::Same => "same address",
            Self::UpgradedToHttps => "http upgraded to https",
            Self::HostListed => "both hosts are listed by the source",
            Self::HostListedAndUpgraded => "both hosts are listed by the source, http upgraded to https",
        }
    }
}

/// What was found on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageReport {
    /// Faults and warnings, in the order of the rules.
    pub findings: Vec<Finding>,
    /// The statements that stand as their owners ask, in the order of the expectations.
    pub placements: Vec<Placement>,
}

impl PageReport {
    /// Whether nothing but warnings was found.
    pub fn is_accepted(&self) -> bool {
        self.findings.iter().all(|finding| finding.code.info().severity != crate::diagnostic::Severity::Error)
    }

    /// What holds for the whole page is found once for each piece of a source: it is said once.
    pub(super) fn drop_repetitions(&mut self) {
        let mut distinct: Vec<Finding> = Vec::with_capacity(self.findings.len());
        for finding in self.findings.drain(..) {
            if !distinct.contains(&finding) {
                distinct.push(finding);
            }
        }
        self.findings = distinct;
    }

    /// Adds what another reading of the same page found besides.
    pub(super) fn merge(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.placements.retain(|placement| other.placements.iter().any(|one| one.source == placement.source));
    }
}
