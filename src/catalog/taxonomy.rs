//! Topics, people, audiences and sources: names in front matter become groups of articles.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::build::{CatalogInput, WithheldMap, indexes_of};
use super::visibility::Withheld;
use super::{Catalog, EntryIndex, Group, address};
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic, Spanned, did_you_mean};
use crate::document::{DocumentKind, FrontMatter};
use crate::rights::Sources;

/// Known topics that a message names.
const TOPICS_IN_HINT: usize = 20;

/// Makes the groups, gives every entry its indexes and reports unknown topics.
pub(super) fn assign(
    catalog: &mut Catalog,
    input: &CatalogInput<'_>,
    withheld: &WithheldMap,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let (style, sources) = (input.config.urls, &input.sources);
    let folded = Folded::of(catalog);
    let (topics, of_topic) =
        groups((catalog, &folded), style, "topics", Some(DocumentKind::Topic), |front| &front.topics);
    // A vocabulary of which everything is still a draft is one all the same.
    let controlled = input.documents.iter().any(|document| document.kind == DocumentKind::Topic);
    if controlled {
        let hidden = hidden_topics(input, withheld);
        report_unknown_topics((catalog, &folded), &topics, &of_topic, &hidden, diagnostics);
    }
    let (people, of_person) =
        groups((catalog, &folded), style, "authors", Some(DocumentKind::Person), |front| &front.authors);
    let (audiences, of_audience) = groups((catalog, &folded), style, "audiences", None, |front| &front.audience);
    catalog.topics = if controlled { keep_known(topics) } else { topics };
    catalog.people = people;
    catalog.audiences = audiences;
    catalog.sources = source_groups(catalog, style, sources);

    let known_topics = catalog.topics.len();
    let source_index: HashMap<String, usize> =
        catalog.sources.iter().enumerate().map(|(index, group)| (group.id.clone(), index)).collect();
    catalog.entries.par_iter_mut().for_each(|entry| {
        let front = &entry.document.front;
        let lookup = |names: &[Spanned<String>], index: &HashMap<String, usize>| unique(names, &folded, index);
        entry.topics = lookup(&front.topics, &of_topic);
        entry.topics.retain(|&topic| topic < known_topics);
        entry.authors = lookup(&front.authors, &of_person);
        entry.audiences = lookup(&front.audience, &of_audience);
        entry.owner = front.owner.as_ref().and_then(|owner| of_person.get(folded.get(owner)).copied());
        entry.source = front.source.as_ref().and_then(|source| source_index.get(&source.value).copied());
    });
    for &article in &catalog.articles {
        let entry = &catalog.entries[article];
        entry.topics.iter().for_each(|&topic| catalog.topics[topic].articles.push(article));
        entry.authors.iter().for_each(|&author| catalog.people[author].articles.push(article));
        entry.audiences.iter().for_each(|&audience| catalog.audiences[audience].articles.push(article));
        entry.source.iter().for_each(|&source| catalog.sources[source].articles.push(article));
    }
}

/// Warns of every glossary term that a second file explains, by its title or another spelling.
pub(super) fn report_duplicate_terms(catalog: &Catalog, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<String, EntryIndex> = HashMap::new();
    for index in indexes_of(&catalog.entries, DocumentKind::Term) {
        let document = &catalog.entries[index].document;
        let names = document.front.title.iter().chain(&document.front.terms);
        for name in names {
            let known = *first.entry(fold(&name.value)).or_insert(index);
            if known != index {
                let message = format!("`{}` is explained in two files", name.value);
                let other = &catalog.entries[known].document.path;
                diagnostics.push(
                    Diagnostic::at(Code::TermDuplicate, &document.path, name.span, message)
                        .related(other, None, "the other one")
                        .hint(format!("keep one of them, or take this spelling out; the other is `{other}`")),
                );
            }
        }
    }
}

/// Every name in front matter, folded once: many articles name the same few.
struct Folded(HashMap<String, String>);

impl Folded {
    fn of(catalog: &Catalog) -> Self {
        let mut folded = HashMap::new();
        for entry in &catalog.entries {
            let front = &entry.document.front;
            for name in front.topics.iter().chain(&front.authors).chain(&front.audience).chain(&front.owner) {
                if !folded.contains_key(&name.value) {
                    folded.insert(name.value.clone(), fold(&name.value));
                }
            }
        }
        Self(folded)
    }

    fn get(&self, name: &Spanned<String>) -> &str {
        self.0.get(&name.value).map_or("", String::as_str)
    }
}

/// How names are compared: case, accents and punctuation do not tell two names apart.
fn fold(name: &str) -> String {
    let slug = address::slugify(name);
    if slug.is_empty() { name.trim().to_lowercase() } else { slug }
}

fn unique(names: &[Spanned<String>], folded: &Folded, index: &HashMap<String, usize>) -> Vec<usize> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        if let Some(&group) = index.get(folded.get(name)).filter(|group| !found.contains(*group)) {
            found.push(group);
        }
    }
    found
}

/// The groups of one dimension in the order of their titles, files first where a name has one, and the index from
/// folded names to them. Groups without a file come last, so that a controlled vocabulary can be cut behind its files.
fn groups(
    (catalog, folded): (&Catalog, &Folded),
    style: UrlStyle,
    folder: &'static str,
    kind: Option<DocumentKind>,
    names: fn(&FrontMatter) -> &Vec<Spanned<String>>,
) -> (Vec<Group>, HashMap<String, usize>) {
    let mut with_file: Vec<EntryIndex> = kind.into_iter().flat_map(|kind| indexes_of(&catalog.entries, kind)).collect();
    with_file.sort_by_cached_key(|&index| (catalog.entries[index].title.to_lowercase(), index));
    let mut result = Vec::new();
    let mut index = HashMap::new();
    // A file's name decides before any title: only the name is one file's alone.
    for key in [|entry: &super::Entry| fold(&entry.id), |entry: &super::Entry| fold(&entry.title)] {
        for (number, &entry) in with_file.iter().enumerate() {
            index.entry(key(&catalog.entries[entry])).or_insert(number);
        }
    }
    for entry in with_file {
        let file = &catalog.entries[entry];
        result.push(Group {
            id: file.id.clone(),
            title: file.title.clone(),
            summary: file.summary.clone(),
            entry: Some(entry),
            output: file.output.clone().unwrap_or_default(),
            url: file.url.clone(),
            articles: Vec::new(),
        });
    }
    let mut spellings: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for entry in &catalog.entries {
        let front = &entry.document.front;
        let owner = front.owner.iter().filter(|_| kind == Some(DocumentKind::Person));
        for name in names(front).iter().chain(owner) {
            let key = folded.get(name);
            if !key.is_empty() && !index.contains_key(key) {
                *spellings.entry(key).or_default().entry(name.value.trim()).or_default() += 1;
            }
        }
    }
    for (key, spelled) in spellings {
        let most_common = spelled.iter().max_by_key(|(spelling, count)| (**count, std::cmp::Reverse(**spelling)));
        let title = most_common.map_or_else(|| key.to_owned(), |(spelling, _)| (*spelling).to_owned());
        let output = address::page_output(style, &format!("{folder}/{}", address::segment(key)));
        index.insert(key.to_owned(), result.len());
        result.push(Group {
            url: address::url_of(style, &output),
            id: key.to_owned(),
            title,
            summary: String::new(),
            entry: None,
            output,
            articles: Vec::new(),
        });
    }
    (result, index)
}

fn keep_known(mut topics: Vec<Group>) -> Vec<Group> {
    topics.retain(|topic| topic.entry.is_some());
    topics
}

/// Topics whose files are left out of this build, by folded name.
fn hidden_topics(input: &CatalogInput<'_>, withheld: &WithheldMap) -> HashMap<String, Withheld> {
    let topics = input.documents.iter().filter(|document| document.kind == DocumentKind::Topic);
    topics
        .filter_map(|document| Some((document, *withheld.get(&document.path)?)))
        .flat_map(|(document, reason)| {
            let id = document.path.strip_prefix("content/topics/").unwrap_or(&document.path);
            let id = id.strip_suffix("/index.md").or_else(|| id.strip_suffix(".md")).unwrap_or(id);
            let title = document.front.title.iter().map(|title| fold(&title.value));
            title.chain([fold(id)]).map(move |name| (name, reason)).collect::<Vec<_>>()
        })
        .collect()
}

fn report_unknown_topics(
    (catalog, folded): (&Catalog, &Folded),
    topics: &[Group],
    of_topic: &HashMap<String, usize>,
    hidden: &HashMap<String, Withheld>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let known: Vec<&str> = topics.iter().filter(|topic| topic.entry.is_some()).map(|topic| topic.id.as_str()).collect();
    let mut hints: HashMap<&str, String> = HashMap::new();
    for entry in &catalog.entries {
        for topic in &entry.document.front.topics {
            let group = of_topic.get(folded.get(topic)).map(|&index| &topics[index]);
            if group.is_some_and(|group| group.entry.is_some()) {
                continue;
            }
            if let Some(reason) = hidden.get(folded.get(topic)) {
                let message = format!("the topic `{}` is not in this build: {}", topic.value, reason.in_words());
                diagnostics.push(
                    Diagnostic::at(Code::LinkWithheld, &entry.document.path, topic.span, message)
                        .hint("the page is shown without this topic until the topic is published"),
                );
                continue;
            }
            let hint = hints.entry(&topic.value).or_insert_with(|| {
                did_you_mean(&topic.value, known.iter().copied()).unwrap_or_else(|| known_topics(&known))
            });
            diagnostics.push(
                Diagnostic::at(
                    Code::TopicUnknown,
                    &entry.document.path,
                    topic.span,
                    format!("there is no topic `{}`", topic.value),
                )
                .hint(hint.clone())
                .hint("a new topic is a new file in `content/topics/`"),
            );
        }
    }
}

fn known_topics(known: &[&str]) -> String {
    let named = known[..known.len().min(TOPICS_IN_HINT)].join(", ");
    match known.len() {
        0 => "no topic is published yet".to_owned(),
        1..=TOPICS_IN_HINT => format!("known topics are {named}"),
        count => format!("known topics are {named} and {} more", count - TOPICS_IN_HINT),
    }
}

fn source_groups(catalog: &Catalog, style: UrlStyle, sources: &Sources) -> Vec<Group> {
    let entry_of: HashMap<&str, EntryIndex> = indexes_of(&catalog.entries, DocumentKind::Source)
        .map(|index| (catalog.entries[index].id.as_str(), index))
        .collect();
    let mut groups: Vec<Group> = sources
        .values()
        .filter_map(|source| Some((source, *entry_of.get(source.id.as_str())?)))
        .map(|(source, index)| {
            let entry = &catalog.entries[index];
            let output = entry.output.clone().unwrap_or_default();
            Group {
                id: source.id.clone(),
                title: source.title.clone(),
                summary: entry
                    .document
                    .front
                    .summary
                    .as_ref()
                    .map_or_else(String::new, |summary| summary.value.clone()),
                entry: Some(index),
                url: address::url_of(style, &output),
                output,
                articles: Vec::new(),
            }
        })
        .collect();
    groups.sort_by_cached_key(|group| (group.title.to_lowercase(), group.id.clone()));
    groups
}
