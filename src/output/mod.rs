//! Files as values, and their way to the disk: staging, manifest, replacing, pruning.
//!
//! Must not know why a file exists.
