//! What every view is made from, and the small views that many pages share.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::plan::Dimension;
use super::reads::{Read, ReadNotes};
use super::{Card, CountedLink, InterfaceStrings, LinkView, PersonView, ReviewView};
use crate::catalog::{Alias, Catalog, Entry, EntryIndex, Group, LearningPath, ListPage, PartsList, Review, Section};
use crate::config::Config;
use crate::date::Date;
use crate::rights::Source;
use crate::settings::Value;

/// Everything a page's view is made from.
pub struct ViewContext<'a> {
    /// The settings.
    pub config: &'a Config,
    /// All documents in their places.
    pub catalog: &'a Catalog,
    /// Words of the interface.
    pub strings: &'a InterfaceStrings,
    /// Whether the page of an article may show its parts by themselves; they stand in its text as well.
    pub parts_of_articles: bool,
}

/// What one page's view is made from. Everything of the catalog is asked for here, so that it is known what a page
/// depends on.
pub(super) struct PageContext<'a> {
    pub(super) config: &'a Config,
    pub(super) strings: &'a InterfaceStrings,
    pub(super) parts_of_articles: bool,
    catalog: &'a Catalog,
    reads: RefCell<Vec<Read>>,
}

impl<'a> PageContext<'a> {
    pub(super) fn new(context: &ViewContext<'a>) -> Self {
        let ViewContext { config, catalog, strings, parts_of_articles } = *context;
        Self { config, strings, parts_of_articles, catalog, reads: RefCell::default() }
    }

    /// What was asked for.
    pub(super) fn into_notes(self) -> ReadNotes {
        ReadNotes(self.reads.into_inner())
    }

    fn read(&self, read: Read) {
        self.reads.borrow_mut().push(read);
    }

    /// All of the catalog, for pages that show something of everything: any change is one for them.
    pub(super) fn whole(&self) -> &'a Catalog {
        self.read(Read::Everything);
        self.catalog
    }

    /// A document by its index.
    pub(super) fn entry(&self, index: EntryIndex) -> &'a Entry {
        self.read(Read::Entry(index));
        &self.catalog.entries[index]
    }

    /// A section by its index.
    pub(super) fn section(&self, index: usize) -> &'a Section {
        self.read(Read::Section(index));
        &self.catalog.sections[index]
    }

    /// A topic, person, audience or source by its index.
    pub(super) fn group(&self, dimension: Dimension, index: usize) -> &'a Group {
        self.read(Read::Group(dimension, index));
        &dimension.of(self.catalog).0[index]
    }

    /// The page that lists all groups of a dimension. Addresses of such pages are part of what every page depends on.
    pub(super) fn list_of(&self, dimension: Dimension) -> Option<&'a ListPage> {
        dimension.of(self.catalog).1
    }

    /// The page that lists all learning paths.
    pub(super) fn list_of_paths(&self) -> Option<&'a ListPage> {
        self.catalog.lists.paths.as_ref()
    }

    /// A learning path by its index.
    pub(super) fn path(&self, index: usize) -> &'a LearningPath {
        self.read(Read::Path(index));
        &self.catalog.paths[index]
    }

    /// The list of one part by its index.
    pub(super) fn parts_list(&self, index: usize) -> &'a PartsList {
        self.read(Read::PartsList(index));
        &self.catalog.lists.parts[index]
    }

    /// An earlier address by its index.
    pub(super) fn alias(&self, index: usize) -> &'a Alias {
        self.read(Read::Alias(index));
        &self.catalog.aliases[index]
    }

    /// The terms of a source by its id. Every page depends on all sources, since its statements are held against them.
    pub(super) fn terms(&self, id: &str) -> Option<&'a Source> {
        self.catalog.terms_of_sources.get(id)
    }

    /// Audiences with at least one article.
    pub(super) fn audiences_in_use(&self) -> Vec<LinkView> {
        self.read(Read::Audiences);
        self.catalog.audiences.iter().filter(|group| !group.articles.is_empty()).map(group_link).collect()
    }

    /// Title and address of a document.
    pub(super) fn link(&self, index: EntryIndex) -> LinkView {
        let entry = self.entry(index);
        LinkView { title: entry.title.clone(), url: entry.url.clone() }
    }

    /// The title of a section; the folder of all articles has one from the interface.
    pub(super) fn section_title(&self, section: &Section) -> String {
        section.title.clone().unwrap_or_else(|| self.strings.title_of("articles").to_owned())
    }

    /// Title and address of a section.
    pub(super) fn section_link(&self, section: usize) -> LinkView {
        let section = self.section(section);
        LinkView { title: self.section_title(section), url: section.url.clone() }
    }

    /// Topics by index.
    pub(super) fn topics(&self, indexes: &[usize]) -> Vec<LinkView> {
        indexes.iter().map(|&index| group_link(self.group(Dimension::Topics, index))).collect()
    }

    /// Audiences by index.
    pub(super) fn audiences(&self, indexes: &[usize]) -> Vec<LinkView> {
        indexes.iter().map(|&index| group_link(self.group(Dimension::Audiences, index))).collect()
    }

    /// The source of a republished piece.
    pub(super) fn source(&self, entry: &Entry) -> Option<LinkView> {
        entry.source.map(|index| group_link(self.group(Dimension::Sources, index)))
    }

    /// Authors in the order written.
    pub(super) fn authors(&self, entry: &Entry) -> Vec<PersonView> {
        entry.authors.iter().map(|&index| self.person(index)).collect()
    }

    /// A person by index.
    pub(super) fn person(&self, index: usize) -> PersonView {
        let person = self.group(Dimension::Authors, index);
        PersonView { name: person.title.clone(), url: (!person.url.is_empty()).then(|| person.url.clone()) }
    }

    /// A document in a list.
    pub(super) fn card(&self, index: EntryIndex) -> Card {
        let entry = self.entry(index);
        let front = &entry.document.front;
        Card {
            title: entry.title.clone(),
            url: entry.url.clone(),
            external: entry.is_external(),
            summary: entry.summary.clone(),
            date: front.date.as_ref().map(|date| day(date.value)),
            updated: updated(entry),
            authors: self.authors(entry),
            minutes: entry.minutes,
            topics: self.topics(&entry.topics),
            audience: self.audiences(&entry.audiences),
            section: entry.section.map(|section| self.section_link(section)),
            source: self.source(entry),
            language: self.foreign_language(entry),
            featured: front.featured,
            draft: front.draft,
            image: entry.image.clone(),
        }
    }

    /// The language of a document where it is not the site's.
    pub(super) fn foreign_language(&self, entry: &Entry) -> Option<String> {
        let language = entry.document.front.language.as_ref()?;
        (language.value != self.config.language).then(|| language.value.clone())
    }

    /// Topics with at least one article.
    pub(super) fn topics_in_use(&self) -> Vec<CountedLink> {
        counted(self.whole().topics.iter().filter(|topic| !topic.articles.is_empty()))
    }

    /// The sections directly below the folder of all articles.
    pub(super) fn top_sections(&self) -> Vec<CountedLink> {
        let top = self.whole().sections.iter().find(|section| section.folder == "articles");
        top.map(|top| top.children.iter().map(|&child| self.counted_section(child)).collect()).unwrap_or_default()
    }

    /// A section in a list.
    pub(super) fn counted_section(&self, index: usize) -> CountedLink {
        let section = self.section(index);
        CountedLink {
            title: self.section_title(section),
            url: section.url.clone(),
            summary: section.summary.clone(),
            count: section.total,
        }
    }

    /// Documents that link to this one, those without a page of their own left out.
    pub(super) fn backlinks(&self, entry: &Entry) -> Vec<LinkView> {
        let mut links: Vec<LinkView> = entry
            .backlinks
            .iter()
            .filter(|&&from| self.entry(from).output.is_some())
            .map(|&from| self.link(from))
            .collect();
        links.sort();
        links
    }
}

/// Title and address of a group.
pub(super) fn group_link(group: &Group) -> LinkView {
    LinkView { title: group.title.clone(), url: group.url.clone() }
}

/// Groups with their numbers of articles.
pub(super) fn counted<'a>(groups: impl Iterator<Item = &'a Group>) -> Vec<CountedLink> {
    groups
        .map(|group| CountedLink {
            title: group.title.clone(),
            url: group.url.clone(),
            summary: group.summary.clone(),
            count: group.articles.len(),
        })
        .collect()
}

/// A day as templates see it.
pub(super) fn day(date: Date) -> String {
    date.to_string()
}

/// The day of the last change, where it is not that of the first publication.
pub(super) fn updated(entry: &Entry) -> Option<String> {
    let front = &entry.document.front;
    let updated = front.updated.as_ref()?.value;
    (front.date.as_ref().map(|date| date.value) != Some(updated)).then(|| day(updated))
}

/// A review's state as templates see it.
pub(super) fn review(review: Option<&Review>) -> Option<ReviewView> {
    review.map(|review| ReviewView {
        reviewed: review.reviewed.map(day),
        due: review.due.map(day),
        overdue: review.overdue,
    })
}

/// Free values as templates see them.
pub(super) fn extra(values: &BTreeMap<String, Value>) -> serde_json::Map<String, serde_json::Value> {
    values.iter().map(|(key, value)| (key.clone(), value.to_json())).collect()
}
