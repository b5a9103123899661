//! Where the front matter starts and ends in a file. Must not know YAML.

use std::ops::Range;

use crate::diagnostic::Span;

/// The block at the top of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// With both `---` lines, without the last line break.
    pub(super) span: Span,
    /// The text between them.
    pub(super) yaml: Range<usize>,
    /// Where the Markdown starts.
    pub(super) body: usize,
}

/// What stands at the top of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A block with its closing line.
    Block(Block),
    /// A `---` line without a closing one. The range holds the lines that look like settings; there is no body.
    Unclosed(Block),
    /// No block; `start` is the offset behind a byte order mark.
    Nothing {
        /// Where the text starts.
        start: usize,
    },
}

/// Finds the block. The closing line is `---` or `...`; white space behind either mark does not matter.
pub(super) fn find(text: &str) -> Found {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = lines_from(text, start);
    let Some((_, opening)) = lines.next().filter(|(_, line)| line.trim_end() == "---") else {
        return Found::Nothing { start };
    };
    let yaml_start = start + opening.len();
    for (at, line) in lines {
        let mark = line.trim_end();
        if mark == "---" || mark == "..." {
            return Found::Block(Block {
                span: Span::new(start, at + mark.len()),
                yaml: yaml_start..at,
                body: at + line.len(),
            });
        }
    }
    let end = settings_end(text, yaml_start);
    Found::Unclosed(Block { span: Span::new(start, end), yaml: yaml_start..end, body: text.len() })
}

/// Lines with their offsets, line breaks included.
pub(super) fn lines_from(text: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    text.get(start..).unwrap_or("").split_inclusive('\n').scan(start, |next, line| {
        let at = *next;
        *next += line.len();
        Some((at, line))
    })
}

/// The end of the lines that look like settings: up to an empty line, a heading, or a line of dashes.
fn settings_end(text: &str, start: usize) -> usize {
    let is_text = |line: &str| {
        let line = line.trim_end();
        line.is_empty() || (line.starts_with('#') && line.contains("# ")) || line.chars().all(is_dash)
    };
    lines_from(text, start).find(|(_, line)| is_text(line)).map_or(text.len(), |(at, _)| at)
}

/// A hyphen, or what a word processor makes of two or three.
pub(super) fn is_dash(character: char) -> bool {
    matches!(character, '-' | '–' | '—')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_with_every_line_break_and_mark() {
        for (text, yaml, body) in [
            ("---\ntitle: a\n---\nBody\n", "title: a\n", "Body\n"),
            ("\u{feff}---\r\ntitle: ü\r\n---\r\nBody", "title: ü\r\n", "Body"),
            ("--- \ntitle: a\n...\nBody", "title: a\n", "Body"),
            ("---\n---\n", "", ""),
            ("---\na: 1\n---", "a: 1\n", ""),
            ("---\na: |\n  ---\n---\n---\n", "a: |\n  ---\n", "---\n"),
        ] {
            let Found::Block(block) = find(text) else { panic!("{text:?}") };
            assert_eq!(&text[block.yaml], yaml, "{text:?}");
            assert_eq!(&text[block.body..], body, "{text:?}");
        }
        for text in ["", "\u{feff}", "Text", "----\na\n----\n", " ---\n---\n", "--\n"] {
            assert!(matches!(find(text), Found::Nothing { .. }), "{text:?}");
        }
    }

    #[test]
    fn an_unclosed_block_ends_where_the_text_starts() {
        for (text, yaml) in [
            ("---\ntitle: a\n\nText", "title: a\n"),
            ("---\ntitle: a\n# Heading\n", "title: a\n"),
            ("---\ntitle: a\n—\nText", "title: a\n"),
            ("---", ""),
            ("---\ntitle: a", "title: a"),
        ] {
            let Found::Unclosed(block) = find(text) else { panic!("{text:?}") };
            assert_eq!(&text[block.yaml], yaml, "{text:?}");
            assert_eq!(block.body, text.len());
        }
    }
}
