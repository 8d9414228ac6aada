//! Sums of derivatives by bin, from which the gain of every possible split is computed.

use super::bins::Binned;
use std::ops::{AddAssign, Sub};

/// First and second derivative of the loss of one row.
///
/// They are in single precision, as in the library.
/// Their sums in double precision are then exact or nearly so in any order, and splits with equal
/// gains stay equal.
#[derive(Clone, Copy)]
pub(super) struct Slope {
    pub gradient: f32,
    pub hessian: f32,
}

/// Sums over rows, in a bin or in a node.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub gradient: f64,
    pub hessian: f64,
    pub rows: u32,
}

impl AddAssign<Slope> for Sums {
    fn add_assign(&mut self, slope: Slope) {
        self.gradient += f64::from(slope.gradient);
        self.hessian += f64::from(slope.hessian);
        self.rows += 1;
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.hessian += other.hessian;
        self.rows += other.rows;
    }
}

impl Sub for Sums {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            rows: self.rows - other.rows,
        }
    }
}

/// One entry per bin of every feature, over the given rows in their order.
pub(super) fn histogram(binned: &Binned, rows: &[u32], slopes: &[Slope]) -> Vec<Sums> {
    let slopes: Vec<Slope> = rows.iter().map(|&row| slopes[row as usize]).collect();
    let mut sums = vec![Sums::default(); binned.bins];
    for (column, cut) in binned.columns.iter().enumerate() {
        let codes = binned.codes(column);
        let sums = &mut sums[cut.first..cut.first + cut.all()];
        for (&row, &slope) in rows.iter().zip(&slopes) {
            sums[usize::from(codes[row as usize])] += slope;
        }
    }
    sums
}

/// Turns the histogram of a node into that of one child, given that of the other child.
/// That is cheaper than a pass over the rows of the larger child.
pub(super) fn subtract(node: &mut [Sums], child: &[Sums]) {
    for (node, &child) in node.iter_mut().zip(child) {
        *node = *node - child;
    }
}
