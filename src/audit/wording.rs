//! The sentences of the audit's findings, in one place, so that they speak alike.

use super::known::Piece;

/// Text of a piece where it has no statement.
pub(super) fn copied(piece: &Piece, count: usize, aside: Option<&str>) -> String {
    let (file, source) = (&piece.document.path, &piece.source);
    let place = aside.map_or_else(String::new, |what| format!("{what}: "));
    format!(
        "{place}{count} words of `{file}`, a republished piece of `{source}`, stand here without the statement of `{source}`"
    )
}

/// The words in question.
pub(super) fn words_hint(shown: &str) -> String {
    format!("the words are “{shown}”")
}

/// What to do about copied text.
pub(super) fn copy_hint(piece: &Piece) -> String {
    match piece.excerpt {
        0 => "take the text out; only the article itself may show it, with the owner's complete statement".to_owned(),
        usize::MAX => format!("show the complete statement of `{}` in the same article", piece.source),
        words => format!(
            "quote at most {words} words in a row, with the complete statement of `{}` after them in the page's <main>",
            piece.source
        ),
    }
}

/// What to do about text that readers do not see.
pub(super) fn aside_hint() -> String {
    "lists, previews and machines show it without the owner's statement: let the theme use the summary there".to_owned()
}

/// The whole text in a feed that may have its summary only.
pub(super) fn feed_text(piece: &Piece) -> String {
    format!("the feed carries text of `{}`, whose owner `{}` allows a summary only", piece.document.path, piece.source)
}

/// What to do about it.
pub(super) fn feed_hint() -> String {
    "give feeds the summary; `feeds: full` in the source's file is for owners who have agreed to more".to_owned()
}

/// A piece that must not be published.
pub(super) fn refused(piece: &Piece, why: &str) -> String {
    format!("text of `{}` stands here and must not be published: {why}", piece.document.path)
}

/// What to do about it.
pub(super) fn refused_hint() -> String {
    "build again: a build leaves the piece out or says what is missing; delete copies that no build made".to_owned()
}
