//! A sign of life on a terminal for commands that take longer than a second; into a pipe nothing.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::{Format, Global};
use crate::output::{OutputContents, OutputError, Sink};
use crate::source::Digest;

const PATIENCE: Duration = Duration::from_secs(1);

/// Shows itself after [`PATIENCE`] and clears the line when dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// A sign of life with these words, such as `building`.
    pub(super) fn start(words: &'static str, global: &Global) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {pos} files") {
            bar.set_style(style);
        }
        bar.set_message(words);
        let wanted = io::stderr().is_terminal() && !global.quiet && global.format == Format::Human;
        let waiting = wanted.then(|| {
            let (sender, receiver) = mpsc::channel();
            let shown = bar.clone();
            let thread = thread::spawn(move || {
                if receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(Duration::from_millis(120));
                }
            });
            (sender, thread)
        });
        Self { bar, waiting }
    }

    /// The sink, with every file counted.
    pub(super) fn counting<'a>(&'a self, sink: &'a dyn Sink) -> Counting<'a> {
        Counting { bar: &self.bar, sink }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.waiting.take() {
            drop(sender);
            // A thread that only waits and draws cannot fail in a way that matters to the build.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

/// A sink that counts.
pub(super) struct Counting<'a> {
    bar: &'a ProgressBar,
    sink: &'a dyn Sink,
}

impl Sink for Counting<'_> {
    fn expect(&self, files: usize) {
        self.bar.set_length(files as u64);
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos} of {len} files") {
            self.bar.set_style(style);
        }
    }

    fn holds(&self, path: &str, digest: Digest) -> bool {
        self.sink.holds(path, digest)
    }

    fn keep(&self, path: &str, digest: Digest) -> bool {
        let kept = self.sink.keep(path, digest);
        self.bar.inc(u64::from(kept));
        kept
    }

    fn put(&self, path: &str, contents: OutputContents<'_>) -> Result<Digest, OutputError> {
        let digest = self.sink.put(path, contents)?;
        self.bar.inc(1);
        Ok(digest)
    }
}
