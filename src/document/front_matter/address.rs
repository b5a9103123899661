//! Values that become addresses: `slug` and `aliases`. Must not know which addresses exist.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::diagnostic::{Code, Diagnostic, Spanned};
use crate::settings::Table;
use crate::settings::yaml::quote_if_needed;

/// Longer file names fail on common systems once `.html` and a temporary suffix are added.
const LONGEST_SLUG: usize = 200;

/// One segment of letters, digits, `-`, `_` and `.`.
pub(super) fn slug(table: &mut Table<'_, '_>) -> Option<Spanned<String>> {
    let slug = table.text("slug")?;
    let text = slug.value.as_str();
    let sane =
        |character: char| character.is_alphanumeric() || is_combining_mark(character) || "-_.".contains(character);
    let problem = if text.contains(['/', '\\']) {
        "it is one name, not a path"
    } else if text.starts_with('.') || text.ends_with('.') {
        "it cannot start or end with a dot"
    } else if !text.chars().all(sane) {
        "it may have letters, digits, `-`, `_` and `.` only"
    } else if text.len() > LONGEST_SLUG {
        "it is too long for a file name"
    } else {
        return Some(slug);
    };
    let message = format!("`slug` cannot be part of an address: {problem}");
    let mut report = Diagnostic::at(Code::UrlInvalid, table.file(), slug.span, message);
    let meant = suggest_slug(text);
    if !meant.is_empty() {
        report = report.hint(format!("did you mean `{meant}`?")).fix(meant);
    }
    table.push(report);
    None
}

/// Small letters without accents, words joined by `-`.
fn suggest_slug(text: &str) -> String {
    let last = text.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or("");
    let last = last.strip_suffix(".html").or_else(|| last.strip_suffix(".md")).unwrap_or(last);
    let mut slug = String::new();
    for character in last.nfkd().filter(|character| !is_combining_mark(*character)).take(LONGEST_SLUG / 4) {
        if character.is_alphanumeric() {
            slug.extend(character.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Earlier addresses below the site, without a leading `/`; what leads elsewhere is reported and left out.
pub(super) fn aliases(table: &mut Table<'_, '_>) -> Vec<Spanned<String>> {
    let mut kept = Vec::new();
    for alias in table.texts("aliases") {
        let relative = alias.value.strip_prefix('/').unwrap_or(&alias.value);
        match alias_problem(relative) {
            None => kept.push(Spanned::new(relative.to_owned(), alias.span)),
            Some((problem, meant)) => {
                let message = format!("the alias `{}` is no address of this site: {problem}", alias.value);
                let mut report = Diagnostic::at(Code::UrlInvalid, table.file(), alias.span, message)
                    .hint("write the earlier address from the site's root, such as `old/page.html`");
                if let Some(meant) = meant.filter(|meant| alias_problem(meant).is_none()) {
                    report = report.fix(quote_if_needed(&meant));
                }
                table.push(report);
            }
        }
    }
    kept
}

fn alias_problem(alias: &str) -> Option<(&'static str, Option<String>)> {
    let without_tail = || alias.split(['?', '#']).next().map(str::to_owned);
    if let Some((_, behind)) = alias.split_once("://") {
        let path = behind.split_once('/').map(|(_, path)| path.to_owned());
        return Some(("it names a host", path));
    }
    if alias.starts_with('/') {
        return Some(("it names a host", None));
    }
    if alias.contains(['?', '#']) {
        return Some(("it has a `?` or `#`", without_tail()));
    }
    if alias.contains('\\') {
        return Some(("it has a backslash", Some(alias.replace('\\', "/"))));
    }
    if alias.contains(|character: char| character.is_control() || "<>\"|*:".contains(character)) {
        return Some(("it has a character that cannot stand in a file name", None));
    }
    let mut segments = alias.split('/');
    if segments.clone().any(|segment| segment == ".." || segment == ".") {
        return Some(("it has `.` or `..`", None));
    }
    // `old/` is a folder's address; `a//b` is none.
    let last = segments.next_back();
    if segments.any(str::is_empty) || (last == Some("") && alias.is_empty()) {
        return Some(("a part of it is empty", None));
    }
    None
}
