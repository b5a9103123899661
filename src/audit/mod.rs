//! `steward audit`: proves attribution on a finished output folder, from its bytes and the site's own files.
//!
//! Knows nothing of how the files were made: which pieces stand where is found by their text. Every file is read on its
//! own, in parallel, and let go. Where the build's manifest is at hand, the folder is also held against that.
//!
//! | room | owns |
//! |---|---|
//! | `known` | the site's pieces, terms and statements |
//! | `folder` | the output's files |
//! | `tree`, `page_text`, `page`, `proof` | one page |
//! | `texts` | the texts of every other kind of file |
//! | `manifest` | what the build wrote |
//! | `wording` | the sentences of findings |
//! | `report` | the report in four formats |

mod folder;
mod known;
mod manifest;
mod page;
mod page_text;
mod proof;
pub mod report;
mod texts;
mod tree;
mod wording;

use std::sync::Arc;

use rayon::prelude::*;

pub use folder::{Folder, FolderError};

use crate::date::Date;
use crate::diagnostic::render::SourceTexts;
use crate::diagnostic::{self, Code, Diagnostic, FilePath, Severity, Span};
use crate::output::MANIFEST_FILE;
use crate::rights::authors::{self, FalseAuthor};
use crate::rights::copies::place;
use crate::rights::report::{Carrier, Report};
use crate::rights::verify::{SiteAddress, Stylesheets, StylesheetsBuilder};
use crate::rights::words::words_of;
use crate::source::{Digest, Snapshot};
use folder::Contents;
use known::Known;
use page::{Found, Kind, Page};
use texts::Form;

/// What an audit is made from.
pub struct AuditInput<'a> {
    /// The site's own files.
    pub snapshot: &'a Snapshot,
    /// The finished output.
    pub folder: &'a Folder,
    /// The day for which it is proved.
    pub day: Date,
    /// Whether files that differ from the build's list are errors.
    pub strict: bool,
}

/// What an audit found.
#[derive(Debug)]
pub struct Audit {
    /// Everything there is to say; files are relative to the output folder, except those of the site itself.
    pub diagnostics: Vec<Diagnostic>,
    /// What the site says of its sources and pieces; `None` where its settings cannot be read.
    pub report: Option<Report>,
    /// Every statement that stands as its owner asks.
    pub carriers: Vec<Carrier>,
    /// Files read.
    pub files: usize,
    /// Pages among them.
    pub pages: usize,
    /// Files whose text, if they hold any, was not read: pictures, sound, documents, archives.
    pub unread: Vec<String>,
}

/// Audits a finished output. The error is the machine's.
pub fn audit(input: &AuditInput<'_>) -> Result<Audit, FolderError> {
    let known = match Known::read(input.snapshot, input.day) {
        Ok(known) => known,
        Err(diagnostics) => {
            return Ok(Audit {
                diagnostics,
                report: None,
                carriers: Vec::new(),
                files: 0,
                pages: 0,
                unread: Vec::new(),
            });
        }
    };
    let names: Vec<&str> = input.folder.names().into_iter().filter(|name| *name != MANIFEST_FILE).collect();
    let stylesheets = stylesheets(input.folder, &names, &known)?;
    let judged: Result<Vec<Judged>, FolderError> =
        names.par_iter().map(|name| judge_file(name, input.folder, &known, &stylesheets)).collect();
    let mut diagnostics = known.diagnostics.clone();
    let (mut carriers, mut digests, mut unread, mut pages) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (name, judged) in names.iter().zip(judged?) {
        diagnostics.extend(judged.diagnostics);
        carriers.extend(judged.carriers);
        digests.push((*name, judged.digest));
        pages += usize::from(judged.is_page);
        if judged.is_unread {
            unread.push((*name).to_owned());
        }
    }
    let mut diagnostics = with_overrides(diagnostics, &known);
    diagnostic::sort(&mut diagnostics);
    add_beside(manifest::compare(input.folder, &digests, input.strict)?, &known, &mut diagnostics);
    diagnostic::sort(&mut diagnostics);
    Ok(Audit { diagnostics, report: Some(known.report), carriers, files: names.len(), pages, unread })
}

/// Adds what differs from the build's list. What is wrong with a file and that the build did not make it so are one
/// matter: the second is said beside the first.
fn add_beside(differing: Vec<Diagnostic>, known: &Known, diagnostics: &mut Vec<Diagnostic>) {
    for found in with_overrides(differing, known) {
        let file = found.primary.as_ref().map(|label| &label.file);
        let same_file = diagnostics
            .iter_mut()
            .find(|other| other.severity == Severity::Error && other.primary.as_ref().map(|label| &label.file) == file);
        match same_file {
            Some(other) => {
                other.hints.push(format!("{} ({})", found.message, found.code.info().name));
            }
            None => diagnostics.push(found),
        }
    }
}

/// Every style sheet and script of the folder, whatever loads it.
fn stylesheets(folder: &Folder, names: &[&str], known: &Known) -> Result<Stylesheets, FolderError> {
    let mut builder = StylesheetsBuilder::default();
    for name in names {
        let form = Form::of(name);
        // Pages are no scripts, and there are too many of them to be read twice.
        if !matches!(form, Form::Style | Form::Script | Form::Plain) {
            continue;
        }
        if let Contents::Bytes(bytes) = folder.read(name)? {
            match form {
                Form::Style => builder.add_stylesheet(name, &bytes),
                Form::Script if name.ends_with("js") => builder.add_script(name, &bytes),
                _ => builder.add_file(name, &bytes),
            }
        }
    }
    Ok(builder.finish(SiteAddress::new(known.config.base_url.as_ref().map(url::Url::as_str))))
}

/// What one file came to.
struct Judged {
    digest: Digest,
    diagnostics: Vec<Diagnostic>,
    carriers: Vec<Carrier>,
    is_page: bool,
    is_unread: bool,
}

fn judge_file(name: &str, folder: &Folder, known: &Known, stylesheets: &Stylesheets) -> Result<Judged, FolderError> {
    let file = FilePath::from(name);
    let unread =
        |digest| Judged { digest, diagnostics: Vec::new(), carriers: Vec::new(), is_page: false, is_unread: true };
    if Form::of(name) == Form::Binary {
        return Ok(unread(folder.digest(name)?));
    }
    let bytes = match folder.read(name)? {
        Contents::Bytes(bytes) => bytes,
        Contents::TooLarge => {
            let mut judged = unread(folder.digest(name)?);
            judged.diagnostics.push(too_large(&file));
            return Ok(judged);
        }
    };
    let digest = Digest::of(&bytes);
    let mut judged = Judged { is_unread: false, ..unread(digest) };
    let (inner, bytes) = match Form::of(name) {
        Form::Gzip => match folder::unpacked(&bytes) {
            Ok(Contents::Bytes(bytes)) => (inner_name(name), bytes),
            Ok(Contents::TooLarge) => {
                judged.diagnostics.push(too_large(&file));
                return Ok(judged);
            }
            // Hosts would send it as it is; there is no text in it that anybody can read.
            Err(_) => return Ok(unread(digest)),
        },
        _ => (name, bytes),
    };
    let form = Form::of(inner);
    if matches!(form, Form::Binary | Form::Gzip) || form == Form::Plain && !Folder::looks_like_text(&bytes) {
        return Ok(unread(digest));
    }
    let text = texts::decoded(bytes);
    let found = judge_text(&file, inner, form, &text, known, stylesheets);
    judged.is_page = form == Form::Html;
    judged.diagnostics = found.diagnostics;
    judged.carriers = found.placements.into_iter().map(|placement| Carrier::new(name, digest, placement)).collect();
    Ok(judged)
}

/// `a.html` for `a.html.gz`; a picture in `.svgz` stays one.
fn inner_name(name: &str) -> &str {
    let without = |ending: usize| name.get(..name.len().saturating_sub(ending)).unwrap_or(name);
    if name.to_ascii_lowercase().ends_with(".svgz") { without(1) } else { without(3) }
}

fn too_large(file: &FilePath) -> Diagnostic {
    let message = format!("`{file}` is too large to be searched, so that nothing is proved of it");
    let mut diagnostic = Diagnostic::in_file(Code::IoTooLarge, file, message);
    diagnostic.severity = Severity::Error;
    diagnostic.hint("take it out of the folder, or split it")
}

fn judge_text(file: &FilePath, path: &str, form: Form, text: &str, known: &Known, stylesheets: &Stylesheets) -> Found {
    match form {
        Form::Html => page::judge(&Page { file, path, html: text, kind: Kind::Page }, known, stylesheets),
        Form::Xml => {
            let mut found = Found::default();
            found.diagnostics.extend(
                authors::check_feed(text, &known.authors).into_iter().map(|it| {
                    Diagnostic::at(Code::RightsFalseAuthor, file, it.span, it.message).hint(FalseAuthor::HINT)
                }),
            );
            for part in texts::of_xml(text) {
                if part.is_page && part.entry.is_some() {
                    let item = Page { file, path, html: &part.text, kind: Kind::FeedItem };
                    let item = page::judge(&item, known, &Stylesheets::none());
                    found
                        .diagnostics
                        .extend(item.diagnostics.into_iter().map(|found| in_entry(found, part.entry, file, text)));
                    found.placements.extend(item.placements);
                } else {
                    let part_text = if part.is_page { texts::all_of_page(&part.text) } else { part.text };
                    found.diagnostics.extend(copies_in(file, text, &part_text, known));
                }
            }
            found
        }
        _ => {
            let mut found = Found::default();
            for part in texts::texts_of(form, text) {
                for diagnostic in copies_in(file, text, &part, known) {
                    let is_new = |known: &Diagnostic| known.message != diagnostic.message;
                    if found.diagnostics.iter().all(is_new) {
                        found.diagnostics.push(diagnostic);
                    }
                }
            }
            found
        }
    }
}

/// Says in which entry of a feed a finding is, at the place where the entry begins.
fn in_entry(mut diagnostic: Diagnostic, entry: Option<usize>, file: &FilePath, feed: &str) -> Diagnostic {
    let Some(entry) = entry else { return diagnostic };
    diagnostic.message = format!("entry {} of the feed: {}", entry + 1, diagnostic.message);
    let begins = |(at, _): &(usize, &str)| {
        let name = feed[at + 1..].split(['>', ' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
        name.eq_ignore_ascii_case("entry") || name.eq_ignore_ascii_case("item")
    };
    if let Some((at, _)) = feed.match_indices('<').filter(begins).nth(entry) {
        let end = feed[at..].find('>').map_or(feed.len(), |end| at + end + 1);
        diagnostic.primary = Diagnostic::at(diagnostic.code, file, Span::new(at, end), "").primary;
    }
    diagnostic
}

/// Text of pieces in a text that can carry no statement.
fn copies_in(file: &FilePath, raw: &str, text: &str, known: &Known) -> Vec<Diagnostic> {
    let words = words_of(text);
    let mut diagnostics = Vec::new();
    for run in known.texts.find(&words, None) {
        let piece = &known.pieces[run.text];
        let at = |code, message: String| match place::span_of(raw, 0, &words[run.words.clone()]) {
            Some(span) => Diagnostic::at(code, file, span, message),
            None => Diagnostic::in_file(code, file, message),
        };
        if let Some(refusal) = &piece.refused {
            diagnostics.push(at(refusal.code, wording::refused(piece, &refusal.message)).hint(wording::refused_hint()));
        } else if piece.statement.is_some() && !page::is_teaser_elsewhere(piece, run.words.len()) {
            let shown = place::shown(text, run.words.clone());
            diagnostics.push(
                at(Code::RightsCopiedText, wording::copied(piece, run.words.len(), None))
                    .hint(wording::words_hint(&shown))
                    .hint(wording::aside_hint()),
            );
        }
    }
    diagnostics
}

/// The site's own severities, as in a build; fixed ones stay.
fn with_overrides(diagnostics: Vec<Diagnostic>, known: &Known) -> Vec<Diagnostic> {
    let severity = |found: &Diagnostic| known.config.severity.get(&found.code).filter(|_| !found.code.info().fixed);
    diagnostics
        .into_iter()
        .filter_map(|mut found| {
            if let Some(severity) = severity(&found) {
                found.severity = (*severity)?;
            }
            Some(found)
        })
        .collect()
}

/// The texts that an audit's diagnostics point into: files of the folder as they were read, else those of the site.
pub struct AuditTexts {
    /// The finished output.
    pub folder: Folder,
    /// The site's own files.
    pub snapshot: Snapshot,
}

impl SourceTexts for AuditTexts {
    fn text(&self, path: &FilePath) -> Option<Arc<str>> {
        if self.folder.names().binary_search(&path.as_str()).is_err() {
            return self.snapshot.text(path).map(Arc::from);
        }
        let Ok(Contents::Bytes(bytes)) = self.folder.read(path) else { return None };
        let bytes = match Form::of(path) {
            Form::Gzip => match folder::unpacked(&bytes) {
                Ok(Contents::Bytes(bytes)) => bytes,
                _ => return None,
            },
            _ => bytes,
        };
        Some(Arc::from(texts::decoded(bytes)))
    }
}
