//! The rights report as a page of the site: what is republished, by which permission, until when, and where it stands.
//!
//! Made last, from what the proof found on the other pages. Pieces that are left out are counted, not named: a page that
//! is left out leaves nothing in the output.

use std::collections::BTreeMap;

use serde::Serialize;

use super::context::{PageContext, ViewContext, day, group_link};
use super::pages::{home_link, shell};
use super::plan::{PagePlan, Subject};
use super::{LinkView, PageContent, PageView};
use crate::document::DocumentKind;
use crate::rights::report::{Carrier, PieceReport, Report, Seal, SourceReport};

/// The rights report.
#[derive(Debug, Clone, Serialize)]
pub struct ReportView {
    /// The day the pieces were held against their terms.
    pub day: String,
    /// How the site is published: medium, price, audience.
    pub publication: Vec<String>,
    /// The first day on which a piece may no longer stand here.
    pub rebuild_before: Option<String>,
    /// The sources.
    pub sources: Vec<ReportSource>,
    /// The published pieces.
    pub pieces: Vec<ReportPiece>,
    /// Every page that carries a statement.
    pub outputs: Vec<ReportOutput>,
    /// Pieces that their owners' terms keep out, by source and reason.
    pub withheld: Vec<ReportWithheld>,
}

/// One owner's terms.
#[derive(Debug, Clone, Serialize)]
pub struct ReportSource {
    /// The owner with its page, when it has one.
    pub source: LinkView,
    /// As written.
    pub licence: Option<String>,
    /// What is allowed, one use an entry.
    pub grants: Vec<String>,
    /// `allowed`, `with-note` or `forbidden`.
    pub changes: &'static str,
    /// `none`, `any` or a number of words.
    pub excerpts: String,
    /// `summary` or `full`.
    pub feeds: &'static str,
    /// The first day of the terms.
    pub valid_from: Option<String>,
    /// The last day of the terms.
    pub valid_until: Option<String>,
    /// The reference of the written permission.
    pub permission: Option<String>,
    /// The permission's last day.
    pub permission_until: Option<String>,
    /// What the permission adds, one use an entry.
    pub permission_grants: Vec<String>,
}

/// A republished piece.
#[derive(Debug, Clone, Serialize)]
pub struct ReportPiece {
    /// Its title and page.
    pub article: LinkView,
    /// The owner's name.
    pub source: String,
    /// The original's title.
    pub original_title: Option<String>,
    /// Absolute address of the original.
    pub original_url: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// When it was first published: a day, a month or a year.
    pub published: Option<String>,
    /// Day of first publication here.
    pub date: Option<String>,
    /// `unchanged`, `changed` or `none`.
    pub seal: &'static str,
    /// What was changed.
    pub changes: Option<String>,
}

/// A page that carries a statement.
#[derive(Debug, Clone, Serialize)]
pub struct ReportOutput {
    /// Its file in the output.
    pub file: String,
    /// BLAKE3 of its bytes, hexadecimal.
    pub digest: String,
    /// The source's id.
    pub source: String,
    /// The elements around the statement, from the page's root.
    pub place: String,
    /// The statement's links.
    pub links: Vec<ReportLink>,
}

/// A link of a statement.
#[derive(Debug, Clone, Serialize)]
pub struct ReportLink {
    /// Its text.
    pub text: String,
    /// Its target on the page, absolute.
    pub url: String,
    /// `same`, `https`, `host` or `host_https`: the rule that accepted the target.
    pub rule: &'static str,
}

/// Pieces that are left out for one reason.
#[derive(Debug, Clone, Serialize)]
pub struct ReportWithheld {
    /// The owner's name.
    pub source: String,
    /// Why, in English, as messages are.
    pub reason: String,
    /// How many.
    pub count: usize,
}

/// The report's page, if the site has one.
pub fn report<'a>(
    context: &ViewContext<'_>,
    report: &Report,
    carriers: impl Iterator<Item = &'a Carrier>,
) -> Option<PageView> {
    let context = &PageContext::new(context);
    let catalog = context.whole();
    let page = catalog.lists.report.as_ref()?;
    let title_of = |id: &str| report.sources.iter().find(|source| source.id == id).map(|source| source.title.clone());
    let owner = |id: &str| title_of(id).unwrap_or_else(|| id.to_owned());
    let mut withheld: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (piece, reason) in report.refused() {
        *withheld.entry((owner(&piece.source), reason.to_owned())).or_default() += 1;
    }
    let article = |file: &str| {
        let index = catalog.entries.binary_search_by(|entry| entry.document.path.as_str().cmp(file)).ok()?;
        (catalog.entries[index].document.kind == DocumentKind::Article).then(|| context.link(index))
    };
    let view = ReportView {
        day: day(report.day),
        publication: report.publication.to_vec(),
        rebuild_before: report.rebuild_before.as_ref().map(|(until, _)| day(*until)),
        sources: report.sources.iter().map(|it| source(context, it)).collect(),
        pieces: report.published().filter_map(|it| Some(piece(it, article(&it.file)?, owner(&it.source)))).collect(),
        outputs: carriers.map(output).collect(),
        withheld: withheld
            .into_iter()
            .map(|((source, reason), count)| ReportWithheld { source, reason, count })
            .collect(),
    };
    // No subject of the plan's: only the file counts for a page that shows no document.
    let plan = PagePlan { output: page.output.clone(), subject: Subject::NotFound };
    let title = context.strings.title_of("report").to_owned();
    let mut shown = shell(context, &plan, title, PageContent::Report(Box::new(view)));
    let list = catalog.lists.sources.as_ref();
    shown.breadcrumbs = vec![home_link(context)];
    shown.breadcrumbs.extend(
        list.map(|list| LinkView { title: context.strings.title_of("sources").to_owned(), url: list.url.clone() }),
    );
    Some(shown)
}

fn source(context: &PageContext<'_>, source: &SourceReport) -> ReportSource {
    let group = context.whole().sources.iter().find(|group| group.id == source.id && !group.output.is_empty());
    let plain = || LinkView { title: source.title.clone(), url: String::new() };
    let permission = source.permission.as_ref();
    ReportSource {
        source: group.map_or_else(plain, group_link),
        licence: source.licence.clone(),
        grants: source.grants.clone(),
        changes: source.changes,
        excerpts: source.excerpts.clone(),
        feeds: source.feeds,
        valid_from: source.valid_from.map(day),
        valid_until: source.valid_until.map(day),
        permission: permission.and_then(|permission| permission.reference.clone()),
        permission_until: permission.and_then(|permission| permission.until).map(day),
        permission_grants: permission.map(|permission| permission.grants.clone()).unwrap_or_default(),
    }
}

fn piece(piece: &PieceReport, article: LinkView, source: String) -> ReportPiece {
    ReportPiece {
        article,
        source,
        original_title: piece.original_title.clone(),
        original_url: piece.original_url.clone(),
        authors: piece.authors.clone(),
        published: piece.published.clone(),
        date: piece.date.map(day),
        seal: match piece.seal {
            Seal::Unchanged => "unchanged",
            Seal::Changed => "changed",
            Seal::None => "none",
        },
        changes: piece.changes.clone(),
    }
}

fn output(carrier: &Carrier) -> ReportOutput {
    ReportOutput {
        file: carrier.output.clone(),
        digest: carrier.digest.to_hex(),
        source: carrier.source.clone(),
        place: carrier.place.clone(),
        links: carrier
            .links
            .iter()
            .map(|link| ReportLink { text: link.text.clone(), url: link.found.clone(), rule: link.rule.name() })
            .collect(),
    }
}
