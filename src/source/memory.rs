//! Makes a [`Snapshot`] from values, for tests and for the starter site, by the rules that hold for the disk.

use std::sync::Arc;

use super::{Snapshot, classify};
use crate::diagnostic::{self, FilePath};
use crate::store::Store;

/// A snapshot of files given as paths and bytes. Paths that are no input of a site are left out, as on disk; of two
/// files with one path the later one counts.
pub fn snapshot<P, B>(files: impl IntoIterator<Item = (P, B)>) -> Snapshot
where
    P: AsRef<str>,
    B: Into<Vec<u8>>,
{
    let mut snapshot = Snapshot::default();
    for (path, bytes) in files {
        if !classify::is_input(path.as_ref()) {
            continue;
        }
        let path = FilePath::new(path.as_ref());
        match classify::from_bytes(&path, bytes.into(), &Store::in_memory()) {
            Ok(file) => {
                snapshot.files.insert(path, Arc::new(file));
            }
            Err(complaint) => snapshot.diagnostics.push(*complaint),
        }
    }
    diagnostic::sort(&mut snapshot.diagnostics);
    snapshot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn keeps_inputs_and_reports_the_rest() {
        let snapshot = snapshot([
            ("site.toml", b"title = 'x'".as_slice()),
            ("content/a.md", b"# A"),
            ("content/.a.md.swp", b"x"),
            ("README.md", b"x"),
            ("content/wrong.md", b"\xFF\xFE"),
            ("content/photo.png", b"\x89PNG"),
        ]);
        let paths: Vec<&str> = snapshot.files.keys().map(FilePath::as_str).collect();
        assert_eq!(paths, ["content/a.md", "content/photo.png", "site.toml"]);
        assert_eq!(snapshot.text("content/a.md").as_deref(), Some("# A"));
        assert_eq!(snapshot.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::IoInvalidUtf8]);
    }
}
