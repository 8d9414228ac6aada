//! Which features are missing together: a questionnaire that was not handed out, an examination that needs another one.

use super::presence::Presence;
use rayon::prelude::*;
use serde::Serialize;

/// Two features and how their missing cells go together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The one that stands first in the table.
    pub first: String,
    /// The other one.
    pub second: String,
    /// Patients of whom both are missing.
    pub both: usize,
    /// Patients of whom the first one is missing.
    pub first_missing: usize,
    /// Patients of whom the second one is missing.
    pub second_missing: usize,
    /// Correlation of the two indicators "is missing", -1 to 1.
    pub phi: f64,
    /// `both` by the patients of whom either is missing, 0 to 1.
    pub jaccard: f64,
}

/// phi = (n11 n00 - n10 n01) / sqrt(n1. n0. n.1 n.0), from both, each and all patients; none where a feature is missing of nobody or of everybody.
pub fn phi(both: usize, first: usize, second: usize, patients: usize) -> Option<f64> {
    let [both, first, second, patients] = [both, first, second, patients].map(|count| count as f64);
    // n11 n00 - n10 n01 is n11 n - n1. n.1.
    let spread = first * (patients - first) * second * (patients - second);
    (spread > 0.0).then(|| (both * patients - first * second) / spread.sqrt())
}

/// The `most` pairs with the largest phi, of those that are missing together in more patients than one; ties in the order of the table.
pub fn strongest(presence: &Presence, most: usize) -> Vec<Pair> {
    let missing = presence.per_feature();
    let patients = presence.patients;
    let of_first = |first: usize| {
        let pair = |second: usize| {
            let both = presence.both(first, second);
            let phi = phi(both, missing[first], missing[second], patients).filter(|_| both > 1)?;
            Some((phi, both, first, second))
        };
        let mut pairs: Vec<(f64, usize, usize, usize)> = (first + 1..missing.len()).filter_map(pair).collect();
        keep_largest(&mut pairs, most);
        pairs
    };
    let mut pairs: Vec<_> = (0..missing.len()).into_par_iter().flat_map_iter(of_first).collect();
    keep_largest(&mut pairs, most);
    let describe = |(phi, both, first, second): (f64, usize, usize, usize)| Pair {
        first: presence.names[first].clone(),
        second: presence.names[second].clone(),
        both,
        first_missing: missing[first],
        second_missing: missing[second],
        phi,
        jaccard: both as f64 / (missing[first] + missing[second] - both) as f64,
    };
    pairs.into_iter().map(describe).collect()
}

fn keep_largest(pairs: &mut Vec<(f64, usize, usize, usize)>, most: usize) {
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.2, a.3).cmp(&(b.2, b.3))));
    pairs.truncate(most);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phi_is_the_correlation_of_two_indicators() {
        // numpy.corrcoef([1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 0, 1, 0, 0, 0, 0])[0, 1]
        assert!((phi(2, 3, 3, 8).unwrap() - 0.466_666_666_666_666_7).abs() < 1e-15);
        assert_eq!(phi(3, 3, 3, 8), Some(1.0));
        assert_eq!((phi(0, 0, 3, 8), phi(3, 8, 3, 8)), (None, None));
        assert!((phi(0, 4, 4, 8).unwrap() + 1.0).abs() < 1e-15);
    }
}
