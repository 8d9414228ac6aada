//! From a latent to the rank among the cells that are there.
//!
//! A latent may be correlated with that of *missing* of its own column, and patients are kept by
//! their number of missing cells: among those left its ranks are no longer even.

use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;

/// Parts of equal share that the ranks are told by.
const PARTS: usize = 32;

/// A monotone map of the distribution function of a latent to ranks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ranks {
    /// Where the ranks 0, 1/32, ... 1 lie; empty: they are themselves.
    knots: Vec<f64>,
}

impl Ranks {
    /// Of a latent without a column of its own.
    pub(super) fn even() -> Self {
        Self { knots: Vec::new() }
    }

    /// Of the latents of some patients with weights; even where there are too few to tell.
    pub(super) fn of(patients: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut patients: Vec<(f64, f64)> =
            patients.map(|(g, weight)| (below(g), weight)).collect();
        if patients.len() < 2 * PARTS {
            return Self::even();
        }
        patients.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = patients.iter().map(|(_, weight)| weight).sum();
        let (mut knots, mut sum) = (vec![0.0], 0.0);
        for (at, weight) in patients {
            sum += weight;
            while knots.len() < PARTS && sum >= total * knots.len() as f64 / PARTS as f64 {
                knots.push(at);
            }
        }
        knots.resize(PARTS + 1, 1.0);
        Self { knots }
    }

    /// Whether there are knots for all parts, or none.
    pub(super) fn are_whole(&self) -> bool {
        self.knots.is_empty() || self.knots.len() == PARTS + 1
    }

    /// The rank of a latent, from 0 to 1.
    pub(super) fn rank(&self, g: f64) -> f64 {
        let at = below(g);
        if self.knots.is_empty() {
            return at;
        }
        let part = self.knots.partition_point(|knot| *knot <= at).clamp(1, PARTS) - 1;
        let (low, high) = (self.knots[part], self.knots[part + 1]);
        let within = if high > low { (at - low) / (high - low) } else { 0.5 };
        ((part as f64 + within) / PARTS as f64).clamp(0.0, 1.0)
    }
}

/// The share of a standard normal below a number.
pub(super) fn below(g: f64) -> f64 {
    0.5 * erfc(-g / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_the_patients_that_they_were_fitted_to_are_even() {
        let latent = |k: usize| ((k * 7919 % 1000) as f64 / 1000.0).powi(2) * 4.0 - 1.0;
        let weight = |k: usize| if latent(k) > 1.0 { 3.0 } else { 1.0 };
        let ranks = Ranks::of((0..1000).map(|k| (latent(k), weight(k))));
        let total: f64 = (0..1000).map(weight).sum();
        for wanted in [0.1, 0.5, 0.9] {
            let below = (0..1000).filter(|k| ranks.rank(latent(*k)) < wanted).map(weight);
            // A part of 1/32 may be unevenly filled within.
            assert!((below.sum::<f64>() / total - wanted).abs() < 0.5 / 32.0, "{wanted}");
        }
    }

    #[test]
    fn they_are_monotone_from_0_to_1() {
        let few = Ranks::of([(0.3, 1.0), (0.4, 1.0)].into_iter());
        assert_eq!(few, Ranks::even());
        for ranks in [few, Ranks::of((0..100).map(|k| (f64::from(k % 3), 1.0)))] {
            let found: Vec<f64> = (-90..90).map(|k| ranks.rank(f64::from(k) / 10.0)).collect();
            assert!(found.windows(2).all(|pair| pair[0] <= pair[1]), "{found:?}");
            assert!(found[0] >= 0.0 && found[0] < 1e-9 && found[179] > 1.0 - 1e-9);
        }
    }
}
