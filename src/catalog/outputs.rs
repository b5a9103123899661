//! Who writes which file: pages, lists, copied files and earlier addresses.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::build::{CatalogInput, TitleOrder, WithheldMap};
use super::visibility::ancestors;
use super::{Catalog, Entry, EntryIndex, address};
use crate::config::{Config, UrlStyle};
use crate::diagnostic::{Span, Spanned};
use crate::document::DocumentKind;
use crate::source::SourceFile;

/// Entries on one page of a list.
pub const PAGE_SIZE: usize = 20;

/// Parts on one page of the lists of parts: they are read on end, not picked from.
pub const PARTS_PAGE_SIZE: usize = 100;

/// The numbers of the pages that hold `count` entries; an empty list has one page.
pub fn list_pages(count: usize, size: usize) -> impl Iterator<Item = usize> {
    1..=count.div_ceil(size).max(1)
}

/// A file of `content/` that goes to the output as it is.
#[derive(Debug)]
pub struct CopiedFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where it goes.
    pub output: String,
}

/// An earlier address of a page.
#[derive(Debug, Hash)]
pub struct Alias {
    /// The file that leads on.
    pub output: String,
    /// The page.
    pub entry: EntryIndex,
    /// Where the page's front matter names it.
    pub span: Span,
}

/// A page that steward makes by itself.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
pub struct ListPage {
    /// Its file.
    pub output: String,
    /// Its address.
    pub url: String,
}

/// The pages that steward makes by itself; a list without entries has none.
#[derive(Debug, Default)]
pub struct Lists {
    /// All topics.
    pub topics: Option<ListPage>,
    /// All authors.
    pub authors: Option<ListPage>,
    /// All audiences.
    pub audiences: Option<ListPage>,
    /// All sources.
    pub sources: Option<ListPage>,
    /// All learning paths.
    pub paths: Option<ListPage>,
    /// The glossary.
    pub glossary: Option<ListPage>,
    /// The lists of all parts of one kind, in the order of the settings.
    pub parts: Vec<PartsList>,
    /// The rights report.
    pub report: Option<ListPage>,
    /// The search page.
    pub search: ListPage,
    /// The page for addresses that do not exist.
    pub not_found: ListPage,
}

/// All parts with one key: topics by title, then articles by title; articles without a topic come last.
#[derive(Debug, Hash)]
pub struct PartsList {
    /// The parts' key.
    pub key: String,
    /// The first page of the list.
    pub page: ListPage,
    /// The parts, grouped by the articles' first topic.
    pub members: Vec<ListedPart>,
}

/// A part in a list of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListedPart {
    /// Index into [`Catalog::topics`] of the article's first topic.
    pub topic: Option<usize>,
    /// The article.
    pub article: EntryIndex,
    /// Index into the body's parts.
    pub part: usize,
}

/// Names of the parts' pages that are plurals of their keys; a site's own part is named by its key.
fn part_page_name(key: &str) -> String {
    match key {
        "learning_point" => "learning-points".to_owned(),
        other => other.replace('_', "-"),
    }
}

/// Makes the lists, copied files and aliases.
pub(super) fn assign(
    catalog: &mut Catalog,
    input: &CatalogInput<'_>,
    (withheld, title_order): (&WithheldMap, &TitleOrder),
) {
    let style = input.config.urls;
    for person in &mut catalog.people {
        if person.entry.is_none() && person.articles.is_empty() {
            person.output.clear();
            person.url.clear();
        }
    }
    catalog.lists = lists(catalog, input.config, title_order);
    catalog.copied_files = copied_files(input, withheld);
    catalog.aliases = aliases(catalog, style);
}

fn list_page(style: UrlStyle, output: String) -> ListPage {
    ListPage { url: address::url_of(style, &output), output }
}

fn lists(catalog: &Catalog, config: &Config, title_order: &TitleOrder) -> Lists {
    let style = config.urls;
    let index = |name: &str, has_entries: bool| has_entries.then(|| list_page(style, address::index_output(name)));
    let page = |name: &str| list_page(style, address::page_output(style, name));
    let in_use = |groups: &[super::Group]| groups.iter().any(|group| !group.articles.is_empty());
    Lists {
        topics: index("topics", in_use(&catalog.topics) || catalog.topics.iter().any(|topic| topic.entry.is_some())),
        authors: index("authors", in_use(&catalog.people)),
        audiences: index("audiences", in_use(&catalog.audiences)),
        sources: index("sources", !catalog.sources.is_empty()),
        paths: index("paths", !catalog.paths.is_empty()),
        glossary: (!catalog.glossary.is_empty()).then(|| page("glossary")),
        parts: config
            .parts
            .iter()
            .zip(listed_parts(catalog, config, title_order))
            .map(|(part, members)| PartsList { key: part.key.clone(), page: page(&part_page_name(&part.key)), members })
            .filter(|list| !list.members.is_empty())
            .collect(),
        report: (config.publication.report && !catalog.sources.is_empty()).then(|| page("sources/report")),
        search: page("search"),
        not_found: list_page(style, "404.html".to_owned()),
    }
}

/// The place of each topic in the order of their titles; two topics of one title are two groups.
fn topic_ranks(catalog: &Catalog) -> Vec<usize> {
    let mut order: Vec<usize> = (0..catalog.topics.len()).collect();
    order.sort_by_cached_key(|&topic| (catalog.topics[topic].title.to_lowercase(), topic));
    let mut ranks = vec![0; order.len()];
    for (rank, topic) in order.into_iter().enumerate() {
        ranks[topic] = rank;
    }
    ranks
}

/// The parts of each list, found in one walk over all articles.
fn listed_parts(catalog: &Catalog, config: &Config, title_order: &TitleOrder) -> Vec<Vec<ListedPart>> {
    let parts_of = |&article: &EntryIndex| {
        let entry = &catalog.entries[article];
        let parts = entry.document.body.parts.iter().enumerate().filter(|_| !entry.is_external());
        let topic = entry.topics.first().copied();
        parts.filter_map(move |(part, it)| {
            let list = config.parts.iter().position(|definition| definition.key == it.key)?;
            Some((list, ListedPart { topic, article, part }))
        })
    };
    // On all threads: every document is looked into.
    let found: Vec<(usize, ListedPart)> = catalog.articles.par_iter().flat_map_iter(parts_of).collect();
    let mut lists = vec![Vec::new(); config.parts.len()];
    found.into_iter().for_each(|(list, part)| lists[list].push(part));
    let topic_ranks = topic_ranks(catalog);
    lists.par_iter_mut().for_each(|list| {
        list.sort_by_key(|listed| {
            let topic = listed.topic.map(|topic| topic_ranks[topic]);
            (topic.is_none(), topic, title_order.rank(listed.article), listed.part)
        });
    });
    lists
}

/// Files that are not Markdown, outside `content/sources/` and outside every folder whose own page is left out.
fn copied_files(input: &CatalogInput<'_>, withheld: &WithheldMap) -> Vec<CopiedFile> {
    let hidden_folders: HashSet<&str> = withheld
        .keys()
        .filter(|path| matches!(path.file_name(), "index.md" | "_index.md"))
        .map(|path| path.folder())
        .filter(|folder| *folder != "content")
        .collect();
    let is_hidden = |file: &SourceFile| ancestors(file.path.folder()).any(|folder| hidden_folders.contains(folder));
    input
        .snapshot
        .under("content/")
        .filter(|file| !file.path.ends_with(".md") && !file.path.starts_with("content/sources/"))
        .filter(|file| !is_hidden(file))
        .map(|file| {
            let inside = file.path.strip_prefix("content/").unwrap_or(&file.path);
            let output = match inside.rsplit_once('/') {
                Some((folder, name)) => format!("{}/{name}", address::slugify_path(folder)),
                None => inside.to_owned(),
            };
            CopiedFile { file: Arc::clone(file), output }
        })
        .collect()
}

/// Earlier addresses of everything that has an address. The page's own address, and one named twice, lead nowhere else
/// and need no page.
fn aliases(catalog: &Catalog, style: UrlStyle) -> Vec<Alias> {
    let has_address = |entry: &Entry| entry.output.is_some() || entry.document.kind == DocumentKind::Term;
    let mut aliases: Vec<Alias> = Vec::new();
    for (index, entry) in catalog.entries.iter().enumerate().filter(|(_, entry)| has_address(entry)) {
        let first = aliases.len();
        for alias in &entry.document.front.aliases {
            let output = alias_output(alias, style);
            let is_known = aliases[first..].iter().any(|known| known.output == output);
            if !is_known && entry.output.as_ref() != Some(&output) {
                aliases.push(Alias { output, entry: index, span: alias.span });
            }
        }
    }
    aliases
}

fn alias_output(alias: &Spanned<String>, style: UrlStyle) -> String {
    let path = alias.value.trim().trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else if path.ends_with(".html") || path.ends_with(".htm") {
        path.to_owned()
    } else {
        address::page_output(style, path)
    }
}

/// Everything a link may name besides documents: output files by their path, for authors who link to lists. The home
/// page is there also when nobody wrote a text for it.
pub(super) fn linkable_outputs<'a>(catalog: &'a Catalog, home_url: &'a str) -> HashMap<&'a str, &'a str> {
    let lists = &catalog.lists;
    let named =
        [&lists.topics, &lists.authors, &lists.audiences, &lists.sources, &lists.paths, &lists.glossary, &lists.report];
    let mut outputs: HashMap<&str, &str> = named
        .into_iter()
        .flatten()
        .chain(lists.parts.iter().map(|list| &list.page))
        .chain([&lists.search])
        .map(|page| (page.output.as_str(), page.url.as_str()))
        .chain([("index.html", home_url)])
        .collect();
    outputs.extend(catalog.entries.iter().filter_map(|entry| Some((entry.output.as_deref()?, entry.url.as_str()))));
    outputs.extend(catalog.sections.iter().map(|section| (section.output.as_str(), section.url.as_str())));
    outputs.extend(catalog.paths.iter().map(|path| (path.guide_output.as_str(), path.guide_url.as_str())));
    for groups in [&catalog.topics, &catalog.people, &catalog.audiences] {
        let with_page = groups.iter().filter(|group| !group.output.is_empty());
        outputs.extend(with_page.map(|group| (group.output.as_str(), group.url.as_str())));
    }
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_has_one_page() {
        for (count, pages) in [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)] {
            assert_eq!(list_pages(count, PAGE_SIZE).last(), Some(pages), "{count}");
        }
    }

    #[test]
    fn aliases_in_both_styles() {
        for (alias, portable, pretty) in [
            ("old", "old.html", "old/index.html"),
            ("old/", "old/index.html", "old/index.html"),
            ("old.html", "old.html", "old.html"),
            ("a/b.htm", "a/b.htm", "a/b.htm"),
        ] {
            let alias = Spanned::new(alias.to_owned(), Span { start: 0, end: 0 });
            assert_eq!(alias_output(&alias, UrlStyle::Portable), portable);
            assert_eq!(alias_output(&alias, UrlStyle::Pretty), pretty);
        }
    }
}
