//! Everything templates see: the contract with themes, version [`CONTRACT_VERSION`].
//!
//! Owns the view types, the only `Serialize` types beside wire formats. Must not know templates or the disk.
//!
//! A template's context has `site` ([`SiteView`]), `page` ([`PageView`]) and one variable named after the page's kind
//! ([`PageContent`]: `article`, `listing`, `path` …).
//!
//! Addresses: every `url` is relative to the site's root and percent-encoded; templates write
//! `href="{{ page.root }}{{ item.url }}"`. So one value serves pages of any depth. Absolute addresses (external
//! articles, `homepage`, `canonical`, `edit_url`, `feedback_url`, `original_url`) say so in their documentation and are
//! written as they are. Fields documented as HTML are written with `| safe`; everything else is text and is escaped.
//! Days are written `2026-01-05`; the filter `day` turns one into words.

mod context;
mod digest;
mod fragment;
mod lists;
mod pages;
mod parts;
mod plan;
mod reads;
mod report;
mod republished;
mod site;
mod structured_data;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

pub use context::ViewContext;
pub use pages::{page, text_for_feed};
pub use plan::{Dimension, PagePlan, Subject, document_of, plan};
pub use reads::{ReadNotes, Reads};
pub use report::{ReportLink, ReportOutput, ReportPiece, ReportSource, ReportView, ReportWithheld, report};
pub use site::site;

/// Version of the contract; a theme's `theme.toml` states the range it works with.
pub const CONTRACT_VERSION: u32 = 1;

/// Words of the interface in the site's language, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceStrings {
    /// Texts by key, such as `learning_points`; plural forms have the suffix `.one` or `.other`.
    pub texts: BTreeMap<String, String>,
}

/// Texts that views take from the interface, beside the titles of [`InterfaceStrings::title_of`] and the words inside
/// bodies ([`crate::document::InterfaceText`]); every theme's chain has them, since the built-in theme does.
pub const TEXTS_OF_VIEWS: [&str; 3] = ["republished_with_permission", "step_withheld", "without_topic"];

/// Pages whose title comes from the interface: their texts have the key `title_` and one of these names.
pub const TITLED_PAGES: [&str; 15] = [
    "home",
    "articles",
    "paths",
    "topics",
    "authors",
    "audiences",
    "sources",
    "learning_points",
    "action_steps",
    "questions",
    "glossary",
    "search",
    "not_found",
    "guide",
    "report",
];

impl InterfaceStrings {
    /// The text for a key, or the key itself where no theme of the chain has it.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.get(key).map_or(key, String::as_str)
    }

    /// The title of a page that steward makes, by its name in [`TITLED_PAGES`].
    pub fn title_of<'a>(&'a self, page: &'a str) -> &'a str {
        self.texts.get(&format!("title_{page}")).map_or(page, String::as_str)
    }
}

/// What every page shows. Lists belong to the pages that show them.
#[derive(Debug, Clone, Serialize)]
pub struct SiteView {
    /// The site's name.
    pub title: String,
    /// One sentence about the site.
    pub description: String,
    /// BCP 47 tag.
    pub language: String,
    /// Absolute, ends in `/`; only when the site has one.
    pub base_url: Option<String>,
    /// The home page.
    pub home_url: String,
    /// The search page.
    pub search_url: String,
    /// The Atom feed, when there is one.
    pub feed_url: Option<String>,
    /// The main navigation: only pages that exist and are not empty.
    pub navigation: Vec<NavigationItem>,
    /// Further lists, for the foot of the page: `authors`, `audiences`, `sources`.
    pub footer: Vec<NavigationItem>,
    /// Notices that are current on the day of the build.
    pub announcements: Vec<AnnouncementView>,
    /// The named parts of articles, in order.
    pub parts: Vec<PartName>,
    /// `[extra]` of `site.toml`.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// An entry of the main navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavigationItem {
    /// `articles`, `paths`, `topics`, `learning_points`, `action_steps`, `questions`, `glossary`, `guide` …
    pub key: String,
    /// The page's title.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// A notice.
#[derive(Debug, Clone, Serialize)]
pub struct AnnouncementView {
    /// Its text.
    pub text: String,
    /// Made from its text, so that a reader's dismissal is remembered.
    pub id: String,
}

/// A named part's key and display name.
#[derive(Debug, Clone, Serialize)]
pub struct PartName {
    /// `learning_point`, `action_steps`, `questions` or the site's own.
    pub key: String,
    /// Its first label.
    pub label: String,
}

/// What every page has. Serialized as `page`; `content` becomes a variable of its own.
#[derive(Debug, Clone, Serialize)]
pub struct PageView {
    /// The file this page becomes, relative to the output folder, such as `articles/foo.html`.
    #[serde(skip)]
    pub output: String,
    /// What stands on the page.
    #[serde(skip)]
    pub content: PageContent,
    /// The texts of republished pieces that stand on it, so that their statements can be proved on its final bytes.
    #[serde(skip)]
    pub republished: Vec<ShownText>,
    /// `home`, `article`, `section`, `page`, `index`, `term`, `source`, `path`, `guide`, `parts`, `glossary`,
    /// `search`, `not_found`, `redirect`, `report`.
    pub kind: &'static str,
    /// Prefix that leads from this page to the site's root: empty, `../`, `../../` …; for `404.html` the path of
    /// `base_url`.
    pub root: String,
    /// Its own address.
    pub url: String,
    /// Its title, the only `h1`.
    pub title: String,
    /// For `<meta name="description">` and link previews; empty without one.
    pub description: String,
    /// BCP 47 tag of the page's content.
    pub language: String,
    /// Absolute address for `<link rel="canonical">`, when there is one.
    pub canonical: Option<String>,
    /// A picture for link previews: absolute where the site has a `base_url`, else absent.
    pub image: Option<String>,
    /// Who wrote a republished piece and how it may be used, for machines: JSON-LD, fit for a script element as it is.
    pub structured_data: Option<String>,
    /// Ways up, home first, without the page itself.
    pub breadcrumbs: Vec<LinkView>,
    /// Headings of the body, nested.
    pub contents: Vec<ContentsEntry>,
    /// Absolute address to edit the page.
    pub edit_url: Option<String>,
    /// Absolute address (or `mailto:`) for feedback.
    pub feedback_url: Option<String>,
    /// Front matter `extra`.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Text of a republished piece on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownText {
    /// The piece, as an index into the catalog's entries.
    pub piece: usize,
    /// How it stands there.
    pub shown_as: ShownAs,
    /// Its visible text.
    pub text: String,
}

/// How text of a republished piece stands on a page, which decides where its statement must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownAs {
    /// The whole piece in its `<article>`.
    Article,
    /// Its parts in an `<article>` of a guide.
    Part,
    /// An excerpt among others in `<main>`.
    Excerpt,
}

/// A title with an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LinkView {
    /// The title.
    pub title: String,
    /// The address.
    pub url: String,
}

/// An entry of a page's table of contents.
#[derive(Debug, Clone, Serialize)]
pub struct ContentsEntry {
    /// Its heading's id.
    pub id: String,
    /// Its heading's text.
    pub title: String,
    /// Headings one level down.
    pub children: Vec<ContentsEntry>,
}

/// A person by name, with a page when the site has one for them.
#[derive(Debug, Clone, Serialize)]
pub struct PersonView {
    /// The name.
    pub name: String,
    /// The page that lists what they wrote.
    pub url: Option<String>,
}

/// An article or page in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// The title.
    pub title: String,
    /// The address; absolute when `external`.
    pub url: String,
    /// A reading-list entry that leaves the site.
    pub external: bool,
    /// The teaser; may be empty.
    pub summary: String,
    /// Day of first publication here.
    pub date: Option<String>,
    /// Day of the last change, where it differs.
    pub updated: Option<String>,
    /// Who wrote it.
    pub authors: Vec<PersonView>,
    /// Reading time in minutes, at least 1; 0 when external.
    pub minutes: u32,
    /// Topics in the order written.
    pub topics: Vec<LinkView>,
    /// Audiences in the order written.
    pub audience: Vec<LinkView>,
    /// The section it stands in.
    pub section: Option<LinkView>,
    /// The owner of a republished piece.
    pub source: Option<LinkView>,
    /// BCP 47 tag where it differs from the site's.
    pub language: Option<String>,
    /// Marked in front matter.
    pub featured: bool,
    /// Not published yet; only in previews.
    pub draft: bool,
    /// A picture, as an address.
    pub image: Option<String>,
}

/// What stands on a page. Serialized as one variable named after the variant.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageContent {
    /// `index.html`.
    Home(Box<HomeView>),
    /// An article.
    Article(Box<ArticleView>),
    /// A folder of articles or pages (page 1 and further pages of its list).
    Section(Box<SectionView>),
    /// A plain page.
    Plain(Box<PlainView>),
    /// The list of all topics, authors, audiences, sources or paths.
    Index(Box<IndexView>),
    /// One topic, author or audience with its articles.
    Term(Box<TermView>),
    /// One source with its pieces.
    Source(Box<SourceView>),
    /// A learning path.
    Path(Box<PathView>),
    /// The facilitator guide of a path.
    Guide(Box<GuideView>),
    /// All learning points, all action steps or all questions.
    Parts(Box<PartsView>),
    /// The glossary.
    Glossary(Box<GlossaryView>),
    /// The search page.
    Search(Box<SearchView>),
    /// `404.html`.
    NotFound(Box<SearchView>),
    /// A page at an earlier address that leads on.
    Redirect(Box<RedirectView>),
    /// The rights report.
    Report(Box<ReportView>),
}

impl PageContent {
    /// The name of the template and of the context variable.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Home(_) => "home",
            Self::Article(_) => "article",
            Self::Section(_) => "section",
            Self::Plain(_) => "plain",
            Self::Index(_) => "index",
            Self::Term(_) => "term",
            Self::Source(_) => "source",
            Self::Path(_) => "path",
            Self::Guide(_) => "guide",
            Self::Parts(_) => "parts",
            Self::Glossary(_) => "glossary",
            Self::Search(_) => "search",
            Self::NotFound(_) => "not_found",
            Self::Redirect(_) => "redirect",
            Self::Report(_) => "report",
        }
    }
}

/// The home page.
#[derive(Debug, Clone, Serialize)]
pub struct HomeView {
    /// The welcome text, HTML; may be empty.
    pub content: String,
    /// All learning paths.
    pub paths: Vec<PathCard>,
    /// All topics with articles.
    pub topics: Vec<CountedLink>,
    /// The top-level sections of articles.
    pub sections: Vec<CountedLink>,
    /// Featured articles, at most 6.
    pub featured: Vec<Card>,
    /// The newest articles, at most 8.
    pub latest: Vec<Card>,
    /// One learning point, of the newest own article that has one.
    pub learning_point: Option<PartEntry>,
}

/// A learning path in a list.
#[derive(Debug, Clone, Serialize)]
pub struct PathCard {
    /// The title.
    pub title: String,
    /// The address.
    pub url: String,
    /// The teaser.
    pub summary: String,
    /// Number of steps.
    pub steps: usize,
    /// Sum of the steps' minutes.
    pub minutes: u32,
    /// Audiences.
    pub audience: Vec<LinkView>,
}

/// A title with an address and a number of articles.
#[derive(Debug, Clone, Serialize)]
pub struct CountedLink {
    /// The title.
    pub title: String,
    /// The address.
    pub url: String,
    /// One sentence; may be empty.
    pub summary: String,
    /// Number of articles.
    pub count: usize,
}

/// An article.
#[derive(Debug, Clone, Serialize)]
pub struct ArticleView {
    /// Subtitle.
    pub deck: Option<String>,
    /// The body, HTML, with parts and quotes in their places; of a republished piece the body and its owner's complete
    /// statement, one value: there is no body without it.
    pub content: String,
    /// Present when this is a republished piece.
    pub republished: Option<RepublishedView>,
    /// Named parts as data; those of a republished piece have no content here, only their titles.
    pub parts: Vec<PartEntry>,
    /// Who wrote it.
    pub authors: Vec<PersonView>,
    /// Who keeps it true.
    pub owner: Option<PersonView>,
    /// When it was last checked and when the next check is due.
    pub review: Option<ReviewView>,
    /// Reading time in minutes, at least 1.
    pub minutes: u32,
    /// Day of first publication here.
    pub date: Option<String>,
    /// Day of the last change.
    pub updated: Option<String>,
    /// Audiences.
    pub audience: Vec<LinkView>,
    /// Topics.
    pub topics: Vec<LinkView>,
    /// The learning paths it belongs to, in path order.
    pub paths: Vec<PathPlace>,
    /// The article before it in its section.
    pub previous: Option<LinkView>,
    /// The article after it in its section.
    pub next: Option<LinkView>,
    /// At most three articles like it.
    pub related: Vec<Card>,
    /// Pages that link here.
    pub backlinks: Vec<LinkView>,
    /// Not published yet; only in previews.
    pub draft: bool,
}

/// Where a republished piece comes from.
#[derive(Debug, Clone, Serialize)]
pub struct RepublishedView {
    /// The owner's page on this site.
    pub source: LinkView,
    /// Absolute address of the original.
    pub original_url: Option<String>,
    /// The original's title.
    pub original_title: Option<String>,
    /// When it was first published: a day, a month or a year.
    pub published: Option<String>,
    /// What was changed.
    pub changes: Option<String>,
}

/// The state of a page's review.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewView {
    /// The last check.
    pub reviewed: Option<String>,
    /// The next check.
    pub due: Option<String>,
    /// Whether that day has passed on the day of the build.
    pub overdue: bool,
}

/// An article's place in a learning path.
#[derive(Debug, Clone, Serialize)]
pub struct PathPlace {
    /// The path.
    pub path: LinkView,
    /// The step's number, from 1.
    pub step: usize,
    /// Number of steps.
    pub steps: usize,
    /// The step before.
    pub previous: Option<LinkView>,
    /// The step after.
    pub next: Option<LinkView>,
}

/// A named part of an article, shown outside or inside it.
#[derive(Debug, Clone, Serialize)]
pub struct PartEntry {
    /// Its definition's key.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// The article.
    pub article: LinkView,
    /// The address of the part itself, with its anchor.
    pub url: String,
    /// Its content, HTML; absent where only an excerpt or a card may be shown (a republished piece).
    pub content: Option<String>,
    /// Words quoted from a republished piece whose owner allows that many, text; shown as a quote. The page has the
    /// owner's statement behind all excerpts.
    pub excerpt: Option<String>,
    /// Its items; empty where there is no content.
    pub items: Vec<PartItemView>,
    /// The owner of a republished piece.
    pub source: Option<LinkView>,
    /// BCP 47 tag of the article where it differs from the site's.
    pub language: Option<String>,
    /// Audiences of the article.
    pub audience: Vec<LinkView>,
}

/// One item of a part.
#[derive(Debug, Clone, Serialize)]
pub struct PartItemView {
    /// Stable id, unique in its article; ticks are stored under it.
    pub id: String,
    /// Its content, HTML.
    pub content: String,
    /// The address of the item itself.
    pub url: String,
}

/// A list cut into pages.
#[derive(Debug, Clone, Serialize)]
pub struct Pagination {
    /// This page's number, from 1.
    pub number: usize,
    /// Number of pages, at least 1.
    pub total: usize,
    /// The page before.
    pub previous_url: Option<String>,
    /// The page after.
    pub next_url: Option<String>,
    /// The first, the last and the nearest pages: title is the number; a gap has the title `…` and no address.
    pub pages: Vec<LinkView>,
}

/// A folder of articles or pages.
#[derive(Debug, Clone, Serialize)]
pub struct SectionView {
    /// Its text, HTML, on page 1; may be empty.
    pub content: String,
    /// Folders inside it, on page 1.
    pub sections: Vec<CountedLink>,
    /// Its articles or pages.
    pub cards: Vec<Card>,
    /// Where in the list this page is.
    pub pagination: Pagination,
    /// Number of articles or pages in the whole list.
    pub count: usize,
}

/// A plain page.
#[derive(Debug, Clone, Serialize)]
pub struct PlainView {
    /// Its text, HTML.
    pub content: String,
    /// Day of the last change.
    pub updated: Option<String>,
    /// Who keeps it true.
    pub owner: Option<PersonView>,
    /// When it was last checked.
    pub review: Option<ReviewView>,
    /// The page before it in its section.
    pub previous: Option<LinkView>,
    /// The page after it in its section.
    pub next: Option<LinkView>,
    /// Pages that link here.
    pub backlinks: Vec<LinkView>,
    /// Not published yet; only in previews.
    pub draft: bool,
}

/// The list of all topics, authors, audiences, sources or paths.
#[derive(Debug, Clone, Serialize)]
pub struct IndexView {
    /// `topics`, `authors`, `audiences`, `sources` or `paths`.
    pub of: &'static str,
    /// Introductory text, HTML; may be empty.
    pub content: String,
    /// The entries; for `paths` empty.
    pub entries: Vec<CountedLink>,
    /// Learning paths; only for `paths`.
    pub paths: Vec<PathCard>,
    /// The rights report; only for `sources`.
    pub report_url: Option<String>,
}

/// One topic, author or audience.
#[derive(Debug, Clone, Serialize)]
pub struct TermView {
    /// `topics`, `authors` or `audiences`.
    pub of: &'static str,
    /// One sentence; may be empty.
    pub summary: String,
    /// Its description or biography, HTML, on page 1; may be empty.
    pub content: String,
    /// Its articles on this page of the list.
    pub cards: Vec<Card>,
    /// Where in the list this page is.
    pub pagination: Pagination,
    /// Number of articles in the whole list.
    pub count: usize,
}

/// One source.
#[derive(Debug, Clone, Serialize)]
pub struct SourceView {
    /// Absolute address of the owner.
    pub homepage: Option<String>,
    /// The licence as readers know it: `CC BY 4.0`; absent for custom terms.
    pub licence: Option<String>,
    /// Absolute address of the licence's deed.
    pub licence_url: Option<String>,
    /// Absolute address to ask for a use that is not granted.
    pub contact: Option<String>,
    /// The last day of the terms.
    pub valid_until: Option<String>,
    /// Its pieces on this page of the list.
    pub cards: Vec<Card>,
    /// Where in the list this page is.
    pub pagination: Pagination,
    /// Number of pieces in the whole list.
    pub count: usize,
}

/// A learning path.
#[derive(Debug, Clone, Serialize)]
pub struct PathView {
    /// Its introduction, HTML.
    pub content: String,
    /// Its steps.
    pub steps: Vec<PathStepView>,
    /// Sum of the steps' minutes.
    pub minutes: u32,
    /// The facilitator guide.
    pub guide_url: String,
    /// Audiences.
    pub audience: Vec<LinkView>,
    /// Topics.
    pub topics: Vec<LinkView>,
    /// Who put it together.
    pub authors: Vec<PersonView>,
    /// Who keeps it true.
    pub owner: Option<PersonView>,
    /// When it was last checked.
    pub review: Option<ReviewView>,
}

/// A step of a learning path.
#[derive(Debug, Clone, Serialize)]
pub struct PathStepView {
    /// From 1.
    pub number: usize,
    /// The article; absent where it is withheld.
    pub card: Option<Card>,
    /// Its title, also where it is withheld.
    pub title: String,
    /// Why it stands here; may be empty.
    pub why: String,
    /// Minutes planned.
    pub minutes: u32,
}

/// The facilitator guide of a path: one print job.
#[derive(Debug, Clone, Serialize)]
pub struct GuideView {
    /// The path.
    pub path: LinkView,
    /// The path's teaser.
    pub summary: String,
    /// The path's introduction, HTML.
    pub content: String,
    /// Its steps.
    pub steps: Vec<GuideStepView>,
    /// Sum of the steps' minutes.
    pub minutes: u32,
    /// Audiences.
    pub audience: Vec<LinkView>,
}

/// An article in a facilitator guide.
#[derive(Debug, Clone, Serialize)]
pub struct GuideStepView {
    /// From 1.
    pub number: usize,
    /// Prefix of all ids of this step.
    pub id: String,
    /// The article's title.
    pub title: String,
    /// The article; absent where it is withheld.
    pub card: Option<Card>,
    /// Why it stands here; may be empty.
    pub why: String,
    /// Minutes planned.
    pub minutes: u32,
    /// Minute of the session at which it starts, from 0.
    pub starts_at: u32,
    /// Its parts in the order of the article; those of a republished piece have no content.
    pub parts: Vec<PartEntry>,
    /// Of a republished piece, where it first stands in the guide: its parts and its owner's complete statement, HTML,
    /// one value. Shown instead of `parts`.
    pub content: Option<String>,
}

/// All parts of one kind, grouped by the articles' first topic.
#[derive(Debug, Clone, Serialize)]
pub struct PartsView {
    /// The part's key.
    pub key: String,
    /// Every audience that occurs, for the filter.
    pub audiences: Vec<LinkView>,
    /// All groups of the whole list with the address at which each begins.
    pub groups_index: Vec<CountedLink>,
    /// The groups on this page.
    pub groups: Vec<PartsGroup>,
    /// The complete statement of every owner whose text stands on this page, to be shown behind the groups.
    pub statements: Vec<StatementView>,
    /// Where in the list this page is.
    pub pagination: Pagination,
    /// Number of parts in the whole list.
    pub count: usize,
}

/// An owner's complete statement on a page of excerpts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementView {
    /// The owner's page on this site.
    pub source: LinkView,
    /// The statement in its element, HTML, to be shown as it is.
    pub content: String,
}

/// The parts under one topic.
#[derive(Debug, Clone, Serialize)]
pub struct PartsGroup {
    /// The id of the group's heading.
    pub id: String,
    /// The topic; absent for articles without one.
    pub topic: Option<LinkView>,
    /// The parts.
    pub entries: Vec<PartEntry>,
}

/// The glossary.
#[derive(Debug, Clone, Serialize)]
pub struct GlossaryView {
    /// Introductory text, HTML; may be empty.
    pub content: String,
    /// Terms by first letter.
    pub letters: Vec<GlossaryLetter>,
}

/// The terms under one letter.
#[derive(Debug, Clone, Serialize)]
pub struct GlossaryLetter {
    /// The letter, upper case; `#` for anything else.
    pub letter: String,
    /// Its terms.
    pub terms: Vec<GlossaryTerm>,
}

/// A glossary term.
#[derive(Debug, Clone, Serialize)]
pub struct GlossaryTerm {
    /// The id of its entry.
    pub id: String,
    /// The term.
    pub title: String,
    /// Other spellings.
    pub other: Vec<String>,
    /// One sentence; may be empty.
    pub summary: String,
    /// The explanation, HTML.
    pub content: String,
    /// Pages that link to it.
    pub backlinks: Vec<LinkView>,
}

/// The search page and the page for addresses that do not exist.
#[derive(Debug, Clone, Serialize)]
pub struct SearchView {
    /// All topics with articles: a way in without a script.
    pub topics: Vec<CountedLink>,
    /// The top-level sections of articles.
    pub sections: Vec<CountedLink>,
}

/// A page at an earlier address.
#[derive(Debug, Clone, Serialize)]
pub struct RedirectView {
    /// Where it leads, relative to the site's root.
    pub target: LinkView,
}
