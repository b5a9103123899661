//! Which files differ between two snapshots: for the line on the terminal, and to see that nothing does.
//!
//! Must not know what a difference leads to.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::diagnostic::FilePath;
use crate::source::Snapshot;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its bytes are others.
    Changed,
    /// It is gone.
    Removed,
}

/// A file that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which file.
    pub path: FilePath,
    /// What became of it.
    pub kind: ChangeKind,
}

/// The differences in the order of the paths.
pub(super) fn between(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add = |path: &FilePath, kind| changes.push(Change { path: path.clone(), kind });
    let (mut old, mut new) = (before.files.iter().peekable(), after.files.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some((old, _)), Some((new, _))) => old.cmp(new),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        let removed = if order.is_le() { old.next() } else { None };
        let added = if order.is_ge() { new.next() } else { None };
        match (removed, added) {
            (Some((_, old)), Some((path, new))) if !Arc::ptr_eq(old, new) && old.digest != new.digest => {
                add(path, ChangeKind::Changed);
            }
            (Some((path, _)), None) => add(path, ChangeKind::Removed),
            (None, Some((path, _))) => add(path, ChangeKind::Added),
            _ => {}
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::memory;

    #[test]
    fn tells_every_difference_once() {
        let site = |files: &[(&str, &str)]| memory::snapshot(files.iter().map(|(path, text)| (*path, *text)));
        let before = site(&[("content/a.md", "a"), ("content/b.md", "b"), ("content/c.md", "c"), ("site.toml", "")]);
        let after = site(&[("content/A.md", "a"), ("content/b.md", "B"), ("content/c.md", "c"), ("content/z.md", "")]);
        let found: Vec<_> = between(&before, &after).into_iter().map(|it| (it.path.to_string(), it.kind)).collect();
        let expected = [
            ("content/A.md", ChangeKind::Added),
            ("content/a.md", ChangeKind::Removed),
            ("content/b.md", ChangeKind::Changed),
            ("content/z.md", ChangeKind::Added),
            ("site.toml", ChangeKind::Removed),
        ];
        assert_eq!(found, expected.map(|(path, kind)| (path.to_owned(), kind)));
        assert_eq!(between(&after, &after), []);
    }
}
