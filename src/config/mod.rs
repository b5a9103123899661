//! `site.toml` as typed settings, every value that a diagnostic may point at with its place.
//!
//! Owns the settings' schema. Must not know the disk, content files or themes.

mod read;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use url::Url;

use crate::date::{Date, Interval};
use crate::diagnostic::{Code, Severity, Spanned};
use crate::settings::Value;

pub use crate::source::SETTINGS_FILE as CONFIG_FILE;
pub use read::read;

/// A site's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The site's name.
    pub title: String,
    /// One sentence about the site.
    pub description: String,
    /// BCP 47 tag of the site's language, such as `en`.
    pub language: String,
    /// The zone in which a date without a time is a day.
    pub timezone: TimeZone,
    /// The absolute address the site will have, always ending in `/`.
    pub base_url: Option<Url>,
    /// Name of the theme.
    pub theme: Spanned<String>,
    /// The shape of addresses.
    pub urls: UrlStyle,
    /// Where a page can be edited; `{path}` stands for its path below `content/`.
    pub edit_url: Option<String>,
    /// Where feedback goes; `{title}` and `{path}` are filled in.
    pub feedback: Option<String>,
    /// How this site is published.
    pub publication: Publication,
    /// Rules for own articles.
    pub articles: ArticleSettings,
    /// The named parts of an article, built-in ones first, then in the order of the file.
    pub parts: Vec<PartDefinition>,
    /// Search settings.
    pub search: SearchSettings,
    /// Link settings.
    pub links: LinkSettings,
    /// Overridden severities; `None` switches a diagnostic off.
    pub severity: BTreeMap<Code, Option<Severity>>,
    /// Notices shown on every page.
    pub announcements: Vec<Announcement>,
    /// Free values for themes.
    pub extra: BTreeMap<String, Value>,
}

/// The shape of addresses in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlStyle {
    /// `articles/foo.html`; links name files and work from `file://`.
    Portable,
    /// `articles/foo/index.html`; links name folders.
    Pretty,
}

/// The point (medium, price, audience) against which every source's terms are held. No dimension has a default.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// `website`, `newsletter`, `publication` or `training-program`.
    pub medium: Option<Spanned<String>>,
    /// `free` or `paid`.
    pub price: Option<Spanned<String>>,
    /// `internal` or `public`.
    pub audience: Option<Spanned<String>>,
    /// Which of the three are written and cannot be read, which has been reported.
    pub misread: Vec<&'static str>,
    /// Leave refused pieces out instead of failing.
    pub omit_refused: bool,
    /// Whether the rights report is a page of the site.
    pub report: bool,
}

/// The values `[publication]` and grants may take, by dimension.
pub const MEDIA: [&str; 4] = ["website", "newsletter", "publication", "training-program"];
/// See [`MEDIA`].
pub const PRICES: [&str; 2] = ["free", "paid"];
/// See [`MEDIA`].
pub const PUBLICATION_AUDIENCES: [&str; 2] = ["internal", "public"];

/// Rules for own articles.
#[derive(Debug, Clone)]
pub struct ArticleSettings {
    /// Keys of the parts an own article should have; each names an entry of [`Config::parts`].
    pub require: Vec<String>,
    /// Review interval where front matter sets none.
    pub review_every: Option<Interval>,
}

/// A named part of an article.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartDefinition {
    /// Its key, such as `learning_point`.
    pub key: String,
    /// The labels it is recognised by, in any letter case.
    pub labels: Vec<String>,
}

impl PartDefinition {
    /// The label for readers and messages: of a part whose key is a plural the first plural one, else the first.
    pub fn display_label(&self) -> &str {
        let plural = self.labels.iter().find(|label| self.key.ends_with('s') && label.ends_with('s'));
        plural.or(self.labels.first()).map_or(self.key.as_str(), String::as_str)
    }
}

/// Keys of the parts every site has.
pub const BUILT_IN_PARTS: [&str; 3] = ["learning_point", "action_steps", "questions"];

/// Search settings.
#[derive(Debug, Clone, Default)]
pub struct SearchSettings {
    /// Groups of words that stand for one another.
    pub synonyms: Vec<Vec<String>>,
}

/// Link settings.
#[derive(Debug, Clone, Default)]
pub struct LinkSettings {
    /// Whether `steward check --external` may go to the network.
    pub check_external: bool,
}

/// A notice shown on every page until a day.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// Its text, inline Markdown not included.
    pub text: Spanned<String>,
    /// The last day it is shown.
    pub until: Option<Date>,
}
