//! A republished piece on its page: body and statement become one value here, and nowhere is there one without the
//! other.

use super::RepublishedView;
use super::context::ViewContext;
use super::fragment::escape;
use crate::catalog::Entry;
use crate::rights::Source;

/// The body with its owner's complete statement behind it, as one piece of HTML.
///
/// The heading stands outside the statement's element, which holds the statement and nothing else.
pub(super) fn with_statement(context: &ViewContext<'_>, entry: &Entry, source: &Source, body: String) -> String {
    let statement = match source.statement_for(&entry.document) {
        Ok(Some(statement)) => statement,
        // CC0 needs none; a statement that cannot be composed is an error, so that this page is never written.
        Ok(None) | Err(_) => return body,
    };
    let mut html = body;
    html.push_str("<section class=\"statement\">\n<h2 class=\"statement-title\">");
    escape(&mut html, context.strings.get("republished_with_permission"));
    html.push_str("</h2>\n<div class=\"statement-text\" data-statement=\"");
    escape(&mut html, &source.id);
    html.push_str("\">\n");
    html.push_str(&statement.html);
    html.push_str("</div>\n</section>\n");
    html
}

/// Where a piece comes from, for the line above its body.
pub(super) fn origin(context: &ViewContext<'_>, entry: &Entry) -> Option<RepublishedView> {
    let front = &entry.document.front;
    let text = |value: &Option<crate::diagnostic::Spanned<String>>| value.as_ref().map(|value| value.value.clone());
    Some(RepublishedView {
        source: context.source(entry)?,
        original_url: text(&front.original_url),
        original_title: text(&front.original_title),
        published: text(&front.published),
        changes: text(&front.changes),
    })
}
