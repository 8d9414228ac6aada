//! Typed heads: plain loops over their formulas, central differences of what they make soft, and
//! what must hold for their noise.

use super::Desk;
use super::cases::heads::{blocks_of, gumbel, logistic};
use super::cases::random::SEED;
use super::cases::{Case, Numbers, Run};
use super::gradients::{STEP, Slope, all_models, place};
use super::plain::Answers;
use engine::op::{Op, Random};

/// Both results of the forward kernel.
pub fn forward(run: &Run, temperature: f64, spread: f64) -> Answers {
    let [models, rows, _] = run.after("y").shape();
    let (mut soft, mut y) = (Vec::new(), Vec::new());
    for (m, r) in (0..models).flat_map(|m| (0..rows).map(move |r| (m, r))) {
        for (first, len, kind, scale) in blocks_of(run, m) {
            let raw = &run.before("raw").row(m, r)[first..first + len];
            let noise = &run.before("noise").row(m, r)[first..first + len];
            match kind {
                0 => {
                    let a: Vec<f64> = raw
                        .iter()
                        .zip(noise)
                        .map(|(r, n)| (r + spread * gumbel(*n)) / temperature)
                        .collect();
                    let best = (0..len).fold(0, |best, i| if a[i] > a[best] { i } else { best });
                    soft.extend(
                        a.iter()
                            .map(|x| 1.0 / a.iter().map(|other| (other - x).exp()).sum::<f64>()),
                    );
                    y.extend((0..len).map(|i| if i == best { scale } else { 0.0 }));
                }
                1 => {
                    soft.push(raw[0]);
                    y.push(scale * raw[0]);
                }
                _ => {
                    let s =
                        1.0 / (1.0 + (-(raw[1] + spread * logistic(noise[1])) / temperature).exp());
                    let h = if s > 0.5 { 1.0 } else { 0.0 };
                    soft.extend([raw[0], s]);
                    y.extend([scale * raw[0] * (1.0 - h), scale * h]);
                }
            }
        }
    }
    vec![("soft", soft), ("y", y)]
}

/// Gate by gate, of the numbers as they were: whether its premise held is asked of what the gates
/// before it left.
pub fn gate(run: &Run) -> Answers {
    let [models, rows, _] = run.after("y").shape();
    let (mut softs, mut ys) = (Vec::new(), Vec::new());
    for (m, r) in (0..models).flat_map(|m| (0..rows).map(move |r| (m, r))) {
        let (mut soft, mut y) =
            (run.before("soft").row(m, r).to_vec(), run.before("y").row(m, r).to_vec());
        for gate in run.before("gates").model(m).chunks_exact(7) {
            let [asked, first, len, choice] = [0, 3, 4, 5].map(|at: usize| gate[at] as usize);
            if (y[asked] > 0.0) != (gate[1] == 1.0) {
                continue;
            }
            if gate[2] == 0.0 && choice >= len {
                let k = first + choice - len;
                let others: Vec<usize> = (first..first + len).filter(|i| *i != k).collect();
                let rest: f64 = others.iter().map(|i| soft[*i]).sum();
                let best = others
                    .iter()
                    .fold(others[0], |best, i| if soft[*i] > soft[best] { *i } else { best });
                match rest > 0.0 {
                    true => others.iter().for_each(|i| soft[*i] /= rest),
                    false => soft[best] = 1.0,
                }
                soft[k] = 0.0;
                if y[k] > 0.0 {
                    (y[k], y[best]) = (0.0, gate[6]);
                }
                continue;
            }
            for i in 0..len {
                // Of a number with a mask the choice is whether the mask, its second column, is on.
                let on = if gate[2] == 0.0 { i == choice } else { i == choice && i == 1 };
                let is_value = gate[2] == 2.0 && i == 0;
                y[first + i] = match (is_value, on) {
                    (true, _) => gate[6] * soft[first] * (1.0 - choice as f64),
                    (false, true) => gate[6],
                    (false, false) => 0.0,
                };
                soft[first + i] = if is_value { soft[first] } else { f64::from(u8::from(on)) };
            }
        }
        softs.extend(soft);
        ys.extend(y);
    }
    vec![("soft", softs), ("y", ys)]
}

/// The gradient, number by number.
pub fn backward(run: &Run, temperature: f64) -> Answers {
    let [models, rows, _] = run.after("draw").shape();
    let mut draw = Vec::new();
    for (m, r) in (0..models).flat_map(|m| (0..rows).map(move |r| (m, r))) {
        for (first, len, kind, scale) in blocks_of(run, m) {
            let soft = &run.before("soft").row(m, r)[first..first + len];
            let dy = &run.before("dy").row(m, r)[first..first + len];
            match kind {
                0 => draw.extend((0..len).map(|i| {
                    // Sum over j of dy[j] dsoft[j] / da[i].
                    let rest: f64 = (0..len).map(|j| soft[i] * soft[j] * dy[j]).sum();
                    scale / temperature * (soft[i] * dy[i] - rest)
                })),
                1 => draw.push(scale * dy[0]),
                _ => {
                    let (s, kept) = (soft[1], if soft[1] > 0.5 { 0.0 } else { 1.0 });
                    draw.push(scale * kept * dy[0]);
                    draw.push(scale / temperature * (s - s * s) * (dy[1] - soft[0] * dy[0]));
                }
            }
        }
    }
    vec![("draw", draw)]
}

/// The straight-through gradient is that of the soft numbers, each weighted by what the hard ones
/// hand to it: a level by its dy, a mask by its dy and by what it takes from the value, a value by
/// its dy where it is not masked.
pub fn differences(case: &Case) -> usize {
    let Op::HeadsBackward { soft: shape, temperature, .. } = case.op() else { unreachable!() };
    let mut desk = Desk::new();
    let mut numbers = Numbers::of(&case.label);
    let n = shape.models * shape.len();
    let values = numbers.normal(n);
    let (raw, noise) = (
        desk.given(shape.shape(), &values),
        desk.given(shape.shape(), &numbers.uniform(n, -0.99, 0.99)),
    );
    let [blocks, dy] = ["blocks", "dy"].map(|name| place(&mut desk, case, name));
    let [soft, y, draw] = [(); 3].map(|()| desk.blank(shape.shape()));
    let forward = [Op::HeadsForward { raw, noise, blocks, soft, y, temperature, spread: 0.3 }];
    desk.run(forward[0], 0);
    desk.run(Op::HeadsBackward { soft, blocks, dy, draw, temperature }, 0);
    let (at, gradient) = (desk.read(soft), desk.read(draw));
    let mut weights = all_models(case, "dy");
    let tables = all_models(case, "blocks");
    for (m, table) in tables.chunks_exact(tables.len() / shape.models).enumerate() {
        for (r, block) in
            (0..shape.rows).flat_map(|r| table.chunks_exact(5).map(move |block| (r, block)))
        {
            let first = (m * shape.rows + r) * shape.features + block[1] as usize;
            if block[0] == 2.0 {
                weights[first + 1] -= values[first] * weights[first];
                weights[first] *= if at[first + 1] > 0.5 { 0.0 } else { 1.0 };
            }
            weights[first..first + block[2] as usize]
                .iter_mut()
                .for_each(|weight| *weight *= block[3]);
        }
    }
    let mut slope = Slope { desk, forward: &forward, moved: raw, output: soft, dy: &weights };
    slope.check(case, &gradient, |_| Some(STEP))
}

/// With the full noise at temperature 1 a level is drawn with its softmax probability and a mask
/// with its sigmoid: the property that makes Gumbel and logistic noise what they are.
/// Six standard deviations of a share of 40,000 draws.
#[test]
fn choices_are_drawn_with_their_probabilities() {
    let rows = 40_000;
    let (levels, mask) = ([0.1f64, 0.2, 0.3, 0.4], 0.3f64);
    let mut desk = Desk::new();
    let logits: Vec<f64> =
        levels.iter().map(|p| p.ln()).chain([5.0, (mask / (1.0 - mask)).ln()]).collect();
    let raw = desk.given([1, rows, 6], &logits.repeat(rows));
    let [noise, soft, y] = [(); 3].map(|()| desk.blank([1, rows, 6]));
    let blocks = desk.given([1, 2, 5], &[0.0, 0.0, 4.0, 1.0, 0.0, 2.0, 4.0, 2.0, 1.0, 1.0]);
    desk.run(Op::Noise { out: noise, random: Random { seed: SEED, stream: 20 } }, 3);
    desk.run(Op::HeadsForward { raw, noise, blocks, soft, y, temperature: 1.0, spread: 1.0 }, 3);
    let y = desk.read(y);
    for (column, p) in levels.iter().chain([&(1.0 - mask), &mask]).enumerate() {
        let share =
            y.iter().skip(column).step_by(6).filter(|y| **y != 0.0).count() as f64 / rows as f64;
        let bound = 6.0 * (p * (1.0 - p) / rows as f64).sqrt();
        assert!(
            (share - p).abs() < bound,
            "column {column} is drawn in {share} of the rows instead of {p}"
        );
    }
}

/// A mean of n draws deviates by sqrt(1/n), a variance by sqrt((kurtosis - 1) / n) with a kurtosis
/// of 3 less 1.2/16, a kurtosis by less than sqrt(96 / n).
/// Six of them.
#[test]
fn normal_noise_has_the_moments_of_a_normal() {
    let n = 200_000;
    let mut desk = Desk::new();
    let out = desk.blank([1, 1, n]);
    desk.run(Op::NormalNoise { out, random: Random { seed: SEED, stream: 5 } }, 9);
    let x = desk.read(out);
    let moment = |k: i32| x.iter().map(|x| x.powi(k)).sum::<f64>() / n as f64;
    let bound = |variance: f64| 6.0 * (variance / n as f64).sqrt();
    assert!(moment(1).abs() < bound(1.0), "mean {}", moment(1));
    assert!((moment(2) - 1.0).abs() < bound(1.925), "variance {}", moment(2));
    assert!(moment(3).abs() < bound(15.0), "skewness {}", moment(3));
    assert!((moment(4) - 2.925).abs() < bound(96.0), "kurtosis {}", moment(4));
}
