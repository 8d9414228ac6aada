//! Tables so coarse that fresh patients repeat real ones by chance, and copies in them.

use super::population::{Dice, sample, schema, take};
use ground::matrix::Matrix;
use judge::metrics::privacy::{PrivacyMeasures, privacy};
use table::{Kind, Table};

/// Two answers, one level of five, and a whole number of about thirty: a third of the rows has a
/// twin among forty.
fn coarse(rows: usize, seed: u64) -> Table {
    let kinds = [Kind::Boolean, Kind::Boolean, Kind::Nominal, Kind::Integer];
    let mut dice = Dice::new(seed);
    let mut cells = Matrix::zeros(rows, kinds.len());
    for row in 0..rows {
        let numbers = [dice.below(2), dice.below(2), dice.below(3), 50 + dice.below(15)];
        cells.row_mut(row).copy_from_slice(&numbers.map(|number| number as f64));
    }
    Table { schema: schema(&kinds), cells, patients: None }
}

fn copied(privacy: &PrivacyMeasures) -> Option<bool> {
    privacy.risk("exact_copies").unwrap().alarm
}

#[test]
fn fresh_patients_of_a_coarse_table_are_no_copies() {
    let mut alarms = 0;
    for trial in 0..20 {
        let [train, holdout] = [1, 2].map(|stream| coarse(40, 100 * trial + stream));
        let fresh = coarse(1200, 100 * trial + 3);
        let without = privacy(&train, None, &fresh, trial);
        assert!(without.copies.training > 30, "{:?}", without.copies);
        alarms += usize::from(copied(&without) == Some(true));
        alarms +=
            usize::from(copied(&privacy(&train, Some(&holdout), &fresh, trial)) == Some(true));
    }
    assert!(alarms <= 1, "{alarms} of 40");
}

#[test]
fn copies_are_found_without_a_holdout() {
    // Whole copies in a coarse table: more of them than twins explain.
    let train = coarse(200, 7);
    assert_eq!(copied(&privacy(&train, None, &train, 1)), Some(true));
    // Ten patients among thousands of a fine table.
    let (train, fresh) = (sample(150, 11), sample(3000, 12));
    assert_eq!(copied(&privacy(&train, None, &fresh, 1)), Some(false));
    let mut planted = fresh.clone();
    for row in 0..10 {
        planted.cells.row_mut(300 * row).copy_from_slice(train.cells.row(row));
    }
    assert_eq!(copied(&privacy(&train, None, &planted, 1)), Some(true));
    // And the same ten again and again, so that synthetic rows repeat each other, too.
    let mut again = fresh;
    for row in 0..1000 {
        again.cells.row_mut(row).copy_from_slice(train.cells.row(row % 10));
    }
    assert_eq!(copied(&privacy(&train, None, &again, 1)), Some(true));
}

#[test]
fn what_a_table_cannot_tell_is_not_judged() {
    let few = |seed| take(&coarse(40, seed), &(0..12).collect::<Vec<_>>());
    let tiny = |table: &Table| {
        let cells = (0..12).flat_map(|row| [table.cells[(row, 0)], table.cells[(row, 1)]]);
        let cells = Matrix::from_values(12, 2, cells.collect());
        Table { schema: schema(&[Kind::Boolean, Kind::Boolean]), cells, patients: None }
    };
    let [train, fresh] = [tiny(&few(1)), tiny(&few(2))];
    assert_eq!(copied(&privacy(&train, None, &fresh, 1)), None);
}
