//! One page (or the content of one entry of a feed): which pieces stand on it, found by their text, whether each has
//! its statement where it stands, and whether any text of theirs stands elsewhere.
//!
//! Must not know how the page was made.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::known::{Known, Piece};
use super::page_text::PageText;
use super::proof::{Expected, Proof};
use super::tree::{DOCUMENT, NodeId, Tree};
use super::wording;
use crate::diagnostic::{Code, Diagnostic, FilePath, Span};
use crate::rights::copies::{RUN, SharedRun, place};
use crate::rights::normal::normalised;
use crate::rights::verify::{Placement, Stylesheets, Whereabouts};
use crate::rights::words::{Word, words_of, words_with_places};

/// The attribute that marks a statement.
pub(super) const MARK: &str = "data-statement";

/// The part of a run that reaches into another article counts from here on.
const SHORTEST_PART: usize = 8;

/// Words of a piece that may be quoted freely (Creative Commons) that lists may show as its teaser.
const TEASER: usize = 100;

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file of its own.
    Page,
    /// The content of a feed's entry.
    FeedItem,
}

/// A page to be judged.
pub(super) struct Page<'a> {
    /// The file, relative to the output folder.
    pub(super) file: &'a FilePath,
    /// The path by which its style sheets are found.
    pub(super) path: &'a str,
    /// Its text.
    pub(super) html: &'a str,
    pub(super) kind: Kind,
}

/// What was found on a page.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) placements: Vec<Placement>,
}

/// Judges a page.
pub(super) fn judge(page: &Page<'_>, known: &Known, stylesheets: &Stylesheets) -> Found {
    let tree = Tree::parse(page.html);
    let text = PageText::of(&tree);
    let words = words_with_places(&text.flow);
    let hashes: Vec<Word> = words.iter().map(|(word, _)| *word).collect();
    let mut judge = Judge {
        page,
        known,
        proof: Proof { page, known, stylesheets, tree: &tree, text: &text },
        tree: &tree,
        text: &text,
        words: &words,
        hashes: &hashes,
        hits: Vec::new(),
        accepted: BTreeSet::new(),
        expected: Vec::new(),
        refused: BTreeSet::new(),
        found: Found::default(),
    };
    judge.find();
    judge.judge_places();
    judge.add_short_excerpts();
    judge.judge_asides();
    judge.finish()
}

/// Words of a piece that readers see, in one article.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) piece: usize,
    pub(super) words: Range<usize>,
    pub(super) container: Option<NodeId>,
}

struct Judge<'a> {
    page: &'a Page<'a>,
    known: &'a Known,
    proof: Proof<'a>,
    tree: &'a Tree,
    text: &'a PageText,
    words: &'a [(Word, Range<usize>)],
    hashes: &'a [Word],
    hits: Vec<Hit>,
    /// Pieces that stand in an article with their statement.
    accepted: BTreeSet<(Option<NodeId>, usize)>,
    expected: Vec<Expected>,
    /// Pieces that were said not to be allowed here.
    refused: BTreeSet<usize>,
    found: Found,
}

impl Judge<'_> {
    fn find(&mut self) {
        for run in self.known.texts.find(self.hashes, None) {
            if self.known.pieces[run.text].refused.is_some() {
                self.refuse(run.text, self.span_of_words(&run.words));
            }
            let parts = self.parts_of(&run);
            let whole = parts.iter().any(|part| part.words.len() >= RUN);
            self.hits.extend(parts.into_iter().filter(|part| part.words.len() >= SHORTEST_PART || !whole));
        }
    }

    /// A run by the articles it stands in.
    fn parts_of(&self, run: &SharedRun) -> Vec<Hit> {
        let mut parts: Vec<Hit> = Vec::new();
        for at in run.words.clone() {
            let (_, container) = self.text.place_of(self.words[at].1.start);
            match parts.last_mut() {
                Some(part) if part.container == container => part.words.end = at + 1,
                _ => parts.push(Hit { piece: run.text, words: at..at + 1, container }),
            }
        }
        parts
    }

    /// Every article that holds text of a piece, and the page outside articles.
    fn judge_places(&mut self) {
        let mut places: Vec<Option<NodeId>> = Vec::new();
        for hit in &self.hits {
            if !places.contains(&hit.container) {
                places.push(hit.container);
            }
        }
        for place in places {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            for hit in self.hits.iter().filter(|hit| hit.container == place) {
                *counts.entry(hit.piece).or_default() += hit.words.len();
            }
            let mut pieces: Vec<(usize, usize)> = counts.into_iter().collect();
            pieces.sort_by_key(|(piece, count)| (usize::MAX - count, *piece));
            for (piece, count) in pieces {
                self.judge_piece(place, piece, count);
            }
        }
    }

    fn judge_piece(&mut self, place: Option<NodeId>, index: usize, count: usize) {
        let piece = &self.known.pieces[index];
        if self.is_part_of_accepted(place, index) {
            return;
        }
        if self.page.kind == Kind::FeedItem && !piece.feeds_full {
            let message = wording::feed_text(piece);
            self.report_copy(place, index, message, wording::feed_hint());
            return;
        }
        let Some(_) = &piece.statement else {
            // CC0 needs none; a piece whose source is unknown has been refused.
            self.accepted.insert((place, index));
            return;
        };
        let is_feed = self.page.kind == Kind::FeedItem;
        if self.statements_of(&piece.source).any(|statement| self.container(statement) == place)
            && (place.is_some() || is_feed)
        {
            let whereabouts = if is_feed { Whereabouts::FeedItem } else { Whereabouts::Article };
            self.expect(place, index, whereabouts);
        } else if self.may_be_excerpt(place, index) {
            self.judge_excerpt(place, index);
        } else if self.is_teaser(index, count, place) {
            self.accepted.insert((place, index));
        } else if self.holds_piece(place, index, count) {
            self.expect(place, index, if is_feed { Whereabouts::FeedItem } else { Whereabouts::Article });
        } else {
            self.report_copy(place, index, wording::copied(piece, count, None), wording::copy_hint(piece));
        }
    }

    /// Text that this piece shares with one of the same source that has been accepted here: a note on the author, say.
    fn is_part_of_accepted(&self, place: Option<NodeId>, index: usize) -> bool {
        let source = &self.known.pieces[index].source;
        let others: Vec<&Piece> = self
            .accepted
            .iter()
            .filter(|(where_, piece)| *where_ == place && *piece != index)
            .map(|(_, piece)| &self.known.pieces[*piece])
            .filter(|other| other.source == *source)
            .collect();
        !others.is_empty()
            && self.hits.iter().filter(|hit| hit.container == place && hit.piece == index).all(|hit| {
                let run = &self.hashes[hit.words.clone()];
                others.iter().any(|other| contains(&other.words, run))
            })
    }

    /// Whether an article holds the piece itself and not only some words of it, or the page has a statement that
    /// stands wrong: then the proof says what is wrong with it.
    fn holds_piece(&self, place: Option<NodeId>, index: usize, count: usize) -> bool {
        let piece = &self.known.pieces[index];
        let is_most = count * 2 >= piece.words.len();
        let has_another =
            place.is_some() && self.text.statements.iter().any(|statement| self.container(*statement) == place);
        let has_own = self.statements_of(&piece.source).next().is_some();
        let is_place = place.is_some() || self.page.kind == Kind::FeedItem;
        has_own || is_place && (has_another || is_most)
    }

    /// Whether every run here is as short as the owner allows outside the piece.
    fn may_be_excerpt(&self, place: Option<NodeId>, index: usize) -> bool {
        let limit = self.known.pieces[index].excerpt;
        let mut hits = self.hits.iter().filter(|hit| hit.container == place && hit.piece == index);
        limit > 0 && hits.all(|hit| hit.words.len() <= limit) && self.statement_is_elsewhere(index)
    }

    /// Whether the page shows the piece's statement outside all articles, or as plain words of its own text.
    fn statement_is_elsewhere(&self, index: usize) -> bool {
        let piece = &self.known.pieces[index];
        self.statements_of(&piece.source).any(|statement| self.container(statement).is_none())
            || normalised(&self.text.flow).contains(&normalised(&piece.statement_text))
    }

    fn judge_excerpt(&mut self, place: Option<NodeId>, index: usize) {
        let source = &self.known.pieces[index].source;
        if self.statements_of(source).any(|statement| self.container(statement).is_none()) {
            self.expect(place, index, Whereabouts::Excerpts);
        } else {
            self.accepted.insert((place, index));
        }
    }

    /// The beginning of a piece that may be quoted freely, as lists show it.
    fn is_teaser(&self, index: usize, count: usize, place: Option<NodeId>) -> bool {
        let piece = &self.known.pieces[index];
        let is_free = piece.excerpt == usize::MAX;
        is_free && count <= TEASER && (place.is_none() || count * 2 < piece.words.len())
    }

    fn expect(&mut self, place: Option<NodeId>, index: usize, whereabouts: Whereabouts) {
        self.accepted.insert((place, index));
        let text = self.known.pieces[index].document.body.text.read().into_owned();
        self.expected.push(Expected { piece: index, place, whereabouts, text });
    }

    /// Excerpts and parts too short to be found by themselves, where the page has a statement of their source.
    fn add_short_excerpts(&mut self) {
        let expected: BTreeSet<&str> =
            self.expected.iter().map(|it| self.known.pieces[it.piece].source.as_str()).collect();
        let lonely: Vec<(NodeId, &str)> = self
            .text
            .statements
            .iter()
            .map(|statement| (*statement, self.source_of(*statement)))
            .filter(|(_, source)| !expected.contains(source))
            .collect();
        if lonely.is_empty() {
            return;
        }
        let runs = self.known.excerpts().find(self.hashes, None);
        let mut added: Vec<Expected> = Vec::new();
        for (statement, source) in lonely {
            let of_source = |run: &&SharedRun| self.known.pieces[run.text].source == source;
            // The longest run says best where the text begins.
            let longest =
                runs.iter().filter(of_source).max_by_key(|run| (run.words.len(), usize::MAX - run.words.start));
            let Some(run) = longest.filter(|run| added.iter().all(|it| it.piece != run.text)) else { continue };
            let place = self.container(statement);
            let whereabouts = match (self.page.kind, place) {
                (Kind::FeedItem, _) => Whereabouts::FeedItem,
                (Kind::Page, Some(_)) => Whereabouts::Article,
                (Kind::Page, None) => Whereabouts::Excerpts,
            };
            let text =
                self.text.flow[self.words[run.words.start].1.start..self.words[run.words.end - 1].1.end].to_owned();
            added.push(Expected { piece: run.text, place, whereabouts, text });
        }
        self.expected.extend(added);
    }

    /// Metadata, comments, attributes, programs: text of a piece may stand there only inside its own article.
    fn judge_asides(&mut self) {
        for aside in &self.text.asides {
            let words = words_of(&aside.text);
            if words.len() < SHORTEST_PART {
                continue;
            }
            let container = if aside.is_apart { None } else { self.container(aside.node) };
            for run in self.known.texts.find(&words, None) {
                let piece = &self.known.pieces[run.text];
                let span = self.span_of_aside(aside.node, &words[run.words.clone()]);
                if piece.refused.is_some() {
                    self.refuse(run.text, span);
                    continue;
                }
                let is_own = container.is_some()
                    && self
                        .accepted
                        .iter()
                        .any(|(place, other)| *place == container && self.known.pieces[*other].source == piece.source);
                if is_own || piece.statement.is_none() || is_teaser_elsewhere(piece, run.words.len()) {
                    continue;
                }
                let message = wording::copied(piece, run.words.len(), Some(&aside.what));
                let diagnostic = self.at(Code::RightsCopiedText, span, message);
                let shown = place::shown(&aside.text, run.words.clone());
                self.found.diagnostics.push(diagnostic.hint(wording::words_hint(&shown)).hint(wording::aside_hint()));
            }
        }
    }

    /// Says once a page that a piece must not stand in the output at all.
    fn refuse(&mut self, index: usize, span: Option<Span>) {
        if let Some(refusal) = &self.known.pieces[index].refused
            && self.refused.insert(index)
        {
            let piece = &self.known.pieces[index];
            let diagnostic = self.at(refusal.code, span, wording::refused(piece, &refusal.message));
            let hinted = refusal.hints.iter().fold(diagnostic, |diagnostic, hint| diagnostic.hint(hint.clone()));
            self.found.diagnostics.push(hinted.hint(wording::refused_hint()));
        }
    }

    fn report_copy(&mut self, place: Option<NodeId>, index: usize, message: String, hint: String) {
        // A piece that must not be here at all has been reported as such.
        if self.known.pieces[index].refused.is_some() {
            return;
        }
        let Some(hit) = self.hits.iter().find(|hit| hit.container == place && hit.piece == index) else { return };
        let shown = place::shown(&self.text.flow, hit.words.clone());
        let span = self.span_of_words(&hit.words);
        let diagnostic = self.at(Code::RightsCopiedText, span, message);
        self.found.diagnostics.push(diagnostic.hint(wording::words_hint(&shown)).hint(hint));
    }

    fn finish(mut self) -> Found {
        let positions: BTreeMap<&str, Option<Span>> = self
            .expected
            .iter()
            .map(|it| {
                let hit = self.hits.iter().find(|hit| hit.piece == it.piece && hit.container == it.place);
                (self.known.pieces[it.piece].source.as_str(), hit.and_then(|hit| self.span_of_words(&hit.words)))
            })
            .collect();
        let proved = self.proof.run(&self.expected);
        for (code, span, source, message, hints) in proved.findings {
            let span = span.or_else(|| positions.get(source.as_str()).copied().flatten());
            let diagnostic = self.at(code, span, message);
            self.found.diagnostics.push(hints.into_iter().fold(diagnostic, Diagnostic::hint));
        }
        self.found.placements = proved.placements;
        self.found
    }

    fn statements_of<'s>(&'s self, source: &'s str) -> impl Iterator<Item = NodeId> + 's {
        self.text.statements.iter().copied().filter(move |statement| self.source_of(*statement) == source)
    }

    fn source_of(&self, statement: NodeId) -> &str {
        self.tree.element(statement).and_then(|element| element.attribute(MARK)).unwrap_or_default().trim()
    }

    /// The nearest `<article>`.
    fn container(&self, node: NodeId) -> Option<NodeId> {
        self.tree.nearest(node, "article")
    }

    fn at(&self, code: Code, span: Option<Span>, message: String) -> Diagnostic {
        match span {
            Some(span) => Diagnostic::at(code, self.page.file, span, message),
            None => Diagnostic::in_file(code, self.page.file, message),
        }
    }

    /// Where words that readers see stand in the file.
    fn span_of_words(&self, words: &Range<usize>) -> Option<Span> {
        if self.page.kind == Kind::FeedItem {
            return None;
        }
        let (node, container) = self.text.place_of(self.words[words.start].1.start);
        let start = match container {
            Some(container) => self.proof.start_of_line(self.tree.line(container)),
            // Metadata says the same words before the page does.
            None => memchr::memmem::find(self.page.html.as_bytes(), b"<body").unwrap_or(0),
        };
        let line = || self.proof.span_of_line(self.tree.line(node));
        place::span_of(self.page.html, start, &self.hashes[words.clone()]).or_else(line)
    }

    fn span_of_aside(&self, node: NodeId, words: &[Word]) -> Option<Span> {
        if self.page.kind == Kind::FeedItem {
            return None;
        }
        let line = if node == DOCUMENT { 1 } else { self.tree.line(node) };
        let breaks = self
            .tree
            .element(node)
            .map_or(0, |element| element.attributes().map(|(_, value)| value.matches('\n').count() + 1).sum::<usize>());
        let start = self.proof.start_of_line(line.saturating_sub(breaks).max(1));
        place::span_of(self.page.html, start, words).or_else(|| self.proof.span_of_line(line))
    }
}

/// Whether so many words may stand where no statement can: the teaser of a piece that may be quoted freely.
pub(super) fn is_teaser_elsewhere(piece: &Piece, count: usize) -> bool {
    piece.excerpt == usize::MAX && count <= TEASER
}

fn contains(text: &[Word], run: &[Word]) -> bool {
    !run.is_empty() && text.windows(run.len()).any(|window| window == run)
}
