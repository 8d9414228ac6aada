//! Forms: columns that are often missing all together are one choice, and come back together.

use super::table;
use ground::blocks::{BlockKind, Choice};
use ground::matrix::Matrix;
use table::Table;
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};

/// A questionnaire of eight answers, the last three of which are a page of their own: one patient
/// in ten left all of it out, one in eight the page, and single answers are missing here and there.
/// `lab` and `dose` are missing in other rows.
fn cohort() -> Table {
    let line = |i: usize| {
        let answer = |question: usize| {
            let (whole, page) = (i % 10 == 3, i % 8 == 5 && question >= 5);
            let single = (i * 37 + question * 101).is_multiple_of(53);
            if whole || page || single {
                String::new()
            } else {
                ((i * 7 + question * 3) % 5).to_string()
            }
        };
        let answers: Vec<String> = (0..8).map(answer).collect();
        let lab = if i % 9 == 1 { String::new() } else { (i * 31 % 89).to_string() };
        let dose = if i % 7 == 2 { String::new() } else { (i * 17 % 61).to_string() };
        format!("{},{},{lab},{dose}\n", 20 + i * 13 % 60, answers.join(","))
    };
    let header = "age,q1,q2,q3,q4,q5,q6,q7,q8,lab,dose\n";
    table(&format!("{header}{}", (0..400).map(line).collect::<String>()))
}

fn options(forms: bool) -> TypedOptions {
    TypedOptions { forms, ..TypedOptions::default() }
}

fn fitted(table: &Table, forms: bool) -> (TypedEncoder, Matrix, TypedDecoder) {
    let encoder = TypedEncoder::fit(table, &[], &options(forms)).unwrap();
    let matrix = encoder.encode(table);
    let decoder = TypedDecoder::fit(&matrix, &encoder, (table, &matrix));
    (encoder, matrix, decoder)
}

/// The columns that a form makes missing, of every form.
fn forced(encoder: &TypedEncoder) -> Vec<Vec<usize>> {
    let columns = encoder.block_columns();
    let first = (0..columns.len()).find(|&block| columns[block] >= 11).unwrap_or(columns.len());
    let of_form = |form: usize| {
        let gates = encoder.blocks().gates.iter().filter(move |gate| gate.when.block == form);
        gates.map(|gate| columns[gate.then.block]).collect()
    };
    (first..columns.len()).map(of_form).collect()
}

#[test]
fn a_questionnaire_and_its_page_are_found() {
    let (encoder, ..) = fitted(&cohort(), true);
    // The whole one makes the page (the second learned column behind the table's eleven) and all
    // answers missing, the page its own.
    let [mut whole, mut page]: [Vec<usize>; 2] = forced(&encoder).try_into().unwrap();
    whole.sort_unstable();
    page.sort_unstable();
    assert_eq!(whole, [1, 2, 3, 4, 5, 6, 7, 8, 12]);
    assert_eq!(page, [6, 7, 8]);
    let blocks = &encoder.blocks().each;
    let last = &blocks[blocks.len() - 1];
    assert_eq!(
        (last.kind, last.len, last.missing),
        (BlockKind::Levels, 2, false),
        "what it says is no missing cell"
    );
}

#[test]
fn columns_that_are_missing_by_themselves_are_no_form() {
    let mut table = cohort();
    let position =
        |name: &str| table.schema.columns.iter().position(|column| column.name == name).unwrap();
    let columns: Vec<usize> =
        ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"].map(position).to_vec();
    for (at, &column) in columns.iter().enumerate() {
        for row in 0..400 {
            let value = ((row * 7 + at * 3) % 5) as f64;
            table.cells[(row, column)] =
                if (row * (at + 3) + at * 57).is_multiple_of(6) { f64::NAN } else { value };
        }
    }
    assert!(forced(&fitted(&table, true).0).is_empty());
    // Nor is one that nineteen rows leave out.
    let mut rare = cohort();
    for row in (0..400).filter(|row| row % 10 == 3 && row / 10 >= 19) {
        columns.iter().for_each(|&column| rare.cells[(row, column)] = 1.0);
    }
    assert!(
        forced(&fitted(&rare, true).0).iter().all(|form| form.len() == 3),
        "only the page is left"
    );
    assert!(forced(&fitted(&cohort(), false).0).is_empty(), "a recipe can do without");
}

#[test]
fn missing_cells_come_back() {
    let table = cohort();
    for forms in [true, false] {
        let (_, matrix, decoder) = fitted(&table, forms);
        let back = decoder.decode(&matrix);
        let missing = |table: &Table| {
            table.cells.values().iter().map(|cell| cell.is_nan()).collect::<Vec<_>>()
        };
        assert_eq!(missing(&table), missing(&back));
    }
}

#[test]
fn a_form_that_is_chosen_leaves_nothing_of_its_columns() {
    let table = cohort();
    let (encoder, matrix, decoder) = fitted(&table, true);
    let blocks = &encoder.blocks().each;
    let form = &blocks[blocks.len() - 2];
    // Whatever the columns' own masks say, as of a generator that knows no gates.
    let mut chosen = matrix.clone();
    for row in 0..chosen.rows() {
        (chosen[(row, form.first)], chosen[(row, form.first + 1)]) = (0.0, form.scale);
    }
    let back = decoder.decode(&chosen);
    for row in 0..400 {
        assert!((1..9).all(|column| back.cells[(row, column)].is_nan()), "row {row}");
        let same = |column: usize| {
            back.cells[(row, column)].is_nan() == table.cells[(row, column)].is_nan()
        };
        assert!([0, 9, 10].into_iter().all(same), "row {row}");
    }
}

#[test]
fn gates_ask_for_what_is_learned() {
    let (encoder, ..) = fitted(&cohort(), true);
    for gate in &encoder.blocks().gates {
        let kind = encoder.blocks().each[gate.then.block];
        let expected = if kind.missing { Choice::Missing } else { Choice::Level(1) };
        assert_eq!((gate.when.choice, gate.then.choice), (Choice::Level(1), expected));
    }
}

#[test]
fn a_stored_model_with_impossible_forms_is_refused() {
    let (.., decoder) = fitted(&cohort(), true);
    let text = serde_json::to_string(&decoder).unwrap();
    assert_eq!(serde_json::from_str::<TypedDecoder>(&text).unwrap(), decoder);
    let whole = "\"forms\":[[1,2,3,4,5,6,7,8]";
    assert!(text.contains(whole), "{text}");
    for broken in [
        "\"forms\":[[1,2,3,4,5,6,7,11]",
        "\"forms\":[[2,1,3,4,5,6,7,8]",
        "\"forms\":[[1,2]",
        "\"forms\":[[1,2,3],[4,5,6]",
    ] {
        let error = serde_json::from_str::<TypedDecoder>(&text.replace(whole, broken)).unwrap_err();
        assert!(!error.to_string().is_empty());
    }
}
