//! The build: every stage in order. A pure function from a snapshot to files and diagnostics.
//!
//! Must not know the disk, file events or the terminal.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use url::Url;

use crate::catalog::{self, Catalog, CatalogInput};
use crate::config::{self, CONFIG_FILE, Config, UrlStyle};
use crate::date::Date;
use crate::diagnostic::{self, Code, Diagnostic, FilePath, Label};
use crate::document::{Document, ParseOptions};
use crate::memo::Memo;
use crate::output::{self, OutputContents, OutputError, PageFacts, ScanRules, Sink};
use crate::source::{Content, Snapshot, SourceFile};
use crate::theme::{Renderer, Theme};
use crate::view::{self, PagePlan, ViewContext};
use crate::{rights, search, syndication};

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
    let documents = parse(snapshot, &config, memo, &mut diagnostics);
    let catalog = assemble(snapshot, &config, &documents, options, &mut diagnostics);
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
        let mut facts = render(&context, &renderer, &plans, rules, sink, &mut diagnostics, &mut result.failure);
        facts.extend(scan_style_sheets(&theme, rules));
        let mut outputs: Vec<String> = plans.iter().map(|plan| plan.output.clone()).collect();
        match write_files(&context, &theme, &plans, sink) {
            Ok(files) => outputs.extend(files),
            Err(failure) => result.failure = result.failure.or(Some(failure)),
        }
        let origin = |page: &str| origin_of(&context, &plans, page);
        diagnostics.extend(output::links::check_closure(&facts, outputs.iter().map(String::as_str), origin));
    }
    result.diagnostics = apply_overrides(diagnostics, &config);
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
) -> Catalog {
    let (sources, found) = rights::source::read(documents, snapshot);
    diagnostics.extend(found);
    let (verdicts, found) = rights::judge(documents, &sources, config, options.day, options.drafts);
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
    catalog
}

/// What was found on every page, by its path in the output.
type FactsByPage = BTreeMap<String, Arc<PageFacts>>;

/// Makes, renders, checks and hands over every page, one by one on all threads; only their links and ids are kept.
fn render(
    context: &ViewContext<'_>,
    renderer: &Renderer<'_>,
    plans: &[PagePlan],
    rules: ScanRules<'_>,
    sink: &dyn Sink,
    diagnostics: &mut Vec<Diagnostic>,
    failure: &mut Option<OutputError>,
) -> FactsByPage {
    let rendered: Vec<Result<Arc<PageFacts>, Unfinished>> = plans
        .par_iter()
        .map(|plan| {
            let html = renderer.render(&view::page(context, plan)).map_err(Unfinished::Template)?;
            sink.put(&plan.output, OutputContents::Bytes(&html)).map_err(Unfinished::Sink)?;
            Ok(Arc::new(output::scan_page(&plan.output, &html, rules)))
        })
        .collect();
    let mut facts = FactsByPage::new();
    let mut failures: BTreeMap<FailureKey, (Diagnostic, usize)> = BTreeMap::new();
    for (plan, result) in plans.iter().zip(rendered) {
        match result {
            Ok(page) => {
                facts.insert(plan.output.clone(), page);
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
    facts
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

/// Hands over everything that is not a page, and names it.
fn write_files(
    context: &ViewContext<'_>,
    theme: &Theme,
    plans: &[PagePlan],
    sink: &dyn Sink,
) -> Result<Vec<String>, OutputError> {
    let mut outputs = Vec::new();
    for asset in theme.assets() {
        let file = SourceFile {
            path: FilePath::from(asset.output.as_str()),
            digest: asset.digest,
            content: asset.content.clone(),
        };
        sink.put(&asset.output, OutputContents::Copy(&file))?;
        outputs.push(asset.output.clone());
    }
    for (output, text) in syndication::files(context.config, context.catalog, plans) {
        sink.put(output, OutputContents::Bytes(text.as_bytes()))?;
        outputs.push(output.to_owned());
    }
    let index = search::files(context.catalog, context.config);
    index
        .par_iter()
        .try_for_each(|file| sink.put(&file.path, OutputContents::Bytes(file.text.as_bytes())).map(drop))?;
    outputs.extend(index.into_iter().map(|file| file.path));
    let copied = &context.catalog.copied_files;
    copied.par_iter().try_for_each(|copied| sink.put(&copied.output, OutputContents::Copy(&copied.file)).map(drop))?;
    outputs.extend(copied.iter().map(|copied| copied.output.clone()));
    Ok(outputs)
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
