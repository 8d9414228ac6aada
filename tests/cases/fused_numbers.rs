//! Numbers of the cases of fused kernels: what the layer before or behind has left.

use super::case::Slot;
use super::numbers::{Numbers, exact};

/// gamma, then beta, of every model.
pub(super) fn scale(numbers: &mut Numbers, models: usize, features: usize) -> Vec<Vec<f64>> {
    let one = |numbers: &mut Numbers| {
        let mut gamma = numbers.uniform(features, 0.5, 1.5);
        gamma.iter_mut().step_by(5).skip(1).for_each(|g| *g = -*g);
        [gamma, numbers.uniform(features, -0.5, 0.5)].concat()
    };
    (0..models).map(|_| one(numbers)).collect()
}

/// Per model, several pieces one behind the other.
pub(super) fn joined(models: usize, pieces: &[&[f64]]) -> Vec<f64> {
    let one = |m: usize| {
        pieces.iter().flat_map(move |piece| {
            let len = piece.len() / models;
            piece[m * len..(m + 1) * len].to_vec()
        })
    };
    (0..models).flat_map(one).collect()
}

/// Tiles of `tile` rows of one model's `groups` runs of rows.
pub fn tiles(
    rows: usize,
    groups: usize,
    tile: usize,
) -> impl Iterator<Item = std::ops::Range<usize>> {
    let of = rows / groups;
    let tile = tile.max(1);
    (0..groups).flat_map(move |g| {
        (0..of.div_ceil(tile)).map(move |t| g * of + t * tile..g * of + of.min((t + 1) * tile))
    })
}

/// Mean and M2 of each tile of a matrix, rounded.
pub(super) fn moments(
    x: &[f64],
    models: usize,
    features: usize,
    groups: usize,
    tile: usize,
) -> Vec<f64> {
    let rows = x.len() / models / features;
    let mut out = Vec::new();
    for model in x.chunks_exact(rows * features) {
        for rows in tiles(rows, groups, tile) {
            let count = rows.len() as f64;
            let column = |f: usize| rows.clone().map(move |r| model[r * features + f]);
            let mean = |f: usize| column(f).sum::<f64>() / count;
            out.extend((0..features).map(|f| exact(mean(f))));
            let squares = |f: usize| column(f).map(|x| (x - mean(f)).powi(2)).sum::<f64>();
            out.extend((0..features).map(|f| exact(squares(f))));
        }
    }
    out
}

/// Statistics of a group: a mean and a rstd for each feature.
pub(super) fn statistics(
    numbers: &mut Numbers,
    models: usize,
    groups: usize,
    features: usize,
) -> Vec<f64> {
    let one = |numbers: &mut Numbers| {
        [numbers.uniform(features, -0.5, 0.5), numbers.uniform(features, 0.6, 1.6)].concat()
    };
    (0..models * groups).flat_map(|_| one(numbers)).collect()
}

/// da with the sums of its tiles and gamma rstd behind it; without tiles, a plain gradient.
pub(super) fn unfinished(
    numbers: &mut Numbers,
    shape: [usize; 3],
    groups: usize,
    tile: usize,
) -> Slot {
    let [models, rows, features] = shape;
    let da = numbers.activations(models * rows * features);
    if tile == 0 {
        return Slot::given("dy", shape, da);
    }
    let parts = 2 * tiles(rows, groups, tile).count();
    let sums = numbers.normal(models * parts * features);
    let factors = numbers.uniform(models * groups * features, -1.5, 1.5);
    let all = rows + parts + groups;
    Slot::given("dy", [models, all, features], joined(models, &[&da, &sums, &factors]))
}
