//! Columns that are a logarithm or an exponential of another one: `log_psa = ln(psa)`,
//! `ln(1 + days)`, `10^titre`.
//!
//! Every pair of columns of numbers is tried; most fail in their first rows.

use super::chance::{FEWEST, by_shuffling, is_believed};
use super::columns::found;
use super::exact::{is_single, rounding};
use super::power_law::roundest;
use super::search::{NumberColumn, numbers};
use super::{Expression, Formula, Found, Function, Relation};
use crate::Table;
use rayon::prelude::*;

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

/// The columns that are such a function of another one in every row; columns that others make are
/// left out.
/// Where each of two columns could be made of the other, the one of more digits is.
pub(super) fn find(table: &Table, made: &[usize]) -> Vec<Found> {
    let open = |column: usize| !table.schema.columns[column].kind.is_time();
    let numbers = numbers(table, |column| !made.contains(&column) && open(column));
    let candidates = TRANSFORMS.len() * numbers.len() * numbers.len();
    let of_target = |target: &NumberColumn| {
        let sources = numbers.iter().filter(|source| source.position != target.position);
        let of_pair = |source: &NumberColumn| {
            let pair = [source, target];
            TRANSFORMS
                .iter()
                .find_map(|make| {
                    kept(table, make(Expression::Column(source.position)), pair, candidates)
                })
                .or_else(|| {
                    let scaled = |function| scaled(table, function, pair);
                    let mut made = [Function::Ln, Function::Log10].into_iter().filter_map(scaled);
                    kept(table, made.next()?, pair, candidates)
                })
        };
        let found = sources.filter(|source| source.is_target).filter_map(|source| {
            Some((
                source.position,
                target.position,
                digits(source),
                digits(target),
                of_pair(source)?,
            ))
        });
        found.collect::<Vec<_>>()
    };
    let targets = numbers.par_iter().filter(|number| number.is_target);
    let mut all: Vec<_> = targets.flat_map_iter(of_target).collect();
    all.sort_by_key(|one| (std::cmp::Reverse(one.3), one.2, one.1, one.0));
    let (mut made, mut makes) = (Vec::new(), Vec::new());
    let mut taken = Vec::new();
    for (source, target, _, _, found) in all {
        // What is made of another column makes none, and what makes one is itself made of none.
        if !made.contains(&target) && !made.contains(&source) && !makes.contains(&target) {
            made.push(target);
            makes.push(source);
            taken.push(found);
        }
    }
    taken
}

/// Significant digits of its numbers at most, as people wrote them: of 32-bit numbers the fewest
/// that tell these apart.
fn digits(number: &NumberColumn) -> usize {
    let single = is_single(&number.cells);
    let written = |cell: f64| match single {
        true => format!("{}", cell as f32).parse().unwrap_or(cell),
        false => cell,
    };
    let cells = number.cells.iter().filter(|cell| !cell.is_nan());
    cells.map(|cell| crate::number::precision(written(*cell)).0).max().unwrap_or(0)
}

/// The logarithm of a multiple of a column, as one has it that was taken in another unit; none
/// without a factor of a few digits that does in every row.
fn scaled(
    table: &Table,
    function: Function,
    [source, target]: [&NumberColumn; 2],
) -> Option<Expression> {
    let (base, log): (f64, fn(f64) -> f64) = match function {
        Function::Ln => (std::f64::consts::E, f64::ln),
        _ => (10.0, f64::log10),
    };
    let part = rounding(&[&source.cells, &target.cells]);
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
    (digits <= FACTOR_DIGITS && table.rows() >= FEWEST).then(|| call(function, times()))
}

/// The relation, if every row keeps it and chance does not explain that.
fn kept(
    table: &Table,
    expression: Expression,
    [source, target]: [&NumberColumn; 2],
    candidates: usize,
) -> Option<Found> {
    let formula = Formula::new(target.position, expression, &table.schema);
    let rows = || (0..table.rows()).map(|row| table.cells.row(row));
    // As the numbers are printed, or as they were before the source was rounded.
    let exact = formula.clone().exact(rounding(&[&source.cells, &target.cells]));
    let holds = |formula: &Formula| rows().all(|row| formula.holds(row) != Some(false));
    let rounded = (!is_exponential(&formula.expression)).then_some(formula);
    let formula = [Some(exact), rounded].into_iter().flatten().find(holds)?;
    let (chance, count) = by_shuffling(table, &formula)?;
    let believed = count >= FEWEST && is_believed(chance, candidates);
    believed.then(|| found(Relation::Formula(formula), count))
}
