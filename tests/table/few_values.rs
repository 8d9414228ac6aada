//! Columns of few combinations: whatever a generator makes, only those of the cohort come out, and
//! what follows from another column does so.

use super::lot;
use super::nonsense::{column, csv, made, texts};
use std::collections::HashSet;
use table::Table;
use table::relations::{Found, find, nearly};

fn pairs(table: &Table, columns: &[usize]) -> HashSet<Vec<u64>> {
    let row = |row: usize| columns.iter().map(|&at| table.cells[(row, at)].to_bits()).collect();
    (0..table.rows()).map(row).collect()
}

/// Whether synthetic rows have the combinations of the cohort alone, and most of these.
fn has_the_same(cohort: &Table, names: &[&str]) {
    let (_, rows) = made(cohort);
    let columns: Vec<usize> = names.iter().map(|name| column(cohort, name)).collect();
    let (real, synthetic) = (pairs(cohort, &columns), pairs(&rows, &columns));
    assert!(synthetic.is_subset(&real), "{names:?}: {synthetic:?} and {real:?}");
    assert!(2 * synthetic.len() > real.len(), "{} of {}", synthetic.len(), real.len());
}

fn boxes(row: usize) -> Table {
    csv("site a,site b,site c,site d,age", row, |row| {
        let site = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3][lot(row, 0, 10) as usize];
        let checked = |at: usize| if at == site { "Checked" } else { "Unchecked" };
        let age = 20 + lot(row, 1, 60);
        format!("{},{},{},{},{age}", checked(0), checked(1), checked(2), checked(3))
    })
}

#[test]
fn of_boxes_one_is_checked() {
    let cohort = boxes(300);
    has_the_same(&cohort, &["site a", "site b", "site c", "site d"]);
    let found = texts(&find(&cohort), &cohort);
    let expected = "combinations of: \"site a\", \"site b\", \"site c\", \"site d\"";
    assert!(found.contains(&expected.into()), "{found:?}");
}

#[test]
fn prices_keep_their_taxes() {
    let cohort = csv("price,tax,quantity", 900, |row| {
        let at = lot(row, 0, 9) as usize;
        let price = [1990, 2450, 3100, 3990, 4500, 6000, 7990, 9900, 15_000][at];
        let rate = [0, 5, 19][(at / 3 + usize::from(lot(row, 1, 4) == 0)) % 3];
        let [price, tax] = [price, price * rate / 100].map(|cents| cents as f64 / 100.0);
        format!("{price},{tax:.2},{}", 1 + lot(row, 2, 40))
    });
    has_the_same(&cohort, &["price", "tax"]);
}

#[test]
fn a_region_follows_from_its_city_and_a_dose_from_its_level() {
    let cohort = csv("city,region,level,dose,age", 600, |row| {
        let (city, level) = (lot(row, 0, 24), lot(row, 1, 6));
        let dose = [0.0, 25.0, 50.0, 100.0, 162.5, 300.0][level as usize];
        // One patient alone is of a hamlet: what follows from it is not told.
        let name = if row == 300 { "Hamlet".into() } else { format!("City {city}") };
        format!("{name},R{},step {level},{dose},{}", city % 5, 20 + lot(row, 2, 60))
    });
    let found = texts(&find(&cohort), &cohort);
    for expected in ["region follows from: city", "dose follows from: level"] {
        assert!(found.contains(&expected.into()), "{expected}: {found:?}");
    }
    let stored = |found: Found| serde_json::to_string(&found.stored(&cohort.schema)).unwrap();
    let stored: String = find(&cohort).into_iter().map(stored).collect();
    let rare = column(&cohort, "city");
    let rare = cohort.schema.columns[rare].levels.iter().position(|level| level == "Hamlet");
    let pair = |city: usize| format!("[{city}.0,");
    assert!(stored.contains(&pair(3)) && !stored.contains(&pair(rare.unwrap())), "{stored}");
    has_the_same(&cohort, &["city", "region"]);
    has_the_same(&cohort, &["level", "dose"]);
}

#[test]
fn a_group_of_ages_follows_from_the_age() {
    let cohort = csv("age,group,sex,weight", 400, |row| {
        let age = 20 + lot(row, 0, 70);
        let group = if age < 45 { "young" } else { ["old", "middle"][usize::from(age < 65)] };
        let sex = ["f", "m"][lot(row, 1, 2) as usize];
        format!("{age},{group},{sex},{}", 50 + lot(row, 2, 50))
    });
    let (found, rows) = made(&cohort);
    let found = texts(&found, &cohort);
    assert!(found.contains(&"group follows from: age".into()), "{found:?}");
    let [age, group] = ["age", "group"].map(|name| column(&rows, name));
    for row in 0..rows.rows() {
        let (age, level) = (rows.cells[(row, age)], rows.cells[(row, group)]);
        let group = rows.schema.columns[group].levels[level as usize].as_str();
        let expected =
            if age < 45.0 { "young" } else { ["old", "middle"][usize::from(age < 65.0)] };
        assert_eq!(group, expected, "{age}");
    }
}

#[test]
fn a_box_says_whether_any_other_is_checked() {
    let cohort = csv("heart,lung,liver,kidney,none,any drug,one,two", 500, |row| {
        // The last one is rare, so that no implication is found for it.
        let has = |at: usize| lot(row, at, if at == 3 { 14 } else { 3 }) == 0;
        let word = |yes: bool| if yes { "yes" } else { "no" };
        let all = [0, 1, 2, 3].map(has);
        let [heart, lung, liver, kidney] = all.map(word);
        let (one, two) = (lot(row, 6, 3) == 0, lot(row, 7, 5) == 0);
        let (none, any) = (word(!all.contains(&true)), word(one || two));
        format!("{heart},{lung},{liver},{kidney},{none},{any},{},{}", word(one), word(two))
    });
    let (found, rows) = made(&cohort);
    let found: Vec<_> = found
        .into_iter()
        .filter(|found| found.relation.text(&cohort.schema).contains("<->"))
        .collect();
    let found_texts = texts(&found, &cohort);
    let expected = "none = no <-> heart = yes or lung = yes or liver = yes or kidney = yes";
    assert!(found_texts.contains(&expected.into()), "{found_texts:?}");
    assert!(found_texts.contains(&"\"any drug\" = yes <-> one = yes or two = yes".into()));
    for row in 0..rows.rows() {
        for one in &found {
            assert_ne!(one.relation.holds(rows.cells.row(row)), Some(false), "{found_texts:?}");
        }
    }
}

#[test]
fn independent_columns_of_few_values_have_all_combinations() {
    let cohort = csv("sex,stage,grade,site,score,dose", 400, |row| {
        let sex = ["f", "m"][lot(row, 0, 2) as usize];
        let stage = ["I", "II", "III", "IV"][lot(row, 1, 4) as usize];
        let site = ["a", "b", "c", "d", "e", "f", "g"][lot(row, 3, 7) as usize];
        let dose = 5 * (1 + lot(row, 5, 8));
        format!("{sex},{stage},G{},{site},{},{dose}", lot(row, 2, 3), lot(row, 4, 30))
    });
    assert_eq!(texts(&find(&cohort), &cohort), Vec::<String>::new());
}

/// Columns that a program computed of a count, with all their decimals: of so few values any product
/// of powers may fit, and what fits would make columns of each other.
#[test]
fn functions_of_a_count_follow_from_it_and_not_it_from_them() {
    type Functions = [fn(f64) -> f64; 3];
    let kinds: [(u64, Functions); 4] = [
        (9, [|n| 2f64.powf(n), |n| 1.0 / (1.0 + n), |n| (n + 0.5).ln() + 2.0]),
        (30, [|n| 10.0 / (n + 1.0), |n| n.ln_1p(), |n| (n + 1.0) * (n + 1.0).ln()]),
        (12, [|n| 1.0 / (n + 2.0), |n| (n + 1.0).sqrt(), |n| n * n + 3.0]),
        (20, [|n| (-n / 5.0).exp(), |n| 100.0 / (n + 4.0), |n| (n + 1.0).powf(1.5)]),
    ];
    for (at, (counts, functions)) in kinds.into_iter().enumerate() {
        let cohort = csv("count,a,b,c,age", 400, |row| {
            let n = lot(row, at, counts).min(lot(row, at + 10, counts)) as f64;
            let [a, b, c] = functions.map(|of| of(n));
            format!("{n},{a},{b},{c},{}", 20 + lot(row, 1, 60))
        });
        let found = texts(&find(&cohort), &cohort);
        let formula = |text: &String| text.starts_with("count = ") && !text.contains("->");
        assert!(!found.iter().any(formula), "{found:?}");
        let told = nearly(&cohort, &find(&cohort));
        assert!(told.is_empty(), "{told:?}");
        let (_, rows) = made(&cohort);
        // Levels of few patients are missing, and say nothing.
        let whole = (0..rows.rows()).map(|row| rows.cells.row(row));
        let whole: Vec<_> = whole.filter(|row| row.iter().all(|cell| !cell.is_nan())).collect();
        assert!(whole.len() > rows.rows() / 2, "{at}: {} of {}", whole.len(), rows.rows());
        for cells in whole {
            for (column, of) in functions.iter().enumerate() {
                let (got, wanted) = (cells[column + 1], of(cells[0]));
                assert!((got - wanted).abs() <= 1e-9 * wanted.abs(), "{at}: {got} and {wanted}");
            }
        }
    }
}
