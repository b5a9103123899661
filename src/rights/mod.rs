//! Whose text a piece is, what its owner asks for, and whether it may be published here.
//!
//! Owns sources, statements and the policy. Must not know addresses of the output, views or themes.

pub mod copies;
pub mod licence;
pub mod looks;
pub mod normal;
pub mod pasted;
pub mod policy;
pub mod seal;
pub mod source;
pub mod statement;
mod terms;
pub mod words;

pub use policy::{Verdict, judge};
pub use source::{Source, Sources};
