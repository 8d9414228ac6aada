//! Sums and means of what is there: where a part is missing, the others make the whole.
//!
//! Statistics programs leave missing parts out of a sum, and tables are made that way:
//! a total of two targets of which the second one is missing is the first one.
//! A formula that is found where all parts are present is tried on the other rows, too.

use super::chance::{FEWEST, all_shuffled_fit, is_believed};
use super::function::Aggregate;
use super::{Expression, Formula, Found, Relation};
use crate::Table;

/// A mean of so many columns is told from other factors by this.
const NEAR: f64 = 1e-3;

/// `column = sum of factor * column + constant`.
pub(super) struct Linear {
    pub(super) column: usize,
    pub(super) terms: Vec<(usize, f64)>,
    pub(super) constant: f64,
}

/// A formula that leaves out what is missing, and the rows that show it.
struct Shown {
    formula: Formula,
    rows: usize,
}

/// Replaces linear formulas that rows with missing parts keep, too, by those of what is there.
/// `given` are relations of the schema, which stay as they are.
pub(super) fn widen(train: &Table, found: &mut [Found], given: &[Found]) {
    let mut made: Vec<usize> = found.iter().filter_map(|one| Some(linear(one)?.column)).collect();
    let candidates = made.len() * 100;
    for one in found.iter_mut() {
        if given.iter().any(|given| given.relation == one.relation) {
            continue;
        }
        let Some(of) = linear(one).filter(|of| of.terms.len() > 1) else { continue };
        let Relation::Formula(Formula { exact, .. }) = one.relation else { continue };
        let free = |at: &Linear| at.column == of.column || !made.contains(&at.column);
        let turned = of.turned().into_iter().filter(free);
        let formulas = turned.flat_map(|of| of.of_what_is_there(train, exact));
        let all = formulas.filter_map(|formula| shown(formula, train, candidates));
        // The first of several that are shown by as many rows: that of the column it was found for.
        let best = all.reduce(|best, other| if other.rows > best.rows { other } else { best });
        if let Some(Shown { formula, .. }) = best {
            made.retain(|column| *column != of.column);
            made.push(formula.column);
            *one = Found::count(Relation::Formula(formula), train);
        }
    }
}

/// The linear formula of a relation.
pub(super) fn linear(found: &Found) -> Option<Linear> {
    let Relation::Formula(formula) = &found.relation else { return None };
    let mut of = Linear { column: formula.column, terms: Vec::new(), constant: 0.0 };
    of.add(&formula.expression, 1.0).then_some(of)
}

impl Linear {
    /// Adds the terms of an expression; false if it is not linear.
    fn add(&mut self, expression: &Expression, factor: f64) -> bool {
        match expression {
            Expression::Number(number) => self.constant += factor * number,
            Expression::Column(column) => self.terms.push((*column, factor)),
            Expression::Negate(a) => return self.add(a, -factor),
            Expression::Add(a, b) => return self.add(a, factor) && self.add(b, factor),
            Expression::Subtract(a, b) => return self.add(a, factor) && self.add(b, -factor),
            Expression::Multiply(a, b) => match **a {
                Expression::Number(number) => return self.add(b, factor * number),
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    /// The same solved for each of its columns, first as it is.
    pub(super) fn turned(&self) -> Vec<Self> {
        let solved = |&(column, of): &(usize, f64)| {
            let others = self.terms.iter().filter(|(other, _)| *other != column);
            let others = others.map(|(other, factor)| (*other, -factor / of));
            let terms = others.chain([(self.column, 1.0 / of)]).collect();
            Self { column, terms, constant: -self.constant / of }
        };
        let itself = Self { terms: self.terms.clone(), ..*self };
        std::iter::once(itself).chain(self.terms.iter().map(solved)).collect()
    }

    /// The formulas that say the same where all is present, and leave out what is missing.
    fn of_what_is_there(&self, train: &Table, exact: Option<f64>) -> Vec<Formula> {
        let formula = |aggregate: Aggregate, parts: Vec<Expression>| {
            let expression = Expression::Over(aggregate, parts);
            Formula::new(self.column, expression, &train.schema).exact_as(exact)
        };
        let equal = 1.0 / self.terms.len() as f64;
        // The fewest digits of a third leave a constant.
        let is_mean = self.terms.iter().all(|(_, factor)| (factor - equal).abs() < NEAR);
        let columns = self.terms.iter().map(|(column, _)| Expression::Column(*column));
        let mean = is_mean.then(|| formula(Aggregate::Mean, columns.collect()));
        let parts: Vec<Expression> =
            self.terms.iter().map(|term| Expression::linear(&[*term], 0.0)).collect();
        let plain = formula(Aggregate::Sum, parts.clone());
        let alone =
            formula(Aggregate::Sum, [parts, vec![Expression::Number(self.constant)]].concat());
        // Where all are missing, the whole is missing, or the constant alone where a row shows that.
        let sums = match self.constant == 0.0 {
            false => vec![alone],
            true if self.is_shown_alone(train) => vec![alone, plain],
            true => vec![plain],
        };
        mean.into_iter().chain(sums).collect()
    }

    /// Whether the whole is the constant in a row in which all parts are missing.
    fn is_shown_alone(&self, train: &Table) -> bool {
        (0..train.rows()).map(|row| train.cells.row(row)).any(|row| {
            row[self.column] == self.constant
                && self.terms.iter().all(|(column, _)| row[*column].is_nan())
        })
    }
}

/// The formula that says nothing where a part is missing, of one that leaves it out.
pub(super) fn narrow(formula: &Formula, train: &Table) -> Option<Formula> {
    let Expression::Over(aggregate @ (Aggregate::Sum | Aggregate::Mean), parts) =
        &formula.expression
    else {
        return None;
    };
    let count = parts.len() as f64;
    let add = |a, b| Expression::Add(Box::new(a), Box::new(b));
    let is_nothing = |part: &Expression| *part == Expression::Number(0.0);
    let sum = parts.iter().filter(|part| !is_nothing(part)).cloned().reduce(add)?;
    let expression = match aggregate {
        Aggregate::Mean => Expression::Divide(Box::new(sum), Box::new(Expression::Number(count))),
        _ => sum,
    };
    let narrow = Formula::new(formula.column, expression, &train.schema);
    Some(narrow.exact_as(formula.exact))
}

/// A formula that all rows keep, if enough of them have some parts and lack others, and chance does
/// not explain that these keep it.
fn shown(formula: Formula, train: &Table, candidates: usize) -> Option<Shown> {
    let sources = formula.expression.columns();
    let mut lacking = Vec::new();
    for row in (0..train.rows()).map(|row| train.cells.row(row)) {
        match formula.holds(row) {
            Some(true) => {}
            Some(false) => return None,
            None => continue,
        }
        let missing = sources.iter().filter(|&&source| row[source].is_nan()).count();
        if (1..sources.len()).contains(&missing) {
            let made = formula.made(row)?;
            lacking.push((row[formula.column], made, formula.slack(row, made)));
        }
    }
    let rows = lacking.len();
    let is_mean = matches!(formula.expression, Expression::Over(Aggregate::Mean, _));
    if is_mean && sources.iter().all(|&source| train.is_complete(source)) {
        // Short of factors that are no short numbers.
        return Some(Shown { formula, rows });
    }
    let is_shown = rows >= FEWEST && is_believed(all_shuffled_fit(&lacking, rows), candidates);
    is_shown.then_some(Shown { formula, rows })
}
