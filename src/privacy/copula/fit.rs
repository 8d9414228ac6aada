//! The latents' correlations, by comparing moments of drawn patients with the released ones.

use super::latent::Latent;
use super::{draw, lower};
use crate::coordinates::Aspect;
use crate::correlation::nearest;
use crate::denoise::{denoise, restored};
use crate::margins::Margins;
use crate::mechanism::Moments;
use nalgebra::DMatrix;
use rand::rngs::Xoshiro256PlusPlus;

/// Latent patients.
const PATIENTS: usize = 3000;

/// Steps and their length, first towards moments without noise, then towards the same with their
/// strength restored.
const STEPS: [&[(usize, f64)]; 2] = [&[(36, 0.8)], &[(12, 0.8), (16, 0.4)]];

/// Least standard deviation that the difference of two moments is divided by, squared.
const LEAST_SCALE: f64 = 0.15;

/// Largest correlation of two latents.
const MOST: f64 = 0.995;

/// Nothing is clipped at that norm.
const MOST_NORM: f64 = 1e6;

/// The correlation matrix (`d x d`, definite) of the latents, whose shifts of levels are set on the
/// way.
pub(super) fn correlations(
    moments: &Moments,
    margins: &Margins,
    latent: &mut Latent,
    rng: &mut Xoshiro256PlusPlus,
) -> DMatrix<f64> {
    let width = latent.width();
    let entries = latent.coordinates.entries();
    let column: Vec<usize> = entries.iter().map(|entry| entry.column).collect();
    let levels: Vec<bool> =
        entries.iter().map(|entry| matches!(entry.aspect, Aspect::Level(_))).collect();
    let norm = if moments.norm > 0.0 { moments.norm.min(MOST_NORM) } else { MOST_NORM };
    let weights: Vec<f64> = entries.iter().map(|entry| entry.weight).collect();
    let released = released(moments, margins.patients, norm, &column);
    let noise = noise(moments, margins);
    let mut target = denoise(&even(released.clone(), &weights), noise, &weights);
    let white = whitened(draw(&DMatrix::identity(width, width), PATIENTS, rng));
    let mut correlations = DMatrix::identity(width, width);
    for (turn, steps) in STEPS.into_iter().enumerate() {
        let lengths = steps.iter().flat_map(|(steps, length)| std::iter::repeat_n(length, *steps));
        for length in lengths {
            let drawn = even(drawn(latent, margins, &correlations, &white, norm), &weights);
            let step = DMatrix::from_fn(width, width, |i, j| {
                let scale = (drawn[(i, i)] * drawn[(j, j)]).sqrt().max(LEAST_SCALE);
                length * (target[(i, j)] - drawn[(i, j)]) / scale
            });
            correlations = stepped(correlations, &step, (&column, &levels));
        }
        if turn == 0 {
            let fitted = drawn(latent, margins, &correlations, &white, norm);
            let noisy = DMatrix::from_fn(width, width, |i, j| match column[i] == column[j] {
                true => fitted[(i, j)],
                false => released[(i, j)],
            });
            target = even(restored(&fitted, &noisy, noise), &weights);
        }
    }
    correlations
}

/// The moments of patients drawn with these correlations, after the shifts of their levels moved
/// towards the margins.
fn drawn(
    latent: &mut Latent,
    margins: &Margins,
    correlations: &DMatrix<f64>,
    white: &DMatrix<f64>,
    norm: f64,
) -> DMatrix<f64> {
    let latents = lower(correlations) * white;
    latent.fit_levels(&latents, &[1.0; PATIENTS], margins);
    latent.fit_ranks(&latents, &[1.0; PATIENTS], false);
    moments_of(latent, &latents, norm)
}

/// The nearest correlations after a step, of coordinates with their columns and whether they are
/// levels.
fn stepped(
    mut correlations: DMatrix<f64>,
    step: &DMatrix<f64>,
    (column, levels): (&[usize], &[bool]),
) -> DMatrix<f64> {
    let width = column.len();
    for (i, j) in (0..width).flat_map(|i| (0..width).map(move |j| (i, j))) {
        let next = (correlations[(i, j)] + step[(i, j)]).clamp(-MOST, MOST);
        correlations[(i, j)] = match (column[i] == column[j], levels[i] && levels[j]) {
            (false, _) => next,
            // Latents of levels that are free become one; then a trifle decides.
            (true, true) => 0.0,
            // That of *missing* may have to follow the rank: both follow other columns.
            (true, false) => correlations[(i, j)],
        };
    }
    nearest(correlations)
}

/// The moments of coordinates that count alike.
fn even(moments: DMatrix<f64>, weights: &[f64]) -> DMatrix<f64> {
    DMatrix::from_fn(moments.nrows(), moments.ncols(), |i, j| {
        moments[(i, j)] / (weights[i] * weights[j])
    })
}

/// The released moments of a patient as a matrix, but 0 within a column; what no release can hold
/// counts as nothing.
fn released(moments: &Moments, patients: f64, norm: f64, column: &[usize]) -> DMatrix<f64> {
    let width = moments.width;
    assert_eq!(moments.sums.len(), width * (width + 1) / 2, "the upper triangle of the moments");
    let mut matrix = DMatrix::zeros(width, width);
    let pairs = (0..width).flat_map(|i| (i..width).map(move |j| (i, j)));
    for ((i, j), sum) in pairs.zip(&moments.sums) {
        if column[i] != column[j] && sum.is_finite() {
            let moment = (sum / patients).clamp(-norm * norm, norm * norm);
            (matrix[(i, j)], matrix[(j, i)]) = (moment, moment);
        }
    }
    matrix
}

/// Standard deviation of the noise of a moment of two columns of weight 1.
fn noise(moments: &Moments, margins: &Margins) -> f64 {
    let noise = moments.sd.abs() / std::f64::consts::SQRT_2 / margins.patients;
    if noise.is_nan() { MOST_NORM } else { noise.min(MOST_NORM) }
}

/// Latent patients (by columns) turned and scaled so that they are uncorrelated without error.
fn whitened(latents: DMatrix<f64>) -> DMatrix<f64> {
    let products = &latents * latents.transpose() / latents.ncols() as f64;
    let root = lower(&products);
    root.solve_lower_triangular(&latents).expect("a factor of a definite matrix has an inverse")
}

/// The second moments of drawn patients' coordinates, clipped to a norm as the mechanism does.
fn moments_of(latent: &Latent, latents: &DMatrix<f64>, norm: f64) -> DMatrix<f64> {
    let mut coordinates = DMatrix::zeros(latents.nrows(), latents.ncols());
    for (g, mut to) in latents.column_iter().zip(coordinates.column_iter_mut()) {
        latent.write(g.as_slice(), to.as_mut_slice());
        let length = to.norm();
        if length > norm {
            to *= norm / length;
        }
    }
    &coordinates * coordinates.transpose() / latents.ncols() as f64
}
