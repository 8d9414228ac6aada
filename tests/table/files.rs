//! Tables as hospitals send them: every one of these files holds the same table.

use super::{same, table};
use flate2::Compression;
use flate2::write::GzEncoder;
use mellizo::error::Result;
use mellizo::table::Table;
use mellizo::table::read::{Decimal, Encoding, Options, Sheet, from_reader};
use std::io::{Cursor, Write};

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
    Options { missing: codes.iter().map(|code| code.parse().unwrap()).collect(), ..Options::default() }
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
    let tilde = Options { delimiter: Some(b'~'), decimal: Some(Decimal::Comma), ..Options::default() };
    assert!(same(&read_as(b"age~dose~note\n61~1,5~a;b\n62~~\"two\nlines\"\n", &tilde), &plain));
    refused(b"a;b\n1;2\n", &Options { delimiter: Some(b','), ..any }, &["header", "one column only", "--delimiter"]);
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
    refused(latin, &Options::default(), &["row 1, column \"name\"", "Latin-1", "--encoding latin1"]);
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
    assert!(same(&read_as(b"a,b\n-99,1\n-9,-9\n9,3\n", &missing(&["a=-9"])), &table("a,b\n-99,1\n,-9\n9,3\n")));
    refused(b"a,b\n1,2\n", &missing(&["z=0"]), &["no column \"z\"", "spelling"]);
    assert!("0".parse::<mellizo::table::read::MissingCode>().is_err_and(|problem| problem.contains("age=0")));
}

#[test]
fn codes_of_a_schema() {
    let schema = "missing = [\"-9\"]\ncolumn = [{ name = \"a\", kind = \"integer\", missing = [\"0\"] }, { name = \"b\", kind = \"nominal\", levels = [\"NA\", \"x\"] }]";
    let (table, _) = super::read(b"a,b\n0,NA\n-9,x\n5,.\n0,-9\n", Some(schema)).unwrap();
    assert_eq!(super::written(&table), "a,b\n,NA\n,x\n5,\n,\n");
    for (text, part) in [
        ("missing = [\"0\"]\ncolumn = [{ name = \"a\", kind = \"integer\" }]", "in every column"),
        ("column = [{ name = \"a\", kind = \"nominal\", levels = [\"9\"], missing = [\"9\"] }]", "level \"9\""),
    ] {
        let error = mellizo::table::Schema::from_toml(text, "s.toml").unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_columns() {
    use mellizo::table::read::open;
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::writer::SerializedFileWriter;
    use std::sync::Arc;
    let text = "message m { optional double dose; required int32 day (DATE); required int64 at (TIMESTAMP(MICROS,true)); \
                optional binary arm (UTF8); required int32 cost (DECIMAL(9,2)); }";
    let schema = Arc::new(parquet::schema::parser::parse_message_type(text).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer =
        SerializedFileWriter::new(std::fs::File::create(&path).unwrap(), schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    macro_rules! column {
        ($kind:ty, $values:expr, $levels:expr) => {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<$kind>().write_batch($values, $levels, None).unwrap();
            column.close().unwrap();
        };
    }
    column!(DoubleType, &[1.5], Some(&[1, 0]));
    column!(Int32Type, &[0, 18_333], None);
    column!(Int64Type, &[0, 3_600_000_000], None);
    column!(ByteArrayType, &[ByteArray::from("b, c")], Some(&[0, 1]));
    column!(Int32Type, &[-5, 1250], None);
    group.close().unwrap();
    writer.close().unwrap();
    let mut rows = open(&path, &Options::default()).unwrap();
    assert_eq!(rows.headers(), ["dose", "day", "at", "arm", "cost"]);
    let mut next = || rows.next_row().unwrap().map(|row| row.cells().map(String::from).collect::<Vec<_>>());
    assert_eq!(next().unwrap(), ["1.5", "1970-01-01", "1970-01-01", "", "-0.05"]);
    assert_eq!(next().unwrap(), ["", "2020-03-12", "1970-01-01T01:00:00", "b, c", "12.50"]);
    assert_eq!(next(), None);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let Err(error) = open(&path, &Options::default()) else { panic!("half a file was read") };
    assert!(error.to_string().contains("cannot be read as Parquet"), "{error}");
}
