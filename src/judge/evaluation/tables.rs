//! What a report lists besides the scores, for whole tables: columns, pairs, conditional tables,
//! missing cells per patient.

use super::detail::{ColumnScore, Conditional, ConditionalSlice, PairScore};
use super::likeness::Likeness;
use super::splits::median;
use crate::metrics::conditional::{conditional, worst_points};
use crate::metrics::coverage::{boundary_adherence, category_coverage, range_coverage};
use crate::metrics::missingness::missing_similarity;
use table::Table;

/// Every column; `halves` are real patients compared with each other.
pub(super) fn columns(
    real: &Table,
    synthetic: &Table,
    whole: &Likeness,
    halves: &[Likeness],
) -> Vec<ColumnScore> {
    let similar = missing_similarity(real, synthetic);
    let (range, category) = (range_coverage(real, synthetic), category_coverage(real, synthetic));
    let inside = boundary_adherence(real, synthetic);
    let [missing, synthetic_missing] = [real, synthetic].map(missing_shares);
    let one = |(place, column): (usize, &table::Column)| ColumnScore {
        name: column.name.clone(),
        label: column.label.clone(),
        kind: column.kind,
        shape: whole.shapes.columns[place],
        shape_ceiling: Some(median(halves.iter().filter_map(|half| half.shapes.columns[place])))
            .filter(|ceiling| !ceiling.is_nan()),
        missing_similarity: similar[place],
        real_missing: missing[place],
        real_missing_patients: [true, false].map(|is| missing_patients(real, place, is)),
        synthetic_missing: synthetic_missing[place],
        coverage: range[place].or(category[place]),
        boundary_adherence: inside[place],
    };
    real.schema.columns.iter().enumerate().map(one).collect()
}

/// Patients with rows in which a column is missing, or is not.
fn missing_patients(table: &Table, column: usize, missing: bool) -> usize {
    let is = |row: &usize| table.cells[(*row, column)].is_nan() == missing;
    table.patients_of((0..table.rows()).filter(is))
}

fn missing_shares(table: &Table) -> Vec<f64> {
    let missing = |column: usize| table.cells.column(column).filter(|cell| cell.is_nan()).count();
    (0..table.cells.columns()).map(|column| missing(column) as f64 / table.rows() as f64).collect()
}

/// Every pair with a score.
pub(super) fn pairs(whole: &Likeness) -> Vec<PairScore> {
    let known = whole.trends.pairs.iter().filter(|pair| !pair.score.is_nan());
    let one = |pair: &crate::metrics::pairs::Pair| PairScore {
        a: pair.a,
        b: pair.b,
        score: pair.score,
        strength: pair.strength,
        strong: pair.strong,
    };
    known.map(one).collect()
}

/// Patients by number of missing cells.
pub(super) fn missing(table: &Table) -> Vec<usize> {
    let mut counts = vec![0; table.cells.columns() + 1];
    table.missing_per_row().into_iter().for_each(|missing| counts[missing] += 1);
    counts
}

/// The stage-like column given the status-like one. The reverse is not shown.
pub(super) fn conditionals(real: &Table, synthetic: &Table) -> Vec<Conditional> {
    let place = |name: &Option<String>| name.as_ref().and_then(|name| real.position(name));
    let (Some(given), Some(of)) = (place(&real.schema.status), place(&real.schema.stage)) else {
        return Vec::new();
    };
    if given == of {
        return Vec::new();
    }
    let (of_column, given_column) = (&real.schema.columns[of], &real.schema.columns[given]);
    let slice = |(level, name): (usize, &String)| {
        let [real, synthetic] = [real, synthetic].map(|table| conditional(table, of, given, level));
        ConditionalSlice {
            given: name.clone(),
            real: real.counts,
            real_missing: real.missing,
            behind: real.behind,
            synthetic: synthetic.counts,
            synthetic_missing: synthetic.missing,
        }
    };
    vec![Conditional {
        of: of_column.name.clone(),
        levels: of_column.levels.clone(),
        given: given_column.name.clone(),
        slices: given_column.levels.iter().enumerate().map(slice).collect(),
        worst_points: worst_points(real, synthetic, of, given),
    }]
}
