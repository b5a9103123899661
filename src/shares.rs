//! Work given out in small shares, so that at the end no thread waits for another's long one.
//!
//! Rayon halves a list only while threads are idle: with two of them, a share may be an eighth of all pages, and who
//! begins the last one works on alone. Must not know what the work is.

use rayon::iter::{IndexedParallelIterator, MaxLen};

/// Elements of a share: enough that giving it out costs nothing beside them.
const SHARE: usize = 32;

/// Small shares for anything that is worked on in parallel and in order.
pub trait InShares: IndexedParallelIterator {
    /// The same, given out in small shares; what comes of it does not differ.
    fn in_shares(self) -> MaxLen<Self> {
        self.with_max_len(SHARE)
    }
}

impl<I: IndexedParallelIterator> InShares for I {}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn order_stays() {
        let doubled: Vec<usize> = (0..1_000_usize).into_par_iter().in_shares().map(|number| number * 2).collect();
        assert!(doubled.iter().copied().eq((0..1_000).map(|number| number * 2)));
    }
}
