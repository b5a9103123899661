//! Pages that show many documents: sections, groups, indexes, parts, glossary.

use super::context::{PageContext, counted, day, group_link};
use super::fragment::{self, Place};
use super::pages::{body, home_link, path_card, section_breadcrumbs, shell, with_document};
use super::parts::{self, PartPlace};
use super::plan::{Dimension, PagePlan};
use super::republished;
use super::{
    CountedLink, GlossaryLetter, GlossaryTerm, GlossaryView, IndexView, LinkView, PageContent, PageView, Pagination,
    PartsGroup, PartsView, SectionView, ShownAs, ShownText, SourceView, TermView,
};
use crate::catalog::{
    EntryIndex, Group, INSIDE_TERM, ListedPart, PAGE_SIZE, PARTS_PAGE_SIZE, PartsList, address, term_anchor,
};
use crate::rights::licence::Licence;

/// Pages before and after the current one that a list's navigation names, beside the first and the last: naming all
/// would cost the square of a long list.
const NEIGHBOURS: usize = 2;

/// Where page `number` of a list whose first page is `first` lies among all of them.
fn pagination(context: &PageContext<'_>, first: &str, number: usize, count: usize, size: usize) -> Pagination {
    let total = count.div_ceil(size).max(1);
    let url = |number: usize| address::url_of(context.config.urls, &address::numbered_output(first, number));
    let mut pages = Vec::new();
    let mut last_shown = 0;
    for shown in (1..=total).filter(|&shown| shown == 1 || shown == total || shown.abs_diff(number) <= NEIGHBOURS) {
        if shown > last_shown + 1 {
            pages.push(LinkView { title: "…".to_owned(), url: String::new() });
        }
        pages.push(LinkView { title: shown.to_string(), url: url(shown) });
        last_shown = shown;
    }
    Pagination {
        number,
        total,
        previous_url: (number > 1).then(|| url(number - 1)),
        next_url: (number < total).then(|| url(number + 1)),
        pages,
    }
}

/// The entries on page `number` of a list.
fn on_page<T>(all: &[T], number: usize, size: usize) -> &[T] {
    let start = ((number - 1) * size).min(all.len());
    &all[start..(start + size).min(all.len())]
}

/// A page of a section's list.
pub(super) fn section(context: &PageContext<'_>, plan: &PagePlan, index: usize, number: usize) -> PageView {
    let section = context.section(index);
    let root = address::root_of(&plan.output);
    let is_first = number == 1;
    let text = section.entry.filter(|_| is_first);
    let view = SectionView {
        content: text.map(|entry| body(context, entry, &root)).unwrap_or_default(),
        sections: if is_first {
            section.children.iter().map(|&child| context.counted_section(child)).collect()
        } else {
            Vec::new()
        },
        cards: on_page(&section.members, number, PAGE_SIZE).iter().map(|&member| context.card(member)).collect(),
        pagination: pagination(context, &section.output, number, section.members.len(), PAGE_SIZE),
        count: section.members.len(),
    };
    let title = context.section_title(section);
    let mut page = shell(context, plan, title, PageContent::Section(Box::new(view)));
    page.breadcrumbs = section_breadcrumbs(context, section.parent);
    match text {
        Some(entry) => with_document(context, page, entry),
        // Further pages have no description: the first page's would be said of all.
        None if is_first => {
            page.description.clone_from(&section.summary);
            page
        }
        None => page,
    }
}

/// The list of all groups of a dimension.
pub(super) fn index(context: &PageContext<'_>, plan: &PagePlan, dimension: Dimension) -> PageView {
    let catalog = context.whole();
    let (groups, _) = dimension.of(catalog);
    let shown = |group: &&Group| !group.articles.is_empty() || dimension == Dimension::Topics && group.entry.is_some();
    let introductions = &catalog.introductions;
    let introduction = match dimension {
        Dimension::Topics => introductions.topics,
        Dimension::Authors => introductions.people,
        Dimension::Sources => introductions.sources,
        Dimension::Audiences => None,
    };
    let view = IndexView {
        of: dimension.name(),
        content: introduction.map(|entry| body(context, entry, &address::root_of(&plan.output))).unwrap_or_default(),
        entries: in_title_order(counted(groups.iter().filter(shown))),
        paths: Vec::new(),
        report_url: (dimension == Dimension::Sources)
            .then(|| catalog.lists.report.as_ref().map(|page| page.url.clone()))
            .flatten(),
    };
    list_page(context, plan, dimension.name(), introduction, PageContent::Index(Box::new(view)))
}

/// Groups with and without a file of their own, as readers look for them.
fn in_title_order(mut entries: Vec<CountedLink>) -> Vec<CountedLink> {
    entries.sort_by_cached_key(|entry| (entry.title.to_lowercase(), entry.url.clone()));
    entries
}

/// The list of all learning paths.
pub(super) fn paths(context: &PageContext<'_>, plan: &PagePlan) -> PageView {
    let catalog = context.whole();
    let introduction = catalog.introductions.paths;
    let view = IndexView {
        of: "paths",
        content: introduction.map(|entry| body(context, entry, &address::root_of(&plan.output))).unwrap_or_default(),
        entries: Vec::new(),
        paths: catalog.paths.iter().map(|path| path_card(context, path)).collect(),
        report_url: None,
    };
    list_page(context, plan, "paths", introduction, PageContent::Index(Box::new(view)))
}

/// A list with a title from the interface, or from the text that introduces it.
fn list_page(
    context: &PageContext<'_>,
    plan: &PagePlan,
    name: &str,
    introduction: Option<EntryIndex>,
    content: PageContent,
) -> PageView {
    let written = introduction.filter(|&entry| context.entry(entry).document.front.title.is_some());
    let title =
        written.map_or_else(|| context.strings.title_of(name).to_owned(), |entry| context.entry(entry).title.clone());
    let page = shell(context, plan, title, content);
    match introduction {
        Some(entry) => with_document(context, page, entry),
        None => page,
    }
}

/// A page of a group's list.
pub(super) fn group(
    context: &PageContext<'_>,
    plan: &PagePlan,
    dimension: Dimension,
    index: usize,
    number: usize,
) -> PageView {
    let group = context.group(dimension, index);
    let list = context.list_of(dimension);
    let cards = on_page(&group.articles, number, PAGE_SIZE).iter().map(|&article| context.card(article)).collect();
    let pagination = pagination(context, &group.output, number, group.articles.len(), PAGE_SIZE);
    let text = group.entry.filter(|_| number == 1);
    let content = match dimension {
        Dimension::Sources => PageContent::Source(Box::new(source(context, group, cards, pagination))),
        _ => PageContent::Term(Box::new(TermView {
            of: dimension.name(),
            summary: group.summary.clone(),
            content: text.map(|entry| body(context, entry, &address::root_of(&plan.output))).unwrap_or_default(),
            cards,
            pagination,
            count: group.articles.len(),
        })),
    };
    let mut page = shell(context, plan, group.title.clone(), content);
    page.breadcrumbs = vec![home_link(context)];
    page.breadcrumbs.extend(
        list.map(|list| LinkView {
            title: context.strings.title_of(dimension.name()).to_owned(),
            url: list.url.clone(),
        }),
    );
    match text.filter(|_| dimension != Dimension::Sources) {
        Some(entry) => with_document(context, page, entry),
        None if number == 1 => {
            page.description.clone_from(&group.summary);
            page
        }
        None => page,
    }
}

fn source(context: &PageContext<'_>, group: &Group, cards: Vec<super::Card>, pagination: Pagination) -> SourceView {
    let source = context.terms(&group.id);
    let terms = source.map(|source| &source.terms);
    let licence = source.and_then(|source| match &source.licence {
        Some(Licence::CreativeCommons(licence)) => Some(licence),
        _ => None,
    });
    let text = |value: Option<&Option<crate::diagnostic::Spanned<String>>>| {
        value.and_then(Option::as_ref).map(|value| value.value.clone())
    };
    SourceView {
        homepage: text(terms.map(|terms| &terms.homepage)),
        licence: licence.map(|licence| licence.name()),
        licence_url: licence.map(|licence| licence.deed()),
        contact: text(terms.map(|terms| &terms.contact)),
        valid_until: terms.and_then(|terms| terms.valid_until.as_ref()).map(|until| day(until.value)),
        cards,
        pagination,
        count: group.articles.len(),
    }
}

/// The title of the list of one part: from the interface for the parts every site has, else the part's label.
pub(super) fn part_list_title(context: &PageContext<'_>, key: &str) -> String {
    let interface_key = if key == "learning_point" { "learning_points" } else { key };
    if crate::config::BUILT_IN_PARTS.contains(&key) {
        return context.strings.title_of(interface_key).to_owned();
    }
    let definition = context.config.parts.iter().find(|part| part.key == key);
    definition.map_or_else(|| address::humanize(key), |part| part.display_label().to_owned())
}

/// A page of the list of one part.
pub(super) fn parts(context: &PageContext<'_>, plan: &PagePlan, list: usize, number: usize) -> PageView {
    let PartsList { key, page: first, members } = context.parts_list(list);
    let root = address::root_of(&plan.output);
    let mut groups: Vec<PartsGroup> = Vec::new();
    let mut statements = Vec::new();
    let mut republished = Vec::new();
    let mut current = None;
    for (at, &ListedPart { topic, article, part }) in on_page(members, number, PARTS_PAGE_SIZE).iter().enumerate() {
        if current != Some(topic) {
            current = Some(topic);
            groups.push(PartsGroup {
                id: group_id(context, topic),
                topic: topic.map(|topic| group_link(context.group(Dimension::Topics, topic))),
                entries: Vec::new(),
            });
        }
        let id_prefix = format!("p{}-", at + 1);
        let place = PartPlace { root: &root, own_page: false, id_prefix: &id_prefix };
        if let Some(group) = groups.last_mut() {
            let part = &context.entry(article).document.body.parts[part];
            let entry = parts::entry(context, article, part, &place);
            if entry.content.is_some() || entry.excerpt.is_some() {
                let added = republished::add_statement(context, context.entry(article), &mut statements);
                if added {
                    let text = entry.excerpt.clone().unwrap_or_else(|| part.text.read().into_owned());
                    republished.push(ShownText { piece: article, shown_as: ShownAs::Excerpt, text });
                }
            }
            group.entries.push(entry);
        }
    }
    let view = PartsView {
        key: key.clone(),
        audiences: context.audiences_in_use(),
        groups_index: groups_index(context, members, &first.output),
        groups,
        statements,
        pagination: pagination(context, &first.output, number, members.len(), PARTS_PAGE_SIZE),
        count: members.len(),
    };
    let mut page = shell(context, plan, part_list_title(context, key), PageContent::Parts(Box::new(view)));
    page.republished = republished;
    page
}

fn group_id(context: &PageContext<'_>, topic: Option<usize>) -> String {
    topic.map_or_else(
        || "no-topic".to_owned(),
        |topic| format!("topic-{}", address::slugify(&context.group(Dimension::Topics, topic).id)),
    )
}

/// Every group of a list of parts with the place at which it begins. Each page names them all, so that the end of a
/// group is searched for, not counted to.
fn groups_index(context: &PageContext<'_>, members: &[ListedPart], first: &str) -> Vec<CountedLink> {
    let mut index: Vec<CountedLink> = Vec::new();
    let mut at = 0;
    while let Some(&ListedPart { topic, .. }) = members.get(at) {
        let count = members[at..].partition_point(|listed| listed.topic == topic);
        let output = address::numbered_output(first, at / PARTS_PAGE_SIZE + 1);
        let url = address::url_of(context.config.urls, &output);
        index.push(CountedLink {
            title: topic.map_or_else(
                || context.strings.get("without_topic").to_owned(),
                |topic| context.group(Dimension::Topics, topic).title.clone(),
            ),
            url: format!("{url}#{}", address::encode_fragment(&group_id(context, topic))),
            summary: String::new(),
            count,
        });
        at += count;
    }
    index
}

/// The glossary.
pub(super) fn glossary(context: &PageContext<'_>, plan: &PagePlan) -> PageView {
    let catalog = context.whole();
    let introduction = catalog.introductions.glossary;
    let root = address::root_of(&plan.output);
    let mut letters: Vec<GlossaryLetter> = Vec::new();
    for &index in &catalog.glossary {
        let entry = context.entry(index);
        let first = address::slugify(&entry.title).chars().next().filter(|first| first.is_alphabetic());
        let letter = first.map_or_else(|| "#".to_owned(), |first| first.to_uppercase().to_string());
        let id = term_anchor(&entry.document);
        let id_prefix = format!("{id}{INSIDE_TERM}");
        let place = Place { root: &root, document: index, own_page: false, id_prefix: &id_prefix };
        let term = GlossaryTerm {
            title: entry.title.clone(),
            other: entry.document.front.terms.iter().map(|term| term.value.clone()).collect(),
            summary: entry.document.front.summary.as_ref().map_or_else(String::new, |summary| summary.value.clone()),
            content: fragment::html(context, &entry.document.body.content, &place),
            backlinks: context.backlinks(entry),
            id,
        };
        match letters.iter_mut().find(|known| known.letter == letter) {
            Some(known) => known.terms.push(term),
            None => letters.push(GlossaryLetter { letter, terms: vec![term] }),
        }
    }
    letters.sort_by(|left, right| left.letter.cmp(&right.letter));
    let view =
        GlossaryView { content: introduction.map(|entry| body(context, entry, &root)).unwrap_or_default(), letters };
    list_page(context, plan, "glossary", introduction, PageContent::Glossary(Box::new(view)))
}
