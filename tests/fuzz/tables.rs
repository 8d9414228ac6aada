//! What becomes of the bytes of strangers at the readers of tables: an error or a result, and
//! neither a panic, nor a hang, nor more memory than the limits allow.
//! The fuzz targets and the test that replays the corpus call the same functions.

#![allow(dead_code)]

use clinical::cleaning::{Rules, clean};
use std::path::Path;
use table::condition::{Condition, Support};
use table::read::{Limits, Options, Sheet, from_bytes};
use table::{Schema, Table};

/// Smaller than the defaults, so that a reader which forgets one of them shows it within 512 MB.
const LIMITS: Limits = Limits {
    file: 1 << 25,
    columns: 256,
    cell: 1 << 14,
    row: 1 << 16,
    unpacked: 1 << 23,
    table: 1 << 21,
};

const NAME: &str = "hostile";

/// A table whose conditions, rules and schemas are asked for.
const COHORT: &str = "age,stage,sex,day,dose\n64,I,f,2020-03-12,1.5\n71,II,m,2021-01-02,\n\
    58,II,m,2020-07-30,2.25\n80,III,f,,0.5\n66,I,m,2022-11-11,<0.5\n49,II,f,2020-02-29,3\n";

/// Any table file: text, gzip, a workbook or Parquet, by its first bytes.
pub fn csv(bytes: &[u8]) {
    let options = Options { limits: LIMITS, ..Options::default() };
    let Ok(reader) = from_bytes(bytes.to_vec(), NAME, &options) else { return };
    let Ok(sheet) = Sheet::read(reader) else { return };
    sheet.refused();
    let Ok((schema, _)) = sheet.infer() else { return };
    // What was guessed of a table fits the table.
    let table = sheet.table(&schema);
    if let Ok(table) = table {
        assert_eq!(table.cells.columns(), schema.columns.len());
    }
}

/// As [`csv`]: the first bytes tell the kinds apart.
pub fn xlsx(bytes: &[u8]) {
    csv(bytes);
}

/// As [`csv`].
pub fn parquet(bytes: &[u8]) {
    csv(bytes);
}

/// A schema, by which a table is read and which is written again.
pub fn schema(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(schema) = Schema::from_toml(text, NAME) else { return };
    let again = Schema::from_toml(&schema.to_toml(), NAME);
    assert_eq!(again.as_ref().ok(), Some(&schema), "{again:?}");
    let sheet = Sheet::from_bytes(COHORT.as_bytes(), NAME).expect("a table");
    if let Ok(table) = sheet.table(&schema) {
        let _ = Support::of(&table);
    }
}

/// Rules of cleaning, applied to a table.
pub fn rules(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(rules) = Rules::from_toml(text, NAME) else { return };
    let sheet = Sheet::from_bytes(COHORT.as_bytes(), NAME).expect("a table");
    for lenient in [false, true] {
        let Ok(cleaned) = clean(&sheet, &rules, lenient) else { continue };
        let mut cohort = Vec::new();
        cleaned.write_cohort(&mut cohort).expect("memory takes it");
    }
}

/// A condition of `--where`, asked of a table.
pub fn condition(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let table = cohort();
    let Ok(condition) = Condition::parse(text, &table.schema) else { return };
    let again = Condition::parse(&condition.text(&table.schema), &table.schema);
    assert!(again.is_ok(), "{text:?} becomes {:?}", condition.text(&table.schema));
    let counted = (0..table.rows()).filter(|&row| condition.holds(table.cells.row(row))).count();
    assert!(counted <= Support::of(&table).rows());
}

fn cohort() -> Table {
    let sheet = Sheet::from_bytes(COHORT.as_bytes(), Path::new(NAME)).expect("a table");
    let (schema, _) = sheet.infer().expect("kinds");
    sheet.table(&schema).expect("its own kinds")
}
