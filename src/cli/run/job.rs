//! The stages of a run, from a table that was read to the last line on stderr.

use super::keeping::Keeping;
use super::results::{Output, Results, trained};
use crate::cli::course::Course;
use crate::cli::run_json::run_json;
use crate::cli::terminal::Terminal;
use engine::op::Backend;
use ground::error::Result;
use ground::matrix::Matrix;
use judge::evaluation::{Audit, emptied};
use mellizo::synthesis::{
    BackendChoice, Cohort, Line, Model, Options, Patients, Read, Rows, RunRecord, Settings, Watch,
    audit, check_audit, record, sample_notes,
};
use report::kept_relations;
use serde_json::Value;
use table::Table;
use training::gan::Reason;

/// A run from the prepared cohort on.
pub(in crate::cli) struct Job {
    pub(in crate::cli) cohort: Cohort,
    pub(in crate::cli) backend: Box<dyn Backend>,
    pub(in crate::cli) results: Results,
    choice: BackendChoice,
    described: String,
    /// Of reading the table.
    warnings: Vec<String>,
    synthetic: Option<usize>,
    keeping: Keeping,
    /// The highest AUC of membership inference that was measured.
    auc: Option<f64>,
    pub(in crate::cli) watch: Terminal,
}

/// Synthetic patients.
pub(in crate::cli) struct Sampled {
    /// As the generator made them.
    pub(in crate::cli) generated: Matrix,
    /// In the paper's encoding.
    pub(in crate::cli) encoded: Matrix,
    /// Decoded.
    pub(in crate::cli) synthetic: Table,
}

/// Columns from which on the search for relations is said, because it takes seconds.
const WIDE: usize = 150;

/// Says that relations are sought, where that takes a while.
fn say_search(table: &Table, settings: &Settings, watch: &mut Terminal) {
    let columns = table.schema.columns.len();
    if settings.recipe.keeps_relations() && columns >= WIDE {
        watch.say(Line::Note(&format!("looking for relations among {columns} columns")));
    }
}

/// The cohort of a run.
/// Errors: what cannot be learned or audited, and a checkpoint of another training.
pub(in crate::cli) fn cohort(
    (read, settings): (&Read, &Settings),
    audit_minutes: Option<f64>,
    keeping: &Keeping,
    watch: &mut Terminal,
) -> Result<Cohort> {
    say_search(&read.table, settings, watch);
    let cohort = Cohort::prepare(&read.table, settings)?;
    if audit_minutes.is_some() {
        check_audit(&settings.recipe, cohort.table().rows())?;
    }
    keeping.check(&cohort)?;
    Ok(cohort)
}

impl Job {
    /// Prepares the cohort, opens the backend and the folder.
    /// What can still go wrong comes before what is said: an error is one line.
    pub(in crate::cli) fn start(
        read: &Read,
        settings: &Settings,
        choice: BackendChoice,
        output: Output,
        keeping: Keeping,
    ) -> Result<Self> {
        let mut watch = Terminal::default();
        let cohort = cohort((read, settings), output.audit_minutes, &keeping, &mut watch)?;
        let backend = choice.open(&mut watch)?;
        let described = backend.describe();
        let results = Results::prepare(output)?;
        cohort.notes().iter().for_each(|note| watch.say(Line::Note(note)));
        let mut warnings = read.warnings.clone();
        let all = warnings.iter().chain(cohort.warnings());
        all.for_each(|warning| watch.say(Line::Warning(warning)));
        warnings.extend(keeping.announce(backend.as_ref(), &mut watch));
        let dropped = cohort.cleaning().patients.len();
        if dropped > 0 {
            let limit = cohort.cleaning().patient_limit;
            say!("{dropped} patients with more than {limit} missing cells are left out");
        }
        say!(
            "{} patients, {} features, recipe {}, {described}",
            cohort.table().rows(),
            cohort.features(),
            settings.recipe.name()
        );
        let synthetic = None;
        Ok(Self {
            cohort,
            backend,
            results,
            choice,
            described,
            warnings,
            synthetic,
            keeping,
            auc: None,
            watch,
        })
    }

    /// Tells the course of training in files; `told` is what the owner must know of them.
    pub(in crate::cli) fn tell(&mut self, course: Course, told: Option<String>) {
        told.iter().for_each(|warning| self.watch.say(Line::Warning(warning)));
        self.warnings.extend(told);
        self.watch.writes(course);
    }

    /// Trains.
    pub(in crate::cli) fn train(&mut self) -> Result<Model> {
        let Self { cohort, backend, choice, keeping, watch, .. } = self;
        let model = keeping.fit(backend, cohort, |watch| choice.open(watch), watch)?;
        let found = backend.warnings();
        found.iter().for_each(|warning| watch.say(Line::Warning(warning)));
        self.warnings.extend(found.into_iter().chain(watch.given_up()));
        Ok(model)
    }

    /// Writes the cohort, the model and the course of training.
    /// Errors when training diverged: the model that was kept is written first.
    pub(in crate::cli) fn save(&self, model: &Model) -> Result<()> {
        self.results.save(&self.cohort, model)?;
        match model.diverged() {
            None => Ok(()),
            Some(error) => {
                let file = self.results.file("private/model.safetensors");
                let file = file.display();
                say!("the kept model is {file}");
                self.keeping.diverged(&self.described);
                Err(error)
            }
        }
    }

    /// Writes the model, samples, and writes what compares the synthetic patients with the real
    /// ones.
    pub(in crate::cli) fn sample(&mut self, model: &Model) -> Result<Sampled> {
        self.save(model)?;
        let settings = self.cohort.settings();
        let (patients, sampling) = (self.cohort.table().rows(), &settings.recipe.parts().sampling);
        let rows = sampling.rows(patients);
        if let Some(note) = sampling.rows_note(patients) {
            self.watch.say(Line::Warning(&note));
            self.warnings.push(note);
        }
        say!("sampling {rows} synthetic patients");
        let mut generator = model.generator(self.backend.as_mut(), settings.seed)?;
        let raw = generator.raw(Rows::first(rows))?;
        let generated = raw.values().clone();
        let Patients { table: synthetic, encoded, kept } = generator.finish().of(raw);
        let encoded = encoded.unwrap_or_else(|| self.cohort.encoder().encode(&synthetic));
        if settings.recipe.keeps_relations() {
            say!("{}", kept_relations::line(model.relations(), &kept));
            self.results.write_relations(model, &kept)?;
            let lost = kept_relations::warning(model.relations_given_up(), &synthetic);
            lost.iter().for_each(|warning| self.watch.say(Line::Warning(warning)));
            self.warnings.extend(lost);
        }
        self.synthetic = Some(rows);
        let emptied = emptied(self.cohort.table(), &synthetic);
        emptied.iter().for_each(|warning| self.watch.say(Line::Warning(warning)));
        self.warnings.extend(emptied);
        self.results.write_synthetic(&self.cohort, &synthetic)?;
        if self.results.output.evaluation {
            let (real, holdout) = (self.cohort.table(), self.cohort.holdout());
            let sampled = sample_notes(real, &synthetic, holdout, &Options::default());
            sampled.iter().for_each(|note| self.watch.say(Line::Warning(note)));
            self.warnings.extend(sampled);
        }
        let audit = self.audit(model)?;
        let record = self.record(model);
        let judged = self.results.judge(&self.cohort, model, &synthetic, &record, audit)?;
        let text = mellizo::synthesis::summary(&record, &self.cohort, &synthetic, &encoded)
            + &judged.scores;
        self.results.write("share/summary.md", &text)?;
        self.auc = judged.auc;
        Ok(Sampled { generated, encoded, synthetic })
    }

    /// Shadow models of the run, where they are asked for.
    fn audit(&mut self, model: &Model) -> Result<Option<Audit>> {
        let Some(minutes) = self.results.output.audit_minutes else { return Ok(None) };
        let epochs = trained(model).epoch;
        audit(&self.cohort, &self.choice, epochs, minutes, &mut self.watch).map(Some)
    }

    /// What the run was so far.
    pub(in crate::cli) fn record(&self, model: &Model) -> RunRecord {
        let record = record(&self.cohort, model, &self.described, self.synthetic);
        let mut record = record.expect("a model that was just trained");
        record.warnings.splice(0..0, self.warnings.iter().cloned());
        record
    }

    /// Says how it went, and returns it as one object.
    pub(in crate::cli) fn finish(&self, command: &str, model: &Model) -> Result<Value> {
        let record = self.record(model);
        let training = &record.training;
        say!(
            "{} epochs in {:.1} s ({:.2} ms a step); kept epoch {} of model {}: {}",
            training.epochs,
            training.elapsed.as_secs_f64(),
            training.elapsed.as_secs_f64() * 1e3 / training.steps.max(1) as f64,
            training.epoch,
            training.model,
            training.reason
        );
        if !training.diverged.is_empty() {
            let (models, diverged) = (training.models, &training.diverged);
            say!("warning: of {models} models, these diverged: {diverged:?}");
        }
        if let Some(scores) = training.scores {
            let (marginal, joint) = (scores.marginal, scores.joint);
            say!("Fréchet distance to the cohort: marginal {marginal:.6}, joint {joint:.4}");
        }
        self.results.release(self.auc).inspect_err(|_| self.keeping.gate_failed())?;
        let (folder, evaluation) = (&self.results.output.out, self.results.output.evaluation);
        match (self.synthetic, evaluation) {
            (Some(_), true) => say!("look at {}", folder.join("share/report.html").display()),
            (Some(_), false) => say!("look at {}", folder.join("share/summary.md").display()),
            (None, _) => {
                say!("sample from {}", folder.join("private/model.safetensors").display());
            }
        }
        self.keeping.finish(trained(model).reason == Reason::Interrupted)?;
        Ok(run_json(command, &record, folder))
    }
}
