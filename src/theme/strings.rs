//! Words of the interface: merged over languages and themes, with placeholders, plural forms and days.
//!
//! Must not know templates.

use std::collections::{BTreeMap, BTreeSet};

use crate::date::parse_day;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::view::InterfaceStrings;

use super::chain::Layer;
use super::settings::read_texts;

/// The language whose texts every key has.
const FALLBACK_LANGUAGE: &str = "en";

/// Merges the texts of a chain for a language, key by key: the language itself, then its primary subtag, then English;
/// for each of them the nearest theme first.
pub(super) fn merge(layers: &[Layer], language: &str) -> (InterfaceStrings, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut by_language: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for layer in layers {
        for (inside, file) in &layer.files {
            let Some(tag) = inside.strip_prefix("i18n/").and_then(|name| name.strip_suffix(".toml")) else {
                continue;
            };
            let (texts, problems) = read_texts(file);
            diagnostics.extend(problems);
            let of_language = by_language.entry(tag.to_ascii_lowercase()).or_default();
            of_language.extend(texts.into_iter().map(|(key, text)| (key.value, text.value)));
        }
    }
    let mut texts = BTreeMap::new();
    for tag in languages(language) {
        for (key, text) in by_language.get(&tag).into_iter().flatten() {
            texts.entry(key.clone()).or_insert_with(|| text.clone());
        }
    }
    (InterfaceStrings { texts }, diagnostics)
}

/// `de-AT` → `de-at`, `de`, `en`.
fn languages(language: &str) -> Vec<String> {
    let exact = language.to_ascii_lowercase();
    let primary = exact.split('-').next().unwrap_or_default().to_owned();
    let mut tags = vec![exact];
    for tag in [primary, FALLBACK_LANGUAGE.to_owned()] {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Texts of the site's own themes that nothing asks for: a mistyped key silently changes nothing.
///
/// `asks` says whether a template mentions a key; texts that English has too are steward's own.
pub(super) fn unused(layers: &[Layer], asks: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let is_words = |inside: &str| inside.starts_with("i18n/") && inside.ends_with(".toml");
    let files = |from_site: bool| {
        let all = layers.iter().flat_map(|layer| &layer.files);
        all.filter(move |(inside, file)| is_words(inside) && file.from_site == from_site).map(|(_, file)| file)
    };
    let known: BTreeSet<String> =
        files(false).flat_map(|file| read_texts(file).0).map(|(key, _)| without_form(&key.value).to_owned()).collect();
    let mut diagnostics = Vec::new();
    for file in files(true).filter(|_| !known.is_empty()) {
        for (key, _) in read_texts(file).0 {
            let name = without_form(&key.value);
            if !known.contains(name) && !asks(name) {
                let message = format!("nothing uses the interface text `{name}`");
                diagnostics.push(
                    Diagnostic::at(Code::TemplateOverrideUnused, &file.path, key.span, message)
                        .hint_if(did_you_mean(name, known.iter().map(String::as_str))),
                );
            }
        }
    }
    diagnostics
}

/// A key without the ending of its plural form.
fn without_form(key: &str) -> &str {
    key.strip_suffix(".one").or_else(|| key.strip_suffix(".other")).unwrap_or(key)
}

/// Why a text could not be given; the second value is what may be said to help.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextProblem {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// The text for a key, its plural form chosen by `count`, its `{placeholders}` filled in by `value_of`.
pub(super) fn text(
    strings: &InterfaceStrings,
    key: &str,
    count: Option<i128>,
    value_of: impl Fn(&str) -> Option<String>,
) -> Result<String, TextProblem> {
    let plural = count.and_then(|count| strings.texts.get(&format!("{key}.{}", plural_form(count))));
    let Some(pattern) = plural.or_else(|| strings.texts.get(key)) else {
        return Err(unknown_key(strings, key, count));
    };
    fill(pattern, value_of).map_err(|name| TextProblem {
        message: format!("the text `{key}` needs a value for `{name}`"),
        hint: Some(format!("write `\"{key}\" | t({name}=…)`")),
    })
}

fn plural_form(count: i128) -> &'static str {
    if count == 1 { "one" } else { "other" }
}

fn unknown_key(strings: &InterfaceStrings, key: &str, count: Option<i128>) -> TextProblem {
    if count.is_none() && strings.texts.contains_key(&format!("{key}.other")) {
        return TextProblem {
            message: format!("the text `{key}` has plural forms and needs a number"),
            hint: Some(format!("write `\"{key}\" | t(n=…)`")),
        };
    }
    let keys = strings.texts.keys().map(|known| without_form(known));
    TextProblem {
        message: format!("there is no interface text `{key}`"),
        hint: did_you_mean(key, keys).or_else(|| Some("add it to `i18n/en.toml` of the theme".to_owned())),
    }
}

/// Fills `{name}` in a pattern; the error is the name that has no value. Braces around anything but a name stay.
fn fill(pattern: &str, value_of: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let name = after.split_once('}').map(|(name, _)| name).filter(|name| is_name(name));
        let Some(name) = name else {
            filled.push('{');
            rest = after;
            continue;
        };
        let value = value_of(name).ok_or_else(|| name.to_owned())?;
        filled.push_str(&value);
        rest = &after[name.len() + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A day in words: `2026-01-05` → “5 January 2026”, `2026-01` → “January 2026”; anything else stays as it is.
pub(super) fn day_in_words(strings: &InterfaceStrings, written: &str) -> String {
    let as_day = parse_day(written).map(|day| ("date.day_pattern", day));
    let as_month = || parse_day(&format!("{written}-01")).map(|month| ("date.month_pattern", month));
    let Some((pattern, date)) = as_day.or_else(as_month) else { return written.to_owned() };
    let month_key = format!("date.month.{}", date.month());
    let filled = fill(strings.get(pattern), |name| match name {
        "day" => Some(date.day().to_string()),
        "month" => Some(strings.get(&month_key).to_owned()),
        "year" => Some(date.year().to_string()),
        _ => None,
    });
    filled.unwrap_or_else(|_| written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(entries: &[(&str, &str)]) -> InterfaceStrings {
        InterfaceStrings { texts: entries.iter().map(|(key, text)| ((*key).into(), (*text).into())).collect() }
    }

    #[test]
    fn languages_fall_back_to_the_primary_subtag_and_english() {
        assert_eq!(languages("de-AT"), ["de-at", "de", "en"]);
        assert_eq!(languages("en"), ["en"]);
        assert_eq!(languages("en-GB"), ["en-gb", "en"]);
    }

    #[test]
    fn plural_forms_and_placeholders() {
        let words = strings(&[("minutes.one", "{n} minute"), ("minutes.other", "{n} minutes"), ("by", "By {name} {}")]);
        let minutes = |count: i128| text(&words, "minutes", Some(count), |_| Some(count.to_string())).unwrap();
        assert_eq!(minutes(1), "1 minute");
        assert_eq!(minutes(0), "0 minutes");
        assert_eq!(text(&words, "by", None, |_| Some("A{n}n".into())).unwrap(), "By A{n}n {}");
        for (key, count, message) in [
            ("minutes", None, "the text `minutes` has plural forms and needs a number"),
            ("minuets", Some(2), "there is no interface text `minuets`"),
            ("by", None, "the text `by` needs a value for `name`"),
        ] {
            assert_eq!(text(&words, key, count, |_| None).unwrap_err().message, message);
        }
    }

    #[test]
    fn days_follow_the_language() {
        let english = strings(&[
            ("date.day_pattern", "{day} {month} {year}"),
            ("date.month_pattern", "{month} {year}"),
            ("date.month.1", "January"),
        ]);
        for (written, words) in [
            ("2026-01-05", "5 January 2026"),
            ("2026-01", "January 2026"),
            ("2026", "2026"),
            ("spring 2019", "spring 2019"),
            ("2026-13", "2026-13"),
        ] {
            assert_eq!(day_in_words(&english, written), words);
        }
        let german = strings(&[("date.day_pattern", "{day}. {month} {year}"), ("date.month.1", "Januar")]);
        assert_eq!(day_in_words(&german, "2026-01-05"), "5. Januar 2026");
    }
}
