//! Everything of the output that is not a page.
//!
//! Must not know what the files say.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::Rest;
use super::proof::Proof;
use crate::diagnostic::{Diagnostic, FilePath};
use crate::document::Document;
use crate::memo::Memo;
use crate::output::{self, OutputContents, OutputError, PageFacts, ScanRules, Sink};
use crate::search::{self, PageAnalysis};
use crate::source::{Content, Digest, SourceFile};
use crate::store::Store;
use crate::syndication;
use crate::theme::Theme;
use crate::timings::{Stage, Timings, stage};
use crate::view::{PagePlan, ViewContext};

/// What the theme's style sheets load.
pub(super) fn scan_style_sheets<'a>(
    theme: &'a Theme,
    rules: ScanRules<'a>,
) -> impl Iterator<Item = (Cow<'a, str>, Arc<PageFacts>)> + 'a {
    theme.assets().iter().filter(|asset| asset.output.ends_with(".css")).filter_map(move |asset| match &asset.content {
        Content::Text(text) => {
            Some((Cow::Borrowed(asset.output.as_str()), Arc::new(output::scan_style_sheet(&asset.output, text, rules))))
        }
        Content::Bytes(_) | Content::PutAway(_) | Content::OnDisk { .. } => None,
    })
}

/// Hands over everything that is not a page, and remembers its names; also of what the sink could not take, so that
/// links to it are not blamed.
pub(super) struct FileWriter<'a> {
    pub(super) context: &'a ViewContext<'a>,
    pub(super) sink: &'a dyn Sink,
    pub(super) timings: Option<&'a Timings>,
    /// Paths of what was handed over.
    pub(super) written: Vec<String>,
    /// What the sink could not take first.
    pub(super) failure: Option<OutputError>,
}

impl FileWriter<'_> {
    /// Hands over a file; returns what was taken.
    fn put(&mut self, output: &str, contents: OutputContents<'_>) -> Option<(String, Digest)> {
        self.written.push(output.to_owned());
        match self.sink.put(output, contents) {
            Ok(digest) => Some((output.to_owned(), digest)),
            Err(error) => {
                self.failure.get_or_insert(error);
                None
            }
        }
    }

    /// The theme's assets.
    pub(super) fn theme(&mut self, theme: &Theme) {
        stage(self.timings, Stage::Files, || {
            for asset in theme.assets() {
                let file = SourceFile {
                    path: FilePath::from(asset.output.as_str()),
                    digest: asset.digest,
                    content: asset.content.clone(),
                };
                self.put(&asset.output, OutputContents::Copy(&file));
            }
        });
    }

    /// The feed and the other files for machines.
    ///
    /// `texts` covers what the documents' texts depend on besides their files, `assembled` everything in its place.
    pub(super) fn for_machines(
        &mut self,
        (plans, assembled): (&[PagePlan], Digest),
        (proof, texts, memo): (&Proof, Digest, &mut Memo),
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        stage(self.timings, Stage::Files, || {
            let output = syndication::FEED_FILE;
            if let Some(text) = syndication::feed(self.context) {
                let key = memo.context(|| proof.feed_digest(self.context, &text, texts));
                let known = memo.feed.take().filter(|(known, _)| key == Some(*known)).map(|(_, faults)| faults);
                let faults = known.unwrap_or_else(|| proof.faults_of_feed(self.context, output, &text).into());
                diagnostics.extend(faults.iter().cloned());
                memo.feed = key.map(|key| (key, faults));
                self.put(output, OutputContents::Bytes(text.as_bytes()));
            }
            let known = memo.for_machines.take().filter(|(known, _)| memo.context(|| assembled) == Some(*known));
            let files = match known {
                Some((_, files)) if self.keep(&files) => files,
                _ => {
                    let files = syndication::files_besides_feed(self.context, plans);
                    files
                        .iter()
                        .filter_map(|(path, text)| self.put(path, OutputContents::Bytes(text.as_bytes())))
                        .collect()
                }
            };
            memo.for_machines = memo.context(|| assembled).map(|key| (key, files));
        });
    }

    /// Keeps all of these files as an earlier build left them, or none; whether it does.
    fn keep(&mut self, files: &[(String, Digest)]) -> bool {
        let wanted: Vec<(&str, Digest)> = files.iter().map(|(path, digest)| (path.as_str(), *digest)).collect();
        let kept = self.sink.keep_all(&wanted);
        if kept {
            self.written.extend(files.iter().map(|(path, _)| path.clone()));
        }
        kept
    }

    /// The files of the site that are copied.
    pub(super) fn copied(&mut self) {
        let copied = &self.context.catalog.copied_files;
        let sink = self.sink;
        let errors: Vec<Option<OutputError>> = stage(self.timings, Stage::Files, || {
            copied.par_iter().map(|copied| sink.put(&copied.output, OutputContents::Copy(&copied.file)).err()).collect()
        });
        self.written.extend(copied.iter().map(|copied| copied.output.clone()));
        self.failure = self.failure.take().or(errors.into_iter().flatten().next());
    }

    /// The search index; whether it is that of an earlier build and not what this one would make.
    ///
    /// `texts` covers what the documents' texts depend on besides their files, `key` everything that the index is made
    /// from.
    pub(super) fn search_index(&mut self, memo: &mut Memo, texts: Digest, wanted: Rest, key: Option<Digest>) -> bool {
        stage(self.timings, Stage::Search, || {
            if let (Some(key), Some((known, files))) = (key, &memo.index) {
                let is_old = *known != key;
                let may_stay = !is_old || wanted == Rest::MayFollow;
                if may_stay && self.keep(files) {
                    return is_old;
                }
            }
            let files = self.write_index(memo, texts);
            // A list with a file missing must not stand for the whole index later.
            memo.index = key.filter(|_| self.failure.is_none()).map(|key| (key, files));
            false
        })
    }

    fn write_index(&mut self, memo: &mut Memo, texts: Digest) -> Vec<(String, Digest)> {
        let catalog = self.context.catalog;
        let documents: Vec<&Arc<Document>> = catalog.entries.iter().map(|entry| &entry.document).collect();
        let of_document = |at: usize| PageAnalysis::of(documents[at]).map(Arc::new);
        // Where they are not kept, each is made when it is asked for, so that never all are in memory.
        let kept = memo.context(|| texts).map(|context| memo.analyses.map(Some(context), &documents, of_document));
        let analysis_of = |at: usize| kept.as_ref().map_or_else(|| of_document(at), |kept| kept[at].clone());
        // Where somebody waits for the next index, its words stay at hand.
        let store = if memo.keeps_results() { Store::in_memory() } else { memo.store().clone() };
        let results = Mutex::new(Vec::new());
        search::write((catalog, self.context.config), &store, &analysis_of, &|file| {
            let result = self.sink.put(&file.path, OutputContents::Bytes(file.text.as_bytes()));
            results.lock().unwrap_or_else(PoisonError::into_inner).push((file.path, result));
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by(|left, right| left.0.cmp(&right.0));
        let mut files = Vec::with_capacity(results.len());
        for (path, result) in results {
            self.written.push(path.clone());
            match result {
                Ok(digest) => files.push((path, digest)),
                Err(error) => {
                    self.failure.get_or_insert(error);
                }
            }
        }
        files
    }
}
