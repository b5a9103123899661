//! The audit from the outside is tested in `tests/integration/audit.rs`; here are pages alone.
