//! What the preview tells the person at the terminal, as values.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::changes::Change;
use crate::diagnostic::Diagnostic;
use crate::source::Snapshot;

/// Something that happened.
#[derive(Debug)]
pub enum News {
    /// Another program has the port that was asked for; this one is free.
    PortTaken {
        /// The port asked for.
        wanted: u16,
        /// The port used.
        used: u16,
    },
    /// Other people on the network can see the preview.
    Exposed(IpAddr),
    /// The server answers.
    Serving(SocketAddr),
    /// The folder is looked at again and again instead of waiting for events.
    Polling(WhyPolling),
    /// A build is finished and served.
    Rebuilt(Rebuilt),
    /// The site's folder cannot be read; a sentence that names it.
    FolderGone(String),
}

/// Why there is no waiting for events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyPolling {
    /// It was asked for.
    Asked,
    /// The folder lies on a file system that tells of no changes made elsewhere; its type.
    FileSystem(String),
    /// The system watches no more folders; the name of the limit.
    Limit(&'static str),
    /// The system refuses; its words.
    Refused(String),
}

/// A finished build.
#[derive(Debug)]
pub struct Rebuilt {
    /// Its number.
    pub generation: u64,
    /// The files that were not as before; all of them at first.
    pub changes: Vec<Change>,
    /// Pages of the site.
    pub pages: usize,
    /// Pages that had to be rendered.
    pub rendered: usize,
    /// From looking at the folder to serving.
    pub taken: Duration,
    /// Whether it is served, or the one before it still is.
    pub served: bool,
    /// What there is to say.
    pub diagnostics: Arc<[Diagnostic]>,
    /// The texts it speaks about.
    pub snapshot: Arc<Snapshot>,
    /// What went wrong beside that, in sentences.
    pub failures: Vec<String>,
}
