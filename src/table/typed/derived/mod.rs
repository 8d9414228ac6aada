//! Relations that hold by construction: a column that others determine is learned as what they
//! leave open.
//!
//! Of two columns that are equal wherever both are present, one is learned only where the other is
//! missing; a column that a formula makes of others is computed; of ordered columns one is learned
//! as its distance from the other, however rarely they are equal.
//! A value that many patients share, or an equality that holds for some of them, is a choice, and
//! only the rest is a number.
//! A generator of smooth numbers cannot hit such things by itself.

mod apart;
mod bounded;
mod choices;
mod chosen;
mod close;
mod computed;
mod derivation;
mod orders;
mod part;
mod plan;
mod present;
mod quantiles;
mod replaced;
mod shared;

pub(super) use chosen::Chosen;
pub(super) use derivation::{Derivation, Extra};
pub(super) use present::PresentCells;
pub(super) use replaced::Follows;

use super::order::{in_order, leads};
use crate::relations::Found;
use crate::{Schema, Table};
use ground::matrix::Matrix;
use plan::Plan;
use serde::{Deserialize, Serialize};

/// All derivations of a table, in the order in which the cells of a row are restored: what a column
/// is made from comes before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct DerivedColumns(Vec<Derivation>);

impl DerivedColumns {
    /// The derivations that relations of a table allow: those without exceptions, and
    /// formulas of the schema, whose columns are not derived otherwise and do not make each other.
    ///
    /// A column is only derived if its missing cells come back, and if the rows in which it is
    /// learned are none or at least `rare_below`.
    pub(super) fn of(relations: &[Found], train: &Table, rare_below: usize) -> Self {
        let mut plan = Plan { derived: Self::default(), train, rare_below };
        plan.copies_and_formulas(relations);
        plan.few_values(relations);
        shared::equalities(&mut plan, relations);
        orders::derive(&mut plan, relations);
        shared::spikes_of_the_rest(&mut plan, relations);
        let mut derived = plan.derived;
        // What a column is made from comes before it.
        derived.0 = in_order(derived.0, Derivation::column, Derivation::sources);
        derived.let_give(train);
        derived.place_extras(train, rare_below);
        derived
    }

    /// Sources of formulas that nothing else binds may give way.
    fn let_give(&mut self, train: &Table) {
        let bound: Vec<Vec<usize>> = self
            .0
            .iter()
            .map(|derivation| {
                let mut columns = derivation.sources();
                columns.push(derivation.column());
                columns
            })
            .collect();
        for (at, derivation) in self.0.iter_mut().enumerate() {
            if let Derivation::Computed(computed) = derivation {
                computed.let_give(train, |source| {
                    let mut others = bound.iter().enumerate().filter(|(other, _)| *other != at);
                    !train.schema.columns[source].kind.is_coded()
                        && others.all(|(_, columns)| !columns.contains(&source))
                });
            }
        }
    }

    /// Gives derived columns the learned columns that they need behind those of the table: one that
    /// says where they are missing, one for what they are where nothing makes them, or their
    /// choice.
    fn place_extras(&mut self, train: &Table, rare_below: usize) {
        let mut next = train.schema.columns.len();
        let fewest = rare_below.max(1);
        let mut place = |needed: bool| {
            next += usize::from(needed);
            needed.then(|| next - 1)
        };
        let missing = |column: usize| {
            train.patients_of((0..train.rows()).filter(|&row| train.cells[(row, column)].is_nan()))
        };
        for derivation in &mut self.0 {
            let open = derivation.open_patients(train);
            match derivation {
                Derivation::Distance { column, gap, .. }
                | Derivation::Below { column, gap, .. } => {
                    *gap = place(missing(*column) >= fewest);
                }
                Derivation::Apart(apart) => {
                    let [alone, missing] = apart.lacks(train);
                    apart.own = place(alone >= fewest);
                    apart.gap = place(missing >= fewest && (apart.ties || alone > 0));
                }
                Derivation::Bounded(bounded) => {
                    let gap = bounded.ties && missing(bounded.column) >= fewest;
                    bounded.gap = place(gap);
                }
                Derivation::Computed(computed) => {
                    computed.place_gap(train, fewest, open, &mut place);
                }
                Derivation::Chosen(chosen) => {
                    chosen.choice = place(true).expect("a place that is needed");
                }
                Derivation::Part(part) if part.at == 0 => {
                    part.choice = place(true).expect("a place that is needed");
                }
                _ => {}
            }
        }
        self.place_choices();
    }

    /// Tells the columns of a group where their choice is, which the first of them has.
    fn place_choices(&mut self) {
        let first = |derivation: &Derivation| match derivation {
            Derivation::Part(part) if part.at == 0 => Some((part.column, part.choice)),
            _ => None,
        };
        let choices: Vec<(usize, usize)> = self.0.iter().filter_map(first).collect();
        for derivation in &mut self.0 {
            if let Derivation::Part(part) = derivation
                && let Some(choice) = choices.iter().find(|choice| choice.0 == part.group[0])
            {
                part.choice = choice.1;
            }
        }
    }

    /// The schema of what is learned: the table's columns, then those that derivations need beside
    /// them.
    pub(super) fn learned_schema(&self, schema: &Schema) -> Schema {
        let mut learned = schema.clone();
        for derivation in &self.0 {
            let described = derivation.extras().into_iter();
            learned.columns.extend(described.map(|extra| derivation.described(extra, schema)));
            // A distance is as fine as what it lies between.
            if let Derivation::Apart(apart) = derivation {
                let finest = apart.bases.iter().map(|&base| schema.columns[base].decimals).max();
                let column = &mut learned.columns[apart.column];
                column.decimals = column.decimals.max(finest.unwrap_or(0));
            }
        }
        learned
    }

    /// How many learned columns stand behind those of the table.
    pub(super) fn extras(&self) -> usize {
        self.0.iter().map(|derivation| derivation.extras().len()).sum()
    }

    /// Whether what is missing of a learned column is a missing cell of the table's.
    pub(super) fn says_missing(&self, column: usize, width: usize) -> bool {
        match self.of_column(column) {
            Some(derivation) => derivation.says_missing() == Some(column),
            None => {
                let owned =
                    |derivation: &Derivation| derivation.extras().contains(&Extra::Own(column));
                column < width || !self.0.iter().any(owned)
            }
        }
    }

    /// The derivation of a column, if it has one.
    pub(super) fn of_column(&self, column: usize) -> Option<&Derivation> {
        self.0.iter().find(|derivation| derivation.column() == column)
    }

    /// Makes their quantiles coarser ([`crate::coarse`]).
    pub(super) fn coarsen(&mut self) {
        for derivation in &mut self.0 {
            match derivation {
                Derivation::Bounded(bounded) => bounded.quantiles.coarsen(),
                Derivation::Chosen(chosen) => chosen.quantiles.coarsen(),
                _ => {}
            }
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Derivation> {
        self.0.iter()
    }

    /// Whether a column is derived already, or makes, directly or not, one of its own sources.
    fn depend(&self, derivation: &Derivation) -> bool {
        let column = derivation.column();
        self.of_column(column).is_some()
            || derivation.sources().iter().any(|&source| self.needs(source, column))
    }

    /// Whether a column is made, directly or not, of another one, or is that.
    fn needs(&self, column: usize, other: usize) -> bool {
        let sources = |column| self.of_column(column).map_or_else(Vec::new, Derivation::sources);
        leads(column, other, sources)
    }

    /// The table that is learned in the place of this one.
    pub(super) fn remainders(&self, table: &Table) -> Table {
        let schema = self.learned_schema(&table.schema);
        let mut cells = Matrix::zeros(table.rows(), schema.columns.len());
        for row in 0..table.rows() {
            let (from, to) = (table.cells.row(row), cells.row_mut(row));
            to[..from.len()].copy_from_slice(from);
            for derivation in &self.0 {
                to[derivation.column()] = derivation.remainder(from);
                for extra in derivation.extras() {
                    to[extra.position()] = derivation.extra(extra, from);
                }
            }
        }
        Table { schema, cells, patients: table.patients.clone() }
    }

    /// A row of the learned table with its derived columns as they are in the table.
    /// What must be there is there.
    pub(super) fn restore(&self, row: &mut [f64], present: &PresentCells, schema: &Schema) {
        // Before anything is made of a source, so that all is made of the same value.
        let follows = self.0.iter().filter_map(|derivation| match derivation {
            Derivation::Follows(follows) => Some(follows),
            _ => None,
        });
        follows.for_each(|follows| follows.settle_source(row));
        for derivation in &self.0 {
            derivation.restore(row, schema);
            if let Some(quantiles) = present.quantiles(derivation.column()) {
                derivation.fill(row, quantiles, schema);
            }
        }
    }

    /// The largest magnitude of every column of the table from that of the learned ones.
    pub(super) fn largest(&self, mut largest: Vec<f64>) -> Vec<f64> {
        for derivation in &self.0 {
            largest[derivation.column()] = derivation.largest(&largest);
        }
        largest
    }

    /// Whether stored derivations can be those of a table with this schema.
    pub(super) fn check(&self, schema: &Schema) -> Result<(), String> {
        let mut before = Self::default();
        let mut next = schema.columns.len();
        for derivation in &self.0 {
            if !derivation.is_sound(schema, next) || before.depend(derivation) {
                return Err(format!("column {} cannot be made that way", derivation.column()));
            }
            next += derivation.extras().len();
            before.0.push(derivation.clone());
        }
        let mut placed = self.clone();
        placed.place_choices();
        let columns =
            |part: &part::Part| part.group.iter().all(|&at| before.of_column(at).is_some());
        let whole = self.0.iter().all(|derivation| match derivation {
            Derivation::Part(part) => columns(part) && part.choice < next,
            _ => true,
        });
        if placed != *self || !whole {
            return Err("columns of one choice do not belong together".into());
        }
        Ok(())
    }
}
