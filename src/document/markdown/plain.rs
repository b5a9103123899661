//! A Markdown text as plain blocks with their places, whatever the site's named parts are.
//!
//! What is compared over years (seals) or with other texts (statements) is read here, so that it depends on the file
//! alone. Must not know HTML as steward writes it.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::EXTENSIONS;
use crate::diagnostic::Span;

/// A paragraph, a heading, a list item without paragraphs of its own, a cell, a block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainBlock {
    /// Its visible text; line breaks are spaces.
    pub text: String,
    /// Where it stands in the file.
    pub span: Span,
    /// Whether it is a paragraph.
    pub is_paragraph: bool,
}

/// The blocks of the Markdown that starts at byte `start` of `text`, in order. Blocks without text are left out.
pub fn plain_blocks(text: &str, start: usize) -> Vec<PlainBlock> {
    let mut reader = Reader { blocks: Vec::new(), open: None, is_paragraph: false, pictures: 0, html: String::new() };
    for (event, range) in Parser::new_ext(text.get(start..).unwrap_or(""), EXTENSIONS).into_offset_iter() {
        reader.event(&event, range.start + start..range.end + start);
    }
    reader.end_block();
    reader.blocks
}

struct Reader {
    blocks: Vec<PlainBlock>,
    /// The text of the open block and its place.
    open: Option<(String, Range<usize>)>,
    is_paragraph: bool,
    /// Descriptions of pictures that are open: they are not shown as text.
    pictures: usize,
    /// The lines of an HTML block so far.
    html: String,
}

impl Reader {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Image { .. }) => self.pictures += 1,
            Event::End(TagEnd::Image) => self.pictures = self.pictures.saturating_sub(1),
            Event::Start(tag) if is_block(&tag.to_end()) => {
                self.end_block();
                self.is_paragraph = matches!(tag, Tag::Paragraph);
            }
            Event::End(tag) if is_block(tag) => {
                if matches!(tag, TagEnd::HtmlBlock) {
                    let html = std::mem::take(&mut self.html);
                    self.text(&text_of_html(&html), range);
                }
                self.end_block();
            }
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(text, range);
            }
            Event::Html(html) => self.html.push_str(html),
            Event::SoftBreak | Event::HardBreak => self.text(" ", range),
            Event::Rule => self.end_block(),
            Event::Start(_)
            | Event::End(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.pictures > 0 {
            return;
        }
        let (open, place) = self.open.get_or_insert_with(|| (String::new(), range.clone()));
        open.push_str(text);
        place.end = place.end.max(range.end);
    }

    fn end_block(&mut self) {
        if let Some((text, place)) = self.open.take().filter(|(text, _)| !text.trim().is_empty()) {
            self.blocks.push(PlainBlock { text, span: place.into(), is_paragraph: self.is_paragraph });
        }
        self.is_paragraph = false;
    }
}

/// Whether an element separates blocks; the others stand inside one.
fn is_block(tag: &TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// The text of an HTML block, a space for every tag.
fn text_of_html(html: &str) -> String {
    let mut text = String::new();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| -> Option<Infallible> {
        match event {
            CallbackEvent::String { value } => text.push_str(&String::from_utf8_lossy(value)),
            CallbackEvent::OpenStartTag { .. } | CallbackEvent::EndTag { .. } => text.push(' '),
            _ => {}
        }
        None
    });
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_their_places() {
        let text = "---\n## A *heading*\n\nFirst &amp; [link](x.md)\nline[^n] <b>two</b>.\n\n- one\n- two\n\n  three\n\n| a | b |\n|---|---|\n| c | d |\n\n<div>raw\ntext</div>\n\n![alt](p.png)\n\n[^n]: Note.\n";
        let blocks = plain_blocks(text, 4);
        let texts: Vec<(&str, bool)> = blocks.iter().map(|block| (block.text.as_str(), block.is_paragraph)).collect();
        assert_eq!(
            texts,
            [
                ("A heading", false),
                ("First & link line two.", true),
                ("one", true),
                ("two", true),
                ("three", true),
                ("a", false),
                ("b", false),
                ("c", false),
                ("d", false),
                (" raw\ntext \n", false),
                ("Note.", true),
            ]
        );
        assert_eq!(&text[blocks[1].span.range()], "First &amp; [link](x.md)\nline[^n] <b>two</b>.");
    }
}
