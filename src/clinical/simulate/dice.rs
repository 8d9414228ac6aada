//! Random numbers of the stand-in cohort, the same on every machine: only sums and products of
//! exact fractions make them.
//!
//! No logarithm, exponential or cosine of the system's library is used, because these differ in
//! their last bit between platforms.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// One stream of random numbers under a seed.
#[derive(Clone, Debug)]
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Stream number `stream` of `seed`; streams do not overlap in practice.
    pub(super) fn new(seed: u64, stream: usize) -> Self {
        let mut root = Xoshiro256PlusPlus::seed_from_u64(seed);
        let key = (0..=stream).map(|_| root.next_u64()).last().unwrap_or_default();
        Self(Xoshiro256PlusPlus::seed_from_u64(key))
    }

    /// Uniform on [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both possible.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// About standard normal: the sum of twelve uniform numbers, less its mean of 6.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A position in `weights`, in proportion to them.
    pub(super) fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        let past = |weight: &f64| {
            left -= weight;
            left < 0.0
        };
        weights.iter().position(past).unwrap_or(weights.len() - 1)
    }

    /// Puts a list into a random order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }

    /// `count` different numbers below `end`, in random order.
    pub(super) fn some_of(&mut self, end: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..end).collect();
        self.shuffle(&mut all);
        all.truncate(count);
        all
    }
}

/// About e^x for |x| < 5, by (1 + x/4096)^4096: twelve squarings, the same bits everywhere.
pub(super) fn grow(x: f64) -> f64 {
    (0..12).fold(1.0 + x / 4096.0, |power, _| power * power)
}

/// How many of the ascending `cuts` lie below `x`: the level of a latent value.
pub(super) fn level(x: f64, cuts: &[f64]) -> f64 {
    cuts.iter().filter(|cut| **cut < x).count() as f64
}

/// The positions of `scores` from the lowest to the highest.
pub(super) fn ascending(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The version of the random generator is fixed: a new version must not change the cohort
    /// unnoticed.
    #[test]
    fn a_seed_gives_these_numbers_everywhere() {
        let mut dice = Dice::new(1, 0);
        let words: Vec<usize> = (0..4).map(|_| dice.below(1_000_000)).collect();
        assert_eq!(words, [148_360, 89_243, 875_530, 915_529]);
    }

    #[test]
    fn the_distributions_have_their_moments() {
        let mut dice = Dice::new(7, 3);
        let normal: Vec<f64> = (0..20_000).map(|_| dice.normal()).collect();
        let mean = normal.iter().sum::<f64>() / 20_000.0;
        let variance = normal.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04, "{mean} {variance}");
        let picked = (0..20_000).filter(|_| dice.pick(&[1.0, 3.0]) == 1).count();
        assert!((14_500..15_500).contains(&picked), "{picked}");
        let mut list: Vec<usize> = (0..50).collect();
        dice.shuffle(&mut list);
        assert!(list != (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn growth_is_nearly_exponential() {
        for x in [-4.0, -1.0, -0.1, 0.0, 0.5, 2.0, 4.0f64] {
            assert!((grow(x) / x.exp() - 1.0).abs() < 3e-3, "{x}");
        }
    }
}
