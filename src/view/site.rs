//! The view of what every page shows.

use super::context::{PageContext, ViewContext, extra};
use super::{AnnouncementView, NavigationItem, PartName, SiteView};
use crate::catalog::{ListPage, address};
use crate::source::Digest;

/// Makes the view that all pages share.
pub fn site(context: &ViewContext<'_>) -> SiteView {
    let context = &PageContext::new(context);
    let config = context.config;
    let lists = &context.whole().lists;
    let has_feed = config.base_url.is_some();
    SiteView {
        title: config.title.clone(),
        description: config.description.clone(),
        language: config.language.clone(),
        base_url: config.base_url.as_ref().map(ToString::to_string),
        home_url: address::url_of(config.urls, &address::index_output("")),
        search_url: lists.search.url.clone(),
        feed_url: has_feed.then(|| "feed.xml".to_owned()),
        navigation: navigation(context),
        footer: footer(context),
        announcements: announcements(context),
        parts: config
            .parts
            .iter()
            .map(|part| PartName { key: part.key.clone(), label: part.display_label().to_owned() })
            .collect(),
        extra: extra(&config.extra),
    }
}

fn item(context: &PageContext<'_>, key: &str, page: &ListPage) -> NavigationItem {
    NavigationItem { key: key.to_owned(), title: context.strings.title_of(key).to_owned(), url: page.url.clone() }
}

fn navigation(context: &PageContext<'_>) -> Vec<NavigationItem> {
    let catalog = context.whole();
    let lists = &catalog.lists;
    let mut items = Vec::new();
    let top = |articles: bool| {
        catalog
            .sections
            .iter()
            .filter(move |section| section.parent.is_none() && (section.folder == "articles") == articles)
            .map(|section| NavigationItem {
                key: section.folder.clone(),
                title: context.section_title(section),
                url: section.url.clone(),
            })
    };
    items.extend(top(true));
    items.extend(lists.paths.as_ref().map(|page| item(context, "paths", page)));
    items.extend(lists.topics.as_ref().map(|page| item(context, "topics", page)));
    items.extend(lists.parts.iter().map(|list| NavigationItem {
        key: list.key.clone(),
        title: super::lists::part_list_title(context, &list.key),
        url: list.page.url.clone(),
    }));
    items.extend(lists.glossary.as_ref().map(|page| item(context, "glossary", page)));
    items.extend(top(false));
    items
}

fn footer(context: &PageContext<'_>) -> Vec<NavigationItem> {
    let lists = &context.whole().lists;
    [("authors", &lists.authors), ("audiences", &lists.audiences), ("sources", &lists.sources)]
        .into_iter()
        .filter_map(|(key, page)| page.as_ref().map(|page| item(context, key, page)))
        .collect()
}

fn announcements(context: &PageContext<'_>) -> Vec<AnnouncementView> {
    let current = |until: Option<crate::date::Date>| until.is_none_or(|until| context.whole().day <= until);
    context
        .config
        .announcements
        .iter()
        .filter(|announcement| current(announcement.until))
        .map(|announcement| AnnouncementView {
            text: announcement.text.value.clone(),
            id: Digest::of(announcement.text.value.as_bytes()).to_hex()[..12].to_owned(),
        })
        .collect()
}
