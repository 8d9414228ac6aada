//! Columns that others nearly make: what is found to be no relation, and likely is one.

use super::linear::{SOURCES, known};
use super::power_law::PowerLaw;
use super::pursuit::take_in;
use super::search::{NumberColumn, needed, numbers};
use super::solve::{Fit, least_squares};
use super::{Expression, Found, Relation};
use crate::{Table, Warning};
use rayon::prelude::*;

/// The share of the variance that others must explain, in rows that they were not fitted to.
const EXPLAINED: f64 = 0.995;

/// What may be left of the standard deviation for columns to be tried at all: errors in few rows
/// leave much.
const LEFT: f64 = 0.5;

/// Rows at least.
const ROWS: usize = 50;

/// The share of rows in which a column is exactly a function of others, at least.
const MOST: f64 = 0.8;

/// Rounds in which the rows that fit worst are left out.
const ROUNDS: usize = 3;

/// What a column nearly is.
enum Nearly {
    /// This formula, but for the share of rows.
    But(String, f64),
    /// A function of these columns, which explain this share of its variance.
    Function(Vec<usize>, f64),
}

/// Columns of numbers that are nearly a function of up to four others, and that no relation of
/// `found` makes: the user may know the formula, or find errors.
pub fn nearly(train: &Table, found: &[Found]) -> Vec<Warning> {
    let copies = found.iter().filter_map(|found| match found.relation {
        Relation::Equal { a, b, when: None } => Some(vec![a, b]),
        _ => None,
    });
    // What follows from a column is kept exactly, whatever else it may be near to.
    let follow = found.iter().filter_map(|found| match found.relation {
        Relation::Follows { column, .. } | Relation::Decision { column, .. } => Some(vec![column]),
        _ => None,
    });
    let bound = known(found).into_iter().chain(copies).chain(follow);
    let bound: Vec<usize> = bound.flatten().collect();
    let linear = numbers(train, |column| !bound.contains(&column));
    let logarithms: Vec<NumberColumn> =
        linear.iter().filter_map(NumberColumn::logarithms).collect();
    let of = |numbers: &[NumberColumn], powers: bool| -> Vec<(usize, Vec<usize>, Nearly)> {
        let search = Search { train, numbers, powers };
        (0..numbers.len()).into_par_iter().filter_map(|target| search.of(target)).collect()
    };
    let mut all = of(&linear, false);
    all.extend(of(&logarithms, true));
    // Of formulas for the same rows the shortest comes first.
    let rank = |nearly: &Nearly| match nearly {
        Nearly::But(text, share) => (0, (100.0 * (1.0 - share)).round() as usize, text.len()),
        Nearly::Function(_, share) => (1, (1e6 * (1.0 - share)).round() as usize, 0),
    };
    all.sort_by_key(|one| rank(&one.2));
    let mut said: Vec<Vec<usize>> = Vec::new();
    let mut warnings = Vec::new();
    for (column, set, nearly) in all {
        // Of columns that make each other one is named.
        if !said.iter().any(|other| other.iter().filter(|one| set.contains(one)).count() > 1) {
            warnings.push(warning(train, column, &nearly));
            said.push(set);
        }
    }
    warnings
}

fn warning(train: &Table, column: usize, nearly: &Nearly) -> Warning {
    let name = |&column: &usize| train.schema.columns[column].name.clone();
    let percent = |share: f64| (1000.0 * share).floor() / 10.0;
    let text = match nearly {
        Nearly::But(formula, share) => format!(
            "it is {formula} in {} % of the patients and not in the others, so it is learned as \
             it is; look at these, or give it that `formula` in a schema",
            percent(*share)
        ),
        Nearly::Function(sources, share) => format!(
            "it is nearly a function of {} (they explain {} % of its variance), which synthetic \
             patients keep only nearly; if it is computed, give it a `formula` in a schema",
            sources.iter().map(name).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", "),
            percent(*share)
        ),
    };
    Warning { column: name(&column), text }
}

struct Search<'a> {
    train: &'a Table,
    numbers: &'a [NumberColumn],
    /// Whether the numbers are logarithms.
    powers: bool,
}

/// Rows in which a column and others are present: those of the others first.
struct Rows {
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
    rows: Vec<usize>,
}

impl Search<'_> {
    fn of(&self, target: usize) -> Option<(usize, Vec<usize>, Nearly)> {
        let column = &self.numbers[target];
        if !column.is_target {
            return None;
        }
        take_in(self.numbers, target, |taken, left, whole| {
            if left > LEFT * whole || taken.len() > SOURCES {
                return None;
            }
            let explained = |sources: &[usize]| {
                left <= LEFT * LEFT * whole && self.explained(column, sources) >= EXPLAINED
            };
            let but = self.but(column, taken);
            let (sources, nearly) = match but {
                Some((sources, nearly)) => (sources, nearly),
                None => {
                    // Two columns that go together are nothing to warn of.
                    let sources = needed(taken, explained).filter(|of| of.len() > 1)?;
                    let share = self.explained(column, &sources);
                    (sources.clone(), Nearly::Function(sources, share))
                }
            };
            let set = sources.into_iter().chain([column.position]).collect();
            Some((column.position, set, nearly))
        })
    }

    fn rows(&self, column: &NumberColumn, sources: &[usize]) -> Option<Rows> {
        let number = |position: &usize| self.numbers.iter().find(|one| one.position == *position);
        let of: Vec<&NumberColumn> = sources.iter().filter_map(number).collect();
        let there = |row: &usize| of.iter().chain([&column]).all(|x| !x.cells[*row].is_nan());
        let rows: Vec<usize> = (0..column.cells.len()).filter(there).collect();
        let x = of.iter().map(|x| rows.iter().map(|&row| x.cells[row]).collect()).collect();
        let y = rows.iter().map(|&row| column.cells[row]).collect();
        (rows.len() >= ROWS).then_some(Rows { x, y, rows })
    }

    /// The share of the variance in every second row that a fit to the others explains.
    fn explained(&self, column: &NumberColumn, sources: &[usize]) -> f64 {
        let Some(rows) = self.rows(column, sources) else { return 0.0 };
        let fitted = rows.part(|at| at % 2 == 0);
        let Some(fit) = least_squares(&fitted.x, &fitted.y, &vec![1.0; fitted.y.len()]) else {
            return 0.0;
        };
        let others = rows.part(|at| at % 2 == 1);
        let mean = others.y.iter().sum::<f64>() / others.y.len() as f64;
        let left: f64 = others.residuals(&fit).iter().map(|x| x * x).sum();
        1.0 - left / others.y.iter().map(|y| (y - mean).powi(2)).sum::<f64>()
    }

    /// The formula that makes a column in most rows, and what of them.
    fn but(&self, column: &NumberColumn, taken: &[usize]) -> Option<(Vec<usize>, Nearly)> {
        let all = |sources: &[usize]| self.formula(column, sources);
        let (mut sources, mut best) = (taken.to_vec(), all(taken)?);
        for one in taken {
            let fewer: Vec<usize> = sources.iter().copied().filter(|of| of != one).collect();
            if let Some(formula) = (!fewer.is_empty()).then(|| all(&fewer)).flatten() {
                (sources, best) = (fewer, formula);
            }
        }
        let (expression, share) = best;
        // That two columns are mostly equal is nothing to warn of.
        let plain = matches!(expression, Expression::Column(_));
        let text = expression.text(&self.train.schema);
        (!plain).then_some((sources, Nearly::But(text, share)))
    }

    /// The formula by which some columns make another one in most rows, and in what share of them.
    fn formula(&self, column: &NumberColumn, taken: &[usize]) -> Option<(Expression, f64)> {
        let rows = self.rows(column, taken)?;
        let mut kept = rows.part(|_| true);
        for _ in 0..ROUNDS {
            let fit = least_squares(&kept.x, &kept.y, &vec![1.0; kept.y.len()])?;
            let apart: Vec<f64> = kept.residuals(&fit).iter().map(|x| x.abs()).collect();
            let mut sorted = apart.clone();
            sorted.sort_by(f64::total_cmp);
            let limit = sorted[sorted.len() * 93 / 100];
            kept = kept.part(|at| apart[at] <= limit);
        }
        let raw = |row: &usize| self.train.cells[(*row, column.position)];
        let y: Vec<f64> = kept.rows.iter().map(raw).collect();
        let decimals = self.train.schema.columns[column.position].decimals;
        let expression = if self.powers {
            let law = PowerLaw::of(&kept.x, &y, 0.5 * column.unit, None)?;
            let terms: Vec<(usize, f64)> = taken.iter().copied().zip(law.powers).collect();
            Expression::product(&terms, [law.factor, law.divisor])
        } else {
            let fit = Fit::of(&kept.x, &y, decimals)?;
            let terms: Vec<(usize, f64)> = taken.iter().copied().zip(fit.factors).collect();
            Expression::linear(&terms, fit.constant)
        };
        let near = |row: &usize| {
            let made = expression.value(self.train.cells.row(*row));
            (made - raw(row)).abs() <= 0.5 * column.unit * (1.0 + 1e-6) + 1e-14 * made.abs()
        };
        let share = rows.rows.iter().filter(|row| near(row)).count() as f64 / rows.y.len() as f64;
        (share >= MOST).then_some((expression, share))
    }
}

impl Rows {
    fn part(&self, of: impl Fn(usize) -> bool) -> Self {
        let places: Vec<usize> = (0..self.y.len()).filter(|&at| of(at)).collect();
        let numbers = |all: &[f64]| places.iter().map(|&at| all[at]).collect::<Vec<f64>>();
        Self {
            x: self.x.iter().map(|x| numbers(x)).collect(),
            y: numbers(&self.y),
            rows: places.iter().map(|&at| self.rows[at]).collect(),
        }
    }

    fn residuals(&self, fit: &Fit) -> Vec<f64> {
        let made = |at: usize| fit.value(self.x.iter().map(|x| x[at]));
        self.y.iter().enumerate().map(|(at, y)| y - made(at)).collect()
    }
}
