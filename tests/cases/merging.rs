//! How far f32 may be off where the statistics of tiles are merged to those of their group.

use super::compare::EPS;

/// Relative error of `1 / sqrt(x)`, as in `batch_norm_bounds`.
const RSQRT: f64 = 7.0 * EPS;

/// Mean and M2 so far, each with its error.
pub(super) struct Merged {
    pub(super) mean: [f64; 2],
    pub(super) squares: [f64; 2],
}

impl Merged {
    /// All tiles of `tile` rows of a group of `rows`, in their order: mean and M2 of each.
    pub(super) fn of([rows, tile]: [usize; 2], part: impl Fn(usize) -> [f64; 2]) -> Self {
        let [mean, squares] = part(0);
        let mut merged = Self { mean: [mean, 0.0], squares: [squares, 0.0] };
        for t in 1..rows.div_ceil(tile) {
            let count = tile.min(rows - t * tile);
            merged.take(part(t), (t * tile) as f64, count as f64);
        }
        merged
    }

    /// Takes a tile of `count` rows in behind `before` others; `share` is `count / (before +
    /// count)`, whose division costs 2.5 units.
    /// With `d = mean[tile] - mean`, of one rounding and the error of the mean so far:
    /// - mean: the old error shrinks by `1 - share`; the product `d share` has 4.5 units with those
    ///   of d, the sum one more.
    /// - M2: `d^2` is off by `(2 |d| + error of d) error of d`; square, two products and the
    ///   share have 5.5 units, and two sums follow.
    fn take(&mut self, tile: [f64; 2], before: f64, count: f64) {
        let share = count / (before + count);
        let d = tile[0] - self.mean[0];
        let d_error = self.mean[1] + EPS * d.abs();
        let mean = self.mean[0] + d * share;
        let error = self.mean[1] * (1.0 - share) + 5.0 * EPS * (d * share).abs();
        let term = d * d * before * share;
        let term_error = (2.0 * d.abs() + d_error) * d_error * before * share + 6.0 * EPS * term;
        let squares = self.squares[0] + tile[1] + term;
        let sums = EPS * (tile[1] + term) + EPS * squares;
        self.mean = [mean, error + EPS * mean.abs()];
        self.squares = [squares, self.squares[1] + term_error + sums];
    }

    /// Error of `1 / sqrt(M2 / rows + epsilon)`: the division has 2.5 units, the sum and the
    /// rounded epsilon one each; the root halves the relative error of its argument.
    pub(super) fn rstd_error(&self, rows: f64, epsilon: f64) -> f64 {
        let variance = self.squares[0] / rows;
        let sum = variance + epsilon;
        let error = self.squares[1] / rows + 2.5 * EPS * variance + 2.0 * EPS * sum;
        (0.5 * error / sum + RSQRT) / sum.sqrt()
    }
}
