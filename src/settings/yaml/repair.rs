//! What is wrong with a line that the parser refuses, in plain words, and how the line should read.
//!
//! Must not know where reading goes on: it looks at one entry and answers with one corrected line.

use std::ops::Range;

use serde_yaml::granit_parser::ErrorKind;

use super::build::ProblemKind;
use super::lines::{Chunk, Line};
use super::quote::{Layout, quote};

/// One line explained.
#[derive(Debug)]
pub(super) struct Repair {
    /// The line that changes.
    pub(super) line: usize,
    /// The narrowest place, as offsets in the file.
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) hints: Vec<String>,
    /// The whole corrected line; empty to leave the line out without offering that as a fix.
    pub(super) fix: Option<String>,
    /// Leave the line out and read on.
    pub(super) drop_line: bool,
    /// Whether the corrected entry is surely what was meant.
    pub(super) readable: bool,
}

impl Repair {
    fn new(line: usize, at: Range<usize>, message: impl Into<String>) -> Self {
        Self { line, at, message: message.into(), hints: Vec::new(), fix: None, drop_line: false, readable: true }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    fn fix(mut self, line: String) -> Self {
        self.fix = Some(line);
        self
    }
}

/// Explains the problem that the parser found at a line and column (in bytes) of the entry.
pub(super) fn repair(chunk: &Chunk<'_>, line: usize, column: usize, kind: &ProblemKind) -> Option<Repair> {
    let lines = &chunk.lines;
    let line = line.min(lines.len().checked_sub(1)?);
    let place = Place { lines, line, column };
    // The parser may stop at a value that a tab in a later line continues.
    let tab_below = matches!(
        kind,
        ProblemKind::Parser(ErrorKind::TabInPlainScalar | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed)
    );
    if let Some(found) = place.tab(if tab_below { lines.len() } else { line + 1 }) {
        return Some(found);
    }
    match kind {
        ProblemKind::Anchor | ProblemKind::Tag => place.flow_item().or_else(|| place.anchor_or_tag()),
        ProblemKind::KeyNotText => None,
        ProblemKind::NotAMap => place.line_without_key(),
        ProblemKind::Parser(kind) => match kind {
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar => place.unclosed_quote(),
            ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => {
                place.text_behind_quote()
            }
            ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidUnicodeEscape
            | ErrorKind::UnpairedLowSurrogate
            | ErrorKind::MissingLowSurrogate => place.unknown_escape(),
            ErrorKind::UnexpectedCharacter { character } if character.is_control() => place.control_character(),
            ErrorKind::MappingValueNotAllowed => {
                place.colon_in_text().or_else(|| place.wrong_column()).or_else(|| place.line_without_key())
            }
            ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::InvalidIndentation => {
                place.wrong_column().or_else(|| place.special_start()).or_else(|| place.line_without_key())
            }
            ErrorKind::BlockSequenceEntryNotAllowed => place.list_on_key_line().or_else(|| place.special_start()),
            ErrorKind::RecursionLimitExceeded => None,
            ErrorKind::UnexpectedCharacter { .. } | ErrorKind::UnknownAnchor => {
                place.flow_item().or_else(|| place.special_start()).or_else(|| place.line_without_key())
            }
            _ => place.special_start().or_else(|| place.unclosed_bracket()).or_else(|| place.line_without_key()),
        },
    }
}

struct Place<'chunk, 'source> {
    lines: &'chunk [Line<'source>],
    line: usize,
    column: usize,
}

impl Place<'_, '_> {
    fn at(&self, line: usize, range: Range<usize>) -> Range<usize> {
        let start = self.lines.get(line).map_or(0, |line| line.start);
        start + range.start..start + range.end
    }

    /// A line and its layout, unless it was corrected before.
    fn fresh(&self, line: usize) -> Option<(&str, Layout)> {
        let line = self.lines.get(line).filter(|line| !line.is_corrected())?;
        Some((line.content(), Layout::of(line.original)))
    }

    /// The last line at or above the problem whose value starts with one of these characters.
    fn opening(&self, characters: &[char]) -> Option<(usize, &str, Layout)> {
        (0..=self.line).rev().find_map(|index| {
            let (content, layout) = self.fresh(index)?;
            content[layout.value.clone()].starts_with(characters).then_some((index, content, layout))
        })
    }

    /// The last line of the entry that is not empty.
    fn last_line(&self) -> usize {
        self.lines.iter().rposition(|line| !line.content().is_empty()).unwrap_or(0)
    }

    fn tab(&self, lines: usize) -> Option<Repair> {
        let (index, content, indent) = (0..lines).find_map(|index| {
            let (content, layout) = self.fresh(index)?;
            content[..layout.indent].contains('\t').then_some((index, content, layout.indent))
        })?;
        let fixed = format!("{}{}", content[..indent].replace('\t', "  "), &content[indent..]);
        let repair = Repair::new(index, self.at(index, 0..indent), "this line is indented with a tab, not with spaces")
            .hint("YAML allows spaces only: use two for each step")
            .fix(fixed);
        Some(repair)
    }

    /// `title: Service: the first minute`.
    fn colon_in_text(&self) -> Option<Repair> {
        let (content, layout) = self.fresh(self.line)?;
        let value = &content[layout.value.clone()];
        if !layout.value.contains(&self.column) || value.starts_with(['"', '\'', '|', '>', '[', '{']) {
            return None;
        }
        let name = named(content, &layout);
        let repair = Repair::new(
            self.line,
            self.at(self.line, self.column..self.column + 1),
            format!("{name} has a colon in its text, so the text must stand in quotes"),
        );
        Some(
            repair
                .hint("without quotes, YAML takes `word: ` for the start of another key")
                .fix(quoted(content, &layout)),
        )
    }

    /// A key that stands in another column than its neighbours.
    fn wrong_column(&self) -> Option<Repair> {
        let (content, layout) = self.fresh(self.line)?;
        let key = layout.key.clone().filter(|key| key.end == self.column || key.start == self.column)?;
        let above = self.lines[..self.line].iter().rev().find(|line| !line.content().is_empty())?;
        let above = Layout::of(&above.text);
        if layout.body != layout.indent || layout.indent == above.body || above.key.is_none() {
            return None;
        }
        let fixed = format!("{}{}", " ".repeat(above.body), &content[layout.indent..]);
        let message = format!("`{}` does not start in the column of the key above it", &content[key.clone()]);
        let mut repair = Repair::new(self.line, self.at(self.line, key), message)
            .hint("start keys of the same group in the same column")
            .fix(fixed);
        if layout.indent > above.body {
            repair = repair.hint("if the line continues the text above it, put the whole text in quotes");
        }
        Some(repair)
    }

    /// A value that begins with a character that YAML uses itself: `@team`, `*new*`, `[Draft] title`.
    fn special_start(&self) -> Option<Repair> {
        let (content, layout) = self.fresh(self.line)?;
        let value = &content[layout.value.clone()];
        let first = value.chars().next()?;
        if layout.body == 0 && layout.key.is_none() {
            return None;
        }
        let behind_bracket = matches!(first, '[' | '{') && closed_before_end(value);
        let special = matches!(first, '@' | '`' | '%' | '*' | '&' | '!' | '?' | '|' | '>' | ',' | ']' | '}' | '-');
        if !behind_bracket && !special || self.column < layout.value.start || !layout.value.contains(&self.column) {
            return None;
        }
        let name = named(content, &layout);
        let message = format!("{name} starts with `{first}`, so the text must stand in quotes");
        let start = layout.value.start;
        let repair = Repair::new(self.line, self.at(self.line, start..start + first.len_utf8()), message);
        Some(repair.hint("at the start of a value this character has a meaning in YAML").fix(quoted(content, &layout)))
    }

    /// `[a, @b]`: an item of a bracketed list that begins so.
    fn flow_item(&self) -> Option<Repair> {
        let (content, layout) = self.fresh(self.line)?;
        let in_list = content[layout.value.clone()].starts_with(['[', '{']) && self.column > layout.value.start;
        let rest = content.get(self.column..).filter(|_| in_list)?;
        let item = rest[..rest.find([',', ']', '}']).unwrap_or(rest.len())].trim_end();
        let first = item.chars().next().filter(|first| !first.is_control())?;
        let fixed = format!("{}{}{}", &content[..self.column], quote(item), &rest[item.len()..]);
        let message =
            format!("an item of {} starts with `{first}`, so it must stand in quotes", named(content, &layout));
        let at = self.at(self.line, self.column..self.column + item.len());
        Some(Repair::new(self.line, at, message).hint("at its start this character has a meaning in YAML").fix(fixed))
    }

    /// `&name`, `*name`, `!tag`: mostly text that begins so; on their own they are YAML that steward does without.
    fn anchor_or_tag(&self) -> Option<Repair> {
        let (content, layout) = self.fresh(self.line)?;
        let value = &content[layout.value.clone()];
        let single = !value.contains([' ', '\t']) && value.starts_with(['&', '!']);
        let nested =
            self.lines.get(self.line + 1..)?.iter().find(|line| !line.content().is_empty()).is_some_and(|line| {
                let below = Layout::of(line.original);
                below.indent > layout.indent || line.content()[below.indent..].starts_with("- ")
            });
        let core_tag =
            value.strip_prefix("!!").and_then(|rest| rest.split_once(' ')).map(|(_, rest)| rest.trim_start());
        let end = layout.value.start + value.find([' ', '\t']).unwrap_or(value.len());
        let at = self.at(self.line, layout.value.start..end);
        let mark = &content[layout.value.start..end];
        let what = if mark.starts_with('!') { "a tag" } else { "an anchor" };
        let removed = |rest: &str| format!("{}{rest}", &content[..layout.value.start]).trim_end().to_owned();
        let without_mark = if single && nested { Some("") } else { core_tag };
        if let Some(rest) = without_mark {
            let repair = Repair::new(self.line, at, format!("`{mark}` is {what}, which is not supported"));
            return Some(repair.hint("leave it out, and write repeated values out").fix(removed(rest)));
        }
        let alone = mark.len() == value.len();
        let mut repair = self.special_start()?;
        repair.at = at;
        if alone {
            repair.hints = vec![format!(
                "as YAML, `{mark}` is {what}, which is not supported: write the value out, or, if it is text, put it in quotes"
            )];
            // `*terms` alone names another value more often than it is a title.
            repair.readable = mark.starts_with('!');
        }
        Some(repair)
    }

    fn unclosed_quote(&self) -> Option<Repair> {
        let (index, content, layout) = self.opening(&['"', '\''])?;
        let mark = content[layout.value.start..].chars().next()?;
        let at = self.at(index, layout.value.start..layout.value.start + 1);
        let below = self.lines.get(index + 1).map(|line| Layout::of(line.original));
        let new_entry_below = below.is_some_and(|below| below.key.is_some() || below.body > below.indent);
        let last = if new_entry_below { index } else { self.last_line().max(index) };
        let message = format!("the quote that opens the value of {} is never closed", named(content, &layout));
        let hint = format!("add `{mark}` where the text ends");
        if last == index {
            let text = content[layout.value.start + 1..].trim();
            let fixed = format!("{}{}", &content[..layout.value.start], quote(text));
            return Some(Repair::new(index, at, message).hint(hint).fix(fixed));
        }
        let (end, _) = self.fresh(last)?;
        Some(Repair::new(last, at, message).hint(hint).fix(format!("{end}{mark}")))
    }

    /// `"Service" first` and `'It's fine'`.
    fn text_behind_quote(&self) -> Option<Repair> {
        let (index, content, layout) = self.opening(&['"', '\''])?;
        if index != self.line || !layout.value.contains(&self.column) {
            return None;
        }
        let value = &content[layout.value.clone()];
        let mark = value.chars().next()?;
        let inner = value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)).filter(|rest| !rest.is_empty());
        // Both ends quoted: the quotes were meant to hold it all. Else they belong to the text.
        let split_by_quotes = inner.is_some_and(|inner| mark == '"' && inner.matches(mark).count() == 2);
        let text = inner.filter(|_| !split_by_quotes).unwrap_or(value);
        let fixed = format!("{}{}", &content[..layout.value.start], quote(text));
        let message = format!("the value of {} goes on behind its closing quote", named(content, &layout));
        let repair = Repair::new(index, self.at(index, self.column..layout.value.end), message);
        Some(repair.hint("put the whole text in one pair of quotes").fix(fixed))
    }

    /// `"C:\quality"`.
    fn unknown_escape(&self) -> Option<Repair> {
        let (index, content, layout) = self.opening(&['"'])?;
        let value = &content[layout.value.clone()];
        let inner = value.strip_prefix('"')?.strip_suffix('"')?;
        let backslash = wrong_escape(inner)?;
        let start = layout.value.start + 1 + backslash;
        let length = 1 + inner[backslash + 1..].chars().next().map_or(0, char::len_utf8);
        let fixed = format!("{}{}", &content[..layout.value.start], quote(&inner.replace("\\\"", "\"")));
        let repair = Repair::new(
            index,
            self.at(index, start..start + length),
            format!("`{}` means nothing in double quotes", &content[start..start + length]),
        );
        Some(repair.hint("in single quotes a backslash is an ordinary character").fix(fixed))
    }

    fn control_character(&self) -> Option<Repair> {
        let (content, _) = self.fresh(self.line)?;
        let character = content.get(self.column..)?.chars().next()?;
        let cleaned: String = content.chars().filter(|other| !other.is_control() || *other == '\t').collect();
        let message = format!("the invisible character U+{:04X} cannot stand here", u32::from(character));
        let at = self.at(self.line, self.column..self.column + character.len_utf8());
        Some(Repair::new(self.line, at, message).hint("delete it").fix(cleaned))
    }

    /// `topics: [a, b` without its end.
    fn unclosed_bracket(&self) -> Option<Repair> {
        let (index, content, layout) = self.opening(&['[', '{'])?;
        let rest = self.lines.get(index + 1..)?.iter().map(Line::content);
        let value = &content[layout.value.clone()];
        let missing = open_brackets(std::iter::once(value).chain(rest));
        if missing.is_empty() {
            return None;
        }
        let last = self.last_line().max(index);
        let at = self.at(index, layout.value.start..layout.value.start + 1);
        let what = if value.starts_with('[') { "list" } else { "group" };
        let message = format!("the {what} of {} is never closed", named(content, &layout));
        let mut repair = Repair::new(last, at, message);
        let is_group = value.starts_with('{') && value.contains(": ");
        if value.contains(',') || last > index || is_group {
            let (end, last_layout) = self.fresh(last)?;
            let code_end = last_layout.value.end.max(last_layout.body);
            return Some(repair.fix(format!("{}{missing}{}", &end[..code_end], &end[code_end..])));
        }
        repair.readable = false;
        Some(repair.hint(format!("add `{missing}` at its end, or, if it is text, put it in quotes")))
    }

    /// `authors: - Anna`.
    fn list_on_key_line(&self) -> Option<Repair> {
        let (content, _) = self.fresh(self.line)?;
        let (head, item) = content.split_once(": -").filter(|(head, _)| !head.contains(['"', '\'', '#']))?;
        let indent = Layout::of(content).body;
        let start = head.len() + 2;
        if self.column < start {
            return None;
        }
        let fixed = format!("{head}:\n{}- {}", " ".repeat(indent + 2), item.trim());
        let at = self.at(self.line, start..start + 1);
        let mut repair = Repair::new(self.line, at, "a list cannot start in the line of its key");
        // Behind a key that holds text, the dash is part of the text: `summary: - 5 %`.
        repair.readable = false;
        Some(repair.hint("write each item in a line of its own, behind `- `").fix(fixed.trim_end().to_owned()))
    }

    /// `title:Service`, `title = Service`, or words that are no `key: value` at all.
    fn line_without_key(&self) -> Option<Repair> {
        let index = (self.line..self.lines.len())
            .chain((0..self.line).rev())
            .find(|index| self.fresh(*index).is_some_and(|(content, layout)| is_stray(content, &layout)))?;
        let (content, layout) = self.fresh(index)?;
        let whole = self.at(index, layout.indent..content.len());
        let body = &content[layout.body..];
        let word = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        if let Some((key, value)) = body.split_once(':').filter(|(key, rest)| word(key) && !rest.starts_with("//")) {
            let colon = layout.body + key.len();
            let message = format!("there is no space behind the colon of `{key}`");
            let fixed = format!("{}: {}", &content[..colon], super::quote_if_needed(value));
            return Some(Repair::new(index, self.at(index, colon..colon + 1), message).fix(fixed));
        }
        if let Some((key, value)) = body.split_once('=').filter(|(key, _)| word(key.trim())) {
            let equals = layout.body + key.len();
            let value = value.trim();
            let closed = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
            let value = if closed { value.to_owned() } else { super::quote_if_needed(value) };
            let fixed = format!("{}{}: {value}", &content[..layout.body], key.trim());
            let message = "a key and its value are joined by `:` here, not by `=`";
            return Some(Repair::new(index, self.at(index, equals..equals + 1), message).fix(fixed));
        }
        let mut repair = Repair::new(index, whole, "this line is neither `key: value` nor a list item")
            .hint("if it continues the line above, indent it by two spaces; if it is a remark, put a `#` before it");
        repair.drop_line = true;
        Some(repair)
    }
}

/// A line in the first column that has no key and is no list item.
fn is_stray(content: &str, layout: &Layout) -> bool {
    let closes = content.starts_with([']', '}', '#']);
    !content.is_empty() && layout.indent == 0 && layout.body == 0 && layout.key.is_none() && !closes && content != "-"
}

/// The key for messages: `` `title` ``, or words where there is none.
fn named(content: &str, layout: &Layout) -> String {
    layout.key.clone().map_or_else(|| "this item".to_owned(), |key| format!("`{}`", content[key].trim()))
}

/// The line with its value in quotes, a comment behind it kept.
fn quoted(content: &str, layout: &Layout) -> String {
    let Range { start, end } = layout.value.clone();
    format!("{}{}{}", &content[..start], quote(&content[start..end]), &content[end..])
}

/// Whether the bracket at the start closes and more text follows.
fn closed_before_end(value: &str) -> bool {
    let mut depth = 0_usize;
    for (at, character) in value.char_indices() {
        match character {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1 < value.len();
        }
    }
    false
}

/// The closing brackets that are missing at the end of the lines, innermost first.
fn open_brackets<'text>(lines: impl Iterator<Item = &'text str>) -> String {
    let mut closing = Vec::new();
    let mut quote = None;
    for character in lines.flat_map(str::chars) {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some('"'),
            (None, '[') => closing.push(']'),
            (None, '{') => closing.push('}'),
            (None, ']' | '}') => {
                closing.pop();
            }
            (None, _) => {}
        }
    }
    closing.into_iter().rev().take(8).collect()
}

/// Where the first backslash stands that is no escape.
fn wrong_escape(inner: &str) -> Option<usize> {
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            let (_, next) = characters.next()?;
            if !"0abtnvfre \"/\\N_LP\t".contains(next) {
                return Some(at);
            }
        }
    }
    None
}
