//! TOML text to a [`Tree`]. The only module that knows the TOML parser.
//!
//! Recovers: after a broken line the rest is still read, and every broken line is reported. Must not know any schema.

use ::toml::de::{DeTable, DeValue, Error};

use super::{Entries, Tree, Value};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned};

/// Deeper nesting than this is refused; settings have three levels.
const DEEPEST: usize = 32;

/// How many lines that are no `key = value` are taken out; each costs one more parsing.
const MOST_STRAY_LINES: usize = 32;

/// Reads a whole TOML file. Problems are reported with `code`; whatever can be read is returned.
pub fn parse(file: &FilePath, text: &str, code: Code, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    let mut reporter = Reporter { file, text, code, diagnostics, unreadable: Vec::new() };
    let masked = reporter.without_stray_lines();
    let (table, errors) = DeTable::parse_recoverable(masked.as_deref().unwrap_or(text));
    reporter.syntax_errors(errors);
    let entries = reporter.entries(table.get_ref(), 0);
    let unreadable = reporter.unreadable;
    Tree { entries, span: Span::new(0, text.len()), unreadable }
}

struct Reporter<'text, 'report> {
    file: &'text FilePath,
    text: &'text str,
    code: Code,
    diagnostics: &'report mut Vec<Diagnostic>,
    unreadable: Vec<String>,
}

impl<'text> Reporter<'text, '_> {
    /// The text with every line that is no `key = value` reported and turned into a comment of the same length, or
    /// `None` where there is no such line. The parser's own recovery would lose the lines behind it.
    fn without_stray_lines(&mut self) -> Option<String> {
        let mut masked: Option<String> = None;
        for _ in 0..MOST_STRAY_LINES {
            let (_, errors) = DeTable::parse_recoverable(masked.as_deref().unwrap_or(self.text));
            let Some(stray) = errors.iter().find(|error| error.message().starts_with("key with no value")) else {
                break;
            };
            let span = self.checked_span(stray.span());
            let line_start = self.line_start(span.start as usize);
            let line = self.line_at(line_start);
            let report = self.line_without_equals(line_start, line, span);
            self.diagnostics.push(report);
            let text = masked.get_or_insert_with(|| self.text.to_owned());
            text.replace_range(line_start..line_start + line.len(), &"#".repeat(line.len()));
        }
        masked
    }

    /// One report per line: further errors of a line follow from the first one, and after a list that is not closed
    /// everything does.
    fn syntax_errors(&mut self, errors: Vec<Error>) {
        let mut last_line = None;
        // The parser goes over the text twice, structure first; a stable sort by line keeps that order within a line.
        let mut placed: Vec<(usize, Span, String)> = errors
            .iter()
            .map(|error| {
                let span = self.checked_span(error.span());
                (self.line_start(span.start as usize), span, error.message().to_owned())
            })
            .collect();
        placed.sort_by_key(|(line, _, _)| *line);
        for (line, span, message) in placed {
            if last_line == Some(line) {
                continue;
            }
            last_line = Some(line);
            let report = self.explain(line, span, &message);
            self.diagnostics.push(report);
            if message.contains("array") || message.contains("inline table") {
                break;
            }
        }
    }

    fn explain(&mut self, line_start: usize, span: Span, message: &str) -> Diagnostic {
        let line = self.line_at(line_start);
        let written = &self.text[span.range()];
        let at = |message: String| Diagnostic::at(self.code, self.file, span, message);
        if message.starts_with("string values must be quoted") {
            let key = line.split('=').next().unwrap_or("").trim();
            if written.trim().is_empty() {
                let key = key.to_owned();
                let report = at(format!("`{key}` has no value")).hint("write the value behind the `=`, text in quotes");
                self.unreadable.push(key);
                return report;
            }
            if written.contains(['"', '\\', '\n']) {
                return at(format!("the text of `{key}` must stand in quotes"));
            }
            return at(format!("the text of `{key}` must stand in quotes")).fix(format!("\"{written}\""));
        }
        if message.starts_with("invalid basic string") && span.range().is_empty() {
            return at("the quote opened in this line is not closed".to_owned()).hint("add a `\"` here").fix("\"");
        }
        if message.starts_with("invalid literal string") && span.range().is_empty() {
            return at("the quote opened in this line is not closed".to_owned()).hint("add a `'` here").fix("'");
        }
        if message.starts_with("key with no value") || message.starts_with("invalid unquoted key") {
            return self.line_without_equals(line_start, line, span);
        }
        if message.starts_with("duplicate key") {
            return at(format!("`{written}` stands twice")).hint("keep one of them and put the values together");
        }
        if message.contains("array") {
            return at(message.to_owned()).hint("is the list closed with `]`, and is there a comma between its items?");
        }
        if message.contains("recursion limit") {
            return at("too deeply nested".to_owned());
        }
        at(message.to_owned())
    }

    /// `title: x`, a habit from YAML, or a line that is nothing at all.
    fn line_without_equals(&mut self, line_start: usize, line: &str, span: Span) -> Diagnostic {
        let whole = Span::new(line_start, line_start + line.len());
        let named =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        if let Some((key, value)) = line.split_once(':').filter(|(key, _)| named(key.trim())) {
            self.unreadable.push(key.trim().to_owned());
            let value = value.trim();
            let bare = value.parse::<i64>().is_ok() || matches!(value, "true" | "false");
            let complete = bare || value.starts_with(['"', '\'', '[', '{']);
            let value = if complete { value.to_owned() } else { format!("\"{}\"", value.replace(['"', '\\'], "")) };
            return Diagnostic::at(
                self.code,
                self.file,
                whole,
                "a key and its value are joined by `=` here, not by `:`",
            )
            .fix(format!("{} = {value}", key.trim()));
        }
        let name = line.split(['=', ' ']).next().unwrap_or("").trim();
        if line.contains('=') {
            let report = Diagnostic::at(self.code, self.file, span, "a key may have letters, digits, `-` and `_` only");
            return report.hint("put any other key in quotes");
        }
        self.unreadable.push(name.to_owned());
        Diagnostic::at(self.code, self.file, whole, "this line is no `key = value`")
            .hint("write `key = \"value\"`, or put a `#` before a remark")
    }

    fn entries(&mut self, table: &DeTable<'_>, depth: usize) -> Entries {
        let mut entries: Entries = table
            .iter()
            .map(|(key, value)| {
                let name = Spanned::new(key.get_ref().to_string(), self.checked_span(Some(key.span())));
                let span = self.checked_span(Some(value.span()));
                (name, Spanned::new(self.value(value.get_ref(), span, depth + 1), span))
            })
            .collect();
        // The parser's map is sorted by name; people expect the order of the file.
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    fn value(&mut self, value: &DeValue<'_>, span: Span, depth: usize) -> Value {
        if depth > DEEPEST {
            self.diagnostics.push(Diagnostic::at(self.code, self.file, span, "too deeply nested"));
            return Value::Empty;
        }
        let bare = |text: String| Value::Scalar { text, quoted: false };
        match value {
            DeValue::String(text) => Value::Scalar { text: text.to_string(), quoted: true },
            DeValue::Integer(number) => bare(
                i64::from_str_radix(number.as_str(), number.radix())
                    .map_or_else(|_| self.text[span.range()].to_owned(), |number| number.to_string()),
            ),
            DeValue::Float(number) => bare(number.as_str().to_owned()),
            DeValue::Boolean(value) => bare(value.to_string()),
            // As written: a day stays `2027-03-31`, and a date that does not exist keeps its text for the report.
            DeValue::Datetime(_) => bare(self.text[span.range()].to_owned()),
            DeValue::Array(items) => Value::List(
                items
                    .iter()
                    .map(|item| {
                        let span = self.checked_span(Some(item.span()));
                        Spanned::new(self.value(item.get_ref(), span, depth + 1), span)
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Map(self.entries(table, depth)),
        }
    }

    /// The parser's range, made safe for slicing.
    fn checked_span(&self, range: Option<std::ops::Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        let floor = |offset: usize| {
            let mut offset = offset.min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let start = floor(range.start);
        Span::new(start, floor(range.end).max(start))
    }

    fn line_at(&self, start: usize) -> &'text str {
        let rest = &self.text[start..];
        rest.split('\n').next().unwrap_or(rest).trim_end()
    }

    fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Tree, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let tree = parse(&FilePath::new("site.toml"), text, Code::ConfigSyntax, &mut diagnostics);
        (tree, diagnostics)
    }

    #[test]
    fn values_keep_order_text_and_place() {
        let text = "\u{feff}z = \"ü\"\r\na = 1_000\r\nh = 0x1F\r\nday = 2027-03-31\r\n[t]\r\nyes = true\r\n[[n]]\r\nx = 1.5\r\n";
        let (tree, diagnostics) = read(text);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let found: Vec<_> = tree
            .entries
            .iter()
            .map(|(key, value)| (key.value.as_str(), &text[key.span.range()], &text[value.span.range()]))
            .collect();
        assert_eq!(
            found,
            [
                ("z", "z", "\"ü\""),
                ("a", "a", "1_000"),
                ("h", "h", "0x1F"),
                ("day", "day", "2027-03-31"),
                ("t", "t", "[t]"),
                ("n", "n", "[[n]]"),
            ]
        );
        let scalars: Vec<_> = tree.entries.iter().map(|(_, value)| value.value.to_json().to_string()).collect();
        assert_eq!(scalars, ["\"ü\"", "1000", "31", "\"2027-03-31\"", r#"{"yes":true}"#, r#"[{"x":1.5}]"#]);
    }

    #[test]
    fn every_broken_line_is_reported_once_and_the_rest_is_read() {
        let text =
            "title = Service\ntheme: default\nlanguage = \"en\nx = \nurls = \"pretty\"\nurls = \"pretty\"\nnonsense\n";
        let (tree, mut diagnostics) = read(text);
        crate::diagnostic::sort(&mut diagnostics);
        let found: Vec<_> = diagnostics
            .iter()
            .map(|it| (&text[it.primary.as_ref().unwrap().span.unwrap().range()], it.fix.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("Service", Some("\"Service\"")),
                ("theme: default", Some("theme = \"default\"")),
                ("", Some("\"")),
                ("", None),
                ("urls", None),
                ("nonsense", None),
            ]
        );
        assert!(tree.entries.iter().any(|(key, value)| {
            key.value == "urls" && value.value == Value::Scalar { text: "pretty".into(), quoted: true }
        }));
        assert_eq!(tree.unreadable, ["theme", "nonsense", "x"]);
    }

    #[test]
    fn hostile_texts_end_quickly() {
        let deep = format!("a = {}", "[".repeat(100_000));
        assert!(!read(&deep).1.is_empty());
        let dotted = format!("{}a = 1", "a.".repeat(50));
        assert!(read(&dotted).1.iter().any(|it| it.message.contains("nested")));
        let unclosed = format!("a = [\n{}", "b = 1\n".repeat(1000));
        assert_eq!(read(&unclosed).1.len(), 1);
        read("\0\u{feff}=\u{feff}\n\"");
    }
}
