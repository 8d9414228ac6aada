//! Products of powers: planted ones are found as they were computed, and none where nothing is
//! computed.

use super::lot;
use super::nonsense::csv;
use table::Table;
use table::relations::{Relation, find};

fn formulas(table: &Table) -> Vec<String> {
    let of_formula = |found: &table::relations::Found| match &found.relation {
        Relation::Formula(_) => Some(found.relation.text(&table.schema)),
        _ => None,
    };
    find(table).iter().filter_map(of_formula).collect()
}

#[test]
fn indices_of_weight_and_height_are_found() {
    let table = csv("weight,height,bmi,bsa,age", 200, |row| {
        let weight = (450 + lot(row, 0, 700)) as f64 / 10.0;
        let height = (145 + lot(row, 1, 55)) as f64;
        let (bmi, bsa) = (weight / (height / 100.0).powi(2), (height * weight / 3600.0).sqrt());
        format!("{weight},{height},{bmi:.1},{bsa:.2},{}", 20 + lot(row, 2, 70))
    });
    let found = formulas(&table);
    assert!(found.contains(&"bmi = 10000 * weight / height^2".into()), "{found:?}");
    assert!(found.iter().any(|text| text.starts_with("bsa = sqrt(weight) * sqrt(height) / 60")));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn zeros_and_missing_cells_hide_no_product() {
    let table = csv("cigarettes,years,pack years,dose,weight,per kg", 300, |row| {
        let smokes = lot(row, 0, 3) > 0;
        let (cigarettes, years) =
            if smokes { (1 + lot(row, 1, 40), 1 + lot(row, 2, 50)) } else { (0, 0) };
        let packs = cigarettes as f64 / 20.0 * years as f64;
        let (dose, weight) = (100 + lot(row, 3, 500), (400 + lot(row, 4, 600)) as f64 / 10.0);
        let per_kg = match lot(row, 5, 6) {
            0 => String::new(),
            _ => format!("{:.2}", dose as f64 / weight),
        };
        format!("{cigarettes},{years},{packs:.1},{dose},{weight},{per_kg}")
    });
    let found = formulas(&table);
    assert!(found.contains(&"\"pack years\" = cigarettes * years / 20".into()), "{found:?}");
    assert!(found.contains(&"\"per kg\" = dose / weight".into()), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn of_two_columns_the_finer_one_is_computed() {
    let table = csv("rr,rate,age", 300, |row| {
        let rate = 45 + lot(row, 0, 90);
        format!("{:.0},{rate},{}", 60_000.0 / rate as f64, 20 + lot(row, 1, 60))
    });
    assert_eq!(formulas(&table), ["rr = 60000 / rate"]);
    let (_, rows) = super::nonsense::made(&table);
    let of = |row: usize| [rows.cells[(row, 0)], rows.cells[(row, 1)]];
    assert!((0..rows.rows()).map(of).all(|[rr, rate]| (rr - 60_000.0 / rate).abs() <= 0.5));
}

#[test]
fn what_is_only_nearly_a_product_is_none() {
    let table = csv("weight,height,fat,age", 300, |row| {
        let weight = (450 + lot(row, 0, 700)) as f64 / 10.0;
        let height = (145 + lot(row, 1, 55)) as f64;
        let noise = 0.97 + lot(row, 3, 60) as f64 / 1000.0;
        let fat = weight / (height / 100.0).powi(2) * noise;
        format!("{weight},{height},{fat:.1},{}", 20 + lot(row, 2, 70))
    });
    assert_eq!(formulas(&table), Vec::<String>::new());
}

fn nearly(table: &Table) -> Vec<String> {
    table::relations::nearly(table, &find(table)).iter().map(ToString::to_string).collect()
}

/// Rows of weight, height, index and age; `index` makes the third.
fn indices(index: impl Fn(f64, f64, usize) -> f64) -> Table {
    csv("weight,height,index,age,dose", 300, |row| {
        let weight = (450 + lot(row, 0, 700)) as f64 / 10.0;
        let height = (145 + lot(row, 1, 55)) as f64;
        let (age, dose) = (20 + lot(row, 2, 70), 5 * lot(row, 6, 60));
        format!("{weight},{height},{:.1},{age},{dose}", index(weight, height, row))
    })
}

#[test]
fn a_formula_with_typing_errors_is_named() {
    let bmi = |weight: f64, height: f64| weight / (height / 100.0).powi(2);
    let typed = indices(|weight, height, row| match row % 25 {
        3 => bmi(weight, height) * 1.3,
        _ => bmi(weight, height),
    });
    let said = nearly(&typed);
    assert_eq!(said.len(), 1, "{said:?}");
    let expected = "column \"index\": it is 10000 * weight / height^2 in 96 % of the patients";
    assert!(said[0].starts_with(expected), "{said:?}");
}

#[test]
fn what_others_nearly_make_is_named_and_nothing_else() {
    let noise = |row: usize| lot(row, 9, 1001) as f64 / 1000.0 - 0.5;
    let close = indices(|weight, height, row| 0.7 * weight + 0.2 * height + noise(row) * 1.5);
    let said = nearly(&close);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("nearly a function of \"weight\", \"height\""), "{said:?}");
    let loose = indices(|weight, height, row| 0.7 * weight + 0.2 * height + noise(row) * 15.0);
    assert_eq!(nearly(&loose), Vec::<String>::new());
    let exact = indices(|weight, height, _| weight / (height / 100.0).powi(2));
    assert_eq!(nearly(&exact), Vec::<String>::new());
}

#[test]
fn years_months_and_ages_follow_from_dates() {
    let header = "birth,admission,admission year,month,age,stay";
    let table = csv(header, 300, |row| {
        let (born, age) = (1930 + lot(row, 0, 50), 20 + lot(row, 1, 40));
        let (birth, month, day) = (1 + lot(row, 2, 12), 1 + lot(row, 3, 12), 1 + lot(row, 4, 28));
        let year = born + age;
        let days = |year: u64, month: u64, day: u64| {
            // Days from civil: Howard Hinnant, "chrono-compatible low-level date algorithms".
            let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
            365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1
        };
        let apart = days(year, month, day) - days(born, birth, 15);
        format!(
            "{born}-{birth:02}-15,{year}-{month:02}-{day:02},{year},{month},{},{}",
            (apart as f64 / 365.25).floor(),
            1 + lot(row, 6, 30)
        )
    });
    let found = formulas(&table);
    let expected = [
        "\"admission year\" = year(admission)",
        "\"month\" = month(admission)",
        "age = floor((admission - birth) / 365.25)",
    ];
    for text in expected {
        assert!(found.contains(&text.into()), "{text} is not in {found:?}");
    }
    assert_eq!(found.len(), 3, "{found:?}");
    let (_, rows) = super::nonsense::made(&table);
    for relation in find(&table) {
        let broken = (0..rows.rows())
            .filter(|&row| relation.relation.holds(rows.cells.row(row)) == Some(false));
        assert_eq!(broken.count(), 0, "{}", relation.relation.text(&table.schema));
    }
}
