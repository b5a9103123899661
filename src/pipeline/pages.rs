//! Pages, one by one on all threads: view, bytes, what the bytes point at, the proof of statements.
//!
//! Owns the order of these steps, and the key by which a page of an earlier build is known to be the same. Must not
//! know what a page says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

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
pub(super) type FactsByPage<'p> = BTreeMap<Cow<'p, str>, Arc<PageFacts>>;

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
pub(super) struct MadePages<'p> {
    pub(super) facts: FactsByPage<'p>,
    pub(super) carriers: Vec<Carrier>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Pages whose view was made.
    pub(super) viewed: usize,
    /// The first page that the sink could not take.
    pub(super) failure: Option<OutputError>,
    /// What a later build may use again, besides what it knows already.
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
    pub(super) fn make<'p>(&self, plans: &'p [PagePlan], memo: &Memo) -> MadePages<'p> {
        let known = self.pages_that_stay(plans, memo);
        let viewed = known.iter().filter(|known| known.is_none()).count();
        let rendered: Vec<Result<Cow<'_, FinishedPage>, Unfinished>> = plans
            .par_iter()
            .zip(known)
            .map(|(plan, known)| {
                if let Some(known) = known {
                    return Ok(Cow::Borrowed(known));
                }
                let (page, reads) = step(self.timings, Stage::View, || view::page(self.context, plan));
                let origin = view::document_of(self.context, &plan.subject)
                    .map_or_else(|| FilePath::from(plan.output.as_str()), |document| document.path.clone());
                let recipe = self.recipe(plan, &reads).map(|digest| Recipe { reads: Arc::new(reads), digest });
                Ok(Cow::Owned(FinishedPage { recipe, ..self.page(&page, &origin, memo)? }))
            })
            .collect();
        let mut made = MadePages { viewed, ..MadePages::default() };
        let mut facts = Vec::with_capacity(plans.len());
        let mut failures: BTreeMap<FailureKey, (Diagnostic, usize)> = BTreeMap::new();
        for (plan, result) in plans.iter().zip(rendered) {
            match result {
                Ok(page) => {
                    facts.push((Cow::Borrowed(plan.output.as_str()), Arc::clone(&page.facts)));
                    made.tell(&page);
                    if let Cow::Owned(page) = page {
                        made.finish(&plan.output, page);
                    }
                }
                Err(Unfinished::Sink(error)) => {
                    made.failure.get_or_insert(error);
                }
                Err(Unfinished::Template(diagnostic)) => {
                    let key = failure_key(&diagnostic);
                    failures.entry(key).and_modify(|(_, count)| *count += 1).or_insert((*diagnostic, 1));
                }
            }
        }
        // In order: a map of such a list is made at once.
        made.facts = facts.into_iter().collect();
        made.diagnostics.extend(failures.into_values().map(|(diagnostic, count)| match count {
            1 => diagnostic,
            _ => diagnostic.hint(format!("the same happens on {} more pages", count - 1)),
        }));
        made
    }

    /// The pages of earlier builds that this build would make the same, and that the sink keeps.
    fn pages_that_stay<'m>(&self, plans: &[PagePlan], memo: &'m Memo) -> Vec<Option<&'m FinishedPage>> {
        let same = |plan: &PagePlan| {
            let known = memo.earlier_page(&plan.output)?;
            step(self.timings, Stage::Key, || self.is_same(plan, known)).then_some(known)
        };
        let known: Vec<Option<&FinishedPage>> = plans.par_iter().map(same).collect();
        let files: Vec<(&str, Digest)> = plans
            .iter()
            .zip(&known)
            .filter_map(|(plan, known)| Some((plan.output.as_str(), (*known)?.digest)))
            .collect();
        let mut kept = self.sink.keep_all(&files).into_iter();
        known.into_iter().map(|known| known.filter(|_| kept.next() == Some(true))).collect()
    }

    /// Makes one page that is not in the plan, and adds it to the others.
    pub(super) fn add(&self, page: &PageView, memo: &Memo, made: &mut MadePages<'_>) {
        match self.page(page, &FilePath::from(page.output.as_str()), memo) {
            Ok(finished) => {
                made.facts.insert(Cow::Owned(page.output.clone()), Arc::clone(&finished.facts));
                made.tell(&finished);
                made.finish(&page.output, finished);
            }
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

    /// Whether a page of an earlier build is what this build would make.
    fn is_same(&self, plan: &PagePlan, known: &FinishedPage) -> bool {
        let Some(recipe) = &known.recipe else { return false };
        self.recipe(plan, &recipe.reads) == Some(recipe.digest)
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

impl MadePages<'_> {
    fn tell(&mut self, page: &FinishedPage) {
        self.diagnostics.extend(page.faults.iter().cloned());
        self.carriers.extend(page.carriers.iter().cloned());
    }

    fn finish(&mut self, output: &str, page: FinishedPage) {
        if page.key.is_some() {
            self.finished.push((output.to_owned(), page));
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
