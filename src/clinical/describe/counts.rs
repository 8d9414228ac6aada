//! Exact order statistics of any number of values in bounded memory.
//!
//! Values are counted one by one while few are distinct.
//! After that they are counted by the leading bits of their order, and the values are read again to
//! learn the bits that a rank needs.

use std::collections::HashMap;

/// So many bits are decided by one reading when there are too many values to keep.
const STEP: u32 = 20;
/// Slots of a page: a histogram has memory only for pages with values.
const PAGE: usize = 256;
/// All bits of a key.
const BITS: u32 = 64;

/// An unsigned number that orders finite numbers as they are (-0 must have been made 0).
pub(crate) fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The number of a key.
pub(crate) fn value(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// Counts of the keys that begin with a known prefix.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Leading bits that all keys share.
    known: u32,
    /// Most distinct keys that are kept as they are.
    most: usize,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    Distinct(HashMap<u64, u64>),
    /// By the next `STEP` bits, in pages of `PAGE` slots.
    Leading(Vec<Option<Box<[u64; PAGE]>>>),
}

/// Where the key of a rank is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is this key.
    Known(u64),
    /// It is the key of rank `rank` (from 0) among those that share the first `known` bits of
    /// `prefix`.
    Among {
        /// A key whose leading bits are shared; the others are 0.
        prefix: u64,
        /// How many bits are shared.
        known: u32,
        /// The rank among them.
        rank: u64,
    },
}

impl Counts {
    /// No keys yet; at most `most` distinct ones are kept as they are.
    pub fn new(known: u32, most: usize) -> Self {
        Self { known, most, held: Held::Distinct(HashMap::new()) }
    }

    /// Counts a key `weight` times.
    pub fn add(&mut self, key: u64, weight: u64) {
        match &mut self.held {
            Held::Distinct(counts) => {
                *counts.entry(key).or_default() += weight;
                if counts.len() > self.most && self.known + STEP < BITS {
                    self.spill();
                }
            }
            Held::Leading(pages) => count_leading(pages, self.known, key, weight),
        }
    }

    /// The distinct keys with their counts in ascending order, if they were few enough to be kept.
    pub fn distinct(&self) -> Option<Vec<(u64, u64)>> {
        let Held::Distinct(counts) = &self.held else { return None };
        let mut counts: Vec<(u64, u64)> =
            counts.iter().map(|(&key, &count)| (key, count)).collect();
        counts.sort_unstable();
        Some(counts)
    }

    /// How many distinct keys there are, if they were few enough to be kept.
    pub fn distinct_keys(&self) -> Option<usize> {
        match &self.held {
            Held::Distinct(counts) => Some(counts.len()),
            Held::Leading(_) => None,
        }
    }

    /// Where the keys of ascending `ranks` (from 0) are; `prefix` is what all keys share.
    /// None when there are fewer keys than that.
    pub fn places(&self, prefix: u64, ranks: &[u64]) -> Option<Vec<Place>> {
        match self.distinct() {
            Some(counts) => {
                find(&counts, ranks).map(|found| found.map(|(key, _)| Place::Known(key))).collect()
            }
            None => {
                let known = self.known + STEP;
                let place = |(bucket, rank): (u64, u64)| Place::Among {
                    prefix: prefix | bucket << (BITS - known),
                    known,
                    rank,
                };
                find(&self.leading(), ranks).map(|found| found.map(place)).collect()
            }
        }
    }

    fn spill(&mut self) {
        let Held::Distinct(counts) = &mut self.held else { return };
        let mut pages = vec![None; (1 << STEP) / PAGE];
        for (&key, &weight) in counts.iter() {
            count_leading(&mut pages, self.known, key, weight);
        }
        self.held = Held::Leading(pages);
    }

    /// The buckets that hold keys, ascending, with their counts.
    fn leading(&self) -> Vec<(u64, u64)> {
        let Held::Leading(pages) = &self.held else { return Vec::new() };
        let slots = |(page, slots): (usize, &Option<Box<[u64; PAGE]>>)| {
            let slots = slots.as_deref().copied().unwrap_or([0; PAGE]);
            slots
                .into_iter()
                .enumerate()
                .map(move |(slot, count)| ((page * PAGE + slot) as u64, count))
        };
        pages
            .iter()
            .enumerate()
            .filter(|(_, page)| page.is_some())
            .flat_map(slots)
            .filter(|(_, n)| *n > 0)
            .collect()
    }
}

/// For every ascending rank the entry that holds it, and the rank within that entry.
fn find<'a>(
    counts: &'a [(u64, u64)],
    ranks: &'a [u64],
) -> impl Iterator<Item = Option<(u64, u64)>> + 'a {
    let (mut at, mut before) = (0, 0);
    ranks.iter().map(move |&rank| {
        while before + counts.get(at)?.1 <= rank {
            before += counts[at].1;
            at += 1;
        }
        Some((counts[at].0, rank - before))
    })
}

fn count_leading(pages: &mut [Option<Box<[u64; PAGE]>>], known: u32, key: u64, weight: u64) {
    let bucket = ((key << known) >> (BITS - STEP)) as usize;
    pages[bucket / PAGE].get_or_insert_with(|| Box::new([0; PAGE]))[bucket % PAGE] += weight;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_their_numbers() {
        let numbers =
            [f64::MIN, -1.5, -1e-310, 0.0, 5e-324, 1.0, 1.000_000_000_000_000_2, f64::MAX];
        assert!(numbers.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        assert!(numbers.iter().all(|&number| value(key(number)) == number));
    }

    /// Reads `keys` again and again, as few as four times, until the key of every rank is known.
    fn order_statistics(keys: &[u64], ranks: &[u64], most: usize) -> (Vec<u64>, usize) {
        let (mut found, mut readings) = (Vec::new(), 0);
        for &rank in ranks {
            let (mut counts, mut prefix, mut known, mut rank) =
                (Counts::new(0, most), 0, 0u32, rank);
            let mut here = 0;
            loop {
                let shares =
                    |key: &u64| known == 0 || key >> (BITS - known) == prefix >> (BITS - known);
                keys.iter().copied().filter(shares).for_each(|key| counts.add(key, 1));
                here += 1;
                match counts.places(prefix, &[rank]).unwrap()[0] {
                    Place::Known(key) => break found.push(key),
                    Place::Among { prefix: p, known: k, rank: r } => {
                        (prefix, known, rank) = (p, k, r)
                    }
                }
                counts = Counts::new(known, most);
            }
            readings = readings.max(here);
        }
        (found, readings)
    }

    #[test]
    fn every_rank_is_found_exactly() {
        let mut state = 7u64;
        let mut keys: Vec<u64> = (0..3000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Values that share most of their leading bits, so that all four readings are
                // needed.
                key(1.0 + (state >> 52) as f64 * f64::EPSILON)
            })
            .collect();
        let ranks = [0, 1, 749, 750, 1500, 2998, 2999];
        let (found, readings) = order_statistics(&keys, &ranks, 8);
        keys.sort_unstable();
        assert_eq!(found, ranks.map(|rank| keys[rank as usize]));
        assert_eq!(readings, 4);
        assert_eq!(order_statistics(&keys, &ranks, 5000), (found, 1));
    }
}
