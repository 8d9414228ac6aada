//! From a generated matrix back to a table with every column of the cohort, trained or not.

use super::Table;
use super::encode::{Encoder, Treatment};
use super::pixels::{self, MISSING_BELOW};
use ground::matrix::Matrix;

impl Encoder {
    /// The table that a matrix (rows x features) encodes, with all columns in the cohort's order.
    ///
    /// Without pixels every value of the cohort comes back as it was printed, if 15 digits are
    /// enough for the range of its column; with 256 pixels it comes back within half a pixel.
    /// Through f32 a value comes back within 1e-7 of the column's range, and is then rounded to the
    /// column's decimals.
    ///
    /// A value below -0.45098 is missing; any other is brought into [-0.294118, 1].
    /// Coded columns get the nearest level, integers are rounded.
    /// A constant column is missing in the same share of rows as in the cohort, drawn from `seed`.
    pub fn decode(&self, matrix: &Matrix, seed: u64) -> Table {
        self.decode_from(matrix, seed, 0)
    }

    /// As [`Encoder::decode`] for a matrix whose first row is row `first` of a longer one.
    /// So the pieces of a matrix give the same table as the whole.
    pub fn decode_from(&self, matrix: &Matrix, seed: u64, first: u64) -> Table {
        assert_eq!(
            matrix.columns(),
            self.features(),
            "a matrix with another number of features than the encoder"
        );
        let mut cells = Matrix::zeros(matrix.rows(), self.columns.len());
        for row in 0..matrix.rows() {
            let mut features = matrix.row(row).iter();
            let columns = self.schema.columns.iter().zip(&self.columns);
            for (position, (cell, (column, treatment))) in
                cells.row_mut(row).iter_mut().zip(columns).enumerate()
            {
                *cell = match treatment {
                    Treatment::Trained { lo, hi, .. } => {
                        let x = *features.next().expect("the encoder counts its trained columns");
                        if x < MISSING_BELOW {
                            f64::NAN
                        } else {
                            column.settle(pixels::decode(x, *lo, *hi))
                        }
                    }
                    Treatment::Constant { value, missing } => {
                        let lot = lot(seed, first + row as u64, position as u64);
                        if lot < *missing { f64::NAN } else { *value }
                    }
                    Treatment::Empty => f64::NAN,
                };
            }
        }
        Table { schema: self.schema.clone(), cells, patients: None }
    }
}

/// A number in [0, 1) that depends on nothing but its three keys (two rounds of the SplitMix64
/// finaliser).
/// So a row is the same in every piece of a table that holds it.
pub(super) fn lot(seed: u64, row: u64, column: u64) -> f64 {
    let mut state = seed;
    for key in [row, column] {
        state = (state ^ key).wrapping_add(0x9E37_79B9_7F4A_7C15);
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^= state >> 31;
    }
    (state >> 11) as f64 / (1u64 << 53) as f64
}
