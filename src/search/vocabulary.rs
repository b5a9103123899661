//! Words of all pages: numbered in sorted order, grouped by stem; the words of each page by the numbers of groups.
//!
//! Must not know how the index is stored.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::analysis;
use super::page::PageAnalysis;
use super::records::Record;
use super::table::{Key, WordTable};
use crate::store::{Kept, Store};

/// Marks words of a table that are forms already; other words have the number of their language.
const IS_FORM: u16 = u16::MAX;

/// All words of the site.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Forms in sorted order.
    pub(super) forms: Vec<Box<str>>,
    /// The group of each form. Groups are numbered in the order of their first forms.
    pub(super) group_of: Vec<u32>,
    /// The first form of each group.
    pub(super) first_form: Vec<u32>,
    /// The slot of each group: where it stands in what is gone through for every word of every page. Slots are given in
    /// the order in which words are met, so that those of frequent words lie together.
    pub(super) slot_of: Vec<u32>,
}

/// The words of some pages that follow each other, put away in pieces.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// Number of the first page.
    pub(super) first: usize,
    pieces: Vec<Piece>,
    /// For each number of a word in the pieces the slot of its group; several words may be of one group.
    slot_of: Vec<u32>,
    /// Per page the number of words of its text and of its title.
    pub(super) lengths: Vec<(u32, u32)>,
}

/// The words of pages that follow each other.
#[derive(Debug)]
struct Piece {
    pages: Vec<Bounds>,
    /// All numbers of words, then all values, then all sequences.
    bytes: Kept,
}

/// Where the data of a page ends.
#[derive(Debug, Clone, Copy, Default)]
struct Bounds {
    words: usize,
    sequence: usize,
}

/// Bytes of a number of a word, and of its value.
const NUMBER: usize = size_of::<u32>();
const VALUE: usize = size_of::<u16>();

/// A piece with at least this many words is put away: half a megabyte or so.
const WORDS_OF_PIECE: usize = 1 << 16;

/// The words of one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageWords<'a> {
    numbers: &'a [[u8; NUMBER]],
    values: &'a [[u8; VALUE]],
    slot_of: &'a [u32],
    /// The words as they follow each other, for [`super::page::steps`].
    pub(super) sequence: &'a [u8],
}

impl<'a> PageWords<'a> {
    /// Per word the slot of its group.
    pub(super) fn slots(self) -> impl Iterator<Item = u32> + 'a {
        self.numbers.iter().map(move |number| self.slot_of[u32::from_le_bytes(*number) as usize])
    }

    /// Per word `weight << 2 | flags`.
    pub(super) fn values(self) -> impl Iterator<Item = u16> + 'a {
        self.values.iter().map(|value| u16::from_le_bytes(*value))
    }
}

impl Chunk {
    /// Tells the words of each of its pages, counted from the first.
    pub(super) fn each_page(&self, mut each: impl FnMut(usize, PageWords<'_>)) {
        let mut page = 0;
        for piece in &self.pieces {
            let bytes = piece.bytes.read();
            let count = piece.pages.last().map_or(0, |last| last.words);
            let (numbers, rest) = bytes.split_at(count * NUMBER);
            let (values, sequences) = rest.split_at(count * VALUE);
            let (numbers, values) = (numbers.as_chunks().0, values.as_chunks().0);
            let mut from = Bounds::default();
            for &to in &piece.pages {
                let words = from.words..to.words;
                let words = PageWords {
                    numbers: &numbers[words.clone()],
                    values: &values[words],
                    slot_of: &self.slot_of,
                    sequence: &sequences[from.sequence..to.sequence],
                };
                each(page, words);
                (page, from) = (page + 1, to);
            }
        }
    }
}

/// A piece while pages are added to it.
#[derive(Default)]
struct NewPiece {
    pages: Vec<Bounds>,
    numbers: Vec<u8>,
    values: Vec<u8>,
    sequences: Vec<u8>,
}

impl NewPiece {
    fn word(&mut self, number: u32, value: u16) {
        self.numbers.extend_from_slice(&number.to_le_bytes());
        self.values.extend_from_slice(&value.to_le_bytes());
    }

    fn end_page(&mut self) {
        self.pages.push(Bounds { words: self.words(), sequence: self.sequences.len() });
    }

    fn words(&self) -> usize {
        self.numbers.len() / NUMBER
    }

    /// Puts it away and begins the next one.
    fn put_away(&mut self, store: &Store) -> Piece {
        let Self { pages, numbers, values, sequences } = self;
        numbers.append(values);
        numbers.append(sequences);
        let bytes = store.keep(numbers);
        numbers.clear();
        Piece { pages: std::mem::take(pages), bytes }
    }
}

impl Vocabulary {
    /// Numbers the words of all pages; their analyses are asked for by the record's place.
    pub(super) fn read(
        records: &[Record<'_>],
        store: &Store,
        analysis_of: &(dyn Fn(usize) -> Option<Arc<PageAnalysis>> + Sync),
    ) -> (Self, Vec<Chunk>) {
        let languages = languages(records);
        // Every thread has a table of words of its own; the fewer tables, the less is to be put together.
        let size = records.len().div_ceil(rayon::current_num_threads()).max(64);
        let (mut chunks, tables): (Vec<Chunk>, Vec<WordTable>) = records
            .par_chunks(size)
            .enumerate()
            .map(|(number, records)| read(number * size, records, store, analysis_of, &languages))
            .unzip();
        let (vocabulary, numbers) = Self::of(&tables, &languages);
        drop(tables);
        chunks.iter_mut().zip(numbers).for_each(|(chunk, numbers)| chunk.slot_of = numbers);
        (vocabulary, chunks)
    }

    /// Puts tables together; returns also, for every table, the slot of the group of each of its words.
    fn of(tables: &[WordTable], languages: &[&str]) -> (Self, Vec<Vec<u32>>) {
        let mut found: Vec<Found<'_>> =
            tables.par_iter().enumerate().flat_map_iter(|(table, words)| found_in(table, words)).collect();
        found.par_sort_unstable();
        let mut numbers: Vec<Vec<u32>> = tables.iter().map(|table| vec![0; table.len()]).collect();
        let mut forms: Vec<Box<str>> = Vec::new();
        let mut stemmed: Vec<(u32, u16, &str)> = Vec::new();
        for same in found.chunk_by(|left, right| left.form == right.form) {
            let form = forms.len() as u32;
            forms.push(same[0].form.as_ref().into());
            for word in same {
                numbers[word.table as usize][word.number as usize] = form;
                if word.language != IS_FORM && stemmed.last() != Some(&(form, word.language, word.raw)) {
                    stemmed.push((form, word.language, word.raw));
                }
            }
        }
        let stemmers: Vec<_> = languages.iter().map(|language| analysis::stemmer(language)).collect();
        let stems: Vec<Option<String>> = stemmed
            .par_iter()
            .map(|(_, language, raw)| Some(analysis::stem(stemmers[usize::from(*language)].as_ref()?, raw)))
            .collect();
        let (group_of, first_form) = group(forms.len(), &stemmed, &stems);
        let mut slot_of = vec![u32::MAX; first_form.len()];
        let mut slots = 0;
        for number in numbers.iter_mut().flatten() {
            let slot = &mut slot_of[group_of[*number as usize] as usize];
            if *slot == u32::MAX {
                *slot = slots;
                slots += 1;
            }
            *number = *slot;
        }
        (Self { forms, group_of, first_form, slot_of }, numbers)
    }

    /// The first form of a group: what the browser calls the group.
    pub(super) fn name(&self, group: usize) -> &str {
        &self.forms[self.first_form[group] as usize]
    }
}

/// The languages of all pages, sorted.
fn languages<'a>(records: &[Record<'a>]) -> Vec<&'a str> {
    let mut languages: Vec<&str> = Vec::new();
    for record in records {
        if let Err(place) = languages.binary_search(&record.language) {
            languages.insert(place, record.language);
        }
    }
    languages
}

/// Numbers the words of some pages by a table of their own.
fn read(
    first: usize,
    records: &[Record<'_>],
    store: &Store,
    analysis_of: &(dyn Fn(usize) -> Option<Arc<PageAnalysis>> + Sync),
    languages: &[&str],
) -> (Chunk, WordTable) {
    let mut chunk = Chunk { first, lengths: Vec::with_capacity(records.len()), ..Chunk::default() };
    let mut piece = NewPiece::default();
    let mut table = WordTable::with_room(4096);
    let mut names: HashMap<(u16, &str), Vec<(u32, u16)>> = HashMap::new();
    for (place, record) in records.iter().enumerate() {
        let language = languages.binary_search(&record.language).unwrap_or_default() as u16;
        let analysis = analysis_of(first + place);
        chunk.lengths.push(analysis.as_ref().map_or((0, 0), |analysis| (analysis.length(), analysis.title_length())));
        if let Some(analysis) = analysis {
            add(&analysis, language, &mut table, |number, value| piece.word(number, value));
            piece.sequences.extend_from_slice(analysis.sequence());
        }
        let [_, topics, _, authors, source] = &record.facets;
        for name in topics.iter().chain(authors).chain(source) {
            let words = names.entry((language, name)).or_insert_with(|| {
                let mut words = Vec::new();
                add(&PageAnalysis::of_name(name), language, &mut table, |number, value| words.push((number, value)));
                words
            });
            words.iter().for_each(|(number, value)| piece.word(*number, *value));
        }
        piece.end_page();
        if piece.words() >= WORDS_OF_PIECE {
            chunk.pieces.push(piece.put_away(store));
        }
    }
    chunk.pieces.push(piece.put_away(store));
    (chunk, table)
}

/// Tells number and value of each word of an analysis.
fn add(analysis: &PageAnalysis, language: u16, table: &mut WordTable, mut tell: impl FnMut(u32, u16)) {
    for word in analysis.words() {
        let number = table.number(word.key(if word.is_form { IS_FORM } else { language }));
        tell(number as u32, u16::from(word.weight) << 2 | u16::from(word.flags));
    }
}

/// A word of a table. Sorted by form, then so that the same words of several tables stand together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found<'a> {
    /// The first bytes of the form, the first one highest: most comparisons need no more.
    first: u64,
    form: Cow<'a, str>,
    language: u16,
    raw: &'a str,
    table: u32,
    number: u32,
}

fn found_in(table: usize, words: &WordTable) -> impl Iterator<Item = Found<'_>> {
    words.words().enumerate().map(move |(number, (language, letters))| {
        let raw = str::from_utf8(letters).unwrap_or_default();
        let form = if language == IS_FORM { Cow::Borrowed(raw) } else { analysis::form(raw) };
        let mut first = [0; 8];
        for (byte, letter) in first.iter_mut().zip(form.as_bytes()) {
            *byte = *letter;
        }
        Found { first: u64::from_be_bytes(first), form, language, raw, table: table as u32, number: number as u32 }
    })
}

/// Forms that share a stem in any of the site's languages belong together; a group's first form stands for it.
fn group(forms: usize, stemmed: &[(u32, u16, &str)], stems: &[Option<String>]) -> (Vec<u32>, Vec<u32>) {
    let mut parents: Vec<u32> = (0..forms as u32).collect();
    fn root(parents: &mut [u32], mut form: u32) -> u32 {
        while parents[form as usize] != form {
            parents[form as usize] = parents[parents[form as usize] as usize];
            form = parents[form as usize];
        }
        form
    }
    let mut known = WordTable::with_room(stems.len());
    let mut first_of_stem: Vec<u32> = Vec::new();
    for ((form, language, _), stem) in stemmed.iter().zip(stems) {
        let Some(stem) = stem else { continue };
        let number = known.number(Key::new(stem.as_bytes(), *language));
        if number == first_of_stem.len() {
            first_of_stem.push(*form);
        }
        let (left, right) = (root(&mut parents, first_of_stem[number]), root(&mut parents, *form));
        parents[left.max(right) as usize] = left.min(right);
    }
    let mut group_of = vec![0; forms];
    let mut first_form = Vec::new();
    for form in 0..forms as u32 {
        let first = root(&mut parents, form);
        if first == form {
            group_of[form as usize] = first_form.len() as u32;
            first_form.push(form);
        } else {
            group_of[form as usize] = group_of[first as usize];
        }
    }
    (group_of, first_form)
}
