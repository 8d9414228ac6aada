//! A private run: two noisy releases of the table, and everything else from them alone.

mod choice;
mod input;
mod judging;
mod outset;
mod spending;

pub(super) use input::refuse;
pub(in crate::cli) use outset::Outset;
pub(in crate::cli) use spending::{Purse, budget_warnings};

use super::asked::Asked;
use super::gates::Gates;
use super::keeping::Keeping;
use super::results::trained;
use crate::cli::args::RunOptions;
use crate::cli::course::Course;
use crate::cli::folder::{Folder, RELEASE_FILES};
use crate::cli::origin::file_name;
use crate::cli::terminal::Terminal;
use engine::op::Backend;
use ground::error::Result;
use input::Patients;
use mellizo::synthesis::private::accountant::Budget;
use mellizo::synthesis::private::{Account, Copula, MadeBy, OperatingSystem, Plan, Release};
use mellizo::synthesis::{Cohort, Line, Model, Recipe, Settings, Watch, curves};
use report::html::release_html;
use report::release::release_json;
use report::training::training_svg;
use serde_json::Value;
use std::rc::Rc;
use table::Table;
use training::gan::{Reason, write_history};

/// Releases, trains on what was released, and, if asked to, samples and writes the reports.
pub(super) fn run(options: &RunOptions, asked: Asked, plan: Plan, sample: bool) -> Result<Value> {
    let mut watch = Terminal::default();
    let after = asked.after();
    let mut outset = Outset::of(options, asked, plan)?;
    let backend = options.engine.choice().open(&mut watch)?;
    let over = options.force || after.is_some();
    // What is refused is so before anything is made; the ledger is asked again when it is in hand.
    Folder::check(&options.out, over)?;
    let purse = Purse::of(options, &outset)?;
    outset.guarantee(purse.map(|purse| purse.account).unwrap_or_default())?;
    let folder = Folder::prepare(&options.out, RELEASE_FILES, over)?;
    let mut job = Private::of(options, &outset, folder, (backend, watch))?;
    job.tell(outset.told.as_deref(), after)?;
    let spending = outset.next.map(|next| job.account(next)).transpose()?;
    job.account.after = outset.in_all(job.account);
    outset.guarantee(job.account)?;
    job.warn_of_the_budget();
    spending.map_or(Ok(()), |spending| job.spend(spending))?;
    let reused = outset.kept.is_some();
    let release = outset.kept.take().unwrap_or_else(|| job.draw());
    if !reused {
        // What was spent is kept, whatever comes.
        job.keep(&release)?;
    }
    let text = serde_json::to_value(&release).expect("plain data");
    let more = [(RELEASE, text), (IN_ALL, job.account.after.into())];
    job.keeping = outset.keeping(options, more);
    let (cohort, copula) = job.cohort(&release, &outset.settings(options)?)?;
    if reused {
        job.keep(&release)?;
    }
    let model = job.train(&release, &cohort, copula)?;
    if sample {
        job.sample(&release, &cohort, &model)?;
    }
    job.release(&outset.gates)?;
    job.finish(&model, sample)
}

/// A private run from the table on.
struct Private<'a> {
    options: &'a RunOptions,
    recipe: Recipe,
    plan: Plan,
    budget: Budget,
    account: Account,
    folder: Folder,
    patients: Rc<Patients>,
    backend: Box<dyn Backend>,
    warnings: Vec<String>,
    keeping: Keeping,
    /// The highest AUC of membership inference that was measured.
    auc: Option<f64>,
    made_by: MadeBy,
    watch: Terminal,
}

/// The key of the release in a checkpoint.
const RELEASE: &str = "release";

/// The key of what was spent on the table in all, with this run.
const IN_ALL: &str = "epsilon_in_all";

impl<'a> Private<'a> {
    fn of(
        options: &'a RunOptions,
        outset: &Outset,
        folder: Folder,
        (backend, watch): (Box<dyn Backend>, Terminal),
    ) -> Result<Self> {
        Ok(Self {
            options,
            recipe: outset.recipe.clone(),
            plan: outset.plan,
            budget: outset.budget,
            account: Account::default(),
            folder: folder.withholding(outset.gates.withhold())?,
            patients: outset.patients.clone(),
            backend,
            warnings: Vec::new(),
            keeping: Keeping::none(),
            auc: None,
            made_by: MadeBy { copula: false, misfits: None },
            watch,
        })
    }

    /// Opens the files of the course; says what the owner must know of a run that goes on.
    fn tell(&mut self, told: Option<&str>, after: Option<usize>) -> Result<()> {
        told.iter().for_each(|told| self.watch.say(Line::Warning(told)));
        let (course, told) = Course::open(&self.options.course, after)?;
        told.into_iter().for_each(|told| self.warn(told));
        self.watch.writes(course);
        Ok(())
    }
}

impl Private<'_> {
    fn warn(&mut self, text: String) {
        self.watch.say(Line::Warning(&text));
        self.warnings.push(text);
    }

    fn draw(&self) -> Release {
        let Patients { public, training, .. } = self.patients.as_ref();
        Release::draw(public, training, (&self.budget, &self.plan), &mut OperatingSystem::new())
    }

    /// Writes the release, in place of the files of an earlier run.
    fn keep(&self, release: &Release) -> Result<()> {
        self.folder.clear()?;
        self.write("private/release.json", &serde_json::to_string(release).expect("plain data"))?;
        self.write_table("private/cohort.csv", &self.patients.training)?;
        match &self.patients.holdout {
            Some(holdout) => self.write_table("private/holdout.csv", holdout),
            None => Ok(()),
        }
    }

    /// What is learned, and the copula of which it was drawn.
    /// Errors when the checkpoint to go on from is of something else.
    fn cohort(&self, release: &Release, settings: &Settings) -> Result<(Cohort, Copula)> {
        let public = &self.patients.public;
        let copula = release.copula(public, self.options.seed);
        let cohort = Release::cohort(public, &copula, &self.plan, settings)?;
        self.keeping.check(&cohort)?;
        Ok((cohort, copula))
    }

    /// Trains, and says which of generator and copula makes the patients.
    fn train(&mut self, release: &Release, cohort: &Cohort, copula: Copula) -> Result<Model> {
        let warnings = self.keeping.announce(self.backend.as_ref(), &mut self.watch);
        self.warnings.extend(warnings);
        let patients = release.rounded_patients(&self.patients.public);
        say!(
            "about {patients} patients, {} features, recipe {}, {}",
            cohort.features(),
            self.recipe.name(),
            self.backend.describe()
        );
        let (choice, described) = (self.options.engine.choice(), self.backend.describe());
        let Self { keeping, backend, watch, .. } = self;
        let model = keeping.fit(backend, cohort, |watch| choice.open(watch), watch)?;
        let found = backend.warnings();
        found.iter().for_each(|warning| watch.say(Line::Warning(warning)));
        let given_up = self.watch.given_up();
        self.warnings.extend(found.into_iter().chain(given_up));
        let model = self.choose(release, copula, model)?.standing_for(patients);
        model.save(&self.folder.file("share/model.safetensors"))?;
        let trained = trained(&model);
        self.folder.write("share/history.csv", |out| {
            write_history(&trained.history, out).map_err(Into::into)
        })?;
        self.write("share/training.svg", &training_svg(&curves(model.recipe(), trained)))?;
        if let Some(error) = model.diverged() {
            self.keeping.diverged(&described);
            return Err(error);
        }
        Ok(model)
    }

    fn sample(&mut self, release: &Release, cohort: &Cohort, model: &Model) -> Result<()> {
        let public = &self.patients.public;
        let sampling = &model.recipe().parts().sampling;
        let rows = sampling.rows(release.rounded_patients(public));
        say!("sampling {rows} synthetic patients");
        let synthetic = model.sample(self.backend.as_mut(), 0..rows as u64)?;
        self.write_table("share/synthetic.csv", &synthetic)?;
        let name = file_name(cohort.name());
        let made = (&synthetic, self.made_by);
        let report = release.report((&name, public), &self.budget, made, &self.warnings);
        self.write("share/report.html", &release_html(&report))?;
        self.write("share/report.json", &release_json(&report))?;
        match (self.options.no_evaluation, self.patients.are_enough()) {
            (true, _) => Ok(()),
            (false, true) => self.judge(&synthetic),
            (false, false) => {
                say!("too few patients to judge the synthetic ones by");
                Ok(())
            }
        }
    }

    /// Lets what was made into `share` if the gates are passed.
    fn release(&self, gates: &Gates) -> Result<()> {
        if let Err(error) = gates.attacks(self.auc) {
            let folder = self.folder.withheld_in();
            say!("nothing is in share; what was made is in {}", folder.display());
            self.keeping.gate_failed();
            return Err(error);
        }
        self.folder.release()
    }

    fn finish(&self, model: &Model, sampled: bool) -> Result<Value> {
        let out = &self.options.out;
        let trained = trained(model);
        say!(
            "{} epochs in {:.1} s: {}",
            trained.history.len(),
            trained.elapsed.as_secs_f64(),
            trained.reason
        );
        say!(
            "what this run wrote under {} may be passed on; nothing under {}",
            out.join("share").display(),
            out.join("private").display()
        );
        match sampled {
            true => say!("look at {}", out.join("share/report.html").display()),
            false => say!("sample from {}", out.join("share/model.safetensors").display()),
        }
        self.keeping.finish(trained.reason == Reason::Interrupted)?;
        let command = if sampled { "run" } else { "train" };
        Ok(serde_json::json!({
            "command": command,
            "out": out.display().to_string(),
            "recipe": model.recipe().name(),
            "epsilon": self.budget.epsilon,
            "delta": self.budget.delta,
            "mu": self.budget.mu,
            "targets": self.options.privacy.targets,
            "made_by": if self.made_by.copula { "copula" } else { "generator" },
            "releases_before": self.account.releases,
            "epsilon_in_all": self.account.after,
            "reason": trained.reason.to_string(),
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
