//! The preview: looks when the site's folder changes, makes the same build as ever, serves it and tells the browsers.
//!
//! Owns file events, the loop, the server and what it adds to pages. Must not know what a
//! change means: every change leads to [`crate::pipeline::build`] on a refreshed snapshot, and [`crate::memo`] alone
//! decides what need not be done again. Prints nothing: what happens is told as [`News`].

mod changes;
mod edition;
mod events;
mod filesystem;
mod host;
mod inject;
mod message;
mod pages;
mod problem;
mod server;
mod session;
mod shown;
mod sink;

pub use changes::{Change, ChangeKind};
pub use edition::Edition;
pub use message::{News, Rebuilt, WhyPolling};
pub use session::{Order, Orders, Preview, Served, Settings, WatchError};
