//! Results of earlier builds, by the digest of everything they depend on.
//!
//! Must not know what changed between two builds: a result is used again only when its whole key is the same.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::KnownCatalog;
use crate::diagnostic::{Diagnostic, FilePath};
use crate::document::{self, Document, ParseOptions, Parsed};
use crate::output::PageFacts;
use crate::output::links::KnownClosure;
use crate::rights::copies::KnownTexts;
use crate::rights::report::Carrier;
use crate::rights::verify::Stylesheets;
use crate::search::PageAnalysis;
use crate::source::{Digest, SourceFile};
use crate::theme::Theme;
use crate::view::Reads;

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

/// Values that are made from one document each and a context that all of them share.
#[derive(Debug)]
pub struct PerDocument<V> {
    context: Option<Digest>,
    values: HashMap<FilePath, (Digest, V)>,
}

impl<V> Default for PerDocument<V> {
    fn default() -> Self {
        Self { context: None, values: HashMap::new() }
    }
}

impl<V: Clone + Send + Sync> PerDocument<V> {
    /// The value of every document, in order: that of an earlier build where the document and the context are the same,
    /// else a new one. `context` covers everything that values depend on besides their document; none means that
    /// nothing is kept.
    pub fn map<D: AsRef<Document> + Sync>(
        &mut self,
        context: Option<Digest>,
        documents: &[D],
        make: impl Fn(usize) -> V + Sync,
    ) -> Vec<V> {
        if context.is_none() || self.context != context {
            self.values.clear();
            self.context = context;
        }
        let known = |document: &Document| {
            self.values.get(&document.path).filter(|(digest, _)| *digest == document.digest).map(|(_, value)| value)
        };
        let made: Vec<(V, bool)> = documents
            .par_iter()
            .enumerate()
            .map(|(at, document)| match known(document.as_ref()) {
                Some(value) => (value.clone(), false),
                None => (make(at), true),
            })
            .collect();
        if context.is_some() {
            for ((value, is_new), document) in made.iter().zip(documents) {
                if *is_new {
                    let document = document.as_ref();
                    self.values.insert(document.path.clone(), (document.digest, value.clone()));
                }
            }
            self.forget_others(documents);
        }
        made.into_iter().map(|(value, _)| value).collect()
    }

    /// Forgets values of documents that are not among these.
    fn forget_others<D: AsRef<Document>>(&mut self, documents: &[D]) {
        if self.values.len() > documents.len() {
            let paths: HashSet<&FilePath> = documents.iter().map(|document| &document.as_ref().path).collect();
            self.values.retain(|path, _| paths.contains(path));
        }
    }
}

/// Kept between the builds of one process; empty for a first build.
pub struct Memo {
    keeps_results: bool,
    options: Option<ParseOptions>,
    parsed: HashMap<FilePath, (Digest, Arc<Parsed>)>,
    pages: HashMap<String, FinishedPage>,
    /// Documents without statements that were pasted into them.
    pub pasted: PerDocument<(Arc<Document>, Option<Diagnostic>)>,
    /// What looks as if somebody else had written it.
    pub looks: PerDocument<Option<Diagnostic>>,
    /// Texts that stand elsewhere.
    pub copies: PerDocument<Arc<[Diagnostic]>>,
    /// The index of known texts, by the digest of these texts.
    pub known_texts: Option<(Digest, Arc<KnownTexts>)>,
    /// Words for the search index.
    pub analyses: PerDocument<Option<Arc<PageAnalysis>>>,
    catalog: KnownCatalog,
    closure: KnownClosure,
    /// The files of the search index, by the digest of everything that it was made from.
    pub index: Option<(Digest, Vec<(String, Digest)>)>,
    /// What is wrong with the feed, by the digest of everything that it is held against, and its own.
    pub feed: Option<(Digest, Arc<[Diagnostic]>)>,
    /// What of the site's files could hide a statement, by the digest of all of them and of the site's address.
    pub stylesheets: Option<(Digest, Arc<Stylesheets>)>,
    /// The theme, by the digest of everything that it is loaded from.
    pub theme: Option<(Digest, Arc<LoadedTheme>)>,
}

/// What loading a theme came to.
pub struct LoadedTheme {
    /// The theme, where pages can be rendered with it.
    pub theme: Option<Theme>,
    /// What is wrong with its files.
    pub diagnostics: Vec<Diagnostic>,
}

impl Default for Memo {
    fn default() -> Self {
        Self::new()
    }
}

impl Memo {
    /// A memo without results.
    pub fn new() -> Self {
        Self {
            keeps_results: true,
            options: None,
            parsed: HashMap::new(),
            pages: HashMap::new(),
            pasted: PerDocument::default(),
            looks: PerDocument::default(),
            copies: PerDocument::default(),
            known_texts: None,
            analyses: PerDocument::default(),
            catalog: KnownCatalog::default(),
            closure: KnownClosure::default(),
            index: None,
            feed: None,
            stylesheets: None,
            theme: None,
        }
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

    /// Keeps the new pages of a build beside those of the one before that are among its `count` pages.
    pub fn keep_pages(&mut self, new: Vec<(String, FinishedPage)>, count: usize, is_made: impl Fn(&str) -> bool) {
        if self.keeps_results {
            self.pages.extend(new);
            if self.pages.len() > count {
                self.pages.retain(|output, _| is_made(output));
            }
        }
    }

    /// What is known of an earlier catalog, where anything is kept.
    pub fn catalog(&mut self) -> Option<&mut KnownCatalog> {
        self.keeps_results.then_some(&mut self.catalog)
    }

    /// What is known of the links of all pages, where anything is kept.
    pub fn closure(&mut self) -> Option<&mut KnownClosure> {
        self.keeps_results.then_some(&mut self.closure)
    }

    /// A digest to keep values by, where values are kept.
    pub fn context(&self, digest: impl FnOnce() -> Digest) -> Option<Digest> {
        self.keeps_results.then(digest)
    }

    /// Parses the Markdown files among `files`, in their order, and says how many had to be read anew. Results of files
    /// that are not among them are forgotten.
    /// A parsed document depends on its path (which tells its kind), its bytes and the options.
    pub fn parse<'a>(
        &mut self,
        files: impl Iterator<Item = &'a Arc<SourceFile>>,
        options: ParseOptions,
    ) -> (Vec<Arc<Parsed>>, usize) {
        if self.options.as_ref() != Some(&options) {
            self.parsed.clear();
        }
        let wanted: Vec<&Arc<SourceFile>> = files.collect();
        let results: Vec<(&Arc<SourceFile>, Arc<Parsed>, bool)> = wanted
            .into_par_iter()
            .filter_map(|file| {
                let kind = document::kind_of(&file.path)?;
                let known = self.parsed.get(&file.path).filter(|(digest, _)| *digest == file.digest);
                Some(match known {
                    Some((_, parsed)) => (file, Arc::clone(parsed), false),
                    None => {
                        let parsed = document::parse(&file.path, file.digest, kind, file.text()?, &options);
                        (file, Arc::new(parsed), true)
                    }
                })
            })
            .collect();
        if self.keeps_results {
            for (file, parsed, _) in results.iter().filter(|(_, _, is_new)| *is_new) {
                self.parsed.insert(file.path.clone(), (file.digest, Arc::clone(parsed)));
            }
            if self.parsed.len() > results.len() {
                let paths: HashSet<&FilePath> = results.iter().map(|(file, ..)| &file.path).collect();
                self.parsed.retain(|path, _| paths.contains(path));
            }
            self.options = Some(options);
        }
        let parsed_anew = results.iter().filter(|(_, _, is_new)| *is_new).count();
        (results.into_iter().map(|(_, parsed, _)| parsed).collect(), parsed_anew)
    }
}
