//! What days and moments make: year, quarter, month, weekday and hour, the day of a moment, and the
//! time between two in hours, days or years.

use super::chance::{FEWEST, all_pass, is_believed};
use super::columns::found;
use super::{Expression, Formula, Found, Function, Relation};
use crate::moment::DAY;
use crate::{Kind, Table};
use rayon::prelude::*;

/// Days of a year, as ages are computed with them.
const YEARS: [f64; 3] = [365.25, 365.2425, 365.0];

/// Seconds of an hour and of a minute.
const HOUR: f64 = 3600.0;
const MINUTE: f64 = 60.0;

/// Different numbers of such a column at least.
const DIFFERENT: usize = 3;

/// The columns of numbers and of days that days and moments make in every row; columns that others
/// make are left out.
/// Of several formulas of a column the one that says the most rows is taken, the simplest of those.
pub(super) fn find(table: &Table, made: &[usize]) -> Vec<Found> {
    let columns = &table.schema.columns;
    let times: Vec<usize> = (0..columns.len()).filter(|&at| columns[at].kind.is_time()).collect();
    if times.is_empty() {
        return Vec::new();
    }
    let calendar = Calendar { table, candidates: candidates(table, &times) };
    let open = |at: &usize| !made.contains(at);
    (0..columns.len()).into_par_iter().filter(open).filter_map(|at| calendar.best(at)).collect()
}

/// A formula, and the kinds of columns that it can make.
struct Candidate {
    expression: Expression,
    kinds: &'static [Kind],
}

struct Calendar<'a> {
    table: &'a Table,
    candidates: Vec<Candidate>,
}

const WHOLE: &[Kind] = &[Kind::Integer];
const NUMBERS: &[Kind] = &[Kind::Integer, Kind::Numerical];
const DAYS: &[Kind] = &[Kind::Date];

fn call(function: Function, of: Expression) -> Expression {
    Expression::Call(function, Box::new(of))
}

fn difference(a: Expression, b: Expression) -> Expression {
    Expression::Subtract(Box::new(a), Box::new(b))
}

fn plus_one(a: Expression) -> Expression {
    Expression::Add(Box::new(a), Box::new(Expression::Number(1.0)))
}

fn minus_one(a: Expression) -> Expression {
    difference(a, Expression::Number(1.0))
}

fn divide(a: Expression, by: f64) -> Expression {
    Expression::Divide(Box::new(a), Box::new(Expression::Number(by)))
}

/// What the columns can make, the simplest first.
fn candidates(table: &Table, times: &[usize]) -> Vec<Candidate> {
    let kind = |at: usize| table.schema.columns[at].kind;
    let days = times.iter().copied().filter(|&at| kind(at) != Kind::Time);
    let days: Vec<usize> = days.collect();
    let single = times.iter().flat_map(|&at| of_one(at, kind(at)));
    let pairs = days.iter().flat_map(|&a| days.iter().map(move |&b| [a, b]));
    let pairs = pairs.filter(|[a, b]| a != b);
    single.chain(pairs.flat_map(|pair| of_two(pair, pair.map(kind)))).collect()
}

/// The day of a column.
fn day(at: usize, kind: Kind) -> Expression {
    match kind {
        Kind::Datetime => call(Function::Date, Expression::Column(at)),
        _ => Expression::Column(at),
    }
}

/// What one column makes.
/// Weeks begin with Monday or Sunday, which is 1 or 0.
fn of_one(at: usize, kind: Kind) -> Vec<Candidate> {
    let whole = |expression| Candidate { expression, kinds: WHOLE };
    let mut found = Vec::new();
    if kind != Kind::Time {
        let of = |function| whole(call(function, day(at, kind)));
        found.extend([Function::Year, Function::Month, Function::Quarter].map(of));
        let week = [day(at, kind), plus_one(day(at, kind))].map(|day| call(Function::Weekday, day));
        found.extend(week.into_iter().flat_map(|week| [week.clone(), minus_one(week)]).map(whole));
    }
    if kind != Kind::Date {
        found.push(whole(call(Function::Hour, Expression::Column(at))));
    }
    if kind == Kind::Datetime {
        found.push(Candidate { expression: day(at, kind), kinds: DAYS });
    }
    found
}

/// What two days or moments make: the time from the second to the first.
fn of_two([later, earlier]: [usize; 2], kinds: [Kind; 2]) -> Vec<Candidate> {
    let numbers = |expression| Candidate { expression, kinds: NUMBERS };
    let whole = |expression| Candidate { expression, kinds: WHOLE };
    let days = || difference(day(later, kinds[0]), day(earlier, kinds[1]));
    let mut found = Vec::new();
    if kinds.contains(&Kind::Datetime) {
        found.extend([whole(days()), whole(plus_one(days()))]);
    }
    if kinds == [Kind::Datetime; 2] {
        let apart = || difference(Expression::Column(later), Expression::Column(earlier));
        for unit in [DAY, HOUR, MINUTE] {
            found.push(whole(call(Function::Floor, divide(apart(), unit))));
            found.push(numbers(divide(apart(), unit)));
        }
    }
    let years = YEARS.map(|year| divide(days(), year));
    found.extend(years.clone().map(|years| whole(call(Function::Floor, years))));
    let digits = |at, kind| call(Function::Yyyymmdd, day(at, kind));
    let birthdays = difference(digits(later, kinds[0]), digits(earlier, kinds[1]));
    found.push(whole(call(Function::Floor, divide(birthdays, 10_000.0))));
    let year = |at, kind| call(Function::Year, day(at, kind));
    found.push(whole(difference(year(later, kinds[0]), year(earlier, kinds[1]))));
    found.extend(years.map(numbers));
    found
}

impl Calendar<'_> {
    /// The formula of a column that says the most rows.
    fn best(&self, column: usize) -> Option<Found> {
        let kind = self.table.schema.columns[column].kind;
        let possible = || self.candidates.iter().filter(|one| one.kinds.contains(&kind));
        let count = possible().count();
        let formulas =
            possible().map(|one| Formula::new(column, one.expression.clone(), &self.table.schema));
        let kept = formulas.filter_map(|formula| self.kept(formula, count));
        kept.reduce(|best, other| if other.support > best.support { other } else { best })
    }

    /// The relation, if every row keeps it and chance does not explain that.
    fn kept(&self, formula: Formula, candidates: usize) -> Option<Found> {
        let mut cells = Vec::new();
        for row in (0..self.table.rows()).map(|row| self.table.cells.row(row)) {
            match formula.holds(row) {
                Some(true) => cells.push(row[formula.column]),
                Some(false) => return None,
                None => {}
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
}
