//! What a batch normalisation does with a block of rows: for the kernel that has whole rows, and
//! for those that are fused with a product and have a range of its columns.
//! Both add in the same order, so they leave the same bits.

use super::Real;

/// Rows of a block.
/// They stay in cache, and their sums are taken by themselves, so that rounding does not grow with
/// the number of rows.
pub(super) const BLOCK: usize = 32;

/// The constants of a layer.
#[derive(Clone, Copy)]
pub(super) struct Constants {
    pub(super) groups: usize,
    pub(super) momentum: f64,
    pub(super) epsilon: f64,
    pub(super) slope: f64,
}

/// Scratch numbers that a training pass over `rows` rows in `groups` groups needs: two sums per
/// block and feature.
pub(super) fn scratch_len(rows: usize, features: usize, groups: usize) -> usize {
    groups * (rows / groups).div_ceil(BLOCK) * 2 * features
}

/// What belongs to each column, all of the same length.
#[derive(Clone, Copy)]
pub(super) struct Scale<'a, T> {
    pub(super) mean: &'a [T],
    pub(super) rstd: &'a [T],
    pub(super) gamma: &'a [T],
    pub(super) beta: &'a [T],
}

impl<T: Real> Scale<'_, T> {
    /// Mean and rstd, gamma and beta, column by column.
    #[inline(always)]
    fn columns(&self) -> impl Iterator<Item = ([T; 2], [T; 2])> {
        let statistics = self.mean.iter().zip(self.rstd).map(|(mean, rstd)| [*mean, *rstd]);
        statistics.zip(self.gamma.iter().zip(self.beta).map(|(gamma, beta)| [*gamma, *beta]))
    }
}

/// Sum of `x - origin` and squared deviations from its mean, of a block of rows.
/// The origin is a row of the group: without it the rounding of a mean far from 0 would pass into
/// the differences between the means of blocks.
#[inline(always)]
pub(super) fn moments<'a, T: Real>(
    (rows, origin, both): (impl ExactSizeIterator<Item = &'a [T]> + Clone, &[T], &mut [T]),
) {
    let share = T::from_f64(1.0 / rows.len() as f64);
    both.fill(T::zero());
    let (sum, squares) = both.split_at_mut(origin.len());
    for x in rows.clone() {
        sum.iter_mut()
            .zip(x.iter().zip(origin))
            .for_each(|(sum, (x, origin))| *sum += *x - *origin);
    }
    for x in rows {
        for ((square, sum), (x, origin)) in squares.iter_mut().zip(&*sum).zip(x.iter().zip(origin))
        {
            let deviation = *x - *origin - *sum * share;
            *square += deviation * deviation;
        }
    }
}

/// Puts the [`moments`] of a group's blocks together (Chan, Golub and LeVeque 1979): the group's
/// mean and biased variance.
#[inline(always)]
pub(super) fn merge<T: Real>(
    blocks: &[T],
    rows: usize,
    origin: &[T],
    mean: &mut [T],
    var: &mut [T],
) {
    let features = mean.len();
    let total = T::from_f64(rows as f64);
    mean.fill(T::zero());
    var.fill(T::zero());
    for parts in blocks.chunks_exact(2 * features) {
        mean.iter_mut().zip(&parts[..features]).for_each(|(mean, sum)| *mean += *sum);
    }
    mean.iter_mut().for_each(|mean| *mean = *mean / total);
    for (block, parts) in blocks.chunks_exact(2 * features).enumerate() {
        let count = T::from_f64(BLOCK.min(rows - block * BLOCK) as f64);
        let (sums, squares) = parts.split_at(features);
        for ((var, mean), (sum, square)) in var.iter_mut().zip(&*mean).zip(sums.iter().zip(squares))
        {
            let apart = *sum / count - *mean;
            *var += *square + count * apart * apart;
        }
    }
    mean.iter_mut().zip(origin).for_each(|(mean, origin)| *mean += *origin);
    var.iter_mut().for_each(|var| *var = *var / total);
}

/// Moves the running statistics by a group's, and turns its variance into rstd.
#[inline(always)]
pub(super) fn keep<T: Real>(
    [mean, var]: [&mut [T]; 2],
    running: [&mut [T]; 2],
    constants: Constants,
) {
    let [momentum, rest] = [constants.momentum, 1.0 - constants.momentum].map(T::from_f64);
    let epsilon = T::from_f64(constants.epsilon);
    for (running, batch) in running.into_iter().zip([&*mean, &*var]) {
        running
            .iter_mut()
            .zip(batch)
            .for_each(|(running, batch)| *running = momentum * *running + rest * *batch);
    }
    var.iter_mut().for_each(|var| *var = T::one() / (*var + epsilon).sqrt());
}

/// `y` of pairs of y and x.
#[inline(always)]
pub(super) fn normalise<'a, T: Real>(
    (rows, scale, slope): (impl Iterator<Item = (&'a mut [T], &'a [T])>, Scale<T>, T),
) {
    for (y, x) in rows {
        for ((y, x), ([mean, rstd], [gamma, beta])) in y.iter_mut().zip(x).zip(scale.columns()) {
            let a = (*x - mean) * (gamma * rstd) + beta;
            *y = a * if a > T::zero() { T::one() } else { slope };
        }
    }
}

/// `(x - mean) rstd` and the gradient before the activation.
#[inline(always)]
fn inner<T: Real>(
    [x, dy]: [T; 2],
    ([mean, rstd], [gamma, beta]): ([T; 2], [T; 2]),
    slope: T,
) -> [T; 2] {
    let h = (x - mean) * rstd;
    [h, dy * if gamma * h + beta > T::zero() { T::one() } else { slope }]
}

/// Sums of `da` and, behind them, of `da h`, over pairs of x and dy.
#[inline(always)]
pub(super) fn sums<'a, T: Real>(
    (rows, scale, both, slope): (impl Iterator<Item = (&'a [T], &'a [T])>, Scale<T>, &mut [T], T),
) {
    both.fill(T::zero());
    let (sum, sum_h) = both.split_at_mut(scale.mean.len());
    for (x, dy) in rows {
        let values = x.iter().zip(dy).zip(scale.columns());
        for ((sum, sum_h), ((x, dy), scale)) in sum.iter_mut().zip(&mut *sum_h).zip(values) {
            let [h, da] = inner([*x, *dy], scale, slope);
            *sum += da;
            *sum_h += da * h;
        }
    }
}

/// `dx` of triples of dx, x and dy; `means` holds the group's means of `da` and of `da h`.
#[inline(always)]
pub(super) fn gradient<'a, T: Real>(
    (rows, scale, means, slope): (
        impl Iterator<Item = (&'a mut [T], (&'a [T], &'a [T]))>,
        Scale<T>,
        &[T],
        T,
    ),
) {
    let (mean_da, mean_dah) = means.split_at(scale.mean.len());
    for (dx, (x, dy)) in rows {
        let values = x.iter().zip(dy).zip(scale.columns());
        for ((dx, (mean_da, mean_dah)), ((x, dy), scale)) in
            dx.iter_mut().zip(mean_da.iter().zip(mean_dah)).zip(values)
        {
            let [h, da] = inner([*x, *dy], scale, slope);
            let ([_, rstd], [gamma, _]) = scale;
            *dx = gamma * rstd * (da - *mean_da - h * *mean_dah);
        }
    }
}
