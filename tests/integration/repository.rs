//! This repository's own site: it is an example, so it must be without a fault.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use steward::diagnostic::{Code, FilePath};
use steward::document::InterfaceText;
use steward::theme::Theme;
use steward::view::{TEXTS_OF_VIEWS, TITLED_PAGES};

use crate::golden::read_tree;
use crate::harness::{SITE_TOML, Site, describe};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn own_site() -> Site {
    let mut site = Site::new().with("site.toml", fs::read(root().join("site.toml")).expect("the settings can be read"));
    for folder in ["content", "themes"] {
        for (path, bytes) in read_tree(&root().join(folder)) {
            site = site.with(&format!("{folder}/{path}"), bytes);
        }
    }
    site
}

#[test]
fn has_no_fault() {
    let site = own_site();
    let built = site.build();
    assert_eq!(describe(&site, &built.diagnostics), "");
    assert!(built.pages > 60, "{} pages", built.pages);
}

#[test]
fn works_with_pretty_addresses_too() {
    let mut site = own_site();
    let settings = String::from_utf8(site.files["site.toml"].clone()).expect("settings are text");
    site = site.with("site.toml", settings.replace("urls = \"portable\"", "urls = \"pretty\""));
    let built = site.build();
    assert_eq!(describe(&site, &built.diagnostics), "");
    assert!(built.outputs.contains_key("glossary/index.html"));
}

#[test]
fn the_interface_has_every_word_that_views_use() {
    let path = FilePath::from("site.toml");
    let (config, _) = steward::config::read(&path, SITE_TOML);
    let (theme, _) = Theme::load(&Site::new().snapshot(), &config.expect("the settings can be read"));
    let theme = theme.expect("the built-in theme is whole");
    let in_bodies = InterfaceText::ALL.iter().map(|text| text.key().to_owned());
    let titles = TITLED_PAGES.iter().map(|page| format!("title_{page}"));
    let others = TEXTS_OF_VIEWS.iter().map(|&key| key.to_owned());
    let missing: Vec<String> =
        in_bodies.chain(titles).chain(others).filter(|key| !theme.strings().texts.contains_key(key)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// The guide's page of diagnostics is made from the table of codes: `UPDATE_GUIDE=1 cargo test` writes it anew.
#[test]
fn the_guide_explains_every_code() {
    let page = root().join("content/guide/diagnostics.md");
    let expected = diagnostics_page();
    if std::env::var_os("UPDATE_GUIDE").is_some() {
        fs::write(&page, &expected).expect("the page can be written");
    }
    let found = fs::read_to_string(&page).expect("the guide has a page of diagnostics");
    assert!(found == expected, "content/guide/diagnostics.md is not what the table of codes says");
}

fn diagnostics_page() -> String {
    let mut page = String::from(
        "---\ntitle: What the messages mean\nsummary: Every message that steward gives, why it matters and what to do \
         about it.\norder: 90\n---\n\nEvery message has a code in square brackets. `steward explain CODE` shows the same \
         text in the terminal. The severity can be changed in [`site.toml`](settings.md), except where it is fixed.\n",
    );
    for code in Code::ALL {
        let info = code.info();
        let fixed = if info.fixed { ", fixed" } else { "" };
        let _ = write!(
            page,
            "\n## `{}` {{#{}}}\n\n*{}{fixed}*: {}.\n\n{}\n\n{}\n\nWhat to do:\n\n{}\n",
            info.name,
            info.name,
            info.severity.name(),
            info.summary,
            info.explanation,
            fenced(info.example),
            fenced(info.fix),
        );
    }
    page
}

/// A code block whose fence is longer than any in it.
fn fenced(text: &str) -> String {
    let longest = text.lines().map(|line| line.chars().take_while(|&character| character == '`').count()).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

/// The README's table of dependencies says what `Cargo.toml` says: `UPDATE_README=1 cargo test` writes it anew.
#[test]
fn the_readme_has_every_dependency_with_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest can be read");
    let table = dependency_table(&manifest);
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README can be read");
    let start = readme.find("| crate | for |").expect("the README has a table of dependencies");
    let end = start + readme[start..].find("\n\n").expect("something stands below the table") + 1;
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{}{table}{}", &readme[..start], &readme[end..])).expect("the README can be written");
        return;
    }
    assert_eq!(&readme[start..end], table, "the table is not what Cargo.toml says");
}

/// Rows from the lines of `[dependencies]` and the comments above them.
fn dependency_table(manifest: &str) -> String {
    let section = manifest.split("\n[dependencies]\n").nth(1).expect("the manifest has dependencies");
    let section = section.split("\n[").next().expect("a section ends");
    let mut table = String::from("| crate | for |\n|---|---|\n");
    let mut reason: Vec<&str> = Vec::new();
    for line in section.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            reason.push(comment);
        } else if let Some((name, value)) = line.split_once(" = ") {
            let package = value.split("package = \"").nth(1).and_then(|rest| rest.split('"').next());
            let package = package.map(|package| format!(" (the package `{package}`)")).unwrap_or_default();
            let _ = writeln!(table, "| `{name}`{package} | {} |", reason.join(" ").trim_end_matches('.'));
            reason.clear();
        }
    }
    table
}
