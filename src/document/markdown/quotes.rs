//! Quotes: a block quote whose last line is a dash and a name becomes a figure with a caption.
//!
//! The caption is shown behind an em dash, whatever the author wrote; the name keeps its markup.

use std::ops::Range;

use super::output::{PARAGRAPH_END, Position};
use super::render::{LastLine, QuoteStart, Renderer};

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
        let beginning = self.out.html_before_slots(start);
        let dash_in_html = dash_range(beginning);
        let dashes = beginning[dash_in_html.clone()].chars().filter(|character| is_dash(*character)).count();
        if dashes == 0 || !names_somebody(line) {
            return false;
        }
        let dash = 0..dash_length(line, dashes);
        let said = self.out.copy_text(quote.start.text..before.text);
        if said.is_empty() || !self.out.html().ends_with(PARAGRAPH_END) {
            return false;
        }
        let mut caption = self.out.split_off(start);
        let length = caption.html().len();
        caption.remove(length.saturating_sub(PARAGRAPH_END.len())..length, 0..0);
        caption.remove(dash_in_html, dash);
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

/// Whether a line is a dash and a name. A tilde also means "about", so a letter has to follow it.
fn names_somebody(line: &str) -> bool {
    let line = line.trim_start();
    if !line.starts_with(['—', '–', '~']) && !line.starts_with("--") {
        return false;
    }
    let name = line.trim_start_matches(|character: char| is_dash(character) || character.is_whitespace());
    if line.starts_with('~') { name.starts_with(char::is_alphabetic) } else { name.chars().any(char::is_alphanumeric) }
}

/// Where the dash and the spaces around it stand at the beginning of a caption, behind tags that open there.
fn dash_range(html: &str) -> Range<usize> {
    let mut rest = html.trim_start();
    while let Some(tag) = rest.strip_prefix('<') {
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    let name = rest.trim_start_matches(|character: char| is_dash(character) || character.is_whitespace());
    html.len() - rest.len()..html.len() - name.len()
}

/// The length of the first `dashes` dashes of a text with the spaces around them.
fn dash_length(text: &str, dashes: usize) -> usize {
    let mut rest = text.trim_start();
    for _ in 0..dashes {
        rest = rest.strip_prefix(is_dash).unwrap_or(rest).trim_start();
    }
    text.len() - rest.len()
}

fn is_dash(character: char) -> bool {
    matches!(character, '—' | '–' | '-' | '~')
}
