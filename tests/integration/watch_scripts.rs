//! Warm equals cold: after every step of random edits, a build with the results of earlier ones gives the same files and
//! messages, byte for byte, as one from nothing.
//!
//! The site is the golden one, which has every kind of page, with a theme of its own. `STEWARD_EDIT_SCRIPTS` sets the
//! number of scripts; `STEWARD_EDIT_SEED` the first one, as a failure names it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use steward::date::Date;
use steward::diagnostic::Diagnostic;
use steward::memo::Memo;
use steward::output::memory::{Files as Outputs, Tree, TreeFile};
use steward::pipeline::{BuildOptions, Rest, build};
use steward::source::{Snapshot, memory};
use steward::store::Store;

use crate::golden::read_tree;
use crate::harness::{TODAY, day};

const SCRIPTS: u64 = 300;
const STEPS: usize = 20;

type Files = BTreeMap<String, Vec<u8>>;

/// A xorshift generator (Marsaglia 2003, shifts 13, 7, 17), seeded by the number of the script.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// The site that is edited, the day it is built for, and what it was like before.
pub(crate) struct Edited {
    pub(crate) files: Files,
    pub(crate) day: Date,
    pub(crate) drafts: bool,
    before: Vec<Files>,
}

/// One kind of edit; says what it did, or nothing where there was nothing to do.
type Edit = fn(&mut Edited, &mut Random) -> Option<String>;

/// Every kind of edit, as often as it should come.
const EDITS: &[(u32, Edit)] = &[
    (5, prose),
    (4, title),
    (3, front_matter),
    (3, add_article),
    (2, add_other),
    (3, rename),
    (2, rename_case),
    (3, delete),
    (2, move_folder),
    (3, draft),
    (2, dates),
    (3, topics),
    (4, template),
    (3, asset),
    (4, settings),
    (4, statement),
    (3, break_something),
    (4, damage_line),
    (5, take_back),
    (1, rewrite),
    (1, another_day),
    (1, show_drafts),
];

impl Edited {
    pub(crate) fn new() -> Self {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/site");
        let mut files = read_tree(&golden);
        let mut add = |path: &str, text: &str| files.insert(path.to_owned(), text.into());
        add("themes/own/theme.toml", "name = \"own\"\nextends = \"default\"\n");
        add("themes/own/assets/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        add("themes/own/templates/partials/footer.html", "<p>{{ site.title }}</p>\n");
        // Small pages and small assets: what a theme looks like makes no difference here, and a build from nothing
        // takes a third of the time.
        add(
            "themes/own/templates/partials/header.html",
            "<nav><a href=\"{{ page.root }}index.html\">{{ site.title }}</a></nav>\n",
        );
        add("themes/own/templates/partials/search_dialog.html", "");
        add("themes/own/assets/style.css", "h1 { color: black }\n");
        for script in ["search.js", "steward.js", "theme.js"] {
            add(&format!("themes/own/assets/{script}"), "// Nothing.\n");
        }
        let settings = text_of(&files, "site.toml");
        files.insert("site.toml".to_owned(), format!("theme = \"own\"\n{settings}").into());
        Self { files, day: day(TODAY), drafts: false, before: Vec::new() }
    }

    pub(crate) fn step(&mut self, random: &mut Random) -> String {
        let all: u32 = EDITS.iter().map(|(weight, _)| weight).sum();
        loop {
            let mut at = random.below(all as usize) as u32;
            let before = self.files.clone();
            for (weight, edit) in EDITS {
                if at < *weight {
                    if let Some(said) = edit(self, random) {
                        self.before.push(before);
                        return said;
                    }
                    break;
                }
                at -= weight;
            }
        }
    }

    fn paths(&self, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
        self.files.keys().map(String::as_str).filter(|path| wanted(path)).collect()
    }

    fn document(&self, random: &mut Random) -> Option<String> {
        let all = self.paths(|path| path.ends_with(".md"));
        (!all.is_empty()).then(|| random.pick(&all).to_owned())
    }

    fn text(&self, path: &str) -> String {
        text_of(&self.files, path)
    }

    fn write(&mut self, path: &str, text: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), text.into());
    }

    /// Sets a line of the front matter, or removes it.
    fn set(&mut self, path: &str, key: &str, value: Option<&str>) -> Option<String> {
        let text = self.text(path);
        let rest = text.strip_prefix("---\n")?;
        let mut lines: Vec<&str> = rest.lines().filter(|line| !line.starts_with(&format!("{key}:"))).collect();
        let line = value.map(|value| format!("{key}: {value}"));
        if let Some(line) = &line {
            lines.insert(0, line);
        }
        self.write(path, format!("---\n{}\n", lines.join("\n")));
        Some(format!("{path}: {key} is {}", value.unwrap_or("gone")))
    }
}

fn text_of(files: &Files, path: &str) -> String {
    files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

fn prose(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let target = site.document(random)?;
    let target = target.strip_prefix("content/")?.to_owned();
    let added = match random.below(9) {
        0 => format!("\nSee [it](/{target}).\n"),
        1 => format!("\nSee [[{}]].\n", random.pick(&["Empathy", "About", "Nothing at all", "Care at the desk"])),
        2 => "\n## Another heading\n\nBelow it.\n".to_owned(),
        3 => "\n**Action Steps:** Breathe. Count.\n".to_owned(),
        4 => "\n## Discussion Questions\n\n- Why?\n- When?\n".to_owned(),
        5 => "\n<script>x</script> <b>bold</b>\n".to_owned(),
        6 => "\n> Said so.\n> — Somebody\n".to_owned(),
        _ => format!("\nWords, {} of them.\n", random.below(1000)),
    };
    let text = site.text(&path) + &added;
    site.write(&path, text);
    Some(format!("{path}: {}", added.trim()))
}

fn title(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let titles =
        ["About <it> & more", "Empathy", "Ärger \\\"am\\\" Tresen", "日本語の題", "The greeting: ten seconds", "Two"];
    let title = format!("\"{}\"", random.pick(&titles));
    site.set(&path, "title", Some(&title))
}

fn front_matter(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let lines: [(&str, Option<&str>); 20] = [
        ("summary", Some("Other words")),
        ("summary", None),
        ("authors", Some("[ana, Cy Crane]")),
        ("authors", None),
        ("audience", Some("[Supervisors]")),
        ("owner", Some("Ben Brook")),
        ("reviewed", Some("2020-01-01")),
        ("featured", Some("true")),
        ("order", Some("1")),
        ("aliases", Some("[old/a.html, articles/care/greeting.html]")),
        ("slug", Some("elsewhere-now")),
        ("slug", None),
        ("language", Some("de")),
        ("image", Some("bundle/desk.svg")),
        ("deck", Some("A deck")),
        ("extra", Some("{ colour: red }")),
        ("source", Some("lantern-guild")),
        ("source", None),
        ("terms", Some("[greeting]")),
        ("steps", Some("[{ article: elsewhere, minutes: 3 }, { article: bundle }]")),
    ];
    let (key, value) = lines[random.below(lines.len())];
    site.set(&path, key, value)
}

fn add_article(site: &mut Edited, random: &mut Random) -> Option<String> {
    let folder = random.pick(&["care", "care/deep", "new", "."]).trim_matches('.');
    let number = random.below(6);
    let path = format!("content/articles/{folder}/added-{number}.md").replace("//", "/");
    let text = format!(
        "---\ntitle: Added {number}\ndate: 2026-0{}-11\ntopics: [desk]\nauthors: [ana]\n---\n\nSee [that](added-{}.md).\n\n\
         ## Key Learning Point\n\nPoint {number}.\n",
        1 + random.below(9),
        random.below(6),
    );
    site.write(&path, text);
    Some(format!("{path}: added"))
}

fn add_other(site: &mut Edited, random: &mut Random) -> Option<String> {
    let files = [
        ("content/glossary/queue.md", "---\ntitle: Queue\nterms: [line]\n---\n\nPeople who wait.\n"),
        ("content/topics/empathy.md", "---\ntitle: Empathy\n---\n"),
        ("content/people/ben.md", "---\ntitle: Ben Brook\n---\n\nBen.\n"),
        ("content/paths/second-day.md", "---\ntitle: Second day\nsteps:\n  - article: care/bundle\n---\n"),
        ("content/articles/care/leaflet.pdf", "%PDF leaflet"),
        ("content/articles/_index.md", "---\ntitle: All of them\n---\n\nHere.\n"),
        ("content/sources/other.md", "---\ntitle: Other\nlicence: CC-BY-4.0\n---\nBy Other.\n"),
        ("content/plain/deeper/page.md", "---\ntitle: Deep\n---\n\n[up](../../about.md)\n"),
    ];
    let (path, text) = files[random.below(files.len())];
    site.write(path, text);
    Some(format!("{path}: added"))
}

fn rename(site: &mut Edited, random: &mut Random) -> Option<String> {
    let all = site.paths(|path| path != "site.toml");
    let from = random.pick(&all).to_owned();
    let (folder, name) = from.rsplit_once('/')?;
    let (stem, ending) = name.rsplit_once('.')?;
    let to = match random.below(3) {
        0 => format!("{folder}/{stem}-2.{ending}"),
        1 => format!("{folder}/{stem}/index.{ending}"),
        _ => format!("{}/{name}", folder.rsplit_once('/').map_or(folder, |(upper, _)| upper)),
    };
    let bytes = site.files.remove(&from)?;
    site.files.insert(to.clone(), bytes);
    Some(format!("{from} is {to} now"))
}

fn rename_case(site: &mut Edited, random: &mut Random) -> Option<String> {
    let all = site.paths(|path| path.starts_with("content/articles/") && path.ends_with(".md"));
    let from = (!all.is_empty()).then(|| random.pick(&all).to_owned())?;
    let (folder, name) = from.rsplit_once('/')?;
    let first = name.chars().next()?;
    let swapped = if first.is_lowercase() { first.to_ascii_uppercase() } else { first.to_ascii_lowercase() };
    let to = format!("{folder}/{swapped}{}", &name[first.len_utf8()..]);
    let bytes = site.files.remove(&from)?;
    site.files.insert(to.clone(), bytes);
    Some(format!("{from} is {to} now"))
}

fn delete(site: &mut Edited, random: &mut Random) -> Option<String> {
    let all = site.paths(|path| path != "site.toml");
    let path = (!all.is_empty()).then(|| random.pick(&all).to_owned())?;
    site.files.remove(&path);
    Some(format!("{path}: deleted"))
}

fn move_folder(site: &mut Edited, random: &mut Random) -> Option<String> {
    let from = random.pick(&["content/articles/care/", "content/articles/help/", "content/topics/", "content/old/"]);
    let to =
        random.pick(&["content/articles/help/", "content/articles/care/inner/", "content/old/", "content/topics/"]);
    let moved: Vec<String> = site.paths(|path| path.starts_with(from)).iter().map(|path| (*path).to_owned()).collect();
    if moved.is_empty() || to.starts_with(from) {
        return None;
    }
    for path in &moved {
        let bytes = site.files.remove(path)?;
        site.files.insert(format!("{to}{}", &path[from.len()..]), bytes);
    }
    Some(format!("{from} is {to} now"))
}

fn draft(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let value = if site.text(&path).contains("\ndraft: true") { None } else { Some("true") };
    site.set(&path, "draft", value)
}

fn dates(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let key = random.pick(&["publish_on", "expires_on", "date", "updated"]);
    let value = random.pick(&["2026-11-20", "2026-11-21", "2026-11-22", "2027-06-01"]);
    site.set(&path, key, Some(value))
}

fn topics(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let value = random.pick(&["[desk]", "[greeting, desk]", "[empathy]", "[Desk, desk]", "[]"]);
    site.set(&path, "topics", Some(value))
}

fn template(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = format!(
        "themes/own/templates/{}",
        random.pick(&[
            "partials/footer.html",
            "article.html",
            "partials/breadcrumbs.html",
            "not_found.html",
            "own.html"
        ])
    );
    let texts = [
        "<p>{{ site.title }} {{ page.title }}</p>\n",
        "{% extends \"base.html\" %}{% block main %}<h1>{{ page.title }}</h1>{% include \"own.html\" %}{% endblock main %}\n",
        "<p>own</p>{{ page.nothing }}\n",
        "{% if %}\n",
        "<p>other words</p>\n",
    ];
    if random.below(4) == 0 {
        site.files.remove(&path)?;
        return Some(format!("{path}: deleted"));
    }
    site.write(&path, *random.pick(&texts.each_ref()));
    Some(format!("{path}: {}", site.text(&path).trim()))
}

fn asset(site: &mut Edited, random: &mut Random) -> Option<String> {
    let files = [
        ("themes/own/assets/style.css", "h1 { color: red }\n"),
        ("themes/own/assets/style.css", "h1 { background: url(mark.svg) }\n"),
        ("themes/own/assets/style.css", ".statement { display: none }\n"),
        ("themes/own/assets/mark.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>"),
        ("themes/own/assets/icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("content/articles/care/bundle/desk.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>"),
        ("themes/own/i18n/en.toml", "draft = \"Not done\"\n"),
    ];
    let (path, text) = files[random.below(files.len())];
    site.write(path, text);
    Some(format!("{path}: written"))
}

fn settings(site: &mut Edited, random: &mut Random) -> Option<String> {
    let pairs = [
        ("title = \"Golden handbook\"", "title = \"Silver handbook\""),
        ("language = \"en\"", "language = \"de\""),
        ("base_url = \"https://kb.example/golden/\"", "# no address"),
        ("theme = \"own\"", "theme = \"default\""),
        ("theme = \"own\"", "theme = \"own\"\nurls = \"pretty\""),
        ("audience = \"internal\"", "audience = \"public\""),
        ("price = \"free\"", "price = \"paid\""),
        ("price = \"free\"", "price = \"free\"\nreport = true"),
        ("until = 2026-03-31", "until = 2027-03-31"),
        ("timezone = \"Europe/Berlin\"", "timezone = \"Nowhere\""),
        ("[publication]", "[articles]\nrequire = [\"questions\"]\n\n[publication]"),
        ("[publication]", "[parts.questions]\nlabels = [\"Ask\"]\n\n[publication]"),
        ("[publication]", "[search]\nsynonyms = [[\"desk\", \"counter\"]]\n\n[publication]"),
        ("[publication]", "[severity]\n\"part-missing\" = \"error\"\n\n[publication]"),
    ];
    let text = site.text("site.toml");
    let (from, to) = pairs[random.below(pairs.len())];
    let (from, to) = if text.contains(to) { (to, from) } else { (from, to) };
    if !text.contains(from) {
        return None;
    }
    site.write("site.toml", text.replacen(from, to, 1));
    Some(format!("site.toml: {from} is {to}"))
}

fn statement(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = "content/sources/lantern-guild.md";
    let pairs = [
        ("Used with permission.", "Used with kind permission."),
        ("https://lantern.example/)", "https://other.example/)"),
        ("price: [free]", "price: [paid]"),
        ("medium: [website]", "medium: [newsletter]"),
        ("title: Lantern Guild", "title: The Lantern Guild"),
        ("licence: custom", "licence: CC-BY-ND-4.0"),
        ("contact: https://lantern.example/contact", "excerpts: true"),
    ];
    let text = site.text(path);
    let (from, to) = pairs[random.below(pairs.len())];
    let (from, to) = if text.contains(to) { (to, from) } else { (from, to) };
    if !text.contains(from) {
        return None;
    }
    site.write(path, text.replacen(from, to, 1));
    Some(format!("{path}: {from} is {to}"))
}

fn break_something(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let text = match random.below(6) {
        0 => "---\ntitle: One: two\n---\n".to_owned(),
        1 => String::new(),
        2 => "---\ntitle: Open\n".to_owned(),
        3 => format!("{}\n[broken](no-such-file.md)\n", site.text(&path)),
        4 => {
            site.write(&path, b"---\ntitle: Gr\xFC\xDFe\n---\n".to_vec());
            return Some(format!("{path}: no UTF-8"));
        }
        _ => {
            let text = site.text("site.toml").replace("[publication]", "[publication");
            site.write("site.toml", text);
            return Some("site.toml: broken".to_owned());
        }
    };
    site.write(&path, text);
    Some(format!("{path}: broken"))
}

/// Any line of any text: gone, twice, or another one's.
fn damage_line(site: &mut Edited, random: &mut Random) -> Option<String> {
    let all = site.paths(|path| !path.ends_with(".svg"));
    let path = (!all.is_empty()).then(|| random.pick(&all).to_owned())?;
    let text = site.text(&path);
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return None;
    }
    let (at, other) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(3) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at]),
        _ => lines.swap(at, other),
    }
    let damaged = lines.join("\n") + "\n";
    site.write(&path, damaged);
    Some(format!("{path}: line {} damaged", at + 1))
}

fn take_back(site: &mut Edited, random: &mut Random) -> Option<String> {
    let at = site.before.len().checked_sub(1 + random.below(3))?;
    site.files = site.before[at].clone();
    Some(format!("as it was after {at} steps"))
}

fn rewrite(site: &mut Edited, random: &mut Random) -> Option<String> {
    let path = site.document(random)?;
    let text = site.text(&path);
    site.write(&path, text);
    Some(format!("{path}: written again"))
}

fn another_day(site: &mut Edited, random: &mut Random) -> Option<String> {
    let text = random.pick(&["2026-11-19", TODAY, "2026-11-22", "2027-12-01"]);
    site.day = day(text);
    Some(format!("the day is {text}"))
}

fn show_drafts(site: &mut Edited, _: &mut Random) -> Option<String> {
    site.drafts = !site.drafts;
    Some(format!("drafts are shown: {}", site.drafts))
}

/// What a build gives, to be compared.
struct Given {
    files: Arc<Outputs>,
    diagnostics: Vec<Diagnostic>,
    pages: usize,
    good: bool,
}

fn given(snapshot: &Snapshot, options: &BuildOptions, memo: &mut Memo, tree: Tree) -> Given {
    let result = build(snapshot, options, memo, &tree);
    let good = !result.has_errors() && result.failure.is_none();
    Given { files: tree.into_files(), diagnostics: result.diagnostics, pages: result.pages, good }
}

/// Where two builds differ.
fn difference(warm: &Given, cold: &Given) -> Option<String> {
    if warm.diagnostics != cold.diagnostics {
        return Some(format!("other messages: {:#?}\nand not {:#?}", warm.diagnostics, cold.diagnostics));
    }
    let names = |given: &Given| given.files.paths().map(str::to_owned).collect::<Vec<_>>();
    if names(warm) != names(cold) {
        return Some(format!("other files: {:?}\nand not {:?}", names(warm), names(cold)));
    }
    if (warm.pages, warm.good) != (cold.pages, cold.good) {
        return Some(format!("{} pages and not {}", warm.pages, cold.pages));
    }
    let differs = |(path, file): (&str, &TreeFile)| {
        let (found, expected) = (file.bytes().expect("in memory"), cold.files[path].bytes().expect("in memory"));
        (found != expected).then(|| {
            let at = found.iter().zip(&*expected).take_while(|(left, right)| left == right).count();
            let around = |bytes: &[u8]| {
                String::from_utf8_lossy(&bytes[at.saturating_sub(80)..(at + 120).min(bytes.len())]).into_owned()
            };
            format!("other bytes in {path}:\n{}\nand not\n{}", around(&found), around(&expected))
        })
    };
    warm.files.iter().find_map(differs)
}

/// Runs one script; returns what went wrong, with all that was done.
fn script(seed: u64) -> Option<String> {
    let mut random = Random::new(seed);
    let mut site = Edited::new();
    // As the preview has it: what is seldom read lies in a file.
    let store = Store::on_disk();
    let mut memo = Memo::new().with_store(&store);
    let mut last_good = Arc::default();
    let mut done = Vec::new();
    for _ in 0..=STEPS {
        let snapshot = memory::snapshot(site.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        let options = BuildOptions { drafts: site.drafts, ..BuildOptions::for_day(site.day) };
        // As the preview does: pages first, then all that is made of them together.
        let pages_first = BuildOptions { rest: Rest::MayFollow, ..options.clone() };
        if seed % 2 == 1 {
            let tree = Tree::after(Arc::clone(&last_good)).with_store(&store);
            let pages = given(&snapshot, &pages_first, &mut memo, tree);
            if pages.good {
                last_good = pages.files;
            }
        }
        let warm = given(&snapshot, &options, &mut memo, Tree::after(Arc::clone(&last_good)).with_store(&store));
        let cold = given(&snapshot, &options, &mut Memo::new(), Tree::new());
        if let Some(difference) = difference(&warm, &cold) {
            return Some(format!("script {seed}\n  {}\n{difference}", done.join("\n  ")));
        }
        // As the preview does: what a later build may keep is what the last good one gave.
        if warm.good {
            last_good = warm.files;
        }
        done.push(site.step(&mut random));
    }
    None
}

#[test]
fn warm_equals_cold_after_every_step_of_random_edits() {
    let number = |name: &str| std::env::var_os(name).and_then(|text| text.to_str().and_then(|text| text.parse().ok()));
    let first: u64 = number("STEWARD_EDIT_SEED").unwrap_or(0);
    let scripts: u64 = number("STEWARD_EDIT_SCRIPTS").unwrap_or(SCRIPTS);
    let failure = (first..first + scripts).into_par_iter().find_map_any(script);
    assert!(failure.is_none(), "{}", failure.unwrap_or_default());
}

/// The steps are worth something only if many of them lead to sites without errors and all kinds come.
#[test]
fn edit_scripts_lead_to_good_and_bad_sites() {
    let mut good = 0;
    for seed in 0..3 {
        let (mut site, mut random) = (Edited::new(), Random::new(seed));
        for _ in 0..STEPS {
            let snapshot = memory::snapshot(site.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
            let options = BuildOptions { drafts: site.drafts, ..BuildOptions::for_day(site.day) };
            good += usize::from(given(&snapshot, &options, &mut Memo::new(), Tree::new()).good);
            site.step(&mut random);
        }
    }
    assert!((10..55).contains(&good), "{good} of 60 sites are without errors");
}
