//! `steward seal`: the digest of a republished piece's text, written into its front matter.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::{Global, Seal};
use super::{Failure, Outcome, SiteTexts, site};
use crate::diagnostic::{Code, Diagnostic, FilePath, Severity, has_errors};
use crate::document::{self, Document, DocumentKind, ParseOptions, Parsed};
use crate::rights::{self, Sources, pasted, seal};
use crate::source::{Snapshot, SourceFile};

pub(super) fn run(command: &Seal, global: &Global) -> Result<Outcome, Failure> {
    let root = site::root(global)?;
    let root = fs::canonicalize(&root)
        .map_err(|error| Failure::new(format!("the site's folder `{}` cannot be read: {error}", site::shown(&root))))?;
    let snapshot = site::read(&root)?;
    let sources = sources(&snapshot);
    let mut outcome = Outcome::default();
    let mut edits = Vec::new();
    for file in &command.files {
        let (location, path) = inside(file, &root)?;
        let found = seal_one(&path, &snapshot, &sources, &mut outcome.diagnostics)?;
        edits.extend(found.map(|edit| (location, path, edit)));
    }
    crate::diagnostic::sort(&mut outcome.diagnostics);
    outcome.texts = Box::new(SiteTexts(snapshot));
    if has_errors(&outcome.diagnostics) {
        outcome.summary = "nothing was sealed\n".to_owned();
        return Ok(outcome);
    }
    let mut sealed: Vec<Value> = Vec::new();
    for (location, path, edit) in edits {
        if edit.is_change {
            replace(&location, &edit.text)
                .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", site::shown(&location))))?;
        }
        let what = if edit.is_change { "sealed" } else { "had this seal already" };
        outcome.summary.push_str(&format!("`{path}` {what}: {}\n", edit.seal));
        sealed.push(json!({ "file": path.as_str(), "seal": edit.seal, "changed": edit.is_change }));
    }
    outcome.values.insert("sealed".to_owned(), sealed.into());
    Ok(outcome)
}

/// What a file becomes.
struct Edit {
    text: String,
    seal: String,
    is_change: bool,
}

/// The seal of one piece in its file; nothing where the piece has errors, which are reported.
fn seal_one(
    path: &FilePath,
    snapshot: &Snapshot,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Edit>, Failure> {
    let file = snapshot.files.get(path);
    let Some((text, parsed)) = file.and_then(|file| Some((file.text()?, parse(file)?))) else {
        // A file that is there and cannot be read as text has been reported by whoever read it.
        let known =
            snapshot.diagnostics.iter().filter(|found| found.primary.as_ref().is_some_and(|it| it.file == *path));
        diagnostics.extend(known.cloned());
        if diagnostics.is_empty() {
            return Err(Failure::new(format!("`{path}` is no file of the site's content")));
        }
        return Ok(None);
    };
    let piece = parsed.document;
    if piece.kind != DocumentKind::Article {
        return Err(Failure::new(format!("`{path}` is no article")).hint("only republished articles are sealed"));
    }
    // What else there is to say of the file is the build's to say.
    diagnostics.extend(parsed.diagnostics.into_iter().filter(|found| found.severity == Severity::Error));
    let Some(named) = &piece.front.source else {
        if has_errors(diagnostics) {
            return Ok(None);
        }
        return Err(Failure::new(format!("`{path}` names no source, so there is nothing to seal"))
            .hint("only the texts of others are sealed: `source: ID` in the front matter says whose it is"));
    };
    let Some(source) = sources.get(&named.value) else {
        let message = format!("there is no source `{}`", named.value);
        diagnostics.push(Diagnostic::at(Code::SourceUnknown, path, named.span, message));
        return Ok(None);
    };
    let (_, found) = pasted::take_out(&[Arc::clone(&piece)], sources, &BTreeSet::new(), snapshot);
    diagnostics.extend(found);
    let seal = seal::seal_of(&text, piece.body.start as usize, source, &piece);
    let unchanged = piece.front.seal.as_ref().is_some_and(|written| written.value == seal);
    if unchanged {
        return Ok(Some(Edit { text: String::new(), seal, is_change: false }));
    }
    match edited(&text, &piece, &seal) {
        Some(text) => Ok(Some(Edit { text, seal, is_change: true })),
        None => Err(Failure::new(format!("cannot find a place for the seal in the front matter of `{path}`"))
            .hint(format!("add this line by hand: seal: {seal}"))),
    }
}

/// The new text, if reading it gives the seal.
fn edited(text: &str, piece: &Document, seal: &str) -> Option<String> {
    let text = seal::with_seal(text, piece, seal)?;
    let options = ParseOptions { parts: Vec::new() };
    let parsed = document::parse(&piece.path, piece.digest, piece.kind, &text, &options);
    let written = parsed.document.front.seal.as_ref().map(|written| written.value.as_str());
    (written == Some(seal)).then_some(text)
}

fn parse(file: &SourceFile) -> Option<Parsed> {
    let kind = document::kind_of(&file.path)?;
    Some(document::parse(&file.path, file.digest, kind, &file.text()?, &ParseOptions { parts: Vec::new() }))
}

/// The terms and statements; what is wrong with them is the build's to say.
fn sources(snapshot: &Snapshot) -> Sources {
    let documents: Vec<Arc<Document>> =
        snapshot.under("content/sources/").filter_map(|file| Some(parse(file)?.document)).collect();
    rights::source::read(&documents, snapshot).0
}

/// A file named on the command line: where it is, and its path in the site.
fn inside(file: &Path, root: &Path) -> Result<(PathBuf, FilePath), Failure> {
    let shown = site::shown(file);
    // Messages name files from the site's root, and people copy them from there.
    let here = fs::canonicalize(file);
    let location = match &here {
        Ok(location) if location.starts_with(root) => Ok(location.clone()),
        _ => fs::canonicalize(root.join(file)).or(here),
    };
    let location = location.map_err(|error| Failure::new(format!("`{shown}` cannot be read: {error}")))?;
    let relative = location.strip_prefix(root).map_err(|_| {
        Failure::new(format!("`{shown}` is not in the site `{}`", site::shown(root)))
            .hint("name the site's folder with `--root DIR`")
    })?;
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let path = FilePath::from(parts.join("/").as_str());
    Ok((location, path))
}

/// Replaces a file by a text as a whole, so that it is never half-written; its permissions stay.
fn replace(location: &Path, text: &str) -> io::Result<()> {
    let folder = location.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(location)?.permissions())?;
    file.persist(location).map(drop).map_err(|error| error.error)
}
