//! The preview's server: the last good site under its path, and what belongs to the preview under `/_steward/`.
//!
//! Answers from values in memory, whatever a path says; only files of the site that were too large to hold are read
//! where the snapshot found them. Must not know how an edition came to be.

mod answer;
mod news;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::oneshot;

use super::edition::Edition;
use super::host;
use super::inject::{self, About};
use super::pages;
use super::session::{Shared, WatchError};
use super::shown::Shown;

/// Ports tried after the one asked for.
const PORTS: u16 = 100;

const SCRIPT: &str = include_str!("assets/preview.js");
const STYLE: &str = include_str!("assets/preview.css");

/// A running server; ends when dropped.
pub(super) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on the port, or on the next free one, and answers on a thread of its own.
    pub(super) fn start(bind: IpAddr, port: u16, shared: Arc<Shared>) -> Result<Self, WatchError> {
        let failed = |error| WatchError::Listen { address: SocketAddr::new(bind, port), error };
        let listener = listen(bind, port).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        let work = move || {
            runtime.block_on(async move {
                // Fails only on a listener that blocks.
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let router = Router::new().fallback(answer).with_state(shared);
                tokio::spawn(async move { axum::serve(listener, router).await });
                // Also when the sender is gone.
                let _ = stopped.await;
            });
            // Streams of events never end by themselves.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("preview".to_owned()).spawn(work).map_err(failed)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that failed has said so.
            let _ = thread.join();
        }
    }
}

/// The first free port from the one asked for.
fn listen(bind: IpAddr, port: u16) -> std::io::Result<TcpListener> {
    let first = TcpListener::bind(SocketAddr::new(bind, port));
    let Err(error) = first else { return first };
    if error.kind() != std::io::ErrorKind::AddrInUse || port == 0 {
        return Err(error);
    }
    let others = (1..=PORTS).filter_map(|step| port.checked_add(step));
    let free = others.filter_map(|port| TcpListener::bind(SocketAddr::new(bind, port)).ok()).next();
    free.ok_or(error)
}

/// Answers one request.
async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let request = request.into_parts().0;
    let named = request.uri.authority().map(|authority| authority.as_str().to_owned());
    let header = request.headers.get(HOST).and_then(|host| host.to_str().ok());
    let ours = |name: &str| host::is_ours(name, shared.bound);
    if !header.is_some_and(ours) || !named.as_deref().is_none_or(ours) {
        return plain(StatusCode::FORBIDDEN, pages::OTHER_HOST);
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "The preview can only be read.\n");
    }
    let mut response = match request.uri.path().strip_prefix("/_steward/") {
        Some(own) => own_answer(own, &request, &shared),
        None => site_answer(&request, &shared).await,
    };
    let headers = response.headers_mut();
    headers.insert("cache-control", header_value("no-store"));
    headers.insert("x-content-type-options", header_value("nosniff"));
    response
}

const fn header_value(text: &'static str) -> axum::http::HeaderValue {
    axum::http::HeaderValue::from_static(text)
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

fn html(status: StatusCode, text: impl Into<Body>) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], text.into()).into_response()
}

/// What is the preview's own.
fn own_answer(name: &str, request: &Parts, shared: &Shared) -> Response {
    match name {
        "status" => status(shared),
        "events" => news::stream(request.uri.query(), shared),
        "preview.js" => ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response(),
        "preview.css" => ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response(),
        _ => plain(StatusCode::NOT_FOUND, "The preview has nothing at this address.\n"),
    }
}

fn status(shared: &Shared) -> Response {
    // In this order: what is not pending is served.
    let pending = shared.is_pending();
    let edition = shared.edition();
    let status = Status {
        generation: edition.generation,
        pending,
        errors: edition.counts.errors,
        warnings: edition.counts.warnings,
    };
    match serde_json::to_string(&status) {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "The status cannot be written.\n"),
    }
}

/// What programs that wait for the preview ask for.
#[derive(Serialize)]
struct Status {
    generation: u64,
    pending: bool,
    errors: usize,
    warnings: usize,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// A file of the output.
    File(String),
    /// Another address.
    Elsewhere(String),
    /// Nothing.
    Nowhere,
}

/// Finds the output file that an address means.
fn place_of(edition: &Edition, path: &str) -> Place {
    let Ok(path) = percent_encoding::percent_decode_str(path).decode_utf8() else { return Place::Nowhere };
    let base = percent_encoding::percent_decode_str(&edition.base_path).decode_utf8_lossy();
    let Some(inside) = path.strip_prefix(&*base) else {
        let is_start = path == "/" || path == base.trim_end_matches('/');
        return if is_start { Place::Elsewhere(edition.base_path.clone()) } else { Place::Nowhere };
    };
    let is_folder = inside.is_empty() || inside.ends_with('/');
    let file = if is_folder { format!("{inside}index.html") } else { inside.to_owned() };
    if edition.files.contains(&file) {
        Place::File(file)
    } else if !is_folder && edition.files.contains(&format!("{inside}/index.html")) {
        Place::Elsewhere(edition.address_of(&format!("{inside}/")))
    } else {
        Place::Nowhere
    }
}

/// The output files of pages that browsers show.
pub(super) fn shown_files(edition: &Edition, shown: &Shown) -> Vec<String> {
    let file_of = |address: &String| match place_of(edition, address) {
        Place::File(path) => Some(path),
        Place::Elsewhere(_) | Place::Nowhere => None,
    };
    shown.addresses().iter().filter_map(file_of).collect()
}

/// What is the site's.
async fn site_answer(request: &Parts, shared: &Shared) -> Response {
    let edition = shared.edition();
    if !edition.has_site {
        return html(StatusCode::SERVICE_UNAVAILABLE, pages::no_site(&edition));
    }
    let (status, path) = match place_of(&edition, request.uri.path()) {
        Place::File(path) => (StatusCode::OK, path),
        Place::Elsewhere(address) => return (StatusCode::FOUND, [("location", address)]).into_response(),
        Place::Nowhere => (StatusCode::NOT_FOUND, "404.html".to_owned()),
    };
    let Some(file) = edition.files.get(&path) else {
        return html(StatusCode::NOT_FOUND, pages::not_found(&edition));
    };
    let about = About {
        digest: file.digest,
        media: edition.media,
        missing: status == StatusCode::NOT_FOUND,
        draft: edition.drafts.contains(&path),
        drafts: shared.drafts,
    };
    if path.ends_with(".html")
        && let Some(Ok(page)) = file.location().is_none().then(|| file.bytes())
    {
        return answer::bytes(&path, status, inject::into_page(&page, about).into(), request);
    }
    answer::file(&path, status, file, request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::memory::Tree;
    use crate::output::{OutputContents, Sink};

    #[test]
    fn paths_lead_to_outputs_or_nowhere() {
        let tree = Tree::new();
        for path in ["index.html", "articles/index.html", "a b.html", "ü.html", "articles/x.html", "404.html"] {
            tree.put(path, OutputContents::Bytes(b"")).unwrap();
        }
        let files = tree.into_files();
        let edition = Edition { base_path: "/kb/".to_owned(), files, has_site: true, ..Edition::empty() };
        let file = |path: &str| Place::File(path.to_owned());
        for (path, expected) in [
            ("/kb/", file("index.html")),
            ("/kb/index.html", file("index.html")),
            ("/kb/articles/", file("articles/index.html")),
            ("/kb/articles", Place::Elsewhere("/kb/articles/".to_owned())),
            ("/kb/a%20b.html", file("a b.html")),
            ("/kb/%C3%BC.html", file("ü.html")),
            ("/", Place::Elsewhere("/kb/".to_owned())),
            ("/kb", Place::Elsewhere("/kb/".to_owned())),
            ("/index.html", Place::Nowhere),
            ("/kb/../site.toml", Place::Nowhere),
            ("/kb/%2e%2e/site.toml", Place::Nowhere),
            ("/kb/..%2f..%2fetc/passwd", Place::Nowhere),
            ("/kb//etc/passwd", Place::Nowhere),
            ("/kb/%00", Place::Nowhere),
            ("/kb/%FF", Place::Nowhere),
            ("/kb/Index.html", Place::Nowhere),
            ("/kb/articles/x.html/", Place::Nowhere),
        ] {
            assert_eq!(place_of(&edition, path), expected, "{path}");
        }
    }
}
