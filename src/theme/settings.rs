//! Small TOML files of a theme, read with the place of every value.
//!
//! The only part of the theme that knows the `toml` crate.

use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned};

use super::chain::ThemeFile;

/// Nesting that no file of a theme needs; deeper tables are reported instead of read.
const DEEPEST: usize = 8;

/// Keys and texts in the order of a file.
pub(super) type Texts = Vec<(Spanned<String>, Spanned<String>)>;

/// Every text of a file under its dotted key (`minutes.one`), in the order of the file, and what is wrong with it.
///
/// Whole numbers count as texts; anything else is reported.
pub(super) fn read_texts(file: &ThemeFile) -> (Texts, Vec<Diagnostic>) {
    let mut reader = Reader { path: &file.path, offset: 0, texts: Vec::new(), diagnostics: Vec::new() };
    let Some(text) = file.text() else {
        reader.diagnostics.push(invalid(&file.path, None, format!("`{}` is not a text file", file.path)));
        return (reader.texts, reader.diagnostics);
    };
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    reader.offset = text.len() - body.len();
    let (table, errors) = DeTable::parse_recoverable(body);
    for error in errors {
        let span = error.span().map(|range| Span::from(range).shifted(reader.offset));
        let first_line = error.message().lines().next().unwrap_or_default().to_owned();
        reader.diagnostics.push(invalid(&file.path, span, format!("this is not valid TOML: {first_line}")));
    }
    if reader.diagnostics.is_empty() {
        reader.table(table.get_ref(), "", 0);
    }
    (reader.texts, reader.diagnostics)
}

/// A `template-theme-invalid` at a place of a theme's file.
pub(super) fn invalid(path: &FilePath, span: Option<Span>, message: impl Into<String>) -> Diagnostic {
    match span {
        Some(span) => Diagnostic::at(Code::TemplateThemeInvalid, path, span, message),
        None => Diagnostic::in_file(Code::TemplateThemeInvalid, path, message),
    }
}

struct Reader<'a> {
    path: &'a FilePath,
    offset: usize,
    texts: Texts,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, prefix: &str, depth: usize) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| (key.span().start, key.span().end));
        for (key, value) in entries {
            let name =
                if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
            self.entry(Spanned::new(name, self.place(key.span())), value, depth);
        }
    }

    fn entry(&mut self, key: Spanned<String>, value: &TomlSpanned<DeValue<'_>>, depth: usize) {
        let span = self.place(value.span());
        match value.get_ref() {
            DeValue::String(text) => self.texts.push((key, Spanned::new(text.to_string(), span))),
            DeValue::Integer(number) => self.texts.push((key, Spanned::new(number.as_str().to_owned(), span))),
            DeValue::Table(table) if depth < DEEPEST => self.table(table, &key.value, depth + 1),
            other => {
                let message = format!("`{}` should be a text, not a value of type {}", key.value, other.type_str());
                self.diagnostics.push(invalid(self.path, Some(span), message).hint("write the text in double quotes"));
            }
        }
    }

    fn place(&self, range: std::ops::Range<usize>) -> Span {
        Span::from(range).shifted(self.offset)
    }
}
