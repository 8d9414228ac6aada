//! For any table that a schema allows, decoding undoes encoding: as printed without pixels, within
//! half a pixel with 256.

use super::{read, written};
use proptest::prelude::*;
use table::Table;
use table::encode::{Encoder, Treatment};
use table::pixels::Pixels;

/// Tables whose numbers use up to all the digits that decoding promises, and as small a range as a
/// unit in the last of them.
fn tables() -> impl Strategy<Value = Table> {
    let column = (0..16usize, 1..=14u32, any::<i64>());
    let kinds = prop::sample::select(vec!["numerical", "integer", "boolean", "ordinal", "nominal"]);
    let columns = prop::collection::vec((kinds, column), 1..5);
    (columns, prop::collection::vec(prop::collection::vec((0..5u8, any::<u64>()), 5), 1..20)).prop_map(
        |(columns, rows)| {
            let entry = |(at, (kind, (decimals, ..))): (usize, &(&str, (usize, u32, i64)))| match *kind {
                "numerical" => format!("{{ name = \"c{at}\", kind = \"numerical\", decimals = {decimals} }}"),
                "integer" => format!("{{ name = \"c{at}\", kind = \"integer\" }}"),
                "boolean" => format!("{{ name = \"c{at}\", kind = \"boolean\", levels = [\"no\", \"yes\"] }}"),
                _ => format!("{{ name = \"c{at}\", kind = \"{kind}\", levels = [\"d\", \"a\", \"é\", \"b\", \"c\"] }}"),
            };
            let schema = format!("column = [{}]", columns.iter().enumerate().map(entry).collect::<Vec<_>>().join(", "));
            let mut csv = (0..columns.len()).map(|at| format!("c{at}")).collect::<Vec<_>>().join(",") + "\n";
            for row in &rows {
                let cells: Vec<String> =
                    columns.iter().zip(row).map(|(column, &random)| cell(column, random)).collect();
                // A row of one empty cell would be an empty line.
                csv += &(if cells == [""] { "\"\"".into() } else { cells.join(",") });
                csv.push('\n');
            }
            read(csv.as_bytes(), Some(&schema)).unwrap().0
        },
    )
}

/// The text of a cell: missing in one case of five; numbers are an offset and up to `digits` random
/// digits, with the point anywhere.
fn cell(
    &(kind, (decimals, digits, offset)): &(&str, (usize, u32, i64)),
    (lot, random): (u8, u64),
) -> String {
    if lot == 0 {
        return String::new();
    }
    let number = (random % 10u64.pow(digits)) as i64 + offset % 10i64.pow(14);
    match kind {
        "numerical" => format!("{number}e-{decimals}"),
        "integer" => number.to_string(),
        "boolean" => ["no", "yes"][random as usize % 2].into(),
        _ => ["d", "a", "é", "b", "c"][random as usize % 5].into(),
    }
}

/// The cells of a table as they are written, row by row.
fn printed(table: &Table) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(written(table).as_bytes())
        .records()
        .map(|record| record.unwrap())
        .collect()
}

/// Whether a missing cell may stand for an observed one: in a constant column, whose missing cells
/// are drawn.
fn is_drawn(treatment: &Treatment) -> bool {
    matches!(treatment, Treatment::Constant { missing, .. } if *missing > 0.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn without_pixels_every_value_comes_back_as_printed(table in tables(), seed: u64) {
        let Ok(encoder) = Encoder::fit(&table, Pixels::None) else { return Ok(()) };
        let back = encoder.decode(&encoder.encode(&table), seed);
        for (at, (ours, theirs)) in back.cells.values().iter().zip(table.cells.values()).enumerate() {
            let drawn = is_drawn(&encoder.treatments()[at % encoder.treatments().len()]);
            let equal = ours.to_bits() == theirs.to_bits() || drawn && (ours.is_nan() || theirs.is_nan());
            prop_assert!(equal, "{theirs} came back as {ours}");
        }
        for (ours, theirs) in printed(&back).iter().zip(&printed(&table)) {
            for (column, treatment) in encoder.treatments().iter().enumerate() {
                let (ours, theirs) = (&ours[column], &theirs[column]);
                let equal = ours == theirs || is_drawn(treatment) && (ours.is_empty() || theirs.is_empty());
                prop_assert!(equal, "{theirs:?} came back as {ours:?}: {treatment:?}");
            }
        }
    }

    #[test]
    fn with_pixels_every_value_comes_back_within_half_of_one(table in tables(), seed: u64) {
        let Ok(encoder) = Encoder::fit(&table, Pixels::Levels256) else { return Ok(()) };
        let back = encoder.decode(&encoder.encode(&table), seed);
        for (position, (treatment, column)) in encoder.treatments().iter().zip(&table.schema.columns).enumerate() {
            let Treatment::Trained { lo, hi, .. } = treatment else { continue };
            // 254 steps from pixel 1 to 255; a level is one of at most five, so that no rounding
            // may move it.
            let half = if column.kind.is_coded() { 0.0 } else { (hi - lo) / 508.0 };
            let printed = if column.kind.is_coded() { 0.0 } else { 0.5 / 10f64.powi(column.decimals as i32) };
            let rounding = 1e-15 * (hi.abs() + lo.abs());
            for (ours, theirs) in back.cells.column(position).zip(table.cells.column(position)) {
                prop_assert_eq!(ours.is_nan(), theirs.is_nan());
                let off = (ours - theirs).abs();
                prop_assert!(theirs.is_nan() || off <= half + printed + rounding, "{theirs} came back as {ours}");
            }
        }
    }
}
