//! Finished pages held against the statements of the pieces on them.
//!
//! Owns how a page's faults are told. Must not know how the proof works or how the page was made.

use std::sync::Arc;

use url::Url;

use crate::catalog::digest::digest;
use crate::diagnostic::{Diagnostic, FilePath};
use crate::document::{Document, DocumentKind};
use crate::memo::Memo;
use crate::rights;
use crate::rights::verify::{
    Expectation, KnownStatements, Page, Placement, SiteAddress, Stylesheets, StylesheetsBuilder, Whereabouts,
    verify_page,
};
use crate::source::Digest;
use crate::theme::Theme;
use crate::view::{PageView, ShownAs, ViewContext};

/// What final pages are held against: every owner's statement, and the style sheets that could hide one.
pub(super) struct Proof {
    known: KnownStatements,
    stylesheets: Arc<Stylesheets>,
    digest: Digest,
}

impl Proof {
    pub(super) fn of(context: &ViewContext<'_>, theme: &Theme, memo: &mut Memo) -> Self {
        let assets = theme.assets().iter().map(|asset| (asset.output.as_str(), asset.digest, &asset.content));
        let copied = context.catalog.copied_files.iter();
        let copied = copied.map(|copied| (copied.output.as_str(), copied.file.digest, &copied.file.content));
        let files: Vec<(&str, Digest, &[u8])> = assets
            .chain(copied)
            .filter_map(|(path, digest, content)| Some((path, digest, content.in_memory()?)))
            .collect();
        let base_url = context.config.base_url.as_ref().map(Url::as_str);
        let mut hasher = blake3::Hasher::new();
        for (path, digest, _) in &files {
            hasher.update(path.as_bytes()).update(&[0]).update(&digest.0);
        }
        hasher.update(base_url.unwrap_or_default().as_bytes());
        let key = memo.context(|| Digest(*hasher.finalize().as_bytes()));
        let same = memo.stylesheets.take().filter(|(same, _)| key == Some(*same)).map(|(_, stylesheets)| stylesheets);
        let stylesheets = same.unwrap_or_else(|| Arc::new(read_stylesheets(&files, SiteAddress::new(base_url))));
        memo.stylesheets = key.map(|key| (key, Arc::clone(&stylesheets)));
        let known = rights::expected::known(&context.catalog.terms_of_sources);
        for source in context.catalog.terms_of_sources.values() {
            hasher.update(source.path.as_bytes()).update(&source.digest.0);
        }
        let digest = Digest(*hasher.finalize().as_bytes());
        Self { known, stylesheets, digest }
    }

    /// What is wrong with the texts of pieces in the feed, and with whom it names as their authors.
    pub(super) fn faults_of_feed(&self, context: &ViewContext<'_>, output: &str, text: &str) -> Vec<Diagnostic> {
        let published: Vec<&Document> = context.catalog.entries.iter().map(|entry| entry.document.as_ref()).collect();
        let sources = &context.catalog.terms_of_sources;
        rights::feed_proof::faults(output, text, &published, sources, context.config, &self.known)
    }

    /// Covers everything that [`Self::faults_of_feed`] depends on: the feed, the pieces that it may show, the people that
    /// these may name, and with `texts` the settings, the owners' terms and whatever else texts depend on.
    pub(super) fn feed_digest(&self, context: &ViewContext<'_>, text: &str, texts: Digest) -> Digest {
        let documents = context.catalog.entries.iter().map(|entry| &entry.document);
        let counts = |it: &&Arc<Document>| it.front.source.is_some() || it.kind == DocumentKind::Person;
        let documents: Vec<(&FilePath, Digest)> = documents.filter(counts).map(|it| (&it.path, it.digest)).collect();
        digest(&(text, self.digest, texts, documents))
    }

    /// Covers everything that [`Self::faults_of`] depends on besides the page and its pieces.
    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// What is wrong with the statements on a finished page, told at the file `origin`, and where those stand that are
    /// right.
    pub(super) fn faults_of(
        &self,
        context: &ViewContext<'_>,
        page: &PageView,
        origin: &FilePath,
        html: &[u8],
    ) -> (Vec<Diagnostic>, Vec<Placement>) {
        let catalog = context.catalog;
        let expectations: Vec<Expectation> = page
            .republished
            .iter()
            .filter_map(|shown| {
                let whereabouts = match shown.shown_as {
                    ShownAs::Article => Whereabouts::Article,
                    ShownAs::Part => Whereabouts::Part { attribute: "data-guide-step".to_owned() },
                    ShownAs::Excerpt => Whereabouts::Excerpts,
                };
                let piece = &catalog.entries[shown.piece].document;
                rights::expected::of_piece(piece, &shown.text, whereabouts, &catalog.terms_of_sources)
            })
            .collect();
        let finished = Page { path: &page.output, html };
        let report = verify_page(&finished, &expectations, &self.known, &self.stylesheets);
        let faults = report
            .findings
            .into_iter()
            .map(|finding| {
                let message = format!("on the finished page `{}`: {}", page.output, finding.message);
                let diagnostic = Diagnostic::in_file(finding.code, origin, message);
                finding.hints.into_iter().fold(diagnostic, Diagnostic::hint)
            })
            .collect();
        (faults, report.placements)
    }
}

/// What of these files could hide a statement.
fn read_stylesheets(files: &[(&str, Digest, &[u8])], address: SiteAddress) -> Stylesheets {
    let mut stylesheets = StylesheetsBuilder::default();
    for (path, _, bytes) in files {
        if path.ends_with(".css") {
            stylesheets.add_stylesheet(path, bytes);
        } else if path.ends_with(".js") || path.ends_with(".mjs") {
            stylesheets.add_script(path, bytes);
        } else {
            stylesheets.add_file(path, bytes);
        }
    }
    stylesheets.finish(address)
}
