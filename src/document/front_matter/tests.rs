//! Tests of the front matter: every key, every report with its place, and texts that were changed at random.

use super::*;

fn read(path: &str, text: &str) -> (FrontMatter, usize, Vec<Diagnostic>) {
    let path = FilePath::new(path);
    let kind = crate::document::kind_of(&path).unwrap();
    let mut diagnostics = Vec::new();
    let (front, body) = parse(&path, kind, text, &mut diagnostics);
    crate::diagnostic::sort(&mut diagnostics);
    (front, body, diagnostics)
}

fn place<'text>(text: &'text str, diagnostic: &Diagnostic) -> &'text str {
    &text[diagnostic.primary.as_ref().unwrap().span.unwrap().range()]
}

const ARTICLE: &str = "content/articles/apology.md";
const SOURCE: &str = "content/sources/hearth.md";
const PATH: &str = "content/paths/first-week.md";

const WHOLE_ARTICLE: &str = "\
---
title: \"Apology: the first minute\"
summary: >
  A long
  teaser
deck: Under the title
date: 2026-01-05
updated: 2026-02-05
authors: Anna Ärmel
topics: [refunds, complaints]
audience:
  - frontline
owner: Anna Ärmel
reviewed: 2026-03-01
review_every: 6m
source: hearth
original_url: https://hearth.example/a?b#c
original_title: no
published: 2007-07
changes: Shortened
seal: abc
permission: unknown
own: true
draft: true
publish_on: 2026-01-01
expires_on: 2027-01-01
aliases: [old/page.html, /older/]
slug: apology
order: -3
featured: false
language: de-CH
image: card.png
extra: { colour: red, columns: 2 }
---
Body
";

const WHOLE_SOURCE: &str = "\
---
title: Hearth Institute                       # the owner's name, as readers see it
homepage: https://hearth.example/
licence: custom
grants:
  - medium: [newsletter, website, publication]
    price: [free]
    audience: [internal, public]
changes: unstated
excerpts: none
feeds: summary
canonical: self
contact: mailto:rights@hearth.example
valid_from: 2020-01-01
valid_until: 2027-12-31
permission:
  ref: PERM-2026-014
  granted_by: Hearth Institute, rights desk
  until: 2026-12-31
  grants: [{ medium: [training-program], price: [free], audience: [internal] }]
hosts: [hearth.example, www.hearth.example]
confirmed: true
---
Copyright, Hearth Institute.
";

#[test]
fn a_whole_article_is_read() {
    for text in [WHOLE_ARTICLE.to_owned(), format!("\u{feff}{}", WHOLE_ARTICLE.replace('\n', "\r\n"))] {
        let (front, body, diagnostics) = read(ARTICLE, &text);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        assert_eq!(text[body..].trim(), "Body");
        let title = front.title.unwrap();
        assert_eq!(title.value, "Apology: the first minute");
        assert_eq!(&text[title.span.range()], "\"Apology: the first minute\"");
        assert_eq!(front.summary.unwrap().value, "A long teaser");
        assert_eq!(&text[front.authors[0].span.range()], "Anna Ärmel");
        assert_eq!(front.topics.len() + front.audience.len(), 3);
        assert_eq!(front.review_every.unwrap().value.days, 180);
        assert_eq!(front.original_url.unwrap().value, "https://hearth.example/a?b#c");
        assert_eq!(front.original_title.unwrap().value, "no");
        assert_eq!(front.published.unwrap().value, "2007-07");
        assert!(front.own && front.draft && !front.featured);
        assert_eq!(front.expires_on.unwrap().value.to_string(), "2027-01-01");
        let aliases: Vec<_> = front.aliases.iter().map(|alias| alias.value.as_str()).collect();
        assert_eq!(aliases, ["old/page.html", "older/"]);
        assert_eq!((front.order, front.slug.unwrap().value.as_str()), (Some(-3), "apology"));
        assert_eq!(front.extra["columns"].to_json(), 2);
        let block = &text[front.span.range()];
        assert!(block.starts_with("---") && block.ends_with("---"));
    }
}

#[test]
fn a_whole_source_and_path_are_read() {
    let (front, _, diagnostics) = read(SOURCE, WHOLE_SOURCE);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let terms = front.source_terms.unwrap();
    assert_eq!(terms.grants[0].medium.len(), 3);
    assert_eq!(terms.excerpts.unwrap().value, 0);
    let permission = terms.permission.unwrap();
    assert_eq!(permission.reference.unwrap().value, "PERM-2026-014");
    assert_eq!(permission.grants[0].medium[0].value, "training-program");
    assert_eq!(terms.hosts.len(), 2);
    assert_eq!(terms.confirmed.map(|it| it.value), Some(true));
    let text = "---\ntitle: Week\nsteps:\n  - article: a/b\n    why: Because\n    minutes: 20\n  - article: c\n---\n";
    let (front, _, diagnostics) = read(PATH, text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert_eq!(front.steps[0].article.value, "a/b");
    assert_eq!(front.steps[0].minutes, Some(20));
    assert_eq!(front.steps.len(), 2);
    let (front, _, diagnostics) = read("content/glossary/sla.md", "---\ntitle: SLA\nterms: [service level]\n---\n");
    assert!(diagnostics.is_empty());
    assert_eq!(front.terms[0].value, "service level");
}

/// File, lines behind `title: Ü`, code, place, words in the message or hints, fix.
type Case = (&'static str, &'static str, Code, &'static str, &'static str, Option<&'static str>);

fn check(cases: &[Case]) {
    for (path, lines, code, at, words, fix) in cases {
        let text = format!("---\ntitle: Ü\n{lines}\n---\nText\n");
        let (_, _, diagnostics) = read(path, &text);
        assert_eq!(diagnostics.len(), 1, "{lines}: {diagnostics:#?}");
        let found = &diagnostics[0];
        assert_eq!(found.code, *code, "{lines}");
        assert_eq!(place(&text, found), *at, "{lines}");
        let said = format!("{} {}", found.message, found.hints.join(" "));
        assert!(said.contains(words), "{lines}: {said}");
        assert_eq!(found.fix.as_deref(), *fix, "{lines}");
        let sentence = found.message.chars().next().unwrap();
        assert!(!sentence.is_uppercase() && !found.message.ends_with('.'), "{}", found.message);
    }
}

#[test]
fn wrong_values_are_reported_at_their_place() {
    use Code::{FrontMatterInvalidValue as Invalid, FrontMatterUnknownKey as Unknown, UrlInvalid};
    check(&[
        (ARTICLE, "date: 2026-1-5", Invalid, "2026-1-5", "2026-01-05", Some("2026-01-05")),
        (ARTICLE, "date: soon", Invalid, "soon", "a day such as", None),
        (ARTICLE, "date: [2026-01-05]", Invalid, "[2026-01-05]", "but is a list", None),
        (ARTICLE, "draft: yes", Invalid, "yes", "write `true`", Some("true")),
        (ARTICLE, "draft: maybe", Invalid, "maybe", "`true` or `false`", None),
        (ARTICLE, "order: first", Invalid, "first", "a whole number", None),
        (ARTICLE, "review_every: 1 year", Invalid, "1 year", "time span", Some("1y")),
        (ARTICLE, "topics: [a, {b: c}]", Invalid, "{b: c}", "must be text", Some("\"b: c\"")),
        (ARTICLE, "summary: [a]", Invalid, "[a]", "must be text, but is a list", None),
        (ARTICLE, "language: en_US", Invalid, "en_US", "did you mean `en-US`?", Some("en-US")),
        (
            ARTICLE,
            "original_url: hearth.example/a",
            Invalid,
            "hearth.example/a",
            "https://",
            Some("https://hearth.example/a"),
        ),
        (ARTICLE, "original_url: /a", Invalid, "/a", "must be an address", None),
        (ARTICLE, "permission: granted", Invalid, "granted", "`unknown`", None),
        (ARTICLE, "published: July 2007", Invalid, "July 2007", "a day, a month or a year", None),
        (ARTICLE, "published: 2007-7", Invalid, "2007-7", "a month", Some("2007-07")),
        (ARTICLE, "published: 2007-13", Invalid, "2007-13", "a month", None),
        (ARTICLE, "publish_on: 2026-02-01\nexpires_on: 2026-02-01", Invalid, "2026-02-01", "never be shown", None),
        (ARTICLE, "slug: Über uns/neu", UrlInvalid, "Über uns/neu", "not a path", Some("neu")),
        (ARTICLE, "slug: Über uns", UrlInvalid, "Über uns", "did you mean `uber-uns`?", Some("uber-uns")),
        (ARTICLE, "aliases: [ok/a, ../up]", UrlInvalid, "../up", "`..`", None),
        (
            ARTICLE,
            "aliases: https://old.example/a.html",
            UrlInvalid,
            "https://old.example/a.html",
            "names a host",
            Some("a.html"),
        ),
        (ARTICLE, "aliases: a?b=1", UrlInvalid, "a?b=1", "`?`", Some("a")),
        (ARTICLE, "steps: [a]", Unknown, "steps", "only learning paths have it", None),
        (ARTICLE, "licence: custom", Unknown, "licence", "only sources have it", None),
        (ARTICLE, "topcs: [a]", Unknown, "topcs", "did you mean `topics`?", Some("topics")),
        (ARTICLE, "tags: [a]", Unknown, "tags", "did you mean `topics`?", Some("topics")),
        (ARTICLE, "topics:\n  - a: b", Invalid, "a: b", "must stand in quotes", Some("\"a: b\"")),
        (ARTICLE, "topics:\n  -a\n  -b", Invalid, "-a\n  -b", "a space behind its `-`", None),
        (ARTICLE, ": b", Unknown, "", "no key before", None),
        (ARTICLE, "weather: fine", Unknown, "weather", "known here: `aliases`", None),
        ("content/about.md", "changes: x", Unknown, "changes", "only articles and sources", None),
        ("content/about.md", "authors: x", Unknown, "authors", "only articles and learning paths", None),
        ("content/people/a.md", "terms: x", Unknown, "terms", "only glossary terms", None),
        (PATH, "deck: x", Unknown, "deck", "`deck` has no meaning in a learning path", None),
        (PATH, "steps: [a]", Invalid, "a", "write `- article: a`", Some("article: a")),
        (PATH, "steps:\n  - why: x", Invalid, "why: x", "needs an `article`", None),
        (PATH, "steps:\n  - article: a\n    minutes: 601", Invalid, "601", "from 1 to 600", None),
        (PATH, "steps:\n  - article: a\n    minuts: 5", Unknown, "minuts", "did you mean `minutes`?", Some("minutes")),
        (ARTICLE, "external_url: ftp://x", Invalid, "ftp://x", "`https://`", None),
        (ARTICLE, "external_url: https://x.example/", Code::FrontMatterIgnoredBody, "Text", "only links out", None),
    ]);
}

#[test]
fn wrong_terms_are_errors_that_cannot_be_lowered() {
    use Code::RightsTermsInvalid as Terms;
    check(&[
        (SOURCE, "homepage: https://x.example/", Terms, "", "no `licence`", Some("licence: custom\n")),
        (SOURCE, "licence: CC BY 4.0", Terms, "CC BY 4.0", "did you mean `CC-BY-4.0`?", Some("CC-BY-4.0")),
        (SOURCE, "licence: CC-BY-9.0", Terms, "CC-BY-9.0", "did you mean", Some("CC-BY-1.0")),
        (SOURCE, "licence: free", Terms, "free", "known are", None),
        (SOURCE, "licence: custom\ngrants:\n  - price: [fre]", Terms, "fre", "did you mean `free`?", Some("free")),
        (SOURCE, "licence: custom\ngrants:\n  - prise: [free]", Terms, "prise", "did you mean `price`?", Some("price")),
        (SOURCE, "licence: custom\ngrants:\n  - medium: []", Terms, "medium: []", "allows nothing", None),
        (SOURCE, "licence: custom\nchanges: none", Terms, "none", "must be one of", None),
        (SOURCE, "licence: custom\nexcerpts: 25 words", Terms, "25 words", "did you mean `25`?", Some("25")),
        (
            SOURCE,
            "licence: custom\nhosts: [https://x.example/]",
            Terms,
            "https://x.example/",
            "x.example",
            Some("x.example"),
        ),
        (SOURCE, "licence: custom\ncontact: a@b.example", Terms, "a@b.example", "mailto", Some("mailto:a@b.example")),
        (
            SOURCE,
            "licence: custom\nvalid_untill: 2026-01-01",
            Terms,
            "valid_untill",
            "did you mean `valid_until`?",
            Some("valid_until"),
        ),
        (
            SOURCE,
            "licence: custom\nvalid_from: 2026-01-02\nvalid_until: 2026-01-01",
            Terms,
            "2026-01-01",
            "before",
            None,
        ),
        (
            SOURCE,
            "licence: custom\npermission:\n  untl: 2026-01-01",
            Terms,
            "untl",
            "did you mean `until`?",
            Some("until"),
        ),
        (SOURCE, "licence: custom\nweather: x", Code::FrontMatterUnknownKey, "weather", "known here", None),
    ]);
    let (front, _, _) =
        read(SOURCE, "---\ntitle: x\nlicence: custom\ngrants:\n  - price: [fre]\n  - price: [paid]\n---\n");
    let terms = front.source_terms.unwrap();
    assert_eq!(terms.grants.len(), 1, "a grant with a fault is no grant");
}

#[test]
fn titles() {
    let with = |title: &str| format!("---\n{title}date: 2026-01-05\n---\n## The *First* Heading\n");
    let (front, _, diagnostics) = read(ARTICLE, &with("title: no\n"));
    assert!(diagnostics.is_empty());
    assert_eq!(front.title.unwrap().value, "no");
    for (title, at, fix) in [
        ("", "---", Some("title: The First Heading\n")),
        ("title:\n", "title:", None),
        ("title: \"\"\n", "title: \"\"", None),
        ("title: ' '\n", "title: ' '", None),
        ("title: ~\n", "title: ~", None),
    ] {
        let text = with(title);
        let (_, _, diagnostics) = read(ARTICLE, &text);
        assert_eq!(diagnostics.len(), 1, "{title}: {diagnostics:#?}");
        assert_eq!(diagnostics[0].code, Code::FrontMatterMissingTitle);
        assert_eq!(place(&text, &diagnostics[0]), if title == "title:\n" { "title" } else { at }, "{title}");
        assert_eq!(diagnostics[0].fix.as_deref(), fix);
    }
    for path in ["content/index.md", "content/articles/_index.md"] {
        assert!(read(path, &with("")).2.is_empty(), "{path}");
    }
    let long = with(&format!("title: {}\n", "ä".repeat(3000)));
    let (_, _, diagnostics) = read(ARTICLE, &long);
    assert_eq!(diagnostics.iter().map(|it| it.code).collect::<Vec<_>>(), [Code::FrontMatterInvalidValue]);
    assert_eq!(place(&long, &diagnostics[0]), "ä".repeat(3000));
    let broken = with("title: a: b\n");
    let (front, _, diagnostics) = read(ARTICLE, &broken);
    assert_eq!(front.title.unwrap().value, "a: b");
    assert_eq!(diagnostics[0].fix.as_deref(), Some("title: \"a: b\""));
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn blank_values_are_absent() {
    let text = "---\ntitle: x\ntopics:\nauthors: []\naudience: [ , ~]\ndate:\nextra: {}\nslug: ''\n---\n";
    let (front, _, diagnostics) = read(ARTICLE, text.replace("[ , ~]", "[~]").as_str());
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert!(front.topics.is_empty() && front.authors.is_empty() && front.audience.is_empty() && front.slug.is_none());
}

#[test]
fn files_without_front_matter() {
    for (path, text, at, fix) in [
        (ARTICLE, "# Apology & Co\nText", "", Some("---\ntitle: Apology & Co\n---\n")),
        (ARTICLE, "\u{feff}Text", "", Some("---\ntitle: Apology\n---\n")),
        (ARTICLE, "", "", Some("---\ntitle: Apology\n---\n")),
        ("content/articles/first-steps/index.md", "# A: b\n", "", Some("---\ntitle: \"A: b\"\n---\n")),
        ("content/articles/first-steps/index.md", "x", "", Some("---\ntitle: First steps\n---\n")),
        (SOURCE, "Copyright", "", Some("---\ntitle: Hearth\nlicence: custom\n---\n")),
        (ARTICLE, "\n\n---\ntitle: x\n---\n", "\n\n", Some("")),
        ("content/index.md", "\n---\ntitle: x\n---\n", "\n", Some("")),
        (ARTICLE, "+++\ntitle = \"x\"\n+++\n", "+++", None),
    ] {
        let (front, body, diagnostics) = read(path, text);
        assert_eq!(diagnostics.len(), 1, "{text:?}: {diagnostics:#?}");
        assert_eq!(diagnostics[0].code, Code::FrontMatterMissing);
        assert_eq!(place(text, &diagnostics[0]), at, "{text:?}");
        assert_eq!(diagnostics[0].fix.as_deref(), fix, "{text:?}");
        assert!(front.title.is_none() && body <= 3);
    }
    for path in ["content/index.md", "content/articles/_index.md"] {
        for text in ["", "# Welcome\n", "\u{feff}", "---x"] {
            assert!(read(path, text).2.is_empty(), "{path} {text:?}");
        }
    }
}

#[test]
fn a_block_that_is_never_closed() {
    let text = "---\ntitle: x\ndate: 2026-1-5\n\nText\n";
    let (front, body, diagnostics) = read(ARTICLE, text);
    assert_eq!(body, text.len());
    assert_eq!(front.title.unwrap().value, "x");
    let codes: Vec<_> = diagnostics.iter().map(|it| (it.code, place(text, it), it.fix.as_deref())).collect();
    assert_eq!(
        codes,
        [
            (Code::FrontMatterYaml, "---", Some("---\n")),
            (Code::FrontMatterInvalidValue, "2026-1-5", Some("2026-01-05")),
        ]
    );
    assert_eq!(&text[..diagnostics[0].fix_range().unwrap().start as usize], "---\ntitle: x\ndate: 2026-1-5\n");
    let text = "---\ntitle: x\n—\nText\n";
    let (_, _, diagnostics) = read(ARTICLE, text);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(&text[diagnostics[0].fix_range().unwrap().range()], "—");
}

#[test]
fn keys_know_their_kinds() {
    assert!(keys_of(DocumentKind::Article).any(|key| key == "deck"));
    assert!(!keys_of(DocumentKind::Page).any(|key| key == "deck"));
    for path in [ARTICLE, PATH, SOURCE, "content/glossary/a.md", "content/about.md"] {
        let kind = crate::document::kind_of(path).unwrap();
        for key in keys_of(kind) {
            let text = format!("---\n{key}: 1\n---\n");
            let (_, _, diagnostics) = read(path, &text);
            assert!(diagnostics.iter().all(|it| it.code != Code::FrontMatterUnknownKey), "{path} {key}");
        }
    }
}

/// A small generator (xorshift), so that every run tries the same texts.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[test]
fn random_changes_never_break_places() {
    const PIECES: [&str; 30] = [
        ":", ": ", " ", "  ", "\n", "\r\n", "\t", "-", "- ", "---\n", "...\n", "\"", "'", "[", "]", "{", "}", "#",
        "&a ", "*a", "!t ", "|", ">", "%", "@", "\\", "é", "日本", "\u{feff}", "\0",
    ];
    let mut random = Random(0x5eed);
    let samples = [
        (ARTICLE, WHOLE_ARTICLE),
        (SOURCE, WHOLE_SOURCE),
        (PATH, "---\ntitle: W\nsteps:\n  - article: a\n    why: x\n---\n"),
    ];
    for round in 0..6000 {
        let (path, sample) = samples[round % samples.len()];
        let mut text: Vec<char> = sample.chars().collect();
        for _ in 0..=random.below(6) {
            let at = random.below(text.len());
            match random.below(4) {
                0 => drop(text.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
                1 => drop(text.splice(at..(at + random.below(12)).min(text.len()), [])),
                2 => text.truncate(text.len() - random.below(20).min(text.len())),
                _ => drop(text.splice(at..(at + 1).min(text.len()), PIECES[random.below(PIECES.len())].chars())),
            }
        }
        let text: String = text.into_iter().collect();
        let (front, body, diagnostics) = read(path, &text);
        assert!(text.is_char_boundary(body) && text.get(front.span.range()).is_some(), "{text:?}");
        for diagnostic in &diagnostics {
            let labels = diagnostic.primary.iter().chain(&diagnostic.related).filter_map(|label| label.span);
            for span in labels.chain(diagnostic.fix_range()) {
                assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}: {diagnostic:#?}");
            }
        }
        for value in front.title.iter().chain(&front.authors).chain(&front.topics).chain(&front.terms) {
            assert!(text.get(value.span.range()).is_some(), "{value:?} in {text:?}");
        }
    }
}
