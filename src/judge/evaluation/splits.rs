//! One split: a part of the real patients, and three tables of the same size to compare it with.
//! These are synthetic patients, another part of the real ones, and that part shuffled.

use super::draws::{Draws, Purpose, take};
use table::Table;

/// The tables of one split, with equally many rows.
pub(super) struct Split {
    /// Real patients that the others are compared with.
    pub(super) real: Table,
    /// Synthetic patients: what is judged.
    pub(super) synthetic: Table,
    /// Other real patients: the ceiling.
    pub(super) other: Table,
    /// Those with every column shuffled: the floor.
    pub(super) shuffled: Table,
    /// A third part of the real patients, to be predicted.
    /// It is empty unless the real patients were cut into three.
    pub(super) test: Table,
}

/// Which table of a split is compared with the real part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The synthetic patients.
    Synthetic,
    /// Other real ones.
    Other,
    /// Shuffled ones.
    Shuffled,
}

impl Side {
    /// All, in the order value, ceiling, floor.
    pub(super) const ALL: [Self; 3] = [Self::Synthetic, Self::Other, Self::Shuffled];
}

impl Split {
    /// Cuts the real patients into `parts` (2 or 3) of equal size.
    pub(super) fn of(
        real: &Table,
        synthetic: &Table,
        parts: usize,
        number: usize,
        draws: Draws,
    ) -> Self {
        let size = size(real, synthetic, parts);
        let order = draws.order(Purpose::Real, number, real.rows());
        let part = |place: usize| take(real, &order[place * size..(place + 1) * size]);
        let other = part(1);
        Self {
            real: part(0),
            synthetic: draws.sample(Purpose::Synthetic, number, synthetic, size),
            shuffled: draws.shuffled(number, &other),
            other,
            test: if parts > 2 { part(2) } else { take(real, &[]) },
        }
    }

    /// One of the tables to compare with the real part.
    pub(super) fn side(&self, side: Side) -> &Table {
        match side {
            Side::Synthetic => &self.synthetic,
            Side::Other => &self.other,
            Side::Shuffled => &self.shuffled,
        }
    }
}

/// Rows of every table of a split.
pub(super) fn size(real: &Table, synthetic: &Table, parts: usize) -> usize {
    (real.rows() / parts).min(synthetic.rows())
}

/// The median of the numbers among some values; NaN without any.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut known: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    if known.is_empty() { f64::NAN } else { ground::quantile::quantile(&known, 0.5) }
}
