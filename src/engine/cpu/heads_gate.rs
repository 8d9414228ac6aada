//! Choices that follow from others: mirror of `shaders/heads_gate.wgsl`.

use super::Real;
use rayon::prelude::*;

/// Rows of a piece of work.
const ROWS: usize = 64;

/// [`Op::HeadsGate`](crate::op::Op::HeadsGate) for one model.
pub(super) fn heads_gate<T: Real>(gates: &[T], soft: &mut [T], y: &mut [T], features: usize) {
    let piece = ROWS * features;
    soft.par_chunks_mut(piece).zip(y.par_chunks_mut(piece)).for_each(|(soft, y)| {
        for (soft, y) in soft.chunks_exact_mut(features).zip(y.chunks_exact_mut(features)) {
            gates.chunks_exact(7).for_each(|gate| follow(gate, soft, y));
        }
    });
}

/// One gate on one row.
fn follow<T: Real>(gate: &[T], soft: &mut [T], y: &mut [T]) {
    let [asked, wanted, kind, first, len, choice] =
        [0, 1, 2, 3, 4, 5].map(|at: usize| gate[at].widen() as usize);
    let scale = gate[6];
    if (y[asked] > T::zero()) != (wanted == 1) {
        return;
    }
    let (soft, y) = (&mut soft[first..first + len], &mut y[first..first + len]);
    if kind == 0 && choice >= len {
        without(choice - len, scale, soft, y);
    } else if kind == 0 {
        soft.fill(T::zero());
        y.fill(T::zero());
        (soft[choice], y[choice]) = (T::one(), scale);
    } else if choice == 1 {
        soft[1] = T::one();
        (y[0], y[1]) = (T::zero(), scale);
    } else {
        soft[1] = T::zero();
        (y[0], y[1]) = (scale * soft[0], T::zero());
    }
}

/// Levels without level `k`; where that was chosen, the likeliest other one is.
fn without<T: Real>(k: usize, scale: T, soft: &mut [T], y: &mut [T]) {
    soft[k] = T::zero();
    let (mut best, mut sum) = (usize::from(k == 0), T::zero());
    for (i, p) in soft.iter().enumerate() {
        sum += *p;
        if *p > soft[best] {
            best = i;
        }
    }
    if sum > T::zero() {
        soft.iter_mut().for_each(|p| *p = *p / sum);
    } else {
        soft[best] = T::one();
    }
    if y[k] > T::zero() {
        y[k] = T::zero();
        y[best] = scale;
    }
}
