//! The typed representation: a matrix that knows levels, numbers and missing cells, and the way
//! back.

use super::table;
use ground::blocks::BlockKind;
use ground::matrix::Matrix;
use proptest::prelude::*;
use table::bundled;
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};
use table::{Kind, Table};

fn fitted(table: &Table, options: &TypedOptions) -> (TypedEncoder, Matrix, TypedDecoder) {
    let encoder = TypedEncoder::fit(table, &[], options).unwrap();
    let matrix = encoder.encode(table);
    let decoder = TypedDecoder::fit(&matrix, &encoder, (table, &matrix));
    (encoder, matrix, decoder)
}

/// Observed cells of a column, ascending.
fn observed(table: &Table, column: usize) -> Vec<f64> {
    let mut cells: Vec<f64> = table.cells.column(column).filter(|cell| !cell.is_nan()).collect();
    cells.sort_by(f64::total_cmp);
    cells
}

/// A table of `rows` patients with a level, a number with gaps and a number without.
fn small(rows: usize) -> Table {
    let line = |i: usize| {
        let stage = ["I", "II", "III", ""][i * 7 % 4];
        let dose = if i.is_multiple_of(3) { String::new() } else { format!("{}.5", i * 13 % 50) };
        format!("{stage},{dose},{}\n", 40 + i * 11 % 37)
    };
    table(&format!("stage,dose,age\n{}", (0..rows).map(line).collect::<String>()))
}

#[test]
fn blocks_say_what_the_columns_are_and_have_variance_one() {
    let table = small(120);
    let (encoder, matrix, decoder) = fitted(&table, &TypedOptions::default());
    let shapes: Vec<_> =
        encoder.blocks().each.iter().map(|block| (block.kind, block.len, block.missing)).collect();
    let expected = [
        (BlockKind::Levels, 4, true),
        (BlockKind::MaskedNumber, 2, true),
        (BlockKind::Number, 1, false),
    ];
    assert_eq!(shapes, expected);
    assert_eq!((encoder.blocks().width(), encoder.columns(), matrix.columns()), (7, 7, 7));
    assert_eq!(&decoder.blocks(), encoder.blocks());
    for block in &encoder.blocks().each {
        let variance = |column: usize| {
            let mean = matrix.column(column).sum::<f64>() / 120.0;
            matrix.column(column).map(|x| (x - mean).powi(2)).sum::<f64>() / 120.0
        };
        let total: f64 = (block.first..block.end()).map(variance).sum();
        assert!((total - 1.0).abs() < 1e-12, "{block:?}: {total}");
    }
    for row in 0..120 {
        let (x, cells) = (matrix.row(row), table.cells.row(row));
        let hot = if cells[0].is_nan() { 3 } else { cells[0] as usize };
        assert!(
            (0..4).all(|at| x[at] == if at == hot { encoder.blocks().each[0].scale } else { 0.0 }),
            "{x:?}"
        );
        assert_eq!(x[5], if cells[1].is_nan() { encoder.blocks().each[1].scale } else { 0.0 });
        assert!(!cells[1].is_nan() || x[4] == 0.0);
    }
}

#[test]
fn only_the_training_rows_are_learned() {
    let (encoder, _, _) = fitted(&small(120), &TypedOptions::default());
    let cells = Matrix::from_values(2, 3, vec![0.0, 7.0, 1000.0, 1.0, f64::NAN, -5.0]);
    let other = Table { schema: small(120).schema, cells, patients: None };
    let matrix = encoder.encode(&other);
    // Beyond the training rows: as the last of them; between two of them: between their scores.
    let whole = encoder.encode(&small(120));
    let largest = |column: usize| whole.column(column).fold(f64::MIN, f64::max);
    assert_eq!(matrix[(0, 6)], largest(6));
    assert_eq!(matrix[(1, 6)], whole.column(6).fold(f64::MAX, f64::min));
    assert!(matrix[(0, 4)].abs() < largest(4));
}

#[test]
fn the_bundled_cohort_comes_back_by_quantiles() {
    let cohort = bundled::cohort().unwrap();
    let (_, matrix, decoder) = fitted(&cohort, &TypedOptions::default());
    let back = decoder.decode(&matrix);
    assert_eq!(back.schema, cohort.schema);
    for (position, column) in cohort.schema.columns.iter().enumerate() {
        let (real, made) = (observed(&cohort, position), observed(&back, position));
        assert_eq!(real.len(), made.len(), "{}: missing cells", column.name);
        if column.kind.is_coded() {
            // Levels of fewer than five patients are pooled with others.
            let moved = real.iter().zip(&made).filter(|(a, b)| a != b).count();
            assert!(moved < 10, "{}: {moved}", column.name);
            continue;
        }
        assert!(
            made[0] >= real[0] && made.last() <= real.last(),
            "{} leaves its range",
            column.name
        );
        // Kolmogorov-Smirnov: a knot holds five to nine patients.
        let below = |sorted: &[f64], value: f64| {
            sorted.partition_point(|x| *x <= value) as f64 / sorted.len() as f64
        };
        let distance = real
            .iter()
            .map(|&value| (below(&real, value) - below(&made, value)).abs())
            .fold(0.0, f64::max);
        assert!(distance <= 10.0 / real.len() as f64, "{}: {distance}", column.name);
    }
    // A value that many share keeps its share.
    let bili = cohort.position("bili").unwrap();
    let share = |table: &Table| {
        observed(table, bili).iter().filter(|x| (**x - 0.39996338).abs() < 1e-9).count()
    };
    assert_eq!((share(&cohort), share(&back)), (95, 95));
}

#[test]
fn no_value_of_a_single_patient_is_stored() {
    let cohort = bundled::cohort().unwrap();
    let (_, _, decoder) = fitted(&cohort, &TypedOptions::default());
    let text = serde_json::to_string(&decoder).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut seen = 0;
    for (position, column) in cohort.schema.columns.iter().enumerate() {
        let Some(knots) = value["columns"][position]["map"]["cohort"].as_array() else { continue };
        let cells = observed(&cohort, position);
        for knot in knots.iter().map(|knot| knot.as_f64().unwrap()) {
            // A mean of five neighbours may be the middle one of them; an extreme value cannot.
            let count = cells.iter().filter(|cell| **cell == knot).count();
            let extreme = knot == cells[0] || knot == cells[cells.len() - 1];
            assert!(
                !extreme || count == 0 || count >= 4,
                "{}: {knot} is that of {count} patients",
                column.name
            );
            seen += 1;
        }
    }
    assert!(seen > 1000, "{seen}");
    let back: TypedDecoder = serde_json::from_str(&text).unwrap();
    assert_eq!(back, decoder);
    for (from, to) in [
        ("\"scale\":", "\"scale\":-"),
        ("\"generated\":[", "\"generated\":[1e9,"),
        ("{\"is\":\"constant\",\"value\":0.0}", "{\"is\":\"constant\",\"value\":7.0}"),
    ] {
        assert!(
            serde_json::from_str::<TypedDecoder>(&text.replacen(from, to, 1)).is_err()
                || !text.contains(from),
            "{from}"
        );
    }
}

#[test]
fn pieces_are_decoded_as_the_whole() {
    let cohort = bundled::cohort().unwrap();
    let (_, matrix, decoder) = fitted(&cohort, &TypedOptions::default());
    let whole = decoder.decode(&matrix);
    for row in [0, 17, 907] {
        let one =
            decoder.decode(&Matrix::from_values(1, matrix.columns(), matrix.row(row).to_vec()));
        let bits = |cells: &[f64]| cells.iter().map(|cell| cell.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(one.cells.row(0)), bits(whole.cells.row(row)));
    }
}

#[test]
fn columns_that_cannot_be_learned_are_given_back() {
    let csv: String = (0..30)
        .map(|i| {
            format!(
                "{},same,,{},{}\n",
                i % 17,
                if i < 3 { "b" } else { "a" },
                if i < 9 { "" } else { "x" }
            )
        })
        .collect();
    let table = table(&format!("n,constant,empty,rare,gaps\n{csv}"));
    let (encoder, matrix, decoder) = fitted(&table, &TypedOptions::default());
    assert_eq!(
        encoder.block_columns(),
        [0, 4],
        "a level of three patients is none, and gaps are something to learn"
    );
    assert_eq!(encoder.warnings().len(), 3);
    let back = decoder.decode(&matrix);
    assert!((0..30).all(|row| back.cells[(row, 1)] == 0.0
        && back.cells[(row, 2)].is_nan()
        && back.cells[(row, 3)] == 0.0));
    assert_eq!(observed(&back, 4).len(), 21);
    let loose = TypedOptions { rare_below: 1, ..TypedOptions::default() };
    assert_eq!(TypedEncoder::fit(&table, &[], &loose).unwrap().block_columns(), [0, 3, 4]);
}

/// Of levels that are equally common the first one takes the rare ones in.
#[test]
fn a_rare_level_counts_as_the_first_of_the_most_common_ones() {
    let lines: String = (0..63).map(|row| ["a\n", "b\n", "c\n"][(row / 30).min(2)]).collect();
    let (_, matrix, _) = fitted(&table(&format!("site\n{lines}")), &TypedOptions::default());
    assert!(matrix[(62, 0)] > 0.0 && matrix[(62, 1)] == 0.0, "{:?}", matrix.row(62));
}

#[test]
fn numbers_with_few_values_may_be_levels_and_many_levels_a_number() {
    let mut table = small(120);
    let options =
        TypedOptions { numbers_as_levels: 60, levels_up_to: 2, ..TypedOptions::default() };
    table.schema.columns[0].kind = Kind::Ordinal;
    let (encoder, matrix, decoder) = fitted(&table, &options);
    let kinds: Vec<BlockKind> = encoder.blocks().each.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::MaskedNumber, BlockKind::Levels, BlockKind::Levels]);
    let back = decoder.decode(&matrix);
    let counts =
        |table: &Table, level: f64| table.cells.column(0).filter(|cell| *cell == level).count();
    assert!([0.0, 1.0, 2.0].iter().all(|&level| counts(&table, level) == counts(&back, level)));
}

fn cells() -> impl Strategy<Value = (Vec<(u8, i32)>, usize)> {
    (prop::collection::vec((any::<u8>(), -500..500i32), 12..80), 0..3usize)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// For any numbers: missing stays missing, order stays, everything is within the range and has
    /// the column's decimals. A value that many share, which is a choice, comes back as it is; what
    /// is a number keeps its order among the numbers, unless a shared value parts them.
    #[test]
    fn numbers_come_back_in_order_and_in_range((cells, decimals) in cells()) {
        let number = |(lot, number): &(u8, i32)| match lot % 5 {
            0 => String::new(),
            // Half of the others share a few values.
            1 | 2 => format!("{}", number % 3),
            _ => format!("{}", f64::from(*number) / 10f64.powi(decimals as i32)),
        };
        let csv: String = cells.iter().map(|cell| format!("{},{}\n", number(cell), cell.0 % 2)).collect();
        let Ok((table, _)) = super::read(format!("x,y\n{csv}").as_bytes(), None) else { return Ok(()) };
        let Ok(encoder) = TypedEncoder::fit(&table, &[], &TypedOptions::default()) else { return Ok(()) };
        let matrix = encoder.encode(&table);
        let back = TypedDecoder::fit(&matrix, &encoder, (&table, &matrix)).decode(&matrix);
        let real = observed(&table, 0);
        if real.len() < 5 || table.schema.columns[0].kind.is_coded() {
            return Ok(());
        }
        let mut pairs = Vec::new();
        for row in 0..table.rows() {
            let (before, after) = (table.cells[(row, 0)], back.cells[(row, 0)]);
            prop_assert_eq!(before.is_nan(), after.is_nan());
            if !before.is_nan() {
                prop_assert!((real[0]..=real[real.len() - 1]).contains(&after), "{} became {}", before, after);
                let places = table.schema.columns[0].decimals;
                prop_assert_eq!(format!("{after:.places$}").parse::<f64>().unwrap(), after);
                pairs.push((before, after));
            }
        }
        pairs.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let shares = |value: f64| pairs.iter().filter(|pair| pair.0 == value).count() >= 10;
        if encoder.block_columns().iter().any(|&column| column >= table.schema.columns.len()) {
            let (shared, numbers): (Vec<(f64, f64)>, _) =
                pairs.iter().copied().partition(|pair| shares(pair.0));
            prop_assert!(shared.iter().any(|pair| pair.0 == pair.1), "{:?}", shared);
            let parts = |value: f64| {
                let side = |below: bool| numbers.iter().filter(|pair| (pair.0 < value) == below).count();
                side(true) >= 20 && side(false) >= 20
            };
            // The two sides of a value in the middle are two groups (`chosen.rs` has their test).
            if shared.iter().any(|pair| parts(pair.0)) {
                return Ok(());
            }
            pairs = numbers;
        }
        prop_assert!(pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{:?}", pairs);
    }
}
