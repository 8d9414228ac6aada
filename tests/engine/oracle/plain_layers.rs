//! Plain loops for the kernels that sum: products, statistics, losses, order statistics.

use super::cases::Run;
use super::plain::{Answers, before, each_number};
use engine::op::Op;

/// What a product, a normalisation or a statistic must write.
pub fn answers(run: &Run) -> Answers {
    match run.op() {
        Op::DenseForward { .. }
        | Op::DenseBackwardInput { .. }
        | Op::DenseBackwardWeight { .. } => dense(run),
        Op::BatchNormForward { groups, momentum, epsilon, slope, .. } => {
            batch_norm(run, groups, momentum, epsilon, slope)
        }
        Op::BatchNormInference { epsilon, slope, .. } => batch_norm_inference(run, epsilon, slope),
        Op::BatchNormBackward { groups, slope, .. } => batch_norm_backward(run, groups, slope),
        Op::Moments { .. } => moments(run),
        Op::Covariance { .. } | Op::SlicedCovariance { .. } => covariance(run),
        other => unreachable!("{}", other.name()),
    }
}

fn sum(n: usize, f: impl Fn(usize) -> f64) -> f64 {
    (0..n).map(f).sum()
}

fn dense(run: &Run) -> Answers {
    match run.op() {
        Op::DenseForward { x: shape, w: columns, b, .. } => {
            let (x, w) = (run.before("x"), run.before("w"));
            let bias = |m: usize, o: usize| b.map_or(0.0, |_| before(run, "b", m, o));
            let y = |m: usize, e: usize| {
                let (r, o) = (e / columns.features, e % columns.features);
                sum(shape.features, |i| x.at(m, r, i) * w.at(m, i, o)) + bias(m, o)
            };
            vec![("y", each_number(run, "y", y))]
        }
        Op::DenseBackwardInput { dy: shape, w: columns, .. } => {
            let (dy, w) = (run.before("dy"), run.before("w"));
            let dx = |m, e: usize| {
                let (r, i) = (e / columns.rows, e % columns.rows);
                sum(shape.features, |o| dy.at(m, r, o) * w.at(m, i, o))
            };
            vec![("dx", each_number(run, "dx", dx))]
        }
        Op::DenseBackwardWeight { x: shape, dw, db, .. } => {
            let (x, dy) = (run.before("x"), run.before("dy"));
            let weight = |m, e: usize| {
                let (i, o) = (e / dw.features, e % dw.features);
                sum(shape.rows, |r| x.at(m, r, i) * dy.at(m, r, o))
            };
            let mut answers = vec![("dw", each_number(run, "dw", weight))];
            answers.extend(db.map(|_| {
                ("db", each_number(run, "db", |m, o| sum(shape.rows, |r| dy.at(m, r, o))))
            }));
            answers
        }
        other => unreachable!("{}", other.name()),
    }
}

/// Mean and biased variance of rows of group `g` of a column of x.
fn group_statistics(run: &Run, m: usize, f: usize, g: usize, rows: usize) -> [f64; 2] {
    let x = |r: usize| run.before("x").at(m, g * rows + r, f);
    let mean = sum(rows, x) / rows as f64;
    [mean, sum(rows, |r| (x(r) - mean).powi(2)) / rows as f64]
}

fn batch_norm(run: &Run, groups: usize, momentum: f64, epsilon: f64, slope: f64) -> Answers {
    let [_, all_rows, features] = run.after("y").shape();
    let rows = all_rows / groups;
    let statistic = |m, f, g| group_statistics(run, m, f, g, rows);
    let statistics = each_number(run, "statistics", |m, e| {
        let [mean, variance] = statistic(m, e % features, e / features / 2);
        if e / features % 2 == 0 { mean } else { 1.0 / (variance + epsilon).sqrt() }
    });
    let running = |name: &'static str, which: usize| {
        each_number(run, name, |m, f| {
            (0..groups).fold(before(run, name, m, f), |now, g| {
                momentum * now + (1.0 - momentum) * statistic(m, f, g)[which]
            })
        })
    };
    let mut y = vec![0.0; run.models() * all_rows * features];
    for (m, f) in (0..run.models()).flat_map(|m| (0..features).map(move |f| (m, f))) {
        for g in 0..groups {
            let [mean, variance] = statistic(m, f, g);
            for r in g * rows..(g + 1) * rows {
                let h = (run.before("x").at(m, r, f) - mean) / (variance + epsilon).sqrt();
                let a = before(run, "gamma", m, f) * h + before(run, "beta", m, f);
                y[(m * all_rows + r) * features + f] = if a > 0.0 { a } else { slope * a };
            }
        }
    }
    vec![
        ("statistics", statistics),
        ("running_mean", running("running_mean", 0)),
        ("running_var", running("running_var", 1)),
        ("y", y),
    ]
}

fn batch_norm_inference(run: &Run, epsilon: f64, slope: f64) -> Answers {
    let features = run.after("y").shape()[2];
    let y = each_number(run, "y", |m, e| {
        let vector = |name: &str| before(run, name, m, e % features);
        let h = (before(run, "x", m, e) - vector("running_mean"))
            / (vector("running_var") + epsilon).sqrt();
        let a = vector("gamma") * h + vector("beta");
        if a > 0.0 { a } else { slope * a }
    });
    vec![("y", y)]
}

fn batch_norm_backward(run: &Run, groups: usize, slope: f64) -> Answers {
    let [_, all_rows, features] = run.after("dx").shape();
    let rows = all_rows / groups;
    let vector = |name: &'static str, m: usize, f: usize| before(run, name, m, f);
    let inner = |m: usize, r: usize, f: usize| {
        let statistic = |row: usize| run.before("statistics").at(m, 2 * (r / rows) + row, f);
        let h = (run.before("x").at(m, r, f) - statistic(0)) * statistic(1);
        let a = vector("gamma", m, f) * h + vector("beta", m, f);
        (h, run.before("dy").at(m, r, f) * if a > 0.0 { 1.0 } else { slope })
    };
    let dbeta = each_number(run, "dbeta", |m, f| sum(all_rows, |r| inner(m, r, f).1));
    let dgamma =
        each_number(run, "dgamma", |m, f| sum(all_rows, |r| inner(m, r, f).0 * inner(m, r, f).1));
    let mut dx = vec![0.0; run.models() * all_rows * features];
    for (m, f) in (0..run.models()).flat_map(|m| (0..features).map(move |f| (m, f))) {
        for g in 0..groups {
            let mean = sum(rows, |r| inner(m, g * rows + r, f).1) / rows as f64;
            let along = sum(rows, |r| inner(m, g * rows + r, f).0 * inner(m, g * rows + r, f).1)
                / rows as f64;
            let scale = vector("gamma", m, f) * run.before("statistics").at(m, 2 * g + 1, f);
            for r in g * rows..(g + 1) * rows {
                let (h, da) = inner(m, r, f);
                dx[(m * all_rows + r) * features + f] = scale * (da - mean - h * along);
            }
        }
    }
    vec![("dx", dx), ("dgamma", dgamma), ("dbeta", dbeta)]
}

fn moments(run: &Run) -> Answers {
    let rows = run.before("x").shape()[1];
    let statistic = |m, f| group_statistics(run, m, f, 0, rows);
    let unbiased = rows as f64 / (rows as f64 - 1.0);
    vec![
        ("mean", each_number(run, "mean", |m, f| statistic(m, f)[0])),
        ("variance", each_number(run, "variance", |m, f| statistic(m, f)[1] * unbiased)),
    ]
}

fn covariance(run: &Run) -> Answers {
    let [_, rows, features] = run.before("x").shape();
    let distance =
        |m: usize, r: usize, f: usize| run.before("x").at(m, r, f) - before(run, "mean", m, f);
    vec![(
        "covariance",
        each_number(run, "covariance", |m, e| {
            sum(rows, |r| distance(m, r, e / features) * distance(m, r, e % features))
                / (rows as f64 - 1.0)
        }),
    )]
}

/// Cross-entropy from its definition: `-log sigmoid(z)` of what should be real,
/// `-log (1 - sigmoid(z))` of what should be fake.
pub fn logistic_loss(run: &Run, groups: usize, weight: f64) -> Answers {
    let rows = run.before("logits").shape()[1] / groups;
    let sigmoid =
        |z: f64| if z > 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) };
    let cost = |z: f64| if z > 40.0 { z } else { z.exp().ln_1p() };
    let sign = |g: usize| if g == 0 { -1.0 } else { 1.0 };
    let mean = |g: usize, f: &dyn Fn(f64) -> f64, m: usize| {
        sum(rows, |r| f(before(run, "logits", m, g * rows + r))) / rows as f64
    };
    let loss = |m| sum(groups, |g| mean(g, &|z| cost(sign(g) * z), m));
    let probability = |m, g| mean(g, &sigmoid, m);
    let scores = each_number(run, "scores", |m, e| match e {
        0 => loss(m),
        _ => probability(m, e - 1),
    });
    let dlogits = each_number(run, "dlogits", |m, e| {
        let side = sign(e / rows);
        weight * side * sigmoid(side * before(run, "logits", m, e)) / rows as f64
    });
    vec![("scores", scores), ("dlogits", dlogits)]
}

/// The k-th smallest and the rank, by counting.
pub fn sort(run: &Run, groups: usize) -> Answers {
    let [_, all_rows, features] = run.after("rank").shape();
    let rows = all_rows / groups;
    let mut sorted = vec![0.0; run.models() * all_rows * features];
    let mut rank = sorted.clone();
    for (m, f) in (0..run.models()).flat_map(|m| (0..features).map(move |f| (m, f))) {
        for first in (0..all_rows).step_by(rows) {
            let column: Vec<f64> =
                (first..first + rows).map(|r| run.before("x").at(m, r, f)).collect();
            for (r, value) in column.iter().enumerate() {
                let smaller = column.iter().filter(|other| *other < value).count();
                let place = smaller + column[..r].iter().filter(|other| *other == value).count();
                rank[(m * all_rows + first + r) * features + f] = place as f64;
                sorted[(m * all_rows + first + place) * features + f] = *value;
            }
        }
    }
    vec![("sorted", sorted), ("rank", rank)]
}

/// The loss over levels and features, and for every order statistic its share in every level.
pub fn percentile_loss(run: &Run, weight: f64) -> Answers {
    let [_, rows, features] = run.after("dx").shape();
    let count = run.before("levels").shape()[1];
    let share = |m: usize, l: usize, k: usize| {
        let [whole, part] = [0, 1].map(|i| run.before("levels").at(m, l, i));
        (1.0 - (whole + part - k as f64).abs()).max(0.0)
    };
    let distance = |m: usize, l: usize, f: usize| {
        sum(rows, |k| {
            share(m, l, k) * (run.before("fake").at(m, k, f) - run.before("real").at(m, k, f))
        })
    };
    let terms = (count * features) as f64;
    let loss = each_number(run, "loss", |m, _| {
        sum(count * features, |i| distance(m, i / features, i % features).powi(2)) / terms
    });
    let mut dx = vec![0.0; run.models() * rows * features];
    for (m, f) in (0..run.models()).flat_map(|m| (0..features).map(move |f| (m, f))) {
        let distances: Vec<f64> = (0..count).map(|l| distance(m, l, f)).collect();
        for r in 0..rows {
            let k = run.before("rank").at(m, r, f) as usize;
            dx[(m * rows + r) * features + f] =
                2.0 * weight / terms * sum(count, |l| share(m, l, k) * distances[l]);
        }
    }
    vec![("loss", loss), ("dx", dx)]
}
