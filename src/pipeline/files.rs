//! Everything of the output that is not a page.
//!
//! Must not know what the files say.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::proof::Proof;
use crate::diagnostic::{Diagnostic, FilePath};
use crate::document::Document;
use crate::memo::Memo;
use crate::output::{self, OutputContents, OutputError, PageFacts, ScanRules, Sink};
use crate::search::{self, PageAnalysis};
use crate::source::{Content, Digest, SourceFile};
use crate::syndication;
use crate::theme::Theme;
use crate::timings::{Stage, Timings, stage};
use crate::view::{PagePlan, ViewContext};

/// What the theme's style sheets load.
pub(super) fn scan_style_sheets<'a>(
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

/// Hands over everything that is not a page, and names it; also what the sink could not take, so that links to it are
/// not blamed.
pub(super) fn write_files(
    context: &ViewContext<'_>,
    theme: &Theme,
    (plans, proof): (&[PagePlan], &Proof),
    (sink, memo, texts): (&dyn Sink, &mut Memo, Digest),
    timings: Option<&Timings>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<String>, Option<OutputError>) {
    let mut outputs = Vec::new();
    let mut failure = None;
    let mut put = |output: String, contents: OutputContents<'_>| {
        if let Err(error) = sink.put(&output, contents) {
            failure.get_or_insert(error);
        }
        outputs.push(output);
    };
    stage(timings, Stage::Files, || {
        for asset in theme.assets() {
            let file = SourceFile {
                path: FilePath::from(asset.output.as_str()),
                digest: asset.digest,
                content: asset.content.clone(),
            };
            put(asset.output.clone(), OutputContents::Copy(&file));
        }
        for (output, text) in syndication::files(context, plans) {
            if output == syndication::FEED_FILE {
                diagnostics.extend(proof.faults_of_feed(context, output, &text));
            }
            put(output.to_owned(), OutputContents::Bytes(text.as_bytes()));
        }
    });
    let (files, index_failure) = stage(timings, Stage::Search, || write_index(context, sink, memo, texts));
    outputs.extend(files);
    failure = failure.or(index_failure);
    let copied = &context.catalog.copied_files;
    let errors: Vec<Option<OutputError>> = stage(timings, Stage::Files, || {
        copied.par_iter().map(|copied| sink.put(&copied.output, OutputContents::Copy(&copied.file)).err()).collect()
    });
    outputs.extend(copied.iter().map(|copied| copied.output.clone()));
    (outputs, failure.or(errors.into_iter().flatten().next()))
}

/// Hands over the search index, and names its files; `texts` covers what the documents' texts depend on besides their
/// files.
fn write_index(
    context: &ViewContext<'_>,
    sink: &dyn Sink,
    memo: &mut Memo,
    texts: Digest,
) -> (Vec<String>, Option<OutputError>) {
    let documents: Vec<&Arc<Document>> = context.catalog.entries.iter().map(|entry| &entry.document).collect();
    let key = memo.context(|| texts);
    let analyses = memo.analyses.map(key, &documents, |at| PageAnalysis::of(documents[at]).map(Arc::new));
    let failure = Mutex::new(None);
    let files = search::write(context.catalog, context.config, analyses, &|file| {
        if let Err(error) = sink.put(&file.path, OutputContents::Bytes(file.text.as_bytes())) {
            failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    });
    (files, failure.into_inner().unwrap_or_else(PoisonError::into_inner))
}
