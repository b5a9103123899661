//! Values with places from any settings language, and the reading of them against a schema.
//!
//! Owns [`Value`] (YAML front matter, `site.toml`, `theme.toml` and interface strings all become one) and [`Table`],
//! the reader that reports wrong types and unknown keys. Must not know which keys exist.

mod json;
mod table;
mod table_values;
pub mod toml;
pub mod yaml;

use crate::diagnostic::{Span, Spanned};

pub use table::{Codes, Notation, Table};
pub use table_values::language_tag_problem;

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
    Map(Entries),
}

impl Value {
    /// What it is, in words for people: "a list".
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Scalar { .. } => "a single value",
            Self::List(_) => "a list",
            Self::Map(_) => "a group of keys",
        }
    }

    /// Whether it says nothing: no value, blank text, an empty list or map.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Scalar { text, .. } => text.trim().is_empty(),
            Self::List(items) => items.iter().all(|item| item.value == Self::Empty),
            Self::Map(entries) => entries.is_empty(),
        }
    }
}

/// A map at a place, what a file of settings is. No key stands twice: the first one stays, the others are reported.
pub type Entries = Vec<(Spanned<String>, Spanned<Value>)>;

/// The whole of a settings text; empty when nothing could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The top-level entries.
    pub entries: Entries,
    /// The place of the whole.
    pub span: Span,
    /// Top-level keys whose value could not be read, which has been reported: nobody should call them missing.
    pub unreadable: Vec<String>,
}

/// Takes out the entries whose key stood before, as pairs of the repeated key and the place of the first one.
///
/// Sorting keeps this linear enough for a hostile file with a hundred thousand keys.
fn remove_duplicates(entries: &mut Entries) -> Vec<(Spanned<String>, Span)> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|&left, &right| entries[left].0.value.cmp(&entries[right].0.value).then(left.cmp(&right)));
    let mut first = 0;
    let mut repeated: Vec<(usize, Span)> = Vec::new();
    for position in 1..order.len() {
        if entries[order[position]].0.value == entries[order[first]].0.value {
            repeated.push((order[position], entries[order[first]].0.span));
        } else {
            first = position;
        }
    }
    if repeated.is_empty() {
        return Vec::new();
    }
    repeated.sort_by_key(|(index, _)| *index);
    let found = repeated.iter().map(|(index, first_span)| (entries[*index].0.clone(), *first_span)).collect::<Vec<_>>();
    let mut index = 0;
    let mut next = repeated.iter().map(|(index, _)| *index).peekable();
    entries.retain(|_| {
        let drop = next.next_if_eq(&index).is_some();
        index += 1;
        !drop
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_leave_the_first() {
        let entry = |key: &str, at: usize| {
            (Spanned::new(key.to_owned(), Span::new(at, at + 1)), Spanned::new(Value::Empty, Span::default()))
        };
        let mut entries =
            vec![entry("b", 0), entry("a", 1), entry("b", 2), entry("c", 3), entry("a", 4), entry("b", 5)];
        let repeated = remove_duplicates(&mut entries);
        let kept: Vec<_> = entries.iter().map(|(key, _)| (key.value.as_str(), key.span.start)).collect();
        assert_eq!(kept, [("b", 0), ("a", 1), ("c", 3)]);
        let reported: Vec<_> = repeated.iter().map(|(key, first)| (key.span.start, first.start)).collect();
        assert_eq!(reported, [(2, 0), (4, 1), (5, 0)]);
    }
}
