//! Two or three tables under one schema.

use super::EvaluateOptions;
use crate::cli::input::{text, without};
use crate::cli::table_options::TableOptions;
use ground::error::Result;
use std::path::Path;
use table::read::{Sheet, open};
use table::{Schema, Table};

/// The tables, with the same columns and levels.
pub(super) struct Tables {
    pub(super) real: Table,
    pub(super) synthetic: Table,
    pub(super) holdout: Option<Table>,
    /// What the user should know; it may tell single values.
    pub(super) warnings: Vec<String>,
    /// The part of it that is about columns that differ, for the report.
    pub(super) notes: Vec<String>,
}

/// Reads the tables that the options name: kinds and levels are those of the schema, or those that
/// REAL suggests, widened where the others need it.
///
/// Errors: those of reading a table, and of tables with different columns.
pub(super) fn read(options: &EvaluateOptions) -> Result<Tables> {
    let given =
        options.schema.as_ref().map(|path| Schema::from_toml(&text(path)?, path)).transpose()?;
    let decimal_of_real = given.as_ref();
    let sheet = |path: &Path, own: &TableOptions, schema: Option<&Schema>| -> Result<Sheet> {
        let sheet = Sheet::read(open(path, &own.options(schema))?)?;
        dropped(sheet, &options.drop)
    };
    let real = sheet(&options.real, &options.table, decimal_of_real)?;
    // A synthetic table is written by another program than the cohort: only what a value means is
    // shared.
    let meaning =
        TableOptions { missing: options.table.missing.clone(), ..TableOptions::default() };
    let synthetic = sheet(&options.synthetic, &meaning, None)?;
    let holdout = options
        .holdout
        .as_ref()
        .map(|path| sheet(path, &options.table, decimal_of_real))
        .transpose()?;
    let (mut schema, inferred) = match given {
        Some(schema) => (without(schema, &options.drop), Vec::new()),
        None => real.infer()?,
    };
    let name = options.real.display().to_string();
    let sheets = [Some(&real), Some(&synthetic), holdout.as_ref()];
    let absent = absent(&schema, &sheets);
    schema = without(schema, &absent);
    let mut widened = synthetic.widen(&mut schema, &name)?;
    if let Some(holdout) = &holdout {
        widened.extend(holdout.widen(&mut schema, &name)?);
    }
    let nowhere = absent
        .iter()
        .map(|name| format!("Column {name:?} of the schema is in none of the tables."));
    let notes = widened
        .iter()
        .map(|warning| format!("Column {:?}: {}", warning.column, kind_of_change(&warning.text)));
    Ok(Tables {
        real: real.table(&schema)?,
        synthetic: synthetic.table(&schema)?,
        holdout: holdout.map(|sheet| sheet.table(&schema)).transpose()?,
        notes: nowhere.clone().chain(notes).collect(),
        warnings: nowhere.chain(inferred.iter().chain(&widened).map(ToString::to_string)).collect(),
    })
}

/// Columns of a schema that no table has: `run` drops a column with hardly a value from the cohort
/// that it writes and from synthetic patients alike.
fn absent(schema: &Schema, sheets: &[Option<&Sheet>]) -> Vec<String> {
    let names = schema.columns.iter().map(|column| &column.name);
    names.filter(|name| !sheets.iter().flatten().any(|sheet| has(sheet, name))).cloned().collect()
}

fn has(sheet: &Sheet, name: &str) -> bool {
    (0..sheet.columns()).any(|column| sheet.column_name(column) == name)
}

/// What a shared report may say of a difference, without the values.
fn kind_of_change(text: &str) -> &'static str {
    if text.starts_with("levels") {
        "another table has levels that the real one lacks."
    } else {
        "another table has fractions of whole numbers."
    }
}

/// A sheet without those of the named columns that it has.
fn dropped(sheet: Sheet, names: &[String]) -> Result<Sheet> {
    let there: Vec<&String> = names.iter().filter(|name| has(&sheet, name)).collect();
    if there.is_empty() { Ok(sheet) } else { sheet.without(&there) }
}
