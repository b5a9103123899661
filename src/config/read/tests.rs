//! Tests of the settings: the whole schema, every default, every report.

use super::*;
use crate::diagnostic::Severity;

fn read_text(text: &str) -> (Config, Vec<Diagnostic>) {
    let (config, mut diagnostics) = read(&FilePath::new("site.toml"), text);
    crate::diagnostic::sort(&mut diagnostics);
    (config.unwrap(), diagnostics)
}

fn place<'text>(text: &'text str, diagnostic: &Diagnostic) -> &'text str {
    diagnostic.primary.as_ref().unwrap().span.map_or("", |span| &text[span.range()])
}

const WHOLE: &str = r#"
title = "Service handbook"
description = "How we serve"
language = "en"
timezone = "Europe/Berlin"
base_url = "https://kb.example/handbook"
theme = "default"
urls = "pretty"
edit_url = "https://git.example/kb/edit/main/content/{path}"
feedback = "mailto:kb@example.org?subject={title}"

[publication]
medium = "website"
price = "free"
audience = "internal"
omit_refused = true
report = false

[articles]
require = ["learning_point", "recap"]
review_every = "365d"

[parts.questions]
labels = ["Talk About It:"]
[parts.recap]
labels = ["Recap"]

[search]
synonyms = [["refund", "money back"], ["complaint", "grievance"]]

[links]
external = "check"

[severity]
"review-overdue" = "off"
"part-missing" = "error"
"link-broken" = "warning"
"rights-expires-soon" = "error"

[[announcement]]
text = "Complaint process changed on 1 March"
until = 2027-03-31
[[announcement]]
text = "Welcome"

[extra]
logo = "logo.svg"
columns = 3
"#;

#[test]
fn the_whole_schema_is_read() {
    let (config, diagnostics) = read_text(WHOLE);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert_eq!(config.title, "Service handbook");
    assert_eq!(config.timezone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(config.base_url.unwrap().as_str(), "https://kb.example/handbook/");
    assert_eq!(config.urls, UrlStyle::Pretty);
    assert_eq!(config.publication.medium.unwrap().value, "website");
    assert!(config.publication.omit_refused && !config.publication.report);
    assert_eq!(config.articles.require, ["learning_point", "recap"]);
    assert_eq!(config.articles.review_every.unwrap().days, 365);
    let parts: Vec<_> = config.parts.iter().map(|part| (part.key.as_str(), part.labels.join("|"))).collect();
    assert_eq!(
        parts,
        [
            ("learning_point", "Key Learning Point|Key Learning Points".to_owned()),
            ("action_steps", "Action Step|Action Steps".to_owned()),
            ("questions", "Talk About It".to_owned()),
            ("recap", "Recap".to_owned()),
        ]
    );
    assert_eq!(config.search.synonyms[0], ["refund", "money back"]);
    assert!(config.links.check_external);
    assert_eq!(config.severity[&Code::ReviewOverdue], None);
    assert_eq!(config.severity[&Code::PartMissing], Some(Severity::Error));
    assert_eq!(config.severity.len(), 4);
    assert_eq!(config.announcements[0].until.unwrap().to_string(), "2027-03-31");
    assert_eq!(config.announcements.len(), 2);
    assert_eq!(config.extra["columns"].to_json(), 3);
}

#[test]
fn a_title_is_enough() {
    let (config, diagnostics) = read_text("title = \"x\"");
    assert!(diagnostics.is_empty());
    assert_eq!((config.language.as_str(), config.theme.value.as_str()), ("en", "default"));
    assert_eq!(config.timezone, TimeZone::UTC);
    assert_eq!(config.urls, UrlStyle::Portable);
    assert!(config.publication.report && config.publication.medium.is_none());
    assert_eq!(config.parts.len(), 3);
    assert!(config.articles.require.is_empty() && config.articles.review_every.is_none());
}

#[test]
fn wrong_values_are_reported_at_their_place() {
    // Text behind a good title, code, place, hint (or part of the message), fix.
    let cases: &[(&str, Code, &str, &str, Option<&str>)] = &[
        ("base-url = \"x\"", Code::ConfigUnknownKey, "base-url", "did you mean `base_url`?", Some("base_url")),
        ("weather = 1", Code::ConfigUnknownKey, "weather", "known here: `announcement`, ", None),
        (
            "base_url = \"kb.example\"",
            Code::ConfigInvalidValue,
            "\"kb.example\"",
            "https://kb.example",
            Some("\"https://kb.example\""),
        ),
        (
            "base_url = \"https://x.example/a?b\"",
            Code::ConfigInvalidValue,
            "\"https://x.example/a?b\"",
            "without `?`",
            Some("\"https://x.example/a\""),
        ),
        (
            "base_url = \"https://u:p@x.example/\"",
            Code::ConfigInvalidValue,
            "\"https://u:p@x.example/\"",
            "password",
            None,
        ),
        (
            "timezone = \"Europe/Berlln\"",
            Code::ConfigInvalidValue,
            "\"Europe/Berlln\"",
            "did you mean `Europe/Berlin`?",
            Some("\"Europe/Berlin\""),
        ),
        (
            "timezone = \"Tokyo\"",
            Code::ConfigInvalidValue,
            "\"Tokyo\"",
            "did you mean `Asia/Tokyo`?",
            Some("\"Asia/Tokyo\""),
        ),
        ("timezone = \"+01:00\"", Code::ConfigInvalidValue, "\"+01:00\"", "such names look like", None),
        ("language = \"en_US\"", Code::ConfigInvalidValue, "\"en_US\"", "en-US", Some("\"en-US\"")),
        ("urls = \"pritty\"", Code::ConfigInvalidValue, "\"pritty\"", "did you mean `pretty`?", Some("\"pretty\"")),
        (
            "theme = \"themes/plain\"",
            Code::ConfigInvalidValue,
            "\"themes/plain\"",
            "name of a folder",
            Some("\"plain\""),
        ),
        (
            "edit_url = \"https://x.example/{file}\"",
            Code::ConfigInvalidValue,
            "\"https://x.example/{file}\"",
            "known here: `{path}`",
            None,
        ),
        ("feedback = \"ftp://x\"", Code::ConfigInvalidValue, "\"ftp://x\"", "`https://` or `mailto:`", None),
        ("[publication]\nmedium = \"web\"", Code::ConfigInvalidValue, "\"web\"", "must be one of `website`", None),
        (
            "[publication]\nprice = \"fre\"",
            Code::ConfigInvalidValue,
            "\"fre\"",
            "did you mean `free`?",
            Some("\"free\""),
        ),
        ("[publication]\nprise = \"free\"", Code::ConfigUnknownKey, "prise", "did you mean `price`?", Some("price")),
        (
            "[articles]\nrequire = [\"action_step\"]",
            Code::ConfigInvalidValue,
            "\"action_step\"",
            "did you mean `action_steps`?",
            Some("\"action_steps\""),
        ),
        ("[articles]\nreview_every = 365", Code::ConfigInvalidValue, "365", "time span", Some("\"365d\"")),
        ("[parts.recap]\nlabels = []", Code::ConfigInvalidValue, "recap", "has no labels", None),
        ("[parts.Re-cap]\nlabels = [\"x\"]", Code::ConfigInvalidValue, "Re-cap", "small letters", None),
        (
            "[parts.recap]\nlabels = [\"action STEPS\", \"Recap\"]",
            Code::ConfigInvalidValue,
            "\"action STEPS\"",
            "already belongs to the part `action_steps`",
            None,
        ),
        ("[parts.recap]\nlabels = [\"--\", \"Recap\"]", Code::ConfigInvalidValue, "\"--\"", "has no letters", None),
        ("[search]\nsynonyms = [\"a\"]", Code::ConfigInvalidValue, "\"a\"", "must be a list of words", None),
        ("[search]\nsynonyms = [[\"a\"]]", Code::ConfigInvalidValue, "[\"a\"]", "at least two", None),
        ("[links]\nexternal = true", Code::ConfigInvalidValue, "true", "text in quotes", Some("\"true\"")),
        (
            "[severity]\nreview-overdu = \"off\"",
            Code::ConfigUnknownCode,
            "review-overdu",
            "did you mean `review-overdue`?",
            Some("review-overdue"),
        ),
        (
            "[severity]\nreview-overdue = \"warn\"",
            Code::ConfigInvalidValue,
            "\"warn\"",
            "did you mean `warning`?",
            Some("\"warning\""),
        ),
        (
            "[severity]\nrights-expired = \"warning\"",
            Code::ConfigFixedSeverity,
            "\"warning\"",
            "it stays an error",
            None,
        ),
        ("[severity]\nrights-expired = \"off\"", Code::ConfigFixedSeverity, "\"off\"", "it stays an error", None),
        ("[[announcement]]\nuntil = 2027-03-31", Code::ConfigInvalidValue, "[[announcement]]", "needs a `text`", None),
        (
            "[[announcement]]\ntext = \"x\"\nuntil = \"31.3.2027\"",
            Code::ConfigInvalidValue,
            "\"31.3.2027\"",
            "2027-03-31",
            Some("\"2027-03-31\""),
        ),
        ("announcement = \"x\"", Code::ConfigInvalidValue, "\"x\"", "a group of keys", None),
    ];
    for (rest, code, at, words, fix) in cases {
        let text = format!("title = \"Ü\"\n{rest}\n");
        let (_, diagnostics) = read_text(&text);
        assert_eq!(diagnostics.len(), 1, "{rest}: {diagnostics:#?}");
        let found = &diagnostics[0];
        assert_eq!(found.code, *code, "{rest}");
        assert_eq!(place(&text, found), *at, "{rest}");
        let said = format!("{} {}", found.message, found.hints.join(" "));
        assert!(said.contains(words), "{rest}: {said}");
        assert_eq!(found.fix.as_deref(), *fix, "{rest}");
    }
}

#[test]
fn a_fixed_code_keeps_its_weight_and_may_be_repeated() {
    let (config, diagnostics) =
        read_text("title = \"x\"\n[severity]\nrights-expired = \"off\"\nsource-unknown = \"error\"\n");
    assert_eq!(diagnostics.len(), 1);
    assert!(!config.severity.contains_key(&Code::RightsExpired));
    assert_eq!(config.severity[&Code::SourceUnknown], Some(Severity::Error));
}

#[test]
fn a_missing_title_and_a_file_that_is_no_toml() {
    for text in ["", "title = \"\"", "description = \"x\""] {
        let (_, diagnostics) = read_text(text);
        assert_eq!(diagnostics.iter().map(|it| it.code).collect::<Vec<_>>(), [Code::ConfigMissingTitle], "{text}");
    }
    let (config, diagnostics) = read(&FilePath::new("site.toml"), "<html>\n");
    assert!(config.is_none() && diagnostics.iter().all(|it| it.code == Code::ConfigSyntax));
    let (config, diagnostics) = read_text("title = Service\nthem = \"x\"\n");
    let codes: Vec<_> = diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(codes, [Code::ConfigSyntax, Code::ConfigUnknownKey], "the rest is checked all the same");
    assert_eq!(config.title, "Service");
}
