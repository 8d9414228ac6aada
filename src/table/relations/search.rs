//! Which other columns explain a column of numbers: they are taken in one by one, each time the one
//! that explains most of what is left (orthogonal least squares).

use super::chance::FEWEST;
use crate::Table;

/// Columns that are taken in, before those that are not needed are taken out.
const TAKEN: usize = 6;

/// Rows that columns are sought in.
const SEARCHED: usize = 256;

/// Different values that a column must have to be one that others make.
const DIFFERENT: usize = 8;

/// Units of the last decimal that its standard deviation must be: with fewer, rounding hides too
/// much.
const UNITS: f64 = 3.0;

/// Columns of numbers beyond which nothing is sought.
const MOST: usize = 1500;

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
        let mut there: Vec<f64> = cells.iter().copied().filter(|cell| !cell.is_nan()).collect();
        there.sort_by(f64::total_cmp);
        let different = there.chunk_by(|a, b| a == b).count();
        if there.len() < FEWEST || different < 2 {
            return None;
        }
        let deviation = deviation(&there);
        let unit = 10f64.powi(-(table.schema.columns[position].decimals as i32));
        let is_target = different >= DIFFERENT && deviation >= UNITS * unit;
        Some(Self { position, unit, deviation, is_target, cells })
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

/// Takes columns in for a target, given by its place, and asks after each of them whether that is
/// enough: `stop` takes the positions of the columns, and the standard deviations of what is left
/// of the target and of all of it.
pub(super) fn take_in<T>(
    numbers: &[NumberColumn],
    target: usize,
    stop: impl Fn(&[usize], f64, f64) -> Option<T>,
) -> Option<T> {
    let mut left = Left::of(numbers, target);
    let mut taken = Vec::new();
    while taken.len() < TAKEN {
        let Some(column) = left.take() else { break };
        taken.push(column);
        if left.rows.len() < FEWEST {
            break;
        }
        let [of_target, whole] = [&left.target, &left.whole].map(|cells| deviation(cells));
        if let Some(answer) = stop(&taken, of_target, whole) {
            return Some(answer);
        }
    }
    None
}

/// What columns that were taken in leave of the others, in some rows.
struct Left<'a> {
    numbers: &'a [NumberColumn],
    rows: Vec<usize>,
    /// All of the target, and what is left of it.
    whole: Vec<f64>,
    target: Vec<f64>,
    /// The places of the other columns, and what is left of each.
    others: Vec<(usize, Vec<f64>)>,
    /// The places of those taken in.
    taken: Vec<usize>,
}

impl<'a> Left<'a> {
    fn of(numbers: &'a [NumberColumn], target: usize) -> Self {
        let cells = &numbers[target].cells;
        let mut rows: Vec<usize> = (0..cells.len()).filter(|&row| !cells[row].is_nan()).collect();
        rows = rows.iter().copied().step_by(rows.len().div_ceil(SEARCHED).max(1)).collect();
        let whole = centred(rows.iter().map(|&row| cells[row]));
        let others = (0..numbers.len()).filter(|at| *at != target);
        let mut left =
            Self { numbers, rows, target: whole.clone(), whole, others: Vec::new(), taken: vec![] };
        left.others = others.map(|at| (at, left.cells(at))).collect();
        left
    }

    fn cells(&self, place: usize) -> Vec<f64> {
        centred(self.rows.iter().map(|&row| self.numbers[place].cells[row]))
    }

    /// Takes the column in that explains most of the target; its position.
    /// Rows without it say nothing any more.
    fn take(&mut self) -> Option<usize> {
        let best = explains_most(&self.target, &self.others)?;
        let (place, axis) = self.others.swap_remove(best);
        self.taken.push(place);
        if axis.iter().any(|cell| cell.is_nan()) {
            self.shorten(&axis);
        } else {
            self.turn(&axis);
        }
        Some(self.numbers[place].position)
    }

    /// Leaves out the rows in which a column is missing.
    /// What the columns before it explained is another part of the rows that are left: it is taken
    /// out anew.
    fn shorten(&mut self, axis: &[f64]) {
        let keep: Vec<usize> = (0..axis.len()).filter(|&at| !axis[at].is_nan()).collect();
        self.whole = centred(keep.iter().map(|&at| self.whole[at]));
        self.rows = keep.into_iter().map(|at| self.rows[at]).collect();
        self.target = self.whole.clone();
        self.others = self.others.iter().map(|(place, _)| (*place, self.cells(*place))).collect();
        let mut axes: Vec<Vec<f64>> = self.taken.iter().map(|&place| self.cells(place)).collect();
        for at in 0..axes.len() {
            let (before, rest) = axes.split_at_mut(at + 1);
            rest.iter_mut().for_each(|axis| without(axis, &before[at]));
            self.turn(&before[at]);
        }
    }

    /// Takes the part along an axis out of everything.
    fn turn(&mut self, axis: &[f64]) {
        without(&mut self.target, axis);
        self.others.iter_mut().for_each(|(_, cells)| without(cells, axis));
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

/// Whether one column is better made of the others than another one is: by what it varies among
/// them, then by its steps.
/// The one of more steps has cells that the others do not make.
pub(super) fn is_better(one: [f64; 2], than: [f64; 2]) -> bool {
    let more = |at: usize| one[at] > than[at] * 1.01;
    more(0) || (one[0] * 1.01 >= than[0] && more(1))
}

fn deviation(cells: &[f64]) -> f64 {
    let mean = cells.iter().sum::<f64>() / cells.len() as f64;
    (cells.iter().map(|cell| (cell - mean).powi(2)).sum::<f64>() / cells.len() as f64).sqrt()
}

/// Numbers less their mean; a missing one stays NaN.
fn centred(cells: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut cells: Vec<f64> = cells.collect();
    let there = || cells.iter().filter(|cell| !cell.is_nan());
    let mean = there().sum::<f64>() / there().count().max(1) as f64;
    cells.iter_mut().for_each(|cell| *cell -= mean);
    cells
}

/// The place of the column along which most of what is left lies; none if nothing does.
/// One that is missing in more than half of the rows is not asked.
fn explains_most(left: &[f64], others: &[(usize, Vec<f64>)]) -> Option<usize> {
    let share = |cells: &[f64]| {
        let (mut along, mut length, mut whole, mut count) = (0.0, 0.0, 0.0, 0);
        for (x, y) in cells.iter().zip(left) {
            if !x.is_nan() {
                along += x * y;
                length += x * x;
                whole += y * y;
                count += 1;
            }
        }
        let enough = 2 * count >= left.len() && count >= FEWEST;
        if enough && length > 1e-18 && whole > 0.0 { along * along / length / whole } else { 0.0 }
    };
    let shares = others.iter().map(|(_, cells)| share(cells)).enumerate();
    shares.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| best.1 > 1e-6).map(|best| best.0)
}

/// Takes the part along an axis out; missing numbers stay.
fn without(cells: &mut [f64], axis: &[f64]) {
    let (mut along, mut length) = (0.0, 0.0);
    for (x, a) in cells.iter().zip(axis) {
        if !x.is_nan() {
            along += x * a;
            length += a * a;
        }
    }
    if length > 0.0 {
        let factor = along / length;
        cells.iter_mut().zip(axis).for_each(|(x, a)| *x -= factor * a);
    }
}
