//! Tests of staging and placing in real folders.

use std::time::{Duration, SystemTime};

use super::*;
use crate::output::MANIFEST_FILE;

/// A folder with a site in `site/`, whose output goes to `site/public/`.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("site/content")).unwrap();
        fs::create_dir_all(folder.path().join("site/themes")).unwrap();
        Self { folder }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn output(&self) -> PathBuf {
        self.root().join("public")
    }

    fn begin(&self) -> Result<Staging, OutputError> {
        Staging::begin(&self.output(), &self.root())
    }

    fn stage(&self, files: &[(&str, &str)]) -> Staging {
        let staging = self.begin().unwrap();
        for (path, text) in files {
            staging.put(path, OutputContents::Bytes(text.as_bytes())).unwrap();
        }
        staging
    }

    fn build(&self, files: &[(&str, &str)]) -> Summary {
        self.stage(files).commit(None).unwrap()
    }

    fn foreign(&self, path: &str, text: &str) {
        let location = self.output().join(path);
        fs::create_dir_all(location.parent().unwrap()).unwrap();
        fs::write(location, text).unwrap();
    }

    /// Every file of the output with its text, the manifest left out.
    fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = walkdir::WalkDir::new(self.output())
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| !entry.file_type().is_dir() && entry.file_name() != MANIFEST_FILE)
            .map(|entry| {
                let path = entry.path().strip_prefix(self.output()).unwrap().to_str().unwrap().to_owned();
                (path, fs::read_to_string(entry.path()).unwrap_or_default())
            })
            .collect();
        files.sort();
        files
    }

    fn paths(&self) -> Vec<String> {
        self.files().into_iter().map(|(path, _)| path).collect()
    }

    fn no_leftovers(&self) {
        let names: Vec<String> = fs::read_dir(self.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(".steward"))
            .collect();
        assert_eq!(names, Vec::<String>::new());
    }

    fn age(&self, path: &str) -> SystemTime {
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        File::options().write(true).open(self.output().join(path)).unwrap().set_modified(old).unwrap();
        old
    }

    fn modified(&self, path: &str) -> SystemTime {
        fs::metadata(self.output().join(path)).unwrap().modified().unwrap()
    }
}

#[test]
fn writes_replaces_keeps_and_removes() {
    let place = Place::new();
    let first = place.build(&[("index.html", "1"), ("a/b/c.html", "2"), ("a/old.html", "3"), ("gone/x.html", "4")]);
    assert_eq!(first, Summary { written: 4, unchanged: 0, removed: 0 });
    let old = place.age("index.html");
    let manifest_before = fs::read(place.output().join(MANIFEST_FILE)).unwrap();
    let second = place.build(&[("index.html", "1"), ("a/b/c.html", "22")]);
    assert_eq!(second, Summary { written: 1, unchanged: 1, removed: 2 });
    assert_eq!(place.files(), [("a/b/c.html".to_owned(), "22".to_owned()), ("index.html".to_owned(), "1".to_owned())]);
    assert!(!place.output().join("gone").exists(), "an emptied folder goes");
    assert_eq!(place.modified("index.html"), old, "an unchanged file keeps its time stamp");
    assert_ne!(fs::read(place.output().join(MANIFEST_FILE)).unwrap(), manifest_before);
    place.no_leftovers();
}

#[test]
fn a_build_that_changes_nothing_touches_nothing() {
    let place = Place::new();
    place.build(&[("index.html", "1")]);
    let old = place.age(MANIFEST_FILE);
    assert_eq!(place.build(&[("index.html", "1")]), Summary { written: 0, unchanged: 1, removed: 0 });
    assert_eq!(place.modified(MANIFEST_FILE), old);
}

#[test]
fn knows_that_a_build_from_the_same_would_change_nothing() {
    let place = Place::new();
    let built = Built { from: Digest::of(b"all of it"), pages: 1 };
    let staging = place.stage(&[("index.html", "1"), ("a/style.css", "2")]);
    assert_eq!(staging.would_change_nothing(built.from), None, "there is nothing yet");
    staging.commit(Some(built)).unwrap();
    let known = |from: Digest| place.begin().unwrap().would_change_nothing(from);
    let nothing = Summary { unchanged: 2, ..Summary::default() };
    assert_eq!(known(built.from), Some((1, nothing)));
    assert_eq!(known(Digest::of(b"something else")), None);

    fs::write(place.output().join("a/style.css"), "3").unwrap();
    assert_eq!(known(built.from), None, "somebody changed a file");
    fs::remove_file(place.output().join("a/style.css")).unwrap();
    assert_eq!(known(built.from), None, "somebody removed a file");
    place.build(&[("index.html", "1"), ("a/style.css", "2")]);
    assert_eq!(known(built.from), None, "the build after it said something");
}

#[test]
fn a_dropped_build_leaves_everything_as_it_was() {
    let place = Place::new();
    drop(place.stage(&[("index.html", "1")]));
    assert!(!place.output().exists());
    place.build(&[("index.html", "1")]);
    drop(place.stage(&[("index.html", "2"), ("new.html", "3")]));
    assert_eq!(place.files(), [("index.html".to_owned(), "1".to_owned())]);
    place.no_leftovers();
    let deep = place.root().join("deep/er/public");
    drop(Staging::begin(&deep, &place.root()).unwrap());
    assert!(!place.root().join("deep").exists(), "folders made for nothing go as well");
}

#[test]
fn a_file_changed_or_deleted_by_hand_is_repaired() {
    let place = Place::new();
    place.build(&[("index.html", "one"), ("a.html", "two")]);
    place.foreign("index.html", "eno");
    fs::remove_file(place.output().join("a.html")).unwrap();
    assert_eq!(place.build(&[("index.html", "one"), ("a.html", "two")]).written, 2);
    assert_eq!(place.files(), [("a.html".to_owned(), "two".to_owned()), ("index.html".to_owned(), "one".to_owned())]);
}

#[test]
fn foreign_files_are_never_touched() {
    let place = Place::new();
    place.build(&[("index.html", "1"), ("a/x.html", "2")]);
    place.foreign("web.config", "theirs");
    place.foreign("a/notes.txt", "theirs");
    place.build(&[("index.html", "1")]);
    assert_eq!(place.paths(), ["a/notes.txt", "index.html", "web.config"]);

    let staging = place.stage(&[("index.html", "changed"), ("web.config", "ours")]);
    let error = staging.commit(None).unwrap_err();
    assert!(matches!(&error, OutputError::ForeignFile { path } if path.ends_with("web.config")), "{error}");
    assert_eq!(place.files()[1], ("index.html".to_owned(), "1".to_owned()), "nothing was changed before");
    let under_a_file = place.stage(&[("web.config/index.html", "ours")]).commit(None);
    assert!(matches!(under_a_file, Err(OutputError::ForeignFile { .. })));
    let over_a_folder = place.stage(&[("a", "ours")]).commit(None);
    assert!(matches!(over_a_folder, Err(OutputError::ForeignFile { .. })));
    place.no_leftovers();
}

#[test]
fn foreign_folders_are_refused_and_hidden_files_accepted() {
    let place = Place::new();
    place.foreign(".git/config", "theirs");
    place.foreign(".nojekyll", "");
    place.build(&[("index.html", "1")]);
    assert_eq!(place.paths(), [".git/config", ".nojekyll", "index.html"]);

    let place = Place::new();
    place.foreign("photo.jpg", "theirs");
    let error = place.begin().unwrap_err();
    assert!(matches!(error, OutputError::ForeignFolder { .. }), "{error}");
    let diagnostic = error.diagnostic().unwrap();
    assert!(diagnostic.message.contains("public") && diagnostic.hints[0].contains("--output"), "{diagnostic:?}");

    for damaged in ["{", r#"{"version":9,"generator":"steward","files":{}}"#] {
        let place = Place::new();
        place.foreign(MANIFEST_FILE, damaged);
        assert!(matches!(place.begin(), Err(OutputError::Manifest { .. })));
    }
}

#[test]
fn folders_of_the_site_are_refused() {
    let place = Place::new();
    let root = place.root();
    let parent = place.folder.path().to_path_buf();
    for wrong in [&root, &parent, &root.join("content"), &root.join("content/public"), &root.join("x/../themes/y")] {
        let error = Staging::begin(wrong, &root).unwrap_err();
        assert!(matches!(error, OutputError::Misplaced { .. }), "{}: {error}", wrong.display());
    }
    fs::write(root.join("site.toml"), "").unwrap();
    let error = Staging::begin(&root.join("site.toml"), &root).unwrap_err();
    assert!(error.to_string().contains("site.toml"), "{error}");
}

#[test]
fn a_file_becomes_a_folder_and_back() {
    let place = Place::new();
    place.build(&[("a", "file"), ("b/x/y.html", "1")]);
    place.build(&[("a/index.html", "2"), ("b", "file")]);
    assert_eq!(place.paths(), ["a/index.html", "b"]);
    place.build(&[("a", "file"), ("b/x/y.html", "1")]);
    assert_eq!(place.paths(), ["a", "b/x/y.html"]);
    let both = place.stage(&[("a", "file"), ("a/b.html", "1")]).commit(None);
    assert!(matches!(both, Err(OutputError::Collision { .. })));
}

#[test]
fn a_change_of_case_keeps_the_file() {
    let place = Place::new();
    place.build(&[("Team.html", "1"), ("Folder/x.html", "2")]);
    place.build(&[("team.html", "1"), ("folder/x.html", "2")]);
    assert_eq!(place.paths(), ["folder/x.html", "team.html"]);
}

#[test]
fn one_build_at_a_time_and_dead_builds_are_cleared() {
    let place = Place::new();
    let staging = place.stage(&[("index.html", "1")]);
    assert!(matches!(place.begin(), Err(OutputError::Busy { .. })));
    drop(staging);
    let leftover = place.root().join(".steward-staging-public");
    fs::create_dir(&leftover).unwrap();
    fs::write(leftover.join("lock"), "").unwrap();
    fs::write(leftover.join("00000000"), "half").unwrap();
    place.build(&[("index.html", "1")]);
    assert_eq!(place.files(), [("index.html".to_owned(), "1".to_owned())]);
    place.no_leftovers();
}

#[test]
fn after_an_interruption_ours_is_repaired_and_theirs_kept() {
    let place = Place::new();
    place.build(&[("index.html", "1"), ("old.html", "2")]);
    // As if killed after the manifest of old and new files, with one new file in place and the old one not removed.
    let manifest = BTreeMap::from(
        ["index.html", "old.html", "new.html", "other.html"].map(|path| (path.to_owned(), Digest::of(b""))),
    );
    fs::write(place.output().join(MANIFEST_FILE), manifest::to_bytes(&manifest, None).unwrap()).unwrap();
    place.foreign("new.html", "half");
    place.foreign("theirs.txt", "kept");
    let summary = place.build(&[("index.html", "1"), ("new.html", "whole")]);
    assert_eq!(summary, Summary { written: 1, unchanged: 1, removed: 1 });
    assert_eq!(place.paths(), ["index.html", "new.html", "theirs.txt"]);
}

#[test]
fn copies_files_of_the_site() {
    let place = Place::new();
    let film = place.root().join("content/film.mp4");
    fs::write(&film, vec![7; 300_000]).unwrap();
    let file = SourceFile {
        path: "content/film.mp4".into(),
        digest: digest_of(&film).unwrap(),
        content: Content::OnDisk { path: film.clone(), size: 300_000 },
    };
    for expected in [Summary { written: 1, unchanged: 0, removed: 0 }, Summary { written: 0, unchanged: 1, removed: 0 }]
    {
        let staging = place.begin().unwrap();
        assert_eq!(staging.put("film.mp4", OutputContents::Copy(&file)).unwrap(), file.digest);
        assert_eq!(staging.commit(None).unwrap(), expected);
    }
    fs::remove_file(&film).unwrap();
    let place = Place::new();
    let error = place.begin().unwrap().put("film.mp4", OutputContents::Copy(&file)).unwrap_err();
    assert!(error.to_string().contains("content/film.mp4"), "{error}");
}

#[test]
fn folders_come_whole_or_file_by_file_and_hold_the_same() {
    let all = [
        ("a.html", "1"),
        ("mixed/deep/style.css", "2"),
        ("mixed/deep/x.html", "3"),
        ("mixed/x.html", "4"),
        ("others/deep/a.js", "5"),
        ("others/b.js", "6"),
        ("pages/deep/x.html", "7"),
        ("pages/x.html", "8"),
        ("pages-2/x.html", "9"),
    ];
    let mut expected: Vec<(String, String)> =
        all.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    expected.sort();
    // Whatever is there already, by an earlier build or by others.
    for there in 0..all.len() {
        let place = Place::new();
        place.build(&all[there..=there]);
        let changed = format!("{}/mine.txt", all[there].0.rsplit_once('/').map_or(".", |(folder, _)| folder));
        place.foreign(&changed, "theirs");
        let summary = place.build(&all);
        assert_eq!(summary, Summary { written: all.len() - 1, unchanged: 1, removed: 0 });
        fs::remove_file(place.output().join(&changed)).unwrap();
        assert_eq!(place.files(), expected, "{there}");
        place.no_leftovers();
    }
}

#[test]
fn a_path_is_taken_once() {
    let place = Place::new();
    let staging = place.stage(&[("index.html", "1")]);
    assert!(matches!(staging.put("index.html", OutputContents::Bytes(b"2")), Err(OutputError::Collision { .. })));
    assert!(matches!(staging.put("../x", OutputContents::Bytes(b"2")), Err(OutputError::InvalidPath { .. })));
}

#[cfg(unix)]
#[test]
fn symbolic_links_in_the_output_are_not_followed() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.build(&[("index.html", "1"), ("a/x.html", "2"), ("b/x.html", "3")]);
    let elsewhere = place.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("x.html"), "theirs").unwrap();
    for folder in ["a", "b"] {
        fs::remove_dir_all(place.output().join(folder)).unwrap();
        symlink(&elsewhere, place.output().join(folder)).unwrap();
    }
    let through = place.stage(&[("index.html", "1"), ("a/x.html", "2")]).commit(None);
    assert!(matches!(through, Err(OutputError::ForeignFile { .. })));
    place.build(&[("index.html", "1")]);
    assert_eq!(fs::read_to_string(elsewhere.join("x.html")).unwrap(), "theirs");
    // The output folder itself may be one.
    let place = Place::new();
    let real = place.folder.path().join("real");
    fs::create_dir(&real).unwrap();
    symlink(&real, place.output()).unwrap();
    place.build(&[("index.html", "1")]);
    assert!(real.join("index.html").is_file());
    assert!(place.output().is_symlink());
}
