//! Whose text a piece is, what its owner asks for, and whether it may be published here.
//!
//! Owns sources, statements, the policy and the proof on final bytes. Must not know addresses of the output, views or themes.

pub mod licence;
pub mod policy;
pub mod source;
pub mod statement;
pub mod verify;

pub use policy::{Verdict, judge};
pub use source::{Source, Sources};
