//! A cohort, cleaned and encoded: what a model learns.

mod rows;

use super::Settings;
use super::formulas;
use super::parts::{Constraints, Word};
use ground::blocks::Blocks;
use ground::error::{Error, Place, Result};
use ground::matrix::Matrix;
use rows::{Learned, Parted, sampled, with_patients};
use std::path::Path;
use table::Table;
use table::clean::{Cleaning, Thresholds};
use table::encode::Encoder;
use table::few::with_other;
use table::relations::{Found, nearly};
use table::threshold::Threshold;
use table::typed::TypedEncoder;

/// A cohort, ready for training.
pub struct Cohort {
    settings: Settings,
    pub(super) table: Table,
    /// The same rows as they are learned, where that is something else: without levels and values
    /// of too few patients.
    learned: Option<Table>,
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
        if settings.recipe.parts().privacy.is_some() {
            let problem = format!(
                "recipe {}: it learns from a private release alone, and not from patients \
                 (`Release::cohort` prepares that)",
                settings.recipe.name()
            );
            return Err(Error::Usage(problem));
        }
        Self::of(table, settings)
    }

    /// The same whatever the recipe: for patients, or for rows that were made of a release.
    pub(super) fn of(table: &Table, settings: &Settings) -> Result<Self> {
        settings.check()?;
        let (name, parts) = (settings.name.as_path(), settings.recipe.parts());
        let blame = |error| blame(error, name);
        let given = &table.schema;
        let of_people = with_patients(table, settings)?;
        let table = of_people.as_ref().unwrap_or(table);
        // Whoever is kept back is so before anything is fitted: thresholds, levels, relations.
        let parted = Parted::of(table, settings)?;
        let (table, mut holdout, cleaning) =
            parted.cleaned(table, parts.thresholds).map_err(blame)?;
        let lost = table.schema.lost_survival(given).map(str::to_owned);
        let notes = threshold_notes(parts.thresholds, &cleaning, table.rows());
        let fewest = parts.typed.map_or(1, |options| options.rare_below);
        let table = with_other(table, fewest);
        holdout.iter_mut().for_each(|holdout| holdout.schema = table.schema.clone());
        let with_notes = |error| with_notes(error, &notes);
        check_batch(&table, &cleaning, settings).map_err(with_notes)?;
        let (table, sampled) = sampled(table, parts.most, settings.seed);
        let Learned { table: learned, relations, said: pooled } =
            Learned::of(&table, fewest, &parts.sampling.constraints)?;
        let shown = learned.as_ref().unwrap_or(&table);
        let mut formulas = formulas::check(shown, &relations, name)?;
        if parts.sampling.constraints == Constraints::Word(Word::Auto) {
            formulas.extend(nearly(shown, &relations).iter().map(ToString::to_string));
        }
        let encoder = Encoder::fit(&table, parts.pixels).map_err(blame)?;
        let typed = parts.typed.map(|options| TypedEncoder::fit(shown, &relations, &options));
        let typed = typed.transpose().map_err(blame)?;
        let untrained = typed.as_ref().map_or_else(|| encoder.warnings(), TypedEncoder::warnings);
        let mut untrained: Vec<String> = untrained.iter().map(ToString::to_string).collect();
        let told = sampled.iter().cloned().chain(pooled.iter().map(|pooled| pooled[0].clone()));
        let warnings =
            untrained.iter().cloned().chain(told).chain(dropped(&cleaning)).chain(formulas);
        let warnings = warnings.chain(lost.clone()).collect();
        untrained.extend(sampled);
        untrained.extend(pooled.into_iter().map(|[_, note]| note));
        untrained.extend(lost);
        let encoded = encoder.encode(&table);
        let typed = typed.map(|encoder| {
            let matrix = encoder.encode(learned.as_ref().unwrap_or(&table));
            (encoder, matrix)
        });
        Ok(Self {
            settings: settings.clone(),
            table,
            learned,
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
        &self.settings.name
    }

    /// The settings that it was prepared with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The patients after cleaning, without those kept back.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The patients as they are learned: as they are but for levels and values of too few.
    pub(super) fn learned_table(&self) -> &Table {
        self.learned.as_ref().unwrap_or(&self.table)
    }

    /// Who each row is of; none where every row is a patient.
    pub fn patients(&self) -> Option<&[usize]> {
        self.table.patients()
    }

    /// The relations that the patients keep, where they were sought in the table as it is.
    pub fn relations(&self) -> Option<Vec<Found>> {
        let sought = &self.settings.recipe.parts().sampling.constraints;
        let same = self.learned.is_none() && *sought == Constraints::Word(Word::Auto);
        same.then(|| self.relations.clone())
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
    pub(super) fn of_rows(&self, rows: &[usize]) -> Result<Self> {
        let parts = self.settings.recipe.parts();
        let table = self.table.rows_of(rows);
        let learned = self.learned.as_ref().map(|learned| learned.rows_of(rows));
        let typed = self.typed.as_ref();
        Ok(Self {
            settings: self.settings.clone(),
            holdout: None,
            cleaning: self.cleaning.clone(),
            encoder: self.encoder.clone(),
            encoded: self.encoded.take(rows),
            typed: typed.map(|(encoder, matrix)| (encoder.clone(), matrix.take(rows))),
            relations: parts.sampling.constraints.of(learned.as_ref().unwrap_or(&table))?,
            learned,
            notes: Vec::new(),
            warnings: Vec::new(),
            untrained: Vec::new(),
            table,
        })
    }
}

/// A warning of each column that was dropped, with the key that keeps it.
fn dropped(cleaning: &Cleaning) -> impl Iterator<Item = String> {
    cleaning.features.iter().map(|feature| {
        format!(
            "column {:?} was dropped: {} missing cells, and table.features of the recipe allows {} \
             (--set table.features={} keeps it)",
            feature.name, feature.missing, cleaning.feature_limit, feature.missing
        )
    })
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
            "give more patients or a smaller batch (--batch N, or --batch auto for a third of \
             them)";
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

/// An error that the thresholds may have caused says what they dropped.
fn with_notes(error: Error, notes: &[String]) -> Error {
    match error {
        Error::Input { place, problem, remedy } if !notes.is_empty() => {
            Error::Input { place, problem: format!("{problem}; {}", notes.join("; ")), remedy }
        }
        other => other,
    }
}

/// What `auto` chose as thresholds of missing cells, in sentences; features were judged by so many
/// patients.
pub fn threshold_notes(thresholds: Thresholds, cleaning: &Cleaning, judged: usize) -> Vec<String> {
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
        let dropped = features.len();
        notes.push(format!(
            "threshold auto: a feature may miss {feature_limit} of {judged} patients; {dropped} \
             dropped"
        ));
    }
    notes
}
