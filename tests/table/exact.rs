//! Linear relations are judged by the printed decimals: a near miss is none.

use super::nonsense::{broken, column, csv, generated, made};
use super::{lot, table};
use table::Table;
use table::relations::{Found, find};

fn texts(table: &Table) -> Vec<String> {
    let found = find(table);
    found.iter().map(|found| found.relation.text(&table.schema)).collect()
}

/// Costs in cents up to ten million, their sum as `total` makes it, and a share of it.
fn costs(total: impl Fn(usize, u64) -> u64) -> Table {
    let cents = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
    let mut csv = "drugs,stay,total\n".to_owned();
    for row in 0..120 {
        let [drugs, stay] = [1, 2].map(|column| 100_000_000 + lot(row, column, 900_000_000));
        csv += &format!("{},{},{}\n", cents(drugs), cents(stay), cents(total(row, drugs + stay)));
    }
    table(&csv)
}

#[test]
fn a_cent_of_ten_million_is_a_difference() {
    let sum = "drugs + stay = total".to_owned();
    let exact = costs(|_, sum| sum);
    assert!(texts(&exact).contains(&sum), "{:?}", texts(&exact));
    let near = [1, 3, 120].map(|every| costs(move |row, sum| sum + u64::from(row % every == 0)));
    // A cent more in every row is a sum, too, but another one.
    for (table, exact) in near.iter().zip([true, false, false]) {
        let made =
            texts(table).into_iter().filter(|text| text.contains("drugs") && text.contains('+'));
        let made: Vec<String> = made.collect();
        assert!(!made.contains(&sum) && made.is_empty() != exact, "{made:?}");
    }
    // What the real table keeps exactly is broken by a cent.
    let found = find(&exact);
    let relation = found.iter().find(|found| found.relation.text(&exact.schema) == sum).unwrap();
    let counted = |table: &Table| Found::count(relation.relation.clone(), table).exceptions;
    assert_eq!(near.each_ref().map(counted), [120, 40, 1]);
}

#[test]
fn a_unit_more_in_some_of_few_rows_is_no_formula() {
    for seed in 0..20 {
        let mut csv = "a,b,total\n".to_owned();
        for row in 1000 * seed..1000 * seed + 30 {
            let [a, b] = [1, 2].map(|column| lot(row, column, 90));
            csv += &format!("{a},{b},{}\n", a + b + u64::from(lot(row, 3, 4) == 0));
        }
        let found = texts(&table(&csv));
        let made = |text: &&String| text.contains("total = ") || text.contains("= total");
        assert!(!found.iter().any(|text| made(&text)), "{seed}: {found:?}");
    }
}

#[test]
fn formulas_without_short_factors_are_found() {
    let mut csv = "cm,inches,mean,kg\n".to_owned();
    for row in 0..60 {
        let (cm, kg) =
            (120.0 + lot(row, 1, 800) as f64 / 10.0, 40.0 + lot(row, 2, 500) as f64 / 10.0);
        csv += &format!("{cm:.1},{:.1},{:.1},{kg:.1}\n", cm / 2.54, (cm + kg) / 3.0);
    }
    let found = texts(&table(&csv));
    let makes = |columns: [&str; 2]| {
        found
            .iter()
            .any(|text| text.contains(" = ") && columns.iter().all(|name| text.contains(name)))
    };
    assert!(makes(["cm", "inches"]) && makes(["mean", "kg"]), "{found:?}");
}

#[test]
fn sums_of_earlier_models_are_read() {
    let table = costs(|_, sum| sum);
    let stored = r#"{"relation":"drugs + stay = total","support":120,"exceptions":0,"follows":false,"ties":false}"#;
    let read = Found::of(&serde_json::from_str(stored).unwrap(), &table.schema).unwrap();
    assert_eq!(read, find(&table).into_iter().find(|one| one.relation == read.relation).unwrap());
}

/// `bmi` of weight and height; the first `alone` patients have it without a weight, the next one
/// has no height above 0, and `gaps` lack it.
fn typed_by_hand(alone: usize, gaps: usize) -> Table {
    csv("weight,height,bmi", 200, |row| {
        let (weight, height) = (450 + lot(row, 0, 700), 150 + lot(row, 1, 50));
        let weight = weight as f64 / 10.0;
        let bmi = weight / (height as f64 / 100.0).powi(2);
        match row {
            row if row < alone => format!(",{height},{bmi:.1}"),
            row if row == alone => format!("{weight},0,24.5"),
            row if row <= alone + gaps => format!("{weight},{height},"),
            _ => format!("{weight},{height},{bmi:.1}"),
        }
    })
}

#[test]
fn cells_of_few_patients_without_their_sources_break_no_formula() {
    for (alone, gaps) in [(0, 0), (3, 1), (12, 0), (12, 12)] {
        let cohort = typed_by_hand(alone, gaps);
        let (found, rows, _) = generated(&cohort);
        let formula = found.iter().map(|found| found.relation.text(&cohort.schema));
        let formula =
            formula.into_iter().find(|text| text.starts_with("bmi =")).expect("a formula");
        assert_eq!(broken(&formula, &rows), 0, "{alone} alone, {gaps} gaps: {formula}");
        // The cells of many are learned, those of few are not.
        let [weight, bmi] = ["weight", "bmi"].map(|name| column(&rows, name));
        let is_alone =
            |row: &usize| rows.cells[(*row, weight)].is_nan() && !rows.cells[(*row, bmi)].is_nan();
        let count = (0..rows.rows()).filter(is_alone).count();
        assert_eq!(count > 0, alone >= 5, "{count} rows with {alone} alone");
    }
}

#[test]
fn logarithms_of_columns_are_computed() {
    let lines = |row: usize| {
        let (psa, days) = (1 + lot(row, 0, 9000), lot(row, 1, 400));
        let single = |value: f64| f64::from(value as f32);
        let (psa, days) = (psa as f64 / 10.0, days as f64);
        let titre = lot(row, 2, 60) as f64 / 10.0;
        format!(
            "{psa},{:.2},{},{days},{},{titre},{:.0},{}",
            psa.log10(),
            single((10.0 * psa).ln()),
            single(days.ln_1p()),
            10f64.powf(titre),
            lot(row, 3, 90)
        )
    };
    let cohort = csv("psa,log_psa,ln_psa,days,log_days,titre,units,age", 150, lines);
    let (found, rows) = made(&cohort);
    let known: Vec<String> = found.iter().map(|one| one.relation.text(&cohort.schema)).collect();
    for text in [
        "log_psa = log10(psa)",
        "ln_psa = ln(10 * psa)",
        "log_days = ln(1 + days)",
        "units = 10^titre",
    ] {
        assert!(known.contains(&text.to_owned()), "{text} in {known:?}");
        assert_eq!(broken(text, &rows), 0, "{text}");
    }
    // Of 32-bit numbers the one that people wrote makes the other one.
    let single = csv("nox,log_nox", 150, |row| {
        let nox = (300 + lot(row, 0, 600)) as f32 / 100.0;
        format!("{},{}", f64::from(nox), f64::from(nox.ln()))
    });
    assert!(texts(&single).contains(&"log_nox = ln(nox)".to_owned()), "{:?}", texts(&single));
    // A tenth more in one row is no logarithm.
    let near = csv("psa,log_psa", 150, |row| {
        let psa = (1 + lot(row, 0, 9000)) as f64;
        format!("{psa},{:.2}", psa.ln() + if row == 70 { 0.1 } else { 0.0 })
    });
    assert!(texts(&near).iter().all(|text| !text.contains(" = ")), "{:?}", texts(&near));
}

#[test]
fn what_follows_from_a_logarithm_is_said_once() {
    let cohort = csv("days,log_days,status", 200, |row| {
        let days = [73, 76, 3 + lot(row, 1, 60)][lot(row, 0, 3) as usize];
        let status = if days > 70 { 0 } else { lot(row, 2, 2) };
        format!("{days},{},{status}", f64::from((days as f64).ln() as f32))
    });
    let (_, rows) = made(&cohort);
    let known = texts(&cohort);
    assert!(known.contains(&"log_days = ln(days)".to_owned()), "{known:?}");
    let of_values = known.iter().filter(|text| text.contains("->") && text.contains("log_days"));
    assert_eq!(of_values.count(), 0, "{known:?}");
    known.iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
    // Of 32 bits, as the cohort's are: other last digits would tell them apart.
    let cells = rows.cells.column(column(&rows, "log_days"));
    cells.for_each(|cell| assert_eq!(f64::from(cell as f32), cell));
}
