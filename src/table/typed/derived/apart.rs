//! A column that lies above (or below) others: a distance from the nearest of them.

use crate::Table;
use crate::number;
use crate::quantile::{Sample, knots_with_tails};
use serde::{Deserialize, Serialize};

/// The nearest of some columns that are present, seen from above or from below.
pub(super) fn nearest(columns: &[usize], row: &[f64], above: bool) -> Option<f64> {
    let present = columns.iter().map(|&column| row[column]).filter(|cell| !cell.is_nan());
    present.reduce(if above { f64::max } else { f64::min })
}

/// A column as its distance from the nearest of its bases that is present.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Apart {
    pub(in crate::typed) column: usize,
    /// Columns on one side of it; at least one.
    pub(in crate::typed) bases: Vec<usize>,
    /// Columns on its other side, which it does not pass.
    pub(super) within: Vec<usize>,
    /// Whether it lies above its bases, not below.
    pub(super) above: bool,
    /// Whether it is often equal to the nearest base; the distance is then missing.
    pub(in crate::typed) ties: bool,
    /// The least distance: 0, or a unit of the last decimal where no training row has 0.
    pub(super) step: f64,
    /// A middle distance, for a row that has none although the column is there.
    pub(super) usual: f64,
    /// The largest cell (the smallest one, if it lies below), a smoothed extreme of the training
    /// rows.
    pub(super) most: f64,
    /// The learned column that holds the cell where no base is present, if enough rows do.
    pub(in crate::typed) own: Option<usize>,
    /// The learned column that is missing where this one is, if the distance does not say it.
    pub(in crate::typed) gap: Option<usize>,
    /// Whether a base is present wherever the column is.
    pub(super) based: bool,
}

/// The mean of five numbers in the middle; of patients who have several rows, the nearest knot to
/// it.
fn usual(distances: &Sample) -> f64 {
    if distances.is_of_patients() {
        let off = |knot: &&(f64, f64)| (knot.0 - 0.5).abs();
        let knots = knots_with_tails(distances);
        return knots.iter().min_by(|a, b| off(a).total_cmp(&off(b))).map_or(0.0, |knot| knot.1);
    }
    let (all, middle) = (distances.values(), distances.values().len() / 2);
    let around = &all[middle.saturating_sub(2)..(middle + 3).min(all.len())];
    around.iter().sum::<f64>() / around.len() as f64
}

impl Apart {
    /// Learns it; none if no row has a distance.
    pub(super) fn of(
        train: &Table,
        column: usize,
        [bases, within]: [Vec<usize>; 2],
        above: bool,
        ties: bool,
    ) -> Option<Self> {
        let decimals = train.schema.columns[column].decimals;
        let mut apart = Self {
            column,
            bases,
            within,
            above,
            ties: false,
            step: 0.0,
            usual: 0.0,
            most: 0.0,
            own: None,
            gap: None,
            based: true,
        };
        let rows = || (0..train.rows()).map(|row| train.cells.row(row));
        let sorted = |cells: &mut dyn Iterator<Item = f64>| {
            let mut cells: Vec<f64> = cells.filter(|cell| !cell.is_nan()).collect();
            cells.sort_by(f64::total_cmp);
            cells
        };
        let distances = sorted(&mut rows().map(|row| apart.remainder(row)));
        let cells = Sample::of(train.cells.column(column), train.patients());
        let (first, knots) = (*distances.first()?, knots_with_tails(&cells));
        if first < 0.0 {
            return None;
        }
        apart.step = if first > 0.0 { 10f64.powi(-(decimals as i32)) } else { 0.0 };
        apart.usual = usual(&Sample::of(rows().map(|row| apart.remainder(row)), train.patients()));
        apart.most = if above { knots[knots.len() - 1].1 } else { knots[0].1 };
        apart.ties = ties && first == 0.0;
        apart.based = rows().all(|row| row[column].is_nan() || apart.base(row).is_some());
        Some(apart)
    }

    /// Patients with a cell that has no base, and those without a cell.
    pub(super) fn lacks(&self, train: &Table) -> [usize; 2] {
        let count = |pass: &dyn Fn(&[f64]) -> bool| {
            train.patients_of((0..train.rows()).filter(|&row| pass(train.cells.row(row))))
        };
        [
            count(&|row| !row[self.column].is_nan() && self.base(row).is_none()),
            count(&|row| row[self.column].is_nan()),
        ]
    }

    pub(super) fn sources(&self) -> Vec<usize> {
        self.bases.iter().chain(&self.within).copied().collect()
    }

    /// Whether its distance is missing where its cell is, and nowhere else.
    pub(super) fn says_missing(&self) -> bool {
        self.based && !self.ties && self.gap.is_none()
    }

    /// Whether a base of a row is present.
    pub(in crate::typed) fn has_base(&self, row: &[f64]) -> bool {
        self.base(row).is_some()
    }

    fn base(&self, row: &[f64]) -> Option<f64> {
        nearest(&self.bases, row, self.above)
    }

    pub(super) fn remainder(&self, row: &[f64]) -> f64 {
        let Some(base) = self.base(row) else { return f64::NAN };
        let distance = if self.above { row[self.column] - base } else { base - row[self.column] };
        if self.ties && distance == 0.0 { f64::NAN } else { distance }
    }

    pub(super) fn own(&self, row: &[f64]) -> f64 {
        if self.base(row).is_some() { f64::NAN } else { row[self.column] }
    }

    pub(super) fn restored(&self, row: &[f64], decimals: usize) -> f64 {
        let Some(base) = self.base(row) else {
            let own = self.own.map_or(f64::NAN, |own| row[own]);
            return self.bounded(own, row, decimals);
        };
        let distance = match row[self.column] {
            distance if !distance.is_nan() => distance.max(self.step),
            _ if self.ties => 0.0,
            _ if self.says_missing() => return f64::NAN,
            _ => self.usual,
        };
        let sign = if self.above { 1.0 } else { -1.0 };
        let far = |a: f64, b: f64| if self.above { a.max(b) } else { a.min(b) };
        let near = |a: f64, b: f64| if self.above { a.min(b) } else { a.max(b) };
        let least = base + sign * distance.min(self.step);
        let cell = number::round(near(base + sign * distance, self.most), decimals);
        let cell = far(cell, self.outward(least, decimals));
        self.bounded(cell, row, decimals)
    }

    /// The nearest number with so many decimals that is no nearer to the bases.
    fn outward(&self, value: f64, decimals: usize) -> f64 {
        let unit = 10f64.powi(-(decimals as i32));
        let rounded = number::round(value, decimals);
        let slack = 1e-9 * value.abs();
        match self.above {
            true if rounded < value - slack => number::round(rounded + unit, decimals),
            false if rounded > value + slack => number::round(rounded - unit, decimals),
            _ => rounded,
        }
    }

    /// A cell that does not pass the columns on the other side.
    pub(super) fn bounded(&self, cell: f64, row: &[f64], decimals: usize) -> f64 {
        match nearest(&self.within, row, !self.above) {
            Some(end) if self.above && cell > end => {
                let rounded = number::round(end, decimals);
                let unit = 10f64.powi(-(decimals as i32));
                if rounded > end { number::round(rounded - unit, decimals) } else { rounded }
            }
            Some(end) if !self.above && cell < end => number::round(end, decimals),
            _ => cell,
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        let numbers = [self.step, self.usual, self.most];
        !self.bases.is_empty()
            && numbers.iter().all(|number| number.is_finite())
            && self.step >= 0.0
    }
}
