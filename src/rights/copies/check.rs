//! What the authors of a site typed, held against the pieces and statements that the site knows.
//!
//! Owns the rules: whose text may stand where. Must not know addresses of the output.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{KnownText, KnownTexts, Rolling, SharedRun, files, place};
use crate::config::{CONFIG_FILE, Config};
use crate::diagnostic::{Code, Diagnostic, FilePath};
use crate::document::{Document, DocumentKind, TEXT_ATTRIBUTES};
use crate::rights::source::{self, Source, Sources};
use crate::rights::words::{Word, words_of};
use crate::settings::Value;
use crate::shares::InShares;
use crate::source::{Content, Digest, Snapshot, SourceFile};

/// Words in a row of a restricted piece that its summary, which lists and search show without the statement, may not
/// have.
const SUMMARY_RUN: usize = 8;

/// Everything the check reads.
pub struct CopiesInput<'a> {
    /// All documents: the text of a piece is known whether it is published or not.
    pub documents: &'a [Arc<Document>],
    /// The files that are copied.
    pub copied: Vec<&'a SourceFile>,
    /// The terms and statements.
    pub sources: &'a Sources,
    /// The settings, which hold texts too.
    pub config: &'a Config,
    /// The files as typed, to show where a copy stands.
    pub snapshot: &'a Snapshot,
}

/// The texts of a site, ready to be held against what the site knows to be somebody else's: no text may hold a
/// statement, or a run of [`super::RUN`] words of a piece, that is not its own source's.
pub struct Copies<'a> {
    checker: Checker<'a>,
}

impl<'a> Copies<'a> {
    /// The digest of all known texts and of whose they are.
    pub fn key(input: &CopiesInput<'_>) -> Digest {
        let mut hasher = blake3::Hasher::new();
        for document in input.documents {
            if let Some(source) = &document.front.source {
                hasher.update(document.path.as_bytes()).update(&[0]).update(source.value.as_bytes());
                hasher.update(&[0]).update(&document.digest.0);
            }
        }
        for source in input.sources.values() {
            hasher.update(source.path.as_bytes()).update(&[0]).update(&source.digest.0);
        }
        Digest(*hasher.finalize().as_bytes())
    }

    /// Makes ready; `index` is that of an earlier call with the same [`Self::key`]. `None` where nothing is known.
    pub fn new(input: &'a CopiesInput<'a>, index: Option<Arc<KnownTexts>>) -> Option<Self> {
        let site = Site::of(input);
        if site.texts.is_empty() {
            return None;
        }
        let index = index.unwrap_or_else(|| Arc::new(KnownTexts::new(site.known_texts(input))));
        Some(Self { checker: Checker { input, site, index } })
    }

    /// The index of all known texts, for a later call.
    pub fn index(&self) -> Arc<KnownTexts> {
        Arc::clone(&self.checker.index)
    }

    /// What stands in one published document.
    pub fn in_document(&self, document: &Document) -> Arc<[Diagnostic]> {
        self.checker.document(document).into()
    }

    /// What stands in copied files, in the theme's files and in the settings.
    pub fn elsewhere(&self) -> Vec<Diagnostic> {
        let input = self.checker.input;
        let themes: Vec<&Arc<SourceFile>> = input.snapshot.under("themes/").collect();
        let mut diagnostics: Vec<Diagnostic> =
            input.copied.par_iter().filter_map(|file| self.checker.file(file)).collect();
        diagnostics.extend(themes.par_iter().filter_map(|file| self.checker.file(file)).collect::<Vec<_>>());
        diagnostics.extend(self.checker.settings());
        diagnostics
    }
}

/// Where a known text comes from.
struct Known<'a> {
    /// The piece; a statement has none.
    piece: Option<&'a Document>,
    /// The source's id, as the piece names it.
    source: &'a str,
}

/// Everything the site knows to be somebody else's; the texts themselves are in the index, in the same order.
struct Site<'a> {
    texts: Vec<Known<'a>>,
    owners: HashMap<&'a str, u32>,
    /// Index of a piece among the texts, by its file.
    pieces: HashMap<&'a FilePath, usize>,
}

impl<'a> Site<'a> {
    fn of(input: &'a CopiesInput<'a>) -> Self {
        let mut owners: HashMap<&str, u32> = HashMap::new();
        let mut owner = |source: &'a str| {
            let next = u32::try_from(owners.len()).unwrap_or(u32::MAX);
            owners.entry(source).or_insert(next);
        };
        let statements = input.sources.values().filter(|source| !source.statement.is_empty());
        let statements: Vec<&Source> = statements.inspect(|source| owner(&source.id)).collect();
        let pieces = input.documents.iter().filter_map(|document| {
            let source = document.front.source.as_ref()?.value.as_str();
            Some(Known { piece: Some(document.as_ref()), source })
        });
        let mut texts: Vec<Known<'_>> = pieces.inspect(|known| owner(known.source)).collect();
        let pieces = texts.iter().enumerate().filter_map(|(index, it)| Some((&it.piece?.path, index))).collect();
        texts.extend(statements.into_iter().map(|source| Known { piece: None, source: &source.id }));
        Self { texts, owners, pieces }
    }

    /// The texts in the same order.
    fn known_texts(&self, input: &CopiesInput<'_>) -> Vec<KnownText> {
        self.texts
            .par_iter()
            .in_shares()
            .map(|known| {
                let statement = || input.sources.get(known.source).map_or("", |source| source.statement.text.as_str());
                let words = match known.piece {
                    Some(piece) => words_of(&piece.body.text.read()),
                    None => words_of(statement()),
                };
                let owner = self.owners.get(known.source).copied().unwrap_or(u32::MAX);
                KnownText { owner, words, is_statement: known.piece.is_none() }
            })
            .collect()
    }
}

/// A text somebody typed.
struct Typed<'a> {
    text: Cow<'a, str>,
    /// Where in its file to look for it.
    start: usize,
}

struct Checker<'a> {
    input: &'a CopiesInput<'a>,
    site: Site<'a>,
    index: Arc<KnownTexts>,
}

impl Checker<'_> {
    fn document(&self, document: &Document) -> Vec<Diagnostic> {
        let own = match document.kind {
            DocumentKind::Source => Some(source::id_of(&document.path)),
            _ => document.front.source.as_ref().map(|named| named.value.as_str()),
        };
        let own = own.and_then(|own| self.site.owners.get(own).copied());
        let piece = self.site.pieces.get(&document.path).copied();
        let mut diagnostics = Vec::new();
        for typed in typed_texts(document) {
            diagnostics.extend(self.text(document, &typed, &words_of(&typed.text), own));
        }
        let body = Typed { text: document.body.text.read(), start: document.body.start as usize };
        match piece {
            Some(piece) => {
                let words = &self.index.text(piece).words;
                diagnostics.extend(self.report(document, &body, words, self.index.find_in_known(piece)));
                diagnostics.extend(self.summary(document, words));
            }
            None if document.kind == DocumentKind::Source => {}
            None => diagnostics.extend(self.text(document, &body, &words_of(&body.text), own)),
        }
        diagnostics
    }

    fn text(&self, document: &Document, typed: &Typed<'_>, words: &[Word], own: Option<u32>) -> Option<Diagnostic> {
        self.report(document, typed, words, self.index.find(words, own))
    }

    /// The first copy in a text, with the number of further ones.
    fn report(
        &self,
        document: &Document,
        typed: &Typed<'_>,
        words: &[Word],
        runs: Vec<SharedRun>,
    ) -> Option<Diagnostic> {
        let mut runs = runs.into_iter().filter(|run| !self.is_allowed(document, run));
        let first = runs.next()?;
        let source = self.input.snapshot.text(&document.path).unwrap_or_default();
        let run = &words[first.words.clone()];
        let span = place::span_of(&source, typed.start, run).unwrap_or(document.front.span);
        let diagnostic = Diagnostic::at(Code::RightsCopiedText, &document.path, span, self.message(&first));
        Some(self.explained(diagnostic, &first, &typed.text, runs.count(), document.kind == DocumentKind::Article))
    }

    fn message(&self, run: &SharedRun) -> String {
        let known = &self.site.texts[run.text];
        let count = run.words.len();
        match known.piece {
            Some(piece) => {
                format!("{count} words in a row stand in `{}`, a republished piece of `{}`", piece.path, known.source)
            }
            None if count >= self.index.text(run.text).words.len() => {
                format!("this text holds the statement of `{}` without a piece of it", known.source)
            }
            None => format!("{count} words in a row are from the statement of `{}`", known.source),
        }
    }

    /// Adds the words, the piece and what to do.
    fn explained(
        &self,
        diagnostic: Diagnostic,
        run: &SharedRun,
        text: &str,
        more: usize,
        is_article: bool,
    ) -> Diagnostic {
        let known = &self.site.texts[run.text];
        let owner = self.input.sources.get(known.source);
        let statement = || owner.map(|source| &source.path);
        let diagnostic = match known.piece.map(|piece| &piece.path).or_else(statement) {
            Some(path) => diagnostic.related(path, None, "the text it is copied from"),
            None => diagnostic,
        };
        let excerpts = owner.map_or(Some(0), Source::excerpt_words);
        let hint = match (excerpts, is_article) {
            (Some(0), true) => format!(
                "say it in your own words and link to the piece, or write `source: {}` if this article is that owner's",
                known.source
            ),
            (Some(0), false) => "say it in your own words and link to the piece".to_owned(),
            (Some(words), _) => format!(
                "say it in your own words, or quote at most {words} words in a row with the complete statement of `{}` below them",
                known.source
            ),
            (None, _) => format!("put the complete statement of `{}` below it", known.source),
        };
        let diagnostic =
            diagnostic.hint(format!("the words are “{}”", place::shown(text, run.words.clone()))).hint(hint);
        let more = (more > 0).then(|| format!("the same text has {more} more such runs"));
        diagnostic.hint_if(more)
    }

    /// Whether a grant of excerpts allows a run: it is no longer than that, and the complete statement stands in the
    /// same text.
    fn is_allowed(&self, document: &Document, run: &SharedRun) -> bool {
        let known = &self.site.texts[run.text];
        let Some(source) = self.input.sources.get(known.source) else { return false };
        let limit = source.excerpt_words().map_or(usize::MAX, |words| words as usize);
        if limit == 0 {
            return false;
        }
        let Some(piece) = known.piece else { return true };
        let statement = match source.statement_for(piece) {
            Ok(Some(statement)) => words_of(&statement.text),
            Ok(None) => return true,
            Err(_) => return false,
        };
        run.words.len() <= limit
            && words_of(&document.body.text.read()).windows(statement.len().max(1)).any(|window| window == statement)
    }

    /// The summary of a restricted piece must be the publisher's own: lists show it without the statement.
    fn summary(&self, document: &Document, piece: &[Word]) -> Option<Diagnostic> {
        let summary = document.front.summary.as_ref()?;
        let source = self.input.sources.get(&document.front.source.as_ref()?.value)?;
        source.excerpt_words()?;
        let words = words_of(&summary.value);
        let start = first_common_run(&words, piece, SUMMARY_RUN)?;
        let shown = place::shown(&summary.value, start..start + SUMMARY_RUN);
        let message = format!("the summary has {SUMMARY_RUN} words in a row from the piece itself");
        Some(
            Diagnostic::at(Code::RightsCopiedText, &document.path, summary.span, message)
                .hint(format!("the words are “{shown}”"))
                .hint("write the summary in your own words: lists, search and the feed show it without the owner's statement"),
        )
    }

    /// A file that is copied as it is, or one of a theme.
    fn file(&self, file: &SourceFile) -> Option<Diagnostic> {
        let bytes = match &file.content {
            Content::Text(text) => Cow::Borrowed(text.as_bytes()),
            Content::Bytes(bytes) => Cow::Borrowed(&bytes[..]),
            Content::PutAway(text) => Cow::Owned(text.read().into_owned().into_bytes()),
            Content::OnDisk { .. } => return None,
        };
        let text = files::text_of(&file.path, &bytes)?;
        let words = words_of(&text);
        let mut runs = self.index.find(&words, None).into_iter();
        let first = runs.next()?;
        let typed = file.text();
        let span = typed.and_then(|typed| place::span_of(&typed, 0, &words[first.words.clone()]));
        let message = self.message(&first);
        let diagnostic = match span {
            Some(span) => Diagnostic::at(Code::RightsCopiedText, &file.path, span, message),
            None => Diagnostic::in_file(Code::RightsCopiedText, &file.path, message),
        };
        Some(self.explained(diagnostic, &first, &text, runs.count(), false))
    }

    /// The texts of the settings: title, description, notices, free values.
    fn settings(&self) -> Vec<Diagnostic> {
        let config = self.input.config;
        let path = FilePath::from(CONFIG_FILE);
        let settings = self.input.snapshot.text(CONFIG_FILE).unwrap_or_default();
        let mut texts: Vec<&str> = vec![&config.title, &config.description];
        texts.extend(config.announcements.iter().map(|announcement| announcement.text.value.as_str()));
        texts.extend(config.parts.iter().flat_map(|part| part.labels.iter().map(String::as_str)));
        texts.extend(config.search.synonyms.iter().flatten().map(String::as_str));
        config.extra.values().for_each(|value| texts_of_value(value, &mut texts));
        let report = |text: &str| {
            let words = words_of(text);
            let mut runs = self.index.find(&words, None).into_iter();
            let first = runs.next()?;
            let span = place::span_of(&settings, 0, &words[first.words.clone()]).unwrap_or_default();
            let diagnostic = Diagnostic::at(Code::RightsCopiedText, &path, span, self.message(&first));
            Some(self.explained(diagnostic, &first, text, runs.count(), false))
        };
        texts.into_iter().filter_map(report).collect()
    }
}

/// Everything a document shows besides its body's text: front matter, descriptions of pictures, titles of links.
fn typed_texts(document: &Document) -> Vec<Typed<'_>> {
    let front = &document.front;
    let mut values: Vec<&str> = Vec::new();
    let single = [
        &front.title,
        &front.summary,
        &front.deck,
        &front.changes,
        &front.original_title,
        &front.owner,
        &front.published,
        &front.slug,
    ];
    values.extend(single.into_iter().flatten().map(|value| value.value.as_str()));
    let lists = [&front.authors, &front.topics, &front.audience, &front.terms, &front.aliases];
    values.extend(lists.into_iter().flatten().map(|value| value.value.as_str()));
    values.extend(front.steps.iter().filter_map(|step| Some(step.why.as_ref()?.value.as_str())));
    front.extra.values().for_each(|value| texts_of_value(value, &mut values));
    let start = front.span.start as usize;
    let mut typed: Vec<Typed<'_>> = values.into_iter().map(|text| Typed { text: Cow::Borrowed(text), start }).collect();
    let start = document.body.start as usize;
    typed.extend(
        document
            .body
            .links
            .iter()
            .filter(|link| !link.title.is_empty())
            .map(|link| Typed { text: Cow::Borrowed(link.title.as_str()), start }),
    );
    if document.body.has_text_attributes {
        let html = document.body.content.html.read();
        typed.extend(attributes(&html).map(|text| Typed { text: Cow::Owned(text.into_owned()), start }));
    }
    typed
}

/// The values of the attributes of a body that hold text. The body's HTML is steward's own: values stand in double
/// quotes, with references for `&`, `<`, `>` and `"`.
fn attributes(html: &str) -> impl Iterator<Item = Cow<'_, str>> {
    TEXT_ATTRIBUTES.into_iter().flat_map(move |name| {
        let value = move |at: usize| {
            let rest = &html[at + name.len()..];
            let value = &rest[..rest.find('"').unwrap_or(rest.len())];
            if !value.contains('&') {
                return Cow::Borrowed(value);
            }
            let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            Cow::Owned(plain)
        };
        memchr::memmem::find_iter(html.as_bytes(), name.as_bytes()).map(value).collect::<Vec<_>>()
    })
}

/// All texts in a free value.
fn texts_of_value<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::Empty => {}
        Value::Scalar { text, .. } => texts.push(text),
        Value::List(items) => items.iter().for_each(|item| texts_of_value(&item.value, texts)),
        Value::Map(entries) => entries.iter().for_each(|(_, item)| texts_of_value(&item.value, texts)),
    }
}

/// The first word of `words` at which a run of `length` words begins that `other` has too.
fn first_common_run(words: &[Word], other: &[Word], length: usize) -> Option<usize> {
    let mut wanted: Vec<(u64, usize)> = Rolling::over(words, length).map(|(at, hash)| (hash, at)).collect();
    if wanted.is_empty() {
        return None;
    }
    wanted.sort_unstable();
    Rolling::over(other, length)
        .filter_map(|(there, hash)| {
            let first = wanted.partition_point(|(known, _)| *known < hash);
            let same = wanted[first..].iter().take_while(|(known, _)| *known == hash);
            let mut same = same.filter(|(_, at)| words[*at..at + length] == other[there..there + length]);
            same.next().map(|(_, at)| *at)
        })
        .min()
}
