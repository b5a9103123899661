//! Measures whole builds on generated sites and prints ratios of one run.
//!
//! `cargo bench` measures sites of 1 000 and 10 000 articles; `cargo bench -- 100000` one of that size;
//! `cargo bench -- generate DIR ARTICLES` only writes a site; `cargo bench -- index DIR` measures what the search index
//! adds to the build of a site; `cargo bench -- watch ARTICLES [EDITS]` measures the preview. `node
//! tests/bench/search.mjs` measures the search itself. Sites lie on the memory disk where there is one, outputs there and
//! on the disk.

#![expect(clippy::print_stdout, reason = "printing figures is what this program is for")]

mod generator;
mod hugo;
mod index;
mod process;
mod verification;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{RUNS, Taken, median, timed};

const BINARY: &str = env!("CARGO_BIN_EXE_steward");

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

fn measure(articles: usize) {
    let memory = tempfile::Builder::new().prefix("steward-bench-").tempdir_in(memory_disk()).expect("a folder");
    let site = memory.path().join("site");
    generator::generate(&site, articles).expect("the site can be written");
    println!("{articles} articles, medians of {RUNS} runs");
    let cold = outputs(&site, memory.path(), articles);
    stages(&site, memory.path());
    let (proof, pieces) = verification::cost(&site, &memory.path().join("public"));
    let share = proof.as_secs_f64() * 100.0 / cold.cpu.as_secs_f64().max(0.001);
    println!("  proof of {pieces} statements {:.3} s CPU, {share:.1} % of a cold build", proof.as_secs_f64());
    match hugo::measure(&site, memory.path()) {
        None => println!("Hugo is not on the PATH"),
        Some([list, related]) => {
            println!("{}\n{}", list.line("hugo, JSON list"), related.line("hugo, related too"));
            println!(
                "  hugo / cold {:.1}   with related {:.1}",
                list.seconds() / cold.seconds(),
                related.seconds() / cold.seconds()
            );
        }
    }
    let disk = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    outputs(&site, disk.path(), articles);
}

/// Builds into a folder, in all ways, and copies what was built.
fn outputs(site: &Path, folder: &Path, articles: usize) -> Taken {
    let output = folder.join("public");
    let cold = median(|| {
        let _ = fs::remove_dir_all(&output);
        build(site, &output)
    });
    let same = median(|| build(site, &output));
    let edited = site.join("content/articles/section-3/article-3.md");
    let text = fs::read_to_string(&edited).expect("an article");
    let mut edits = 0;
    let edit = median(|| {
        edits += 1;
        fs::write(&edited, format!("{text}\nEdited {edits} times.\n")).expect("the article can be written");
        build(site, &output)
    });
    fs::write(&edited, text).expect("the article can be written");
    build(site, &output);
    let copied = folder.join("copy");
    let copy = median(|| {
        let _ = fs::remove_dir_all(&copied);
        timed(Command::new("cp").arg("-r").arg(&output).arg(&copied))
    });
    let looked = median(|| {
        timed(Command::new("sh").arg("-c").arg("find content -type f -print0 | xargs -0 stat").current_dir(site))
    });
    println!("  output in {}", folder.display());
    for (taken, name) in [
        (cold, "cold build"),
        (same, "nothing to do"),
        (edit, "one edit"),
        (copy, "cp -r output"),
        (looked, "find | xargs stat"),
    ] {
        println!("{}", taken.line(name));
    }
    println!(
        "  cold / cp {:.2}   nothing / cold {:.2}   nothing / stat {:.1}   edit / cold {:.2}   CPU per 1 000 articles {:.3} s",
        cold.seconds() / copy.seconds(),
        same.seconds() / cold.seconds(),
        same.seconds() / looked.seconds(),
        edit.seconds() / cold.seconds(),
        cold.cpu.as_secs_f64() * 1_000.0 / articles as f64,
    );
    cold
}

/// Prints the share of each stage in the CPU time of one cold build.
fn stages(site: &Path, folder: &Path) {
    let output = folder.join("staged");
    let mut command = command(site, &output);
    let said = command.args(["--timings", "--format", "json"]).output().expect("the command can be started");
    let said: serde_json::Value = serde_json::from_slice(&said.stdout).expect("one object");
    let stages = said["timings"].as_object().expect("timings");
    let mut stages: Vec<(&str, f64)> =
        stages.iter().map(|(name, taken)| (name.as_str(), taken.as_f64().unwrap_or(0.0))).collect();
    stages.sort_by(|left, right| right.1.total_cmp(&left.1));
    let all: f64 = stages.iter().map(|(_, taken)| taken).sum();
    let shares: Vec<String> = stages.iter().map(|(name, taken)| format!("{name} {:.1}", taken * 100.0 / all)).collect();
    println!("  CPU by stage, %: {}", shares.join(", "));
    fs::remove_dir_all(&output).expect("the output can be removed");
}

fn build(site: &Path, output: &Path) -> Taken {
    timed(command(site, output).arg("--quiet"))
}

fn command(site: &Path, output: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.args(["build", "--as-of", "2026-11-21", "--root"]).arg(site).arg("--output").arg(output);
    command
}
