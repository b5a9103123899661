//! Every file of the output in its order: pages, the report on them, what goes with them, and the check that they fit.
//!
//! Must not know how a file comes about.

use url::Url;

use super::assemble::Site;
use super::files::{self, FileWriter};
use super::pages::{KnownPages, PageMaker};
use super::proof::Proof;
use super::{BuildResult, apply_overrides, texts_digest};
use crate::config::UrlStyle;
use crate::diagnostic::{self, Diagnostic, FilePath};
use crate::memo::{Assembled, Memo};
use crate::output::{self, ScanRules, Sink};
use crate::theme::Theme;
use crate::timings::{Stage, stage};
use crate::view::{self, PagePlan, ViewContext};

/// Everything that the files are made with.
pub(super) struct Everything<'a> {
    pub(super) site: &'a Site<'a>,
    pub(super) theme: &'a Theme,
    pub(super) sink: &'a dyn Sink,
    /// What is known of the pages of the build before.
    pub(super) known: KnownPages,
}

impl Everything<'_> {
    /// Makes all files and says what is wrong with them.
    pub(super) fn make(
        &self,
        assembled: &mut Assembled,
        memo: &mut Memo,
        result: &mut BuildResult,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let (site, theme, sink) = (self.site, self.theme, self.sink);
        let timings = site.options.timings.as_deref();
        let (config, plans) = (site.config, &assembled.plans);
        let parts_of_articles = theme.may_read("article", "parts");
        let context = ViewContext { config, catalog: &assembled.catalog, strings: theme.strings(), parts_of_articles };
        sink.expect(plans.len() + theme.assets().len() + assembled.catalog.copied_files.len());
        let renderer = theme.renderer(&view::site(&context));
        let rules = ScanRules {
            base_path: config.base_url.as_ref().map_or("/", Url::path),
            folder_links: config.urls == UrlStyle::Pretty,
        };
        let proof = Proof::of(&context, theme, memo);
        let mut maker = PageMaker::new(&context, &renderer, &proof, (rules, sink), timings);
        if memo.keeps_results() {
            maker = maker.with_keys(site.settings, &assembled.digests);
        }
        let mut files = FileWriter { context: &context, sink, timings, written: Vec::new(), failure: None };
        files.theme(theme);
        let may_show = || !diagnostic::has_errors(&apply_overrides(diagnostics.clone(), config));
        let mut made = maker.make(plans, &self.known, &may_show, memo);
        let current = made.current.take();
        // Last, because it says where on all other pages statements stand.
        let report = assembled.report.as_ref();
        let report_output = report
            .and_then(|report| maker.report((report, assembled.key), (site.options.rest, &self.known), memo, &mut made))
            .map(str::to_owned);
        let new = made.take_finished();
        memo.keep_pages(new, made.facts.len(), |output| made.facts.contains_key(output));
        result.viewed = made.viewed;
        result.pages = plans.len() + usize::from(report_output.is_some());
        made.facts.extend(files::scan_style_sheets(theme, rules));
        files.failure = files.failure.take().or(made.failure);
        let texts = texts_digest(site.settings, &context.catalog.terms_of_sources);
        files.for_machines((plans, assembled.key), (&proof, texts, memo), diagnostics);
        result.rest_is_old = made.report_is_old;
        result.rest_is_old |= files.search_index(memo, texts, site.options.rest, maker.catalog_digest(texts));
        files.copied();
        result.failure = files.failure;
        diagnostics.extend(made.diagnostics);
        let outputs =
            plans.iter().map(|plan| &plan.output).chain(&report_output).chain(&files.written).map(String::as_str);
        let origin = |page: &str| origin_of(&context, plans, page);
        diagnostics.extend(stage(timings, Stage::Closure, || {
            output::links::check_closure(&made.facts, outputs, origin, memo.closure())
        }));
        assembled.current = current;
    }
}

/// The file at which a fault of a finished page is told: the document that the page shows, else the page itself.
fn origin_of(context: &ViewContext<'_>, plans: &[PagePlan], page: &str) -> FilePath {
    let plan = plans.binary_search_by(|plan| plan.output.as_str().cmp(page)).ok().map(|at| &plans[at]);
    match plan.and_then(|plan| view::document_of(context, &plan.subject)) {
        Some(document) => document.path.clone(),
        None => FilePath::from(page),
    }
}
