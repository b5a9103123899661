//! The build: every stage in order. A pure function from a snapshot to files and diagnostics.
//!
//! Must not know the disk, file events or the terminal.

mod assemble;
mod copies;
mod everything;
mod files;
mod pages;
mod proof;

use std::collections::BTreeSet;
use std::sync::Arc;

use url::Url;

use self::assemble::{Assembly, Site};
use self::everything::Everything;
use crate::catalog;
use crate::config::{self, CONFIG_FILE, Config};
use crate::date::Date;
use crate::diagnostic::{self, Code, Diagnostic, FilePath};
use crate::document::{Document, ParseOptions};
use crate::memo::{LoadedTheme, Memo};
use crate::output::{OutputError, Sink};
use crate::rights::Sources;
use crate::source::{Digest, Snapshot};
use crate::theme::Theme;
use crate::timings::{Stage, Timings, stage};

pub use crate::catalog::DocumentPage;

/// What a build depends on besides the snapshot.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The day the site is built for.
    pub day: Date,
    /// Whether drafts are published.
    pub drafts: bool,
    /// The address the site will have, instead of the settings' one.
    pub base_url: Option<Url>,
    /// Whether what is made of all pages together may be that of the build before.
    pub rest: Rest,
    /// Where to add up what each stage takes, for those who want to know.
    pub timings: Option<Arc<Timings>>,
}

impl BuildOptions {
    /// A build of published pages for a day, with everything else as the settings say.
    pub fn for_day(day: Date) -> Self {
        Self { day, drafts: false, base_url: None, rest: Rest::Current, timings: None }
    }
}

/// How current that has to be which is made of all pages together: the search index, the rights report, and the search for
/// texts that stand elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
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
    /// Whether some of what is made of all pages together is that of an earlier build, so that another build has to follow.
    pub rest_is_old: bool,
    /// Every document that has a page of its own, in the order of the files.
    pub documents: Arc<[DocumentPage]>,
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
    let site = Site::new(snapshot, &config, options);
    let Assembly { mut assembled, known, copies_are_old, diagnostics: found } = site.assemble(&documents, memo);
    diagnostics.extend(found);
    let loaded = stage(timings, Stage::Theme, || load_theme(snapshot, &config, site.settings, memo));
    diagnostics.extend(loaded.diagnostics.iter().cloned());

    let mut result = BuildResult { documents: Arc::clone(&assembled.documents), parsed, ..BuildResult::default() };
    if let Some(theme) = &loaded.theme {
        let everything = Everything { site: &site, theme, sink, known };
        everything.make(&mut assembled, memo, &mut result, &mut diagnostics);
    }
    result.rest_is_old |= copies_are_old;
    if memo.keeps_results() {
        memo.assembled = Some(assembled);
    } else {
        // Nobody asks for it again; whoever built decides whether to take it apart.
        memo.outdated = Some(assembled);
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
    let (config, found) = config::read(&path, &text);
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
