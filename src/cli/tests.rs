//! Tests of commands without a process: what they return, not how it is shown.

use std::fs;
use std::path::Path;

use super::*;

fn parse(words: &[&str]) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(["steward"].iter().chain(words))
}

fn try_command(words: &[&str]) -> Result<Outcome, Failure> {
    let arguments = parse(words).map_err(|error| Failure::new(error.to_string()))?;
    perform(&arguments)
}

fn text_of(failure: Failure) -> String {
    match failure {
        Failure::Message { message, hints } => format!("{message}\n{}", hints.join("\n")),
        Failure::Diagnostic(found) => {
            format!("{}: {}\n{}", found.code.info().name, found.message, found.hints.join("\n"))
        }
    }
}

fn refusal(words: &[&str]) -> String {
    match try_command(words) {
        Ok(_) => panic!("{words:?} must fail"),
        Err(failure) => text_of(failure),
    }
}

fn done(words: &[&str]) -> Outcome {
    try_command(words).unwrap_or_else(|failure| panic!("{words:?}: {}", text_of(failure)))
}

fn inside(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn the_command_line_is_consistent() {
    use clap::CommandFactory;
    Arguments::command().debug_assert();
    for wrong in [
        &["build", "--as-of", "2027-1-1"][..],
        &["build", "--base-url", "kb.example"],
        &["build", "--format", "xml"],
        &["build", "-q", "-v"],
        &["bild"],
        &["new"],
    ] {
        assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
    }
    assert!(parse(&["build", "--as-of", "2027-1-1"]).unwrap_err().to_string().contains("did you mean 2027-01-01?"));
    assert_eq!(parse(&["--version"]).unwrap_err().exit_code(), 0);
    assert!(parse(&["check", "--root", "x", "--format", "json"]).is_ok(), "global flags stand after the command too");
}

#[test]
fn explain_finds_codes_as_they_are_copied() {
    for typed in ["link-broken", "error[link-broken]:", "`link-broken`", "LINK_BROKEN"] {
        let outcome = done(&["explain", typed]);
        assert!(outcome.answer.starts_with("link-broken\n"), "{typed}");
        assert_eq!(outcome.values["codes"][0]["name"], "link-broken");
    }
    assert!(refusal(&["explain", "link-brokn"]).contains("did you mean `link-broken`?"));
    let all = done(&["explain"]);
    for code in crate::diagnostic::Code::ALL {
        assert!(all.answer.contains(code.info().name));
    }
}

#[test]
fn new_writes_a_whole_site_into_an_empty_folder_only() {
    let folder = tempfile::tempdir().unwrap();
    let target = inside(folder.path(), "a b/handbook");
    let outcome = done(&["new", &target]);
    assert!(outcome.answer.contains(&format!("steward build --root \"{target}\"")), "{}", outcome.answer);
    let snapshot = crate::source::disk::read_site(Path::new(&target)).unwrap();
    assert!(snapshot.diagnostics.is_empty());
    assert_eq!(snapshot.under("content/articles/").count(), 3);
    for file in [".gitignore", ".gitlab-ci.yml", ".github/workflows/site.yml", "README.md", "site.toml"] {
        assert!(Path::new(&target).join(file).is_file(), "{file}");
    }
    let article = fs::read_to_string(Path::new(&target).join("content/articles/first-minute.md")).unwrap();
    assert!(article.contains("\nreviewed: 2") && !article.contains("2000-01-01"), "{article}");
    assert!(refusal(&["new", &target]).contains("is not empty"));
    let cloned = inside(folder.path(), "cloned");
    fs::create_dir_all(Path::new(&cloned).join(".git")).unwrap();
    done(&["new", &cloned]);
}

#[test]
fn a_folder_that_is_no_site_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = inside(folder.path(), "missing");
    assert!(refusal(&["build", "--root", &missing]).contains(&missing));
    let empty = refusal(&["check", "--root", folder.path().to_str().unwrap()]);
    assert!(empty.starts_with("config-missing:") && empty.contains(folder.path().to_str().unwrap()), "{empty}");
}

#[test]
fn build_refuses_a_folder_that_is_not_its_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("site.toml"), "title = 'x'").unwrap();
    fs::create_dir(folder.path().join("public")).unwrap();
    fs::write(folder.path().join("public/theirs.txt"), "x").unwrap();
    let root = folder.path().to_str().unwrap();
    assert!(refusal(&["build", "--root", root]).starts_with("output-foreign-folder:"));
    assert!(refusal(&["build", "--root", root, "--output", root]).starts_with("output-foreign-folder:"));
    assert_eq!(fs::read_dir(folder.path().join("public")).unwrap().count(), 1);
}

/// A site with a source and one piece, whose file is written as given.
fn site_with_piece(folder: &Path, piece: &str) -> String {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("site.toml", "title = \"Site\"\n");
    write(
        "content/sources/guild.md",
        "---\ntitle: Guild\nlicence: custom\n---\nCopyright, Lantern Guild. Used with permission.\n",
    );
    write("content/articles/own.md", "---\ntitle: Own\n---\nText.\n");
    write("content/articles/piece.md", piece);
    inside(folder, "content/articles/piece.md")
}

#[test]
fn a_seal_is_added_or_replaced_and_every_other_byte_stays() {
    let seal_line = |text: &str| text.lines().find(|line| line.starts_with("seal:")).unwrap().to_owned();
    let mut seals = Vec::new();
    for piece in [
        "---\ntitle: P\nsource: guild  # theirs\nauthors: [A]\n---\n# One\n\n- two\n",
        "\u{feff}---\r\ntitle: P\r\nsource: \"guild\"\r\n---\r\n# One\r\n\r\n- two\r\n",
        "---\ntitle: P\nsource: guild\nseal:\n---\n# One\n\n- two\n\nCopyright, Lantern Guild.\nUsed with permission.\n",
        "---\ntitle: P\nseal: 'steward1:00'   # old\nsource: guild\n---\n# One\n\n* two\n",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = site_with_piece(folder.path(), piece);
        let root = folder.path().to_str().unwrap().to_owned();
        let outcome = done(&["seal", "--root", &root, &file]);
        assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
        let sealed = fs::read_to_string(&file).unwrap();
        let line = seal_line(&sealed);
        let rest: String = sealed.split_inclusive('\n').filter(|line| !line.starts_with("seal:")).collect();
        let before: String = piece.split_inclusive('\n').filter(|line| !line.starts_with("seal:")).collect();
        assert_eq!(rest, before);
        assert_eq!(sealed.contains("\r\n"), piece.contains("\r\n"));
        seals.push(line.split_whitespace().nth(1).unwrap().trim_matches('\'').to_owned());

        let again = done(&["seal", "--root", &root, &file]);
        assert_eq!(again.values["sealed"][0]["changed"], false);
        assert_eq!(fs::read_to_string(&file).unwrap(), sealed);
    }
    assert!(seals[0].starts_with("steward1:") && seals.iter().all(|seal| *seal == seals[0]), "{seals:?}");
}

#[test]
fn what_cannot_be_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap().to_owned();
    site_with_piece(
        folder.path(),
        "---\ntitle: P\nsource: guild\n---\nText.\n\nCopyright, Lantern Guild. Used with good permission.\n",
    );
    let seal = |path: &str| ["seal".to_owned(), "--root".to_owned(), root.clone(), path.to_owned()];
    let words = |path: &str| seal(path).to_vec();
    let refused = |path: &str| refusal(&words(path).iter().map(String::as_str).collect::<Vec<_>>());
    assert!(refused("content/articles/own.md").contains("names no source"));
    assert!(refused("content/sources/guild.md").contains("is no article"));
    assert!(refused("content/articles/none.md").contains("cannot be read"));
    assert!(refused("site.toml").contains("no file of the site's content"));
    let altered = done(&words("content/articles/piece.md").iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(altered.diagnostics[0].code, crate::diagnostic::Code::RightsStatementAltered);
    assert!(altered.is_refused());
    let text = fs::read_to_string(folder.path().join("content/articles/piece.md")).unwrap();
    assert!(!text.contains("seal:"));
}
