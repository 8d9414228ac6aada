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
    /// Cuts the real patients into `parts` (2 or 3) of equal size; rows of one patient are in one
    /// part.
    pub(super) fn of(
        real: &Table,
        synthetic: &Table,
        parts: usize,
        number: usize,
        draws: Draws,
    ) -> Self {
        let each = draws.patients_in_order(Purpose::Real, number, real);
        let dealt = dealt(each, size(real, synthetic, parts), parts);
        let size = dealt[0].len();
        let part = |place: usize| take(real, &dealt[place]);
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

/// Cuts patients, given by their rows, into parts of `size` rows each, or of equally many where
/// patients have several rows: no patient is in two of them.
fn dealt(each: Vec<Vec<usize>>, size: usize, parts: usize) -> Vec<Vec<usize>> {
    let mut dealt: Vec<Vec<usize>> = vec![Vec::new(); parts];
    let single = each.iter().all(|rows| rows.len() == 1);
    for (place, rows) in each.into_iter().enumerate() {
        let fewest = || (0..parts).min_by_key(|&part| dealt[part].len()).expect("a part");
        let part = if single { (place / size.max(1)).min(parts - 1) } else { fewest() };
        dealt[part].extend(rows);
    }
    let least = dealt.iter().map(Vec::len).min().unwrap_or(0).min(size);
    dealt.iter_mut().for_each(|part| part.truncate(least));
    dealt
}

/// Rows of every table of a split; at most so many where patients have several.
pub(super) fn size(real: &Table, synthetic: &Table, parts: usize) -> usize {
    (real.rows() / parts).min(synthetic.rows())
}

/// The median of the numbers among some values; NaN without any.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut known: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    if known.is_empty() { f64::NAN } else { ground::quantile::quantile(&known, 0.5) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::matrix::Matrix;
    use std::collections::HashSet;
    use table::{Column, Schema};

    /// Rows of 40 patients, the first of whom has 30.
    fn visits() -> Table {
        let patients: Vec<usize> = (0..150).map(|row: usize| row.saturating_sub(29) % 40).collect();
        let column = Column { name: "x".into(), ..Column::default() };
        let schema = Schema { columns: vec![column], ..Schema::default() };
        let cells = Matrix::from_fn(150, 1, |row, _| patients[row] as f64);
        Table { schema, cells, patients: Some(patients) }
    }

    #[test]
    fn no_patient_is_in_two_parts() {
        let table = visits();
        for (number, parts) in [(0, 2), (1, 2), (2, 2), (0, 3), (1, 3)] {
            let split = Split::of(&table, &table, parts, number, Draws::new(7));
            let tables = [&split.real, &split.other, &split.test];
            let of = |at: usize| tables[at].patients.iter().flatten().collect::<HashSet<_>>();
            let sizes = tables.map(Table::rows);
            assert!(sizes[..parts].iter().all(|&rows| rows == sizes[0] && rows >= 30), "{sizes:?}");
            for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                assert!(of(a).is_disjoint(&of(b)), "{parts} parts, split {number}");
            }
            assert_eq!(split.synthetic.rows(), sizes[0]);
        }
    }
}
