//! Random choices of rows, a function of the seed alone.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// One stream of random numbers.
pub(super) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    /// The stream with this number under a seed.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        // An odd multiplier keeps the streams of one seed, and of neighbouring seeds, apart.
        Self(Xoshiro256PlusPlus::seed_from_u64(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(stream),
        ))
    }

    /// Uniform on [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// `count` different items of a list, in random order; all of them when there are fewer.
    pub(super) fn some(&mut self, list: &[usize], count: usize) -> Vec<usize> {
        let mut items = list.to_vec();
        let count = count.min(items.len());
        for place in 0..count {
            let other = place + self.below(items.len() - place);
            items.swap(place, other);
        }
        items.truncate(count);
        items
    }
}

/// One row of each person, chosen by the seed, ascending.
pub(super) fn one_each(people: &[usize], seed: u64) -> Vec<usize> {
    let all: Vec<usize> = (0..people.len()).collect();
    let mut seen = std::collections::HashSet::new();
    let mut rows = Chance::new(seed, 5000).some(&all, all.len());
    rows.retain(|&row| seen.insert(people[row]));
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_row() {
        let people: Vec<usize> = (0..60).map(|row| row % 12).collect();
        let rows = one_each(&people, 1);
        let mut who: Vec<usize> = rows.iter().map(|&row| people[row]).collect();
        who.sort_unstable();
        assert_eq!(who, (0..12).collect::<Vec<_>>());
        assert!(rows.iter().any(|&row| row >= 12), "not always the first");
    }
}
