//! Makes a [`Snapshot`](super::Snapshot) from values, for tests and for the starter site.
