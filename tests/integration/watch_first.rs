//! Pages that are on a screen are made before the others, where a change concerns many.

use std::sync::Mutex;

use steward::memo::Memo;
use steward::output::memory::Tree;
use steward::output::{OutputContents, OutputError, Sink};
use steward::pipeline::build;
use steward::source::Digest;

use crate::harness::{SITE_TOML, Site};
use crate::watch::{Flags, Live, write};
use crate::watch_faults::Events;

const FOOTER: &str = "themes/own/templates/partials/footer.html";
const ON_SCREEN: &str = "articles/own-77.html";

/// A hundred and fifty articles under a theme of their own.
fn files() -> Vec<(String, String)> {
    let mut files = vec![
        ("site.toml".to_owned(), format!("theme = \"own\"\n{SITE_TOML}")),
        ("themes/own/theme.toml".to_owned(), "name = \"own\"\nextends = \"default\"\ncontract = \"1\"\n".to_owned()),
        (FOOTER.to_owned(), "<p>The first foot</p>".to_owned()),
    ];
    files.extend((0..150).map(|number| {
        (format!("content/articles/own-{number}.md"), format!("---\ntitle: Own {number}\n---\n\nWords of {number}.\n"))
    }));
    files
}

fn site() -> Site {
    files().into_iter().fold(Site::new(), |site, (path, text)| site.with(&path, text))
}

/// Wants one page first, and notes in which order things happen.
struct Waiting {
    tree: Tree,
    happened: Mutex<Vec<String>>,
}

impl Waiting {
    fn note(&self, what: String) {
        self.happened.lock().expect("no panic while it is held").push(what);
    }
}

impl Sink for Waiting {
    fn holds(&self, path: &str, digest: Digest) -> bool {
        self.tree.holds(path, digest)
    }

    fn keep(&self, path: &str, digest: Digest) -> bool {
        self.tree.keep(path, digest)
    }

    fn wanted_first(&self) -> Vec<String> {
        vec![ON_SCREEN.to_owned(), "nowhere.html".to_owned()]
    }

    fn first_are_there(&self, pages: &[&str]) {
        self.note(format!("there: {}", pages.join(" ")));
    }

    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        if path.ends_with(".html") {
            self.note(path.to_owned());
        }
        self.tree.put(path, contents)
    }
}

/// What happened in a build after an edit.
fn happened(edit: impl FnOnce(Site) -> Site) -> Vec<String> {
    let site = site();
    let mut memo = Memo::new();
    let tree = Tree::new();
    let first = build(&site.snapshot(), &site.options, &mut memo, &tree);
    assert!(!first.has_errors(), "{:?}", first.diagnostics);
    let sink = Waiting { tree: Tree::after(tree.into_files()), happened: Mutex::default() };
    let site = edit(site);
    build(&site.snapshot(), &site.options, &mut memo, &sink);
    sink.happened.into_inner().expect("no panic while it is held")
}

#[test]
fn the_page_on_screen_comes_first_when_all_change() {
    let happened = happened(|site| site.with(FOOTER, "<p>The second foot</p>"));
    assert_eq!(happened[..2], [ON_SCREEN.to_owned(), format!("there: {ON_SCREEN}")]);
    assert!(happened.len() > 150, "the others follow");
    assert_eq!(happened.iter().filter(|path| *path == ON_SCREEN).count(), 1, "it is made once");
}

#[test]
fn nothing_is_told_where_little_changes_or_something_is_wrong() {
    let told = |happened: &[String]| happened.iter().any(|what| what.starts_with("there"));
    let little = happened(|site| site.with("content/articles/own-77.md", "---\ntitle: Own 77\n---\n\nOther words.\n"));
    assert!(!told(&little) && little.contains(&ON_SCREEN.to_owned()), "{little:?}");
    let broken = happened(|site| {
        site.with(FOOTER, "<p>The second foot</p>")
            .with("content/articles/own-3.md", "---\ntitle: Own 3\n---\n\n[Nowhere](nowhere.md)\n")
    });
    assert!(!told(&broken) && broken.len() > 100, "a site with errors is not shown early");
    let faulty = happened(|site| site.with(FOOTER, "<p>{{ nothing.there }}</p>"));
    assert!(!told(&faulty), "{faulty:?}");
}

#[test]
fn an_early_page_of_a_build_that_fails_is_taken_back() {
    let files = files();
    let live = Live::of(files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())), Flags::default());
    let page = format!("/{ON_SCREEN}");
    let screen = Events::of(&live, &page);
    // The page on screen is right, and another is not.
    let broken = "{% if page.title == \"Own 3\" %}<a href=\"nowhere.html\">x</a>{% endif %}";
    write(&live.path(FOOTER), format!("<p>The second foot</p>{broken}"));
    live.agree("a footer that leads nowhere on one page");
    assert!(live.served.edition().counts.errors > 0, "{:?}", live.served.edition().diagnostics);
    assert!(live.page(&page).contains("The first foot"), "the last good page");
    write(&live.path(FOOTER), "<p>The third foot</p>");
    live.agree("a good footer");
    assert!(live.page(&page).contains("The third foot"));
    drop(screen);
}
