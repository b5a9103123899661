//! What the proof of statements costs: the time of the proof alone, over all pages of a built site.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use steward::document::{DocumentKind, ParseOptions};
use steward::memo::Memo;
use steward::rights::verify::{Expectation, Page, SiteAddress, StylesheetsBuilder, Whereabouts, verify_page};
use steward::source::disk::read_site;
use steward::{config, diagnostic, rights};

/// CPU time that a build of this site spends on the proof, and the number of pages with a piece.
pub(crate) fn cost(site: &Path, output: &Path) -> (Duration, usize) {
    let snapshot = read_site(site).expect("the site can be read");
    let settings = snapshot.text("site.toml").expect("settings");
    let (config, _) = config::read(&diagnostic::FilePath::from("site.toml"), &settings);
    let parts = config.expect("the settings are right").parts;
    let (parsed, _) = Memo::new().parse(snapshot.under("content/"), ParseOptions { parts });
    let documents: Vec<_> = parsed.iter().map(|parsed| std::sync::Arc::clone(&parsed.document)).collect();
    let (sources, _) = rights::source::read(&documents, &snapshot);
    let known = rights::expected::known(&sources);

    let mut pages: Vec<(String, Vec<u8>)> = Vec::new();
    let mut builder = StylesheetsBuilder::default();
    let mut folders = vec![output.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the output can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(output).expect("below the output").to_string_lossy().into_owned();
            let bytes = fs::read(&path).expect("an output file can be read");
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("html") => pages.push((name, bytes)),
                Some("css") => builder.add_stylesheet(&name, &bytes),
                Some("js") => builder.add_script(&name, &bytes),
                _ => {}
            }
        }
    }
    // The generator's articles have plain names: each stands at its own path.
    let pieces: BTreeMap<String, &steward::document::Document> = documents
        .iter()
        .filter(|document| document.kind == DocumentKind::Article && document.front.source.is_some())
        .map(|document| (document.path.trim_start_matches("content/").replace(".md", ".html"), document.as_ref()))
        .collect();
    let started = Instant::now();
    let stylesheets = builder.finish(SiteAddress::default());
    let mut proved = 0;
    for (name, bytes) in &pages {
        let piece = pieces.get(name);
        let expectation: Option<Expectation> = piece.and_then(|piece| {
            rights::expected::of_piece(piece, &piece.body.text.read(), Whereabouts::Article, &sources)
        });
        let report = verify_page(&Page { path: name, html: bytes }, expectation.as_slice(), &known, &stylesheets);
        assert!(report.is_accepted(), "{name}: {:?}", report.findings);
        proved += usize::from(expectation.is_some());
    }
    (started.elapsed(), proved)
}
