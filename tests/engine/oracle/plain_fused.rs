//! The fused kernels by plain loops over their formulas.

use super::cases::Run;
use super::cases::fused_gradient::{finished, gradients};
use super::cases::fused_numbers::tiles;
use super::plain::Answers;
use engine::op::Op;

/// What a fused kernel must have written.
pub fn answers(run: &Run) -> Answers {
    match run.op() {
        Op::NormDenseForward { .. } => forward(run),
        Op::NormDenseBackward { .. } => backward(run),
        Op::DenseUpdate { .. } => update(run),
        other => unreachable!("{} is not fused", other.name()),
    }
}

/// Mean and biased variance of a feature of a group, from mean and M2 of all tiles at once.
fn merged(run: &Run, rows: usize, tile: usize, [m, g, i]: [usize; 3]) -> [f64; 2] {
    let Op::NormDenseForward { groups, .. } = run.op() else { unreachable!() };
    let each = rows.div_ceil(tile);
    let part = |t: usize, which: usize| {
        run.before("x").at(m, groups * rows + 2 * (g * each + t) + which, i)
    };
    let count = |t: usize| tile.min(rows - t * tile) as f64;
    let n = rows as f64;
    let mean = (0..each).map(|t| count(t) * part(t, 0)).sum::<f64>() / n;
    let apart = |t: usize| count(t) * (part(t, 0) - mean).powi(2);
    [mean, (0..each).map(|t| part(t, 1) + apart(t)).sum::<f64>() / n]
}

fn forward(run: &Run) -> Answers {
    let Op::NormDenseForward { groups, rows, before, tile, moments, b, .. } = run.op() else {
        unreachable!()
    };
    let Op::NormDenseForward { momentum, epsilon, slope, x, dense, .. } = run.op() else {
        unreachable!()
    };
    let (inputs, outputs) = (x.features, dense.features);
    let scaled = if before > 0 { 2 * inputs } else { 0 };
    let (mut all, mut kept, mut running, mut ys) = (vec![], vec![], vec![], vec![]);
    for m in 0..run.models() {
        let parameter = |i: usize| run.before("parameters").at(m, 0, i);
        let statistic = |g: usize, i: usize| merged(run, rows, before, [m, g, i]);
        let y: Vec<f64> = (0..groups * rows * inputs)
            .map(|e| {
                let (r, i) = (e / inputs, e % inputs);
                let x = run.before("x").at(m, r, i);
                if before == 0 {
                    return x;
                }
                let [mean, variance] = statistic(r / rows, i);
                let h = (x - mean) / (variance + epsilon).sqrt();
                let a = parameter(i) * h + parameter(inputs + i);
                if a > 0.0 { a } else { slope * a }
            })
            .collect();
        let result = |r: usize, o: usize| {
            let bias = if b.is_some() { run.before("b").at(m, 0, o) } else { 0.0 };
            (0..inputs)
                .map(|i| y[r * inputs + i] * parameter(scaled + i * outputs + o))
                .sum::<f64>()
                + bias
        };
        let results: Vec<f64> =
            (0..groups * rows * outputs).map(|e| result(e / outputs, e % outputs)).collect();
        all.extend(&results);
        for rows in tiles(groups * rows, groups, tile).filter(|_| moments) {
            let column = |o: usize| rows.clone().map(move |r| r * outputs + o);
            let mean = |o: usize| column(o).map(|e| results[e]).sum::<f64>() / rows.len() as f64;
            all.extend((0..outputs).map(mean));
            all.extend(
                (0..outputs)
                    .map(|o| column(o).map(|e| (results[e] - mean(o)).powi(2)).sum::<f64>()),
            );
        }
        if before > 0 {
            for g in 0..groups {
                kept.extend((0..inputs).map(|i| statistic(g, i)[0]));
                kept.extend((0..inputs).map(|i| 1.0 / (statistic(g, i)[1] + epsilon).sqrt()));
            }
            for (which, i) in (0..2).flat_map(|which| (0..inputs).map(move |i| (which, i))) {
                let start = run.before("running").at(m, which, i);
                running.push((0..groups).fold(start, |running, g| {
                    momentum * running + (1.0 - momentum) * statistic(g, i)[which]
                }));
            }
            ys.extend(y);
        }
    }
    let mut answers = vec![("dense", all)];
    if before > 0 {
        answers.extend([("running", running), ("statistics", kept), ("y", ys)]);
    }
    answers
}

fn backward(run: &Run) -> Answers {
    let Op::NormDenseBackward { groups, rows, after, tile, slope, dy, dx, .. } = run.op() else {
        unreachable!()
    };
    let (features, outputs) = (dx.features, dy.features);
    let mut all = Vec::new();
    for m in 0..run.models() {
        let g: Vec<f64> = (0..groups * rows * outputs)
            .map(|e| finished(run, [groups, rows, after], [m, e / outputs, e % outputs]))
            .collect();
        let parameter = |i: usize| run.before("parameters").at(m, 0, i);
        let kept = |r: usize, f: usize| {
            [0, 1].map(|row| run.before("statistics").at(m, 2 * (r / rows) + row, f))
        };
        let h = |r: usize, f: usize| {
            let [mean, rstd] = kept(r, f);
            (run.before("dense").at(m, r, f) - mean) * rstd
        };
        let da = |r: usize, f: usize| {
            let product = (0..outputs)
                .map(|o| g[r * outputs + o] * parameter(2 * features + f * outputs + o))
                .sum::<f64>();
            let a = parameter(f) * h(r, f) + parameter(features + f);
            product * if a > 0.0 { 1.0 } else { slope }
        };
        let values: Vec<f64> =
            (0..groups * rows * features).map(|e| da(e / features, e % features)).collect();
        all.extend(&values);
        for rows in tiles(groups * rows, groups, tile) {
            let sum = |of: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
                (0..features).map(|f| rows.clone().map(|r| of(r, f)).sum()).collect()
            };
            all.extend(sum(&|r, f| values[r * features + f]));
            all.extend(sum(&|r, f| values[r * features + f] * h(r, f)));
        }
        for g in 0..groups {
            all.extend((0..features).map(|f| parameter(f) * kept(g * rows, f)[1]));
        }
    }
    vec![("dx", all)]
}

fn update(run: &Run) -> Answers {
    let Op::DenseUpdate { beta1, beta2, epsilon, .. } = run.op() else { unreachable!() };
    let gradients = gradients(run);
    let each = gradients.len() / run.models();
    let (mut w, mut m, mut v) = (Vec::new(), Vec::new(), Vec::new());
    for (e, gradient) in gradients.iter().enumerate() {
        let before = |name: &str| run.before(name).model(e / each)[e % each];
        let schedule = run.before("lr").model(e / each);
        let rate = schedule.get(run.case.step as usize).or(schedule.last()).expect("a rate");
        let first = beta1 * before("m") + (1.0 - beta1) * gradient;
        let second = beta2 * before("v") + (1.0 - beta2) * gradient.powi(2);
        w.push(before("w") - rate * first / (second.sqrt() + epsilon));
        m.push(first);
        v.push(second);
    }
    vec![("w", w), ("m", m), ("v", v)]
}
