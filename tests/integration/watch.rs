//! The preview with a real folder, real file events and HTTP over loopback.
//!
//! [`Live`] runs a preview in this process. [`Live::agree`] is the heart of all its tests: whatever was done to the
//! folder, sooner or later every byte that is served is what a fresh build of that folder gives.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use steward::memo::Memo;
use steward::output::memory::Tree;
use steward::pipeline::{BuildOptions, build};
use steward::source::disk::read_site;
use steward::watch::{News, Order, Orders, Preview, Served, Settings};
use tempfile::TempDir;

use crate::harness::{TODAY, day};
use crate::watch_scripts::Edited;

/// How long anything may take before a test fails. A busy machine needs a while.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a test asks for beside its files.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flags {
    pub(crate) drafts: bool,
    pub(crate) poll: bool,
    pub(crate) port: u16,
}

/// A preview of a folder of its own.
pub(crate) struct Live {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    pub(crate) orders: Orders,
    pub(crate) served: Served,
    news: Mutex<Receiver<News>>,
    flags: Flags,
    thread: Option<JoinHandle<()>>,
}

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl Live {
    /// The site that has every kind of page.
    pub(crate) fn golden(flags: Flags) -> Self {
        let site = Edited::new();
        Self::of(site.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())), flags)
    }

    /// A site of these files.
    pub(crate) fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>, flags: Flags) -> Self {
        let folder = TempDir::new().expect("a folder");
        for (path, bytes) in files {
            write(&folder.path().join("site").join(path), bytes);
        }
        let mut preview = Preview::start(Settings {
            root: folder.path().join("site"),
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: flags.port,
            drafts: flags.drafts,
            poll: flags.poll,
            today: Box::new(|_| day(TODAY)),
            built_in: steward::theme::built_in_text,
        })
        .expect("the preview starts");
        let (sender, news) = channel();
        let (address, orders, served) = (preview.address(), preview.orders(), preview.served());
        let thread = thread::spawn(move || {
            preview.run(&mut |news| {
                // A test that has ended does not listen.
                let _ = sender.send(news);
            });
        });
        let live = Self { folder, address, orders, served, news: Mutex::new(news), flags, thread: Some(thread) };
        live.wait("the first build", |live| live.generation() > 0);
        live
    }

    /// What the preview has told since this was asked.
    pub(crate) fn heard(&self) -> Vec<News> {
        self.news.lock().expect("no panic while it is held").try_iter().collect()
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn generation(&self) -> u64 {
        self.served.edition().generation
    }

    /// Waits until something holds.
    pub(crate) fn wait(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < PATIENCE, "waited for: {what}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Sends a request as it stands and reads the answer.
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        answer(&bytes)
    }

    /// Asks for a path with further header lines.
    pub(crate) fn ask(&self, path: &str, headers: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(path, "")
    }

    /// The text of a page, whatever the status.
    pub(crate) fn page(&self, path: &str) -> String {
        self.get(path).text()
    }

    /// Where an output is served.
    pub(crate) fn at(&self, output: &str) -> String {
        format!("{}{output}", self.served.edition().base_path)
    }

    /// Waits until what is served is what a fresh build of the folder gives: its messages, and every byte of its files,
    /// or of the last build without errors.
    pub(crate) fn agree(&self, after: &str) {
        let started = Instant::now();
        loop {
            let difference = self.difference();
            let Some(difference) = difference else { return };
            assert!(started.elapsed() < PATIENCE, "after {after}: {difference}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn difference(&self) -> Option<String> {
        let snapshot = read_site(&self.root()).ok()?;
        let tree = Tree::new();
        let options = BuildOptions { drafts: self.flags.drafts, ..BuildOptions::for_day(day(TODAY)) };
        let fresh = build(&snapshot, &options, &mut Memo::new(), &tree);
        let edition = self.served.edition();
        if self.served.is_pending() {
            return Some("a change is pending".to_owned());
        }
        if *edition.diagnostics != *fresh.diagnostics {
            return Some(format!("messages {:#?}\nand not {:#?}", edition.diagnostics, fresh.diagnostics));
        }
        if fresh.has_errors() {
            return None;
        }
        let files = tree.into_files();
        let (served, built): (Vec<_>, Vec<_>) = (edition.files.paths().collect(), files.paths().collect());
        if served != built {
            let unequal =
                edition.files.iter().filter(|(path, file)| files.get(path).is_none_or(|new| new.digest != file.digest));
            let unequal: Vec<_> = unequal.map(|(path, _)| path).collect();
            return Some(format!("files {served:?}\nand not {built:?}\nother bytes in {unequal:?}"));
        }
        for (path, file) in files.iter() {
            let expected = file.bytes().expect("the file can be read");
            if edition.files[path].digest != file.digest {
                return Some(format!("other bytes in {path}"));
            }
            let encoded: String = path.split('/').map(encode).collect::<Vec<_>>().join("/");
            let answer = self.get(&self.at(&encoded));
            let found = if path.ends_with(".html") { without_preview(&answer.body) } else { answer.body };
            if answer.status != 200 || found != *expected {
                return Some(format!("{path} is served with other bytes ({})", answer.status));
            }
        }
        None
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.orders.give(Order::Quit);
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the preview panicked");
        }
    }
}

fn encode(part: &str) -> String {
    part.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Takes out what the preview adds: everything with `data-preview`, which stands in one place.
pub(crate) fn without_preview(page: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(page.to_vec()).expect("a page is UTF-8");
    let start = text.find("<link data-preview").unwrap_or_else(|| panic!("nothing was added to {text}"));
    let end = start + text[start..].find("</script>").expect("a script is added last") + "</script>".len();
    format!("{}{}", &text[..start], &text[end..]).into_bytes()
}

fn answer(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("the headers end");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = match headers.get("transfer-encoding").map(String::as_str) {
        Some("chunked") => unchunked(&bytes[end + 4..]),
        _ => bytes[end + 4..].to_vec(),
    };
    Answer { status: status.expect("a status"), headers, body }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&bytes[..at]), 16).expect("a size");
        body.extend_from_slice(&bytes[at + 2..at + 2 + size]);
        bytes = &bytes[at + 4 + size..];
    }
    body
}

pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
    fs::write(path, text).expect("the file can be written");
}

/// Something done to the folder, as programs do it.
enum Do {
    /// Truncated and written, as simple editors do.
    Write(&'static str, &'static str),
    /// One text in the file becomes another.
    Edit(&'static str, &'static str, &'static str),
    /// Written beside and renamed over it, as VS Code and many scripts do.
    Atomic(&'static str, &'static str),
    /// Renamed to a backup, written anew, the backup removed, with a swap file all the while: vim.
    Vim(&'static str, &'static str),
    /// Written beside as `___jb_tmp___`, the old one renamed away, the new one into its place: JetBrains.
    JetBrains(&'static str, &'static str),
    Rename(&'static str, &'static str),
    Delete(&'static str),
    DeleteFolder(&'static str),
    /// Written again as it is.
    Touch(&'static str),
    /// The whole folder is made anew under another identity.
    Replace(&'static str),
}

impl Do {
    fn run(&self, root: &Path) {
        match self {
            Self::Write(path, text) => write(&root.join(path), text),
            Self::Edit(path, from, to) => {
                let text = fs::read_to_string(root.join(path)).expect("the file is text");
                assert!(text.contains(from), "{path} has no {from}");
                fs::write(root.join(path), text.replacen(from, to, 1)).expect("written");
            }
            Self::Atomic(path, text) => {
                let beside = root.join(format!("{path}.tmp"));
                write(&beside, text);
                fs::rename(beside, root.join(path)).expect("renamed");
            }
            Self::Vim(path, text) => {
                let path = root.join(path);
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                let (swap, backup) =
                    (path.with_file_name(format!(".{name}.swp")), path.with_file_name(format!("{name}~")));
                write(&swap, "b0VIM");
                fs::write(path.with_file_name("4913"), "").expect("written");
                fs::remove_file(path.with_file_name("4913")).expect("removed");
                fs::rename(&path, &backup).expect("renamed");
                fs::write(&path, text).expect("written");
                fs::remove_file(backup).expect("removed");
                fs::remove_file(swap).expect("removed");
            }
            Self::JetBrains(path, text) => {
                let path = root.join(path);
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                let beside = |ending: &str| path.with_file_name(format!("{name}{ending}"));
                write(&beside("___jb_tmp___"), text);
                fs::rename(&path, beside("___jb_old___")).expect("renamed");
                fs::rename(beside("___jb_tmp___"), &path).expect("renamed");
                fs::remove_file(beside("___jb_old___")).expect("removed");
            }
            Self::Rename(from, to) => {
                let to = root.join(to);
                fs::create_dir_all(to.parent().expect("a folder")).expect("made");
                fs::rename(root.join(from), to).expect("renamed");
            }
            Self::Delete(path) => fs::remove_file(root.join(path)).expect("removed"),
            Self::DeleteFolder(path) => fs::remove_dir_all(root.join(path)).expect("removed"),
            Self::Touch(path) => {
                let bytes = fs::read(root.join(path)).expect("read");
                fs::write(root.join(path), bytes).expect("written");
            }
            Self::Replace(path) => {
                let (old, new) = (root.join(path), root.join(format!("{path}-copy")));
                for (inside, bytes) in crate::golden::read_tree(&old) {
                    write(&new.join(inside), bytes);
                }
                fs::remove_dir_all(&old).expect("removed");
                fs::rename(new, old).expect("renamed");
            }
        }
    }
}

const GREETING: &str = "content/articles/care/greeting.md";
const LANTERN: &str = "content/sources/lantern-guild.md";
const FOOTER: &str = "themes/own/templates/partials/footer.html";

/// Edits of every kind, one after the other.
const EDITS: &[(&str, Do)] = &[
    ("a sentence", Do::Edit(GREETING, "Look up first.", "Look up first, always.")),
    ("a title", Do::Edit("content/articles/care/bundle/index.md", "with a picture", "with pictures")),
    ("a step", Do::Edit(GREETING, "1. Look up.", "1. Look up and smile.")),
    ("a question", Do::Edit(GREETING, "Who greeted", "Who has greeted")),
    ("an equal rewrite", Do::Touch(GREETING)),
    ("an atomic save", Do::Atomic("content/about.md", "---\ntitle: About us\n---\n\nNew words.\n")),
    ("another one", Do::Atomic("content/about.md", "---\ntitle: About us\n---\n\nNewer words.\n")),
    ("vim", Do::Vim("content/about.md", "---\ntitle: About us\n---\n\nFrom vim.\n")),
    ("vim again", Do::Vim("content/about.md", "---\ntitle: About us\n---\n\nFrom vim, again.\n")),
    ("JetBrains", Do::JetBrains("content/about.md", "---\ntitle: About us\n---\n\nFrom an IDE.\n")),
    ("JetBrains again", Do::JetBrains("content/about.md", "---\ntitle: About us\n---\n\nFrom an IDE, again.\n")),
    ("truncate and write", Do::Write("content/about.md", "---\ntitle: About us\n---\n\nWritten.\n")),
    ("a link to nothing", Do::Edit("content/about.md", "Written.", "[Here](articles/care/new.md).")),
    ("the file that heals it", Do::Write("content/articles/care/new.md", "---\ntitle: New\n---\n\nNew.\n")),
    ("a file in a new folder", Do::Write("content/articles/deep/er/one.md", "---\ntitle: One\n---\n\nOne.\n")),
    ("a second file there", Do::Write("content/articles/deep/er/two.md", "---\ntitle: Two\n---\n\n[One](one.md)\n")),
    ("a file renamed", Do::Rename("content/articles/deep/er/two.md", "content/articles/deep/er/three.md")),
    ("another letter case", Do::Rename("content/articles/deep/er/three.md", "content/articles/deep/er/Three.md")),
    ("a file made a bundle", Do::Rename("content/articles/deep/er/one.md", "content/articles/deep/er/one/index.md")),
    ("a broken link by that", Do::Edit("content/articles/deep/er/Three.md", "one.md", "nowhere.md")),
    ("put right", Do::Edit("content/articles/deep/er/Three.md", "nowhere.md", "one/index.md")),
    ("a folder moved", Do::Rename("content/articles/deep", "content/articles/deeper")),
    ("a file in the moved folder", Do::Edit("content/articles/deeper/er/Three.md", "Two", "Two or three")),
    ("a folder deleted", Do::DeleteFolder("content/articles/deeper")),
    ("a draft", Do::Edit("content/articles/care/bundle/index.md", "order: 2", "order: 2\ndraft: true")),
    ("what linked to it", Do::Edit(GREETING, "See [the bundle](bundle/index.md#a-table) and an", "See an")),
    ("no draft", Do::Edit("content/articles/care/bundle/index.md", "\ndraft: true", "")),
    ("a topic", Do::Write("content/topics/light.md", "---\ntitle: Light\n---\n")),
    ("used", Do::Edit("content/articles/care/bundle/index.md", "topics: [desk]", "topics: [desk, light]")),
    ("a topic renamed", Do::Edit("content/topics/light.md", "title: Light", "title: Lights")),
    ("a topic in use deleted", Do::Delete("content/topics/light.md")),
    ("no longer used", Do::Edit("content/articles/care/bundle/index.md", "topics: [desk, light]", "topics: [desk]")),
    ("a term", Do::Write("content/glossary/queue.md", "---\ntitle: Queue\n---\n\nPeople who wait.\n")),
    ("a term changed", Do::Edit("content/glossary/empathy.md", "Not the same", "Never the same")),
    ("a person", Do::Edit("content/people/ana.md", "Ana Ash", "Ana Ashe")),
    ("a path", Do::Edit("content/paths/first-day.md", "minutes: 10", "minutes: 15")),
    ("a path's step that is not there", Do::Edit("content/paths/first-day.md", "article: lantern", "article: lamp")),
    ("and back", Do::Edit("content/paths/first-day.md", "article: lamp", "article: lantern")),
    ("a source's statement", Do::Edit(LANTERN, "Used with permission.", "Used with kind permission.")),
    ("a source's terms", Do::Edit(LANTERN, "price: [free]", "price: [paid]")),
    ("and back", Do::Edit(LANTERN, "price: [paid]", "price: [free]")),
    ("broken front matter", Do::Edit("content/index.md", "title: Welcome", "title: Welcome: you")),
    ("put right", Do::Edit("content/index.md", "title: Welcome: you", "title: \"Welcome: you\"")),
    ("a template", Do::Write(FOOTER, "<p>{{ site.title }}, {{ page.title }}</p>\n")),
    ("a broken template", Do::Write(FOOTER, "<p>{% if %}</p>\n")),
    ("no template", Do::Delete(FOOTER)),
    ("a template again", Do::Atomic(FOOTER, "<p>here again</p>\n")),
    ("a style sheet", Do::Write("themes/own/assets/style.css", "h1 { background: url(mark.svg) }\n")),
    ("what it loads", Do::Write("themes/own/assets/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>")),
    ("a picture", Do::Write("content/articles/care/bundle/desk.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")),
    ("a download", Do::Write("content/articles/care/plan.pdf", "%PDF-1.7 plan")),
    ("words of the interface", Do::Write("themes/own/i18n/en.toml", "home = \"Start\"\n")),
    ("the site's title", Do::Edit("site.toml", "Golden handbook", "Silver handbook")),
    ("pretty addresses", Do::Edit("site.toml", "theme = \"own\"", "theme = \"own\"\nurls = \"pretty\"")),
    ("portable again", Do::Edit("site.toml", "\nurls = \"pretty\"", "")),
    ("another base path", Do::Edit("site.toml", "kb.example/golden/", "kb.example/silver/hand%20book/")),
    ("no base path", Do::Edit("site.toml", "base_url = ", "# base_url = ")),
    ("broken settings", Do::Edit("site.toml", "[publication]", "[publication")),
    ("put right", Do::Edit("site.toml", "[publication", "[publication]")),
    (
        "settings saved atomically",
        Do::Vim(
            "site.toml",
            "title = \"Small\"\n\n[publication]\nmedium = \"website\"\nprice = \"free\"\naudience = \"internal\"\n",
        ),
    ),
    ("the default theme's folder away", Do::DeleteFolder("themes")),
    ("a theme again", Do::Write("themes/own/theme.toml", "name = \"own\"\nextends = \"default\"\n")),
    ("its template", Do::Write(FOOTER, "<p>new</p>\n")),
    ("used", Do::Edit("site.toml", "title = \"Small\"", "title = \"Small\"\ntheme = \"own\"")),
    ("all content replaced by a copy", Do::Replace("content")),
    ("a file in the copy", Do::Edit("content/about.md", "About us", "About all of us")),
    ("letters of other scripts", Do::Write("content/Ä ö/日本.md", "---\ntitle: 日本\n---\n\nÄ.\n")),
];

/// Edits after which the site has errors.
const REFUSED: &[&str] = &[
    "a link to nothing",
    "a file made a bundle",
    "a broken link by that",
    "a topic in use deleted",
    "a path's step that is not there",
    "a source's terms",
    "broken front matter",
    "a broken template",
    "broken settings",
];

#[test]
fn every_byte_is_a_fresh_builds_after_every_kind_of_edit() {
    assert!(EDITS.len() >= 50, "{}", EDITS.len());
    let live = Live::golden(Flags::default());
    live.agree("the start");
    let mut refused = Vec::new();
    for (name, edit) in EDITS {
        edit.run(&live.root());
        live.agree(name);
        if live.served.edition().counts.errors > 0 {
            refused.push(*name);
        }
    }
    // Everything else was served.
    assert_eq!(refused, REFUSED);
}

#[test]
fn the_same_by_the_clock_alone() {
    let live = Live::golden(Flags { poll: true, ..Flags::default() });
    assert!(live.heard().iter().any(|news| matches!(news, News::Polling(_))), "polling is announced");
    for (name, edit) in &EDITS[..20] {
        edit.run(&live.root());
        live.agree(name);
    }
}
