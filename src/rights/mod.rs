//! Whose text a piece is, what its owner asks for, and whether it may be published here.
//!
//! Owns sources, statements, the policy, copies, seals and the proof on final bytes. Must not know the catalog, views or
//! themes.

pub mod authors;
pub mod copies;
pub mod expected;
pub mod feed;
pub mod feed_proof;
pub mod licence;
pub mod looks;
pub mod normal;
pub mod pasted;
pub mod policy;
pub mod report;
pub mod seal;
pub mod source;
pub mod statement;
mod terms;
pub mod verify;
pub mod words;

pub use policy::{Verdict, judge};
pub use source::{Source, Sources};
