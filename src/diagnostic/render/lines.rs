//! Byte offsets to lines and columns, the one place that knows how.

use std::ops::Range;

/// A place as editors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters (Unicode scalar values); a byte order mark is none.
    pub column: usize,
}

/// The byte order mark that some editors put before a text.
const MARK: char = '\u{feff}';

/// The starts of a text's lines. `\n`, `\r\n` and a single `\r` end a line, as in Markdown and YAML.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|at| bytes.get(*at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n'));
        Self { starts: std::iter::once(0).chain(ends.map(|at| at + 1)).collect() }
    }

    /// The number of lines; an empty text has one.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: every text has a line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The line, from 1, that holds the byte at `offset`; offsets past the end are in the last line.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The bytes of a line, from 1, without its end and without a byte order mark; empty for a line that is not there.
    pub fn range(&self, text: &str, line: usize) -> Range<usize> {
        let Some(start) = line.checked_sub(1).and_then(|index| self.starts.get(index).copied()) else {
            return text.len()..text.len();
        };
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        let whole = text.get(start..end).unwrap_or_default();
        let mark = if start == 0 && whole.starts_with(MARK) { MARK.len_utf8() } else { 0 };
        start + mark..(start + whole.trim_end_matches(['\n', '\r']).len()).max(start + mark)
    }

    /// Line and column of the byte at `offset` of `text`. Offsets inside a character count as its start, offsets past
    /// the end as the end.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = start_of_character(text, offset);
        let line = self.line_of(offset);
        let start = self.range(text, line).start;
        let column = 1 + text.get(start..offset).map_or(0, |before| before.chars().count());
        Position { line, column }
    }
}

/// The start of the character that holds the byte at `offset`; the end of the text for offsets past it.
pub(super) fn start_of_character(text: &str, offset: usize) -> usize {
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_editors_do() {
        let text = "\u{feff}é\r\nzwei\rdrei\n\n日本";
        let lines = LineIndex::new(text);
        assert_eq!(lines.len(), 5);
        let at = |offset| {
            let Position { line, column } = lines.position(text, offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 1), "the mark is no column");
        assert_eq!(at(4), (1, 1), "inside é");
        assert_eq!(at(5), (1, 2));
        assert_eq!(at(text.find("zwei").unwrap()), (2, 1));
        assert_eq!(at(text.find("rei").unwrap()), (3, 2));
        assert_eq!(at(text.find('本').unwrap()), (5, 2));
        assert_eq!(at(10_000), (5, 3));
        assert_eq!(&text[lines.range(text, 1)], "é");
        assert_eq!(&text[lines.range(text, 2)], "zwei");
        assert_eq!(&text[lines.range(text, 4)], "");
        assert_eq!(lines.range(text, 99), text.len()..text.len());
        assert_eq!(LineIndex::new("").position("", 0), Position { line: 1, column: 1 });
    }
}
