//! Release 2: the sum of `x x^T` over patients.

use super::discrete_gaussian::discrete_gaussian;
use super::{Entropy, Moments};

/// The largest number of units that make a coordinate of 1.
const FINEST: f64 = 16_384.0;

/// Sums of products of clipped whole coordinates.
pub(super) struct Products {
    width: usize,
    norm: f64,
    /// Units that make a coordinate of 1.
    one: f64,
    /// The largest squared norm of a patient's coordinates, in squared units.
    pub(super) most: i128,
    pub(super) sums: Vec<i128>,
}

impl Products {
    /// Nothing yet: for coordinates of this width, clipped to this norm, and a release at `mu`.
    pub(super) fn new(width: usize, norm: f64, mu: f64) -> Self {
        // The noise of a product is norm^2 / mu.
        let one = super::unit(norm * norm / mu, FINEST * FINEST).sqrt().floor().max(1.0);
        let most = (norm * one).powi(2).floor() as i128;
        Self { width, norm, one, most, sums: vec![0; width * (width + 1) / 2] }
    }

    /// The coordinates in whole units, clipped to the norm.
    /// A coordinate that is no number counts as 0.
    fn clipped(&self, x: &[f64]) -> Vec<i128> {
        let finite = |x: &f64| if x.is_finite() { x.clamp(-1e6, 1e6) } else { 0.0 };
        let norm = x.iter().map(|x| finite(x).powi(2)).sum::<f64>().sqrt() * self.one;
        let shrink = ((self.most as f64).sqrt() / norm).min(1.0) * self.one;
        let whole =
            |shrink: f64| -> Vec<i128> { x.iter().map(|x| (finite(x) * shrink) as i128).collect() };
        let square = |x: &[i128]| x.iter().map(|x| x * x).sum::<i128>();
        // Whole numbers are rounded towards 0, so this turns at most once.
        let (mut shrink, mut clipped) = (shrink, whole(shrink));
        while square(&clipped) > self.most {
            shrink *= 1.0 - 1e-9;
            clipped = whole(shrink);
        }
        clipped
    }

    /// Adds a patient.
    pub(super) fn add(&mut self, x: &[f64]) {
        let x = self.clipped(x);
        let products = (0..x.len()).flat_map(|i| x[i..].iter().map(move |other| (i, other)));
        for (sum, (i, other)) in self.sums.iter_mut().zip(products) {
            *sum += x[i] * other;
        }
    }

    /// Releases the sums at `mu`.
    ///
    /// A patient changes the matrix by `x x^T`, of Frobenius norm `|x|^2`.
    /// Noise of standard deviation s on the diagonal and s / sqrt 2 beside it makes
    /// `sum_i x_i^4 / s^2 + sum_(i<j) x_i^2 x_j^2 / (s^2 / 2) = |x|^4 / s^2`.
    ///
    pub(super) fn release(self, mu: f64, entropy: &mut dyn Entropy) -> Moments {
        let sd = (self.most as f64 / mu).ceil();
        // An even variance has a whole half.
        let half = (sd * sd / 2.0).ceil() as u128;
        let variance = |on_diagonal: bool| if on_diagonal { 2 * half } else { half };
        let diagonal = |at: &usize| self.is_diagonal(*at);
        let noisy = |(at, sum): (usize, &i128)| {
            let noise = discrete_gaussian(entropy, variance(diagonal(&at)));
            (sum + noise) as f64 / (self.one * self.one)
        };
        let sums = self.sums.iter().enumerate().map(noisy).collect();
        let sd = (2.0 * half as f64).sqrt() / (self.one * self.one);
        Moments { width: self.width, sums, sd, norm: self.norm }
    }

    /// How many noisy numbers there are at most, and the least of their variances, for coordinates
    /// of this width and norm or more.
    pub(super) fn noise(width: usize, norm: f64, mu: f64) -> (usize, f64) {
        // A finest unit, or one by which noise has a quarter of its widest standard deviation.
        let sd = (norm * norm * FINEST * FINEST / mu).min(super::WIDEST / 4.0);
        (width * (width + 1) / 2, sd * sd / 2.0)
    }

    /// Whether the number at a place stands on the diagonal.
    pub(super) fn is_diagonal(&self, place: usize) -> bool {
        // Row i starts at i width - i (i - 1) / 2.
        let start = |i: usize| i * self.width - i * i.saturating_sub(1) / 2;
        let (mut low, mut high) = (0, self.width);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if start(middle) <= place { low = middle } else { high = middle }
        }
        start(low) == place
    }
}
