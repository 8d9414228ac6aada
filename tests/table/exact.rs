//! Linear relations are judged by the printed decimals: a near miss is none.

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
