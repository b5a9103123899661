//! Articles like an article: shared topics and shared rare words.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Catalog, EntryIndex};
use crate::document::Document;
use crate::document::keywords::Keyword;
use crate::shares::InShares;

/// Articles shown as related.
const SHOWN: usize = 3;

/// A word in more articles than this tells nothing and would cost the square.
const MOST_ARTICLES_OF_A_WORD: usize = 200;

/// What a shared topic counts, beside its rarity.
const TOPIC_WEIGHT: f64 = 2.0;

/// Neighbours in the list of a topic that are looked at on either side, so that large topics cost no more than small
/// ones.
const TOPIC_NEIGHBOURS: usize = 12;

/// Finds at most three articles like each article; [`Known::apply`] gives them to it.
///
/// The score of two articles is the sum over their shared words of the product of both term weights
/// (`(1 + ln tf) * ln(n / df)`, as in the vector space model of Salton and Buckley 1988), divided by both lengths,
/// plus a share for every common topic. Ties go to the newer article. Articles that already stand next to each other
/// in a path are not held back: they are related.
///
/// While `known` is of the same articles in the same places, only what a changed text can change is computed again. The
/// score of two articles is a function of both vectors, added up in the order of their words from either side, so that
/// what is kept is what would be computed, to the last bit.
pub(super) fn find(catalog: &Catalog, known: &mut Known) {
    let frame = Frame::of(catalog);
    if known.frame.as_ref() == Some(&frame) {
        renew(catalog, known);
        return;
    }
    let documents = documents_of(&frame, catalog);
    *known = Known::of(&frame, documents);
    known.frame = Some(frame);
}

/// The same for a catalog of which only documents' texts are not what they were when `known` was made.
pub(super) fn renew(catalog: &Catalog, known: &mut Known) {
    if let Some(frame) = known.frame.take() {
        let documents = documents_of(&frame, catalog);
        known.renew(&frame, documents);
        known.frame = Some(frame);
    }
}

fn documents_of(frame: &Frame, catalog: &Catalog) -> Vec<Arc<Document>> {
    frame.articles.iter().map(|&(article, _)| Arc::clone(&catalog.entries[article].document)).collect()
}

/// Number of an article: the newest first, then in the order of paths.
type Position = u32;

/// At most [`SHOWN`] articles with their scores, best first.
type Best = Vec<(f64, Position)>;

/// Which articles there are and under which topics: everything that counts besides their words.
#[derive(Debug, PartialEq, Eq)]
struct Frame {
    /// Articles by position, with their topics.
    articles: Vec<(EntryIndex, Vec<usize>)>,
    /// Positions of each topic's articles, ascending.
    articles_of_topic: Vec<Vec<Position>>,
}

impl Frame {
    fn of(catalog: &Catalog) -> Self {
        let mut order: Vec<EntryIndex> = catalog.articles.clone();
        order.sort_by_cached_key(|&article| {
            let date = catalog.entries[article].document.front.date.as_ref().map(|date| date.value);
            (Reverse(date), article)
        });
        let articles: Vec<(EntryIndex, Vec<usize>)> =
            order.into_iter().map(|article| (article, catalog.entries[article].topics.clone())).collect();
        let mut articles_of_topic = vec![Vec::new(); catalog.topics.len()];
        for (position, (_, topics)) in articles.iter().enumerate() {
            topics.iter().for_each(|&topic| articles_of_topic[topic].push(position as Position));
        }
        Self { articles, articles_of_topic }
    }

    fn entry(&self, position: Position) -> EntryIndex {
        self.articles[position as usize].0
    }

    fn topics(&self, position: Position) -> &[usize] {
        &self.articles[position as usize].1
    }

    fn rarity_of_topic(&self, topic: usize) -> f64 {
        (self.articles.len() as f64 / self.articles_of_topic[topic].len().max(1) as f64).ln_1p()
    }

    /// What the topics that `of` shares with `other` count.
    fn topic_score(&self, of: Position, other: Position) -> f64 {
        let topics = self.topics(of);
        let shared = self.topics(other).iter().filter(|topic| topics.contains(topic));
        TOPIC_WEIGHT * 0.05 * shared.map(|&topic| self.rarity_of_topic(topic)).sum::<f64>()
    }

    /// Articles of the same topics that stand near; whoever is near to another has the other near.
    fn near(&self, position: Position) -> impl Iterator<Item = Position> + '_ {
        self.topics(position).iter().flat_map(move |&topic| {
            let articles = &self.articles_of_topic[topic];
            let own = articles.partition_point(|&article| article < position);
            let window = own.saturating_sub(TOPIC_NEIGHBOURS)..(own + TOPIC_NEIGHBOURS + 1).min(articles.len());
            articles[window].iter().copied()
        })
    }
}

/// The words of all articles and what was found with them.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The articles and their topics.
    frame: Option<Frame>,
    /// The articles' documents, by position.
    documents: Vec<Arc<Document>>,
    /// A number for every word that was met; it tells nothing of the word.
    numbers: HashMap<u64, u32, Hashed>,
    /// In how many articles each word stands.
    frequencies: Vec<u32>,
    /// Words that tell something with their weight, in the order of the keywords; each vector of length 1.
    words_of: Vec<Vec<(u32, f32)>>,
    /// Articles of each such word, with the word's weight in each.
    articles_of: Vec<Vec<(Position, f32)>>,
    nearest: Vec<Best>,
}

/// The scores of one article with all others: a place for each, and which places are used.
struct Scores {
    by_position: Vec<f32>,
    is_met: Vec<bool>,
    met: Vec<Position>,
}

impl Scores {
    fn for_articles(count: usize) -> Self {
        Self { by_position: vec![0.0; count], is_met: vec![false; count], met: Vec::new() }
    }

    fn add(&mut self, other: Position, score: f32) {
        let place = other as usize;
        if !std::mem::replace(&mut self.is_met[place], true) {
            self.met.push(other);
        }
        self.by_position[place] += score;
    }

    /// Gives all scores away and is empty again.
    fn drain(&mut self) -> impl Iterator<Item = (Position, f32)> + '_ {
        let (by_position, is_met) = (&mut self.by_position, &mut self.is_met);
        self.met.drain(..).map(move |position| {
            is_met[position as usize] = false;
            (position, std::mem::take(&mut by_position[position as usize]))
        })
    }
}

impl Known {
    /// Everything afresh.
    fn of(frame: &Frame, documents: Vec<Arc<Document>>) -> Self {
        let mut known = Self::default();
        documents.iter().for_each(|document| known.count(document));
        known.documents = documents;
        known.articles_of =
            known.frequencies.iter().map(|&count| Vec::with_capacity(known.places_for(count))).collect();
        known.words_of = known.documents.par_iter().map(|document| known.vector(document)).collect();
        for (position, words) in known.words_of.iter().enumerate() {
            for (number, weight) in words {
                known.articles_of[*number as usize].push((position as Position, *weight));
            }
        }
        let all: Vec<Position> = (0..known.documents.len() as Position).collect();
        known.nearest = known.find(frame, &all);
        known
    }

    /// Gives every article its nearest; returns the articles that had others.
    pub(super) fn apply(&self, catalog: &mut Catalog) -> Vec<EntryIndex> {
        let Some(frame) = &self.frame else { return Vec::new() };
        let mut changed = Vec::new();
        for (best, (article, _)) in self.nearest.iter().zip(&frame.articles) {
            let related = &mut catalog.entries[*article].related;
            let nearest = best.iter().map(|(_, other)| frame.entry(*other));
            if !nearest.clone().eq(related.iter().copied()) {
                *related = nearest.collect();
                changed.push(*article);
            }
        }
        changed
    }

    /// What other documents in the same places change.
    fn renew(&mut self, frame: &Frame, documents: Vec<Arc<Document>>) {
        let before = std::mem::replace(&mut self.documents, documents);
        let is_other =
            |(old, new): (&Arc<Document>, &Arc<Document>)| !Arc::ptr_eq(old, new) && old.keywords != new.keywords;
        let mut others: Vec<Position> = (0..before.len())
            .filter(|&position| is_other((&before[position], &self.documents[position])))
            .map(|position| position as Position)
            .collect();
        if others.is_empty() {
            return;
        }
        let words = self.recount(&before, &others);
        if !words.is_empty() {
            let has_word =
                |document: &Document| document.keywords.iter().any(|keyword| words.contains(&keyword.word()));
            others = (0..self.documents.len() as Position)
                .into_par_iter()
                .filter(|&at| others.binary_search(&at).is_ok() || has_word(&self.documents[at as usize]))
                .collect();
        }
        others.retain(|&position| self.replace_vector(position));
        let again = self.touched_by(frame, &others);
        for (position, best) in again.iter().zip(self.find(frame, &again)) {
            self.nearest[*position as usize] = best;
        }
    }

    /// Counts the words of `others` anew; returns the words that now weigh something else in every article.
    fn recount(&mut self, before: &[Arc<Document>], others: &[Position]) -> HashSet<u64, Hashed> {
        let mut counted: Vec<(u64, u32)> = Vec::new();
        for &position in others {
            let (old, new) = (&before[position as usize], Arc::clone(&self.documents[position as usize]));
            for word in old.keywords.iter().chain(&new.keywords).map(|keyword| keyword.word()) {
                counted.push((word, self.frequency(word)));
            }
        }
        counted.sort_unstable();
        counted.dedup();
        for &position in others {
            for keyword in &*before[position as usize].keywords {
                let number = self.numbers[&keyword.word()];
                self.frequencies[number as usize] -= 1;
            }
            let document = Arc::clone(&self.documents[position as usize]);
            self.count(&document);
        }
        self.articles_of.resize_with(self.frequencies.len(), Vec::new);
        let weighs_other = |&(word, before): &(u64, u32)| {
            let after = self.frequency(word);
            before != after && (self.tells(before) || self.tells(after))
        };
        counted.into_iter().filter(weighs_other).map(|(word, _)| word).collect()
    }

    fn count(&mut self, document: &Document) {
        for keyword in &*document.keywords {
            let next = self.frequencies.len() as u32;
            let number = *self.numbers.entry(keyword.word()).or_insert(next);
            if number == next {
                self.frequencies.push(0);
            }
            self.frequencies[number as usize] += 1;
        }
    }

    fn frequency(&self, word: u64) -> u32 {
        self.numbers.get(&word).map_or(0, |number| self.frequencies[*number as usize])
    }

    /// Whether a word that stands in so many articles tells something: in more than one, and not in too many.
    fn tells(&self, frequency: u32) -> bool {
        let most = MOST_ARTICLES_OF_A_WORD.min((self.documents.len() / 2).max(2));
        (2..=most).contains(&(frequency as usize))
    }

    fn places_for(&self, frequency: u32) -> usize {
        if self.tells(frequency) { frequency as usize } else { 0 }
    }

    fn vector(&self, document: &Document) -> Vec<(u32, f32)> {
        let count = self.documents.len() as f64;
        let weighted = |keyword: &Keyword| {
            let number = *self.numbers.get(&keyword.word())?;
            let frequency = self.frequencies[number as usize];
            let rarity = || (count / f64::from(frequency)).ln();
            self.tells(frequency).then(|| (number, ((1.0 + f64::from(keyword.weight()).ln()) * rarity()) as f32))
        };
        let mut words: Vec<(u32, f32)> = document.keywords.iter().filter_map(weighted).collect();
        let length = words.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if length > 0.0 {
            words.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        words
    }

    /// Makes an article's vector anew; whether it is another one.
    fn replace_vector(&mut self, position: Position) -> bool {
        let new = self.vector(&self.documents[position as usize]);
        let old = std::mem::replace(&mut self.words_of[position as usize], new);
        let new = &self.words_of[position as usize];
        if old == *new {
            return false;
        }
        for (number, _) in old {
            self.articles_of[number as usize].retain(|(at, _)| *at != position);
        }
        for (number, weight) in new {
            self.articles_of[*number as usize].push((position, *weight));
        }
        true
    }

    /// The articles whose nearest may be others because `others` have other vectors: these themselves, whoever had one
    /// of them among the nearest, and whoever will have one.
    fn touched_by(&self, frame: &Frame, others: &[Position]) -> Vec<Position> {
        let count = self.documents.len();
        let mut is_other = vec![false; count];
        others.iter().for_each(|&position| is_other[position as usize] = true);
        let mut again: Vec<Position> = others
            .par_iter()
            .map_init(
                || Scores::for_articles(count),
                |scores, &other| {
                    self.score(frame, other, scores);
                    let comes_in = |(position, words): (Position, f32)| {
                        let score = f64::from(words) + frame.topic_score(position, other);
                        place_among(&self.nearest[position as usize], score, other).map(|_| position)
                    };
                    scores.drain().filter_map(comes_in).collect::<Vec<_>>()
                },
            )
            .flatten_iter()
            .chain(others.par_iter().copied())
            .collect();
        let had_one = |best: &Best| best.iter().any(|(_, position)| is_other[*position as usize]);
        again.extend((0..count as Position).filter(|&position| had_one(&self.nearest[position as usize])));
        again.par_sort_unstable();
        again.dedup();
        again
    }

    fn find(&self, frame: &Frame, positions: &[Position]) -> Vec<Best> {
        let scores = || Scores::for_articles(self.documents.len());
        positions
            .par_iter()
            .in_shares()
            .map_init(scores, |scores, &position| self.nearest(frame, position, scores))
            .collect()
    }

    /// Adds up the shared words of an article with all others that could be near, in the order of the words.
    fn score(&self, frame: &Frame, position: Position, scores: &mut Scores) {
        for (word, weight) in &self.words_of[position as usize] {
            for (other, other_weight) in &self.articles_of[*word as usize] {
                scores.add(*other, weight * other_weight);
            }
        }
        frame.near(position).for_each(|other| scores.add(other, 0.0));
    }

    fn nearest(&self, frame: &Frame, position: Position, scores: &mut Scores) -> Best {
        self.score(frame, position, scores);
        // No other can share more than all topics; a little more, because sums are rounded.
        let all_topics = frame.topic_score(position, position) * 1.001;
        let mut best = Best::with_capacity(SHOWN + 1);
        for (other, words) in scores.drain() {
            let is_behind = best.len() == SHOWN && f64::from(words) + all_topics < best[SHOWN - 1].0;
            if other == position || is_behind {
                continue;
            }
            let score = f64::from(words) + frame.topic_score(position, other);
            if let Some(place) = place_among(&best, score, other) {
                best.insert(place, (score, other));
                best.truncate(SHOWN);
            }
        }
        best
    }
}

/// Where an article comes in among the best; the order is total, so that it does not matter in which order others were
/// met.
fn place_among(best: &Best, score: f64, other: Position) -> Option<usize> {
    let place = best.partition_point(|(known, at)| (*known, other) > (score, *at));
    (score > 0.0 && place < SHOWN).then_some(place)
}

/// Words are hashes already: they only need their bits spread, since FNV-1a mixes its high bits best.
#[derive(Default)]
struct SpreadBits(u64);

type Hashed = BuildHasherDefault<SpreadBits>;

impl Hasher for SpreadBits {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
