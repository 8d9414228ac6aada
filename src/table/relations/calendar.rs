//! Numbers that dates make: the year or the month of a date, and whole years between two.

use super::chance::{FEWEST, all_pass, is_believed};
use super::columns::found;
use super::{Expression, Formula, Found, Function, Relation};
use crate::{Kind, Table};

/// Days of a year, as ages are computed with them.
const YEARS: [f64; 3] = [365.25, 365.2425, 365.0];

/// Different numbers of such a column at least.
const DIFFERENT: usize = 3;

/// The columns of whole numbers that dates make in every row; columns that others make are left
/// out.
pub(super) fn find(table: &Table, made: &[usize]) -> Vec<Found> {
    let columns = &table.schema.columns;
    let dates: Vec<usize> =
        (0..columns.len()).filter(|&at| columns[at].kind == Kind::Date).collect();
    if dates.is_empty() {
        return Vec::new();
    }
    let whole = |&at: &usize| columns[at].kind == Kind::Integer && !made.contains(&at);
    let expressions = expressions(&dates);
    let of_column = |column: usize| {
        let formulas = expressions
            .iter()
            .map(|expression| Formula::new(column, expression.clone(), &table.schema));
        let mut kept = formulas.filter_map(|formula| kept(table, formula, expressions.len()));
        kept.next()
    };
    (0..columns.len()).filter(whole).filter_map(of_column).collect()
}

/// What dates can make, the simplest first.
fn expressions(dates: &[usize]) -> Vec<Expression> {
    let of = |function, column| Expression::Call(function, Box::new(Expression::Column(column)));
    let single = dates.iter().flat_map(|&at| [of(Function::Year, at), of(Function::Month, at)]);
    let pairs = dates.iter().flat_map(|&a| dates.iter().map(move |&b| [a, b]));
    let between = pairs.filter(|[a, b]| a != b).flat_map(|[later, earlier]| {
        let days = || {
            Box::new(Expression::Subtract(
                Box::new(Expression::Column(later)),
                Box::new(Expression::Column(earlier)),
            ))
        };
        let years = YEARS.map(|year| {
            let years = Expression::Divide(days(), Box::new(Expression::Number(year)));
            Expression::Call(Function::Floor, Box::new(years))
        });
        let calendar = Expression::Subtract(
            Box::new(of(Function::Year, later)),
            Box::new(of(Function::Year, earlier)),
        );
        years.into_iter().chain([calendar])
    });
    single.chain(between).collect()
}

/// The relation, if every row keeps it and chance does not explain that.
fn kept(table: &Table, formula: Formula, candidates: usize) -> Option<Found> {
    let mut cells = Vec::new();
    for row in (0..table.rows()).map(|row| table.cells.row(row)) {
        let cell = row[formula.column];
        if let Some(made) = formula.made(row).filter(|_| !cell.is_nan()) {
            if made != cell {
                return None;
            }
            cells.push(cell);
        }
    }
    let rows = cells.len();
    cells.sort_by(f64::total_cmp);
    let runs: Vec<usize> = cells.chunk_by(|a, b| a == b).map(<[f64]>::len).collect();
    let probability = runs.iter().map(|run| (*run as f64 / rows as f64).powi(2)).sum::<f64>();
    let enough = rows >= FEWEST && runs.len() >= DIFFERENT;
    let believed = enough && is_believed(all_pass(rows, probability), candidates);
    believed.then(|| found(Relation::Formula(formula), rows))
}
