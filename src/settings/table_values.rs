//! The typed getters of [`Table`]: text, numbers, days, names from a list, addresses, and lists of them.
//!
//! Owns what each type looks like and how a wrong one is explained. Must not know which keys exist.

use std::ops::RangeInclusive;

use url::Url;

use super::table::{list_of_names, shorten};
use super::yaml::quote;
use super::{Notation, Table, Value};
use crate::date::{Date, Interval, parse_day, suggest_day};
use crate::diagnostic::{Spanned, closest};

/// A scalar with its text at hand.
struct Scalar<'tree> {
    text: &'tree str,
    quoted: bool,
    value: &'tree Spanned<Value>,
}

impl<'tree> Table<'tree, '_> {
    /// A text, surrounding white space removed.
    pub fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        self.text_in(key, value)
    }

    /// A list of texts; a single text counts as a list of one. Blank items are left out.
    pub fn texts(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        match self.value(key) {
            None => Vec::new(),
            Some(Spanned { value: Value::List(items), .. }) => {
                items.iter().filter(|item| !item.value.is_blank()).filter_map(|item| self.text_in(key, item)).collect()
            }
            Some(single) if self.is_list_without_spaces(single) => {
                let message = format!("a list item of `{}` needs a space behind its `-`", self.name_of(key));
                self.push(self.invalid(single.span, message).hint("write each item as `- item`, in a line of its own"));
                Vec::new()
            }
            Some(single) => self.text_in(key, single).into_iter().collect(),
        }
    }

    /// `-a` over lines is one text in YAML: "-a -b".
    fn is_list_without_spaces(&self, value: &Spanned<Value>) -> bool {
        let Value::Scalar { text, quoted: false } = &value.value else {
            return false;
        };
        self.notation == Notation::Yaml
            && text.strip_prefix('-').is_some_and(|rest| rest.starts_with(char::is_alphabetic))
    }

    /// A whole number within a range.
    pub fn number(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Option<Spanned<i64>> {
        let expected = match (*range.start(), *range.end()) {
            (i64::MIN, _) | (_, i64::MAX) => "a whole number".to_owned(),
            (from, to) => format!("a whole number from {from} to {to}"),
        };
        let scalar = self.scalar(key, &expected)?;
        let number = scalar.text.parse::<i64>().ok().filter(|number| range.contains(number));
        match number {
            Some(number) if self.is_bare_enough(&scalar) => Some(Spanned::new(number, scalar.value.span)),
            Some(number) => {
                let message = format!("`{}` must be {expected} without quotes", self.name_of(key));
                self.push(self.invalid(scalar.value.span, message).fix(number.to_string()));
                None
            }
            None => {
                self.wrong_kind(key, scalar.value, &expected);
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        let scalar = self.scalar(key, "`true` or `false`")?;
        let meant = match scalar.text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "1" => Some(true),
            "false" | "no" | "off" | "n" | "0" => Some(false),
            _ => None,
        };
        if matches!(scalar.text, "true" | "false") && self.is_bare_enough(&scalar) {
            return meant.map(|value| Spanned::new(value, scalar.value.span));
        }
        let message = format!("`{}` must be `true` or `false`, but is {}", self.name_of(key), as_written(&scalar));
        let mut report = self.invalid(scalar.value.span, message);
        if let Some(meant) = meant {
            report = report.hint(format!("write `{meant}`")).fix(meant.to_string());
        }
        self.push(report);
        None
    }

    /// A day such as `2026-01-05`.
    pub fn day(&mut self, key: &'static str) -> Option<Spanned<Date>> {
        let scalar = self.scalar(key, "a day such as `2026-01-05`")?;
        let span = scalar.value.span;
        if let Some(day) = parse_day(scalar.text) {
            return Some(Spanned::new(day, span));
        }
        let message =
            format!("`{}` must be a day such as `2026-01-05`, but is {}", self.name_of(key), as_written(&scalar));
        let mut report = self.invalid(span, message);
        match suggest_day(scalar.text) {
            Some(day) => {
                let fix = if scalar.quoted { format!("\"{day}\"") } else { day.clone() };
                report = report.hint(format!("did you mean `{day}`?")).fix(fix);
            }
            None => report = report.hint("write the year, the month and the day: `2026-01-05`"),
        }
        self.push(report);
        None
    }

    /// A time span such as `365d`.
    pub fn interval(&mut self, key: &'static str) -> Option<Spanned<Interval>> {
        let expected = "a time span such as `365d`, `12w`, `6m` or `2y`";
        let scalar = self.scalar(key, expected)?;
        if let Some(interval) = Interval::parse(scalar.text) {
            return Some(Spanned::new(interval, scalar.value.span));
        }
        let message = format!("`{}` must be {expected}, but is {}", self.name_of(key), as_written(&scalar));
        let mut report =
            self.invalid(scalar.value.span, message).hint("a number and a unit: d days, w weeks, m months, y years");
        if let Some(meant) = suggest_interval(scalar.text) {
            let quoted = scalar.quoted || self.notation == Notation::Toml;
            report = report.fix(if quoted { format!("\"{meant}\"") } else { meant });
        }
        self.push(report);
        None
    }

    /// One of some names.
    pub fn one_of(&mut self, key: &'static str, names: &[&'static str]) -> Option<Spanned<String>> {
        let text = self.text(key)?;
        self.check_name(key, text, names)
    }

    /// A list of names from a list; a single one counts as a list of one.
    pub fn many_of(&mut self, key: &'static str, names: &[&'static str]) -> Vec<Spanned<String>> {
        self.texts(key).into_iter().filter_map(|text| self.check_name(key, text, names)).collect()
    }

    /// An absolute address with one of some schemes, as written and as parsed.
    pub fn url(&mut self, key: &'static str, schemes: &[&str]) -> Option<Spanned<(String, Url)>> {
        let text = self.text(key)?;
        match absolute_url(&text.value, schemes) {
            Ok(url) => Some(Spanned::new((text.value, url), text.span)),
            Err(fix) => {
                let allowed = schemes.iter().filter(|scheme| **scheme != "http").map(|scheme| address_start(scheme));
                let message = format!(
                    "`{}` must be an address that starts with {}, but is `{}`",
                    self.name_of(key),
                    allowed.collect::<Vec<_>>().join(" or "),
                    shorten(&text.value)
                );
                let mut report = self.invalid(text.span, message);
                if let Some(fix) = fix {
                    report = report.hint(format!("did you mean `{fix}`?")).fix(self.quoted_as_needed(fix));
                }
                self.push(report);
                None
            }
        }
    }

    /// A BCP 47 language tag such as `en` or `pt-BR`.
    pub fn language(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let text = self.text(key)?;
        let Some(fix) = language_tag_problem(&text.value) else {
            return Some(text);
        };
        let message = format!(
            "`{}` must be a language such as `en` or `pt-BR`, but is `{}`",
            self.name_of(key),
            shorten(&text.value)
        );
        let mut report = self.invalid(text.span, message);
        if let Some(fix) = fix {
            report = report.hint(format!("did you mean `{fix}`?")).fix(self.quoted_as_needed(fix));
        }
        self.push(report);
        None
    }

    /// A value that must be text, wherever it stands.
    pub fn text_in(&mut self, key: &str, value: &'tree Spanned<Value>) -> Option<Spanned<String>> {
        match &value.value {
            Value::Scalar { text, quoted } if *quoted || self.notation == Notation::Yaml => {
                Some(Spanned::new(text.trim().to_owned(), value.span))
            }
            Value::Scalar { text, .. } => {
                let message = format!("`{}` must be text in quotes, but is `{}`", self.name_of(key), shorten(text));
                self.push(self.invalid(value.span, message).fix(format!("\"{text}\"")));
                None
            }
            other => {
                self.wrong_kind(key, value, "text");
                if let (Notation::Yaml, Some(meant)) = (self.notation, text_split_by_colon(other)) {
                    self.amend_last(|report| {
                        report.hint("a text with a colon must stand in quotes").fix(quote(&meant))
                    });
                }
                None
            }
        }
    }

    /// Corrected text in the quotes that the notation asks for.
    pub fn quoted_as_needed(&self, text: String) -> String {
        match self.notation {
            Notation::Toml => format!("\"{text}\""),
            Notation::Yaml => super::yaml::quote_if_needed(&text),
        }
    }

    fn check_name(&mut self, key: &str, text: Spanned<String>, names: &[&'static str]) -> Option<Spanned<String>> {
        if names.contains(&text.value.as_str()) {
            return Some(text);
        }
        let message = format!(
            "`{}` must be one of {}, but is `{}`",
            self.name_of(key),
            list_of_names(names),
            shorten(&text.value)
        );
        let mut report = self.invalid(text.span, message);
        if let Some(name) = closest(&text.value, names.iter().copied()) {
            report = report.hint(format!("did you mean `{name}`?")).fix(self.quoted_as_needed(name.to_owned()));
        }
        self.push(report);
        None
    }

    fn scalar(&mut self, key: &'static str, expected: &str) -> Option<Scalar<'tree>> {
        let value = self.value(key)?;
        match &value.value {
            Value::Scalar { text, quoted } => Some(Scalar { text: text.trim(), quoted: *quoted, value }),
            _ => {
                self.wrong_kind(key, value, expected);
                None
            }
        }
    }

    /// In TOML a quoted number is a text; YAML's quotes say nothing about types here.
    fn is_bare_enough(&self, scalar: &Scalar<'_>) -> bool {
        !scalar.quoted || self.notation == Notation::Yaml
    }
}

/// `refunds: how to`, which YAML reads as a key and its value.
fn text_split_by_colon(value: &Value) -> Option<String> {
    match value {
        Value::Map(entries) => match entries.as_slice() {
            [(key, Spanned { value: Value::Scalar { text, quoted: false }, .. })] => {
                Some(format!("{}: {text}", key.value))
            }
            _ => None,
        },
        Value::Empty | Value::Scalar { .. } | Value::List(_) => None,
    }
}

fn as_written(scalar: &Scalar<'_>) -> String {
    if scalar.quoted { format!("`\"{}\"`", shorten(scalar.text)) } else { format!("`{}`", shorten(scalar.text)) }
}

fn address_start(scheme: &str) -> String {
    if scheme == "mailto" { "`mailto:`".to_owned() } else { format!("`{scheme}://`") }
}

/// The parsed address, or what was probably meant.
fn absolute_url(text: &str, schemes: &[&str]) -> Result<Url, Option<String>> {
    let has_scheme = schemes.iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text
                .get(scheme.len()..)
                .is_some_and(|rest| if *scheme == "mailto" { rest.starts_with(':') } else { rest.starts_with("://") })
    });
    let spaced = text.contains(|character: char| character.is_whitespace() || character.is_control());
    if has_scheme && !spaced {
        return match Url::parse(text) {
            Ok(url) if url.scheme() == "mailto" && !url.path().contains('@') => Err(None),
            Ok(url) => Ok(url),
            Err(_) => Err(None),
        };
    }
    if spaced || text.contains("://") {
        return Err(None);
    }
    if text.contains('@') {
        let mail = schemes.contains(&"mailto") && !text.contains(['/', ':']);
        return Err(mail.then(|| format!("mailto:{text}")));
    }
    let bare = text.trim_start_matches('/');
    let host = bare.split(['/', '?', '#']).next().unwrap_or("");
    let plausible = host.contains('.') && !host.starts_with('.') && schemes.contains(&"https");
    let meant = format!("https://{bare}");
    Err(Some(meant).filter(|meant| plausible && Url::parse(meant).is_ok()))
}

/// `None` for a well-shaped tag; else what was probably meant, if that can be told.
pub fn language_tag_problem(text: &str) -> Option<Option<String>> {
    let shaped = |tag: &str| {
        tag.split('-').enumerate().all(|(at, subtag)| match at {
            0 => (2..=3).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()),
            _ => (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        })
    };
    if shaped(text) && text.len() <= 35 {
        return None;
    }
    // `en_US.UTF-8`, as locales are written elsewhere.
    let meant = text.split('.').next().unwrap_or("").replace('_', "-");
    Some(shaped(&meant).then_some(meant))
}

fn suggest_interval(text: &str) -> Option<String> {
    let digits = text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let unit = text.get(digits.len()..)?.trim().to_lowercase();
    let letter = match unit.as_str() {
        "" | "day" | "days" => 'd',
        "week" | "weeks" => 'w',
        "month" | "months" => 'm',
        "year" | "years" => 'y',
        _ => unit.chars().next().filter(|_| unit.chars().count() == 1)?,
    };
    let meant = format!("{digits}{letter}");
    Interval::parse(&meant).map(|_| meant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic, FilePath};
    use crate::settings::{Codes, toml};

    const CODES: Codes = Codes { invalid_value: Code::ConfigInvalidValue, unknown_key: Code::ConfigUnknownKey };

    fn read(text: &str, read: impl FnOnce(&mut Table<'_, '_>)) -> Vec<Diagnostic> {
        let path = FilePath::new("site.toml");
        let mut diagnostics = Vec::new();
        let tree = toml::parse(&path, text, Code::ConfigSyntax, &mut diagnostics);
        let mut table = Table::new(&path, &tree, Notation::Toml, CODES, &mut diagnostics);
        read(&mut table);
        table.finish();
        diagnostics
    }

    fn place<'a>(text: &'a str, diagnostic: &Diagnostic) -> &'a str {
        &text[diagnostic.primary.as_ref().unwrap().span.unwrap().range()]
    }

    #[test]
    fn wrong_values_are_reported_at_the_value_with_the_fix() {
        type Getter = fn(&mut Table<'_, '_>) -> bool;
        let cases: &[(&str, Getter, &str, Option<&str>)] = &[
            ("k = 5", |table| table.text("k").is_none(), "5", Some("\"5\"")),
            ("k = [1]", |table| table.text("k").is_none(), "[1]", None),
            ("k = \"5\"", |table| table.number("k", 1..=9).is_none(), "\"5\"", Some("5")),
            ("k = 50", |table| table.number("k", 1..=9).is_none(), "50", None),
            ("k = \"yes\"", |table| table.boolean("k").is_none(), "\"yes\"", Some("true")),
            ("k = \"true\"", |table| table.boolean("k").is_none(), "\"true\"", Some("true")),
            ("k = \"2026-1-5\"", |table| table.day("k").is_none(), "\"2026-1-5\"", Some("\"2026-01-05\"")),
            ("k = 2026-01-05T10:00:00", |table| table.day("k").is_none(), "2026-01-05T10:00:00", Some("2026-01-05")),
            ("k = 365", |table| table.interval("k").is_none(), "365", Some("\"365d\"")),
            ("k = \"1 year\"", |table| table.interval("k").is_none(), "\"1 year\"", Some("\"1y\"")),
            ("k = \"fre\"", |table| table.one_of("k", &["free", "paid"]).is_none(), "\"fre\"", Some("\"free\"")),
            ("k = [\"free\", \"x\"]", |table| table.many_of("k", &["free"]).len() == 1, "\"x\"", None),
            (
                "k = \"kb.example/x\"",
                |table| table.url("k", &["http", "https"]).is_none(),
                "\"kb.example/x\"",
                Some("\"https://kb.example/x\""),
            ),
            ("k = \"ftp://x\"", |table| table.url("k", &["http", "https"]).is_none(), "\"ftp://x\"", None),
            (
                "k = \"a@b.example\"",
                |table| table.url("k", &["https", "mailto"]).is_none(),
                "\"a@b.example\"",
                Some("\"mailto:a@b.example\""),
            ),
            ("k = \"en_US\"", |table| table.language("k").is_none(), "\"en_US\"", Some("\"en-US\"")),
            ("k = 1", |table| table.table("k", |_| ()).is_none(), "1", None),
        ];
        for (text, getter, at, fix) in cases {
            let diagnostics = read(text, |table| assert!(getter(table), "{text}"));
            assert_eq!(diagnostics.len(), 1, "{text}: {diagnostics:?}");
            assert_eq!(diagnostics[0].code, Code::ConfigInvalidValue);
            assert_eq!(place(text, &diagnostics[0]), *at, "{text}");
            assert_eq!(diagnostics[0].fix.as_deref(), *fix, "{text}");
            assert!(diagnostics[0].message.starts_with("`k` must be "), "{}", diagnostics[0].message);
        }
    }

    #[test]
    fn unknown_keys_name_the_nearest_or_all() {
        let text = "base-url = \"x\"\nweather = 1\n[sub]\nother = 1\n";
        let diagnostics = read(text, |table| {
            table.entry("base_url");
            table.entry("title");
            table.table("sub", |sub| sub.entry("inner").is_some());
        });
        let found: Vec<_> = diagnostics.iter().map(|it| (place(text, it), it.hints[0].as_str())).collect();
        assert_eq!(
            found,
            [
                ("other", "known here: `inner`"),
                ("base-url", "did you mean `base_url`?"),
                ("weather", "known here: `base_url`, `sub`, `title`"),
            ]
        );
        assert_eq!(diagnostics[0].message, "unknown key `sub.other`");
    }

    #[test]
    fn language_tags() {
        for good in ["en", "de-CH", "pt-BR", "zh-Hant-TW", "en-x-house"] {
            assert_eq!(language_tag_problem(good), None, "{good}");
        }
        assert_eq!(language_tag_problem("en_US.UTF-8"), Some(Some("en-US".into())));
        for bad in ["", "english", "e", "en-", "en US", "日本"] {
            assert_eq!(language_tag_problem(bad), Some(None), "{bad}");
        }
    }
}
