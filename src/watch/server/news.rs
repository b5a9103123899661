//! What browsers are told: one server-sent event for each edition, with the digest of the page they show.
//!
//! A browser compares digests, so that a page that a change does not touch does nothing, and one that was asleep or cut
//! off is right again with the next event, whatever it missed. Must not know how the browser shows it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::{Place, place_of};
use crate::watch::edition::Edition;
use crate::watch::inject::short;
use crate::watch::problem::Problem;
use crate::watch::session::Shared;

/// One event.
#[derive(Serialize)]
struct Notice<'a> {
    generation: u64,
    /// Whether there is a site to show.
    site: bool,
    /// The digest of the page that the browser shows, as it was built; `null` when there is none.
    page: Option<String>,
    /// The digest of pictures and films.
    media: String,
    errors: usize,
    warnings: usize,
    problems: &'a [Problem],
    /// Where the documents that were changed can be seen.
    edited: Vec<Edited<'a>>,
}

#[derive(Serialize)]
struct Edited<'a> {
    title: &'a str,
    address: String,
}

/// Events for a browser that shows the page named in the query, such as `page=/articles/a.html`.
pub(super) fn stream(query: Option<&str>, shared: &Shared) -> Response {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let page = pairs.find(|(name, _)| name == "page").map(|(_, page)| page.into_owned());
    let on_screen = page.as_deref().map(|page| shared.shown.begin(page));
    // Begins with the edition that is there, which tells what was missed.
    let events = WatchStream::new(shared.editions.subscribe())
        .filter(|edition: &Arc<Edition>| edition.generation > 0)
        .filter_map(move |edition| {
            // Shown for as long as the browser listens.
            let _ = &on_screen;
            serde_json::to_string(&notice(&edition, page.as_deref())).ok()
        })
        .map(|text| Event::default().event("edition").data(text))
        .map(Ok::<_, Infallible>);
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

fn notice<'a>(edition: &'a Edition, page: Option<&str>) -> Notice<'a> {
    let shown = page.and_then(|page| match place_of(edition, page) {
        Place::File(path) => edition.files.get(&path),
        Place::Elsewhere(_) | Place::Nowhere => None,
    });
    let edited = edition.edited.iter().filter(|document| edition.files.contains(&document.output));
    Notice {
        generation: edition.generation,
        site: edition.has_site,
        page: shown.map(|file| short(file.digest)),
        media: short(edition.media),
        errors: edition.counts.errors,
        warnings: edition.counts.warnings,
        problems: &edition.problems,
        edited: edited
            .map(|document| Edited { title: &document.title, address: edition.address_of(&document.output) })
            .collect(),
    }
}
