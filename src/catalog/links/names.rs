//! What `[[…]]` may name.
//!
//! Must not know what is said where a name leads nowhere.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::Named;
use crate::catalog::{Catalog, EntryIndex};
use crate::diagnostic::FilePath;

/// What `[[…]]` may name, by folded name, in classes of which the first that fits decides.
pub(super) struct WikiNames {
    classes: [HashMap<String, Vec<EntryIndex>>; 4],
}

impl WikiNames {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut names = Self { classes: Default::default() };
        for (index, entry) in catalog.entries.iter().enumerate() {
            let document = &entry.document;
            let id = wiki_id(&document.path);
            let last = id.rsplit('/').next().unwrap_or(id);
            names.add(0, id, index);
            names.add(0, &entry.id, index);
            if document.front.title.is_some() {
                names.add(1, &entry.title, index);
            }
            names.add(2, last, index);
            for spelling in &document.front.terms {
                names.add(3, &spelling.value, index);
            }
        }
        names
    }

    fn add(&mut self, class: usize, name: &str, index: EntryIndex) {
        let entries = self.classes[class].entry(fold(name)).or_default();
        if !entries.contains(&index) {
            entries.push(index);
        }
    }

    pub(super) fn find(&self, name: &str) -> &[EntryIndex] {
        let folded = fold(name);
        self.classes.iter().find_map(|class| class.get(&folded)).map_or(&[], Vec::as_slice)
    }

    /// All names, for suggestions.
    pub(super) fn folded_names(&self) -> Vec<String> {
        self.classes.iter().flat_map(HashMap::keys).cloned().collect()
    }
}

/// Pages that are left out of this build, by what `[[…]]` may call them; the first of a name, in the order of paths.
pub(super) fn hidden_names<'a>(named: &Named<'a>) -> HashMap<String, &'a FilePath> {
    let mut names = HashMap::new();
    for document in named.documents {
        if let Some((path, _)) = named.withheld.get_key_value(&document.path) {
            let title = document.front.title.iter().map(|title| fold(&title.value));
            for name in title.chain([fold(wiki_id(path))]) {
                names.entry(name).or_insert(path);
            }
        }
    }
    names
}

/// A document's path below `content/` without its ending, as `[[…]]` writes it.
pub(super) fn wiki_id(path: &str) -> &str {
    let inside = path.strip_prefix("content/").unwrap_or(path);
    let inside = inside.strip_suffix(".md").unwrap_or(inside);
    inside.strip_suffix("/index").or_else(|| inside.strip_suffix("/_index")).unwrap_or(inside)
}

/// How names are compared: NFC, lower case, runs of white space as one space, `.md` left out.
pub(super) fn fold(name: &str) -> String {
    let folded: String = name.nfc().flat_map(char::to_lowercase).collect();
    let folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.strip_suffix(".md").map(str::to_owned).unwrap_or(folded)
}
