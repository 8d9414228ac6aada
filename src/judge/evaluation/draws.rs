//! Which rows are compared: halves and samples.
//! They depend on the seed and on the rows of a table, never on the order of the rows.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::collections::HashMap;
use table::Table;

/// The rows of a table in an order that their cells alone decide.
pub(super) fn order(table: &Table) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..table.rows()).collect();
    let cells = |row: usize| table.cells.row(row).iter();
    rows.sort_by(|&a, &b| {
        let pairs = cells(a).zip(cells(b));
        pairs
            .map(|(a, b)| a.total_cmp(b))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    rows
}

/// Some rows of a table.
pub(super) fn take(table: &Table, rows: &[usize]) -> Table {
    table.rows_of(rows)
}

/// Random orders under a seed. Equal streams give equal orders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws {
    seed: u64,
}

/// What an order is for. No two purposes share one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// Cutting the real patients into parts.
    Real = 0,
    /// Choosing synthetic patients.
    Synthetic = 1,
    /// Choosing patients of the hold-out.
    Holdout = 2,
    /// Shuffling columns.
    Shuffle = 3,
    /// Seeds of classifiers and attacks.
    Seed = 4,
}

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    fn generator(self, purpose: Purpose, number: usize) -> Xoshiro256PlusPlus {
        // Odd constants keep the streams of neighbouring seeds and numbers apart.
        let key = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ (number as u64).wrapping_mul(0xD1B5_4A32_D192_ED03);
        Xoshiro256PlusPlus::seed_from_u64(key.wrapping_add(purpose as u64))
    }

    /// The rows of a table of `rows` rows in random order.
    pub(super) fn order(self, purpose: Purpose, number: usize, rows: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..rows).collect();
        order.shuffle(&mut self.generator(purpose, number));
        order
    }

    /// The rows of a table in random order, those of one patient one after the other.
    pub(super) fn patients_in_order(
        self,
        purpose: Purpose,
        number: usize,
        table: &Table,
    ) -> Vec<Vec<usize>> {
        let rows = self.order(purpose, number, table.rows());
        let Some(of) = table.patients() else {
            return rows.into_iter().map(|row| vec![row]).collect();
        };
        let (mut places, mut each) = (HashMap::new(), Vec::<Vec<usize>>::new());
        for row in rows {
            let place = *places.entry(of[row]).or_insert(each.len());
            if place == each.len() {
                each.push(Vec::new());
            }
            each[place].push(row);
        }
        each
    }

    /// `size` random rows of a table, all of them where there are no more.
    pub(super) fn sample(
        self,
        purpose: Purpose,
        number: usize,
        table: &Table,
        size: usize,
    ) -> Table {
        let mut order = self.order(purpose, number, table.rows());
        order.truncate(size);
        take(table, &order)
    }

    /// The table with the cells of every column shuffled independently.
    pub(super) fn shuffled(self, number: usize, table: &Table) -> Table {
        let mut generator = self.generator(Purpose::Shuffle, number);
        let mut cells = table.cells.clone();
        for column in 0..cells.columns() {
            let mut values: Vec<f64> = table.cells.column(column).collect();
            values.shuffle(&mut generator);
            values.into_iter().enumerate().for_each(|(row, value)| cells[(row, column)] = value);
        }
        Table { schema: table.schema.clone(), cells, patients: None }
    }

    /// A seed of its own for a classifier or an attack.
    pub(super) fn seed(self, number: usize) -> u64 {
        use rand::Rng;
        self.generator(Purpose::Seed, number).next_u64()
    }
}
