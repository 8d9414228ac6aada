//! Columns that are a logarithm or an exponential of another one: `log_psa = ln(psa)`,
//! `ln(1 + days)`, `10^titre`.
//!
//! Every pair of columns of numbers is tried; most fail in their first rows.
//! So whatever belongs to one column alone is computed once, and a pair that fails costs a few
//! subtractions.

use super::chance::{FEWEST, by_shuffling, is_believed};
use super::columns::found;
use super::exact::{is_single, rounding};
use super::power_law::roundest;
use super::search::{NumberColumn, numbers};
use super::{Expression, Formula, Found, Function, Relation};
use crate::Table;
use rayon::prelude::*;
use std::cmp::Reverse;

/// A function of one column.
type Transform = fn(Expression) -> Expression;

/// Digits of a factor inside of a logarithm at most: that of another unit.
const FACTOR_DIGITS: usize = 3;

/// In the order in which they are tried.
/// Of a logarithm the source may have been rounded after it was taken; the rounding of an exponent
/// would explain almost anything.
const TRANSFORMS: [Transform; 7] = [
    |x| call(Function::Ln, x),
    |x| call(Function::Log10, x),
    |x| divide(call(Function::Ln, x), std::f64::consts::LN_2),
    |x| call(Function::Ln, one_more(x)),
    |x| call(Function::Log10, one_more(x)),
    |x| call(Function::Exp, x),
    |x| Expression::Power(Box::new(Expression::Number(10.0)), Box::new(x)),
];

fn is_exponential(made: &Expression) -> bool {
    matches!(made, Expression::Power(..) | Expression::Call(Function::Exp, _))
}

fn call(function: Function, x: Expression) -> Expression {
    Expression::Call(function, Box::new(x))
}

fn divide(x: Expression, by: f64) -> Expression {
    Expression::Divide(Box::new(x), Box::new(Expression::Number(by)))
}

fn one_more(x: Expression) -> Expression {
    Expression::Add(Box::new(Expression::Number(1.0)), Box::new(x))
}

/// A column with what its pairs need of it.
struct Candidate {
    number: NumberColumn,
    /// How much of its numbers rounding explains ([`rounding`]).
    part: f64,
    /// Significant digits of its numbers at most, as people wrote them: of 32-bit numbers the
    /// fewest that tell these apart.
    digits: usize,
    /// What every transform makes of it; nothing of a column of too few values.
    made: Vec<Made>,
}

/// What a transform makes of a column.
struct Made {
    expression: Expression,
    /// A number for each row, and how far the rounding of the column may move it; NaN where there is
    /// none.
    cells: Vec<[f64; 2]>,
}

impl Candidate {
    fn of(number: NumberColumn) -> Self {
        let part = rounding(&[&number.cells]);
        let single = is_single(&number.cells);
        let written = |cell: f64| match single {
            true => format!("{}", cell as f32).parse().unwrap_or(cell),
            false => cell,
        };
        let cells = number.cells.iter().filter(|cell| !cell.is_nan());
        let digits = cells.map(|cell| crate::number::precision(written(*cell)).0).max();
        let all = TRANSFORMS.iter().filter(|_| number.is_target);
        let made = all.map(|make| Made::of(make, &number)).collect();
        Self { part, digits: digits.unwrap_or(0), made, number }
    }

    /// The function of a column that it is in every row, if chance does not explain that.
    fn of_source(&self, source: &Self, table: &Table, candidates: usize) -> Option<Found> {
        let part = self.part.max(source.part);
        let plain = source.made.iter().filter(|made| made.may_be(&self.number, part));
        let mut plain = plain.map(|made| made.expression.clone());
        let kept = |expression| kept(table, expression, self.number.position, part, candidates);
        plain.find_map(kept).or_else(|| {
            let both = [Function::Ln, Function::Log10].into_iter();
            let scaled = |function| scaled(function, &source.number, &self.number, part);
            both.filter(|_| source.number.is_target).filter_map(scaled).find_map(kept)
        })
    }
}

impl Made {
    fn of(make: &Transform, number: &NumberColumn) -> Self {
        let alone = make(Expression::Column(0));
        let value = |x: f64| Some(alone.value(&[x])).filter(|made| made.is_finite());
        let cell = |&x: &f64| {
            let Some(made) = value(x) else { return [f64::NAN; 2] };
            let far = [0.5, -0.5].map(|step| {
                value(x + step * number.unit).map_or(0.0, |other| (other - made).abs())
            });
            // What the rounding of an exponent does would explain almost anything.
            [made, if is_exponential(&alone) { 0.0 } else { far[0].max(far[1]) }]
        };
        let cells = number.cells.iter().map(cell).collect();
        Self { expression: make(Expression::Column(number.position)), cells }
    }

    /// Whether a column can be it, by a look that overlooks none.
    fn may_be(&self, target: &NumberColumn, part: f64) -> bool {
        let mut pairs = self.cells.iter().zip(&target.cells);
        pairs.all(|([made, moved], y)| {
            let slack = (0.5 * target.unit + moved) * (1.0 + 1e-6)
                + part.max(1e-9) * (made.abs() + y.abs());
            // A NaN says nothing.
            (made - y).abs() <= slack || made.is_nan() || y.is_nan()
        })
    }
}

/// The columns that are such a function of another one in every row; columns that others make are
/// left out.
/// Where each of two columns could be made of the other, the one of more digits is.
pub(super) fn find(table: &Table, made: &[usize]) -> Vec<Found> {
    let open = |column: usize| !table.schema.columns[column].kind.is_time();
    let numbers = numbers(table, |column| !made.contains(&column) && open(column));
    let candidates = TRANSFORMS.len() * numbers.len() * numbers.len();
    let all: Vec<Candidate> = numbers.into_par_iter().map(Candidate::of).collect();
    let place = |of: &Candidate| of.number.position;
    let of_target = |target: &Candidate| {
        let others = all.iter().filter(|source| place(source) != place(target));
        let pair = |source: &Candidate| {
            let found = target.of_source(source, table, candidates)?;
            Some((Reverse(target.digits), source.digits, place(target), place(source), found))
        };
        others.filter_map(pair).collect::<Vec<_>>()
    };
    let targets = all.par_iter().filter(|target| target.number.is_target);
    let mut pairs: Vec<_> = targets.flat_map_iter(of_target).collect();
    pairs.sort_by_key(|one| (one.0, one.1, one.2, one.3));
    let (mut made, mut makes, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for (_, _, target, source, found) in pairs {
        // What is made of another column makes none, and what makes one is itself made of none.
        if !made.contains(&target) && !made.contains(&source) && !makes.contains(&target) {
            made.push(target);
            makes.push(source);
            taken.push(found);
        }
    }
    taken
}

/// The logarithm of a multiple of a column, as one has it that was taken in another unit; none
/// without a factor of a few digits that does in every row.
fn scaled(
    function: Function,
    source: &NumberColumn,
    target: &NumberColumn,
    part: f64,
) -> Option<Expression> {
    let (base, log): (f64, fn(f64) -> f64) = match function {
        Function::Ln => (std::f64::consts::E, f64::ln),
        _ => (10.0, f64::log10),
    };
    let [mut least, mut most] = [f64::NEG_INFINITY, f64::INFINITY];
    for (x, y) in source.cells.iter().zip(&target.cells).filter(|(x, y)| **x > 0.0 && !y.is_nan()) {
        let (off, slack) = (y - log(*x), 0.5 * target.unit + part * (1.0 + y.abs()));
        (least, most) = (least.max(off - slack), most.min(off + slack));
        if least > most {
            return None;
        }
    }
    let (factor, digits) = roundest(base.powf(least), base.powf(most))?;
    let times = || Expression::product(&[(source.position, 1.0)], [factor, 1.0]);
    (digits <= FACTOR_DIGITS).then(|| call(function, times()))
}

/// The relation, if every row keeps it and chance does not explain that.
fn kept(
    table: &Table,
    expression: Expression,
    target: usize,
    part: f64,
    candidates: usize,
) -> Option<Found> {
    let formula = Formula::new(target, expression, &table.schema);
    let rows = || (0..table.rows()).map(|row| table.cells.row(row));
    // As the numbers are printed, or as they were before the source was rounded.
    let exact = formula.clone().exact(part);
    let holds = |formula: &Formula| rows().all(|row| formula.holds(row) != Some(false));
    let rounded = (!is_exponential(&formula.expression)).then_some(formula);
    let formula = [Some(exact), rounded].into_iter().flatten().find(holds)?;
    let (chance, count) = by_shuffling(table, &formula)?;
    let believed = count >= FEWEST && is_believed(chance, candidates);
    believed.then(|| found(Relation::Formula(formula), count))
}
