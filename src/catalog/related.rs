//! Articles like an article: shared topics and shared rare words.

use std::collections::HashMap;

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
    let related: Vec<(EntryIndex, Vec<EntryIndex>)> = (0..catalog.articles.len())
        .into_par_iter()
        .map(|position| (catalog.articles[position], vectors.nearest(catalog, position)))
        .collect();
    for (article, nearest) in related {
        catalog.entries[article].related = nearest;
    }
}

/// Weighted words of all articles; articles are numbered by their position in [`Catalog::articles`].
struct Vectors {
    /// Words with their weight, each vector of length 1.
    words_of: Vec<Vec<(u64, f64)>>,
    /// Articles of each word that tells something.
    articles_of: HashMap<u64, Vec<u32>>,
    /// Position of an entry among the articles.
    position_of: HashMap<EntryIndex, usize>,
}

impl Vectors {
    fn of(catalog: &Catalog) -> Self {
        let count = catalog.articles.len();
        let mut articles_of: HashMap<u64, Vec<u32>> = HashMap::new();
        for (position, &article) in catalog.articles.iter().enumerate() {
            for keyword in &catalog.entries[article].document.keywords {
                articles_of.entry(keyword.word).or_default().push(u32::try_from(position).unwrap_or(u32::MAX));
            }
        }
        let most = MOST_ARTICLES_OF_A_WORD.min((count / 2).max(2));
        articles_of.retain(|_, articles| (2..=most).contains(&articles.len()));
        let words_of = catalog
            .articles
            .par_iter()
            .map(|&article| {
                let mut words: Vec<(u64, f64)> = catalog.entries[article]
                    .document
                    .keywords
                    .iter()
                    .filter_map(|keyword| {
                        let frequency = articles_of.get(&keyword.word)?.len() as f64;
                        let rarity = (count as f64 / frequency).ln();
                        Some((keyword.word, (1.0 + f64::from(keyword.weight).ln()) * rarity))
                    })
                    .collect();
                let length = words.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
                if length > 0.0 {
                    words.iter_mut().for_each(|(_, weight)| *weight /= length);
                }
                words
            })
            .collect();
        let position_of = catalog.articles.iter().enumerate().map(|(position, &article)| (article, position)).collect();
        Self { words_of, articles_of, position_of }
    }

    fn nearest(&self, catalog: &Catalog, position: usize) -> Vec<EntryIndex> {
        let entry = &catalog.entries[catalog.articles[position]];
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for (word, weight) in &self.words_of[position] {
            for &other in &self.articles_of[word] {
                let other = other as usize;
                let other_words = &self.words_of[other];
                if let Ok(found) = other_words.binary_search_by(|(candidate, _)| candidate.cmp(word)) {
                    *scores.entry(other).or_default() += weight * other_words[found].1;
                }
            }
        }
        for &topic in &entry.topics {
            let articles = &catalog.topics[topic].articles;
            // A topic's articles stand in the order of all articles, so that their positions ascend.
            let own =
                articles.partition_point(|article| self.position_of.get(article).is_some_and(|&at| at < position));
            let window = own.saturating_sub(TOPIC_NEIGHBOURS)..(own + TOPIC_NEIGHBOURS + 1).min(articles.len());
            for article in &articles[window] {
                if let Some(&other) = self.position_of.get(article) {
                    scores.entry(other).or_default();
                }
            }
        }
        let all = catalog.articles.len() as f64;
        #[expect(clippy::iter_over_hash_type, reason = "sorted right below by score and position")]
        let mut ranked: Vec<(f64, usize)> = {
            let mut ranked = Vec::with_capacity(scores.len());
            for (other, score) in scores {
                let shared =
                    catalog.entries[catalog.articles[other]].topics.iter().filter(|topic| entry.topics.contains(topic));
                let topics: f64 =
                    shared.map(|&topic| (all / catalog.topics[topic].articles.len().max(1) as f64).ln_1p()).sum();
                ranked.push((score + TOPIC_WEIGHT * 0.05 * topics, other));
            }
            ranked
        };
        ranked.retain(|(score, other)| *other != position && *score > 0.0);
        ranked.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        ranked.into_iter().take(SHOWN).map(|(_, other)| catalog.articles[other]).collect()
    }
}
