//! Who wrote a republished piece, whose it is and how it may be used, as JSON-LD, for machines that take a page without
//! its text. Never holds text of the piece, and says nothing that nobody has written down: no year, no ©.
//!
//! Terms are those of <https://schema.org/CreativeWork>.

use serde::Serialize;
use url::Url;

use super::context::{PageContext, group_link};
use super::plan::Dimension;
use crate::catalog::Entry;
use crate::catalog::address;
use crate::diagnostic::Spanned;
use crate::rights::Source;
use crate::rights::licence::Licence;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Article<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    headline: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    in_language: &'a str,
    author: Vec<Party<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_based_on: Option<Original<'a>>,
    copyright_holder: Party<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage_info: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acquire_license_page: Option<&'a str>,
}

#[derive(Serialize)]
struct Party<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Original<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'a str>,
}

/// The JSON-LD of a republished piece on the page `output`.
///
/// The text can stand inside a `<script>` element as it is. `author` is the owner where the piece names nobody;
/// `usageInfo` is the deed of a Creative Commons licence, else the owner's page on this site; `acquireLicensePage` is
/// the address of the owner's contact, else the owner's site.
pub(super) fn of_piece(context: &PageContext<'_>, entry: &Entry, source: &Source, output: &str) -> String {
    let front = &entry.document.front;
    let authors: Vec<Party<'_>> =
        front.authors.iter().map(|author| Party { kind: "Person", name: &author.value, url: None }).collect();
    let deed = match &source.licence {
        Some(Licence::CreativeCommons(licence)) => Some(licence.deed()),
        _ => None,
    };
    let language = context.foreign_language(entry);
    let article = Article {
        context: "https://schema.org",
        kind: "Article",
        headline: &entry.title,
        description: &entry.summary,
        in_language: language.as_deref().unwrap_or(&context.config.language),
        author: if authors.is_empty() { vec![owner_of(source, entry)] } else { authors },
        is_based_on: front.original_url.as_ref().map(|url| Original {
            kind: "CreativeWork",
            name: front.original_title.as_ref().map(|title| title.value.as_str()),
            url: &url.value,
            date_published: front.published.as_ref().map(|published| published.value.as_str()),
        }),
        copyright_holder: owner_of(source, entry),
        credit_text: source.statement_for(&entry.document).ok().flatten().map(|statement| statement.text),
        usage_info: deed.clone().or_else(|| page_of_owner(context, entry, output)),
        license: deed,
        acquire_license_page: web_address(&source.terms.contact).or_else(|| web_address(&source.terms.homepage)),
    };
    let json = serde_json::to_string(&article).unwrap_or_else(|error| unreachable!("texts are valid JSON: {error}"));
    // Nothing in it can end the script element or begin a comment there.
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn owner_of<'a>(source: &'a Source, entry: &Entry) -> Party<'a> {
    let is_author = entry.document.front.authors.iter().any(|author| author.value == source.title);
    Party {
        kind: if is_author { "Person" } else { "Organization" },
        name: &source.title,
        url: web_address(&source.terms.homepage),
    }
}

fn web_address(text: &Option<Spanned<String>>) -> Option<&str> {
    let text = text.as_ref()?.value.as_str();
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(|_| text)
}

/// The owner's page on this site: absolute where the site has an address, else from the page that says it.
fn page_of_owner(context: &PageContext<'_>, entry: &Entry, output: &str) -> Option<String> {
    let link = group_link(context.group(Dimension::Sources, entry.source?));
    Some(match &context.config.base_url {
        Some(base) => format!("{base}{}", link.url),
        None => format!("{}{}", address::root_of(output), link.url),
    })
}
