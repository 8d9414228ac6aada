//! The learners behind detection and utility: against scikit-learn
//! (`tests/fixtures/metrics/make_learners.py`) and against answers known beforehand.

mod areas;
mod library;
mod models;
mod scores;

use ground::matrix::Matrix;

/// Uniform numbers in [0, 1) by SplitMix64.
pub struct Uniform(pub u64);

impl Uniform {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next number.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A matrix of numbers.
    pub fn matrix(&mut self, rows: usize, columns: usize) -> Matrix {
        Matrix::from_fn(rows, columns, |_, _| self.unit())
    }
}

/// Refused unless closer than the tolerance; NaN never is.
pub fn near(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    assert!(
        (ours - theirs).abs() <= tolerance,
        "{what}: {ours} where {theirs} is expected, within {tolerance}"
    );
}
