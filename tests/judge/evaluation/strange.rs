//! Tables with which little can be judged: no panic, and notes that say so.

use super::patients::patients;
use ground::matrix::Matrix;
use judge::evaluation::{Options, evaluate};
use table::Table;

const OPTIONS: Options = Options { seed: 3, splits: 2, draws: 2, ..Options::USUAL };

fn of(table: &Table, cell: impl Fn(usize, usize) -> f64) -> Table {
    Table {
        schema: table.schema.clone(),
        cells: Matrix::from_fn(table.rows(), table.cells.columns(), cell),
        patients: None,
    }
}

#[test]
fn constant_and_empty_columns() {
    let real = patients(60, 1);
    let strange = |table: &Table| {
        of(table, |row, column| match column {
            1 => f64::NAN,
            2 => 7.0,
            5 => 2.0,
            _ => table.cells[(row, column)],
        })
    };
    let evaluation = evaluate(
        &strange(&real),
        &strange(&patients(60, 2)),
        Some(&strange(&patients(30, 3))),
        &OPTIONS,
    );
    assert_eq!(evaluation.columns[1].shape, None);
    assert_eq!(evaluation.columns[2].shape, Some(1.0));
    assert!(evaluation.scores[0].value.is_finite());
    // The marker, a target, has no value anywhere.
    assert!(evaluation.utility.unwrap().targets[1].real.is_nan());
}

#[test]
fn nothing_but_missing_cells() {
    let real = patients(40, 1);
    let empty = of(&real, |_, _| f64::NAN);
    let evaluation = evaluate(&real, &empty, None, &OPTIONS);
    assert!(evaluation.scores[0].value.is_nan() && evaluation.scores[0].low.is_none());
}

#[test]
fn few_rows() {
    for (real, synthetic, holdout) in
        [(1, 1, None), (2, 5, Some(1)), (3, 1, None), (5, 50, Some(2)), (40, 3, Some(10))]
    {
        let holdout = holdout.map(|rows| patients(rows, 3));
        let evaluation =
            evaluate(&patients(real, 1), &patients(synthetic, 2), holdout.as_ref(), &OPTIONS);
        assert_eq!(evaluation.scores.len(), 17);
        assert!(
            evaluation.notes.iter().any(|note| note.contains("no score says much")),
            "{:?}",
            evaluation.notes
        );
    }
}

#[test]
#[should_panic(expected = "columns and levels of the tables differ")]
fn other_columns_are_the_callers_mistake() {
    let (real, mut other) = (patients(20, 1), patients(20, 2));
    other.schema.columns[6].levels.push("neither".into());
    evaluate(&real, &other, None, &OPTIONS);
}
