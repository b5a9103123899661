//! Topics, people, audiences and sources: names in front matter become groups of articles.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::build::{CatalogInput, WithheldMap, indexes_of};
use super::names::{Field, Name, Names, fold};
use super::visibility::Withheld;
use super::{Catalog, EntryIndex, Group, address};
use crate::config::UrlStyle;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::document::DocumentKind;
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
    let names = &Names::of(catalog);
    let (topics, of_topic) = groups((catalog, names), style, "topics", Some(DocumentKind::Topic), &[Field::Topics]);
    // A vocabulary of which everything is still a draft is one all the same.
    let controlled = input.documents.iter().any(|document| document.kind == DocumentKind::Topic);
    if controlled {
        let hidden = hidden_topics(input, withheld);
        report_unknown_topics((catalog, names), &topics, &of_topic, &hidden, diagnostics);
    }
    let named_people = [Field::Authors, Field::Owner];
    let (people, of_person) = groups((catalog, names), style, "authors", Some(DocumentKind::Person), &named_people);
    let (audiences, of_audience) = groups((catalog, names), style, "audiences", None, &[Field::Audience]);
    catalog.topics = if controlled { keep_known(topics) } else { topics };
    catalog.people = people;
    catalog.audiences = audiences;
    catalog.sources = source_groups(catalog, style, sources);

    let known_topics = catalog.topics.len();
    let source_index: HashMap<String, usize> =
        catalog.sources.iter().enumerate().map(|(index, group)| (group.id.clone(), index)).collect();
    catalog.entries.par_iter_mut().enumerate().for_each(|(index, entry)| {
        let groups_in = |field, of_name: &GroupOfName| unique(names.of_entry(index, field), of_name);
        entry.topics = groups_in(Field::Topics, &of_topic);
        entry.topics.retain(|&topic| topic < known_topics);
        entry.authors = groups_in(Field::Authors, &of_person);
        entry.audiences = groups_in(Field::Audience, &of_audience);
        entry.owner = groups_in(Field::Owner, &of_person).first().copied();
        let source = &entry.document.front.source;
        entry.source = source.as_ref().and_then(|source| source_index.get(&source.value).copied());
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

/// By number of a name: the group that it stands for in one dimension.
type GroupOfName = Vec<Option<usize>>;

fn unique(names: &[Name], of_name: &GroupOfName) -> Vec<usize> {
    let mut found = Vec::with_capacity(names.len());
    for &name in names {
        if let Some(group) = of_name[name].filter(|group| !found.contains(group)) {
            found.push(group);
        }
    }
    found
}

/// The groups of one dimension in the order of their titles, files first where a name has one, and which group each name
/// stands for. Groups without a file come last, so that a controlled vocabulary can be cut behind its files.
fn groups(
    (catalog, names): (&Catalog, &Names),
    style: UrlStyle,
    folder: &'static str,
    kind: Option<DocumentKind>,
    fields: &[Field],
) -> (Vec<Group>, GroupOfName) {
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
    for (key, spelled) in without_file((catalog, names), fields, &index) {
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
    let of_name = (0..names.len()).map(|name| index.get(names.folded(name)).copied()).collect();
    (result, of_name)
}

/// Names in these fields that are not in the index: by folded name, how often each spelling is used.
fn without_file<'n>(
    (catalog, names): (&Catalog, &'n Names),
    fields: &[Field],
    index: &HashMap<String, usize>,
) -> BTreeMap<&'n str, BTreeMap<&'n str, usize>> {
    let mut uses = vec![0_usize; names.len()];
    for entry in 0..catalog.entries.len() {
        let named = fields.iter().flat_map(|&field| names.of_entry(entry, field));
        named.for_each(|&name| uses[name] += 1);
    }
    let mut spellings: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (name, count) in uses.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        let key = names.folded(name);
        if !key.is_empty() && !index.contains_key(key) {
            *spellings.entry(key).or_default().entry(names.spelling(name).trim()).or_default() += count;
        }
    }
    spellings
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
    (catalog, names): (&Catalog, &Names),
    topics: &[Group],
    of_topic: &GroupOfName,
    hidden: &HashMap<String, Withheld>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let known: Vec<&str> = topics.iter().filter(|topic| topic.entry.is_some()).map(|topic| topic.id.as_str()).collect();
    let mut hints: HashMap<&str, String> = HashMap::new();
    for (index, entry) in catalog.entries.iter().enumerate() {
        for (topic, &name) in entry.document.front.topics.iter().zip(names.of_entry(index, Field::Topics)) {
            let group = of_topic[name].map(|index| &topics[index]);
            if group.is_some_and(|group| group.entry.is_some()) {
                continue;
            }
            if let Some(reason) = hidden.get(names.folded(name)) {
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
