//! What a build does again after one edit: documents read, views made, pages rendered, the search index.
//!
//! The site is the golden one. `tests/golden/executed.txt` has a paragraph for each edit; `UPDATE_GOLDEN=1 cargo test`
//! writes it anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use steward::memo::Memo;
use steward::output::memory::{Files, Tree};
use steward::output::{OutputContents, OutputError, Sink};
use steward::pipeline::build;
use steward::source::Digest;

use crate::golden::read_tree;
use crate::harness::Site;

/// An edit: a file, and what becomes of its text; of an absent file the text is empty.
type Edit = (&'static str, &'static str, fn(&str) -> String);

const EDITS: [Edit; 10] = [
    ("an equal rewrite", "content/articles/care/greeting.md", str::to_owned),
    ("a prose edit", "content/articles/care/greeting.md", |text| text.replace("Look up first.", "Look up before all.")),
    ("a title edit", "content/articles/care/bundle/index.md", |text| text.replace("a picture", "a drawing")),
    ("a topic added", "content/articles/care/bundle/index.md", |text| text.replace("[desk]", "[desk, greeting]")),
    ("a partial of a template", "themes/own/templates/partials/footer.html", |_| "<p>Another foot</p>".to_owned()),
    ("a glossary term", "content/glossary/empathy.md", |text| text.replace("Not the same", "Not at all the same")),
    ("a source's statement", "content/sources/lantern-guild.md", |text| text.replace("For more,", "For much more,")),
    ("a new page", "content/contact.md", |_| "---\ntitle: Contact\n---\nKnock.\n".to_owned()),
    ("a plain page", "content/about.md", |text| format!("{text}\nOne more line.\n")),
    ("the settings", "site.toml", |text| text.replace("Golden handbook", "Golden house book")),
];

/// Remembers what was made.
struct Recording {
    tree: Tree,
    made: Mutex<Vec<String>>,
}

impl Sink for Recording {
    fn holds(&self, path: &str, digest: Digest) -> bool {
        self.tree.holds(path, digest)
    }

    fn keep(&self, path: &str, digest: Digest) -> bool {
        self.tree.keep(path, digest)
    }

    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        if matches!(contents, OutputContents::Bytes(_)) {
            self.made.lock().expect("no panic while it is held").push(path.to_owned());
        }
        self.tree.put(path, contents)
    }
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn site() -> Site {
    let mut site = Site::new();
    for (path, bytes) in read_tree(&golden("site")) {
        site = site.with(&path, bytes);
    }
    let settings = String::from_utf8_lossy(&site.files["site.toml"]).into_owned();
    site.with("site.toml", format!("theme = \"own\"\n{settings}"))
        .with("themes/own/theme.toml", "name = \"own\"\nextends = \"default\"\ncontract = \"1\"\n")
        .with("themes/own/templates/partials/footer.html", "<p>A foot</p>")
}

/// One build; what it did, in words.
fn done(site: &Site, memo: &mut Memo, files: &mut Arc<Files>) -> String {
    let sink = Recording { tree: Tree::after(Arc::clone(files)), made: Mutex::default() };
    let result = build(&site.snapshot(), &site.options, memo, &sink);
    assert!(!result.has_errors() && result.failure.is_none(), "{:?}", result.diagnostics);
    let mut made = sink.made.into_inner().expect("no panic while it is held");
    made.sort();
    *files = sink.tree.into_files();
    let pages: Vec<&str> = made.iter().filter(|path| path.ends_with(".html")).map(String::as_str).collect();
    let index = if made.iter().any(|path| path.starts_with("search/")) { "made" } else { "kept" };
    let pages = if pages.len() == result.pages { format!("all {}", pages.len()) } else { pages.join(" ") };
    format!("read {}, viewed {}, index {index}\nrendered: {pages}\n", result.parsed, result.viewed)
}

#[test]
fn only_what_an_edit_touches_is_made_again() {
    let mut text = String::new();
    for (name, path, edit) in EDITS {
        let mut site = site();
        let (mut memo, mut files) = (Memo::new(), Arc::default());
        done(&site, &mut memo, &mut files);
        let before = site.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
        site = site.with(path, edit(&before));
        text.push_str(&format!("## {name}\n{}\n", done(&site, &mut memo, &mut files)));
    }
    let expected = golden("executed.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&expected, &text).expect("the expected text can be written");
        return;
    }
    assert_eq!(fs::read_to_string(&expected).expect("the expected text can be read"), text);
}

#[test]
fn a_new_file_heals_a_broken_link_elsewhere() {
    let mut site = site();
    let about = String::from_utf8_lossy(&site.files["content/about.md"]).into_owned();
    site = site.with("content/about.md", format!("{about}\nSee [how to reach us](contact.md).\n"));
    let mut memo = Memo::new();
    let broken = build(&site.snapshot(), &site.options, &mut memo, &Tree::new());
    assert!(broken.has_errors());
    site = site.with("content/contact.md", "---\ntitle: Contact\n---\nKnock.\n");
    let healed = build(&site.snapshot(), &site.options, &mut memo, &Tree::new());
    assert!(!healed.has_errors(), "{:?}", healed.diagnostics);
    assert_eq!(healed.parsed, 1, "only the new file is read");
}
