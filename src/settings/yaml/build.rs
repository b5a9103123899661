//! Parser events to values, without recursion. Must not know how a broken text is repaired.

use std::borrow::Cow;

use serde_yaml::granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, Span as Place, StructureStyle, options,
};

use super::quote::line_with_quoted_value;
use crate::diagnostic::{Span, Spanned};
use crate::settings::{Entries, Value, remove_duplicates};

/// Deeper nesting than this is refused; front matter has three levels.
const DEEPEST: usize = 32;

/// What a text holds, places already mapped.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) entries: Entries,
    /// Repeated keys below the top, with the place of the first one.
    pub(super) duplicates: Vec<(Spanned<String>, Span)>,
    pub(super) comments: Vec<SuspiciousComment>,
}

/// A `#word` behind a plain value.
#[derive(Debug)]
pub(super) struct SuspiciousComment {
    pub(super) text: String,
    pub(super) span: Span,
    /// The line with its value in quotes, and its place.
    pub(super) fix: Option<(Span, String)>,
}

/// Why a text could not be read.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) kind: ProblemKind,
    /// Where, in the text that was parsed.
    pub(super) at: std::ops::Range<usize>,
}

#[derive(Debug)]
pub(super) enum ProblemKind {
    Parser(ErrorKind),
    /// `&name` or `*name`.
    Anchor,
    /// `!tag`.
    Tag,
    /// A list or map used as a key.
    KeyNotText,
    /// The whole is a list or a text instead of `key: value` lines.
    NotAMap,
}

impl Problem {
    /// Message and hint where no line could be corrected.
    pub(super) fn explain(&self) -> (String, Option<String>) {
        let colon_hint = || Some("put texts with a colon in quotes".to_owned());
        let kind = match &self.kind {
            ProblemKind::Anchor => {
                let hint = "write the value out, or, if it is text, put it in quotes";
                return ("anchors (`&name`) and aliases (`*name`) are not supported".into(), Some(hint.into()));
            }
            ProblemKind::Tag => {
                return ("tags (`!name`) are not supported".into(), Some("if it is text, put it in quotes".into()));
            }
            ProblemKind::KeyNotText => return ("a key must be a single word or text".into(), None),
            ProblemKind::NotAMap => {
                return ("this is not a list of `key: value` lines".into(), Some("write `title: …` and so on".into()));
            }
            ProblemKind::Parser(kind) => kind,
        };
        match kind {
            ErrorKind::RecursionLimitExceeded => ("too deeply nested".into(), None),
            ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
                ("a colon where no key can stand".into(), colon_hint())
            }
            ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
                ("the list or group is not closed, or a comma is missing".into(), colon_hint())
            }
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping => ("the bracket is never closed".into(), None),
            ErrorKind::ExpectedBlockMappingKey => (
                "expected `key: value` here".into(),
                Some("lines that belong together must be indented alike, and a list item needs a key above it".into()),
            ),
            ErrorKind::InvalidIndentation | ErrorKind::ExpectedDocumentStart => (
                "the indentation of this line fits none of the lines above".into(),
                Some("start keys of the same group in the same column".into()),
            ),
            other => (format!("not valid YAML: {other}"), None),
        }
    }
}

enum Frame {
    Map { start: usize, end: usize, flow: bool, entries: Entries, key: Option<Spanned<String>> },
    List { start: usize, end: usize, flow: bool, items: Vec<Spanned<Value>> },
}

struct Builder<'source, Map> {
    source: &'source str,
    /// From offsets in `source` to offsets in the file.
    map: Map,
    frames: Vec<Frame>,
    root: Option<Spanned<Value>>,
    built: Built,
}

/// Parses `source`; `map` turns its offsets into offsets of the file.
pub(super) fn build(source: &str, map: impl Fn(usize) -> usize) -> Result<Built, Problem> {
    let options: Options = options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: false,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut builder = Builder { source, map, frames: Vec::new(), root: None, built: Built::default() };
    for item in Parser::new_from_str_with_options(source, options) {
        let (event, place) = item.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or(0).min(source.len());
            Problem { kind: ProblemKind::Parser(error.kind().clone()), at: at..at }
        })?;
        builder.event(event, place)?;
    }
    match builder.root {
        None => {}
        Some(Spanned { value: Value::Map(entries), .. }) => builder.built.entries = entries,
        // A document that holds only a comment or nothing.
        Some(Spanned { value: Value::Empty, .. }) => {}
        Some(_) => return Err(Problem { kind: ProblemKind::NotAMap, at: builder.root_range() }),
    }
    Ok(builder.built)
}

impl<Map: Fn(usize) -> usize> Builder<'_, Map> {
    fn event(&mut self, event: Event<'_>, place: Place) -> Result<(), Problem> {
        let range = place.byte_range().unwrap_or(0..0);
        if let Some(tag) = place.tag_span().and_then(|tag| tag.byte_range()) {
            return Err(Problem { kind: ProblemKind::Tag, at: tag });
        }
        match event {
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => Err(Problem { kind: ProblemKind::Tag, at: range }),
            Event::Anchor(..) | Event::Alias(_) | Event::UnresolvedAlias(_) => {
                Err(Problem { kind: ProblemKind::Anchor, at: range })
            }
            Event::Scalar(text, style, _, None) => self.scalar(text, style, range),
            Event::MappingStart(style, _, None) => {
                self.open(Frame::Map {
                    start: range.start,
                    end: range.end,
                    flow: style == StructureStyle::Flow,
                    entries: Vec::new(),
                    key: None,
                });
                Ok(())
            }
            Event::SequenceStart(style, _, None) => {
                self.open(Frame::List {
                    start: range.start,
                    end: range.end,
                    flow: style == StructureStyle::Flow,
                    items: Vec::new(),
                });
                Ok(())
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(range.end),
            // Stream and document marks; a second document cannot follow, because `---` ends the block.
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        mut range: std::ops::Range<usize>,
    ) -> Result<(), Problem> {
        let plain = style == ScalarStyle::Plain;
        let value = if plain && (range.is_empty() || text == "~" || text == "null") {
            Value::Empty
        } else {
            Value::Scalar { text: text.into_owned(), quoted: !plain }
        };
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            // The parser's range of a block scalar reaches to the next line.
            range.end = range.start + self.source.get(range.clone()).map_or(0, |raw| raw.trim_end().len());
        }
        let is_value = !matches!(self.frames.last(), Some(Frame::Map { key: None, .. }));
        if plain && is_value {
            self.look_for_comment(range.end);
        }
        self.add(value, range)
    }

    fn open(&mut self, frame: Frame) {
        self.frames.push(frame);
    }

    fn close(&mut self, closing: usize) -> Result<(), Problem> {
        match self.frames.pop() {
            Some(Frame::Map { start, end, flow, mut entries, .. }) => {
                // The top's duplicates are found when all of it is together.
                if !self.frames.is_empty() {
                    self.built.duplicates.extend(remove_duplicates(&mut entries));
                }
                self.add(Value::Map(entries), start..if flow { closing } else { end })
            }
            Some(Frame::List { start, end, flow, items }) => {
                self.add(Value::List(items), start..if flow { closing } else { end })
            }
            None => Ok(()),
        }
    }

    /// Puts a finished value into the frame around it.
    fn add(&mut self, value: Value, range: std::ops::Range<usize>) -> Result<(), Problem> {
        let start = (self.map)(range.start);
        let span = Span::new(start, (self.map)(range.end).max(start));
        match self.frames.last_mut() {
            None => self.root = Some(Spanned::new(value, span)),
            Some(Frame::List { end, items, .. }) => {
                *end = range.end.max(*end);
                items.push(Spanned::new(value, span));
            }
            Some(Frame::Map { end, entries, key, .. }) => {
                *end = range.end.max(*end);
                match key.take() {
                    Some(key) => entries.push((key, Spanned::new(value, span))),
                    None => match value {
                        Value::Scalar { text, .. } => *key = Some(Spanned::new(text, span)),
                        // `null: x` and `: x`
                        Value::Empty => *key = Some(Spanned::new(String::new(), span)),
                        Value::List(_) | Value::Map(_) => {
                            return Err(Problem { kind: ProblemKind::KeyNotText, at: range });
                        }
                    },
                }
            }
        }
        Ok(())
    }

    /// `title: The #1 rule` reads as "The": YAML takes the rest for a comment. A real comment has a space behind `#`.
    fn look_for_comment(&mut self, value_end: usize) {
        // Only what follows directly is looked at, so that a long line of many values stays cheap.
        let behind = self.source.get(value_end..).unwrap_or("");
        // The place of a value that is not there is before its colon.
        let comment = behind.trim_start_matches(':').trim_start_matches([' ', '\t']);
        if !comment.starts_with('#') {
            return;
        }
        let rest = behind.split(['\n', '\r']).next().unwrap_or("");
        let comment = comment.split(['\n', '\r']).next().unwrap_or("");
        // `#1` and `# 1` are numbers that people write; a remark starts with a blank and a word.
        let mut behind_mark = comment.chars().skip(1);
        let is_number_or_name = match behind_mark.next() {
            Some(' ') => behind_mark.next().is_some_and(|next| next.is_ascii_digit()),
            next => next.is_some_and(char::is_alphanumeric),
        };
        if !is_number_or_name {
            return;
        }
        let line_start = self.source[..value_end].rfind('\n').map_or(0, |newline| newline + 1);
        let line = &self.source[line_start..value_end + rest.len()];
        let comment_start = line_start + line.len() - comment.len();
        let at = |offset: usize| (self.map)(offset);
        let fix = line_with_quoted_value(line)
            .map(|fixed| (Span::new(at(line_start), at(line_start + line.trim_end().len())), fixed));
        let span = Span::new(at(comment_start), at(comment_start + comment.trim_end().len()));
        self.built.comments.push(SuspiciousComment { text: comment.trim_end().to_owned(), span, fix });
    }

    fn root_range(&self) -> std::ops::Range<usize> {
        let start = self.source.len() - self.source.trim_start().len();
        let line = self.source[start..].lines().next().unwrap_or("").trim_end();
        start..start + line.len()
    }
}
