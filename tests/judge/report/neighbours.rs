//! Two cohorts that differ in one patient of a group that is withheld: what may be passed on of
//! both is the same.
//!
//! What is promised: names, texts, counts, pictures and shares do not change at all.
//! A number that is a sum over all patients (a score, a mean) may, and of those that are printed of
//! a single column, or beside a withheld count, by one unit of the last digit at most.
//! Groups of five patients and more are told exactly, so a patient who goes from one of them to
//! another is no case of this.

use super::cohort::{coded, numerical, resampled};
use super::evaluated::bare;
use super::summary::{record, summary};
use ground::matrix::Matrix;
use mellizo_report::distributions::distributions_svg;
use mellizo_report::html::{ReportInput, share_html};
use mellizo_report::json::report_json;
use mellizo_report::pair::Tables;
use table::{Schema, Table};

const ROWS: usize = 240;

/// 240 patients: of each column, few are in one of its groups.
fn cohort() -> Table {
    let columns = vec![
        coded("status", &["dead", "alive"]),
        coded("stage", &["I", "II", "III", "IV"]),
        coded("site", &["north", "south", "isle", "cape"]),
        numerical("albumin", 1),
        numerical("dose", 0),
        numerical("cost", 0),
    ];
    let cell = |row: usize, column: usize| match (column, row) {
        // The last four patients are those of the small groups.
        (0, 237..) => f64::NAN,
        (0, _) => f64::from(u8::from(row.is_multiple_of(3))),
        (1, 235..) => 3.0,
        (1, _) => (row / 7 % 3).saturating_sub(1) as f64,
        (2, 237..) => 2.0,
        (2, _) => f64::from(u8::from(row.is_multiple_of(5))),
        (3, 237..) => f64::NAN,
        (3, _) if row.is_multiple_of(4) => 3.0,
        (3, _) => 2.0 + (row * 7 % 31) as f64 / 10.0,
        (4, 237..) => 40.0 + row as f64,
        (4, _) => f64::NAN,
        (_, 239) => 90_000.0,
        _ => 500.0 + (row * 13 % 97) as f64,
    };
    let schema = Schema {
        columns,
        status: Some("status".into()),
        stage: Some("stage".into()),
        ..Schema::default()
    };
    Table { schema, cells: Matrix::from_fn(ROWS, 6, cell), patients: None }
}

/// The same with another cell of one patient.
fn with(table: &Table, (row, column, cell): (usize, usize, f64)) -> Table {
    let mut other = table.clone();
    other.cells[(row, column)] = cell;
    other
}

/// Everything that may be passed on: the page, numbers for programs, the summary, the picture.
fn shared(real: &Table, synthetic: &Table) -> [String; 4] {
    let evaluation = bare(real, synthetic);
    let page = ReportInput::new("cohort.csv", Tables { real, synthetic }, &evaluation);
    [
        without_associations(&share_html(&page)).replace('<', "\n<"),
        report_json(&evaluation, None),
        summary(real, synthetic, &record()),
        distributions_svg(real, synthetic),
    ]
}

/// The page without its section of associations: coefficients are sums over all patients.
fn without_associations(page: &str) -> String {
    let (before, rest) = page.split_once("id=\"relations\"").expect("a section of associations");
    let (_, behind) = rest.split_once("</section>").expect("its end");
    format!("{before}{behind}")
}

/// The numbers of a text and what stands between them.
fn parts(text: &str) -> Vec<&str> {
    let number = |c: char| c.is_ascii_digit() || c == '.';
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| number(c) != number(first)).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        parts.push(part);
        rest = behind;
    }
    parts
}

/// One unit of a printed number's last digit; none of a whole number.
fn unit(number: &str) -> Option<f64> {
    let (_, digits) = number.split_once('.').filter(|(_, digits)| !digits.is_empty())?;
    Some(10f64.powi(-(digits.len() as i32)))
}

/// Where two lines differ by more than the last digit of a number.
fn apart(one: &str, other: &str) -> bool {
    let (one, other) = (parts(one), parts(other));
    let same = |(a, b): (&&str, &&str)| {
        let numbers = a.parse::<f64>().ok().zip(b.parse::<f64>().ok()).zip(unit(a).zip(unit(b)));
        a == b
            || numbers.is_some_and(|((a, b), (unit, of))| unit == of && (a - b).abs() < 1.01 * unit)
    };
    one.len() != other.len() || !one.iter().zip(&other).all(same)
}

/// Whether a line is a sum over all patients, by what stands before its numbers: moments, and the
/// cells of the map of associations by their strength.
fn is_of_all(line: &str) -> bool {
    let starts = ["| mean", "| std", "<path class=\"n", "<path class=\"p"];
    starts.iter().any(|start| line.trim_start().starts_with(start))
}

/// The lines that must not change.
fn fixed(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !is_of_all(line)).collect()
}

#[test]
fn what_is_withheld_changes_nothing_that_may_be_passed_on() {
    let real = cohort();
    let synthetic = resampled(&real, 600);
    let before = shared(&real, &synthetic);
    let missing = f64::NAN;
    for (what, change) in [
        ("a fourth patient of a rare level", (1, 2, 2.0)),
        ("a rare level of two patients", (239, 2, 0.0)),
        ("another rare level", (239, 2, 3.0)),
        ("a fourth missing status", (1, 0, missing)),
        ("two missing statuses", (239, 0, 0.0)),
        ("a fourth missing number", (4, 3, missing)),
        ("two missing numbers", (239, 3, 3.0)),
        ("another number of three that are known", (239, 4, 900.0)),
        ("the largest number of a single patient", (239, 5, 70_000.0)),
    ] {
        let after = shared(&with(&real, change), &synthetic);
        for (name, (one, other)) in
            ["page", "json", "summary", "picture"].iter().zip(before.iter().zip(&after))
        {
            let (one, other) = (fixed(one), fixed(other));
            assert_eq!(one.len(), other.len(), "{what}: lines of the {name}");
            for (one, other) in one.into_iter().zip(other) {
                assert!(!apart(one, other), "{what}: the {name}:\n{one}\n{other}");
            }
        }
    }
}
