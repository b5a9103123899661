//! Measures the preview: from a save to the new text served, and what it holds in memory after many saves.
//!
//! The real binary on a generated site; the page is asked for again and again until the new text is there.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::generator;

/// Saves of which the median is taken.
const SAVES: usize = 20;
/// How long one save may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A page that is edited, an article of the house, and the template that is.
const PAGE: &str = "content/articles/section-4/article-4.md";
const ADDRESS: &str = "/articles/section-4/article-4.html";
const TEMPLATE: &str = "themes/own/templates/partials/footer.html";

/// A running preview.
struct Preview {
    child: Child,
    host: String,
}

impl Preview {
    fn start(root: &Path) -> Self {
        let mut child = Command::new(super::BINARY)
            .args(["watch", "--quiet", "--format", "json", "--port", "0", "--root"])
            .arg(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the preview starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is ours"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("the first build is told");
        let host = first.split("\"address\":\"http://").nth(1).and_then(|rest| rest.split('/').next());
        let host = host.unwrap_or_else(|| panic!("no address in {first}")).to_owned();
        // Somebody must read the other lines.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self { child, host }
    }

    fn page(&self) -> String {
        let mut stream = TcpStream::connect(&self.host).expect("the server listens");
        let request = format!("GET {ADDRESS} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Writes a file and waits for a text on the page.
    fn save(&self, path: &Path, text: &str, wanted: &str) -> Duration {
        fs::write(path, text).expect("written");
        let started = Instant::now();
        while !self.page().contains(wanted) {
            assert!(started.elapsed() < PATIENCE, "`{wanted}` is never served");
            std::thread::sleep(Duration::from_micros(500));
        }
        started.elapsed()
    }

    /// Bytes in memory now.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) * 1024
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Measures a site with so many articles; `edits` saves for the memory.
pub(crate) fn measure(articles: usize, edits: usize) {
    let parent = super::memory_disk();
    let folder = tempfile::Builder::new().prefix("steward-watch-").tempdir_in(parent).expect("a folder");
    let root = folder.path().join("site");
    generator::generate(&root, articles).expect("the site can be written");
    let own = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    own("themes/own/theme.toml", "name = \"own\"\nextends = \"default\"\n");
    own(TEMPLATE, "<p>{{ site.title }}</p>\n");
    let settings = fs::read_to_string(root.join("site.toml")).expect("read");
    own("site.toml", &format!("theme = \"own\"\n{settings}"));

    let preview = Preview::start(&root);
    let page = fs::read_to_string(root.join(PAGE)).expect("read");
    let (front, body) = page.split_once("\n---\n\n").expect("front matter and body");
    let template = root.join(TEMPLATE);
    println!("{articles} articles, median of {SAVES}, from the save to the new text served:");
    let report = |kind: &str, save: &dyn Fn(usize) -> Duration| {
        let mut all: Vec<Duration> = (0..SAVES).map(save).collect();
        all.sort();
        let in_ms = |taken: Duration| taken.as_secs_f64() * 1000.0;
        println!("  {kind:<10} {:7.1} ms   worst {:7.1} ms", in_ms(all[SAVES / 2]), in_ms(all[SAVES - 1]));
    };
    let prose = |number: usize| {
        let words = format!("Prose {number} typed.");
        preview.save(&root.join(PAGE), &format!("{page}\n{words}\n"), &words)
    };
    report("prose", &prose);
    // The first paragraph, which cards of the article show elsewhere.
    report("opening", &|number| {
        let words = format!("Opening {number} typed.");
        preview.save(&root.join(PAGE), &format!("{front}\n---\n\n{words}\n\n{body}"), &words)
    });
    report("title", &|number| {
        let title = format!("Title {number} typed");
        let lines = front
            .lines()
            .map(|line| if line.starts_with("title:") { format!("title: {title}") } else { line.to_owned() });
        let front = lines.collect::<Vec<_>>().join("\n");
        preview.save(&root.join(PAGE), &format!("{front}\n---\n\n{body}"), &format!("{title}</h1>"))
    });
    report("template", &|number| {
        let words = format!("Footer {number} typed");
        preview.save(&template, &format!("<p>{words}</p>\n"), &words)
    });

    let after = edits.min(100);
    let mut first = 0;
    for number in 0..edits {
        prose(SAVES + number);
        if number + 1 == after {
            first = preview.memory();
        }
    }
    let megabytes = |bytes: u64| bytes as f64 / (1024.0 * 1024.0);
    let last = preview.memory();
    println!(
        "  memory     {:.0} MB after {after} saves, {:.0} MB after {edits} ({:+.1} %)",
        megabytes(first),
        megabytes(last),
        (last as f64 / first.max(1) as f64 - 1.0) * 100.0
    );
}
