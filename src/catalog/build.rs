//! The catalog's steps in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::digest::digest;
use super::links::{self, Named};
use super::visibility::{self, Filter, Withheld};
use super::{Catalog, Entry, EntryIndex, Introductions, KnownCatalog};
use super::{address, collisions, outputs, paths, related, review, sections, taxonomy};
use crate::config::Config;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, FilePath};
use crate::document::{Document, DocumentKind};
use crate::rights::Sources;
use crate::rights::policy::Verdicts;
use crate::source::{Digest, Snapshot};

/// Words an adult reads in a minute, silently, in non-fiction (Brysbaert 2019, "How many words do we read per
/// minute?", Journal of Memory and Language 109).
const WORDS_PER_MINUTE: u32 = 238;

/// Longest summary taken from a text, in characters.
const LONGEST_SUMMARY: usize = 200;

/// Everything a catalog is made from.
pub struct CatalogInput<'a> {
    /// All documents in the order of their paths.
    pub documents: &'a [Arc<Document>],
    /// The files beside them.
    pub snapshot: &'a Snapshot,
    /// The settings.
    pub config: &'a Config,
    /// The terms.
    pub sources: Sources,
    /// Which pieces may not be published.
    pub verdicts: &'a Verdicts,
    /// The day of the build.
    pub day: Date,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// The entries of an earlier catalog with the same settings, terms and day.
    pub earlier: Vec<Entry>,
}

/// What does not fit together.
pub struct Found {
    /// What is to be said of everything but links.
    pub of_places: Vec<Diagnostic>,
    /// What is to be said of links.
    pub of_links: Vec<Diagnostic>,
}

/// Builds the catalog and reports what does not fit together.
///
/// `known` is there when results are kept for later, with the digest of everything that documents depend on besides
/// their files.
pub fn build(mut input: CatalogInput<'_>, known: Option<(Digest, &mut KnownCatalog)>) -> (Catalog, Found) {
    let filter = Filter { day: input.day, drafts: input.drafts, verdicts: input.verdicts };
    let withheld = visibility::withheld(input.documents, &filter);
    let mut diagnostics = visibility::notes(&withheld);
    let style = input.config.urls;

    let visible = input.documents.iter().filter(|document| !withheld.contains_key(&document.path));
    let visible = with_earlier(visible, std::mem::take(&mut input.earlier));
    let mut catalog = Catalog { day: input.day, ..Catalog::default() };
    let entry = |(document, earlier): (&Arc<Document>, Option<Entry>)| {
        earlier.unwrap_or_else(|| entry(Arc::clone(document), input.config, &input.sources, input.day))
    };
    catalog.entries = visible.into_par_iter().map(entry).collect();
    catalog.home = indexes_of(&catalog.entries, DocumentKind::Home).next();
    catalog.introductions = introductions(&catalog.entries);
    let title_order = TitleOrder::of(&catalog.entries);
    catalog.glossary = indexes_of(&catalog.entries, DocumentKind::Term).collect();
    catalog.glossary.sort_by_key(|&index| title_order.rank(index));
    catalog.articles = newest_first(&catalog.entries, &title_order);

    taxonomy::assign(&mut catalog, &input, &withheld, &mut diagnostics);
    taxonomy::report_duplicate_terms(&catalog, &mut diagnostics);
    sections::assign(&mut catalog, style, &title_order);
    paths::assign(&mut catalog, style, input.documents, &withheld, &mut diagnostics);
    outputs::assign(&mut catalog, &input, (&withheld, &title_order));
    let mut unknown = KnownCatalog::default();
    let (texts, known) = match known {
        Some((texts, known)) => (Some(texts), known),
        None => (None, &mut unknown),
    };
    let named = Named { documents: input.documents, snapshot: input.snapshot, style, withheld: &withheld };
    let KnownCatalog { links: known_links, related: known_related, .. } = &mut *known;
    // What follows from places alone, at the same time.
    let ((), (resolved, checked)) = rayon::join(
        || related::find(&catalog, known_related),
        || {
            rayon::join(
                || links::resolve(&catalog, &named, texts.map(|texts| (texts, known_links))),
                || check(&catalog, input.config),
            )
        },
    );
    diagnostics.extend(checked);
    let of_links = links::apply(&mut catalog, resolved);
    known.related.apply(&mut catalog);
    known.withheld = withheld;
    catalog.terms_of_sources = input.sources;
    (catalog, Found { of_places: diagnostics, of_links })
}

/// Documents with the entries that an earlier catalog had of them, as they were before they got their places.
fn with_earlier<'a>(
    documents: impl Iterator<Item = &'a Arc<Document>>,
    earlier: Vec<Entry>,
) -> Vec<(&'a Arc<Document>, Option<Entry>)> {
    let mut earlier = earlier.into_iter().peekable();
    let mut with_earlier = |document: &'a Arc<Document>| {
        while earlier.next_if(|entry| entry.document.path < document.path).is_some() {}
        let entry = earlier.next_if(|entry| entry.document.path == document.path);
        // A section's address is that of its place.
        let stays = |entry: &Entry| entry.document.digest == document.digest && document.kind != DocumentKind::Section;
        (document, entry.filter(stays).map(|entry| without_place(entry, document)))
    };
    documents.map(&mut with_earlier).collect()
}

fn without_place(mut entry: Entry, document: &Arc<Document>) -> Entry {
    entry.document = Arc::clone(document);
    [&mut entry.topics, &mut entry.authors, &mut entry.audiences].into_iter().for_each(Vec::clear);
    [&mut entry.related, &mut entry.backlinks].into_iter().for_each(Vec::clear);
    entry.places.clear();
    let places = [&mut entry.owner, &mut entry.source, &mut entry.section, &mut entry.previous, &mut entry.next];
    places.into_iter().for_each(|place| *place = None);
    entry
}

fn entry(document: Arc<Document>, config: &Config, sources: &Sources, day: Date) -> Entry {
    let style = config.urls;
    let id = id_of(&document);
    let title = document
        .front
        .title
        .as_ref()
        .map_or_else(|| address::humanize(id.rsplit('/').next().unwrap_or(&id)), |title| title.value.trim().to_owned());
    let output = output_of(&document, &id, style);
    let url = match (&document.front.external_url, document.kind) {
        (Some(external), _) => external.value.clone(),
        (None, DocumentKind::Term) => format!(
            "{}#{}",
            address::url_of(style, &address::page_output(style, "glossary")),
            address::encode_fragment(&term_anchor(&document))
        ),
        (None, _) => output.as_deref().map(|output| address::url_of(style, output)).unwrap_or_default(),
    };
    let review = review::state(&document, config.articles.review_every, day);
    let minutes = if document.front.external_url.is_some() { 0 } else { minutes_of(document.body.words) };
    let summary = summary_of(&document, sources);
    let entry = Entry {
        id,
        title,
        output,
        url,
        summary,
        minutes,
        review,
        document,
        topics: Vec::new(),
        authors: Vec::new(),
        owner: None,
        audiences: Vec::new(),
        source: None,
        section: None,
        links: Arc::default(),
        previous: None,
        next: None,
        places: Vec::new(),
        related: Vec::new(),
        backlinks: Vec::new(),
        image: None,
        own: Digest::of(b""),
        links_digest: None,
    };
    Entry { own: own_digest(&entry), ..entry }
}

/// The time an adult needs for so many words; at least a minute.
pub(super) fn minutes_of(words: u32) -> u32 {
    words.div_ceil(WORDS_PER_MINUTE).max(1)
}

/// The beginning of a text's first paragraph.
pub(super) fn teaser_of(first_paragraph: &str) -> String {
    cut_at_word(first_paragraph, LONGEST_SUMMARY)
}

/// Covers what is known of an entry before it has a place. A document counts by its file's digest: that, its path and the
/// settings are all that it was made from.
pub(super) fn own_digest(entry: &Entry) -> Digest {
    let Entry { document, id, title, summary, minutes, review, .. } = entry;
    digest(&(&document.digest, &document.path, id, title, summary, minutes, review))
}

/// The folder below `content/` in which the files of a kind lie.
fn folder_of(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Article => "content/articles/",
        DocumentKind::Path => "content/paths/",
        DocumentKind::Source => "content/sources/",
        DocumentKind::Term => "content/glossary/",
        DocumentKind::Topic => "content/topics/",
        DocumentKind::Person => "content/people/",
        DocumentKind::Home | DocumentKind::Section | DocumentKind::Page => "content/",
    }
}

fn id_of(document: &Document) -> String {
    let path = document.path.as_str();
    let inside = path.strip_prefix(folder_of(document.kind)).unwrap_or(path);
    let name = inside.strip_suffix(".md").unwrap_or(inside);
    name.strip_suffix("/index").or_else(|| name.strip_suffix("/_index")).unwrap_or(name).to_owned()
}

/// The id of a glossary term's entry on the glossary page.
pub(crate) fn term_anchor(document: &Document) -> String {
    let id = id_of(document);
    let (parents, name) = id.rsplit_once('/').unwrap_or(("", &id));
    let name = document.front.slug.as_ref().map_or_else(|| address::segment(name), |slug| slug.value.clone());
    let parents = address::slugify_path(parents).replace('/', "-");
    if parents.is_empty() { format!("term-{name}") } else { format!("term-{parents}-{name}") }
}

/// What stands between the id of a glossary term and the ids inside its explanation. No slug has it, so that a heading
/// in one term's explanation and another term's name are never the same id.
pub(crate) const INSIDE_TERM: &str = "--";

fn output_of(document: &Document, id: &str, style: crate::config::UrlStyle) -> Option<String> {
    let folder = match document.kind {
        DocumentKind::Home => return Some(address::index_output("")),
        DocumentKind::Section => return None,
        DocumentKind::Term => return None,
        DocumentKind::Article if document.front.external_url.is_some() => return None,
        DocumentKind::Article => "articles",
        DocumentKind::Path => "paths",
        DocumentKind::Source => "sources",
        DocumentKind::Topic => "topics",
        DocumentKind::Person => "authors",
        DocumentKind::Page => "",
    };
    let (parents, name) = id.rsplit_once('/').unwrap_or(("", id));
    let slug = document.front.slug.as_ref().map_or_else(|| address::segment(name), |slug| slug.value.clone());
    let parents = address::slugify_path(parents);
    let address = [folder, parents.as_str(), slug.as_str()]
        .into_iter()
        .filter(|segment| !segment.is_empty())
        .collect::<Vec<_>>()
        .join("/");
    Some(address::page_output(style, &address))
}

/// The teaser: the publisher's own words, else the beginning of the text, but never a piece's own text where its
/// source sets a limit on excerpts.
fn summary_of(document: &Document, sources: &Sources) -> String {
    if let Some(summary) = &document.front.summary {
        return summary.value.trim().to_owned();
    }
    let limited = document
        .front
        .source
        .as_ref()
        .is_some_and(|named| sources.get(&named.value).is_none_or(|source| source.excerpt_words().is_some()));
    if limited { String::new() } else { teaser_of(&document.body.first_paragraph) }
}

/// Cuts a text to at most `longest` characters, at a word, with an ellipsis where something was cut.
fn cut_at_word(text: &str, longest: usize) -> String {
    let text = text.trim();
    let Some((limit, _)) = text.char_indices().nth(longest) else { return text.to_owned() };
    let head = &text[..limit];
    let end = head.rfind(char::is_whitespace).unwrap_or(limit);
    format!("{}…", head[..end].trim_end_matches(|character: char| !character.is_alphanumeric()))
}

fn find(entries: &[Entry], kind: DocumentKind, path: &str) -> Option<EntryIndex> {
    let found = entries.binary_search_by(|entry| entry.document.path.as_str().cmp(path)).ok()?;
    (entries[found].document.kind == kind).then_some(found)
}

fn introductions(entries: &[Entry]) -> Introductions {
    let section = |folder: &str| find(entries, DocumentKind::Section, &format!("content/{folder}/_index.md"));
    Introductions {
        topics: section("topics"),
        people: section("people"),
        sources: section("sources"),
        glossary: section("glossary"),
        paths: section("paths"),
    }
}

/// The order of all entries by their titles in lower case, then by their paths: made once for all lists.
pub(super) struct TitleOrder(Vec<usize>);

impl TitleOrder {
    fn of(entries: &[Entry]) -> Self {
        let mut titles: Vec<(String, EntryIndex)> =
            entries.par_iter().enumerate().map(|(index, entry)| (entry.title.to_lowercase(), index)).collect();
        titles.par_sort_unstable();
        let mut ranks = vec![0; titles.len()];
        for (rank, (_, index)) in titles.into_iter().enumerate() {
            ranks[index] = rank;
        }
        Self(ranks)
    }

    /// An entry's place in the order; no two have the same.
    pub(super) fn rank(&self, index: EntryIndex) -> usize {
        self.0[index]
    }
}

fn newest_first(entries: &[Entry], title_order: &TitleOrder) -> Vec<EntryIndex> {
    let mut found: Vec<EntryIndex> = indexes_of(entries, DocumentKind::Article).collect();
    found.sort_by_cached_key(|&index| {
        let date = entries[index].document.front.date.as_ref().map(|date| date.value);
        (std::cmp::Reverse(date), title_order.rank(index))
    });
    found
}

/// The entries of one kind.
pub(super) fn indexes_of(entries: &[Entry], kind: DocumentKind) -> impl Iterator<Item = EntryIndex> + '_ {
    entries.iter().enumerate().filter(move |(_, entry)| entry.document.kind == kind).map(|(index, _)| index)
}

/// Whether two documents want the same file, what articles should have, and the days by which they should be checked.
fn check(catalog: &Catalog, config: &Config) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    collisions::report(catalog, config, &mut diagnostics);
    check_articles(catalog, config, &mut diagnostics);
    diagnostics
}

fn check_articles(catalog: &Catalog, config: &Config, diagnostics: &mut Vec<Diagnostic>) {
    for entry in &catalog.entries {
        let document = &entry.document;
        diagnostics.extend(entry.review.as_ref().and_then(|review| review::overdue(document, review)));
        let is_own_article = document.kind == DocumentKind::Article && document.front.source.is_none();
        if !is_own_article || entry.is_external() {
            continue;
        }
        for key in &config.articles.require {
            if document.body.parts.iter().all(|part| &part.key != key) {
                let definition = config.parts.iter().find(|part| &part.key == key);
                let label = definition.map_or(key.as_str(), |part| part.display_label());
                diagnostics.push(
                    Diagnostic::in_file(
                        Code::PartMissing,
                        &document.path,
                        format!("this article has no part `{label}`"),
                    )
                    .hint(format!("add a heading `## {label}` with its text below it")),
                );
            }
        }
    }
}

/// What is left out, for steps that name the reason.
pub(super) type WithheldMap = BTreeMap<FilePath, Withheld>;
