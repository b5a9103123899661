//! The one visibility filter: what it leaves out reaches no output and no other stage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, FilePath};
use crate::document::{Document, DocumentKind};
use crate::rights::Verdict;
use crate::rights::policy::Verdicts;

/// Why a document is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Withheld {
    /// `draft: true`.
    Draft,
    /// Before `publish_on`, or before its source's terms begin.
    Until(Date),
    /// On or after `expires_on`.
    Since(Date),
    /// Its owner does not allow this publication.
    Refused,
}

impl Withheld {
    /// The reason in words, after "it is".
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Draft => "it is a draft".to_owned(),
            Self::Until(day) => format!("it is held back until {day}"),
            Self::Since(day) => format!("it expired on {day}"),
            Self::Refused => "its owner does not allow this publication".to_owned(),
        }
    }
}

/// What decides over visibility besides the documents.
pub(super) struct Filter<'a> {
    /// The day of the build.
    pub(super) day: Date,
    /// Whether drafts are shown.
    pub(super) drafts: bool,
    /// The policy's verdicts.
    pub(super) verdicts: &'a Verdicts,
}

/// The documents that are left out, by file. A folder's `_index.md` that is left out takes the folder with it.
pub(super) fn withheld(documents: &[Arc<Document>], filter: &Filter<'_>) -> BTreeMap<FilePath, Withheld> {
    let folders: BTreeMap<&str, Withheld> = documents
        .iter()
        .filter(|document| document.kind == DocumentKind::Section)
        .filter_map(|document| Some((document.path.folder(), filter.judge(document)?)))
        .collect();
    let withheld: Vec<(FilePath, Withheld)> = documents
        .par_iter()
        .filter_map(|document| {
            let own = filter.judge(document);
            let inherited = || ancestors(document.path.folder()).find_map(|folder| folders.get(folder).copied());
            Some((document.path.clone(), own.or_else(inherited)?))
        })
        .collect();
    withheld.into_iter().collect()
}

/// The documents that are left out whatever their owners say: drafts, and pages before or after their days.
pub fn hidden(documents: &[Arc<Document>], day: Date, drafts: bool) -> BTreeSet<FilePath> {
    withheld(documents, &Filter { day, drafts, verdicts: &Verdicts::new() }).into_keys().collect()
}

/// A folder and the folders above it.
pub(super) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| folder.rsplit_once('/').map(|(parent, _)| parent))
}

impl Filter<'_> {
    fn judge(&self, document: &Document) -> Option<Withheld> {
        let front = &document.front;
        if front.draft && !self.drafts {
            return Some(Withheld::Draft);
        }
        if let Some(from) = front.publish_on.as_ref().filter(|from| self.day < from.value) {
            return Some(Withheld::Until(from.value));
        }
        if let Some(end) = front.expires_on.as_ref().filter(|end| self.day >= end.value) {
            return Some(Withheld::Since(end.value));
        }
        self.verdicts.get(&document.path).map(|verdict| match verdict {
            Verdict::Refused => Withheld::Refused,
            Verdict::NotYetValid(from) => Withheld::Until(*from),
        })
    }
}

/// Notes that name every page that is left out because of a day, so that nobody searches for it.
pub(super) fn notes(withheld: &BTreeMap<FilePath, Withheld>) -> Vec<Diagnostic> {
    withheld
        .iter()
        .filter_map(|(path, reason)| match reason {
            Withheld::Until(day) => Some((path, format!("this page is held back until {day}"))),
            Withheld::Since(day) => Some((path, format!("this page is no longer published since {day}"))),
            Withheld::Draft | Withheld::Refused => None,
        })
        .map(|(path, message)| Diagnostic::in_file(Code::VisibilityHeldBack, path, message))
        .collect()
}
