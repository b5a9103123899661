//! Results of earlier builds, by the digest of everything they depend on.
//!
//! Must not know what changed between two builds: a result is used again only when its whole key is the same.

mod per_document;

use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::digest::CatalogDigests;
use crate::catalog::{Catalog, DocumentPage, KnownCatalog};
use crate::diagnostic::Diagnostic;
use crate::document::{self, Document, ParseOptions, Parsed};
use crate::output::PageFacts;
use crate::output::links::KnownClosure;
use crate::rights::copies::KnownTexts;
use crate::rights::report::{Carrier, Report};
use crate::rights::seal::Seal;
use crate::rights::verify::Stylesheets;
use crate::search::PageAnalysis;
use crate::shares::InShares;
use crate::source::{Digest, SourceFile};
use crate::store::Store;
use crate::theme::Theme;
use crate::view::{PagePlan, Reads};

use self::per_document::{ByPath, Made};

pub use self::per_document::PerDocument;

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

impl FinishedPage {
    /// The digest of what its view was made from.
    pub fn recipe_digest(&self) -> Option<Digest> {
        self.recipe.as_ref().map(|recipe| recipe.digest)
    }
}

/// What a page's view was made from.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The objects of the catalog.
    pub reads: Arc<Reads>,
    /// The digest of these objects, and of everything else that the view depends on.
    pub digest: Digest,
}

/// What all documents together come to, as the last build left it.
pub struct Assembled {
    /// Covers everything that it depends on, apart from what follows from texts alone.
    pub key: Digest,
    /// Covers what an entry depends on besides its document, before it has a place.
    pub terms: Digest,
    /// Everything in its place.
    pub catalog: Catalog,
    /// What is republished by which permission.
    pub report: Option<Report>,
    /// What is to be said of it, apart from links.
    pub diagnostics: Vec<Diagnostic>,
    /// Of the catalog's objects; empty where nothing is kept.
    pub digests: CatalogDigests,
    /// The pages.
    pub plans: Vec<PagePlan>,
    /// Documents with pages of their own.
    pub documents: Arc<[DocumentPage]>,
    /// Which of the planned pages are kept as this catalog makes them, with the digest of everything else that their
    /// views depend on; `None` before any page is made.
    pub current: Option<(Digest, Vec<bool>)>,
}

/// Kept between the builds of one process; empty for a first build.
pub struct Memo {
    keeps_results: bool,
    store: Store,
    options: Option<ParseOptions>,
    parsed: ByPath<Arc<Parsed>>,
    /// In the order of their paths in the output.
    pages: Vec<(String, FinishedPage)>,
    /// Documents without statements that were pasted into them.
    pub pasted: PerDocument<(Arc<Document>, Option<Diagnostic>)>,
    /// Whether each document is as it was sealed.
    pub seals: PerDocument<Seal>,
    /// What the catalog reads of each document.
    pub outlines: PerDocument<Digest>,
    /// Everything in its place.
    pub assembled: Option<Assembled>,
    /// What was assembled before, and is of no use any more.
    pub outdated: Option<Assembled>,
    /// What looks as if somebody else had written it.
    pub looks: PerDocument<Option<Diagnostic>>,
    /// Texts that stand elsewhere.
    pub copies: PerDocument<Arc<[Diagnostic]>>,
    /// The index of known texts, by the digest of these texts.
    pub known_texts: Option<(Digest, Arc<KnownTexts>)>,
    /// Texts that stand in other files than documents, by the digest of everything that they depend on.
    pub copies_elsewhere: Option<(Digest, Vec<Diagnostic>)>,
    /// Words for the search index.
    pub analyses: PerDocument<Option<Arc<PageAnalysis>>>,
    catalog: KnownCatalog,
    closure: KnownClosure,
    /// The files of the search index, by the digest of everything that it was made from.
    pub index: Option<(Digest, Vec<(String, Digest)>)>,
    /// The files for machines besides the feed, by the digest of everything in its place.
    pub for_machines: Option<(Digest, Vec<(String, Digest)>)>,
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
            store: Store::in_memory(),
            options: None,
            parsed: ByPath::default(),
            pages: Vec::new(),
            pasted: PerDocument::default(),
            seals: PerDocument::default(),
            outlines: PerDocument::default(),
            assembled: None,
            outdated: None,
            looks: PerDocument::default(),
            copies: PerDocument::default(),
            known_texts: None,
            copies_elsewhere: None,
            analyses: PerDocument::default(),
            catalog: KnownCatalog::default(),
            closure: KnownClosure::default(),
            index: None,
            for_machines: None,
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

    /// Where what is seldom read is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The same, with a store for what is seldom read.
    pub fn with_store(mut self, store: &Store) -> Self {
        self.store = store.clone();
        self
    }

    /// Whether results are kept for later builds.
    pub fn keeps_results(&self) -> bool {
        self.keeps_results
    }

    /// The page at a path of the output as an earlier build made it, whatever has changed since; `at` is its place among
    /// all pages, as far as it is known.
    pub fn earlier_page(&self, at: usize, output: &str) -> Option<&FinishedPage> {
        let near = self.pages.iter().skip(at).take(2).find(|(known, _)| known == output);
        near.or_else(|| Some(&self.pages[self.place_of(output).ok()?])).map(|(_, page)| page)
    }

    /// Keeps the new pages of a build beside those of the one before that are among its `count` pages.
    pub fn keep_pages(&mut self, new: Vec<(String, FinishedPage)>, count: usize, is_made: impl Fn(&str) -> bool) {
        if !self.keeps_results {
            return;
        }
        let mut added = Vec::new();
        for (output, page) in new {
            match self.place_of(&output) {
                Ok(place) => self.pages[place].1 = page,
                Err(_) => added.push((output, page)),
            }
        }
        if !added.is_empty() {
            self.pages.append(&mut added);
            self.pages.sort_by(|left, right| left.0.cmp(&right.0));
        }
        if self.pages.len() > count {
            self.pages.retain(|(output, _)| is_made(output));
        }
    }

    fn place_of(&self, output: &str) -> Result<usize, usize> {
        self.pages.binary_search_by(|(known, _)| known.as_str().cmp(output))
    }

    /// Lets go of what is of no use any more: that takes a while, and a build need not wait for it.
    pub fn tidy(&mut self) {
        self.outdated = None;
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

    /// Parses the Markdown files among `files`, in the order of their paths, and says how many had to be read anew.
    /// Results of files that are not among them are forgotten.
    /// A parsed document depends on its path (which tells its kind), its bytes and the options.
    pub fn parse<'a>(
        &mut self,
        files: impl Iterator<Item = &'a Arc<SourceFile>>,
        options: ParseOptions,
    ) -> (Vec<Arc<Parsed>>, usize) {
        if self.options.as_ref() != Some(&options) {
            self.parsed.clear();
        }
        let wanted: Vec<_> = files.filter_map(|file| Some((file, document::kind_of(&file.path)?))).collect();
        let made: Vec<Made<'_, Arc<Parsed>>> = wanted
            .into_par_iter()
            .enumerate()
            .in_shares()
            .filter_map(|(at, (file, kind))| {
                let (path, digest) = (&file.path, file.digest);
                let (value, is_new) = match self.parsed.get(at, path, digest) {
                    Some(parsed) => (Arc::clone(parsed), false),
                    None => {
                        let mut parsed = document::parse(path, digest, kind, &file.text()?, &options);
                        parsed.put_away(&self.store);
                        (Arc::new(parsed), true)
                    }
                };
                Some(Made { path, digest, value, is_new })
            })
            .collect();
        if self.keeps_results {
            self.parsed.keep(&made);
            self.options = Some(options);
        }
        let parsed_anew = made.iter().filter(|made| made.is_new).count();
        (made.into_iter().map(|made| made.value).collect(), parsed_anew)
    }
}
