//! Columns of numbers among which formulas are sought.

use super::chance::FEWEST;
use crate::Table;

/// Different values that a column must have to be one that others make.
const DIFFERENT: usize = 8;

/// Units of the last decimal that its standard deviation must be: with fewer, rounding hides too
/// much.
const UNITS: f64 = 3.0;

/// Columns of numbers beyond which nothing is sought.
pub(super) const MOST: usize = 1500;

/// A column of numbers with different values.
pub(super) struct NumberColumn {
    pub(super) position: usize,
    /// A unit of its last decimal.
    pub(super) unit: f64,
    /// Standard deviation of `cells`.
    pub(super) deviation: f64,
    /// Whether it can be one that others make.
    pub(super) is_target: bool,
    /// A number for each row, or its logarithm; NaN where there is none.
    pub(super) cells: Vec<f64>,
}

/// The columns of numbers of a table that pass; none if there are too many, or fewer than two.
pub(super) fn numbers(table: &Table, pass: impl Fn(usize) -> bool) -> Vec<NumberColumn> {
    let columns = 0..table.schema.columns.len();
    let numbers: Vec<NumberColumn> = columns
        .filter(|column| !table.schema.columns[*column].kind.is_coded() && pass(*column))
        .filter_map(|column| NumberColumn::of(table, column))
        .collect();
    if numbers.len() > MOST || numbers.len() < 2 { Vec::new() } else { numbers }
}

impl NumberColumn {
    fn of(table: &Table, position: usize) -> Option<Self> {
        let cells: Vec<f64> = table.cells.column(position).collect();
        let there: Vec<f64> = cells.iter().copied().filter(|cell| !cell.is_nan()).collect();
        let different = different(cells.iter().copied());
        if there.len() < FEWEST || different < 2 {
            return None;
        }
        let deviation = deviation(&there);
        let unit = 10f64.powi(-(table.schema.columns[position].decimals as i32));
        let is_target = different >= DIFFERENT && deviation >= UNITS * unit;
        Some(Self { position, unit, deviation, is_target, cells })
    }

    /// The same with logarithms of magnitudes; none if half of the numbers or more are 0.
    pub(super) fn magnitudes(&self) -> Option<Self> {
        let cells = self.cells.iter().map(|cell| cell.abs()).collect();
        Self { cells, ..*self }.logarithms()
    }

    /// The same with logarithms in place of numbers; none if half of the numbers or more have none.
    pub(super) fn logarithms(&self) -> Option<Self> {
        let count = self.cells.iter().filter(|cell| !cell.is_nan()).count();
        let cells: Vec<f64> =
            self.cells.iter().map(|cell| if *cell > 0.0 { cell.ln() } else { f64::NAN }).collect();
        let there: Vec<f64> = cells.iter().copied().filter(|cell| !cell.is_nan()).collect();
        let enough = there.len() >= FEWEST && 2 * there.len() > count;
        let deviation = if enough { deviation(&there) } else { 0.0 };
        (deviation > 0.0).then_some(Self { deviation, cells, ..*self })
    }
}

/// The columns of `taken` without those that are not needed: `fits` says whether some columns do.
pub(super) fn needed(taken: &[usize], fits: impl Fn(&[usize]) -> bool) -> Option<Vec<usize>> {
    if !fits(taken) {
        return None;
    }
    let mut sources = taken.to_vec();
    for one in taken {
        let fewer: Vec<usize> = sources.iter().copied().filter(|other| other != one).collect();
        if !fewer.is_empty() && fits(&fewer) {
            sources = fewer;
        }
    }
    Some(sources)
}

/// Rows in which a column is there and its sources are not all: a formula says nothing of it there.
pub(super) fn silent(table: &Table, column: usize, sources: &[usize]) -> usize {
    let rows = (0..table.rows()).map(|row| table.cells.row(row));
    rows.filter(|row| !row[column].is_nan() && sources.iter().any(|at| row[*at].is_nan())).count()
}

/// How well one column of a set is made of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weight {
    /// Whether it has few values, which no rounding of what is made would hit.
    pub(super) few: bool,
    /// Whether the rounding of the others is needed to explain it.
    pub(super) rounded: bool,
    /// Digits of the factors.
    pub(super) digits: usize,
    /// Whether it is there in rows where it is not made.
    pub(super) silent: bool,
    /// What it varies among the others, and over how many steps.
    /// The one of more steps has cells that the others do not make.
    pub(super) varies: [f64; 2],
}

impl Weight {
    pub(super) fn is_better(&self, than: &Self) -> bool {
        let form = |of: &Self| (of.few, of.rounded, of.digits, of.silent);
        let [mine, theirs] = [self.varies, than.varies];
        let more = |at: usize| mine[at] > theirs[at] * 1.01;
        form(self) < form(than)
            || (form(self) == form(than) && (more(0) || (mine[0] * 1.01 >= theirs[0] && more(1))))
    }
}

/// How many different numbers there are; missing ones are none.
pub(super) fn different(cells: impl Iterator<Item = f64>) -> usize {
    let mut there: Vec<f64> = cells.filter(|cell| !cell.is_nan()).collect();
    there.sort_by(f64::total_cmp);
    there.chunk_by(|a, b| a == b).count()
}

fn deviation(cells: &[f64]) -> f64 {
    let mean = cells.iter().sum::<f64>() / cells.len() as f64;
    (cells.iter().map(|cell| (cell - mean).powi(2)).sum::<f64>() / cells.len() as f64).sqrt()
}
