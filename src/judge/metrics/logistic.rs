//! Logistic regression, the learner that sees means and missing rates.
//!
//! The model is scikit-learn's default (L2 penalty, C = 1, free intercept) on imputed, standardised
//! features.
//! Newton's method with nalgebra's Cholesky factor reaches its only optimum in a few steps, to the
//! last digits.
//! Two crates were considered.
//! `linfa-logistic` would bring `argmin` and a second array library.
//! `smartcore` fits the same model, but would bring seven crates for one function, and gives no
//! probabilities.

use super::standardise::Standardiser;
use ground::matrix::Matrix;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Newton steps at most. Usually fewer than ten are needed.
const MOST_STEPS: usize = 100;
/// Stops when another step would lower the loss by less than this per row.
const TOLERANCE: f64 = 1e-14;

/// A fitted model.
#[derive(Clone, Debug)]
pub struct LogisticRegression {
    standardiser: Standardiser,
    /// One per feature, then the intercept.
    weights: DVector<f64>,
}

impl LogisticRegression {
    /// Learns targets `y` (n, each 0 or 1) from `x` (`n x d`, missing as NaN): the minimum of
    /// `|w|² / 2 + c sum ln(1 + exp f) - y f`.
    ///
    /// Where `y` has one class all predictions are that class; without rows they are NaN.
    /// Panics unless there is one target per row.
    pub fn fit(x: &Matrix, y: &[f64], c: f64) -> Self {
        assert_eq!(y.len(), x.rows(), "{} targets for {} rows", y.len(), x.rows());
        let standardiser = Standardiser::new(x);
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let mut weights = DVector::zeros(standardiser.features() + 1);
        weights[standardiser.features()] = (mean / (1.0 - mean)).ln();
        if mean > 0.0 && mean < 1.0 {
            Problem {
                x: with_intercept(&standardiser.apply(x)),
                y: DVector::from_column_slice(y),
                c,
            }
            .solve(&mut weights);
        }
        Self { standardiser, weights }
    }

    /// Probability of 1 for every row of `x`, whose columns are those of the fit.
    pub fn predict(&self, x: &Matrix) -> Vec<f64> {
        let features = self.standardiser.apply(x);
        let (weights, intercept) = self.weights.as_slice().split_at(self.standardiser.features());
        let log_odds = |row| {
            features.row(row).iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() + intercept[0]
        };
        (0..x.rows()).map(|row| sigmoid(log_odds(row))).collect()
    }
}

/// `1 / (1 + exp -f)`, the probability at the log odds f.
pub(super) fn sigmoid(f: f64) -> f64 {
    1.0 / (1.0 + (-f).exp())
}

/// `ln(1 + exp f)` without overflow.
fn softplus(f: f64) -> f64 {
    f.max(0.0) + (-f.abs()).exp().ln_1p()
}

fn with_intercept(features: &Matrix) -> DMatrix<f64> {
    let d = features.columns();
    DMatrix::from_fn(
        features.rows(),
        d + 1,
        |row, column| if column < d { features[(row, column)] } else { 1.0 },
    )
}

/// A strictly convex function of the weights, of which the last is the intercept.
struct Problem {
    x: DMatrix<f64>,
    y: DVector<f64>,
    c: f64,
}

impl Problem {
    fn solve(&self, weights: &mut DVector<f64>) {
        let mut loss = self.loss(weights);
        for _ in 0..MOST_STEPS {
            let (gradient, hessian) = self.derivatives(weights);
            let Some(factor) = Cholesky::new(hessian) else { return };
            let step = factor.solve(&gradient);
            let slope = step.dot(&gradient);
            if slope.is_nan() || slope <= TOLERANCE * self.y.len() as f64 {
                return;
            }
            let Some((next, next_loss)) = self.descend(weights, &step, slope, loss) else { return };
            (*weights, loss) = (next, next_loss);
        }
    }

    /// The first of the full step, its half, its quarter and so on that lowers the loss enough.
    /// None when rounding hides the rest of the way.
    fn descend(
        &self,
        from: &DVector<f64>,
        step: &DVector<f64>,
        slope: f64,
        loss: f64,
    ) -> Option<(DVector<f64>, f64)> {
        (0..40).map(|halvings| 0.5f64.powi(halvings)).find_map(|length| {
            let next = from - step * length;
            let next_loss = self.loss(&next);
            (next_loss <= loss - 1e-4 * length * slope).then_some((next, next_loss))
        })
    }

    fn loss(&self, weights: &DVector<f64>) -> f64 {
        let log_odds = &self.x * weights;
        let data: f64 = log_odds.iter().zip(self.y.iter()).map(|(&f, y)| softplus(f) - y * f).sum();
        let penalised = weights.rows(0, weights.len() - 1);
        self.c * data + 0.5 * penalised.norm_squared()
    }

    fn derivatives(&self, weights: &DVector<f64>) -> (DVector<f64>, DMatrix<f64>) {
        let p = (&self.x * weights).map(sigmoid);
        let penalty = |column| if column + 1 < weights.len() { 1.0 } else { 0.0 };
        let mut gradient = self.x.tr_mul(&(&p - &self.y)) * self.c;
        let mut rooted = self.x.clone();
        for (mut row, &p) in rooted.row_iter_mut().zip(p.iter()) {
            row *= (self.c * p * (1.0 - p)).sqrt();
        }
        let mut hessian = rooted.transpose() * &rooted;
        for column in 0..weights.len() {
            gradient[column] += penalty(column) * weights[column];
            hessian[(column, column)] += penalty(column);
        }
        (gradient, hessian)
    }
}
