//! Words of all pages: read in parallel, numbered in sorted order, grouped by stem.
//!
//! Must not know how the index is stored.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rayon::prelude::*;
use rust_stemmers::Stemmer;

use super::analysis::{self, Form};
use super::records::Record;

/// Pages that share a table of words while they are read.
const PAGES_PER_CHUNK: usize = 512;

/// Marks the end of a block in a sequence of words.
pub(super) const BLOCK_END: u32 = u32::MAX;

/// The word stands in the title or another name of the page.
pub(super) const IN_TITLE: u8 = 1;
/// The word stands in a part that is a result of its own.
pub(super) const IN_PART: u8 = 2;

// Weights of one occurrence, in halves: with a title of double weight BM25F is within noise of the best on two
// collections, and what weighs more helps one and hurts the other.
const TITLE: u32 = 4;
const BODY: u32 = 2;
const HEADING_EXTRA: u32 = 1;
const PART_EXTRA: u32 = 1;
const META: u32 = 1;

/// A word of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occurrence {
    /// Number of its form; after grouping, of its group.
    pub(super) word: u32,
    /// Sum of the weights of its occurrences, in halves.
    pub(super) weight: u32,
    /// [`IN_TITLE`], [`IN_PART`].
    pub(super) flags: u8,
}

/// The words of one page.
#[derive(Debug, Default)]
pub(super) struct PageWords {
    /// Every word once, ascending.
    pub(super) words: Vec<Occurrence>,
    /// Words as they follow each other, blocks closed by [`BLOCK_END`]. Without the body of a republished piece.
    pub(super) sequence: Vec<u32>,
    /// Number of words.
    pub(super) length: u32,
    /// Number of words of the title.
    pub(super) title_length: u32,
    /// Whether it belongs to somebody else.
    pub(super) is_republished: bool,
}

/// All words of the site.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Forms in sorted order.
    pub(super) forms: Vec<String>,
    /// The group of each form. Groups are numbered in the order of their first forms.
    pub(super) group_of: Vec<u32>,
    /// The first form of each group.
    pub(super) first_form: Vec<u32>,
    /// The words of each page, in the order of the records; their numbers are groups.
    pub(super) pages: Vec<PageWords>,
}

impl Vocabulary {
    /// Reads all pages.
    pub(super) fn read(records: &[Record<'_>]) -> Self {
        let mut chunks: Vec<Chunk> = records.par_chunks(PAGES_PER_CHUNK).map(Chunk::read).collect();
        let mut forms: Vec<String> = chunks.iter().flat_map(|chunk| chunk.forms.iter().cloned()).collect();
        forms.par_sort_unstable();
        forms.dedup();
        let numbers: Vec<Vec<u32>> = chunks.par_iter().map(|chunk| chunk.numbers_in(&forms)).collect();
        let (group_of, first_form) = group(forms.len(), &chunks, &numbers);
        let pages = chunks
            .par_iter_mut()
            .zip(&numbers)
            .flat_map_iter(|(chunk, numbers)| {
                let pages = std::mem::take(&mut chunk.pages);
                let group_of = &group_of;
                pages.into_iter().map(move |page| page.renumbered(|form| group_of[numbers[form as usize] as usize]))
            })
            .collect();
        Self { forms, group_of, first_form, pages }
    }
}

impl PageWords {
    fn renumbered(mut self, group_of: impl Fn(u32) -> u32) -> Self {
        for word in &mut self.words {
            word.word = group_of(word.word);
        }
        self.words.sort_unstable_by_key(|word| word.word);
        self.words.dedup_by(|next, kept| {
            let is_same = next.word == kept.word;
            if is_same {
                kept.weight += next.weight;
                kept.flags |= next.flags;
            }
            is_same
        });
        for word in self.sequence.iter_mut().filter(|word| **word != BLOCK_END) {
            *word = group_of(*word);
        }
        self
    }
}

/// Forms that share a stem in any of the site's languages belong together; a group's first form stands for it.
fn group(forms: usize, chunks: &[Chunk], numbers: &[Vec<u32>]) -> (Vec<u32>, Vec<u32>) {
    let mut parents: Vec<u32> = (0..forms as u32).collect();
    fn root(parents: &mut [u32], mut form: u32) -> u32 {
        while parents[form as usize] != form {
            parents[form as usize] = parents[parents[form as usize] as usize];
            form = parents[form as usize];
        }
        form
    }
    let mut first_of_stem: HashMap<(&str, &str), u32, Fast> = HashMap::default();
    for (chunk, numbers) in chunks.iter().zip(numbers) {
        for (language, stem, form) in &chunk.stems {
            let form = numbers[*form as usize];
            let known = *first_of_stem.entry((language.as_str(), stem.as_str())).or_insert(form);
            let (left, right) = (root(&mut parents, known), root(&mut parents, form));
            parents[left.max(right) as usize] = left.min(right);
        }
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

/// Some pages with a table of words of their own.
#[derive(Default)]
struct Chunk {
    forms: Vec<String>,
    /// Language, stem, number of the form.
    stems: Vec<(String, String, u32)>,
    pages: Vec<PageWords>,
}

/// The forms of a raw word: number and whether it belongs to the sequence.
type RawForms = Vec<(u32, bool)>;

/// Reads the pages of one chunk.
#[derive(Default)]
struct Reader<'text> {
    chunk: Chunk,
    number_of: HashMap<String, u32, Fast>,
    languages: Vec<Language<'text>>,
    /// Per form: weight and flags on the page that is read.
    weights: Vec<(u32, u8)>,
    touched: Vec<u32>,
}

/// The raw words met in a language.
struct Language<'text> {
    tag: &'text str,
    stemmer: Option<Stemmer>,
    raw: HashMap<&'text str, RawForms, Fast>,
}

impl Chunk {
    fn read(records: &[Record<'_>]) -> Self {
        let mut reader = Reader::default();
        for record in records {
            let page = reader.page(record);
            reader.chunk.pages.push(page);
        }
        reader.chunk
    }

    /// The number of each of its forms among all.
    fn numbers_in(&self, all: &[String]) -> Vec<u32> {
        self.forms.iter().map(|form| all.binary_search(form).unwrap_or_default() as u32).collect()
    }
}

impl<'text> Reader<'text> {
    fn page(&mut self, record: &Record<'text>) -> PageWords {
        let language = self.language(record.language);
        let mut page = PageWords { is_republished: record.is_republished, ..PageWords::default() };
        page.title_length = self.read(language, record.title, TITLE, IN_TITLE, Some(&mut page.sequence));
        for name in &record.other_names {
            self.read(language, name, TITLE, IN_TITLE, Some(&mut page.sequence));
        }
        page.length = page.title_length;
        if record.has_own_summary {
            page.length += self.read(language, record.summary, BODY, 0, Some(&mut page.sequence));
        }
        let sequence = (!record.is_republished).then_some(&mut page.sequence);
        page.length += self.read(language, record.text, BODY, 0, sequence);
        for heading in &record.headings {
            self.read(language, heading, HEADING_EXTRA, 0, None);
        }
        for (_, text) in record.parts.iter().flat_map(|part| &part.places) {
            self.read(language, text, PART_EXTRA, IN_PART, None);
        }
        let [_, topics, _, authors, source] = &record.facets;
        for name in topics.iter().chain(authors).chain(source) {
            self.read(language, name, META, 0, None);
        }
        let weights = &mut self.weights;
        page.words = self
            .touched
            .drain(..)
            .map(|word| {
                let (weight, flags) = std::mem::take(&mut weights[word as usize]);
                Occurrence { word, weight, flags }
            })
            .collect();
        page
    }

    fn language(&mut self, tag: &'text str) -> usize {
        if let Some(known) = self.languages.iter().position(|language| language.tag == tag) {
            return known;
        }
        self.languages.push(Language { tag, stemmer: analysis::stemmer(tag), raw: HashMap::default() });
        self.languages.len() - 1
    }

    /// Counts the words of a text and returns their number.
    fn read(
        &mut self,
        language: usize,
        text: &'text str,
        weight: u32,
        flags: u8,
        mut sequence: Option<&mut Vec<u32>>,
    ) -> u32 {
        let mut count = 0;
        for block in text.split('\n') {
            analysis::raw_words(block, |raw| {
                if !self.languages[language].raw.contains_key(raw) {
                    self.learn(language, raw);
                }
                for &(form, in_sequence) in self.languages[language].raw.get(raw).into_iter().flatten() {
                    let known = &mut self.weights[form as usize];
                    if known.0 == 0 {
                        self.touched.push(form);
                    }
                    known.0 = known.0.saturating_add(weight);
                    known.1 |= flags;
                    if in_sequence {
                        count += 1;
                        if let Some(sequence) = sequence.as_deref_mut() {
                            sequence.push(form);
                        }
                    }
                }
            });
            if let Some(sequence) = sequence.as_deref_mut() {
                sequence.push(BLOCK_END);
            }
        }
        count
    }

    /// Looks at a raw word for the first time in a language.
    fn learn(&mut self, language: usize, raw: &'text str) {
        let forms = analysis::forms(raw);
        let stem = match (&self.languages[language].stemmer, forms.as_slice()) {
            (Some(stemmer), [Form { in_sequence: true, .. }]) => Some(analysis::stem(stemmer, raw)),
            _ => None,
        };
        let mut numbered = RawForms::new();
        for form in forms {
            let number = match self.number_of.get(&form.text) {
                Some(&number) => number,
                None => {
                    let number = self.chunk.forms.len() as u32;
                    self.number_of.insert(form.text.clone(), number);
                    self.chunk.forms.push(form.text);
                    self.weights.push((0, 0));
                    number
                }
            };
            numbered.push((number, form.in_sequence));
        }
        if let (Some(stem), [(form, _)]) = (stem, numbered.as_slice()) {
            self.chunk.stems.push((self.languages[language].tag.to_owned(), stem, *form));
        }
        self.languages[language].raw.insert(raw, numbered);
    }
}

/// The hasher for short words: FNV-1a, eight bytes at a time. The order of the tables is never seen.
#[derive(Default)]
struct WordHasher(u64);

type Fast = BuildHasherDefault<WordHasher>;

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        }
    }

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (self.0 >> 32)
    }
}
