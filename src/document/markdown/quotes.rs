//! Quotes: a block quote whose last line is a dash and a name becomes a figure with a caption.
//!
//! The caption is shown behind an em dash, whatever the author wrote; the name keeps its markup.

use std::ops::Range;

use super::output::Position;
use super::render::{LastLine, QuoteStart, Renderer};
use crate::document::Quote;

/// How an element that may hold the caption ends.
const PARAGRAPH_END: &str = "</p>\n";

impl Renderer<'_> {
    pub(super) fn end_quote(&mut self, quote: QuoteStart) {
        if !self.make_figure(&quote) {
            self.out.markup("</blockquote>\n");
        }
        self.out.end_block();
    }

    /// Turns the quote into a figure if its last line names somebody.
    fn make_figure(&mut self, quote: &QuoteStart) -> bool {
        let Some((before, start)) = line_of_caption(quote) else { return false };
        let line = self.out.text().get(start.text..).unwrap_or("");
        let Some(name) = name_in(line) else { return false };
        let dash = 0..line.len() - name.len();
        let said = self.out.copy_text(quote.start.text..before.text);
        if said.is_empty() || !self.out.html().ends_with(PARAGRAPH_END) {
            return false;
        }
        let mut caption = self.out.split_off(start);
        let length = caption.html().len();
        caption.remove(length.saturating_sub(PARAGRAPH_END.len())..length, 0..0);
        let dash_in_html = dash_range(caption.html());
        caption.remove(dash_in_html, dash);
        let name = caption.copy_text(0..caption.text().len());
        let line_break = self.out.split_off(before);
        if line_break.html() != "<p>" {
            self.out.markup(PARAGRAPH_END);
        }
        self.out.markup("</blockquote>\n<figcaption>");
        self.out.end_block();
        self.out.visible("— ");
        self.out.append(caption);
        self.out.markup("</figcaption>\n</figure>\n");
        let written = self.out.split_off(quote.start);
        self.out.markup("<figure class=\"quote\">\n");
        self.out.append(written);
        self.quotes.push(Quote { text: said, caption: name, span: self.report.span(&quote.range) });
        true
    }
}

/// Where the last line of a quote begins, before and behind the markup that begins it.
fn line_of_caption(quote: &QuoteStart) -> Option<(Position, Position)> {
    let paragraph = quote.last.as_ref()?;
    match paragraph.last_line {
        LastLine::First => Some((paragraph.start, paragraph.content)),
        LastLine::After { before_break, start } => Some((before_break, start)),
        LastLine::Inside => None,
    }
}

/// The name behind the dash that a line begins with. A tilde also means "about", so a letter has to follow it.
fn name_in(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if !line.starts_with(['—', '–', '~']) && !line.starts_with("--") {
        return None;
    }
    let name = line.trim_start_matches(is_dash_or_space);
    let is_name = if line.starts_with('~') {
        name.starts_with(char::is_alphabetic)
    } else {
        name.chars().any(char::is_alphanumeric)
    };
    is_name.then_some(name)
}

/// Where the dash and the spaces around it stand at the beginning of a caption, behind tags that open there.
fn dash_range(html: &str) -> Range<usize> {
    let mut rest = html.trim_start();
    while let Some(tag) = rest.strip_prefix('<') {
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    html.len() - rest.len()..html.len() - rest.trim_start_matches(is_dash_or_space).len()
}

fn is_dash_or_space(character: char) -> bool {
    matches!(character, '—' | '–' | '-' | '~') || character.is_whitespace()
}
