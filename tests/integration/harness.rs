//! Makes a site from values, builds it, and checks on every build what must always hold.
//!
//! Free with every test: a warm build equals a cold one, one thread equals many, the order in which files are found does
//! not show, and no page of a site without errors gives one id to two elements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use steward::date::{Date, parse_day};
use steward::diagnostic::{Diagnostic, Severity};
use steward::memo::Memo;
use steward::output::memory::{Tree, TreeFile};
use steward::pipeline::{BuildOptions, BuildResult, build};
use steward::source::{Snapshot, memory};

/// The day of every test that names no other.
pub(crate) const TODAY: &str = "2026-11-21";

/// Settings of every test site that brings none.
pub(crate) const SITE_TOML: &str = "title = \"Test site\"\n\n[publication]\nmedium = \"website\"\nprice = \"free\"\naudience = \"internal\"\n\n[articles]\nrequire = []\n";

/// A site as values.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) options: BuildOptions,
}

/// What a build made and said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Built {
    pub(crate) outputs: BTreeMap<String, Vec<u8>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) pages: usize,
}

pub(crate) fn day(text: &str) -> Date {
    parse_day(text).unwrap_or_else(|| panic!("{text} is a day"))
}

impl Site {
    /// A site with settings and nothing else.
    pub(crate) fn new() -> Self {
        Self {
            files: BTreeMap::from([("site.toml".to_owned(), SITE_TOML.into())]),
            options: BuildOptions::for_day(day(TODAY)),
        }
    }

    /// Adds or replaces a file.
    pub(crate) fn with(mut self, path: &str, contents: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.to_owned(), contents.as_ref().to_vec());
        self
    }

    /// The site as the build reads it.
    pub(crate) fn snapshot(&self) -> Snapshot {
        memory::snapshot(self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
    }

    /// Builds the site in every way that must make no difference, and returns what they agree on.
    pub(crate) fn build(&self) -> Built {
        let mut memo = Memo::new();
        let cold = run(&self.snapshot(), &self.options, &mut memo);
        let warm = run(&self.snapshot(), &self.options, &mut memo);
        assert_same(&cold, &warm, "a second build with the results of the first");
        let kept = run_after(&cold, &self.snapshot(), &self.options, &mut memo);
        assert_same(&cold, &kept, "a third build that keeps files of the second");

        let reversed = memory::snapshot(self.files.iter().rev().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread can be started");
        let alone = pool.install(|| run(&reversed, &self.options, &mut Memo::new()));
        assert_same(&cold, &alone, "a build on one thread with files in reverse order");
        if cold.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error) {
            cold.outputs.iter().filter(|(path, _)| path.ends_with(".html")).for_each(|(path, html)| {
                assert_ids_differ(path, &String::from_utf8_lossy(html));
            });
        }
        cold
    }
}

/// One build into memory.
pub(crate) fn run(snapshot: &Snapshot, options: &BuildOptions, memo: &mut Memo) -> Built {
    run_into(Tree::new(), snapshot, options, memo)
}

/// One build into memory that holds the output of an earlier one.
pub(crate) fn run_after(earlier: &Built, snapshot: &Snapshot, options: &BuildOptions, memo: &mut Memo) -> Built {
    let files = earlier.outputs.iter().map(|(path, bytes)| (path.clone(), TreeFile::of(bytes)));
    run_into(Tree::after(Arc::new(files.collect())), snapshot, options, memo)
}

fn run_into(tree: Tree, snapshot: &Snapshot, options: &BuildOptions, memo: &mut Memo) -> Built {
    let BuildResult { diagnostics, pages, failure, .. } = build(snapshot, options, memo, &tree);
    let refused = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert!(refused || failure.is_none(), "memory takes every file: {failure:?}");
    let outputs = tree
        .into_files()
        .iter()
        .map(|(path, file)| (path.to_owned(), file.bytes().expect("memory can be read").to_vec()))
        .collect();
    Built { outputs, diagnostics, pages }
}

/// Text and attribute values have their quotes escaped, so that every ` id="` is an attribute.
fn assert_ids_differ(path: &str, html: &str) {
    let mut ids = BTreeSet::new();
    for id in html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.insert(id), "{path}: two elements have the id `{id}`");
    }
}

fn assert_same(expected: &Built, found: &Built, how: &str) {
    assert_eq!(expected.diagnostics, found.diagnostics, "{how}: other diagnostics");
    let names = |built: &Built| built.outputs.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(expected), names(found), "{how}: other files");
    for (path, bytes) in &expected.outputs {
        assert!(found.outputs[path] == *bytes, "{how}: other bytes in {path}");
    }
    assert_eq!(expected.pages, found.pages, "{how}: another number of pages");
}

/// Diagnostics as short lines: `error[link-broken] content/a.md:5:3 message`, then hints and fix, indented.
pub(crate) fn describe(site: &Site, diagnostics: &[Diagnostic]) -> String {
    let mut lines = String::new();
    for diagnostic in diagnostics {
        let place = diagnostic.primary.as_ref().map_or_else(String::new, |label| {
            let position = label.span.map(|span| {
                let bytes = site.files.get(label.file.as_str()).map_or(&[][..], Vec::as_slice);
                position(bytes, span.start as usize)
            });
            format!(" {}{}", label.file, position.unwrap_or_default())
        });
        let (severity, code) = (diagnostic.severity.name(), diagnostic.code.info().name);
        lines.push_str(&format!("{severity}[{code}]{place} {}\n", diagnostic.message));
        for hint in &diagnostic.hints {
            lines.push_str(&format!("  hint: {hint}\n"));
        }
        if let Some(fix) = &diagnostic.fix {
            lines.push_str(&format!("  fix: {}\n", fix.replace('\n', "⏎")));
        }
    }
    lines
}

/// `:line:column` of a byte offset, both from 1, columns in characters. A reader of its own, so that a mistake in the
/// product's line index shows.
fn position(bytes: &[u8], offset: usize) -> String {
    let before = String::from_utf8_lossy(&bytes[..offset.min(bytes.len())]);
    let before = before.strip_prefix('\u{feff}').unwrap_or(&before);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!(":{line}:{column}")
}
