//! The terms of a source: what a rights holder allows. Must not know whether a use is allowed by them.

use super::{Grant, Permission, SourceTerms};
use crate::config::{MEDIA, PRICES, PUBLICATION_AUDIENCES};
use crate::diagnostic::{Code, Spanned, closest};
use crate::settings::{Codes, Table};

/// Terms that are read wrongly would allow what their owner does not: every fault is an error that cannot be lowered.
const TERMS_CODES: Codes = Codes { invalid_value: Code::RightsTermsInvalid, unknown_key: Code::RightsTermsInvalid };

const CREATIVE_COMMONS: [&str; 6] = ["CC-BY", "CC-BY-SA", "CC-BY-ND", "CC-BY-NC", "CC-BY-NC-SA", "CC-BY-NC-ND"];
const CREATIVE_COMMONS_VERSIONS: [&str; 5] = ["1.0", "2.0", "2.5", "3.0", "4.0"];
const OTHER_LICENCES: [&str; 3] = ["CC0-1.0", "custom", "all-rights-reserved"];

/// More words in a row than this are no excerpt.
const LONGEST_EXCERPT: u32 = 10_000;

/// Reads the terms. The table reports what follows as invalid terms, except for unknown keys at the top.
pub(super) fn read(table: &mut Table<'_, '_>) -> SourceTerms {
    table.set_codes(TERMS_CODES);
    let terms = SourceTerms {
        homepage: address(table, "homepage", &["http", "https"]),
        licence: licence(table),
        grants: grants(table),
        changes: table.one_of("changes", &["allowed", "with-note", "house-style", "forbidden", "unstated"]),
        excerpts: excerpts(table),
        feeds: table.one_of("feeds", &["summary", "full"]),
        canonical: table.one_of("canonical", &["self", "original", "none"]),
        contact: address(table, "contact", &["http", "https", "mailto"]),
        valid_from: table.day("valid_from"),
        valid_until: table.day("valid_until"),
        permission: table.table("permission", permission),
        hosts: hosts(table),
        confirmed: table.boolean("confirmed"),
    };
    if let (Some(from), Some(until)) = (&terms.valid_from, &terms.valid_until)
        && from.value > until.value
    {
        let report = table
            .invalid(until.span, format!("`valid_until` is before `valid_from`, {}", from.value))
            .related(table.file(), Some(from.span), "valid from here on");
        table.push(report);
    }
    table.set_codes(Codes { invalid_value: Code::RightsTermsInvalid, unknown_key: Code::FrontMatterUnknownKey });
    terms
}

fn address(table: &mut Table<'_, '_>, key: &'static str, schemes: &[&str]) -> Option<Spanned<String>> {
    table.url(key, schemes).map(|address| Spanned::new(address.value.0, address.span))
}

fn licence(table: &mut Table<'_, '_>) -> Option<Spanned<String>> {
    if !table.is_written("licence") {
        let mut start = table.span();
        start.end = start.start;
        let report = table
            .invalid(start, "the source has no `licence`")
            .hint(
                "write `licence: custom`, `licence: all-rights-reserved`, or a Creative Commons id such as `CC-BY-4.0`",
            )
            .fix("licence: custom\n");
        table.push(report);
    }
    let licence = table.text("licence")?;
    let known: Vec<String> = CREATIVE_COMMONS
        .iter()
        .flat_map(|name| CREATIVE_COMMONS_VERSIONS.iter().map(move |version| format!("{name}-{version}")))
        .chain(OTHER_LICENCES.iter().map(|name| (*name).to_owned()))
        .collect();
    if known.contains(&licence.value) {
        return Some(licence);
    }
    let message = format!("`licence` is not known: `{}`", licence.value);
    let mut report = table.invalid(licence.span, message);
    // `CC BY 4.0`, as licences are written in running text.
    let dashed = licence.value.trim().replace([' ', '_'], "-");
    report = match closest(&dashed, known.iter().map(String::as_str)) {
        Some(near) => report.hint(format!("did you mean `{near}`?")).fix(near),
        None => report.hint("known are `custom`, `all-rights-reserved`, `CC0-1.0` and ids such as `CC-BY-NC-ND-4.0`"),
    };
    table.push(report);
    None
}

fn grants(table: &mut Table<'_, '_>) -> Vec<Grant> {
    table.tables("grants", grant).into_iter().flatten().collect()
}

/// One grant, or nothing where any part of it is wrong: half a grant would allow more than the whole.
fn grant(table: &mut Table<'_, '_>) -> Option<Grant> {
    let before = table.reports();
    let grant = Grant {
        span: table.span(),
        medium: dimension(table, "medium", &MEDIA),
        price: dimension(table, "price", &PRICES),
        audience: dimension(table, "audience", &PUBLICATION_AUDIENCES),
    };
    (table.reports() == before).then_some(grant)
}

fn dimension(table: &mut Table<'_, '_>, key: &'static str, names: &[&'static str]) -> Vec<Spanned<String>> {
    if let Some((name, value)) = table.entry(key).filter(|(_, value)| value.value.is_blank()) {
        let mut span = name.span;
        span.end = span.end.max(value.span.end);
        let report = table
            .invalid(span, format!("`{}` allows nothing: its list is empty", table.name_of(key)))
            .hint("name what is allowed, or leave the key out to allow any");
        table.push(report);
    }
    table.many_of(key, names)
}

fn permission(table: &mut Table<'_, '_>) -> Permission {
    Permission {
        span: table.span(),
        reference: table.text("ref"),
        granted_by: table.text("granted_by"),
        until: table.day("until"),
        grants: grants(table),
    }
}

/// `none`, or a number of words in a row.
fn excerpts(table: &mut Table<'_, '_>) -> Option<Spanned<u32>> {
    let text = table.text("excerpts")?;
    if text.value == "none" {
        return Some(Spanned::new(0, text.span));
    }
    match text.value.parse::<u32>() {
        Ok(words) if words <= LONGEST_EXCERPT => Some(Spanned::new(words, text.span)),
        _ => {
            let message = format!("`excerpts` must be `none` or a number of words, but is `{}`", text.value);
            let mut report = table.invalid(text.span, message);
            let number = text.value.split_whitespace().next().filter(|first| first.parse::<u16>().is_ok());
            if let Some(meant) = number.or((text.value.to_lowercase() == "no").then_some("none")) {
                report = report.hint(format!("did you mean `{meant}`?")).fix(meant);
            }
            table.push(report);
            None
        }
    }
}

/// Host names without scheme, port and path.
fn hosts(table: &mut Table<'_, '_>) -> Vec<Spanned<String>> {
    let mut kept = Vec::new();
    for host in table.texts("hosts") {
        let bare = !host.value.contains(['/', ':', '@', '?', '#']) && !host.value.contains(char::is_whitespace);
        if bare && url::Host::parse(&host.value).is_ok() {
            kept.push(host);
            continue;
        }
        let message = format!("`hosts` must hold host names such as `www.example.org`, not `{}`", host.value);
        let mut report = table.invalid(host.span, message);
        let full = if host.value.contains("://") { host.value.clone() } else { format!("https://{}", host.value) };
        if let Some(meant) = url::Url::parse(&full).ok().and_then(|url| url.host_str().map(str::to_owned)) {
            report = report.hint(format!("did you mean `{meant}`?")).fix(meant);
        }
        table.push(report);
    }
    kept
}
