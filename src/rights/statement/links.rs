//! What is wrong with the links of a statement: targets, texts, addresses that are no links.
//!
//! Must not know how a statement is shown.

use std::ops::Range;

use url::{Host, Url};

use super::{Owner, Places, Statement, addresses};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};

/// All faults of a statement's links and addresses.
pub(super) fn check(path: &FilePath, statement: &Statement, places: &Places, owner: &Owner<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (link, (_, span)) in statement.links.iter().zip(&places.links) {
        diagnostics.extend(check_target(path, &link.target, *span));
        if link.text.trim().is_empty() {
            diagnostics.push(
                Diagnostic::at(Code::RightsStatementMarkup, path, *span, "a link of the statement has no text").hint(
                    "write the words that readers click in square brackets: [hearth.example](https://hearth.example/)",
                ),
            );
        }
    }
    for address in addresses::find(&statement.text) {
        let covering = places.links.iter().position(|(text, _)| text.start <= address.start && address.end <= text.end);
        let span = span_of(places, &address, &statement.text);
        let shown = &statement.text[address.clone()];
        match covering {
            None => {
                let is_free =
                    places.links.iter().all(|(text, _)| text.end <= address.start || address.end <= text.start);
                diagnostics.push(not_linked(path, shown, span, is_free));
            }
            Some(link) => diagnostics.extend(mismatch(path, shown, &statement.links[link].target, span, owner)),
        }
    }
    diagnostics
}

fn check_target(path: &FilePath, target: &str, span: Span) -> Option<Diagnostic> {
    let parsed = Url::parse(target).ok();
    let report = |message: String| Diagnostic::at(Code::RightsStatementMarkup, path, span, message);
    match parsed {
        Some(url) if matches!(url.scheme(), "http" | "https") => {
            let has_user = !url.username().is_empty() || url.password().is_some();
            has_user.then(|| {
                report(format!("the statement's link `{target}` holds a user name"))
                    .hint("take out everything between `//` and `@`")
            })
        }
        Some(url) if url.scheme() == "mailto" => None,
        _ => Some(
            report(format!("the statement's link `{target}` is not a complete address"))
                .hint("write the whole address with its scheme, such as https://hearth.example/"),
        ),
    }
}

/// `is_free` says that no link has a part of it, so that the correction is known.
fn not_linked(path: &FilePath, shown: &str, span: Span, is_free: bool) -> Diagnostic {
    let target = addresses::with_scheme(shown);
    let complete = Url::parse(&target).map_or(target.clone(), |url| url.to_string());
    let fix = if target == shown { format!("<{shown}>") } else { format!("[{shown}]({complete})") };
    let diagnostic = Diagnostic::at(
        Code::RightsStatementAddressNotLinked,
        path,
        span,
        format!("the address `{shown}` in the statement is not a link"),
    )
    .hint(format!("readers must be able to click all of it: write {fix} after checking where it leads"));
    if is_free { diagnostic.fix(fix) } else { diagnostic }
}

/// A visible address that is not where its link leads.
fn mismatch(path: &FilePath, shown: &str, target: &str, span: Span, owner: &Owner<'_>) -> Option<Diagnostic> {
    let visible = host_of(&addresses::with_scheme(shown))?;
    let actual = host_of(target);
    let listed =
        |host: &Host| owner.hosts.iter().any(|known| Host::parse(&known.value).is_ok_and(|known| known == *host));
    let same = actual.as_ref().is_some_and(|actual| {
        *actual == visible || listed(actual) && listed(&visible) || is_name_of_owner(&visible, actual, owner)
    });
    if same {
        return None;
    }
    let leads = actual.map_or_else(|| format!("to `{target}`"), |actual| format!("to `{actual}`"));
    Some(
        Diagnostic::at(
            Code::RightsStatementAddressMismatch,
            path,
            span,
            format!("readers see the address `{shown}`, and the link leads {leads}"),
        )
        .hint(format!("let the link lead to {} if that is where the owner means", addresses::with_scheme(shown)))
        .hint("if both hosts are the owner's, list both under `hosts`"),
    )
}

/// Whether the visible address is the owner's name written like one (`HearthInstitute.example`) and the link leads to
/// the owner's homepage: a name, not a promise of another host.
fn is_name_of_owner(visible: &Host, actual: &Host, owner: &Owner<'_>) -> bool {
    let letters =
        |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    let visible = visible.to_string();
    let name = visible.strip_prefix("www.").unwrap_or(&visible);
    let first = name.split('.').next().unwrap_or(name);
    let leads_home = owner.homepage.and_then(host_of).is_some_and(|home| home == *actual);
    leads_home && !first.is_empty() && letters(first) == letters(owner.title)
}

fn host_of(address: &str) -> Option<Host> {
    Url::parse(address).ok()?.host().map(|host| host.to_owned())
}

/// Where a range of the statement's text stands in its file.
fn span_of(places: &Places, range: &Range<usize>, text: &str) -> Span {
    let place = |at: usize| {
        let next = places.text.partition_point(|(start, _)| *start <= at);
        let (start, span) = places.text[..next].last().copied().unwrap_or_default();
        let end = places.text.get(next).map_or(text.len(), |(end, _)| *end);
        // A stretch that is as long in the file as in the text was written as it is.
        let is_verbatim = span.end as usize - span.start as usize == end - start;
        if is_verbatim {
            Span::new(span.start as usize + at - start, span.start as usize + at - start + 1)
        } else {
            span
        }
    };
    let (first, last) = (place(range.start), place(range.end.saturating_sub(1)));
    Span { start: first.start, end: last.end.max(first.end) }
}
