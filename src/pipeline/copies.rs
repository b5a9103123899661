//! Every text of a site held against what the site knows to be somebody else's.
//!
//! Owns which results of an earlier build hold. Must not know the rules.

use std::sync::Arc;

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
    let key = memo.context(|| Copies::key(input));
    let known = memo.known_texts.as_ref().filter(|(known, _)| key == Some(*known)).map(|(_, index)| Arc::clone(index));
    let of_settings = memo.context(|| settings);
    let look = |at: usize| looks::check(published[at], input.snapshot);
    if rest == Rest::MayFollow && known.is_none() && memo.known_texts.is_some() {
        let mut diagnostics: Vec<Diagnostic> =
            memo.looks.map(of_settings, &published, look).into_iter().flatten().collect();
        let found = memo.copies.earlier(&published);
        diagnostics.extend(found.iter().flatten().flat_map(|found| found.iter().cloned()));
        diagnostics.extend(memo.copies_elsewhere.iter().flat_map(|(_, elsewhere)| elsewhere.iter().cloned()));
        return (diagnostics, true);
    }
    let context = key.map(|key| digest(&(settings, key)));
    let context_elsewhere = context.map(|context| digest(&(context, files)));
    let elsewhere = memo.copies_elsewhere.take().filter(|(known, _)| context_elsewhere == Some(*known));
    // Made ready where any text was not held against the others before, and before that is asked on all threads: one of
    // them would make it while the others wait. It takes one thread; the others look at the texts by themselves.
    let is_asked = elsewhere.is_none() || !memo.copies.has_all(context, &published);
    let (looks, copies) = rayon::join(
        || memo.looks.map(of_settings, &published, look),
        || is_asked.then(|| Copies::new(input, known)).flatten(),
    );
    let mut diagnostics: Vec<Diagnostic> = looks.into_iter().flatten().collect();
    let none = || Arc::from([]);
    let found = memo
        .copies
        .map(context, &published, |at| copies.as_ref().map_or_else(none, |copies| copies.in_document(published[at])));
    diagnostics.extend(found.iter().flat_map(|found| found.iter().cloned()));

    let found = || copies.as_ref().map_or_else(Vec::new, Copies::elsewhere);
    let elsewhere = elsewhere.map_or_else(found, |(_, elsewhere)| elsewhere);
    diagnostics.extend(elsewhere.iter().cloned());
    memo.copies_elsewhere = context_elsewhere.map(|context| (context, elsewhere));
    if is_asked {
        memo.known_texts = key.zip(copies.as_ref()).map(|(key, copies)| (key, copies.index()));
    }
    (diagnostics, false)
}
