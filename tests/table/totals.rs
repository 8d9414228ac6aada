//! Totals of many parts, and what is made of them: found as they were computed, and kept by a
//! generator that knows nothing.

use super::lot;
use super::nonsense::{broken, csv, generated};
use table::Table;

/// The relations that must be among those found, and are broken by no generated row.
fn kept(table: &Table, wanted: &[&str]) {
    let (found, rows, back) = generated(table);
    let known: Vec<String> = found.iter().map(|one| one.relation.text(&table.schema)).collect();
    for text in wanted {
        assert!(known.contains(&(*text).to_owned()), "{text} in {known:#?}");
    }
    for text in &known {
        assert_eq!([broken(text, &rows), broken(text, &back)], [0, 0], "{text}");
    }
}

fn names(of: &str, count: usize) -> Vec<String> {
    (1..=count).map(|item| format!("{of}{item}")).collect()
}

fn row_of(values: &[u64]) -> String {
    values.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

#[test]
fn totals_of_two_visits_and_their_change() {
    let header = [names("a", 9), names("b", 9), vec!["before".into(), "after".into()]].concat();
    let table = csv(&format!("{},change", header.join(",")), 400, |row| {
        let well = lot(row, 40, 3);
        let items: Vec<u64> = (0..18).map(|at| (lot(row, at, 3) + well).min(3)).collect();
        let [before, after] = [0, 9].map(|first| items[first..first + 9].iter().sum::<u64>());
        format!("{},{before},{after},{}", row_of(&items), after as i64 - before as i64)
    });
    let sum = |of: &str| names(of, 9).join(" + ");
    let (before, after) = (format!("before = {}", sum("a")), format!("after = {}", sum("b")));
    kept(&table, &[&before, &after, "change = after - before"]);
}

#[test]
fn a_total_of_three_small_parts() {
    let table = csv("eye,verbal,motor,total,age", 300, |row| {
        let parts = [1 + lot(row, 0, 4), 1 + lot(row, 1, 5), 1 + lot(row, 2, 6)];
        format!("{},{},{}", row_of(&parts), parts.iter().sum::<u64>(), 20 + lot(row, 3, 70))
    });
    kept(&table, &["total = eye + verbal + motor"]);
}

#[test]
fn what_explains_a_total_at_first_is_none_of_its_parts() {
    // The level of care says more of the total than any part does.
    let table = csv("eye,verbal,motor,level,total,stay", 400, |row| {
        let parts = [1 + lot(row, 0, 4), 1 + lot(row, 1, 5), 1 + lot(row, 2, 6)];
        let total: u64 = parts.iter().sum();
        let level = total / 4 + u64::from(lot(row, 4, 9) == 0 && total < 12);
        format!("{},{level},{total},{}", row_of(&parts), lot(row, 3, 3))
    });
    kept(&table, &["total = eye + verbal + motor"]);
}

#[test]
fn conditions_of_yes_and_no_are_counted_with_their_weights() {
    let weights = [1, 1, 2, 3, 6, 2];
    let table = csv("mi,stroke,renal,liver,aids,cancer,index,age", 400, |row| {
        let has: Vec<u64> = (0..6).map(|at| u64::from(lot(row, at, 4) == 0)).collect();
        let index: u64 = has.iter().zip(weights).map(|(has, weight)| has * weight).sum();
        let words: Vec<&str> = has.iter().map(|has| ["no", "yes"][*has as usize]).collect();
        format!("{},{index},{}", words.join(","), 30 + lot(row, 9, 60))
    });
    kept(&table, &["index = mi + stroke + 2 * renal + 3 * liver + 6 * aids + 2 * cancer"]);
}

#[test]
fn costs_of_six_items_with_cents() {
    let table = csv("c1,c2,c3,c4,c5,c6,all", 300, |row| {
        let cents: Vec<u64> = (0..6).map(|at| lot(row, at, 90_000)).collect();
        let text = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
        let parts: Vec<String> = cents.iter().map(|of| text(*of)).collect();
        format!("{},{}", parts.join(","), text(cents.iter().sum()))
    });
    kept(&table, &["all = c1 + c2 + c3 + c4 + c5 + c6"]);
}

#[test]
fn weeks_and_days_are_days() {
    let table = csv("days,weeks,rest,age", 300, |row| {
        let days = 200 + lot(row, 0, 95);
        format!("{days},{},{},{}", days / 7, days % 7, 18 + lot(row, 1, 25))
    });
    kept(&table, &["days = 7 * weeks + rest"]);
}

#[test]
fn the_range_of_readings_beside_their_extremes() {
    let table = csv("r1,r2,r3,low,high,range", 300, |row| {
        let readings = [0, 1, 2].map(|at| 95 + lot(row, at, 70));
        let (low, high) = (readings.iter().min().unwrap(), readings.iter().max().unwrap());
        format!("{},{low},{high},{}", row_of(&readings), high - low)
    });
    kept(&table, &["low = min(r1, r2, r3)", "high = max(r1, r2, r3)", "range = high - low"]);
}

#[test]
fn ratios_to_what_is_a_sum_and_changes_in_percent() {
    let table = csv("edv,esv,sv,ef,first,second,change,percent", 300, |row| {
        let (esv, sv) = (30 + lot(row, 0, 60), 35 + lot(row, 1, 60));
        let (first, second) = (400 + lot(row, 2, 500), 380 + lot(row, 3, 500));
        let change = second as i64 - first as i64;
        let tenth = |of: i64| of as f64 / 10.0;
        let percent = 100.0 * change as f64 / first as f64;
        format!(
            "{},{esv},{sv},{:.1},{},{},{},{percent:.1}",
            esv + sv,
            100.0 * sv as f64 / (esv + sv) as f64,
            tenth(first as i64),
            tenth(second as i64),
            tenth(change)
        )
    });
    kept(&table, &["ef = 100 * sv / edv", "percent = 100 * change / first"]);
}

#[test]
fn a_ratio_is_made_of_its_parts_and_no_part_of_it() {
    // Three doses: what a rounded ratio would make of them is none of these.
    let table = csv("dose,auc,clearance", 300, |row| {
        let dose = [100, 200, 400][lot(row, 0, 3) as usize];
        let auc = (200 + lot(row, 1, 900)) as f64 / 10.0;
        format!("{dose},{auc:.1},{:.3}", dose as f64 / auc)
    });
    kept(&table, &["clearance = dose / auc"]);
}
