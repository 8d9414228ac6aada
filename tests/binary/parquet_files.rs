//! `mellizo sample --out FILE.parquet`, read back by another door and compared with the CSV value
//! by value.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, cpu};
use mellizo::table::bundled;
use parquet::basic::{Compression, Repetition, Type as Physical};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

const MODEL: &str = "sample results/private/model.safetensors";

fn trained() -> Desk {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), "train --recipe small.toml --epochs 2 --out results").silent();
    desk
}

fn opened(desk: &Desk, name: &str) -> SerializedFileReader<std::fs::File> {
    SerializedFileReader::new(std::fs::File::open(desk.path(name)).expect("a file"))
        .expect("a Parquet file")
}

/// The rows of a file, every cell as the text that CSV has for the same value; `decimals` of the
/// doubles.
fn cells(desk: &Desk, name: &str) -> Vec<Vec<String>> {
    let columns = bundled::cohort().expect("the cohort").schema.columns;
    let text = |(place, field): (usize, &Field)| match field {
        Field::Null => String::new(),
        Field::Bool(truth) => columns[place].levels[usize::from(*truth)].clone(),
        Field::Long(number) => number.to_string(),
        Field::Double(number) => format!("{number:.*}", columns[place].decimals),
        Field::Str(level) => level.clone(),
        other => panic!("a cell {other:?}"),
    };
    let row = |row: parquet::record::Row| {
        row.get_column_iter().map(|(_, field)| field).enumerate().map(text).collect()
    };
    opened(desk, name).get_row_iter(None).expect("rows").map(|r| row(r.expect("a row"))).collect()
}

#[test]
fn the_values_are_those_of_the_csv() {
    let desk = trained();
    desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 2500 --out all.parquet")).silent();
    let csv =
        CsvFile::parse(&desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 2500")).good().stdout);
    let read = cells(&desk, "all.parquet");
    assert_eq!(read.len(), csv.rows.len());
    for (row, (read, written)) in read.iter().zip(&csv.rows).enumerate() {
        assert_eq!(read, written, "row {row}");
    }
    assert!(csv.rows.iter().flatten().any(String::is_empty), "no missing cell was compared");
    // A shard is a file of its own.
    desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 1000..1100 --out shard.parquet")).silent();
    assert_eq!(cells(&desk, "shard.parquet"), csv.rows[1000..1100]);
    desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 0 --out none.parquet")).silent();
    assert!(cells(&desk, "none.parquet").is_empty());
}

#[test]
fn doubles_are_the_numbers_that_the_text_means() {
    let desk = trained();
    desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 300 --out some.parquet")).silent();
    let csv =
        CsvFile::parse(&desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 300")).good().stdout);
    let mut compared = 0;
    for (row, written) in
        opened(&desk, "some.parquet").get_row_iter(None).expect("rows").zip(&csv.rows)
    {
        for ((name, field), text) in row.expect("a row").get_column_iter().zip(written) {
            if let Field::Double(number) = field {
                assert_eq!(Ok(*number), text.parse(), "{name}");
                compared += 1;
            }
        }
    }
    assert!(compared > 300 * 5, "{compared} doubles");
}

#[test]
fn columns_have_types() {
    let desk = trained();
    desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 70000 --out typed.parquet")).silent();
    let file = opened(&desk, "typed.parquet");
    let metadata = file.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let types = [
        ("age", Physical::DOUBLE),
        ("death", Physical::BOOLEAN),
        ("sex", Physical::BYTE_ARRAY),
        ("slos", Physical::INT64),
        ("d.time", Physical::INT64),
        ("race", Physical::BYTE_ARRAY),
    ];
    for (name, expected) in types {
        let column = schema.columns().iter().find(|column| column.name() == name).expect(name);
        assert_eq!(column.physical_type(), expected, "{name}");
        assert_eq!(
            column.self_type().get_basic_info().repetition(),
            Repetition::OPTIONAL,
            "{name}"
        );
    }
    // Bounded groups, all of them compressed.
    assert_eq!(metadata.num_row_groups(), 2);
    let rows: Vec<i64> = metadata.row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(rows, [65_536, 70_000 - 65_536]);
    let chunks = metadata.row_groups().iter().flat_map(|group| group.columns());
    assert!(chunks.into_iter().all(|chunk| chunk.compression() == Compression::SNAPPY));
}
