//! Statistics of groups of rows from those of their tiles, as `shaders/norm_dense_forward.wgsl` merges
//! them (Chan, Golub and LeVeque 1983).

use super::Real;

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
