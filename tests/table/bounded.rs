//! Columns inside bounds that keep their own values, because many patients share these.

use super::lot;
use super::nonsense::{broken, column, csv, made};
use table::Table;

/// The share of rows in which a column has one of some values, of those in which it is not the
/// other's.
fn share(table: &Table, [name, other]: [&str; 2], values: &[f64]) -> f64 {
    let [column, other] = [name, other].map(|name| column(table, name));
    let rows = (0..table.rows()).map(|row| table.cells.row(row));
    let cells: Vec<f64> =
        rows.filter(|row| row[column] != row[other]).map(|row| row[column]).collect();
    cells.iter().filter(|cell| values.contains(cell)).count() as f64 / cells.len() as f64
}

/// A distance from the other column would spread such values over their neighbours.
fn assert_shared(cohort: &Table, rows: &Table, names: [&str; 2], values: &[f64]) {
    let [real, made] = [cohort, rows].map(|table| share(table, names, values));
    assert!(made > 0.75 * real, "{names:?} in {values:?}: {made} instead of {real}");
}

/// Few of the examined nodes are positive, and sometimes all of them.
#[test]
fn a_count_below_another_keeps_its_common_values() {
    let cohort = csv("examined,positive", 400, |row| {
        let examined = 2 + lot(row, 0, 25);
        let positive = match lot(row, 1, 20) {
            0 => examined,
            1..10 => 0,
            10..15 => 1,
            15..18 => 2,
            _ => lot(row, 2, examined),
        };
        format!("{examined},{positive}")
    });
    let (_, rows) = made(&cohort);
    assert_eq!(broken("positive <= examined", &rows), 0);
    assert_shared(&cohort, &rows, ["positive", "examined"], &[0.0, 1.0, 2.0]);
}

/// Planned cycles are 6, 12 or 18, and never fewer than those given.
#[test]
fn a_count_above_another_keeps_its_common_values() {
    let cohort = csv("given,planned", 400, |row| {
        let planned = [6, 6, 12, 18][lot(row, 0, 4) as usize];
        let given = if lot(row, 1, 3) == 0 { planned } else { 1 + lot(row, 2, planned) };
        // Some plans were changed to other numbers.
        let planned = if lot(row, 3, 5) == 0 { given + 1 + lot(row, 4, 23) } else { planned };
        format!("{given},{planned}")
    });
    let (_, rows) = made(&cohort);
    assert_eq!(broken("given <= planned", &rows), 0);
    assert_shared(&cohort, &rows, ["planned", "given"], &[6.0, 12.0, 18.0]);
}

/// The last visit was in month 0, 3, 6, ... and before death, with gaps.
#[test]
fn days_of_a_plan_stay_on_the_plan() {
    const PLAN: [u64; 12] = [0, 3, 6, 9, 12, 18, 24, 30, 36, 42, 48, 54];
    let cohort = csv("death,visit", 500, |row| {
        let death = 1 + lot(row, 0, 60);
        let visits = PLAN.iter().filter(|visit| **visit < death).count();
        let visit = PLAN[visits - 1 - lot(row, 1, 3).min(visits as u64 - 1) as usize];
        let visit = if lot(row, 2, 9) == 0 { String::new() } else { visit.to_string() };
        format!("{death},{visit}")
    });
    let (_, rows) = made(&cohort);
    assert_eq!(broken("visit <= death", &rows), 0);
    let visit = column(&rows, "visit");
    let cells: Vec<f64> = rows.cells.column(visit).filter(|cell| !cell.is_nan()).collect();
    let off = cells.iter().filter(|cell| !PLAN.contains(&(**cell as u64))).count();
    assert_eq!(off, 0, "of {} visits", cells.len());
}
