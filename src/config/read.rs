//! Reads `site.toml` into [`Config`]. Must not know the disk.

mod parts;
mod severity;

use jiff::tz::TimeZone;
use url::Url;

use super::{
    Announcement, ArticleSettings, Config, LinkSettings, MEDIA, PRICES, PUBLICATION_AUDIENCES, Publication,
    SearchSettings, UrlStyle,
};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned, closest};
use crate::settings::{Codes, Notation, Table, Value, toml};

const CODES: Codes = Codes { invalid_value: Code::ConfigInvalidValue, unknown_key: Code::ConfigUnknownKey };

/// Reads the settings; what is wrong is reported and replaced by its default, so that the rest can still be checked.
/// `None` only where the text is not TOML at all.
pub fn read(path: &FilePath, text: &str) -> (Option<Config>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let tree = toml::parse(path, text, Code::ConfigSyntax, &mut diagnostics);
    if tree.entries.is_empty() && !diagnostics.is_empty() {
        return (None, diagnostics);
    }
    let mut table = Table::new(path, &tree, Notation::Toml, CODES, &mut diagnostics);
    let config = read_top(&mut table);
    table.finish();
    (Some(config), diagnostics)
}

fn read_top(table: &mut Table<'_, '_>) -> Config {
    let parts = parts::read(table);
    Config {
        title: title(table),
        description: table.text("description").map_or_else(String::new, |text| text.value),
        language: table.language("language").map_or_else(|| "en".to_owned(), |tag| tag.value),
        timezone: timezone(table),
        base_url: base_url(table),
        theme: theme(table),
        urls: match table.one_of("urls", &["portable", "pretty"]) {
            Some(style) if style.value == "pretty" => UrlStyle::Pretty,
            _ => UrlStyle::Portable,
        },
        edit_url: address_pattern(table, "edit_url", &["http", "https"], &["path"]),
        feedback: address_pattern(table, "feedback", &["http", "https", "mailto"], &["title", "path"]),
        publication: publication(table),
        articles: articles(table, &parts),
        parts,
        search: SearchSettings { synonyms: synonyms(table) },
        links: table
            .table("links", |links| LinkSettings {
                check_external: links.one_of("external", &["off", "check"]).is_some_and(|it| it.value == "check"),
            })
            .unwrap_or_default(),
        severity: severity::read(table),
        announcements: announcements(table),
        extra: table.entries("extra").iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect(),
    }
}

fn title(table: &mut Table<'_, '_>) -> String {
    if !table.is_written("title") {
        let report = Diagnostic::in_file(Code::ConfigMissingTitle, table.file(), "the site has no title")
            .hint("write `title = \"Service handbook\"` in the first line");
        table.push(report);
    }
    table.text("title").map_or_else(String::new, |title| title.value)
}

fn timezone(table: &mut Table<'_, '_>) -> TimeZone {
    let Some(name) = table.text("timezone") else {
        return TimeZone::UTC;
    };
    match TimeZone::get(&name.value) {
        Ok(zone) => zone,
        Err(_) => {
            let message = format!("`timezone` must be the name of a time zone, but is `{}`", name.value);
            let mut report = table.invalid(name.span, message);
            let known: Vec<String> = jiff::tz::db().available().map(|known| known.to_string()).collect();
            report = match meant_timezone(&name.value, &known) {
                Some(meant) => report.hint(format!("did you mean `{meant}`?")).fix(format!("\"{meant}\"")),
                None => report.hint("such names look like `Europe/Berlin` or `America/New_York`"),
            };
            table.push(report);
            TimeZone::UTC
        }
    }
}

/// The zone with a near name, or the one of a city that is written without its continent.
fn meant_timezone<'known>(written: &str, known: &'known [String]) -> Option<&'known str> {
    let names = || known.iter().map(String::as_str);
    let folded = written.trim().replace(' ', "_").to_lowercase();
    let city = |name: &&str| name.rsplit('/').next().is_some_and(|city| city.to_lowercase() == folded);
    closest(written, names()).or_else(|| names().filter(city).min())
}

/// The address under which the site will be found, made to end in `/`.
fn base_url(table: &mut Table<'_, '_>) -> Option<Url> {
    let Spanned { value: (written, mut url), span } = table.url("base_url", &["http", "https"])?;
    if url.query().is_some() || url.fragment().is_some() {
        url.set_query(None);
        url.set_fragment(None);
        let short = written.split(['?', '#']).next().unwrap_or("").to_owned();
        let report = table
            .invalid(span, "`base_url` must be the address of a folder, without `?` or `#`")
            .fix(format!("\"{short}\""));
        table.push(report);
    }
    if !url.username().is_empty() || url.password().is_some() {
        let report = table.invalid(span, "`base_url` must not hold a user name or password: it stands on every page");
        table.push(report);
        return None;
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}

fn theme(table: &mut Table<'_, '_>) -> Spanned<String> {
    let fallback = || Spanned::new("default".to_owned(), Span::default());
    let Some(theme) = table.text("theme") else {
        return fallback();
    };
    if theme.value.contains(['/', '\\']) || theme.value.starts_with('.') {
        let message = format!("`theme` must be the name of a folder in `themes/`, but is `{}`", theme.value);
        let mut report = table.invalid(theme.span, message);
        let name = theme.value.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or("");
        if !name.is_empty() && !name.starts_with('.') {
            report = report.fix(format!("\"{name}\""));
        }
        table.push(report);
        return fallback();
    }
    theme
}

/// An address in which names in braces are filled in for each page.
fn address_pattern(
    table: &mut Table<'_, '_>,
    key: &'static str,
    schemes: &[&str],
    names: &[&'static str],
) -> Option<String> {
    let Spanned { value: (written, _), span } = table.url(key, schemes)?;
    let mut rest = written.as_str();
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let (name, behind) = rest.split_once('}').unwrap_or((rest, ""));
        if !names.contains(&name) {
            let known = names.iter().map(|name| format!("`{{{name}}}`")).collect::<Vec<_>>().join(" and ");
            let message = format!("`{key}` has `{{{name}}}`, which is not filled in");
            let report = table.invalid(span, message).hint(format!("known here: {known}"));
            table.push(report);
            return None;
        }
        rest = behind;
    }
    Some(written)
}

fn publication(table: &mut Table<'_, '_>) -> Publication {
    let read = |table: &mut Table<'_, '_>| {
        let mut misread = Vec::new();
        let mut point = |key: &'static str, names: &[&'static str]| {
            let value = table.one_of(key, names);
            if value.is_none() && table.is_written(key) {
                misread.push(key);
            }
            value
        };
        let (medium, price) = (point("medium", &MEDIA), point("price", &PRICES));
        let audience = point("audience", &PUBLICATION_AUDIENCES);
        let omit_refused = table.boolean("omit_refused").is_some_and(|it| it.value);
        let report = table.boolean("report").is_none_or(|it| it.value);
        Publication { medium, price, audience, misread, omit_refused, report }
    };
    table.table("publication", read).unwrap_or_else(|| Publication { report: true, ..Publication::default() })
}

fn articles(table: &mut Table<'_, '_>, parts: &[super::PartDefinition]) -> ArticleSettings {
    let keys: Vec<&str> = parts.iter().map(|part| part.key.as_str()).collect();
    let read = |table: &mut Table<'_, '_>| {
        let mut require = Vec::new();
        for name in table.texts("require") {
            if keys.contains(&name.value.as_str()) {
                require.push(name.value);
                continue;
            }
            let message = format!("`articles.require` names a part that does not exist: `{}`", name.value);
            let mut report = table.invalid(name.span, message);
            report = match closest(&name.value, keys.iter().copied()) {
                Some(near) => report.hint(format!("did you mean `{near}`?")).fix(format!("\"{near}\"")),
                None => report.hint(format!("define it with `[parts.NAME]`; there are: {}", keys.join(", "))),
            };
            table.push(report);
        }
        ArticleSettings { require, review_every: table.interval("review_every").map(|interval| interval.value) }
    };
    table.table("articles", read).unwrap_or(ArticleSettings { require: Vec::new(), review_every: None })
}

/// Groups of at least two words each.
fn synonyms(table: &mut Table<'_, '_>) -> Vec<Vec<String>> {
    let read = |table: &mut Table<'_, '_>| {
        let mut groups = Vec::new();
        for group in table.items("synonyms") {
            let Value::List(words) = &group.value else {
                let report = table
                    .invalid(group.span, "each item of `search.synonyms` must be a list of words")
                    .hint("for example `[[\"refund\", \"money back\"]]`");
                table.push(report);
                continue;
            };
            let words: Vec<String> = words
                .iter()
                .filter_map(|word| table.text_in("synonyms", word))
                .map(|word| word.value)
                .filter(|word| !word.is_empty())
                .collect();
            if words.len() < 2 {
                let report = table.invalid(group.span, "a group of synonyms needs at least two words");
                table.push(report);
                continue;
            }
            groups.push(words);
        }
        groups
    };
    table.table("search", read).unwrap_or_default()
}

fn announcements(table: &mut Table<'_, '_>) -> Vec<Announcement> {
    let read = |table: &mut Table<'_, '_>| {
        let text = table.text("text");
        let until = table.day("until").map(|day| day.value);
        if !table.is_written("text") {
            let report = table.invalid(table.span(), "an announcement needs a `text`");
            table.push(report);
        }
        text.map(|text| Announcement { text, until })
    };
    table.tables("announcement", read).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
