//! Levels, values and masks from a generator's raw numbers, block by block:
//! mirror of `shaders/heads.wgsl`.

use super::Real;
use rayon::prelude::*;

/// Rows of a piece of work.
const ROWS: usize = 16;

/// The table of blocks and what they share.
#[derive(Clone, Copy)]
pub(super) struct Heads<'a, T> {
    pub(super) blocks: &'a [T],
    pub(super) features: usize,
    pub(super) temperature: f64,
}

/// What a block makes of its columns.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Levels,
    Number,
    Masked,
}

#[derive(Clone, Copy)]
struct Block<T> {
    kind: Kind,
    first: usize,
    end: usize,
    scale: T,
}

impl<T: Real> Heads<'_, T> {
    fn each(&self) -> impl Iterator<Item = Block<T>> + '_ {
        self.blocks.chunks_exact(5).map(|row| {
            let [kind, first, len] = [0, 1, 2].map(|at: usize| row[at].widen() as usize);
            let kind = [Kind::Levels, Kind::Number, Kind::Masked][kind];
            Block { kind, first, end: first + len, scale: row[3] }
        })
    }

    /// [`Op::HeadsForward`](crate::op::Op::HeadsForward) for one model.
    pub(super) fn forward(
        &self,
        [raw, noise]: [&[T]; 2],
        soft: &mut [T],
        y: &mut [T],
        spread: f64,
    ) {
        let (features, piece) = (self.features, ROWS * self.features);
        let constants = [T::from_f64(self.temperature), T::from_f64(spread)];
        let given = raw.par_chunks(piece).zip(noise.par_chunks(piece));
        let made = soft.par_chunks_mut(piece).zip(y.par_chunks_mut(piece));
        given.zip(made).for_each(|((raw, noise), (soft, y))| {
            let given = raw.chunks_exact(features).zip(noise.chunks_exact(features));
            let made = soft.chunks_exact_mut(features).zip(y.chunks_exact_mut(features));
            for ((raw, noise), (soft, y)) in given.zip(made) {
                self.each().for_each(|block| block.forward([raw, noise], soft, y, constants));
            }
        });
    }

    /// [`Op::HeadsBackward`](crate::op::Op::HeadsBackward) for one model.
    pub(super) fn backward(&self, soft: &[T], dy: &[T], draw: &mut [T]) {
        let (features, piece) = (self.features, ROWS * self.features);
        let temperature = T::from_f64(self.temperature);
        let given = soft.par_chunks(piece).zip(dy.par_chunks(piece));
        draw.par_chunks_mut(piece).zip(given).for_each(|(draw, (soft, dy))| {
            let given = soft.chunks_exact(features).zip(dy.chunks_exact(features));
            for (draw, (soft, dy)) in draw.chunks_exact_mut(features).zip(given) {
                self.each().for_each(|block| block.backward(soft, dy, draw, temperature));
            }
        });
    }
}

impl<T: Real> Block<T> {
    fn forward(
        self,
        [raw, noise]: [&[T]; 2],
        soft: &mut [T],
        y: &mut [T],
        [temperature, spread]: [T; 2],
    ) {
        let Self { kind, first, end, scale } = self;
        match kind {
            Kind::Number => {
                soft[first] = raw[first];
                y[first] = scale * raw[first];
            }
            Kind::Masked => {
                let mask = first + 1;
                let s = sigmoid((raw[mask] + spread * logistic(noise[mask])) / temperature);
                let missing = s > half();
                (soft[first], soft[mask]) = (raw[first], s);
                y[first] = if missing { T::zero() } else { scale * raw[first] };
                y[mask] = if s.is_nan() { s } else { choice(missing, scale) };
            }
            Kind::Levels => {
                let logits = &mut soft[first..end];
                for (a, (raw, noise)) in
                    logits.iter_mut().zip(raw[first..end].iter().zip(&noise[first..end]))
                {
                    *a = (*raw + spread * gumbel(*noise)) / temperature;
                }
                let sum = softmax(logits, &mut y[first..end], scale);
                if sum.is_nan() {
                    y[first..end].fill(sum);
                }
            }
        }
    }

    fn backward(self, soft: &[T], dy: &[T], draw: &mut [T], temperature: T) {
        let Self { kind, first, end, scale } = self;
        let slope = scale / temperature;
        match kind {
            Kind::Number => draw[first] = scale * dy[first],
            Kind::Masked => {
                let mask = first + 1;
                let s = soft[mask];
                draw[first] = if s > half() { T::zero() } else { scale * dy[first] };
                draw[mask] = slope * (s * (T::one() - s)) * (dy[mask] - soft[first] * dy[first]);
            }
            Kind::Levels => {
                let (soft, dy) = (&soft[first..end], &dy[first..end]);
                let mean: T = soft.iter().zip(dy).map(|(p, dy)| *p * *dy).sum();
                for (draw, (p, dy)) in draw[first..end].iter_mut().zip(soft.iter().zip(dy)) {
                    *draw = slope * *p * (*dy - mean);
                }
            }
        }
    }
}

/// Logits become their softmax, `y` the scale at the first largest of them.
/// Returns the sum of the exponentials.
fn softmax<T: Real>(logits: &mut [T], y: &mut [T], scale: T) -> T {
    let (mut best, mut largest) = (0, logits[0]);
    for (at, a) in logits.iter().enumerate() {
        if *a > largest {
            (best, largest) = (at, *a);
        }
    }
    let mut sum = T::zero();
    for a in logits.iter_mut() {
        *a = (*a - largest).exp();
        sum += *a;
    }
    for (at, (p, y)) in logits.iter_mut().zip(y).enumerate() {
        *p = *p / sum;
        *y = choice(at == best, scale);
    }
    sum
}

fn choice<T: Real>(chosen: bool, scale: T) -> T {
    if chosen { scale } else { T::zero() }
}

fn half<T: Real>() -> T {
    T::from_f64(0.5)
}

/// A number of [`Op::Noise`](crate::op::Op::Noise) as one between 0 and 1, both excluded.
fn unit<T: Real>(noise: T) -> T {
    let [low, high] = [2f64.powi(-25), 1.0 - 2f64.powi(-24)].map(T::from_f64);
    (half::<T>() * noise + half()).max(low).min(high)
}

fn gumbel<T: Real>(noise: T) -> T {
    -(-unit(noise).ln()).ln()
}

fn logistic<T: Real>(noise: T) -> T {
    let u = unit(noise);
    u.ln() - (T::one() - u).ln()
}

/// Without overflow on either side.
fn sigmoid<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp();
    let numerator = if x > T::zero() { T::one() } else { e };
    numerator / (T::one() + e)
}
