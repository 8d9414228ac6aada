//! Features as bytes: a tree looks at 255 places to cut a feature, and not at one per patient.

use ground::matrix::Matrix;

/// One feature's bins.
/// Bin b holds the values in `(thresholds[b - 1], thresholds[b]]`; missing values have the bin
/// after the last one.
pub(super) struct ColumnBins {
    /// Ascending upper ends of all bins but the last.
    pub thresholds: Vec<f64>,
    /// Whether a value is missing in some row.
    pub has_missing: bool,
    /// Where its bins start in a histogram.
    pub first: usize,
}

impl ColumnBins {
    /// Bins of known values.
    pub(crate) fn known(&self) -> usize {
        self.thresholds.len() + 1
    }

    /// All bins.
    pub(crate) fn all(&self) -> usize {
        self.known() + usize::from(self.has_missing)
    }

    fn code(&self, value: f64) -> u8 {
        let bin = match value.is_nan() {
            true => self.known(),
            false => self.thresholds.partition_point(|&threshold| threshold < value),
        };
        u8::try_from(bin).expect("at most 255 bins of known values, and one of missing ones")
    }
}

/// A table in bins, column by column.
pub(super) struct Binned {
    codes: Vec<u8>,
    rows: usize,
    /// The features.
    pub columns: Vec<ColumnBins>,
    /// Bins of all features together: the length of a histogram.
    pub bins: usize,
}

impl Binned {
    /// Cuts every column of `x` into at most `most` bins of known values.
    pub(crate) fn new(x: &Matrix, most: usize) -> Self {
        let mut codes = Vec::with_capacity(x.rows() * x.columns());
        let (mut columns, mut bins) = (Vec::with_capacity(x.columns()), 0);
        for column in 0..x.columns() {
            let mut known: Vec<f64> = x.column(column).filter(|value| !value.is_nan()).collect();
            let has_missing = known.len() < x.rows();
            known.sort_unstable_by(f64::total_cmp);
            let cut = ColumnBins { thresholds: thresholds(&known, most), has_missing, first: bins };
            codes.extend(x.column(column).map(|value| cut.code(value)));
            bins += cut.all();
            columns.push(cut);
        }
        Self { codes, rows: x.rows(), columns, bins }
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The bins of one column, row by row.
    pub(crate) fn codes(&self, column: usize) -> &[u8] {
        &self.codes[column * self.rows..(column + 1) * self.rows]
    }
}

/// The places between bins.
/// They are midway between neighbouring values while there are at most `most` values.
/// Else they are the quantiles at 1/most, 2/most, ... by the averaged inverse of the distribution
/// (Hyndman and Fan 1996, definition 2), each once.
fn thresholds(sorted: &[f64], most: usize) -> Vec<f64> {
    let mut distinct = sorted.to_vec();
    distinct.dedup();
    if distinct.len() <= most {
        return distinct.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
    }
    let quantile = |k: usize| {
        let place = sorted.len() * k;
        let above = sorted[place / most];
        if place.is_multiple_of(most) { (sorted[place / most - 1] + above) / 2.0 } else { above }
    };
    let mut cuts: Vec<f64> = (1..most).map(quantile).collect();
    cuts.dedup();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_cut_midway_and_many_at_quantiles() {
        assert_eq!(thresholds(&[1.0, 1.0, 2.0, 4.0], 255), [1.5, 3.0]);
        assert!(thresholds(&[], 255).is_empty() && thresholds(&[7.0, 7.0], 255).is_empty());
        // numpy.percentile([0, 1, ..., 9], [25, 50, 75], method="averaged_inverted_cdf")
        let ten: Vec<f64> = (0..10).map(f64::from).collect();
        assert_eq!(thresholds(&ten, 4), [2.0, 4.5, 7.0]);
        // Six of ten values are 0: two of the three cuts coincide.
        assert_eq!(thresholds(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0], 4), [0.0, 2.0]);
    }

    #[test]
    fn missing_values_have_the_bin_behind_the_last_one() {
        let x = Matrix::from_values(4, 2, vec![1.0, 5.0, f64::NAN, 5.0, 3.0, 5.0, 2.0, 5.0]);
        let binned = Binned::new(&x, 255);
        assert_eq!(
            (binned.codes(0), binned.codes(1), binned.bins),
            (&[0, 3, 2, 1][..], &[0, 0, 0, 0][..], 5)
        );
        assert_eq!(
            (binned.columns[0].all(), binned.columns[1].all(), binned.columns[1].first),
            (4, 1, 4)
        );
    }

    #[test]
    fn all_255_bins_and_a_missing_one_fit_into_a_byte() {
        let x = Matrix::from_fn(1000, 1, |row, _| if row == 0 { f64::NAN } else { row as f64 });
        let binned = Binned::new(&x, 255);
        assert_eq!(
            (binned.columns[0].known(), binned.codes(0)[0], binned.codes(0)[999]),
            (255, 255, 254)
        );
    }
}
