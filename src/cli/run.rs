//! `mellizo run` and `mellizo train`.

mod train;

use super::args::RunOptions;
use super::audit::{self, Subject};
use super::compare::{Facts, curves, epochs_run, kept, summary};
use super::evaluate::{Provenance, file_hash, file_name, judge, text_hash};
use super::folder::{Folder, RUN_FILES};
use super::input::{Cohort, cohort};
use super::model::{Document, Patients};
use super::parts::{Constraints, Parts};
use super::{backend, outcome, recipes, relations, stdout};
use engine::op::Backend;
use ground::error::{Error, Result};
use ground::matrix::Matrix;
use judge::evaluation::{Audit, InputFile, Role};
use report::distributions::distributions_svg;
use report::scores::scores_markdown;
use report::training::training_svg;
use std::path::Path;
use table::relations::Kept;
use table::{Table, bundled};
use training::gan::{About, ModelFile, Reason, Recipe, Sampler, Trained, write_history};

/// Clean, train, sample, compare.
pub(super) fn run(options: &RunOptions) -> Result<()> {
    let mut run = Run::start(options)?;
    let trained = run.train()?;
    let sampled = run.sample(&trained)?;
    run.finish("run", &trained, Some(sampled.encoded.rows()))
}

/// Clean and train.
pub(super) fn train(options: &RunOptions) -> Result<()> {
    audit::refuse(options.audit_minutes)?;
    let mut run = Run::start(options)?;
    let trained = run.train()?;
    run.save(&trained)?;
    run.stop_if_diverged(&trained)?;
    run.finish("train", &trained, None)
}

/// The recipe that the options name, with what they change in it.
pub(super) fn recipe(options: &RunOptions) -> Result<Recipe> {
    let mut recipe = recipes::load(&options.recipe)?;
    if let Some(epochs) = options.epochs {
        recipe.training.epochs = epochs as usize;
    }
    if let Some(batch) = &options.batch {
        recipe.training.batch = recipes::batch(batch)?;
    }
    Ok(recipe)
}

/// Synthetic patients.
pub(super) struct Sampled {
    /// As the generator made them.
    pub(super) generated: Matrix,
    /// Post-processed.
    pub(super) encoded: Matrix,
    /// Decoded.
    pub(super) synthetic: Table,
}

/// A run from the encoded cohort on.
pub(super) struct Run<'a> {
    options: &'a RunOptions,
    pub(super) recipe: Recipe,
    parts: Parts,
    pub(super) cohort: Cohort,
    pub(super) backend: Box<dyn Backend>,
    pub(super) described: String,
    pub(super) folder: Folder,
}

impl<'a> Run<'a> {
    /// Everything that can be wrong with the user's input is found here, before any work.
    fn start(options: &'a RunOptions) -> Result<Self> {
        let recipe = recipe(options)?;
        let parts = Parts::of(&recipe, &options.recipe)?;
        options
            .data
            .as_ref()
            .map_or(Ok(()), |data| Folder::spare(&options.out, RUN_FILES, data))?;
        let cohort = cohort(options, &recipe, &parts)?;
        Self::of(options, recipe, parts, cohort, RUN_FILES)
    }

    /// A run on a cohort that writes `files`.
    pub(super) fn of(
        options: &'a RunOptions,
        recipe: Recipe,
        parts: Parts,
        cohort: Cohort,
        files: &'static [&'static str],
    ) -> Result<Self> {
        // What can still go wrong comes first: an error is one line.
        if options.audit_minutes.is_some() {
            Subject::check(&recipe, cohort.table.rows())?;
        }
        let backend = backend::open(&options.engine)?;
        let described = backend.describe();
        let folder = Folder::prepare(&options.out, files, options.force)?;
        cohort.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
        let dropped = cohort.cleaning.patients.len();
        if dropped > 0 {
            eprintln!(
                "{dropped} patients with more than {} missing cells are left out",
                cohort.cleaning.patient_limit
            );
        }
        eprintln!(
            "{} patients, {} features, recipe {}, {described}",
            cohort.table.rows(),
            cohort.features(),
            recipe.name
        );
        Ok(Self { options, recipe, parts, cohort, backend, described, folder })
    }

    /// Writes the model, samples, and writes what compares the synthetic patients with the real
    /// ones.
    pub(super) fn sample(&mut self, trained: &Trained) -> Result<Sampled> {
        let rows = self.parts.sampling.multiple * self.cohort.table.rows();
        let (sampler, document) = self.save(trained)?;
        self.stop_if_diverged(trained)?;
        eprintln!("sampling {rows} synthetic patients");
        let generated = sampler.rows(self.backend.as_mut(), 0, rows)?;
        let Patients { table: synthetic, encoded, kept } =
            document.patients(generated.clone(), &self.parts, self.options.seed, 0);
        let encoded = encoded.unwrap_or_else(|| self.cohort.encoder.encode(&synthetic));
        self.tell_relations(&document, &kept)?;
        self.folder.write("share/synthetic.csv", |out| {
            synthetic.write_with(out, self.options.formulas.guard())
        })?;
        let picture = distributions_svg(&self.cohort.table, &synthetic);
        self.folder.write("share/distributions.svg", |out| out.write_all(picture.as_bytes()))?;
        let audit = self.audit(trained)?;
        let scores = self.judge(trained, &synthetic, audit)?;
        let text = summary(&self.facts(trained), &synthetic, &encoded) + &scores;
        self.folder.write("share/summary.md", |out| out.write_all(text.as_bytes()))?;
        Ok(Sampled { generated, encoded, synthetic })
    }

    /// Shadow models of the run, where they are asked for.
    fn audit(&self, trained: &Trained) -> Result<Option<Audit>> {
        let (recipe, parts, cohort) = (&self.recipe, &self.parts, &self.cohort);
        let RunOptions { engine, seed, .. } = self.options;
        let subject =
            Subject { recipe, parts, cohort, engine, seed: *seed, epochs: trained.epoch.max(1) };
        self.options.audit_minutes.map(|minutes| subject.audit(minutes)).transpose()
    }

    /// Writes the scores and the reports; the scores as a part of the summary.
    fn judge(&self, trained: &Trained, synthetic: &Table, audit: Option<Audit>) -> Result<String> {
        if self.options.no_evaluation {
            return Ok(String::new());
        }
        eprintln!("judging the synthetic patients");
        let cohort = &self.cohort;
        let provenance = Provenance {
            recipe: Some(self.recipe.name.clone()),
            backend: Some(self.described.clone()),
            training_seconds: Some(trained.elapsed.as_secs_f64()),
            files: self.files()?,
        };
        let tables = [&cohort.table, synthetic];
        let mut judged =
            judge(tables, cohort.holdout.as_ref(), self.options.seed, provenance, Vec::new());
        judged.evaluation.audit = audit;
        let curves = curves(&self.recipe, trained);
        let name = file_name(&cohort.name);
        let report = judged.report(&name, Some(&curves), Some(&cohort.cleaning));
        let files = [
            ("share/report.json", judged.json()),
            ("share/report.html", report.share()),
            ("private/report.html", report.private()),
        ];
        for (name, text) in files {
            self.folder.write(name, |out| out.write_all(text.as_bytes()))?;
        }
        Ok(format!("\n{}", scores_markdown(&judged.evaluation)))
    }

    /// What was read, and what was made of it.
    fn files(&self) -> Result<Vec<InputFile>> {
        let synthetic = self.folder.file("share/synthetic.csv");
        let kept = self.folder.file("private/cohort.csv");
        let (name, sha256) = match &self.options.data {
            Some(path) => (file_name(path), file_hash(path)?),
            None if self.cohort.name == Path::new(bundled::NAME) => {
                (bundled::NAME.to_owned(), text_hash(bundled::CSV))
            }
            None => (file_name(&kept), file_hash(&kept)?),
        };
        let written = |role, path: &Path| {
            Ok(InputFile { role, name: file_name(path), sha256: file_hash(path)? })
        };
        let mut files = vec![
            InputFile { role: Role::Real, name, sha256 },
            written(Role::Synthetic, &synthetic)?,
        ];
        if self.cohort.holdout.is_some() {
            files.push(written(Role::Holdout, &self.folder.file("private/holdout.csv"))?);
        }
        Ok(files)
    }

    /// Lists the relations that the synthetic patients keep, if the recipe asks for any.
    fn tell_relations(&self, document: &Document, kept: &Kept) -> Result<()> {
        if self.parts.sampling.constraints == Constraints::default() {
            return Ok(());
        }
        let text =
            relations::markdown([&document.found, &document.given_up], document.schema(), kept);
        eprintln!("{}", relations::line(&document.found, kept));
        self.folder.write("share/relations.md", |out| out.write_all(text.as_bytes()))
    }

    fn facts<'b>(&'b self, trained: &'b Trained) -> Facts<'b> {
        Facts {
            recipe: &self.recipe,
            seed: self.options.seed,
            backend: &self.described,
            cohort: &self.cohort,
            trained,
        }
    }

    /// Writes the cohort, the model and the course of training.
    fn save(&mut self, trained: &Trained) -> Result<(Sampler, Document)> {
        let (cohort, seed) = (&self.cohort, self.options.seed);
        let shape = [cohort.learned().rows(), cohort.learned().columns()];
        let backend = self.backend.as_mut();
        let sampler = Sampler::new(
            backend,
            &self.recipe,
            &trained.generator,
            shape[1],
            cohort.blocks(),
            seed,
        )?;
        let document = Document::fit(cohort, &self.parts.sampling, &sampler, backend)?;
        let table = document.to_value();
        let mut about = About::new(&self.recipe, seed, shape, table);
        (about.epoch, about.model) = (trained.epoch, trained.model);
        let model = ModelFile {
            generator: trained.generator.clone(),
            discriminator: trained.discriminator.clone(),
            about,
        };
        self.folder.clear()?;
        self.folder.write("private/cohort.csv", |out| {
            cohort.table.write_with(out, self.options.formulas.guard())
        })?;
        if let Some(holdout) = &cohort.holdout {
            let guard = self.options.formulas.guard();
            self.folder.write("private/holdout.csv", |out| holdout.write_with(out, guard))?;
        }
        model.save(&self.folder.file("private/model.safetensors"))?;
        self.folder.write("share/history.csv", |out| {
            write_history(&trained.history, out).map_err(Into::into)
        })?;
        let picture = training_svg(&curves(&self.recipe, trained));
        self.folder.write("share/training.svg", |out| out.write_all(picture.as_bytes()))?;
        Ok((sampler, document))
    }

    fn stop_if_diverged(&self, trained: &Trained) -> Result<()> {
        match &trained.reason {
            Reason::Diverged { epoch, fault } => {
                let file = self.folder.file("private/model.safetensors");
                eprintln!(
                    "the kept model is {}; a lower optimiser.learning_rate may help",
                    file.display()
                );
                Err(Error::Diverged { epoch: *epoch, kept: trained.epoch, reason: fault.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Says how it went.
    pub(super) fn finish(
        &self,
        command: &str,
        trained: &Trained,
        synthetic: Option<usize>,
    ) -> Result<()> {
        let out = &self.options.out;
        eprintln!(
            "{} epochs in {:.1} s ({:.2} ms a step); kept epoch {} of model {}: {}",
            epochs_run(trained),
            trained.elapsed.as_secs_f64(),
            trained.elapsed.as_secs_f64() * 1e3 / trained.steps.max(1) as f64,
            trained.epoch,
            trained.model,
            trained.reason
        );
        if !trained.diverged.is_empty() {
            eprintln!(
                "warning: of {} models, these diverged: {:?}",
                self.options.models, trained.diverged
            );
        }
        if let Some(epoch) = kept(trained) {
            eprintln!(
                "Fréchet distance to the cohort: marginal {:.6}, joint {:.4}",
                epoch.marginal, epoch.joint
            );
        }
        match synthetic {
            Some(_) => {
                let file = if self.options.no_evaluation { "summary.md" } else { "report.html" };
                eprintln!("look at {}", out.join("share").join(file).display());
            }
            None => {
                eprintln!("sample from {}", out.join("private").join("model.safetensors").display())
            }
        }
        if self.options.json {
            stdout::line(outcome::outcome(
                command,
                &self.facts(trained),
                synthetic,
                self.options.models,
                out,
            ))?;
        }
        Ok(())
    }
}
