//! Columns that several others decide: whatever a generator makes, the decision is that of the
//! cohort.

use super::lot;
use super::nonsense::{column, csv, made, texts};
use std::collections::{HashMap, HashSet};
use table::Table;
use table::relations::{Found, Relation, find};

/// The decision table of a column among relations.
fn decides<'a>(found: &'a [Found], cohort: &Table, name: &str) -> Option<&'a Found> {
    let at = column(cohort, name);
    let is =
        |one: &&Found| matches!(one.relation, Relation::Decision { column, .. } if column == at);
    found.iter().find(is)
}

/// The relations of rows of a generator that knows nothing, and in how many rows the columns are
/// together as they are in five patients of the cohort at least; in no row they contradict these.
fn as_in_the_cohort(cohort: &Table, names: &[&str]) -> (Vec<String>, usize) {
    let (found, rows) = made(cohort);
    let columns: Vec<usize> = names.iter().map(|name| column(cohort, name)).collect();
    let (last, sources) = columns.split_last().unwrap();
    let key = |table: &Table, row: usize| -> Vec<u64> {
        sources.iter().map(|&at| table.cells[(row, at)].to_bits()).collect()
    };
    let mut known: HashMap<Vec<u64>, (u64, usize)> = HashMap::new();
    for row in 0..cohort.rows() {
        let one =
            known.entry(key(cohort, row)).or_insert((cohort.cells[(row, *last)].to_bits(), 0));
        one.1 += 1;
    }
    let mut same = 0;
    for row in 0..rows.rows() {
        if let Some((cell, patients)) = known.get(&key(&rows, row))
            && *patients >= 5
        {
            assert_eq!(
                rows.cells[(row, *last)].to_bits(),
                *cell,
                "{:?} {names:?}",
                rows.cells.row(row)
            );
            same += 1;
        }
    }
    (texts(&found, cohort), same)
}

/// Stages of a tumour, and groups of them, by its extent, nodes and metastases.
fn tumours(rows: usize) -> Table {
    csv("t,n,m,stage,group,age", rows, |row| {
        let (t, n) = (1 + lot(row, 0, 4), lot(row, 1, 10).saturating_sub(6));
        let m = u64::from(lot(row, 2, 8) == 0);
        let stage = match (t, n, m) {
            (_, _, 1) => "IV",
            (1, 0, _) => "I",
            (_, 0, _) if t < 4 => "II",
            (_, 1, _) if t < 3 => "II",
            _ => "III",
        };
        let group = match stage {
            "IV" => "distant",
            "III" => "regional",
            _ => "local",
        };
        format!("T{t},N{n},M{m},{stage},{group},{}", 30 + lot(row, 3, 60))
    })
}

#[test]
fn a_stage_follows_from_three_columns() {
    let cohort = tumours(800);
    let (known, same) = as_in_the_cohort(&cohort, &["t", "n", "m", "stage"]);
    // Metastases say the group, and the group says them; the group still follows from the stage.
    for expected in ["stage follows from: t, n, m", "group follows from: stage"] {
        assert!(known.contains(&expected.into()), "{expected}: {known:?}");
    }
    assert!(same > 500, "{same}");
    as_in_the_cohort(&cohort, &["stage", "group"]);
}

#[test]
fn a_missing_cell_is_a_case_of_its_own() {
    // A second test is made where the first one leaves it open.
    let cohort = csv("first,second,status,age", 600, |row| {
        let first = lot(row, 0, 5);
        let second = if [1, 2].contains(&first) { 1 + lot(row, 1, 2) } else { 0 };
        let status = match (first, second) {
            (0, _) | (1, 1) => "negative",
            (2, 2) | (3.., _) => "positive",
            _ => "equivocal",
        };
        let second = ["", "low", "high"][second as usize];
        format!("{first}+,{second},{status},{}", 30 + lot(row, 3, 60))
    });
    let (known, same) = as_in_the_cohort(&cohort, &["first", "second", "status"]);
    assert!(known.contains(&"status follows from: first, second".into()), "{known:?}");
    assert!(same > 500, "{same}");
}

/// Anaemia by sex and haemoglobin, missing in some.
fn anaemia() -> Table {
    csv("sex,hb,anaemia,age", 500, |row| {
        let female = lot(row, 0, 2) == 0;
        let hb = 80 + lot(row, 1, 80);
        let anaemia = if hb < if female { 120 } else { 130 } { "yes" } else { "no" };
        let sex = if female { "f" } else { "m" };
        let (hb, anaemia) = match lot(row, 4, 12) {
            0 => (String::new(), ""),
            _ => (format!("{:.1}", hb as f64 / 10.0), anaemia),
        };
        format!("{sex},{hb},{anaemia},{}", 30 + lot(row, 3, 60))
    })
}

#[test]
fn limits_of_a_number_go_by_another_column() {
    let cohort = anaemia();
    let (found, rows) = made(&cohort);
    let known = texts(&found, &cohort);
    assert!(known.contains(&"anaemia follows from: sex, hb".into()), "{known:?}");
    let [sex, hb, anaemia] = ["sex", "hb", "anaemia"].map(|name| column(&rows, name));
    let level = |row: usize, at: usize| match rows.cells[(row, at)] {
        cell if cell.is_nan() => "",
        cell => rows.schema.columns[at].levels[cell as usize].as_str(),
    };
    let mut seen = HashSet::new();
    for row in 0..rows.rows() {
        let (is, hb) = (level(row, anaemia), rows.cells[(row, hb)]);
        if is.is_empty() || hb.is_nan() {
            continue;
        }
        let limit = if level(row, sex) == "f" { 12.0 } else { 13.0 };
        assert_eq!(is == "yes", hb < limit, "{hb} {}", level(row, sex));
        seen.insert((level(row, sex), is));
    }
    assert_eq!(seen.len(), 4);
}

#[test]
fn a_risk_by_a_score_has_limits_and_not_a_case_for_each_score() {
    let cohort = csv("score,any_three,risk,age", 500, |row| {
        let (score, three) = (lot(row, 0, 13).min(lot(row, 4, 13)), lot(row, 1, 4) == 0);
        let risk = match score {
            0..5 if !three => "low",
            0..5 => "low-medium",
            5..7 => "medium",
            _ => "high",
        };
        format!("{score},{},{risk},{}", if three { "yes" } else { "no" }, 30 + lot(row, 3, 60))
    });
    let found = find(&cohort);
    let decision = decides(&found, &cohort, "risk").expect("a decision");
    let stored = serde_json::to_value(decision.stored(&cohort.schema)).unwrap();
    assert_eq!(stored["decision"]["cases"].as_array().map(Vec::len), Some(2), "{stored}");
    // Read back it says the same.
    let stored = serde_json::from_value(stored).unwrap();
    let again = Found::of(&stored, &cohort.schema).unwrap();
    let same = |row: usize| {
        let row = cohort.cells.row(row);
        again.relation.holds(row) == decision.relation.holds(row)
    };
    assert!((0..cohort.rows()).all(same));
}

#[test]
fn what_few_patients_decide_is_not_stored() {
    // Three patients alone have T4 N3.
    let cohort = csv("t,n,stage,age", 600, |row| {
        let (t, n) = if row < 3 { (4, 3) } else { (1 + lot(row, 0, 4), lot(row, 1, 3)) };
        let stage = ["I", "II", "III"][((t + n) / 2).min(3) as usize - usize::from(t + n > 1)];
        format!("T{t},N{n},{stage},{}", 30 + lot(row, 3, 60))
    });
    let found = find(&cohort);
    let decision = decides(&found, &cohort, "stage").expect("a decision");
    let cases = serde_json::to_value(decision.stored(&cohort.schema)).unwrap();
    let cases = cases["decision"]["cases"].as_array().unwrap().clone();
    let n3 = cohort.schema.columns[column(&cohort, "n")].levels.iter().position(|n| n == "N3");
    let of_few = |case: &serde_json::Value| case["cells"][1] == n3.unwrap() as f64;
    assert!(cases.len() >= 10 && !cases.iter().any(of_few), "{cases:?}");
}

#[test]
fn what_one_column_says_needs_no_second_one() {
    let cohort = csv("city,region,sex,grade,age", 600, |row| {
        let city = lot(row, 0, 12);
        let sex = ["f", "m"][lot(row, 1, 2) as usize];
        format!("City {city},R{},{sex},G{},{}", city % 5, lot(row, 2, 3), 30 + lot(row, 3, 60))
    });
    let found = find(&cohort);
    let decisions = found.iter().filter(|one| matches!(one.relation, Relation::Decision { .. }));
    assert_eq!(decisions.count(), 0, "{:?}", texts(&found, &cohort));
}

#[test]
fn independent_columns_decide_nothing() {
    for seed in 0..20 {
        // Rare events, many levels, scores, and a number: whatever chance may do.
        let cohort = csv("a,b,c,d,rare,rarer,score,x,y", 300, |row| {
            let lot = |salt: usize, below: u64| lot(row, 20 * seed + salt, below);
            let rare = |salt: usize, of: u64| if lot(salt, of) == 0 { "yes" } else { "no" };
            let (x, y) = (lot(7, 100_000), lot(8, 70));
            format!(
                "a{},b{},c{},d{},{},{},{},{x},{y}",
                lot(0, 2),
                lot(1, 4),
                lot(2, 9),
                lot(3, 20),
                rare(4, 12),
                rare(5, 40),
                lot(6, 15).min(lot(9, 15)),
            )
        });
        let found = find(&cohort);
        let decisions =
            found.iter().filter(|one| matches!(one.relation, Relation::Decision { .. }));
        assert_eq!(decisions.count(), 0, "{seed}: {:?}", texts(&found, &cohort));
    }
}

#[test]
fn a_user_may_say_what_decides() {
    let cohort = tumours(400);
    let text = "stage follows from: t, n, m";
    let relation = Relation::parse(text, &cohort.schema).unwrap();
    assert_eq!(relation.text(&cohort.schema), text);
    let counted = Found::count(relation, &cohort);
    assert_eq!((counted.exceptions, counted.support), (0, 400));
    for wrong in
        ["stage follows from: t, stage", "stage follows from: t, t", "stage follows from: t, "]
    {
        assert!(Relation::parse(wrong, &cohort.schema).is_err(), "{wrong}");
    }
}
