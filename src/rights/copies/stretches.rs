//! A few stretches of words of every known text, chosen so that texts which share a run share a chosen stretch.
//!
//! Of as many stretches in a row as begin in one run, the one with the lowest hash is chosen (winnowing: Schleimer,
//! Wilkerson and Aiken 2003). Which one that is depends on the run's words alone. Must not know what a run is for.

use super::{Buckets, Filter, KnownText, Rolling};
use crate::rights::words::Word;

/// The chosen stretches of all known texts.
#[derive(Debug)]
pub(super) struct Stretches {
    /// Words in a stretch.
    length: usize,
    /// Stretches that begin in one run.
    window: usize,
    /// The hash of a stretch and the owner of its text, in order.
    hashes: Vec<(u64, u32)>,
    filter: Filter,
    buckets: Buckets,
    /// Texts that have a stretch of another owner's text too, in order.
    shared: Vec<usize>,
}

impl Stretches {
    /// Chooses stretches of all texts that are at least as long as a run. On this thread alone: others may be waiting for
    /// the same index, and must not be given its work.
    pub(super) fn of(texts: &[KnownText], run: usize) -> Self {
        let length = run.div_ceil(2).max(1);
        let window = run - length + 1;
        let mut hashes: Vec<(u64, u32)> = texts
            .iter()
            .flat_map(|text| Chosen::of(&text.words, length, window).map(|hash| (hash, text.owner)))
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        let mut filter = Filter::for_entries(hashes.len());
        hashes.iter().for_each(|(hash, _)| filter.insert(*hash));
        let buckets = Buckets::of(hashes.iter().map(|(hash, _)| *hash));
        let of_two = hashes.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0);
        let of_two: Vec<u64> = of_two.collect();
        let is_shared = |&text: &usize| {
            Chosen::of(&texts[text].words, length, window).any(|hash| of_two.binary_search(&hash).is_ok())
        };
        let shared = match of_two.is_empty() {
            true => Vec::new(),
            false => (0..texts.len()).filter(is_shared).collect(),
        };
        Self { length, window, hashes, filter, buckets, shared }
    }

    /// Whether these words may share a run with a text of another owner than `own`.
    pub(super) fn may_share(&self, words: &[Word], own: Option<u32>) -> bool {
        let is_other = |hash: u64| {
            self.hashes[self.buckets.of_hash(hash)]
                .iter()
                .filter(|(known, _)| *known == hash)
                .any(|(_, owner)| Some(*owner) != own)
        };
        !self.hashes.is_empty()
            && Chosen::of(words, self.length, self.window).any(|hash| self.filter.may_contain(hash) && is_other(hash))
    }

    /// Whether a known text may share a run with a text of another owner.
    pub(super) fn are_shared(&self, text: usize) -> bool {
        self.shared.binary_search(&text).is_ok()
    }
}

/// The hashes of the stretches that are chosen from a text; none where it is shorter than a run.
struct Chosen<'a> {
    hashes: Rolling<'a>,
    /// The last hashes, as many as one is chosen from, in a ring.
    recent: Vec<u64>,
    /// The oldest of them, where the next one goes.
    oldest: usize,
    /// Hashes missing in the ring.
    missing: usize,
    /// The lowest of them, the last of several, and for how many further hashes it stays in the ring.
    lowest: u64,
    stays: usize,
}

impl<'a> Chosen<'a> {
    fn of(words: &'a [Word], length: usize, window: usize) -> Self {
        let hashes = Rolling::over(words, length);
        Self { hashes, recent: vec![u64::MAX; window], oldest: 0, missing: window, lowest: u64::MAX, stays: 0 }
    }

    /// Puts a hash in the place of the oldest; whether another one is the lowest now.
    fn take_in(&mut self, hash: u64) -> bool {
        let window = self.recent.len();
        self.recent[self.oldest] = hash;
        self.oldest = if self.oldest + 1 == window { 0 } else { self.oldest + 1 };
        if hash <= self.lowest {
            (self.lowest, self.stays) = (hash, window);
        } else if self.stays == 1 {
            self.lowest = u64::MAX;
            let (newer, older) = self.recent.split_at(self.oldest);
            for (at, &hash) in older.iter().chain(newer).enumerate() {
                if hash <= self.lowest {
                    (self.lowest, self.stays) = (hash, at + 1);
                }
            }
        } else {
            self.stays -= 1;
            return false;
        }
        true
    }
}

impl Iterator for Chosen<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            let (_, hash) = self.hashes.next()?;
            let is_another = self.take_in(hash);
            let was_full = self.missing == 0;
            self.missing = self.missing.saturating_sub(1);
            if self.missing == 0 && (is_another || !was_full) {
                return Some(self.lowest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(words: &[Word], length: usize, window: usize) -> Vec<u64> {
        Chosen::of(words, length, window).collect()
    }

    /// What the definition says: of every window the lowest hash, the last of several, told once for each place.
    fn by_definition(words: &[Word], length: usize, window: usize) -> Vec<u64> {
        let hashes: Vec<(usize, u64)> = Rolling::over(words, length).collect();
        let mut places: Vec<(usize, u64)> = hashes
            .windows(window)
            .filter_map(|window| window.iter().min_by_key(|(at, hash)| (*hash, usize::MAX - at)).copied())
            .collect();
        places.dedup();
        places.into_iter().map(|(_, hash)| hash).collect()
    }

    #[test]
    fn chosen_are_the_lowest_of_every_window() {
        // Few words, so that stretches repeat.
        let words: Vec<Word> = (0..2_000_u64).map(|at| ((at * at * 2_654_435_761) >> 7) % 5).collect();
        for (length, window) in [(13, 13), (1, 1), (2, 1), (2, 2), (3, 7), (1, 4)] {
            for end in [0, 1, length + window - 2, length + window - 1, 100, words.len()] {
                let words = &words[..end];
                assert_eq!(
                    chosen(words, length, window),
                    by_definition(words, length, window),
                    "{length} {window} {end}"
                );
            }
        }
    }

    #[test]
    fn a_text_as_long_as_a_run_has_one_and_a_shorter_one_none() {
        let words: Vec<Word> = (0..25).collect();
        assert_eq!(chosen(&words, 13, 13).len(), 1);
        assert!(chosen(&words[1..], 13, 13).is_empty());
    }
}
