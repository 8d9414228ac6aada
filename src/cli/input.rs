//! From a file to an encoded cohort.

use super::args::RunOptions;
use super::parts::Parts;
use super::table_options::TableOptions;
use ground::blocks::Blocks;
use ground::error::{Error, Place, Result};
use ground::matrix::Matrix;
use std::path::{Path, PathBuf};
use table::clean::{Cleaning, Thresholds, clean};
use table::encode::Encoder;
use table::read::{Sheet, from_reader, open};
use table::relations::Found;
use table::threshold::Threshold;
use table::typed::TypedEncoder;
use table::{Schema, Table, bundled};
use training::gan::Recipe;

/// A cohort, ready for training.
pub(super) struct Cohort {
    /// What errors and reports call it.
    pub(super) name: PathBuf,
    /// The patients after cleaning, without those kept back.
    pub(super) table: Table,
    /// The patients kept back: nothing is fitted to them.
    pub(super) holdout: Option<Table>,
    pub(super) cleaning: Cleaning,
    /// The paper's encoding, which the reports use whatever is learned.
    pub(super) encoder: Encoder,
    /// The cohort in it, rows x features.
    pub(super) encoded: Matrix,
    /// The typed encoding and the cohort in it, if the recipe wants that.
    pub(super) typed: Option<(TypedEncoder, Matrix)>,
    /// Relations that synthetic patients are to keep.
    pub(super) relations: Vec<Found>,
    /// What the user should know; it may tell single values, so it is not for `share`.
    pub(super) warnings: Vec<String>,
    /// The part of it about columns that could not be trained, which tells no value.
    pub(super) untrained: Vec<String>,
}

impl Cohort {
    /// What the networks learn: rows x columns.
    pub(super) fn learned(&self) -> &Matrix {
        self.typed.as_ref().map_or(&self.encoded, |(_, matrix)| matrix)
    }

    /// What the columns of that belong to; none for grey values.
    pub(super) fn blocks(&self) -> Option<&Blocks> {
        self.typed.as_ref().map(|(encoder, _)| encoder.blocks())
    }

    /// The cohort of these patients alone, in the encoding of all.
    /// Errors: those of relations that a recipe asks for.
    pub(super) fn of_rows(&self, rows: &[usize], parts: &Parts) -> Result<Self> {
        let table = self.table.rows_of(rows);
        Ok(Self {
            name: self.name.clone(),
            holdout: None,
            cleaning: self.cleaning.clone(),
            encoder: self.encoder.clone(),
            encoded: self.encoded.take(rows),
            typed: self
                .typed
                .as_ref()
                .map(|(encoder, matrix)| (encoder.clone(), matrix.take(rows))),
            relations: parts.sampling.constraints.of(&table)?,
            warnings: Vec::new(),
            untrained: Vec::new(),
            table,
        })
    }

    /// Trained columns of the table.
    pub(super) fn features(&self) -> usize {
        self.blocks().map_or(self.encoded.columns(), |blocks| blocks.each.len())
    }
}

/// Reads, cleans and encodes the cohort that the options name.
/// Errors when it is too small for a batch of the recipe.
pub(super) fn cohort(options: &RunOptions, recipe: &Recipe, parts: &Parts) -> Result<Cohort> {
    let (data, schema) = (options.data.as_deref(), options.schema.as_deref());
    let (table, name, warnings) = read(data, schema, &options.drop, &options.table)?;
    prepare(
        &table,
        (&name, warnings),
        recipe,
        parts,
        options.holdout.map(|fraction| (fraction, options.seed)),
    )
}

/// Cleans and encodes a table that `name` names in errors; a share of the patients is kept back by
/// a seed where one is given.
pub(super) fn prepare(
    table: &Table,
    (name, mut warnings): (&Path, Vec<String>),
    recipe: &Recipe,
    parts: &Parts,
    holdout: Option<(f64, u64)>,
) -> Result<Cohort> {
    let blame = |error| blame(error, name);
    let (table, cleaning) = clean(table, parts.thresholds).map_err(blame)?;
    say_auto(parts.thresholds, &cleaning);
    let (table, holdout) = keep_back(table, name, holdout)?;
    recipe.batch_rows(table.rows()).map_err(|problem| {
        let dropped = cleaning.before.patients - cleaning.after.patients;
        let after = if dropped > 0 { format!(" (after {dropped} with too many missing cells)") } else { String::new() };
        let remedy = "give more patients or a smaller batch (--batch N, or --batch auto for a third of them)";
        Error::input(Place::file(name), format!("{problem}{after}"), remedy)
    })?;
    let relations = parts.sampling.constraints.of(&table)?;
    let encoder = Encoder::fit(&table, parts.pixels).map_err(blame)?;
    let typed = parts
        .typed
        .map(|options| TypedEncoder::fit(&table, &relations, &options))
        .transpose()
        .map_err(blame)?;
    let untrained = typed.as_ref().map_or_else(|| encoder.warnings(), TypedEncoder::warnings);
    let untrained: Vec<String> = untrained.iter().map(ToString::to_string).collect();
    warnings.extend(untrained.clone());
    for feature in &cleaning.features {
        warnings.push(format!(
            "column {:?} was dropped: {} missing cells",
            feature.name, feature.missing
        ));
    }
    let encoded = encoder.encode(&table);
    let typed = typed.map(|encoder| {
        let matrix = encoder.encode(&table);
        (encoder, matrix)
    });
    let name = name.to_path_buf();
    Ok(Cohort {
        name,
        table,
        holdout,
        cleaning,
        encoder,
        encoded,
        typed,
        relations,
        warnings,
        untrained,
    })
}

/// The patients to train on, and those kept back.
fn keep_back(
    table: Table,
    name: &Path,
    holdout: Option<(f64, u64)>,
) -> Result<(Table, Option<Table>)> {
    let Some((fraction, seed)) = holdout else { return Ok((table, None)) };
    let patients = table.rows();
    let (train, kept_back) = table.keep_back(fraction, seed);
    if train.rows() == 0 || kept_back.rows() == 0 {
        let problem =
            format!("keeping back {fraction} of {patients} patients leaves one side without any");
        return Err(Error::input(
            Place::file(name),
            problem,
            "give more patients, or another --holdout FRACTION",
        ));
    }
    Ok((train, Some(kept_back)))
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

/// Says what `auto` chose.
pub(super) fn say_auto(thresholds: Thresholds, cleaning: &Cleaning) {
    let Cleaning { before, patients, patient_limit, features, feature_limit, .. } = cleaning;
    if thresholds.patients == Threshold::Auto {
        let dropped = patients.len();
        eprintln!(
            "threshold auto: a patient may miss {patient_limit} of {} features; {dropped} dropped",
            before.features
        );
    }
    if thresholds.features == Threshold::Auto {
        let (left, dropped) = (before.patients - patients.len(), features.len());
        eprintln!(
            "threshold auto: a feature may miss {feature_limit} of {left} patients; {dropped} dropped"
        );
    }
}

/// A TOML file's text.
pub(super) fn text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    let remedy = "save it as UTF-8";
    String::from_utf8(bytes)
        .map_err(|_| Error::input(Place::file(path), "the file is not UTF-8 text", remedy))
}

/// A table by its schema, or by the kinds that its text suggests, without the columns `drop`; what
/// errors call it, and what the user should know.
/// Without a file it is the bundled cohort.
pub(super) fn read(
    data: Option<&Path>,
    schema: Option<&Path>,
    drop: &[String],
    table: &TableOptions,
) -> Result<(Table, PathBuf, Vec<String>)> {
    let given = match schema {
        Some(path) => Some(Schema::from_toml(&text(path)?, path)?),
        None if data.is_none() => Some(bundled::schema()?),
        None => None,
    };
    let file = table.options(given.as_ref());
    let sheet = match data {
        Some(path) => Sheet::read(open(path, &file)?)?,
        None => Sheet::read(from_reader(bundled::CSV, bundled::NAME, &file)?)?,
    };
    let name = sheet.place().file;
    let sheet = if drop.is_empty() { sheet } else { sheet.without(drop)? };
    let (schema, warnings) = match given {
        Some(schema) => (without(schema, drop), Vec::new()),
        None => sheet.infer()?,
    };
    Ok((sheet.table(&schema)?, name, warnings.iter().map(ToString::to_string).collect()))
}

/// The schema of the columns that are left.
pub(super) fn without(mut schema: Schema, dropped: &[String]) -> Schema {
    schema.columns.retain(|column| !dropped.contains(&column.name));
    for role in [&mut schema.status, &mut schema.stage] {
        if role.as_ref().is_some_and(|name| dropped.contains(name)) {
            *role = None;
        }
    }
    schema.targets.retain(|name| !dropped.contains(name));
    schema
}
