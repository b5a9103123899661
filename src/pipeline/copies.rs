//! Every text of a site held against what the site knows to be somebody else's.
//!
//! Owns which results of an earlier build hold. Must not know the rules.

use std::sync::{Arc, OnceLock};

use super::Rest;
use crate::catalog::{Catalog, digest::digest};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::memo::Memo;
use crate::rights::copies::check::{Copies, CopiesInput};
use crate::rights::looks;
use crate::source::Digest;

/// What looks as if somebody else had written it, and what stands elsewhere; and whether that is what an earlier build
/// found, because a text has changed that all others have to be held against, and this may follow.
///
/// `settings` covers the settings, `files` all files besides documents.
pub(super) fn check(
    input: &CopiesInput<'_>,
    catalog: &Catalog,
    (settings, files): (Digest, Digest),
    rest: Rest,
    memo: &mut Memo,
) -> (Vec<Diagnostic>, bool) {
    let published: Vec<&Arc<Document>> = catalog.entries.iter().map(|entry| &entry.document).collect();
    let context = memo.context(|| settings);
    let looks = memo.looks.map(context, &published, |at| looks::check(published[at], input.snapshot));
    let mut diagnostics: Vec<Diagnostic> = looks.into_iter().flatten().collect();

    let key = memo.context(|| Copies::key(input));
    let known = memo.known_texts.as_ref().filter(|(known, _)| key == Some(*known)).map(|(_, index)| Arc::clone(index));
    if rest == Rest::MayFollow && known.is_none() && memo.known_texts.is_some() {
        let found = memo.copies.earlier(&published);
        diagnostics.extend(found.iter().flatten().flat_map(|found| found.iter().cloned()));
        diagnostics.extend(memo.copies_elsewhere.iter().flat_map(|(_, elsewhere)| elsewhere.iter().cloned()));
        return (diagnostics, true);
    }
    // Made ready when the first text is met that was not held against the others before.
    let made_ready: OnceLock<Option<Copies<'_>>> = OnceLock::new();
    let copies = || made_ready.get_or_init(|| Copies::new(input, known.clone())).as_ref();
    let context = key.map(|key| digest(&(settings, key)));
    let none = || Arc::from([]);
    let found =
        memo.copies.map(context, &published, |at| copies().map_or_else(none, |it| it.in_document(published[at])));
    diagnostics.extend(found.iter().flat_map(|found| found.iter().cloned()));

    let context = context.map(|context| digest(&(context, files)));
    let known = memo.copies_elsewhere.take().filter(|(known, _)| context == Some(*known)).map(|(_, found)| found);
    let elsewhere = known.unwrap_or_else(|| copies().map_or_else(Vec::new, Copies::elsewhere));
    diagnostics.extend(elsewhere.iter().cloned());
    memo.copies_elsewhere = context.map(|context| (context, elsewhere));
    if let Some(made_ready) = made_ready.get() {
        memo.known_texts = key.zip(made_ready.as_ref()).map(|(key, copies)| (key, copies.index()));
    }
    (diagnostics, false)
}
