//! A column that a formula makes of others, and how near a row must come to it.

use super::Expression;
use crate::Schema;

/// The error of a sum of few terms in floating point, as a part of their magnitudes.
const ADDING: f64 = 1e-15;

/// A column that others make.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The column.
    pub column: usize,
    /// What makes it.
    pub expression: Expression,
    /// Half a unit of the last decimal: of the column, then of each column that it is made of.
    half: f64,
    halves: Vec<(usize, f64)>,
    /// If the printed numbers keep it exactly: the part of its terms by which they may be off, 0
    /// for numbers that were not computed.
    pub(super) exact: Option<f64>,
}

impl Formula {
    /// A column of a schema that an expression makes.
    pub fn new(column: usize, expression: Expression, schema: &Schema) -> Self {
        let half = |column: usize| match schema.columns[column].kind {
            // A day is a day, and a moment is a moment.
            kind if kind.is_time() => 0.0,
            _ => 0.5 * 10f64.powi(-(schema.columns[column].decimals as i32)),
        };
        let halves = expression.columns().into_iter().map(|of| (of, half(of))).collect();
        Self { column, half: half(column), expression, halves, exact: None }
    }

    /// One that the printed numbers keep, those of computed columns but for a part of their size.
    pub(super) fn exact(self, part: f64) -> Self {
        self.exact_as(Some(part))
    }

    /// The same, or one that the numbers keep within the rounding of them all (`None`).
    pub(super) fn exact_as(self, exact: Option<f64>) -> Self {
        Self { exact, ..self }
    }

    /// The two columns whose plain sum it is, if the printed numbers keep it.
    pub(super) fn sum(&self) -> Option<[usize; 2]> {
        match &self.expression {
            Expression::Add(a, b) if self.exact.is_some() => match (&**a, &**b) {
                (Expression::Column(a), Expression::Column(b)) => Some([*a, *b]),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a row's cell should be, if all that it is made of is present.
    pub fn made(&self, row: &[f64]) -> Option<f64> {
        Some(self.expression.value(row)).filter(|made| made.is_finite())
    }

    /// Whether a row's cell is what is made of the others, within what the rounding of them all
    /// explains, or of an exact formula its own alone; none where one is missing.
    pub fn holds(&self, row: &[f64]) -> Option<bool> {
        let cell = row[self.column];
        let made = self.made(row).filter(|_| !cell.is_nan())?;
        let off = (cell - made).abs();
        // What is near needs no closer look.
        Some(off <= self.half || off <= self.slack(row, made))
    }

    /// How far a row's cell may be from what is made of the others.
    pub(super) fn slack(&self, row: &[f64], made: f64) -> f64 {
        if let Some(part) = self.exact {
            // Two numbers of 15 digits that differ are farther apart than the error of adding up.
            return self.half + part.max(ADDING) * self.expression.size(row);
        }
        let rounding = self.half * (1.0 + 1e-6) + 1e-9 * row[self.column].abs().max(made.abs());
        let mut moved = row.to_vec();
        let mut sources = 0.0;
        for &(column, half) in &self.halves {
            let far = [half, -half].map(|step| {
                moved[column] = row[column] + step;
                self.made(&moved).map_or(0.0, |other| (other - made).abs())
            });
            moved[column] = row[column];
            sources += far[0].max(far[1]);
        }
        rounding + sources * (1.0 + 1e-6)
    }
}
