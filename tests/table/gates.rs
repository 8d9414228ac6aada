//! Implications that the heads of a generator keep.

use super::derived::{KEPT, cohort, fitted, relations};
use super::lot;
use super::nonsense::{broken, csv, made, texts};
use ground::blocks::{Choice, Gate, State};
use table::relations::Found;

#[test]
fn implications_become_gates() {
    let choices = cohort();
    // Where numbers of few values are choices, a missing cell is one of these.
    let (encoder, ..) = fitted(&choices, &relations(&choices, KEPT));
    assert_eq!(encoder.blocks().gates.len(), 5, "{:?}", encoder.blocks().gates);
    let mut table = choices;
    table.schema.columns.iter_mut().for_each(|column| column.choice = false);
    let (encoder, _, decoder) = fitted(&table, &relations(&table, KEPT));
    let columns = encoder.block_columns();
    let state = |name: &str, choice| {
        let column = table.schema.columns.iter().position(|column| column.name == name).unwrap();
        State { block: columns.iter().position(|&of| of == column).unwrap(), choice }
    };
    let gate = |when, then| Gate { when, then };
    let expected = [
        gate(state("score", Choice::Present), state("filled", Choice::Missing)),
        gate(state("score", Choice::Missing), state("filled", Choice::Present)),
        // The day is complete, so the stay is its distance from it, and the survival that from the
        // stay.
        gate(state("order", Choice::Level(0)), state("stay", Choice::Missing)),
        gate(state("died", Choice::Level(1)), state("survival", Choice::Missing)),
        gate(state("gas", Choice::Missing), state("test", Choice::Missing)),
    ];
    let gates = &encoder.blocks().gates;
    assert!(expected.iter().all(|gate| gates.contains(gate)) && gates.len() == 5, "{gates:?}");
    assert_eq!(&decoder.blocks(), encoder.blocks());
    // Cells that are missing because others are equal are no missing cells of a patient.
    let missing = |name: &str| encoder.blocks().each[state(name, Choice::Missing).block].missing;
    assert_eq!(
        ["score", "gas", "filled", "stay", "survival"].map(missing),
        [true, true, false, false, false]
    );
}

#[test]
fn gates_that_ask_each_other_are_no_circle() {
    let table = cohort();
    let texts = [
        "order=yes -> died=yes",
        "died=yes -> gas is missing",
        "gas is missing -> order=yes",
        "missing together: gas, test",
    ];
    // As a user's list has them, whatever the rows say.
    let kept: Vec<Found> = relations(&table, &texts)
        .into_iter()
        .map(|found| Found { exceptions: 0, ..found })
        .collect();
    let (encoder, _, _) = fitted(&table, &kept);
    let gates = &encoder.blocks().gates;
    assert_eq!(gates.len(), 4, "{gates:?}");
    for (at, gate) in gates.iter().enumerate() {
        let asked_before = gates[..at].iter().any(|other| other.when.block == gate.then.block);
        assert!(!asked_before, "gate {at} changes what an earlier one asked: {gates:?}");
    }
}

#[test]
fn premises_that_ask_a_third_column_for_different_levels_exclude_each_other() {
    // The field of a study and a job each say the department in some rows.
    let cohort = csv("field,job,department,age", 400, |row| {
        let department = lot(row, 0, 3);
        let field = match (department, lot(row, 1, 3)) {
            (0, 0) => "marketing",
            (2, 0) => "staff",
            (_, other) => ["life", "life", "technical"][other as usize],
        };
        let job = match lot(row, 2, 5) {
            0 => "manager".to_owned(),
            other => format!("{}{}", ["seller", "tester", "clerk"][department as usize], other % 2),
        };
        format!("{field},{job},{},{}", ["sales", "lab", "hr"][department as usize], 20 + row % 40)
    });
    let (found, rows) = made(&cohort);
    let known = texts(&found, &cohort);
    for text in ["field = marketing -> department = sales", "job = tester1 -> department = lab"] {
        assert!(known.contains(&text.to_owned()), "{text} in {known:?}");
    }
    known.iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
}

#[test]
fn one_answer_that_was_not_asked_decides_for_all() {
    let header = |count: usize| (0..count).map(|at| format!("q{at}")).collect::<Vec<_>>().join(",");
    let cohort = csv(&header(40), 150, |row| {
        let asked = lot(row, 90, 5) > 1;
        let answer =
            |at: usize| if asked { (1 + lot(row, at, 5)).to_string() } else { "-7".into() };
        (0..40).map(answer).collect::<Vec<_>>().join(",")
    });
    let (found, rows) = made(&cohort);
    let known = texts(&found, &cohort);
    assert!(known.len() >= 39, "{known:?}");
    known.iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
    let all_or_none = |row: usize| {
        let not_asked = rows.cells.row(row).iter().filter(|cell| **cell == -7.0).count();
        not_asked == 0 || not_asked == 40
    };
    assert!((0..rows.rows()).all(all_or_none));
}

#[test]
fn numbers_that_are_common_and_no_spike_keep_what_follows_from_them() {
    // Taxes and ratios of towns: several of each are common, and none stands out.
    let cohort = csv("tax,ratio,rooms", 400, |row| {
        let town = lot(row, 0, 20);
        let (tax, ratio) = match town {
            0..=5 => (666, 202),
            6 | 7 => (403, 147),
            8..=13 => (200 + 17 * town, 150 + lot(row, 5, 40)),
            14 => (200 + lot(row, 1, 150), 147),
            _ => (200 + lot(row, 2, 400), 150 + lot(row, 3, 60)),
        };
        format!("{:.1},{:.1},{}", tax as f64 / 10.0, ratio as f64 / 10.0, 3 + lot(row, 4, 6))
    });
    let (found, rows) = made(&cohort);
    let known = texts(&found, &cohort);
    let wanted = ["tax = 40.3 -> ratio = 14.7", "tax = 66.6 -> ratio = 20.2"];
    for text in wanted {
        assert!(known.contains(&text.to_owned()), "{text} in {known:?}");
    }
    // By chance a number is one of them, too, which a repair of that row mends later.
    known.iter().for_each(|text| assert!(broken(text, &rows) <= 10, "{text}"));
}
