//! A cohort, cleaned and encoded: what a model learns.

use super::Settings;
use super::formulas;
use super::parts::Parts;
use ground::blocks::Blocks;
use ground::error::{Error, Place, Result};
use ground::matrix::Matrix;
use std::path::{Path, PathBuf};
use table::Table;
use table::clean::{Cleaning, Thresholds, clean};
use table::encode::Encoder;
use table::relations::Found;
use table::threshold::Threshold;
use table::typed::TypedEncoder;

/// A cohort, ready for training.
pub struct Cohort {
    name: PathBuf,
    pub(super) table: Table,
    holdout: Option<Table>,
    cleaning: Cleaning,
    /// The paper's encoding, which the reports use whatever is learned.
    pub(super) encoder: Encoder,
    /// The cohort in it, rows x features.
    pub(super) encoded: Matrix,
    /// The typed encoding and the cohort in it, if the recipe wants that.
    pub(super) typed: Option<(TypedEncoder, Matrix)>,
    /// Relations that synthetic patients are to keep.
    pub(super) relations: Vec<Found>,
    notes: Vec<String>,
    warnings: Vec<String>,
    untrained: Vec<String>,
}

impl Cohort {
    /// Cleans and encodes a table as the recipe of the settings says; with a hold-out it keeps
    /// patients back before anything is fitted.
    ///
    /// Errors: [`Error::Input`] when the table is too small for a batch of the recipe or for the
    /// hold-out, or has no column to learn; [`Error::Usage`] when the recipe names a relation that
    /// the columns do not allow.
    pub fn prepare(table: &Table, settings: &Settings) -> Result<Self> {
        let (name, parts) = (settings.name.as_path(), settings.recipe.parts());
        let blame = |error| blame(error, name);
        let (table, cleaning) = clean(table, parts.thresholds).map_err(blame)?;
        let notes = threshold_notes(parts.thresholds, &cleaning);
        let (table, holdout) = keep_back(table, settings)?;
        check_batch(&table, &cleaning, settings)?;
        let relations = parts.sampling.constraints.of(&table)?;
        let formulas = formulas::check(&table, &relations, name)?;
        let encoder = Encoder::fit(&table, parts.pixels).map_err(blame)?;
        let typed = parts.typed.map(|options| TypedEncoder::fit(&table, &relations, &options));
        let typed = typed.transpose().map_err(blame)?;
        let untrained = typed.as_ref().map_or_else(|| encoder.warnings(), TypedEncoder::warnings);
        let untrained: Vec<String> = untrained.iter().map(ToString::to_string).collect();
        let dropped = cleaning.features.iter().map(|feature| {
            format!("column {:?} was dropped: {} missing cells", feature.name, feature.missing)
        });
        let warnings = untrained.iter().cloned().chain(dropped).chain(formulas).collect();
        let encoded = encoder.encode(&table);
        let typed = typed.map(|encoder| {
            let matrix = encoder.encode(&table);
            (encoder, matrix)
        });
        let name = name.to_path_buf();
        Ok(Self {
            name,
            table,
            holdout,
            cleaning,
            encoder,
            encoded,
            typed,
            relations,
            notes,
            warnings,
            untrained,
        })
    }

    /// What errors and reports call it.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The patients after cleaning, without those kept back.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The patients kept back: nothing is fitted to them.
    pub fn holdout(&self) -> Option<&Table> {
        self.holdout.as_ref()
    }

    /// What the thresholds of missing cells dropped.
    pub fn cleaning(&self) -> &Cleaning {
        &self.cleaning
    }

    /// The paper's encoding.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The patients in the paper's encoding, rows x features.
    pub fn encoded(&self) -> &Matrix {
        &self.encoded
    }

    /// What `auto` chose as thresholds of missing cells, in sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What the user should know. It may tell single values, so it is not for `share`.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The part of the warnings about columns that cannot be trained, which tells no value.
    pub fn untrained(&self) -> &[String] {
        &self.untrained
    }

    /// What the networks learn: rows x columns.
    pub fn learned(&self) -> &Matrix {
        self.typed.as_ref().map_or(&self.encoded, |(_, matrix)| matrix)
    }

    /// What the columns of that belong to; none for grey values.
    pub fn blocks(&self) -> Option<&Blocks> {
        self.typed.as_ref().map(|(encoder, _)| encoder.blocks())
    }

    /// Trained columns of the table.
    pub fn features(&self) -> usize {
        self.blocks().map_or(self.encoded.columns(), |blocks| blocks.each.len())
    }

    /// The cohort of these patients alone, in the encoding of all.
    /// Errors: those of relations that a recipe asks for.
    pub(super) fn of_rows(&self, rows: &[usize], parts: &Parts) -> Result<Self> {
        let table = self.table.rows_of(rows);
        let typed = self.typed.as_ref();
        Ok(Self {
            name: self.name.clone(),
            holdout: None,
            cleaning: self.cleaning.clone(),
            encoder: self.encoder.clone(),
            encoded: self.encoded.take(rows),
            typed: typed.map(|(encoder, matrix)| (encoder.clone(), matrix.take(rows))),
            relations: parts.sampling.constraints.of(&table)?,
            notes: Vec::new(),
            warnings: Vec::new(),
            untrained: Vec::new(),
            table,
        })
    }
}

/// The patients to train on, and those kept back.
fn keep_back(table: Table, settings: &Settings) -> Result<(Table, Option<Table>)> {
    let Some(fraction) = settings.holdout else { return Ok((table, None)) };
    if !(0.0 < fraction && fraction < 1.0) {
        let problem = format!("a hold-out of {fraction}, which is no share between 0 and 1");
        return Err(Error::Usage(problem));
    }
    let patients = table.rows();
    let (train, kept_back) = table.keep_back(fraction, settings.seed);
    if train.rows() == 0 || kept_back.rows() == 0 {
        let problem =
            format!("keeping back {fraction} of {patients} patients leaves one side without any");
        let remedy = "give more patients, or another --holdout FRACTION";
        return Err(Error::input(Place::file(&settings.name), problem, remedy));
    }
    Ok((train, Some(kept_back)))
}

fn check_batch(table: &Table, cleaning: &Cleaning, settings: &Settings) -> Result<()> {
    let rows = settings.recipe.training().batch_rows(table.rows());
    rows.map(drop).map_err(|problem| {
        let dropped = cleaning.before.patients - cleaning.after.patients;
        let after = match dropped {
            0 => String::new(),
            dropped => format!(" (after {dropped} with too many missing cells)"),
        };
        let remedy =
            "give more patients or a smaller batch (--batch N, or --batch auto for a third of them)";
        Error::input(Place::file(&settings.name), format!("{problem}{after}"), remedy)
    })
}

/// A table from which nothing can be learned is the table's fault, not that of the command line.
fn blame(error: Error, name: &Path) -> Error {
    match error {
        Error::Usage(problem) => {
            Error::input(Place::file(name), problem, "give a table with more values")
        }
        other => other,
    }
}

/// What `auto` chose as thresholds of missing cells, in sentences.
pub fn threshold_notes(thresholds: Thresholds, cleaning: &Cleaning) -> Vec<String> {
    let Cleaning { before, patients, patient_limit, features, feature_limit, .. } = cleaning;
    let mut notes = Vec::new();
    if thresholds.patients == Threshold::Auto {
        notes.push(format!(
            "threshold auto: a patient may miss {patient_limit} of {} features; {} dropped",
            before.features,
            patients.len()
        ));
    }
    if thresholds.features == Threshold::Auto {
        let (left, dropped) = (before.patients - patients.len(), features.len());
        notes.push(format!(
            "threshold auto: a feature may miss {feature_limit} of {left} patients; {dropped} dropped"
        ));
    }
    notes
}
