//! The texts of a theme's small TOML files (`theme.toml`, interface words), each under its dotted key.
//!
//! Must not know what any key means; reading TOML is [`crate::settings`]' work.

use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned};
use crate::settings::{Entries, Value, toml};

use super::chain::ThemeFile;

/// Keys and texts in the order of a file.
pub(super) type Texts = Vec<(Spanned<String>, Spanned<String>)>;

/// Every text of a file under its dotted key (`minutes.one`), in the order of the file, and what is wrong with it.
///
/// Whole numbers count as texts; anything else is reported.
pub(super) fn read_texts(file: &ThemeFile) -> (Texts, Vec<Diagnostic>) {
    let mut texts = Vec::new();
    let mut diagnostics = Vec::new();
    match file.text() {
        Some(text) => {
            let tree = toml::parse(&file.path, text, Code::TemplateThemeInvalid, &mut diagnostics);
            flatten(&file.path, tree.entries, "", &mut texts, &mut diagnostics);
        }
        None => diagnostics.push(invalid(&file.path, None, format!("`{}` is not a text file", file.path))),
    }
    (texts, diagnostics)
}

fn flatten(path: &FilePath, entries: Entries, prefix: &str, texts: &mut Texts, diagnostics: &mut Vec<Diagnostic>) {
    for (key, value) in entries {
        let name = if prefix.is_empty() { key.value } else { format!("{prefix}.{}", key.value) };
        match value.value {
            Value::Scalar { text, quoted } if quoted || is_whole_number(&text) => {
                texts.push((Spanned::new(name, key.span), Spanned::new(text, value.span)))
            }
            Value::Map(inner) => flatten(path, inner, &name, texts, diagnostics),
            Value::Scalar { .. } | Value::List(_) | Value::Empty => diagnostics.push(
                invalid(path, Some(value.span), format!("`{name}` should be a text"))
                    .hint("write the text in double quotes"),
            ),
        }
    }
}

fn is_whole_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A `template-theme-invalid` at a place of a theme's file.
pub(super) fn invalid(path: &FilePath, span: Option<Span>, message: impl Into<String>) -> Diagnostic {
    match span {
        Some(span) => Diagnostic::at(Code::TemplateThemeInvalid, path, span, message),
        None => Diagnostic::in_file(Code::TemplateThemeInvalid, path, message),
    }
}
