//! A column that a formula makes of others.

use crate::quantile::{Sample, knots_with_tails};
use crate::relations::{Expression, Formula, is_single};
use crate::{Schema, Table, number};
use serde::{Deserialize, Serialize};

/// Rounds in which sources give way until the column is in its range.
const ROUNDS: usize = 4;

/// A column that is not learned where all is present that makes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::typed) struct Computed {
    pub(in crate::typed) column: usize,
    pub(super) expression: Expression,
    /// The smoothed range of the training rows.
    pub(super) range: [f64; 2],
    /// Columns that give way where the formula leaves the range: those that nothing else binds.
    pub(super) giving: Vec<Giving>,
    /// The learned column that is missing where this one is, if that does not follow.
    pub(in crate::typed) gap: Option<usize>,
    /// Whether the column is there wherever the formula says something, so that its gap counts only
    /// where the formula says nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    always_made: bool,
    /// The cell where all sources are present and the formula gives no number, such as `0 / 0`; none
    /// if the column is learned where the formula says nothing.
    /// It is not learned there where too few patients show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unlearned: Option<f64>,
    /// Whether its numbers are 32-bit ones: these have other last digits than what is computed of
    /// 64-bit ones.
    #[serde(default)]
    single: bool,
}

/// A source that gives way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Giving {
    pub(super) source: usize,
    /// Its standard deviation: what varies much gives much.
    deviation: f64,
    range: [f64; 2],
}

impl Computed {
    /// The column is learned where the formula says nothing if no patient or at least `fewest` have
    /// a cell there.
    pub(super) fn of(formula: &Formula, train: &Table, fewest: usize) -> Option<Self> {
        let (range, _) = spread(train, formula.column)?;
        let (column, expression) = (formula.column, formula.expression.clone());
        let cells: Vec<f64> = train.cells.column(column).collect();
        let mut computed = Self {
            column,
            expression,
            range,
            giving: Vec::new(),
            gap: None,
            always_made: false,
            unlearned: None,
            single: is_single(&cells),
        };
        let learned = |row: &usize| !computed.remainder(train.cells.row(*row)).is_nan();
        let own = train.patients_of((0..train.rows()).filter(learned));
        if (1..fewest).contains(&own) {
            let knots = knots_with_tails(&Sample::of(train.cells.column(column), train.patients()));
            let off = |knot: &&(f64, f64)| (knot.0 - 0.5).abs();
            let middle = knots.iter().min_by(|a, b| off(a).total_cmp(&off(b)))?.1;
            computed.unlearned = Some(number::round(middle, train.schema.columns[column].decimals));
        }
        Some(computed)
    }

    /// Lets the sources that pass give way.
    pub(super) fn let_give(&mut self, train: &Table, free: impl Fn(usize) -> bool) {
        let giving = |source: usize| {
            let (range, deviation) = spread(train, source)?;
            Some(Giving { source, deviation, range })
        };
        let sources = self.expression.columns().into_iter().filter(|source| free(*source));
        self.giving = sources.filter_map(giving).collect();
    }

    /// Gives it a learned column that says where it is missing, if enough patients lack it where
    /// the formula says something, or some where it says nothing and others do not.
    /// `open` are the patients with and without it where the formula says nothing.
    pub(super) fn place_gap(
        &mut self,
        train: &Table,
        fewest: usize,
        open: [usize; 2],
        place: impl FnOnce(bool) -> Option<usize>,
    ) {
        let lacks = |row: &usize| {
            let row = train.cells.row(*row);
            !self.says_nothing(row) && row[self.column].is_nan()
        };
        let lacking = train.patients_of((0..train.rows()).filter(lacks));
        let either = open.into_iter().all(|patients| patients >= fewest);
        self.always_made = lacking < fewest && either;
        self.gap = place(lacking >= fewest || either);
    }

    /// Whether the formula makes no number of a row.
    pub(super) fn says_nothing(&self, row: &[f64]) -> bool {
        self.expression.value(row).is_nan()
    }

    /// Whether the gap of a row counts.
    pub(super) fn heeds_gap(&self, row: &[f64]) -> bool {
        !self.always_made || self.says_nothing(row)
    }

    pub(super) fn remainder(&self, row: &[f64]) -> f64 {
        let is_learned = self.says_nothing(row) && self.unlearned.is_none();
        if is_learned { row[self.column] } else { f64::NAN }
    }

    /// The cell of a row; sources give way where it would leave its range.
    pub(super) fn restored(&self, row: &mut [f64], schema: &Schema) -> f64 {
        let decimals = schema.columns[self.column].decimals;
        for _ in 0..ROUNDS {
            let made = self.expression.value(row);
            let off = made - made.clamp(self.range[0], self.range[1]);
            if made.is_nan() || off.abs() <= 0.5 * 10f64.powi(-(decimals as i32)) {
                break;
            }
            self.give(row, off, schema);
        }
        let sources_are_there = || !self.expression.columns().iter().any(|at| row[*at].is_nan());
        match (self.expression.value(row), self.unlearned) {
            (made, Some(middle)) if made.is_nan() && sources_are_there() => middle,
            (made, _) if made.is_nan() => row[self.column],
            (made, _) if self.single => number::round(f64::from(made as f32), decimals),
            (made, _) => number::round(made, decimals),
        }
    }

    /// Moves the giving sources so that the formula's value falls by `off`: of all such moves the
    /// likeliest one, each measured by its standard deviation.
    fn give(&self, row: &mut [f64], off: f64, schema: &Schema) {
        let made = self.expression.value(row);
        // A formula that goes by steps is flat close by.
        let slope = |giving: &Giving, row: &mut [f64]| {
            let cell = row[giving.source];
            let slope = [1e-4, 0.1].map(|part| {
                row[giving.source] = cell + part * giving.deviation;
                let slope = (self.expression.value(row) - made) / part;
                row[giving.source] = cell;
                if slope.is_finite() { slope } else { 0.0 }
            });
            if slope[0] != 0.0 { slope[0] } else { slope[1] }
        };
        let slopes: Vec<f64> = self.giving.iter().map(|giving| slope(giving, row)).collect();
        let length: f64 = slopes.iter().map(|slope| slope * slope).sum();
        if length <= 0.0 {
            return;
        }
        for (giving, slope) in self.giving.iter().zip(slopes) {
            let moved = row[giving.source] - off * slope / length * giving.deviation;
            let decimals = schema.columns[giving.source].decimals;
            let [least, most] = giving.range;
            row[giving.source] = number::round(moved.clamp(least, most), decimals);
        }
    }

    pub(super) fn largest(&self) -> f64 {
        // Formulas that no source holds back may leave the range.
        4.0 * self.range[0].abs().max(self.range[1].abs())
    }

    pub(super) fn is_sound(&self, columns: usize) -> bool {
        let ranges = || self.giving.iter().map(|giving| giving.range).chain([self.range]);
        ranges().all(|[least, most]| least <= most && (most - least).is_finite())
            && self.unlearned.is_none_or(f64::is_finite)
            && self.giving.iter().all(|one| one.source < columns && one.deviation.is_finite())
    }
}

/// The smoothed range of a column and its standard deviation, if it has different cells.
fn spread(train: &Table, column: usize) -> Option<([f64; 2], f64)> {
    let sample = Sample::of(train.cells.column(column), train.patients());
    let cells = sample.values();
    let (count, first) = (cells.len() as f64, *cells.first()?);
    let mean = cells.iter().sum::<f64>() / count;
    let deviation = (cells.iter().map(|cell| (cell - mean).powi(2)).sum::<f64>() / count).sqrt();
    let knots = knots_with_tails(&sample);
    let decimals = train.schema.columns[column].decimals;
    let round = |value: f64| number::round(value, decimals).clamp(first, cells[cells.len() - 1]);
    let range = [round(knots[0].1), round(knots[knots.len() - 1].1)];
    (deviation > 0.0).then_some((range, deviation))
}
