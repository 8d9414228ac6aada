//! Tables from text, described.

use clinical::describe::{Description, Options, Variable, describe};
use clinical::source::Source;
use ground::error::{Error, Result};
use table::Schema;

/// Tukey's fences and twelve levels.
pub const USUAL: Options = Options { fence: 1.5, top: 12 };

/// A table as a stream.
pub fn source(csv: &str) -> Source {
    Source::spool(csv.as_bytes(), "table.csv").expect("a temporary file")
}

/// What is said about a table without a schema.
pub fn of(csv: &str) -> Result<Description> {
    describe(&source(csv), None, USUAL)
}

/// What is said about a table with one.
pub fn with_schema(csv: &str, schema: &str) -> Result<Description> {
    describe(
        &source(csv),
        Some(&Schema::from_toml(schema, "schema.toml").expect("a schema")),
        USUAL,
    )
}

/// A variable by its name.
pub fn variable<'a>(description: &'a Description, name: &str) -> &'a Variable {
    description
        .variables
        .iter()
        .find(|variable| variable.name == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

/// A table of one column.
pub fn column(cells: &[&str]) -> String {
    // Quoted, because a lone empty cell would be an empty line.
    cells.iter().fold("x\n".to_owned(), |table, cell| table + "\"" + cell + "\"\n")
}

/// The message of a refusal.
pub fn refusal(result: Result<Description>) -> String {
    let error: Error = result.expect_err("it must be refused");
    assert_eq!(error.exit_code(), 3, "{error}");
    error.to_string()
}

#[test]
fn bad_tables_are_refused_with_their_place() {
    for (csv, parts) in [
        ("", &["table.csv", "empty"][..]),
        ("a,b\n", &["no rows"]),
        ("a,b\n1,2\n3\n", &["row 2", "\"b\"", "1 cells where the header has 2"]),
        ("a,\n1,2\n", &["header", "empty name"]),
        ("a,a\n1,2\n", &["header", "number 1 and 2", "one name"]),
        ("a,b\n1,2\n1,\0\n", &["row 2", "\"b\"", "NUL"]),
    ] {
        let message = refusal(of(csv));
        assert!(parts.iter().all(|part| message.contains(part)), "{csv:?}: {message}");
    }
    let latin = Source::spool(&b"a,b\n1,caf\xe9\n"[..], "table.csv").unwrap();
    let message = refusal(describe(&latin, None, USUAL));
    assert!(message.contains("row 1, column \"b\"") && message.contains("UTF-8"), "{message}");
    let message =
        refusal(with_schema("a,b\n1,2\n", "column = [{ name = \"c\", kind = \"integer\" }]"));
    assert!(message.contains("\"c\"") && message.contains("lacks"), "{message}");
}

#[test]
fn the_first_bad_cell_is_named() {
    let mut csv = "a,b\n".to_owned();
    (0..5000).for_each(|row| {
        csv += if row == 4000 {
            "\0,1\n"
        } else if row > 3000 {
            "1,\0\n"
        } else {
            "1,1\n"
        }
    });
    assert!(refusal(of(&csv)).contains("row 3002, column \"b\""));
}
