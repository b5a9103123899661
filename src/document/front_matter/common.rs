//! The keys of every kind but the terms of a source. Must not know other files.

use super::keys::has_key;
use super::missing::{LONGEST_TITLE, likely_title, needs_title};
use super::{FrontMatter, PathStep, address};
use crate::date::{parse_day, suggest_day};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};
use crate::document::DocumentKind;
use crate::settings::yaml::quote_if_needed;
use crate::settings::{Table, Value};

/// Minutes a step of a path may take: ten hours.
const LONGEST_STEP: i64 = 600;

/// Reads the keys that the kind has; the others stay unknown to the table and are reported by it.
pub(super) fn read(table: &mut Table<'_, '_>, kind: DocumentKind) -> FrontMatter {
    let mut front = FrontMatter {
        title: title(table),
        summary: table.text("summary"),
        date: table.day("date"),
        updated: table.day("updated"),
        owner: table.text("owner"),
        reviewed: table.day("reviewed"),
        review_every: table.interval("review_every"),
        draft: table.boolean("draft").is_some_and(|it| it.value),
        publish_on: table.day("publish_on"),
        expires_on: table.day("expires_on"),
        aliases: address::aliases(table),
        slug: address::slug(table),
        order: table.number("order", i64::MIN..=i64::MAX).map(|it| it.value),
        featured: table.boolean("featured").is_some_and(|it| it.value),
        language: table.language("language"),
        image: table.text("image"),
        extra: table.entries("extra").iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect(),
        ..FrontMatter::default()
    };
    if has_key(kind, "authors") {
        front.authors = table.texts("authors");
        front.topics = table.texts("topics");
        front.audience = table.texts("audience");
    }
    match kind {
        DocumentKind::Article => read_article(table, &mut front),
        DocumentKind::Path => front.steps = steps(table),
        DocumentKind::Term => front.terms = table.texts("terms"),
        DocumentKind::Home
        | DocumentKind::Section
        | DocumentKind::Source
        | DocumentKind::Topic
        | DocumentKind::Person
        | DocumentKind::Page => {}
    }
    check_days(table, &front);
    front
}

fn read_article(table: &mut Table<'_, '_>, front: &mut FrontMatter) {
    let address = |found: Option<Spanned<(String, url::Url)>>| found.map(|it| Spanned::new(it.value.0, it.span));
    front.deck = table.text("deck");
    front.source = table.text("source");
    front.original_url = address(table.url("original_url", &["http", "https"]));
    front.original_title = table.text("original_title");
    front.published = published(table);
    front.changes = table.text("changes");
    front.seal = table.text("seal");
    front.permission = table.one_of("permission", &["unknown"]);
    front.own = table.boolean("own").is_some_and(|it| it.value);
    front.external_url = address(table.url("external_url", &["http", "https"]));
}

fn title(table: &mut Table<'_, '_>) -> Option<Spanned<String>> {
    let title = table.text("title")?;
    let length = title.value.chars().count();
    if length > LONGEST_TITLE {
        let report = table
            .invalid(title.span, format!("`title` has {length} characters, more than {LONGEST_TITLE}"))
            .hint("shorten it and move the rest to `summary` or the text");
        table.push(report);
    }
    Some(title)
}

/// A missing title, at the start of the block, with a likely one as the correction.
pub(super) fn check_title(table: &mut Table<'_, '_>, kind: DocumentKind, front: &FrontMatter, text: &str, body: usize) {
    if front.title.is_some() || !needs_title(kind) || table.is_written("title") {
        return;
    }
    let title = quote_if_needed(&likely_title(table.file(), text.get(body..).unwrap_or("")));
    let line = format!("title: {title}");
    let report = match table.entry("title") {
        Some((key, value)) => {
            let span = Span { start: key.span.start, end: value.span.end.max(key.span.end) };
            Diagnostic::at(Code::FrontMatterMissingTitle, table.file(), span, "the title is empty")
                .hint(format!("write one, for example `{line}`"))
        }
        None => {
            let start = front.span.start as usize;
            let opening = text.get(start..).and_then(|rest| rest.split_inclusive('\n').next()).map_or(0, str::len);
            let below = Span::new(start + opening, start + opening);
            Diagnostic::at(
                Code::FrontMatterMissingTitle,
                table.file(),
                Span::new(start, start + 3),
                "the front matter has no title",
            )
            .hint(format!("add a line such as `{line}`"))
            .fix_at(below, format!("{line}\n"))
        }
    };
    table.push(report);
}

fn check_days(table: &mut Table<'_, '_>, front: &FrontMatter) {
    if let (Some(from), Some(until)) = (&front.publish_on, &front.expires_on)
        && from.value >= until.value
    {
        let report = table
            .invalid(
                until.span,
                format!("the page would never be shown: `expires_on` is not after `publish_on`, {}", from.value),
            )
            .related(table.file(), Some(from.span), "published from here on")
            .hint("`expires_on` is the first day on which the page is no longer shown");
        table.push(report);
    }
}

/// A day, a month (`2007-07`) or a year.
fn published(table: &mut Table<'_, '_>) -> Option<Spanned<String>> {
    let text = table.text("published")?;
    let number = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u16>().ok())?
    };
    let year = |part: &str| number(part, 4).is_some();
    let month = |part: &str| number(part, 2).is_some_and(|month| (1..=12).contains(&month));
    let shaped = match text.value.split_once('-') {
        None => year(&text.value),
        Some((first, second)) if !second.contains('-') => year(first) && month(second),
        Some(_) => parse_day(&text.value).is_some(),
    };
    if shaped {
        return Some(text);
    }
    let message = format!("`published` must be a day, a month or a year, but is `{}`", text.value);
    let mut report =
        table.invalid(text.span, message).hint("write `2007-07-03`, `2007-07` or `2007`, whichever is known");
    let padded_month =
        text.value.split_once(['-', '/', '.']).filter(|(first, second)| year(first) && second.len() == 1);
    let meant = suggest_day(&text.value).or_else(|| padded_month.map(|(year, month)| format!("{year}-0{month}")));
    if let Some(meant) = meant {
        report = report.fix(meant);
    }
    table.push(report);
    None
}

fn steps(table: &mut Table<'_, '_>) -> Vec<PathStep> {
    let Some(value) = table.value("steps") else {
        return Vec::new();
    };
    let Value::List(items) = &value.value else {
        return table.tables("steps", step).into_iter().flatten().collect();
    };
    let mut steps = Vec::new();
    for item in items {
        match &item.value {
            Value::Empty => {}
            // A bare id is clear enough to go on with.
            Value::Scalar { text, .. } => {
                let fix = format!("article: {}", quote_if_needed(text.trim()));
                let report = table
                    .invalid(item.span, "a step must be a group of keys with `article`")
                    .hint(format!("write `- {fix}`"))
                    .fix(fix);
                table.push(report);
                let article = Spanned::new(text.trim().to_owned(), item.span);
                steps.push(PathStep { article, why: None, minutes: None });
            }
            Value::List(_) | Value::Map(_) => {
                steps.extend(table.table_in("steps", item, step).flatten());
            }
        }
    }
    steps
}

fn step(table: &mut Table<'_, '_>) -> Option<PathStep> {
    let article = table.text("article");
    let why = table.text("why");
    let minutes = table.number("minutes", 1..=LONGEST_STEP).and_then(|it| u32::try_from(it.value).ok());
    if !table.is_written("article") {
        let report = table
            .invalid(table.span(), "a step needs an `article`")
            .hint("write the article's id: its path below `content/articles/` without `.md`");
        table.push(report);
    }
    Some(PathStep { article: article?, why, minutes })
}
