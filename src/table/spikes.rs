//! Values of a column of numbers that many patients share.

use crate::Table;
use crate::quantile::Sample;

/// Values of a column that are choices at most.
const VALUES: usize = 3;

/// Patients who share such a value at least, and the share of rows.
const PATIENTS: usize = 10;
const SHARE: f64 = 0.02;

/// How many times as often as any other value they occur.
const TIMES: usize = 3;

/// Patients on each side of a value in the middle at least.
const SIDE: usize = 20;

/// Different other values at least: a column of few values is another matter.
const OTHERS: usize = 10;

/// The values of a column that many patients share: those that stand out by how often they occur,
/// or a value at an end that lies far from all others.
///
/// Round numbers do not: where 120 occurs often, 110 and 130 do, too.
pub(crate) fn spikes(train: &Table, column: usize) -> Vec<f64> {
    let sample = Sample::of(train.cells.column(column), train.patients());
    let cells = sample.values();
    let runs: Vec<(usize, f64)> =
        cells.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0])).collect();
    let enough = |&(count, value): &(usize, f64)| {
        count as f64 >= SHARE * cells.len() as f64 && sample.patients_with(value) >= PATIENTS
    };
    let mut often = runs.clone();
    often.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let stands_out = |many: usize| {
        let next = often.get(many).map_or(0, |run| run.0);
        runs.len() >= many + OTHERS && enough(&often[many - 1]) && often[many - 1].0 >= TIMES * next
    };
    let many = (1..=VALUES.min(often.len())).rev().find(|&many| stands_out(many)).unwrap_or(0);
    let mut values: Vec<f64> = often[..many].iter().map(|run| run.1).collect();
    values.extend(far_ends(&runs, cells).filter(|run| enough(run)).map(|run| run.1));
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// The first and the last value, if they lie farther from the next one than all but a tenth of the
/// others are apart.
fn far_ends<'a>(
    runs: &'a [(usize, f64)],
    cells: &'a [f64],
) -> impl Iterator<Item = &'a (usize, f64)> {
    let ends = match runs {
        [first, second, .., before, last] if runs.len() > OTHERS => {
            let inner = &cells[first.0..cells.len() - last.0];
            let spread = match inner.len() {
                0..20 => f64::INFINITY,
                len => inner[len - 1 - len / 20] - inner[len / 20],
            };
            [(first, second.1 - first.1), (last, last.1 - before.1)]
                .map(|(end, gap)| (gap > spread).then_some(end))
        }
        _ => [None, None],
    };
    ends.into_iter().flatten()
}

/// The value that stands out alone, if many patients have less and many have more: the sides of it,
/// such as worse and better, are then two groups.
pub(crate) fn middle(train: &Table, column: usize) -> Option<f64> {
    let [value] = spikes(train, column)[..] else { return None };
    let count = |side: &dyn Fn(f64) -> bool| {
        let on_side = |row: &usize| {
            let cell = train.cells[(*row, column)];
            !cell.is_nan() && side(cell)
        };
        train.patients_of((0..train.rows()).filter(on_side))
    };
    let enough = |count: usize| count >= SIDE;
    (enough(count(&|cell| cell < value)) && enough(count(&|cell| cell > value))).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;
    use ground::matrix::Matrix;

    /// Forty rows of 7 stand out among other numbers, unless they are those of one patient.
    #[test]
    fn what_one_patient_repeats_does_not_stand_out() {
        let cells = (0..200).map(|row| if row < 40 { 7.0 } else { row as f64 }).collect();
        let cells = Matrix::from_values(200, 1, cells);
        let mut table = Table { schema: Schema::default(), cells, patients: None };
        assert_eq!(spikes(&table, 0), [7.0]);
        table.patients = Some((0..200).map(|row| if row < 40 { 0 } else { row }).collect());
        assert!(spikes(&table, 0).is_empty());
    }
}
