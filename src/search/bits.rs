//! Bits, Rice codes and base 64: how numbers stand in a shard. Must not know what they mean.

/// Bits that grow, the highest bit of a byte first.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    /// Bits behind some bytes.
    pub(super) fn behind(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Writes the lowest `width` bits of a value; `width` is at most 32.
    pub(super) fn write(&mut self, value: u32, width: u32) {
        let masked = u64::from(value) & ((1 << width) - 1);
        self.pending = (self.pending << width) | masked;
        self.count += width;
        if self.count >= 32 {
            self.count -= 32;
            self.bytes.extend_from_slice(&((self.pending >> self.count) as u32).to_be_bytes());
        }
    }

    /// Writes a number as ones and a zero.
    pub(super) fn unary(&mut self, mut value: u32) {
        while value >= 31 {
            self.write((1 << 31) - 1, 31);
            value -= 31;
        }
        self.write(((1_u64 << (value + 1)) - 2) as u32, value + 1);
    }

    /// Writes a number by the code of Rice (1971): the quotient by 2^k in unary, the rest in k bits.
    pub(super) fn rice(&mut self, value: u32, k: u32) {
        let (quotient, rest) = (value >> k, value & ((1 << k) - 1));
        if quotient + 1 + k <= 32 {
            let ones = (1_u64 << (quotient + 1)) - 2;
            self.write((ones << k) as u32 | rest, quotient + 1 + k);
        } else {
            self.unary(quotient);
            self.write(rest, k);
        }
    }

    /// The bytes, the last one filled up with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let left = ((self.pending << (32 - self.count)) as u32).to_be_bytes();
        self.bytes.extend_from_slice(&left[..self.count.div_ceil(8) as usize]);
        self.bytes
    }
}

/// The parameter that makes Rice codes of these values shortest: near the logarithm of their mean, the smallest of
/// several.
pub(super) fn best_rice(values: &[u32]) -> u32 {
    let sum: u64 = values.iter().map(|&value| u64::from(value)).sum();
    let mean = sum.checked_div(values.len() as u64).unwrap_or(0).max(1);
    let least = mean.ilog2().saturating_sub(1);
    let mut costs = [0_u64; 3];
    for &value in values {
        for (k, cost) in (least..).zip(&mut costs) {
            *cost += u64::from(value >> k);
        }
    }
    let cost = |k: u32| costs[(k - least) as usize] + u64::from(k + 1) * values.len() as u64;
    (least..=mean.ilog2() + 1).min_by_key(|&k| cost(k)).unwrap_or(0)
}

/// Bits that Rice codes of these values take.
pub(super) fn rice_bits(values: &[u32], k: u32) -> u64 {
    values.iter().map(|&value| u64::from(value >> k) + 1 + u64::from(k)).sum()
}

/// Writes a number in groups of seven bits, the lowest first (LEB128).
pub(super) fn varint(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads what [`varint`] wrote: the number, and where the next one stands. Zeros stand behind the end.
pub(super) fn read_varint(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let (mut value, mut shift) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
        shift += 7;
    }
    (value, at)
}

/// Base 64 without padding (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    let digit = |group: u32, place: usize| ALPHABET[(group >> (18 - 6 * place)) as usize & 63];
    let (threes, rest) = bytes.as_chunks::<3>();
    for three in threes {
        let group = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        text.extend_from_slice(&[digit(group, 0), digit(group, 1), digit(group, 2), digit(group, 3)]);
    }
    if !rest.is_empty() {
        let group = rest.iter().fold(0_u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - rest.len()));
        text.extend((0..=rest.len()).map(|place| digit(group, place)));
    }
    // All of them are ASCII.
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_standard() {
        for (text, expected) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn codes_are_bits_in_order() {
        let mut writer = BitWriter::default();
        writer.rice(5, 1); // 110 1
        writer.unary(2); // 110
        writer.write(0b101, 3);
        assert_eq!(writer.finish(), [0b1101_1101, 0b0100_0000]);
        let mut writer = BitWriter::default();
        writer.unary(40);
        assert_eq!(writer.finish(), [255, 255, 255, 255, 255, 0]);
    }

    #[test]
    fn the_best_parameter_follows_the_mean() {
        assert_eq!(best_rice(&[0, 0, 0, 1]), 0);
        assert_eq!(best_rice(&[]), 0);
        let values: Vec<u32> = (900..1_000).collect();
        assert!(best_rice(&values) >= 8);
    }

    #[test]
    fn numbers_in_groups_of_seven_bits() {
        let mut bytes = Vec::new();
        varint(&mut bytes, 300);
        varint(&mut bytes, 5);
        assert_eq!(bytes, [0xac, 0x02, 0x05]);
    }
}
