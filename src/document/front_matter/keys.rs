//! Which kinds of files have which keys. Must not know what a key means.

use crate::diagnostic::{Code, Diagnostic, Severity, closest};
use crate::document::DocumentKind;

/// Keys that every file has.
const FOR_ALL: [&str; 16] = [
    "title",
    "summary",
    "date",
    "updated",
    "owner",
    "reviewed",
    "review_every",
    "draft",
    "publish_on",
    "expires_on",
    "aliases",
    "slug",
    "order",
    "featured",
    "language",
    "image",
];

/// Keys of every file that the tables above and below do not list with the others, because they are read apart.
const EXTRA: &str = "extra";

const FOR_ARTICLE: [&str; 13] = [
    "deck",
    "authors",
    "topics",
    "audience",
    "source",
    "original_url",
    "original_title",
    "published",
    "changes",
    "seal",
    "permission",
    "own",
    "external_url",
];

const FOR_PATH: [&str; 4] = ["authors", "topics", "audience", "steps"];

const FOR_TERM: [&str; 1] = ["terms"];

const FOR_SOURCE: [&str; 13] = [
    "homepage",
    "licence",
    "grants",
    "changes",
    "excerpts",
    "feeds",
    "canonical",
    "contact",
    "valid_from",
    "valid_until",
    "permission",
    "hosts",
    "confirmed",
];

/// What other generators call a key.
const NAMES_ELSEWHERE: [(&str, &str); 20] = [
    ("tags", "topics"),
    ("categories", "topics"),
    ("keywords", "topics"),
    ("description", "summary"),
    ("excerpt", "summary"),
    ("teaser", "summary"),
    ("subtitle", "deck"),
    ("lastmod", "updated"),
    ("modified", "updated"),
    ("weight", "order"),
    ("position", "order"),
    ("permalink", "slug"),
    ("publishDate", "publish_on"),
    ("expiryDate", "expires_on"),
    ("lang", "language"),
    ("locale", "language"),
    ("thumbnail", "image"),
    ("redirect_from", "aliases"),
    ("canonical_url", "original_url"),
    ("synonyms", "terms"),
];

/// The keys that only some kinds have, by kind.
fn special_keys(kind: DocumentKind) -> &'static [&'static str] {
    match kind {
        DocumentKind::Article => &FOR_ARTICLE,
        DocumentKind::Path => &FOR_PATH,
        DocumentKind::Term => &FOR_TERM,
        DocumentKind::Source => &FOR_SOURCE,
        DocumentKind::Home
        | DocumentKind::Section
        | DocumentKind::Topic
        | DocumentKind::Person
        | DocumentKind::Page => &[],
    }
}

/// Every key that a kind of file has: the common ones first.
pub fn keys_of(kind: DocumentKind) -> impl Iterator<Item = &'static str> {
    FOR_ALL.into_iter().chain([EXTRA]).chain(special_keys(kind).iter().copied())
}

/// Whether a kind has a key.
pub(super) fn has_key(kind: DocumentKind, key: &str) -> bool {
    keys_of(kind).any(|known| known == key)
}

/// A key that stands on the wrong kind of file says which kinds have it; a misspelt term of a source is an error.
pub(super) fn explain_unknown(key: &str, kind: DocumentKind, mut report: Diagnostic) -> Diagnostic {
    const KINDS: [(DocumentKind, &str); 4] = [
        (DocumentKind::Article, "articles"),
        (DocumentKind::Path, "learning paths"),
        (DocumentKind::Source, "sources"),
        (DocumentKind::Term, "glossary terms"),
    ];
    let owners: Vec<&str> =
        KINDS.iter().filter(|(kind, _)| special_keys(*kind).contains(&key)).map(|(_, name)| *name).collect();
    if !owners.is_empty() {
        report.message = format!("`{key}` has no meaning {}", place_of(kind));
        report.hints = vec![format!("only {} have it", owners.join(" and "))];
        return report;
    }
    let elsewhere = NAMES_ELSEWHERE.iter().find(|(name, _)| *name == key).map(|(_, ours)| *ours);
    if let Some(ours) = elsewhere.filter(|ours| has_key(kind, ours)) {
        report.hints = vec![format!("did you mean `{ours}`?")];
        return report.fix(ours);
    }
    // Read past, `valid_untill` would allow what its owner does not.
    if kind == DocumentKind::Source && closest(key, FOR_SOURCE).is_some() {
        report.code = Code::RightsTermsInvalid;
        report.severity = Severity::Error;
    }
    report
}

fn place_of(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Home => "on the home page",
        DocumentKind::Article => "in an article",
        DocumentKind::Section => "in a section's `_index.md`",
        DocumentKind::Path => "in a learning path",
        DocumentKind::Source => "in a source",
        DocumentKind::Term => "in a glossary term",
        DocumentKind::Topic => "in a topic",
        DocumentKind::Person => "in a person's file",
        DocumentKind::Page => "on a plain page",
    }
}
