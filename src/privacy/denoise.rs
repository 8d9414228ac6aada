//! Second moments without most of their noise.
//!
//! Two kinds of structure stand out of independent noise: directions that many columns share, and
//! single pairs.
//! What one leaves is looked through for the other, in turn.

use crate::correlation::mapped;
use nalgebra::DMatrix;

/// Turns of the two.
const ROUNDS: usize = 6;

/// Standard deviations of the true moments that a mixture is made of: 0, and 12 of equal ratios
/// between these.
const SCALES: (f64, f64) = (0.01, 1.0);

/// Steps of the expectation-maximisation that finds the mixture's shares.
const STEPS: usize = 60;

/// Symmetric moments (`d x d`, the diagonal is left out and returned as 0) of which that of i and j
/// bears noise of standard deviation `sd / (weights[i] weights[j])`; at `sd` 0 they are returned as
/// they are.
pub fn denoise(moments: &DMatrix<f64>, sd: f64, weights: &[f64]) -> DMatrix<f64> {
    let mut moments = moments.clone();
    moments.fill_diagonal(0.0);
    if sd.is_nan() || sd <= 0.0 {
        return moments;
    }
    let mut shared = DMatrix::zeros(moments.nrows(), moments.ncols());
    let mut single = shared.clone();
    for _ in 0..ROUNDS {
        // Noise of one width shows its edge best.
        let even = times(&(&moments - &single), weights, |product| product);
        shared = times(&above_the_edge(&even, sd), weights, |product| 1.0 / product);
        shared.fill_diagonal(0.0);
        single = shrunk(&(&moments - &shared), sd, weights);
    }
    shared + single
}

/// Every number times a function of the product of the weights of its row and its column.
fn times(moments: &DMatrix<f64>, weights: &[f64], of: impl Fn(f64) -> f64) -> DMatrix<f64> {
    DMatrix::from_fn(moments.nrows(), moments.ncols(), |i, j| {
        moments[(i, j)] * of(weights[i] * weights[j])
    })
}

/// Eigenvalues beyond the edge e of those of pure noise, `2 sd sqrt(d)`, become
/// `sqrt(value^2 - e^2)`, which is best in the Frobenius norm; the others become 0.
///
/// Gavish and Donoho 2017, for symmetric noise.
fn above_the_edge(moments: &DMatrix<f64>, sd: f64) -> DMatrix<f64> {
    let edge = 2.0 * sd * (moments.nrows() as f64).sqrt();
    mapped(moments, |value| {
        let kept = (value * value - edge * edge).max(0.0).sqrt();
        kept.copysign(value)
    })
}

/// Posterior means of the pairs, whose prior is a mixture of normals about 0 fitted to all of them
/// (adaptive shrinkage, Stephens 2017).
fn shrunk(moments: &DMatrix<f64>, sd: f64, weights: &[f64]) -> DMatrix<f64> {
    let pairs: Vec<(usize, usize)> =
        (0..moments.nrows()).flat_map(|i| (0..i).map(move |j| (i, j))).collect();
    let ratio = SCALES.1 / SCALES.0;
    let variances: Vec<f64> = std::iter::once(0.0)
        .chain((0..12).map(|k| (SCALES.0 * ratio.powf(f64::from(k) / 11.0)).powi(2)))
        .collect();
    let noise = |(i, j): (usize, usize)| (sd / (weights[i] * weights[j])).powi(2);
    let odds: Vec<Vec<f64>> =
        pairs.iter().map(|pair| likelihoods(moments[*pair], noise(*pair), &variances)).collect();
    let shares = mixture(&odds, variances.len());
    let mut shrunk = DMatrix::zeros(moments.nrows(), moments.ncols());
    for ((i, j), odds) in pairs.into_iter().zip(&odds) {
        let (mut sum, mut mean) = (0.0, 0.0);
        for ((odds, share), variance) in odds.iter().zip(&shares).zip(&variances) {
            sum += odds * share;
            mean += odds * share * variance / (variance + noise((i, j)));
        }
        let value = moments[(i, j)] * mean / sum;
        (shrunk[(i, j)], shrunk[(j, i)]) = (value, value);
    }
    shrunk
}

/// Of a noisy moment under each part of the mixture, up to a factor; the largest is 1.
fn likelihoods(moment: f64, noise: f64, variances: &[f64]) -> Vec<f64> {
    let log = |variance: &f64| {
        let variance = variance + noise;
        -0.5 * (variance.ln() + moment * moment / variance)
    };
    let logs: Vec<f64> = variances.iter().map(log).collect();
    let most = logs.iter().fold(f64::NEG_INFINITY, |most, log| most.max(*log));
    logs.into_iter().map(|log| (log - most).exp()).collect()
}

/// Shares of the mixture's parts that make the pairs most likely.
fn mixture(odds: &[Vec<f64>], parts: usize) -> Vec<f64> {
    let mut shares = vec![1.0 / parts as f64; parts];
    for _ in 0..STEPS {
        let mut next = vec![0.0; parts];
        for odds in odds {
            let sum: f64 = odds.iter().zip(&shares).map(|(odds, share)| odds * share).sum();
            for ((next, odds), share) in next.iter_mut().zip(odds).zip(&shares) {
                *next += odds * share / sum / parts as f64;
            }
        }
        let sum: f64 = next.iter().sum();
        if sum > 0.0 {
            shares = next.into_iter().map(|share| share / sum).collect();
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shared direction and a strong pair (2, 9), with noise of standard deviation .1.
    fn noisy() -> DMatrix<f64> {
        DMatrix::from_fn(12, 12, |i, j| {
            let (low, high) = (i.min(j) as f64, i.max(j) as f64);
            let noise = (17.0 * low + 5.0 * high * high).sin() * 0.1 * std::f64::consts::SQRT_2;
            noise + truth(i, j)
        })
    }

    fn truth(i: usize, j: usize) -> f64 {
        if i.min(j) == 2 && i.max(j) == 9 {
            return 0.9;
        }
        0.5 * (i as f64 + 1.0).sin() * (j as f64 + 1.0).sin()
    }

    #[test]
    fn it_does_what_the_prototype_does() {
        // Figures of an implementation in numpy with as many steps.
        let denoised = denoise(&noisy(), 0.1, &[1.0; 12]);
        for ((i, j), expected) in [
            ((2, 9), 0.7783328026864593),
            ((0, 1), 0.2631168614749361),
            ((7, 4), -0.5517162406131614),
        ] {
            let found = denoised[(i, j)];
            assert!((found - expected).abs() < 1e-9, "({i}, {j}): {found} is not {expected}");
            assert_eq!(found, denoised[(j, i)]);
        }
        assert!((denoised.norm() - 2.860612753788692).abs() < 1e-9);
    }

    #[test]
    fn less_noise_is_left_than_there_was() {
        let error = |moments: DMatrix<f64>| {
            let of = |i, j| if i == j { 0.0 } else { moments[(i, j)] - truth(i, j) };
            DMatrix::from_fn(12, 12, of).norm()
        };
        assert!(error(denoise(&noisy(), 0.1, &[1.0; 12])) < 0.85 * error(noisy()));
    }

    /// Where a weight makes noise narrower, more of what was seen is believed.
    #[test]
    fn moments_with_less_noise_are_shrunk_less() {
        let mut weights = [1.0; 12];
        weights[2] = 5.0;
        // What 2 has with the others is like nothing else.
        let truth = |i: usize, j: usize| match i == 2 || j == 2 {
            true => 0.25 * (3.7 * (i + j) as f64).sin(),
            false => truth(i, j),
        };
        let noise = noisy() - DMatrix::from_fn(12, 12, super::tests::truth);
        let noisy =
            DMatrix::from_fn(12, 12, |i, j| truth(i, j) + noise[(i, j)] / weights[i] / weights[j]);
        let error = |weights: &[f64]| {
            let denoised = denoise(&noisy, 0.1, weights);
            let of = |j: usize| if j == 2 { 0.0 } else { denoised[(2, j)] - truth(2, j) };
            (0..12).map(|j| of(j).powi(2)).sum::<f64>().sqrt()
        };
        let (known, unknown) = (error(&weights), error(&[1.0; 12]));
        assert!(known < 0.7 * unknown, "{known} {unknown}");
    }

    #[test]
    fn without_noise_nothing_changes_and_of_pure_noise_little_is_left() {
        assert_eq!(denoise(&noisy(), 0.0, &[1.0; 12])[(2, 9)], noisy()[(2, 9)]);
        let noise = noisy() - DMatrix::from_fn(12, 12, truth);
        assert!(denoise(&noise, 0.1, &[1.0; 12]).norm() < 0.5 * noise.norm());
    }
}
