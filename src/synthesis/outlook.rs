//! What a run would do, before it does it: kinds and why, what is dropped, relations, steps, and how
//! long a step takes here.

use super::{Cohort, Read};
use engine::op::Backend;
use ground::error::Result;
use serde::Serialize;
use std::collections::HashSet;
use std::time::Duration;
use table::relations::listed;
use table::{Column, Kind, Table};
use training::gan::{Options, train};

/// Training that measures how long a step takes.
const MEASURED: Duration = Duration::from_secs(2);

/// What a run would do with a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outlook {
    /// The columns of the table, in its order.
    pub columns: Vec<ColumnOutlook>,
    /// Patients by what becomes of them.
    pub patients: PatientsOutlook,
    /// Columns with more missing cells than the threshold allows.
    pub dropped_columns: Vec<String>,
    /// Missing cells that a patient, and a column, may have.
    pub thresholds: [usize; 2],
    /// Relations that synthetic patients would keep, as the report prints them.
    pub relations: Vec<String>,
    /// The size of the training.
    pub training: TrainingOutlook,
}

/// A column as it would be learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnOutlook {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Why: in the schema, or what the cells are.
    pub why: String,
    /// Missing cells.
    pub missing: usize,
    /// Different values of the other cells.
    pub different: usize,
}

/// Patients (rows) by what becomes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PatientsOutlook {
    /// In the table.
    pub read: usize,
    /// Left out for their missing cells.
    pub dropped: usize,
    /// Kept back to judge.
    pub kept_back: usize,
    /// Learned from.
    pub trained: usize,
    /// Synthetic ones that would be written.
    pub synthetic: usize,
}

/// The size of a training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrainingOutlook {
    /// The recipe.
    pub recipe: String,
    /// Columns that are learned.
    pub features: usize,
    /// Numbers that a network gets of a patient: levels, masks and values.
    pub width: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// Steps of an epoch.
    pub steps_per_epoch: usize,
    /// Epochs at most.
    pub epochs: usize,
    /// Steps at most.
    pub steps: usize,
}

impl Outlook {
    /// Of a table that was read and the cohort that was prepared of it.
    pub fn of(read: &Read, cohort: &Cohort) -> Self {
        let (settings, cleaning) = (cohort.settings(), cohort.cleaning());
        let (table, recipe) = (cohort.table(), settings.recipe.training());
        let trained = cohort.learned().rows();
        let batch = recipe.batch_rows(trained).unwrap_or(trained.max(1));
        let [epochs, steps_per_epoch] = recipe.epochs(trained, batch);
        Self {
            columns: outlooks(
                &read.table,
                read.given.is_some(),
                settings.recipe.parts().typed.is_some(),
            ),
            patients: PatientsOutlook {
                read: read.table.rows(),
                dropped: cleaning.patients.len(),
                kept_back: cohort.holdout().map_or(0, Table::rows),
                trained,
                synthetic: settings.recipe.parts().sampling.rows(table.rows()),
            },
            dropped_columns: cleaning.features.iter().map(|of| of.name.clone()).collect(),
            thresholds: [cleaning.patient_limit, cleaning.feature_limit],
            relations: listed(&cohort.relations, &table.schema),
            training: TrainingOutlook {
                recipe: settings.recipe.name().to_owned(),
                features: cohort.features(),
                width: cohort.learned().columns(),
                batch,
                steps_per_epoch,
                epochs,
                steps: epochs.saturating_mul(steps_per_epoch),
            },
        }
    }
}

/// How long a training step takes on a backend, from about two seconds of training whose model is
/// thrown away; none where these were not enough for an epoch.
///
/// Errors: those of the device.
pub fn step_time(backend: &mut dyn Backend, cohort: &Cohort) -> Result<Option<Duration>> {
    let settings = cohort.settings();
    let options = Options { seed: settings.seed, models: settings.models, early_stopping: false };
    let mut first = None;
    let mut each = None;
    train(
        backend,
        settings.recipe.training(),
        cohort.learned(),
        cohort.blocks(),
        None,
        options,
        &mut |progress| {
            let now = (progress.steps, progress.elapsed);
            // What only the first steps need is not measured, if there are others.
            let (steps, since) = *first.get_or_insert(now);
            let (steps, time) = match now.0 - steps {
                0 => now,
                more => (more, now.1 - since),
            };
            each = u32::try_from(steps).ok().filter(|steps| *steps > 0).map(|steps| time / steps);
            now.1 < MEASURED
        },
    )?;
    Ok(each)
}

fn outlooks(table: &Table, given: bool, typed: bool) -> Vec<ColumnOutlook> {
    let one = |(place, column): (usize, &Column)| {
        let known = table.cells.column(place).filter(|cell| !cell.is_nan());
        let different = known.map(f64::to_bits).collect::<HashSet<_>>().len();
        let missing = table.cells.column(place).filter(|cell| cell.is_nan()).count();
        let why = if given { "in the schema".to_owned() } else { why(column, different, typed) };
        ColumnOutlook { name: column.name.clone(), kind: column.kind, why, missing, different }
    };
    table.schema.columns.iter().enumerate().map(one).collect()
}

/// What the cells of a column are that its kind was inferred from.
fn why(column: &Column, different: usize, typed: bool) -> String {
    let levels = column.levels.len();
    match column.kind {
        _ if different == 0 => "no cell has a value".to_owned(),
        Kind::Boolean => "two different values".to_owned(),
        Kind::Nominal | Kind::Ordinal => format!("{levels} different texts"),
        Kind::Integer | Kind::Numerical if column.choice && typed => {
            format!("numbers of {different} values: learned as choices")
        }
        Kind::Integer => "whole numbers".to_owned(),
        Kind::Numerical => match column.digits {
            Some(digits) => format!("numbers of many sizes, {digits} significant digits"),
            None if column.decimals == 1 => "numbers with one decimal at most".to_owned(),
            None => format!("numbers with {} decimals at most", column.decimals),
        },
        Kind::Date | Kind::Datetime | Kind::Time => format!("all are {}", column.format_of_times()),
    }
}
