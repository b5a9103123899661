//! Runs programs and says what they took: time, CPU time, memory. Must not know what they do.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of which the median is taken.
pub(crate) const RUNS: usize = 5;

/// What a child process took.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) wall: Duration,
    /// CPU time of all threads, user and kernel.
    pub(crate) cpu: Duration,
    /// Largest resident set in bytes.
    pub(crate) peak: u64,
}

impl Taken {
    /// Wall time in seconds.
    pub(crate) fn seconds(self) -> f64 {
        self.wall.as_secs_f64()
    }

    /// One line of a table.
    pub(crate) fn line(self, name: &str) -> String {
        let cpu = self.cpu.as_secs_f64();
        format!("  {name:<22} {:8.3} s wall  {cpu:8.3} s CPU  {:6} MB", self.seconds(), self.peak >> 20)
    }
}

/// Runs a command to its end. CPU time and memory are those `/proc` has of the child when it has ended and before it
/// is waited for; where there is no `/proc` they are zero.
pub(crate) fn timed(command: &mut Command) -> Taken {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("the command can be started");
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

/// User and kernel time of `/proc/PID/stat`, from the field after the name on (proc_pid_stat(5): fields 14 and 15).
fn cpu_of(fields: &[&str]) -> Duration {
    const PER_SECOND: u64 = 100;
    let ticks: u64 = [11, 12].iter().filter_map(|&at| fields.get(at)?.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1_000 / PER_SECOND)
}

/// The run in the middle by wall time.
pub(crate) fn median(run: impl FnMut() -> Taken) -> Taken {
    let mut runs: Vec<Taken> = std::iter::repeat_with(run).take(RUNS).collect();
    runs.sort_by_key(|taken| taken.wall);
    runs[RUNS / 2]
}
