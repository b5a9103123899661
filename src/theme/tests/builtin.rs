//! What the built-in theme promises: it renders everything, in two languages, under a strict policy, readably.

use std::collections::BTreeSet;

use super::super::{DEFAULT_THEME, built_in_text};
use super::*;

fn built_in(language: &str) -> Theme {
    let (theme, diagnostics) = Theme::load(&Snapshot::default(), &config(DEFAULT_THEME, language));
    assert_eq!(lines(&diagnostics), Vec::<String>::new());
    theme.unwrap()
}

fn rendered(language: &str) -> Vec<(String, String)> {
    let theme = built_in(language);
    let renderer = theme.renderer(&samples::site());
    let render = |page: crate::view::PageView| {
        let bytes = renderer.render(&page).unwrap_or_else(|found| panic!("{}: {}", page.output, found.message));
        (page.output, String::from_utf8(bytes).unwrap())
    };
    samples::pages().into_iter().map(render).collect()
}

#[test]
fn every_kind_of_page_renders_in_both_languages() {
    for language in ["en", "de", "de-AT", "fr"] {
        for (output, html) in rendered(language) {
            assert!(html.starts_with("<!doctype html>"), "{output}");
            assert_eq!(html.matches("<h1").count(), 1, "{output}");
            assert_eq!(html.matches("<main").count(), 1, "{output}");
            assert_eq!(html.contains("name=\"robots\""), output == "404.html" || output == "old.html", "{output}");
        }
    }
}

#[test]
fn pages_obey_a_strict_content_security_policy() {
    for (output, html) in rendered("en") {
        for forbidden in [" style=", "<style", "javascript:", " onclick", "data:", "<script>"] {
            assert!(!html.contains(forbidden), "{output}: {forbidden}");
        }
        assert!(!html.contains("src=\"http") && !html.contains("src=\"//"), "{output}");
    }
}

#[test]
fn elements_are_balanced() {
    for (output, html) in rendered("en") {
        let mut open: Vec<String> = Vec::new();
        for tag in html.split('<').skip(1) {
            let name: String =
                tag.trim_start_matches('/').chars().take_while(|letter| letter.is_ascii_alphanumeric()).collect();
            let is_void = ["meta", "link", "input", "br", "hr", "img"].contains(&name.as_str());
            let closed_itself = tag.split('>').next().is_some_and(|inside| inside.ends_with('/'));
            if name.is_empty() || is_void || closed_itself {
                continue;
            }
            if tag.starts_with('/') {
                assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{output}: …{tag}");
            } else {
                open.push(name);
            }
        }
        assert_eq!(open, Vec::<String>::new(), "{output}");
    }
}

#[test]
fn the_statement_stands_inside_the_article_as_it_was_given() {
    let pages = rendered("en");
    let (_, html) = pages.iter().find(|(output, _)| output == "articles/republished.html").unwrap();
    let (before, after) = html.split_once(samples::STATEMENT).unwrap();
    assert_eq!(before.matches("<article").count(), before.matches("</article").count() + 1);
    assert!(after.contains("</article>"));
    for (_, html) in pages.iter().filter(|(output, _)| output != "articles/republished.html") {
        assert!(!html.contains("data-statement"));
    }
}

#[test]
fn both_languages_have_the_same_words_and_templates_ask_for_known_ones() {
    let english = built_in("en").strings().texts.clone();
    let own_texts = |language: &str| {
        let text = built_in_text(&format!("themes/default/i18n/{language}.toml")).unwrap();
        let path = FilePath::from("x");
        let file = super::super::chain::ThemeFile {
            path,
            content: Content::Text(text.into()),
            digest: Digest::of(b""),
            from_site: false,
        };
        let (texts, diagnostics) = super::super::settings::read_texts(&file);
        assert_eq!(lines(&diagnostics), Vec::<String>::new());
        texts.into_iter().map(|(key, _)| key.value).collect::<BTreeSet<_>>()
    };
    assert_eq!(own_texts("en"), own_texts("de"));
    for (inside, file) in super::super::builtin::built_in_files() {
        let text = if inside.starts_with("templates/") { file.text().unwrap().to_owned() } else { String::new() };
        for before in text.split("\" | t").collect::<Vec<_>>().split_last().map_or(&[][..], |(_, firsts)| firsts) {
            let key = before.rsplit('"').next().unwrap();
            let known = english.contains_key(key) || english.contains_key(&format!("{key}.other"));
            assert!(known, "{inside}: {key}");
        }
    }
}

/// The custom properties of the first rule whose selector is `selector`.
fn properties(sheet: &str, selector: &str) -> BTreeMap<String, String> {
    let start = sheet.find(&format!("{selector} {{\n")).unwrap();
    let body = sheet[start..].split('{').nth(1).unwrap().split('}').next().unwrap();
    let declarations = body.split(';').filter_map(|declaration| declaration.trim().split_once(": "));
    declarations.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_of_colours_has_enough_contrast() {
    let sheet = built_in_text("themes/default/assets/style.css").unwrap();
    let dark = properties(sheet, ":root[data-theme=\"dark\"]");
    assert_eq!(dark, properties(sheet, ":root:not([data-theme=\"light\"])"), "the switch and the preference agree");
    let texts: [(&str, &[&str]); 8] = [
        ("ink", &["paper", "surface", "accent-tint", "action-tint", "neutral-tint", "warning-tint", "danger-tint"]),
        ("muted", &["paper", "surface", "accent-tint", "action-tint", "neutral-tint"]),
        ("accent", &["paper", "surface", "accent-tint", "neutral-tint"]),
        ("action", &["paper", "surface", "action-tint", "neutral-tint"]),
        ("on-action", &["action"]),
        ("warning", &["warning-tint", "paper"]),
        ("danger", &["danger-tint"]),
        ("accent", &["action-tint", "warning-tint"]),
    ];
    for (theme, values) in [("light", properties(sheet, ":root")), ("dark", dark)] {
        for (text, grounds) in texts {
            for ground in grounds {
                let ratio = contrast(&values[&format!("--{text}")], &values[&format!("--{ground}")]);
                assert!(ratio >= 4.5, "{theme}: {text} on {ground} is {ratio:.2}");
            }
        }
        for ground in ["paper", "surface", "neutral-tint"] {
            let ratio = contrast(&values["--edge"], &values[&format!("--{ground}")]);
            assert!(ratio >= 3.0, "{theme}: edge on {ground} is {ratio:.2}");
        }
    }
}
