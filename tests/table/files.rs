//! Tables as hospitals send them: every one of these files holds the same table.

use super::{same, table};
use flate2::Compression;
use flate2::write::GzEncoder;
use ground::error::Result;
use ground::matrix::Matrix;
use std::io::{Cursor, Write};
use table::read::{Decimal, Encoding, Options, Sheet, from_reader};
use table::{Column, Kind, Schema, Table};

fn sheet(bytes: &[u8], options: &Options) -> Result<Sheet> {
    Sheet::read(from_reader(Cursor::new(bytes.to_vec()), "export.csv", options)?)
}

fn read_as(bytes: &[u8], options: &Options) -> Table {
    let sheet = sheet(bytes, options).unwrap();
    sheet.table(&sheet.infer().unwrap().0).unwrap()
}

fn refused(bytes: &[u8], options: &Options, parts: &[&str]) {
    let message = match sheet(bytes, options) {
        Err(error) => error.to_string(),
        Ok(sheet) => panic!("it was read: {sheet:?}"),
    };
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
}

fn missing(codes: &[&str]) -> Options {
    Options {
        missing: codes.iter().map(|code| code.parse().unwrap()).collect(),
        ..Options::default()
    }
}

#[test]
fn delimiters_marks_and_line_ends() {
    let plain = table("age,dose,note\n61,1.5,\"a;b\"\n62,,\"two\nlines\"\n");
    let any = Options::default();
    for text in [
        "age;dose;note\n61;1,5;\"a;b\"\n62;;\"two\nlines\"\n",
        "age\tdose\tnote\n61\t1,5\ta;b\n62\t\t\"two\nlines\"\n",
        "age|dose|note\n61|1.5|a;b\n62||\"two\nlines\"\n",
        "\u{feff}age;dose;note\r\n61;1,5;\"a;b\"\r\n62;;\"two\nlines\"\r\n",
        "age,dose,note\r61,1.5,a;b\r62,,\"two\nlines\"\r",
    ] {
        assert!(same(&read_as(text.as_bytes(), &any), &plain), "{text:?}");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes()).unwrap();
        assert!(same(&read_as(&gzip.finish().unwrap(), &any), &plain), "{text:?} in gzip");
    }
    let tilde =
        Options { delimiter: Some(b'~'), decimal: Some(Decimal::Comma), ..Options::default() };
    assert!(same(&read_as(b"age~dose~note\n61~1,5~a;b\n62~~\"two\nlines\"\n", &tilde), &plain));
    refused(
        b"a;b\n1;2\n",
        &Options { delimiter: Some(b','), ..any },
        &["header", "one column only", "--delimiter"],
    );
}

#[test]
fn members_of_gzip_follow_each_other() {
    let mut bytes = Vec::new();
    for part in ["a,b\n1,", "2.5\n3,4\n"] {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(part.as_bytes()).unwrap();
        bytes.extend(gzip.finish().unwrap());
    }
    assert!(same(&read_as(&bytes, &Options::default()), &table("a,b\n1,2.5\n3,4\n")));
}

#[test]
fn decimal_commas_and_what_may_separate_thousands() {
    let any = Options::default();
    let comma = Options { decimal: Some(Decimal::Comma), ..Options::default() };
    assert!(same(&read_as(b"a;b\n1,234;1\n2,5;2\n", &any), &table("a,b\n1.234,1\n2.5,2\n")));
    assert!(same(&read_as(b"a;b\n1.234;1\n2.345;2\n", &any), &table("a,b\n1.234,1\n2.345,2\n")));
    assert!(same(&read_as(b"a;b\n1,234;1\n2,345;2\n", &comma), &table("a,b\n1.234,1\n2.345,2\n")));
    assert!(same(&read_as(b"a,b\n\"1,5\",1\n2,2\n", &comma), &table("a,b\n1.5,1\n2,2\n")));
    refused(
        b"a;b\n1,234;1\n2,345;2\n",
        &any,
        &["row 1, column \"a\"", "may be decimal or separate thousands", "--decimal ,"],
    );
    refused(b"a;b\n2,5;1\n1.234,5;2\n", &any, &["row 2, column \"a\"", "separators of thousands"]);
    refused(b"a;b\n2,5;1\n1.5;2\n", &any, &["row 2, column \"a\"", "a point", "decimal commas"]);
}

#[test]
fn bytes_of_older_programs() {
    let latin = b"name,b\nJos\xE9,1\nZo\xEB,2\n\x80uro,2\n";
    refused(
        latin,
        &Options::default(),
        &["row 1, column \"name\"", "Latin-1", "--encoding latin1"],
    );
    let encoding: Encoding = "latin1".parse().unwrap();
    let options = Options { encoding, ..Options::default() };
    assert!(same(&read_as(latin, &options), &table("name,b\nJosé,1\nZoë,2\n€uro,2\n")));
    refused("\u{feff}a,b\n1,2\n".as_bytes(), &options, &["UTF-8", "leave out --encoding"]);
    refused(b"\xFE\xFF\0a", &Options::default(), &["UTF-16", "CSV UTF-8"]);
}

#[test]
fn codes_for_missing() {
    let plain = table("a,b,c\n1.5,,x\n,2,\n,0,y\n");
    assert!(same(&read_as(b"a,b,c\n1.5,NA,x\n.,2,n/a\nnull,0,y\n", &Options::default()), &plain));
    let codes = missing(&["-9", "a=0", "Unknown"]);
    assert!(same(&read_as(b"a,b,c\n1.5,-9.0,x\n0.0,2,unknown\n-9,0,y\n", &codes), &plain));
    // A code is the whole cell.
    assert!(same(
        &read_as(b"a,b\n-99,1\n-9,-9\n9,3\n", &missing(&["a=-9"])),
        &table("a,b\n-99,1\n,-9\n9,3\n")
    ));
    refused(b"a,b\n1,2\n", &missing(&["z=0"]), &["no column \"z\"", "spelling"]);
    assert!(
        "0".parse::<table::read::MissingCode>().is_err_and(|problem| problem.contains("age=0"))
    );
}

#[test]
fn codes_of_a_schema() {
    let schema = "missing = [\"-9\"]\ncolumn = [{ name = \"a\", kind = \"integer\", missing = \
                  [\"0\"] }, { name = \"b\", kind = \"nominal\", levels = [\"NA\", \"x\"] }]";
    let (table, _) = super::read(b"a,b\n0,NA\n-9,x\n5,.\n0,-9\n", Some(schema)).unwrap();
    assert_eq!(super::written(&table), "a,b\n,NA\n,x\n5,\n,\n");
    for (text, part) in [
        ("missing = [\"0\"]\ncolumn = [{ name = \"a\", kind = \"integer\" }]", "in every column"),
        (
            "column = [{ name = \"a\", kind = \"nominal\", levels = [\"9\"], missing = [\"9\"] }]",
            "level \"9\"",
        ),
        (
            "missing = [\"9.0\"]\ncolumn = [{ name = \"a\", kind = \"nominal\", levels = [\"9\"] \
             }]",
            "level \"9\"",
        ),
        ("column = [{ name = \"a\\u0000\", kind = \"integer\" }]", "NUL"),
    ] {
        let error = table::Schema::from_toml(text, "s.toml").unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn the_decimal_sign_of_a_schema() {
    let schema = |decimal: &str| {
        let text =
            format!("decimal = \"{decimal}\"\ncolumn = [{{ name = \"a\", kind = \"numerical\" }}]");
        Schema::from_toml(&text, "schema.toml")
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.csv");
    std::fs::write(&path, "a\n\"1,234\"\n\"2,5\"\n").unwrap();
    let (read, _) = Table::read(&path, Some(&schema(",").unwrap())).unwrap();
    // What is written has points, so that the table's own schema must not say commas.
    assert_eq!((read.schema.decimal, super::written(&read)), (None, "a\n1.234\n2.500\n".into()));
    let error = Table::read(&path, Some(&schema(".").unwrap())).unwrap_err().to_string();
    assert!(error.contains("row 1, column \"a\""), "{error}");
    assert!(schema("comma").unwrap_err().to_string().starts_with("schema.toml: line 1"));
}

#[test]
fn what_is_written_begins_as_no_other_kind_of_file() {
    for name in ["PAR1", "\u{feff}a", "PK\u{3}\u{4}", "\u{1f}\u{8b}"] {
        for names in [vec![name], vec![name, "b"]] {
            let column = |name: &&str| Column {
                name: (*name).into(),
                kind: Kind::Integer,
                unit: None,
                label: None,
                levels: Vec::new(),
                decimals: 0,
                missing: Vec::new(),
                ..Column::default()
            };
            let schema =
                Schema { columns: names.iter().map(column).collect(), ..Schema::default() };
            let cells = Matrix::from_values(2, names.len(), vec![1.0; 2 * names.len()]);
            let table = Table { schema, cells, patients: None };
            let (again, _) =
                super::read(super::written(&table).as_bytes(), Some(&table.schema.to_toml()))
                    .unwrap();
            assert!(same(&again, &table), "{name:?}");
        }
    }
}
