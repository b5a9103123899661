//! What the search index costs a build: the reading of each text, and what is made of all pages.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use steward::catalog::{self, Catalog, CatalogInput};
use steward::config::{self, Config};
use steward::diagnostic::FilePath;
use steward::document::ParseOptions;
use steward::memo::Memo;
use steward::output::disk::Staging;
use steward::output::{OutputContents, Sink};
use steward::pipeline::BuildOptions;
use steward::rights;
use steward::search::{self, PageAnalysis};
use steward::source::Snapshot;
use steward::source::disk::read_site;
use steward::store::Store;

/// Runs of which the median is taken.
const RUNS: usize = 5;

/// One run. Times are of all threads where the system tells them, else wall times.
struct Cost {
    /// Reading all texts.
    reading: Duration,
    /// Making and writing the files.
    writing: Duration,
    /// The whole build, index included.
    build: Duration,
    /// Bytes of all analyses, about: what the process grew by while they were made.
    analyses: u64,
    /// What the process grew by at most while the files were made, analyses included.
    peak: u64,
}

impl Cost {
    /// The part of the index in terms of the build without it.
    fn share(&self) -> f64 {
        let index = (self.reading + self.writing).as_secs_f64();
        index / (self.build.as_secs_f64() - index).max(f64::EPSILON)
    }
}

/// Builds a site in this process and prints what the search index adds.
pub(crate) fn measure(root: &Path) {
    let mut costs: Vec<Cost> = (0..RUNS).map(|run| cost(root, run)).collect();
    costs.sort_by(|left, right| left.share().total_cmp(&right.share()));
    let cost = &costs[RUNS / 2];
    let articles = read_site(root).expect("the site can be read").under("content/articles/").count().max(1);
    let each = |duration: Duration| duration.as_secs_f64() * 1e6 / articles as f64;
    println!(
        "  index: {:.0} µs an article to read texts, {:.0} µs to make and write files; {:.0} µs the build without it: {:+.0} % (at most 30 %)",
        each(cost.reading),
        each(cost.writing),
        each(cost.build) - each(cost.reading) - each(cost.writing),
        cost.share() * 100.0
    );
    println!(
        "  index: {:.1} KB an article held between the two, {:.1} KB at the peak",
        cost.analyses as f64 / 1e3 / articles as f64,
        cost.peak as f64 / 1e3 / articles as f64
    );
}

fn cost(root: &Path, run: usize) -> Cost {
    let parent = root.parent().expect("a folder around the site");
    let options = BuildOptions::for_day(steward::date::parse_day("2026-11-21").expect("a day"));
    let snapshot = read_site(root).expect("the site can be read");
    let (catalog, config) = assembled(&snapshot, &options);
    forget_peak();
    let before = memory("VmRSS:");
    let start = cpu();
    let analyses: Vec<Option<Arc<PageAnalysis>>> =
        catalog.entries.par_iter().map(|entry| PageAnalysis::of(&entry.document).map(Arc::new)).collect();
    let reading = cpu() - start;
    let held = memory("VmRSS:").saturating_sub(before);
    let output = Staging::begin(&parent.join(format!("index-{run}")), root).expect("a folder can be made");
    let start = cpu();
    let paths = search::write((&catalog, &config), &Store::on_disk(), &|at| analyses[at].clone(), &|file| {
        output.put(&file.path, OutputContents::Bytes(file.text.as_bytes())).expect("the file can be written");
    });
    let writing = cpu() - start;
    let peak = memory("VmHWM:").saturating_sub(before);
    assert!(!paths.is_empty(), "an index");
    drop(output);
    drop(catalog);

    let output = Staging::begin(&parent.join(format!("index-{run}")), root).expect("a folder can be made");
    let start = cpu();
    let snapshot = read_site(root).expect("the site can be read");
    let result = steward::pipeline::build(&snapshot, &options, &mut Memo::new(), &output);
    let build = cpu() - start;
    assert!(result.failure.is_none() && !result.has_errors(), "the site can be built");
    Cost { reading, writing, build, analyses: held, peak }
}

/// The catalog that a build has.
fn assembled(snapshot: &Snapshot, options: &BuildOptions) -> (Catalog, Config) {
    let settings = snapshot.text("site.toml").expect("settings");
    let (config, _) = config::read(&FilePath::from("site.toml"), &settings);
    let config = config.expect("the settings are right");
    let (parsed, _) = Memo::new().parse(snapshot.under("content/"), ParseOptions { parts: config.parts.clone() });
    let documents: Vec<_> = parsed.iter().map(|parsed| Arc::clone(&parsed.document)).collect();
    let (sources, _) = rights::source::read(&documents, snapshot);
    let hidden = catalog::hidden(&documents, options.day, options.drafts);
    let (verdicts, _) = rights::judge(&documents, &sources, &config, options.day, &hidden);
    let input = CatalogInput {
        documents: &documents,
        snapshot,
        config: &config,
        sources,
        verdicts: &verdicts,
        day: options.day,
        drafts: options.drafts,
        earlier: Vec::new(),
    };
    (catalog::build(input, None).0, config)
}

/// Time that all threads of this process have run (`schedstat`, nanoseconds); the time of day where there is no `/proc`.
fn cpu() -> Duration {
    let mut sum = Duration::ZERO;
    for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let stat = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        let run = stat.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0);
        sum += Duration::from_nanos(run);
    }
    if sum.is_zero() { since_start() } else { sum }
}

fn since_start() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// A line of `/proc/self/status` in bytes; 0 where there is none.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// Lets the greatest memory begin anew (proc(5), `clear_refs`); where that is refused, the peak is that of all runs.
fn forget_peak() {
    if fs::write("/proc/self/clear_refs", "5").is_err() {
        println!("  (the peak is that of all runs)");
    }
}
