//! Pages that show one document: articles, plain pages, learning paths, guides, the home page.

use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::context::{PageContext, ViewContext, day, extra, review, updated};
use super::fragment::{self, Place};
use super::parts::{self, PartPlace};
use super::plan::{PagePlan, Subject};
use super::reads::ReadNotes;
use super::{
    ArticleView, ContentsEntry, GuideStepView, GuideView, HomeView, LinkView, PageContent, PageView, PathCard,
    PathPlace, PathStepView, PathView, PlainView, RedirectView, SearchView, ShownAs, ShownText, lists, republished,
    structured_data,
};
use crate::catalog::{Entry, EntryIndex, LearningPath, address};
use crate::document::Heading;

/// Articles on the home page under "what is new".
const LATEST: usize = 8;

/// Featured articles on the home page.
const FEATURED: usize = 6;

/// Makes the view of one page, and says what of the catalog it was made from.
pub fn page(context: &ViewContext<'_>, plan: &PagePlan) -> (PageView, ReadNotes) {
    let context = PageContext::new(context);
    let page = view_of(&context, plan);
    (page, context.into_notes())
}

fn view_of(context: &PageContext<'_>, plan: &PagePlan) -> PageView {
    match &plan.subject {
        Subject::Home => home(context, plan),
        Subject::Article(entry) => article(context, plan, *entry),
        Subject::Plain(entry) => plain(context, plan, *entry),
        Subject::Section { section, page } => lists::section(context, plan, *section, *page),
        Subject::Index(dimension) => lists::index(context, plan, *dimension),
        Subject::Group { dimension, group, page } => lists::group(context, plan, *dimension, *group, *page),
        Subject::Paths => lists::paths(context, plan),
        Subject::Path(path) => learning_path(context, plan, *path),
        Subject::Guide(path) => guide(context, plan, *path),
        Subject::Parts { list, page } => lists::parts(context, plan, *list, *page),
        Subject::Glossary => lists::glossary(context, plan),
        Subject::Search => search(context, plan, "search", PageContent::Search),
        Subject::NotFound => search(context, plan, "not_found", PageContent::NotFound),
        Subject::Redirect(alias) => redirect(context, plan, *alias),
    }
}

/// What every page has, for a page that shows no document of its own.
pub(super) fn shell(context: &PageContext<'_>, plan: &PagePlan, title: String, content: PageContent) -> PageView {
    let config = context.config;
    let url = address::url_of(config.urls, &plan.output);
    PageView {
        output: plan.output.clone(),
        kind: content.name(),
        content,
        republished: Vec::new(),
        root: address::root_of(&plan.output),
        canonical: config.base_url.as_ref().map(|base| format!("{base}{}", url.trim_start_matches("./"))),
        url,
        title,
        description: String::new(),
        language: config.language.clone(),
        image: None,
        structured_data: None,
        breadcrumbs: vec![home_link(context)],
        contents: Vec::new(),
        edit_url: None,
        feedback_url: None,
        extra: serde_json::Map::new(),
    }
}

/// Completes a page that shows a document.
pub(super) fn with_document(context: &PageContext<'_>, mut page: PageView, index: EntryIndex) -> PageView {
    let entry = context.entry(index);
    let front = &entry.document.front;
    page.description.clone_from(&entry.summary);
    if let Some(language) = context.foreign_language(entry) {
        page.language = language;
    }
    page.image = context.config.base_url.as_ref().and_then(|base| Some(format!("{base}{}", entry.image.as_ref()?)));
    page.contents = contents(&entry.document.body.headings);
    let path = entry.document.path.strip_prefix("content/").unwrap_or(&entry.document.path);
    page.edit_url = context.config.edit_url.as_ref().map(|pattern| pattern.replace("{path}", &encode_path(path)));
    page.feedback_url = context
        .config
        .feedback
        .as_ref()
        .map(|pattern| pattern.replace("{title}", &encode(&entry.title)).replace("{path}", &encode(path)));
    page.extra = extra(&front.extra);
    page
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn encode_path(path: &str) -> String {
    path.split('/')
        .map(encode)
        .collect::<Vec<_>>()
        .join("/")
        .replace("%2E", ".")
        .replace("%2D", "-")
        .replace("%5F", "_")
}

/// The first breadcrumb of every page but the home page.
pub(super) fn home_link(context: &PageContext<'_>) -> LinkView {
    LinkView {
        title: context.strings.title_of("home").to_owned(),
        url: address::url_of(context.config.urls, &address::index_output("")),
    }
}

/// Home and all sections from the top down to `section`.
pub(super) fn section_breadcrumbs(context: &PageContext<'_>, section: Option<usize>) -> Vec<LinkView> {
    let mut ways: Vec<LinkView> = std::iter::successors(section, |&section| context.section(section).parent)
        .map(|section| context.section_link(section))
        .collect();
    ways.push(home_link(context));
    ways.reverse();
    ways
}

/// Headings nested by level: each under the nearest one before it with a lower level.
pub(super) fn contents(headings: &[Heading]) -> Vec<ContentsEntry> {
    let mut open: Vec<(u8, ContentsEntry)> = Vec::new();
    let mut top = Vec::new();
    let close = |open: &mut Vec<(u8, ContentsEntry)>, top: &mut Vec<ContentsEntry>| {
        if let Some((_, done)) = open.pop() {
            match open.last_mut() {
                Some((_, parent)) => parent.children.push(done),
                None => top.push(done),
            }
        }
    };
    for heading in headings.iter().filter(|heading| heading.level <= 3) {
        while open.last().is_some_and(|(level, _)| *level >= heading.level) {
            close(&mut open, &mut top);
        }
        let entry = ContentsEntry { id: heading.id.clone(), title: heading.text.clone(), children: Vec::new() };
        open.push((heading.level, entry));
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    top
}

/// The body of a document on its own page.
pub(super) fn body(context: &PageContext<'_>, index: EntryIndex, root: &str) -> String {
    let place = Place { root, document: index, own_page: true, id_prefix: "" };
    fragment::html(context, &context.entry(index).document.body.content, &place)
}

fn neighbour(context: &PageContext<'_>, index: Option<EntryIndex>) -> Option<LinkView> {
    index.map(|index| context.link(index))
}

fn article(context: &PageContext<'_>, plan: &PagePlan, index: EntryIndex) -> PageView {
    let entry = context.entry(index);
    let front = &entry.document.front;
    let root = address::root_of(&plan.output);
    let body = body(context, index, &root);
    let source = republished::source_of(context, entry);
    let content = match source {
        Some(source) => republished::with_statement(context, entry, source, 2, body),
        None => body,
    };
    let view = ArticleView {
        deck: front.deck.as_ref().map(|deck| deck.value.clone()),
        content,
        republished: republished::origin(context, entry),
        parts: if context.parts_of_articles {
            parts::of_article(context, index, &PartPlace { root: &root, own_page: true, id_prefix: "" })
        } else {
            Vec::new()
        },
        authors: context.authors(entry),
        owner: entry.owner.map(|owner| context.person(owner)),
        review: review(entry.review.as_ref()),
        minutes: entry.minutes,
        date: front.date.as_ref().map(|date| day(date.value)),
        updated: updated(entry),
        audience: context.audiences(&entry.audiences),
        topics: context.topics(&entry.topics),
        paths: entry.places.iter().map(|place| path_place(context, place.path, place.step)).collect(),
        previous: neighbour(context, entry.previous),
        next: neighbour(context, entry.next),
        related: entry.related.iter().map(|&related| context.card(related)).collect(),
        backlinks: context.backlinks(entry),
        draft: front.draft,
    };
    let mut page = shell(context, plan, entry.title.clone(), PageContent::Article(Box::new(view)));
    page.breadcrumbs = section_breadcrumbs(context, entry.section);
    let mut page = with_document(context, page, index);
    if entry.document.front.source.is_some() {
        let text = entry.document.body.text.read().into_owned();
        page.republished.push(ShownText { piece: index, shown_as: ShownAs::Article, text });
    }
    if let Some(source) = source {
        page.canonical = canonical_of_piece(source, entry, page.canonical);
        page.structured_data = Some(structured_data::of_piece(context, entry, source, &plan.output));
    }
    page
}

/// What a feed may carry of an article besides its summary: of a piece whose owner allows it, the whole text and the
/// owner's complete statement as one piece of HTML, with complete addresses.
pub fn text_for_feed(context: &ViewContext<'_>, article: EntryIndex, base: &Url) -> Option<String> {
    let context = &PageContext::new(context);
    let entry = context.entry(article);
    let source = republished::source_of(context, entry).filter(|source| source.feeds_full())?;
    let place = Place { root: base.as_str(), document: article, own_page: false, id_prefix: "" };
    let body = fragment::html(context, &entry.document.body.content, &place);
    Some(republished::with_statement(context, entry, source, 2, body))
}

/// The canonical address of a republished piece, as its owner asks: this page, the original, or none.
fn canonical_of_piece(source: &crate::rights::Source, entry: &Entry, own: Option<String>) -> Option<String> {
    match source.terms.canonical.as_ref().map(|canonical| canonical.value.as_str()) {
        Some("original") => entry.document.front.original_url.as_ref().map(|url| url.value.clone()),
        Some("none") => None,
        _ => own,
    }
}

fn path_place(context: &PageContext<'_>, path: usize, step: usize) -> PathPlace {
    let path = context.path(path);
    let to = |step: Option<usize>| {
        let article = step.and_then(|step| path.steps.get(step)).and_then(|step| step.article)?;
        // A reading-list entry has no page here: its step stands on the path's page, where the way out is marked.
        let page = if context.entry(article).is_external() { path.entry } else { article };
        Some(LinkView { title: context.entry(article).title.clone(), url: context.entry(page).url.clone() })
    };
    PathPlace {
        path: context.link(path.entry),
        step: step + 1,
        steps: path.steps.len(),
        previous: to(step.checked_sub(1)),
        next: to(Some(step + 1)),
    }
}

fn plain(context: &PageContext<'_>, plan: &PagePlan, index: EntryIndex) -> PageView {
    let entry = context.entry(index);
    let root = address::root_of(&plan.output);
    let view = PlainView {
        content: body(context, index, &root),
        updated: updated(entry),
        owner: entry.owner.map(|owner| context.person(owner)),
        review: review(entry.review.as_ref()),
        previous: neighbour(context, entry.previous),
        next: neighbour(context, entry.next),
        backlinks: context.backlinks(entry),
        draft: entry.document.front.draft,
    };
    let mut page = shell(context, plan, entry.title.clone(), PageContent::Plain(Box::new(view)));
    page.breadcrumbs = section_breadcrumbs(context, entry.section);
    with_document(context, page, index)
}

/// A learning path in a list.
pub(super) fn path_card(context: &PageContext<'_>, path: &LearningPath) -> PathCard {
    let entry = context.entry(path.entry);
    PathCard {
        title: entry.title.clone(),
        url: entry.url.clone(),
        summary: entry.summary.clone(),
        steps: path.steps.len(),
        minutes: path.minutes,
        audience: context.audiences(&entry.audiences),
    }
}

fn paths_breadcrumbs(context: &PageContext<'_>) -> Vec<LinkView> {
    let mut ways = vec![home_link(context)];
    ways.extend(
        context
            .list_of_paths()
            .map(|page| LinkView { title: context.strings.title_of("paths").to_owned(), url: page.url.clone() }),
    );
    ways
}

fn step_title(context: &PageContext<'_>, article: Option<EntryIndex>) -> String {
    match article {
        Some(article) => context.entry(article).title.clone(),
        None => context.strings.get("step_withheld").to_owned(),
    }
}

fn learning_path(context: &PageContext<'_>, plan: &PagePlan, number: usize) -> PageView {
    let path = context.path(number);
    let entry = context.entry(path.entry);
    let root = address::root_of(&plan.output);
    let steps = path.steps.iter().enumerate().map(|(step, it)| PathStepView {
        number: step + 1,
        card: it.article.map(|article| context.card(article)),
        title: step_title(context, it.article),
        why: it.why.clone(),
        minutes: it.minutes,
    });
    let view = PathView {
        content: body(context, path.entry, &root),
        steps: steps.collect(),
        minutes: path.minutes,
        guide_url: path.guide_url.clone(),
        audience: context.audiences(&entry.audiences),
        topics: context.topics(&entry.topics),
        authors: context.authors(entry),
        owner: entry.owner.map(|owner| context.person(owner)),
        review: review(entry.review.as_ref()),
    };
    let mut page = shell(context, plan, entry.title.clone(), PageContent::Path(Box::new(view)));
    page.breadcrumbs = paths_breadcrumbs(context);
    with_document(context, page, path.entry)
}

fn guide(context: &PageContext<'_>, plan: &PagePlan, number: usize) -> PageView {
    let path = context.path(number);
    let entry = context.entry(path.entry);
    let root = address::root_of(&plan.output);
    let mut starts_at = 0;
    let mut shown = BTreeSet::new();
    let mut republished = Vec::new();
    let mut steps = Vec::new();
    for (step, it) in path.steps.iter().enumerate() {
        let id = format!("step-{}", step + 1);
        let id_prefix = format!("{id}-");
        let place = PartPlace { root: &root, own_page: false, id_prefix: &id_prefix };
        // A piece's text stands in the guide once, with its statement; a second step leads to the article.
        let first_time = it.article.filter(|article| shown.insert(*article));
        let content = first_time.and_then(|article| parts::with_statement(context, article, &place, 3));
        republished.extend(first_time.filter(|_| content.is_some()).map(|article| ShownText {
            piece: article,
            shown_as: ShownAs::Part,
            text: parts::text_of_parts(context, article),
        }));
        steps.push(GuideStepView {
            number: step + 1,
            id,
            title: step_title(context, it.article),
            card: it.article.map(|article| context.card(article)),
            why: it.why.clone(),
            minutes: it.minutes,
            starts_at,
            parts: it.article.map(|article| parts::of_article(context, article, &place)).unwrap_or_default(),
            content,
        });
        starts_at += it.minutes;
    }
    let introduction = Place { root: &root, document: path.entry, own_page: false, id_prefix: "path-" };
    let view = GuideView {
        path: context.link(path.entry),
        summary: entry.summary.clone(),
        content: fragment::html(context, &entry.document.body.content, &introduction),
        steps,
        minutes: path.minutes,
        audience: context.audiences(&entry.audiences),
    };
    let title = context.strings.title_of("guide").replace("{title}", &entry.title);
    let mut page = shell(context, plan, title, PageContent::Guide(Box::new(view)));
    page.republished = republished;
    page.breadcrumbs = paths_breadcrumbs(context);
    page.breadcrumbs.push(context.link(path.entry));
    page.description.clone_from(&entry.summary);
    page
}

fn home(context: &PageContext<'_>, plan: &PagePlan) -> PageView {
    let catalog = context.whole();
    let learning_point = catalog.articles.iter().find_map(|&article| {
        let entry = context.entry(article);
        let part = entry.document.body.parts.iter().find(|part| part.key == "learning_point")?;
        let place = PartPlace { root: "", own_page: false, id_prefix: "point-" };
        let is_own = entry.document.front.source.is_none() && !entry.is_external();
        is_own.then(|| parts::entry(context, article, part, &place))
    });
    let featured = catalog.articles.iter().filter(|&&article| context.entry(article).document.front.featured);
    let view = HomeView {
        content: catalog.home.map(|home| body(context, home, "")).unwrap_or_default(),
        paths: catalog.paths.iter().map(|path| path_card(context, path)).collect(),
        topics: context.topics_in_use(),
        sections: context.top_sections(),
        featured: featured.take(FEATURED).map(|&article| context.card(article)).collect(),
        latest: catalog.articles.iter().take(LATEST).map(|&article| context.card(article)).collect(),
        learning_point,
    };
    let written = catalog.home.filter(|&home| context.entry(home).document.front.title.is_some());
    let title = written.map_or_else(|| context.config.title.clone(), |home| context.entry(home).title.clone());
    let mut page = shell(context, plan, title, PageContent::Home(Box::new(view)));
    if let Some(home) = catalog.home {
        page = with_document(context, page, home);
    }
    page.breadcrumbs.clear();
    if catalog.home.is_none_or(|home| context.entry(home).document.front.summary.is_none()) {
        page.description.clone_from(&context.config.description);
    }
    page
}

fn search(
    context: &PageContext<'_>,
    plan: &PagePlan,
    title: &str,
    content: fn(Box<SearchView>) -> PageContent,
) -> PageView {
    let view = SearchView { topics: context.topics_in_use(), sections: context.top_sections() };
    let mut page = shell(context, plan, context.strings.title_of(title).to_owned(), content(Box::new(view)));
    if plan.subject == Subject::NotFound {
        // A host shows this page at any address, so that only a path from the host's root leads anywhere.
        page.root = context.config.base_url.as_ref().map_or_else(|| "/".to_owned(), |base| base.path().to_owned());
        page.canonical = None;
    }
    page
}

fn redirect(context: &PageContext<'_>, plan: &PagePlan, alias: usize) -> PageView {
    let target = context.link(context.alias(alias).entry);
    let title = target.title.clone();
    let base = context.config.base_url.as_ref();
    let canonical = base.map(|base| format!("{base}{}", target.url.trim_start_matches("./")));
    let mut page = shell(context, plan, title, PageContent::Redirect(Box::new(RedirectView { target })));
    page.canonical = canonical;
    page.breadcrumbs.clear();
    page
}
