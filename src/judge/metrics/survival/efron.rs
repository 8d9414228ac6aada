//! The partial likelihood of Cox's model with Efron's ties, and its derivatives.

use super::Followed;
use ground::matrix::Matrix;
use nalgebra::{DMatrix, DVector};

/// The log partial likelihood at some coefficients.
pub(super) struct Likelihood {
    pub(super) value: f64,
    pub(super) gradient: DVector<f64>,
    /// Minus the second derivatives.
    pub(super) information: DMatrix<f64>,
}

/// Sums over patients with weights w = exp(x b): of w, of w x, and of w x xᵀ (upper half).
struct Sums {
    zeroth: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Sums {
    fn new(features: usize) -> Self {
        Self { zeroth: 0.0, first: vec![0.0; features], second: vec![0.0; features * features] }
    }

    fn add(&mut self, weight: f64, x: &[f64]) {
        let features = x.len();
        self.zeroth += weight;
        for (i, xi) in x.iter().enumerate() {
            let weighted = weight * xi;
            self.first[i] += weighted;
            let row = &mut self.second[i * features + i..(i + 1) * features];
            row.iter_mut().zip(&x[i..]).for_each(|(sum, xj)| *sum += weighted * xj);
        }
    }
}

/// The patients in descending order of time.
pub(super) fn latest_first(followed: &Followed) -> Vec<usize> {
    let mut order: Vec<usize> = (0..followed.patients()).collect();
    order.sort_by(|&a, &b| followed.times[b].total_cmp(&followed.times[a]));
    order
}

/// The likelihood of patients with features `x` (patients x features) and coefficients `b`.
///
/// With R the patients at risk, D the d patients with the event at one of its times, and
/// `phi_l = sum_R w - l/d sum_D w`, it is the sum over these times of
/// `sum_D x b - sum_(l < d) log phi_l` (Efron 1977).
pub(super) fn likelihood(
    followed: &Followed,
    order: &[usize],
    x: &Matrix,
    b: &DVector<f64>,
) -> Likelihood {
    let features = x.columns();
    let dot = |row: &[f64]| row.iter().zip(b.iter()).map(|(x, b)| x * b).sum::<f64>();
    let scores: Vec<f64> = (0..x.rows()).map(|patient| dot(x.row(patient))).collect();
    // Only the ratios of weights count.
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut risk = Sums::new(features);
    let mut total = Likelihood {
        value: 0.0,
        gradient: DVector::zeros(features),
        information: DMatrix::zeros(features, features),
    };
    for same in order.chunk_by(|&a, &b| followed.times[a] == followed.times[b]) {
        let mut ties = Sums::new(features);
        let mut deaths = 0;
        for &patient in same {
            let (score, row) = (scores[patient] - highest, x.row(patient));
            risk.add(score.exp(), row);
            if followed.events[patient] {
                ties.add(score.exp(), row);
                deaths += 1;
                total.value += score;
                total.gradient.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
        }
        if deaths > 0 {
            total.add(&risk, &ties, deaths);
        }
    }
    total.information.fill_lower_triangle_with_upper_triangle();
    total
}

impl Likelihood {
    /// Adds the denominators of one time.
    fn add(&mut self, risk: &Sums, ties: &Sums, deaths: usize) {
        let features = risk.first.len();
        // Sums over l of l/d to the power k over phi, and over phi squared.
        let (mut once, mut twice) = ([0.0; 2], [0.0; 3]);
        for l in 0..deaths {
            let part = l as f64 / deaths as f64;
            let phi = risk.zeroth - part * ties.zeroth;
            self.value -= phi.ln();
            (0..2).for_each(|k| once[k] += part.powi(k as i32) / phi);
            (0..3).for_each(|k| twice[k] += part.powi(k as i32) / (phi * phi));
        }
        for i in 0..features {
            let (ri, ti) = (risk.first[i], ties.first[i]);
            self.gradient[i] -= once[0] * ri - once[1] * ti;
            for j in i..features {
                let (rj, tj) = (risk.first[j], ties.first[j]);
                let place = i * features + j;
                let second = once[0] * risk.second[place] - once[1] * ties.second[place];
                let outer =
                    twice[0] * ri * rj - twice[1] * (ri * tj + ti * rj) + twice[2] * ti * tj;
                self.information[(i, j)] += second - outer;
            }
        }
    }
}
