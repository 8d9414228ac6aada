//! A private run before it spends anything: `run` begins here, and `check` ends here.

use super::input::{self, Patients};
use super::{IN_ALL, RELEASE};
use crate::cli::args::RunOptions;
use crate::cli::folder::CHECKPOINTS;
use crate::cli::run::asked::Asked;
use crate::cli::run::basis::{BASIS, Basis};
use crate::cli::run::gates::Gates;
use crate::cli::run::keeping::{Keeping, Resumed};
use ground::error::Result;
use mellizo::synthesis::private::accountant::{Budget, Spent};
use mellizo::synthesis::private::{Account, OperatingSystem, Plan, Release};
use mellizo::synthesis::{Checkpoint, Cohort, Recipe, Settings};
use serde_json::Value;
use std::rc::Rc;

/// What a private run has in hand.
pub(in crate::cli) struct Outset {
    pub(in crate::cli) recipe: Recipe,
    pub(in crate::cli) plan: Plan,
    pub(in crate::cli) patients: Rc<Patients>,
    pub(in crate::cli) gates: Gates,
    pub(super) resumed: Option<Resumed>,
    pub(super) basis: Basis,
    /// What the owner must know of a run that goes on; it tells of the exact table, so it stays in
    /// the house.
    pub(in crate::cli) told: Option<String>,
    /// A release that costs nothing to use again.
    pub(in crate::cli) kept: Option<Release>,
    pub(in crate::cli) budget: Budget,
    /// What a new release spends; none where one is used again.
    pub(in crate::cli) next: Option<Spent>,
}

impl Outset {
    /// Reads the table, and the release where one is used again.
    /// Errors: whatever a run refuses before it looks into its ledger.
    pub(in crate::cli) fn of(options: &RunOptions, asked: Asked, plan: Plan) -> Result<Self> {
        let Asked { recipe, gates, resumed, .. } = asked;
        let patients = Rc::new(input::patients(options)?);
        let basis = Basis::of(options, &patients.read, false)?;
        let checkpoint = resumed.as_ref().map(|(checkpoint, _)| checkpoint);
        let told = checkpoint.map(|checkpoint| basis.goes_on(options, checkpoint)).transpose()?;
        let kept = kept(options, checkpoint, &patients)?;
        let (budget, next) = match &kept {
            Some(release) => (release.budget()?, None),
            None => {
                let (epsilon, delta) = (input::epsilon(options)?, options.privacy.delta);
                let (budget, next) = plan.budget(&patients.public, epsilon, delta)?;
                (budget, Some(next))
            }
        };
        let told = told.flatten();
        Ok(Self { recipe, plan, patients, gates, resumed, basis, told, kept, budget, next })
    }

    /// What the table has spent in all when this run is done, by its ledger or, of a run that goes
    /// on, by its checkpoint.
    pub(in crate::cli) fn in_all(&self, account: Account) -> f64 {
        let begun = self.resumed.as_ref();
        begun
            .and_then(|(checkpoint, _)| checkpoint.note()[IN_ALL].as_f64())
            .unwrap_or(account.after)
    }

    /// Errors when all releases of the table together guarantee less than was asked for.
    pub(in crate::cli) fn guarantee(&self, account: Account) -> Result<()> {
        self.gates.guarantee(Some(self.in_all(account).max(self.budget.epsilon)))
    }

    /// Where checkpoints of what is made of a release are kept; it may be taken once.
    pub(in crate::cli) fn keeping(
        &mut self,
        options: &RunOptions,
        more: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Keeping {
        let basis = [(BASIS, self.basis.value())];
        Keeping::of(options, more.into_iter().chain(basis), self.resumed.take())
    }

    /// By what the rows of a release are learned.
    /// Errors: those of the plan.
    pub(in crate::cli) fn settings(&self, options: &RunOptions) -> Result<Settings> {
        self.plan.settings(&Settings {
            name: self.patients.read.name.clone(),
            recipe: self.recipe.clone(),
            seed: options.seed,
            models: options.models.into(),
            early_stopping: !options.no_stop,
            ..Settings::default()
        })
    }

    /// What would be learned: rows of the release that is used again or, where none is drawn yet, of
    /// one of imagined patients, which are as many columns wide.
    /// Errors: those of the plan and of [`Cohort::prepare`].
    pub(in crate::cli) fn outlook(&self, options: &RunOptions) -> Result<Cohort> {
        let (public, settings) = (&self.patients.public, self.settings(options)?);
        let imagined = || {
            let table = public.imagined(self.plan.surrogate);
            let budget = (&self.budget, &self.plan);
            Release::draw(public, &table, budget, &mut OperatingSystem::new())
        };
        let release = self.kept.clone().unwrap_or_else(imagined);
        Release::cohort(public, &release.copula(public, options.seed), &self.plan, &settings)
    }
}

/// A release that costs nothing to use again: of the run that is gone on with, or of a file.
fn kept(
    options: &RunOptions,
    checkpoint: Option<&Checkpoint>,
    patients: &Patients,
) -> Result<Option<Release>> {
    let given = options.privacy.release.as_deref();
    match checkpoint {
        Some(checkpoint) => {
            let text = checkpoint.note()[RELEASE].to_string();
            let folder = options.out.join(CHECKPOINTS);
            Release::read(text.as_bytes(), &folder, &patients.public).map(Some)
        }
        None => given.map(|path| Release::open(path, &patients.public)).transpose(),
    }
}
