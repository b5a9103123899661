//! [`Table`]: one map of settings, read key by key; what was never asked for is an unknown key.
//!
//! Owns the bookkeeping and the reports; the typed getters are in `table_values`. Must not know which keys exist.

use super::{Entries, Tree, Value};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned, closest};

/// Which language the settings are written in: decides what counts as text and how corrected text is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// Types come from the schema alone: `title: no` is the text "no".
    Yaml,
    /// Text stands in quotes, numbers and booleans do not.
    Toml,
}

/// The rules that speak when a value or a key is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codes {
    /// A value of the wrong kind.
    pub invalid_value: Code,
    /// A key that nobody asked for.
    pub unknown_key: Code,
}

/// Reads one map of settings.
///
/// Ask for each key with a typed getter, then call [`Table::finish`]: every key that was not asked for is reported.
/// A getter answers `None` for a key that is absent, blank, or wrong; wrong ones have been reported.
///
/// ```
/// # use steward::diagnostic::{Code, FilePath};
/// # use steward::settings::{Codes, Notation, Table, toml};
/// let path = FilePath::new("themes/plain/theme.toml");
/// let text = "name = \"Plain\"\nvesion = 2\n";
/// let mut diagnostics = Vec::new();
/// let tree = toml::parse(&path, text, Code::TemplateThemeInvalid, &mut diagnostics);
/// let codes = Codes { invalid_value: Code::TemplateThemeInvalid, unknown_key: Code::TemplateThemeInvalid };
/// let mut table = Table::new(&path, &tree, Notation::Toml, codes, &mut diagnostics);
/// let name = table.text("name").map(|name| name.value);
/// let version = table.number("version", 1..=9);
/// table.finish();
/// assert_eq!(name.as_deref(), Some("Plain"));
/// assert_eq!(version, None);
/// assert_eq!(diagnostics[0].hints, ["did you mean `version`?"]);
/// ```
pub struct Table<'tree, 'report> {
    pub(super) file: &'tree FilePath,
    pub(super) notation: Notation,
    codes: Codes,
    /// Empty at the top, else `publication.`: written before keys in messages.
    prefix: String,
    span: Span,
    entries: &'tree Entries,
    unreadable: &'tree [String],
    known: Vec<&'static str>,
    diagnostics: &'report mut Vec<Diagnostic>,
}

impl<'tree, 'report> Table<'tree, 'report> {
    /// The top of a settings text.
    pub fn new(
        file: &'tree FilePath,
        tree: &'tree Tree,
        notation: Notation,
        codes: Codes,
        diagnostics: &'report mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            file,
            notation,
            codes,
            prefix: String::new(),
            span: tree.span,
            entries: &tree.entries,
            unreadable: &tree.unreadable,
            known: Vec::new(),
            diagnostics,
        }
    }

    /// Where this map stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Reports with other codes from now on: the terms of a source weigh more than its other keys.
    pub fn set_codes(&mut self, codes: Codes) {
        self.codes = codes;
    }

    /// The key with the names of the maps around it, as messages write it.
    pub fn name_of(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// A report with the code for invalid values, not yet added: see [`Table::push`].
    pub fn invalid(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(self.codes.invalid_value, self.file, span, message)
    }

    /// Adds a report.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// How many reports there are: two calls tell whether anything between them was wrong.
    pub fn reports(&self) -> usize {
        self.diagnostics.len()
    }

    /// The file being read.
    pub fn file(&self) -> &'tree FilePath {
        self.file
    }

    /// The entry of a key exactly as written, blank values included. The key counts as known from now on.
    pub fn entry(&mut self, key: &'static str) -> Option<(&'tree Spanned<String>, &'tree Spanned<Value>)> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.entries.iter().find(|(name, _)| name.value == key).map(|(name, value)| (name, value))
    }

    /// The value of a key unless it is blank.
    pub fn value(&mut self, key: &'static str) -> Option<&'tree Spanned<Value>> {
        self.entry(key).map(|(_, value)| value).filter(|value| !value.value.is_blank())
    }

    /// Whether the key is written with any value, readable or not. Blank counts as not written.
    pub fn is_written(&mut self, key: &'static str) -> bool {
        self.value(key).is_some() || self.unreadable.iter().any(|name| name == key)
    }

    /// Reads a map below a key; what `read` does not ask for is reported. `None` where it is absent or no map.
    pub fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Table<'tree, '_>) -> T) -> Option<T> {
        let value = self.value(key)?;
        self.table_in(key, value, read)
    }

    /// Reads every map of a list of maps; a single map counts as a list of one.
    pub fn tables<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Table<'tree, '_>) -> T) -> Vec<T> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        match &value.value {
            Value::List(items) => items
                .iter()
                .filter(|item| item.value != Value::Empty)
                .filter_map(|item| self.table_in(key, item, &mut read))
                .collect(),
            _ => self.table_in(key, value, &mut read).into_iter().collect(),
        }
    }

    /// Adds to the last report.
    pub(super) fn amend_last(&mut self, amend: impl FnOnce(Diagnostic) -> Diagnostic) {
        if let Some(last) = self.diagnostics.pop() {
            self.diagnostics.push(amend(last));
        }
    }

    /// Reads a value that must be a map as the table called `key`.
    pub fn table_in<T>(
        &mut self,
        key: &str,
        value: &'tree Spanned<Value>,
        read: impl FnOnce(&mut Table<'tree, '_>) -> T,
    ) -> Option<T> {
        let Value::Map(entries) = &value.value else {
            self.wrong_kind(key, value, "a group of keys");
            return None;
        };
        let mut table = Table {
            file: self.file,
            notation: self.notation,
            codes: self.codes,
            prefix: format!("{}{key}.", self.prefix),
            span: value.span,
            entries,
            unreadable: &[],
            known: Vec::new(),
            diagnostics: self.diagnostics,
        };
        let result = read(&mut table);
        table.finish();
        Some(result)
    }

    /// The entries of a map whose keys the site chooses; empty where it is absent or no map.
    pub fn entries(&mut self, key: &'static str) -> &'tree [(Spanned<String>, Spanned<Value>)] {
        match self.value(key) {
            None => &[],
            Some(Spanned { value: Value::Map(entries), .. }) => entries,
            Some(other) => {
                self.wrong_kind(key, other, "a group of keys");
                &[]
            }
        }
    }

    /// The items of a list; empty where it is absent or no list.
    pub fn items(&mut self, key: &'static str) -> &'tree [Spanned<Value>] {
        match self.value(key) {
            None => &[],
            Some(Spanned { value: Value::List(items), .. }) => items,
            Some(other) => {
                self.wrong_kind(key, other, "a list");
                &[]
            }
        }
    }

    /// Reports every key that was not asked for, with the nearest known name or the list of all.
    pub fn finish(self) {
        self.finish_with(|_, diagnostic| diagnostic);
    }

    /// As [`Table::finish`], with a last word on each report: `explain` gets the unknown key and may replace the
    /// report's hints where it knows better.
    pub fn finish_with(mut self, explain: impl Fn(&str, Diagnostic) -> Diagnostic) {
        self.known.sort_unstable();
        for (key, _) in self.entries {
            if self.known.binary_search(&key.value.as_str()).is_ok() {
                continue;
            }
            let message = if key.value.is_empty() {
                "there is no key before this value".to_owned()
            } else {
                format!("unknown key `{}{}`", self.prefix, shorten(&key.value))
            };
            let mut report = Diagnostic::at(self.codes.unknown_key, self.file, key.span, message);
            match closest(&key.value, self.known.iter().copied()) {
                Some(near) => report = report.hint(format!("did you mean `{near}`?")).fix(near),
                None if self.known.is_empty() => {}
                None => report = report.hint(format!("known here: {}", list_of_names(&self.known))),
            }
            self.diagnostics.push(explain(&key.value, report));
        }
    }

    /// Reports a value whose kind is not the expected one.
    pub(super) fn wrong_kind(&mut self, key: &str, value: &Spanned<Value>, expected: &str) {
        let written = match &value.value {
            Value::Scalar { text, .. } => format!("`{}`", shorten(text)),
            other => other.kind_name().to_owned(),
        };
        let message = format!("`{}{key}` must be {expected}, but is {written}", self.prefix);
        self.push(self.invalid(value.span, message));
    }
}

/// `` `a`, `b` `` for messages.
pub(super) fn list_of_names<'a>(names: impl IntoIterator<Item = &'a &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Text for a message: one line, not too long.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String =
        text.chars().take(LONGEST).map(|character| if character.is_control() { ' ' } else { character }).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
