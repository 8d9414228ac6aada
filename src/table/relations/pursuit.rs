//! Which other columns explain a column of numbers: they are taken in one by one, each time the one
//! that explains most of what is left (orthogonal least squares, Chen, Billings and Luo 1989).
//!
//! Rows in which a column that is taken in is missing say nothing any more.
//! What the columns before it explain is another part of the rows that are left, so it is found
//! anew.

use super::chance::FEWEST;
use super::search::NumberColumn;

/// Columns that are taken in, before those that are not needed are taken out.
const TAKEN: usize = 6;

/// Rows that columns are sought in.
pub(super) const SEARCHED: usize = 256;

/// A column explains nothing if it explains no more of the variance than this.
const NOTHING: f64 = 1e-6;

/// Takes columns in for a target, given by its place, and asks after each of them whether that is
/// enough: `stop` takes the positions of the columns, and the standard deviations of what is left
/// of the target and of all of it.
pub(super) fn take_in<T>(
    numbers: &[NumberColumn],
    target: usize,
    stop: impl Fn(&[usize], f64, f64) -> Option<T>,
) -> Option<T> {
    let columns: Vec<&[f64]> = numbers.iter().map(|number| number.cells.as_slice()).collect();
    pursue(&columns, target, [TAKEN, SEARCHED], |places, left, whole| {
        let taken: Vec<usize> = places.iter().map(|&place| numbers[place].position).collect();
        stop(&taken, left, whole)
    })
}

/// The same of any columns, in which NaN is missing, by their places.
/// Most columns that are taken in, and the rows that they are sought in, are given.
pub(crate) fn pursue<T>(
    columns: &[&[f64]],
    target: usize,
    [most, searched]: [usize; 2],
    mut stop: impl FnMut(&[usize], f64, f64) -> Option<T>,
) -> Option<T> {
    let mut pursuit = Pursuit::of(columns, target, searched);
    let mut taken = Vec::new();
    while taken.len() < most {
        taken.push(pursuit.take()?);
        if pursuit.count < FEWEST as f64 {
            return None;
        }
        let [left, whole] = [&pursuit.left, &pursuit.whole].map(|x| pursuit.deviation(x));
        if let Some(answer) = stop(&taken, left, whole) {
            return Some(answer);
        }
    }
    None
}

/// A column in the rows that are searched.
struct Cells {
    place: usize,
    /// Less their mean; 0 where one is missing.
    cells: Vec<f64>,
    /// 1 where a cell is there, and 0 elsewhere.
    there: Vec<f64>,
}

impl Cells {
    fn of(column: &[f64], place: usize, rows: &[usize]) -> Self {
        let cells: Vec<f64> = rows.iter().map(|&row| column[row]).collect();
        let there: Vec<f64> = cells.iter().map(|cell| f64::from(!cell.is_nan())).collect();
        let of_there = cells.iter().filter(|cell| !cell.is_nan());
        let mean = of_there.sum::<f64>() / there.iter().sum::<f64>().max(1.0);
        let cells = cells.iter().map(|cell| if cell.is_nan() { 0.0 } else { cell - mean });
        Self { place, cells: cells.collect(), there }
    }
}

/// A target, the columns that were taken in for it, and what they leave.
/// All vectors are as long as there are rows, and 0 in those that say nothing any more.
struct Pursuit {
    target: Cells,
    others: Vec<Cells>,
    taken: Vec<Cells>,
    /// 1 in the rows that say something.
    rows: Vec<f64>,
    count: f64,
    /// Of length 1 and at right angles to each other: of the constant, and of each taken column.
    axes: Vec<Vec<f64>>,
    /// All of the target, and what the axes leave of it.
    whole: Vec<f64>,
    left: Vec<f64>,
}

impl Pursuit {
    fn of(columns: &[&[f64]], target: usize, searched: usize) -> Self {
        let cells = columns[target];
        let rows: Vec<usize> = (0..cells.len()).filter(|&row| !cells[row].is_nan()).collect();
        let every = rows.len().div_ceil(searched).max(1);
        let rows: Vec<usize> = rows.into_iter().step_by(every).collect();
        let of = |place: usize| Cells::of(columns[place], place, &rows);
        let others = (0..columns.len()).filter(|place| *place != target).map(of).collect();
        let mut pursuit = Self {
            target: of(target),
            others,
            taken: Vec::new(),
            rows: vec![1.0; rows.len()],
            count: 0.0,
            axes: Vec::new(),
            whole: Vec::new(),
            left: Vec::new(),
        };
        pursuit.begin();
        pursuit
    }

    /// Finds axes and what is left anew, in the rows that say something.
    fn begin(&mut self) {
        self.count = self.rows.iter().sum();
        let one = self.count.max(1.0).sqrt().recip();
        self.axes = vec![self.rows.iter().map(|row| one * row).collect()];
        self.whole = self.rest(&self.target.cells);
        self.left = self.whole.clone();
        for at in 0..self.taken.len() {
            let rest = self.rest(&self.taken[at].cells);
            self.turn(rest);
        }
    }

    /// What the axes leave of a column; twice, for the sake of rounding.
    fn rest(&self, cells: &[f64]) -> Vec<f64> {
        let mut rest: Vec<f64> = cells.iter().zip(&self.rows).map(|(x, row)| x * row).collect();
        for axis in self.axes.iter().chain(&self.axes) {
            let along = dot(&rest, axis);
            rest.iter_mut().zip(axis).for_each(|(x, a)| *x -= along * a);
        }
        rest
    }

    /// Adds an axis.
    fn turn(&mut self, mut axis: Vec<f64>) {
        let length = dot(&axis, &axis).sqrt();
        if length > 0.0 {
            axis.iter_mut().for_each(|x| *x /= length);
            let along = dot(&self.left, &axis);
            self.left.iter_mut().zip(&axis).for_each(|(x, a)| *x -= along * a);
            self.axes.push(axis);
        }
    }

    /// Takes the column in that explains most of what is left; its place.
    fn take(&mut self) -> Option<usize> {
        let best = self.best()?;
        let taken = self.others.swap_remove(best);
        let place = taken.place;
        let lacks = self.rows.iter().zip(&taken.there).any(|(row, there)| row > there);
        if lacks {
            self.rows.iter_mut().zip(&taken.there).for_each(|(row, there)| *row *= there);
            self.taken.push(taken);
            self.begin();
        } else {
            let rest = self.rest(&taken.cells);
            self.taken.push(taken);
            self.turn(rest);
        }
        Some(place)
    }

    /// One that is missing in more than half of the rows is not asked; missing cells count as the
    /// mean, so that of two alike the one that is there more often comes first.
    fn best(&self) -> Option<usize> {
        let whole = dot(&self.left, &self.left);
        let share = |of: &Cells| {
            let count = dot(&of.there, &self.rows);
            let along = dot(&of.cells, &self.left);
            if 2.0 * count < self.count || count < FEWEST as f64 || along == 0.0 {
                return 0.0;
            }
            let all = of.cells.iter().zip(&self.rows).map(|(x, row)| x * x * row).sum::<f64>();
            let of_axes = self.axes.iter().map(|axis| dot(&of.cells, axis).powi(2));
            let length = all - of_axes.sum::<f64>();
            // What is left of a column of the axes alone is rounding.
            if length > 1e-12 * all { along * along / length / whole } else { 0.0 }
        };
        let shares = self.others.iter().map(share).enumerate();
        shares.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| best.1 > NOTHING).map(|best| best.0)
    }

    /// The standard deviation of what is 0 on average.
    fn deviation(&self, cells: &[f64]) -> f64 {
        (dot(cells, cells) / self.count.max(1.0)).sqrt()
    }
}

/// In four sums, which the processor computes side by side.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (fours, others) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = fours.remainder().iter().zip(others.remainder()).map(|(x, y)| x * y).sum();
    let mut sums = [0.0; 4];
    for (x, y) in fours.zip(others) {
        (0..4).for_each(|at| sums[at] += x[at] * y[at]);
    }
    sums.iter().sum::<f64>() + rest
}
