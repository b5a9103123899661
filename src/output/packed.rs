//! Many short texts in few bytes: sorted, without repetitions, each stored as what differs from the one before.
//!
//! The links of 100 000 pages are kept while a site is built; most of a page's links begin alike.

use crate::source::Digest;
use crate::store::{Kept, Store};

/// A sorted set of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PackedTexts {
    bytes: Kept,
}

impl PackedTexts {
    pub(super) fn new(mut texts: Vec<&str>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        let mut bytes = Vec::new();
        let mut before: &[u8] = &[];
        for text in texts {
            let text = text.as_bytes();
            let shared = before.iter().zip(text).take_while(|(left, right)| left == right).count();
            write_number(shared, &mut bytes);
            write_number(text.len() - shared, &mut bytes);
            bytes.extend_from_slice(&text[shared..]);
            before = text;
        }
        Self { bytes: Store::in_memory().keep(&bytes) }
    }

    /// Calls `each` with the bytes of every text, in order.
    pub(super) fn for_each(&self, mut each: impl FnMut(&[u8])) {
        let mut text = Vec::new();
        let bytes = self.bytes.read();
        let mut rest: &[u8] = &bytes;
        while !rest.is_empty() {
            let (shared, length) = (read_number(&mut rest), read_number(&mut rest));
            let Some((part, after)) = rest.split_at_checked(length) else { return };
            text.truncate(shared);
            text.extend_from_slice(part);
            rest = after;
            each(&text);
        }
    }

    /// Moves them into a store.
    pub(super) fn put_away(&mut self, store: &Store) {
        self.bytes = store.keep(&self.bytes.read());
    }

    /// The digest of all texts.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.bytes.read())
    }
}

/// Seven bits a byte, lowest first.
fn write_number(mut number: usize, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_number(bytes: &mut &[u8]) -> usize {
    let mut number = 0;
    let mut shift = 0;
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 || shift > 48 {
            break;
        }
        shift += 7;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_it_got() {
        let long = "x".repeat(100_000);
        let texts = ["", "articles/a.html", "articles/ä.html", "articles/ö.html", "b", "b", &long];
        let packed = PackedTexts::new(texts.iter().rev().copied().collect());
        let mut found = Vec::new();
        packed.for_each(|text| found.push(String::from_utf8(text.to_owned()).unwrap()));
        assert_eq!(found, ["", "articles/a.html", "articles/ä.html", "articles/ö.html", "b", &long]);
        PackedTexts::default().for_each(|text| panic!("{text:?}"));
    }
}
