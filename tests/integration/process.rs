//! What needs a process: exit codes, streams, the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

use crate::golden::read_tree;

const BINARY: &str = env!("CARGO_BIN_EXE_steward");

fn steward(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY).current_dir(folder).args(arguments).output().expect("steward can be started")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("steward ends by itself")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

/// A folder with the starter site, built.
fn demo() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let made = steward(folder.path(), &["new", "demo"]);
    assert_eq!(code(&made), 0, "{}", text(&made.stderr));
    let built = steward(folder.path(), &["build", "--root", "demo", "--strict"]);
    assert_eq!(code(&built), 0, "{}", text(&built.stderr));
    folder
}

fn modified(root: &Path) -> BTreeMap<String, SystemTime> {
    read_tree(root)
        .into_keys()
        .map(|path| {
            let metadata = fs::metadata(root.join(&path)).expect("the file is there");
            (path, metadata.modified().expect("the disk keeps time stamps"))
        })
        .collect()
}

#[test]
fn the_starter_site_builds_without_a_word_and_stays_the_same() {
    let folder = demo();
    let output = folder.path().join("demo/public");
    let (first, stamps) = (read_tree(&output), modified(&output));
    assert!(first.contains_key("index.html") && first.contains_key(".steward-manifest.json"));
    let again = steward(folder.path(), &["build", "--root", "demo", "--strict"]);
    assert_eq!(code(&again), 0);
    assert!(read_tree(&output) == first, "the same bytes");
    assert_eq!(modified(&output), stamps, "untouched files");
}

#[test]
fn the_same_bytes_in_another_folder_zone_and_thread_count() {
    let folder = demo();
    let first = read_tree(&folder.path().join("demo/public"));
    let elsewhere = folder.path().join("some where/else");
    for (path, bytes) in
        read_tree(&folder.path().join("demo")).into_iter().filter(|(path, _)| !path.starts_with("public/"))
    {
        let path = elsewhere.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    let built = Command::new(BINARY)
        .args(["build", "--strict"])
        .current_dir(elsewhere.join("content"))
        .env("TZ", "Pacific/Kiritimati")
        .env("LC_ALL", "de_DE.UTF-8")
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .expect("started");
    assert_eq!(code(&built), 0, "{}", text(&built.stderr));
    assert!(read_tree(&elsewhere.join("public")) == first);
}

#[test]
fn a_build_of_the_same_says_what_a_whole_one_says() {
    let folder = demo();
    let output = folder.path().join("demo/public");
    let build = |arguments: &[&str]| {
        let built = steward(folder.path(), &[&["build", "--root", "demo", "--format", "json"], arguments].concat());
        assert_eq!(code(&built), 0, "{}", text(&built.stderr));
        let mut said: serde_json::Value = serde_json::from_slice(&built.stdout).expect("one object");
        said.as_object_mut().expect("an object").remove("timings");
        said
    };
    let stamps = modified(&output);
    let (left_out, whole) = (build(&[]), build(&["--timings"]));
    assert_eq!(left_out, whole, "with timings every stage is done");
    assert_eq!(left_out["output"]["written"], 0);
    assert_eq!(modified(&output), stamps);
    fs::write(output.join("index.html"), "changed by hand").expect("written");
    assert_eq!(build(&[])["output"]["written"], 1, "it is repaired");
    let later = build(&["--as-of", "2031-01-01"]);
    assert_ne!(later["diagnostics"], whole["diagnostics"], "another day is another build");
}

#[test]
fn a_refused_build_leaves_the_last_good_one() {
    let folder = demo();
    let output = folder.path().join("demo/public");
    let (before, stamps) = (read_tree(&output), modified(&output));
    fs::write(folder.path().join("demo/content/articles/broken.md"), "---\ntitle: Broken\n---\n\n[x](nowhere.md)\n")
        .expect("written");
    let refused = steward(folder.path(), &["build", "--root", "demo"]);
    assert_eq!(code(&refused), 1);
    let message = text(&refused.stderr);
    assert!(message.contains("link-broken") && message.contains("content/articles/broken.md:5"), "{message}");
    assert!(refused.stdout.is_empty());
    assert!(read_tree(&output) == before);
    assert_eq!(modified(&output), stamps);
    let beside: Vec<_> =
        fs::read_dir(folder.path().join("demo")).expect("listed").map(|it| it.expect("read").file_name()).collect();
    assert!(
        !beside.iter().any(|name| name.to_string_lossy().contains("staging")),
        "nothing half-made is left: {beside:?}"
    );
}

#[test]
fn stale_files_go_and_foreign_files_stay() {
    let folder = demo();
    let site = folder.path().join("demo");
    fs::write(site.join("content/articles/short-lived.md"), "---\ntitle: Short\nown: true\n---\n\nText.\n")
        .expect("written");
    assert_eq!(code(&steward(&site, &["build"])), 0);
    assert!(site.join("public/articles/short-lived.html").exists());
    fs::write(site.join("public/notes.txt"), "ours").expect("written");
    fs::create_dir_all(site.join("public/empty")).expect("made");
    fs::remove_file(site.join("content/articles/short-lived.md")).expect("removed");
    assert_eq!(code(&steward(&site, &["build"])), 0);
    assert!(!site.join("public/articles/short-lived.html").exists());
    assert_eq!(fs::read_to_string(site.join("public/notes.txt")).expect("kept"), "ours");
    assert!(site.join("public/empty").exists());
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let folder = demo();
    let foreign = folder.path().join("photos");
    fs::create_dir_all(&foreign).expect("made");
    fs::write(foreign.join("cat.jpg"), "a cat").expect("written");
    let refused = steward(folder.path(), &["build", "--root", "demo", "--output", foreign.to_str().expect("a name")]);
    assert_ne!(code(&refused), 0);
    assert!(text(&refused.stderr).contains("output-foreign-folder"), "{}", text(&refused.stderr));
    assert_eq!(read_tree(&foreign).len(), 1);
}

#[test]
fn exit_codes_and_streams() {
    let folder = demo();
    for (arguments, expected) in [
        (&["check", "--root", "demo"][..], 0),
        (&["explain", "link-broken"][..], 0),
        (&["explain", "link-brocken"][..], 2),
        (&["build", "--root", "no-such-folder"][..], 2),
        (&["bild"][..], 2),
        (&["new", "demo"][..], 2),
        (&["build", "--root", "demo", "--as-of", "2026-1-5"][..], 2),
    ] {
        let output = steward(folder.path(), arguments);
        assert_eq!(code(&output), expected, "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    }
    let json = steward(folder.path(), &["check", "--root", "demo", "--format", "json"]);
    let parsed: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one object");
    assert!(parsed["diagnostics"].is_array());
    assert!(json.stderr.is_empty());
}

#[test]
fn an_audit_ends_with_the_code_that_says_what_it_found() {
    let folder = demo();
    let audit = |arguments: &[&str]| steward(folder.path(), &[&["audit", "--root", "demo"], arguments].concat());
    let untouched = audit(&["--strict"]);
    assert_eq!(code(&untouched), 0, "{}", text(&untouched.stderr));
    assert!(untouched.stderr.is_empty());

    let output = folder.path().join("demo/public");
    let old = output.join("old.html");
    fs::write(&old, "<p>Left over from an earlier build.").expect("written");
    assert_eq!(code(&audit(&[])), 0, "a warning");
    assert_eq!(code(&audit(&["--strict"])), 1);
    fs::remove_file(&old).expect("removed");

    let (path, page) = read_tree(&output)
        .into_iter()
        .find(|(path, bytes)| path.starts_with("articles/") && text_or_empty(bytes).contains("data-statement"))
        .expect("the starter site has a republished piece");
    let page = text(&page);
    let (before, statement) = page.split_at(page.find("data-statement").expect("found above"));
    let altered = format!("{before}{}", statement.replacen("Copyright", "Copywright", 1));
    fs::write(output.join(&path), altered).expect("written");
    for report in ["rights.md", "rights.html", "rights.json", "rights.csv"] {
        let found = audit(&["--report", report, "--format", "json"]);
        assert_eq!(code(&found), 1);
        let said = text(&found.stdout);
        assert!(said.contains("rights-statement-altered") && said.contains("output-changed-file"), "{said}");
        assert!(said.contains(&format!("\"file\": \"{path}\"")), "{said}");
        let report = fs::read_to_string(folder.path().join(report)).expect("the report is written");
        assert!(report.contains("rights-statement-altered") && report.contains(&path), "{report}");
    }

    let wrong = audit(&["--report", "rights.docx"]);
    assert_eq!((code(&wrong), text(&wrong.stderr).contains("`.csv`")), (2, true));
    let missing = audit(&["nowhere"]);
    assert_eq!((code(&missing), text(&missing.stderr).contains("`nowhere` does not exist")), (2, true));
}

fn text_or_empty(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}
