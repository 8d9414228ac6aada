//! Which rows of a table are learned from, which are kept back, and who they are of.

use crate::synthesis::Settings;
use ground::error::{Error, Place, Result};
use table::Table;
use table::few::pooled;

/// The table with who each row is of, where the settings say it and the table does not.
///
/// Errors ([`Error::Usage`]): another number of rows.
pub(super) fn with_patients(table: &Table, settings: &Settings) -> Result<Option<Table>> {
    let Some(patients) = settings.patients.as_ref().filter(|_| table.patients.is_none()) else {
        return Ok(None);
    };
    if patients.len() != table.rows() {
        let (rows, of) = (table.rows(), patients.len());
        return Err(Error::Usage(format!("{rows} rows, and patients of {of} rows")));
    }
    Ok(Some(Table { patients: Some(patients.clone()), ..table.clone() }))
}

/// The rows of some patients, chosen by the seed, and those of the others, who are `fraction` of
/// them.
fn parted(table: &Table, fraction: f64, seed: u64) -> (Table, Table) {
    match table.patients() {
        None => table.keep_back(fraction, seed),
        Some(of) => {
            let [train, back] = Table::keep_patients_back(of, fraction, seed);
            (table.rows_of(&train), table.rows_of(&back))
        }
    }
}

/// The patients to train on and those kept back.
pub(super) fn keep_back(table: Table, settings: &Settings) -> Result<(Table, Option<Table>)> {
    let Some(fraction) = settings.holdout else { return Ok((table, None)) };
    let patients = table.patients_of(0..table.rows());
    let (train, kept_back) = parted(&table, fraction, settings.seed);
    if train.rows() == 0 || kept_back.rows() == 0 {
        let problem =
            format!("keeping back {fraction} of {patients} patients leaves one side without any");
        let remedy = "give more patients, or another --holdout FRACTION";
        return Err(Error::input(Place::file(&settings.name), problem, remedy));
    }
    Ok((train, Some(kept_back)))
}

/// A sample of a table of more than `most` rows, and what to say of it.
/// All rows of a patient are in it or none.
pub(super) fn sampled(table: Table, most: usize, seed: u64) -> (Table, Option<String>) {
    let rows = table.rows();
    if rows <= most {
        return (table, None);
    }
    let (table, _) = parted(&table, 1.0 - most as f64 / rows as f64, seed);
    let note = format!(
        "of {rows} rows, a random sample of {} is learned from (table.most = {most})",
        table.rows()
    );
    (table, Some(note))
}

/// The table without what too few patients have, if that is something else; and what was done, for
/// the owner and for anyone.
pub(super) fn learned(table: &Table, fewest: usize) -> (Option<Table>, Vec<[String; 2]>) {
    let (mut learned, pooled) = pooled(table, fewest);
    let mut said: Vec<[String; 2]> =
        pooled.iter().map(|pooled| [pooled.warning(), pooled.note()]).collect();
    let averaged = learned.shared_by(fewest);
    if !averaged.is_empty() {
        let text = format!(
            "values that fewer than {fewest} patients have in many rows, and extremes, were averaged in {averaged:?}"
        );
        said.push([text.clone(), text]);
    }
    ((!said.is_empty()).then_some(learned), said)
}
