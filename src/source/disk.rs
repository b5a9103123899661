//! Reads a site's folder into a [`Snapshot`](super::Snapshot): the only module that reads a site from the disk.
