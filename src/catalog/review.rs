//! Which pages are due for a check. Must not know who reads the report.

use super::Review;
use crate::date::{Date, Interval};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Document, DocumentKind};

/// How long a check lasts where neither the page nor the settings say so.
const ONCE_A_YEAR: Interval = Interval { days: 365 };

/// The review state of a document; `None` for kinds that are not reviewed or have no day to count from.
pub(super) fn state(document: &Document, default_interval: Option<Interval>, day: Date) -> Option<Review> {
    let front = &document.front;
    let reviewed = front.reviewed.as_ref().map(|reviewed| reviewed.value);
    let interval = front.review_every.as_ref().map(|interval| interval.value);
    let by_default = matches!(document.kind, DocumentKind::Article | DocumentKind::Path) && front.source.is_none();
    if reviewed.is_none() && interval.is_none() && !by_default {
        return None;
    }
    let written = front.updated.as_ref().or(front.date.as_ref()).map(|date| date.value);
    let from = reviewed.max(written)?;
    let interval = interval.or(default_interval).or(reviewed.map(|_| ONCE_A_YEAR));
    let due = interval.and_then(|interval| from.checked_add(jiff::Span::new().days(i64::from(interval.days))).ok());
    Some(Review { reviewed, due, overdue: due.is_some_and(|due| day > due) })
}

/// The warning for an overdue page.
pub(super) fn overdue(document: &Document, review: &Review) -> Option<Diagnostic> {
    let due = review.due.filter(|_| review.overdue)?;
    let front = &document.front;
    let span =
        front.reviewed.as_ref().or(front.updated.as_ref()).or(front.date.as_ref()).map_or(front.span, |date| date.span);
    let who = front.owner.as_ref().map_or_else(
        || "this page has no owner; name one with `owner:`".to_owned(),
        |owner| format!("ask {} to check the page, then set `reviewed:` to that day", owner.value),
    );
    Some(
        Diagnostic::at(Code::ReviewOverdue, &document.path, span, format!("this page was due for a review on {due}"))
            .hint(who),
    )
}
