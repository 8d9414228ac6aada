//! Least squares, and the roundest factors that give a column within its rounding.

use super::exact::reproduces;
use crate::digits;

/// Digits of factors that are tried.
const DIGITS: usize = 8;

/// Rounds in which a fit is levelled.
const ROUNDS: usize = 40;

/// How near half a unit is the same, as a part of it.
const EDGE: f64 = 1e-6;

/// What least squares leave uncertain of a factor without a short form, as a part of it.
pub(super) const UNCERTAIN: f64 = 1e-12;

/// A linear function of some columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    /// One for each column.
    pub(crate) factors: Vec<f64>,
    pub(crate) constant: f64,
}

impl Fit {
    /// The function of columns `x` that gives `y`, whose text has so many decimals, in every row.
    pub(super) fn of(x: &[Vec<f64>], y: &[f64], decimals: usize) -> Option<Self> {
        let exact = least_squares(x, y, &vec![1.0; y.len()])?;
        let half = 0.5 * 10f64.powi(-(decimals as i32));
        let parameters = (x.len() + 1) as f64;
        let unsure = half * 1.8 * (parameters / y.len() as f64).sqrt();
        if !exact.gives(x, y, half + unsure) {
            return None;
        }
        let rounded = (1..=DIGITS).find_map(|digits| {
            let factors: Vec<f64> =
                exact.factors.iter().map(|f| digits::significant(*f, digits)).collect();
            if factors.contains(&0.0) {
                return None;
            }
            let rest = |row: usize| {
                y[row] - factors.iter().zip(x).map(|(factor, x)| factor * x[row]).sum::<f64>()
            };
            let mean = (0..y.len()).map(rest).sum::<f64>() / y.len() as f64;
            let constants = (0..=digits).map(|digits| match digits {
                0 => 0.0,
                digits => digits::significant(mean, digits),
            });
            constants
                .map(|constant| Self { factors: factors.clone(), constant })
                .find(|fit| fit.gives(x, y, half) && reproduces(fit, x, y, decimals).is_some())
        });
        rounded.or_else(|| Self::levelled(x, y, half))
    }

    /// A function that is off by at most `half` in every row, if there is one: the largest distance
    /// is made as small as it can be (C. L. Lawson, 1961).
    ///
    /// The best function is as far as that in as many rows as it has parameters, and one.
    /// Where more rows are just half a unit off, it lies between two numbers, and gives neither.
    /// Factors that are nearly short, such as 0.999999999, are of a short formula that some rows
    /// break.
    fn levelled(x: &[Vec<f64>], y: &[f64], half: f64) -> Option<Self> {
        let mut weights = vec![1.0; y.len()];
        for _ in 0..ROUNDS {
            let fit = least_squares(x, y, &weights)?;
            let off: Vec<f64> = (0..y.len()).map(|row| fit.off(x, y, row)).collect();
            let slack = |row: usize| EDGE * half + UNCERTAIN * fit.size(x, row);
            let over = |row: usize| off[row] - half;
            if (0..y.len()).all(|row| over(row) <= slack(row)) {
                let edges = (0..y.len()).filter(|&row| over(row) >= -slack(row)).count();
                let short = |f: &f64| digits::significant(*f, DIGITS) == digits::significant(*f, 3);
                let gives = edges <= x.len() + 2 && !fit.factors.iter().all(short);
                return gives.then_some(fit);
            }
            weights.iter_mut().zip(&off).for_each(|(weight, off)| *weight *= off);
            let mean = weights.iter().sum::<f64>() / y.len() as f64;
            weights.iter_mut().for_each(|weight| *weight /= mean);
        }
        None
    }

    /// The value for one row's cells.
    pub(crate) fn value(&self, cells: impl Iterator<Item = f64>) -> f64 {
        self.constant + cells.zip(&self.factors).map(|(cell, factor)| cell * factor).sum::<f64>()
    }

    /// Whether it is near enough in every row to be worth a closer look.
    fn gives(&self, x: &[Vec<f64>], y: &[f64], slack: f64) -> bool {
        let within = |row| self.off(x, y, row) <= slack * (1.0 + 1e-6) + 1e-9 * self.size(x, row);
        (0..y.len()).all(within)
    }

    /// How far the function is from a row's cell.
    fn off(&self, x: &[Vec<f64>], y: &[f64], row: usize) -> f64 {
        (self.value(x.iter().map(|x| x[row])) - y[row]).abs()
    }

    /// The sum of the magnitudes of the terms in a row.
    pub(super) fn size(&self, x: &[Vec<f64>], row: usize) -> f64 {
        let terms = x.iter().zip(&self.factors).map(|(x, factor)| (factor * x[row]).abs());
        terms.sum::<f64>() + self.constant.abs()
    }
}

/// Weighted least squares with a constant, by elimination on the centred and scaled normal
/// equations, twice: the second round fits what the first one left.
pub(crate) fn least_squares(x: &[Vec<f64>], y: &[f64], weights: &[f64]) -> Option<Fit> {
    let rows = weights.iter().sum::<f64>();
    let sum = |of: &dyn Fn(usize) -> f64| -> f64 {
        weights.iter().enumerate().map(|(row, weight)| weight * of(row)).sum::<f64>() / rows
    };
    let mean = |cells: &[f64]| sum(&|row| cells[row]);
    let means: Vec<f64> = x.iter().map(|x| mean(x)).collect();
    let scales: Vec<f64> =
        x.iter().zip(&means).map(|(x, mean)| sum(&|row| (x[row] - mean).powi(2)).sqrt()).collect();
    if scales.iter().any(|scale| *scale <= 0.0 || !scale.is_finite()) {
        return None;
    }
    let scaled = |column: usize, row: usize| (x[column][row] - means[column]) / scales[column];
    let middle = mean(y);
    let mut left: Vec<f64> = y.iter().map(|y| y - middle).collect();
    let mut factors = vec![0.0; x.len()];
    for _ in 0..2 {
        let equations = (0..x.len()).map(|a| {
            let of = |value: &dyn Fn(usize) -> f64| sum(&|row| scaled(a, row) * value(row));
            let mut equation: Vec<f64> = (0..x.len()).map(|b| of(&|row| scaled(b, row))).collect();
            equation.push(of(&|row| left[row]));
            equation
        });
        let step = solve(equations.collect())?;
        for (row, left) in left.iter_mut().enumerate() {
            *left -= step.iter().enumerate().map(|(at, f)| f * scaled(at, row)).sum::<f64>();
        }
        factors.iter_mut().zip(&step).for_each(|(factor, step)| *factor += step);
    }
    let factors: Vec<f64> =
        factors.iter().zip(&scales).map(|(factor, scale)| factor / scale).collect();
    let constant =
        middle - factors.iter().zip(&means).map(|(factor, mean)| factor * mean).sum::<f64>();
    Some(Fit { factors, constant })
}

/// The solution of equations whose right side stands last; none if they do not determine one.
fn solve(mut equations: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let size = equations.len();
    for at in 0..size {
        let pivot = (at..size)
            .max_by(|&a, &b| equations[a][at].abs().total_cmp(&equations[b][at].abs()))?;
        equations.swap(at, pivot);
        if equations[at][at].abs() < 1e-10 {
            return None;
        }
        let row = equations[at].clone();
        for other in (0..size).filter(|&other| other != at) {
            let factor = equations[other][at] / row[at];
            for (cell, of) in equations[other].iter_mut().zip(&row) {
                *cell -= factor * of;
            }
        }
    }
    Some((0..size).map(|at| equations[at][size] / equations[at][at]).collect())
}
