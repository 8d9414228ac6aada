//! The same tables and seed give the same scores, whatever the order of rows and the number of
//! threads.

use super::patients::patients;
use ground::matrix::Matrix;
use judge::evaluation::{Evaluation, Options, Score, evaluate};
use table::Table;

const OPTIONS: Options = Options { seed: 5, splits: 2, draws: 20, ..Options::USUAL };

fn reversed(table: &Table) -> Table {
    let last = table.rows() - 1;
    let cells = Matrix::from_fn(table.rows(), table.cells.columns(), |row, column| {
        table.cells[(last - row, column)]
    });
    Table { schema: table.schema.clone(), cells, patients: None }
}

/// Every number that a score has, as text, so that NaN equals itself.
fn told(evaluation: &Evaluation) -> String {
    let line = |score: &Score| format!("{score:?}\n");
    let scores: String = evaluation.scores.iter().map(line).collect();
    format!("{scores}{:?}{:?}{:?}", evaluation.columns, evaluation.utility, evaluation.privacy)
}

#[test]
fn rows_in_any_order() {
    let [real, synthetic, holdout] =
        [(100, 1), (150, 2), (50, 3)].map(|(rows, seed)| patients(rows, seed));
    let straight = evaluate(&real, &synthetic, Some(&holdout), &OPTIONS);
    let turned =
        evaluate(&reversed(&real), &reversed(&synthetic), Some(&reversed(&holdout)), &OPTIONS);
    assert_eq!(told(&straight), told(&turned));
    let other = evaluate(&real, &synthetic, Some(&holdout), &Options { seed: 6, ..OPTIONS });
    assert_ne!(told(&straight), told(&other), "the seed changes nothing");
}

#[test]
fn any_number_of_threads() {
    let [real, synthetic, holdout] =
        [(100, 1), (150, 2), (50, 3)].map(|(rows, seed)| patients(rows, seed));
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| told(&evaluate(&real, &synthetic, Some(&holdout), &OPTIONS)))
    };
    let one = with(1);
    assert!(with(2) == one && with(5) == one);
}
