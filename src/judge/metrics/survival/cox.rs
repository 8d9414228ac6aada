//! Proportional hazards (Cox 1972): log hazard ratios by Newton's method, ties as by Efron.

use super::efron::{Likelihood, latest_first, likelihood};
use super::{Followed, NORMAL_975};
use ground::matrix::Matrix;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Newton steps at most. Usually fewer than ten are needed.
const MOST_STEPS: usize = 60;
/// A step that is expected to raise the log likelihood by less than this is the last one.
const TOLERANCE: f64 = 1e-12;
/// A feature is one that others make where so little of its information is left beside theirs.
const DEPENDENT: f64 = 1e-9;
/// A coefficient has no bound where its information falls to this part of what it was at 0.
const SEPARATED: f64 = 1e-5;

/// A fitted model of the features of patients.
#[derive(Clone, Debug, PartialEq)]
pub struct Cox {
    /// Log hazard ratios, one per feature.
    pub coefficients: Vec<f64>,
    /// Their standard errors, from the inverse of the information.
    pub errors: Vec<f64>,
    /// The log partial likelihood at the coefficients.
    pub log_likelihood: f64,
    /// The same where all coefficients are 0.
    pub null_log_likelihood: f64,
}

/// Why there is no estimate. A feature is given by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoxProblem {
    /// No patient has the event.
    NoEvents,
    /// The feature is constant, or a sum of multiples of those before it.
    Dependent(usize),
    /// The likelihood rises without a bound along the feature: it separates patients with the
    /// event from the others at risk.
    Separated(usize),
    /// Newton's method found no maximum.
    NotConverged,
}

impl Cox {
    /// The 95 % interval of a coefficient (Wald's).
    pub fn interval(&self, feature: usize) -> [f64; 2] {
        [-1.0, 1.0]
            .map(|sign| self.coefficients[feature] + sign * NORMAL_975 * self.errors[feature])
    }
}

/// Estimates the coefficients of features `x` (patients x features, none missing).
///
/// Errors: no event, features that depend on each other, features that separate.
/// Panics unless there is a row per patient.
pub fn cox(followed: &Followed, x: &Matrix) -> Result<Cox, CoxProblem> {
    assert_eq!(x.rows(), followed.patients(), "rows of features and patients");
    if followed.count_events() == 0 {
        return Err(CoxProblem::NoEvents);
    }
    let (order, x) = (latest_first(followed), centred(x));
    let at = |b: &DVector<f64>| likelihood(followed, &order, &x, b);
    let mut b = DVector::zeros(x.columns());
    let null = at(&b);
    if let Some(feature) = dependent(&null.information) {
        return Err(CoxProblem::Dependent(feature));
    }
    let start = null.information.diagonal();
    let null_log_likelihood = null.value;
    let mut now = null;
    for _ in 0..MOST_STEPS {
        let lost = least(&now.information.diagonal().component_div(&start));
        if lost.1 < SEPARATED {
            return Err(CoxProblem::Separated(lost.0));
        }
        let factor = Cholesky::new(now.information.clone()).ok_or(CoxProblem::Separated(lost.0))?;
        let step = factor.solve(&now.gradient);
        let rise = step.dot(&now.gradient);
        let (next, likelihood) =
            ascend(&at, &b, &step, now.value, rise).ok_or(CoxProblem::NotConverged)?;
        (b, now) = (next, likelihood);
        if rise <= TOLERANCE {
            return fitted(b, now, null_log_likelihood);
        }
    }
    Err(CoxProblem::NotConverged)
}

fn fitted(b: DVector<f64>, at: Likelihood, null_log_likelihood: f64) -> Result<Cox, CoxProblem> {
    let covariance = Cholesky::new(at.information).ok_or(CoxProblem::NotConverged)?.inverse();
    let errors = covariance.diagonal().iter().map(|variance| variance.sqrt()).collect();
    let coefficients = b.iter().copied().collect();
    Ok(Cox { coefficients, errors, log_likelihood: at.value, null_log_likelihood })
}

/// The first of the full step, its half, its quarter and so on that does not lower the likelihood
/// by more than rounding does.
fn ascend(
    at: &impl Fn(&DVector<f64>) -> Likelihood,
    from: &DVector<f64>,
    step: &DVector<f64>,
    value: f64,
    rise: f64,
) -> Option<(DVector<f64>, Likelihood)> {
    let rounding = if rise <= 1e-6 { 1e-9 * value.abs() } else { 0.0 };
    (0..30).map(|halvings| 0.5f64.powi(halvings)).find_map(|length| {
        let next = from + step * length;
        let likelihood = at(&next);
        (likelihood.value >= value - rounding).then_some((next, likelihood))
    })
}

/// Features less their means, which changes no coefficient and spares digits.
fn centred(x: &Matrix) -> Matrix {
    let mean = |column| x.column(column).sum::<f64>() / x.rows() as f64;
    let means: Vec<f64> = (0..x.columns()).map(mean).collect();
    Matrix::from_fn(x.rows(), x.columns(), |row, column| x[(row, column)] - means[column])
}

fn least(values: &DVector<f64>) -> (usize, f64) {
    let places = values.iter().copied().enumerate();
    places.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f64::INFINITY))
}

/// The first feature of whose information hardly anything is left beside those before it:
/// elimination by Gauss on the information with a diagonal of ones.
fn dependent(information: &DMatrix<f64>) -> Option<usize> {
    let scale = information.diagonal().map(|value| value.max(0.0).sqrt());
    if let Some(feature) = scale.iter().position(|scale| scale.is_nan() || *scale < 1e-12) {
        return Some(feature);
    }
    let mut rest = DMatrix::from_fn(scale.len(), scale.len(), |i, j| {
        information[(i, j)] / (scale[i] * scale[j])
    });
    for pivot in 0..scale.len() {
        if rest[(pivot, pivot)].is_nan() || rest[(pivot, pivot)] < DEPENDENT {
            return Some(pivot);
        }
        for i in pivot + 1..scale.len() {
            let factor = rest[(i, pivot)] / rest[(pivot, pivot)];
            for j in pivot + 1..scale.len() {
                rest[(i, j)] -= factor * rest[(pivot, j)];
            }
        }
    }
    None
}
