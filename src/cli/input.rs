//! From a file to an encoded cohort.

use super::args::RunOptions;
use super::parts::Parts;
use crate::error::{Error, Place, Result};
use crate::gan::Recipe;
use crate::matrix::Matrix;
use crate::table::clean::{Cleaning, clean};
use crate::table::encode::Encoder;
use crate::table::read::{Sheet, from_reader, open};
use crate::table::{Schema, Table, bundled};
use std::path::{Path, PathBuf};

/// A cohort, ready for training.
pub(super) struct Cohort {
    /// The table after cleaning.
    pub(super) table: Table,
    pub(super) cleaning: Cleaning,
    pub(super) encoder: Encoder,
    /// The encoded cohort, rows x features.
    pub(super) encoded: Matrix,
    /// What the user should know; it may tell single values, so it is not for `share`.
    pub(super) warnings: Vec<String>,
    /// The part of it about columns that could not be trained, which tells no value.
    pub(super) untrained: Vec<String>,
}

/// Reads, cleans and encodes the cohort that the options name. Errors when it is too small for a batch of the recipe.
pub(super) fn cohort(options: &RunOptions, recipe: &Recipe, parts: &Parts) -> Result<Cohort> {
    let (table, name, mut warnings) = read(options)?;
    let blame = |error| blame(error, &name);
    let (table, cleaning) = clean(&table, parts.thresholds).map_err(blame)?;
    recipe.batch_rows(table.rows()).map_err(|problem| {
        let dropped = cleaning.before.patients - table.rows();
        let after = if dropped > 0 { format!(" (after {dropped} with too many missing cells)") } else { String::new() };
        let remedy = "give more patients or a smaller batch (--batch N, or --batch auto for a third of them)";
        Error::input(Place::file(&name), format!("{problem}{after}"), remedy)
    })?;
    let encoder = Encoder::fit(&table, parts.pixels).map_err(blame)?;
    let untrained: Vec<String> = encoder.warnings().iter().map(ToString::to_string).collect();
    warnings.extend(untrained.clone());
    for feature in &cleaning.features {
        warnings.push(format!("column {:?} was dropped: {} missing cells", feature.name, feature.missing));
    }
    let encoded = encoder.encode(&table);
    Ok(Cohort { table, cleaning, encoder, encoded, warnings, untrained })
}

/// A table from which nothing can be learned is the table's fault, not that of the command line.
fn blame(error: Error, name: &Path) -> Error {
    match error {
        Error::Usage(problem) => Error::input(Place::file(name), problem, "give a table with more values"),
        other => other,
    }
}

/// A TOML file's text.
pub(super) fn text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    let remedy = "save it as UTF-8";
    String::from_utf8(bytes).map_err(|_| Error::input(Place::file(path), "the file is not UTF-8 text", remedy))
}

fn read(options: &RunOptions) -> Result<(Table, PathBuf, Vec<String>)> {
    let given = match &options.schema {
        Some(path) => Some(Schema::from_toml(&text(path)?, path)?),
        None if options.data.is_none() => Some(bundled::schema()?),
        None => None,
    };
    let file = options.table.options(given.as_ref());
    let sheet = match &options.data {
        Some(path) => Sheet::read(open(path, &file)?)?,
        None => Sheet::read(from_reader(bundled::CSV, bundled::NAME, &file)?)?,
    };
    let name = sheet.place().file;
    let sheet = if options.drop.is_empty() { sheet } else { sheet.without(&options.drop)? };
    let (schema, warnings) = match given {
        Some(schema) => (without(schema, &options.drop), Vec::new()),
        None => sheet.infer()?,
    };
    Ok((sheet.table(&schema)?, name, warnings.iter().map(ToString::to_string).collect()))
}

/// The schema of the columns that are left.
fn without(mut schema: Schema, dropped: &[String]) -> Schema {
    schema.columns.retain(|column| !dropped.contains(&column.name));
    for role in [&mut schema.status, &mut schema.stage] {
        if role.as_ref().is_some_and(|name| dropped.contains(name)) {
            *role = None;
        }
    }
    schema
}
