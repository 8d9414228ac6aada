//! Columns as small whole numbers, so that pairs of columns can be counted: levels as they are,
//! numbers in ten bins.

use crate::metrics::columns::known;

/// How a number is put into ten bins of equal width when it is paired with a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binning {
    /// As in the report of SDMetrics 0.32.
    /// Each table has bins by its own extremes, and its maximum shares an eleventh bin with missing
    /// cells.
    Library,
    /// Both tables have bins by the real extremes.
    /// Numbers beyond them are in the outermost bins, missing cells in a bin of their own.
    /// That is the library's `ContingencySimilarity` when it is called by itself.
    Plain,
}

/// Bins of equal width between the extremes of a column.
const BINS: usize = 10;

/// The edges of ten bins, as `numpy.histogram_bin_edges` computes them, bit for bit.
#[derive(Clone, Debug)]
pub(crate) struct Edges([f64; BINS + 1]);

impl Edges {
    /// Edges between the extremes of a column's numbers.
    /// A constant column has half a unit on both sides, a column without numbers has 0 to 1.
    pub(crate) fn of(cells: &[f64]) -> Self {
        let (mut low, mut high) = known(cells)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if low > high {
            (low, high) = (0.0, 1.0);
        } else if low == high {
            (low, high) = (low - 0.5, high + 0.5);
        }
        let width = (high - low) / BINS as f64;
        let mut edges = [0.0; BINS + 1];
        for (place, edge) in edges.iter_mut().enumerate() {
            *edge = place as f64 * width + low;
        }
        edges[BINS] = high;
        Self(edges)
    }

    fn bin(&self, value: f64, binning: Binning) -> u32 {
        let reached = |edges: &[f64]| edges.iter().filter(|&&edge| edge <= value).count();
        let bin = match binning {
            Binning::Library if value.is_nan() => BINS + 1,
            Binning::Library => reached(&self.0),
            Binning::Plain if value.is_nan() => BINS,
            Binning::Plain => reached(&self.0[1..BINS]),
        };
        bin as u32
    }
}

/// A column with every cell as a whole number below `kinds`.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    /// One per row.
    pub places: Vec<u32>,
    /// How many codes there can be.
    pub kinds: usize,
}

impl Codes {
    /// A coded column: the index of the level, and `levels` (the last code) for a missing cell.
    pub(crate) fn of_levels(cells: &[f64], levels: usize) -> Self {
        let place = |&cell: &f64| if cell.is_nan() { levels as u32 } else { cell as u32 };
        let places: Vec<u32> = cells.iter().map(place).collect();
        if let Some(place) = places.iter().find(|&&place| place as usize > levels) {
            panic!("the cell {place} is not the index of one of {levels} levels");
        }
        Self { places, kinds: levels + 1 }
    }

    /// A column of numbers in bins.
    pub(crate) fn of_numbers(cells: &[f64], edges: &Edges, binning: Binning) -> Self {
        Self {
            places: cells.iter().map(|&cell| edges.bin(cell, binning)).collect(),
            kinds: BINS + 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_those_of_numpy() {
        // numpy.digitize([0, 0.1, 0.3, 1, 2, nan, 9.99, 10], numpy.histogram_bin_edges([0, 10]))
        let edges = Edges::of(&[0.0, f64::NAN, 10.0]);
        let cells = [0.0, 0.1, 0.3, 1.0, 2.0, f64::NAN, 9.99, 10.0];
        assert_eq!(
            Codes::of_numbers(&cells, &edges, Binning::Library).places,
            [1, 1, 1, 2, 3, 11, 10, 11]
        );
        assert_eq!(
            Codes::of_numbers(&cells, &edges, Binning::Plain).places,
            [0, 0, 0, 1, 2, 10, 9, 9]
        );
        assert_eq!(Codes::of_numbers(&[-5.0, 50.0], &edges, Binning::Plain).places, [0, 9]);
        // numpy multiplies the width of a bin: its third edge of [0, 0.1] is 0.03, and 0.1 * 3 / 10
        // is the next float.
        assert_eq!(Edges::of(&[0.0, 0.1]).0[3], 0.03);
        assert_eq!(Edges::of(&[2.0, 2.0]).0[..2], [1.5, 1.6]);
        assert_eq!(Edges::of(&[f64::NAN]).0[BINS], 1.0);
    }
}
