//! A private run: two noisy releases of the table, and everything else from them alone.

use super::results::trained;
use crate::cli::args::RunOptions;
use crate::cli::folder::{Folder, RELEASE_FILES};
use crate::cli::origin::{file_hash, file_name, input_file, known, text_hash};
use crate::cli::stdout;
use crate::cli::terminal::Terminal;
use ground::error::{Error, Result};
use judge::evaluation::{Evaluation, Role};
use mellizo::synthesis::private::{
    Account, Budget, Ledger, OperatingSystem, Plan, PublicTable, Release,
};
use mellizo::synthesis::{
    Cohort, Known, Line, Model, Options, Read, Recipe, Settings, Watch, curves, evaluate_known, fit,
};
use report::html::{ReportInput, private_html, release_html};
use report::json::report_json;
use report::pair::Tables;
use report::release::release_json;
use report::training::training_svg;
use std::path::{Path, PathBuf};
use table::{Table, bundled};
use training::gan::write_history;

/// Above it a guarantee says little.
const WEAK: f64 = 10.0;

/// Below it noise drowns relations between columns.
const MARGINS_ONLY: f64 = 2.0;

/// The table, its two parts, and what is public of it.
struct Patients {
    read: Read,
    public: PublicTable,
    training: Table,
    holdout: Option<Table>,
}

/// Releases, trains on what was released, and, if asked to, samples and writes the reports.
pub(super) fn run(options: &RunOptions, plan: Plan, sample: bool) -> Result<()> {
    let mut watch = Terminal::default();
    let budget = budget(options)?;
    check(options)?;
    let patients = patients(options)?;
    let backend = options.engine.choice().open(&mut watch)?;
    let mut job = Private {
        options,
        plan,
        budget,
        account: Account::default(),
        folder: Folder::prepare(&options.out, RELEASE_FILES, options.force)?,
        patients,
        warnings: Vec::new(),
        watch,
    };
    let spending = job.account()?;
    job.warn_of_the_budget();
    job.spend(&spending)?;
    let release = job.release()?;
    let (cohort, model) = job.train(&release, backend)?;
    if sample {
        job.sample(&release, &cohort, &model)?;
    }
    job.finish(&model, sample)
}

/// What may be spent.
fn budget(options: &RunOptions) -> Result<Budget> {
    let Some(epsilon) = options.privacy.epsilon else {
        let problem = "a private recipe needs --epsilon E: how much a patient may show (1 is strict, \
                       3 usual, 10 weak)";
        return Err(Error::Usage(problem.into()));
    };
    Budget::new(epsilon, options.privacy.delta).map_err(Error::Usage)
}

/// Refuses options that a private run cannot keep.
fn check(options: &RunOptions) -> Result<()> {
    let refuse = |problem: &str| Err(Error::Usage(problem.into()));
    if options.data.is_some() && options.schema.is_none() {
        return refuse(
            "a private recipe needs --schema FILE: kinds, levels and ranges must not be taken from \
             patients; `mellizo schema --public TABLE` prints a form",
        );
    }
    if options.audit_minutes.is_some() {
        return refuse("--audit-minutes is for recipes without a guarantee");
    }
    if options.patient.is_some() {
        return refuse(
            "--patient with a private recipe: its guarantee is for one row; make one row of every \
             patient first",
        );
    }
    Ok(())
}

fn patients(options: &RunOptions) -> Result<Patients> {
    let data = options.data.as_deref();
    data.map_or(Ok(()), |data| Folder::spare(&options.out, RELEASE_FILES, data))?;
    let read = super::reading(options).table()?;
    if read.patients.is_some() {
        let problem = "the schema's `patient` with a private recipe: its guarantee is for one row; \
                       make one row of every patient first";
        return Err(Error::Usage(problem.into()));
    }
    let file = options.schema.clone().unwrap_or_else(|| PathBuf::from(bundled::NAME));
    let public = PublicTable::of(&read.table.schema, &file)?;
    let (training, holdout) = match options.holdout {
        None => (read.table.clone(), None),
        Some(fraction) => {
            let (training, holdout) = read.table.keep_back(fraction, options.seed);
            (training, Some(holdout))
        }
    };
    Ok(Patients { read, public, training, holdout })
}

/// Where a release is written down, and of which table.
struct Spending {
    ledger: Ledger,
    table: PathBuf,
    hash: String,
}

/// A private run from the table on.
struct Private<'a> {
    options: &'a RunOptions,
    plan: Plan,
    budget: Budget,
    account: Account,
    folder: Folder,
    patients: Patients,
    warnings: Vec<String>,
    watch: Terminal,
}

impl Private<'_> {
    fn warn(&mut self, text: String) {
        self.watch.say(Line::Warning(&text));
        self.warnings.push(text);
    }

    fn warn_of_the_budget(&mut self) {
        let epsilon = self.budget.epsilon;
        if epsilon > WEAK {
            self.warn(format!(
                "epsilon {epsilon}: so large a budget promises little; up to {WEAK} is usual"
            ));
        }
        if epsilon < MARGINS_ONLY {
            self.warn(format!(
                "epsilon {epsilon}: margins only; below {MARGINS_ONLY} noise drowns most relations \
                 between columns"
            ));
        }
        // These may tell of patients, so they go nowhere else.
        let read = self.patients.read.warnings.clone();
        read.iter().for_each(|warning| self.watch.say(Line::Warning(warning)));
    }

    /// What was spent on the table before.
    fn account(&mut self) -> Result<Spending> {
        let data = self.options.data.as_deref();
        let (table, hash) = match data {
            Some(path) => (path.to_path_buf(), file_hash(path)?),
            None => (PathBuf::from(bundled::NAME), text_hash(bundled::CSV)),
        };
        let table = std::fs::canonicalize(&table).unwrap_or(table);
        let beside = match data {
            Some(path) => path.parent().unwrap_or(Path::new("")),
            None => &self.options.out,
        };
        let ledger = self.options.privacy.ledger.clone();
        let ledger = Ledger::at(ledger.unwrap_or_else(|| beside.join("private/ledger.jsonl")));
        self.account = ledger.account(&table, &hash, &self.budget)?;
        Ok(Spending { ledger, table, hash })
    }

    /// Writes the release down before it is drawn, and says what was spent before.
    fn spend(&mut self, spending: &Spending) -> Result<()> {
        let Account { releases, before, after } = self.account;
        if releases > 0 {
            self.warn(format!(
                "{releases} earlier releases of this table spent epsilon {before:.2}; with this one \
                 it is {after:.2} in all (delta {})",
                self.budget.delta
            ));
        }
        let Spending { ledger, table, hash } = spending;
        ledger.spend(table, hash, &self.budget)?;
        eprintln!(
            "spending epsilon {} at delta {} ({})",
            self.budget.epsilon,
            self.budget.delta,
            ledger.path().display()
        );
        Ok(())
    }

    fn release(&self) -> Result<Release> {
        let Patients { public, training, holdout, .. } = &self.patients;
        let mut entropy = OperatingSystem::new();
        let release = Release::draw(public, training, (&self.budget, &self.plan), &mut entropy)?;
        self.folder.clear()?;
        let text = serde_json::to_string(&release).expect("plain data");
        self.write("private/release.json", &text)?;
        self.write_table("private/cohort.csv", training)?;
        if let Some(holdout) = holdout {
            self.write_table("private/holdout.csv", holdout)?;
        }
        Ok(release)
    }

    fn train(
        &mut self,
        release: &Release,
        mut backend: Box<dyn engine::op::Backend>,
    ) -> Result<(Cohort, Model)> {
        let surrogate = release.surrogate(&self.patients.public, &self.plan, self.options.seed);
        let recipe: Recipe = super::recipe(self.options)?;
        let settings = Settings {
            name: self.patients.read.name.clone(),
            recipe,
            seed: self.options.seed,
            models: self.options.models.into(),
            early_stopping: !self.options.no_stop,
            ..Settings::default()
        };
        let cohort = Cohort::prepare(&surrogate, &settings)?;
        eprintln!(
            "about {} patients, {} features, recipe {}, {}",
            release.rounded_patients(&self.patients.public),
            cohort.features(),
            settings.recipe.name(),
            backend.describe()
        );
        let model = fit(backend.as_mut(), &cohort, &mut self.watch)?;
        model.save(&self.folder.file("share/model.safetensors"))?;
        let trained = trained(&model);
        self.folder.write("share/history.csv", |out| {
            write_history(&trained.history, out).map_err(Into::into)
        })?;
        self.write("share/training.svg", &training_svg(&curves(model.recipe(), trained)))?;
        model.diverged().map_or(Ok((cohort, model)), Err)
    }

    fn sample(&mut self, release: &Release, cohort: &Cohort, model: &Model) -> Result<()> {
        let public = &self.patients.public;
        let sampling = &model.recipe().parts().sampling;
        let rows = sampling.rows(release.rounded_patients(public));
        eprintln!("sampling {rows} synthetic patients");
        let mut backend = self.options.engine.choice().open(&mut self.watch)?;
        let synthetic = model.sample(backend.as_mut(), 0..rows as u64)?;
        self.write_table("share/synthetic.csv", &synthetic)?;
        let name = file_name(cohort.name());
        let report = release.report(
            (&name, public),
            (&self.budget, &self.account),
            &synthetic,
            &self.warnings,
        );
        self.write("share/report.html", &release_html(&report))?;
        self.write("share/report.json", &release_json(&report))?;
        if !self.options.no_evaluation {
            self.judge(&synthetic)?;
        }
        Ok(())
    }

    /// What is measured on patients, for the owner alone.
    fn judge(&self, synthetic: &Table) -> Result<()> {
        eprintln!("judging the synthetic patients, for private/report.html alone");
        let evaluation = self.evaluation(synthetic)?;
        let name = file_name(&self.patients.read.name);
        let real = &self.patients.training;
        let tables = Tables { real, synthetic };
        let report = ReportInput::new(&name, tables, &evaluation);
        self.write("private/report.html", &private_html(&report))?;
        self.write("private/report.json", &report_json(&evaluation, None))
    }

    fn evaluation(&self, synthetic: &Table) -> Result<Evaluation> {
        let file = self.folder.file("share/synthetic.csv");
        let mut files = vec![
            input_file(Role::Real, &self.folder.file("private/cohort.csv"))?,
            input_file(Role::Synthetic, &file)?,
        ];
        let holdout = self.patients.holdout.as_ref();
        if holdout.is_some() {
            files.push(input_file(Role::Holdout, &self.folder.file("private/holdout.csv"))?);
        }
        let known = Known { notes: self.warnings.clone(), ..known(files) };
        let options = Options { seed: self.options.seed, ..Options::default() };
        Ok(evaluate_known(&self.patients.training, synthetic, holdout, &options, known))
    }

    fn finish(&self, model: &Model, sampled: bool) -> Result<()> {
        let out = &self.options.out;
        let trained = trained(model);
        eprintln!(
            "{} epochs in {:.1} s: {}",
            trained.history.len(),
            trained.elapsed.as_secs_f64(),
            trained.reason
        );
        eprintln!(
            "everything under {} may be passed on; nothing under {}",
            out.join("share").display(),
            out.join("private").display()
        );
        match sampled {
            true => eprintln!("look at {}", out.join("share/report.html").display()),
            false => eprintln!("sample from {}", out.join("share/model.safetensors").display()),
        }
        if !self.options.json {
            return Ok(());
        }
        let command = if sampled { "run" } else { "train" };
        stdout::line(serde_json::json!({
            "command": command,
            "out": out.display().to_string(),
            "recipe": model.recipe().name(),
            "epsilon": self.budget.epsilon,
            "delta": self.budget.delta,
            "mu": self.budget.mu,
            "releases_before": self.account.releases,
            "epsilon_in_all": self.account.after,
            "warnings": self.warnings,
        }))
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        self.folder.write(name, |out| out.write_all(text.as_bytes()))
    }

    fn write_table(&self, name: &str, table: &Table) -> Result<()> {
        self.folder.write(name, |out| table.write_with(out, self.options.formulas.guard()))
    }
}
