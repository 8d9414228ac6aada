//! What a table without a schema is taken for.

use super::{input_message, read, table, written};
use table::read::{Options, Sheet, from_bytes};
use table::{Kind, Schema};

fn kinds(csv: &str) -> Vec<Kind> {
    table(csv).schema.columns.iter().map(|column| column.kind).collect()
}

#[test]
fn kinds_follow_the_text() {
    use Kind::{Boolean, Integer, Nominal, Numerical};
    let csv = "dead,sex,age,dose,stage,none,code\n1,male,61,2.50,II,,1.0\n 0,female, \
               62,3e-3,III,,1\n1,male,,1,I,,0\n";
    assert_eq!(kinds(csv), [Boolean, Boolean, Boolean, Numerical, Nominal, Numerical, Boolean]);
    assert_eq!(kinds("age\n61.0\n62\n63\n"), [Integer]);
    let columns = table(csv).schema.columns;
    assert_eq!(columns[0].levels, ["0", "1"]);
    assert_eq!(columns[1].levels, ["female", "male"]);
    assert_eq!(columns[3].decimals, 3);
    assert_eq!(columns[4].levels, ["I", "II", "III"]);
}

#[test]
fn blanks_line_ends_and_a_byte_order_mark_do_not_count() {
    let plain = table("a,b\n1,x\n2,y\n3,\n");
    let export = table("\u{feff} a , b\r\n  1 ,x \r\n2,\" y\"\r\n3,  \r\n");
    assert!(super::same(&plain, &export));
    assert_eq!(written(&export), "a,b\n1,x\n2,y\n3,\n");
}

#[test]
fn what_is_remarkable_is_said() {
    let csv = (1..=30).fold(String::from("answer,stage\n"), |csv, row| {
        csv + &format!("{},{}\n", ["yes", "no", "NA"][row % 3], ["01", "02", "10"][row % 3])
    });
    let warnings: Vec<String> =
        read(csv.as_bytes(), None).unwrap().1.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    let says = |warning: &str, parts: [&str; 2]| parts.iter().all(|part| warning.contains(part));
    assert!(says(&warnings[0], ["\"answer\"", "\"NA\""]), "{}", warnings[0]);
    assert!(says(&warnings[1], ["\"stage\"", "kept as text"]), "{}", warnings[1]);
}

#[test]
fn decimal_commas_that_nobody_announced() {
    let csv = b"dose,note\n\"1,5\",\"a,b\"\n\"2,5\",\"c,d\"\n3,e\n";
    let (table, warnings) = read(csv, None).unwrap();
    assert_eq!(table.schema.columns[0].kind, Kind::Nominal);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let warning = warnings[0].to_string();
    assert!(
        warning.contains("\"dose\": 2 numbers with commas") && warning.contains("--decimal ,"),
        "{warning}"
    );
}

#[test]
fn two_numbers_and_a_stray_word_are_no_levels() {
    let column = |word: &str| format!("ill\n{}{word}\n", "0\n1\n".repeat(10));
    assert_eq!(kinds(&column("1")), [Kind::Boolean]);
    let message = input_message(read(column("perhaps").as_bytes(), None));
    assert!(message.contains("a text of 7 characters in a column of numbers"), "{message}");
}

#[test]
fn a_code_is_one_with_a_decimal_comma_too() {
    let options = Options { missing: vec!["-9.5".parse().unwrap()], ..Options::default() };
    let cells = b"id;dose\na;1,5\nb;-9,5\nc;2,25\nd;-9,50\n";
    let reader = from_bytes(cells.to_vec(), "cohort.csv", &options).unwrap();
    let sheet = Sheet::read(reader).unwrap();
    let doses: Vec<&str> = sheet.column(1).collect();
    assert_eq!(doses, ["1.5", "", "2.25", ""]);
}

#[test]
fn a_schema_may_have_another_order_and_fewer_decimals() {
    let schema = "column = [{ name = \"b\", kind = \"nominal\", levels = [\"x\", \"1\"] }, { name \
                  = \"a\", kind = \"numerical\", decimals = 1 }]";
    let (table, _) = read(b"a,b\n0.125,1.0\n2,x\n", Some(schema)).unwrap();
    assert_eq!(written(&table), "b,a\n1,0.125\nx,2.000\n");
}

#[test]
fn a_schema_comes_back_from_its_toml() {
    let mut schema = table("a,b\n0.5,x\n1.25,y\n2,z\n").schema;
    schema.status = Some("b".into());
    schema.columns[0].unit = Some("mg/dL".into());
    schema.columns[0].label = Some("A \"label\"".into());
    let text = schema.to_toml();
    assert_eq!(Schema::from_toml(&text, "again").unwrap(), schema, "{text}");
    assert!(text.contains("kind = \"numerical\"") && text.contains("[[column]]"), "{text}");
}
