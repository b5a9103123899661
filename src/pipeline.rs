//! The build: every stage in order. A pure function from a snapshot to files and diagnostics.
//!
//! Must not know the disk, file events or the terminal.

mod copies;
mod files;
mod pages;
mod proof;

use std::collections::BTreeSet;
use std::sync::Arc;

use url::Url;

use self::files::FileWriter;
use self::pages::PageMaker;
use self::proof::Proof;
use crate::catalog::{self, Catalog, CatalogInput};
use crate::config::{self, CONFIG_FILE, Config, UrlStyle};
use crate::date::Date;
use crate::diagnostic::{self, Code, Diagnostic, FilePath};
use crate::document::{Document, ParseOptions};
use crate::memo::{LoadedTheme, Memo};
use crate::output::{self, OutputError, ScanRules, Sink};
use crate::rights::copies::check::CopiesInput;
use crate::rights::policy::Verdicts;
use crate::rights::report::{Report, ReportInput};
use crate::rights::{self, Sources};
use crate::source::{Digest, Snapshot};
use crate::theme::Theme;
use crate::timings::{Stage, Timings, stage, step};
use crate::view::{self, PagePlan, ViewContext};

/// What a build depends on besides the snapshot.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The day the site is built for.
    pub day: Date,
    /// Whether drafts are published.
    pub drafts: bool,
    /// The address the site will have, instead of the settings' one.
    pub base_url: Option<Url>,
    /// Whether the search index may be that of the build before.
    pub index: SearchIndex,
    /// Where to add up what each stage takes, for those who want to know.
    pub timings: Option<Arc<Timings>>,
}

impl BuildOptions {
    /// A build of published pages for a day, with everything else as the settings say.
    pub fn for_day(day: Date) -> Self {
        Self { day, drafts: false, base_url: None, index: SearchIndex::Current, timings: None }
    }
}

/// How current the search index has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchIndex {
    /// It belongs to the pages of this build.
    Current,
    /// It may be that of the build before, where the sink still holds it: for whoever wants to show pages at once and
    /// builds again right after.
    MayFollow,
}

/// What a build found and made.
#[derive(Debug, Default)]
pub struct BuildResult {
    /// Everything there is to say, in the order of [`diagnostic::sort`].
    pub diagnostics: Vec<Diagnostic>,
    /// Number of pages.
    pub pages: usize,
    /// Number of documents that were read anew, not taken from an earlier build.
    pub parsed: usize,
    /// Number of pages whose view was made anew; of those, pages with other views were rendered.
    pub viewed: usize,
    /// Whether the search index is that of an earlier build, so that another build has to follow.
    pub index_is_old: bool,
    /// Every document that has a page of its own, in the order of the files.
    pub documents: Vec<DocumentPage>,
    /// The first file that the sink could not take. What the site says of itself comes first: a file may be refused
    /// because two pages want it.
    pub failure: Option<OutputError>,
}

/// A document and its page, for whoever wants to lead from a file to what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPage {
    /// The document's file.
    pub file: FilePath,
    /// Its title.
    pub title: String,
    /// The page's file in the output.
    pub output: String,
    /// Whether it is shown only because drafts are.
    pub draft: bool,
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
        return BuildResult { diagnostics, ..BuildResult::default() };
    };
    if snapshot.under("content/").next().is_none() && snapshot.diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::general(Code::IoContentMissing, "the site has no content: there is no file below `content/`")
                .hint("is this the right folder? a site's pages are Markdown files below `content/`"),
        );
    }
    let timings = options.timings.as_deref();
    let (documents, parsed) = stage(timings, Stage::Parse, || parse(snapshot, &config, memo, &mut diagnostics));
    let settings = settings_digest(snapshot, options);
    let (catalog, report) = assemble(snapshot, &config, &documents, options, (settings, memo), &mut diagnostics);
    let loaded = stage(timings, Stage::Theme, || load_theme(snapshot, &config, settings, memo));
    diagnostics.extend(loaded.diagnostics.iter().cloned());

    let documents = pages_of_documents(&catalog);
    let mut result = BuildResult { documents, parsed, ..BuildResult::default() };
    if let Some(theme) = &loaded.theme {
        let context = ViewContext { config: &config, catalog: &catalog, strings: theme.strings() };
        let plans = view::plan(&catalog);
        sink.expect(plans.len() + theme.assets().len() + catalog.copied_files.len());
        let renderer = theme.renderer(&view::site(&context));
        let rules = ScanRules {
            base_path: config.base_url.as_ref().map_or("/", Url::path),
            folder_links: config.urls == UrlStyle::Pretty,
        };
        let proof = Proof::of(&context, theme, memo);
        let mut maker = PageMaker::new(&context, &renderer, &proof, (rules, sink), timings);
        if memo.keeps_results() {
            maker = maker.with_keys(settings);
        }
        let mut made = maker.make(&plans, memo);
        // Last, because it says where on all other pages statements stand.
        let report = report.and_then(|report| {
            step(timings, Stage::View, || view::report(&context, &report, std::mem::take(&mut made.carriers)))
        });
        if let Some(page) = &report {
            maker.add(page, memo, &mut made);
        }
        let new = made.take_finished();
        memo.keep_pages(new, made.facts.len(), |output| made.facts.contains_key(output));
        result.viewed = made.viewed;
        result.pages = plans.len() + usize::from(report.is_some());
        made.facts.extend(files::scan_style_sheets(theme, rules));
        let mut files = FileWriter { context: &context, sink, timings, written: Vec::new(), failure: made.failure };
        let texts = texts_digest(settings, &catalog.terms_of_sources);
        files.theme_and_machines(theme, &plans, (&proof, texts, memo), &mut diagnostics);
        result.index_is_old = files.search_index(memo, texts, options.index, maker.catalog_digest(texts));
        files.copied();
        result.failure = files.failure;
        diagnostics.extend(made.diagnostics);
        let report_output = report.map(|page| page.output);
        let outputs =
            plans.iter().map(|plan| &plan.output).chain(&report_output).chain(&files.written).map(String::as_str);
        let origin = |page: &str| origin_of(&context, &plans, page);
        diagnostics.extend(stage(timings, Stage::Closure, || {
            output::links::check_closure(&made.facts, outputs, origin, memo.closure())
        }));
    }
    result.diagnostics = apply_overrides(without_follow_ups(diagnostics), &config);
    diagnostic::sort(&mut result.diagnostics);
    result
}

/// Covers everything that the result of [`build`] depends on: the program, whose digest is given, and its input. None
/// where not everything could be read.
pub fn input_digest(program: Digest, snapshot: &Snapshot, options: &BuildOptions) -> Option<Digest> {
    let files: Vec<(&FilePath, Digest)> = snapshot.files.values().map(|file| (&file.path, file.digest)).collect();
    let base_url = options.base_url.as_ref().map(Url::as_str);
    let day = options.day.to_string();
    let covered = || catalog::digest::digest(&(program, files, day, options.drafts, base_url));
    snapshot.diagnostics.is_empty().then(covered)
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
) -> (Vec<Arc<Document>>, usize) {
    let options = ParseOptions { parts: config.parts.clone() };
    let (parsed, anew) = memo.parse(snapshot.under("content/"), options);
    diagnostics.extend(parsed.iter().flat_map(|parsed| parsed.diagnostics.iter().cloned()));
    (parsed.iter().map(|parsed| Arc::clone(&parsed.document)).collect(), anew)
}

fn assemble(
    snapshot: &Snapshot,
    config: &Config,
    documents: &[Arc<Document>],
    options: &BuildOptions,
    (settings, memo): (Digest, &mut Memo),
    diagnostics: &mut Vec<Diagnostic>,
) -> (Catalog, Option<Report>) {
    let timings = options.timings.as_deref();
    let (sources, documents, verdicts, report) =
        stage(timings, Stage::Rights, || judge(snapshot, config, documents, options, (settings, memo), diagnostics));
    let documents = &documents;
    let input = CatalogInput {
        documents,
        snapshot,
        config,
        sources,
        verdicts: &verdicts,
        day: options.day,
        drafts: options.drafts,
    };
    let texts = texts_digest(settings, &input.sources);
    let known = memo.catalog().map(|known| (texts, known));
    let (catalog, found) = stage(timings, Stage::Catalog, || catalog::build(input, known));
    diagnostics.extend(found);
    diagnostics.extend(stage(timings, Stage::Copies, || {
        let copied = catalog.copied_files.iter().map(|copied| copied.file.as_ref()).collect();
        let sources = &catalog.terms_of_sources;
        copies::check(&CopiesInput { documents, copied, sources, config, snapshot }, &catalog, settings, memo)
    }));
    (catalog, report)
}

fn pages_of_documents(catalog: &Catalog) -> Vec<DocumentPage> {
    let page_of = |entry: &catalog::Entry| {
        Some(DocumentPage {
            file: entry.document.path.clone(),
            title: entry.title.clone(),
            output: entry.output.clone()?,
            draft: entry.document.front.draft,
        })
    };
    catalog.entries.iter().filter_map(page_of).collect()
}

/// The terms of all owners, the documents without statements that were pasted into them, and which pieces may stand
/// here.
fn judge(
    snapshot: &Snapshot,
    config: &Config,
    documents: &[Arc<Document>],
    options: &BuildOptions,
    (settings, memo): (Digest, &mut Memo),
    diagnostics: &mut Vec<Diagnostic>,
) -> (Sources, Vec<Arc<Document>>, Verdicts, Option<Report>) {
    let (sources, found) = rights::source::read(documents, snapshot);
    diagnostics.extend(found);
    let hidden = catalog::hidden(documents, options.day, options.drafts);
    let context = memo.context(|| texts_digest(settings, &sources));
    let read =
        memo.pasted.map(context, documents, |at| rights::pasted::take_out_of(&documents[at], &sources, snapshot));
    let (documents, found) = rights::pasted::without_hidden(read, &hidden);
    diagnostics.extend(found);
    diagnostics.extend(rights::authors::check(&documents, &sources, &hidden, config));
    diagnostics.extend(rights::seal::check(&documents, &sources, &hidden, snapshot));
    let (verdicts, found) = rights::judge(&documents, &sources, config, options.day, &hidden);
    let report = (config.publication.report && !sources.is_empty()).then(|| {
        let (documents, sources, verdicts) = (documents.as_slice(), &sources, &verdicts);
        Report::of(&ReportInput { documents, sources, config, day: options.day, verdicts, judged: &found, snapshot })
    });
    diagnostics.extend(found);
    (sources, documents, verdicts, report)
}

/// The theme: that of an earlier build where nothing that it is loaded from has changed.
fn load_theme(snapshot: &Snapshot, config: &Config, settings: Digest, memo: &mut Memo) -> Arc<LoadedTheme> {
    let key = memo.context(|| {
        let files: Vec<(&FilePath, Digest)> = snapshot.under("themes/").map(|file| (&file.path, file.digest)).collect();
        catalog::digest::digest(&(settings, files))
    });
    if let (Some(key), Some((known, loaded))) = (key, &memo.theme)
        && *known == key
    {
        return Arc::clone(loaded);
    }
    let (theme, diagnostics) = Theme::load(snapshot, config);
    let loaded = Arc::new(LoadedTheme { theme, diagnostics });
    memo.theme = key.map(|key| (key, Arc::clone(&loaded)));
    loaded
}

/// Covers what the texts of documents depend on besides their files: the settings, and the statements that are taken out.
fn texts_digest(settings: Digest, sources: &Sources) -> Digest {
    let files: Vec<(&FilePath, Digest)> = sources.values().map(|source| (&source.path, source.digest)).collect();
    catalog::digest::digest(&(settings, files))
}

/// Covers the settings: their file and what was asked for instead of them.
fn settings_digest(snapshot: &Snapshot, options: &BuildOptions) -> Digest {
    let file = snapshot.files.get(CONFIG_FILE).map(|file| file.digest);
    catalog::digest::digest(&(file, options.base_url.as_ref().map(Url::as_str)))
}

/// The file at which a fault of a finished page is told: the document that the page shows, else the page itself.
fn origin_of(context: &ViewContext<'_>, plans: &[PagePlan], page: &str) -> FilePath {
    let plan = plans.binary_search_by(|plan| plan.output.as_str().cmp(page)).ok().map(|at| &plans[at]);
    match plan.and_then(|plan| view::document_of(context, &plan.subject)) {
        Some(document) => document.path.clone(),
        None => FilePath::from(page),
    }
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
