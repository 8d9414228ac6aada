//! Which features are missing together.
//! Examples: a questionnaire that was not handed out, an examination that needs another one.

use super::presence::Presence;
use ground::linkage::phi;
use rayon::prelude::*;
use serde::Serialize;

/// Two features and how their missing cells go together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The one that stands first in the table.
    pub first: String,
    /// The other one.
    pub second: String,
    /// Patients with both missing.
    pub both: usize,
    /// Patients with the first one missing.
    pub first_missing: usize,
    /// Patients with the second one missing.
    pub second_missing: usize,
    /// Correlation of the two indicators "is missing", -1 to 1.
    pub phi: f64,
    /// `both` divided by the patients with either missing, 0 to 1.
    pub jaccard: f64,
}

/// The `most` pairs with the largest phi.
/// Pairs that are missing together in only one patient are left out; ties keep the order of the
/// table.
pub fn strongest(presence: &Presence, most: usize) -> Vec<Pair> {
    let missing = presence.per_feature();
    let patients = presence.patients;
    let of_first = |first: usize| {
        let pair = |second: usize| {
            let both = presence.both(first, second);
            let phi = phi(both, missing[first], missing[second], patients).filter(|_| both > 1)?;
            Some((phi, both, first, second))
        };
        let mut pairs: Vec<(f64, usize, usize, usize)> =
            (first + 1..missing.len()).filter_map(pair).collect();
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
