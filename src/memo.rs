//! Results of earlier builds, by the digest of everything they depend on.
//!
//! Must not know what changed between two builds: a result is used again only when its whole key is the same.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::FilePath;
use crate::document::{self, ParseOptions, Parsed};
use crate::source::{Digest, SourceFile};

/// What a parsed document depends on: its path (which tells its kind), its bytes and the options.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ParseKey {
    path: FilePath,
    digest: Digest,
    options: Arc<ParseOptions>,
}

/// Kept between the builds of one process; empty for a first build.
#[derive(Default)]
pub struct Memo {
    parsed: HashMap<ParseKey, Arc<Parsed>>,
}

impl Memo {
    /// A memo without results.
    pub fn new() -> Self {
        Self::default()
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
        self.parsed = results.into_iter().collect();
        documents
    }
}
