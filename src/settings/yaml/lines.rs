//! A broken block cut into top-level entries, whose lines can be replaced while places still point into the file.
//!
//! Must not know what is wrong with a line.

use std::borrow::Cow;

use crate::diagnostic::Span;

/// A line of the block, perhaps corrected.
#[derive(Debug)]
pub(super) struct Line<'source> {
    /// Where it starts in the file.
    pub(super) start: usize,
    /// As in the file, line break included.
    pub(super) original: &'source str,
    /// As it is parsed.
    pub(super) text: Cow<'source, str>,
    /// How many bytes a correction left alone at the start and at the end; measured once, because a line may hold
    /// thousands of places.
    kept: (usize, usize),
}

impl Line<'_> {
    /// Whether it was corrected once; nothing is corrected twice.
    pub(super) fn is_corrected(&self) -> bool {
        matches!(self.text, Cow::Owned(_))
    }

    /// The line as in the file without its line break and trailing white space.
    pub(super) fn content(&self) -> &str {
        self.original.trim_end()
    }

    /// From an offset in the parsed line to one in the file. What a correction put in maps to where it was put.
    fn original_offset(&self, within: usize) -> usize {
        let (old, new) = (self.original.len(), self.text.len());
        let (prefix, suffix) = self.kept;
        // Between what stayed before and what stayed behind, a deletion belongs to what stayed behind.
        let deleted = new < old && within + suffix >= new;
        let mapped = if within < prefix || within == prefix && !deleted {
            within
        } else if within + suffix >= new {
            old.saturating_sub(new.saturating_sub(within))
        } else {
            within.clamp(prefix, old - suffix)
        };
        let mut mapped = mapped.min(old);
        while !self.original.is_char_boundary(mapped) {
            mapped -= 1;
        }
        self.start + mapped
    }
}

/// How many bytes two lines share at the start and, apart from those, at the end.
fn shared_ends(old: &str, new: &str) -> (usize, usize) {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let shorter = old.len().min(new.len());
    let prefix = old.iter().zip(new).take_while(|(left, right)| left == right).count();
    let ends = old.iter().rev().zip(new.iter().rev()).take(shorter - prefix);
    (prefix, ends.take_while(|(left, right)| left == right).count())
}

/// One top-level entry: the line of its key and all lines up to the next one.
#[derive(Debug)]
pub(super) struct Chunk<'source> {
    pub(super) lines: Vec<Line<'source>>,
}

impl Chunk<'_> {
    /// The text to parse and the way back to the file.
    pub(super) fn scratch(&self) -> (String, OffsetMap) {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            starts.push(text.len());
            text.push_str(&line.text);
        }
        (text, OffsetMap { starts })
    }

    /// Parses `corrected` instead of a line from now on; its line break is kept.
    pub(super) fn replace(&mut self, line: usize, corrected: &str) {
        if let Some(line) = self.lines.get_mut(line) {
            let line_break = &line.original[line.content().len()..];
            line.text = Cow::Owned(format!("{corrected}{line_break}"));
            line.kept = shared_ends(line.original, &line.text);
        }
    }

    /// The place of a line without its line break.
    pub(super) fn line_span(&self, line: usize) -> Span {
        self.lines.get(line).map_or(Span::default(), |line| Span::new(line.start, line.start + line.content().len()))
    }

    /// The key that the entry starts with, if it has one.
    pub(super) fn key(&self) -> Option<String> {
        let line = self.lines.first()?.content();
        let (key, _) = line.split_once([':', '=']).unwrap_or_else(|| line.split_once(' ').unwrap_or((line, "")));
        let key = key.trim().trim_matches(['"', '\'']);
        (!key.is_empty()).then(|| key.to_owned())
    }
}

/// From offsets in a [`Chunk::scratch`] back to the file.
#[derive(Debug)]
pub(super) struct OffsetMap {
    starts: Vec<usize>,
}

impl OffsetMap {
    /// The line that holds an offset, and the column in it, in bytes.
    pub(super) fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        (line, offset - self.starts.get(line).copied().unwrap_or(0).min(offset))
    }

    /// The offset in the file.
    pub(super) fn original(&self, chunk: &Chunk<'_>, offset: usize) -> usize {
        let (line, column) = self.line_and_column(offset);
        chunk.lines.get(line).map_or(0, |line| line.original_offset(column))
    }
}

/// Cuts a block that starts at byte `offset` of its file.
pub(super) fn chunks(source: &str, offset: usize) -> Vec<Chunk<'_>> {
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    let mut start = offset;
    for original in source.split_inclusive('\n') {
        let line = Line { start, original, text: Cow::Borrowed(original), kept: (original.len(), 0) };
        start += original.len();
        match chunks.last_mut() {
            Some(chunk) if !starts_entry(original) => chunk.lines.push(line),
            _ => chunks.push(Chunk { lines: vec![line] }),
        }
    }
    chunks
}

/// Whether a line looks like the start of a top-level entry: `key:` in the first column.
fn starts_entry(line: &str) -> bool {
    const LONGEST_KEY: usize = 100;
    let Some(colon) = line.bytes().take(LONGEST_KEY).position(|byte| byte == b':') else {
        return false;
    };
    let (key, rest) = (&line[..colon], &line[colon + 1..]);
    let key = key.trim_end().trim_matches('"');
    let word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']);
    let well_formed = key.starts_with(|first: char| first.is_alphanumeric() || first == '_')
        && key.chars().all(|character| word(character) || (spaced && character == ' '));
    well_formed && !rest.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_start_in_the_first_column() {
        let source = "# remark\ntitle: a\n  more: b\n- item\ntitle:c\nhttps://x\n\"k\": 1\ntwo words: 2\n}\n";
        let found: Vec<_> = chunks(source, 10).iter().map(|chunk| (chunk.lines[0].start, chunk.lines.len())).collect();
        assert_eq!(found, [(10, 1), (19, 3), (45, 2), (63, 1), (70, 2)]);
    }

    #[test]
    fn places_survive_a_deletion() {
        let mut chunks = chunks("  two: three\n", 100);
        let chunk = &mut chunks[0];
        chunk.replace(0, "two: three");
        let (_, map) = chunk.scratch();
        assert_eq!((map.original(chunk, 0), map.original(chunk, 3), map.original(chunk, 10)), (102, 105, 112));
    }

    #[test]
    fn places_survive_a_correction() {
        let mut chunks = chunks("title: Über: x\nb\n", 100);
        let chunk = &mut chunks[0];
        chunk.replace(0, "title: \"Über: x\"");
        let (scratch, map) = chunk.scratch();
        assert_eq!(scratch, "title: \"Über: x\"\nb\n");
        for (offset, expected) in [(0, 100), (5, 105), (7, 107), (17, 115), (18, 116), (19, 117)] {
            assert_eq!(map.original(chunk, offset), expected, "{offset}");
        }
    }
}
