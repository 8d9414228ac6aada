//! Which derivations are taken: one after another, as long as none contradicts those before it.

use super::computed::Computed;
use super::part::Part;
use super::replaced::{Decided, Either, Follows};
use super::{Derivation, DerivedColumns};
use crate::Table;
use crate::quantile::{Sample, knots_with_tails};
use crate::relations::{Found, Relation};

/// Derivations so far, and what they are for.
pub(super) struct Plan<'a> {
    pub(super) derived: DerivedColumns,
    pub(super) train: &'a Table,
    pub(super) rare_below: usize,
}

impl Plan<'_> {
    /// Takes the first of some derivations of one relation that fits those that are there.
    pub(super) fn take(&mut self, candidates: Vec<Derivation>) -> bool {
        let fits = |derivation: &Derivation| {
            !self.derived.depend(derivation) && self.is_true_to(derivation)
        };
        let fitting = candidates.into_iter().find(fits);
        let taken = fitting.is_some();
        self.derived.0.extend(fitting);
        taken
    }

    /// Equal columns and formulas.
    pub(super) fn copies_and_formulas(&mut self, relations: &[Found]) {
        for found in relations {
            let candidates = match &found.relation {
                // A formula with exceptions is one that the user gave.
                Relation::Formula(formula) => {
                    let computed = Computed::of(formula, self.train, self.rare_below);
                    computed.map(Derivation::Computed).into_iter().collect()
                }
                _ if found.exceptions > 0 => Vec::new(),
                Relation::Equal { a, b, when: None } => vec![
                    Derivation::Copy { column: *b, source: *a },
                    Derivation::Copy { column: *a, source: *b },
                ],
                _ => Vec::new(),
            };
            self.take(candidates);
        }
    }

    /// Columns with few combinations, and those that follow from others.
    pub(super) fn few_values(&mut self, relations: &[Found]) {
        let kept = || relations.iter().filter(|found| found.exceptions == 0);
        // A decision says what follows back from the column that is decided, too.
        for found in kept() {
            if let Relation::Decision { column, sources, table } = &found.relation {
                let (column, sources) = (*column, sources.clone());
                let decided = Decided { column, sources, table: table.of_many() };
                self.take(vec![Derivation::Decided(decided)]);
            }
        }
        // What decides is made of others last: none of these may be made of what it decides.
        let decides = |found: &&Found| {
            match &found.relation {
            Relation::Follows { column, .. } | Relation::Either { column, .. } => {
                self.derived.iter().any(|of| {
                    matches!(of, Derivation::Decided(decided) if decided.sources.contains(column))
                })
            }
            _ => false,
        }
        };
        let (last, first): (Vec<&Found>, Vec<&Found>) = kept().partition(decides);
        for found in first.into_iter().chain(last) {
            match &found.relation {
                Relation::Combinations { columns, known } => {
                    let parts = Part::of(columns, known, self.train, self.rare_below);
                    let parts: Vec<Derivation> = parts.into_iter().map(Derivation::Part).collect();
                    // All of a group, or none.
                    if !parts.iter().any(|part| self.derived.depend(part)) {
                        self.derived.0.extend(parts);
                    }
                }
                Relation::Follows { column, source, lookup } => {
                    let (column, source) = (*column, *source);
                    let follows = Follows { column, source, lookup: lookup.of_many() };
                    self.take(vec![Derivation::Follows(follows)]);
                }
                Relation::Either { column, values, when } => {
                    let either = Either::of(*column, *values, when).map(Derivation::Either);
                    self.take(either.into_iter().collect());
                }
                _ => {}
            }
        }
    }

    /// Whether a column is one of numbers.
    pub(super) fn is_number(&self, column: usize) -> bool {
        !self.train.schema.columns[column].kind.is_coded()
    }

    /// A column as its distance from a base, if both have numbers to learn it from.
    pub(super) fn distance(&self, column: usize, base: usize) -> Option<Derivation> {
        let columns = &self.train.schema.columns;
        if !self.is_number(column) || columns[base].decimals > columns[column].decimals {
            return None;
        }
        let observed = Sample::of(self.train.cells.column(column), self.train.patients());
        if observed.values().is_empty() {
            return None;
        }
        let knots = knots_with_tails(&observed);
        Some(Derivation::Distance { column, base, most: knots[knots.len() - 1].1, gap: None })
    }

    /// Whether the training rows can be restored from what is learned of them.
    fn is_true_to(&self, derivation: &Derivation) -> bool {
        let rows = || (0..self.train.rows()).map(|row| self.train.cells.row(row));
        let column = derivation.column();
        let learned = |row: &usize| !derivation.remainder(self.train.cells.row(*row)).is_nan();
        let own = || self.train.patients_of((0..self.train.rows()).filter(learned));
        let enough = |own: usize| own == 0 || own >= self.rare_below;
        match derivation {
            Derivation::Distance { base, .. } => self.train.is_complete(*base),
            Derivation::Copy { .. } => {
                let same = |row: &[f64]| derivation.made(row).is_none() || !row[column].is_nan();
                rows().all(same) && enough(own())
            }
            _ => true,
        }
    }
}
