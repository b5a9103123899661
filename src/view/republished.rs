//! Text of a republished piece on a page: text and statement become one value here, and nowhere is there the body, or
//! a whole part in a guide, without the other. On lists of parts the statement stands once behind the excerpts.

use super::context::{PageContext, group_link};
use super::fragment::escape;
use super::plan::Dimension;
use super::{RepublishedView, StatementView};
use crate::catalog::Entry;
use crate::rights::words::words_with_places;
use crate::rights::{Source, statement::Statement};

/// How much of a piece's parts may stand outside its own page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excerpt {
    /// All of it: an own article, or a licence that allows it.
    Whole,
    /// This many words in a row.
    Words(usize),
    /// Nothing.
    None,
}

/// The terms of a piece's source; `None` for own articles.
pub(super) fn source_of<'a>(context: &PageContext<'a>, entry: &Entry) -> Option<&'a Source> {
    let named = entry.document.front.source.as_ref()?;
    context.terms(&named.value)
}

/// How much of an article's parts may stand outside its own page. A piece whose source is unknown gives nothing.
pub(super) fn excerpt_of(context: &PageContext<'_>, entry: &Entry) -> Excerpt {
    if entry.document.front.source.is_none() {
        return Excerpt::Whole;
    }
    match source_of(context, entry).map(Source::excerpt_words) {
        Some(None) => Excerpt::Whole,
        None | Some(Some(0)) => Excerpt::None,
        Some(Some(words)) => Excerpt::Words(words as usize),
    }
}

/// The text, cut to at most `limit` words; blocks become one paragraph.
pub(super) fn cut_to_words(text: &str, limit: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words_with_places(&text).get(limit) {
        None => text,
        Some((_, next)) => {
            let kept = text[..next.start].trim_end_matches(|last: char| !last.is_alphanumeric());
            format!("{kept} …")
        }
    }
}

/// Text of a piece, as HTML, with its owner's complete statement behind it under a heading of this level.
///
/// The heading stands outside the statement's element, which holds the statement and nothing else. It speaks the
/// site's language, also where the piece around it speaks another.
pub(super) fn with_statement(
    context: &PageContext<'_>,
    entry: &Entry,
    source: &Source,
    level: u8,
    content: String,
) -> String {
    let Some(statement) = statement_of(source, entry) else { return content };
    let mut html = content;
    let language = context.foreign_language(entry).map(|_| context.config.language.as_str());
    let language = language_attribute(language);
    html.push_str(&format!("<section class=\"statement\">\n<h{level} class=\"statement-title\"{language}>"));
    escape(&mut html, context.strings.get("republished_with_permission"));
    html.push_str(&format!("</h{level}>\n"));
    html.push_str(&element(&source.id, &statement));
    html.push_str("</section>\n");
    html
}

/// The attribute that tells a language, with a space before it; nothing where no language has to be told.
pub(super) fn language_attribute(language: Option<&str>) -> String {
    let mut html = String::new();
    if let Some(language) = language {
        html.push_str(" lang=\"");
        escape(&mut html, language);
        html.push('"');
    }
    html
}

/// The statement of a piece. CC0 needs none; one that cannot be composed is an error, so that no page is ever written.
fn statement_of(source: &Source, entry: &Entry) -> Option<Statement> {
    source.statement_for(&entry.document).ok().flatten()
}

fn element(id: &str, statement: &Statement) -> String {
    let mut html = String::from("<div class=\"statement-text\" data-statement=\"");
    escape(&mut html, id);
    html.push_str("\">\n");
    html.push_str(&statement.html);
    html.push_str("</div>\n");
    html
}

/// Adds the statement of a piece to those of a page, unless it stands there; whether it was added.
pub(super) fn add_statement(context: &PageContext<'_>, entry: &Entry, statements: &mut Vec<StatementView>) -> bool {
    let Some(source) = source_of(context, entry) else { return false };
    let (Some(statement), Some(group)) = (statement_of(source, entry), entry.source) else { return false };
    let content = element(&source.id, &statement);
    if statements.iter().any(|known| known.content == content) {
        return false;
    }
    statements.push(StatementView { source: group_link(context.group(Dimension::Sources, group)), content });
    true
}

/// Where a piece comes from, for the line above its body.
pub(super) fn origin(context: &PageContext<'_>, entry: &Entry) -> Option<RepublishedView> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_end_at_a_word() {
        for (limit, expected) in [
            (3, "One two, three …"),
            (4, "One two, three …"),
            (5, "One two, three — naïve—four …"),
            (6, "One two, three — naïve—four five."),
            (9, "One two, three — naïve—four five."),
        ] {
            assert_eq!(cut_to_words("One two, three\n— naïve—four five.", limit), expected, "{limit}");
        }
    }
}
