//! All integration tests in one crate: one link step, one harness. `tests/README.md` is their manual.

mod audit;
mod cases;
mod edges;
mod executed;
mod golden;
mod harness;
mod hostile_theme;
mod process;
mod repository;
mod watch;
mod watch_faults;
mod watch_first;
mod watch_scripts;
