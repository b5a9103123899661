//! Where the time of a build goes, stage by stage.
//!
//! Owns the names of the stages and the sums. Must not know the clock: whoever asks for timings brings one, and nothing
//! that a build makes depends on it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A stage of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Finding and reading the site's files.
    Read,
    /// Front matter and Markdown of every file, and what is read from its text.
    Parse,
    /// Sources, pieces and their terms.
    Rights,
    /// Addresses, sections, topics, links, related articles.
    Catalog,
    /// Texts held against the texts of others.
    Copies,
    /// Templates, interface texts, assets.
    Theme,
    /// What templates see of every page.
    View,
    /// Whether a page is that of an earlier build.
    Key,
    /// Templates to bytes.
    Render,
    /// Links and ids of finished pages.
    Scan,
    /// Statements proved on finished pages.
    Verify,
    /// Writing pages.
    Write,
    /// Feed, site map, assets, copied files.
    Files,
    /// The search index.
    Search,
    /// Every link of every page held against all files.
    Closure,
    /// Putting the finished files in place.
    Place,
}

impl Stage {
    /// All stages in the order of a build.
    pub const ALL: [Self; 16] = [
        Self::Read,
        Self::Parse,
        Self::Rights,
        Self::Catalog,
        Self::Copies,
        Self::Theme,
        Self::View,
        Self::Key,
        Self::Render,
        Self::Scan,
        Self::Verify,
        Self::Write,
        Self::Files,
        Self::Search,
        Self::Closure,
        Self::Place,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Rights => "rights",
            Self::Catalog => "catalog",
            Self::Copies => "copies",
            Self::Theme => "theme",
            Self::View => "view",
            Self::Key => "key",
            Self::Render => "render",
            Self::Scan => "scan",
            Self::Verify => "verify",
            Self::Write => "write",
            Self::Files => "files",
            Self::Search => "search",
            Self::Closure => "closure",
            Self::Place => "place",
        }
    }
}

/// CPU time used so far.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    /// By all threads: for stages that have all of them for themselves.
    pub process: fn() -> Duration,
    /// By the thread that asks: for the steps of one page among others.
    pub thread: fn() -> Duration,
}

/// CPU time of each stage, added up over all threads.
#[derive(Debug)]
pub struct Timings {
    clocks: Clocks,
    nanoseconds: [AtomicU64; Stage::ALL.len()],
}

impl Timings {
    /// Nothing measured yet.
    pub fn new(clocks: Clocks) -> Self {
        Self { clocks, nanoseconds: Default::default() }
    }

    /// What each stage has taken, in the order of a build.
    pub fn stages(&self) -> impl Iterator<Item = (Stage, Duration)> + '_ {
        let taken = |stage: Stage| Duration::from_nanos(self.nanoseconds[stage as usize].load(Ordering::Relaxed));
        Stage::ALL.into_iter().map(move |stage| (stage, taken(stage)))
    }

    fn add(&self, stage: Stage, taken: Duration) {
        let taken = u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds[stage as usize].fetch_add(taken, Ordering::Relaxed);
    }
}

/// Does the work of a stage that has all threads for itself, and adds what it took where timings are wanted.
pub fn stage<T>(timings: Option<&Timings>, stage: Stage, work: impl FnOnce() -> T) -> T {
    match timings {
        Some(timings) => measured(timings, timings.clocks.process, stage, work),
        None => work(),
    }
}

/// Does one step on the thread that it is called on, and adds what it took where timings are wanted.
pub fn step<T>(timings: Option<&Timings>, stage: Stage, work: impl FnOnce() -> T) -> T {
    match timings {
        Some(timings) => measured(timings, timings.clocks.thread, stage, work),
        None => work(),
    }
}

fn measured<T>(timings: &Timings, clock: fn() -> Duration, stage: Stage, work: impl FnOnce() -> T) -> T {
    let before = clock();
    let result = work();
    timings.add(stage, clock().saturating_sub(before));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stage_takes_is_added_up() {
        static NOW: AtomicU64 = AtomicU64::new(0);
        fn clock() -> Duration {
            Duration::from_nanos(NOW.fetch_add(5, Ordering::Relaxed))
        }
        let timings = Timings::new(Clocks { process: clock, thread: clock });
        assert_eq!(stage(Some(&timings), Stage::Parse, || 1), 1);
        assert_eq!(step(Some(&timings), Stage::Parse, || 2), 2);
        assert_eq!(step(None, Stage::Render, || 3), 3);
        let taken: Vec<(&str, u128)> =
            timings.stages().map(|(stage, taken)| (stage.name(), taken.as_nanos())).filter(|it| it.1 > 0).collect();
        assert_eq!(taken, [("parse", 10)]);
    }

    #[test]
    fn stages_are_numbered_in_order() {
        assert!(Stage::ALL.iter().enumerate().all(|(number, stage)| *stage as usize == number));
    }
}
