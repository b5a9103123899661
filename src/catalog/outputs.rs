//! Who writes which file: pages, lists, copied files and earlier addresses, and what stands in each other's way.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::build::{CatalogInput, WithheldMap};
use super::visibility::ancestors;
use super::{Catalog, Entry, EntryIndex, address};
use crate::config::{Config, UrlStyle};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned};
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

/// Makes the lists, copied files and aliases, and reports every file that two owners want.
pub(super) fn assign(
    catalog: &mut Catalog,
    input: &CatalogInput<'_>,
    withheld: &WithheldMap,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let style = input.config.urls;
    for person in &mut catalog.people {
        if person.entry.is_none() && person.articles.is_empty() {
            person.output.clear();
            person.url.clear();
        }
    }
    catalog.lists = lists(catalog, input.config);
    catalog.copied_files = copied_files(input, withheld);
    catalog.aliases = aliases(catalog, style);
    Register::of(catalog, input.config).report(diagnostics);
}

fn list_page(style: UrlStyle, output: String) -> ListPage {
    ListPage { url: address::url_of(style, &output), output }
}

fn lists(catalog: &Catalog, config: &Config) -> Lists {
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
            .map(|part| PartsList {
                key: part.key.clone(),
                page: page(&part_page_name(&part.key)),
                members: listed_parts(catalog, &part.key),
            })
            .filter(|list| !list.members.is_empty())
            .collect(),
        report: (config.publication.report && !catalog.sources.is_empty()).then(|| page("sources/report")),
        search: page("search"),
        not_found: list_page(style, "404.html".to_owned()),
    }
}

fn listed_parts(catalog: &Catalog, key: &str) -> Vec<ListedPart> {
    let mut found: Vec<ListedPart> = catalog
        .articles
        .iter()
        .filter(|&&article| !catalog.entries[article].is_external())
        .flat_map(|&article| {
            let entry = &catalog.entries[article];
            let parts = entry.document.body.parts.iter().enumerate().filter(|(_, part)| part.key == key);
            parts.map(move |(part, _)| ListedPart { topic: entry.topics.first().copied(), article, part })
        })
        .collect();
    found.sort_by_cached_key(|listed| {
        let topic = listed.topic.map(|topic| catalog.topics[topic].title.to_lowercase());
        let title = catalog.entries[listed.article].title.to_lowercase();
        // The topic itself comes behind its title: two topics of one title are two groups.
        (topic.is_none(), topic, listed.topic, title, listed.article, listed.part)
    });
    found
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

/// Who wants a file.
struct Owner {
    output: String,
    /// What it is, for messages: `the search page`, or a file's path.
    what: String,
    file: Option<FilePath>,
    /// Where that file asks for this address: its `slug` or alias.
    span: Option<Span>,
}

#[derive(Default)]
struct Register {
    owners: Vec<Owner>,
}

impl Register {
    fn of(catalog: &Catalog, config: &Config) -> Self {
        let mut register = Self::default();
        register.add_documents(catalog);
        for copied in &catalog.copied_files {
            register.add(&copied.output, format!("`{}`", copied.file.path), Some(&copied.file.path), None);
        }
        register.add_generated(catalog);
        register.add_groups(catalog);
        register.add_lists(catalog);
        register.add_for_machines(config);
        register
    }

    fn add(&mut self, output: &str, what: String, file: Option<&FilePath>, span: Option<Span>) {
        self.owners.push(Owner { output: output.to_owned(), what, file: file.cloned(), span });
    }

    /// The further pages of a list that is called `what`.
    fn add_further_pages(&mut self, first: &str, count: usize, size: usize, what: &str) {
        for page in list_pages(count, size).skip(1) {
            self.add(&address::numbered_output(first, page), format!("page {page} of {what}"), None, None);
        }
    }

    fn add_documents(&mut self, catalog: &Catalog) {
        for entry in &catalog.entries {
            let document = &entry.document;
            // Glossary terms share a page; there, each needs a place of its own.
            let place = (document.kind == DocumentKind::Term).then_some(&entry.url);
            if let Some(output) = entry.output.as_ref().or(place) {
                let span = document.front.slug.as_ref().map(|slug| slug.span);
                self.add(output, format!("`{}`", document.path), Some(&document.path), span);
            }
        }
        for alias in &catalog.aliases {
            let path = &catalog.entries[alias.entry].document.path;
            self.add(&alias.output, format!("an alias of `{path}`"), Some(path), Some(alias.span));
        }
    }

    fn add_generated(&mut self, catalog: &Catalog) {
        if catalog.home.is_none() {
            self.add("index.html", "the home page".to_owned(), None, None);
        }
        for section in &catalog.sections {
            let what = format!("the list of `content/{}`", section.folder);
            if section.entry.is_none() {
                self.add(&section.output, what.clone(), None, None);
            }
            self.add_further_pages(&section.output, section.members.len(), PAGE_SIZE, &what);
        }
        for path in &catalog.paths {
            let file = &catalog.entries[path.entry].document.path;
            self.add(&path.guide_output, format!("the facilitator guide of `{file}`"), Some(file), None);
        }
    }

    fn add_groups(&mut self, catalog: &Catalog) {
        let groups = [
            (&catalog.topics, "topic"),
            (&catalog.people, "author"),
            (&catalog.audiences, "audience"),
            (&catalog.sources, "source"),
        ];
        for (groups, what) in groups {
            for group in groups.iter().filter(|group| !group.output.is_empty()) {
                let what = format!("the page of the {what} `{}`", group.title);
                if group.entry.is_none() {
                    // A name without a file is told at an article that uses it: there it can be changed.
                    let user = group.articles.first().map(|&article| &catalog.entries[article].document.path);
                    self.add(&group.output, what.clone(), user, None);
                }
                self.add_further_pages(&group.output, group.articles.len(), PAGE_SIZE, &what);
            }
        }
    }

    fn add_lists(&mut self, catalog: &Catalog) {
        let lists = &catalog.lists;
        let named = [
            (&lists.topics, "the list of topics"),
            (&lists.authors, "the list of authors"),
            (&lists.audiences, "the list of audiences"),
            (&lists.sources, "the list of sources"),
            (&lists.paths, "the list of learning paths"),
            (&lists.glossary, "the glossary"),
            (&lists.report, "the rights report"),
        ];
        for (page, what) in named {
            if let Some(page) = page {
                self.add(&page.output, what.to_owned(), None, None);
            }
        }
        for list in &lists.parts {
            let what = format!("the list of the part `{}`", list.key);
            self.add(&list.page.output, what.clone(), None, None);
            self.add_further_pages(&list.page.output, list.members.len(), PARTS_PAGE_SIZE, &what);
        }
        self.add(&lists.search.output, "the search page".to_owned(), None, None);
        self.add(&lists.not_found.output, "the page for missing addresses".to_owned(), None, None);
    }

    fn add_for_machines(&mut self, config: &Config) {
        if config.base_url.is_some() {
            self.add("feed.xml", "the feed".to_owned(), None, None);
            self.add("sitemap.xml", "the site map".to_owned(), None, None);
        }
    }

    /// Reports every owner of an address after the first. What steward makes comes first, then files in their order,
    /// so that the message stands in a file that somebody can change.
    fn report(self, diagnostics: &mut Vec<Diagnostic>) {
        let mut wanted: BTreeMap<String, Vec<Owner>> = BTreeMap::new();
        for owner in self.owners {
            wanted.entry(owner.output.to_lowercase()).or_default().push(owner);
        }
        for owners in wanted.values_mut() {
            let generated = owners.iter().position(|owner| owner.file.is_none()).unwrap_or(0);
            owners[..=generated].rotate_right(1);
        }
        for (output, owners) in &wanted {
            let Some((first, others)) = owners.split_first() else { continue };
            diagnostics.extend(others.iter().map(|other| collision(first, other)));
            let folder = ancestors(output).skip(1).find_map(|folder| wanted.get(folder)?.first());
            diagnostics.extend(folder.map(|file| {
                let message = format!(
                    "{} becomes the file `{}`, and {} wants a folder of that name",
                    file.what, file.output, first.what
                );
                report_at(first, file, message)
            }));
        }
    }
}

fn collision(first: &Owner, other: &Owner) -> Diagnostic {
    let message = if first.output == other.output {
        format!("{} and {} both become `{}`", first.what, other.what, first.output)
    } else {
        format!(
            "{} and {} become `{}` and `{}`, which differ only in case",
            first.what, other.what, first.output, other.output
        )
    };
    let is_index = |file: &FilePath| file.file_name() == "index.md";
    let diagnostic = report_at(other, first, message);
    if first.file.is_none() && other.file.as_ref().is_some_and(is_index) {
        return diagnostic.hint("the text of a folder's own page is called `_index.md`");
    }
    diagnostic
}

fn report_at(owner: &Owner, other: &Owner, message: String) -> Diagnostic {
    let diagnostic = match (&owner.file, owner.span) {
        (Some(file), Some(span)) => Diagnostic::at(Code::UrlCollision, file, span, message),
        (Some(file), None) => Diagnostic::in_file(Code::UrlCollision, file, message),
        (None, _) => Diagnostic::general(Code::UrlCollision, message),
    };
    let diagnostic = match &other.file {
        Some(file) => diagnostic.related(file, other.span, "the other one"),
        None => diagnostic,
    };
    diagnostic.hint("rename one of them, or give one another `slug:`")
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
