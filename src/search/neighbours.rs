//! Which words stand beside each other on which pages: short marks, so that phrases can be looked for.
//!
//! Every pair of neighbours is stored once, with the rarer word: the usual count of neighbours, then for each of its
//! pages the count (see [`swap`]) in unary and the marks, ascending. What is usual for republished pieces, of which only
//! titles and summaries have neighbours, is none. Owns the coding of marks, which `search.js` reads. Must not know files.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::bits::BitWriter;
use super::lists::{Lists, lay_out};
use super::page::steps;
use super::vocabulary::{Chunk, PageWords, Vocabulary};
use crate::store::{Kept, Store};

/// Sites with more pages than this store shorter marks, and none between two very common words.
const LARGE_SITE: usize = 2_000;

/// Marks are sorted for as many groups at once as have about this many, so that memory does not grow with the site.
const MARKS_AT_ONCE: usize = 2 << 20;

/// Bits of a mark where it is longest.
const LONGEST_MARK: u32 = 12;

/// Bits of a mark where it is longest on a large site.
const LONGEST_MARK_OF_LARGE_SITE: u32 = 5;

/// What is added to the mark of a word that stands before, not behind.
const BEFORE: u32 = 0x955;

/// What is known of a group when its neighbours are looked at.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    group: u32,
    /// Number of its pages.
    count: u32,
    mark: u16,
    is_very_common: bool,
}

/// All pairs of neighbours of a site, made into marks that are sorted for some groups at a time: how many marks a group
/// has is known only then.
pub(super) struct Neighbours<'a> {
    chunks: &'a [Chunk],
    lists: &'a Lists<'a>,
    is_republished: &'a [bool],
    /// Per slot what is known of its group.
    known: Vec<Known>,
}

/// The marks of some groups that follow each other, in the order in which they were met.
pub(super) struct UnsortedMarks {
    groups: Range<usize>,
    /// Per chunk of pages.
    piles: Vec<Vec<Kept>>,
}

/// Bytes of a mark that is put away: the group, counted from the first of its batch, and the mark below its page.
const RECORD: usize = 8;

/// Bytes of marks that are put away at once.
const PILE_BYTES: usize = 32 << 10;

/// Marks on their way to their batch.
#[derive(Default)]
struct Pile {
    bytes: Vec<u8>,
    kept: Vec<Kept>,
}

impl Pile {
    fn add(&mut self, group: u32, mark: u32, store: &Store) {
        self.bytes.extend_from_slice(&(u64::from(group) | u64::from(mark) << 32).to_le_bytes());
        if self.bytes.len() >= PILE_BYTES {
            self.put_away(store);
        }
    }

    fn put_away(&mut self, store: &Store) {
        self.kept.push(store.keep(&self.bytes));
        self.bytes.clear();
    }

    fn finish(mut self, store: &Store) -> Vec<Kept> {
        self.put_away(store);
        self.kept
    }
}

/// Tells the group and the mark, below its page, of each record of a pile.
fn each_record(pile: &[Kept], mut tell: impl FnMut(usize, u32)) {
    for kept in pile {
        for record in kept.read().as_chunks::<RECORD>().0 {
            let record = u64::from_le_bytes(*record);
            tell(record as u32 as usize, (record >> 32) as u32);
        }
    }
}

/// The marks of some groups that follow each other.
pub(super) struct Marks {
    groups: Range<usize>,
    /// Where those of each group begin, and where the last one's end.
    starts: Vec<usize>,
    /// The page, above the mark.
    marks: Vec<u32>,
}

impl<'a> Neighbours<'a> {
    /// Gets to know all groups.
    pub(super) fn of(
        vocabulary: &Vocabulary,
        chunks: &'a [Chunk],
        lists: &'a Lists<'a>,
        is_republished: &'a [bool],
    ) -> Self {
        let slot_of = &vocabulary.slot_of;
        let mut known = vec![Known::default(); slot_of.len()];
        for (group, &slot) in slot_of.iter().enumerate() {
            let count = lists.count(group);
            known[slot as usize] = Known {
                group: group as u32,
                count: count as u32,
                mark: mark_of(vocabulary.name(group)) as u16,
                is_very_common: is_very_common(is_republished.len(), count),
            };
        }
        Self { chunks, lists, is_republished, known }
    }

    /// Puts ranges of groups that follow each other together, each of about as many marks as are made at once: a word has
    /// about as many rarer neighbours as pages.
    pub(super) fn batches(&self, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
        let marks = |range: &Range<usize>| -> usize { range.clone().map(|group| self.lists.count(group)).sum() };
        let mut batches: Vec<Range<usize>> = Vec::new();
        let mut held = 0;
        for (place, range) in ranges.iter().enumerate() {
            let more = marks(range);
            match batches.last_mut() {
                Some(last) if held + more <= MARKS_AT_ONCE => {
                    last.end = place + 1;
                    held += more;
                }
                _ => {
                    batches.push(place..place + 1);
                    held = more;
                }
            }
        }
        batches
    }

    /// Goes through all pages once and puts every mark away with those of its batch: ranges of groups that follow each
    /// other, together all groups that have any.
    pub(super) fn sort(&self, batches: Vec<Range<usize>>, store: &Store) -> Vec<UnsortedMarks> {
        let shift = self.shift();
        let batch_of: Vec<u32> =
            batches.iter().zip(0..).flat_map(|(groups, batch)| groups.clone().map(move |_| batch)).collect();
        let sorted: Vec<Vec<Vec<Kept>>> = self
            .chunks
            .par_iter()
            .map(|chunk| {
                let mut piles: Vec<Pile> = batches.iter().map(|_| Pile::default()).collect();
                let mut scratch = Vec::new();
                chunk.each_page(|page, words| {
                    let page = (chunk.first + page) as u32;
                    pairs(words, &self.known, &mut scratch, |word, mark| {
                        let group = word.group as usize;
                        let batch = batch_of[group] as usize;
                        let mark = mark >> (LONGEST_MARK - self.width(word.count));
                        piles[batch].add((group - batches[batch].start) as u32, page << shift | mark, store);
                    });
                });
                piles.into_iter().map(|pile| pile.finish(store)).collect()
            })
            .collect();
        let mut of_chunks: Vec<_> = sorted.into_iter().map(Vec::into_iter).collect();
        let batch = |groups| UnsortedMarks { groups, piles: of_chunks.iter_mut().filter_map(Iterator::next).collect() };
        batches.into_iter().map(batch).collect()
    }

    /// Sorts the marks of a batch by their groups.
    pub(super) fn marks(&self, batch: UnsortedMarks) -> Marks {
        let UnsortedMarks { groups, piles } = batch;
        let count = |pile: &Vec<Kept>| {
            let mut counts = vec![0_u32; groups.len()];
            each_record(pile, |group, _| counts[group] += 1);
            counts
        };
        let counts: Vec<Vec<u32>> = piles.par_iter().map(count).collect();
        let (starts, firsts) = lay_out(groups.len(), &counts);
        let marks: Vec<AtomicU32> = (0..starts[groups.len()]).map(|_| AtomicU32::new(0)).collect();
        piles.par_iter().zip(firsts).for_each(|(pile, mut next)| {
            each_record(pile, |group, mark| {
                let next = &mut next[group];
                marks[*next as usize].store(mark, Ordering::Relaxed);
                *next += 1;
            });
        });
        Marks { groups, starts, marks: marks.into_iter().map(AtomicU32::into_inner).collect() }
    }

    fn width(&self, count: u32) -> u32 {
        mark_bits(self.is_republished.len(), count)
    }

    fn shift(&self) -> u32 {
        if self.is_republished.len() <= LARGE_SITE { LONGEST_MARK } else { LONGEST_MARK_OF_LARGE_SITE }
    }

    /// The marks of a group, coded; empty without any.
    pub(super) fn encode(&self, marks: &Marks, group: usize) -> Vec<u8> {
        let group_at = group - marks.groups.start;
        let mut marks = marks.marks[marks.starts[group_at]..marks.starts[group_at + 1]].to_vec();
        if marks.is_empty() {
            return Vec::new();
        }
        let (width, shift) = (self.width(self.lists.count(group) as u32), self.shift());
        let pages = self.lists.pages(group).map(|page| (page, self.is_republished[page as usize]));
        let counts = sort_by_page(&mut marks, pages.clone().map(|(page, _)| page), shift);
        let of_own = pages.clone().zip(&counts).filter(|((_, is_republished), _)| !is_republished);
        let usual = usual_count(of_own.map(|(_, count)| *count));
        let mut bits = BitWriter::default();
        bits.write(usual, 2);
        let mut rest: &[u32] = &marks;
        for ((_, is_republished), count) in pages.zip(counts) {
            bits.unary(swap(count as u32, if is_republished { 0 } else { usual }));
            let (row, behind) = rest.split_at(count);
            row.iter().for_each(|mark| bits.write(*mark, width));
            rest = behind;
        }
        bits.finish()
    }
}

/// Sorts marks that are in the order of their pages already, each page's own, and leaves out repetitions; returns the
/// number that each of the pages has.
fn sort_by_page(marks: &mut Vec<u32>, pages: impl Iterator<Item = u32>, shift: u32) -> Vec<usize> {
    let (mut read, mut kept) = (0, 0);
    let count = |page: u32| {
        let start = read;
        while marks.get(read).is_some_and(|mark| mark >> shift == page) {
            read += 1;
        }
        if read - start > 1 {
            marks[start..read].sort_unstable();
        }
        let first = kept;
        for at in start..read {
            let mark = marks[at];
            if kept == first || marks[kept - 1] != mark {
                marks[kept] = mark;
                kept += 1;
            }
        }
        kept - first
    };
    let counts = pages.map(count).collect();
    marks.truncate(kept);
    counts
}

/// Tells for each pair of neighbours on a page the rarer word and the mark of the other one.
fn pairs(page: PageWords<'_>, known: &[Known], scratch: &mut Vec<Known>, mut tell: impl FnMut(Known, u32)) {
    scratch.clear();
    scratch.extend(page.slots().map(|slot| known[slot as usize]));
    let mut before: Option<Known> = None;
    for step in steps(page.sequence) {
        let word = step.map(|number| scratch[number as usize]);
        if let (Some(left), Some(right)) = (before, word)
            && !(left.is_very_common && right.is_very_common)
        {
            // As one comparison of numbers: which is rarer cannot be foretold.
            let order = |word: Known, other: Known| u64::from(word.count) << 32 | u64::from(other.group);
            let is_left = order(left, right) <= order(right, left);
            let mark = if is_left { u32::from(right.mark) } else { u32::from(left.mark) ^ BEFORE };
            tell(if is_left { left } else { right }, mark);
        }
        before = word;
    }
}

/// Bits of the mark of a neighbour, by the number of pages that hold the word. Known to `search.js`.
fn mark_bits(pages: usize, count: u32) -> u32 {
    if pages <= LARGE_SITE {
        return LONGEST_MARK;
    }
    (count.max(1).ilog2() / 2).clamp(3, LONGEST_MARK_OF_LARGE_SITE)
}

/// Whether a word is so common that its place beside another such word is not stored. Known to `search.js`.
fn is_very_common(pages: usize, count: usize) -> bool {
    pages > LARGE_SITE && count * 4 > pages
}

/// A mark of a word as a neighbour, 12 bits of FNV-1a over its UTF-16 units. Known to `search.js`.
fn mark_of(form: &str) -> u32 {
    let hash =
        form.encode_utf16().fold(0x811c_9dc5_u32, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193));
    (hash ^ hash >> 15) & 0xfff
}

/// The count of at most 3 that is met most often; the smallest of several.
fn usual_count(counts: impl Iterator<Item = usize>) -> u32 {
    let mut met = [0_usize; 4];
    for count in counts {
        if let Some(met) = met.get_mut(count) {
            *met += 1;
        }
    }
    (0..4).rev().max_by_key(|&count| met[count]).unwrap_or(0) as u32
}

/// Numbers counts so that the usual one comes first, then the others in order.
fn swap(count: u32, usual: u32) -> u32 {
    match count.cmp(&usual) {
        std::cmp::Ordering::Less => count + 1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_neighbours_are_those_of_the_browser() {
        assert_eq!(mark_of("service"), mark_of("service"));
        assert_ne!(mark_of("service"), mark_of("services"));
        assert_eq!(mark_of(""), (0x811c_9dc5_u32 ^ 0x811c_9dc5 >> 15) & 0xfff);
    }

    #[test]
    fn marks_are_sorted_page_by_page() {
        let mut marks: Vec<u32> =
            [(1, 7), (1, 3), (1, 7), (4, 2), (5, 9), (5, 9), (5, 1)].map(|(page, mark)| page << 5 | mark).into();
        assert_eq!(sort_by_page(&mut marks, [0, 1, 3, 4, 5, 8].into_iter(), 5), [0, 2, 0, 1, 2, 0]);
        assert_eq!(marks, [(1, 3), (1, 7), (4, 2), (5, 1), (5, 9)].map(|(page, mark)| page << 5 | mark));
    }

    #[test]
    fn the_usual_count_is_the_shortest_code() {
        assert_eq!([0, 1, 2, 3, 4].map(|count| swap(count, 2)), [1, 2, 0, 3, 4]);
        assert_eq!(usual_count([1, 2, 2, 1, 0, 9].into_iter()), 1);
    }
}
