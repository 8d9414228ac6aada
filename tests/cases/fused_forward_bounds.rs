//! How far a fused forward pass in f32 may lie from the oracle: the normalisation of what comes in,
//! the product, and the moments of its tiles.

use super::batch_norm_bounds::{Column, output_error, running_step};
use super::compare::{EPS, Run};
use super::fused_bounds::{Named, product_error};
use super::fused_numbers::tiles;
use super::merging::Merged;
use engine::op::Op;

/// Errors of everything that the pass writes.
pub(super) fn errors(run: &Run) -> Named {
    let Op::NormDenseForward { groups, rows, before, tile, moments, x, dense, b, .. } = run.op()
    else {
        unreachable!()
    };
    let (inputs, outputs) = (x.features, dense.features);
    let scaled = if before > 0 { 2 * inputs } else { 0 };
    let [mut all, mut kept, mut running, mut ys] = [(); 4].map(|()| Vec::new());
    for m in 0..run.models() {
        let parameter = |i: usize| run.before("parameters").at(m, 0, i);
        let norm = Norm::of(run, m);
        let y = |r: usize, i: usize| match before {
            0 => (run.before("x").at(m, r, i), 0.0),
            _ => (run.after("y").at(m, r, i), norm.y_error(r, i)),
        };
        let ys_now: Vec<(f64, f64)> =
            (0..groups * rows * inputs).map(|e| y(e / inputs, e % inputs)).collect();
        let error = |e: usize| {
            let (r, o) = (e / outputs, e % outputs);
            let terms = (0..inputs).map(|i| {
                let (y, error) = ys_now[r * inputs + i];
                (y, error, parameter(scaled + i * outputs + o))
            });
            let bias = if b.is_some() { EPS * run.after("dense").at(m, r, o).abs() } else { 0.0 };
            product_error(terms) + bias
        };
        let errors: Vec<f64> = (0..groups * rows * outputs).map(error).collect();
        all.extend(&errors);
        for rows in tiles(groups * rows, groups, tile).filter(|_| moments) {
            let parts = (0..outputs).map(|o| {
                let values: Vec<(f64, f64)> = rows
                    .clone()
                    .map(|r| (run.after("dense").at(m, r, o), errors[r * outputs + o]))
                    .collect();
                moment_errors(&values)
            });
            let (means, squares): (Vec<f64>, Vec<f64>) = parts.unzip();
            all.extend([means, squares].concat());
        }
        if before > 0 {
            ys.extend(ys_now.iter().map(|(_, error)| error));
            let [statistics, moved] = norm.kept_errors();
            kept.extend(statistics);
            running.extend(moved);
        }
    }
    let mut named = vec![("dense", all)];
    if before > 0 {
        named.extend([("running", running), ("statistics", kept), ("y", ys)]);
    }
    named
}

/// Errors of mean and M2 of values with errors: the mean as a sum of n terms and a division; each
/// deviation moves by its value's error and the mean's, and M2 has n + 6 roundings.
fn moment_errors(values: &[(f64, f64)]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().map(|(value, _)| value).sum::<f64>() / n;
    let moved = values.iter().map(|(_, error)| error).sum::<f64>() / n;
    let magnitude = values.iter().map(|(value, _)| value.abs()).sum::<f64>() / n;
    let mean_error = (n + 2.0) * EPS * (magnitude + moved) + moved;
    let squares: f64 = values
        .iter()
        .map(|(value, error)| {
            let (apart, moves) = ((value - mean).abs(), error + mean_error);
            (n + 6.0) * EPS * apart.powi(2) + 2.0 * apart * moves + moves.powi(2)
        })
        .sum();
    (mean_error, squares)
}

/// The normalisation of what comes in, of one model.
struct Norm<'a> {
    run: &'a Run<'a>,
    model: usize,
    /// Of every group and input.
    columns: Vec<Column>,
}

impl<'a> Norm<'a> {
    fn of(run: &'a Run<'a>, model: usize) -> Self {
        let Op::NormDenseForward { groups, rows, before, epsilon, x, .. } = run.op() else {
            unreachable!()
        };
        let each = if before > 0 { rows.div_ceil(before) } else { 0 };
        let column = |g: usize, i: usize| {
            let merged = Merged::of([rows, before], |t| {
                [0, 1].map(|which| {
                    run.before("x").at(model, groups * rows + 2 * (g * each + t) + which, i)
                })
            });
            let n = rows as f64;
            let variance = merged.squares[0] / n;
            let rstd = 1.0 / (variance + epsilon).sqrt();
            Column {
                mean: merged.mean[0],
                mean_error: merged.mean[1],
                variance,
                variance_error: merged.squares[1] / n + 2.5 * EPS * variance,
                rstd,
                rstd_error: merged.rstd_error(n, epsilon) / rstd,
            }
        };
        let all = (0..groups).flat_map(|g| (0..x.features).map(move |i| (g, i)));
        let columns = if before > 0 { all.map(|(g, i)| column(g, i)).collect() } else { vec![] };
        Self { run, model, columns }
    }

    /// Two roundings more than one normalisation has: gamma rstd is a number of its own.
    fn y_error(&self, row: usize, input: usize) -> f64 {
        let Op::NormDenseForward { rows, slope, x, .. } = self.run.op() else { unreachable!() };
        let parameter = |i: usize| self.run.before("parameters").at(self.model, 0, i);
        let column = &self.columns[row / rows * x.features + input];
        let (gamma, beta) = (parameter(input), parameter(x.features + input));
        let value = self.run.before("x").at(self.model, row, input);
        output_error(value, gamma, beta, slope, column)
    }

    /// Of statistics and of running.
    fn kept_errors(&self) -> [Vec<f64>; 2] {
        let Op::NormDenseForward { groups, momentum, x, .. } = self.run.op() else {
            unreachable!()
        };
        let inputs = x.features;
        let mut statistics = Vec::new();
        for group in self.columns.chunks(inputs) {
            statistics.extend(group.iter().map(|column| column.mean_error));
            statistics.extend(group.iter().map(|column| column.rstd * column.rstd_error));
        }
        let mut running = Vec::new();
        for (which, i) in (0..2).flat_map(|which| (0..inputs).map(move |i| (which, i))) {
            let start = (self.run.before("running").at(self.model, which, i), 0.0);
            let after = (0..groups).fold(start, |running, g| {
                let column = &self.columns[g * inputs + i];
                let batch = match which {
                    0 => (column.mean, column.mean_error),
                    _ => (column.variance, column.variance_error),
                };
                running_step(momentum, running, batch)
            });
            running.push(after.1);
        }
        [statistics, running]
    }
}
