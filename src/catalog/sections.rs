//! Folders as sections: their titles, their order, what stands before and after each article.

use std::collections::{BTreeMap, HashMap};

use super::build::{TitleOrder, indexes_of};
use super::visibility::ancestors;
use super::{Catalog, EntryIndex, Section, address};
use crate::config::UrlStyle;
use crate::diagnostic::FilePath;
use crate::document::DocumentKind;

/// Folders whose files are not pages of a section.
const COLLECTIONS: [&str; 5] = ["topics", "people", "sources", "glossary", "paths"];

/// Makes the sections and gives every article and page its section and neighbours.
///
/// Every folder that holds an article is a section; any other folder is one when it has an `_index.md`.
pub(super) fn assign(catalog: &mut Catalog, style: UrlStyle, title_order: &TitleOrder) {
    let with_text: HashMap<String, EntryIndex> = indexes_of(&catalog.entries, DocumentKind::Section)
        .map(|index| (inside_content(catalog.entries[index].document.path.folder()).to_owned(), index))
        .filter(|(folder, _)| !COLLECTIONS.contains(&folder.as_str()))
        .collect();
    let pages: Vec<(EntryIndex, FilePath)> = catalog
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| matches!(entry.document.kind, DocumentKind::Article | DocumentKind::Page))
        .map(|(index, entry)| (index, entry.document.path.clone()))
        .collect();

    let mut folders: BTreeMap<String, Option<EntryIndex>> = BTreeMap::new();
    for (index, path) in &pages {
        if catalog.entries[*index].document.kind == DocumentKind::Article {
            for ancestor in ancestors(folder_of(path)).filter(|ancestor| !ancestor.is_empty()) {
                // With a folder, those above it are known.
                if folders.contains_key(ancestor) {
                    break;
                }
                folders.insert(ancestor.to_owned(), None);
            }
        }
    }
    #[expect(clippy::iter_over_hash_type, reason = "inserted into a sorted map")]
    for (folder, index) in &with_text {
        if !folder.is_empty() {
            folders.insert(folder.clone(), Some(*index));
        }
    }

    let number: HashMap<String, usize> =
        folders.keys().enumerate().map(|(number, folder)| (folder.clone(), number)).collect();
    catalog.sections = folders.into_iter().map(|(folder, entry)| section(catalog, style, folder, entry)).collect();
    for (index, path) in pages {
        // A page in a folder without a text of its own belongs to the nearest section above.
        let Some(section) = ancestors(folder_of(&path)).find_map(|folder| number.get(folder).copied()) else {
            continue;
        };
        catalog.entries[index].section = Some(section);
        catalog.sections[section].members.push(index);
    }
    connect_folders(catalog, &number);
    order_members(catalog, title_order);
    name_section_pages(catalog);
}

/// A path below `content/`.
fn inside_content(path: &str) -> &str {
    path.strip_prefix("content").map_or(path, |inside| inside.strip_prefix('/').unwrap_or(inside))
}

/// The folder a document belongs to; a bundle belongs to the folder around its own.
fn folder_of(path: &FilePath) -> &str {
    let folder = inside_content(path.folder());
    if path.file_name() == "index.md" {
        return folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    folder
}

fn section(catalog: &Catalog, style: UrlStyle, folder: String, entry: Option<EntryIndex>) -> Section {
    let output = address::index_output(&address::slugify_path(&folder));
    let name = folder.rsplit('/').next().unwrap_or(&folder);
    let written = entry.map(|index| &catalog.entries[index]).filter(|entry| entry.document.front.title.is_some());
    let title = match written {
        Some(entry) => Some(entry.title.clone()),
        None if folder == "articles" => None,
        None => Some(address::humanize(name)),
    };
    Section {
        title,
        summary: entry.map_or_else(String::new, |index| catalog.entries[index].summary.clone()),
        url: address::url_of(style, &output),
        folder,
        entry,
        output,
        parent: None,
        children: Vec::new(),
        members: Vec::new(),
        total: 0,
    }
}

fn connect_folders(catalog: &mut Catalog, number: &HashMap<String, usize>) {
    for section in 0..catalog.sections.len() {
        let folder = catalog.sections[section].folder.clone();
        let parent = ancestors(&folder).skip(1).find_map(|ancestor| number.get(ancestor).copied());
        catalog.sections[section].parent = parent;
        if let Some(parent) = parent {
            catalog.sections[parent].children.push(section);
        }
    }
    for section in (0..catalog.sections.len()).rev() {
        let section_total = catalog.sections[section].total + catalog.sections[section].members.len();
        catalog.sections[section].total = section_total;
        if let Some(parent) = catalog.sections[section].parent {
            catalog.sections[parent].total += section_total;
        }
    }
    let keys: Vec<(i64, String)> = catalog
        .sections
        .iter()
        .map(|section| {
            let order = section.entry.and_then(|entry| catalog.entries[entry].document.front.order);
            (order.unwrap_or(i64::MAX), section.title.as_deref().unwrap_or(&section.folder).to_lowercase())
        })
        .collect();
    for section in &mut catalog.sections {
        section.children.sort_by(|&left, &right| keys[left].cmp(&keys[right]).then(left.cmp(&right)));
    }
}

fn order_members(catalog: &mut Catalog, title_order: &TitleOrder) {
    let entries = &catalog.entries;
    for section in &mut catalog.sections {
        section.members.sort_by_cached_key(|&index| {
            (entries[index].document.front.order.unwrap_or(i64::MAX), title_order.rank(index))
        });
    }
    let neighbours: Vec<(EntryIndex, EntryIndex)> = catalog
        .sections
        .iter()
        .flat_map(|section| {
            let pages: Vec<EntryIndex> =
                section.members.iter().copied().filter(|&member| !catalog.entries[member].is_external()).collect();
            pages.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
        })
        .collect();
    for (before, after) in neighbours {
        catalog.entries[before].next = Some(after);
        catalog.entries[after].previous = Some(before);
    }
}

/// Gives `_index.md` documents the address of their section's page, so that links can lead to them.
fn name_section_pages(catalog: &mut Catalog) {
    for section in &catalog.sections {
        if let Some(index) = section.entry {
            let entry = &mut catalog.entries[index];
            entry.output = Some(section.output.clone());
            entry.url.clone_from(&section.url);
            entry.section = section.parent;
        }
    }
}
