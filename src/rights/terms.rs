//! Terms that contradict one another, told at the line that is wrong. Must not know any piece.

use super::licence::Licence;
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};
use crate::document::front_matter::{Permission, SourceTerms};

/// Everything in a source's terms that cannot be meant.
pub(super) fn contradictions(path: &FilePath, terms: &SourceTerms, licence: Option<&Licence>) -> Vec<Diagnostic> {
    let report = |span: Span, message: String| Diagnostic::at(Code::RightsTermsInvalid, path, span, message);
    let mut found = Vec::new();
    if let (Some(Licence::AllRightsReserved), Some(grant)) = (licence, terms.grants.first()) {
        found.push(
            report(grant.span, "an all-rights-reserved source grants nothing outside its permission".to_owned())
                .hint("move these grants below `permission:`"),
        );
    }
    if let Some(Licence::CreativeCommons(licence)) = licence {
        let loosened = terms.changes.as_ref().filter(|changes| {
            licence.forbids_changes() && matches!(changes.value.as_str(), "allowed" | "with-note" | "house-style")
        });
        found.extend(loosened.map(|changes| {
            let message = format!("`changes: {}` contradicts {}, which allows none", changes.value, licence.name());
            report(changes.span, message).hint("write `changes: forbidden`, or leave the line out").fix("forbidden")
        }));
        let paid = terms.grants.iter().find(|grant| {
            licence.is_non_commercial()
                && (grant.price.is_empty() || grant.price.iter().any(|price| price.value == "paid"))
        });
        found.extend(paid.map(|grant| {
            let message = format!("this grant allows a paid use, and {} does not", licence.name());
            report(grant.span, message).hint(
                "write `price: [free]`; what the owner has allowed you beyond the licence belongs below `permission:`",
            )
        }));
    }
    if let Some(permission) = &terms.permission {
        found.extend(contradictions_of_permission(permission, terms, report));
    }
    found
}

fn contradictions_of_permission(
    permission: &Permission,
    terms: &SourceTerms,
    report: impl Fn(Span, String) -> Diagnostic,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if permission.grants.is_empty() {
        found.push(report(permission.span, "the permission allows nothing: it has no `grants`".to_owned()).hint(
            "write down what the letter allows: `grants: [{ medium: [website], price: [free], audience: [internal] }]`",
        ));
    }
    if permission.reference.is_none() && permission.granted_by.is_none() {
        found.push(
            report(
                permission.span,
                "nobody can find this permission again: it has no `ref` and no `granted_by`".to_owned(),
            )
            .hint("write the reference of the letter or contract as `ref`, and who gave it as `granted_by`"),
        );
    }
    if let (Some(until), Some(from)) = (&permission.until, &terms.valid_from)
        && until.value < from.value
    {
        let message = format!("the permission ends before the terms begin, on {}", from.value);
        found.push(report(until.span, message).hint("one of the two days is probably a slip"));
    }
    found
}
