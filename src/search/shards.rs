//! The files of the index: which list, word and excerpt stands where, and what each file is called.
//!
//! A file's name is made from its bytes, and the places where a sequence is cut are chosen by what stands there: an edit
//! changes the files of its own words and no others. Must not know how lists are coded or where words come from.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::Serialize;

use super::analysis;
use super::bits::{base64, varint};
use super::lists::{Beginning, Coded, Lists};
use super::neighbours::{Marks, Neighbours};
use super::records::{self, FACETS, Record, anchor};
use super::vocabulary::Vocabulary;
use super::{FOLDER, IndexFile};
use crate::document::Part;
use crate::source::Digest;
use crate::store::{Opened, Store};

/// Pages in a file of titles and excerpts. Known to `search.js` through the root.
const PAGES_PER_BLOCK: usize = 8;
/// Pages in a file of parts; divides [`PAGES_PER_BLOCK`]. Known to `search.js` through the root.
const PAGES_PER_PART_BLOCK: usize = 4;
/// Characters of the hash in the name of a file that is found by its number.
const SHORT_HASH: usize = 4;
/// Characters of the hash in the name of a file that is found by its hash.
const HASH: usize = 10;
/// Longest excerpt of a place, in characters.
const LONGEST_EXCERPT: usize = 180;

/// Digits of numbers in columns: 90 characters that stand for themselves in a string.
const DIGITS: usize = 90;

/// Takes files as they are finished, from any thread.
pub(super) struct Files<'a> {
    put: &'a (dyn Fn(IndexFile) + Sync),
    paths: Mutex<BTreeSet<String>>,
}

impl<'a> Files<'a> {
    /// Hands files over to `put`.
    pub(super) fn new(put: &'a (dyn Fn(IndexFile) + Sync)) -> Self {
        Self { put, paths: Mutex::new(BTreeSet::new()) }
    }

    /// The paths of all files, sorted.
    pub(super) fn into_paths(self) -> Vec<String> {
        self.paths.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
    }

    /// Takes a file; files of the same content have the same name and are one.
    fn add(&self, path: String, text: String) {
        let is_new = self.paths.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        if is_new {
            (self.put)(IndexFile { path, text });
        }
    }
}

/// Everything that files are made of.
pub(super) struct Contents<'a> {
    /// Pages in the order of their numbers.
    pub(super) records: &'a [Record<'a>],
    /// Per page the numbers of words in the text and in the title.
    pub(super) lengths: &'a [(u32, u32)],
    /// All words.
    pub(super) vocabulary: &'a Vocabulary,
    /// All lists.
    pub(super) lists: &'a Lists<'a>,
    /// All lists, coded.
    pub(super) coded: &'a [Coded],
    /// Beginnings of very many words, sorted.
    pub(super) beginnings: &'a [Beginning],
    /// Words beside each other.
    pub(super) neighbours: &'a Neighbours<'a>,
    /// Groups of words that stand for one another.
    pub(super) synonyms: &'a [Vec<String>],
    /// Where marks of neighbours wait until they are sorted.
    pub(super) store: &'a Store,
}

/// Writes all files of the index.
pub(super) fn write(contents: &Contents<'_>, files: &Files<'_>) {
    let records = contents.records;
    let dictionary = dictionary(contents, files);
    let beginnings = beginnings(contents.beginnings, files);
    let keys = part_keys(records);
    let heads: Vec<String> = records
        .par_chunks(PAGES_PER_BLOCK)
        .enumerate()
        .map(|(number, records)| block(number, records, &keys, files))
        .collect();
    let root = Root {
        pages: records.len(),
        block: PAGES_PER_BLOCK,
        lengths: column(contents.lengths.iter().map(|(text, _)| length_class(*text)), 1),
        titles: column(contents.lengths.iter().map(|(_, title)| (*title as usize).min(DIGITS - 1)), 1),
        dictionary,
        beginnings,
        part_block: PAGES_PER_PART_BLOCK,
        heads: heads.concat(),
        keys,
        facets: FACETS.iter().enumerate().map(|(facet, name)| Facet::of(name, facet, records)).collect(),
        synonyms: synonyms_by_group(contents.synonyms, contents.vocabulary),
    };
    files.add(format!("{FOLDER}root.js"), script("root", &root));
}

/// What the browser loads first: everything that is needed to find the other files, and the columns of all pages.
#[derive(Serialize)]
struct Root<'a> {
    pages: usize,
    block: usize,
    /// Per page the class of its length.
    lengths: String,
    /// Per page the number of words in its title.
    titles: String,
    dictionary: Dictionary<'a>,
    beginnings: Beginnings<'a>,
    part_block: usize,
    /// Hashes of the blocks of titles, one behind the other.
    heads: String,
    /// Keys of parts.
    keys: Vec<&'a str>,
    facets: Vec<Facet<'a>>,
    /// Groups of phrases, phrases as first forms of their words' groups.
    synonyms: Vec<Vec<Vec<String>>>,
}

/// The files of words: the first word of each and its hash.
#[derive(Serialize, Default)]
struct Dictionary<'a> {
    first: Vec<&'a str>,
    hashes: Vec<String>,
}

/// The files of lists for beginnings: all beginnings in order, how many stand in each file, and its hash.
#[derive(Serialize, Default)]
struct Beginnings<'a> {
    letters: Vec<&'a str>,
    counts: Vec<usize>,
    hashes: Vec<String>,
}

/// A facet: its values, and for each page the numbers of its own, counted from 1, in columns.
#[derive(Serialize)]
struct Facet<'a> {
    name: &'a str,
    values: Vec<&'a str>,
    /// Digits of a number.
    width: usize,
    columns: Vec<String>,
}

impl<'a> Facet<'a> {
    fn of(name: &'a str, facet: usize, records: &[Record<'a>]) -> Self {
        let mut values: Vec<&str> = records.iter().flat_map(|record| record.facets[facet].iter().copied()).collect();
        values.sort_unstable();
        values.dedup();
        let width = if values.len() < DIGITS { 1 } else { 2 };
        let count = records.iter().map(|record| record.facets[facet].len()).max().unwrap_or(0);
        let number = |value: &str| values.binary_search(&value).map_or(0, |at| at + 1);
        let columns = (0..count)
            .map(|place| {
                column(
                    records.iter().map(|record| record.facets[facet].get(place).map_or(0, |value| number(value))),
                    width,
                )
            })
            .collect();
        Self { name, values, width, columns }
    }
}

/// Numbers as digits, the highest first.
fn column(numbers: impl Iterator<Item = usize>, width: usize) -> String {
    let digit = |number: usize| {
        let code = 35 + (number % DIGITS) as u8;
        char::from(if code < b'\\' { code } else { code + 1 })
    };
    let mut text = String::new();
    for number in numbers {
        for place in (0..width).rev() {
            text.push(digit(number / DIGITS.pow(place as u32)));
        }
    }
    text
}

/// The class of a length in words: steps of a quarter of a doubling, from 8 words on, so that few edits change it.
fn length_class(words: u32) -> usize {
    let class = (f64::from(words.max(8)) / 8.0).log2() * 4.0;
    (class.round() as usize).min(DIGITS - 1)
}

/// A classic script that hands its value over.
fn script(key: &str, value: &impl Serialize) -> String {
    format!("steward.shard(\"{key}\",{})\n", json(value))
}

/// JSON that is a script as well, and no markup even where a host takes it for some.
fn json(value: &impl Serialize) -> String {
    // Values are strings, numbers and lists: they always have a form as JSON.
    let mut json = serde_json::to_string(value).unwrap_or_default();
    // Both separators begin with 0xe2.
    if memchr::memchr2(b'<', 0xe2, json.as_bytes()).is_some() {
        for (character, escape) in [('<', "\\u003c"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")] {
            if json.contains(character) {
                json = json.replace(character, escape);
            }
        }
    }
    json
}

/// Writes a file that is found by its hash, which it returns. The key is the name without the ending.
fn by_hash(kind: char, value: &impl Serialize, files: &Files<'_>) -> String {
    let json = json(value);
    let hash = Digest::of(json.as_bytes()).to_hex()[..HASH].to_owned();
    let key = format!("{kind}-{hash}");
    files.add(format!("{FOLDER}{key}.js"), format!("steward.shard(\"{key}\",{json})\n"));
    hash
}

/// Writes a file that is found by its number, with a hash so that caches hold; returns the hash.
fn by_number(kind: char, number: usize, value: &impl Serialize, files: &Files<'_>) -> String {
    let text = script(&format!("{kind}{number}"), value);
    let hash = Digest::of(text.as_bytes()).to_hex()[..SHORT_HASH].to_owned();
    files.add(format!("{FOLDER}{kind}{number}-{hash}.js"), text);
    hash
}

/// Whether a sequence may be cut before this word; one word in `one_in` says so.
fn is_cut(word: &str, one_in: u32) -> bool {
    let [first, second, third, fourth, ..] = Digest::of(word.as_bytes()).0;
    u32::from_be_bytes([first, second, third, fourth]).is_multiple_of(one_in)
}

/// A file of words in sorted order.
#[derive(Serialize)]
struct Words<'a> {
    /// Each word without what it shares with the one before, behind the number of shared characters in base 36.
    words: String,
    /// One character each: `A` and further for the first form of a group, by the binary logarithm of its pages; `*` for
    /// another form of a group in this file; `+` for a form of a group in another file.
    kinds: String,
    /// For each `*` the number of the group among those of this file.
    near: Vec<usize>,
    /// For each `+` the first form of its group.
    far: Vec<&'a str>,
    /// For each file of lists: groups in it, its hash, the hash of its neighbours' marks (empty without any).
    lists: Vec<(usize, String, String)>,
}

/// Writes all words with their lists and the marks of their neighbours.
fn dictionary<'a>(contents: &Contents<'a>, files: &Files<'_>) -> Dictionary<'a> {
    let forms = &contents.vocabulary.forms;
    let ranges = word_files(forms);
    let first_form = &contents.vocabulary.first_form;
    let group_at = |form: usize| first_form.partition_point(|&first| (first as usize) < form);
    let groups: Vec<Range<usize>> = ranges.iter().map(|range| group_at(range.start)..group_at(range.end)).collect();
    let mut dictionary =
        Dictionary { first: ranges.iter().map(|range| &*forms[range.start]).collect(), hashes: Vec::new() };
    let batches = contents.neighbours.batches(&groups);
    let groups_of = |batch: &Range<usize>| groups[batch.start].start..groups[batch.end - 1].end;
    let unsorted = contents.neighbours.sort(batches.iter().map(groups_of).collect(), contents.store);
    for (batch, unsorted) in batches.into_iter().zip(unsorted) {
        let marks = contents.neighbours.marks(unsorted);
        dictionary.hashes.par_extend(batch.into_par_iter().map(|place| {
            let words = words_of(contents, ranges[place].clone(), groups[place].clone(), &marks, files);
            by_hash('d', &words, files)
        }));
    }
    dictionary
}

/// The words of each file of words.
fn word_files(forms: &[Box<str>]) -> Vec<Range<usize>> {
    const FEWEST: usize = 256;
    const MOST: usize = 4096;
    const ONE_IN: u32 = 1024;
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < forms.len() {
        let last = forms.len().min(start + MOST);
        let first = last.min(start + FEWEST);
        let end = (first..last).find(|&form| is_cut(&forms[form], ONE_IN)).unwrap_or(last);
        ranges.push(start..end);
        start = end;
    }
    ranges
}

fn words_of<'a>(
    contents: &Contents<'a>,
    range: Range<usize>,
    groups: Range<usize>,
    marks: &Marks,
    files: &Files<'_>,
) -> Words<'a> {
    let Contents { vocabulary, lists, .. } = contents;
    let mut words =
        Words { words: String::new(), kinds: String::new(), near: Vec::new(), far: Vec::new(), lists: Vec::new() };
    let mut previous = "";
    for number in range {
        let form = &*vocabulary.forms[number];
        let shared = previous.chars().zip(form.chars()).take(35).take_while(|(left, right)| left == right).count();
        if !words.words.is_empty() {
            words.words.push('\n');
        }
        words.words.push(char::from_digit(shared as u32, 36).unwrap_or('0'));
        words.words.extend(form.chars().skip(shared));
        previous = form;
        let group = vocabulary.group_of[number] as usize;
        words.kinds.push(if vocabulary.first_form[group] as usize == number {
            char::from(b'A' + lists.count(group).max(1).ilog2() as u8)
        } else if group >= groups.start {
            words.near.push(group - groups.start);
            '*'
        } else {
            words.far.push(vocabulary.name(group));
            '+'
        });
    }
    words.lists = lists_of(contents, groups, marks, files);
    words
}

/// Writes the lists of some groups, and the marks of their neighbours, into files of a few kilobytes.
fn lists_of(
    contents: &Contents<'_>,
    groups: Range<usize>,
    all_marks: &Marks,
    files: &Files<'_>,
) -> Vec<(usize, String, String)> {
    const SMALLEST: usize = 2 << 10;
    const LARGEST: usize = 7 << 10;
    let mut written = Vec::new();
    let (mut lists, mut marks, mut count) = (Vec::new(), Vec::new(), 0);
    for group in groups.clone() {
        add_list(&mut lists, &contents.coded[group]);
        add_list(&mut marks, &contents.neighbours.encode(all_marks, group));
        count += 1;
        let is_last = group + 1 == groups.end;
        let next = if is_last { 0 } else { contents.coded[group + 1].len() };
        let is_full = lists.len() + next > LARGEST;
        let may_end = || is_cut(contents.vocabulary.name(group), 128);
        if is_last || is_full || (lists.len() >= SMALLEST && may_end()) {
            let has_marks = marks.len() > count;
            let hash = by_hash('t', &base64(&lists), files);
            let mark_hash = if has_marks { by_hash('n', &base64(&marks), files) } else { String::new() };
            written.push((count, hash, mark_hash));
            lists.clear();
            marks.clear();
            count = 0;
        }
    }
    written
}

fn add_list(bytes: &mut Vec<u8>, list: &[u8]) {
    varint(bytes, list.len());
    bytes.extend_from_slice(list);
}

/// Writes the lists of beginnings.
fn beginnings<'a>(all: &'a [Beginning], files: &Files<'_>) -> Beginnings<'a> {
    const LARGEST: usize = 8 << 10;
    let mut beginnings = Beginnings::default();
    let (mut lists, mut count) = (Vec::new(), 0);
    let mut waiting = all.iter().peekable();
    while let Some(beginning) = waiting.next() {
        beginnings.letters.push(&beginning.letters);
        add_list(&mut lists, &beginning.coded);
        count += 1;
        if waiting.peek().is_none_or(|next| lists.len() + next.coded.len() > LARGEST) {
            beginnings.hashes.push(by_hash('b', &base64(&lists), files));
            beginnings.counts.push(count);
            lists.clear();
            count = 0;
        }
    }
    beginnings
}

/// Title, address and excerpt of each page of a block, and where its parts are.
#[derive(Serialize)]
struct Block<'a> {
    pages: Vec<(&'a str, &'a str, Cow<'a, str>, &'a str)>,
    /// Hashes of the files of parts; empty for one that holds none.
    parts: Vec<String>,
}

/// Writes a file of titles and the files of its pages' parts; returns the hash.
fn block(number: usize, records: &[Record<'_>], keys: &[&str], files: &Files<'_>) -> String {
    let first = number * (PAGES_PER_BLOCK / PAGES_PER_PART_BLOCK);
    let parts = records.chunks(PAGES_PER_PART_BLOCK).enumerate();
    let block = Block {
        pages: records
            .iter()
            .map(|record| (record.title, record.url, shorten(record.summary), record.language))
            .collect(),
        parts: parts.map(|(place, records)| part_block(first + place, records, keys, files)).collect(),
    };
    by_number('h', number, &block, files)
}

/// A part of a page: key, title, then anchors and texts of its places.
type PartRow<'a> = (usize, &'a str, Vec<(String, Cow<'a, str>)>);

/// The parts of a page that are results, and what they hold.
fn parts_of<'a>(record: &Record<'a>) -> (&'a [Part], Opened) {
    record.body_with_parts.map(|body| (&*body.parts, body.open_parts())).unwrap_or_default()
}

/// Writes the parts of some pages and returns the hash; empty, and no file, where no page has one.
fn part_block(number: usize, records: &[Record<'_>], keys: &[&str], files: &Files<'_>) -> String {
    let key = |key: &str| keys.binary_search(&key).unwrap_or_default();
    let parts: Vec<(&[Part], Opened)> = records.iter().map(parts_of).collect();
    let mut rows: Vec<Vec<PartRow<'_>>> = Vec::with_capacity(parts.len());
    for (parts, opened) in &parts {
        rows.push(parts.iter().map(|part| part_row(key, part, opened)).collect());
    }
    if rows.iter().all(Vec::is_empty) { String::new() } else { by_number('p', number, &rows, files) }
}

fn part_row<'a>(number_of_key: impl Fn(&str) -> usize, part: &'a Part, opened: &'a Opened) -> PartRow<'a> {
    (number_of_key(&part.key), &part.title, places(part, opened))
}

fn places<'a>(part: &'a Part, opened: &'a Opened) -> Vec<(String, Cow<'a, str>)> {
    let shortened = |text| match text {
        Cow::Borrowed(text) => shorten(text),
        Cow::Owned(text) => Cow::Owned(shorten(&text).into_owned()),
    };
    records::places(part, opened).into_iter().map(|(id, text)| (anchor(id), shortened(text))).collect()
}

/// The keys of all parts, sorted.
fn part_keys<'a>(records: &[Record<'a>]) -> Vec<&'a str> {
    let mut keys: Vec<&str> = records
        .iter()
        .filter_map(|record| record.body_with_parts)
        .flat_map(|body| body.parts.iter().map(|part| part.key.as_str()))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// At most [`LONGEST_EXCERPT`] characters on one line, cut at a word.
fn shorten(text: &str) -> Cow<'_, str> {
    let limit = if text.len() <= LONGEST_EXCERPT { None } else { text.char_indices().nth(LONGEST_EXCERPT) };
    let head = limit.map_or(text, |(limit, _)| &text[..limit]);
    let line = if head.contains('\n') { Cow::Owned(head.replace('\n', " ")) } else { Cow::Borrowed(head) };
    match limit {
        Some(_) => Cow::Owned(format!("{}…", line[..line.rfind(' ').unwrap_or(line.len())].trim_end())),
        None => line,
    }
}

/// The words of synonyms as the first forms of their groups, which is how the browser knows words.
fn synonyms_by_group(synonyms: &[Vec<String>], vocabulary: &Vocabulary) -> Vec<Vec<Vec<String>>> {
    let known = |word: String| match vocabulary.forms.binary_search_by(|form| form.as_ref().cmp(&word)) {
        Ok(form) => vocabulary.name(vocabulary.group_of[form] as usize).to_owned(),
        Err(_) => word,
    };
    let phrase = |text: &String| analysis::words(text).into_iter().map(known).collect();
    synonyms.iter().map(|group| group.iter().map(phrase).collect()).collect()
}
