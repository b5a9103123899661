//! Runs of words that a text shares with known texts, found in linear time.
//!
//! Known texts are republished pieces and statements, each of one owner (a source). From every text some stretches of 13
//! words are chosen by what they say: of each 13 stretches in a row the one with the lowest rolling hash (Karp and Rabin
//! 1987; winnowing, Schleimer, Wilkerson and Aiken 2003). Two texts that share a run of [`RUN`] words share all its
//! stretches, so they share a chosen one; a text without one of another owner shares no run, which is true of nearly
//! all. For the others, and only once there is one, every run of a known text is indexed; a run that occurs often is
//! kept once for each of two owners, which is enough to say whose it is, so that no text, however repetitive, costs
//! more than its length. Hits are compared word by word. Statements shorter than a run count when they are contained
//! whole.
//!
//! | room | owns |
//! |---|---|
//! | `check` | what the authors of a site typed, held against its known texts |
//! | `files` | the words of files that are copied as they are |
//! | `place` | where in a file a run stands |
//! | `stretches` | which stretches are chosen, and whose they are |
//!
//! Must not know where a text comes from, so that a finished folder can be searched with it as well.

pub mod check;
pub mod files;
pub mod place;
mod stretches;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use self::stretches::Stretches;
use super::words::Word;
use crate::runs::mix;

/// Words in a row that make a copy.
pub const RUN: usize = 25;

/// A statement of fewer words than this is a turn of phrase and marks no copy.
const SHORTEST_STATEMENT: usize = 3;

/// The multiplier of the rolling hash: odd, bits evenly spread (the 64-bit golden ratio).
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// A known text.
#[derive(Debug, Clone)]
pub struct KnownText {
    /// Whose it is: a number that all texts of one source share.
    pub owner: u32,
    /// Its words.
    pub words: Vec<Word>,
    /// Whether it counts, if it has fewer words than a run, when it is contained whole.
    pub is_statement: bool,
}

/// A run of words that a text shares with a known text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRun {
    /// The known text.
    pub text: usize,
    /// Which words of the searched text they are.
    pub words: Range<usize>,
}

/// A run of a known text in the index.
#[derive(Debug, Clone, Copy)]
struct Gram {
    hash: u64,
    text: u32,
    at: u32,
}

/// All known texts, ready to be searched for.
#[derive(Debug)]
pub struct KnownTexts {
    texts: Vec<KnownText>,
    length: usize,
    stretches: Stretches,
    /// Made when the first text needs it.
    runs: OnceLock<Runs>,
    /// Short statements by the hash of their first words.
    short: HashMap<u64, Vec<u32>>,
    short_filter: Filter,
}

/// Every run of the known texts.
#[derive(Debug)]
struct Runs {
    /// In the order of their hashes, then of the texts.
    grams: Vec<Gram>,
    buckets: Buckets,
    /// One bit for each hash that may be there: most words need no further look.
    filter: Filter,
    /// Texts that share a run with another owner's text, in order.
    shared: Vec<usize>,
}

impl Runs {
    /// On this thread alone: others may be waiting for the same index, and must not be given its work.
    fn of(texts: &[KnownText], length: usize) -> Self {
        let grams_of = |(text, known): (usize, &KnownText)| -> Vec<Gram> {
            let hashes = Rolling::over(&known.words, length);
            hashes.map(|(at, hash)| Gram { hash, text: narrow(text), at: narrow(at) }).collect()
        };
        let mut grams: Vec<Gram> = texts.iter().enumerate().flat_map(grams_of).collect();
        grams.sort_unstable_by_key(|gram| gram.hash);
        let shared = thin_out(&mut grams, texts, length);
        let mut filter = Filter::for_entries(grams.len());
        grams.iter().for_each(|gram| filter.insert(gram.hash));
        let buckets = Buckets::of(grams.iter().map(|gram| gram.hash));
        Self { grams, buckets, filter, shared }
    }
}

impl KnownTexts {
    /// Indexes texts by their runs of [`RUN`] words.
    pub fn new(texts: Vec<KnownText>) -> Self {
        Self::with_length(texts, RUN)
    }

    /// Indexes texts by their runs of another length.
    pub fn with_length(texts: Vec<KnownText>, length: usize) -> Self {
        let stretches = Stretches::of(&texts, length);
        let mut short: HashMap<u64, Vec<u32>> = HashMap::new();
        let shortest = SHORTEST_STATEMENT.min(length);
        let is_short = |text: &KnownText| text.is_statement && (shortest..length).contains(&text.words.len());
        for (index, text) in texts.iter().enumerate().filter(|(_, text)| is_short(text)) {
            if let Some((_, hash)) = Rolling::over(&text.words, shortest).next() {
                short.entry(hash).or_default().push(narrow(index));
            }
        }
        let mut short_filter = Filter::for_entries(short.len());
        texts.iter().filter(|text| is_short(text)).for_each(|text| {
            Rolling::over(&text.words, shortest).take(1).for_each(|(_, hash)| short_filter.insert(hash));
        });
        Self { texts, length, stretches, runs: OnceLock::new(), short, short_filter }
    }

    /// A known text.
    pub fn text(&self, index: usize) -> &KnownText {
        &self.texts[index]
    }

    /// The longest runs, at least as long as the index's, and the short statements, that these words share with texts
    /// of other owners than `own`, each kind in order. Runs of one owner do not overlap.
    pub fn find(&self, words: &[Word], own: Option<u32>) -> Vec<SharedRun> {
        let mut runs: Vec<SharedRun> = Vec::new();
        if self.stretches.may_share(words, own) {
            let filter = &self.runs().filter;
            for (at, hash) in Rolling::over(words, self.length).filter(|(_, hash)| filter.may_contain(*hash)) {
                if let Some(text) = self.text_with(hash, &words[at..at + self.length], own) {
                    self.extend(&mut runs, text, at..at + self.length);
                }
            }
        }
        self.find_short(words, own, &mut runs);
        runs
    }

    fn runs(&self) -> &Runs {
        self.runs.get_or_init(|| Runs::of(&self.texts, self.length))
    }

    /// What [`Self::find`] gives for a known text. Only a text that shares a run with another owner's is searched for
    /// runs; that was found out when the index was made.
    pub fn find_in_known(&self, text: usize) -> Vec<SharedRun> {
        let KnownText { owner, words, .. } = &self.texts[text];
        if self.stretches.are_shared(text) && self.runs().shared.binary_search(&text).is_ok() {
            return self.find(words, Some(*owner));
        }
        let mut runs = Vec::new();
        self.find_short(words, Some(*owner), &mut runs);
        runs
    }

    /// Adds a run, to the one before it where that is of the same owner and reaches so far.
    fn extend(&self, runs: &mut Vec<SharedRun>, text: usize, words: Range<usize>) {
        let owner = self.texts[text].owner;
        match runs.last_mut() {
            Some(last) if self.texts[last.text].owner == owner && last.words.end >= words.start => {
                last.words.end = last.words.end.max(words.end);
            }
            _ => runs.push(SharedRun { text, words }),
        }
    }

    /// The first text of another owner that holds exactly these words.
    fn text_with(&self, hash: u64, words: &[Word], own: Option<u32>) -> Option<usize> {
        let runs = self.runs();
        runs.grams[runs.buckets.of_hash(hash)]
            .iter()
            .filter(|gram| gram.hash == hash && Some(self.texts[gram.text as usize].owner) != own)
            .find(|gram| words_at(&self.texts, gram, self.length) == words)
            .map(|gram| gram.text as usize)
    }

    fn find_short(&self, words: &[Word], own: Option<u32>, runs: &mut Vec<SharedRun>) {
        let mut covered = 0;
        if self.short.is_empty() {
            return;
        }
        let shortest = SHORTEST_STATEMENT.min(self.length);
        for (at, hash) in Rolling::over(words, shortest).filter(|(_, hash)| self.short_filter.may_contain(*hash)) {
            let statements = self.short.get(&hash).map_or(&[][..], Vec::as_slice);
            let found = statements
                .iter()
                .map(|&text| text as usize)
                .find(|&text| Some(self.texts[text].owner) != own && words[at..].starts_with(&self.texts[text].words));
            if let Some(text) = found.filter(|_| at >= covered) {
                covered = at + self.texts[text].words.len();
                runs.push(SharedRun { text, words: at..covered });
            }
        }
    }
}

fn words_at<'a>(texts: &'a [KnownText], gram: &Gram, length: usize) -> &'a [Word] {
    &texts[gram.text as usize].words[gram.at as usize..gram.at as usize + length]
}

/// Keeps each run once for each of the first two owners that have it, and returns the texts of runs that two owners
/// have.
fn thin_out(grams: &mut Vec<Gram>, texts: &[KnownText], length: usize) -> Vec<usize> {
    let owner = |gram: &Gram| texts[gram.text as usize].owner;
    let mut shared = vec![false; texts.len()];
    let mut kept: Vec<Gram> = Vec::with_capacity(grams.len());
    for group in grams.chunk_by_mut(|left, right| left.hash == right.hash) {
        group.sort_unstable_by_key(|gram| (gram.text, gram.at));
        let start = kept.len();
        // Nearly every group is one run; runs that differ and have one hash are told apart by their words.
        let same = |kept: &[Gram], gram: &Gram| -> Vec<u32> {
            let words = words_at(texts, gram, length);
            let same = kept[start..].iter().filter(|known| words_at(texts, known, length) == words);
            same.map(owner).collect()
        };
        for gram in group.iter() {
            let owners = if kept.len() == start { Vec::new() } else { same(&kept, gram) };
            if owners.is_empty() || owners.len() == 1 && owners[0] != owner(gram) {
                kept.push(*gram);
            }
        }
        if kept.len() > start + 1 {
            group.iter().filter(|gram| same(&kept, gram).len() > 1).for_each(|gram| shared[gram.text as usize] = true);
        }
    }
    *grams = kept;
    shared.iter().enumerate().filter(|(_, shared)| **shared).map(|(text, _)| text).collect()
}

/// Indexes into texts and words fit into 32 bits: no site has four thousand million of either.
fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The hash of every run of `length` words, each from the one before it.
struct Rolling<'a> {
    words: &'a [Word],
    length: usize,
    /// `BASE` to the power of `length`.
    leaving: u64,
    hash: u64,
    /// Words taken in so far.
    taken: usize,
}

impl<'a> Rolling<'a> {
    fn over(words: &'a [Word], length: usize) -> Self {
        let leaving = (0..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
        Self { words, length, leaving, hash: 0, taken: 0 }
    }
}

impl Iterator for Rolling<'_> {
    type Item = (usize, u64);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let word = self.words.get(self.taken)?;
            self.hash = self.hash.wrapping_mul(BASE).wrapping_add(*word);
            if self.taken >= self.length {
                let left = self.words[self.taken - self.length];
                self.hash = self.hash.wrapping_sub(left.wrapping_mul(self.leaving));
            }
            self.taken += 1;
            if self.taken >= self.length {
                return Some((self.taken - self.length, mix(self.hash)));
            }
        }
    }
}

/// Where the hashes lie that begin with the same bits: about four to a bucket.
#[derive(Debug)]
struct Buckets {
    starts: Vec<u32>,
    shift: u32,
}

impl Buckets {
    /// Buckets for hashes that lie in order.
    fn of(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let count = (hashes.len() / 4).max(2).next_power_of_two();
        let shift = 64 - count.trailing_zeros();
        let mut starts = vec![0; count + 1];
        for hash in hashes {
            starts[(hash >> shift) as usize + 1] += 1;
        }
        for bucket in 1..=count {
            starts[bucket] += starts[bucket - 1];
        }
        Self { starts, shift }
    }

    fn of_hash(&self, hash: u64) -> Range<usize> {
        let bucket = (hash >> self.shift) as usize;
        self.starts[bucket] as usize..self.starts[bucket + 1] as usize
    }
}

/// One bit for each of 16 times as many places as entries: about one word in 16 passes without being there.
#[derive(Debug)]
pub(super) struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    pub(super) fn for_entries(entries: usize) -> Self {
        let places = (entries.max(4) * 16).next_power_of_two();
        Self { bits: vec![0; places / 64], shift: 64 - places.trailing_zeros() }
    }

    pub(super) fn insert(&mut self, hash: u64) {
        let place = (hash >> self.shift) as usize;
        self.bits[place / 64] |= 1 << (place % 64);
    }

    pub(super) fn may_contain(&self, hash: u64) -> bool {
        let place = (hash >> self.shift) as usize;
        self.bits[place / 64] & (1 << (place % 64)) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::words::words_of;

    fn known(owner: u32, text: &str) -> KnownText {
        KnownText { owner, words: words_of(text), is_statement: false }
    }

    fn numbered(range: Range<usize>) -> String {
        range.map(|number| format!("w{number} ")).collect()
    }

    fn ranges(runs: &[SharedRun]) -> Vec<(usize, Range<usize>)> {
        runs.iter().map(|run| (run.text, run.words.clone())).collect()
    }

    #[test]
    fn a_run_counts_from_its_full_length_on() {
        let texts = KnownTexts::new(vec![known(0, &numbered(0..100))]);
        let search = |text: &str, own| ranges(&texts.find(&words_of(text), own));
        assert_eq!(search(&format!("x y {} z", numbered(30..55)), None), [(0, 2..27)]);
        assert_eq!(search(&format!("x y {} z", numbered(30..54)), None), []);
        assert_eq!(search(&format!("{} but {}", numbered(0..40), numbered(60..100)), None), [(0, 0..40), (0, 41..81)]);
        assert_eq!(search(&numbered(0..100), Some(0)), [], "its own owner's");
    }

    #[test]
    fn every_run_of_a_known_text_is_found_wherever_it_begins_and_ends() {
        let texts = KnownTexts::new(vec![known(0, &numbered(0..100))]);
        for start in 0..=75 {
            let found = texts.find(&words_of(&format!("x {} y", numbered(start..start + RUN))), Some(1));
            assert_eq!(ranges(&found), [(0, 1..RUN + 1)], "{start}");
        }
        for length in 1..10 {
            let texts = KnownTexts::with_length(vec![known(0, &numbered(0..30))], length);
            for start in 0..=30 - length {
                let found = texts.find(&words_of(&numbered(start..start + length)), None);
                assert_eq!(ranges(&found), [(0, 0..length)], "{length} from {start}");
            }
        }
    }

    #[test]
    fn texts_without_a_stretch_of_another_owner_make_no_index() {
        let texts = KnownTexts::new(vec![known(0, &numbered(0..100)), known(1, &numbered(200..300))]);
        assert_eq!(texts.find(&words_of(&numbered(300..400)), None), []);
        assert_eq!(texts.find_in_known(1), []);
        assert!(texts.runs.get().is_none());
    }

    #[test]
    fn a_text_of_two_owners_is_found_for_each_of_them() {
        let texts = KnownTexts::new(vec![
            known(7, &numbered(0..30)),
            known(7, &numbered(0..30)),
            known(8, &format!("before {}", numbered(0..30))),
            known(9, "nothing of it"),
        ]);
        assert_eq!(texts.runs().shared, [0, 1, 2]);
        assert_eq!(ranges(&texts.find_in_known(1)), [(2, 0..30)]);
        assert_eq!(ranges(&texts.find_in_known(3)), []);
        let words = words_of(&numbered(0..30));
        assert_eq!(ranges(&texts.find(&words, Some(7))), [(2, 0..30)]);
        assert_eq!(ranges(&texts.find(&words, Some(8))), [(0, 0..30)]);
    }

    #[test]
    fn short_statements_count_whole() {
        let statement = |text: &str| KnownText { owner: 0, words: words_of(text), is_statement: true };
        let texts = KnownTexts::new(vec![statement("Copyright, Lantern Guild. Visit us."), statement("By us")]);
        let search = |text: &str| ranges(&texts.find(&words_of(text), None));
        assert_eq!(search("It says: © copyright Lantern Guild visit us, by us"), [(0, 2..7)]);
        assert_eq!(search("Copyright, Lantern Guild. Visit nobody."), []);
    }

    #[test]
    fn repetition_costs_no_more_than_its_length() {
        let many = "again ".repeat(200_000);
        let texts = KnownTexts::new(vec![known(0, &many), known(1, &many), known(0, "something else")]);
        assert_eq!(texts.runs().grams.len(), 2);
        assert_eq!(ranges(&texts.find(&words_of(&many), None)), [(0, 0..200_000)]);
    }
}
