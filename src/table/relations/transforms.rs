//! Columns that are a logarithm or an exponential of another one: `log_psa = ln(psa)`,
//! `ln(1 + days)`, `10^titre`.
//!
//! Every pair of columns of numbers is tried; most fail in their first rows.

use super::chance::{FEWEST, by_shuffling, is_believed};
use super::columns::found;
use super::exact::rounding;
use super::search::{NumberColumn, numbers};
use super::{Expression, Formula, Found, Function, Relation};
use crate::Table;
use rayon::prelude::*;

/// A function of one column.
type Transform = fn(Expression) -> Expression;

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
            TRANSFORMS.iter().find_map(|make| kept(table, *make, [source, target], candidates))
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

/// Significant digits of most of its numbers, at most.
fn digits(number: &NumberColumn) -> usize {
    let cells = number.cells.iter().filter(|cell| !cell.is_nan());
    cells.map(|cell| crate::number::precision(*cell).0).max().unwrap_or(0)
}

/// The relation, if every row keeps it and chance does not explain that.
fn kept(
    table: &Table,
    make: Transform,
    [source, target]: [&NumberColumn; 2],
    candidates: usize,
) -> Option<Found> {
    let expression = make(Expression::Column(source.position));
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
