//! The latents' correlations, by comparing moments of drawn patients with the released ones.

use super::latent::Latent;
use super::{draw, lower};
use crate::correlation::nearest;
use crate::denoise::denoise;
use crate::margins::Margins;
use crate::mechanism::Moments;
use nalgebra::DMatrix;
use rand::rngs::Xoshiro256PlusPlus;

/// Latent patients.
const PATIENTS: usize = 3000;

/// Steps; the first ones are longer.
const STEPS: [(usize, f64); 2] = [(36, 0.8), (24, 0.4)];

/// Least standard deviation that the difference of two moments is divided by, squared.
const LEAST_SCALE: f64 = 0.15;

/// Largest correlation of two latents.
const MOST: f64 = 0.995;

/// Limits of the factor by which the moments are corrected as a whole.
const FACTOR: [f64; 2] = [0.6, 1.6];

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
    let released = released(moments, margins.patients);
    let noise = moments.sd.abs() / std::f64::consts::SQRT_2 / margins.patients;
    let white = whitened(draw(&DMatrix::identity(width, width), PATIENTS, rng));
    let mut correlations = DMatrix::identity(width, width);
    let mut target = None;
    for length in STEPS.iter().flat_map(|(steps, length)| std::iter::repeat_n(*length, *steps)) {
        let latents = lower(&correlations) * &white;
        latent.fit_levels(&latents, &[1.0; PATIENTS], margins);
        latent.fit_ranks(&latents, &[1.0; PATIENTS], false);
        let drawn = moments_of(latent, &latents, moments.norm);
        let target = target.get_or_insert_with(|| {
            let factor = (drawn.trace() / released.trace().max(1e-9)).clamp(FACTOR[0], FACTOR[1]);
            let across = DMatrix::from_fn(width, width, |i, j| {
                if column[i] == column[j] { 0.0 } else { released[(i, j)] * factor }
            });
            denoise(&across, noise * factor)
        });
        for j in 0..width {
            for i in 0..width {
                let scale = (drawn[(i, i)] * drawn[(j, j)]).sqrt().max(LEAST_SCALE);
                let next = correlations[(i, j)] + length * (target[(i, j)] - drawn[(i, j)]) / scale;
                // Within a column nothing was measured that its margin does not tell.
                let across = column[i] != column[j];
                correlations[(i, j)] = if across { next.clamp(-MOST, MOST) } else { 0.0 };
            }
        }
        correlations = nearest(correlations);
    }
    correlations
}

/// The released moments of a patient as a matrix; what no release can hold counts as nothing.
fn released(moments: &Moments, patients: f64) -> DMatrix<f64> {
    let width = moments.width;
    assert_eq!(moments.sums.len(), width * (width + 1) / 2, "the upper triangle of the moments");
    let mut matrix = DMatrix::zeros(width, width);
    let pairs = (0..width).flat_map(|i| (i..width).map(move |j| (i, j)));
    for ((i, j), sum) in pairs.zip(&moments.sums) {
        let most = moments.norm.powi(2);
        let moment = if sum.is_finite() { (sum / patients).clamp(-most, most) } else { 0.0 };
        (matrix[(i, j)], matrix[(j, i)]) = (moment, moment);
    }
    matrix
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
