//! For every group of words the pages that hold it, coded; the same for beginnings of many words; neighbours of words.
//!
//! Owns the coding of lists, which `search.js` reads. Must not know files.

use rayon::prelude::*;

use super::bits::{BitWriter, best_rice, varint};
use super::vocabulary::{BLOCK_END, IN_PART, IN_TITLE, Vocabulary};

/// Steps of the weight of a word on a page, in whole occurrences of the body. Known to `search.js`.
const LEVELS: [u32; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64, 96];

/// Beginnings whose words need more than this many bytes of lists get a list of their own.
const HEAVY_BYTES: usize = 32 << 10;

/// Sites with more pages than this store shorter marks of neighbours, and none between two very common words.
const LARGE_SITE: usize = 2_000;

/// Where a list says a word stands: the pages in order, each with its level and flags.
#[derive(Debug, Default, Clone)]
pub(super) struct List {
    pages: Vec<u32>,
    /// Level and flags: `level << 2 | flags`.
    values: Vec<u8>,
}

/// A coded list.
#[derive(Debug)]
pub(super) struct Coded {
    /// Number of pages.
    pub(super) count: usize,
    /// The list as [`List::encode`] writes it.
    pub(super) bytes: Vec<u8>,
}

/// A beginning of words with a list of its own.
#[derive(Debug)]
pub(super) struct Beginning {
    /// The letters.
    pub(super) letters: String,
    /// Its list.
    pub(super) coded: Coded,
}

/// All lists.
#[derive(Debug)]
pub(super) struct Postings {
    /// Per group its list.
    pub(super) lists: Vec<Coded>,
    /// Per group the marks of its neighbours; empty without any.
    pub(super) neighbours: Vec<Vec<u8>>,
    /// Beginnings of very many words, sorted.
    pub(super) beginnings: Vec<Beginning>,
}

impl Postings {
    /// Makes all lists.
    pub(super) fn make(vocabulary: &Vocabulary) -> Self {
        let plain = lists(vocabulary);
        let lists: Vec<Coded> = plain.par_iter().map(List::encode).collect();
        let neighbours = neighbours(vocabulary, &plain);
        let beginnings = beginnings(vocabulary, &plain, &lists);
        Self { lists, neighbours, beginnings }
    }
}

/// The nearest level at or below a weight in halves; half occurrences count as whole ones.
fn level_of(weight: u32) -> u8 {
    let occurrences = weight.div_ceil(2);
    (LEVELS.partition_point(|&level| level <= occurrences).max(1) - 1) as u8
}

fn lists(vocabulary: &Vocabulary) -> Vec<List> {
    let mut counts = vec![0_usize; vocabulary.first_form.len()];
    for word in vocabulary.pages.iter().flat_map(|page| &page.words) {
        counts[word.word as usize] += 1;
    }
    let mut lists: Vec<List> = counts
        .iter()
        .map(|&count| List { pages: Vec::with_capacity(count), values: Vec::with_capacity(count) })
        .collect();
    for (number, page) in vocabulary.pages.iter().enumerate() {
        for word in &page.words {
            let list = &mut lists[word.word as usize];
            list.pages.push(number as u32);
            list.values.push(level_of(word.weight) << 2 | word.flags);
        }
    }
    lists
}

/// Level and flags as one number, the most frequent combinations first: an even one is a level without flags, an odd
/// one a level with flags, counted from the second, since a word in a title or part weighs more than once.
fn symbol(value: u8) -> u32 {
    let (level, flags) = (u32::from(value >> 2), value & 3);
    if flags == 0 { level * 2 } else { level.saturating_sub(1) * 2 + 1 }
}

impl List {
    /// Count, the two Rice parameters, then for each page the gap to the one before, the symbol, and, for a page with
    /// flags, one bit for the title, followed by one for the parts where the title has it.
    fn encode(&self) -> Coded {
        let gaps = self.pages.iter().scan(-1_i64, |last, &page| {
            let gap = i64::from(page) - *last - 1;
            *last = i64::from(page);
            Some(gap as u32)
        });
        let symbols = self.values.iter().map(|&value| symbol(value));
        let (gap_bits, symbol_bits) = (best_rice(gaps.clone()), best_rice(symbols.clone()));
        let mut bytes = Vec::new();
        varint(&mut bytes, self.pages.len());
        bytes.push((gap_bits << 3 | symbol_bits.min(7)) as u8);
        let mut bits = BitWriter::default();
        for ((gap, symbol), value) in gaps.zip(symbols).zip(&self.values) {
            bits.rice(gap, gap_bits);
            bits.rice(symbol, symbol_bits.min(7));
            if symbol % 2 == 1 {
                bits.write(u32::from(value & IN_TITLE != 0), 1);
                if value & IN_TITLE != 0 {
                    bits.write(u32::from(value & IN_PART != 0), 1);
                }
            }
        }
        bytes.extend(bits.finish());
        Coded { count: self.pages.len(), bytes }
    }
}

/// Every beginning whose words' lists together would be too much to load.
fn beginnings(vocabulary: &Vocabulary, plain: &[List], lists: &[Coded]) -> Vec<Beginning> {
    let mut found = Vec::new();
    let mut seen = vec![0_usize; lists.len()];
    let mut stamp = 0;
    let mut waiting = children(&vocabulary.forms, 0..vocabulary.forms.len(), 0);
    while let Some((range, length)) = waiting.pop() {
        stamp += 1;
        let mut groups = Vec::new();
        let mut bytes = 0;
        for &group in &vocabulary.group_of[range.clone()] {
            if std::mem::replace(&mut seen[group as usize], stamp) != stamp {
                groups.push(group);
                bytes += lists[group as usize].bytes.len();
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
        .map(|(letters, groups)| Beginning { letters, coded: union(&groups, plain, vocabulary.pages.len()).encode() })
        .collect()
}

/// The ranges of forms that share one more character.
fn children(forms: &[String], range: std::ops::Range<usize>, length: usize) -> Vec<(std::ops::Range<usize>, usize)> {
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
fn union(groups: &[u32], plain: &[List], pages: usize) -> List {
    let mut best = vec![u8::MAX; pages];
    for &group in groups {
        let list = &plain[group as usize];
        for (&page, &value) in list.pages.iter().zip(&list.values) {
            let known = &mut best[page as usize];
            *known = if *known == u8::MAX { value } else { (*known >> 2).max(value >> 2) << 2 | (*known | value) & 3 };
        }
    }
    let mut list = List::default();
    for (page, value) in best.into_iter().enumerate().filter(|(_, value)| *value != u8::MAX) {
        list.pages.push(page as u32);
        list.values.push(value);
    }
    list
}

/// Bits of the mark of a neighbour, by the number of pages that hold the word. Known to `search.js`.
pub(super) fn mark_bits(pages: usize, count: usize) -> u32 {
    if pages <= LARGE_SITE {
        return 12;
    }
    (count.max(1).ilog2() / 2).clamp(3, 5)
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

/// What is added to the mark of a word that stands before, not behind.
const BEFORE: u32 = 0x955;

/// Every pair of neighbours is stored once, with the rarer word: the usual count of neighbours, then for each of its
/// pages the count (see [`swap`]) in unary and the marks, ascending. What is usual for republished pieces, of which
/// only titles have neighbours, is none.
fn neighbours(vocabulary: &Vocabulary, plain: &[List]) -> Vec<Vec<u8>> {
    let pages = vocabulary.pages.len();
    let marks: Vec<u32> = vocabulary.first_form.iter().map(|&form| mark_of(&vocabulary.forms[form as usize])).collect();
    let count = |group: u32| plain[group as usize].pages.len();
    let pair_of = |left: u32, right: u32| {
        if left == BLOCK_END || right == BLOCK_END {
            return None;
        }
        let (rarer, other, mark) = if (count(left), right) <= (count(right), left) {
            (left, right, marks[right as usize])
        } else {
            (right, left, marks[left as usize] ^ BEFORE)
        };
        let is_stored = !(is_very_common(pages, count(rarer)) && is_very_common(pages, count(other)));
        is_stored.then_some((rarer, mark))
    };
    let mut found: Vec<Vec<(u32, u16)>> = vec![Vec::new(); plain.len()];
    for (number, page) in vocabulary.pages.iter().enumerate() {
        for pair in page.sequence.windows(2) {
            if let Some((group, mark)) = pair_of(pair[0], pair[1]) {
                found[group as usize].push((number as u32, mark as u16));
            }
        }
    }
    let is_republished = |page: u32| vocabulary.pages[page as usize].is_republished;
    found.par_iter_mut().zip(plain).map(|(found, list)| encode_marks(found, list, pages, is_republished)).collect()
}

fn encode_marks(
    found: &mut Vec<(u32, u16)>,
    list: &List,
    pages: usize,
    is_republished: impl Fn(u32) -> bool,
) -> Vec<u8> {
    if found.is_empty() {
        return Vec::new();
    }
    let width = mark_bits(pages, list.pages.len());
    for (_, mark) in found.iter_mut() {
        *mark >>= 12 - width;
    }
    found.sort_unstable();
    found.dedup();
    let mut rest: &[(u32, u16)] = found;
    let rows: Vec<(bool, &[(u32, u16)])> = list
        .pages
        .iter()
        .map(|&page| {
            let (row, behind) = rest.split_at(rest.partition_point(|(at, _)| *at == page));
            rest = behind;
            (is_republished(page), row)
        })
        .collect();
    let usual = usual_count(rows.iter().filter(|(is_republished, _)| !is_republished).map(|(_, row)| row.len()));
    let mut bits = BitWriter::default();
    bits.write(usual, 2);
    for (is_republished, row) in rows {
        bits.unary(swap(row.len() as u32, if is_republished { 0 } else { usual }));
        for (_, mark) in row {
            bits.write(u32::from(*mark), width);
        }
    }
    bits.finish()
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
    fn levels_grow_with_the_weight() {
        for (weight, level) in [(1, 0), (2, 0), (3, 1), (4, 1), (6, 2), (18, 7), (20, 8), (100_000, 17)] {
            assert_eq!(level_of(weight), level, "{weight}");
        }
    }

    #[test]
    fn a_list_is_a_count_two_parameters_and_bits() {
        let list = List { pages: vec![0, 2], values: vec![0, 1 << 2 | IN_PART] };
        let coded = list.encode();
        // Gaps 0 and 1, symbols 0 and 1, then the page's flags: not the title.
        assert_eq!(coded.bytes, [2, 0, 0b0010_1000]);
        assert_eq!(coded.count, 2);
    }

    #[test]
    fn the_marks_of_neighbours_are_those_of_the_browser() {
        assert_eq!(mark_of("service"), mark_of("service"));
        assert_ne!(mark_of("service"), mark_of("services"));
        assert_eq!(mark_of(""), (0x811c_9dc5_u32 ^ 0x811c_9dc5 >> 15) & 0xfff);
    }
}
