//! Statistics of groups of rows from those of their tiles: mirror of `shaders/merge_moments.wgsl`.

use super::Real;

/// [`Op::MergeMoments`](crate::op::Op::MergeMoments) for one model: groups of `rows` rows in tiles
/// of `tile` rows.
pub(super) fn merge_moments<T: Real>(
    parts: &[T],
    statistics: &mut [T],
    sizes: [usize; 2],
    features: usize,
    epsilon: f64,
) {
    let [rows, tile] = sizes;
    let epsilon = T::from_f64(epsilon);
    let of_group = rows.div_ceil(tile) * 2 * features;
    let groups = parts.chunks_exact(of_group).zip(statistics.chunks_exact_mut(2 * features));
    for (parts, statistics) in groups {
        let (mean, variance) = statistics.split_at_mut(features);
        merge_group(parts, [mean, variance], sizes);
        variance.iter_mut().for_each(|variance| *variance = rstd(*variance, epsilon));
    }
}

/// Mean and biased variance of a group from mean and M2 of its tiles, in their order.
pub(super) fn merge_group<T: Real>(
    parts: &[T],
    [mean, variance]: [&mut [T]; 2],
    [rows, tile]: [usize; 2],
) {
    let features = mean.len();
    mean.copy_from_slice(&parts[..features]);
    variance.copy_from_slice(&parts[features..2 * features]);
    let mut before = tile.min(rows);
    for part in parts.chunks_exact(2 * features).skip(1) {
        let count = tile.min(rows - before);
        let share = T::from_f64(count as f64) / T::from_f64((before + count) as f64);
        let known = T::from_f64(before as f64);
        let tiles = part[..features].iter().zip(&part[features..]);
        for ((mean, square), (other, more)) in mean.iter_mut().zip(&mut *variance).zip(tiles) {
            let apart = *other - *mean;
            *mean += apart * share;
            *square += *more + apart * apart * known * share;
        }
        before += count;
    }
    let total = T::from_f64(rows as f64);
    variance.iter_mut().for_each(|square| *square = *square / total);
}

/// `1 / sqrt(variance + epsilon)`.
pub(super) fn rstd<T: Real>(variance: T, epsilon: T) -> T {
    T::one() / (variance + epsilon).sqrt()
}
