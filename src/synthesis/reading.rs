//! From a file to a table: by its schema, or by the kinds that its text suggests.

use ground::error::{Error, Place, Result};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use table::infer::Refused;
use table::read::{Columns, Decimal, Options, Sheet, from_memory, from_reader, open};
use table::{Column, Schema, Table, bundled};

/// A table file and what is known of it. Without a file it is the bundled cohort.
///
/// ```
/// use mellizo::synthesis::Reading;
///
/// let read = Reading::bundled().without(["wtkg"]).table();
/// assert!(read.is_err(), "no column has this name");
/// let read = Reading::bundled().table().unwrap();
/// assert_eq!((read.table.rows(), read.table.schema.columns.len()), (908, 44));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reading {
    data: Data,
    schema: Option<PathBuf>,
    given: Option<Schema>,
    known: Vec<Column>,
    drop: Vec<String>,
    patient: Option<String>,
    survival: SurvivalColumns,
    options: Options,
    by_schema_alone: bool,
}

/// Where the cells are.
#[derive(Clone, Default)]
enum Data {
    /// In the program.
    #[default]
    Bundled,
    File(PathBuf),
    /// In memory, under a name.
    Memory(Arc<dyn Columns>, PathBuf),
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled => write!(f, "Bundled"),
            Self::File(path) => write!(f, "File({path:?})"),
            Self::Memory(_, name) => write!(f, "Memory({name:?})"),
        }
    }
}

/// The columns of survival that are named beside a schema; each takes the place of the schema's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurvivalColumns {
    /// The column of times.
    pub time: Option<String>,
    /// The column of events, or `COLUMN=VALUE`.
    pub event: Option<String>,
    /// The column of levels by which curves are drawn one by one.
    pub strata: Option<String>,
}

impl SurvivalColumns {
    /// Puts them into a schema.
    ///
    /// Errors: those of [`Schema::check`].
    pub(super) fn name_in(&self, schema: &mut Schema, file: &Path) -> Result<()> {
        if *self == Self::default() {
            return Ok(());
        }
        let Self { time, event, strata } = self.clone();
        schema.time = time.or(schema.time.take());
        schema.event = event.or(schema.event.take());
        schema.strata = strata.or(schema.strata.take());
        schema.check(&Place::file(file))
    }
}

/// A table that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// Its cells under a schema.
    pub table: Table,
    /// What errors and reports call it.
    pub name: PathBuf,
    /// Who each row is of, where a column says it; that column is not in the table.
    pub patients: Option<Vec<usize>>,
    /// What the user should know. It may tell single values, so it is not for `share`.
    pub warnings: Vec<String>,
    /// The schema that was given, without the columns that are left out: nothing in it was taken
    /// from the table.
    pub given: Option<Schema>,
}

impl Reading {
    /// The cohort inside the program: 908 patients of SUPPORT2 with lung cancer, 44 columns.
    pub fn bundled() -> Self {
        Self::default()
    }

    /// A file: CSV (also .csv.gz), and with the features of these names .xlsx and .parquet.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { data: Data::File(path.into()), ..Self::default() }
    }

    /// A table in memory, which errors and reports call `name`.
    pub fn memory(columns: Arc<dyn Columns>, name: impl Into<PathBuf>) -> Self {
        Self { data: Data::Memory(columns, name.into()), ..Self::default() }
    }

    /// With a schema that a program made; [`Schema::check`] is up to the program.
    pub fn given(self, schema: Schema) -> Self {
        Self { given: Some(schema), ..self }
    }

    /// With what is known of some columns, where no schema says what all are.
    pub fn known(self, columns: Vec<Column>) -> Self {
        Self { known: columns, ..self }
    }

    /// With kinds, levels, units and labels of the columns from a TOML file.
    pub fn schema(self, path: impl Into<PathBuf>) -> Self {
        Self { schema: Some(path.into()), ..self }
    }

    /// Without these columns.
    pub fn without(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { drop: columns.into_iter().map(Into::into).collect(), ..self }
    }

    /// With the column that says which patient a row is of, where patients have several rows; the
    /// schema's `patient` if none is named.
    pub fn patient(self, column: Option<&str>) -> Self {
        Self { patient: column.map(str::to_owned), ..self }
    }

    /// With the columns of survival, by which patients are judged; those of the schema where none is
    /// named.
    pub fn survival(self, columns: SurvivalColumns) -> Self {
        Self { survival: columns, ..self }
    }

    /// With what should not be guessed from the file: delimiter, decimal comma, codes for missing.
    /// Where these leave the decimal open, the schema's decides.
    pub fn options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// Without guesses from the file: where neither the options nor the schema say it, columns stand
    /// between commas and decimals behind a point.
    ///
    /// So no row changes how another one is read, as a private recipe needs it.
    pub fn by_schema_alone(self) -> Self {
        Self { by_schema_alone: true, ..self }
    }

    /// The columns that [`Reading::table`] refuses because of their cells, where no schema says
    /// what they are.
    ///
    /// Errors: a file that cannot be read, a column to leave out, or of patients, that is not there.
    pub fn refused(&self) -> Result<Vec<Refused>> {
        if self.has_schema() {
            return Ok(Vec::new());
        }
        let sheet = self.sheet(None)?;
        // A name that is not there is one of a column of patients, and not one to leave out.
        self.patient.as_ref().map(|column| sheet.patients(column)).transpose()?;
        let left_out: Vec<String> = self.drop.iter().chain(&self.patient).cloned().collect();
        Ok(if left_out.is_empty() { sheet } else { sheet.without(&left_out)? }.refused())
    }

    /// Reads the table.
    ///
    /// Errors: a file that cannot be read, a cell that its column's kind does not allow, a column
    /// to leave out that is not there; each with file, row, column and what to do.
    pub fn table(&self) -> Result<Read> {
        let given = match (&self.schema, &self.given) {
            (Some(path), _) => Some(Schema::from_toml(&text(path)?, path)?),
            (None, Some(schema)) => Some(schema.clone()),
            (None, None) if matches!(self.data, Data::Bundled) => Some(bundled::schema()?),
            (None, None) => None,
        };
        let sheet = self.sheet(given.as_ref())?;
        let name = sheet.place().file;
        let of_schema = given.as_ref().and_then(|schema| schema.patient.clone());
        let patient = self.patient.clone().or(of_schema);
        let patients = patient.as_ref().map(|column| sheet.patients(column)).transpose()?;
        let repeated = if patient.is_none() { sheet.repeated_patients() } else { None };
        let left_out: Vec<String> = self.drop.iter().chain(&patient).cloned().collect();
        let sheet = if left_out.is_empty() { sheet } else { sheet.without(&left_out)? };
        let sheet = sheet.of_patients(patients.clone());
        let given = given.map(|schema| without(schema, &left_out));
        let (mut schema, warnings) = match &given {
            Some(schema) => (schema.clone(), Vec::new()),
            None => sheet.infer_beside(&self.known)?,
        };
        self.survival.name_in(&mut schema, &name)?;
        let warnings = repeated.iter().chain(&warnings).map(ToString::to_string).collect();
        let table = Table { patients: patients.clone(), ..sheet.table(&schema)? };
        table.check_survival(&Place::file(&name))?;
        Ok(Read { table, name, patients, warnings, given })
    }

    /// The cells of all columns as text.
    fn sheet(&self, given: Option<&Schema>) -> Result<Sheet> {
        let mut options = self.options.clone().under(given);
        if self.by_schema_alone {
            options.delimiter = options.delimiter.or(Some(b','));
            options.decimal = options.decimal.or(Some(Decimal::Point));
        }
        match &self.data {
            Data::File(path) => Sheet::read(open(path, &options)?),
            Data::Memory(columns, name) => {
                Sheet::read(from_memory(columns.clone(), name, &options)?)
            }
            Data::Bundled => Sheet::read(from_reader(bundled::CSV, bundled::NAME, &options)?),
        }
    }

    fn has_schema(&self) -> bool {
        self.schema.is_some() || self.given.is_some() || matches!(self.data, Data::Bundled)
    }
}

/// A TOML file's text, of as many bytes as [`ground::text_file::read`] takes.
pub fn text(path: &Path) -> Result<String> {
    let bytes = ground::text_file::read(path)?;
    let remedy = "save it as UTF-8";
    String::from_utf8(bytes)
        .map_err(|_| Error::input(Place::file(path), "the file is not UTF-8 text", remedy))
}

/// The schema of the columns that are left.
pub(super) fn without(mut schema: Schema, dropped: &[String]) -> Schema {
    schema.columns.retain(|column| !dropped.contains(&column.name));
    schema.patient = None;
    for role in [&mut schema.status, &mut schema.stage] {
        if role.as_ref().is_some_and(|name| dropped.contains(name)) {
            *role = None;
        }
    }
    schema.targets.retain(|name| !dropped.contains(name));
    schema.forget_relations();
    schema.forget_survival();
    schema
}
