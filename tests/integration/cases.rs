//! Tests that are data: every `tests/cases/*.md` holds many small sites with what they must lead to.
//!
//! A heading of the second level begins a case. Its fenced blocks are files of the site, named by the info string
//! (`content/articles/a.md`), or one of
//!
//! - `options`: lines `day = 2026-01-01`, `drafts = true`, `base_url = https://kb.example/`;
//! - `diagnostics`: exactly what the build says, in the form of [`harness::describe`];
//! - `contains PATH`: texts, one a line, that the output file must hold in this order;
//! - `lacks PATH`: texts, one a line, that the output file must not hold; `lacks *` means any output file;
//! - `outputs`: output files, one a line, that must exist, or with a leading `!` must not.
//!
//! A case without a `diagnostics` block must lead to none. `UPDATE_CASES=1 cargo test` writes the blocks anew.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::harness::{self, Built, Site};

pub(crate) struct Block {
    pub(crate) info: String,
    pub(crate) text: String,
    /// The text's place in the case file.
    pub(crate) range: Range<usize>,
}

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
}

#[test]
fn all_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("tests/cases can be listed")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "there are case files");
    let update = option_env!("UPDATE_CASES").is_some() || std::env::var_os("UPDATE_CASES").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for path in &files {
        let text = fs::read_to_string(path).expect("a case file can be read");
        let mut updated = text.clone();
        for case in parse(&text).iter().rev() {
            count += 1;
            let name = format!("{}: {}", path.file_name().unwrap_or_default().to_string_lossy(), case.name);
            if let Some((range, found)) = run(case, &name, &mut failures)
                && update
            {
                updated.replace_range(range, &found);
            }
        }
        if updated != text {
            fs::write(path, updated).expect("a case file can be written");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(count > 0, "there are cases");
}

pub(crate) fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_heading = false;
    let mut block: Option<Block> = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => {
                in_heading = true;
                cases.push(Case { name: String::new(), blocks: Vec::new() });
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                block = Some(Block { info: info.trim().to_owned(), text: String::new(), range: 0..0 });
            }
            Event::End(TagEnd::CodeBlock) => {
                if let (Some(done), Some(case)) = (block.take(), cases.last_mut()) {
                    case.blocks.push(done);
                }
            }
            Event::Text(part) | Event::Code(part) => match (&mut block, cases.last_mut()) {
                (Some(block), _) => {
                    let start = if block.text.is_empty() { range.start } else { block.range.start };
                    block.range = start..range.end;
                    block.text.push_str(&part);
                }
                (None, Some(case)) if in_heading => case.name.push_str(&part),
                _ => {}
            },
            _ => {}
        }
    }
    cases
}

/// Runs a case; returns the place of its `diagnostics` block with what was found, where they differ.
fn run(case: &Case, name: &str, failures: &mut String) -> Option<(Range<usize>, String)> {
    let mut site = Site::new();
    for block in &case.blocks {
        match block.info.as_str() {
            "options" => set_options(&mut site, &block.text),
            "diagnostics" | "outputs" => {}
            info if info.starts_with("contains ") || info.starts_with("lacks ") => {}
            path => site = site.with(path, unescape(&block.text)),
        }
    }
    let built = site.build();
    let found = harness::describe(&site, &built.diagnostics);
    for block in &case.blocks {
        check_block(block, &built, name, failures);
    }
    let expected = case.blocks.iter().find(|block| block.info == "diagnostics");
    let expected_text = expected.map_or("", |block| block.text.as_str());
    if found == expected_text {
        return None;
    }
    let _ = writeln!(failures, "{name}: expected\n{expected_text}found\n{found}");
    expected.filter(|block| !block.text.is_empty()).map(|block| (block.range.clone(), found))
}

/// `⟦crlf⟧`, `⟦bom⟧` and `⟦nul⟧` stand for what a Markdown file cannot show.
pub(crate) fn unescape(text: &str) -> String {
    let text = text.replace("⟦bom⟧", "\u{feff}").replace("⟦nul⟧", "\0");
    if text.contains("⟦crlf⟧") { text.replace("⟦crlf⟧\n", "").replace('\n', "\r\n") } else { text }
}

pub(crate) fn set_options(site: &mut Site, text: &str) {
    for line in text.lines() {
        let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("option {line} has a value"));
        match (key.trim(), value.trim()) {
            ("day", value) => site.options.day = harness::day(value),
            ("drafts", value) => site.options.drafts = value == "true",
            ("base_url", value) => site.options.base_url = Some(value.parse().expect("base_url is an address")),
            (key, _) => panic!("no option is called {key}"),
        }
    }
}

fn check_block(block: &Block, built: &Built, name: &str, failures: &mut String) {
    let (what, path) = block.info.split_once(' ').unwrap_or((&block.info, ""));
    if block.info.contains('/') && !matches!(what, "contains" | "lacks") {
        return;
    }
    match what {
        "outputs" => {
            for line in block.text.lines() {
                let (path, wanted) = line.strip_prefix('!').map_or((line, true), |path| (path, false));
                if built.outputs.contains_key(path) != wanted {
                    let all: Vec<&String> = built.outputs.keys().filter(|path| !path.starts_with("assets/")).collect();
                    let _ = writeln!(failures, "{name}: {path} exists: {}; there are {all:?}", !wanted);
                }
            }
        }
        "contains" => check_contains(block, built, path, name, failures),
        "lacks" => {
            let searched = built.outputs.iter().filter(|(output, _)| path == "*" || *output == path);
            for (output, bytes) in searched {
                for line in block.text.lines() {
                    if String::from_utf8_lossy(bytes).contains(line) {
                        let _ = writeln!(failures, "{name}: {output} holds `{line}`");
                    }
                }
            }
        }
        _ => {}
    }
}

fn check_contains(block: &Block, built: &Built, path: &str, name: &str, failures: &mut String) {
    let Some(bytes) = built.outputs.get(path) else {
        let _ =
            writeln!(failures, "{name}: no output {path}; there are {:?}", built.outputs.keys().collect::<Vec<_>>());
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    let mut rest: &str = &text;
    for line in block.text.lines() {
        match rest.find(line) {
            Some(at) => rest = &rest[at + line.len()..],
            None => {
                let body = text.find("<main").map_or(&*text, |at| &text[at..]);
                let _ = writeln!(failures, "{name}: {path} lacks `{line}` (or not in this order):\n{body}");
                return;
            }
        }
    }
}
