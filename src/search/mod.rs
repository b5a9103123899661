//! The search index: words of all pages as small classic scripts that the browser loads as it needs them.
//!
//! Owns what is found, how words are read and how the index is stored; ranking happens in the browser, in
//! `themes/default/assets/search.js`, which reads what this module writes. Must not know HTML, templates or the disk.
//!
//! | room | owns |
//! |---|---|
//! | `records` | what of a page is shown, and where it leads; the rule for republished pieces |
//! | `page` | the words of one document, compact; depends on the document alone |
//! | `analysis` | text to words: the same as the browser does, and stems |
//! | `table` | a set of words, numbered |
//! | `vocabulary` | the words of all pages, grouped by stem |
//! | `lists` | which page holds a word, how often, in a title or a part |
//! | `neighbours` | which words stand beside each other |
//! | `bits` | bits, Rice codes, base 64 |
//! | `shards` | files, their names and where they are cut |
//!
//! The browser loads the root (`search/root.js`, the only name that never changes), then the file of words around the
//! word looked for, then the file of lists, then titles and excerpts of what is shown. A list holds for every page only
//! what the page itself says (how often, where); what depends on all pages, such as their number and mean length, is
//! worked out in the browser. So an edit changes the files of its own words and no others.
//!
//! Texts are read once, each for itself ([`PageAnalysis::of`]); what is made of all pages ([`write()`]) takes only those
//! analyses and the catalog. The words of all pages are put away, and gone through page by page; their lists stand in
//! one large vector of numbers: about two kilobytes for an article of five.

mod analysis;
mod bits;
mod lists;
mod neighbours;
mod page;
mod records;
mod shards;
mod table;
mod vocabulary;

use std::sync::Arc;

use self::lists::{Lists, beginnings};
use self::neighbours::Neighbours;
pub use self::page::PageAnalysis;
use self::records::Record;
use self::shards::{Contents, Files};
use self::vocabulary::Vocabulary;
use crate::catalog::Catalog;
use crate::config::Config;
use crate::store::Store;

/// The folder of the index in the output.
const FOLDER: &str = "search/";

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFile {
    /// Its path in the output.
    pub path: String,
    /// A classic script.
    pub text: String,
}

/// Makes the index of a site from the analyses of its entries' documents, asked for by the entry's place, each once.
/// Files are handed over as they are finished, in any order and from many threads; the paths of all are returned,
/// sorted. An analysis that nobody else holds is freed as soon as it is read; the words of all pages go to `store`.
pub fn write(
    (catalog, config): (&Catalog, &Config),
    store: &Store,
    analysis_of: &(dyn Fn(usize) -> Option<Arc<PageAnalysis>> + Sync),
    put: &(dyn Fn(IndexFile) + Sync),
) -> Vec<String> {
    let (places, records): (Vec<usize>, Vec<Record<'_>>) = records::collect(catalog, config).into_iter().unzip();
    let (vocabulary, chunks) = Vocabulary::read(&records, store, &|record| analysis_of(places[record]));
    let lengths: Vec<(u32, u32)> = chunks.iter().flat_map(|chunk| chunk.lengths.iter().copied()).collect();
    let lists = Lists::make(&vocabulary.slot_of, &chunks);
    let coded = lists.encode();
    let beginnings = beginnings(records.len(), &vocabulary, &lists, &coded);
    let is_republished: Vec<bool> = records.iter().map(|record| record.is_republished).collect();
    let neighbours = Neighbours::of(&vocabulary, &chunks, &lists, &is_republished);
    let files = Files::new(put);
    let contents = Contents {
        records: &records,
        lengths: &lengths,
        vocabulary: &vocabulary,
        lists: &lists,
        coded: &coded,
        beginnings: &beginnings,
        neighbours: &neighbours,
        synonyms: &config.search.synonyms,
        store,
    };
    shards::write(&contents, &files);
    files.into_paths()
}
