//! One change from the snapshot to what is served: pages first, then the search index and the report that belong to them.
//!
//! Both are the same build as ever; the first may take those of the build before. Must not know why there is
//! something to build.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Look, Preview, Shared};
use crate::config::{self, CONFIG_FILE};
use crate::date::Date;
use crate::diagnostic::FilePath;
use crate::diagnostic::render::{Counts, SourceTexts};
use crate::memo::Memo;
use crate::output::memory::{Files, Tree};
use crate::pipeline::{self, BuildOptions, BuildResult, Rest};
use crate::source::Snapshot;
use crate::watch::changes::{Change, ChangeKind};
use crate::watch::edition::{Edition, media_of};
use crate::watch::message::Rebuilt;
use crate::watch::problem::{self, Problem};
use crate::watch::server::shown_files;
use crate::watch::sink::Counting;

/// How long browsers may take what they show before the rest is made, which needs all of the machine.
const FIRST: Duration = Duration::from_millis(150);

impl Preview {
    pub(super) fn build(&mut self, look: Look, day: Date, changes: Vec<Change>, started: Instant) -> Rebuilt {
        if look == Look::Clean {
            self.memo = Memo::new().with_store(&self.store);
        }
        let before = self.shared.edition();
        let held = if look == Look::Clean { Arc::default() } else { Arc::clone(&before.files) };
        let attempt = self.attempt(day, held, Rest::MayFollow);
        self.rest_due = attempt.result.rest_is_old.then(|| Instant::now() + FIRST);
        let mut edition = Edition { generation: before.generation + 1, ..Edition::clone(&before) };
        edition.edited = edited(&attempt.result, &changes);
        let served = attempt.is_good();
        let (pages, rendered) = (attempt.result.pages, attempt.rendered);
        let failures = attempt.failures.clone();
        self.publish(edition, attempt);
        self.memo.tidy();
        let edition = self.shared.edition();
        Rebuilt {
            generation: edition.generation,
            changes,
            pages,
            rendered,
            taken: started.elapsed(),
            served,
            diagnostics: Arc::clone(&edition.diagnostics),
            snapshot: Arc::clone(&self.snapshot),
            failures,
        }
    }

    /// Makes the search index and the report that the pages have been served without.
    pub(super) fn finish_rest(&mut self) {
        self.rest_due = None;
        if let Some(day) = self.day {
            let before = self.shared.edition();
            let attempt = self.attempt(day, Arc::clone(&before.files), Rest::Current);
            self.publish(Edition::clone(&before), attempt);
        }
    }

    /// One build of the snapshot, beside what is served.
    fn attempt(&mut self, day: Date, held: Arc<Files>, rest: Rest) -> Attempt {
        let options = BuildOptions { drafts: self.settings.drafts, rest, ..BuildOptions::for_day(day) };
        let tree = Tree::after(held).with_store(&self.store);
        let before = self.shared.edition();
        let tell = |pages: &[&str]| show_first(&self.shared, &before, &tree, pages);
        let sink = Counting::new(&tree, shown_files(&before, &self.shared.shown), &tell);
        let (snapshot, memo) = (&self.snapshot, &mut self.memo);
        let built = catch_unwind(AssertUnwindSafe(|| pipeline::build(snapshot, &options, memo, &sink)));
        let rendered = sink.rendered();
        let mut failures = Vec::new();
        let result = built.unwrap_or_else(|_| {
            self.memo = Memo::new().with_store(&self.store);
            failures.push(
                "steward itself made a mistake and could not finish; the lines above say where. \
                 Please report it. The preview goes on with the next change"
                    .to_owned(),
            );
            BuildResult::default()
        });
        failures.extend(result.failure.as_ref().map(ToString::to_string));
        Attempt { result, failures, files: tree.into_files(), rendered }
    }

    /// Serves what an attempt came to.
    fn publish(&self, mut edition: Edition, attempt: Attempt) {
        if attempt.is_good() {
            edition.media = media_of(&attempt.files);
            edition.files = attempt.files;
            edition.has_site = true;
            edition.base_path = base_path(&self.snapshot);
            let drafts = attempt.result.documents.iter().filter(|document| document.draft);
            edition.drafts = Arc::new(drafts.map(|document| document.output.clone()).collect());
        }
        edition.counts = Counts::of(&attempt.result.diagnostics);
        edition.counts.errors += attempt.failures.len();
        let texts = Texts { snapshot: &self.snapshot, built_in: self.settings.built_in };
        let mut problems: Vec<Problem> = attempt.failures.iter().map(|message| Problem::failure(message)).collect();
        problems.extend(problem::of(&attempt.result.diagnostics, &texts));
        edition.problems = problems.into();
        edition.diagnostics = attempt.result.diagnostics.into();
        self.shared.editions.send_replace(Arc::new(edition));
    }
}

/// Serves some pages of a build that goes on, with what they load: whoever looks at them need not wait for the others. If
/// the build comes to nothing, the last good site is served again.
fn show_first(shared: &Shared, before: &Edition, tree: &Tree, pages: &[&str]) {
    let mut files = tree.new_files();
    files.retain(|path, _| !path.ends_with(".html") || pages.contains(&path.as_str()));
    let mut edition = Edition { files: Arc::new(before.files.with(files)), ..Edition::clone(before) };
    edition.edited = Arc::from([]);
    shared.editions.send_replace(Arc::new(edition));
}

/// What a build came to.
struct Attempt {
    result: BuildResult,
    /// What steward or the machine could not do.
    failures: Vec<String>,
    files: Arc<Files>,
    /// Pages that were made, not kept.
    rendered: usize,
}

impl Attempt {
    /// Whether it may be served.
    fn is_good(&self) -> bool {
        self.failures.is_empty() && !self.result.has_errors()
    }
}

/// Texts of the site's files, else of the built-in theme's.
struct Texts<'a> {
    snapshot: &'a Snapshot,
    built_in: fn(&str) -> Option<&'static str>,
}

impl SourceTexts for Texts<'_> {
    fn text(&self, path: &FilePath) -> Option<Arc<str>> {
        SourceTexts::text(self.snapshot, path).or_else(|| (self.built_in)(path).map(Arc::from))
    }
}

/// The pages of documents that are new or not as they were. At first everything is new, and nobody edits everything.
fn edited(result: &BuildResult, changes: &[Change]) -> Arc<[pipeline::DocumentPage]> {
    const MANY: usize = 20;
    let touched: Vec<&Change> = changes.iter().filter(|change| change.kind != ChangeKind::Removed).collect();
    if touched.len() > MANY {
        return Arc::from([]);
    }
    let is_touched = |file: &FilePath| touched.iter().any(|change| change.path == *file);
    result.documents.iter().filter(|document| is_touched(&document.file)).cloned().collect()
}

/// The path of the site's address, or `/`.
fn base_path(snapshot: &Snapshot) -> String {
    let config = snapshot.text(CONFIG_FILE).and_then(|text| config::read(&FilePath::from(CONFIG_FILE), &text).0);
    config.and_then(|config| config.base_url).map_or_else(|| "/".to_owned(), |url| url.path().to_owned())
}
