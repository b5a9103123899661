//! Runs of letters and digits in a text, found 64 bytes at a time, and hashes of words: what everything that reads words
//! begins with.
//!
//! A run goes on over letters and digits of ASCII and over all bytes of other characters; whoever reads words decides
//! what the others are. Must not know what a word is for.

use std::ops::Range;

/// Bytes that are looked at together, one for each bit of a mask.
const BLOCK: usize = 64;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its place in the text.
    pub place: Range<usize>,
    /// Whether it is letters and digits of ASCII alone.
    pub is_ascii: bool,
}

/// All runs of a text, in order.
#[derive(Debug, Clone)]
pub struct Runs<'a> {
    text: &'a [u8],
    /// Where the block begins that is being read.
    block: usize,
    /// A bit for each byte of the block that belongs to a run and was not read yet.
    ahead: u64,
    /// A bit for each byte of the block that is not ASCII.
    other: u64,
}

impl<'a> Runs<'a> {
    /// The runs of a text.
    pub fn of(text: &'a str) -> Self {
        let mut runs = Self { text: text.as_bytes(), block: 0, ahead: 0, other: 0 };
        runs.read_block();
        runs
    }

    /// Goes on at a place that is behind everything read so far.
    pub fn skip_to(&mut self, at: usize) {
        let block = at / BLOCK * BLOCK;
        if block != self.block {
            self.block = block;
            self.read_block();
        }
        self.ahead &= u64::MAX << (at % BLOCK);
    }

    fn read_block(&mut self) {
        let rest = self.text.get(self.block..).unwrap_or_default();
        (self.ahead, self.other) = match rest.first_chunk() {
            Some(block) => masks(block),
            None => {
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                masks(&block)
            }
        };
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    #[inline]
    fn next(&mut self) -> Option<Run> {
        while self.ahead == 0 {
            self.block += BLOCK;
            if self.block >= self.text.len() {
                return None;
            }
            self.read_block();
        }
        let first = self.ahead.trailing_zeros();
        let start = self.block + first as usize;
        let mut length = (!(self.ahead >> first)).trailing_zeros();
        let mut is_ascii = (self.other >> first).trailing_zeros() >= length;
        let mut behind = first + length;
        let mut end = start + length as usize;
        // A run that reaches the end of a block goes on in the next one.
        while behind as usize == BLOCK {
            self.block += BLOCK;
            self.read_block();
            length = self.ahead.trailing_ones();
            is_ascii &= self.other.trailing_zeros() >= length;
            behind = length;
            end += length as usize;
        }
        self.ahead &= u64::MAX << behind;
        Some(Run { place: start..end, is_ascii })
    }
}

/// A bit for each byte of a run, and a bit for each byte that is not ASCII.
fn masks(block: &[u8; BLOCK]) -> (u64, u64) {
    let mut flags = [0; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let is_digit = byte.wrapping_sub(b'0') < 10;
        *flag = u8::from(is_letter | is_digit);
    }
    let ascii = packed(&flags);
    if block.is_ascii() {
        return (ascii, 0);
    }
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = byte >> 7;
    }
    let other = packed(&flags);
    (ascii | other, other)
}

/// One bit for each byte, which is 0 or 1. The product moves bit `8 n` of eight bytes to bit `56 + n`.
fn packed(flags: &[u8; BLOCK]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    eights
        .iter()
        .rev()
        .fold(0, |mask, eight| mask << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56)
}

/// Eight bytes of a text from a place on, the first one lowest; zeros behind its end.
#[inline]
pub fn eight_from(text: &[u8], at: usize) -> u64 {
    match text.get(at..).and_then(<[u8]>::first_chunk) {
        Some(eight) => u64::from_le_bytes(*eight),
        None => text[at.min(text.len())..].iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)),
    }
}

/// What makes eight letters and digits of ASCII small: set in digits already.
pub const SMALL: u64 = 0x2020_2020_2020_2020;

/// The hash of a word that comes in pieces. It multiplies and folds, eight bytes at a time, and mixes at the end, so that
/// every bit depends on every letter. The multiplier is that of Steele, Lea and Flood's SplitMix (2014).
#[derive(Debug, Clone, Copy, Default)]
pub struct WordHasher {
    hash: u64,
    /// Bytes behind the last eight that were taken in, the first one lowest.
    rest: u64,
    length: usize,
}

impl WordHasher {
    /// The hash of a whole word of letters and digits of ASCII: what [`Self::letters`] and [`Self::finish`] come to.
    #[inline]
    pub fn of_letters(text: &[u8], place: Range<usize>) -> u64 {
        let (hash, rest) = eights_of(0, text, &place, SMALL);
        mix(with_eight(hash, rest ^ (place.len() as u64) << 56))
    }

    /// Adds letters and digits of ASCII, folded: in all of them but capitals, 0x20 is set.
    pub fn letters(&mut self, text: &[u8], place: Range<usize>) {
        if self.length > 0 {
            return text[place].iter().for_each(|byte| self.byte(byte | 0x20));
        }
        self.length = place.len();
        (self.hash, self.rest) = eights_of(0, text, &place, SMALL);
    }

    fn byte(&mut self, byte: u8) {
        self.rest |= u64::from(byte) << (self.length % 8 * 8);
        self.length += 1;
        if self.length.is_multiple_of(8) {
            self.eight(self.rest);
            self.rest = 0;
        }
    }

    fn eight(&mut self, bytes: u64) {
        self.hash = with_eight(self.hash, bytes);
    }

    /// Adds a character that is folded already.
    pub fn character(&mut self, character: char) {
        character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.byte(byte));
    }

    /// The hash of all that was added.
    pub fn finish(mut self) -> u64 {
        self.eight(self.rest ^ (self.length as u64) << 56);
        mix(self.hash)
    }
}

/// The hash, beginning with another, of the whole eights of a word, and the bytes behind them, zeros above; in all bytes
/// the bits of `set` are set.
#[inline]
pub fn eights_of(mut hash: u64, text: &[u8], place: &Range<usize>, set: u64) -> (u64, u64) {
    let mut at = place.start;
    while at + 8 <= place.end {
        hash = with_eight(hash, eight_from(text, at) | set);
        at += 8;
    }
    if at == place.end {
        return (hash, 0);
    }
    let behind = 64 - 8 * (place.end - at);
    (hash, (eight_from(text, at) | set) << behind >> behind)
}

/// The hash of what was hashed before and eight bytes more.
#[inline]
pub fn with_eight(hash: u64, bytes: u64) -> u64 {
    let hash = (hash ^ bytes).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ hash >> 29
}

/// The finaliser of MurmurHash3 (Appleby 2016).
pub fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_definition(text: &str) -> Vec<Run> {
        let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
        let mut runs = Vec::new();
        let mut at = 0;
        for group in text.as_bytes().chunk_by(|left, right| belongs(left) == belongs(right)) {
            let place = at..at + group.len();
            at = place.end;
            if belongs(&group[0]) {
                runs.push(Run { place, is_ascii: group.is_ascii() });
            }
        }
        runs
    }

    #[test]
    fn runs_are_found_wherever_blocks_end() {
        let texts = ["one, two", "größe x—y ü", "z", "…", "a'b<c>[d]@e`f{g/h:i", "0123456789", "A-Z\u{0}\n"];
        for length in 0..200 {
            for text in texts {
                let padded = format!("{}{text}{}", "x".repeat(length), " y".repeat(length % 70));
                assert_eq!(Runs::of(&padded).collect::<Vec<_>>(), by_definition(&padded), "{padded}");
                let padded = format!("{}{text}{}", " ".repeat(length), "ä".repeat(length % 70));
                assert_eq!(Runs::of(&padded).collect::<Vec<_>>(), by_definition(&padded), "{padded}");
            }
        }
    }

    #[test]
    fn reading_goes_on_at_any_later_place() {
        let text = "some words, größer ".repeat(20);
        let all = by_definition(&text);
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let mut runs = Runs::of(&text);
            runs.skip_to(at);
            let rest: Vec<usize> = all.iter().map(|run| run.place.end).filter(|end| *end > at).collect();
            assert_eq!(runs.map(|run| run.place.end).collect::<Vec<_>>(), rest, "{at}");
        }
    }
}
