//! Small counts of patients in everything that may be passed on: the pages, the summary and the
//! numbers for programs say the same, whichever of one to four it is.

use super::cohort::{coded, numerical, resampled, single};
use super::evaluated::{bare, full};
use super::summary::{record, summary};
use ground::matrix::Matrix;
use judge::evaluation::Evaluation;
use mellizo_report::html::{ReportInput, private_html, share_html};
use mellizo_report::json::report_json;
use mellizo_report::pair::Tables;
use mellizo_report::verdict::{Grade, Verdict};
use serde_json::Value;
use table::clean::{Thresholds, clean};
use table::{Schema, Table};

fn share(real: &Table, synthetic: &Table, evaluation: &Evaluation) -> String {
    share_html(&ReportInput::new("cohort.csv", Tables { real, synthetic }, evaluation))
}

fn columns(evaluation: &Evaluation) -> Vec<Value> {
    let document: Value = serde_json::from_str(&report_json(evaluation, None)).expect("JSON");
    document["columns"].as_array().expect("columns").clone()
}

/// A table of a number that is missing in so many of 400 patients.
fn with_missing(missing: usize) -> Table {
    let known = (0..400 - missing).map(|row| (row % 50) as f64);
    let cells = known.chain(std::iter::repeat_n(f64::NAN, missing)).collect();
    single(numerical("albumin", 0), cells)
}

#[test]
fn programs_get_no_small_count_of_missing_or_of_present_cells() {
    let synthetic = with_missing(20);
    let shown = |missing: usize| {
        let column = columns(&bare(&with_missing(missing), &synthetic)).swap_remove(0);
        column["real_missing"].as_f64()
    };
    for few in [1, 2, 3, 4, 396, 397, 398, 399] {
        assert_eq!(shown(few), None, "{few} of 400 cells are missing");
    }
    for many in [0, 5, 200, 395, 400] {
        let share = shown(many).expect("enough patients to be shown");
        assert!((share - many as f64 / 400.0).abs() < 1e-12, "{share} where {many} are missing");
    }
}

#[test]
fn programs_and_pages_get_scores_of_columns_with_few_digits() {
    // The last digit stands for five patients at least.
    for (rows, decimals) in [(30, 0), (49, 0), (50, 1), (499, 1), (500, 2), (2000, 2)] {
        let cells = |step: usize| (0..rows).map(|row| (row * step % 97) as f64).collect();
        let [real, synthetic] = [5, 7].map(|step| single(numerical("albumin", 0), cells(step)));
        let mut evaluation = bare(&real, &synthetic);
        (evaluation.columns[0].shape, evaluation.columns[0].shape_ceiling) =
            (Some(0.876_543_21), Some(0.912_345_67));
        let column = columns(&evaluation).swap_remove(0);
        let page = share(&real, &synthetic, &evaluation);
        for (key, exact) in [("shape", 0.876_543_21), ("shape_ceiling", 0.912_345_67)] {
            let printed = format!("{exact:.decimals$}");
            assert_eq!(column[key].as_f64(), printed.parse().ok(), "{key} of {rows} rows");
            assert!(page.contains(&format!("<td class=\"figure\">{printed}</td>")), "{page}");
            let finer = format!("{exact:.0$}", decimals + 1);
            assert!(!page.contains(&format!("{finer}<")), "{finer} at {rows} rows");
        }
    }
}

/// Where patients have several rows, digits go by patients.
#[test]
fn digits_of_scores_go_by_patients_and_not_by_rows() {
    let cells = |step: usize| (0..2000).map(|row| (row * step % 97) as f64).collect();
    let [mut real, synthetic] = [5, 7].map(|step| single(numerical("albumin", 0), cells(step)));
    real.patients = Some((0..2000).map(|row| row / 10).collect());
    let mut evaluation = bare(&real, &synthetic);
    evaluation.columns[0].shape = Some(0.876_543_21);
    assert_eq!(columns(&evaluation)[0]["shape"].as_f64(), Some(0.9));
    let page = share(&real, &synthetic, &evaluation);
    assert!(page.contains("<td class=\"figure\">0.9</td>") && !page.contains("0.88<"), "{page}");
}

/// Where a share is withheld, neither the place of its line nor that it has one tells it.
#[test]
fn the_lines_of_missing_cells_tell_no_withheld_share() {
    // As large a part of the synthetic patients: an exact difference would be none.
    let (real, synthetic) = (with_missing(4), with_missing(4));
    let page = share(&real, &synthetic, &bare(&real, &synthetic));
    assert!(page.contains("&lt;5 patients"), "{page}");
    assert!(!page.contains("Every column misses as large a share"), "{page}");
}

/// The status of so many dead and living patients, and so many whose status is not known.
fn status(counts: [usize; 3]) -> Table {
    let cells = [0.0, 1.0, f64::NAN].into_iter().zip(counts);
    let cells = cells.flat_map(|(cell, count)| vec![cell; count]).collect();
    let mut table = single(coded("status", &["dead", "alive"]), cells);
    table.schema.status = Some("status".into());
    table
}

#[test]
fn moments_beside_a_withheld_count_have_few_digits() {
    // One patient in 3,000 moves a mean of encoded levels by 2 / 3000 at most.
    let digits = |real: &Table| {
        let text = summary(real, &status([200, 100, 9]), &record());
        let line = text.lines().find(|line| line.starts_with("| mean |")).expect("a mean");
        let mean = line.split('|').nth(2).expect("that of real patients").trim();
        mean.split_once('.').map_or(0, |(_, digits)| digits.len())
    };
    for (rows, decimals) in [(300, 1), (1000, 2), (3000, 2), (6000, 3)] {
        assert_eq!(digits(&status([rows - 103, 100, 3])), decimals, "{rows} rows");
    }
    // Three hundred patients with ten rows each, of whom one has no status.
    let mut visits = status([2890, 100, 10]);
    visits.patients = Some((0..3000).map(|row| row / 10).collect());
    assert_eq!(digits(&visits), 1);
}

#[test]
fn the_summary_has_no_extreme_of_a_number() {
    let cells = (0..200).map(|row| if row == 0 { 7777.0 } else { 40.0 + (row % 20) as f64 });
    let mut real = single(numerical("age", 0), cells.collect());
    real.schema.status = Some("age".into());
    let mut other = real.clone();
    other.cells = Matrix::from_fn(200, 1, |row, _| 40.0 + (row % 20) as f64);
    let text = summary(&real, &other, &record());
    for extreme in ["| min |", "| max |"] {
        let line = text.lines().find(|line| line.starts_with(extreme)).expect("a line of Table 5");
        assert_eq!(line.split('|').nth(2).map(str::trim), Some("–"), "{line}");
    }
    assert!(!text.contains("7777"), "{text}");
}

#[test]
fn the_summary_says_of_few_present_cells_that_they_are_few() {
    let pages = [396, 397, 398, 399].map(|missing| {
        let text = summary(&with_missing(missing), &with_missing(20), &record());
        let line = text.lines().find(|line| line.starts_with("| albumin |"));
        line.expect("the column of most differences").to_owned()
    });
    assert!(pages[0].contains("all but fewer than 5 patients"), "{}", pages[0]);
    assert!(pages.iter().all(|page| page == &pages[0]), "{pages:?}");
}

#[test]
fn who_was_dropped_is_for_the_owner() {
    let cells = Matrix::from_fn(120, 4, |row, column| match (row, column) {
        (40..46, 1..) => f64::NAN,
        _ => ((row * (column + 3)) % 11) as f64,
    });
    let columns = ["a", "b", "c", "d"].map(|name| numerical(name, 0)).to_vec();
    let cohort = Table { schema: Schema { columns, ..Schema::default() }, cells, patients: None };
    let (real, cleaning) = clean(&cohort, Thresholds::default()).expect("patients are left");
    assert_eq!(cleaning.patients.len(), 6);
    let synthetic = resampled(&real, 300);
    let evaluation = bare(&real, &synthetic);
    let tables = Tables { real: &real, synthetic: &synthetic };
    let input = ReportInput {
        cleaning: Some(&cleaning),
        ..ReportInput::new("cohort.csv", tables, &evaluation)
    };
    let by_row = format!("{} (3 missing)", cleaning.patients[0].row);
    assert!(private_html(&input).contains(&by_row));
    let page = share_html(&input);
    assert!(page.contains("6 of 120 patients were dropped"), "{page}");
    assert!(!page.contains("by row") && !page.contains(&by_row));
}

#[test]
fn what_reading_warned_of_is_for_the_owner() {
    let mut run = record();
    run.warnings = vec!["row 417: a canary sang".into()];
    let (real, synthetic) = (with_missing(40), with_missing(20));
    let evaluation = bare(&real, &synthetic);
    let tables = Tables { real: &real, synthetic: &synthetic };
    let input =
        ReportInput { run: Some(&run), ..ReportInput::new("cohort.csv", tables, &evaluation) };
    let texts = [
        share_html(&input),
        summary(&real, &synthetic, &run),
        report_json(&evaluation, Some(&run)),
    ];
    assert!(texts.iter().all(|text| !text.contains("canary")));
}

#[test]
fn privacy_is_at_most_fair_where_nobody_was_kept_back() {
    let real = super::cohort::bundled();
    let mut evaluation = full(&real, &resampled(&real, 900), 0.0);
    evaluation.audit = None;
    evaluation.privacy.risks.iter_mut().for_each(|risk| risk.alarm = risk.alarm.map(|_| false));
    let grade = |evaluation: &Evaluation| {
        let judgements = Verdict::of(evaluation).judgements;
        judgements.into_iter().find(|one| one.topic == "Privacy").expect("privacy").grade
    };
    assert_eq!(grade(&evaluation), Grade::Good);
    evaluation.privacy.holdout = false;
    assert_eq!(grade(&evaluation), Grade::Fair);
}
