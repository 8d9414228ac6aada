//! Every backward kernel of the table against central differences of its forward kernel, both in
//! f64.
//!
//! The differences follow a kernel only where it is smooth: numbers so close to a kink of the leaky
//! ReLU or to a tie that a step crosses it are passed over here (`plain.rs` and `fixture.rs` have
//! answers for kinks and ties).

use super::cases::{self, Case, Numbers};
use super::{Desk, after, joint_gradients, oracle};
use engine::op::{Op, Tensor};
use std::collections::BTreeMap;

/// Kernels beyond this are too slow to run for every difference.
const FLOPS: u64 = 20_000_000;
/// Numbers of a tensor that are moved.
const PICKS: usize = 8;
/// Step, in units of the spread of what is moved.
pub const STEP: f64 = 1e-5;

#[test]
fn gradients_agree_with_central_differences() {
    let mut checked = BTreeMap::new();
    for case in cases::all().iter().filter(|case| case.op().cost().flops < FLOPS) {
        let count = match case.op() {
            Op::DenseBackwardInput { .. } => dense_input(case),
            Op::DenseBackwardWeight { .. } => dense_weight(case),
            Op::BatchNormBackward { .. } => batch_norm(case),
            Op::LeakyReluBackward { slope, .. } => leaky_relu(case, slope),
            Op::TanhBackward { .. } => tanh(case),
            Op::LogisticLoss { groups, weight, .. } => logistic_loss(case, groups, weight),
            Op::PercentileLoss { weight, .. } => percentile_loss(case, weight),
            Op::HeadsBackward { .. } => super::heads::differences(case),
            Op::SortedLoss { .. } => joint_gradients::sorted_loss(case),
            Op::CovarianceLoss { .. } => joint_gradients::covariance_loss(case),
            _ => continue,
        };
        *checked.entry(case.kernel()).or_insert(0) += count;
    }
    println!("numbers checked: {checked:?}");
    assert_eq!(checked.len(), 10);
    assert!(
        checked.values().all(|count| *count > 50),
        "too few numbers were smooth enough: {checked:?}"
    );
}

/// A forward kernel whose output is weighted by `dy` and one of whose tensors is moved.
pub struct Slope<'a> {
    pub desk: Desk,
    pub forward: &'a [Op],
    pub moved: Tensor,
    pub output: Tensor,
    pub dy: &'a [f64],
}

impl Slope<'_> {
    fn output_at(&mut self, values: &[f64], i: usize, value: f64) -> Vec<f64> {
        let mut values = values.to_vec();
        values[i] = value;
        self.desk.write(self.moved, &values);
        self.forward.iter().for_each(|op| self.desk.run(*op, 0));
        self.desk.read(self.output)
    }

    /// Compares the gradient at up to [`PICKS`] numbers that `step` accepts by naming a step;
    /// returns how many.
    pub fn check(
        &mut self,
        case: &Case,
        gradient: &[f64],
        step: impl Fn(usize) -> Option<f64>,
    ) -> usize {
        let values = self.desk.read(self.moved);
        assert_eq!(values.len(), gradient.len());
        let largest = gradient.iter().fold(0.0f64, |largest, g| largest.max(g.abs()));
        let mut numbers = Numbers::of(&case.label);
        let mut checked = 0;
        for _ in 0..PICKS {
            let i = numbers.below(values.len());
            let Some(h) = step(i) else { continue };
            let [up, down] = [h, -h].map(|h| self.output_at(&values, i, values[i] + h));
            let change: f64 = self
                .dy
                .iter()
                .zip(up.iter().zip(&down))
                .map(|(dy, (up, down))| dy * (up - down))
                .sum();
            let difference = change / ((values[i] + h) - (values[i] - h));
            let error = (difference - gradient[i]).abs()
                / gradient[i].abs().max(0.01 * largest).max(f64::MIN_POSITIVE);
            let (kernel, label, given) = (case.kernel(), &case.label, gradient[i]);
            assert!(
                error <= 1e-6,
                "{kernel} [{label}] number {i}: {given:e}, but differences say {difference:e}"
            );
            checked += 1;
        }
        self.desk.write(self.moved, &values);
        checked
    }
}

/// An operand of the case in f64, shared when it is shared there.
pub fn place(desk: &mut Desk, case: &Case, name: &str) -> Tensor {
    let slot = &case.slots[case.slot(name)];
    let tensor = desk.given(slot.shape, &slot.values);
    if slot.shared { tensor.broadcast(case.models) } else { tensor }
}

/// The numbers of an operand for all models.
pub fn all_models<'a>(case: &'a Case, name: &str) -> Vec<f64> {
    let slot: &'a cases::Slot = &case.slots[case.slot(name)];
    if slot.shared { slot.values.repeat(case.models) } else { slot.values.clone() }
}

fn dense_input(case: &Case) -> usize {
    let Op::DenseBackwardInput { dy, dx, .. } = case.op() else { unreachable!() };
    let outcome = oracle(case);
    let mut desk = Desk::new();
    let w = place(&mut desk, case, "w");
    let x = desk.given(dx.shape(), &Numbers::of(&case.label).normal(dx.models * dx.len()));
    let y = desk.blank(dy.shape());
    let forward = [Op::DenseForward { x, w, b: None, y }];
    let mut slope =
        Slope { desk, forward: &forward, moved: x, output: y, dy: &all_models(case, "dy") };
    slope.check(case, after(case, &outcome, "dx"), |_| Some(STEP))
}

fn dense_weight(case: &Case) -> usize {
    let Op::DenseBackwardWeight { dy, dw, db, .. } = case.op() else { unreachable!() };
    let outcome = oracle(case);
    let mut desk = Desk::new();
    let x = place(&mut desk, case, "x");
    let w = desk.given(dw.shape(), &Numbers::of(&case.label).normal(dw.models * dw.len()));
    let b = db.map(|db| desk.given(db.shape(), &vec![0.25; db.models * db.len()]));
    let y = desk.blank(dy.shape());
    let forward = [Op::DenseForward { x, w, b, y }];
    let mut slope =
        Slope { desk, forward: &forward, moved: w, output: y, dy: &all_models(case, "dy") };
    let mut checked = slope.check(case, after(case, &outcome, "dw"), |_| Some(STEP));
    if let Some(b) = b {
        slope.moved = b;
        checked += slope.check(case, after(case, &outcome, "db"), |_| Some(STEP));
    }
    checked
}

fn leaky_relu(case: &Case, slope: f64) -> usize {
    let values = all_models(case, "x");
    let Op::LeakyReluBackward { x: shape, .. } = case.op() else { unreachable!() };
    let outcome = oracle(case);
    let mut desk = Desk::new();
    let (x, y) = (desk.given(shape.shape(), &values), desk.blank(shape.shape()));
    let forward = [Op::LeakyReluForward { x, y, slope }];
    let mut slope =
        Slope { desk, forward: &forward, moved: x, output: y, dy: &all_models(case, "dy") };
    slope.check(case, after(case, &outcome, "dx"), |i| {
        (values[i].abs() > 2.0 * STEP).then_some(STEP)
    })
}

fn tanh(case: &Case) -> usize {
    let values = all_models(case, "y");
    let Op::TanhBackward { y: shape, .. } = case.op() else { unreachable!() };
    let outcome = oracle(case);
    let mut desk = Desk::new();
    let before: Vec<f64> = values.iter().map(|y| y.clamp(-0.99, 0.99).atanh()).collect();
    let (x, y) = (desk.given(shape.shape(), &before), desk.blank(shape.shape()));
    let forward = [Op::TanhForward { x, y }];
    let mut slope =
        Slope { desk, forward: &forward, moved: x, output: y, dy: &all_models(case, "dy") };
    slope.check(case, after(case, &outcome, "dx"), |i| (values[i].abs() < 0.99).then_some(STEP))
}

fn logistic_loss(case: &Case, groups: usize, weight: f64) -> usize {
    let Op::LogisticLoss { logits: shape, .. } = case.op() else { unreachable!() };
    let outcome = oracle(case);
    let values = all_models(case, "logits");
    let mut desk = Desk::new();
    let (logits, dlogits) = (desk.given(shape.shape(), &values), desk.blank(shape.shape()));
    let scores = desk.blank([case.models, 1, 1 + groups]);
    let forward = [Op::LogisticLoss { logits, scores, dlogits, groups, weight: 1.0 }];
    // The gradient is that of the loss, and not that of the probabilities behind it.
    let dy = [vec![weight], vec![0.0; groups]].concat().repeat(case.models);
    let mut slope = Slope { desk, forward: &forward, moved: logits, output: scores, dy: &dy };
    // A sum with a loss of 500 in it has lost the digits that a small step would change; a larger
    // step costs little on so smooth a curve.
    slope.check(case, after(case, &outcome, "dlogits"), |_| Some(100.0 * STEP))
}

fn percentile_loss(case: &Case, weight: f64) -> usize {
    let Op::PercentileLoss { dx: shape, .. } = case.op() else { unreachable!() };
    let (outcome, [_, rows, features]) = (oracle(case), shape.shape());
    let (sorted, places) = (all_models(case, "fake"), all_models(case, "rank"));
    let model = |i: usize| i - i % (rows * features);
    let at = |i: usize, place: usize| sorted[model(i) + place * features + i % features];
    let values: Vec<f64> = (0..sorted.len()).map(|i| at(i, places[i] as usize)).collect();
    let mut desk = Desk::new();
    let (real, levels) = (place(&mut desk, case, "real"), place(&mut desk, case, "levels"));
    let x = desk.given(shape.shape(), &values);
    let [fake, rank, dx] = [(); 3].map(|()| desk.blank(shape.shape()));
    let loss = desk.blank([case.models, 1, 1]);
    let forward = [
        Op::SortColumns { x, sorted: fake, rank, groups: 1 },
        Op::PercentileLoss { real, fake, rank, levels, loss, dx, weight: 1.0 },
    ];
    let apart = |i: usize, other: usize| (at(i, other) - values[i]).abs() > 4.0 * STEP;
    let smooth = |i: usize| {
        let place = places[i] as usize;
        (place == 0 || apart(i, place - 1)) && (place + 1 == rows || apart(i, place + 1))
    };
    let dy = vec![weight; case.models];
    let mut slope = Slope { desk, forward: &forward, moved: x, output: loss, dy: &dy };
    slope.check(case, after(case, &outcome, "dx"), |i| smooth(i).then_some(STEP))
}

fn batch_norm(case: &Case) -> usize {
    let Op::BatchNormBackward { x: shape, groups, slope: leak, .. } = case.op() else {
        unreachable!()
    };
    let mut desk = Desk::new();
    let shared = |name: &str| case.slots[case.slot(name)].shared;
    let (m, features) = (case.models, shape.features);
    let [x, gamma, beta, dy] =
        ["x", "gamma", "beta", "dy"].map(|name| place(&mut desk, case, name));
    let [running_mean, running_var, dgamma, dbeta] =
        [(); 4].map(|()| desk.given([m, 1, features], &vec![0.0; m * features]));
    let statistics = desk.blank([m, 2 * groups, features]);
    let [y, dx] = [(); 2].map(|()| desk.blank(shape.shape()));
    let (momentum, epsilon) = (0.5, 1e-3);
    let norm = |slope: f64| Op::BatchNormForward {
        x,
        gamma,
        beta,
        running_mean,
        running_var,
        statistics,
        y,
        groups,
        momentum,
        epsilon,
        slope,
    };
    desk.run(norm(1.0), 0);
    let (before, rstd) = (desk.read(y), desk.read(statistics));
    desk.run(
        Op::BatchNormBackward {
            x,
            dy,
            gamma,
            beta,
            statistics,
            dx,
            dgamma,
            dbeta,
            groups,
            slope: leak,
        },
        0,
    );
    let gradients = [dx, dgamma, dbeta].map(|tensor| desk.read(tensor));
    // A column with a pre-activation within 100 steps of the kink is not moved.
    let smooth = |column: usize| {
        let (model, f) = (column / features, column % features);
        let numbers =
            before[model * shape.len()..(model + 1) * shape.len()].iter().skip(f).step_by(features);
        leak == 1.0 || numbers.into_iter().all(|a| a.abs() > 100.0 * STEP)
    };
    let forward = [norm(leak)];
    let mut slope =
        Slope { desk, forward: &forward, moved: x, output: y, dy: &all_models(case, "dy") };
    let mut checked = 0;
    if !shared("x") {
        checked += slope.check(case, &gradients[0], |i| {
            let (model, row, f) = (i / shape.len(), i % shape.len() / features, i % features);
            let group = row / (shape.rows / groups);
            let rstd = rstd[((model * groups + group) * 2 + 1) * features + f];
            smooth(model * features + f).then_some(STEP / rstd)
        });
    }
    for (name, tensor, gradient) in [("gamma", gamma, &gradients[1]), ("beta", beta, &gradients[2])]
    {
        if !shared(name) {
            slope.moved = tensor;
            checked += slope.check(case, gradient, |column| smooth(column).then_some(STEP));
        }
    }
    checked
}
