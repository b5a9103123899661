//! Who writes which file: pages, lists, copied files and earlier addresses, and what stands in each other's way.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::build::{CatalogInput, WithheldMap};
use super::{Catalog, EntryIndex, address};
use crate::config::{Config, UrlStyle};
use crate::diagnostic::{Code, Diagnostic, FilePath, Spanned};
use crate::source::SourceFile;

/// A file of `content/` that goes to the output as it is.
#[derive(Debug)]
pub struct CopiedFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where it goes.
    pub output: String,
}

/// An earlier address of a page.
#[derive(Debug)]
pub struct Alias {
    /// The file that leads on.
    pub output: String,
    /// The page.
    pub entry: EntryIndex,
}

/// A page that steward makes by itself.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
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
#[derive(Debug)]
pub struct PartsList {
    /// The parts' key.
    pub key: String,
    /// The first page of the list.
    pub page: ListPage,
    /// The parts, grouped by the articles' first topic.
    pub members: Vec<ListedPart>,
}

/// A part in a list of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    Register::of(catalog).report(diagnostics);
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
        topics: index("topics", !catalog.topics.is_empty()),
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
        .flat_map(|&article| {
            let entry = &catalog.entries[article];
            let parts = entry.document.body.parts.iter().enumerate().filter(|(_, part)| part.key == key);
            parts.map(move |(part, _)| ListedPart { topic: entry.topics.first().copied(), article, part })
        })
        .collect();
    found.sort_by_cached_key(|listed| {
        let topic = listed.topic.map(|topic| catalog.topics[topic].title.to_lowercase());
        let title = catalog.entries[listed.article].title.to_lowercase();
        (topic.is_none(), topic, title, listed.article, listed.part)
    });
    found
}

/// Files that are not Markdown, outside `content/sources/` and outside every folder whose own page is left out.
fn copied_files(input: &CatalogInput<'_>, withheld: &WithheldMap) -> Vec<CopiedFile> {
    let hidden_folders: Vec<String> = withheld
        .keys()
        .filter(|path| matches!(path.file_name(), "index.md" | "_index.md"))
        .map(|path| format!("{}/", path.folder()))
        .filter(|folder| folder != "content/")
        .collect();
    input
        .snapshot
        .under("content/")
        .filter(|file| !file.path.ends_with(".md") && !file.path.starts_with("content/sources/"))
        .filter(|file| !hidden_folders.iter().any(|folder| file.path.starts_with(folder)))
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

fn aliases(catalog: &Catalog, style: UrlStyle) -> Vec<Alias> {
    let pages = catalog.entries.iter().enumerate().filter(|(_, entry)| entry.output.is_some());
    pages
        .flat_map(|(index, entry)| entry.document.front.aliases.iter().map(move |alias| (index, alias)))
        .map(|(entry, alias)| Alias { output: alias_output(alias, style), entry })
        .collect()
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
}

#[derive(Default)]
struct Register {
    owners: Vec<Owner>,
}

impl Register {
    fn of(catalog: &Catalog) -> Self {
        let mut register = Self::default();
        for entry in &catalog.entries {
            if let Some(output) = &entry.output {
                register.add(output, format!("`{}`", entry.document.path), Some(&entry.document.path));
            }
        }
        for alias in &catalog.aliases {
            let path = &catalog.entries[alias.entry].document.path;
            register.add(&alias.output, format!("an alias of `{path}`"), Some(path));
        }
        for copied in &catalog.copied_files {
            register.add(&copied.output, format!("`{}`", copied.file.path), Some(&copied.file.path));
        }
        register.add_generated(catalog);
        register
    }

    fn add(&mut self, output: &str, what: String, file: Option<&FilePath>) {
        self.owners.push(Owner { output: output.to_owned(), what, file: file.cloned() });
    }

    fn add_generated(&mut self, catalog: &Catalog) {
        if catalog.home.is_none() {
            self.add("index.html", "the home page".to_owned(), None);
        }
        for section in catalog.sections.iter().filter(|section| section.entry.is_none()) {
            self.add(&section.output, format!("the list of `content/{}`", section.folder), None);
        }
        for path in &catalog.paths {
            let file = &catalog.entries[path.entry].document.path;
            self.add(&path.guide_output, format!("the facilitator guide of `{file}`"), Some(file));
        }
        let groups = [(&catalog.topics, "topic"), (&catalog.people, "author"), (&catalog.audiences, "audience")];
        for (groups, what) in groups {
            for group in groups.iter().filter(|group| group.entry.is_none() && !group.output.is_empty()) {
                self.add(&group.output, format!("the page of the {what} `{}`", group.title), None);
            }
        }
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
                self.add(&page.output, what.to_owned(), None);
            }
        }
        for list in &lists.parts {
            self.add(&list.page.output, format!("the list of the part `{}`", list.key), None);
        }
        self.add(&lists.search.output, "the search page".to_owned(), None);
        self.add(&lists.not_found.output, "the page for missing addresses".to_owned(), None);
    }

    /// Reports every owner of an address after the first. Owners with a file come first in the order of their files,
    /// so that the message stands in a file that somebody can change.
    fn report(self, diagnostics: &mut Vec<Diagnostic>) {
        let mut wanted: BTreeMap<String, Vec<Owner>> = BTreeMap::new();
        for owner in self.owners {
            wanted.entry(owner.output.to_lowercase()).or_default().push(owner);
        }
        for owners in wanted.into_values().filter(|owners| owners.len() > 1) {
            let (first, others) = match owners.iter().position(|owner| owner.file.is_none()) {
                Some(generated) => {
                    let mut rest = owners;
                    let first = rest.remove(generated);
                    (first, rest)
                }
                None => {
                    let mut rest = owners;
                    let first = rest.remove(0);
                    (first, rest)
                }
            };
            diagnostics.extend(others.iter().map(|other| collision(&first, other)));
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
    let diagnostic = match &other.file {
        Some(file) => Diagnostic::in_file(Code::UrlCollision, file, message),
        None => Diagnostic::general(Code::UrlCollision, message),
    };
    let diagnostic = match &first.file {
        Some(file) => diagnostic.related(file, None, "the other one"),
        None => diagnostic,
    };
    diagnostic.hint("rename one of them, or give one another `slug:`")
}

/// Everything a link may name besides documents: output files by their path, for authors who link to lists.
pub(super) fn linkable_outputs(catalog: &Catalog) -> HashMap<&str, &str> {
    let lists = &catalog.lists;
    let named =
        [&lists.topics, &lists.authors, &lists.audiences, &lists.sources, &lists.paths, &lists.glossary, &lists.report];
    let mut outputs: HashMap<&str, &str> = named
        .into_iter()
        .flatten()
        .chain(lists.parts.iter().map(|list| &list.page))
        .chain([&lists.search])
        .map(|page| (page.output.as_str(), page.url.as_str()))
        .collect();
    outputs.extend(catalog.entries.iter().filter_map(|entry| Some((entry.output.as_deref()?, entry.url.as_str()))));
    outputs.extend(catalog.sections.iter().map(|section| (section.output.as_str(), section.url.as_str())));
    outputs.extend(catalog.paths.iter().map(|path| (path.guide_output.as_str(), path.guide_url.as_str())));
    for groups in [&catalog.topics, &catalog.people, &catalog.audiences] {
        outputs.extend(groups.iter().map(|group| (group.output.as_str(), group.url.as_str())));
    }
    outputs
}
