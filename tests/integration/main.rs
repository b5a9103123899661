//! All integration tests in one crate: one link step, one harness. `tests/README.md` is their manual.

mod cases;
mod edges;
mod golden;
mod harness;
mod process;
mod repository;
