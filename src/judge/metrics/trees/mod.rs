//! Gradient-boosted histogram trees, the learner behind the detection and utility scores.
//! All choices are those of scikit-learn's `HistGradientBoostingClassifier` and
//! `HistGradientBoostingRegressor`, so that a user gets the same scores from a library that is
//! widely trusted.
//!
//! A feature is cut into at most 255 bins by quantiles.
//! A missing value has a bin of its own, and every split learns its side.
//! Trees grow best-first.
//! One model is grown by one thread in one order of sums; folds, targets and tables run side by
//! side, so no score depends on the number of threads.
//! A coded column is a number here, its level's index, as in the library when it is given codes.
//!
//! No crate was found that does this with few dependencies.
//! `forust-ml` bounds the weight of the leaves (the sum of second derivatives) and not the patients
//! in them, which is another model with the logistic loss; it brings a second `rand` and a second
//! `thiserror`.
//! `perpetual` chooses its own number of rounds and is a release candidate.
//! `gbdt` and `smartcore` have no histograms and no missing values, and `linfa-ensemble` has no
//! gradient boosting.

mod bins;
mod grow;
mod histogram;
mod options;
mod split;

pub use options::Options;

use super::logistic::sigmoid;
use bins::Binned;
use ground::matrix::Matrix;
use grow::Tree;
use histogram::Slope;

/// What is learned, and so what a prediction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Targets are 0 or 1 and predictions probabilities of 1; the loss is `ln(1 + exp f) - y f` at
    /// the log odds f.
    Logistic,
    /// Targets and predictions are numbers; the loss is `(f - y)² / 2`.
    Squared,
}

/// A sum of trees, added to one number.
#[derive(Clone, Debug)]
pub struct BoostedTrees {
    objective: Objective,
    baseline: f64,
    trees: Vec<Tree>,
}

impl BoostedTrees {
    /// Learns `y` (n) from `x` (`n x d`, missing as NaN).
    ///
    /// Nothing is random, and nothing depends on the number of threads.
    /// Without rows all predictions are NaN; where `y` is constant all predictions are that
    /// constant.
    /// Panics unless there is one finite target per row, and for options that make no sense.
    pub fn fit(x: &Matrix, y: &[f64], objective: Objective, options: &Options) -> Self {
        assert_eq!(y.len(), x.rows(), "{} targets for {} rows", y.len(), x.rows());
        assert!(y.iter().all(|y| y.is_finite()), "a target that is not a finite number");
        assert!(
            (1..=255).contains(&options.bins),
            "{} bins: a bin's number is one byte",
            options.bins
        );
        assert!(
            options.leaves > 0 && options.least_in_leaf > 0,
            "trees without leaves, or leaves without rows"
        );
        let binned = Binned::new(x, options.bins);
        let baseline = objective.baseline(y);
        let mut raw = vec![baseline; y.len()];
        let mut trees = Vec::with_capacity(options.rounds);
        for _ in 0..options.rounds {
            let slopes: Vec<Slope> =
                raw.iter().zip(y).map(|(&raw, &y)| objective.slope(raw, y)).collect();
            trees.push(Tree::grow(&binned, &slopes, options, &mut raw));
        }
        Self { objective, baseline, trees }
    }

    /// One prediction per row of `x`, whose columns are those of the fit: a probability or a
    /// number.
    ///
    /// Where a value is missing here that was never missing in the fit, it goes to the side of the
    /// majority.
    pub fn predict(&self, x: &Matrix) -> Vec<f64> {
        let raw =
            |row| self.baseline + self.trees.iter().map(|tree| tree.value(x.row(row))).sum::<f64>();
        (0..x.rows()).map(|row| self.objective.response(raw(row))).collect()
    }
}

impl Objective {
    /// The best prediction that is the same for all rows, before its response.
    fn baseline(self, y: &[f64]) -> f64 {
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        match self {
            Self::Logistic => (mean / (1.0 - mean)).ln(),
            Self::Squared => mean,
        }
    }

    /// First and second derivative of the loss of one row.
    fn slope(self, raw: f64, y: f64) -> Slope {
        match self {
            Self::Logistic => {
                let p = sigmoid(raw);
                Slope { gradient: (p - y) as f32, hessian: (p * (1.0 - p)) as f32 }
            }
            Self::Squared => Slope { gradient: (raw - y) as f32, hessian: 1.0 },
        }
    }

    fn response(self, raw: f64) -> f64 {
        match self {
            Self::Logistic => sigmoid(raw),
            Self::Squared => raw,
        }
    }
}
