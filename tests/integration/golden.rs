//! The whole output of one small site that has every kind of page, compared byte for byte.
//!
//! The site is `tests/golden/site`, what it becomes is `tests/golden/expected`. Hashes in asset names are written as
//! `HASH`, and assets themselves are left out: they are read in their own place. `UPDATE_GOLDEN=1 cargo test` writes
//! the expected tree anew; read the difference before you keep it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{Site, describe};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// All files below a folder by their relative path with `/`.
pub(crate) fn read_tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.expect("the folder can be walked"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let relative = entry.path().strip_prefix(root).expect("below the folder");
            let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            (parts.join("/"), fs::read(entry.path()).expect("the file can be read"))
        })
        .collect()
}

/// Writes `HASH` for the ten hexadecimal digits that stand between two dots in names of assets.
fn without_hashes(bytes: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        let is_hash = first == b'.'
            && after.len() > 11
            && after[10] == b'.'
            && after[..10].iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
        if is_hash {
            result.extend_from_slice(b".HASH");
            rest = &after[10..];
        } else {
            result.push(first);
            rest = after;
        }
    }
    result
}

#[test]
fn the_golden_site() {
    let mut site = Site::new();
    for (path, bytes) in read_tree(&folder("site")) {
        site = site.with(&path, bytes);
    }
    let built = site.build();
    assert_eq!(describe(&site, &built.diagnostics), "", "the golden site has no faults");
    let found: BTreeMap<String, Vec<u8>> = built
        .outputs
        .iter()
        .filter(|(path, _)| !path.starts_with("assets/"))
        .map(|(path, bytes)| (path.clone(), without_hashes(bytes)))
        .collect();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        write_tree(&folder("expected"), &found);
        return;
    }
    let expected = read_tree(&folder("expected"));
    let names = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&expected), names(&found), "other files");
    for (path, bytes) in &expected {
        let (expected, found) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&found[path]));
        for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
            assert_eq!(expected, found, "{path}, line {}", number + 1);
        }
        assert_eq!(expected.len(), found.len(), "{path} is longer or shorter");
    }
}

fn write_tree(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    if root.exists() {
        fs::remove_dir_all(root).expect("the old tree can be removed");
    }
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, bytes).expect("files can be written");
    }
}
