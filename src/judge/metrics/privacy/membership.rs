//! Membership inference by density ratio (DOMIAS, van Breugel et al. 2023): was this patient among
//! the training rows?
//!
//! The attacker scores a row x by `p_synthetic(x) / p_reference(x)`.
//! Where synthetic rows are denser than the population, they remember someone.
//! Both densities are those of nearest neighbours under the mixed distance, `p(x) ~ r(x)^-d`.
//! Here `r` is the geometric mean of the distances to the `K = 5` nearest rows, so that the score
//! is
//!
//! ```text
//! score(x) = sum over k = 1..5 of ln r_k(x; real rows but x) - ln r_k(x; synthetic rows)
//! ```
//!
//! (`d` and constants do not change the order of rows.)
//! The reference is all real rows of the draw except x itself.
//! So a training row and a hold-out row are treated alike, and the area under the curve of a fresh
//! sample is 1/2.
//! An attacker outside has no such reference; this attacker is stronger.

use super::neighbourhood::{KEPT, Near, Neighbourhood};
use super::pair::{Pair, share};
use crate::metrics::auc::Placements;
use ground::quantile::quantile;

/// Added to distances, so that a copy has a finite logarithm.
/// It is far below the distance that one changed digit makes.
pub(super) const NOTHING: f64 = 1e-9;

/// The attacker's scores; higher means "was a training row".
#[derive(Clone, Debug)]
pub(super) struct Scores {
    /// Of the training rows of a draw.
    pub(super) members: Vec<f64>,
    /// Of its hold-out rows.
    pub(super) others: Vec<f64>,
}

/// Scores every real row of a draw.
pub(super) fn scores(near: &Neighbourhood) -> Scores {
    Scores {
        members: near.training.iter().map(score).collect(),
        others: near.holdout.iter().map(score).collect(),
    }
}

fn score(row: &Near) -> f64 {
    let mut real: Vec<f64> = row.training.iter().chain(&row.holdout).copied().collect();
    real.sort_unstable_by(f64::total_cmp);
    let pairs = real[..KEPT]
        .iter()
        .zip(&row.synthetic)
        .filter(|(real, synthetic)| (*real + *synthetic).is_finite());
    pairs.map(|(real, synthetic)| (real + NOTHING).ln() - (synthetic + NOTHING).ln()).sum()
}

/// Area under the curve: the probability that a member scores higher than another row, ties counted
/// half.
/// NaN without one of the two.
pub(super) fn area(scores: &Scores) -> f64 {
    Placements::of(&scores.members, &scores.others).auc()
}

/// Standard error of the area.
pub(super) fn standard_error(scores: &Scores) -> f64 {
    Placements::of(&scores.members, &scores.others).standard_error()
}

/// Share of members, and of others, with scores above the 95 % quantile of the others: what the
/// average over all rows hides (Carlini et al. 2022).
pub(super) fn most_exposed(scores: &Scores) -> Pair {
    let mut others = scores.others.clone();
    others.sort_unstable_by(f64::total_cmp);
    let high = quantile(&others, 0.95);
    if high.is_nan() {
        return Pair { training: f64::NAN, holdout: f64::NAN };
    }
    Pair {
        training: share(&scores.members, |&score| score > high),
        holdout: share(&scores.others, |&score| score > high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_and_its_error_are_those_of_delong() {
        // By hand: members win 3 + 3 + 2 + 2.5 of 12 comparisons; placements 1, 1, 2/3, 5/6 among
        // the others, and 0, 3/8, 0 of the others among members.
        let scores = Scores { members: vec![5.0, 4.0, 2.0, 3.0], others: vec![1.0, 3.0, 1.5] };
        assert!((area(&scores) - 10.5 / 12.0).abs() < 1e-12);
        let members = (2.0 * 0.125f64.powi(2) + (5.0 / 24.0f64).powi(2) + (1.0 / 24.0f64).powi(2))
            / 3.0
            / 4.0;
        let others = (2.0 * 0.125f64.powi(2) + 0.25f64.powi(2)) / 2.0 / 3.0;
        assert!((standard_error(&scores) - (members + others).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn equal_scores_are_worth_half() {
        assert_eq!(area(&Scores { members: vec![1.0; 3], others: vec![1.0; 5] }), 0.5);
        assert!(area(&Scores { members: vec![], others: vec![1.0] }).is_nan());
        assert!(area(&Scores { members: vec![1.0], others: vec![] }).is_nan());
    }

    /// Real rows are those nearest among both, whoever was trained on.
    #[test]
    fn the_real_density_is_that_of_all_real_patients() {
        let row = Near { training: [4.0; KEPT], holdout: [1.0; KEPT], synthetic: [2.0; KEPT] };
        let expected = -(KEPT as f64) * 2.0_f64.ln();
        assert!((score(&row) - expected).abs() < 1e-6, "{}", score(&row));
        let other = Near { training: row.holdout, holdout: row.training, ..row };
        assert_eq!(score(&other), score(&row));
    }
}
