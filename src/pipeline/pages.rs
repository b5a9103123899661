//! Pages, one by one on all threads: view, bytes, what the bytes point at, the proof of statements.
//!
//! Owns the order of these steps, and the key by which a page of an earlier build is known to be the same. Must not
//! know what a page says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::proof::Proof;
use crate::catalog::digest::{CatalogDigests, digest};
use crate::diagnostic::{self, Diagnostic, FilePath, Label};
use crate::memo::{FinishedPage, Memo, Recipe};
use crate::output::{self, OutputContents, OutputError, PageFacts, ScanRules, Sink};
use crate::rights::report::Carrier;
use crate::source::Digest;
use crate::theme::Renderer;
use crate::timings::{Stage, Timings, step};
use crate::view::{self, PagePlan, PageView, Reads, ViewContext};

/// What was found on every page, by its path in the output.
pub(super) type FactsByPage = BTreeMap<String, Arc<PageFacts>>;

/// Everything that pages are made with.
pub(super) struct PageMaker<'a> {
    pub(super) context: &'a ViewContext<'a>,
    pub(super) renderer: &'a Renderer<'a>,
    pub(super) proof: &'a Proof,
    pub(super) rules: ScanRules<'a>,
    pub(super) sink: &'a dyn Sink,
    pub(super) timings: Option<&'a Timings>,
    /// What is the same for all pages; `None` where nothing is kept for later builds.
    shared: Option<Shared>,
}

/// What is the same for all pages of a build.
struct Shared {
    /// Covers everything that all pages depend on besides their views.
    key: Digest,
    /// Covers everything that all views depend on besides the catalog's objects.
    views: Digest,
    /// The catalog's objects.
    catalog: CatalogDigests,
}

/// What came of all pages.
#[derive(Default)]
pub(super) struct MadePages {
    pub(super) facts: FactsByPage,
    pub(super) carriers: Vec<Carrier>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Pages whose view was made.
    pub(super) viewed: usize,
    /// The first page that the sink could not take.
    pub(super) failure: Option<OutputError>,
    /// What a later build may use again.
    finished: Vec<(String, FinishedPage)>,
}

/// Why a page is not there.
enum Unfinished {
    Template(Box<Diagnostic>),
    Sink(OutputError),
}

/// The place in a template: one mistake there fails on every page that uses it, and is told once.
type FailureKey = Option<(FilePath, Option<diagnostic::Span>)>;

impl<'a> PageMaker<'a> {
    /// A maker of pages without keys, for a build of which nothing is kept.
    pub(super) fn new(
        context: &'a ViewContext<'a>,
        renderer: &'a Renderer<'a>,
        proof: &'a Proof,
        (rules, sink): (ScanRules<'a>, &'a dyn Sink),
        timings: Option<&'a Timings>,
    ) -> Self {
        Self { context, renderer, proof, rules, sink, timings, shared: None }
    }

    /// Makes keys of all pages, so that a later build may use them again; `settings` covers the site's settings.
    pub(super) fn with_keys(mut self, settings: Digest) -> Self {
        let key = self.shared_key();
        let catalog = step(self.timings, Stage::Key, || CatalogDigests::of(self.context.catalog));
        let views = digest(&(&key.0, &settings.0, catalog.lists));
        self.shared = Some(Shared { key, views, catalog });
        self
    }

    /// Makes, checks and hands over every page of the plan; only their links and ids are kept.
    pub(super) fn make(&self, plans: &[PagePlan], memo: &Memo) -> MadePages {
        let viewed = AtomicUsize::new(0);
        let rendered: Vec<Result<FinishedPage, Unfinished>> = plans
            .par_iter()
            .map(|plan| {
                let known = memo.earlier_page(&plan.output);
                if let Some(known) = known.filter(|known| step(self.timings, Stage::Key, || self.is_same(plan, known)))
                {
                    return Ok(known.clone());
                }
                viewed.fetch_add(1, Ordering::Relaxed);
                let (page, reads) = step(self.timings, Stage::View, || view::page(self.context, plan));
                let origin = view::document_of(self.context, &plan.subject)
                    .map_or_else(|| FilePath::from(plan.output.as_str()), |document| document.path.clone());
                let recipe = self.recipe(plan, &reads).map(|digest| Recipe { reads: Arc::new(reads), digest });
                Ok(FinishedPage { recipe, ..self.page(&page, &origin, memo)? })
            })
            .collect();
        let mut made = MadePages { viewed: viewed.into_inner(), ..MadePages::default() };
        let mut failures: BTreeMap<FailureKey, (Diagnostic, usize)> = BTreeMap::new();
        for (plan, result) in plans.iter().zip(rendered) {
            match result {
                Ok(page) => made.add(plan.output.clone(), page),
                Err(Unfinished::Sink(error)) => {
                    made.failure.get_or_insert(error);
                }
                Err(Unfinished::Template(diagnostic)) => {
                    let key = failure_key(&diagnostic);
                    failures.entry(key).and_modify(|(_, count)| *count += 1).or_insert((*diagnostic, 1));
                }
            }
        }
        made.diagnostics.extend(failures.into_values().map(|(diagnostic, count)| match count {
            1 => diagnostic,
            _ => diagnostic.hint(format!("the same happens on {} more pages", count - 1)),
        }));
        made
    }

    /// Makes one page that is not in the plan, and adds it to the others.
    pub(super) fn add(&self, page: &PageView, memo: &Memo, made: &mut MadePages) {
        match self.page(page, &FilePath::from(page.output.as_str()), memo) {
            Ok(finished) => made.add(page.output.clone(), finished),
            Err(Unfinished::Template(diagnostic)) => made.diagnostics.push(*diagnostic),
            Err(Unfinished::Sink(error)) => {
                made.failure.get_or_insert(error);
            }
        }
    }

    /// One page: as an earlier build left it, or made now.
    fn page(&self, page: &PageView, origin: &FilePath, memo: &Memo) -> Result<FinishedPage, Unfinished> {
        let shared = self.shared.as_ref();
        let key = shared.map(|shared| step(self.timings, Stage::Key, || self.key(shared.key, page, origin)));
        let known = memo.earlier_page(&page.output).filter(|known| key.is_some() && known.key == key);
        if let Some(known) = known.filter(|known| self.sink.keep(&page.output, known.digest)) {
            return Ok(known.clone());
        }
        let html = step(self.timings, Stage::Render, || self.renderer.render(page)).map_err(Unfinished::Template)?;
        let digest = step(self.timings, Stage::Write, || self.sink.put(&page.output, OutputContents::Bytes(&html)))
            .map_err(Unfinished::Sink)?;
        let facts = step(self.timings, Stage::Scan, || Arc::new(output::scan_page(&page.output, &html, self.rules)));
        let (faults, placements) =
            step(self.timings, Stage::Verify, || self.proof.faults_of(self.context, page, origin, &html));
        let carriers = placements.into_iter().map(|it| Carrier::new(&page.output, digest, it)).collect();
        Ok(FinishedPage { key, recipe: None, digest, facts, faults: faults.into(), carriers })
    }

    /// Covers all objects of the catalog and `texts`; none where nothing is kept.
    pub(super) fn catalog_digest(&self, texts: Digest) -> Option<Digest> {
        self.shared.as_ref().map(|shared| digest(&(texts.0, &shared.catalog)))
    }

    /// The digest of everything that a page's view depends on; `None` where it reads too much to say.
    fn recipe(&self, plan: &PagePlan, reads: &Reads) -> Option<Digest> {
        let shared = self.shared.as_ref()?;
        let objects = reads.digest(&shared.catalog)?;
        Some(digest(&(&shared.views.0, plan, &objects.0)))
    }

    /// Whether a page of an earlier build is what this build would make, and the sink still has it.
    fn is_same(&self, plan: &PagePlan, known: &FinishedPage) -> bool {
        let Some(recipe) = &known.recipe else { return false };
        self.recipe(plan, &recipe.reads) == Some(recipe.digest) && self.sink.keep(&plan.output, known.digest)
    }

    /// The digest of what every page depends on: the theme, what all pages show, what they are held against.
    fn shared_key(&self) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.renderer.digest().0);
        hasher.update(&self.proof.digest().0);
        hasher.update(self.rules.base_path.as_bytes());
        hasher.update(&[u8::from(self.rules.folder_links)]);
        Digest(*hasher.finalize().as_bytes())
    }

    /// The digest of everything that the bytes of a page, and what is said of them, depend on.
    fn key(&self, shared: Digest, page: &PageView, origin: &FilePath) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&shared.0);
        page.digest_into(&mut hasher);
        for shown in &page.republished {
            hasher.update(&self.context.catalog.entries[shown.piece].document.digest.0);
        }
        hasher.update(origin.as_bytes());
        Digest(*hasher.finalize().as_bytes())
    }
}

impl MadePages {
    fn add(&mut self, output: String, page: FinishedPage) {
        self.facts.insert(output.clone(), Arc::clone(&page.facts));
        self.diagnostics.extend(page.faults.iter().cloned());
        self.carriers.extend(page.carriers.iter().cloned());
        if page.key.is_some() {
            self.finished.push((output, page));
        }
    }

    /// What a later build may use again.
    pub(super) fn take_finished(&mut self) -> Vec<(String, FinishedPage)> {
        std::mem::take(&mut self.finished)
    }
}

fn failure_key(diagnostic: &Diagnostic) -> FailureKey {
    diagnostic.primary.as_ref().map(|Label { file, span, .. }| (file.clone(), *span))
}
