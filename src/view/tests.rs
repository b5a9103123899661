//! No view but an article's own and a guide's step has text of a republished piece, and those have it together with
//! its statement.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::catalog::{self, CatalogInput};
use crate::config;
use crate::diagnostic::FilePath;
use crate::document::{self, Document, ParseOptions};
use crate::rights;
use crate::rights::words::{Word, words_of};
use crate::source::{Snapshot, memory};

/// Words in a row by which text of the piece is known.
const RUN: usize = 8;

const PIECE: &str = "---
title: The lamp
deck: On being seen
summary: Why the first thing a guest sees is not a person.
source: SOURCE
authors: [Ada Brook]
topics: [Doors]
audience: [Everybody]
date: 2026-11-01
featured: true
extra: { mood: calm }
---
A guest who arrives late at night sees the lamp above our door long before anybody inside sees the guest at all.

> Nobody has ever walked past a lamp that was lit for them alone, and nobody ever will.
> — Ada Brook

## Light

The wick is trimmed in the afternoon, while the street is still too bright for anybody to care about it.

## Key Learning Point

The light comes before the sign above the door, and the sign comes before the person behind it.

## Action Steps

- Trim the lamp an hour before dusk, every day of the year, without being asked to do it.
- Fill it on every second day and write down when you did, so that nobody does it twice.

## Discussion Questions

- Who was the last person to tell you that they had seen your light from far away?
";

fn site(terms: &str) -> Snapshot {
    let source = format!(
        "---\ntitle: Lantern Guild\nlicence: custom\ngrants: [{{ medium: [website] }}]\n{terms}---\nCopyright, Lantern Guild. Used with permission.\n"
    );
    let settings = "title = \"Site\"\nbase_url = \"https://kb.example/\"\n[publication]\nmedium = \"website\"\nprice = \"free\"\naudience = \"internal\"\n";
    let piece = PIECE.replace("SOURCE", "guild");
    let own = "---\ntitle: Own\ntopics: [Doors]\n---\nSee [the lamp](piece.md) and [[The lamp]].\n\n## Key Learning Point\n\nLamps matter.\n";
    let path = "---\ntitle: Path\nsteps:\n  - article: piece\n    why: It begins there.\n  - article: own\n  - article: piece\n---\nA path.\n";
    memory::snapshot([
        ("site.toml", settings.as_bytes()),
        ("content/index.md", b"---\ntitle: Home\n---\nRead [[The lamp]].\n"),
        ("content/sources/guild.md", source.as_bytes()),
        ("content/articles/piece.md", piece.as_bytes()),
        ("content/articles/own.md", own.as_bytes()),
        ("content/paths/path.md", path.as_bytes()),
        ("content/glossary/lamp.md", b"---\ntitle: Lamp\n---\nSee [the piece](../articles/piece.md).\n"),
    ])
}

/// Every text in every view of a site, with the way to it, such as `articles/piece.html /article/content`.
fn texts_of_views(snapshot: &Snapshot) -> Vec<(String, String)> {
    let settings = FilePath::from("site.toml");
    let config = config::read(&settings, &snapshot.text("site.toml").unwrap()).0.unwrap();
    let options = ParseOptions { parts: config.parts.clone() };
    let documents: Vec<Arc<Document>> = snapshot
        .under("content/")
        .filter_map(|file| {
            let kind = document::kind_of(&file.path)?;
            Some(document::parse(&file.path, file.digest, kind, &file.text()?, &options).document)
        })
        .collect();
    let day = crate::date::parse_day("2026-11-21").unwrap();
    let (sources, _) = rights::source::read(&documents, snapshot);
    let (verdicts, _) = rights::judge(&documents, &sources, &config, day, &BTreeSet::new());
    let input = CatalogInput {
        documents: &documents,
        snapshot,
        config: &config,
        sources,
        verdicts: &verdicts,
        day,
        drafts: false,
        earlier: Vec::new(),
    };
    let (catalog, _) = catalog::build(input, None);
    let strings = InterfaceStrings::default();
    let context = ViewContext { config: &config, catalog: &catalog, strings: &strings, parts_of_articles: true };
    let mut texts = Vec::new();
    collect("", &serde_json::to_value(super::site(&context)).unwrap(), "site", &mut texts);
    for plan in plan(&catalog) {
        let (page, _) = page(&context, &plan);
        collect(" /page", &serde_json::to_value(&page).unwrap(), &plan.output, &mut texts);
        collect(" ", &serde_json::to_value(&page.content).unwrap(), &plan.output, &mut texts);
    }
    texts
}

fn collect(way: &str, value: &Value, page: &str, texts: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => texts.push((format!("{page}{way}"), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| collect(&format!("{way}/*"), item, page, texts)),
        Value::Object(entries) => {
            entries.iter().for_each(|(key, item)| collect(&format!("{way}/{key}"), item, page, texts));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Where text of the piece stands: the ways to every text with a run of its words.
fn places_of_piece(terms: &str) -> Vec<String> {
    let (_, body) = PIECE.split_once("---\nA guest").unwrap();
    let body = words_of(&format!("A guest{}", body.replace("Key Learning Point", "").replace("##", "")));
    let runs: BTreeSet<&[Word]> = body.windows(RUN).collect();
    let mut places = Vec::new();
    for (way, text) in texts_of_views(&site(terms)) {
        let mut shown = String::new();
        let mut in_tag = false;
        for character in text.chars() {
            in_tag = (in_tag || character == '<') && character != '>';
            shown.push(if in_tag || character == '>' { ' ' } else { character });
        }
        if words_of(&shown).windows(RUN).any(|run| runs.contains(run)) {
            assert!(text.contains("data-statement=\"guild\"") || way.ends_with("/excerpt"), "{way} has no statement");
            places.push(way);
        }
    }
    places
}

#[test]
fn text_of_a_piece_comes_only_with_its_statement() {
    let everywhere = ["articles/piece.html /article/content", "paths/path-guide.html /guide/steps/*/content"];
    assert_eq!(places_of_piece("excerpts: none\n"), everywhere);
    assert_eq!(places_of_piece(""), everywhere);
}

#[test]
fn excerpts_are_no_longer_than_granted() {
    assert_eq!(places_of_piece("excerpts: 7\n").len(), 2);
    let with_excerpts = places_of_piece("excerpts: 9\n");
    let expected = [
        "action-steps.html /parts/groups/*/entries/*/excerpt",
        "articles/piece.html /article/content",
        "learning-points.html /parts/groups/*/entries/*/excerpt",
        "paths/path-guide.html /guide/steps/*/content",
        "questions.html /parts/groups/*/entries/*/excerpt",
    ];
    assert_eq!(with_excerpts, expected);
    let statements = texts_of_views(&site("excerpts: 9\n"))
        .into_iter()
        .filter(|(way, text)| way.contains("/statements/") && text.contains("data-statement"));
    assert_eq!(statements.count(), 3, "one on each list");
}
