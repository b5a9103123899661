//! Measures whole builds on generated sites and prints ratios of one run.
//!
//! `cargo bench` measures sites of 1 000 and 10 000 articles; `cargo bench -- 100000` one of that size;
//! `cargo bench -- generate DIR ARTICLES` only writes a site; `cargo bench -- index DIR` measures what the search index
//! adds to the build of a site; `cargo bench -- watch ARTICLES [EDITS]` measures the preview. `node tests/bench/search.mjs` measures the search itself. Sites lie on the memory disk where there is one.

#![expect(clippy::print_stdout, reason = "printing figures is what this program is for")]

mod generator;
mod index;
mod verification;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

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
        index::measure(Path::new(folder));
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

/// Where sites are written.
fn memory_disk() -> PathBuf {
    let memory_disk = Path::new("/dev/shm");
    if memory_disk.is_dir() { memory_disk.to_path_buf() } else { std::env::temp_dir() }
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
