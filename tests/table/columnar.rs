//! Parquet files, made here column by column: every type that has a text, and those that have none.

use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use table::read::{Options, open};

/// A writer of a file with the columns of a message.
fn writer(path: &Path, columns: &str) -> SerializedFileWriter<File> {
    let schema =
        parquet::schema::parser::parse_message_type(&format!("message m {{ {columns} }}")).unwrap();
    SerializedFileWriter::new(File::create(path).unwrap(), Arc::new(schema), Default::default())
        .unwrap()
}

/// Writes the next column of a row group, with its definition levels if it is optional.
macro_rules! column {
    ($group:ident, $kind:ty, $values:expr, $levels:expr) => {
        let mut column = $group.next_column().unwrap().unwrap();
        column.typed::<$kind>().write_batch($values, $levels, None).unwrap();
        column.close().unwrap();
    };
    ($group:ident, $kind:ty, $values:expr) => {
        column!($group, $kind, $values, None)
    };
}

/// All rows of a file.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = open(path, &Options::default()).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        rows.push(row.cells().map(String::from).collect());
    }
    rows
}

/// The message with which a file is refused.
fn refusal(path: &Path) -> String {
    let mut reader = match open(path, &Options::default()) {
        Ok(reader) => reader,
        Err(error) => return error.to_string(),
    };
    loop {
        match reader.next_row() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it was read"),
            Err(error) => return error.to_string(),
        }
    }
}

#[test]
fn numbers_dates_text_and_nulls() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer = writer(
        &path,
        "optional double dose; required int32 day (DATE); required int64 at \
         (TIMESTAMP(MICROS,true)); optional binary arm (UTF8); required int32 cost \
         (DECIMAL(9,2));",
    );
    let mut group = writer.next_row_group().unwrap();
    column!(group, DoubleType, &[1.5], Some(&[1, 0]));
    column!(group, Int32Type, &[0, 18_333]);
    column!(group, Int64Type, &[0, 3_600_000_000]);
    column!(group, ByteArrayType, &[ByteArray::from("b, c")], Some(&[0, 1]));
    column!(group, Int32Type, &[-5, 1250]);
    group.close().unwrap();
    writer.close().unwrap();
    assert_eq!(
        open(&path, &Options::default()).unwrap().headers(),
        ["dose", "day", "at", "arm", "cost"]
    );
    let expected = [
        ["1.5", "1970-01-01", "1970-01-01", "", "-0.05"],
        ["", "2020-03-12", "1970-01-01T01:00:00", "b, c", "12.50"],
    ];
    assert_eq!(rows(&path), expected);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(refusal(&path).contains("cannot be read as Parquet"), "{}", refusal(&path));
}

#[test]
fn the_other_primitive_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer = writer(
        &path,
        "required boolean dead; required float weight; required int32 tiny (INTEGER(8,true)); \
         required int32 wide (INTEGER(32,false)); required int64 count; required int64 huge \
         (INTEGER(64,false)); required int32 clock (TIME(MILLIS,true)); required int64 fine \
         (TIME(MICROS,true)); required int64 seen (TIMESTAMP(MILLIS,true)); required int64 exact \
         (TIMESTAMP(NANOS,true)); required int96 old; required fixed_len_byte_array (5) paid \
         (DECIMAL(10,3)); required binary owed (DECIMAL(30,1)); required binary kind (ENUM);",
    );
    let mut group = writer.next_row_group().unwrap();
    column!(group, BoolType, &[true, false]);
    column!(group, FloatType, &[0.1, -2.5]);
    column!(group, Int32Type, &[-128, 127]);
    column!(group, Int32Type, &[-1, 7]);
    column!(group, Int64Type, &[i64::MIN, 3]);
    column!(group, Int64Type, &[-1, 9]);
    column!(group, Int32Type, &[30_600_000, 0]);
    column!(group, Int64Type, &[1, 86_399_000_000]);
    column!(group, Int64Type, &[-1, 86_400_000]);
    column!(group, Int64Type, &[1_000, -86_400_000_000_000]);
    // Nanoseconds of the day in two words, then the Julian day: 2,440,588 is 1970-01-01.
    let old = |nanoseconds: u64, day: u32| {
        let mut number = Int96::new();
        number.set_data(nanoseconds as u32, (nanoseconds >> 32) as u32, day);
        number
    };
    column!(group, Int96Type, &[old(0, 2_440_588), old(3_600_000_000_000, 2_440_589)]);
    let fixed = |bytes: [u8; 5]| FixedLenByteArray::from(bytes.to_vec());
    column!(group, FixedLenByteArrayType, &[fixed([0xFF; 5]), fixed([0, 0, 0, 4, 0xD2])]);
    column!(group, ByteArrayType, &[ByteArray::from(vec![0xFF, 0x38]), ByteArray::from(vec![5])]);
    column!(group, ByteArrayType, &[ByteArray::from("x"), ByteArray::from("y")]);
    group.close().unwrap();
    writer.close().unwrap();
    let rows = rows(&path);
    let first = [
        "TRUE",
        "0.1",
        "-128",
        "4294967295",
        "-9223372036854775808",
        "18446744073709551615",
        "08:30:00",
    ];
    assert_eq!(rows[0][..7], first);
    let rest = [
        "00:00:00.000001",
        "1969-12-31T23:59:59.999",
        "1970-01-01T00:00:00.000001",
        "1970-01-01",
        "-0.001",
        "-20.0",
        "x",
    ];
    assert_eq!(rows[0][7..], rest);
    assert_eq!(rows[1][..7], ["FALSE", "-2.5", "127", "7", "3", "9", "00:00:00"]);
    let rest = ["23:59:59", "1970-01-02", "1969-12-31", "1970-01-02T01:00:00", "1.234", "0.5", "y"];
    assert_eq!(rows[1][7..], rest);
}

#[test]
fn half_precision() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let mut writer = writer(&path, "required fixed_len_byte_array (2) half (FLOAT16);");
    let mut group = writer.next_row_group().unwrap();
    column!(group, FixedLenByteArrayType, &[FixedLenByteArray::from(vec![0x00, 0x3E])]);
    group.close().unwrap();
    writer.close().unwrap();
    assert_eq!(rows(&path), [["1.5"]]);
}

#[test]
fn what_is_no_flat_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let nested = "a nested column";
    for (columns, name, what) in [
        ("required double age; required group visit { required double dose; }", "visit", nested),
        (
            "optional group doses (LIST) { repeated group list { optional double element; } } \
             required int32 age;",
            "doses",
            nested,
        ),
        (
            "optional group by_day (MAP) { repeated group key_value { required int32 key; \
             optional double value; } }",
            "by_day",
            nested,
        ),
        ("required double age; repeated double doses;", "doses", nested),
        ("required binary scan;", "scan", "binary"),
        ("required fixed_len_byte_array (16) id;", "id", "binary"),
        ("required int64 at (TIME(NANOS,true));", "at", "no text"),
    ] {
        writer(&path, columns).close().unwrap();
        let message = refusal(&path);
        let place = format!("header, column {name:?}: ");
        assert!(message.contains(&place) && message.contains(what), "{columns}: {message}");
    }
    let mut beyond = writer(&path, "required int64 at (TIMESTAMP(MICROS,true));");
    let mut group = beyond.next_row_group().unwrap();
    column!(group, Int64Type, &[0, i64::MAX]);
    group.close().unwrap();
    beyond.close().unwrap();
    assert!(refusal(&path).contains("row 2, column \"at\": a date"), "{}", refusal(&path));
}

#[test]
fn a_page_whose_size_has_too_many_bits_is_refused_before_it_is_read() {
    // The library takes the low bits of it for 640 MB.
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let refusal = refusal(&house.join("tests/fixtures/corpus/parquet/long-size.parquet"));
    assert!(refusal.contains("the header of a page is damaged"), "{refusal}");
}
