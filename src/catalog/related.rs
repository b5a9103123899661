//! Articles like an article: shared topics and shared rare words.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rayon::prelude::*;

use super::{Catalog, EntryIndex};

/// Articles shown as related.
const SHOWN: usize = 3;

/// A word in more articles than this tells nothing and would cost the square.
const MOST_ARTICLES_OF_A_WORD: usize = 200;

/// What a shared topic counts, beside its rarity.
const TOPIC_WEIGHT: f64 = 2.0;

/// Neighbours in the list of a topic that are looked at on either side, so that large topics cost no more than small
/// ones.
const TOPIC_NEIGHBOURS: usize = 12;

/// Gives every article at most three like it.
///
/// The score of two articles is the sum over their shared words of the product of both term weights
/// (`(1 + ln tf) * ln(n / df)`, as in the vector space model of Salton and Buckley 1988), divided by both lengths,
/// plus a share for every common topic. Ties go to the newer article. Articles that already stand next to each other
/// in a path are not held back: they are related.
pub(super) fn assign(catalog: &mut Catalog) {
    let vectors = Vectors::of(catalog);
    let related: Vec<Vec<EntryIndex>> = (0..catalog.articles.len())
        .into_par_iter()
        .map_init(
            || Scores::for_articles(catalog.articles.len()),
            |scores, position| vectors.nearest(catalog, position, scores),
        )
        .collect();
    for (position, nearest) in related.into_iter().enumerate() {
        catalog.entries[catalog.articles[position]].related = nearest;
    }
}

/// Position in the list of all articles.
type Position = u32;

/// Weighted words of all articles; articles are numbered by their position in [`Catalog::articles`].
struct Vectors {
    /// Numbers of words that tell something with their weight, each vector of length 1.
    words_of: Vec<Vec<(u32, f32)>>,
    /// Articles of each such word, with the word's weight in each.
    articles_of: Vec<Vec<(Position, f32)>>,
    /// Position of each entry among the articles.
    position_of: Vec<Position>,
    /// Rarity of each topic.
    rarity_of_topic: Vec<f64>,
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

impl Vectors {
    fn of(catalog: &Catalog) -> Self {
        let count = catalog.articles.len();
        let (numbers, frequencies) = words_that_tell(catalog);
        let words_of: Vec<Vec<(u32, f32)>> = catalog
            .articles
            .par_iter()
            .map(|&article| {
                let keywords = &catalog.entries[article].document.keywords;
                let mut words: Vec<(u32, f32)> = keywords
                    .iter()
                    .filter_map(|keyword| {
                        let number = *numbers.get(&keyword.word)?;
                        let rarity = (count as f64 / f64::from(frequencies[number as usize])).ln();
                        Some((number, ((1.0 + f64::from(keyword.weight).ln()) * rarity) as f32))
                    })
                    .collect();
                let length = words.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
                if length > 0.0 {
                    words.iter_mut().for_each(|(_, weight)| *weight /= length);
                }
                words
            })
            .collect();
        let mut articles_of: Vec<Vec<(Position, f32)>> =
            frequencies.iter().map(|&frequency| Vec::with_capacity(frequency as usize)).collect();
        for (position, words) in words_of.iter().enumerate() {
            for (number, weight) in words {
                articles_of[*number as usize].push((position as Position, *weight));
            }
        }
        let mut position_of = vec![Position::MAX; catalog.entries.len()];
        for (position, &article) in catalog.articles.iter().enumerate() {
            position_of[article] = position as Position;
        }
        let rarity = |articles: usize| (count as f64 / articles.max(1) as f64).ln_1p();
        let rarity_of_topic = catalog.topics.iter().map(|topic| rarity(topic.articles.len())).collect();
        Self { words_of, articles_of, position_of, rarity_of_topic }
    }

    fn nearest(&self, catalog: &Catalog, position: usize, scores: &mut Scores) -> Vec<EntryIndex> {
        let entry = &catalog.entries[catalog.articles[position]];
        for (word, weight) in &self.words_of[position] {
            for (other, other_weight) in &self.articles_of[*word as usize] {
                scores.add(*other, weight * other_weight);
            }
        }
        for &topic in &entry.topics {
            let articles = &catalog.topics[topic].articles;
            // A topic's articles stand in the order of all articles, so that their positions ascend.
            let own = articles.partition_point(|&article| (self.position_of[article] as usize) < position);
            let window = own.saturating_sub(TOPIC_NEIGHBOURS)..(own + TOPIC_NEIGHBOURS + 1).min(articles.len());
            articles[window].iter().for_each(|&article| scores.add(self.position_of[article], 0.0));
        }
        let mut best: Vec<(f64, Position)> = Vec::with_capacity(SHOWN + 1);
        for (other, score) in scores.drain() {
            let other_topics = &catalog.entries[catalog.articles[other as usize]].topics;
            let shared = other_topics.iter().filter(|topic| entry.topics.contains(topic));
            let topics: f64 = shared.map(|&topic| self.rarity_of_topic[topic]).sum();
            let score = f64::from(score) + TOPIC_WEIGHT * 0.05 * topics;
            if other as usize == position || score <= 0.0 {
                continue;
            }
            // The order is total, so that it does not matter in which order others were met.
            let place = best.partition_point(|(known, at)| (*known, other) > (score, *at));
            if place < SHOWN {
                best.insert(place, (score, other));
                best.truncate(SHOWN);
            }
        }
        best.into_iter().map(|(_, other)| catalog.articles[other as usize]).collect()
    }
}

/// Words that stand in more than one article and not in too many, numbered in the order of their hashes, and in how
/// many articles each stands.
fn words_that_tell(catalog: &Catalog) -> (HashMap<u64, u32, Hashed>, Vec<u32>) {
    let most = MOST_ARTICLES_OF_A_WORD.min((catalog.articles.len() / 2).max(2));
    let mut met: HashMap<u64, u32, Hashed> = HashMap::default();
    for &article in &catalog.articles {
        for keyword in &catalog.entries[article].document.keywords {
            *met.entry(keyword.word).or_default() += 1;
        }
    }
    #[expect(clippy::iter_over_hash_type, reason = "sorted right below")]
    let mut telling: Vec<(u64, u32)> = {
        met.retain(|_, articles| (2..=most).contains(&(*articles as usize)));
        let mut telling = Vec::with_capacity(met.len());
        for (word, articles) in &met {
            telling.push((*word, *articles));
        }
        telling
    };
    telling.sort_unstable();
    for (number, (word, _)) in telling.iter().enumerate() {
        met.insert(*word, number as u32);
    }
    (met, telling.into_iter().map(|(_, articles)| articles).collect())
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
