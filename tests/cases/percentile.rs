//! Sorting columns and the percentile loss on what is sorted.

use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run, TINY};
use super::numbers::{Numbers, exact};
use engine::op::Op;

/// Which numbers a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Hardly any equal numbers.
    Distinct,
    /// Multiples of 1/8, both zeros among them: mostly ties.
    Ties,
    /// Descending, with the last column constant.
    Descending,
}

fn columns(kind: Column, [models, rows, features]: [usize; 3], numbers: &mut Numbers) -> Vec<f64> {
    let n = models * rows * features;
    match kind {
        Column::Distinct => numbers.normal(n),
        Column::Ties => {
            let mut values = numbers.coarse(n);
            values.iter_mut().step_by(2).filter(|v| **v == 0.0).for_each(|v| *v = -0.0);
            values
        }
        Column::Descending => {
            let value = |i: usize| {
                if i % features + 1 == features {
                    0.5
                } else {
                    exact(-((i / features) as f64) / 7.0)
                }
            };
            (0..n).map(value).collect()
        }
    }
}

/// Sorts every column of every group.
pub fn sort_columns(
    models: usize,
    rows: usize,
    features: usize,
    groups: usize,
    kind: Column,
) -> Case {
    let label = format!("{models} x {rows} x {features}, groups {groups}, {kind:?}");
    let shape = [models, rows, features];
    let x = columns(kind, shape, &mut Numbers::of(&label));
    let slots =
        vec![Slot::given("x", shape, x), Slot::blank("sorted", shape), Slot::blank("rank", shape)];
    Case::new(label, models, slots, move |t| Op::SortColumns {
        x: t[0],
        sorted: t[1],
        rank: t[2],
        groups,
    })
}

/// Positions of the levels 5, 10, ..., 100 % among `rows` order statistics, or every order
/// statistic.
pub fn levels(rows: usize, every: bool) -> Vec<f64> {
    let at = |percent: usize| {
        let position = percent as f64 / 100.0 * (rows - 1) as f64;
        [position.floor(), exact(position - position.floor())]
    };
    if every {
        (0..rows).flat_map(|k| [k as f64, 0.0]).collect()
    } else {
        (1..=20).flat_map(|i| at(5 * i)).collect()
    }
}

/// Sorted columns of `x` and the rank of every number: a plain stable sort.
pub fn sort(x: &[f64], rows: usize, features: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut sorted, mut rank) = (x.to_vec(), x.to_vec());
    for (base, f) in (0..x.len() / (rows * features))
        .flat_map(|m| (0..features).map(move |f| (m * rows * features, f)))
    {
        let at = |r: usize| base + r * features + f;
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by(|&a, &b| x[at(a)].partial_cmp(&x[at(b)]).expect("numbers"));
        for (k, &r) in order.iter().enumerate() {
            sorted[at(k)] = x[at(r)];
            rank[at(r)] = k as f64;
        }
    }
    (sorted, rank)
}

/// The loss between a sorted real and a sorted fake batch.
pub fn percentile_loss(shape: [usize; 3], every: bool, kind: Column, weight: f64) -> Case {
    let [models, rows, features] = shape;
    let which = if every { "every order statistic" } else { "20 levels" };
    let label = format!("{models} x {rows} x {features}, {which}, {kind:?}, weight {weight}");
    let mut numbers = Numbers::of(&label);
    let (real, _) = sort(&columns(Column::Distinct, shape, &mut numbers), rows, features);
    let (fake, rank) = sort(&columns(kind, shape, &mut numbers), rows, features);
    let levels = levels(rows, every);
    let count = levels.len() / 2;
    let slots = vec![
        Slot::given("real", shape, real),
        Slot::given("fake", shape, fake),
        Slot::given("rank", shape, rank),
        Slot::given("levels", [models, count, 2], levels.repeat(models)),
        Slot::blank("loss", [models, 1, 1]),
        Slot::blank("dx", shape),
    ];
    Case::new(label, models, slots, move |t| Op::PercentileLoss {
        real: t[0],
        fake: t[1],
        rank: t[2],
        levels: t[3],
        loss: t[4],
        dx: t[5],
        weight,
    })
    .sharing("levels")
}

/// Every case of sorting and of the percentile loss.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let sizes = [
        (1, 1, 1),
        (3, 2, 3),
        (1, 63, 64),
        (1, 64, 65),
        (3, 65, 5),
        (1, 257, 3),
        (1, 268, 63),
        (1, 1000, 3),
    ];
    for (i, (models, rows, features)) in sizes.into_iter().enumerate() {
        let kind = [Column::Distinct, Column::Ties, Column::Descending][i % 3];
        cases.extend([
            sort_columns(models, rows, features, 1, kind),
            sort_columns(models, rows, features, 1, Column::Ties),
        ]);
        cases.push(sort_columns(models, 2 * rows, features, 2, kind).in_arenas());
        let shape = [models, rows, features];
        cases.extend([
            percentile_loss(shape, false, Column::Distinct, 1.0),
            percentile_loss(shape, true, kind, 2.5),
        ]);
        cases.push(percentile_loss(shape, false, Column::Ties, 0.5).in_arenas());
    }
    cases.extend([
        sort_columns(1, 2048, 2, 1, Column::Ties),
        sort_columns(1, 5000, 2, 1, Column::Ties).in_arenas(),
    ]);
    cases.push(sort_columns(1, 9000, 1, 2, Column::Distinct));
    cases.extend([
        sort_columns(3, 10, 4, 2, Column::Ties).sharing("x"),
        sort_columns(3, 10, 4, 1, Column::Ties).in_two_arenas(),
    ]);
    cases.push(
        percentile_loss([3, 33, 5], false, Column::Ties, 1.0).sharing("real").sharing("rank"),
    );
    cases.push(percentile_loss([3, 33, 5], true, Column::Distinct, 1.0).in_two_arenas());
    cases
}

/// Sorting moves numbers and counts: exact, ties included, because every input is exact in f32
/// (ties keep their row order everywhere).
/// Both zeros are one value, so which of them stands at a place is open: values are compared as
/// numbers, not as bits.
///
/// Loss: a value `s[k] + t (s[k+1] - s[k])` has three roundings of the magnitudes involved, a
/// difference of two values one more.
/// The gradient of a row is a sum over the levels that its order statistic defines (one rounding
/// each), of products of rounded factors (six).
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    match run.op() {
        Op::SortColumns { .. } => {
            let n = run.case.slots[run.case.slot("sorted")].values.len();
            vec![("sorted", Allowed::Within(vec![0.0; n])), ("rank", Allowed::Bits)]
        }
        Op::PercentileLoss { weight, .. } => loss_bounds(run, weight),
        other => unreachable!("{}", other.name()),
    }
}

/// The difference fake - real at one level of one feature, and its error.
fn difference(run: &Run, m: usize, f: usize, k: usize, t: f64) -> (f64, f64) {
    let (mut value, mut magnitude) = (0.0, 0.0);
    for (name, sign) in [("fake", 1.0), ("real", -1.0)] {
        let s = run.before(name);
        let low = s.at(m, k, f);
        let step = if t > 0.0 { t * (s.at(m, k + 1, f) - low) } else { 0.0 };
        value += sign * (low + step);
        magnitude +=
            low.abs() + 2.0 * if t > 0.0 { t * (s.at(m, k + 1, f).abs() + low.abs()) } else { 0.0 };
    }
    (value, 2.0 * EPS * magnitude + EPS * value.abs())
}

fn loss_bounds(run: &Run, weight: f64) -> Vec<(&'static str, Allowed)> {
    let [_, rows, features] = run.after("dx").shape();
    let (mut loss, mut dx) = (Vec::new(), vec![0.0; run.models() * rows * features]);
    for m in 0..run.models() {
        let levels = run.before("levels").model(m);
        let terms = (levels.len() / 2 * features) as f64;
        let mut total = 0.0;
        for f in 0..features {
            let mut by_place = vec![(TINY, 0.0, 0); rows + 1];
            for level in levels.chunks_exact(2) {
                let (k, t) = (level[0] as usize, level[1]);
                let (d, error) = difference(run, m, f, k, t);
                total += 2.0 * d.abs() * error + error * error + (terms + 4.0) * EPS * d * d;
                let scale = (2.0 * weight / terms).abs();
                for (place, share) in
                    [(k, 1.0 - t), (k + 1, t)].into_iter().filter(|(_, share)| *share > 0.0)
                {
                    let (sum_error, magnitude, count) = &mut by_place[place];
                    *sum_error += scale * share * error;
                    *magnitude += scale * share * d.abs();
                    *count += 1;
                }
            }
            for r in 0..rows {
                let (sum_error, magnitude, count) =
                    by_place[run.before("rank").at(m, r, f) as usize];
                dx[(m * rows + r) * features + f] =
                    sum_error + (6 + count) as f64 * EPS * magnitude;
            }
        }
        loss.push(total / terms);
    }
    vec![("loss", Allowed::Within(loss)), ("dx", Allowed::Within(dx))]
}
