//! For every group of words the pages that hold it, coded; the same for beginnings of many words.
//!
//! Owns the coding of lists, which `search.js` reads. Must not know files.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::bits::{BitWriter, best_rice, rice_bits, varint};
use super::page::{IN_PART, IN_TITLE};
use super::vocabulary::{Chunk, Vocabulary};
use crate::shares::InShares;

/// Steps of the weight of a word on a page, in whole occurrences of the body. Known to `search.js`.
const LEVELS: [u32; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64, 96];

/// Beginnings whose words need more than this many bytes of lists get a list of their own.
const HEAVY_BYTES: usize = 32 << 10;

/// Bits of level and flags in a place of a list; the page stands above them.
const VALUE_BITS: u32 = 7;

/// The lists of all groups, one behind the other in the order of slots: each place is
/// `page << VALUE_BITS | level << 2 | flags`.
#[derive(Debug)]
pub(super) struct Lists<'a> {
    /// The slot of each group.
    slot_of: &'a [u32],
    /// Where the list of each slot begins, and where the last one ends.
    starts: Vec<usize>,
    places: Vec<u32>,
}

/// A coded list: count, the two Rice parameters, then for each page the gap to the one before, the symbol (see
/// [`Symbols`]), and, for a page with flags, one bit for the title, followed by one for the parts where the title has it.
pub(super) type Coded = Box<[u8]>;

/// A beginning of words with a list of its own.
#[derive(Debug)]
pub(super) struct Beginning {
    /// The letters.
    pub(super) letters: String,
    /// Its list.
    pub(super) coded: Coded,
}

impl<'a> Lists<'a> {
    /// Makes the lists of all groups.
    pub(super) fn make(slot_of: &'a [u32], chunks: &[Chunk]) -> Self {
        let groups = slot_of.len();
        let counts: Vec<Vec<u32>> = chunks.par_iter().map(|chunk| count(groups, chunk)).collect();
        let (starts, firsts) = lay_out(groups, &counts);
        let places: Vec<AtomicU32> = (0..starts[groups]).map(|_| AtomicU32::new(0)).collect();
        chunks.par_iter().zip(firsts).for_each(|(chunk, next)| fill(groups, chunk, next, &places));
        Self { slot_of, starts, places: places.into_iter().map(AtomicU32::into_inner).collect() }
    }

    /// Number of pages that hold a group.
    pub(super) fn count(&self, group: usize) -> usize {
        self.places(group).len()
    }

    /// The pages that hold a group, ascending.
    pub(super) fn pages(&self, group: usize) -> impl Iterator<Item = u32> + Clone {
        self.places(group).iter().map(|place| place >> VALUE_BITS)
    }

    /// Every list, coded.
    pub(super) fn encode(&self) -> Vec<Coded> {
        (0..self.slot_of.len()).into_par_iter().in_shares().map(|group| encode(self.places(group))).collect()
    }

    fn places(&self, group: usize) -> &[u32] {
        let slot = self.slot_of[group] as usize;
        &self.places[self.starts[slot]..self.starts[slot + 1]]
    }
}

/// Where the items of each slot begin when those of all chunks stand behind each other, and for each chunk where its
/// own begin.
pub(super) fn lay_out(slots: usize, counts: &[Vec<u32>]) -> (Vec<usize>, Vec<Vec<u32>>) {
    let mut starts = Vec::with_capacity(slots + 1);
    let mut firsts: Vec<Vec<u32>> = counts.iter().map(|_| Vec::with_capacity(slots)).collect();
    let mut next = 0_u32;
    for slot in 0..slots {
        starts.push(next as usize);
        for (first, counts) in firsts.iter_mut().zip(counts) {
            first.push(next);
            next += counts[slot];
        }
    }
    starts.push(next as usize);
    (starts, firsts)
}

/// The number of pages of a chunk that hold each slot's group.
fn count(slots: usize, chunk: &Chunk) -> Vec<u32> {
    // The last page seen, and the count.
    let mut counts = vec![(0_u32, 0_u32); slots];
    chunk.each_page(|page, words| {
        let page = page as u32 + 1;
        for slot in words.slots() {
            let (seen, count) = &mut counts[slot as usize];
            *count += u32::from(*seen != page);
            *seen = page;
        }
    });
    counts.into_iter().map(|(_, count)| count).collect()
}

/// Puts the pages of a chunk into the lists; `next` is where the chunk's next page of each slot goes.
fn fill(slots: usize, chunk: &Chunk, mut next: Vec<u32>, places: &[AtomicU32]) {
    // Per slot what was summed up on the page that is read, as `weight << 2 | flags`.
    let mut sums = vec![0_u32; slots];
    chunk.each_page(|page, words| {
        let page = (chunk.first + page) as u32;
        for (slot, value) in words.slots().zip(words.values()) {
            let sum = &mut sums[slot as usize];
            *sum = ((*sum & !3) + u32::from(value & !3)) | ((*sum | u32::from(value)) & 3);
        }
        for slot in words.slots() {
            let sum = std::mem::take(&mut sums[slot as usize]);
            if sum > 0 {
                let next = &mut next[slot as usize];
                let value = u32::from(level_of(sum >> 2)) << 2 | sum & 3;
                places[*next as usize].store(page << VALUE_BITS | value, Ordering::Relaxed);
                *next += 1;
            }
        }
    });
}

/// The nearest level at or below a weight in halves; half occurrences count as whole ones.
fn level_of(weight: u32) -> u8 {
    let occurrences = weight.div_ceil(2);
    if occurrences <= 8 {
        return occurrences.saturating_sub(1) as u8;
    }
    (LEVELS.partition_point(|&level| level <= occurrences).max(1) - 1) as u8
}

/// Level and flags as one number, the most frequent combinations first: an even one is a level without flags, an odd
/// one a level with flags, counted from the second, since a word in a title or part weighs more than once.
fn symbol(place: u32) -> u32 {
    let (level, flags) = (place >> 2 & 0x1f, place & 3);
    if flags == 0 { level * 2 } else { level.saturating_sub(1) * 2 + 1 }
}

/// How the symbols of a list are coded.
enum Symbols {
    /// Each by itself, with this Rice parameter.
    Each(u32),
    /// Those that are not zero, less one, with `others` as their parameter; before the first and behind each of them
    /// the number of zeros that follow, with `zeros` as parameter. Shorter where a word rarely weighs more than once.
    Sparse { zeros: u32, others: u32, runs: Vec<u32> },
}

impl Symbols {
    /// Parameters of the symbols of a sparse list stand where such a parameter of [`Symbols::Each`] would.
    const SPARSE: u32 = 7;

    /// Bits of the parameters of a sparse list.
    const ZEROS_BITS: u32 = 4;
    const OTHERS_BITS: u32 = 2;

    fn of(symbols: &[u32]) -> Self {
        let mut runs = vec![0];
        let mut others = Vec::new();
        for &symbol in symbols {
            match symbol.checked_sub(1) {
                Some(other) => {
                    others.push(other);
                    runs.push(0);
                }
                None => *runs.last_mut().unwrap_or(&mut 0) += 1,
            }
        }
        let each = best_rice(symbols).min(Self::SPARSE - 1);
        let zeros_bits = best_rice(&runs).min((1 << Self::ZEROS_BITS) - 1);
        let others_bits = best_rice(&others).min((1 << Self::OTHERS_BITS) - 1);
        let sparse = u64::from(Self::ZEROS_BITS + Self::OTHERS_BITS)
            + rice_bits(&runs, zeros_bits)
            + rice_bits(&others, others_bits);
        if sparse < rice_bits(symbols, each) {
            Self::Sparse { zeros: zeros_bits, others: others_bits, runs }
        } else {
            Self::Each(each)
        }
    }
}

fn encode(places: &[u32]) -> Coded {
    let mut last = u32::MAX;
    let mut gaps = Vec::with_capacity(places.len());
    let mut symbols = Vec::with_capacity(places.len());
    for place in places {
        let page = place >> VALUE_BITS;
        gaps.push(page.wrapping_sub(last).wrapping_sub(1));
        symbols.push(symbol(*place));
        last = page;
    }
    let gap_bits = best_rice(&gaps);
    let coding = Symbols::of(&symbols);
    let mut bytes = Vec::with_capacity(places.len() * 2 + 8);
    varint(&mut bytes, places.len());
    bytes.push((gap_bits << 3 | if let Symbols::Each(bits) = coding { bits } else { Symbols::SPARSE }) as u8);
    let mut bits = BitWriter::behind(bytes);
    let mut runs: &[u32] = &[];
    if let Symbols::Sparse { zeros, others, runs: all } = &coding {
        bits.write(*zeros, Symbols::ZEROS_BITS);
        bits.write(*others, Symbols::OTHERS_BITS);
        runs = write_run(all, *zeros, &mut bits);
    }
    for ((gap, symbol), place) in gaps.into_iter().zip(symbols).zip(places) {
        bits.rice(gap, gap_bits);
        match &coding {
            Symbols::Each(symbol_bits) => bits.rice(symbol, *symbol_bits),
            Symbols::Sparse { others, .. } if symbol > 0 => bits.rice(symbol - 1, *others),
            Symbols::Sparse { .. } => {}
        }
        if symbol % 2 == 1 {
            let (in_title, in_part) = (place & u32::from(IN_TITLE) != 0, place & u32::from(IN_PART) != 0);
            bits.write(u32::from(in_title), 1);
            if in_title {
                bits.write(u32::from(in_part), 1);
            }
        }
        if let Symbols::Sparse { zeros, .. } = &coding
            && symbol > 0
        {
            runs = write_run(runs, *zeros, &mut bits);
        }
    }
    bits.finish().into_boxed_slice()
}

/// Writes the first of some numbers of zeros and returns the others.
fn write_run<'a>(runs: &'a [u32], zeros: u32, bits: &mut BitWriter) -> &'a [u32] {
    let Some((run, rest)) = runs.split_first() else { return runs };
    bits.rice(*run, zeros);
    rest
}

/// Every beginning whose words' lists together would be too much to load, sorted.
pub(super) fn beginnings(pages: usize, vocabulary: &Vocabulary, lists: &Lists<'_>, coded: &[Coded]) -> Vec<Beginning> {
    let mut found = Vec::new();
    let mut seen = vec![0_usize; coded.len()];
    let mut stamp = 0;
    let mut waiting = children(&vocabulary.forms, 0..vocabulary.forms.len(), 0);
    while let Some((range, length)) = waiting.pop() {
        stamp += 1;
        let mut groups = Vec::new();
        let mut bytes = 0;
        for &group in &vocabulary.group_of[range.clone()] {
            if std::mem::replace(&mut seen[group as usize], stamp) != stamp {
                groups.push(group);
                bytes += coded[group as usize].len();
            }
        }
        if bytes > HEAVY_BYTES && groups.len() > 1 {
            found.push((vocabulary.forms[range.start][..length].to_owned(), groups));
            waiting.extend(children(&vocabulary.forms, range, length));
        }
    }
    found.sort();
    found
        .into_par_iter()
        .map(|(letters, groups)| Beginning { letters, coded: encode(&union(pages, &groups, lists)) })
        .collect()
}

/// The ranges of forms that share one more character.
fn children(forms: &[Box<str>], range: std::ops::Range<usize>, length: usize) -> Vec<(std::ops::Range<usize>, usize)> {
    let mut children = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let Some(next) = forms[start][length..].chars().next() else {
            start += 1;
            continue;
        };
        let longer = length + next.len_utf8();
        let letters = &forms[start][..longer];
        let end = start + forms[start..range.end].partition_point(|form| form.starts_with(letters));
        children.push((start..end, longer));
        start = end;
    }
    children
}

/// The pages of any of the groups, each with its highest level and all flags.
fn union(pages: usize, groups: &[u32], lists: &Lists<'_>) -> Vec<u32> {
    let mut best = vec![u8::MAX; pages];
    for &group in groups {
        for place in lists.places(group as usize) {
            let value = (place & ((1 << VALUE_BITS) - 1)) as u8;
            let known = &mut best[(place >> VALUE_BITS) as usize];
            *known = if *known == u8::MAX { value } else { (*known >> 2).max(value >> 2) << 2 | (*known | value) & 3 };
        }
    }
    let held = best.into_iter().enumerate().filter(|(_, value)| *value != u8::MAX);
    held.map(|(page, value)| (page as u32) << VALUE_BITS | u32::from(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_grow_with_the_weight() {
        for (weight, level) in [(1, 0), (2, 0), (3, 1), (4, 1), (6, 2), (18, 7), (20, 8), (192, 17), (100_000, 17)] {
            assert_eq!(level_of(weight), level, "{weight}");
        }
    }

    #[test]
    fn a_list_is_a_count_two_parameters_and_bits() {
        let places = [0, 2 << VALUE_BITS | 1 << 2 | u32::from(IN_PART)];
        // Gaps 0 and 1, symbols 0 and 1, then the page's flags: not the title.
        assert_eq!(*encode(&places), [2, 0, 0b0010_1000]);
    }

    #[test]
    fn a_list_of_mostly_light_words_says_where_the_others_are() {
        let places: Vec<u32> = (0..40).map(|page| page << VALUE_BITS | u32::from(page == 20) << 2).collect();
        let coded = encode(&places);
        // No gaps; then the parameters 3 and 0, 20 zeros (2 in unary, 4 in three bits), forty bits of gaps, with the
        // symbol of the 21st page (level 1: 2, less one) behind its gap, and the 19 zeros that follow.
        assert_eq!(coded[..2], [40, 7]);
        assert_eq!(coded[2..4], [0b0011_0011, 0b0100_0000]);
        assert_eq!(coded.len(), 2 + (6 + 6 + 40 + 2 + 6_usize).div_ceil(8));
    }

    #[test]
    fn items_of_chunks_stand_behind_each_other() {
        let (starts, firsts) = lay_out(2, &[vec![1, 2], vec![3, 0]]);
        assert_eq!(starts, [0, 4, 6]);
        assert_eq!(firsts, [[0, 4], [1, 6]]);
    }
}
