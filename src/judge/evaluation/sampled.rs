//! Samples of large tables: they bound the time and the memory of a judgement.
//! A sample is said, because a score of it is not a score of all rows.

use super::draws::{Draws, Purpose, order};
use super::options::Options;
use table::Table;

/// The number of the draw of a sample; splits and draws never get so far.
const SAMPLE: usize = usize::MAX;

/// The rows of a table that are judged, in an order that the cells and the seed alone decide.
pub(super) fn judged(table: &Table, most: usize, purpose: Purpose, draws: Draws) -> Vec<usize> {
    let order = order(table);
    if order.len() <= most {
        return order;
    }
    let mut places = draws.order(purpose, SAMPLE, order.len());
    places.truncate(most);
    places.sort_unstable();
    places.into_iter().map(|place| order[place]).collect()
}

/// Sentences that say of which tables only a sample is judged.
pub fn sample_notes(
    real: &Table,
    synthetic: &Table,
    holdout: Option<&Table>,
    options: &Options,
) -> Vec<String> {
    let tables = [
        ("real", Some(real), options.most_real),
        ("synthetic", Some(synthetic), options.most_synthetic),
        ("kept back", holdout, options.most_real),
    ];
    let note = |(what, table, most): (&str, Option<&Table>, usize)| {
        let rows = table.map(Table::rows).filter(|rows| *rows > most)?;
        let what =
            if what == "kept back" { "rows kept back".into() } else { format!("{what} rows") };
        Some(format!("Of {rows} {what}, a random sample of {most} is judged."))
    };
    tables.into_iter().filter_map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{Known, evaluate_known};
    use ground::matrix::Matrix;
    use table::{Column, Kind, Schema};

    fn table(rows: usize, salt: usize) -> Table {
        let column =
            |name: &str| Column { name: name.into(), kind: Kind::Numerical, ..Column::default() };
        let schema = Schema { columns: ["a", "b"].map(column).to_vec(), ..Schema::default() };
        let cells = Matrix::from_fn(rows, 2, |row, column| {
            ((row * (31 + column) + salt) % 101) as f64 + (row / 101) as f64 * 0.01
        });
        Table { schema, cells, patients: None }
    }

    #[test]
    fn a_sample_is_said_and_does_not_depend_on_the_order_of_rows() {
        let (real, synthetic) = (table(90, 0), table(300, 7));
        let options = Options { most_real: 60, most_synthetic: 100, ..Options::default() };
        let of = |real: &Table| evaluate_known(real, &synthetic, None, &options, Known::default());
        let evaluation = of(&real);
        assert_eq!([evaluation.sizes.real, evaluation.sizes.synthetic], [60, 100]);
        assert_eq!(
            evaluation.notes[..2],
            [
                "Of 90 real rows, a random sample of 60 is judged.",
                "Of 300 synthetic rows, a random sample of 100 is judged."
            ]
        );
        let turned = real.rows_of(&(0..90).rev().collect::<Vec<_>>());
        // As text, because what could not be computed is NaN.
        let scores = |of: &crate::evaluation::Evaluation| format!("{:?}", of.scores);
        assert_eq!(scores(&of(&turned)), scores(&evaluation));
        assert!(sample_notes(&real, &synthetic, None, &Options::default()).is_empty());
    }
}
