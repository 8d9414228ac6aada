//! Kinds beyond numbers and levels: identifiers in digits, codes, digits that count, dates, limits,
//! units and choices.

use super::{input_message, read, same, table, written};
use table::read::Sheet;
use table::{Kind, Schema, Table};

/// A table of rows, made by a function of the row's number.
pub(super) fn csv(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    (0..rows).fold(format!("{header}\n"), |csv, number| csv + &row(number) + "\n")
}

/// Lots in [0, 1) that look like chance.
fn lot(row: usize, seed: usize) -> f64 {
    let mut state = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (seed as u64) << 32;
    for _ in 0..2 {
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state ^= state >> 31;
    }
    (state >> 11) as f64 / 2f64.powi(53)
}

fn whole(row: usize, seed: usize, low: f64, high: f64) -> i64 {
    (low + (high - low) * lot(row, seed)).floor() as i64
}

pub(super) fn refusal(csv: &str) -> String {
    let message = input_message(read(csv.as_bytes(), None));
    assert!(!message.contains('\n'), "not one line: {message}");
    message
}

pub(super) fn kind(csv: &str) -> Kind {
    table(csv).schema.columns[0].kind
}

#[test]
fn all_columns_that_cannot_be_used_come_in_one_message() {
    let header = "record,age,patient no,ferritin,dose,insurance,seen,words";
    let text = csv(header, 60, |row| {
        let ferritin =
            if row % 4 == 0 { "<15".into() } else { whole(row, 1, 16.0, 300.0).to_string() };
        format!(
            "P-{row:04},{},{},{ferritin},{} mg,0{},{:02}/{:02}/2021,seen on day {row} by the nurse of ward {}",
            whole(row, 2, 30.0, 80.0),
            7000 + row,
            whole(row, 3, 10.0, 900.0),
            whole(row, 4, 1e8, 9e8),
            1 + row % 9,
            1 + row % 11,
            row % 7,
        )
    });
    let message = refusal(&text);
    for part in [
        "cohort.csv: 7 columns cannot be used",
        "\"record\": text with 60 distinct values in 60 cells",
        "\"patient no\": 60 different whole numbers",
        "\"ferritin\": a column of numbers in which 15 of 60 cells begin with < or >",
        "\"dose\": a column of numbers in which 60 of 60 cells have a unit, or other letters,",
        "\"insurance\": codes in digits (60 different in 60 cells, 60 begin with a zero)",
        "\"seen\": dates whose day and month cannot be told apart",
        "\"words\": text with 60 distinct values in 60 cells looks like free text",
        "leave them out with --drop 'record,patient no,ferritin,dose,insurance,seen,words'",
        "for \"record\", \"insurance\", \"words\": list its levels in a schema",
        "for \"dose\": name the one unit in a schema",
    ] {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    for value in ["P-0001", "7000", "<15", "nurse", "/2021"] {
        assert!(!message.contains(value), "a patient's value {value:?} in: {message}");
    }
    let sheet = Sheet::from_bytes(text.as_bytes(), "cohort.csv").unwrap();
    let names = ["record", "patient no", "ferritin", "dose", "insurance", "seen", "words"];
    assert!(sheet.without(&names).unwrap().infer().is_ok());
}

#[test]
fn one_such_column_is_named_with_its_own_remedy() {
    let message = refusal(&csv("crp", 40, |row| match row % 5 {
        0 => ">200".into(),
        _ => format!("{:.1}", 200.0 * lot(row, 1)),
    }));
    for part in ["cohort.csv, column \"crp\": ", "8 of 40", "--drop crp", "limits = ["] {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    // A few cells with a unit in a column of numbers.
    let message = refusal(&csv("weight", 40, |row| match row {
        7 => "81 kg".into(),
        _ => whole(row, 1, 45.0, 110.0).to_string(),
    }));
    assert!(
        message.contains("1 of 40 cells have a unit, or other letters,")
            && message.contains("unit = ")
    );
}

#[test]
fn levels_with_signs_and_units_stay_levels() {
    let text = csv("falls,course", 60, |row| {
        format!("{},{}", ["0", "1", "2", ">2"][row % 4], ["2 weeks", "4 weeks", "6 weeks"][row % 3])
    });
    let (table, warnings) = read(text.as_bytes(), None).unwrap();
    assert_eq!(table.schema.columns[0].kind, Kind::Nominal);
    assert_eq!(table.schema.columns[1].levels, ["2 weeks", "4 weeks", "6 weeks"]);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(written(&table), text);
}

#[test]
fn usual_words_beside_few_numbers_are_levels() {
    let children = |often: usize| {
        csv("children", 200, |row| match row < often {
            true => "4 or more".into(),
            false => (row % 4).to_string(),
        })
    };
    let (table, warnings) = read(children(10).as_bytes(), None).unwrap();
    assert_eq!(table.schema.columns[0].levels, ["0", "1", "2", "3", "4 or more"]);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    // A slip of the pen is none.
    assert!(refusal(&children(1)).contains("row 1, column \"children\""));
}

#[test]
fn codes_in_digits_keep_their_digits() {
    let text = csv("clinic,barcode,age", 60, |row| {
        let clinic = ["0101", "0102", "1101", "0000"][row % 4];
        format!("{clinic},900719925474099{},{}", [1, 3, 5][row % 3], 30 + row % 31)
    });
    let (table, warnings) = read(text.as_bytes(), None).unwrap();
    assert_eq!(written(&table), text);
    let kinds: Vec<Kind> = table.schema.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [Kind::Nominal, Kind::Nominal, Kind::Integer]);
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    let many = csv("zip", 60, |row| format!("{:05}", whole(row, 1, 1.0, 99_999.0)));
    assert!(refusal(&many).contains("begin with a zero"));
    let long = csv("barcode", 60, |row| format!("9907199254{:06}", whole(row, 1, 0.0, 999_999.0)));
    assert!(refusal(&long).contains("60 are of more digits than a number keeps"));
    // A schema that says number gets no other number either.
    let schema = "column = [{ name = \"barcode\", kind = \"integer\" }]";
    let message = input_message(read(b"barcode\n12\n9007199254740993\n", Some(schema)));
    assert!(message.contains("row 2, column \"barcode\"") && message.contains("2^53"), "{message}");
    // Zero, decimals below one and negative numbers are no codes.
    assert_eq!(kind(&csv("x", 30, |row| format!("0.{row}"))), Kind::Numerical);
    assert_eq!(kind(&csv("x", 40, |row| (row as i64 % 31 - 12).to_string())), Kind::Integer);
}

#[test]
fn numbers_of_many_sizes_keep_their_digits() {
    let text = csv("titre,dose", 60, |row| {
        let titre = 10f64.powf(16.0 * lot(row, 1) - 9.0);
        format!("{titre:.3e},{:.2}", 900.0 * lot(row, 2))
    });
    let table = table(&text);
    let [titre, dose] = &table.schema.columns[..] else { panic!("two columns") };
    assert_eq!((titre.digits, dose.digits, dose.decimals), (Some(4), None, 2));
    // What was read comes back, and what comes between has no more digits.
    assert!(same(&table, &super::table(&written(&table))));
    let between = Table {
        cells: ground::matrix::Matrix::from_values(
            2,
            2,
            vec![titre.settle(65_138_431.558_427_85), 1.0, titre.settle(2.345_678e-8), 2.0],
        ),
        schema: table.schema.clone(),
        patients: None,
    };
    assert_eq!(written(&between), "titre,dose\n65140000,1.00\n2.346e-8,2.00\n");
    // A schema that says nothing of digits gets them where decimals would be absurd; one that
    // gives decimals is believed.
    let of = |more: &str| {
        let schema = format!(
            "column = [{{ name = \"titre\", kind = \"numerical\"{more} }}, {{ name = \"dose\", kind = \"numerical\" }}]"
        );
        read(text.as_bytes(), Some(&schema)).unwrap().0.schema.columns[0].digits
    };
    assert_eq!((of(""), of(", decimals = 2"), of(", digits = 6")), (Some(4), None, Some(6)));
}

/// Twenty bits of 0.2 are 0.19999993, of which a study printed seven digits.
#[test]
fn a_multiple_of_the_step_is_printed_as_it_was_stored() {
    let schema = "column = [{ name = \"x\", kind = \"numerical\", step = 0.05, mantissa_bits = 20, \
                  decimals = 13, digits = 7 }]";
    let schema = Schema::from_toml(schema, "s.toml").unwrap();
    let settle = |x: f64| schema.columns[0].settle(x);
    let exact = [0.05, 0.1, 0.2, 0.5, 0.6, 0.7, 0.8, 0.9];
    let printed = [0.049_999_98, 0.099_999_96, 0.199_999_9, 0.5, 0.599_999_9, 0.699_999_8];
    assert_eq!(exact.map(settle)[..6], printed);
    // What was printed so stays as it is.
    assert_eq!(exact.map(settle).map(settle), exact.map(settle));
    assert_eq!(settle(0.189_999_9), 0.189_999_9);
}

#[test]
fn a_schema_treats_limits_and_units() {
    let schema = "column = [
        { name = \"psa\", kind = \"numerical\", limits = [\"<0.1\", \">50\"] },
        { name = \"dose\", kind = \"integer\", unit = \"mg\" }]";
    let text = b"psa,dose\n<0.1,12 mg\n0.1,24mg\n7.35,5\n> 50,12 mg\n,\n50,7\n";
    let table = read(text, Some(schema)).unwrap().0;
    let psa: Vec<f64> = table.cells.column(0).collect();
    assert_eq!(psa[..4], [0.09, 0.1, 7.35, 50.01]);
    assert_eq!(written(&table), "psa,dose\n<0.1,12\n0.10,24\n7.35,5\n>50,12\n,\n50.00,7\n");
    let refused = |text: &[u8]| input_message(read(text, Some(schema)));
    assert!(refused(b"psa,dose\n<0.2,1\n").contains("a detection limit that the schema does not"));
    assert!(refused(b"psa,dose\n1,1 g\n").contains("a unit that the schema does not"));
    for (wrong, part) in [
        ("kind = \"numerical\", limits = [\"0.1\"]", "`limits`"),
        ("kind = \"numerical\", limits = [\"<1\", \"<2\"]", "`limits`"),
        ("kind = \"nominal\", levels = [\"a\"], limits = [\"<1\"]", "`limits` on a column"),
        ("kind = \"integer\", format = \"%Y\"", "a `format` on a column"),
        ("kind = \"date\", format = \"%m/%Y\"", "no format from which a date"),
        ("kind = \"time\", format = \"%H h\", choice = true", "`choice` on a column"),
        ("kind = \"integer\", digits = 3", "these `digits`"),
        ("kind = \"integer\", mantissa_bits = 12", "these `mantissa_bits`"),
        ("kind = \"numerical\", mantissa_bits = 2", "these `mantissa_bits`"),
        ("kind = \"integer\", heaps = 0", "`heaps` that are not above 0"),
        ("kind = \"nominal\", levels = [\"a\"], heaps = 2", "`heaps` on a column"),
    ] {
        let toml = format!("column = [{{ name = \"a\", {wrong} }}]");
        let message = Schema::from_toml(&toml, "a.toml").expect_err(wrong).to_string();
        assert!(message.contains(part), "{part:?} is not in {message}");
    }
}

#[test]
fn whole_numbers_of_few_values_are_choices() {
    let text = csv("marital,visits,dose,age,score", 240, |row| {
        format!(
            "{},{},{},{},{}",
            2 + row % 7,
            row % 13,
            [10, 20, 40, 80][row % 4],
            whole(row, 1, 30.0, 80.0),
            ["1.5", "2", "3"][row % 3]
        )
    });
    let choices: Vec<bool> =
        table(&text).schema.columns.iter().map(|column| column.choice).collect();
    assert_eq!(choices, [true, false, true, false, false]);
    // Ages of a small table repeat as seldom as they must; they are no codes.
    let ages = csv("age", 40, |row| (61 + row % 9).to_string());
    assert!(!table(&ages).schema.columns[0].choice);
    // Five cells each are enough, and no fewer.
    let is_choice = |rows: usize| {
        table(&csv("dose", rows, |row| (row % 3).to_string())).schema.columns[0].choice
    };
    assert_eq!([is_choice(14), is_choice(15)], [false, true]);
}

#[test]
fn measured_whole_numbers_are_never_refused() {
    for rows in [20, 40, 120, 700] {
        for seed in 0..20 {
            let text = csv("platelets,cholesterol,days,cost,steps,year", rows, |row| {
                let normal = (0..6).map(|part| lot(row, 100 * seed + part)).sum::<f64>() / 6.0;
                let days = (-900.0 * (1.0 - lot(row, 100 * seed + 9)).ln()).floor();
                let cost = 10f64.powf(2.0 + 3.5 * lot(row, 100 * seed + 10)).floor();
                format!(
                    "{},{},{days},{cost},{},{}",
                    (60.0 + 400.0 * normal).floor(),
                    (80.0 + 300.0 * normal).floor(),
                    whole(row, 100 * seed + 11, 500.0, 15_000.0),
                    whole(row, 100 * seed + 12, 1990.0, 2024.0),
                )
            });
            let (_, warnings) = read(text.as_bytes(), None).unwrap();
            assert!(warnings.is_empty(), "{rows} rows, seed {seed}: {warnings:?}");
        }
    }
}
