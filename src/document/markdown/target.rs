//! Link targets: which schemes may stand in a page.
//!
//! Must not know whether a target exists. Reads a target as browsers do: they skip control characters and white space
//! at its ends, and tabs and line breaks anywhere, so `java\tscript:` is a scheme.

use std::borrow::Cow;

/// Where a target leads, by its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// A path, an anchor or nothing: inside the site.
    Relative,
    /// `http:` or `https:`.
    Web,
    /// `mailto:` or `tel:`.
    Contact,
    /// `//host/…`, also written with backslashes: another host with the page's own scheme.
    SchemeRelative,
    /// Any other scheme, in lower case where it was written so.
    Scheme(&'a str),
}

/// The target as browsers read it.
pub(super) fn cleaned(target: &str) -> Cow<'_, str> {
    let trimmed = target.trim_matches(|character: char| character <= ' ');
    if trimmed.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        Cow::Owned(trimmed.chars().filter(|character| !character.is_ascii_control()).collect())
    } else {
        Cow::Borrowed(trimmed)
    }
}

/// Classifies a cleaned target.
pub(super) fn classify(target: &str) -> Target<'_> {
    let mut bytes = target.bytes();
    if matches!((bytes.next(), bytes.next()), (Some(b'/' | b'\\'), Some(b'/' | b'\\'))) {
        return Target::SchemeRelative;
    }
    // Invisible characters before a scheme are no part of it for any browser, but they are never meant.
    let visible =
        target.trim_start_matches(|character: char| !character.is_ascii_graphic() && !character.is_alphanumeric());
    let Some(scheme) = scheme(visible) else { return Target::Relative };
    let is = |names: &[&str]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
    if visible.len() < target.len() {
        Target::Scheme(scheme)
    } else if is(&["http", "https"]) {
        Target::Web
    } else if is(&["mailto", "tel"]) {
        Target::Contact
    } else {
        Target::Scheme(scheme)
    }
}

/// Schemes that run or hold content themselves: never right, not even as the name of a page.
pub(super) fn is_active(scheme: &str) -> bool {
    ["javascript", "vbscript", "data", "blob", "file"].iter().any(|name| scheme.eq_ignore_ascii_case(name))
}

/// The scheme of an address: a letter, then letters, digits, `+`, `-`, `.`, then a colon.
fn scheme(target: &str) -> Option<&str> {
    let (scheme, _) = target.split_once(':')?;
    let mut bytes = scheme.bytes();
    let valid = bytes.next()?.is_ascii_alphabetic()
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    valid.then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_found_where_browsers_find_them() {
        for (target, expected) in [
            ("a/b.md#c", Target::Relative),
            ("", Target::Relative),
            ("#x:y", Target::Relative),
            ("a/b:c", Target::Relative),
            ("übersicht:a", Target::Relative),
            ("?x=javascript:1", Target::Relative),
            ("HTTPS://a.example", Target::Web),
            ("mailto:a@b.example", Target::Contact),
            ("tel:+4930", Target::Contact),
            ("//a.example", Target::SchemeRelative),
            ("/\\a.example", Target::SchemeRelative),
            ("\t//a.example", Target::SchemeRelative),
            ("JavaScript:alert(1)", Target::Scheme("JavaScript")),
            (" \u{1}javascript:alert(1)", Target::Scheme("javascript")),
            ("java\tscr\nipt:alert(1)", Target::Scheme("javascript")),
            ("\u{200b}javascript:alert(1)", Target::Scheme("javascript")),
            ("\u{a0}https://a.example", Target::Scheme("https")),
            ("data:text/html,x", Target::Scheme("data")),
            ("C:\\x", Target::Scheme("C")),
        ] {
            assert_eq!(classify(&cleaned(target)), expected, "{target:?}");
        }
    }
}
