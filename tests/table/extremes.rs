//! The largest or the smallest of several columns.

use super::lot;
use super::nonsense::{broken, csv, made, texts};
use table::Table;

/// The relations of a cohort, all of which rows of a generator that knows nothing keep.
fn kept(cohort: &Table) -> Vec<String> {
    let (found, rows) = made(cohort);
    let known = texts(&found, cohort);
    known.iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
    known
}

fn contains(known: &[String], wanted: &str) {
    assert!(known.contains(&wanted.to_owned()), "{wanted} in {known:?}");
}

#[test]
fn a_worst_grade_is_one_of_the_grades() {
    let cohort = csv("nausea,rash,fatigue,worst,age", 400, |row| {
        let grades = [0, 1, 2].map(|at| lot(row, at, 5) * lot(row, at + 5, 2));
        let [a, b, c] = grades;
        format!("{a},{b},{c},{},{}", grades.iter().max().unwrap(), 20 + lot(row, 9, 60))
    });
    contains(&kept(&cohort), "worst = max(nausea, rash, fatigue)");
}

#[test]
fn a_first_event_is_the_earliest_of_those_that_came() {
    let cohort = csv("infection,rejection,followed,free", 500, |row| {
        let followed = 30 + lot(row, 0, 1500);
        let event =
            |at: usize| (lot(row, at, 3) == 0).then(|| 10 + lot(row, at + 2, followed - 10));
        let [infection, rejection] = [1, 2].map(event);
        let text = |days: Option<u64>| days.map_or_else(String::new, |days| days.to_string());
        let first = infection.into_iter().chain(rejection).chain([followed]).min().unwrap();
        format!("{},{},{followed},{first}", text(infection), text(rejection))
    });
    contains(&kept(&cohort), "free = min(infection, rejection, followed)");
}

#[test]
fn the_highest_of_readings_with_gaps_and_the_last_of_dates_are_found() {
    let cohort = csv("first,second,third,highest,visit,call,contact", 400, |row| {
        let readings: Vec<Option<u64>> =
            (0..3).map(|at| (lot(row, at + 20, 5) > 0).then(|| 100 + lot(row, at, 90))).collect();
        let text = |cell: Option<u64>| cell.map_or_else(String::new, |cell| cell.to_string());
        let day = |day: u64| format!("2021-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        let [visit, call] = [8, 9].map(|at| lot(row, at, 300));
        format!(
            "{},{},{},{},{},{},{}",
            text(readings[0]),
            text(readings[1]),
            text(readings[2]),
            text(readings.iter().flatten().max().copied()),
            day(visit),
            day(call),
            day(visit.max(call)),
        )
    });
    let known = kept(&cohort);
    contains(&known, "highest = max(first, second, third)");
    contains(&known, "contact = max(visit, call)");
}

#[test]
fn a_column_that_is_mostly_the_largest_is_none() {
    // One patient in a hundred has more than any of the two.
    let cohort = csv("left,right,pressure", 400, |row| {
        let [left, right] = [1, 2].map(|at| 100 + lot(row, at, 60));
        format!("{left},{right},{}", left.max(right) + u64::from(row % 100 == 0))
    });
    let known = kept(&cohort);
    assert!(!known.iter().any(|text| text.contains("max(")), "{known:?}");
    // And a column above two others is no extreme of them.
    let above = csv("left,right,pressure", 400, |row| {
        let [left, right] = [1, 2].map(|at| 100 + lot(row, at, 60));
        format!("{left},{right},{}", 160 + lot(row, 3, 40))
    });
    assert!(!kept(&above).iter().any(|text| text.contains("max(")));
}
