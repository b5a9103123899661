//! All documents together: who belongs where, what follows what, which address everything has.
//!
//! Owns visibility, addresses, sections, topics, people, audiences, paths, links, related articles and redirects.
//! Must not know HTML, templates or the disk. Linear in the number of documents. Links, related articles, or all of an
//! earlier catalog may be used again where everything that they depend on is the same.

pub mod address;
mod build;
mod collisions;
pub mod digest;
mod links;
mod names;
mod near;
mod outline;
mod outputs;
mod paths;
mod related;
mod renew;
mod review;
mod sections;
mod taxonomy;
mod visibility;

use std::sync::Arc;

use crate::date::Date;
use crate::diagnostic::FilePath;
use crate::document::Document;
use crate::rights::Sources;
use crate::source::Digest;

pub use build::{CatalogInput, Found, build};
pub(crate) use build::{INSIDE_TERM, term_anchor};
pub use links::Target;
pub use outline::outline;
pub use outputs::{Alias, CopiedFile, ListPage, ListedPart, Lists, PAGE_SIZE, PARTS_PAGE_SIZE, PartsList, list_pages};
pub use renew::{Renewal, Renewed, renew};
pub use visibility::hidden;

/// Index into [`Catalog::entries`].
pub type EntryIndex = usize;

/// Every visible document and what connects them.
#[derive(Debug, Default)]
pub struct Catalog {
    /// Visible documents in the order of their paths.
    pub entries: Vec<Entry>,
    /// The home page's document.
    pub home: Option<EntryIndex>,
    /// Articles, newest first, then by title.
    pub articles: Vec<EntryIndex>,
    /// Folders that have a page, parents before children.
    pub sections: Vec<Section>,
    /// Topics in the order of their titles.
    pub topics: Vec<Group>,
    /// Authors and owners in the order of their names.
    pub people: Vec<Group>,
    /// Audiences in the order of their names.
    pub audiences: Vec<Group>,
    /// Sources in the order of their titles.
    pub sources: Vec<Group>,
    /// The terms of each source, by id.
    pub terms_of_sources: Sources,
    /// Learning paths by order, then title.
    pub paths: Vec<LearningPath>,
    /// Glossary terms in the order of their titles.
    pub glossary: Vec<EntryIndex>,
    /// Texts of `_index.md` in `topics`, `people`, `sources`, `glossary` and `paths`, for those lists' own pages.
    pub introductions: Introductions,
    /// The pages that steward makes by itself.
    pub lists: Lists,
    /// Files that go to the output as they are.
    pub copied_files: Vec<CopiedFile>,
    /// Earlier addresses.
    pub aliases: Vec<Alias>,
    /// The day the build is for.
    pub day: Date,
}

/// What an earlier catalog came to, for the steps that cost most. Each keeps what its results depend on beside them, and
/// uses them again only while that is the same.
#[derive(Debug, Default)]
pub struct KnownCatalog {
    links: links::Known,
    related: related::Known,
    /// What is left out, of the catalog that was built last.
    withheld: build::WithheldMap,
}

/// A document that has a page of its own, for whoever wants to lead from a file to what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPage {
    /// The document's file.
    pub file: FilePath,
    /// Its title.
    pub title: String,
    /// The page's file in the output.
    pub output: String,
    /// Whether it is shown only because drafts are.
    pub draft: bool,
}

/// Documents that introduce generated lists.
#[derive(Debug, Default)]
pub struct Introductions {
    /// `content/topics/_index.md`.
    pub topics: Option<EntryIndex>,
    /// `content/people/_index.md`.
    pub people: Option<EntryIndex>,
    /// `content/sources/_index.md`.
    pub sources: Option<EntryIndex>,
    /// `content/glossary/_index.md`.
    pub glossary: Option<EntryIndex>,
    /// `content/paths/_index.md`.
    pub paths: Option<EntryIndex>,
}

/// A visible document in its place.
#[derive(Debug)]
pub struct Entry {
    /// The document.
    pub document: Arc<Document>,
    /// Its path below its kind's folder without `.md` or `/index.md`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its file in the output; absent where it has no page of its own (glossary terms, reading-list entries).
    pub output: Option<String>,
    /// Its address relative to the site's root; absolute for reading-list entries.
    pub url: String,
    /// Its teaser; empty where there is none or where its source does not allow one.
    pub summary: String,
    /// Indexes into [`Catalog::topics`].
    pub topics: Vec<usize>,
    /// Indexes into [`Catalog::people`].
    pub authors: Vec<usize>,
    /// Index into [`Catalog::people`].
    pub owner: Option<usize>,
    /// Indexes into [`Catalog::audiences`].
    pub audiences: Vec<usize>,
    /// Index into [`Catalog::sources`].
    pub source: Option<usize>,
    /// Index into [`Catalog::sections`].
    pub section: Option<usize>,
    /// Reading time in minutes.
    pub minutes: u32,
    /// State of the review.
    pub review: Option<Review>,
    /// What each link of the body leads to.
    pub links: Arc<[Target]>,
    /// The neighbour before it in its section.
    pub previous: Option<EntryIndex>,
    /// The neighbour after it in its section.
    pub next: Option<EntryIndex>,
    /// Its places in learning paths.
    pub places: Vec<PathPlace>,
    /// At most three articles like it, best first.
    pub related: Vec<EntryIndex>,
    /// Pages that link to it, in the order of their paths.
    pub backlinks: Vec<EntryIndex>,
    /// The address of the picture that its front matter names.
    pub image: Option<String>,
    /// Covers what was known of it before it had a place: the document, and what follows from that alone.
    own: Digest,
    /// Covers its links and its picture, where results are kept.
    links_digest: Option<Digest>,
}

impl Catalog {
    /// Every document that has a page of its own, in the order of the files.
    pub fn pages_of_documents(&self) -> impl Iterator<Item = DocumentPage> + '_ {
        self.entries.iter().filter_map(|entry| {
            Some(DocumentPage {
                file: entry.document.path.clone(),
                title: entry.title.clone(),
                output: entry.output.clone()?,
                draft: entry.document.front.draft,
            })
        })
    }

    /// Articles with a day of publication, newest first.
    pub fn dated_articles(&self) -> impl Iterator<Item = (EntryIndex, &Entry)> {
        let entries = self.articles.iter().map(|&article| (article, &self.entries[article]));
        entries.filter(|(_, entry)| entry.document.front.date.is_some())
    }
}

impl Entry {
    /// Whether this is a reading-list entry.
    pub fn is_external(&self) -> bool {
        self.document.front.external_url.is_some()
    }
}

/// A place in a learning path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PathPlace {
    /// Index into [`Catalog::paths`].
    pub path: usize,
    /// Index into its steps.
    pub step: usize,
}

/// When a page was checked and must be checked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Review {
    /// The last check, where front matter states one.
    pub reviewed: Option<Date>,
    /// The day by which it is to be checked again.
    pub due: Option<Date>,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// A folder with a page.
#[derive(Debug, Hash)]
pub struct Section {
    /// Its path below `content/`, such as `articles/recovery`.
    pub folder: String,
    /// Its title; `None` for the folder of all articles when it has no text of its own.
    pub title: Option<String>,
    /// Its `_index.md`.
    pub entry: Option<EntryIndex>,
    /// Its file in the output.
    pub output: String,
    /// Its address.
    pub url: String,
    /// One sentence; may be empty.
    pub summary: String,
    /// The section it lies in.
    pub parent: Option<usize>,
    /// Sections in it, in order.
    pub children: Vec<usize>,
    /// Its articles or pages, in order.
    pub members: Vec<EntryIndex>,
    /// Articles or pages in it and in the sections in it.
    pub total: usize,
}

/// A topic, person, audience or source with its articles.
#[derive(Debug, Hash)]
pub struct Group {
    /// File name or slug.
    pub id: String,
    /// Its name.
    pub title: String,
    /// One sentence; may be empty.
    pub summary: String,
    /// Its file in `content/`.
    pub entry: Option<EntryIndex>,
    /// Its file in the output.
    pub output: String,
    /// Its address.
    pub url: String,
    /// Its articles, newest first.
    pub articles: Vec<EntryIndex>,
}

/// A learning path.
#[derive(Debug, Hash)]
pub struct LearningPath {
    /// Its document.
    pub entry: EntryIndex,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Sum of the steps' minutes.
    pub minutes: u32,
    /// Its facilitator guide's file.
    pub guide_output: String,
    /// Its facilitator guide's address.
    pub guide_url: String,
}

/// A step of a learning path.
#[derive(Debug, Hash)]
pub struct Step {
    /// The article; absent where it is left out of this build.
    pub article: Option<EntryIndex>,
    /// Why it stands here.
    pub why: String,
    /// Minutes, planned or its reading time.
    pub minutes: u32,
}
