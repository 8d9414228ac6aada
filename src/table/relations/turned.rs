//! Formulas that are solved for another column, where their own is made by another one already.

use super::lacking::linear;
use super::search::different;
use super::{Expression, Formula, Found, Relation};
use crate::Table;
use std::collections::{HashMap, HashSet};

/// What is made of what, by formulas and equalities that hold everywhere.
#[derive(Clone, Default)]
pub(super) struct Made(HashMap<usize, Vec<usize>>);

impl Made {
    pub(super) fn of(found: &[Found]) -> Self {
        let mut made = Self::default();
        found.iter().for_each(|one| made.add(one));
        made
    }

    /// What is made of what by formulas alone.
    pub(super) fn of_formulas(found: &[Found]) -> Self {
        let mut made = Self::default();
        let is_formula = |one: &&Found| matches!(one.relation, Relation::Formula(_));
        found.iter().filter(is_formula).for_each(|one| made.add(one));
        made
    }

    pub(super) fn add(&mut self, found: &Found) {
        match &found.relation {
            Relation::Formula(formula) => {
                self.0.entry(formula.column).or_default().extend(formula.expression.columns());
            }
            Relation::Equal { a, b, when: None } => self.0.entry(*b).or_default().push(*a),
            _ => {}
        }
    }

    /// A column that is made of some others in another way.
    pub(super) fn makes(&mut self, column: usize, of: &[usize]) {
        self.0.entry(column).or_default().extend(of);
    }

    /// The columns that are made of others.
    pub(super) fn columns(&self) -> Vec<usize> {
        self.0.keys().copied().collect()
    }

    /// Whether a column is made of others.
    pub(super) fn has(&self, column: usize) -> bool {
        self.0.contains_key(&column)
    }

    /// Whether a formula makes a column of what is made of it.
    pub(super) fn closes_circle(&self, one: &Found) -> bool {
        let Relation::Formula(formula) = &one.relation else { return false };
        formula.expression.columns().iter().any(|source| self.needs(*source, formula.column))
    }

    /// Whether a column is another one, or made of it, or of what is.
    pub(super) fn needs(&self, column: usize, other: usize) -> bool {
        let (mut open, mut seen) = (vec![column], HashSet::new());
        while let Some(next) = open.pop() {
            if next == other {
                return true;
            }
            if seen.insert(next) {
                open.extend(self.0.get(&next).into_iter().flatten());
            }
        }
        false
    }
}

/// Linear formulas beside those of a list: without what these say, and solved for another column
/// where their own is made already.
/// One that can be solved for no other column stays as it is.
pub(super) fn turned(formulas: Vec<Found>, found: &[Found], train: &Table) -> Vec<Found> {
    let mut made = Made::of(found);
    let set = |one: &Found| {
        let mut columns = one.relation.columns();
        columns.sort_unstable();
        columns
    };
    let is_formula = |one: &&Found| matches!(one.relation, Relation::Formula(_));
    let known: HashSet<Vec<usize>> = found.iter().filter(is_formula).map(set).collect();
    let mut all = Vec::new();
    for one in formulas.into_iter().filter(|one| !known.contains(&set(one))) {
        let one = other_way(&one, &made, train).unwrap_or(one);
        made.add(&one);
        all.push(one);
    }
    all
}

/// A formula solved for a column that nothing makes, if its own is made.
fn other_way(found: &Found, made: &Made, train: &Table) -> Option<Found> {
    let Relation::Formula(formula) = &found.relation else { return None };
    let whole = linear(found).filter(|_| made.has(formula.column))?;
    let open = |column: usize, sources: &[(usize, f64)]| {
        !train.schema.columns[column].kind.is_coded()
            && !made.has(column)
            && !sources.iter().any(|(source, _)| made.needs(*source, column))
    };
    let ways = whole.turned().into_iter().filter(|way| open(way.column, &way.terms));
    // The one of most values has cells that the others do not make.
    let way = ways.max_by_key(|way| different(train.cells.column(way.column)))?;
    let expression = Expression::linear(&way.terms, way.constant);
    let turned = Formula::new(way.column, expression, &train.schema).exact_as(formula.exact);
    let counted = Found::count(Relation::Formula(turned), train);
    (counted.exceptions == 0).then_some(counted)
}
