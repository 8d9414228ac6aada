//! A population of patients with known leaks: hidden factors behind sixteen correlated columns of
//! every kind, with missing cells that depend on them.

use ground::matrix::Matrix;
use table::{Column, Kind, Schema, Table};

/// SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(0x1234_5678))
    }

    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }

    /// `count` different numbers below `end`.
    pub fn some(&mut self, end: usize, count: usize) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..end).collect();
        for place in 0..count {
            let other = place + self.below(end - place);
            rows.swap(place, other);
        }
        rows.truncate(count);
        rows
    }
}

/// Eight measured columns (two of them whole numbers) and eight coded ones.
const KINDS: [Kind; 16] = [
    Kind::Numerical,
    Kind::Numerical,
    Kind::Numerical,
    Kind::Numerical,
    Kind::Numerical,
    Kind::Numerical,
    Kind::Integer,
    Kind::Integer,
    Kind::Boolean,
    Kind::Boolean,
    Kind::Boolean,
    Kind::Ordinal,
    Kind::Ordinal,
    Kind::Ordinal,
    Kind::Nominal,
    Kind::Nominal,
];

fn levels(kind: Kind) -> usize {
    match kind {
        Kind::Numerical | Kind::Integer | Kind::Date | Kind::Datetime | Kind::Time => 0,
        Kind::Boolean => 2,
        Kind::Ordinal => 4,
        Kind::Nominal => 5,
    }
}

pub fn schema(kinds: &[Kind]) -> Schema {
    let column = |(place, &kind): (usize, &Kind)| Column {
        name: format!("c{place}"),
        kind,
        unit: None,
        label: None,
        levels: (0..levels(kind)).map(|level| level.to_string()).collect(),
        decimals: 0,
        missing: Vec::new(),
        ..Column::default()
    };
    Schema { columns: kinds.iter().enumerate().map(column).collect(), ..Schema::default() }
}

/// A fresh sample of the population.
pub fn sample(rows: usize, seed: u64) -> Table {
    let mut dice = Dice::new(seed);
    let mut cells = Matrix::zeros(rows, KINDS.len());
    for row in 0..rows {
        let factors = [dice.normal(), dice.normal(), dice.normal()];
        for (column, kind) in KINDS.into_iter().enumerate() {
            let (first, second) = (factors[column % 3], factors[(column / 3) % 3]);
            let trait_ = 0.6 * first + 0.5 * second + 0.6 * dice.normal();
            let missing = dice.unit() < if factors[2] > 0.5 { 0.2 } else { 0.05 };
            cells[(row, column)] = if missing { f64::NAN } else { cell(kind, column, trait_) };
        }
    }
    Table { schema: schema(&KINDS), cells, patients: None }
}

/// Numbers have three decimals, some a heavy tail; levels are cut from the trait.
fn cell(kind: Kind, column: usize, value: f64) -> f64 {
    match kind {
        Kind::Numerical if column < 2 => ((0.8 * value).exp() * 1e3).round() / 1e3,
        Kind::Numerical => (value * 1e3).round() / 1e3,
        Kind::Integer => (60.0 + 10.0 * value).round(),
        _ => ((value + 1.5) / 3.0 * levels(kind) as f64)
            .floor()
            .clamp(0.0, levels(kind) as f64 - 1.0),
    }
}

/// The rows with these numbers.
pub fn take(table: &Table, rows: &[usize]) -> Table {
    let cells = rows.iter().flat_map(|&row| table.cells.row(row)).copied().collect();
    Table {
        schema: table.schema.clone(),
        cells: Matrix::from_values(rows.len(), table.cells.columns(), cells),
        patients: None,
    }
}

/// The table with noise of 1 % of its range on every number (whole numbers stay whole); levels and
/// gaps stay.
pub fn noisy(table: &Table, seed: u64) -> Table {
    let mut dice = Dice::new(seed);
    let mut noisy = table.clone();
    for (column, described) in table.schema.columns.iter().enumerate() {
        let values = || table.cells.column(column).filter(|value| !value.is_nan());
        let range = values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min);
        for row in 0..table.rows() {
            let moved = table.cells[(row, column)] + 0.01 * range * dice.normal();
            match described.kind {
                Kind::Numerical => noisy.cells[(row, column)] = moved,
                Kind::Integer => noisy.cells[(row, column)] = moved.round(),
                _ => {}
            }
        }
    }
    noisy
}

/// A fresh table whose first tenth is training rows.
pub fn tenth_copied(fresh: &Table, train: &Table, seed: u64) -> Table {
    let mut mixed = fresh.clone();
    let count = fresh.rows() / 10;
    for (row, copied) in Dice::new(seed).some(train.rows(), count).into_iter().enumerate() {
        mixed.cells.row_mut(row).copy_from_slice(train.cells.row(copied));
    }
    mixed
}
