//! Who wants which file of the output, and what stands in each other's way.
//!
//! Must not know how addresses come about.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

use super::outputs::{PAGE_SIZE, PARTS_PAGE_SIZE, list_pages};
use super::visibility::ancestors;
use super::{Catalog, address};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};
use crate::document::DocumentKind;

/// Reports every file that two owners want.
pub(super) fn report(catalog: &Catalog, config: &Config, diagnostics: &mut Vec<Diagnostic>) {
    Register::of(catalog, config).report(diagnostics);
}

/// Who wants a file.
struct Owner<'a> {
    output: Cow<'a, str>,
    what: What<'a>,
    file: Option<&'a FilePath>,
    /// Where that file asks for this address: its `slug` or alias.
    span: Option<Span>,
}

/// What wants a file, in words only where somebody asks.
enum What<'a> {
    File(&'a FilePath),
    AliasOf(&'a FilePath),
    Page(Cow<'static, str>),
}

impl fmt::Display for What<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "`{path}`"),
            Self::AliasOf(path) => write!(formatter, "an alias of `{path}`"),
            Self::Page(words) => formatter.write_str(words),
        }
    }
}

#[derive(Default)]
struct Register<'a> {
    owners: Vec<Owner<'a>>,
}

impl<'a> Register<'a> {
    fn of(catalog: &'a Catalog, config: &Config) -> Self {
        let mut register = Self::default();
        register.add_documents(catalog);
        for copied in &catalog.copied_files {
            register.add(&copied.output, What::File(&copied.file.path), Some(&copied.file.path), None);
        }
        register.add_generated(catalog);
        register.add_groups(catalog);
        register.add_lists(catalog);
        register.add_for_machines(config);
        register
    }

    fn add(&mut self, output: &'a str, what: What<'a>, file: Option<&'a FilePath>, span: Option<Span>) {
        self.owners.push(Owner { output: Cow::Borrowed(output), what, file, span });
    }

    /// A page that no file asks for.
    fn add_page(&mut self, output: &'a str, what: impl Into<Cow<'static, str>>) {
        self.add(output, What::Page(what.into()), None, None);
    }

    /// The further pages of a list that is called `what`.
    fn add_further_pages(&mut self, first: &str, count: usize, size: usize, what: &str) {
        for page in list_pages(count, size).skip(1) {
            let output = Cow::Owned(address::numbered_output(first, page));
            let what = What::Page(format!("page {page} of {what}").into());
            self.owners.push(Owner { output, what, file: None, span: None });
        }
    }

    fn add_documents(&mut self, catalog: &'a Catalog) {
        for entry in &catalog.entries {
            let document = &entry.document;
            // Glossary terms share a page; there, each needs a place of its own.
            let place = (document.kind == DocumentKind::Term).then_some(&entry.url);
            if let Some(output) = entry.output.as_ref().or(place) {
                let span = document.front.slug.as_ref().map(|slug| slug.span);
                self.add(output, What::File(&document.path), Some(&document.path), span);
            }
        }
        for alias in &catalog.aliases {
            let path = &catalog.entries[alias.entry].document.path;
            self.add(&alias.output, What::AliasOf(path), Some(path), Some(alias.span));
        }
    }

    fn add_generated(&mut self, catalog: &'a Catalog) {
        if catalog.home.is_none() {
            self.add_page("index.html", "the home page");
        }
        for section in &catalog.sections {
            let what = format!("the list of `content/{}`", section.folder);
            if section.entry.is_none() {
                self.add_page(&section.output, what.clone());
            }
            self.add_further_pages(&section.output, section.members.len(), PAGE_SIZE, &what);
        }
        for path in &catalog.paths {
            let file = &catalog.entries[path.entry].document.path;
            let what = What::Page(format!("the facilitator guide of `{file}`").into());
            self.add(&path.guide_output, what, Some(file), None);
        }
    }

    fn add_groups(&mut self, catalog: &'a Catalog) {
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
                    self.add(&group.output, What::Page(what.clone().into()), user, None);
                }
                self.add_further_pages(&group.output, group.articles.len(), PAGE_SIZE, &what);
            }
        }
    }

    fn add_lists(&mut self, catalog: &'a Catalog) {
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
                self.add_page(&page.output, what);
            }
        }
        for list in &lists.parts {
            let what = format!("the list of the part `{}`", list.key);
            self.add_page(&list.page.output, what.clone());
            self.add_further_pages(&list.page.output, list.members.len(), PARTS_PAGE_SIZE, &what);
        }
        self.add_page(&lists.search.output, "the search page");
        self.add_page(&lists.not_found.output, "the page for missing addresses");
    }

    fn add_for_machines(&mut self, config: &Config) {
        if config.base_url.is_some() {
            self.add_page("feed.xml", "the feed");
            self.add_page("sitemap.xml", "the site map");
        }
    }

    /// Whether no two owners want the same file, or a file and a folder of one name: what nearly every site is.
    fn is_free_of_conflicts(&self) -> bool {
        let folded: Vec<Cow<'_, str>> = self.owners.iter().map(|owner| folded(&owner.output)).collect();
        let files: HashSet<&str> = folded.iter().map(AsRef::as_ref).collect();
        let mut folders: HashSet<&str> = HashSet::new();
        for file in &folded {
            for folder in ancestors(file).skip(1) {
                // With a folder, those above it are known.
                if !folders.insert(folder) {
                    break;
                }
            }
        }
        files.len() == folded.len() && folders.is_disjoint(&files)
    }

    /// Reports every owner of an address after the first. What steward makes comes first, then files in their order,
    /// so that the message stands in a file that somebody can change.
    fn report(self, diagnostics: &mut Vec<Diagnostic>) {
        if self.is_free_of_conflicts() {
            return;
        }
        let mut wanted: BTreeMap<String, Vec<Owner<'_>>> = BTreeMap::new();
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

/// A path in lower case, as it mostly is already.
fn folded(output: &str) -> Cow<'_, str> {
    if output.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(output)
    } else {
        Cow::Owned(output.to_lowercase())
    }
}

fn collision(first: &Owner<'_>, other: &Owner<'_>) -> Diagnostic {
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
    if first.file.is_none() && other.file.is_some_and(is_index) {
        return diagnostic.hint("the text of a folder's own page is called `_index.md`");
    }
    diagnostic
}

fn report_at(owner: &Owner<'_>, other: &Owner<'_>, message: String) -> Diagnostic {
    let diagnostic = match (owner.file, owner.span) {
        (Some(file), Some(span)) => Diagnostic::at(Code::UrlCollision, file, span, message),
        (Some(file), None) => Diagnostic::in_file(Code::UrlCollision, file, message),
        (None, _) => Diagnostic::general(Code::UrlCollision, message),
    };
    let diagnostic = match other.file {
        Some(file) => diagnostic.related(file, other.span, "the other one"),
        None => diagnostic,
    };
    diagnostic.hint("rename one of them, or give one another `slug:`")
}
