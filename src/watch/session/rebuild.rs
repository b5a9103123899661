//! One change from the snapshot to what is served: pages first, then the search index that belongs to them.
//!
//! Both are the same build as ever; the first may take the search index of the build before. Must not know why there is
//! something to build.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::{Look, Preview, Signal};
use crate::config::{self, CONFIG_FILE};
use crate::date::Date;
use crate::diagnostic::FilePath;
use crate::diagnostic::render::{Counts, SourceTexts};
use crate::memo::Memo;
use crate::output::memory::{Files, Tree};
use crate::pipeline::{self, BuildOptions, BuildResult, SearchIndex};
use crate::source::Snapshot;
use crate::watch::changes::{Change, ChangeKind};
use crate::watch::edition::{Edition, media_of};
use crate::watch::message::Rebuilt;
use crate::watch::problem::{self, Problem};
use crate::watch::sink::Counting;

impl Preview {
    pub(super) fn build(&mut self, look: Look, day: Date, changes: Vec<Change>, started: Instant) -> Rebuilt {
        if look == Look::Clean {
            self.memo = Memo::new();
        }
        let before = self.shared.edition();
        let held = if look == Look::Clean { Arc::default() } else { Arc::clone(&before.files) };
        let attempt = self.attempt(day, held, SearchIndex::MayFollow);
        self.index_is_old = attempt.result.index_is_old;
        let mut edition = Edition { generation: before.generation + 1, ..Edition::clone(&before) };
        edition.edited = edited(&attempt.result, &changes);
        let served = attempt.is_good();
        let (pages, rendered) = (attempt.result.pages, attempt.rendered);
        let failures = attempt.failures.clone();
        self.publish(edition, attempt);
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

    /// Makes the search index that the pages have been served without, unless there is something newer to look at.
    pub(super) fn finish_index(&mut self, day: Date) {
        if !self.index_is_old || !self.orders.is_empty() || self.has_heard() {
            return;
        }
        self.index_is_old = false;
        let before = self.shared.edition();
        let attempt = self.attempt(day, Arc::clone(&before.files), SearchIndex::Current);
        self.publish(Edition::clone(&before), attempt);
    }

    /// Whether a signal waits; it is kept for later.
    fn has_heard(&mut self) -> bool {
        match self.inbox.try_recv() {
            Ok(Signal::Order(order)) => self.orders.push_back(order),
            Ok(Signal::Touched(touch)) => {
                self.touched.add(&touch);
                self.again = Some(Instant::now());
            }
            Err(_) => return false,
        }
        true
    }

    /// One build of the snapshot, beside what is served.
    fn attempt(&mut self, day: Date, held: Arc<Files>, index: SearchIndex) -> Attempt {
        let options = BuildOptions { drafts: self.settings.drafts, index, ..BuildOptions::for_day(day) };
        let tree = Tree::after(held);
        let sink = Counting::new(&tree);
        let (snapshot, memo) = (&self.snapshot, &mut self.memo);
        let built = catch_unwind(AssertUnwindSafe(|| pipeline::build(snapshot, &options, memo, &sink)));
        let rendered = sink.rendered();
        let mut failures = Vec::new();
        let result = built.unwrap_or_else(|_| {
            self.memo = Memo::new();
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
    let config = snapshot.text(CONFIG_FILE).and_then(|text| config::read(&FilePath::from(CONFIG_FILE), text).0);
    config.and_then(|config| config.base_url).map_or_else(|| "/".to_owned(), |url| url.path().to_owned())
}
