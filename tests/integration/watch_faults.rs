//! What went wrong in previews of other programs, and what one of ours must do: one test a fault.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use steward::output::memory::Files;
use steward::watch::{News, Order, Rebuilt};

use crate::harness::SITE_TOML;
use crate::watch::{Answer, Flags, Live, without_preview, write};

const ONE: &str = "---\ntitle: One\ndate: 2026-05-01\ntopics: [desk]\n---\n\nFirst words.\n";

/// Two articles under a topic.
fn small() -> Live {
    small_with(&[], Flags::default())
}

fn small_with(files: &[(&str, &str)], flags: Flags) -> Live {
    let mut all = vec![
        ("site.toml", SITE_TOML),
        ("content/topics/desk.md", "---\ntitle: Desk\n---\n"),
        ("content/articles/one.md", ONE),
        ("content/articles/two.md", "---\ntitle: Two\ntopics: [desk]\n---\n\nSecond words.\n"),
    ];
    all.retain(|(path, _)| !files.iter().any(|(other, _)| other == path));
    all.extend(files);
    Live::of(all.iter().map(|(path, text)| (*path, text.as_bytes())), flags)
}

/// Settings with lines of their own before the first table.
fn settings(lines: &str) -> String {
    format!("{lines}\n{SITE_TOML}")
}

fn rebuilds(live: &Live) -> Vec<Rebuilt> {
    let rebuilt = |news| if let News::Rebuilt(rebuilt) = news { Some(rebuilt) } else { None };
    live.heard().into_iter().filter_map(rebuilt).collect()
}

/// An open stream of events.
pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    pub(crate) fn of(live: &Live, page: &str) -> Self {
        let mut stream = TcpStream::connect(live.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
        let request = format!("GET /_steward/events?page={page} HTTP/1.1\r\nHost: {}\r\n\r\n", live.address);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut events = Self(BufReader::new(stream));
        events.next();
        events
    }

    /// The next event's data.
    fn next(&mut self) -> serde_json::Value {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).expect("an event") > 0, "the stream goes on");
            if let Some(data) = line.trim().strip_prefix("data: ") {
                return serde_json::from_str(data).expect("data is JSON");
            }
        }
    }
}

#[test]
fn b01_a_template_edit_changes_every_page_it_stands_on() {
    let theme = [
        ("site.toml", &*settings("theme = \"own\"")),
        ("themes/own/theme.toml", "name = \"own\"\nextends = \"default\"\n"),
        ("themes/own/templates/partials/footer.html", "<p>old footer</p>\n"),
    ];
    let live = small_with(&theme, Flags::default());
    write(&live.path("themes/own/templates/partials/footer.html"), "<p>new footer</p>\n");
    live.agree("the edit");
    for page in ["index.html", "404.html", "search.html", "articles/one.html", "topics/desk.html"] {
        assert!(live.page(&live.at(page)).contains("new footer"), "{page}");
    }
}

#[test]
fn b02_what_is_no_article_is_built_again_too() {
    let live = small_with(&[("site.toml", &settings("base_url = \"https://kb.example/hb/\""))], Flags::default());
    write(&live.path("content/articles/one.md"), ONE.replace("title: One", "title: Renamed"));
    write(&live.path("site.toml"), settings("base_url = \"https://kb.example/hb/\"").replace("Test site", "New name"));
    live.agree("both edits");
    assert!(live.page("/hb/404.html").contains("New name"));
    let feed = live.page("/hb/feed.xml");
    assert!(feed.contains("Renamed") && feed.contains("New name"), "{feed}");
    assert!(live.page("/hb/sitemap.xml").contains("https://kb.example/hb/articles/one.html"));
}

#[test]
fn b03_what_is_deleted_or_renamed_leaves_no_ghost_and_stalls_nothing() {
    let live = small();
    fs::rename(live.path("content/articles/two.md"), live.path("content/articles/second.md")).unwrap();
    live.agree("a rename");
    assert_eq!(live.get("/articles/two.html").status, 404);
    let list = live.page("/articles/index.html");
    assert!(list.contains("second.html") && !list.contains("two.html"));
    fs::rename(live.path("content/articles/second.md"), live.path("content/articles/Second.md")).unwrap();
    live.agree("another letter case");
    fs::create_dir(live.path("content/articles/more")).unwrap();
    fs::rename(live.path("content/articles/Second.md"), live.path("content/articles/more/second.md")).unwrap();
    live.agree("another folder");
    fs::rename(live.path("content/articles/more"), live.path("content/articles/most")).unwrap();
    live.agree("a folder's name");
    assert_eq!(
        (live.get("/articles/more/second.html").status, live.get("/articles/most/second.html").status),
        (404, 200)
    );
    fs::remove_dir_all(live.path("content/articles/most")).unwrap();
    live.agree("a folder deleted");
    assert_eq!(live.get("/articles/most/second.html").status, 404);
    write(&live.path("content/articles/one.md"), ONE.replace("First", "Last"));
    live.agree("an edit after that");
    assert!(live.page("/articles/one.html").contains("Last words"));
}

#[test]
fn b04_drafts_come_and_go_at_once() {
    let live = small();
    for _ in 0..2 {
        write(&live.path("content/articles/one.md"), ONE.replace("topics:", "draft: true\ntopics:"));
        live.agree("a draft");
        assert_eq!(live.get("/articles/one.html").status, 404);
        assert!(!live.page("/topics/desk.html").contains("One"));
        write(&live.path("content/articles/one.md"), ONE);
        live.agree("no draft");
        assert_eq!(live.get("/articles/one.html").status, 200);
        assert!(live.page("/topics/desk.html").contains("One"));
    }
    let with_drafts = small_with(
        &[("content/articles/one.md", &ONE.replace("date:", "draft: true\ndate:"))],
        Flags { drafts: true, ..Flags::default() },
    );
    assert!(with_drafts.page("/articles/one.html").contains("Preview · Draft"));
    assert!(with_drafts.page("/articles/two.html").contains("Preview with drafts"));
}

#[test]
fn b05_lists_are_as_fresh_as_articles() {
    let live = small();
    write(&live.path("content/articles/one.md"), ONE.replace("title: One", "title: A newer name"));
    live.agree("a title");
    for page in ["index.html", "articles/index.html", "topics/desk.html", "articles/two.html"] {
        let html = live.page(&live.at(page));
        assert!(html.contains("A newer name") && !html.contains(">One<"), "{page}");
    }
}

/// The property itself is tested by random scripts of edits, and over HTTP by one of every kind.
#[test]
fn b06_a_fast_build_loses_no_page() {
    let live = small();
    let before = live.served.edition();
    write(&live.path("content/articles/one.md"), ONE.replace("First", "Last"));
    live.agree("an edit");
    let after = live.served.edition();
    let pages = |files: &Files| -> Vec<String> {
        files.paths().filter(|path| path.ends_with(".html")).map(str::to_owned).collect()
    };
    assert_eq!(pages(&before.files), pages(&after.files));
    let is_changed = |path: &String| before.files[path].digest != after.files[path].digest;
    let changed: Vec<String> = pages(&after.files).into_iter().filter(is_changed).collect();
    assert!(changed.contains(&"articles/one.html".to_owned()), "{changed:?}");
    assert!(!changed.contains(&"404.html".to_owned()), "{changed:?}");
}

#[test]
fn b07_fast_typing_makes_no_queue() {
    let live = small();
    let first = live.generation();
    for number in 0..200 {
        write(&live.path("content/articles/one.md"), ONE.replace("First", &format!("Word {number}")));
        thread::sleep(Duration::from_millis(1));
    }
    live.agree("all that");
    assert!(live.page("/articles/one.html").contains("Word 199"));
    let builds = live.generation() - first;
    assert!(builds <= 100, "{builds} builds for 200 saves");
}

#[test]
fn b08_settings_styles_and_options_are_picked_up() {
    let theme = [
        ("site.toml", &*settings("theme = \"own\"")),
        ("themes/own/theme.toml", "name = \"own\"\nextends = \"default\"\n"),
    ];
    let live = small_with(&theme, Flags::default());
    write(&live.path("themes/own/assets/style.css"), "h1 { color: red }\n");
    live.agree("a style sheet");
    let page = live.page("/articles/one.html");
    let sheet = page.split("rel=\"stylesheet\" href=\"../").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(live.page(&format!("/{sheet}")), "h1 { color: red }\n");
    write(&live.path("site.toml"), settings("theme = \"own\"\nlanguage = \"de\""));
    live.agree("a language");
    assert!(live.page("/articles/one.html").contains("lang=\"de\""));
    write(&live.path("site.toml"), settings("theme = \"own\"") + "\n[parts.tips]\nlabels = [\"Tip\"]\n");
    write(&live.path("content/articles/one.md"), format!("{ONE}\n## Tip\n\nSmile.\n"));
    live.agree("a part");
    assert!(live.page("/articles/one.html").contains("data-part=\"tips\""));
}

#[test]
fn b09_a_clean_rebuild_rules_out_what_is_kept() {
    let live = small();
    let first = live.generation();
    assert!(live.orders.give(Order::CleanRebuild));
    live.wait("the rebuild", |live| live.generation() == first + 1);
    live.agree("it");
    let last = rebuilds(&live).pop().unwrap();
    assert_eq!(last.rendered, last.pages);
    assert!(last.changes.is_empty());
    assert!(live.orders.give(Order::Rebuild));
    live.wait("another one", |live| live.generation() == first + 2);
}

#[test]
fn b10_every_page_answers_while_all_are_built_again_and_browsers_hear_after_that() {
    let live = Arc::new(Live::golden(Flags::default()));
    let ended = Arc::new(AtomicBool::new(false));
    let asking = {
        let (live, ended) = (Arc::clone(&live), Arc::clone(&ended));
        thread::spawn(move || {
            let mut asked = 0;
            while !ended.load(Ordering::SeqCst) || asked < 50 {
                for page in ["index.html", "articles/care/greeting.html", "glossary.html"] {
                    assert_eq!(live.get(&live.at(page)).status, 200, "{page}");
                    asked += 1;
                }
            }
        })
    };
    let page = live.at("about.html");
    let mut events = Events::of(&live, &page);
    for number in 0..10 {
        let words = format!("Edit {number}.");
        write(&live.path("content/about.md"), format!("---\ntitle: About\n---\n\n{words}\n"));
        write(&live.path("themes/own/templates/partials/footer.html"), format!("<p>{number}</p>"));
        while !live.page(&page).contains(&words) {
            events.next();
        }
    }
    ended.store(true, Ordering::SeqCst);
    asking.join().unwrap();
}

#[test]
fn b11_files_may_vanish_at_any_moment() {
    let live = small();
    for number in 0..30 {
        let path = live.path(&format!("content/articles/passing-{number}.md"));
        write(&path, "---\ntitle: Passing\n---\n");
        fs::rename(&path, path.with_extension("moved.md")).unwrap();
        fs::create_dir_all(live.path(&format!("content/passing/{number}"))).unwrap();
        write(&live.path(&format!("content/passing/{number}/a.md")), "---\ntitle: A\n---\n");
        fs::remove_file(path.with_extension("moved.md")).unwrap();
        fs::remove_dir_all(live.path("content/passing")).unwrap();
    }
    live.agree("all that");
    assert_eq!(live.generation(), live.served.edition().generation);
}

#[test]
fn b12_the_error_is_seen_although_the_first_build_fails() {
    let live = small_with(&[("content/articles/one.md", "---\ntitle: One: two\n---\n")], Flags::default());
    let answer = live.get("/articles/one.html");
    assert_eq!((answer.status, answer.header("content-type")), (503, "text/html; charset=utf-8"));
    let page = answer.text();
    assert!(page.contains("content/articles/one.md:2") && page.contains("title: &quot;One: two&quot;"), "{page}");
    for tag in page.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!'])) {
        assert!(tag.contains("data-preview"), "{tag}");
    }
    write(&live.path("content/articles/one.md"), ONE);
    live.agree("the fix");
    assert!(live.page("/articles/one.html").contains("First words"));
    let no_theme = small_with(&[("site.toml", &settings("theme = \"missing\""))], Flags::default());
    assert!(no_theme.page("/").contains("missing"));
}

#[test]
fn b13_the_search_is_the_builds() {
    let live = small();
    let edition = live.served.edition();
    let files: Vec<_> = edition.files.paths().filter(|path| path.starts_with("search/")).collect();
    assert!(!files.is_empty());
    for path in files {
        let answer = live.get(&format!("/{path}"));
        assert_eq!(answer.body, *edition.files[path].bytes().unwrap());
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    }
}

#[test]
fn b14_a_file_saved_by_renaming_is_still_watched_afterwards() {
    let live = small();
    for number in 0..10 {
        let beside = live.path("content/articles/.one.md.new");
        write(&beside, ONE.replace("First", &format!("Save {number}:")));
        fs::rename(&beside, live.path("content/articles/one.md")).unwrap();
        live.wait("the save", |live| live.page("/articles/one.html").contains(&format!("Save {number}:")));
        write(&live.path("content/articles/one.md"), ONE.replace("First", &format!("Write {number}:")));
        live.wait("the write", |live| live.page("/articles/one.html").contains(&format!("Write {number}:")));
    }
}

/// Which file systems tell of nothing is tested beside the code.
#[test]
fn b15_without_events_the_clock_does() {
    let live = small_with(&[], Flags { poll: true, ..Flags::default() });
    let first = live.generation();
    write(&live.path("content/articles/one.md"), ONE.replace("First", "Seen by the clock:"));
    live.wait("the clock", |live| live.page("/articles/one.html").contains("Seen by the clock:"));
    thread::sleep(Duration::from_millis(1200));
    assert_eq!(live.generation(), first + 1, "looking is no building");
}

/// The limit cannot be reached in a test without the rights of an administrator; how the system's words for it are
/// read is tested beside the code. Here: what is watched is the inputs, not whatever else lies in the folder.
#[test]
fn b16_folders_that_are_no_inputs_need_no_watch() {
    let live = small();
    let first = live.generation();
    for folder in ["public/a", "node_modules/b", ".git/objects"] {
        write(&live.path(&format!("{folder}/x.md")), "---\ntitle: X\n---\n");
    }
    write(&live.path("README.md"), "x");
    thread::sleep(Duration::from_millis(300));
    assert_eq!((live.generation(), live.served.is_pending()), (first, false));
}

#[test]
fn b40_the_server_gives_out_outputs_and_nothing_else() {
    let live = small_with(&[("content/film.bin", &"0123456789".repeat(20_000))], Flags::default());
    write(&live.folder.path().join("secret.txt"), "secret");
    for path in [
        "/../secret.txt",
        "/../../../../../../etc/passwd",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/./../secret.txt",
        "/site.toml",
        "/content/articles/one.md",
        "/articles/one.md",
        "/.steward-manifest.json",
        "/_steward/../site.toml",
        "/_steward/nothing",
        "/index.html%00.txt",
        "/%ff%fe",
    ] {
        let answer = live.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret") && !answer.text().contains("root:"), "{path}");
    }
    let port = live.address.port();
    let named = |host: &str| live.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).status;
    for host in ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example", "10.0.0.1"] {
        assert_eq!(named(host), 403, "{host}");
    }
    for host in ["localhost", &format!("127.0.0.1:{port}"), &format!("[::1]:{port}"), "handbook.localhost"] {
        assert_eq!(named(host), 200, "{host}");
    }
    let through = format!("GET http://evil.example/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", live.address);
    assert_eq!(live.send(&through).status, 403);
    let stream = "GET /_steward/events HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(live.send(stream).status, 403);
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request =
            format!("{method} / HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", live.address);
        assert_eq!(live.send(&request).status, 405, "{method}");
    }
    assert!(live.address.ip().is_loopback());
}

fn is_uncached(answer: &Answer) -> bool {
    answer.header("cache-control") == "no-store"
}

#[test]
fn the_server_speaks_as_browsers_expect() {
    let large = "0123456789".repeat(20_000);
    let live = small_with(&[("content/film.mp4", &large), ("content/note.pdf", "%PDF")], Flags::default());
    let page = live.get("/articles/one.html");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(is_uncached(&page) && page.header("x-content-type-options") == "nosniff");
    assert_eq!(without_preview(&page.body), *live.served.edition().files["articles/one.html"].bytes().unwrap());
    let missing = live.get("/nowhere.html");
    assert_eq!(missing.status, 404);
    let built = live.served.edition().files["404.html"].bytes().unwrap();
    assert_eq!(without_preview(&missing.body), *built);
    assert!(missing.text().contains("data-preview-missing") && is_uncached(&missing));

    for path in ["/film.mp4", "/note.pdf"] {
        let whole = live.get(path);
        assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"), "{path}");
        let part = live.ask(path, "Range: bytes=1-3\r\n");
        assert_eq!((part.status, &part.body[..]), (206, &whole.body[1..=3]), "{path}");
        assert_eq!(part.header("content-range"), format!("bytes 1-3/{}", whole.body.len()));
        assert_eq!(live.ask(path, "Range: bytes=9999999-\r\n").status, 416);
    }
    let whole = live.get("/film.mp4");
    assert_eq!((whole.text() == large, whole.header("content-type")), (true, "video/mp4"));
    let tail = live.ask("/film.mp4", "Range: bytes=-5\r\n");
    assert_eq!((tail.status, tail.text().as_str()), (206, "56789"));
    let head = live.send(&format!("HEAD /film.mp4 HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", live.address));
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "200000", 0));
    for (path, kind) in [("/_steward/preview.js", "text/javascript"), ("/_steward/preview.css", "text/css")] {
        assert!(live.get(path).header("content-type").starts_with(kind));
    }
}

#[test]
fn the_site_stands_under_its_own_path() {
    let live = small_with(
        &[("site.toml", &settings("base_url = \"https://kb.example/hand/book/\"\nurls = \"pretty\""))],
        Flags::default(),
    );
    for (path, to) in
        [("/", "/hand/book/"), ("/hand/book", "/hand/book/"), ("/hand/book/articles/one", "/hand/book/articles/one/")]
    {
        let answer = live.get(path);
        assert_eq!((answer.status, answer.header("location")), (302, to), "{path}");
    }
    assert_eq!(live.get("/articles/one/").status, 404);
    assert!(live.page("/hand/book/articles/one/").contains("First words"));
    assert!(live.page("/hand/book/nowhere").contains("href=\"/hand/book/"));
}

#[test]
fn the_status_says_how_far_it_is() {
    let live = small();
    let status = || serde_json::from_str::<serde_json::Value>(&live.page("/_steward/status")).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let first = status();
    assert_eq!(keys(&first), ["errors", "generation", "pending", "warnings"]);
    assert_eq!(first, serde_json::json!({ "generation": 1, "pending": false, "errors": 0, "warnings": 0 }));
    write(&live.path("content/articles/one.md"), ONE.replace("First words.", "[a](b.md) [c](d.md)"));
    live.agree("two broken links");
    assert_eq!((status()["generation"].as_u64(), status()["errors"].as_u64()), (Some(2), Some(2)));
    assert!(live.page("/articles/one.html").contains("First words"), "the last good page stays");
    write(&live.path("content/articles/one.md"), ONE);
    live.agree("the fix");
    assert_eq!(status(), serde_json::json!({ "generation": 3, "pending": false, "errors": 0, "warnings": 0 }));
}

#[test]
fn an_equal_rewrite_builds_nothing() {
    let live = small();
    write(&live.path("content/articles/one.md"), ONE);
    fs::write(live.path("content/articles/.one.md.swp"), "x").unwrap();
    thread::sleep(Duration::from_millis(300));
    live.wait("a look", |live| !live.served.is_pending());
    assert_eq!(live.generation(), 1);
    let mut events = Events::of(&live, "/articles/one.html");
    write(&live.path("content/articles/one.md"), ONE.replace("First", "Other"));
    let event = events.next();
    assert_eq!((event["generation"].as_u64(), event["edited"][0]["title"].as_str()), (Some(2), Some("One")));
}

#[test]
fn the_folder_may_go_and_come_back() {
    let live = small();
    let away = live.folder.path().join("away");
    fs::rename(live.root(), &away).unwrap();
    live.wait("the loss", |live| live.served.edition().counts.errors == 1);
    assert!(live.page("/articles/one.html").contains("First words"));
    assert!(live.heard().iter().any(|news| matches!(news, News::FolderGone(_))));
    fs::rename(&away, live.root()).unwrap();
    live.agree("its return");
    write(&live.path("content/articles/one.md"), ONE.replace("First", "Later"));
    live.agree("an edit in it");

    fs::remove_dir_all(live.root()).unwrap();
    live.wait("the deletion", |live| live.served.edition().counts.errors > 0);
    for (path, text) in [("site.toml", SITE_TOML), ("content/articles/one.md", "---\ntitle: One\n---\n\nNew site.\n")] {
        write(&live.path(path), text);
    }
    live.agree("another site in its place");
    assert!(live.page("/articles/one.html").contains("New site"));
    write(&live.path("content/articles/one.md"), "---\ntitle: One\n---\n\nNewer site.\n");
    live.agree("an edit in that");
}

#[test]
fn a_folder_that_goes_right_after_a_save_is_told_until_it_is_back() {
    let live = small();
    write(&live.path("content/articles/one.md"), ONE.replace("First", "Later"));
    live.wait("the save", |live| live.page("/articles/one.html").contains("Later words"));
    fs::remove_dir_all(live.root()).unwrap();
    live.wait("the loss", |live| live.served.edition().counts.errors == 1);
    // What follows on a save would have been made by now.
    thread::sleep(Duration::from_millis(500));
    assert_eq!(live.served.edition().counts.errors, 1);
}

#[test]
fn a_taken_port_gives_the_next_free_one() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let live = small_with(&[], Flags { port, ..Flags::default() });
    assert!(live.address.port() > port);
    assert!(live.heard().iter().any(|news| matches!(news, News::PortTaken { wanted, .. } if *wanted == port)));
    assert_eq!(live.get("/").status, 200);
}

#[test]
fn the_command_says_what_it_does_and_ends_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("site.toml"), SITE_TOML);
    write(&folder.path().join("content/articles/one.md"), ONE.replace("topics: [desk]\n", ""));
    let mut child = Command::new(env!("CARGO_BIN_EXE_steward"))
        .args(["watch", "--port", "0", "--root"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap();
    assert!(address.starts_with("Preview on http://127.0.0.1:"), "{address}");
    let first = lines.next().unwrap();
    assert!(first.starts_with("first build: ") && first.contains(" pages rendered in "), "{first}");
    write(&folder.path().join("content/articles/one.md"), ONE.replace("First words.", "[a](b.md)"));
    let second = lines.next().unwrap();
    assert!(second.starts_with("changed content/articles/one.md: ") && second.contains("not shown"), "{second}");
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("error[link-broken]") && said.contains("content/articles/one.md:"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is written");
}

#[test]
fn the_command_speaks_to_programs_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("site.toml"), SITE_TOML);
    write(&folder.path().join("content/index.md"), "---\ntitle: Home\n---\n\n[a](b.md)\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_steward"))
        .args(["watch", "--port", "0", "--format", "json", "--root"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first: serde_json::Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    assert_eq!(
        (first["diagnostics"][0]["code"].as_str(), first["served"].as_bool()),
        (Some("link-broken"), Some(false))
    );
    assert!(first["address"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    child.kill().unwrap();
    child.wait().unwrap();
}
