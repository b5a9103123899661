//! The list of all pages of a build, each a few words, so that pages are made one by one where they are needed.

use super::context::ViewContext;
use crate::catalog::{Catalog, EntryIndex, PAGE_SIZE, PARTS_PAGE_SIZE, address, list_pages as pages};
use crate::document::{Document, DocumentKind};

/// One page of the build.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PagePlan {
    /// The file it becomes.
    pub output: String,
    /// What it shows.
    pub subject: Subject,
}

/// What a page shows; numbers are indexes into the catalog, `page` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The home page.
    Home,
    /// An article.
    Article(EntryIndex),
    /// A plain page.
    Plain(EntryIndex),
    /// A page of a section's list.
    Section {
        /// The section.
        section: usize,
        /// Page of the list.
        page: usize,
    },
    /// The list of all groups of a dimension.
    Index(Dimension),
    /// A page of a group's list.
    Group {
        /// Its dimension.
        dimension: Dimension,
        /// The group.
        group: usize,
        /// Page of the list.
        page: usize,
    },
    /// The list of all learning paths.
    Paths,
    /// A learning path.
    Path(usize),
    /// The facilitator guide of a path.
    Guide(usize),
    /// A page of the list of one part.
    Parts {
        /// Index into the catalog's list of parts' pages.
        list: usize,
        /// Page of the list.
        page: usize,
    },
    /// The glossary.
    Glossary,
    /// The search page.
    Search,
    /// The page for missing addresses.
    NotFound,
    /// An earlier address.
    Redirect(usize),
}

/// The document that a page shows, where it shows one.
pub fn document_of<'a>(context: &ViewContext<'a>, subject: &Subject) -> Option<&'a Document> {
    let catalog = context.catalog;
    let entry = match subject {
        Subject::Home => catalog.home,
        Subject::Article(entry) | Subject::Plain(entry) => Some(*entry),
        Subject::Section { section, .. } => catalog.sections[*section].entry,
        Subject::Group { dimension, group, .. } => dimension.of(catalog).0[*group].entry,
        Subject::Path(path) | Subject::Guide(path) => Some(catalog.paths[*path].entry),
        Subject::Redirect(alias) => Some(catalog.aliases[*alias].entry),
        Subject::Index(_)
        | Subject::Paths
        | Subject::Parts { .. }
        | Subject::Glossary
        | Subject::Search
        | Subject::NotFound => None,
    };
    entry.map(|entry| catalog.entries[entry].document.as_ref())
}

/// What articles are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Topics.
    Topics,
    /// Authors.
    Authors,
    /// Audiences.
    Audiences,
    /// Sources.
    Sources,
}

/// All pages in the order of their files. Two pages of one file cannot be: collisions have been reported, and the
/// later ones are left out here.
pub fn plan(catalog: &Catalog) -> Vec<PagePlan> {
    let mut plans = Vec::new();
    let mut add = |output: String, subject| plans.push(PagePlan { output, subject });
    add(address::index_output(""), Subject::Home);
    for (index, entry) in catalog.entries.iter().enumerate() {
        if let Some(output) = &entry.output {
            match entry.document.kind {
                DocumentKind::Article => add(output.clone(), Subject::Article(index)),
                DocumentKind::Page => add(output.clone(), Subject::Plain(index)),
                _ => {}
            }
        }
    }
    for (section, it) in catalog.sections.iter().enumerate() {
        for page in pages(it.members.len(), PAGE_SIZE) {
            add(address::numbered_output(&it.output, page), Subject::Section { section, page });
        }
    }
    for dimension in [Dimension::Topics, Dimension::Authors, Dimension::Audiences, Dimension::Sources] {
        add_dimension(catalog, dimension, &mut add);
    }
    if let Some(page) = &catalog.lists.paths {
        add(page.output.clone(), Subject::Paths);
    }
    for (index, path) in catalog.paths.iter().enumerate() {
        add(catalog.entries[path.entry].output.clone().unwrap_or_default(), Subject::Path(index));
        add(path.guide_output.clone(), Subject::Guide(index));
    }
    for (list, it) in catalog.lists.parts.iter().enumerate() {
        for page in pages(it.members.len(), PARTS_PAGE_SIZE) {
            add(address::numbered_output(&it.page.output, page), Subject::Parts { list, page });
        }
    }
    if let Some(page) = &catalog.lists.glossary {
        add(page.output.clone(), Subject::Glossary);
    }
    add(catalog.lists.search.output.clone(), Subject::Search);
    add(catalog.lists.not_found.output.clone(), Subject::NotFound);
    for (alias, it) in catalog.aliases.iter().enumerate() {
        add(it.output.clone(), Subject::Redirect(alias));
    }
    // The order of equal ones is kept: the first of them stays.
    plans.sort_by(|left, right| left.output.cmp(&right.output));
    plans.dedup_by(|later, first| later.output == first.output);
    plans
}

fn add_dimension(catalog: &Catalog, dimension: Dimension, add: &mut impl FnMut(String, Subject)) {
    let (groups, list) = dimension.of(catalog);
    if let Some(list) = list {
        add(list.output.clone(), Subject::Index(dimension));
    }
    for (group, it) in groups.iter().enumerate().filter(|(_, it)| !it.output.is_empty()) {
        for page in pages(it.articles.len(), PAGE_SIZE) {
            add(address::numbered_output(&it.output, page), Subject::Group { dimension, group, page });
        }
    }
}

impl Dimension {
    /// Its groups and the page that lists them.
    pub(super) fn of(self, catalog: &Catalog) -> (&[crate::catalog::Group], Option<&crate::catalog::ListPage>) {
        let lists = &catalog.lists;
        match self {
            Self::Topics => (&catalog.topics, lists.topics.as_ref()),
            Self::Authors => (&catalog.people, lists.authors.as_ref()),
            Self::Audiences => (&catalog.audiences, lists.audiences.as_ref()),
            Self::Sources => (&catalog.sources, lists.sources.as_ref()),
        }
    }

    /// Its name in addresses, views and interface strings.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Topics => "topics",
            Self::Authors => "authors",
            Self::Audiences => "audiences",
            Self::Sources => "sources",
        }
    }
}
