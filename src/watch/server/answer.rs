//! One file as an answer: its type, the whole of it or the range asked for, streamed where it is large.
//!
//! Must not know which address led to it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::output::memory::TreeFile;

/// Bytes of a large file that are read at once.
const PIECE: usize = 256 * 1024;

/// A file of the output.
pub(super) async fn file(path: &str, status: StatusCode, file: &TreeFile, request: &Parts) -> Response {
    if let Some(location) = file.location() {
        return on_disk(path, status, location, request).await;
    }
    match file.bytes() {
        Ok(held) => bytes(path, status, Bytes::from_owner(held), request),
        Err(_) => super::plain(StatusCode::INTERNAL_SERVER_ERROR, "This file is damaged in memory. Start again.\n"),
    }
}

/// Bytes in memory.
pub(super) fn bytes(path: &str, status: StatusCode, bytes: Bytes, request: &Parts) -> Response {
    match asked(request, status, bytes.len() as u64) {
        Asked::Whole => found(path, status, None, bytes.len() as u64, Body::from(bytes)),
        Asked::Part(range) => {
            let part = bytes.slice(to_index(*range.start())..to_index(*range.end()) + 1);
            found(path, StatusCode::PARTIAL_CONTENT, Some((range, bytes.len() as u64)), part.len() as u64, part.into())
        }
        Asked::Beyond => beyond(bytes.len() as u64),
    }
}

/// A file that stayed on the disk. It may have gone since: the next build knows.
async fn on_disk(path: &str, status: StatusCode, location: &Path, request: &Parts) -> Response {
    let location = location.to_path_buf();
    let opened = tokio::task::spawn_blocking(move || {
        let file = File::open(location)?;
        let size = file.metadata()?.len();
        io::Result::Ok((file, size))
    });
    let Ok(Ok((file, size))) = opened.await else {
        return super::plain(StatusCode::NOT_FOUND, "This file of the site cannot be read at the moment.\n");
    };
    let (status, range, start, length) = match asked(request, status, size) {
        Asked::Whole => (status, None, 0, size),
        Asked::Part(range) => {
            let (start, end) = (*range.start(), *range.end());
            (StatusCode::PARTIAL_CONTENT, Some((range, size)), start, end - start + 1)
        }
        Asked::Beyond => return beyond(size),
    };
    let body = if request.method == Method::HEAD { Body::empty() } else { streamed(file, start, length) };
    found(path, status, range, length, body)
}

/// Reads a file piece by piece, as fast as the other side takes them.
fn streamed(mut file: File, start: u64, length: u64) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(2);
    tokio::task::spawn_blocking(move || {
        let mut left = length;
        let mut result = file.seek(SeekFrom::Start(start)).map(|_| ());
        while left > 0 && result.is_ok() {
            let mut piece = vec![0; PIECE.min(to_index(left))];
            result = file.read_exact(&mut piece);
            left -= piece.len() as u64;
            if result.is_ok() && sender.blocking_send(Ok(piece.into())).is_err() {
                // The other side has gone.
                return;
            }
        }
        if let Err(error) = result {
            // Ends the answer, so that the browser sees that it is not whole.
            let _ = sender.blocking_send(Err(error));
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

fn found(
    path: &str,
    status: StatusCode,
    range: Option<(RangeInclusive<u64>, u64)>,
    length: u64,
    body: Body,
) -> Response {
    let mut headers = HeaderMap::new();
    let mut set = |name, value: String| {
        // None of our values has a character that a header may not have.
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    };
    set(CONTENT_TYPE, content_type(path));
    set(CONTENT_LENGTH, length.to_string());
    set(ACCEPT_RANGES, "bytes".to_owned());
    if let Some((range, size)) = range {
        set(CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start(), range.end()));
    }
    (status, headers, body).into_response()
}

fn beyond(size: u64) -> Response {
    (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{size}"))]).into_response()
}

/// The type of a file by its ending; texts are UTF-8.
fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = guess.essence_str();
    let is_text = guess.type_() == "text" || matches!(text, "application/json" | "application/xml" | "image/svg+xml");
    if is_text { format!("{text}; charset=utf-8") } else { text.to_owned() }
}

/// How much of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(RangeInclusive<u64>),
    Beyond,
}

/// Reads the `Range` header (RFC 9110, section 14.2). Several ranges at once, and what is no range, get the whole.
fn asked(request: &Parts, status: StatusCode, size: u64) -> Asked {
    let header = request.headers.get(RANGE).and_then(|value| value.to_str().ok());
    header.filter(|_| status == StatusCode::OK).map_or(Asked::Whole, |header| range_of(header, size))
}

fn range_of(header: &str, size: u64) -> Asked {
    if !header.starts_with("bytes=") {
        return Asked::Whole;
    }
    let Ok(parsed) = http_range_header::parse_range_header(header) else { return Asked::Whole };
    if parsed.ranges.len() != 1 {
        return Asked::Whole;
    }
    match parsed.validate(size).map(|mut ranges| ranges.pop()) {
        Ok(Some(range)) if *range.start() < size && range.start() <= range.end() && *range.end() < size => {
            Asked::Part(range)
        }
        _ => Asked::Beyond,
    }
}

/// A number of bytes that are in memory.
fn to_index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_browsers_ask_for_them() {
        for (header, size, expected) in [
            ("bytes=0-", 10, Asked::Part(0..=9)),
            ("bytes=0-0", 10, Asked::Part(0..=0)),
            ("bytes=3-5", 10, Asked::Part(3..=5)),
            ("bytes=-4", 10, Asked::Part(6..=9)),
            ("bytes=10-", 10, Asked::Beyond),
            ("bytes=0-", 0, Asked::Beyond),
            ("bytes=0-1,4-5", 10, Asked::Whole),
            ("lines=0-1", 10, Asked::Whole),
            ("bytes=x", 10, Asked::Whole),
        ] {
            assert_eq!(range_of(header, size), expected, "{header} of {size}");
        }
    }

    #[test]
    fn types_that_browsers_need() {
        for (path, expected) in [
            ("a/b.html", "text/html; charset=utf-8"),
            ("a.css", "text/css; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.svg", "image/svg+xml; charset=utf-8"),
            ("a.png", "image/png"),
            ("a.webp", "image/webp"),
            ("a.woff2", "font/woff2"),
            ("a.pdf", "application/pdf"),
            ("a.mp4", "video/mp4"),
            ("a.unknown", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), expected, "{path}");
        }
        assert!(content_type("feed.xml").contains("xml"));
    }
}
