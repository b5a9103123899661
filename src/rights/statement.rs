//! An owner's complete statement: read from the source file, or composed for a Creative Commons piece.
//!
//! The statement goes to the page exactly as written: only what CommonMark says of paragraphs, links, autolinks,
//! emphasis, hard breaks, escapes and character references is applied. Must not know where it will be shown.

mod addresses;
mod links;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned};

/// A complete statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// Paragraphs as HTML.
    pub html: String,
    /// The visible text, one space between blocks.
    pub text: String,
    /// The links in order.
    pub links: Vec<StatementLink>,
}

/// A link of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLink {
    /// Its visible text.
    pub text: String,
    /// Its target, absolute, as written.
    pub target: String,
}

impl Statement {
    /// Whether there is no statement at all.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Whose statement it is, as far as its links are concerned.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner<'a> {
    /// The owner's name.
    pub title: &'a str,
    /// The owner's site.
    pub homepage: Option<&'a str>,
    /// Hosts that may stand for one another.
    pub hosts: &'a [Spanned<String>],
}

/// Reads the statement that starts at byte `start` of a source file.
///
/// Anything but the markup named above is reported at its place and its text kept, so that further problems show; so
/// are web addresses that are no links, and links whose visible address is another than their target.
pub fn read(
    path: &FilePath,
    text: &str,
    start: usize,
    owner: &Owner<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Statement {
    let markdown = text.get(start..).unwrap_or("");
    let mut reader = Reader::default();
    for (event, range) in Parser::new_ext(markdown, Options::empty()).into_offset_iter() {
        let span = Span::from(range).shifted(start);
        if let Err(what) = reader.event(event, span) {
            diagnostics.push(
                Diagnostic::at(Code::RightsStatementMarkup, path, span, format!("a statement cannot hold {what}"))
                    .hint("a statement is made of paragraphs with links, emphasis and line breaks, nothing else"),
            );
        }
    }
    let Reader { statement, places, .. } = reader;
    diagnostics.extend(links::check(path, &statement, &places, owner));
    statement
}

/// The statement of a Creative Commons piece: “TITLE” by AUTHORS, SOURCE, is licensed under LICENCE.
pub fn compose(piece: &ComposedPiece<'_>) -> Statement {
    let mut reader = Reader::default();
    reader.statement.html.push_str("<p>");
    reader.text("“");
    reader.link(piece.title, piece.original_url);
    reader.text("” by ");
    reader.text(&piece.authors.join(", "));
    reader.text(", ");
    reader.text(piece.source);
    reader.text(", is licensed under ");
    reader.link(piece.licence_name, piece.licence_deed);
    reader.text(".");
    if let Some(note) = piece.changes {
        reader.text(" Changes: ");
        reader.text(note);
    }
    reader.statement.html.push_str("</p>");
    reader.statement
}

/// What a composed statement names.
pub struct ComposedPiece<'a> {
    /// The original's title, else the article's.
    pub title: &'a str,
    /// The original's address.
    pub original_url: &'a str,
    /// Who wrote it.
    pub authors: &'a [&'a str],
    /// The owner's name.
    pub source: &'a str,
    /// `CC BY 4.0`.
    pub licence_name: &'a str,
    /// The licence's deed.
    pub licence_deed: &'a str,
    /// What was changed.
    pub changes: Option<&'a str>,
}

/// Where the parts of a statement stand in its file.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Where stretches of the statement's text begin, each with its place in the file, ascending.
    pub(super) text: Vec<(usize, Span)>,
    /// Each link's text, as a range of the statement's, and its place.
    pub(super) links: Vec<(Range<usize>, Span)>,
}

#[derive(Default)]
struct Reader {
    statement: Statement,
    places: Places,
    /// Index of the link whose text is being read.
    open_link: Option<usize>,
}

impl Reader {
    /// Adds one event; the error names markup that is not allowed.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), &'static str> {
        self.places.text.push((self.statement.text.len(), span));
        match event {
            Event::Start(Tag::Paragraph) => {
                if !self.statement.text.is_empty() {
                    self.statement.text.push(' ');
                }
                self.statement.html.push_str("<p>");
            }
            Event::End(TagEnd::Paragraph) => self.statement.html.push_str("</p>\n"),
            Event::Start(Tag::Emphasis) => self.statement.html.push_str("<em>"),
            Event::End(TagEnd::Emphasis) => self.statement.html.push_str("</em>"),
            Event::Start(Tag::Strong) => self.statement.html.push_str("<strong>"),
            Event::End(TagEnd::Strong) => self.statement.html.push_str("</strong>"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let here = self.statement.text.len();
                self.places.links.push((here..here, span));
                self.open(&dest_url);
            }
            Event::End(TagEnd::Link) => {
                if let Some((text, _)) = self.places.links.last_mut() {
                    text.end = self.statement.text.len();
                }
                self.close();
            }
            Event::Text(text) => self.text(&text),
            Event::SoftBreak => {
                self.statement.html.push('\n');
                self.visible(" ");
            }
            Event::HardBreak => {
                self.statement.html.push_str("<br>\n");
                self.visible(" ");
            }
            Event::Code(text) => {
                self.text(&text);
                return Err("code");
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                self.text(&text);
                return Err("raw HTML");
            }
            Event::Start(Tag::Image { .. }) => return Err("an image"),
            Event::Start(Tag::Heading { .. }) => return Err("a heading"),
            Event::Start(Tag::List(_)) => return Err("a list"),
            Event::Start(Tag::BlockQuote(_)) => return Err("a quote"),
            Event::Start(Tag::CodeBlock(_)) => return Err("a code block"),
            Event::Rule => return Err("a thematic break"),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, target: &str) {
        self.open_link = Some(self.statement.links.len());
        self.statement.links.push(StatementLink { text: String::new(), target: target.to_owned() });
        self.statement.html.push_str("<a href=\"");
        escape(&mut self.statement.html, target);
        self.statement.html.push_str("\">");
    }

    fn close(&mut self) {
        self.open_link = None;
        self.statement.html.push_str("</a>");
    }

    fn link(&mut self, text: &str, target: &str) {
        self.open(target);
        self.text(text);
        self.close();
    }

    fn text(&mut self, text: &str) {
        escape(&mut self.statement.html, text);
        self.visible(text);
    }

    fn visible(&mut self, text: &str) {
        self.statement.text.push_str(text);
        if let Some(link) = self.open_link {
            self.statement.links[link].text.push_str(text);
        }
    }
}

/// Writes text into HTML: the four characters that mean something there become references, all others stay.
fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(markdown: &str) -> (Statement, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let path = FilePath::from("content/sources/a.md");
        let statement = read(&path, markdown, 0, &Owner::default(), &mut diagnostics);
        (statement, diagnostics)
    }

    #[test]
    fn is_kept_exactly() {
        let (statement, diagnostics) = statement(
            "Copyright \"A & B\" -- used (c) with *care*.\n\nVisit [a.example](https://a.example/?x=1&y=2).\n",
        );
        assert_eq!(diagnostics, []);
        assert_eq!(statement.text, "Copyright \"A & B\" -- used (c) with care. Visit a.example.");
        assert_eq!(
            statement.html,
            "<p>Copyright &quot;A &amp; B&quot; -- used (c) with <em>care</em>.</p>\n\
             <p>Visit <a href=\"https://a.example/?x=1&amp;y=2\">a.example</a>.</p>\n"
        );
        assert_eq!(statement.links[0].text, "a.example");
    }

    #[test]
    fn other_markup_and_relative_links_are_refused() {
        let (_, diagnostics) = statement("# A heading\n\n- a list\n\n[link](page.md) and `code`\n");
        let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "a statement cannot hold a heading",
                "a statement cannot hold a list",
                "a statement cannot hold code",
                "the statement's link `page.md` is not a complete address",
            ]
        );
    }
}
