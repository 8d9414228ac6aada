//! Two or three tables under one schema, from any tool.

use super::reading::{SurvivalColumns, text, without};
use ground::error::{Error, Place, Result};
use ground::spelling::advice;
use std::path::{Path, PathBuf};
use table::read::{Options, Sheet, open};
use table::{Beside, Column, Schema, Table};

/// Files to compare, and what is known of them.
#[derive(Clone, Debug)]
pub struct ComparisonFiles {
    /// The real patients that the synthetic ones were made of.
    pub real: PathBuf,
    /// The synthetic patients: the same columns, in any order.
    pub synthetic: PathBuf,
    /// Real patients who were kept back when the synthetic ones were made.
    pub holdout: Option<PathBuf>,
    /// Kinds, levels and labels of the columns as TOML; inferred from `real` if absent.
    pub schema: Option<PathBuf>,
    /// What is known of some columns, where no schema says what all are.
    pub known: Vec<Column>,
    /// Columns to leave out.
    pub drop: Vec<String>,
    /// The column of `real` and `holdout` that says which patient a row is of, where patients have
    /// several rows; the schema's `patient` if none is named.
    pub patient: Option<String>,
    /// The columns of survival; the schema's where none is named.
    pub survival: SurvivalColumns,
    /// How `real` and `holdout` are read; of `synthetic` the codes for missing alone.
    pub options: Options,
}

/// The tables, with the same columns and levels.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The real patients.
    pub real: Table,
    /// The synthetic patients.
    pub synthetic: Table,
    /// The patients kept back.
    pub holdout: Option<Table>,
    /// What the user should know; it may tell single values.
    pub warnings: Vec<String>,
    /// The part of it that is about columns that differ, for the report.
    pub notes: Vec<String>,
}

impl ComparisonFiles {
    /// Two files, with everything else inferred.
    pub fn new(real: impl Into<PathBuf>, synthetic: impl Into<PathBuf>) -> Self {
        Self {
            real: real.into(),
            synthetic: synthetic.into(),
            holdout: None,
            schema: None,
            known: Vec::new(),
            drop: Vec::new(),
            patient: None,
            survival: SurvivalColumns::default(),
            options: Options::default(),
        }
    }

    /// Reads the tables: kinds and levels are those of the schema, or those that `real` suggests,
    /// widened where the others need it.
    ///
    /// Errors: those of reading a table, and of tables with different columns.
    pub fn read(&self) -> Result<Comparison> {
        let given = self.given()?;
        let whole = |path: &Path, options: &Options| Sheet::read(open(path, options)?);
        let own = self.options.clone().under(given.as_ref());
        let real = whole(&self.real, &own)?;
        // A synthetic table is written by another program than the cohort: only what a value means
        // is shared.
        let meaning = Options { missing: self.options.missing.clone(), ..Options::default() };
        let synthetic = whole(&self.synthetic, &meaning)?;
        let holdout = self.holdout.as_ref().map(|path| whole(path, &own)).transpose()?;
        self.compare(given, real, synthetic, holdout)
    }

    /// The schema of the file, if one is named. Errors: those of the file.
    pub fn given(&self) -> Result<Option<Schema>> {
        self.schema.as_ref().map(|path| Schema::from_toml(&text(path)?, path)).transpose()
    }

    /// Like [`ComparisonFiles::read`], of tables that were read already: the paths of the tables are
    /// names for errors then.
    ///
    /// Errors: those of tables with different columns, and of cells that the schema does not allow.
    pub fn compare(
        &self,
        given: Option<Schema>,
        real: Sheet,
        synthetic: Sheet,
        holdout: Option<Sheet>,
    ) -> Result<Comparison> {
        let sheets = [Some(&real), Some(&synthetic), holdout.as_ref()];
        self.check_dropped(given.as_ref(), &sheets)?;
        let of_schema = given.as_ref().and_then(|schema| schema.patient.clone());
        let patient = self.patient.clone().or(of_schema);
        let left_out: Vec<String> = self.drop.iter().chain(&patient).cloned().collect();
        let synthetic = of_own_patients(synthetic, patient.as_deref())?;
        let synthetic = dropped(synthetic, &left_out)?;
        let of = |sheet: &Sheet| patient.as_ref().map(|name| sheet.patients(name)).transpose();
        let patients = of(&real)?;
        let kept_back = holdout.as_ref().map(of).transpose()?.flatten();
        let repeated = if patient.is_none() { real.repeated_patients() } else { None };
        let real = dropped(real, &left_out)?.of_patients(patients.clone());
        let holdout = holdout
            .map(|sheet| dropped(sheet, &left_out))
            .transpose()?
            .map(|sheet| sheet.of_patients(kept_back.clone()));
        let given = given.map(|schema| without(schema, &left_out));
        let mut read = self.under_one_schema(given, real, synthetic, holdout)?;
        read.warnings.splice(0..0, repeated.map(|warning| warning.to_string()));
        read.real.patients = patients;
        if let Some(holdout) = &mut read.holdout {
            holdout.patients = kept_back;
        }
        Ok(read)
    }

    /// Refuses a column to leave out that is nowhere.
    fn check_dropped(&self, given: Option<&Schema>, sheets: &[Option<&Sheet>]) -> Result<()> {
        let sheets = || sheets.iter().flatten().copied();
        let in_schema = || given.into_iter().flat_map(|schema| &schema.columns);
        let known = |name: &&String| {
            sheets().any(|sheet| has(sheet, name)) || in_schema().any(|of| of.name == **name)
        };
        let Some(name) = self.drop.iter().find(|name| !known(name)) else { return Ok(()) };
        let names =
            sheets().flat_map(|sheet| (0..sheet.columns()).map(|column| sheet.column_name(column)));
        let advice = advice(names, name);
        Err(Error::Usage(format!("no table has a column {name:?} to leave out; {advice}")))
    }

    fn under_one_schema(
        &self,
        given: Option<Schema>,
        real: Sheet,
        mut synthetic: Sheet,
        mut holdout: Option<Sheet>,
    ) -> Result<Comparison> {
        let (mut schema, inferred) = match given {
            Some(schema) => (schema, Vec::new()),
            None => real.infer_beside(&self.known)?,
        };
        let sheets = [Some(&real), Some(&synthetic), holdout.as_ref()];
        let absent = absent(&schema, &sheets);
        schema = without(schema, &absent);
        self.survival.name_in(&mut schema, &self.real)?;
        let mut widened = synthetic.widen(&mut schema, &real, Beside::Synthetic)?;
        if let Some(holdout) = &mut holdout {
            widened.extend(holdout.widen(&mut schema, &real, Beside::Holdout)?);
        }
        let nowhere = absent
            .iter()
            .map(|name| format!("Column {name:?} of the schema is in none of the tables."));
        let notes = widened.iter().map(|warning| {
            format!("Column {:?}: {}", warning.column, kind_of_change(&warning.text))
        });
        let real = real.table(&schema)?;
        real.check_survival(&Place::file(&self.real))?;
        Ok(Comparison {
            real,
            synthetic: synthetic.table(&schema)?,
            holdout: holdout.map(|sheet| sheet.table(&schema)).transpose()?,
            notes: nowhere.clone().chain(notes).collect(),
            warnings: nowhere
                .chain(inferred.iter().chain(&widened).map(ToString::to_string))
                .collect(),
        })
    }
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
    match text.split(' ').next() {
        Some("levels") => "another table has levels that the real one lacks.",
        Some("written") => {
            "another table writes levels otherwise; they were read as the real one's."
        }
        Some("no") => "no number of another table lies within the range of the real one.",
        _ => "another table has fractions of whole numbers.",
    }
}

/// A sheet with the patients of its rows, where it has a column that says them.
fn of_own_patients(sheet: Sheet, column: Option<&str>) -> Result<Sheet> {
    match column.filter(|name| has(&sheet, name)) {
        Some(name) => {
            let patients = sheet.patients(name)?;
            Ok(sheet.of_patients(Some(patients)))
        }
        None => Ok(sheet),
    }
}

/// A sheet without those of the named columns that it has.
fn dropped(sheet: Sheet, names: &[String]) -> Result<Sheet> {
    let there: Vec<&String> = names.iter().filter(|name| has(&sheet, name)).collect();
    if there.is_empty() { Ok(sheet) } else { sheet.without(&there) }
}
