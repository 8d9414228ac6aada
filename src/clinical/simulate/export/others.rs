//! The columns of the export that nobody chose: identifiers, relatives, organs at risk, toxicity,
//! visits, laboratory, observations, dates.

use super::Columns;
use crate::simulate::dice::Dice;

/// The column that says whether a patient has withdrawn.
const WITHDRAWN: &str = "Consent_withdrawn_E1_C1";
const RELATIVES: [&str; 10] = [
    "Father",
    "Mother",
    "Brother",
    "Sister",
    "Grandfather_P",
    "Grandmother_P",
    "Grandfather_M",
    "Grandmother_M",
    "Uncle",
    "Aunt",
];
const ORGANS: [&str; 6] =
    ["Lung_left", "Lung_right", "Lungs", "Oesophagus", "Heart_rep", "Spinal_cord"];
const NOTES: [&str; 6] = [
    "refers cough for two weeks, no fever",
    "pending report of the pathologist",
    "treatment interrupted for a holiday of the unit",
    "lives with a daughter, comes by ambulance",
    "seen in the emergency room, discharged",
    "asks for an appointment in the morning",
];

/// The identifiers of every row.
pub(super) fn identifiers(patients: usize) -> Columns {
    let column = |name: &str, cell: &dyn Fn(usize) -> String| {
        (name.to_owned(), (0..patients).map(cell).collect())
    };
    vec![
        column("Study_Subject_ID", &|row| format!("LUNG-{:04}", row + 1)),
        column("Person_ID", &|row| format!("ID{}", 70_000 + 37 * row)),
        column(WITHDRAWN, &|_| "2".into()),
    ]
}

/// The cells of the patient who has withdrawn.
pub(super) fn of_the_withdrawn(column: &str) -> &'static str {
    match column {
        "Study_Subject_ID" => "LUNG-0887",
        "Person_ID" => "ID99999",
        WITHDRAWN => "1",
        _ => "",
    }
}

/// `wanted` more columns, group by group. Laboratory values of more visits fill up what is left.
pub(super) fn columns(patients: usize, wanted: usize, dice: &mut Dice) -> Columns {
    let mut columns = relatives(patients, dice);
    columns.extend(organs(patients, dice));
    for visit in 1..=12 {
        columns.extend(visit_columns(visit, patients, dice));
    }
    let text = |dice: &mut Dice| match dice.chance(0.4) {
        true => {
            format!("{}; {} {}", NOTES[dice.below(6)], NOTES[dice.below(6)], dice.between(1, 90))
        }
        false => String::new(),
    };
    columns.push(("Clinical_history_text_E1_C9".into(), column(patients, dice, text)));
    for place in 0..wanted - columns.len() {
        let name = format!("Lab_{:02}_E{}_C5", place % 40 + 1, place / 40 + 6);
        columns.push((name, column(patients, dice, |dice| number(dice, 0.5, 2, 30.0))));
    }
    columns
}

/// The cancers of the relatives.
fn relatives(patients: usize, dice: &mut Dice) -> Columns {
    let cancers = RELATIVES.iter().flat_map(|relative| (1..=27).map(move |n| (relative, n)));
    let answer = |dice: &mut Dice| if dice.chance(0.02) { "1".into() } else { "0".into() };
    cancers
        .map(|(relative, cancer)| {
            let name = format!("Family_{relative}_cancer_{cancer:02}_E1_C2");
            (name, column(patients, dice, answer))
        })
        .collect()
}

/// The share of every organ at risk that gets a dose or more.
fn organs(patients: usize, dice: &mut Dice) -> Columns {
    let volumes = ORGANS.iter().flat_map(|organ| (5..=60).step_by(5).map(move |v| (organ, v)));
    volumes
        .map(|(organ, volume)| {
            let share = |dice: &mut Dice| number(dice, 0.7, 1, 90.0 / (1.0 + volume as f64 / 20.0));
            (format!("{organ}_V{volume}_percent_E4_C3"), column(patients, dice, share))
        })
        .collect()
}

/// Toxicity, date and remarks of a visit (from 1).
fn visit_columns(visit: usize, patients: usize, dice: &mut Dice) -> Columns {
    let event = visit + 5;
    let toxicity = |dice: &mut Dice| grade(dice, 0.9 / (1.0 + visit as f64));
    let mut columns: Columns = (1..=30)
        .map(|item| (format!("Toxicity_{item:02}_E{event}_C1"), column(patients, dice, toxicity)))
        .collect();
    let day = |dice: &mut Dice| match dice.chance(0.9 / visit as f64) {
        true => format!(
            "{:02}/{:02}/{:04}",
            dice.between(1, 28),
            dice.between(1, 12),
            dice.between(2008, 2018)
        ),
        false => String::new(),
    };
    columns.push((format!("Visit_date_E{event}_C2"), column(patients, dice, day)));
    let note = |dice: &mut Dice| {
        if dice.chance(0.005) { NOTES[dice.below(6)].to_owned() } else { String::new() }
    };
    columns.push((format!("Observations_E{event}_C2"), column(patients, dice, note)));
    columns
}

fn column(
    patients: usize,
    dice: &mut Dice,
    mut cell: impl FnMut(&mut Dice) -> String,
) -> Vec<String> {
    (0..patients).map(|_| cell(dice)).collect()
}

fn number(dice: &mut Dice, known: f64, decimals: usize, scale: f64) -> String {
    if dice.chance(known) { format!("{:.decimals$}", scale * dice.unit()) } else { "0".into() }
}

fn grade(dice: &mut Dice, known: f64) -> String {
    if dice.chance(known) { dice.between(1, 4).to_string() } else { "0".into() }
}
