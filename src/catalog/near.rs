//! What was probably meant by a name that leads nowhere.
//!
//! Owns the search for near names among all of a site. Must not know what a name leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::Catalog;
use crate::diagnostic::closest;

/// All file names and titles of a site, laid out so that one of ten thousand mistakes costs no walk over all of them.
pub(super) struct NearNames<'a> {
    pages: Names<'a>,
    files: Names<'a>,
    titles: Lengths,
}

/// Paths by their folded stem.
struct Names<'a> {
    /// Each list in the order of paths.
    paths: BTreeMap<String, Vec<&'a str>>,
    lengths: Lengths,
}

/// Names by their length in characters.
struct Lengths {
    names: BTreeMap<usize, Vec<(Letters, String)>>,
}

/// How often each letter stands in a name, in 32 classes of characters.
type Letters = [u8; 32];

impl<'a> NearNames<'a> {
    /// Of all documents, all copied files and these titles.
    pub(super) fn of(catalog: &'a Catalog, titles: Vec<String>) -> Self {
        Self {
            pages: Names::of(catalog.entries.iter().map(|entry| entry.document.path.as_str())),
            files: Names::of(catalog.copied_files.iter().map(|copied| copied.file.path.as_str())),
            titles: Lengths::of(titles),
        }
    }

    /// The file that was probably meant: one of the same kind whose name is the same or a slip away, in the same folder
    /// before any other.
    pub(super) fn file(&self, wanted: &str) -> Option<&'a str> {
        let is_page =
            name_of(wanted).rsplit_once('.').is_none_or(|(_, ending)| matches!(ending, "md" | "html" | "htm"));
        let names = if is_page { &self.pages } else { &self.files };
        let stem = stem_of(wanted);
        let found = match names.paths.get(&stem) {
            Some(found) => found,
            None => names.paths.get(names.lengths.closest(&stem)?)?,
        };
        let folder = folder_of(wanted);
        found.iter().find(|path| folder_of(path) == folder).or_else(|| found.first()).copied()
    }

    /// The title that was probably meant.
    pub(super) fn name(&self, wanted: &str) -> Option<&str> {
        self.titles.closest(wanted)
    }
}

impl<'a> Names<'a> {
    fn of(all: impl Iterator<Item = &'a str>) -> Self {
        let mut paths: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
        for path in all {
            paths.entry(stem_of(path)).or_default().push(path);
        }
        paths.values_mut().for_each(|paths| paths.sort_unstable());
        let lengths = Lengths::of(paths.keys().cloned());
        Self { paths, lengths }
    }
}

impl Lengths {
    fn of(names: impl IntoIterator<Item = String>) -> Self {
        let distinct: BTreeSet<String> = names.into_iter().collect();
        let mut by_length: BTreeMap<usize, Vec<(Letters, String)>> = BTreeMap::new();
        for name in distinct {
            by_length.entry(name.chars().count()).or_default().push((letters_of(&name), name));
        }
        Self { names: by_length }
    }

    /// The nearest name, as [`closest`] finds it among all of them.
    ///
    /// An edit changes the count of at most two letters by one each (a swap changes none), so that names whose letters
    /// differ by more than twice the edits that are allowed need not be compared.
    fn closest(&self, wanted: &str) -> Option<&str> {
        let folded = wanted.to_lowercase();
        let length = folded.chars().count();
        let letters = letters_of(&folded);
        // A name of `n` characters may be `max(length, n) / 3` edits away: beyond half as long again, none can be.
        let candidates = self.names.range(length / 2..=length + length / 2 + 1);
        let near = candidates.flat_map(|(other, names)| {
            let allowed = (length.max(*other) / 3).max(1);
            names.iter().filter(move |(found, _)| difference(&letters, found) <= 2 * allowed)
        });
        closest(wanted, near.map(|(_, name)| name.as_str()))
    }
}

fn letters_of(name: &str) -> Letters {
    let mut letters = [0_u8; 32];
    for character in name.chars().flat_map(char::to_lowercase) {
        let class = &mut letters[u32::from(character) as usize % 32];
        *class = class.saturating_add(1);
    }
    letters
}

fn difference(left: &Letters, right: &Letters) -> usize {
    left.iter().zip(right).map(|(left, right)| usize::from(left.abs_diff(*right))).sum()
}

/// The name that a path is known by, without its ending and in lower case: of a bundle or a section, its folder's.
fn stem_of(path: &str) -> String {
    let named = path.strip_suffix("/index.md").or_else(|| path.strip_suffix("/_index.md")).unwrap_or(path);
    let name = name_of(named);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase()
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_walk_over_all_names_finds() {
        let names = ["a", "apology", "apologies", "the good apology", "greeting", "greetings", "hugs", "größe", "x y"];
        let lengths = Lengths::of(names.map(str::to_owned));
        for wanted in
            ["apolgy", "greting", "greetinsg", "Groesse", "grösse", "b", "", "the god apology", "zzzzzzzz", "xy"]
        {
            assert_eq!(lengths.closest(wanted), closest(wanted, names), "{wanted}");
        }
    }

    #[test]
    fn the_same_folder_comes_first() {
        let names = Names::of(["content/a/care.md", "content/b/care/index.md", "content/b/other.md"].into_iter());
        let near = NearNames { pages: names, files: Names::of([].into_iter()), titles: Lengths::of([]) };
        assert_eq!(near.file("content/b/care.md"), Some("content/a/care.md"));
        assert_eq!(near.file("content/a/caer.html"), Some("content/a/care.md"));
        assert_eq!(near.file("content/b/othre"), Some("content/b/other.md"));
        assert_eq!(near.file("content/b/othre.png"), None);
    }
}
