//! The search index: words of all pages as small classic scripts that the browser loads as it needs them.
//!
//! Owns what is found, how words are read and how the index is stored; ranking happens in the browser, in
//! `themes/default/assets/search.js`, which reads what this module writes. Must not know HTML, templates or the disk.
//!
//! | room | owns |
//! |---|---|
//! | `records` | what of a page is found and shown, and the rule for republished pieces |
//! | `analysis` | text to words: the same as the browser does, and stems |
//! | `vocabulary` | the words of all pages, grouped by stem |
//! | `postings` | lists: which page holds a word, how often, in a title or a part; which words are neighbours |
//! | `bits` | bits, Rice codes, base 64 |
//! | `shards` | files, their names and where they are cut |
//!
//! The browser loads the root (`search/root.js`, the only name that never changes), then the file of words around the
//! word looked for, then the file of lists, then titles and excerpts of what is shown. A list holds for every page only
//! what the page itself says (how often, where); what depends on all pages, such as their number and mean length, is
//! worked out in the browser. So an edit changes the files of its own words and no others.

mod analysis;
mod bits;
mod postings;
mod records;
mod shards;
mod vocabulary;

use self::postings::Postings;
use self::vocabulary::Vocabulary;
use crate::catalog::Catalog;
use crate::config::Config;

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

/// Makes the index of a site: the same files for the same pages, in the same order.
pub fn files(catalog: &Catalog, config: &Config) -> Vec<IndexFile> {
    let records = records::collect(catalog, config);
    let vocabulary = Vocabulary::read(&records);
    let postings = Postings::make(&vocabulary);
    let mut files = shards::write(&records, &vocabulary, &postings, &config.search.synonyms);
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|next, kept| next.path == kept.path);
    files
}
