//! Pages, one by one on all threads: view, bytes, what the bytes point at, the proof of statements.
//!
//! Owns the order of these steps, and the key by which a page of an earlier build is known to be the same. Must not
//! know what a page says.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::Rest;
use super::proof::Proof;
use crate::catalog::digest::{CatalogDigests, Differences, digest};
use crate::diagnostic::{self, Diagnostic, FilePath, Label};
use crate::memo::{Assembled, FinishedPage, Memo, Recipe};
use crate::output::{self, OutputContents, OutputError, PageFacts, ScanRules, Sink};
use crate::rights::report::{Carrier, Report};
use crate::shares::InShares;
use crate::source::Digest;
use crate::theme::Renderer;
use crate::timings::{Stage, Timings, step};
use crate::view::{self, PagePlan, PageView, Reads, ViewContext};

/// Pages that somebody waits for come first where more than so many have to be made.
const MANY: usize = 100;

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
    shared: Option<Shared<'a>>,
}

/// What is the same for all pages of a build.
struct Shared<'a> {
    /// Covers everything that all pages depend on besides their views.
    key: Digest,
    /// Covers everything that all views depend on besides the catalog's objects.
    views: Digest,
    /// The catalog's objects.
    catalog: &'a CatalogDigests,
}

/// What is known of the pages of the build before.
#[derive(Default)]
pub(super) struct KnownPages {
    /// What all their views depended on.
    views: Option<Digest>,
    /// For each page of the plan, whether it was kept as the catalog made it then, from the same objects as now.
    is_same: Vec<bool>,
    /// Whether the plan has the same files.
    outputs_stay: bool,
}

impl KnownPages {
    /// Holds what an earlier catalog came to, and which of its pages were current, against what there is now.
    pub(super) fn of(
        (plans, digests): (&[PagePlan], &CatalogDigests),
        current: Option<(Digest, Vec<bool>)>,
        assembled: &Assembled,
        memo: &Memo,
    ) -> Self {
        let Some((views, current)) = current.filter(|_| plans.len() == assembled.plans.len()) else {
            return Self::default();
        };
        let differences = Differences::between(digests, &assembled.digests);
        let is_same = |(at, (before, after)): (usize, (&PagePlan, &PagePlan))| {
            let reads = memo.earlier_page(at, &after.output).and_then(|page| page.recipe.as_ref());
            current[at] && before == after && reads.is_some_and(|recipe| !recipe.reads.any_of(&differences))
        };
        let is_same = plans.par_iter().zip(&assembled.plans).enumerate().map(is_same).collect();
        let outputs_stay = plans.iter().zip(&assembled.plans).all(|(before, after)| before.output == after.output);
        Self { views: Some(views), is_same, outputs_stay }
    }

    /// Whether a page of the plan is what it was, as far as it is known.
    fn has(&self, at: usize, views: Option<Digest>) -> bool {
        views.is_some() && self.views == views && self.is_same[at]
    }
}

/// What came of all pages.
#[derive(Default)]
pub(super) struct MadePages<'p> {
    pub(super) facts: FactsByPage<'p>,
    /// Where statements stand, page by page.
    carriers: Vec<(Digest, Arc<[Carrier]>)>,
    /// Which pages are kept as this catalog makes them, with the digest of what else their views depend on.
    pub(super) current: Option<(Digest, Vec<bool>)>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Pages whose view was made.
    pub(super) viewed: usize,
    /// Whether the rights report is that of an earlier build.
    pub(super) report_is_old: bool,
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
    pub(super) fn with_keys(mut self, settings: Digest, catalog: &'a CatalogDigests) -> Self {
        let key = self.shared_key();
        let views = digest(&(&key.0, &settings.0, &catalog.lists));
        self.shared = Some(Shared { key, views, catalog });
        self
    }

    /// Makes, checks and hands over every page of the plan; only their links and ids are kept. Pages that the sink wants
    /// first are made first where they are some of many, and told to it if it `may_show` them.
    pub(super) fn make<'p>(
        &self,
        plans: &'p [PagePlan],
        known: &KnownPages,
        may_show: &dyn Fn() -> bool,
        memo: &Memo,
    ) -> MadePages<'p> {
        let stay = self.pages_that_stay(plans, known, memo);
        let viewed = stay.iter().filter(|stay| stay.is_none()).count();
        let mut first = if viewed > MANY { self.first(plans, &stay, may_show, memo) } else { BTreeMap::new() };
        let again: Vec<Option<Result<FinishedPage, Unfinished>>> = plans
            .par_iter()
            .zip(&stay)
            .enumerate()
            .in_shares()
            .map(|(at, (plan, stay))| (stay.is_none() && !first.contains_key(&at)).then(|| self.planned(plan, memo)))
            .collect();
        let mut made = MadePages { viewed, ..MadePages::default() };
        let mut facts = Vec::with_capacity(plans.len());
        let mut failures: BTreeMap<FailureKey, (Diagnostic, usize)> = BTreeMap::new();
        let mut current = Vec::with_capacity(plans.len());
        for (at, ((plan, stay), again)) in plans.iter().zip(stay).zip(again).enumerate() {
            let result = match (stay, again.or_else(|| first.remove(&at))) {
                (Some(known), _) => Ok(Cow::Borrowed(known)),
                (None, Some(result)) => result.map(Cow::Owned),
                // Cannot be: what does not stay is made.
                (None, None) => continue,
            };
            current.push(result.is_ok());
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
        made.current = self.shared.as_ref().map(|shared| (shared.views, current));
        made.diagnostics.extend(failures.into_values().map(|(diagnostic, count)| match count {
            1 => diagnostic,
            _ => diagnostic.hint(format!("the same happens on {} more pages", count - 1)),
        }));
        made
    }

    /// The pages of earlier builds that this build would make the same, and that the sink keeps.
    fn pages_that_stay<'m>(
        &self,
        plans: &[PagePlan],
        known: &KnownPages,
        memo: &'m Memo,
    ) -> Vec<Option<&'m FinishedPage>> {
        let views = self.shared.as_ref().map(|shared| shared.views);
        let same = |(at, plan): (usize, &PagePlan)| {
            let page = memo.earlier_page(at, &plan.output)?;
            (known.has(at, views) || step(self.timings, Stage::Key, || self.is_same(plan, page))).then_some(page)
        };
        let known: Vec<Option<&FinishedPage>> = plans.par_iter().enumerate().map(same).collect();
        let files: Vec<(&str, Digest)> = plans
            .iter()
            .zip(&known)
            .filter_map(|(plan, known)| Some((plan.output.as_str(), (*known)?.digest)))
            .collect();
        let mut kept = self.sink.keep_each(&files).into_iter();
        known.into_iter().map(|known| known.filter(|_| kept.next() == Some(true))).collect()
    }

    /// The pages that somebody waits for, by their place in the plan. The sink is told if nothing is wrong with them.
    fn first(
        &self,
        plans: &[PagePlan],
        stay: &[Option<&FinishedPage>],
        may_show: &dyn Fn() -> bool,
        memo: &Memo,
    ) -> BTreeMap<usize, Result<FinishedPage, Unfinished>> {
        let place = |output: &String| {
            let at = plans.binary_search_by(|plan| plan.output.cmp(output)).ok()?;
            stay[at].is_none().then_some(at)
        };
        let wanted: BTreeSet<usize> = self.sink.wanted_first().iter().filter_map(place).collect();
        if wanted.is_empty() || !may_show() {
            return BTreeMap::new();
        }
        let wanted: Vec<usize> = wanted.into_iter().collect();
        let made: BTreeMap<_, _> = wanted.into_par_iter().map(|at| (at, self.planned(&plans[at], memo))).collect();
        let is_right = |(at, page): (&usize, &Result<FinishedPage, Unfinished>)| {
            page.as_ref().is_ok_and(|page| page.faults.is_empty()).then(|| plans[*at].output.as_str())
        };
        let right: Vec<&str> = made.iter().filter_map(is_right).collect();
        if !right.is_empty() {
            self.sink.first_are_there(&right);
        }
        made
    }

    /// Makes a page of the plan.
    fn planned(&self, plan: &PagePlan, memo: &Memo) -> Result<FinishedPage, Unfinished> {
        let (page, notes) = step(self.timings, Stage::View, || view::page(self.context, plan));
        let origin = view::document_of(self.context, &plan.subject)
            .map_or_else(|| FilePath::from(plan.output.as_str()), |document| document.path.clone());
        let reads = self.shared.is_some().then(|| notes.into_reads());
        let recipe =
            reads.and_then(|reads| Some(Recipe { digest: self.recipe(plan, &reads)?, reads: Arc::new(reads) }));
        Ok(FinishedPage { recipe, ..self.page(&page, &origin, memo)? })
    }

    /// Makes the rights report, if the site has one, and adds it to the other pages; returns its path in the output.
    /// `assembled` covers the catalog, without texts, and the report. Where it may follow, it stays that of an earlier
    /// build as long as the pages are the same that it leads to.
    pub(super) fn report(
        &self,
        (report, assembled): (&Report, Digest),
        (rest, pages): (Rest, &KnownPages),
        memo: &Memo,
        made: &mut MadePages<'_>,
    ) -> Option<&'a str> {
        let output = self.context.catalog.lists.report.as_ref()?.output.as_str();
        let carrying: Vec<Digest> = made.carriers.iter().map(|(page, _)| *page).collect();
        let digest = self.shared.as_ref().map(|shared| digest(&(&shared.views.0, &assembled.0, carrying)));
        let is_current = |known: &FinishedPage| digest.is_some() && known.recipe_digest() == digest;
        let may_follow = rest == Rest::MayFollow && pages.outputs_stay;
        let known = memo.earlier_page(0, output).filter(|known| may_follow || is_current(known));
        made.report_is_old = known.is_some_and(|known| !is_current(known));
        let finished = match known.filter(|known| self.sink.keep(output, known.digest)) {
            Some(known) => Ok(known.clone()),
            None => {
                made.report_is_old = false;
                let carriers = made.carriers.iter().flat_map(|(_, carriers)| carriers.iter());
                step(self.timings, Stage::View, || view::report(self.context, report, carriers))
                    .map(|page| self.page(&page, &FilePath::from(output), memo))?
                    .map(|page| {
                        let recipe = |digest| Recipe { reads: Arc::default(), digest };
                        FinishedPage { recipe: digest.map(recipe), ..page }
                    })
            }
        };
        match finished {
            Ok(finished) => {
                made.facts.insert(Cow::Owned(output.to_owned()), Arc::clone(&finished.facts));
                made.tell(&finished);
                made.finish(output, finished);
            }
            Err(Unfinished::Template(diagnostic)) => made.diagnostics.push(*diagnostic),
            Err(Unfinished::Sink(error)) => {
                made.failure.get_or_insert(error);
            }
        }
        Some(output)
    }

    /// One page: as an earlier build left it, or made now.
    fn page(&self, page: &PageView, origin: &FilePath, memo: &Memo) -> Result<FinishedPage, Unfinished> {
        let shared = self.shared.as_ref();
        let key = shared.map(|shared| step(self.timings, Stage::Key, || self.key(shared.key, page, origin)));
        let known = memo.earlier_page(0, &page.output).filter(|known| key.is_some() && known.key == key);
        if let Some(known) = known.filter(|known| self.sink.keep(&page.output, known.digest)) {
            return Ok(known.clone());
        }
        let html = step(self.timings, Stage::Render, || self.renderer.render(page)).map_err(Unfinished::Template)?;
        let digest = step(self.timings, Stage::Write, || self.sink.put(&page.output, OutputContents::Bytes(&html)))
            .map_err(Unfinished::Sink)?;
        let facts = step(self.timings, Stage::Scan, || {
            let mut facts = output::scan_page(&page.output, &html, self.rules);
            facts.put_away(memo.store());
            Arc::new(facts)
        });
        let (faults, placements) =
            step(self.timings, Stage::Verify, || self.proof.faults_of(self.context, page, origin, &html));
        let carriers = placements.into_iter().map(|it| Carrier::new(&page.output, digest, it)).collect();
        Ok(FinishedPage { key, recipe: None, digest, facts, faults: faults.into(), carriers })
    }

    /// Covers all objects of the catalog and `texts`; none where nothing is kept.
    pub(super) fn catalog_digest(&self, texts: Digest) -> Option<Digest> {
        self.shared.as_ref().map(|shared| digest(&(texts.0, shared.catalog)))
    }

    /// The digest of everything that a page's view depends on; `None` where it reads too much to say.
    fn recipe(&self, plan: &PagePlan, reads: &Reads) -> Option<Digest> {
        let shared = self.shared.as_ref()?;
        let objects = reads.digest(shared.catalog)?;
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
        if !page.carriers.is_empty() {
            self.carriers.push((page.digest, Arc::clone(&page.carriers)));
        }
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
