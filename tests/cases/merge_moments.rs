//! Statistics of groups from those of their tiles: cases and how far f32 may be off.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run};
use super::numbers::{Numbers, exact};
use engine::op::Op;

const EPSILON: f64 = 1e-3;

/// Relative error of `1 / sqrt(x)`, as in `batch_norm_bounds`.
const RSQRT: f64 = 7.0 * EPS;

/// Groups of rows, cut into tiles.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Runs of rows with statistics of their own.
    pub groups: usize,
    /// Rows of a group.
    pub rows: usize,
    /// Rows of a tile; the last one has what is left.
    pub tile: usize,
}

/// Tiles whose means differ; the last column lies a hundred deviations from 0.
pub fn merge_moments(models: usize, cut: Cut, features: usize) -> Case {
    let Cut { groups, rows, tile } = cut;
    let tiles = rows.div_ceil(tile);
    let label = format!("{models} x {groups} x {rows} in tiles of {tile}, {features} features");
    let mut numbers = Numbers::of(&label);
    let mut parts = Vec::with_capacity(models * groups * tiles * 2 * features);
    for t in (0..models * groups).flat_map(|_| 0..tiles) {
        let count = tile.min(rows - t * tile) as f64;
        let far = |f: usize| if features > 1 && f + 1 == features { 30.0 } else { 0.1 };
        parts.extend(
            numbers.normal(features).iter().enumerate().map(|(f, n)| exact(far(f) + 0.3 * n)),
        );
        // The first tile is constant where it is not alone.
        let spread = if t == 0 && tiles > 1 { 0.0 } else { count - 0.5 };
        parts.extend((0..features).map(|_| exact(spread * numbers.one(0.05, 0.5))));
    }
    let slots = vec![
        Slot::given("parts", [models, 2 * groups * tiles, features], parts),
        Slot::blank("statistics", [models, 2 * groups, features]),
    ];
    Case::new(label, models, slots, move |t| Op::MergeMoments {
        parts: t[0],
        statistics: t[1],
        groups,
        rows,
        tile,
        epsilon: EPSILON,
    })
}

/// Every case.
pub fn all() -> Vec<Case> {
    let cut = |groups, rows, tile| Cut { groups, rows, tile };
    let small = cut(2, 65, 64);
    vec![
        merge_moments(1, cut(1, 1, 1), 1),
        merge_moments(1, cut(1, 63, 64), 64),
        merge_moments(3, cut(1, 64, 64), 65),
        merge_moments(1, small, 257),
        merge_moments(3, cut(2, 257, 16), 63),
        merge_moments(1, cut(1, 268, 1), 33),
        merge_moments(1, cut(2, 804, 128), 150),
        merge_moments(3, small, 7).in_arenas(),
        merge_moments(3, small, 7).in_two_arenas(),
        merge_moments(3, small, 7).sharing("parts"),
    ]
}

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

/// The errors of all merges, one after another: what is given is exact.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    let Op::MergeMoments { groups, rows, tile, epsilon, .. } = run.op() else {
        return Vec::new();
    };
    let parts = run.before("parts");
    let (tiles, features) = (rows.div_ceil(tile), parts.shape()[2]);
    let mut tolerances = Vec::new();
    for (m, g) in (0..run.models()).flat_map(|m| (0..groups).map(move |g| (m, g))) {
        let part = |t: usize, f: usize| {
            let row = 2 * (g * tiles + t);
            [parts.at(m, row, f), parts.at(m, row + 1, f)]
        };
        let all: Vec<Merged> =
            (0..features).map(|f| Merged::of([rows, tile], |t| part(t, f))).collect();
        tolerances.extend(all.iter().map(|merged| merged.mean[1]));
        tolerances.extend(all.iter().map(|merged| merged.rstd_error(rows as f64, epsilon)));
    }
    vec![("statistics", Allowed::Within(tolerances))]
}
