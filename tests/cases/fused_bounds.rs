//! How far a fused kernel in f32 may lie from the oracle: as far as its second part on exact
//! inputs, and as far as the error of its first part moves the second part's result.
//! The latter is carried through to first order; 1 % more covers the rest.

use super::case::Case;
use super::compare::{Allowed, Run};
use super::fused_parts::{gathered, parts};
use super::stage::{Outcome, run as run_case};
use engine::cpu::Cpu;
use engine::op::Op;

type Named = Vec<(&'static str, Vec<f64>)>;

/// Tolerances of what a fused kernel writes.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    let [(first, _), (second, outcome)] =
        parts(run.case, |case| run_case(case, &mut Cpu::double()));
    let own = |case: &Case, oracle: &Outcome| -> Named {
        let tolerances = super::allowed(&Run { case, oracle }).into_iter();
        tolerances.map(|(name, allowed)| (name, within(allowed))).collect()
    };
    let of_first = own(&first, &run_case(&first, &mut Cpu::double()));
    let mut of_second = own(&second, &outcome);
    let seen = Run { case: &second, oracle: &outcome };
    let carried = match run.op() {
        Op::DenseNormForward { .. } => through_norm(&seen, &of_first[0].1),
        Op::DenseNormBackward { .. } => through_gradient(&seen, &of_first[0].1),
        _ => through_adam(&seen, &of_first),
    };
    for (name, tolerances) in &mut of_second {
        let (_, more) =
            carried.iter().find(|(n, _)| n == name).expect("an error that is carried through");
        tolerances
            .iter_mut()
            .zip(more)
            .for_each(|(tolerance, more)| *tolerance = (*tolerance + more) * 1.01);
    }
    let all = gathered(run.case, &[of_first, of_second]).into_iter();
    all.map(|(name, tolerances)| (name, Allowed::Within(tolerances))).collect()
}

fn within(allowed: Allowed) -> Vec<f64> {
    match allowed {
        Allowed::Within(tolerances) => tolerances,
        Allowed::Bits => unreachable!("a sum in f32 is not exact"),
    }
}

/// `delta` on x moves the mean by at most mean(delta), the variance by at most
/// `2 mean(|x - mean| delta) + mean(delta^2)`.
fn through_norm(run: &Run, delta: &[f64]) -> Named {
    let Op::BatchNormForward { x, groups, momentum, epsilon, slope, .. } = run.op() else {
        unreachable!()
    };
    let (rows, features, n) = (x.rows / groups, x.features, (x.rows / groups) as f64);
    let zeros = |rows: usize| vec![0.0; run.models() * rows * features];
    let (mut y, mut statistics) = (zeros(x.rows), zeros(2 * groups));
    let (mut running_mean, mut running_var) = (zeros(1), zeros(1));
    for (m, g, f) in each(run.models(), groups, features) {
        let at = |r: usize| (m * x.rows + g * rows + r) * features + f;
        let value = |r: usize| run.before("x").at(m, g * rows + r, f);
        let mean_of = |of: &dyn Fn(usize) -> f64| (0..rows).map(of).sum::<f64>() / n;
        let mean = mean_of(&value);
        let variance = mean_of(&|r| (value(r) - mean).powi(2));
        let mean_moves = mean_of(&|r| delta[at(r)]);
        let variance_moves =
            mean_of(&|r| 2.0 * (value(r) - mean).abs() * delta[at(r)] + delta[at(r)].powi(2));
        let rstd = 1.0 / (variance + epsilon).sqrt();
        let largest = 1.0 / ((variance - variance_moves).max(0.0) + epsilon).sqrt();
        let gamma = run.before("gamma").at(m, 0, f).abs();
        for r in 0..rows {
            let moves =
                (delta[at(r)] + mean_moves) * largest + (value(r) - mean).abs() * (largest - rstd);
            y[at(r)] = gamma * moves * slope.max(1.0);
        }
        let first = ((m * groups + g) * 2) * features + f;
        statistics[first] = mean_moves;
        statistics[first + features] = largest - rstd;
        running_mean[m * features + f] += (1.0 - momentum) * mean_moves;
        running_var[m * features + f] += (1.0 - momentum) * variance_moves;
    }
    vec![
        ("y", y),
        ("statistics", statistics),
        ("running_mean", running_mean),
        ("running_var", running_var),
    ]
}

/// `delta` on dy moves da by at most delta times the slope, 1 where the branch is not certain, and
/// everything else is linear in da.
fn through_gradient(run: &Run, delta: &[f64]) -> Named {
    let Op::BatchNormBackward { x, groups, slope, .. } = run.op() else { unreachable!() };
    let (rows, features, n) = (x.rows / groups, x.features, (x.rows / groups) as f64);
    let zeros = |rows: usize| vec![0.0; run.models() * rows * features];
    let (mut dx, mut dgamma, mut dbeta) = (zeros(x.rows), zeros(1), zeros(1));
    for (m, g, f) in each(run.models(), groups, features) {
        let at = |r: usize| (m * x.rows + g * rows + r) * features + f;
        let vector = |name: &str, row: usize| run.before(name).at(m, row, f);
        let rstd = vector("statistics", 2 * g + 1);
        let h = |r: usize| {
            (run.before("x").at(m, g * rows + r, f) - vector("statistics", 2 * g)) * rstd
        };
        let moves = |r: usize| {
            let (scaled, beta) = (vector("gamma", 0) * h(r), vector("beta", 0));
            let negative = scaled + beta < -1e-5 * (scaled.abs() + beta.abs());
            delta[at(r)] * if negative { slope } else { 1.0 }
        };
        let [sum, along] =
            (0..rows).fold([0.0; 2], |[a, b], r| [a + moves(r), b + moves(r) * h(r).abs()]);
        for r in 0..rows {
            let inside = moves(r) + sum / n + h(r).abs() * along / n;
            dx[at(r)] = (vector("gamma", 0) * rstd).abs() * inside;
        }
        dbeta[m * features + f] += sum;
        dgamma[m * features + f] += along;
    }
    vec![("dx", dx), ("dgamma", dgamma), ("dbeta", dbeta)]
}

/// An error d of the gradient moves m by `(1 - beta1) d`, v by `(1 - beta2) (2 |dw| d + d^2)`, and
/// the update by the quotient's share of both.
fn through_adam(run: &Run, first: &Named) -> Named {
    let Op::Adam { lr, beta1, beta2, epsilon, .. } = run.op() else { unreachable!() };
    let models = run.models();
    let parameters = run.before("w").shape()[2];
    // Gamma and beta have a gradient that is given; a bias has one that is summed here.
    let behind = first.get(1).map(|(_, db)| db.clone()).unwrap_or_default();
    let [mut w, mut m, mut v] = [(); 3].map(|()| Vec::with_capacity(models * parameters));
    let weights = first[0].1.len() / models;
    for model in 0..models {
        let rate = run.before("lr").model(model)[(run.case.step as usize).min(lr.rows - 1)];
        for i in 0..parameters {
            let delta = match i.checked_sub(weights) {
                None => first[0].1[model * weights + i],
                Some(i) => behind.get(model * (behind.len() / models) + i).copied().unwrap_or(0.0),
            };
            let gradient = run.before("dw").model(model)[i].abs();
            let (m_now, v_now) =
                (run.after("m").model(model)[i].abs(), run.after("v").model(model)[i]);
            let (m_moves, v_moves) =
                ((1.0 - beta1) * delta, (1.0 - beta2) * (2.0 * gradient + delta) * delta);
            let least = (v_now - v_moves).max(0.0).sqrt() + epsilon;
            w.push(
                rate * (m_moves / least + m_now * (1.0 / least - 1.0 / (v_now.sqrt() + epsilon))),
            );
            m.push(m_moves);
            v.push(v_moves);
        }
    }
    vec![("w", w), ("m", m), ("v", v)]
}

fn each(
    models: usize,
    groups: usize,
    features: usize,
) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..models * groups * features)
        .map(move |i| (i / features / groups, i / features % groups, i % features))
}
