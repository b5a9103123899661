//! The theme from the outside: chains in memory, the built-in theme over samples of every page.

mod builtin;
mod chains;
pub(super) mod samples;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{ArticleSettings, Config, LinkSettings, Publication, SearchSettings, UrlStyle};
use crate::diagnostic::{Diagnostic, FilePath, Span, Spanned};
use crate::source::{Content, Digest, Snapshot, SourceFile};

use super::Theme;

pub(super) fn config(theme: &str, language: &str) -> Config {
    Config {
        title: "Handbook".into(),
        description: String::new(),
        language: language.into(),
        timezone: jiff::tz::TimeZone::UTC,
        base_url: None,
        theme: Spanned::new(theme.into(), Span::new(8, 17)),
        urls: UrlStyle::Portable,
        edit_url: None,
        feedback: None,
        publication: Publication::default(),
        articles: ArticleSettings { require: Vec::new(), review_every: None },
        parts: Vec::new(),
        search: SearchSettings::default(),
        links: LinkSettings::default(),
        severity: BTreeMap::new(),
        announcements: Vec::new(),
        extra: BTreeMap::new(),
    }
}

fn snapshot(files: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for (path, text) in files {
        let path = FilePath::from(*path);
        let file = SourceFile {
            path: path.clone(),
            digest: Digest::of(text.as_bytes()),
            content: Content::Text((*text).into()),
        };
        snapshot.files.insert(path, Arc::new(file));
    }
    snapshot
}

const ACME: (&str, &str) = ("themes/acme/theme.toml", "name = \"acme\"\nextends = \"default\"\ncontract = \"1\"\n");

/// Loads the theme `acme`, which extends the built-in one, with further files in `themes/acme/`.
fn load_acme(files: &[(&str, &str)]) -> (Option<Theme>, Vec<Diagnostic>) {
    let named: Vec<(String, &str)> = files.iter().map(|(path, text)| (format!("themes/acme/{path}"), *text)).collect();
    let mut all: Vec<(&str, &str)> = vec![ACME];
    all.extend(named.iter().map(|(path, text)| (path.as_str(), *text)));
    Theme::load(&snapshot(&all), &config("acme", "en"))
}

/// `file:start..end code message | hint` of each, for comparing with what was expected.
fn lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |diagnostic: &Diagnostic| {
        let place = diagnostic.primary.as_ref().map_or(String::new(), |label| match label.span {
            Some(span) => format!("{}:{}..{} ", label.file, span.start, span.end),
            None => format!("{} ", label.file),
        });
        let hint = diagnostic.hints.first().map_or(String::new(), |hint| format!(" | {hint}"));
        format!("{place}{} {}{hint}", diagnostic.code.info().name, diagnostic.message)
    };
    diagnostics.iter().map(line).collect()
}
