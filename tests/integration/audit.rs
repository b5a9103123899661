//! Audits as data: every `tests/audit/*.md` holds a site, what is done to its finished output, and what the audit must
//! say of it.
//!
//! The case `Shared` has the files that all cases of its file share. The other cases' blocks are files of the site, as
//! in `tests/cases`, or one of
//!
//! - `options`: as there, and `manifest = false`, `strict = true`, `audit_day = 2027-01-01`;
//! - `output PATH`: a file added to the output; `output PATH.gz` is compressed;
//! - `change PATH`: lines `old ⇒ new`, each replaced once in an output file;
//! - `delete PATH`: an output file taken away;
//! - `findings`: exactly what the audit says.
//!
//! Before anything is done to it, every output must be without a finding. `UPDATE_CASES=1 cargo test` writes the blocks
//! `findings` anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use steward::audit::report::{Format, Written, write};
use steward::audit::{Audit, AuditInput, AuditTexts, Folder, audit};
use steward::date::Date;
use steward::source::Digest;

use crate::cases::{Block, Case, parse, set_options, unescape};
use crate::harness::{self, Site, describe};
use crate::repository::own_site;

/// The output of a build with the list of its files.
pub(crate) fn finished(site: &Site) -> BTreeMap<String, Vec<u8>> {
    with_list(site.build().outputs)
}

/// An output with the list of its files.
pub(crate) fn with_list(mut outputs: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let files: Vec<String> =
        outputs.iter().map(|(path, bytes)| format!("{}: \"{}\"", quoted(path), Digest::of(bytes).to_hex())).collect();
    let manifest = format!("{{\"version\":1,\"generator\":\"steward\",\"files\":{{{}}}}}", files.join(","));
    outputs.insert(".steward-manifest.json".to_owned(), manifest.into());
    outputs
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// An audit of an output in memory.
pub(crate) fn audited(site: &Site, outputs: &BTreeMap<String, Vec<u8>>, day: Date, strict: bool) -> Audit {
    let folder = Folder::in_memory(outputs.clone());
    audit(&AuditInput { snapshot: &site.snapshot(), folder: &folder, day, strict }).expect("memory can be read")
}

/// What an audit says, with places in the output's files.
pub(crate) fn said(site: &Site, outputs: &BTreeMap<String, Vec<u8>>, found: &Audit) -> String {
    let mut both = site.clone();
    both.files.extend(outputs.iter().map(|(path, bytes)| (path.clone(), unpacked(path, bytes))));
    describe(&both, &found.diagnostics)
}

struct Options {
    manifest: bool,
    strict: bool,
    day: Option<Date>,
}

#[test]
fn all_audits() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audit");
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("tests/audit can be listed") {
        let path = entry.expect("an entry can be read").path();
        let text = fs::read_to_string(&path).expect("a case file can be read");
        let cases = parse(&text);
        let shared = cases.iter().find(|case| case.name == "Shared");
        let mut updated = text.clone();
        for case in cases.iter().rev().filter(|case| case.name != "Shared") {
            count += 1;
            let found = run(case, shared, &mut failures);
            let expected = case.blocks.iter().find(|block| block.info == "findings");
            if expected.map_or("", |block| block.text.as_str()) != found {
                let expected_text = expected.map_or("", |block| block.text.as_str());
                let _ = writeln!(failures, "{}: expected\n{expected_text}found\n{found}", case.name);
                if let Some(block) = expected.filter(|block| update && !block.text.is_empty()) {
                    updated.replace_range(block.range.clone(), &found);
                }
            }
        }
        if updated != text {
            fs::write(&path, updated).expect("a case file can be written");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(count > 0, "there are cases");
}

fn run(case: &Case, shared: Option<&Case>, failures: &mut String) -> String {
    let mut site = Site::new();
    let mut options = Options { manifest: true, strict: false, day: None };
    for block in shared.into_iter().chain([case]).flat_map(|case| &case.blocks) {
        match block.info.split(' ').next().unwrap_or_default() {
            "options" => read_options(&mut site, &mut options, &block.text),
            "output" | "change" | "delete" | "findings" => {}
            path => site = site.with(path, unescape(&block.text)),
        }
    }
    let day = options.day.unwrap_or(site.options.day);
    let mut outputs = finished(&site);
    if !options.manifest {
        outputs.remove(".steward-manifest.json");
    }
    if options.day.is_none() {
        let untouched = audited(&site, &outputs, day, true);
        let found = said(&site, &outputs, &untouched);
        if !found.is_empty() {
            let _ = writeln!(failures, "{}: before it is touched\n{found}", case.name);
        }
    }
    for block in &case.blocks {
        touch(block, &mut outputs, &case.name, failures);
    }
    said(&site, &outputs, &audited(&site, &outputs, day, options.strict))
}

fn read_options(site: &mut Site, options: &mut Options, text: &str) {
    for line in text.lines() {
        match line.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
            Some(("manifest", value)) => options.manifest = value == "true",
            Some(("strict", value)) => options.strict = value == "true",
            Some(("audit_day", value)) => options.day = Some(harness::day(value)),
            _ => set_options(site, line),
        }
    }
}

fn touch(block: &Block, outputs: &mut BTreeMap<String, Vec<u8>>, name: &str, failures: &mut String) {
    let Some((what, path)) = block.info.split_once(' ') else { return };
    match what {
        "output" => {
            let bytes = if path.ends_with(".gz") { packed(&block.text) } else { block.text.clone().into_bytes() };
            outputs.insert(path.to_owned(), bytes);
        }
        "delete" => {
            outputs.remove(path);
        }
        "change" => {
            let Some(bytes) = outputs.get_mut(path) else {
                let _ = writeln!(failures, "{name}: there is no {path} to change");
                return;
            };
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            for line in block.text.lines() {
                let (old, new) = line.split_once(" ⇒ ").unwrap_or((line, ""));
                if !text.contains(old) {
                    let _ = writeln!(failures, "{name}: {path} lacks `{old}`");
                }
                text = text.replacen(old, &new.replace('⏎', "\n"), 1);
            }
            *bytes = text.into_bytes();
        }
        _ => {}
    }
}

fn unpacked(path: &str, bytes: &[u8]) -> Vec<u8> {
    if !path.ends_with(".gz") {
        return bytes.to_vec();
    }
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).expect("it was packed here");
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory takes every byte");
    encoder.finish().expect("memory takes every byte")
}

#[test]
fn this_repositorys_own_site_is_without_a_finding() {
    let site = own_site();
    let mut pretty = site.clone();
    let settings = String::from_utf8(site.files["site.toml"].clone()).expect("settings are text");
    pretty = pretty.with("site.toml", settings.replace("urls = \"portable\"", "urls = \"pretty\""));
    for site in [site, pretty] {
        let outputs = finished(&site);
        let found = audited(&site, &outputs, site.options.day, true);
        assert_eq!(said(&site, &outputs, &found), "");
        assert!(found.carriers.len() > 3, "{} statements", found.carriers.len());
        let minified: BTreeMap<String, Vec<u8>> =
            outputs.iter().map(|(path, bytes)| (path.clone(), minified(path, bytes))).collect();
        let found = audited(&site, &minified, site.options.day, false);
        let faults: Vec<_> = found.diagnostics.iter().filter(|it| it.code.info().name.starts_with("rights-")).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

/// A page as minifiers leave it: without line breaks, quotes that are not needed and end tags that may be left out.
fn minified(path: &str, bytes: &[u8]) -> Vec<u8> {
    if !path.ends_with(".html") {
        return bytes.to_vec();
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("</p>", "").replace("</li>", "").replace("</td>", "").replace("</body>", "").into_bytes()
}

#[test]
fn the_report_is_the_same_every_time_and_in_every_format() {
    let site = own_site();
    let outputs = finished(&site);
    let found = audited(&site, &outputs, site.options.day, false);
    let texts = AuditTexts { folder: Folder::in_memory(outputs.clone()), snapshot: site.snapshot() };
    let written = Written { audit: &found, texts: &texts, real_day: harness::day("2027-02-03") };
    for format in [Format::Markdown, Format::Html, Format::Json, Format::Csv] {
        let text = write(&written, format);
        let again = audited(&site, &outputs, site.options.day, false);
        assert_eq!(text, write(&Written { audit: &again, ..written }, format));
        for expected in ["2026-11-21", "2027-02-03", "tolland-letter", "https://www.tollandletter.example/letters/139"]
        {
            assert!(text.contains(expected), "{format:?} lacks {expected}");
        }
        let carrier = found.carriers.first().expect("a statement");
        assert!(text.contains(&carrier.digest.to_hex()), "{format:?} lacks a digest");
    }
    let page = String::from_utf8_lossy(&outputs["sources/report.html"]);
    let article = found.carriers.iter().find(|carrier| carrier.output.starts_with("articles/")).expect("an article");
    assert!(page.contains(&article.digest.to_hex()), "the page has the same digests");
    assert!(!page.contains("2027-02-03"), "the page does not know today");
}
