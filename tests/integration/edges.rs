//! Who may know whom: the `use crate::` lines of every stage against the table of allowed edges.
//!
//! Also tidy: every module says at its top what it owns, and no file outgrows a few screens.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every top-level module with the modules it may use. The order is the way of the data; `diagnostic` and `date`
/// are known to all.
const ALLOWED: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("date", &[]),
    ("source", &["diagnostic", "store", "shares"]),
    ("settings", &["diagnostic", "date"]),
    ("config", &["diagnostic", "date", "settings", "source"]),
    ("document", &["diagnostic", "date", "settings", "config", "source", "store", "runs"]),
    ("rights", &["diagnostic", "date", "settings", "config", "source", "document", "runs", "shares"]),
    ("catalog", &["diagnostic", "date", "config", "source", "document", "rights", "shares"]),
    ("view", &["diagnostic", "date", "settings", "config", "source", "store", "document", "rights", "catalog"]),
    ("theme", &["diagnostic", "date", "settings", "config", "source", "view"]),
    ("syndication", &["diagnostic", "date", "config", "catalog", "view"]),
    ("search", &["config", "source", "store", "document", "catalog", "runs", "shares"]),
    ("output", &["diagnostic", "source", "store", "shares"]),
    ("timings", &[]),
    ("runs", &[]),
    ("shares", &[]),
    ("store", &[]),
    (
        "memo",
        &[
            "diagnostic",
            "source",
            "store",
            "document",
            "catalog",
            "rights",
            "output",
            "view",
            "search",
            "theme",
            "shares",
        ],
    ),
    (
        "pipeline",
        &[
            "diagnostic",
            "date",
            "source",
            "config",
            "document",
            "rights",
            "catalog",
            "view",
            "theme",
            "syndication",
            "search",
            "output",
            "store",
            "memo",
            "timings",
            "shares",
        ],
    ),
    ("audit", &["diagnostic", "date", "source", "config", "document", "rights", "output", "memo"]),
    ("watch", &["diagnostic", "date", "source", "store", "config", "output", "memo", "pipeline"]),
    (
        "cli",
        &[
            "audit",
            "diagnostic",
            "date",
            "source",
            "store",
            "config",
            "document",
            "rights",
            "output",
            "memo",
            "pipeline",
            "theme",
            "timings",
            "watch",
        ],
    ),
];

/// Words that must not stand in a module: what its promise of not knowing comes down to.
const FORBIDDEN_WORDS: &[(&str, &[&str])] = &[
    ("pipeline", &["std::fs", "notify::", "std::env", "crate::watch"]),
    ("document", &["std::fs", "std::env", "tera::"]),
    ("catalog", &["std::fs", "std::env", "tera::"]),
    ("view", &["std::fs", "std::env", "tera::"]),
    ("theme", &["std::fs", "std::env", "std::time", "crate::catalog"]),
    ("search", &["std::fs", "std::env", "tera::", "crate::theme", "crate::view"]),
    ("rights", &["std::fs", "std::env", "tera::"]),
    ("output", &["crate::view", "crate::theme"]),
    ("watch", &["crate::document", "crate::catalog", "crate::view", "crate::theme", "println!"]),
];

fn source_files() -> Vec<(String, PathBuf, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(&source).sort_by_file_name() {
        let entry = entry.expect("src can be walked");
        if entry.path().extension().is_some_and(|extension| extension == "rs") && entry.file_name() != "tests.rs" {
            let relative = entry.path().strip_prefix(&source).expect("below src").to_owned();
            let first = relative.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
            let module = first.unwrap_or_default().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(entry.path()).expect("a source file can be read");
            files.push((module, relative, text));
        }
    }
    files
}

/// The code before the unit tests.
fn product_code(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

/// Names after `crate::`, braces opened.
fn used_modules(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for line in product_code(text).lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, marker) in line.match_indices("crate::") {
            let rest = &line[at + marker.len()..];
            let names = rest.strip_prefix('{').map_or(rest, |inside| inside.trim_end_matches(['}', ';']));
            let is_group = rest.starts_with('{');
            for name in names.split(',').take(if is_group { usize::MAX } else { 1 }) {
                let name: String = name
                    .trim()
                    .chars()
                    .take_while(|character| character.is_alphanumeric() || *character == '_')
                    .collect();
                if !name.is_empty() {
                    used.insert(name);
                }
            }
        }
    }
    used
}

#[test]
fn modules_know_only_what_stands_above_them() {
    let mut wrong = Vec::new();
    for (module, path, text) in source_files() {
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{}: the table has no module `{module}`", path.display()));
            continue;
        };
        for used in used_modules(&text) {
            let is_module = ALLOWED.iter().any(|(name, _)| *name == used);
            if is_module && used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: `{module}` must not know `{used}`", path.display()));
            }
        }
        for (name, words) in FORBIDDEN_WORDS.iter().filter(|(name, _)| *name == module) {
            for word in words.iter().filter(|word| product_code(&text).contains(**word)) {
                wrong.push(format!("{}: `{name}` must not name `{word}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_owns_and_stays_small() {
    let mut wrong = Vec::new();
    for (_, path, text) in source_files() {
        if !text.starts_with("//!") {
            wrong.push(format!("{}: does not start with `//!`", path.display()));
        }
        let lines = product_code(&text).lines().count();
        // The table of codes and the view contract are lists, not code: they are read entry by entry.
        let is_list = path.ends_with("diagnostic/codes.rs") || path.ends_with("view/mod.rs");
        if lines > 620 && !is_list {
            wrong.push(format!("{}: {lines} lines before its tests", path.display()));
        }
        for mark in ["TODO", "FIXME", "XXX"] {
            if text.contains(mark) {
                wrong.push(format!("{}: {mark}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A code that nothing gives is a promise that nobody keeps.
#[test]
fn every_code_is_given_somewhere() {
    let all: String = source_files()
        .iter()
        .filter(|(_, path, _)| !path.ends_with("diagnostic/codes.rs"))
        .map(|(_, _, text)| product_code(text))
        .collect();
    let unused: Vec<&str> = steward::diagnostic::Code::ALL
        .iter()
        .filter(|code| !all.contains(&format!("Code::{code:?}")))
        .map(|code| code.info().name)
        .collect();
    assert_eq!(unused, Vec::<&str>::new());
}
