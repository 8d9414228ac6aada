//! Tables that cannot be used: one line with the file, the place in it and a remedy, and exit code
//! 3.

use crate::desk::{Desk, MULTIPLE, cpu};

/// Enough patients for a batch of the small recipe, in two columns of numbers.
fn rows() -> Vec<String> {
    (0..80).map(|row| format!("{}.5,{}", 40 + row % 30, row % 7)).collect()
}

/// The table with its last row replaced.
fn with_last(row: &str) -> Vec<u8> {
    let mut rows = rows();
    *rows.last_mut().unwrap() = row.to_owned();
    format!("age,stage\n{}\n", rows.join("\n")).into_bytes()
}

fn refused(table: &[u8], parts: &[&str]) {
    let desk = Desk::new();
    desk.put("table.csv", table);
    let line = "run table.csv --recipe small.toml --epochs 1 --out results";
    let finished = desk.mellizo_on(&cpu(), line);
    finished.refused(3, &[&["error: table.csv", "; "], parts].concat());
    assert!(!desk.path("results").exists(), "an output folder for nothing");
    let json = desk.mellizo_on(&cpu(), &format!("{line} --json"));
    json.says(parts);
    let object = json.json();
    assert_eq!((json.code, &object["exit_code"]), (Some(3), &3.into()));
    assert_eq!(Some(format!("error: {}\n", object["error"].as_str().unwrap())), Some(json.stderr));
}

#[test]
fn the_table_of_these_tests_is_good_without_a_fault() {
    let desk = Desk::new();
    desk.put("table.csv", with_last("50.5,3"));
    desk.mellizo_on(&cpu(), "run table.csv --recipe small.toml --epochs 1 --out results").silent();
    let synthetic = crate::csv_file::CsvFile::parse(&desk.bytes("results/share/synthetic.csv"));
    let found = (synthetic.header.join(","), synthetic.rows.len());
    assert_eq!(found, ("age,stage".into(), MULTIPLE * 80));
}

#[test]
fn nothing_to_read() {
    refused(b"", &["table.csv: ", "the file is empty", "header"]);
    refused(b"age,stage\n", &["table.csv: ", "a header but no rows", "one row per patient"]);
}

#[test]
fn rows_and_columns_that_do_not_fit() {
    let cells = "put a cell with a comma in it between double quotes";
    refused(
        &with_last("50.5"),
        &["table.csv, row 80, column \"stage\": ", "1 cells", "2 (line 81)", cells],
    );
    refused(&with_last("50.5,3,1"), &["table.csv, row 80", "3 cells", cells]);
    refused(
        b"age,stage,age\n1,2,3\n",
        &["table.csv, header: ", "have one name", "rename or remove"],
    );
}

#[test]
fn fewer_patients_than_a_batch() {
    let few = format!("age,stage\n{}\n", rows()[..63].join("\n"));
    refused(
        few.as_bytes(),
        &["table.csv: ", "63 patients are fewer than the 64 rows of a batch", "--batch"],
    );
    let desk = Desk::new();
    desk.put("few.csv", few);
    desk.mellizo_on(
        &cpu(),
        "train few.csv --recipe small.toml --epochs 1 --batch auto --out results",
    )
    .silent();
}

#[test]
fn cells_that_are_no_numbers() {
    let place = "table.csv, row 80, column \"age\": ";
    refused(
        &with_last("high,3"),
        &[place, "a text of 4 characters", "leave the cell empty if the value is missing"],
    );
    for cell in ["NaN", "nan", "inf", "-inf", "Infinity"] {
        refused(
            &with_last(&format!("{cell},3")),
            &[place, "a number that is not finite", "leave the cell empty"],
        );
    }
    refused(&with_last("1e999,3"), &[place, "beyond the range", "write a number"]);
    refused(
        &with_last("?,3"),
        &[place, "a code for a missing value", "leave the cell empty", "--missing"],
    );
}

#[test]
fn bytes_that_are_no_text() {
    let mut table = with_last("50.5,3");
    let end = table.len() - 2;
    table[end] = 0xFF;
    refused(
        &table,
        &["table.csv, row 80, column \"stage\": ", "not UTF-8", "save the file again in UTF-8"],
    );
    let utf16: Vec<u8> = "age,stage\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&utf16, &["table.csv, header", "NUL", "UTF-16"]);
}

#[test]
fn identifiers() {
    let named: String = (0..80).map(|row| format!("patient {row},1\n")).collect();
    refused(
        format!("id,age\n{named}").as_bytes(),
        &["table.csv, column \"id\": ", "identifier", "leave the column out"],
    );
}

#[test]
fn a_schema_that_does_not_fit() {
    let desk = Desk::new();
    desk.put("table.csv", with_last("50.5,3"));
    desk.put(
        "schema.toml",
        "column = [{ name = \"age\", kind = \"integer\" }, { name = \"stage\", kind = \"integer\" \
         }]",
    );
    let line = "run table.csv --schema schema.toml --recipe small.toml --epochs 1";
    let first = "table.csv, row 1, column \"age\": ";
    desk.mellizo_on(&cpu(), line)
        .refused(3, &[first, "a number with decimals in an integer column"]);
    desk.put("schema.toml", "column = [{ name = \"age\", kind = \"number\" }]");
    desk.mellizo_on(&cpu(), line).refused(3, &["schema.toml: line 1", "number"]);
}
