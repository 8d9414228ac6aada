//! `mellizo.fit`: from a table to a model.

use crate::errors::{calm, input, taken};
use crate::model::{Fitted, Model, Private};
use crate::source::{Source, options, schema};
use crate::watch::Notebook;
use mellizo::error::{Error, Result};
use mellizo::synthesis::private::accountant::{Budget, Spent};
use mellizo::synthesis::private::{Ledger, OperatingSystem, PublicTable, Release};
use mellizo::synthesis::{
    BackendChoice, Changes, Cohort, Processor, Read, Recipe, Settings, SurvivalColumns, fit,
};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};

/// What is said of a private fit without what it needs.
const NO_SCHEMA: &str = "a private recipe needs schema=...: kinds, levels and ranges must not be \
    taken from patients; `mellizo schema --public TABLE` prints a form";
const NO_EPSILON: &str = "a private recipe needs epsilon=...: how much a patient may show (1 is \
    strict, 3 usual, 10 weak)";
const OF_PERSONS: &str = "patient with a private recipe: its guarantee is for one row; make one row \
    of every patient first";

/// The arguments of `mellizo.fit`, by their names.
#[derive(Clone, FromPyObject)]
#[pyo3(from_item_all)]
pub struct Arguments {
    recipe: String,
    schema_file: Option<PathBuf>,
    schema_json: Option<String>,
    holdout: Option<f64>,
    seed: u64,
    backend: String,
    adapter: Option<String>,
    epochs: Option<u32>,
    steps: Option<u32>,
    batch: Option<String>,
    set: Vec<String>,
    models: usize,
    early_stopping: bool,
    drop: Vec<String>,
    patient: Option<String>,
    time: Option<String>,
    event: Option<String>,
    strata: Option<String>,
    missing: Vec<String>,
    epsilon: Option<f64>,
    delta: f64,
    targets: Vec<String>,
    ledger: Option<PathBuf>,
    named: bool,
    frame_json: Option<String>,
}

/// Where to compute.
pub fn choice(backend: &str, adapter: Option<String>) -> Result<BackendChoice> {
    let processor = match backend {
        "auto" => Processor::Auto,
        "gpu" => Processor::Gpu,
        "cpu" => Processor::Cpu,
        _ => {
            let problem = format!("backend {backend:?}: it is \"auto\", \"gpu\" or \"cpu\"");
            return Err(Error::Usage(problem));
        }
    };
    Ok(BackendChoice { processor, adapter })
}

/// Trains a model on a table.
#[pyfunction]
#[pyo3(signature = (table, name, arguments, progress=None))]
pub fn fit_table(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    name: &str,
    arguments: &Bound<'_, PyAny>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Model> {
    let arguments: Arguments = taken(arguments)?;
    let source = Source::of(table, name)?;
    let given = schema(py, arguments.schema_file.as_deref(), arguments.schema_json.as_deref())?;
    let mut watch = Notebook::new(progress);
    let fitted = calm(py, || {
        let recipe = arguments.recipe()?;
        match recipe.parts().privacy {
            Some(_) => arguments.fit_privately(&source, given, recipe, &mut watch),
            None => arguments.fit_cohort(&source, given, recipe, &mut watch),
        }
    });
    if let Some(raised) = watch.raised.take() {
        return Err(raised);
    }
    let mut model = fitted?.map_err(|error| input(py, error))?;
    model.warnings = Changes::told().into_iter().chain(watch.warnings).collect();
    model.interrupted = watch.interrupted;
    Ok(model)
}

impl Arguments {
    fn recipe(&self) -> Result<Recipe> {
        let changes = Changes {
            set: self.set.clone(),
            epochs: self.epochs,
            steps: self.steps,
            batch: self.batch.clone(),
        };
        Recipe::load_changed(&self.recipe, &changes.list()?)
    }

    fn read(
        &self,
        source: &Source,
        given: Option<mellizo::table::Schema>,
        watch: &mut Notebook,
    ) -> Result<Read> {
        let reading = source.reading();
        let reading = given.into_iter().fold(reading, |reading, schema| reading.given(schema));
        let survival = SurvivalColumns {
            time: self.time.clone(),
            event: self.event.clone(),
            strata: self.strata.clone(),
        };
        let reading = reading.without(&self.drop).patient(self.patient.as_deref());
        let reading = reading.survival(survival).options(options(&self.missing)?);
        let private = self.recipe()?.parts().privacy.is_some();
        let reading = if private { reading.by_schema_alone() } else { reading };
        let read = reading.table()?;
        watch.warnings.extend(source.frame().into_iter().flat_map(|frame| frame.warnings()));
        watch.warnings.extend(read.warnings.iter().cloned());
        Ok(read)
    }

    fn settings(&self, read: &Read, recipe: Recipe) -> Settings {
        Settings {
            name: read.name.clone(),
            recipe,
            seed: self.seed,
            holdout: self.holdout,
            patients: read.patients.clone(),
            models: self.models,
            early_stopping: self.early_stopping,
        }
    }

    fn fit_cohort(
        &self,
        source: &Source,
        given: Option<mellizo::table::Schema>,
        recipe: Recipe,
        watch: &mut Notebook,
    ) -> Result<Model> {
        if self.epsilon.is_some() || self.ledger.is_some() || !self.targets.is_empty() {
            let problem = "epsilon, ledger and targets are for recipe=\"private\": no other recipe \
                           bounds what a synthetic table tells";
            return Err(Error::Usage(problem.into()));
        }
        let read = self.read(source, given, watch)?;
        let cohort = Cohort::prepare(&read.table, &self.settings(&read, recipe))?;
        watch.warnings.extend(cohort.notes().iter().chain(cohort.warnings()).cloned());
        let dropped = cohort.cleaning().patients.len();
        if dropped > 0 {
            let limit = cohort.cleaning().patient_limit;
            let text =
                format!("{dropped} patients with more than {limit} missing cells are left out");
            watch.warnings.push(text);
        }
        let choice = choice(&self.backend, self.adapter.clone())?;
        let mut backend = choice.open(watch)?;
        let model = fit(backend.as_mut(), &cohort, watch)?;
        if let Some(error) = model.diverged() {
            return Err(error);
        }
        let fitted = Fitted { cohort, described: backend.describe(), private: None };
        Ok(Model::new(self.framed(model)?, Some(fitted), choice))
    }

    fn fit_privately(
        &self,
        source: &Source,
        given: Option<mellizo::table::Schema>,
        recipe: Recipe,
        watch: &mut Notebook,
    ) -> Result<Model> {
        let plan = recipe.parts().privacy.expect("a private recipe");
        let given = given.ok_or_else(|| Error::Usage(NO_SCHEMA.into()))?;
        let epsilon = self.epsilon.ok_or_else(|| Error::Usage(NO_EPSILON.into()))?;
        let read = self.read(source, Some(given), watch)?;
        if read.patients.is_some() {
            return Err(Error::Usage(OF_PERSONS.into()));
        }
        let schema = read.given.as_ref().expect("a schema was given");
        let file = self.schema_file.clone().unwrap_or_else(|| PathBuf::from("schema"));
        let public = PublicTable::of(schema, &file)?.with_targets(&self.targets)?;
        let (training, holdout) = match self.holdout {
            None => (read.table.clone(), None),
            Some(share) => {
                let (training, holdout) = read.table.keep_each_back(share, self.seed);
                (training, Some(holdout))
            }
        };
        let settings = Settings { holdout: None, ..self.settings(&read, recipe) };
        let (budget, next) = plan.budget(&public, epsilon, self.delta)?;
        let choice = choice(&self.backend, self.adapter.clone())?;
        let mut backend = choice.open(watch)?;
        self.spend(source, (budget, next), watch)?;
        let mut entropy = OperatingSystem::new();
        let release = Release::draw(&public, &training, (&budget, &plan), &mut entropy);
        let (model, cohort, made_by) =
            release.fit(backend.as_mut(), (&public, &plan), &settings, watch)?;
        if let Some(error) = model.diverged() {
            return Err(error);
        }
        let private = Some(Private { release, public, budget, made_by, training, holdout });
        let fitted = Fitted { cohort, described: backend.describe(), private };
        Ok(Model::new(self.framed(model)?, Some(fitted), choice))
    }

    /// Writes down what is spent, before any noise is drawn.
    fn spend(
        &self,
        source: &Source,
        (budget, next): (Budget, Spent),
        watch: &mut Notebook,
    ) -> Result<()> {
        let (table, hash) = source.identity(self.named)?;
        let beside = table.parent().unwrap_or(Path::new("")).join("private/ledger.jsonl");
        let ledger = Ledger::at(self.ledger.clone().unwrap_or(beside)).lock()?;
        let account = ledger.account((&table, &hash), (budget, next))?;
        if account.releases > 0 {
            watch.warnings.push(format!(
                "{} earlier releases of this table spent epsilon {:.2}; with this one it is {:.2} \
                 in all (delta {})",
                account.releases, account.before, account.after, self.delta
            ));
        }
        ledger.spend((&table, &hash), (budget, next))
    }

    /// With the types of the columns in Python.
    fn framed(&self, model: mellizo::synthesis::Model) -> Result<mellizo::synthesis::Model> {
        let Some(json) = &self.frame_json else { return Ok(model) };
        let frame = serde_json::from_str(json).map_err(|e| Error::Usage(e.to_string()))?;
        Ok(model.with_frame(frame))
    }
}
