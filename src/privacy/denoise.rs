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

/// Symmetric moments (`d x d`, the diagonal is left out and returned as 0) of which every one bears
/// noise of standard deviation `sd`; at `sd` 0 they are returned as they are.
pub fn denoise(moments: &DMatrix<f64>, sd: f64) -> DMatrix<f64> {
    let mut moments = moments.clone();
    moments.fill_diagonal(0.0);
    if !(sd > 0.0) {
        return moments;
    }
    let mut shared = DMatrix::zeros(moments.nrows(), moments.ncols());
    let mut single = shared.clone();
    for _ in 0..ROUNDS {
        shared = above_the_edge(&(&moments - &single), sd);
        shared.fill_diagonal(0.0);
        single = shrunk(&(&moments - &shared), sd);
    }
    shared + single
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
fn shrunk(moments: &DMatrix<f64>, sd: f64) -> DMatrix<f64> {
    let pairs: Vec<(usize, usize)> =
        (0..moments.nrows()).flat_map(|i| (0..i).map(move |j| (i, j))).collect();
    let ratio = SCALES.1 / SCALES.0;
    let variances: Vec<f64> = std::iter::once(0.0)
        .chain((0..12).map(|k| (SCALES.0 * ratio.powf(f64::from(k) / 11.0)).powi(2)))
        .collect();
    let odds: Vec<Vec<f64>> =
        pairs.iter().map(|pair| likelihoods(moments[*pair], sd * sd, &variances)).collect();
    let shares = mixture(&odds, variances.len());
    let mut shrunk = DMatrix::zeros(moments.nrows(), moments.ncols());
    for ((i, j), odds) in pairs.into_iter().zip(&odds) {
        let (mut sum, mut mean) = (0.0, 0.0);
        for ((odds, share), variance) in odds.iter().zip(&shares).zip(&variances) {
            sum += odds * share;
            mean += odds * share * variance / (variance + sd * sd);
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
