//! The cells of one patient by the names of their columns, and the facts behind them that only the
//! raw export shows.

use std::collections::HashMap;
use table::Schema;

/// Where each column of the schema is.
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    pub(super) fn of(schema: &Schema) -> Self {
        Self(
            schema
                .columns
                .iter()
                .enumerate()
                .map(|(place, column)| (column.name.clone(), place))
                .collect(),
        )
    }

    /// Panics on a name that the schema lacks.
    pub(super) fn place(&self, name: &str) -> usize {
        *self.0.get(name).unwrap_or_else(|| panic!("the stand-in's schema has no column {name:?}"))
    }
}

/// One patient's values (levels by their index), all of them observed, and the facts behind them.
pub(super) struct Row<'a> {
    names: &'a Names,
    /// By column of the schema.
    pub(super) cells: Vec<f64>,
    pub(super) facts: Facts,
}

/// Facts that the export shows and the cohort has only in derived form.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Body height, cm.
    pub(super) height: f64,
    /// Body weight, kg.
    pub(super) weight: f64,
    /// Days from diagnosis to death or the last visit.
    pub(super) survival_days: i64,
    /// Days from diagnosis to relapse, death or the last visit.
    pub(super) free_days: i64,
    /// Chemotherapy before, with and after radiotherapy.
    pub(super) chemotherapy: [bool; 3],
    /// Steps of every quality-of-life score above its lowest one, in the order of the schema.
    pub(super) steps: Vec<usize>,
}

impl<'a> Row<'a> {
    pub(super) fn new(names: &'a Names) -> Self {
        Self { names, cells: vec![f64::NAN; names.0.len()], facts: Facts::default() }
    }

    pub(super) fn place(&self, name: &str) -> usize {
        self.names.place(name)
    }

    pub(super) fn set(&mut self, name: &str, value: f64) {
        let place = self.place(name);
        self.cells[place] = value;
    }

    pub(super) fn yes(&mut self, name: &str, value: bool) {
        self.set(name, f64::from(u8::from(value)));
    }

    pub(super) fn get(&self, name: &str) -> f64 {
        self.cells[self.names.place(name)]
    }

    /// Whether a Boolean column is at its second level.
    pub(super) fn is(&self, name: &str) -> bool {
        self.get(name) == 1.0
    }
}
