//! Results of earlier builds, by the digest of everything they depend on.
//!
//! Must not know what changed between two builds: a result is used again only when its whole key is the same.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, FilePath};
use crate::document::{self, ParseOptions, Parsed};
use crate::output::PageFacts;
use crate::rights::report::Carrier;
use crate::source::{Digest, SourceFile};
use crate::view::Reads;

/// What a parsed document depends on: its path (which tells its kind), its bytes and the options.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ParseKey {
    path: FilePath,
    digest: Digest,
    options: Arc<ParseOptions>,
}

/// A finished page: what is known of its bytes.
#[derive(Debug, Clone)]
pub struct FinishedPage {
    /// The digest of everything that its bytes depend on; none where nothing is kept.
    pub key: Option<Digest>,
    /// What its view was made from; none where nothing is kept.
    pub recipe: Option<Recipe>,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What it points at and what it offers.
    pub facts: Arc<PageFacts>,
    /// What is wrong with the statements on it.
    pub faults: Arc<[Diagnostic]>,
    /// Where the statements on it stand.
    pub carriers: Arc<[Carrier]>,
}

/// What a page's view was made from.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The objects of the catalog.
    pub reads: Arc<Reads>,
    /// The digest of these objects, and of everything else that the view depends on.
    pub digest: Digest,
}

/// Kept between the builds of one process; empty for a first build.
pub struct Memo {
    keeps_results: bool,
    parsed: HashMap<ParseKey, Arc<Parsed>>,
    pages: HashMap<String, FinishedPage>,
}

impl Default for Memo {
    fn default() -> Self {
        Self::new()
    }
}

impl Memo {
    /// A memo without results.
    pub fn new() -> Self {
        Self { keeps_results: true, parsed: HashMap::new(), pages: HashMap::new() }
    }

    /// A memo for a process that builds once: nothing is kept, so that nothing is in the way of memory, and no key is
    /// made that nobody will ask for.
    pub fn for_one_build() -> Self {
        Self { keeps_results: false, ..Self::new() }
    }

    /// Whether results are kept for later builds.
    pub fn keeps_results(&self) -> bool {
        self.keeps_results
    }

    /// The page at a path of the output as an earlier build made it, whatever has changed since.
    pub fn earlier_page(&self, output: &str) -> Option<&FinishedPage> {
        self.pages.get(output)
    }

    /// Keeps the pages of a build instead of those of the one before.
    pub fn keep_pages(&mut self, pages: Vec<(String, FinishedPage)>) {
        if self.keeps_results {
            self.pages = pages.into_iter().collect();
        }
    }

    /// Parses the Markdown files among `files`, in their order. Results of files that are not among them are forgotten.
    pub fn parse<'a>(
        &mut self,
        files: impl Iterator<Item = &'a Arc<SourceFile>>,
        options: ParseOptions,
    ) -> Vec<Arc<Parsed>> {
        let options = Arc::new(options);
        let wanted: Vec<&Arc<SourceFile>> = files.collect();
        let results: Vec<(ParseKey, Arc<Parsed>)> = wanted
            .into_par_iter()
            .filter_map(|file| {
                let kind = document::kind_of(&file.path)?;
                let key = ParseKey { path: file.path.clone(), digest: file.digest, options: Arc::clone(&options) };
                let parsed = match self.parsed.get(&key) {
                    Some(parsed) => Arc::clone(parsed),
                    None => Arc::new(document::parse(&file.path, file.digest, kind, file.text()?, &options)),
                };
                Some((key, parsed))
            })
            .collect();
        let documents = results.iter().map(|(_, parsed)| Arc::clone(parsed)).collect();
        if self.keeps_results {
            self.parsed = results.into_iter().collect();
        }
        documents
    }
}
