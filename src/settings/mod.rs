//! Values with places from any settings language, and the reading of them against a schema.
//!
//! Owns [`Value`] (YAML front matter, `site.toml`, `theme.toml` and interface strings all become one) and [`Table`],
//! the reader that reports wrong types and unknown keys. Must not know which keys exist.

mod json;
pub mod toml;
pub mod yaml;

use crate::diagnostic::{Span, Spanned};

/// A value as it was written, with the place of everything.
///
/// Scalars keep their text: types come from the reading schema, never from a settings language's guesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value (`key:` in YAML).
    Empty,
    /// A scalar's text. `quoted` tells a quoted string from a bare word, number or date.
    Scalar {
        /// The text, escapes resolved.
        text: String,
        /// Whether it stood in quotes (or is a block scalar).
        quoted: bool,
    },
    /// A list.
    List(Vec<Spanned<Value>>),
    /// A map in the order written.
    Map(Vec<(Spanned<String>, Spanned<Value>)>),
}

/// A map at a place, what a file of settings is.
pub type Entries = Vec<(Spanned<String>, Spanned<Value>)>;

/// The whole of a settings text; empty when nothing could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The top-level entries.
    pub entries: Entries,
    /// The place of the whole.
    pub span: Span,
}
