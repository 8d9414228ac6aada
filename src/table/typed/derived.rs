//! Relations that hold by construction: a column that others determine is learned only as what they
//! leave open.
//!
//! Of two columns that are equal wherever both are present, one is learned only where the other is
//! missing.
//! Of two columns that are ordered and often equal, the higher one is learned as its distance from
//! the lower one, or the lower one by itself; where both are equal, it is learned as missing.
//! A generator of smooth numbers cannot make such equalities by itself.

use super::order::{in_order, leads};
use crate::quantile::knots_with_tails;
use crate::relations::{Found, Relation};
use crate::{Column, Schema, Table, number};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// How one column is learned; columns by their positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Derivation {
    /// The cell of `source` where that is present.
    Copy { column: usize, source: usize },
    /// The sum of both parts where both are present.
    Sum { column: usize, parts: [usize; 2] },
    /// `base` plus a distance, which is missing where it is 0.
    /// The sum is at most `most`, a smoothed extreme of the training rows.
    /// If the column has missing cells, a learned column `gap` is missing where it is.
    Distance { column: usize, base: usize, most: f64, gap: Option<usize> },
    /// At most `base`, and learned as missing where it is equal; with a `gap` as above.
    Below { column: usize, base: usize, gap: Option<usize> },
}

/// All derivations of a table, in the order in which the cells of a row are restored.
/// What a column is made from comes before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct DerivedColumns(Vec<Derivation>);

impl Derivation {
    /// The derived column.
    pub(super) fn column(&self) -> usize {
        match self {
            Self::Copy { column, .. }
            | Self::Sum { column, .. }
            | Self::Distance { column, .. }
            | Self::Below { column, .. } => *column,
        }
    }

    fn sources(&self) -> Vec<usize> {
        match self {
            Self::Copy { source, .. } => vec![*source],
            Self::Sum { parts, .. } => parts.to_vec(),
            Self::Distance { base, .. } | Self::Below { base, .. } => vec![*base],
        }
    }

    /// What the sources leave open of a cell, which is learned in its place.
    fn remainder(&self, row: &[f64]) -> f64 {
        match self {
            Self::Copy { column, .. } | Self::Sum { column, .. } => match self.made(row) {
                Some(_) => f64::NAN,
                None => row[*column],
            },
            Self::Distance { column, base, .. } | Self::Below { column, base, .. }
                if row[*column] == row[*base] =>
            {
                f64::NAN
            }
            Self::Distance { column, base, .. } => row[*column] - row[*base],
            Self::Below { column, .. } => row[*column],
        }
    }

    /// The learned column that says where this one is missing.
    pub(super) fn gap(&self) -> Option<usize> {
        match self {
            Self::Distance { gap, .. } | Self::Below { gap, .. } => *gap,
            _ => None,
        }
    }

    /// The value that the sources give in a row, if all are present.
    fn made(&self, row: &[f64]) -> Option<f64> {
        let made: f64 = self.sources().iter().map(|&source| row[source]).sum();
        (!made.is_nan()).then_some(made)
    }

    /// The cell, from a row whose sources are restored.
    fn restore(&self, row: &[f64], decimals: usize) -> f64 {
        if self.gap().is_some_and(|gap| row[gap].is_nan()) {
            return f64::NAN;
        }
        match self {
            Self::Copy { column, .. } => self.made(row).unwrap_or(row[*column]),
            Self::Sum { column, .. } => {
                self.made(row).map_or(row[*column], |sum| number::round(sum, decimals))
            }
            // Where nothing is learned, the cell equals its base: `min` ignores the missing number.
            Self::Below { column, base, .. } => row[*column].min(row[*base]),
            Self::Distance { column, base, most, .. } => {
                let distance = row[*column].max(0.0);
                number::round((row[*base] + distance).min(*most), decimals).max(row[*base])
            }
        }
    }
}

impl DerivedColumns {
    /// The derivations that the relations of a table allow.
    /// A relation without exceptions makes one, if its column is not derived already and the
    /// columns do not make each other.
    ///
    /// A column is only derived if its missing cells come back, and if it is learned in no rows or
    /// in at least `rare_below`.
    /// The base of a distance must be complete.
    /// Fewer than `rare_below` missing cells of an ordered column count as equal.
    pub(super) fn of(relations: &[Found], train: &Table, rare_below: usize) -> Self {
        let mut derived = Self::default();
        for found in relations.iter().filter(|found| found.exceptions == 0) {
            let candidates = match found.relation {
                Relation::Equal { a, b, when: None } => {
                    vec![
                        Derivation::Copy { column: b, source: a },
                        Derivation::Copy { column: a, source: b },
                    ]
                }
                Relation::Sum { parts, total } => vec![Derivation::Sum { column: total, parts }],
                Relation::Ordered { low, high } if found.ties => {
                    let below = Derivation::Below { column: low, base: high, gap: None };
                    [distance(train, high, low), Some(below)].into_iter().flatten().collect()
                }
                _ => Vec::new(),
            };
            let fits = |derivation: &Derivation| {
                !derived.depend(derivation) && is_true_to(derivation, train, rare_below)
            };
            if let Some(derivation) = candidates.into_iter().find(fits) {
                derived.0.push(derivation);
            }
        }
        // What a column is made from comes before it.
        derived.0 =
            in_order(derived.0, |derivation, other| derivation.sources().contains(&other.column()));
        derived.mark_gaps(train, rare_below);
        derived
    }

    /// Gives every derived column with enough missing cells a learned column after those of the
    /// table.
    fn mark_gaps(&mut self, train: &Table, rare_below: usize) {
        let mut next = train.schema.columns.len();
        for derivation in &mut self.0 {
            let missing =
                train.cells.column(derivation.column()).filter(|cell| cell.is_nan()).count();
            if let Derivation::Distance { gap, .. } | Derivation::Below { gap, .. } = derivation
                && missing >= rare_below.max(1)
            {
                *gap = Some(next);
                next += 1;
            }
        }
    }

    /// The schema of what is learned: the table's columns, then a column for each derived column
    /// that has missing cells of its own.
    pub(super) fn learned_schema(&self, schema: &Schema) -> Schema {
        let mut learned = schema.clone();
        for derivation in self.0.iter().filter(|derivation| derivation.gap().is_some()) {
            let column = &schema.columns[derivation.column()];
            let name = format!("{} (is it there)", column.name);
            learned.columns.push(Column { name, decimals: 0, ..column.clone() });
        }
        learned
    }

    /// The derivation of a column, if it has one.
    pub(super) fn of_column(&self, column: usize) -> Option<&Derivation> {
        self.0.iter().find(|derivation| derivation.column() == column)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Derivation> {
        self.0.iter()
    }

    /// Whether a column is derived already, or makes one of its own sources, directly or not.
    fn depend(&self, derivation: &Derivation) -> bool {
        let sources = |column| self.of_column(column).map_or_else(Vec::new, Derivation::sources);
        self.of_column(derivation.column()).is_some()
            || derivation
                .sources()
                .iter()
                .any(|&source| leads(source, derivation.column(), sources))
    }

    /// The table that is learned instead of this one.
    /// Its further columns are 0 where a derived column is present.
    pub(super) fn remainders(&self, table: &Table) -> Table {
        let schema = self.learned_schema(&table.schema);
        let mut cells = Matrix::zeros(table.rows(), schema.columns.len());
        for row in 0..table.rows() {
            let (from, to) = (table.cells.row(row), cells.row_mut(row));
            to[..from.len()].copy_from_slice(from);
            for derivation in &self.0 {
                to[derivation.column()] = derivation.remainder(from);
                if let Some(gap) = derivation.gap().filter(|_| from[derivation.column()].is_nan()) {
                    to[gap] = f64::NAN;
                }
            }
        }
        Table { schema, cells }
    }

    /// Restores the derived columns of a row of the learned table.
    pub(super) fn restore(&self, row: &mut [f64], schema: &Schema) {
        for derivation in &self.0 {
            row[derivation.column()] =
                derivation.restore(row, schema.columns[derivation.column()].decimals);
        }
    }

    /// The largest magnitude of every column of the table, from that of the learned columns.
    pub(super) fn largest(&self, mut largest: Vec<f64>) -> Vec<f64> {
        for derivation in &self.0 {
            let made: f64 = derivation.sources().iter().map(|&source| largest[source]).sum();
            let at = &mut largest[derivation.column()];
            *at = match derivation {
                Derivation::Distance { .. } => *at + made,
                _ => at.max(made),
            };
        }
        largest
    }

    /// Whether stored derivations can be those of a table with this schema.
    pub(super) fn check(&self, schema: &Schema) -> Result<(), String> {
        let mut before = Self::default();
        let mut gap = schema.columns.len();
        for derivation in &self.0 {
            let columns = || derivation.sources().into_iter().chain([derivation.column()]);
            let sound = match derivation {
                Derivation::Distance { most, .. } => most.is_finite(),
                _ => true,
            };
            let gaps = derivation.gap().is_none_or(|of| of == gap);
            gap += usize::from(derivation.gap().is_some());
            let known = columns().all(|column| column < schema.columns.len());
            let numbers = || columns().all(|column| !schema.columns[column].kind.is_coded());
            let copied = |column: usize, source: usize| {
                let (column, source) = (&schema.columns[column], &schema.columns[source]);
                column.kind.is_coded() == source.kind.is_coded() && column.levels == source.levels
            };
            let kinds = match derivation {
                Derivation::Copy { column, source } => known && copied(*column, *source),
                _ => known && numbers(),
            };
            if !sound || !gaps || !kinds || before.depend(derivation) {
                return Err(format!("column {} cannot be made that way", derivation.column()));
            }
            before.0.push(derivation.clone());
        }
        Ok(())
    }
}

/// A column as its distance from a base, if both are numbers.
fn distance(train: &Table, column: usize, base: usize) -> Option<Derivation> {
    let columns = &train.schema.columns;
    if columns[column].kind.is_coded() || columns[base].decimals > columns[column].decimals {
        return None;
    }
    let mut observed: Vec<f64> = train.cells.column(column).filter(|cell| !cell.is_nan()).collect();
    observed.sort_by(f64::total_cmp);
    let knots = if observed.is_empty() { return None } else { knots_with_tails(&observed) };
    Some(Derivation::Distance { column, base, most: knots[knots.len() - 1].1, gap: None })
}

/// Whether the training rows can be restored from what is learned of them.
fn is_true_to(derivation: &Derivation, train: &Table, rare_below: usize) -> bool {
    match derivation {
        Derivation::Distance { base, .. } => train.cells.column(*base).all(|cell| !cell.is_nan()),
        Derivation::Below { .. } => true,
        Derivation::Copy { column, .. } | Derivation::Sum { column, .. } => {
            let rows = || (0..train.rows()).map(|row| train.cells.row(row));
            let same = |row: &[f64]| derivation.made(row).is_none() || !row[*column].is_nan();
            let own = rows().filter(|row| !derivation.remainder(row).is_nan()).count();
            rows().all(same) && (own == 0 || own >= rare_below)
        }
    }
}
