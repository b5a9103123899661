//! The YAML block at the top of a Markdown file, read against the schema of its kind.
//!
//! Owns the front matter's keys. Must not know whether a name it mentions exists elsewhere.

mod address;
mod block;
mod common;
mod keys;
mod missing;
mod source;

use std::collections::BTreeMap;

use crate::date::{Date, Interval};
use crate::diagnostic::{Code, Diagnostic, FilePath, Span, Spanned};
use crate::document::DocumentKind;
use crate::settings::yaml::{self, YamlCodes};
use crate::settings::{Codes, Notation, Table, Value};

use self::block::Found;

pub use keys::keys_of;

const YAML_CODES: YamlCodes = YamlCodes {
    syntax: Code::FrontMatterYaml,
    duplicate_key: Code::FrontMatterDuplicateKey,
    comment: Code::FrontMatterHashComment,
};

const CODES: Codes = Codes { invalid_value: Code::FrontMatterInvalidValue, unknown_key: Code::FrontMatterUnknownKey };

/// A file's settings. A key that its kind does not know has been reported and is absent.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// The block between the `---` lines, the lines included; empty at the start of a file without one.
    pub span: Span,
    /// `title`; where it is missing, that has been reported.
    pub title: Option<Spanned<String>>,
    /// `summary`.
    pub summary: Option<Spanned<String>>,
    /// `deck`, a subtitle.
    pub deck: Option<Spanned<String>>,
    /// `date`.
    pub date: Option<Spanned<Date>>,
    /// `updated`.
    pub updated: Option<Spanned<Date>>,
    /// `authors`.
    pub authors: Vec<Spanned<String>>,
    /// `topics`.
    pub topics: Vec<Spanned<String>>,
    /// `audience`.
    pub audience: Vec<Spanned<String>>,
    /// `owner`, who keeps the page true.
    pub owner: Option<Spanned<String>>,
    /// `reviewed`, the day it was last checked.
    pub reviewed: Option<Spanned<Date>>,
    /// `review_every`.
    pub review_every: Option<Spanned<Interval>>,
    /// `source`: id of a file in `content/sources/`.
    pub source: Option<Spanned<String>>,
    /// `original_url`, absolute.
    pub original_url: Option<Spanned<String>>,
    /// `original_title`.
    pub original_title: Option<Spanned<String>>,
    /// `published`: a day, a month (`2007-07`) or a year.
    pub published: Option<Spanned<String>>,
    /// `changes`: what was changed in a republished piece.
    pub changes: Option<Spanned<String>>,
    /// `seal`: digest of a republished piece's text.
    pub seal: Option<Spanned<String>>,
    /// `permission`; only `unknown` is known.
    pub permission: Option<Spanned<String>>,
    /// `own`: declared to be an own article.
    pub own: bool,
    /// `external_url`: a reading-list entry.
    pub external_url: Option<Spanned<String>>,
    /// `draft`.
    pub draft: bool,
    /// `publish_on`: the first day the page is shown.
    pub publish_on: Option<Spanned<Date>>,
    /// `expires_on`: the first day the page is no longer shown.
    pub expires_on: Option<Spanned<Date>>,
    /// `aliases`: earlier addresses.
    pub aliases: Vec<Spanned<String>>,
    /// `slug`: the last part of the address.
    pub slug: Option<Spanned<String>>,
    /// `order`: place in its section.
    pub order: Option<i64>,
    /// `featured`.
    pub featured: bool,
    /// `language`: BCP 47 tag of this page where it differs from the site's.
    pub language: Option<Spanned<String>>,
    /// `image`: a picture for cards and link previews, relative to the file.
    pub image: Option<Spanned<String>>,
    /// `extra`: free values for themes.
    pub extra: BTreeMap<String, Value>,
    /// `steps` of a learning path.
    pub steps: Vec<PathStep>,
    /// `terms`: other spellings of a glossary term.
    pub terms: Vec<Spanned<String>>,
    /// The terms of a source; only for that kind.
    pub source_terms: Option<Box<SourceTerms>>,
}

/// One step of a learning path.
#[derive(Debug, Clone)]
pub struct PathStep {
    /// The article's id.
    pub article: Spanned<String>,
    /// Why it stands here.
    pub why: Option<Spanned<String>>,
    /// Minutes planned for it.
    pub minutes: Option<u32>,
}

/// What a rights holder allows, as written.
#[derive(Debug, Clone, Default)]
pub struct SourceTerms {
    /// `homepage`, absolute.
    pub homepage: Option<Spanned<String>>,
    /// `licence`: an SPDX id, `custom` or `all-rights-reserved`.
    pub licence: Option<Spanned<String>>,
    /// `grants`.
    pub grants: Vec<Grant>,
    /// `changes`: `allowed`, `with-note`, `house-style`, `forbidden` or `unstated`.
    pub changes: Option<Spanned<String>>,
    /// `excerpts`: `None` for the key left out, `Some(0)` for `none`, else a number of words.
    pub excerpts: Option<Spanned<u32>>,
    /// `feeds`: `summary` or `full`.
    pub feeds: Option<Spanned<String>>,
    /// `canonical`: `self`, `original` or `none`.
    pub canonical: Option<Spanned<String>>,
    /// `contact`: where to ask for more.
    pub contact: Option<Spanned<String>>,
    /// `valid_from`.
    pub valid_from: Option<Spanned<Date>>,
    /// `valid_until`, the last day.
    pub valid_until: Option<Spanned<Date>>,
    /// `permission`.
    pub permission: Option<Permission>,
    /// `hosts` that may stand for one another in the statement's links.
    pub hosts: Vec<Spanned<String>>,
    /// `confirmed`.
    pub confirmed: Option<Spanned<bool>>,
}

/// One grant: every dimension left out (an empty list here) means any value of it.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Where the grant stands.
    pub span: Span,
    /// `medium`.
    pub medium: Vec<Spanned<String>>,
    /// `price`.
    pub price: Vec<Spanned<String>>,
    /// `audience`.
    pub audience: Vec<Spanned<String>>,
}

/// A written permission.
#[derive(Debug, Clone)]
pub struct Permission {
    /// Where it stands.
    pub span: Span,
    /// `ref`: the reference of the letter or contract.
    pub reference: Option<Spanned<String>>,
    /// `granted_by`.
    pub granted_by: Option<Spanned<String>>,
    /// `until`, the last day.
    pub until: Option<Spanned<Date>>,
    /// `grants` it adds.
    pub grants: Vec<Grant>,
}

/// Reads the block at the top of `text` and returns it with the offset at which the Markdown begins.
///
/// A byte order mark and CRLF are understood. Problems go to `diagnostics`; whatever can be read is returned.
pub fn parse(
    path: &FilePath,
    kind: DocumentKind,
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> (FrontMatter, usize) {
    let block = match block::find(text) {
        Found::Block(block) => block,
        Found::Unclosed(block) => {
            missing::report_unclosed(path, text, &block, diagnostics);
            block
        }
        Found::Nothing { start } => {
            missing::report_missing(path, kind, text, start, diagnostics);
            let span = Span::new(start, start);
            return (FrontMatter { span, ..FrontMatter::default() }, start);
        }
    };
    let tree = yaml::parse(path, text, block.yaml.clone(), YAML_CODES, diagnostics);
    let mut table = Table::new(path, &tree, Notation::Yaml, CODES, diagnostics);
    let mut front = common::read(&mut table, kind);
    front.span = block.span;
    common::check_title(&mut table, kind, &front, text, block.body);
    if kind == DocumentKind::Source {
        front.source_terms = Some(Box::new(source::read(&mut table)));
    }
    table.finish_with(|key, report| keys::explain_unknown(key, kind, report));
    if front.external_url.is_some() {
        missing::report_ignored_body(path, text, block.body, diagnostics);
    }
    (front, block.body)
}

#[cfg(test)]
mod tests;
