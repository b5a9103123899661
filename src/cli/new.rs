//! `steward new`: a small working site.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::arguments::New;
use super::{Failure, Outcome, site};

/// The starter site, as it is written, but for the day of review.
static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/starter");

/// The day of review in the starter's files. It is replaced by today: somebody looks at them now, and a fixed day would
/// be overdue a year after this was written.
const REVIEWED: &str = "reviewed: 2000-01-01";

pub(super) fn run(command: &New) -> Result<Outcome, Failure> {
    let folder = &command.folder;
    let shown = site::shown(folder);
    refuse_if_used(folder, &shown)?;
    let mut created = Vec::new();
    write(&STARTER, folder, &mut created)?;
    created.sort();
    let argument = if shown.contains(char::is_whitespace) { format!("\"{shown}\"") } else { shown.clone() };
    let mut outcome = Outcome {
        answer: format!(
            "`{shown}` holds a small site of {} files. Next:\n\n  steward build --root {argument}\n  steward check --root {argument}\n",
            created.len()
        ),
        ..Outcome::default()
    };
    outcome.values.insert("created".to_owned(), created.into_iter().map(Value::from).collect());
    Ok(outcome)
}

/// A folder that was just made for the site may hold the version control's files already.
fn refuse_if_used(folder: &Path, shown: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("the folder `{shown}` cannot be read: {error}"));
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        if entry.map_err(failed)?.file_name() != ".git" {
            return Err(Failure::new(format!("the folder `{shown}` is not empty"))
                .hint("name a folder that does not exist yet: `steward new handbook`"));
        }
    }
    Ok(())
}

fn with_today(contents: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(contents) {
        Ok(text) if text.contains(REVIEWED) => {
            let today = format!("reviewed: {}", Timestamp::now().to_zoned(TimeZone::UTC).date());
            Cow::Owned(text.replace(REVIEWED, &today).into_bytes())
        }
        _ => Cow::Borrowed(contents),
    }
}

fn write(folder: &Dir<'_>, target: &Path, created: &mut Vec<String>) -> Result<(), Failure> {
    let failed = |path: &Path, error: io::Error| Failure::new(format!("cannot write `{}`: {error}", site::shown(path)));
    for entry in folder.entries() {
        let location = target.join(entry.path());
        match entry {
            DirEntry::Dir(inner) => write(inner, target, created)?,
            DirEntry::File(file) => {
                let parent = location.parent().unwrap_or(target);
                fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
                fs::write(&location, with_today(file.contents())).map_err(|error| failed(&location, error))?;
                created.push(entry.path().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(())
}
