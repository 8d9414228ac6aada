//! Drops what is mostly empty: first patients, then features, with more missing cells than a
//! threshold.

use super::threshold::Threshold;
use super::{Schema, Table};
use ground::error::{Error, Result};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// How many missing cells a patient and a feature may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Of a patient, among the features of the raw table (1/2).
    pub patients: Threshold,
    /// Of a feature, among the patients that are left (3/5).
    pub features: Threshold,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { patients: Threshold::Fraction(1, 2), features: Threshold::Fraction(3, 5) }
    }
}

/// The size of a table and how much of it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Rows.
    pub patients: usize,
    /// Columns.
    pub features: usize,
    /// Missing cells.
    pub missing: usize,
    /// Patients without a missing cell.
    pub complete: usize,
}

impl Size {
    /// That of a table of so many columns, from the missing cells of each row.
    pub fn of(features: usize, missing_per_row: &[usize]) -> Self {
        let complete = missing_per_row.iter().filter(|&&missing| missing == 0).count();
        let missing = missing_per_row.iter().sum();
        Self { patients: missing_per_row.len(), features, missing, complete }
    }
}

/// A patient that cleaning dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedPatient {
    /// Data row, from 1.
    pub row: usize,
    /// Missing cells.
    pub missing: usize,
}

/// A feature that cleaning dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedFeature {
    /// Name of the column.
    pub name: String,
    /// Missing cells among the patients that were left.
    pub missing: usize,
}

/// What cleaning did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleaning {
    /// The table as it came.
    pub before: Size,
    /// The table as it is now.
    pub after: Size,
    /// Missing cells that a patient could have.
    pub patient_limit: usize,
    /// Missing cells that a feature could have.
    pub feature_limit: usize,
    /// The patients that had more, top to bottom.
    pub patients: Vec<DroppedPatient>,
    /// The features that had more, left to right.
    pub features: Vec<DroppedFeature>,
}

/// Drops the patients, then the features, whose missing cells exceed round(fraction x size)
/// (`docs/method.md` section 1): a patient's size is the number of features, a feature's the number
/// of patients that are left.
///
/// A feature without any observed cell stays, whatever the threshold: nothing is learned from it,
/// and the synthetic table has all columns of the cohort.
/// Constant features below the threshold stay, too.
/// The encoder keeps both out of training and gives them back.
///
/// Errors: [`Error::Usage`] when no patient or no feature is left.
pub fn clean(table: &Table, thresholds: Thresholds) -> Result<(Table, Cleaning)> {
    let per_row = table.missing_per_row();
    let patient_limit = thresholds.patients.limit(table.schema.columns.len(), &per_row);
    let (rows, patients) = split(&per_row, patient_limit);
    let mut per_column = missing_per_column(table, &rows);
    per_column
        .iter_mut()
        .filter(|missing| **missing == rows.len())
        .for_each(|missing| *missing = 0);
    let feature_limit = thresholds.features.limit(rows.len(), &per_column);
    let (columns, features) = split(&per_column, feature_limit);
    if rows.is_empty() || columns.is_empty() {
        let what = if rows.is_empty() { "patient" } else { "feature" };
        let (patients, features) = (thresholds.patients, thresholds.features);
        return Err(Error::Usage(format!(
            "cleaning with the thresholds {patients} (patients) and {features} (features) leaves \
             no {what}; raise them"
        )));
    }
    let kept = select(table, &rows, &columns);
    let report = Cleaning {
        before: Size::of(table.schema.columns.len(), &per_row),
        after: Size::of(columns.len(), &kept.missing_per_row()),
        patient_limit,
        feature_limit,
        patients: patients
            .into_iter()
            .map(|(row, missing)| DroppedPatient { row: row + 1, missing })
            .collect(),
        features: features
            .into_iter()
            .map(|(column, missing)| DroppedFeature {
                name: table.schema.columns[column].name.clone(),
                missing,
            })
            .collect(),
    };
    Ok((kept, report))
}

/// The positions whose count is within the limit, and the others with their counts.
fn split(missing: &[usize], limit: usize) -> (Vec<usize>, Vec<(usize, usize)>) {
    let positions = 0..missing.len();
    let kept = positions.clone().filter(|&position| missing[position] <= limit).collect();
    let dropped = positions
        .map(|position| (position, missing[position]))
        .filter(|&(_, count)| count > limit)
        .collect();
    (kept, dropped)
}

fn missing_per_column(table: &Table, rows: &[usize]) -> Vec<usize> {
    let mut missing = vec![0; table.schema.columns.len()];
    for &row in rows {
        for (count, cell) in missing.iter_mut().zip(table.cells.row(row)) {
            *count += usize::from(cell.is_nan());
        }
    }
    missing
}

/// Some rows and columns of a table, by their positions.
pub fn select(table: &Table, rows: &[usize], columns: &[usize]) -> Table {
    let cells = Matrix::from_fn(rows.len(), columns.len(), |row, column| {
        table.cells[(rows[row], columns[column])]
    });
    let kept: Vec<_> = columns.iter().map(|&column| table.schema.columns[column].clone()).collect();
    // A role whose column is gone would make the schema contradict itself.
    let role = |name: &Option<String>| {
        name.clone().filter(|name| kept.iter().any(|column| column.name == *name))
    };
    let (status, stage) = (role(&table.schema.status), role(&table.schema.stage));
    let targets =
        table.schema.targets.iter().filter_map(|name| role(&Some(name.clone()))).collect();
    let missing = table.schema.missing.clone();
    let mut selected = Table {
        schema: Schema {
            columns: kept,
            status,
            stage,
            targets,
            missing,
            other: table.schema.other.clone(),
            time: table.schema.time.clone(),
            event: table.schema.event.clone(),
            strata: table.schema.strata.clone(),
            relations: table.schema.relations.clone(),
            ..Schema::default()
        },
        cells,
        patients: table.patients.as_ref().map(|of| rows.iter().map(|&row| of[row]).collect()),
    };
    selected.schema.forget_survival();
    selected.schema.forget_relations();
    selected
}
