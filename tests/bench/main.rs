//! Measures whole builds on generated sites and prints ratios of one run.
//!
//! `cargo bench` measures sites of 1 000 and 10 000 articles; `cargo bench -- 100000` one of that size;
//! `cargo bench -- generate DIR ARTICLES` only writes a site; `cargo bench -- index DIR` measures what the search index
//! adds to the build of a site; `cargo bench -- watch ARTICLES [EDITS]` measures the preview. `node tests/bench/search.mjs` measures the search itself. Sites lie on the memory disk where there is one.

#![expect(clippy::print_stdout, reason = "printing figures is what this program is for")]

mod generator;
mod verification;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use steward::memo::Memo;
use steward::output::disk::Staging;
use steward::output::{OutputContents, OutputError, Sink};
use steward::pipeline::BuildOptions;
use steward::source::Digest;

const BINARY: &str = env!("CARGO_BIN_EXE_steward");

/// Runs of which the median is taken.
const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [command, folder, articles] = arguments.as_slice()
        && command == "generate"
    {
        let articles = articles.parse().expect("a number of articles");
        generator::generate(Path::new(folder), articles).expect("the site can be written");
        return;
    }
    if let [command, folder] = arguments.as_slice()
        && command == "index"
    {
        measure_index(Path::new(folder));
        return;
    }
    if let [command, articles, further @ ..] = arguments.as_slice()
        && command == "watch"
    {
        let edits = further.first().map_or(1_000, |edits| edits.parse().expect("a number of edits"));
        watch::measure(articles.parse().expect("a number of articles"), edits);
        return;
    }
    let sizes: Vec<usize> = arguments.iter().map(|size| size.parse().expect("a number of articles")).collect();
    for size in if sizes.is_empty() { vec![1_000, 10_000] } else { sizes } {
        measure(size);
    }
}

/// Tells when files of the search index come: they are the work of one stage.
struct Watched<'a> {
    inner: &'a dyn Sink,
    /// When the last file before the index, and the last of the index, was taken.
    times: Mutex<(Instant, Option<Instant>)>,
}

impl Sink for Watched<'_> {
    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        let result = self.inner.put(path, contents);
        let mut times = self.times.lock().expect("no panic while it is held");
        if path.starts_with("search/") {
            times.1 = Some(Instant::now());
        } else if times.1.is_none() {
            times.0 = Instant::now();
        }
        result
    }
}

/// Where sites are written.
fn memory_disk() -> PathBuf {
    let memory_disk = Path::new("/dev/shm");
    if memory_disk.is_dir() { memory_disk.to_path_buf() } else { std::env::temp_dir() }
}

/// Builds a site in this process and prints what the search index adds.
fn measure_index(root: &Path) {
    let options = BuildOptions {
        day: steward::date::parse_day("2026-11-21").expect("a day"),
        drafts: false,
        base_url: None,
        timings: None,
    };
    let parent = root.parent().expect("a folder around the site");
    let mut shares = Vec::new();
    for run in 0..RUNS {
        let started = Instant::now();
        let snapshot = steward::source::disk::read_site(root).expect("the site can be read");
        let output = Staging::begin(&parent.join(format!("index-{run}")), root).expect("a folder can be made");
        let watched = Watched { inner: &output, times: Mutex::new((started, None)) };
        let result = steward::pipeline::build(&snapshot, &options, &mut Memo::new(), &watched);
        assert!(result.failure.is_none() && !result.has_errors(), "the site can be built");
        let (before, after) = *watched.times.lock().expect("no panic while it is held");
        output.commit().expect("the output can be put in place");
        let index = (after.expect("an index") - before).as_secs_f64();
        let rest = started.elapsed().as_secs_f64() - index;
        shares.push((index / rest, index, rest));
    }
    shares.sort_by(|left, right| left.0.total_cmp(&right.0));
    let (share, index, rest) = shares[RUNS / 2];
    println!("  build without index {rest:.2} s, index {index:.2} s: {:+.0} % (at most 30 %)", share * 100.0);
}

/// What a child process took.
struct Taken {
    wall: Duration,
    /// CPU time of all threads, user and kernel.
    cpu: Duration,
    /// Largest resident set in bytes.
    peak: u64,
}

fn measure(articles: usize) {
    let parent = memory_disk();
    let folder = tempfile::Builder::new().prefix("steward-bench-").tempdir_in(parent).expect("a folder");
    let site = folder.path().join("site");
    generator::generate(&site, articles).expect("the site can be written");
    let output = folder.path().join("public");

    let cold = median(|| {
        let _ = fs::remove_dir_all(&output);
        build(&site, &output)
    });
    let warm = median(|| build(&site, &output));
    let copied = folder.path().join("copy");
    let copy = median(|| {
        let _ = fs::remove_dir_all(&copied);
        timed(Command::new("cp").arg("-r").arg(&output).arg(&copied))
    });
    let seconds = |taken: &Taken| taken.wall.as_secs_f64();
    println!("{articles} articles, medians of {RUNS} runs, on {}", folder.path().display());
    println!(
        "  cold build     {:8.3} s wall  {:8.3} s CPU  {:6} MB",
        seconds(&cold),
        cold.cpu.as_secs_f64(),
        cold.peak >> 20
    );
    println!(
        "  nothing to do  {:8.3} s wall  {:8.3} s CPU  {:6} MB",
        seconds(&warm),
        warm.cpu.as_secs_f64(),
        warm.peak >> 20
    );
    println!("  cp -r output   {:8.3} s wall", seconds(&copy));
    println!(
        "  cold / cp {:.2}   nothing / cold {:.2}   CPU per 1 000 articles {:.3} s",
        seconds(&cold) / seconds(&copy),
        seconds(&warm) / seconds(&cold),
        cold.cpu.as_secs_f64() * 1_000.0 / articles as f64,
    );
    let (proof, pieces) = verification::cost(&site, &output);
    println!(
        "  proof of {pieces} statements {:.3} s CPU, {:.1} % of a cold build",
        proof.as_secs_f64(),
        proof.as_secs_f64() * 100.0 / cold.cpu.as_secs_f64().max(0.001)
    );
}

fn build(site: &PathBuf, output: &PathBuf) -> Taken {
    timed(
        Command::new(BINARY)
            .args(["build", "-q", "--as-of", "2026-11-21", "--root"])
            .arg(site)
            .arg("--output")
            .arg(output),
    )
}

/// Runs a command to its end. CPU time and memory are those `/proc` has of the child when it has ended and before it
/// is waited for; where there is no `/proc` they are zero.
fn timed(command: &mut Command) -> Taken {
    let started = Instant::now();
    let mut child = command.spawn().expect("the command can be started");
    let id = child.id();
    let mut peak = 0;
    let cpu = loop {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        peak = peak.max(peak_of(id));
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        match fields.first() {
            Some(&"Z") | None => break cpu_of(&fields),
            Some(_) => std::thread::sleep(Duration::from_micros(500)),
        }
    };
    let wall = started.elapsed();
    let status = child.wait().expect("the command ends");
    assert!(status.success(), "{command:?} failed");
    Taken { wall, cpu, peak }
}

fn peak_of(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// `utime` and `stime` (fields 14 and 15 of `/proc/PID/stat`, proc(5)) in clock ticks of a hundredth of a second.
fn cpu_of(fields: &[&str]) -> Duration {
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

fn median(mut run: impl FnMut() -> Taken) -> Taken {
    let mut all: Vec<Taken> = (0..RUNS).map(|_| run()).collect();
    all.sort_by_key(|taken| taken.wall);
    all.swap_remove(RUNS / 2)
}
