//! What is served at one moment: the last good outputs, and what the last build said. Never changed, only replaced.
//!
//! Must not know how it is shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::problem::Problem;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::render::Counts;
use crate::output::memory::Files;
use crate::pipeline::DocumentPage;
use crate::source::Digest;

/// What is written differently in a part of an address.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is served.
#[derive(Debug, Clone)]
pub struct Edition {
    /// How many builds have been finished; 0 before the first.
    pub generation: u64,
    /// The files of the last build without errors.
    pub files: Arc<Files>,
    /// Whether there has been a build without errors.
    pub has_site: bool,
    /// Where the site lies on the server: `/`, or the path of `base_url`, with a slash at both ends.
    pub base_path: String,
    /// What the last build said.
    pub diagnostics: Arc<[Diagnostic]>,
    /// How much of it weighs what.
    pub counts: Counts,
    /// The same with the lines it speaks about, the worst first, as many as are worth showing.
    pub(super) problems: Arc<[Problem]>,
    /// Pages of the documents that were added or changed before the last build.
    pub edited: Arc<[DocumentPage]>,
    /// Pages that are shown only because drafts are.
    pub drafts: Arc<BTreeSet<String>>,
    /// A digest of all pictures, films and other files that pages show without naming their bytes.
    pub media: Digest,
}

impl Edition {
    /// What is there before anything is built.
    pub(super) fn empty() -> Self {
        Self {
            generation: 0,
            files: Arc::default(),
            has_site: false,
            base_path: "/".to_owned(),
            diagnostics: Arc::from([]),
            counts: Counts::default(),
            problems: Arc::from([]),
            edited: Arc::from([]),
            drafts: Arc::default(),
            media: Digest::of(b""),
        }
    }

    /// Where an output file is served, such as `/handbook/articles/a%20b.html`.
    pub(super) fn address_of(&self, output: &str) -> String {
        let parts: Vec<String> = output.split('/').map(|part| utf8_percent_encode(part, SEGMENT).to_string()).collect();
        format!("{}{}", self.base_path, parts.join("/"))
    }
}

/// The digest of everything that is shown inside pages under a name that does not tell its bytes.
pub(super) fn media_of(files: &Files) -> Digest {
    const TEXTS: [&str; 5] = [".html", ".css", ".js", ".xml", ".txt"];
    let mut all = Vec::new();
    for (path, file) in files.iter().filter(|(path, _)| !TEXTS.iter().any(|ending| path.ends_with(ending))) {
        all.extend_from_slice(path.as_bytes());
        all.push(0);
        all.extend_from_slice(&file.digest.0);
    }
    Digest::of(&all)
}
