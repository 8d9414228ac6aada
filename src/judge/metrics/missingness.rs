//! Whether as many cells are missing as in the real table: by column, and by patient.

use crate::metrics::columns::{assert_same_columns, mean_of_known};
use ground::ks::ks_distance;
use table::Table;

/// MissingValueSimilarity of SDMetrics for every column: `1 - |m_r - m_s|` with the shares of
/// missing cells, in [0, 1], 1 for equal shares.
///
/// NaN when a table has no row. Panics when the tables have different columns.
pub fn missing_similarity(real: &Table, synthetic: &Table) -> Vec<f64> {
    assert_same_columns(real, synthetic);
    let shares = missing_shares(real).into_iter().zip(missing_shares(synthetic));
    shares.map(|(real, synthetic)| 1.0 - (real - synthetic).abs()).collect()
}

/// Mean of [`missing_similarity`] over the columns.
pub fn missing_similarity_mean(real: &Table, synthetic: &Table) -> f64 {
    mean_of_known(missing_similarity(real, synthetic))
}

/// Kolmogorov-Smirnov distance between the two distributions of missing cells per patient, in
/// [0, 1], 0 for equal distributions.
///
/// A definition of our own.
/// Cells that go missing together, such as those of a test that was not done, do not show in the
/// shares of single columns.
/// NaN when a table has no row.
/// Panics when the tables have different columns.
pub fn missing_per_row_ks(real: &Table, synthetic: &Table) -> f64 {
    assert_same_columns(real, synthetic);
    let counts =
        |table: &Table| table.missing_per_row().into_iter().map(|count| count as f64).collect();
    ks_distance(counts(real), counts(synthetic))
}

fn missing_shares(table: &Table) -> Vec<f64> {
    let mut missing = vec![0_u32; table.cells.columns()];
    for row in 0..table.rows() {
        missing
            .iter_mut()
            .zip(table.cells.row(row))
            .for_each(|(count, cell)| *count += u32::from(cell.is_nan()));
    }
    missing.into_iter().map(|count| f64::from(count) / table.rows() as f64).collect()
}
