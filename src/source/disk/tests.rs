//! Tests of reading a site from a real folder.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let location = root.join(path);
    fs::create_dir_all(location.parent().unwrap()).unwrap();
    fs::write(location, bytes).unwrap();
}

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "site.toml", "title = 'x'");
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.files.keys().map(FilePath::as_str).collect()
}

fn complaints(snapshot: &Snapshot) -> Vec<(&str, String)> {
    snapshot
        .diagnostics
        .iter()
        .map(|found| (found.code.info().name, found.primary.as_ref().unwrap().file.to_string()))
        .collect()
}

fn values(snapshot: &Snapshot) -> Vec<(String, Digest)> {
    snapshot.files.values().map(|file| (file.path.to_string(), file.digest)).collect()
}

#[test]
fn reads_inputs_and_nothing_else() {
    let folder = site(&[
        ("content/index.md", "# Hello"),
        ("content/articles/é ü.md", "x"),
        ("content/articles/data.csv", "a;b"),
        ("content/articles/index.md~", "x"),
        ("content/.git/config", "x"),
        ("content/.DS_Store", "x"),
        ("themes/own/theme.toml", ""),
        ("public/index.html", "x"),
        ("README.md", "x"),
    ]);
    write(folder.path(), "content/film.mp4", vec![7; 100_000]);
    let snapshot = read_site(folder.path()).unwrap();
    assert_eq!(
        paths(&snapshot),
        [
            "content/articles/data.csv",
            "content/articles/é ü.md",
            "content/film.mp4",
            "content/index.md",
            "site.toml",
            "themes/own/theme.toml"
        ]
    );
    assert!(matches!(snapshot.files["content/articles/data.csv"].content, Content::Bytes(_)));
    let film = &snapshot.files["content/film.mp4"];
    assert!(matches!(film.content, Content::OnDisk { size: 100_000, .. }));
    assert_eq!(film.digest, Digest::of(&vec![7; 100_000]));
    assert!(snapshot.diagnostics.is_empty());
}

#[test]
fn a_site_without_anything_is_empty_and_a_missing_folder_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(read_site(folder.path()).unwrap().files.is_empty());
    let missing = folder.path().join("missing");
    let error = read_site(&missing).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    write(folder.path(), "file", "");
    assert!(read_site(&folder.path().join("file")).is_err());
}

#[test]
fn finds_the_root_upwards() {
    let folder = site(&[("content/articles/a.md", "x")]);
    assert_eq!(find_root(&folder.path().join("content/articles")).as_deref(), Some(folder.path()));
    assert_eq!(find_root(tempfile::tempdir().unwrap().path()), None);
}

#[test]
fn wrong_bytes_are_reported_and_the_rest_is_read() {
    let folder = site(&[("content/good.md", "x"), ("content/empty.md", "")]);
    write(folder.path(), "content/latin.md", b"Gr\xFC\xDFe");
    write(folder.path(), "content/binary.md", b"PK\x03\x04\0\0\xFF\xD8\0");
    write(folder.path(), "content/huge.md", vec![b'x'; 4 * 1024 * 1024 + 1]);
    let snapshot = read_site(folder.path()).unwrap();
    assert_eq!(paths(&snapshot), ["content/empty.md", "content/good.md", "site.toml"]);
    assert_eq!(
        complaints(&snapshot),
        [
            ("io-not-text", "content/binary.md".to_owned()),
            ("io-too-large", "content/huge.md".to_owned()),
            ("io-invalid-utf8", "content/latin.md".to_owned()),
        ]
    );
}

#[test]
fn a_refresh_reads_what_changed_and_keeps_the_rest() {
    let folder = site(&[("content/a.md", "one"), ("content/b.md", "two"), ("content/gone.md", "x")]);
    // Stamps as young as the files would not be trusted.
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for name in ["a.md", "b.md", "gone.md"] {
        File::options().write(true).open(folder.path().join("content").join(name)).unwrap().set_modified(old).unwrap();
    }
    let mut reader = DiskReader::new(folder.path());
    let first = reader.read().unwrap();
    write(folder.path(), "content/a.md", "uno");
    write(folder.path(), "content/new.md", "x");
    fs::remove_file(folder.path().join("content/gone.md")).unwrap();
    let second = reader.refresh(&first).unwrap();
    assert_eq!(paths(&second), ["content/a.md", "content/b.md", "content/new.md", "site.toml"]);
    assert_eq!(second.text("content/a.md").as_deref(), Some("uno"));
    assert!(Arc::ptr_eq(&first.files["content/b.md"], &second.files["content/b.md"]), "not read again");
    assert_eq!(values(&second), values(&read_site(folder.path()).unwrap()));
}

#[test]
fn a_look_that_is_told_to_stop_changes_nothing() {
    let folder = site(&[("content/a.md", "one"), ("content/b.md", "two")]);
    let mut reader = DiskReader::new(folder.path());
    let first = reader.read().unwrap();
    write(folder.path(), "content/b.md", b"changed");
    // In the walk, and when files are looked at.
    for after in [1, 4] {
        let looks = AtomicUsize::new(0);
        let is_over = || looks.fetch_add(1, Ordering::SeqCst) > after;
        assert!(reader.refresh_until(&first, &is_over).unwrap().is_none(), "{after}");
    }
    let second = reader.refresh_until(&first, &|| false).unwrap().unwrap();
    assert_eq!(second.text("content/b.md").as_deref(), Some("changed"));
    assert_eq!(paths(&first), paths(&second));
}

#[test]
fn some_files_alone_are_read_where_nothing_else_can_have_changed() {
    let folder = site(&[("content/a.md", "one"), ("content/b.md", "two"), ("content/bad.md", "x")]);
    let mut reader = DiskReader::new(folder.path());
    let first = reader.read().unwrap();
    let at = |path: &str| folder.path().join(path);
    write(folder.path(), "content/a.md", b"changed");
    write(folder.path(), "content/b.md", b"changed too");
    let second = reader.refresh_only(&first, &[at("content/a.md"), at("content/a.md~")]).unwrap();
    assert_eq!(second.text("content/a.md").as_deref(), Some("changed"));
    assert_eq!(second.text("content/b.md").as_deref(), Some("two"), "nobody told of it");
    let third = reader.refresh(&second).unwrap();
    assert_eq!(third.text("content/b.md").as_deref(), Some("changed too"), "a whole look finds it");

    write(folder.path(), "content/new.md", b"new");
    fs::remove_file(at("content/b.md")).unwrap();
    write(folder.path(), "content/bad.md", b"Gr\xFC\xDFe");
    for path in ["content/new.md", "content/b.md", "content/bad.md", "content"] {
        assert!(reader.refresh_only(&third, &[at(path)]).is_none(), "{path}");
    }
    let fourth = reader.refresh(&third).unwrap();
    assert_eq!(fourth.text("content/new.md").as_deref(), Some("new"));
    assert!(fourth.text("content/b.md").is_none() && fourth.diagnostics.len() == 1);
}

#[test]
fn two_changes_within_one_tick_are_both_seen() {
    let folder = site(&[("content/a.md", "one")]);
    let mut reader = DiskReader::new(folder.path());
    let mut snapshot = reader.read().unwrap();
    for text in ["two", "six", "ten"] {
        write(folder.path(), "content/a.md", text);
        snapshot = reader.refresh(&snapshot).unwrap();
        assert_eq!(snapshot.text("content/a.md").as_deref(), Some(text));
    }
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_inside_are_followed_and_others_reported() {
        let outside = site(&[("content/secret.md", "x")]);
        let folder = site(&[("content/a.md", "x"), ("content/shared/b.md", "y"), (".env", "password")]);
        write(folder.path(), "content/sources/letter.txt", "z");
        write(folder.path(), "notes/c.md", "c");
        let content = folder.path().join("content");
        symlink("a.md", content.join("same.md")).unwrap();
        symlink("shared", content.join("pages")).unwrap();
        symlink("../notes", content.join("notes")).unwrap();
        symlink("sources/letter.txt", content.join("letter.txt")).unwrap();
        symlink(outside.path().join("content"), content.join("outside")).unwrap();
        symlink(outside.path().join("content/secret.md"), content.join("secret.md")).unwrap();
        symlink("../.env", content.join("settings.txt")).unwrap();
        symlink("nowhere.md", content.join("dangling.md")).unwrap();
        symlink(".", content.join("self")).unwrap();
        symlink("ring.md", content.join("ring.md")).unwrap();
        let snapshot = read_site(folder.path()).unwrap();
        assert_eq!(
            paths(&snapshot),
            [
                "content/a.md",
                "content/pages/b.md",
                "content/same.md",
                "content/shared/b.md",
                "content/sources/letter.txt",
                "site.toml"
            ]
        );
        assert_eq!(
            complaints(&snapshot),
            [
                ("io-unreadable", "content/dangling.md".to_owned()),
                ("io-link-outside", "content/letter.txt".to_owned()),
                ("io-link-outside", "content/notes".to_owned()),
                ("io-link-outside", "content/outside".to_owned()),
                ("io-link-cycle", "content/ring.md".to_owned()),
                ("io-link-outside", "content/secret.md".to_owned()),
                ("io-link-cycle", "content/self".to_owned()),
                ("io-link-outside", "content/settings.txt".to_owned()),
            ]
        );
    }

    #[test]
    fn content_may_itself_be_a_link() {
        let folder = site(&[("docs/a.md", "x")]);
        symlink("docs", folder.path().join("content")).unwrap();
        assert_eq!(paths(&read_site(folder.path()).unwrap()), ["content/a.md", "site.toml"]);
    }

    #[test]
    fn names_and_kinds_that_cannot_be_read() {
        let folder = site(&[("content/a.md", "x")]);
        let content = folder.path().join("content");
        fs::write(content.join(OsStr::from_bytes(b"caf\xE9.md")), "x").unwrap();
        std::os::unix::net::UnixListener::bind(content.join("socket")).unwrap();
        let snapshot = read_site(folder.path()).unwrap();
        assert_eq!(paths(&snapshot), ["content/a.md", "site.toml"]);
        assert_eq!(
            complaints(&snapshot),
            [("io-unreadable", "content/caf\u{fffd}.md".to_owned()), ("io-unreadable", "content/socket".to_owned())]
        );
    }
}
