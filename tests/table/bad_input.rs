//! Every bad input is one message with file, row, column, what is there and what to do; none is a
//! panic.

use super::{input_message, read};
use ground::error::Error;
use std::path::Path;
use table::Schema;
use table::read::Sheet;

const SCHEMA: &str = r#"
status = "dead"
column = [
  { name = "age", kind = "integer" },
  { name = "dead", kind = "boolean", levels = ["0", "1"] },
  { name = "stage", kind = "ordinal", levels = ["I", "II", "III"] },
  { name = "dose", kind = "numerical" },
]"#;

/// Reads with or without the schema and expects every part in the message, after the file's name.
fn refused(csv: &[u8], schema: Option<&str>, parts: &[&str]) {
    let message = input_message(read(csv, schema));
    assert!(message.starts_with("cohort.csv"), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert!(!message.contains('\n') && message.len() < 400, "not one line: {message}");
}

#[test]
fn files_without_a_table() {
    refused(b"", None, &["empty", "header row"]);
    refused(b"\xEF\xBB\xBF", None, &["empty"]);
    refused(b"a,b\n", None, &["no rows"]);
    refused(b"a,,c\n1,2,3\n", None, &["header", "column number 2", "empty name"]);
    refused(b"a,b, a\n1,2,3\n", None, &["header", "number 1 and 3", "one name"]);
}

#[test]
fn rows_of_another_length() {
    refused(b"a,b\n1,2\n3\n4,5\n", None, &["row 2", "column \"b\"", "1 cells", "has 2", "line 3"]);
    refused(b"a,b\n1,2\n3,4,5\n", None, &["row 2", "3 cells", "double quotes"]);
    refused(b"a,b\n\"1,2\n3,4\n", None, &["row 1", "1 cells"]);
}

#[test]
fn bytes_that_are_not_text() {
    refused(b"name,b\nJos\xE9,2\n", None, &["row 1", "column \"name\"", "UTF-8"]);
    refused(b"na\xE9,b\nx,2\n", None, &["header", "number 1", "UTF-8"]);
    refused(b"a,b\n1,x\0y\n", None, &["row 1", "column \"b\"", "NUL"]);
    refused(b"\xFF\xFEa\0,\0b\0\n\x001\0,\x002\0\n\0", None, &["header"]);
}

#[test]
fn words_and_codes_in_a_column_of_numbers() {
    let mut csv = String::from("dose\n");
    (0..19).for_each(|dose| csv += &format!("{dose}.5\n"));
    let with = |cell: &str| format!("{csv}{cell}\n").into_bytes();
    refused(
        &with("high"),
        None,
        &["row 20", "column \"dose\"", "a text of 4 characters", "leave the cell empty"],
    );
    refused(&with("\"3,5\""), None, &["row 20", "a text of 3 characters", "decimal point"]);
    refused(&with("NaN"), None, &["row 20", "a number that is not finite"]);
    refused(&with("-inf"), None, &["row 20", "a number that is not finite"]);
    refused(&with("1e999"), None, &["row 20", "a number beyond the range"]);
    refused(
        &with("?"),
        None,
        &["row 20", "a code for a missing value", "leave the cell empty", "--missing"],
    );
    // Codes abstain from the vote: they must not make a column of numbers nominal, however many
    // they are.
    refused(b"dose\n?\nnan\nnan\n3.5\n", None, &["row 1", "a code for a missing value"]);
    refused(b"dose\nnan\nnan\n", None, &["row 1", "a number that is not finite"]);
    refused(b"dose\ninf\n1\n", None, &["row 1", "a number that is not finite"]);
}

#[test]
fn cells_that_the_schema_does_not_allow() {
    let with = |row: &str| format!("age,dead,stage,dose\n61,0,II,2.5\n{row}\n").into_bytes();
    let all = |row: &str, parts: &[&str]| refused(&with(row), Some(SCHEMA), parts);
    all(
        "61.5,0,I,1",
        &["row 2", "column \"age\"", "a number with decimals in an integer column", "round"],
    );
    all("old,0,I,1", &["row 2", "column \"age\"", "a text of 3 characters"]);
    all(
        "61,2,I,1",
        &[
            "row 2",
            "column \"dead\"",
            "a whole number is no level of this",
            "Boolean",
            "\"0\", \"1\"",
        ],
    );
    all(
        "61,0,IV,1",
        &[
            "row 2",
            "column \"stage\"",
            "a text of 2 characters is no level",
            "ordinal",
            "\"I\", \"II\", \"III\"",
        ],
    );
    all("61,0,I,1e999", &["row 2", "column \"dose\"", "a number beyond the range"]);
    all("61,0,I,low", &["row 2", "column \"dose\"", "a text of 3 characters"]);
    let lacks = b"age,dead,stage\n61,0,II\n";
    refused(lacks, Some(SCHEMA), &["header", "column \"dose\"", "the table lacks it"]);
    let more = b"age,dead,stage,dose,sex\n61,0,II,1,f\n";
    refused(more, Some(SCHEMA), &["header", "column \"sex\"", "the schema lacks it"]);
}

#[test]
fn text_that_would_be_copied() {
    let csv = (0..60).fold(String::from("id,age\n"), |csv, row| {
        csv + &format!("patient {row},{}\n", 30 + row % 40)
    });
    refused(
        csv.as_bytes(),
        None,
        &["column \"id\"", "60 distinct values", "identifier", "leave the column out"],
    );
    let sheet = Sheet::from_bytes(csv.as_bytes(), "cohort.csv").unwrap();
    assert!(sheet.clone().without(&["id"]).unwrap().infer().is_ok());
    assert!(matches!(sheet.clone().without(&["ID"]), Err(Error::Usage(_))));
    assert!(matches!(sheet.without(&["id", "age"]), Err(Error::Usage(_))));
}

#[test]
fn schemas_that_contradict_themselves() {
    let cases = [
        ("column = []", "no columns"),
        ("column = [{ name = \"a\" }]", "kind"),
        ("column = [{ name = \"a\", kind = \"real\" }]", "real"),
        ("\n\ncolumn = [{ name = \"a\", kind = \"integer\", lables = [] }]", "line 3"),
        ("column = [", "line 1"),
        ("column = [{ name = \" a\", kind = \"integer\" }]", "blanks"),
        (
            "column = [{ name = \"a\", kind = \"integer\" }, { name = \"a\", kind = \"integer\" }]",
            "twice",
        ),
        ("column = [{ name = \"a\", kind = \"nominal\" }]", "without levels"),
        (
            "column = [{ name = \"a\", kind = \"integer\", levels = [\"1\"] }]",
            "levels on a column of kind integer",
        ),
        (
            "column = [{ name = \"a\", kind = \"boolean\", levels = [\"1\"] }]",
            "Boolean column with 1 levels",
        ),
        ("column = [{ name = \"a\", kind = \"nominal\", levels = [\"x\", \"x\"] }]", "twice"),
        ("column = [{ name = \"a\", kind = \"nominal\", levels = [\"\"] }]", "no trimmed cell"),
        ("column = [{ name = \"a\", kind = \"numerical\", decimals = 4000000000 }]", "341 at most"),
        ("column = [{ name = \"a\", kind = \"integer\", decimals = 1 }]", "only numerical"),
        ("status = \"b\"\ncolumn = [{ name = \"a\", kind = \"integer\" }]", "`status`"),
        (
            "stage = \"a\"\ncolumn = [{ name = \"a\", kind = \"integer\" }]",
            "`stage` names an integer column",
        ),
        (
            "targets = [\"b\"]\ncolumn = [{ name = \"a\", kind = \"integer\" }]",
            "`targets` names a column that the schema lacks",
        ),
        (
            "targets = [\"a\", \"a\"]\ncolumn = [{ name = \"a\", kind = \"integer\" }]",
            "`targets` names the column twice",
        ),
        (
            "targets = [\"a\"]\ncolumn = [{ name = \"a\", kind = \"nominal\", levels = [\"x\", \
             \"y\", \"z\"] }]",
            "more or fewer than two levels",
        ),
    ];
    for (text, part) in cases {
        let error = Schema::from_toml(text, "cohort.toml").expect_err(text);
        assert_eq!(error.exit_code(), 3);
        let message = error.to_string();
        assert!(
            message.starts_with("cohort.toml") && message.contains(part),
            "{part:?} is not in: {message}"
        );
        assert!(!message.contains('\n'), "not one line: {message}");
    }
}

#[test]
fn a_missing_file_and_a_folder() {
    for path in ["no/such/file.csv", "src"] {
        let error = Sheet::open(Path::new(path)).expect_err(path);
        assert_eq!(error.exit_code(), 4);
        assert!(error.to_string().starts_with(path));
    }
}

#[test]
fn as_many_columns_as_may_be() {
    let wide = |columns: usize| {
        let names: Vec<String> = (0..columns).map(|column| format!("c{column}")).collect();
        format!("{}\n{}\n", names.join(","), vec!["1"; columns].join(","))
    };
    let csv = wide(65_536);
    let (table, _) = read(csv.as_bytes(), None).unwrap();
    assert_eq!((table.rows(), table.schema.columns.len()), (1, 65_536));
    refused(format!("{csv}1\n").as_bytes(), None, &["row 2", "column \"c1\"", "1 cells"]);
    refused(
        wide(100_000).as_bytes(),
        None,
        &["header", "100000 columns, where 65536 are the most", "one row per patient"],
    );
}

/// The first line of a file without names is a patient, of which no error repeats a cell.
#[test]
fn a_first_line_without_a_name_of_the_schema_is_no_list_of_names() {
    let schema =
        "column = [{ name = \"east\", kind = \"integer\" }, { name = \"b\", kind = \"integer\" }]";
    let schema = Schema::from_toml(schema, "s.toml").unwrap();
    let said = |text: &str| {
        let sheet = Sheet::from_bytes(text.as_bytes(), "t.csv").unwrap();
        sheet.table(&schema).unwrap_err().to_string()
    };
    assert!(!said("west,1\n2,3\n").contains("west"));
    assert!(said("west,b\n2,3\n").contains("did you mean \"west\"?"));
}
