//! Structure that patients keep: whatever a generator makes, orders, computed columns and shared
//! values come out as every training row has them.

use super::nonsense::{broken, column, csv, made, texts};
use super::{lot, read, table};
use ground::blocks::BlockKind;
use table::Table;
use table::relations::{Expression, Found, Relation, find, worth_keeping};
use table::typed::{TypedEncoder, TypedOptions};

fn range(table: &Table, column: usize) -> [f64; 2] {
    let cells = || table.cells.column(column).filter(|cell| !cell.is_nan());
    [cells().fold(f64::INFINITY, f64::min), cells().fold(f64::NEG_INFINITY, f64::max)]
}

#[test]
fn a_chain_of_days_with_gaps_is_kept_and_no_gap_is_longer_than_the_cohorts() {
    let cohort = csv("referral,surgery,follow_up", 300, |row| {
        let referral = lot(row, 0, 900);
        let surgery = referral + 1 + lot(row, 1, 20);
        let follow_up = surgery + 5 + lot(row, 2, 30);
        let gap = |column: usize, day: u64| match lot(row, column, 5) {
            0 => String::new(),
            _ => day.to_string(),
        };
        format!("{referral},{},{}", gap(3, surgery), gap(4, follow_up))
    });
    let (_, rows) = made(&cohort);
    let [referral, surgery, follow_up] =
        ["referral", "surgery", "follow_up"].map(|name| column(&rows, name));
    let mut present = 0;
    for row in 0..rows.rows() {
        let cells = rows.cells.row(row);
        for (low, high, longest) in
            [(referral, surgery, 20.0), (surgery, follow_up, 34.0), (referral, follow_up, 54.0)]
        {
            let apart = cells[high] - cells[low];
            assert!(apart.is_nan() || (1.0..=longest).contains(&apart), "{cells:?}");
        }
        present += usize::from(cells.iter().all(|cell| !cell.is_nan()));
    }
    assert!(present > 500, "{present} complete rows");
}

#[test]
fn an_order_that_ranges_explain_is_no_distance() {
    let cohort =
        csv("children,age", 300, |row| format!("{},{}", lot(row, 0, 12), 20 + lot(row, 1, 70)));
    let found = find(&cohort);
    assert!(found.is_empty(), "{:?}", texts(&found, &cohort));
}

#[test]
fn linear_columns_are_found_and_computed() {
    let cohort = csv("kg,lb,neutro,lympho,other,noise", 300, |row| {
        let kg = 450 + lot(row, 0, 700);
        let (lympho, other) = (10 + lot(row, 1, 30), 5 + lot(row, 2, 25));
        let lb = (kg as f64 * 2.2).round() / 10.0;
        let (kg, neutro) = (kg as f64 / 10.0, 100 - lympho - other);
        format!("{kg:.1},{lb:.1},{neutro},{lympho},{other},{}", lot(row, 3, 99))
    });
    let (found, rows) = made(&cohort);
    let known = texts(&found, &cohort);
    let computed: Vec<&String> =
        known.iter().filter(|text| text.contains('*') || text.contains("100")).collect();
    assert_eq!(computed.len(), 2, "{known:?}");
    for text in computed {
        assert_eq!(broken(text, &rows), 0, "{text}");
        assert!(!text.contains("noise"), "{text}");
    }
    for name in ["kg", "lb", "neutro", "lympho", "other"] {
        let at = column(&cohort, name);
        let ([least, most], [low, high]) = (range(&cohort, at), range(&rows, at));
        assert!(least <= low && high <= most, "{name}: {low} to {high} of {least} to {most}");
    }
}

#[test]
fn four_parts_make_a_total_and_independent_columns_make_nothing() {
    let cohort = csv("a,b,c,d,total,e,f", 200, |row| {
        let part = |at: usize| lot(row, at, 90) as f64 / 10.0;
        let total: f64 = (0..4).map(part).sum();
        let others = format!("{},{}", lot(row, 8, 400), lot(row, 9, 60));
        format!("{},{},{},{},{total:.1},{others}", part(0), part(1), part(2), part(3))
    });
    let (found, rows) = made(&cohort);
    let known = texts(&found, &cohort);
    let total = known.iter().find(|text| text.contains(" = ")).expect("a total");
    assert!(["a", "b", "c", "d", "total"].iter().all(|name| total.contains(name)), "{total}");
    assert_eq!(broken(total, &rows), 0);
    let names = |text: &String| text.split(' ').any(|word| word == "e" || word == "f");
    assert!(!known.iter().any(names), "{known:?}");
}

#[test]
fn a_formula_of_the_schema_is_computed() {
    let schema = "[[column]]\nname = \"weight\"\nkind = \"numerical\"\n\
         [[column]]\nname = \"height\"\nkind = \"integer\"\n\
         [[column]]\nname = \"bmi\"\nkind = \"numerical\"\nformula = \"weight / (height / 100)^2\"\n";
    let lines: String = (0..200)
        .map(|row| {
            let (weight, height) = (450 + lot(row, 0, 700), 150 + lot(row, 1, 50));
            let weight = weight as f64 / 10.0;
            let bmi = weight / (height as f64 / 100.0).powi(2);
            format!("{weight:.1},{height},{bmi:.1}\n")
        })
        .collect();
    let text = format!("weight,height,bmi\n{lines}");
    let (cohort, _) = read(text.as_bytes(), Some(schema)).unwrap();
    let (found, rows) = made(&cohort);
    let relation = &found[0];
    assert_eq!(relation.relation.text(&cohort.schema), "bmi = weight / (height / 100)^2");
    assert_eq!((relation.support, relation.exceptions), (200, 0));
    let [weight, height, bmi] = ["weight", "height", "bmi"].map(|name| column(&rows, name));
    for row in 0..rows.rows() {
        let cells = rows.cells.row(row);
        let made = cells[weight] / (cells[height] / 100.0).powi(2);
        assert!((cells[bmi] - made).abs() <= 0.050_001, "{cells:?}");
    }
    let wrong = schema.replace("height / 100", "size / 100");
    let problem = read(text.as_bytes(), Some(&wrong)).unwrap_err().to_string();
    assert!(problem.contains("\"size\"") && problem.contains("bmi"), "{problem}");
}

#[test]
fn formulas_are_read_as_they_are_written() {
    let cohort = csv("a,b-c,b,log10", 30, |row| format!("{row}.5,{},{},2", row * row, row % 7));
    let value = |text: &str| {
        Expression::parse(text, &cohort.schema).map(|e| e.value(&[2.0, 3.0, 5.0, 100.0]))
    };
    for (text, expected) in [
        ("a + b * 2", 12.0),
        ("-a^2", -4.0),
        ("a - b - 1", -4.0),
        ("a / b / 2", 0.2),
        ("2^3^2", 512.0),
        ("b-c + 1", 4.0),
        ("b-a", 3.0),
        ("\"b-c\" - 1", 2.0),
        ("log10(\"log10\")", 2.0),
        ("floor(b / a) + sqrt(a * 8)", 6.0),
        ("1e2 * (a + .5)", 250.0),
    ] {
        let read = Expression::parse(text, &cohort.schema).unwrap();
        assert_eq!(read.value(&[2.0, 3.0, 5.0, 100.0]), expected, "{text}");
        let written = read.text(&cohort.schema);
        assert_eq!(value(&written), Ok(expected), "{text} as {written}");
    }
    for text in ["", "a +", "(a", "a b", "nothing", "a ? b", "a)", "1..2", "\"a", "sqrt a"] {
        assert!(value(text).is_err(), "{text}");
    }
    assert!(value(&"(".repeat(400)).is_err() && value(&"-".repeat(501)).is_err());
}

#[test]
fn a_code_for_the_living_is_a_choice_and_never_a_survival() {
    let cohort = csv("os_days,death,death_day", 300, |row| {
        let (days, dead) = (5 + lot(row, 0, 800), lot(row, 1, 2) == 1);
        let day = if dead { days.to_string() } else { "-1".into() };
        format!("{days},{},{day}", u8::from(dead))
    });
    let (_, rows) = made(&cohort);
    let [os, death, day] = ["os_days", "death", "death_day"].map(|name| column(&rows, name));
    for row in 0..rows.rows() {
        let cells = rows.cells.row(row);
        assert!(cells[os] >= 5.0, "{cells:?}");
        let expected = if cells[death] == 1.0 { cells[os] } else { -1.0 };
        assert_eq!(cells[day], expected, "{cells:?}");
    }
}

/// A day of surgery that many share, on or before the day of discharge: where a generator puts the
/// discharge before that day, the surgery is as early.
#[test]
fn a_shared_value_does_not_pass_the_column_above_it() {
    let cohort = csv("theatre,surgery,discharge", 400, |row| {
        let theatre = lot(row, 0, 2) == 0;
        let discharge = 3 + lot(row, 1, 60);
        let surgery = match (theatre, lot(row, 2, 2)) {
            (false, _) => discharge,
            (true, 0) => discharge.min(9),
            _ => lot(row, 3, discharge.min(40)),
        };
        format!("{},{surgery},{discharge}", ["no", "yes"][usize::from(theatre)])
    });
    let (found, rows) = made(&cohort);
    let known = texts(&found, &cohort);
    assert!(known.contains(&"surgery <= discharge".to_owned()), "{known:?}");
    assert_eq!(broken("surgery <= discharge", &rows), 0);
    assert_eq!(broken("theatre=no -> surgery = discharge", &rows), 0);
}

#[test]
fn shared_values_keep_their_gates_and_round_numbers_are_none() {
    let cohort = csv("smoker,packs,pressure", 400, |row| {
        let smoker = lot(row, 0, 3) == 0;
        let packs = if smoker { 1 + lot(row, 1, 60) } else { 0 };
        let pressure =
            100 + 10 * lot(row, 2, 8) + if lot(row, 3, 3) == 0 { lot(row, 4, 10) } else { 0 };
        format!("{},{packs},{pressure}", if smoker { "yes" } else { "no" })
    });
    let found = find(&cohort);
    let encoder = TypedEncoder::fit(&cohort, &found, &TypedOptions::default()).unwrap();
    // smoker, packs with its choice behind all columns, pressure as it is.
    assert_eq!(encoder.block_columns(), [0, 1, 2, 3]);
    let (_, rows) = made(&cohort);
    for row in 0..rows.rows() {
        let cells = rows.cells.row(row);
        assert_eq!(cells[0] == 0.0, cells[1] == 0.0, "{cells:?}");
    }
}

#[test]
fn an_implication_to_a_level_leaves_a_missing_cell_where_patients_have_one() {
    let cohort = csv("group,tx", 300, |row| {
        let group = ["a", "b", "c"][lot(row, 0, 3) as usize];
        let tx = match (group, lot(row, 1, 2)) {
            ("a", 0) => "",
            ("a", _) => "none",
            (_, 0) => "drug",
            _ => "none",
        };
        format!("{group},{tx}")
    });
    let (found, rows) = made(&cohort);
    assert!(texts(&found, &cohort).contains(&"group = a -> tx = none".to_owned()));
    let of_a = (0..rows.rows()).filter(|&row| rows.cells[(row, 0)] == 0.0);
    let (missing, drug) = of_a.fold((0, 0), |(missing, drug), row| {
        let tx = rows.cells[(row, 1)];
        (missing + usize::from(tx.is_nan()), drug + usize::from(tx == 0.0))
    });
    assert!(missing > 100 && drug == 0, "{missing} missing, {drug} drug");
}

#[test]
fn nominal_columns_are_choices_up_to_fifty_levels() {
    for (levels, blocks) in
        [(15, BlockKind::Levels), (50, BlockKind::Levels), (51, BlockKind::Number)]
    {
        // A schema names the levels: so many different words alone look like free text.
        let names: Vec<String> = (0..levels).map(|at| format!("\"site {at}\"")).collect();
        let schema = format!(
            "[[column]]\nname = \"site\"\nkind = \"nominal\"\nlevels = [{}]\n",
            names.join(", ")
        );
        let rows: String = (0..10 * levels).map(|row| format!("site {}\n", row % levels)).collect();
        let (cohort, _) = read(format!("site\n{rows}").as_bytes(), Some(&schema)).unwrap();
        let encoder = TypedEncoder::fit(&cohort, &[], &TypedOptions::default()).unwrap();
        assert_eq!(encoder.blocks().each[0].kind, blocks, "{levels} levels");
        assert_eq!(encoder.warnings().len(), usize::from(blocks == BlockKind::Number));
    }
}

#[test]
fn what_no_row_breaks_is_kept_beside_what_is_given_up() {
    let cohort = csv("low,high,a,b", 300, |row| {
        let low = lot(row, 0, 500);
        format!("{low},{},{},{}", low + lot(row, 1, 9), lot(row, 2, 2), lot(row, 3, 300))
    });
    let found = vec![
        Found::count(Relation::parse("low <= high", &cohort.schema).unwrap(), &cohort),
        Found::count(Relation::parse("b <= low", &cohort.schema).unwrap(), &cohort),
    ];
    let support = table::condition::Support::of(&cohort);
    let (kept, given_up) = worth_keeping(found, &cohort, &support, 1);
    assert_eq!(texts(&kept, &cohort), ["low <= high"]);
    assert_eq!(texts(&given_up, &cohort), ["b <= low"]);
}

#[test]
fn numbers_stay_on_their_side_of_a_value_in_the_middle() {
    let cohort = csv("change,course,age", 400, |row| {
        let change = match lot(row, 0, 10) {
            0..3 => 0,
            3..7 => 1 + lot(row, 1, 40) as i64,
            _ => -1 - lot(row, 2, 12) as i64,
        };
        let course = ["worse", "same", "better"][(change.signum() + 1) as usize];
        format!("{change},{course},{}", 20 + lot(row, 3, 60))
    });
    let (found, rows) = made(&cohort);
    let texts = texts(&found, &cohort);
    for text in ["course = better -> change > 0", "course = worse -> change < 0"] {
        assert!(texts.contains(&text.into()), "{text} is not in {texts:?}");
        assert_eq!(broken(text, &rows), 0, "{text}");
    }
    let change = column(&rows, "change");
    let [least, most] = range(&rows, change);
    assert!(least >= -12.0 && most <= 40.0, "{least} to {most}");
    assert!(least < -6.0 && most > 20.0, "{least} to {most}");
}
