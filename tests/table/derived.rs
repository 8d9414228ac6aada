//! Relations that hold by construction: columns that are learned as what others leave open, and
//! choices that follow from others.

use super::table;
use ground::blocks::{BlockKind, Choice, Gate, State};
use ground::matrix::Matrix;
use table::relations::{Found, Relation, find};
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};
use table::{Table, bundled};

/// Patients: `score` is also in `filled`, which has halves where `score` is missing; stay, day (at
/// most the stay, equal where `order` is no) and survival (at least the stay, equal where `died` is
/// yes); `test` is missing where `gas` is; `total` = `a` + `b`.
pub(super) fn cohort() -> Table {
    let line = |i: usize| {
        let score = i % 7;
        let missing = i.is_multiple_of(3);
        let (score, filled) = if missing {
            (String::new(), format!("{score}.5"))
        } else {
            (score.to_string(), format!("{score}.0"))
        };
        let (order, died) = (i % 5 < 2, i % 4 == 1);
        let stay = 14 + i * 7 % 23;
        let day = if order { 1 + i * 11 % 13 } else { stay };
        let survival = if died { stay } else { stay + 10 + i * 13 % 300 };
        let gas = if i % 8 < 3 { String::new() } else { format!("{}", 300 + i * 11 % 90) };
        let test = if i % 8 < 3 || i.is_multiple_of(11) {
            String::new()
        } else {
            format!("{}", i * 17 % 60)
        };
        let (a, b) = (i * 3 % 31, i * 5 % 37);
        let (order, died) = (["no", "yes"][usize::from(order)], ["no", "yes"][usize::from(died)]);
        format!(
            "{score},{filled},{stay},{day},{survival},{order},{died},{gas},{test},{a},{b},{}\n",
            a + b
        )
    };
    let header = "score,filled,stay,day,survival,order,died,gas,test,a,b,total\n";
    table(&format!("{header}{}", (0..240).map(line).collect::<String>()))
}

pub(super) fn relations(table: &Table, texts: &[&str]) -> Vec<Found> {
    texts
        .iter()
        .map(|text| Found::count(Relation::parse(text, &table.schema).unwrap(), table))
        .collect()
}

pub(super) const KEPT: &[&str] = &[
    "score = filled",
    "order=no -> day = stay",
    "died=yes -> stay = survival",
    "day <= stay",
    "stay <= survival",
    "gas is missing -> test is missing",
    "a + b = total",
];

pub(super) fn fitted(table: &Table, kept: &[Found]) -> (TypedEncoder, Matrix, TypedDecoder) {
    let encoder = TypedEncoder::fit(table, kept, &TypedOptions::default()).unwrap();
    let matrix = encoder.encode(table);
    let decoder = TypedDecoder::fit(&matrix, &encoder, (table, &matrix));
    (encoder, matrix, decoder)
}

/// Rows of numbers that know nothing of the cohort, with its heads: the first of a block's largest
/// numbers, masks by their sign.
fn nonsense(encoder: &TypedEncoder, rows: usize) -> Matrix {
    let number = |row: usize, column: usize| {
        let x = (row * 7919 + column * 104_729 + 12345) % 10_007;
        x as f64 / 10_007.0 * 4.0 - 2.0
    };
    let mut matrix = Matrix::zeros(rows, encoder.columns());
    for row in 0..rows {
        for block in &encoder.blocks().each {
            let to = &mut matrix.row_mut(row)[block.first..block.end()];
            match block.kind {
                BlockKind::Levels => to[(row * 31 + block.first * 7) % block.len] = block.scale,
                BlockKind::Number => to[0] = block.scale * number(row, block.first),
                BlockKind::MaskedNumber if number(row, block.first + 1) > 0.5 => {
                    to[1] = block.scale
                }
                BlockKind::MaskedNumber => to[0] = block.scale * number(row, block.first),
            }
        }
    }
    matrix
}

#[test]
fn folded_training_rows_come_back() {
    let table = cohort();
    let kept = relations(&table, KEPT);
    assert!(kept.iter().all(|found| found.exceptions == 0 && found.support > 20), "{kept:?}");
    let (encoder, matrix, decoder) = fitted(&table, &kept);
    let back = decoder.decode(&matrix);
    let position =
        |name: &str| table.schema.columns.iter().position(|column| column.name == name).unwrap();
    for row in 0..table.rows() {
        let (before, after) = (table.cells.row(row), back.cells.row(row));
        let same =
            before.iter().zip(after).all(|(before, after)| before.is_nan() == after.is_nan());
        assert!(same, "missing cells of row {row}: {before:?} and {after:?}");
        for found in &kept {
            assert_ne!(
                found.relation.holds(after),
                Some(false),
                "row {row} breaks {}",
                found.relation.text(&table.schema)
            );
        }
        // What ties a patient's columns together comes back exactly, not only by its distribution.
        for (low, high) in [("day", "stay"), ("stay", "survival")] {
            let [low, high] = [low, high].map(position);
            assert_eq!(
                before[low] == before[high],
                after[low] == after[high],
                "{low} and {high} of row {row}"
            );
        }
    }
    // The total is all made of its parts, and the copy is learned as halves alone.
    assert!(!encoder.block_columns().contains(&position("total")));
    assert!(encoder.warnings().is_empty(), "{:?}", encoder.warnings());
}

/// A day that some patients miss can be no base: it is learned as it is where it is not the stay.
#[test]
fn a_lower_column_with_gaps_is_learned_below_the_other() {
    let mut table = cohort();
    let position =
        |name: &str| table.schema.columns.iter().position(|column| column.name == name).unwrap();
    let [stay, day, order] = ["stay", "day", "order"].map(position);
    for row in [6, 121] {
        table.cells[(row, day)] = f64::NAN;
    }
    // No third column: of a chain all but one are distances.
    let kept = relations(&table, &["order=no -> day = stay", "day <= stay"]);
    let (encoder, matrix, decoder) = fitted(&table, &kept);
    let block = |column| encoder.block_columns().iter().position(|&of| of == column).unwrap();
    let kinds = [stay, day].map(|column| encoder.blocks().each[block(column)].kind);
    assert_eq!(kinds, [BlockKind::Number, BlockKind::MaskedNumber]);
    let premise = State { block: block(order), choice: Choice::Level(0) };
    let gate = |choice| Gate { when: premise, then: State { block: block(day), choice } };
    assert!(
        encoder.blocks().gates.contains(&gate(Choice::Missing)),
        "{:?}",
        encoder.blocks().gates
    );
    // As levels: thirteen days, and that there is nothing to learn, which is no missing cell.
    let options = TypedOptions { numbers_as_levels: 15, ..TypedOptions::default() };
    let by_levels = TypedEncoder::fit(&table, &kept, &options).unwrap();
    assert!(
        by_levels.blocks().gates.contains(&gate(Choice::Level(13))),
        "{:?}",
        by_levels.blocks().gates
    );
    for (rows, back) in
        [(240, decoder.decode(&matrix)), (500, decoder.decode(&nonsense(&encoder, 500)))]
    {
        for row in (0..rows).map(|row| back.cells.row(row)) {
            assert!(row[day] <= row[stay], "{row:?}");
        }
    }
    let back = decoder.decode(&matrix);
    for row in (0..240).filter(|row| ![6, 121].contains(row)) {
        assert_eq!(table.cells[(row, day)], back.cells[(row, day)], "row {row}");
    }
    assert_eq!(
        back.cells[(6, day)],
        back.cells[(6, stay)],
        "too few missing cells to come back count as equal"
    );
}

#[test]
fn missing_cells_of_ordered_columns_come_back() {
    let mut table = cohort();
    let position =
        |name: &str| table.schema.columns.iter().position(|column| column.name == name).unwrap();
    let [stay, day, survival] = ["stay", "day", "survival"].map(position);
    for row in 0..240 {
        if row % 20 == 6 {
            table.cells[(row, day)] = f64::NAN;
        } else if row % 30 == 11 {
            table.cells[(row, stay)] = f64::NAN;
        }
    }
    let kept = relations(&table, &["order=no -> day = stay", "day <= stay", "stay <= survival"]);
    let (encoder, matrix, decoder) = fitted(&table, &kept);
    assert_eq!(encoder.schema(), &table.schema);
    assert!(
        encoder.block_columns().iter().any(|&column| column >= table.schema.columns.len()),
        "a column says where day is"
    );
    let back = decoder.decode(&matrix);
    assert_eq!(back.schema, table.schema);
    let mut equal = 0;
    for row in 0..240 {
        let (before, after) = (table.cells.row(row), back.cells.row(row));
        assert!(
            [stay, day, survival]
                .iter()
                .all(|&column| before[column].is_nan() == after[column].is_nan()),
            "row {row}"
        );
        assert_eq!(before[day] == before[stay], after[day] == after[stay], "row {row}");
        equal += usize::from(after[day] == after[stay]);
        assert!(
            after[day].is_nan() || after[stay].is_nan() || after[day] <= after[stay],
            "row {row}"
        );
    }
    assert!(equal > 100, "{equal}");
    let text = serde_json::to_string(&decoder).unwrap();
    assert_eq!(serde_json::from_str::<TypedDecoder>(&text).unwrap(), decoder);
    let gap = format!(r#""gap":{}"#, table.schema.columns.len());
    assert!(text.contains(&gap), "{text}");
    assert!(serde_json::from_str::<TypedDecoder>(&text.replace(&gap, r#""gap":3"#)).is_err());
}

#[test]
fn rows_of_any_numbers_keep_what_is_built_in() {
    let table = cohort();
    let kept = relations(&table, KEPT);
    let (encoder, _, decoder) = fitted(&table, &kept);
    let back = decoder.decode(&nonsense(&encoder, 500));
    for text in ["score = filled", "day <= stay", "stay <= survival", "a + b = total"] {
        let relation = Relation::parse(text, &table.schema).unwrap();
        let verdicts: Vec<bool> =
            (0..500).filter_map(|row| relation.holds(back.cells.row(row))).collect();
        assert!(verdicts.len() > 100 && verdicts.iter().all(|kept| *kept), "{text}");
    }
}

#[test]
fn what_the_training_rows_break_is_not_built_in() {
    let mut table = cohort();
    for row in [1, 5, 6, 10, 11, 15] {
        table.cells[(row, 3)] = 99.0;
    }
    table.cells[(0, 1)] = f64::NAN;
    let kept = relations(&table, KEPT);
    let (encoder, matrix, decoder) = fitted(&table, &kept);
    // "day <= stay" has exceptions, so nothing bounds the day; that it is the stay where there is
    // no order has none, and is a choice of the day.
    let day = encoder.block_columns().iter().position(|&column| column == 3).unwrap();
    assert_eq!(encoder.blocks().each[day].kind, BlockKind::MaskedNumber);
    let back = decoder.decode(&matrix);
    assert!(back.cells[(1, 3)] > back.cells[(1, 2)], "{:?}", back.cells.row(1));
    assert!(kept[1].exceptions == 0 && kept[3].exceptions == 6, "{kept:?}");
    for row in 0..240 {
        assert_ne!(kept[1].relation.holds(back.cells.row(row)), Some(false), "row {row}");
    }
    assert!(back.cells[(0, 1)].is_nan(), "a copy may be missing where its source is");
}

#[test]
fn a_changed_document_is_refused() {
    let table = cohort();
    let (_, _, decoder) = fitted(&table, &relations(&table, KEPT));
    let text = serde_json::to_string(&decoder).unwrap();
    assert_eq!(serde_json::from_str::<TypedDecoder>(&text).unwrap(), decoder);
    let changes = [
        (r#""is":"copy","column":1,"source":0"#, r#""is":"copy","column":1,"source":99"#),
        (r#""is":"copy","column":1,"source":0"#, r#""is":"copy","column":1,"source":1"#),
        (r#""is":"copy","column":1,"source":0"#, r#""is":"copy","column":1,"source":5"#),
        (r#""gates":[{"when":{"block":"#, r#""gates":[{"when":{"block":9"#),
    ];
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in {text}");
        assert!(serde_json::from_str::<TypedDecoder>(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
    // A model from before there were folds and forms.
    let (_, _, plain) = fitted(&table, &[]);
    let text = serde_json::to_string(&plain).unwrap();
    let old = text.replace(r#","folds":[],"forms":[],"gates":[]"#, "");
    assert_ne!(old, text);
    assert_eq!(serde_json::from_str::<TypedDecoder>(&old).unwrap(), plain);
}

#[test]
fn the_bundled_cohort_has_folds_for_what_it_keeps() {
    let table = bundled::cohort().unwrap();
    let (encoder, matrix, decoder) = fitted(&table, &find(&table));
    assert!(encoder.blocks().gates.len() > 5);
    let back = decoder.decode(&matrix);
    let position =
        |name: &str| table.schema.columns.iter().position(|column| column.name == name).unwrap();
    let [slos, time, adls, filled] = ["slos", "d.time", "adls", "adlsc"].map(position);
    for row in 0..table.rows() {
        let (before, after) = (table.cells.row(row), back.cells.row(row));
        assert_eq!(before[slos] == before[time], after[slos] == after[time], "row {row}");
        assert!(before[adls].is_nan() || after[adls] == after[filled], "row {row}");
    }
}
