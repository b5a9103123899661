//! What `--timings` says: the CPU time of each stage, for people and for programs.
//!
//! Owns the clocks. Must not know what a stage does.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::timings::{Clocks, Timings};

/// The clocks of this system.
#[cfg(unix)]
pub(super) const CLOCKS: Clocks = Clocks {
    process: || cpu_time(rustix::time::ClockId::ProcessCPUTime),
    thread: || cpu_time(rustix::time::ClockId::ThreadCPUTime),
};

#[cfg(unix)]
fn cpu_time(clock: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Where the system's clocks for CPU time are not known, passing time stands for it.
#[cfg(not(unix))]
pub(super) const CLOCKS: Clocks = Clocks { process: since_start, thread: since_start };

#[cfg(not(unix))]
fn since_start() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// One line a stage: milliseconds and share.
pub(super) fn text(timings: &Timings) -> String {
    let total: Duration = timings.stages().map(|(_, taken)| taken).sum();
    let mut text = String::from("CPU time by stage, all threads together:\n");
    let share = |taken: Duration| taken.as_secs_f64() * 100.0 / total.as_secs_f64().max(f64::MIN_POSITIVE);
    for (stage, taken) in timings.stages() {
        let _ =
            writeln!(text, "  {:<8} {:>9.1} ms {:>5.1} %", stage.name(), taken.as_secs_f64() * 1_000.0, share(taken));
    }
    let _ = writeln!(text, "  {:<8} {:>9.1} ms", "all", total.as_secs_f64() * 1_000.0);
    text
}

/// Seconds by the name of the stage.
pub(super) fn json(timings: &Timings) -> Value {
    let seconds: Map<String, Value> =
        timings.stages().map(|(stage, taken)| (stage.name().to_owned(), Value::from(taken.as_secs_f64()))).collect();
    Value::Object(seconds)
}
