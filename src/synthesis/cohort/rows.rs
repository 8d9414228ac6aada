//! Which rows of a table are learned from, which are kept back, and who they are of.

use crate::synthesis::Settings;
use ground::error::{Error, Place, Result};
use std::collections::HashSet;
use table::Table;
use table::clean::Cleaning;
use table::few::pooled;

/// The patients to train on, those kept back, and who the rows of the latter are of.
pub(super) type Kept = (Table, Option<Table>, Option<Vec<usize>>);

/// The two parts of a table; `patients` becomes who the rows to train on are of.
pub(super) fn keep_back(
    table: Table,
    patients: &mut Option<Vec<usize>>,
    settings: &Settings,
) -> Result<Kept> {
    let Some(fraction) = settings.holdout else { return Ok((table, None, None)) };
    let rows = table.rows();
    let mut theirs = None;
    let (train, kept_back) = match patients {
        None => table.keep_back(fraction, settings.seed),
        Some(of) => {
            let [train, back] = Table::keep_patients_back(of, fraction, settings.seed);
            theirs = Some(back.iter().map(|&row| of[row]).collect());
            *of = train.iter().map(|&row| of[row]).collect();
            (table.rows_of(&train), table.rows_of(&back))
        }
    };
    if train.rows() == 0 || kept_back.rows() == 0 {
        let problem =
            format!("keeping back {fraction} of {rows} patients leaves one side without any");
        let remedy = "give more patients, or another --holdout FRACTION";
        return Err(Error::input(Place::file(&settings.name), problem, remedy));
    }
    Ok((train, Some(kept_back), theirs))
}

/// A sample of a table of more than `most` rows, and what to say of it.
/// `patients` becomes who its rows are of: all rows of a patient are in it or none.
pub(super) fn sampled(
    table: Table,
    patients: &mut Option<Vec<usize>>,
    most: usize,
    seed: u64,
) -> (Table, Option<String>) {
    let rows = table.rows();
    if rows <= most {
        return (table, None);
    }
    let left_out = 1.0 - most as f64 / rows as f64;
    let table = match patients {
        None => table.keep_back(left_out, seed).0,
        Some(of) => {
            let [taken, _] = Table::keep_patients_back(of, left_out, seed);
            *of = taken.iter().map(|&row| of[row]).collect();
            table.rows_of(&taken)
        }
    };
    let note = format!(
        "of {rows} rows, a random sample of {} is learned from (table.most = {most})",
        table.rows()
    );
    (table, Some(note))
}

/// The patients of the rows that cleaning left.
pub(super) fn left(patients: &[usize], cleaning: &Cleaning) -> Vec<usize> {
    let dropped: HashSet<usize> = cleaning.patients.iter().map(|patient| patient.row).collect();
    let rows = patients.iter().enumerate().filter(|(row, _)| !dropped.contains(&(row + 1)));
    rows.map(|(_, patient)| *patient).collect()
}

/// The table without what too few patients have, if that is something else; and what was done, for
/// the owner and for anyone.
pub(super) fn learned(
    table: &Table,
    fewest: usize,
    patients: Option<&[usize]>,
) -> (Option<Table>, Vec<[String; 2]>) {
    let (mut learned, pooled) = pooled(table, fewest, patients);
    let mut said: Vec<[String; 2]> =
        pooled.iter().map(|pooled| [pooled.warning(), pooled.note()]).collect();
    let averaged = patients.map_or(Vec::new(), |of| learned.shared_by(fewest, of));
    if !averaged.is_empty() {
        let text = format!(
            "values that fewer than {fewest} patients have in many rows, and extremes, were averaged in {averaged:?}"
        );
        said.push([text.clone(), text]);
    }
    ((!said.is_empty()).then_some(learned), said)
}
