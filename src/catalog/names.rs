//! Every name in front matter as a number: thousands of articles name the same few topics and people, and each name is
//! folded and looked for once.
//!
//! Must not know what a name stands for.

use std::collections::HashMap;

use super::address;
use super::{Catalog, EntryIndex};
use crate::diagnostic::Spanned;

/// Number of a name as written; two spellings have two numbers.
pub(super) type Name = usize;

/// Where front matter names something.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    Topics,
    Authors,
    Audience,
    Owner,
}

/// The names of all entries.
pub(super) struct Names {
    numbers: HashMap<String, Name>,
    /// By number: the name as written, and folded.
    spelled: Vec<(String, String)>,
    /// The names of all entries, field by field.
    named: Vec<Name>,
    /// By entry: where the names of its fields begin, and where the last ends.
    starts: Vec<[usize; 5]>,
}

impl Names {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut names = Self { numbers: HashMap::new(), spelled: Vec::new(), named: Vec::new(), starts: Vec::new() };
        for entry in &catalog.entries {
            let front = &entry.document.front;
            let mut starts = [names.named.len(); 5];
            let fields = [&front.topics[..], &front.authors, &front.audience, front.owner.as_slice()];
            for (field, written) in fields.into_iter().enumerate() {
                written.iter().for_each(|name| names.add(name));
                starts[field + 1] = names.named.len();
            }
            names.starts.push(starts);
        }
        names
    }

    fn add(&mut self, name: &Spanned<String>) {
        let number = self.numbers.get(&name.value).copied().unwrap_or_else(|| {
            let number = self.spelled.len();
            self.numbers.insert(name.value.clone(), number);
            self.spelled.push((name.value.clone(), fold(&name.value)));
            number
        });
        self.named.push(number);
    }

    /// The names in one field of an entry, as they follow each other there.
    pub(super) fn of_entry(&self, entry: EntryIndex, field: Field) -> &[Name] {
        let (starts, field) = (&self.starts[entry], field as usize);
        &self.named[starts[field]..starts[field + 1]]
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.spelled.len()
    }

    /// A name as written.
    pub(super) fn spelling(&self, name: Name) -> &str {
        &self.spelled[name].0
    }

    /// A name as it is compared.
    pub(super) fn folded(&self, name: Name) -> &str {
        &self.spelled[name].1
    }
}

/// How names are compared: case, accents and punctuation do not tell two names apart.
pub(super) fn fold(name: &str) -> String {
    let slug = address::slugify(name);
    if slug.is_empty() { name.trim().to_lowercase() } else { slug }
}
