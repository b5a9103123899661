//! May a piece be published here, today? Every piece is held against its source's grants and permission.
//!
//! Must not know how pages are made. There is no verdict that publishes all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::licence::Licence;
use super::source::{Source, Sources};
use crate::config::{CONFIG_FILE, Config};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, FilePath, Severity, Spanned, did_you_mean};
use crate::document::front_matter::Grant;
use crate::document::{Document, DocumentKind};

/// What the policy says of one article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may not be published; an error, or with `omit_refused` a warning, says why.
    Refused,
    /// Its source's terms begin on a later day; it waits as a scheduled page does.
    NotYetValid(Date),
}

/// The articles that may not be published, by file. An article that is not in the map may.
pub type Verdicts = BTreeMap<FilePath, Verdict>;

/// Days before the end of terms from which on `rights-expires-soon` warns.
const EXPIRY_NOTICE_DAYS: i32 = 30;

/// Holds every republished piece against its source. Pieces that are left out of the build (`hidden`) are left alone:
/// a draft waits, and a page that has expired in time breaks no terms.
pub fn judge(
    documents: &[Arc<Document>],
    sources: &Sources,
    config: &Config,
    day: Date,
    hidden: &BTreeSet<FilePath>,
) -> (Verdicts, Vec<Diagnostic>) {
    let mut verdicts = Verdicts::new();
    let mut diagnostics = Vec::new();
    let point = Point::of(config);
    let mut has_piece = false;
    let articles = documents.iter().filter(|document| document.kind == DocumentKind::Article);
    for article in articles.filter(|article| !hidden.contains(&article.path)) {
        check_permission_unknown(article, &mut diagnostics);
        let Some(named) = &article.front.source else { continue };
        has_piece = true;
        let Some(source) = sources.get(&named.value) else {
            diagnostics.push(unknown_source(article, named, sources));
            continue;
        };
        let (verdict, found) = judge_piece(article, named, source, point.as_ref(), day);
        if let Some(verdict) = verdict {
            verdicts.insert(article.path.clone(), verdict);
        }
        diagnostics.extend(found.map(|diagnostic| soften(diagnostic, config)));
        check_statement(article, named, source, &mut diagnostics);
        diagnostics.extend(check_canonical(article, named, source));
    }
    if has_piece && point.is_none() {
        diagnostics.extend(missing_publication(config));
    }
    warn_of_expiry(documents, sources, day, hidden, &mut diagnostics);
    (verdicts, diagnostics)
}

/// How this site is published.
struct Point<'a> {
    medium: &'a str,
    price: &'a str,
    audience: &'a str,
}

impl<'a> Point<'a> {
    fn of(config: &'a Config) -> Option<Self> {
        let publication = &config.publication;
        Some(Self {
            medium: &publication.medium.as_ref()?.value,
            price: &publication.price.as_ref()?.value,
            audience: &publication.audience.as_ref()?.value,
        })
    }

    fn covered_by(&self, grant: &Grant) -> bool {
        let covers = |allowed: &[Spanned<String>], wanted: &str| {
            allowed.is_empty() || allowed.iter().any(|value| value.value == wanted)
        };
        covers(&grant.medium, self.medium) && covers(&grant.price, self.price) && covers(&grant.audience, self.audience)
    }

    fn in_words(&self) -> String {
        format!("medium {}, price {}, audience {}", self.medium, self.price, self.audience)
    }
}

fn judge_piece(
    article: &Document,
    named: &Spanned<String>,
    source: &Source,
    point: Option<&Point<'_>>,
    day: Date,
) -> (Option<Verdict>, Option<Diagnostic>) {
    let refuse = |code, message: String| {
        let diagnostic = Diagnostic::at(code, &article.path, named.span, message)
            .related(&source.path, Some(source.front_span), "the terms stand here")
            .hint(ask_hint(source));
        (Some(Verdict::Refused), Some(diagnostic))
    };
    if let Some(until) = source.terms.valid_until.as_ref().filter(|until| day > until.value) {
        let message = format!("the terms of `{}` ended on {}", source.id, until.value);
        return refuse(Code::RightsExpired, message);
    }
    if let Some(from) = source.terms.valid_from.as_ref().filter(|from| day < from.value) {
        return (Some(Verdict::NotYetValid(from.value)), None);
    }
    let permission = source.terms.permission.as_ref();
    if source.licence == Some(Licence::AllRightsReserved) && permission.is_none() {
        let message = format!("`{}` reserves all rights and no written permission is recorded", source.id);
        return refuse(Code::RightsPermissionMissing, message);
    }
    let Some(point) = point else { return (None, None) };
    if granted_by_terms(source, point) {
        return (None, None);
    }
    let by_permission = permission.filter(|permission| permission.grants.iter().any(|grant| point.covered_by(grant)));
    match by_permission {
        Some(permission) => match permission.until.as_ref().filter(|until| day > until.value) {
            None => (None, None),
            Some(until) => {
                let message = format!("the permission of `{}` for this use ended on {}", source.id, until.value);
                refuse(Code::RightsPermissionExpired, message)
            }
        },
        None => {
            let message = format!("`{}` does not allow this use: {}", source.id, point.in_words());
            let (verdict, diagnostic) = refuse(Code::RightsUseNotGranted, message);
            let grants_nothing = source.licence == Some(Licence::Custom) && source.terms.grants.is_empty();
            let hint = grants_nothing.then(|| {
                format!("`{}` has no `grants`: write down there what the owner allows, if it is this", source.path)
            });
            (verdict, diagnostic.map(|diagnostic| diagnostic.hint_if(hint)))
        }
    }
}

fn granted_by_terms(source: &Source, point: &Point<'_>) -> bool {
    match &source.licence {
        Some(Licence::CreativeCommons(licence)) => !licence.is_non_commercial() || point.price == "free",
        Some(Licence::AllRightsReserved) => false,
        Some(Licence::Custom) | None => source.terms.grants.iter().any(|grant| point.covered_by(grant)),
    }
}

/// The last day on which pieces of a source may be published as this site is; `None` where nothing ends.
pub fn last_day(source: &Source, config: &Config) -> Option<Date> {
    let terms = source.terms.valid_until.as_ref().map(|until| until.value);
    let needs_permission = Point::of(config).is_some_and(|point| !granted_by_terms(source, &point));
    let permission = source.terms.permission.as_ref().filter(|_| needs_permission);
    let permission = permission.and_then(|permission| Some(permission.until.as_ref()?.value));
    terms.into_iter().chain(permission).min()
}

fn ask_hint(source: &Source) -> String {
    match &source.terms.contact {
        Some(contact) => format!("ask the owner for permission: {}", contact.value),
        None => format!("ask {} for permission and record it in `{}`", source.title, source.path),
    }
}

/// With `omit_refused` a refused piece is left out and its error becomes a warning.
fn soften(mut diagnostic: Diagnostic, config: &Config) -> Diagnostic {
    if config.publication.omit_refused {
        diagnostic.severity = Severity::Warning;
        diagnostic.hints.push("the piece is left out of every output (`omit_refused = true`)".to_owned());
    }
    diagnostic
}

fn unknown_source(article: &Document, named: &Spanned<String>, sources: &Sources) -> Diagnostic {
    let message = format!("there is no source `{}`", named.value);
    Diagnostic::at(Code::SourceUnknown, &article.path, named.span, message)
        .hint_if(did_you_mean(&named.value, sources.keys().map(String::as_str)))
        .hint(format!("a source is a file such as `content/sources/{}.md`", named.value))
}

/// What the settings do not say; a value that cannot be read has been reported and is not missing.
fn missing_publication(config: &Config) -> Option<Diagnostic> {
    let publication = &config.publication;
    let missing: Vec<&str> = [
        ("medium", publication.medium.is_none()),
        ("price", publication.price.is_none()),
        ("audience", publication.audience.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, is_missing)| (is_missing && !publication.misread.contains(&name)).then_some(name))
    .collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!(
        "the site has republished pieces, but `[publication]` does not say how it is published: {} missing",
        missing.join(", ")
    );
    let diagnostic = Diagnostic::in_file(Code::ConfigMissingPublication, &FilePath::from(CONFIG_FILE), message)
        .hint("every owner's terms are held against these three settings, so there is no default")
        .fix("[publication]\nmedium = \"website\"\nprice = \"free\"\naudience = \"internal\"");
    Some(diagnostic)
}

fn check_permission_unknown(article: &Document, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(permission) = article.front.permission.as_ref().filter(|_| article.front.source.is_none()) {
        diagnostics.push(
            Diagnostic::at(
                Code::RightsPermissionUnknown,
                &article.path,
                permission.span,
                "nobody has said whose text this is",
            )
            .hint("write `own: true` if your organisation wrote it, or `source: ID` for a republished piece"),
        );
    }
}

fn check_statement(article: &Document, named: &Spanned<String>, source: &Source, diagnostics: &mut Vec<Diagnostic>) {
    if let Err(missing) = source.statement_for(article) {
        diagnostics.push(
            Diagnostic::at(
                Code::RightsStatementMissing,
                &article.path,
                named.span,
                format!("the statement cannot be composed without {}", missing.join(" and ")),
            )
            .hint("a Creative Commons piece names its authors and the address of the original in its front matter"),
        );
    }
}

/// An owner who wants search engines led to the original needs a piece that says where it is.
fn check_canonical(article: &Document, named: &Spanned<String>, source: &Source) -> Option<Diagnostic> {
    let canonical = source.terms.canonical.as_ref().filter(|canonical| canonical.value == "original")?;
    if article.front.original_url.is_some() {
        return None;
    }
    let message =
        format!("`{}` asks that search engines find the original, and the piece does not say where it is", source.id);
    Some(
        Diagnostic::at(Code::RightsTermsInvalid, &article.path, named.span, message)
            .related(&source.path, Some(canonical.span), "`canonical: original`")
            .hint("add the address of the original to the front matter, as `original_url: https://…`"),
    )
}

fn warn_of_expiry(
    documents: &[Arc<Document>],
    sources: &Sources,
    day: Date,
    hidden: &BTreeSet<FilePath>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let named: BTreeSet<&str> = documents
        .iter()
        .filter(|document| !hidden.contains(&document.path))
        .filter_map(|document| Some(document.front.source.as_ref()?.value.as_str()))
        .collect();
    for source in sources.values() {
        let in_use = named.contains(source.id.as_str());
        let permission_until = source.terms.permission.as_ref().and_then(|permission| permission.until.as_ref());
        let ends = [("terms", "end", source.terms.valid_until.as_ref()), ("permission", "ends", permission_until)];
        let ends = ends.into_iter().filter_map(|(what, verb, until)| Some((what, verb, until?)));
        for (what, verb, until) in ends.filter(|_| in_use) {
            let days = (until.value - day).get_days();
            if (0..=EXPIRY_NOTICE_DAYS).contains(&days) {
                let message = {
                    let left = match days {
                        0 => "today".to_owned(),
                        1 => "in 1 day".to_owned(),
                        _ => format!("in {days} days"),
                    };
                    format!("the {what} of `{}` {verb} on {}, {left}", source.id, until.value)
                };
                diagnostics.push(
                    Diagnostic::at(Code::RightsExpiresSoon, &source.path, until.span, message)
                        .hint("renew the permission, or plan to take its pieces down"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{MEDIA, PRICES, PUBLICATION_AUDIENCES};
    use crate::diagnostic::Span;
    use crate::document::front_matter::{Permission, SourceTerms};
    use crate::rights::licence::CreativeCommons;

    fn day(text: &str) -> Spanned<Date> {
        Spanned::new(crate::date::parse_day(text).unwrap(), Span::default())
    }

    fn grant(medium: Option<&str>, price: Option<&str>, audience: Option<&str>) -> Grant {
        let one =
            |value: Option<&str>| value.map(|it| Spanned::new(it.to_owned(), Span::default())).into_iter().collect();
        Grant { span: Span::default(), medium: one(medium), price: one(price), audience: one(audience) }
    }

    fn source(licence: Licence, terms: SourceTerms) -> Source {
        Source {
            id: "guild".into(),
            digest: crate::source::Digest::of(b""),
            path: FilePath::from("content/sources/guild.md"),
            title: "Guild".into(),
            licence: Some(licence),
            terms,
            statement: crate::rights::statement::Statement::default(),
            front_span: Span::default(),
        }
    }

    /// What is said of a piece of this source at this point on 2026-11-21: nothing, `waits`, or a code.
    fn verdict(source: &Source, (medium, price, audience): (&str, &str, &str)) -> &'static str {
        let path = FilePath::from("content/articles/a.md");
        let options = crate::document::ParseOptions { parts: Vec::new() };
        let digest = crate::source::Digest::of(b"");
        let piece = crate::document::parse(&path, digest, DocumentKind::Article, "", &options).document;
        let named = Spanned::new("guild".to_owned(), Span::default());
        let point = Point { medium, price, audience };
        let today = day("2026-11-21").value;
        match judge_piece(&piece, &named, source, Some(&point), today) {
            (Some(Verdict::Refused), Some(diagnostic)) => diagnostic.code.info().name,
            (Some(Verdict::NotYetValid(_)), None) => "waits",
            (None, None) => "",
            other => panic!("{other:?}"),
        }
    }

    fn points() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        MEDIA.into_iter().flat_map(|medium| {
            PRICES
                .into_iter()
                .flat_map(move |price| PUBLICATION_AUDIENCES.into_iter().map(move |audience| (medium, price, audience)))
        })
    }

    /// Every choice for one dimension of a grant: left out, or one of its values.
    fn choices<const COUNT: usize>(values: [&'static str; COUNT]) -> Vec<Option<&'static str>> {
        std::iter::once(None).chain(values.into_iter().map(Some)).collect()
    }

    /// Every grant of at most one value a dimension, at every point, as a grant, as a live and as an ended permission.
    #[test]
    fn every_grant_at_every_point() {
        let mut checked = 0;
        for medium in choices(MEDIA) {
            for price in choices(PRICES) {
                for audience in choices(PUBLICATION_AUDIENCES) {
                    for point in points() {
                        let covers = medium.is_none_or(|it| it == point.0)
                            && price.is_none_or(|it| it == point.1)
                            && audience.is_none_or(|it| it == point.2);
                        check_grant(grant(medium, price, audience), point, covers);
                        checked += 1;
                    }
                }
            }
        }
        assert_eq!(checked, 5 * 3 * 3 * 16);
    }

    fn check_grant(grant: Grant, point: (&str, &str, &str), covers: bool) {
        let permission = |until| Permission {
            span: Span::default(),
            reference: None,
            granted_by: None,
            until,
            grants: vec![grant.clone()],
        };
        let refused = if covers { "" } else { "rights-use-not-granted" };
        let by_terms = SourceTerms { grants: vec![grant.clone()], ..SourceTerms::default() };
        assert_eq!(verdict(&source(Licence::Custom, by_terms.clone()), point), refused, "{point:?}");
        for licence in [Licence::Custom, Licence::AllRightsReserved] {
            let with = |until| SourceTerms { permission: Some(permission(until)), ..SourceTerms::default() };
            for live in [None, Some(day("2026-11-21")), Some(day("2027-01-01"))] {
                assert_eq!(verdict(&source(licence.clone(), with(live)), point), refused, "{point:?}");
            }
            let ended = if covers { "rights-permission-expired" } else { "rights-use-not-granted" };
            assert_eq!(verdict(&source(licence, with(Some(day("2026-11-20")))), point), ended, "{point:?}");
        }
        // Grants of an all-rights-reserved source outside its permission count for nothing.
        assert_eq!(verdict(&source(Licence::AllRightsReserved, by_terms.clone()), point), "rights-permission-missing");
        // An ended permission harms nobody whose use the terms cover.
        let both = SourceTerms { permission: Some(permission(Some(day("2026-11-20")))), ..by_terms };
        let expected = if covers { "" } else { "rights-use-not-granted" };
        assert_eq!(verdict(&source(Licence::Custom, both), point), expected, "{point:?}");
    }

    #[test]
    fn the_days_of_the_terms_come_first() {
        let point = ("website", "free", "internal");
        let granted = grant(None, None, None);
        for (from, until, expected) in [
            (None, Some("2026-11-20"), "rights-expired"),
            (None, Some("2026-11-21"), ""),
            (Some("2026-11-21"), None, ""),
            (Some("2026-11-22"), None, "waits"),
            (Some("2026-01-01"), Some("2026-12-31"), ""),
        ] {
            for grants in [vec![granted.clone()], Vec::new()] {
                let expected =
                    if grants.is_empty() && expected.is_empty() { "rights-use-not-granted" } else { expected };
                let terms = SourceTerms {
                    grants,
                    valid_from: from.map(day),
                    valid_until: until.map(day),
                    ..SourceTerms::default()
                };
                assert_eq!(verdict(&source(Licence::Custom, terms), point), expected, "{from:?} {until:?}");
            }
        }
    }

    #[test]
    fn creative_commons_at_every_point() {
        for (kind, is_free_only) in
            [("by", false), ("by-sa", false), ("by-nc", true), ("by-nc-nd", true), ("zero", false)]
        {
            for point in points() {
                let licence = Licence::CreativeCommons(CreativeCommons { kind, version: "4.0" });
                let refused = is_free_only && point.1 == "paid";
                let expected = if refused { "rights-use-not-granted" } else { "" };
                assert_eq!(verdict(&source(licence, SourceTerms::default()), point), expected, "{kind} {point:?}");
            }
        }
    }
}
