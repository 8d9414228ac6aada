//! Plain loops for the kernels of the joint recipe's terms.

use super::cases::Run;
use super::cases::joint::nearly_normal;
use super::plain::{Answers, before, each_number};
use engine::op::philox::{key, philox};
use engine::op::{Op, Random};

/// What a direction, a loss of order statistics or of a covariance must be.
pub fn answers(run: &Run) -> Answers {
    match run.op() {
        Op::TypedDirections { random, .. } => vec![("out", directions(run, random))],
        Op::SortedLoss { .. } => sorted_loss(run),
        Op::CovarianceLoss { scale, factor, .. } => covariance_loss(run, scale, factor),
        other => unreachable!("{}", other.name()),
    }
}

fn directions(run: &Run, random: Random) -> Vec<f64> {
    let Op::TypedDirections { factor, blocks, out, sets, .. } = run.op() else { unreachable!() };
    let width = out.features;
    let [dense, principal, pairs, masks] = sets.ranges();
    let normal =
        |m: usize, k: usize, i: usize| nearly_normal(random, run.case.step, m, k * (width + 1) + i);
    let words = |m: usize, k: usize, i: usize| {
        philox(
            [(k * (width + 1) + i) as u32, run.case.step, random.stream, m as u32],
            key(random.seed),
        )
    };
    // The block of a column, and whether the column is its last one and says "missing".
    let block_of = |m: usize, c: usize| {
        let table = run.before("blocks");
        let place =
            (0..blocks.rows).rev().find(|b| table.at(m, *b, 1) <= c as f64).expect("a block");
        let row = table.row(m, place);
        (place, row[4] == 1.0 && row[1] + row[2] == c as f64 + 1.0)
    };
    let chosen = |m: usize, k: usize| {
        let [one, other, ..] = words(m, k, width);
        let share = |word: u32, n: usize| (f64::from(word) / 4_294_967_296.0 * n as f64) as usize;
        let one = share(one, blocks.rows);
        let others: Vec<usize> = (0..blocks.rows).filter(|b| *b != one).collect();
        [one, others[share(other, others.len())]]
    };
    let entry = |m: usize, k: usize, c: usize| {
        let (block, missing) = block_of(m, c);
        if dense.contains(&k) {
            normal(m, k, c)
        } else if principal.contains(&k) {
            (0..factor.rows).map(|i| normal(m, k, i) * run.before("factor").at(m, i, c)).sum()
        } else if pairs.contains(&k) {
            if chosen(m, k).contains(&block) { normal(m, k, c) } else { 0.0 }
        } else {
            assert!(masks.contains(&k));
            if missing { f64::from(words(m, k, c)[0] / 256) + 1.0 } else { 0.0 }
        }
    };
    let mut all = Vec::new();
    for (m, k) in (0..run.models()).flat_map(|m| (0..out.rows).map(move |k| (m, k))) {
        let row: Vec<f64> = (0..width).map(|c| entry(m, k, c)).collect();
        let length = row.iter().map(|v| v * v).sum::<f64>().sqrt();
        all.extend(row.iter().map(|v| if length > 0.0 { v / length } else { 0.0 }));
    }
    all
}

fn sorted_loss(run: &Run) -> Answers {
    let [_, rows, features] = run.after("dx").shape();
    let sets = run.before("sets");
    let apart = |m, k, f| run.before("fake").at(m, k, f) - run.before("real").at(m, k, f);
    let belongs = |m, s, f: usize| {
        let (first, len) = (sets.at(m, s, 0), sets.at(m, s, 1));
        first <= f as f64 && (f as f64) < first + len
    };
    let loss = each_number(run, "loss", |m, s| {
        let of = |f: usize| (0..rows).map(move |k| apart(m, k, f).powi(2)).sum::<f64>();
        sets.at(m, s, 2) * (0..features).filter(|f| belongs(m, s, *f)).map(of).sum::<f64>()
    });
    let dx = each_number(run, "dx", |m, e| {
        let f = e % features;
        let k = before(run, "rank", m, e) as usize;
        let factors = (0..sets.shape()[1]).filter(|s| belongs(m, *s, f)).map(|s| sets.at(m, s, 3));
        factors.sum::<f64>() * apart(m, k, f)
    });
    vec![("loss", loss), ("dx", dx)]
}

fn covariance_loss(run: &Run, scale: f64, factor: f64) -> Answers {
    let features = run.after("b").shape()[2];
    let apart = |m: usize, e: usize| before(run, "covariance", m, e) - before(run, "real", m, e);
    let along = |m: usize, j: usize| {
        (0..features)
            .map(|i| before(run, "mean", m, i) * factor * apart(m, i * features + j))
            .sum::<f64>()
    };
    vec![
        (
            "loss",
            each_number(run, "loss", |m, _| {
                scale * (0..features * features).map(|e| apart(m, e).powi(2)).sum::<f64>()
            }),
        ),
        ("w", each_number(run, "w", |m, e| factor * apart(m, e))),
        ("b", each_number(run, "b", |m, j| -along(m, j))),
    ]
}
