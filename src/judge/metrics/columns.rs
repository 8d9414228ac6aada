//! Tables turned by their columns, because metrics of columns and of pairs read a column from top
//! to bottom many times.

use table::Table;

/// The cells of every column, top to bottom.
pub(crate) fn by_column(table: &Table) -> Vec<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> =
        table.schema.columns.iter().map(|_| Vec::with_capacity(table.cells.rows())).collect();
    for row in 0..table.cells.rows() {
        for (column, &cell) in columns.iter_mut().zip(table.cells.row(row)) {
            column.push(cell);
        }
    }
    columns
}

/// The cells that are not missing, in their order.
pub(crate) fn known(cells: &[f64]) -> impl Iterator<Item = f64> + '_ {
    cells.iter().copied().filter(|cell| !cell.is_nan())
}

/// Panics unless both tables have the same columns, because a level's index must mean the same
/// level on both sides.
pub(crate) fn assert_same_columns(real: &Table, synthetic: &Table) {
    let (ours, theirs) = (&real.schema.columns, &synthetic.schema.columns);
    assert!(
        ours.len() == theirs.len(),
        "a real table of {} columns, a synthetic one of {}",
        ours.len(),
        theirs.len()
    );
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!(
            ours.name == theirs.name
                && ours.kind.is_coded() == theirs.kind.is_coded()
                && ours.levels == theirs.levels,
            "the real column {:?} ({}, {} levels) stands beside the synthetic column {:?} ({}, {} \
             levels)",
            ours.name,
            ours.kind,
            ours.levels.len(),
            theirs.name,
            theirs.kind,
            theirs.levels.len()
        );
    }
}

/// Mean over the scores that could be computed, as SDMetrics averages; NaN when there are none.
pub(crate) fn mean_of_known(scores: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for score in scores.into_iter().filter(|score| !score.is_nan()) {
        sum += score;
        count += 1;
    }
    sum / f64::from(count)
}
