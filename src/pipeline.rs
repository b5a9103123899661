//! The build: every stage in order. A pure function from a snapshot to files and diagnostics.
//!
//! Must not know the disk, file events or the terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use url::Url;

use crate::catalog::{self, Catalog, CatalogInput};
use crate::config::{self, CONFIG_FILE, Config, UrlStyle};
use crate::date::Date;
use crate::diagnostic::{self, Code, Diagnostic, FilePath, Label};
use crate::document::{Document, ParseOptions};
use crate::memo::Memo;
use crate::output::{self, OutputContents, OutputError, PageFacts, ScanRules, Sink};
use crate::rights::copies::check::CopiesInput;
use crate::rights::report::{Carrier, Report, ReportInput};
use crate::rights::verify::{
    Expectation, KnownStatements, Page, Placement, SiteAddress, Stylesheets, StylesheetsBuilder, Whereabouts,
    verify_page,
};
use crate::search::{self, PageAnalysis};
use crate::source::{Content, Snapshot, SourceFile};
use crate::theme::{Renderer, Theme};
use crate::view::{self, PagePlan, PageView, ShownAs, ShownText, ViewContext};
use crate::{rights, syndication};

/// What a build depends on besides the snapshot.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The day the site is built for.
    pub day: Date,
    /// Whether drafts are published.
    pub drafts: bool,
    /// The address the site will have, instead of the settings' one.
    pub base_url: Option<Url>,
}

/// What a build found and made.
#[derive(Debug)]
pub struct BuildResult {
    /// Everything there is to say, in the order of [`diagnostic::sort`].
    pub diagnostics: Vec<Diagnostic>,
    /// Number of pages.
    pub pages: usize,
    /// The first file that the sink could not take. What the site says of itself comes first: a file may be refused
    /// because two pages want it.
    pub failure: Option<OutputError>,
}

impl BuildResult {
    /// Whether what the sink holds may be published.
    pub fn has_errors(&self) -> bool {
        diagnostic::has_errors(&self.diagnostics)
    }
}

/// Builds the site into `sink`.
///
/// Everything that can be checked is checked, also after errors; whoever owns the sink publishes what it holds only
/// where [`BuildResult::has_errors`] is false and nothing failed.
pub fn build(snapshot: &Snapshot, options: &BuildOptions, memo: &mut Memo, sink: &dyn Sink) -> BuildResult {
    let mut diagnostics = snapshot.diagnostics.clone();
    let Some(config) = read_config(snapshot, options, &mut diagnostics) else {
        diagnostic::sort(&mut diagnostics);
        return BuildResult { diagnostics, pages: 0, failure: None };
    };
    if snapshot.under("content/").next().is_none() && snapshot.diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::general(Code::IoContentMissing, "the site has no content: there is no file below `content/`")
                .hint("is this the right folder? a site's pages are Markdown files below `content/`"),
        );
    }
    let documents = parse(snapshot, &config, memo, &mut diagnostics);
    let (catalog, report) = assemble(snapshot, &config, &documents, options, &mut diagnostics);
    let (theme, theme_diagnostics) = Theme::load(snapshot, &config);
    diagnostics.extend(theme_diagnostics);

    let mut result = BuildResult { diagnostics: Vec::new(), pages: 0, failure: None };
    if let Some(theme) = theme {
        let context = ViewContext { config: &config, catalog: &catalog, strings: theme.strings(), snapshot };
        let plans = view::plan(&catalog);
        result.pages = plans.len();
        sink.expect(plans.len() + theme.assets().len() + catalog.copied_files.len());
        let renderer = theme.renderer(&view::site(&context));
        let rules = ScanRules {
            base_path: config.base_url.as_ref().map_or("/", Url::path),
            folder_links: config.urls == UrlStyle::Pretty,
        };
        let proof = Proof::of(&context, &theme);
        let (mut facts, carriers) =
            render(&context, &renderer, &plans, (rules, &proof), sink, &mut diagnostics, &mut result.failure);
        // Last, because it says where on all other pages statements stand.
        let report = report.and_then(|report| view::report(&context, &report, &carriers));
        if let Some(page) = &report {
            match write_page(page, &renderer, rules, sink) {
                Ok(found) => {
                    facts.insert(page.output.clone(), found);
                    result.pages += 1;
                }
                Err(Unfinished::Template(diagnostic)) => diagnostics.push(*diagnostic),
                Err(Unfinished::Sink(error)) => result.failure = result.failure.or(Some(error)),
            }
        }
        facts.extend(scan_style_sheets(&theme, rules));
        let mut outputs: Vec<String> = plans.iter().map(|plan| plan.output.clone()).collect();
        outputs.extend(report.map(|page| page.output));
        let (files, failure) = write_files(&context, &theme, &plans, sink);
        outputs.extend(files);
        result.failure = result.failure.or(failure);
        let origin = |page: &str| origin_of(&context, &plans, page);
        diagnostics.extend(output::links::check_closure(&facts, outputs.iter().map(String::as_str), origin));
    }
    result.diagnostics = apply_overrides(without_follow_ups(diagnostics), &config);
    diagnostic::sort(&mut result.diagnostics);
    result
}

fn read_config(snapshot: &Snapshot, options: &BuildOptions, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
    let path = FilePath::from(CONFIG_FILE);
    let Some(text) = snapshot.text(CONFIG_FILE) else {
        if !snapshot.diagnostics.iter().any(|known| known.primary.as_ref().is_some_and(|label| label.file == path)) {
            diagnostics.push(
                Diagnostic::general(Code::ConfigMissing, format!("there is no `{CONFIG_FILE}` here"))
                    .hint("run steward in the site's folder, name it with `--root`, or start one with `steward new`"),
            );
        }
        return None;
    };
    let (config, found) = config::read(&path, text);
    diagnostics.extend(found);
    let mut config = config?;
    if let Some(base_url) = &options.base_url {
        config.base_url = Some(base_url.clone());
    }
    Some(config)
}

fn parse(
    snapshot: &Snapshot,
    config: &Config,
    memo: &mut Memo,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<Document>> {
    let options = ParseOptions { parts: config.parts.clone() };
    let parsed = memo.parse(snapshot.under("content/"), options);
    diagnostics.extend(parsed.iter().flat_map(|parsed| parsed.diagnostics.iter().cloned()));
    parsed.iter().map(|parsed| Arc::clone(&parsed.document)).collect()
}

fn assemble(
    snapshot: &Snapshot,
    config: &Config,
    documents: &[Arc<Document>],
    options: &BuildOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Catalog, Option<Report>) {
    let (sources, found) = rights::source::read(documents, snapshot);
    diagnostics.extend(found);
    let hidden = catalog::hidden(documents, options.day, options.drafts);
    let (documents, found) = rights::pasted::take_out(documents, &sources, &hidden, snapshot);
    let documents = &documents;
    diagnostics.extend(found);
    diagnostics.extend(rights::seal::check(documents, &sources, &hidden, snapshot));
    let (verdicts, found) = rights::judge(documents, &sources, config, options.day, &hidden);
    let report = (config.publication.report && !sources.is_empty()).then(|| {
        let (sources, verdicts) = (&sources, &verdicts);
        Report::of(&ReportInput { documents, sources, config, day: options.day, verdicts, judged: &found, snapshot })
    });
    diagnostics.extend(found);
    let input = CatalogInput {
        documents,
        snapshot,
        config,
        sources,
        verdicts: &verdicts,
        day: options.day,
        drafts: options.drafts,
    };
    let (catalog, found) = catalog::build(input);
    diagnostics.extend(found);
    let published: Vec<&Document> = catalog.entries.iter().map(|entry| entry.document.as_ref()).collect();
    diagnostics.extend(rights::looks::check(&published, snapshot));
    diagnostics.extend(rights::copies::check::check(&CopiesInput {
        documents,
        published,
        copied: catalog.copied_files.iter().map(|copied| copied.file.as_ref()).collect(),
        sources: &catalog.terms_of_sources,
        config,
        snapshot,
    }));
    (catalog, report)
}

/// What was found on every page, by its path in the output.
type FactsByPage = BTreeMap<String, Arc<PageFacts>>;

/// Makes, renders, checks and hands over every page, one by one on all threads; only their links and ids are kept.
fn render(
    context: &ViewContext<'_>,
    renderer: &Renderer<'_>,
    plans: &[PagePlan],
    (rules, proof): (ScanRules<'_>, &Proof),
    sink: &dyn Sink,
    diagnostics: &mut Vec<Diagnostic>,
    failure: &mut Option<OutputError>,
) -> (FactsByPage, Vec<Carrier>) {
    let rendered: Vec<Result<Finished, Unfinished>> = plans
        .par_iter()
        .map(|plan| {
            let page = view::page(context, plan);
            let html = renderer.render(&page).map_err(Unfinished::Template)?;
            let digest = sink.put(&plan.output, OutputContents::Bytes(&html)).map_err(Unfinished::Sink)?;
            let facts = Arc::new(output::scan_page(&plan.output, &html, rules));
            let (faults, placements) = proof.faults_of(context, plan, &page.republished, &html);
            let carriers = placements.into_iter().map(|it| Carrier::new(&plan.output, digest, it)).collect();
            Ok(Finished { facts, faults, carriers })
        })
        .collect();
    let mut facts = FactsByPage::new();
    let mut carriers = Vec::new();
    let mut failures: BTreeMap<FailureKey, (Diagnostic, usize)> = BTreeMap::new();
    for (plan, result) in plans.iter().zip(rendered) {
        match result {
            Ok(page) => {
                facts.insert(plan.output.clone(), page.facts);
                diagnostics.extend(page.faults);
                carriers.extend(page.carriers);
            }
            Err(Unfinished::Sink(error)) => {
                failure.get_or_insert(error);
            }
            Err(Unfinished::Template(diagnostic)) => {
                let key = failure_key(&diagnostic);
                failures.entry(key).and_modify(|(_, count)| *count += 1).or_insert((*diagnostic, 1));
            }
        }
    }
    diagnostics.extend(failures.into_values().map(|(diagnostic, count)| match count {
        1 => diagnostic,
        _ => diagnostic.hint(format!("the same happens on {} more pages", count - 1)),
    }));
    (facts, carriers)
}

/// Renders and hands over a page that carries no piece.
fn write_page(
    page: &PageView,
    renderer: &Renderer<'_>,
    rules: ScanRules<'_>,
    sink: &dyn Sink,
) -> Result<Arc<PageFacts>, Unfinished> {
    let html = renderer.render(page).map_err(Unfinished::Template)?;
    sink.put(&page.output, OutputContents::Bytes(&html)).map_err(Unfinished::Sink)?;
    Ok(Arc::new(output::scan_page(&page.output, &html, rules)))
}

/// What stays of a page that was handed over.
struct Finished {
    facts: Arc<PageFacts>,
    faults: Vec<Diagnostic>,
    carriers: Vec<Carrier>,
}

/// Why a page is not there.
enum Unfinished {
    Template(Box<Diagnostic>),
    Sink(OutputError),
}

/// The place in a template: one mistake there fails on every page that uses it, and is told once.
type FailureKey = Option<(FilePath, Option<diagnostic::Span>)>;

fn failure_key(diagnostic: &Diagnostic) -> FailureKey {
    diagnostic.primary.as_ref().map(|Label { file, span, .. }| (file.clone(), *span))
}

/// What final pages are held against: every owner's statement, and the style sheets that could hide one.
struct Proof {
    known: KnownStatements,
    stylesheets: Stylesheets,
}

impl Proof {
    fn of(context: &ViewContext<'_>, theme: &Theme) -> Self {
        let mut stylesheets = StylesheetsBuilder::default();
        let mut add = |path: &str, bytes: &[u8]| {
            if path.ends_with(".css") {
                stylesheets.add_stylesheet(path, bytes);
            } else if path.ends_with(".js") {
                stylesheets.add_script(path, bytes);
            }
        };
        for asset in theme.assets() {
            if let Some(bytes) = asset.content.in_memory() {
                add(&asset.output, bytes);
            }
        }
        for copied in &context.catalog.copied_files {
            if let Some(bytes) = copied.file.content.in_memory() {
                add(&copied.output, bytes);
            }
        }
        let address = SiteAddress::new(context.config.base_url.as_ref().map(Url::as_str));
        let known = rights::expected::known(&context.catalog.terms_of_sources);
        Self { known, stylesheets: stylesheets.finish(address) }
    }

    /// What is wrong with the statements on a finished page, told at the document that the page shows, and where those
    /// stand that are right.
    fn faults_of(
        &self,
        context: &ViewContext<'_>,
        plan: &PagePlan,
        shown: &[ShownText],
        html: &[u8],
    ) -> (Vec<Diagnostic>, Vec<Placement>) {
        let document = view::document_of(context, &plan.subject);
        let catalog = context.catalog;
        let expectations: Vec<Expectation> = shown
            .iter()
            .filter_map(|shown| {
                let whereabouts = match shown.shown_as {
                    ShownAs::Article => Whereabouts::Article,
                    ShownAs::Part => Whereabouts::Part { attribute: "data-guide-step".to_owned() },
                    ShownAs::Excerpt => Whereabouts::Excerpts,
                };
                let piece = &catalog.entries[shown.piece].document;
                rights::expected::of_piece(piece, &shown.text, whereabouts, &catalog.terms_of_sources)
            })
            .collect();
        let page = Page { path: &plan.output, html };
        let report = verify_page(&page, &expectations, &self.known, &self.stylesheets);
        let file = document.map_or_else(|| FilePath::from(plan.output.as_str()), |document| document.path.clone());
        let faults = report
            .findings
            .into_iter()
            .map(|finding| {
                let message = format!("on the finished page `{}`: {}", plan.output, finding.message);
                let diagnostic = Diagnostic::in_file(finding.code, &file, message);
                finding.hints.into_iter().fold(diagnostic, Diagnostic::hint)
            })
            .collect();
        (faults, report.placements)
    }
}

/// What the theme's style sheets load.
fn scan_style_sheets<'a>(
    theme: &'a Theme,
    rules: ScanRules<'a>,
) -> impl Iterator<Item = (String, Arc<PageFacts>)> + 'a {
    theme.assets().iter().filter(|asset| asset.output.ends_with(".css")).filter_map(move |asset| match &asset.content {
        Content::Text(text) => {
            Some((asset.output.clone(), Arc::new(output::scan_style_sheet(&asset.output, text, rules))))
        }
        Content::Bytes(_) | Content::OnDisk { .. } => None,
    })
}

/// The file at which a fault of a finished page is told: the document that the page shows, else the page itself.
fn origin_of(context: &ViewContext<'_>, plans: &[PagePlan], page: &str) -> FilePath {
    let plan = plans.binary_search_by(|plan| plan.output.as_str().cmp(page)).ok().map(|at| &plans[at]);
    match plan.and_then(|plan| view::document_of(context, &plan.subject)) {
        Some(document) => document.path.clone(),
        None => FilePath::from(page),
    }
}

/// Hands over everything that is not a page, and names it; also what the sink could not take, so that links to it are
/// not blamed.
fn write_files(
    context: &ViewContext<'_>,
    theme: &Theme,
    plans: &[PagePlan],
    sink: &dyn Sink,
) -> (Vec<String>, Option<OutputError>) {
    let mut outputs = Vec::new();
    let mut failure = None;
    let mut put = |output: String, contents: OutputContents<'_>| {
        if let Err(error) = sink.put(&output, contents) {
            failure.get_or_insert(error);
        }
        outputs.push(output);
    };
    for asset in theme.assets() {
        let file = SourceFile {
            path: FilePath::from(asset.output.as_str()),
            digest: asset.digest,
            content: asset.content.clone(),
        };
        put(asset.output.clone(), OutputContents::Copy(&file));
    }
    for (output, text) in syndication::files(context, plans) {
        put(output.to_owned(), OutputContents::Bytes(text.as_bytes()));
    }
    let analyses =
        context.catalog.entries.par_iter().map(|entry| PageAnalysis::of(&entry.document).map(Arc::new)).collect();
    let index_failure = Mutex::new(None);
    outputs.extend(search::write(context.catalog, context.config, analyses, &|file| {
        if let Err(error) = sink.put(&file.path, OutputContents::Bytes(file.text.as_bytes())) {
            index_failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }));
    failure = failure.or(index_failure.into_inner().unwrap_or_else(PoisonError::into_inner));
    let copied = &context.catalog.copied_files;
    let errors: Vec<Option<OutputError>> =
        copied.par_iter().map(|copied| sink.put(&copied.output, OutputContents::Copy(&copied.file)).err()).collect();
    outputs.extend(copied.iter().map(|copied| copied.output.clone()));
    (outputs, failure.or(errors.into_iter().flatten().next()))
}

/// Leaves out what is said only because a file could not be read: a text that was not read has no parts.
fn without_follow_ups(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let file_of = |diagnostic: &Diagnostic| diagnostic.primary.as_ref().map(|label| label.file.clone());
    let unread: BTreeSet<FilePath> = diagnostics
        .iter()
        .filter(|diagnostic| matches!(diagnostic.code, Code::FrontMatterYaml | Code::FrontMatterMissing))
        .filter_map(file_of)
        .collect();
    let follows = |diagnostic: &Diagnostic| {
        matches!(diagnostic.code, Code::PartMissing | Code::PathEmpty)
            && file_of(diagnostic).is_some_and(|file| unread.contains(&file))
    };
    diagnostics.into_iter().filter(|diagnostic| !follows(diagnostic)).collect()
}

/// Applies the site's overrides of severities; a diagnostic that is switched off is dropped.
fn apply_overrides(diagnostics: Vec<Diagnostic>, config: &Config) -> Vec<Diagnostic> {
    let overridden = |mut diagnostic: Diagnostic| {
        let severity = config.severity.get(&diagnostic.code).filter(|_| !diagnostic.code.info().fixed);
        if let Some(severity) = severity {
            diagnostic.severity = (*severity)?;
        }
        Some(diagnostic)
    };
    diagnostics.into_iter().filter_map(overridden).collect()
}
