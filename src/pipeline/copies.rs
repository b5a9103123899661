//! Every text of a site held against what the site knows to be somebody else's.
//!
//! Owns which results of an earlier build hold. Must not know the rules.

use std::sync::Arc;

use crate::catalog::{Catalog, digest::digest};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::memo::Memo;
use crate::rights::copies::check::{Copies, CopiesInput};
use crate::rights::looks;
use crate::source::Digest;

/// What looks as if somebody else had written it, and what stands elsewhere.
pub(super) fn check(input: &CopiesInput<'_>, catalog: &Catalog, settings: Digest, memo: &mut Memo) -> Vec<Diagnostic> {
    let published: Vec<&Arc<Document>> = catalog.entries.iter().map(|entry| &entry.document).collect();
    let context = memo.context(|| settings);
    let looks = memo.looks.map(context, &published, |at| looks::check(published[at], input.snapshot));
    let mut diagnostics: Vec<Diagnostic> = looks.into_iter().flatten().collect();

    let key = memo.context(|| Copies::key(input));
    let known = memo.known_texts.as_ref().filter(|(known, _)| key == Some(*known)).map(|(_, index)| Arc::clone(index));
    let Some(copies) = Copies::new(input, known) else { return diagnostics };
    memo.known_texts = key.map(|key| (key, copies.index()));
    let context = key.map(|key| digest(&(settings, key)));
    let found = memo.copies.map(context, &published, |at| copies.in_document(published[at]));
    diagnostics.extend(found.iter().flat_map(|found| found.iter().cloned()));
    diagnostics.extend(copies.elsewhere());
    diagnostics
}
