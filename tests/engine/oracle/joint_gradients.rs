//! Gradients of the joint recipe's losses against central differences, for the table of
//! `gradients.rs`.

use super::cases::{Case, Numbers};
use super::gradients::{STEP, Slope, all_models, place};
use super::{Desk, after, oracle};
use engine::op::Op;

/// The losses of all sets together, each as often as its factor says, against the fake rows.
pub fn sorted_loss(case: &Case) -> usize {
    let Op::SortedLoss { dx: shape, sets: table, .. } = case.op() else { unreachable!() };
    let (outcome, [_, rows, features]) = (oracle(case), shape.shape());
    let (sorted, places) = (all_models(case, "fake"), all_models(case, "rank"));
    let at = |i: usize, place: usize| {
        sorted[i - i % (rows * features) + place * features + i % features]
    };
    let values: Vec<f64> = (0..sorted.len()).map(|i| at(i, places[i] as usize)).collect();
    // `dx` is factor / (2 scale) times the gradient of the loss.
    let weights: Vec<f64> =
        all_models(case, "sets").chunks_exact(4).map(|set| set[3] / (2.0 * set[2])).collect();
    let mut desk = Desk::new();
    let (real, sets) = (place(&mut desk, case, "real"), place(&mut desk, case, "sets"));
    let x = desk.given(shape.shape(), &values);
    let [fake, rank, dx] = [(); 3].map(|()| desk.blank(shape.shape()));
    let loss = desk.blank([case.models, 1, table.rows]);
    let forward = [
        Op::SortColumns { x, sorted: fake, rank, groups: 1 },
        Op::SortedLoss { real, fake, rank, sets, loss, dx },
    ];
    let apart = |i: usize, other: usize| (at(i, other) - values[i]).abs() > 4.0 * STEP;
    let smooth = |i: usize| {
        let place = places[i] as usize;
        (place == 0 || apart(i, place - 1)) && (place + 1 == rows || apart(i, place + 1))
    };
    let mut slope = Slope { desk, forward: &forward, moved: x, output: loss, dy: &weights };
    slope.check(case, after(case, &outcome, "dx"), |i| smooth(i).then_some(STEP))
}

/// The loss against the rows whose mean and covariance it sees: moments, covariance and loss
/// forward, the dense layer that it leaves backward.
pub fn covariance_loss(case: &Case) -> usize {
    let Op::CovarianceLoss { covariance: square, scale, .. } = case.op() else { unreachable!() };
    let (models, features, rows) = (case.models, square.features, 11);
    let mut desk = Desk::new();
    let values = Numbers::of(&case.label).normal(models * rows * features);
    // A covariance is symmetric, and the gradient takes it to be.
    let any = all_models(case, "real");
    let turned =
        |e: usize| e - e % square.len() + e % features * features + e % square.len() / features;
    let symmetric: Vec<f64> = (0..any.len()).map(|e| 0.5 * (any[e] + any[turned(e)])).collect();
    let real = desk.given(square.shape(), &symmetric);
    let x = desk.given([models, rows, features], &values);
    let [mean, variance, b] = [(); 3].map(|()| desk.blank([models, 1, features]));
    let [covariance, w] = [(); 2].map(|()| desk.blank(square.shape()));
    let (loss, dx) = (desk.blank([models, 1, 1]), desk.blank(x.shape()));
    // Of a sum of squares the gradient for the covariance is 2 scale (covariance - real); a row
    // moves two factors of it.
    let factor = 4.0 * scale / (rows as f64 - 1.0);
    let forward = [
        Op::Moments { x, mean, variance },
        Op::Covariance { x, mean, covariance },
        Op::CovarianceLoss { covariance, real, mean, loss, w, b, scale, factor },
    ];
    forward.into_iter().for_each(|op| desk.run(op, 0));
    desk.run(Op::DenseForward { x, w, b: Some(b), y: dx }, 0);
    let gradient = desk.read(dx);
    let mut slope =
        Slope { desk, forward: &forward, moved: x, output: loss, dy: &vec![1.0; models] };
    // The loss of 150 features is a sum of 22,500 squares: it is rounded by 1e-12, so a step of
    // 1e-5 leaves 1e-7 of that in a slope near 0.1.
    // The loss is a polynomial of degree four whose third derivative is below 1: ten times the step
    // leaves both errors below 2e-8.
    slope.check(case, &gradient, |_| Some(10.0 * STEP))
}
