//! A trained model in Python's hands.

use crate::errors::{calm, input};
use crate::judged::Report;
use crate::patients::Patients;
use mellizo::error::{Error, Result};
use mellizo::report::html::release_html;
use mellizo::report::release::release_json;
use mellizo::synthesis::private::accountant::Budget;
use mellizo::synthesis::private::{MadeBy, PublicTable, Release};
use mellizo::synthesis::{
    BackendChoice, Cohort, Format, Judgement, Known, Options, Processor, Quiet, Wanted,
    evaluate_known, record,
};
use mellizo::table::Table;
use mellizo::table::formula::FormulaGuard;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::collections::HashSet;
use std::path::PathBuf;

/// A model, and the cohort that it learned from where it was trained in this process.
#[pyclass(frozen, module = "mellizo._mellizo")]
pub struct Model {
    model: mellizo::synthesis::Model,
    fitted: Option<Fitted>,
    choice: BackendChoice,
    /// What the user should know.
    #[pyo3(get)]
    pub warnings: Vec<String>,
    /// Whether Ctrl-C ended the training.
    #[pyo3(get)]
    pub interrupted: bool,
}

/// What is known of a training in this process.
pub struct Fitted {
    pub cohort: Cohort,
    pub described: String,
    pub private: Option<Private>,
}

/// What is known of a private one.
pub struct Private {
    pub release: Release,
    pub public: PublicTable,
    pub budget: Budget,
    pub made_by: MadeBy,
    pub training: Table,
    pub holdout: Option<Table>,
}

/// Which patients: the first one, the one behind the last, conditions, a seed of the noise.
type Asked = (u64, u64, Vec<String>, Option<u64>);

/// What `pickle` keeps: the model file, the backend, the adapter, warnings, whether it was
/// interrupted.
type Pickled = (Py<PyBytes>, String, Option<String>, Vec<String>, bool);

impl Model {
    pub fn new(
        model: mellizo::synthesis::Model,
        fitted: Option<Fitted>,
        choice: BackendChoice,
    ) -> Self {
        Self { model, fitted, choice, warnings: Vec::new(), interrupted: false }
    }

    fn table(&self, (first, last, conditions, seed): &Asked) -> Result<(Table, Option<String>)> {
        let mut backend = self.choice.open(&mut Quiet)?;
        let rows = (*first..*last).try_into()?;
        let seed = seed.unwrap_or(self.model.seed());
        let Some(wanted) = Wanted::of(conditions, self.model.schema(), self.model.support())?
        else {
            let table = self.model.generator(backend.as_mut(), seed)?.patients(rows)?.table;
            return Ok((table, None));
        };
        let mut stream = self.model.stream(backend.as_mut(), rows, seed, Some(wanted))?;
        let schema = self.model.schema().clone();
        let mut cells = Vec::new();
        while let Some(part) = stream.next_part()? {
            cells.extend_from_slice(stream.finish().patients(part).cells.values());
        }
        let width = schema.columns.len();
        let cells = mellizo::matrix::Matrix::from_values(cells.len() / width, width, cells);
        let told = stream.accepted().map(|found| found.told(self.model.support().rows()));
        Ok((Table { schema, cells, patients: None }, told))
    }

    fn judge(&self, fitted: &Fitted, asked: &Asked, command: String) -> Result<Report> {
        let (synthetic, _) = self.table(asked)?;
        let cohort = &fitted.cohort;
        let name = cohort.name().file_name().unwrap_or(cohort.name().as_os_str());
        let name = name.to_string_lossy();
        let version = env!("CARGO_PKG_VERSION").into();
        let known = Known { command, version, ..Known::default() };
        if let Some(private) = &fitted.private {
            return Ok(private.report(&name, &synthetic, self.model.seed(), known));
        }
        let mut run = record(cohort, &self.model, &fitted.described, Some(synthetic.rows()));
        run.iter_mut()
            .for_each(|run| run.warnings.splice(0..0, self.warnings.clone()).for_each(drop));
        let judged =
            Judgement::of_run(&name, (cohort, &self.model), &synthetic, run.as_ref(), known);
        Ok(Report::of(&judged))
    }
}

impl Private {
    /// What anyone may see, and beside it what the owner alone may.
    fn report(&self, name: &str, synthetic: &Table, seed: u64, known: Known) -> Report {
        let made = (synthetic, self.made_by);
        let report = self.release.report((name, &self.public), &self.budget, made, &[]);
        let options = Options { seed, ..Options::default() };
        let holdout = self.holdout.as_ref();
        let evaluation = evaluate_known(&self.training, synthetic, holdout, &options, known);
        let judged = Judgement::of_tables(name, (&self.training, synthetic), evaluation);
        let share = (release_html(&report), release_json(&report));
        Report::released(&judged, share)
    }
}

#[pymethods]
impl Model {
    /// Patients as an Arrow stream; columns of these names as text.
    #[pyo3(signature = (first, last, conditions, seed, as_text))]
    fn sample(
        &self,
        py: Python<'_>,
        first: u64,
        last: u64,
        conditions: Vec<String>,
        seed: Option<u64>,
        as_text: HashSet<String>,
    ) -> PyResult<(Patients, Option<String>)> {
        let asked = (first, last, conditions, seed);
        let made = calm(py, || {
            let (table, told) = self.table(&asked)?;
            let broken = |error| Error::Usage(format!("the table cannot be handed over: {error}"));
            Ok((Patients::of(&table, &as_text).map_err(broken)?, told))
        });
        made?.map_err(|error: Error| input(py, error))
    }

    /// Writes patients as `mellizo sample --out` does.
    #[pyo3(signature = (path, first, last, conditions, seed))]
    fn write(
        &self,
        py: Python<'_>,
        path: PathBuf,
        first: u64,
        last: u64,
        conditions: Vec<String>,
        seed: Option<u64>,
    ) -> PyResult<Option<String>> {
        let written = calm(py, || {
            let wanted = Wanted::of(&conditions, self.model.schema(), self.model.support())?;
            let mut backend = self.choice.open(&mut Quiet)?;
            let seed = seed.unwrap_or(self.model.seed());
            let rows = (first..last).try_into()?;
            let mut stream = self.model.stream(backend.as_mut(), rows, seed, wanted)?;
            let stop = || Python::attach(|py| py.check_signals().is_err());
            stream.save(&path, (Format::of(&path), FormulaGuard::On), &stop)?;
            Ok(stream.accepted().map(|found| found.told(self.model.support().rows())))
        });
        written?.map_err(|error: Error| match error {
            Error::Interrupted(_) => {
                pyo3::exceptions::PyKeyboardInterrupt::new_err(error.to_string())
            }
            error => input(py, error),
        })
    }

    /// Writes the model file.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        self.model.save(&path).map_err(|error| input(py, error))
    }

    /// For `pickle`: the model file, without the cohort.
    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<(Py<PyAny>, Pickled)> {
        let (py, this) = (slf.py(), slf.get());
        let read = py.import("mellizo._mellizo")?.getattr("from_bytes")?.unbind();
        let bytes = PyBytes::new(py, &this.model.to_bytes()).unbind();
        let backend = match this.choice.processor {
            Processor::Gpu => "gpu",
            Processor::Cpu => "cpu",
            _ => "auto",
        };
        let adapter = this.choice.adapter.clone();
        Ok((read, (bytes, backend.into(), adapter, this.warnings.clone(), this.interrupted)))
    }

    /// It never changes, so it is its own copy.
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    /// Judges patients by the cohort; none where the model came from a file.
    fn report(
        &self,
        py: Python<'_>,
        rows: Option<u64>,
        command: String,
    ) -> PyResult<Option<Report>> {
        let Some(fitted) = &self.fitted else { return Ok(None) };
        let rows = rows.unwrap_or(self.patients() as u64);
        let judged = calm(py, || self.judge(fitted, &(0, rows, Vec::new(), None), command));
        judged?.map(Some).map_err(|error| input(py, error))
    }

    /// Patients that the recipe asks for.
    #[getter]
    fn patients(&self) -> usize {
        match self.fitted.as_ref().and_then(|fitted| fitted.private.as_ref()) {
            Some(private) => {
                let sampling = &self.model.recipe().parts().sampling;
                sampling.rows(private.release.rounded_patients(&private.public))
            }
            None => self.model.patients(),
        }
    }

    /// The seed of the training.
    #[getter]
    fn seed(&self) -> u64 {
        self.model.seed()
    }

    /// The name of the recipe.
    #[getter]
    fn recipe(&self) -> &str {
        self.model.recipe().name()
    }

    /// The schema as TOML.
    #[getter]
    fn schema(&self) -> String {
        self.model.schema().to_toml()
    }

    /// Names and kinds of the columns.
    #[getter]
    fn columns(&self) -> Vec<(String, String)> {
        let columns = self.model.schema().columns.iter();
        columns.map(|column| (column.name.clone(), column.kind.to_string())).collect()
    }

    /// The relations that patients keep.
    #[getter]
    fn relations(&self) -> Vec<String> {
        mellizo::table::relations::listed(self.model.relations(), self.model.schema())
    }

    /// The types of the columns in Python, as JSON.
    #[getter]
    fn frame_json(&self) -> Option<String> {
        self.model.frame().map(ToString::to_string)
    }

    /// Epochs that were run and the one that was kept; none of a model from a file.
    #[getter]
    fn epochs(&self) -> Option<(usize, usize)> {
        let trained = self.model.trained()?;
        Some((trained.history.last().map_or(0, |epoch| epoch.epoch), trained.epoch))
    }
}

/// Reads a model file.
#[pyfunction]
pub fn load(
    py: Python<'_>,
    path: PathBuf,
    backend: &str,
    adapter: Option<String>,
) -> PyResult<Model> {
    let open = || {
        let choice = crate::fitting::choice(backend, adapter)?;
        Ok(Model::new(mellizo::synthesis::Model::open(&path)?, None, choice))
    };
    open().map_err(|error: Error| input(py, error))
}

/// What `pickle` reads.
#[pyfunction]
pub fn from_bytes(
    py: Python<'_>,
    bytes: &[u8],
    backend: &str,
    adapter: Option<String>,
    warnings: Vec<String>,
    interrupted: bool,
) -> PyResult<Model> {
    let open = || {
        let choice = crate::fitting::choice(backend, adapter)?;
        let model = mellizo::synthesis::Model::from_bytes(bytes, "the pickled model".as_ref())?;
        Ok(Model { warnings, interrupted, ..Model::new(model, None, choice) })
    };
    open().map_err(|error: Error| input(py, error))
}
