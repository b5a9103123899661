//! All documents together: whose pieces may stand here, everything in its place, and which pages that makes.
//!
//! Owns what of an earlier build this is made again from. Must not know the rules, nor how pages are made.

use std::collections::BTreeSet;
use std::mem::take;
use std::sync::Arc;

use super::pages::KnownPages;
use super::{BuildOptions, settings_digest, texts_digest};
use crate::catalog::digest::{CatalogDigests, digest};
use crate::catalog::{self, CatalogInput, Entry, Renewal};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, FilePath};
use crate::document::Document;
use crate::memo::{Assembled, Memo};
use crate::rights::copies::check::CopiesInput;
use crate::rights::policy::Verdicts;
use crate::rights::report::{Report, ReportInput};
use crate::rights::seal::Seal;
use crate::rights::{self, Sources};
use crate::source::{Digest, Snapshot};
use crate::timings::{Stage, stage, step};
use crate::view;

/// Everything that documents are judged and put in their places by.
pub(super) struct Site<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) config: &'a Config,
    pub(super) options: &'a BuildOptions,
    /// Covers the settings.
    pub(super) settings: Digest,
}

/// What is assembled, what of it differs from the build before, and what is to be said of it.
pub(super) struct Assembly {
    pub(super) assembled: Assembled,
    pub(super) known: KnownPages,
    /// Whether texts that stand elsewhere were looked for by an earlier build, so that another has to follow.
    pub(super) copies_are_old: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Documents without pasted statements, and everything by which they are judged.
struct Judged {
    documents: Vec<Arc<Document>>,
    sources: Sources,
    hidden: BTreeSet<FilePath>,
    seals: Vec<Seal>,
    /// What is said of statements and of pasted ones: made anew in every build.
    diagnostics: Vec<Diagnostic>,
    /// Covers what documents depend on besides their files.
    texts: Digest,
}

impl<'a> Site<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, config: &'a Config, options: &'a BuildOptions) -> Self {
        Self { snapshot, config, options, settings: settings_digest(snapshot, options) }
    }

    /// Judges all documents and puts them in their places; what of that an earlier build has done is used again as long
    /// as nothing has changed that it was made from.
    pub(super) fn assemble(&self, documents: &[Arc<Document>], memo: &mut Memo) -> Assembly {
        let timings = self.options.timings.as_deref();
        let mut judged = stage(timings, Stage::Rights, || self.read_pieces(documents, memo));
        let mut diagnostics = take(&mut judged.diagnostics);
        let key = memo.keeps_results().then(|| step(timings, Stage::Key, || self.key(&judged, memo)));
        let mut earlier = memo.assembled.take();
        let before = earlier.as_mut().map(|earlier| (earlier.digests.clone(), earlier.current.take()));
        let same = earlier.take_if(|earlier| Some(earlier.key) == key);
        let (mut assembled, changed) = match (same, memo.catalog()) {
            (Some(mut earlier), Some(known)) => {
                let renewal = Renewal {
                    documents: &judged.documents,
                    snapshot: self.snapshot,
                    style: self.config.urls,
                    texts: judged.texts,
                };
                let renewed = stage(timings, Stage::Catalog, || catalog::renew(&mut earlier.catalog, &renewal, known));
                diagnostics.extend(renewed.of_links);
                earlier.catalog.terms_of_sources = judged.sources;
                (earlier, Some(renewed.entries))
            }
            _ => {
                let entries = earlier.as_mut().map(|earlier| (earlier.terms, take(&mut earlier.catalog.entries)));
                let (assembled, of_links) = self.afresh(&mut judged, key, entries, memo);
                diagnostics.extend(of_links);
                (assembled, None)
            }
        };
        diagnostics.extend(assembled.diagnostics.iter().cloned());
        if memo.keeps_results() {
            step(timings, Stage::Key, || match &changed {
                Some(entries) => assembled.digests.renew(&assembled.catalog, entries.iter().copied()),
                None => assembled.digests = CatalogDigests::of(&assembled.catalog),
            });
        }
        let known = before.map_or_else(KnownPages::default, |(digests, current)| {
            let plans = earlier.as_ref().map_or(&assembled.plans, |earlier| &earlier.plans);
            step(timings, Stage::Key, || KnownPages::of((plans, &digests), current, &assembled, memo))
        });
        let (copied, copies_are_old) =
            stage(timings, Stage::Copies, || self.check_copies(&judged.documents, &assembled, memo));
        diagnostics.extend(copied);
        memo.outdated = earlier;
        Assembly { assembled, known, copies_are_old, diagnostics }
    }

    /// The terms of all owners, the documents without statements that were pasted into them, and their seals.
    fn read_pieces(&self, documents: &[Arc<Document>], memo: &mut Memo) -> Judged {
        let snapshot = self.snapshot;
        let (sources, mut diagnostics) = rights::source::read(documents, snapshot);
        let hidden = catalog::hidden(documents, self.options.day, self.options.drafts);
        let texts = texts_digest(self.settings, &sources);
        let context = memo.context(|| texts);
        let read =
            memo.pasted.map(context, documents, |at| rights::pasted::take_out_of(&documents[at], &sources, snapshot));
        let (documents, found) = rights::pasted::without_hidden(read, &hidden);
        diagnostics.extend(found);
        let seals = memo.seals.map(context, &documents, |at| Seal::of(&documents[at], &sources, snapshot));
        diagnostics.extend(rights::seal::check(&documents, &seals, &sources, &hidden));
        Judged { documents, sources, hidden, seals, diagnostics, texts }
    }

    /// Covers everything that [`Self::afresh`] depends on, apart from what [`catalog::renew`] makes again.
    fn key(&self, judged: &Judged, memo: &mut Memo) -> Digest {
        let documents = &judged.documents;
        let outlines = memo.outlines.map(Some(judged.texts), documents, |at| catalog::outline(&documents[at]));
        let is_document = |path: &FilePath| crate::document::kind_of(path).is_some();
        let others = self.snapshot.files.iter().filter(|(path, _)| !is_document(path));
        let others: Vec<(&FilePath, Digest)> = others.map(|(path, file)| (path, file.digest)).collect();
        let options = (self.options.day, self.options.drafts);
        digest(&(judged.texts, options, outlines, &judged.seals, others))
    }

    /// Everything from the beginning; besides, what is to be said of links.
    fn afresh(
        &self,
        judged: &mut Judged,
        key: Option<Digest>,
        earlier: Option<(Digest, Vec<Entry>)>,
        memo: &mut Memo,
    ) -> (Assembled, Vec<Diagnostic>) {
        let timings = self.options.timings.as_deref();
        let (verdicts, report, mut diagnostics) = stage(timings, Stage::Rights, || self.judge(judged));
        let terms = digest(&(judged.texts, self.options.day));
        let input = CatalogInput {
            documents: &judged.documents,
            snapshot: self.snapshot,
            config: self.config,
            sources: take(&mut judged.sources),
            verdicts: &verdicts,
            day: self.options.day,
            drafts: self.options.drafts,
            earlier: earlier.filter(|(known, _)| *known == terms).map_or_else(Vec::new, |(_, entries)| entries),
        };
        let known = memo.catalog().map(|known| (judged.texts, known));
        let (catalog, found) = stage(timings, Stage::Catalog, || catalog::build(input, known));
        diagnostics.extend(found.of_places);
        let plans = view::plan(&catalog);
        let documents = catalog.pages_of_documents().collect();
        let digests = CatalogDigests::default();
        let key = key.unwrap_or(judged.texts);
        let assembled =
            Assembled { key, terms, catalog, report, diagnostics, digests, plans, documents, current: None };
        (assembled, found.of_links)
    }

    /// Which pieces may stand here.
    fn judge(&self, judged: &Judged) -> (Verdicts, Option<Report>, Vec<Diagnostic>) {
        let Judged { documents, sources, hidden, seals, .. } = judged;
        let (config, day) = (self.config, self.options.day);
        let (mut diagnostics, (verdicts, found)) = rayon::join(
            || rights::authors::check(documents, sources, hidden, config),
            || rights::judge(documents, sources, config, day, hidden),
        );
        let report = (config.publication.report && !sources.is_empty()).then(|| {
            let (verdicts, judged) = (&verdicts, &found);
            Report::of(&ReportInput { documents, sources, config, day, verdicts, judged, seals })
        });
        diagnostics.extend(found);
        (verdicts, report, diagnostics)
    }

    fn check_copies(
        &self,
        documents: &[Arc<Document>],
        assembled: &Assembled,
        memo: &mut Memo,
    ) -> (Vec<Diagnostic>, bool) {
        let catalog = &assembled.catalog;
        let copied = catalog.copied_files.iter().map(|copied| copied.file.as_ref()).collect();
        let (sources, config, snapshot) = (&catalog.terms_of_sources, self.config, self.snapshot);
        let input = CopiesInput { documents, copied, sources, config, snapshot };
        super::copies::check(&input, catalog, (self.settings, assembled.key), self.options.rest, memo)
    }
}
