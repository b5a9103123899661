//! Ids of elements: slugs of headings, ids that authors write, and that no two are the same.
//!
//! Must not know where ids stand. Ids that steward makes for footnotes contain `:`, which no slug does.

use std::collections::{BTreeMap, BTreeSet};

use super::text::nfc;
use crate::document::Anchors;

/// What every id made for a footnote begins with.
pub(super) const NOTE_PREFIXES: [&str; 2] = ["fn:", "fnref:"];

/// Ids that the built-in theme's pages have around a body; a heading of that name gets a suffix.
const AROUND_BODIES: [&str; 13] = [
    "agenda-title",
    "backlinks-title",
    "contents-title",
    "featured-title",
    "hero-point-title",
    "latest-title",
    "main",
    "path-steps-title",
    "paths-title",
    "related-title",
    "sections-title",
    "site-navigation",
    "topics-title",
];

/// All ids of one document.
#[derive(Debug, Default)]
pub(super) struct Ids {
    used: BTreeSet<String>,
    /// Ids that authors write further down: a slug must not take them.
    reserved: BTreeSet<String>,
    /// The last suffix tried by base, so that a thousand equal headings stay linear.
    suffixes: BTreeMap<String, u32>,
}

impl Ids {
    /// Looks for `{#id}` in the source. Finding one too many only gives a slug a suffix it would not need.
    pub(super) fn reserving_explicit_ids_of(source: &str) -> Self {
        let around = AROUND_BODIES.into_iter().map(str::to_owned);
        let reserved = memchr::memmem::find_iter(source.as_bytes(), "{#")
            .map(|at| {
                let rest = &source[at + 2..];
                rest[..rest.find(|c: char| c == '}' || c.is_whitespace()).unwrap_or(rest.len())].to_owned()
            })
            .chain(around)
            .collect();
        Self { reserved, ..Self::default() }
    }

    /// Takes an id that an author wrote; false where it is taken already.
    pub(super) fn take(&mut self, id: &str) -> bool {
        !NOTE_PREFIXES.iter().any(|prefix| id.starts_with(prefix)) && self.used.insert(id.to_owned())
    }

    /// Takes an id made by steward that cannot clash.
    pub(super) fn take_own(&mut self, id: &str) {
        self.used.insert(id.to_owned());
    }

    /// Takes `base`, or `base-1`, `base-2` … where it is taken.
    pub(super) fn take_unique(&mut self, base: &str) -> String {
        self.take_numbered(base, 1)
    }

    /// Takes `base`, or `base-2`, `base-3` … where it is taken.
    pub(super) fn take_step(&mut self, base: &str) -> String {
        self.take_numbered(base, 2)
    }

    fn take_numbered(&mut self, base: &str, first: u32) -> String {
        if !self.reserved.contains(base) && self.used.insert(base.to_owned()) {
            return base.to_owned();
        }
        let mut suffix = self.suffixes.get(base).copied().unwrap_or(first);
        loop {
            let id = format!("{base}-{suffix}");
            suffix = suffix.saturating_add(1);
            if !self.reserved.contains(&id) && self.used.insert(id.clone()) {
                self.suffixes.insert(base.to_owned(), suffix);
                return id;
            }
        }
    }

    /// All ids, sorted.
    pub(super) fn finish(self) -> Anchors {
        self.used.into_iter().collect()
    }
}

/// The slug of a heading, as GitHub makes it: letters of any script, digits, `-` and `_`, in lower case, NFC.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() || matches!(character, '-' | '_') || is_combining(character) {
            slug.extend(character.to_lowercase());
        } else if character.is_whitespace() {
            slug.push('-');
        }
    }
    let slug = nfc(&slug);
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// Marks that make up letters: accents in decomposed text, vowel signs.
fn is_combining(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

/// Whether an id that an author wrote can be an anchor in a link.
pub(super) fn is_valid(id: &str) -> bool {
    !id.is_empty()
        && id.chars().all(|character| {
            character.is_alphanumeric() || is_combining(character) || matches!(character, '-' | '_' | '.' | ':')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_like_githubs_with_all_letters() {
        for (text, expected) in [
            ("Action Steps", "action-steps"),
            ("What's new? (2026)", "whats-new-2026"),
            ("Größe u\u{308}ber alles", "größe-über-alles"),
            ("サービス 文化", "サービス-文化"),
            ("हिन्दी", "हिन्दी"),
            ("a - b", "a---b"),
            ("!?", "section"),
        ] {
            assert_eq!(slug(text), expected, "{text}");
        }
    }

    #[test]
    fn equal_ids_get_suffixes_and_explicit_ids_win() {
        let mut ids = Ids::reserving_explicit_ids_of("# Foo\n\n# Bar {#foo-1 .x}");
        assert_eq!(ids.take_unique("foo"), "foo");
        assert_eq!(ids.take_unique("foo"), "foo-2");
        assert!(ids.take("foo-1"));
        assert!(!ids.take("foo-1"));
        assert!(!ids.take("fn:1"));
        assert_eq!(ids.take_step("foo"), "foo-3");
    }
}
