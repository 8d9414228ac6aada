//! From a release to a model, and which of generator and copula makes the patients.

use super::{Copula, Keep, MadeBy, Plan, PublicTable, Release};
use crate::synthesis::{Cohort, Model, Settings, Watch, fit};
use engine::op::Backend;
use ground::error::Result;

/// Patients that are compared with the release to choose what makes them.
const JUDGED: u64 = 20_000;

impl Release {
    /// Trains a model on a release alone: no patient is looked at.
    ///
    /// Errors: those of [`Release::cohort`] and of [`fit()`](fit()).
    pub fn fit(
        &self,
        backend: &mut dyn Backend,
        (public, plan): (&PublicTable, &Plan),
        settings: &Settings,
        watch: &mut dyn Watch,
    ) -> Result<(Model, Cohort, MadeBy)> {
        let settings = plan.settings(settings)?;
        let copula = self.copula(public, settings.seed);
        let cohort = Self::cohort(public, &copula, plan, &settings)?;
        let model = fit(backend, &cohort, watch)?;
        let (model, made_by) = self.choose(backend, (public, plan), (copula, model))?;
        Ok((model, cohort, made_by))
    }

    /// The model that makes the patients: of generator and copula the one whose patients explain
    /// the release better, or the one that the recipe names.
    ///
    /// Errors: those of the device.
    pub fn choose(
        &self,
        backend: &mut dyn Backend,
        (public, plan): (&PublicTable, &Plan),
        (copula, model): (Copula, Model),
    ) -> Result<(Model, MadeBy)> {
        let alone = |copula| MadeBy { copula, misfits: None };
        match plan.keep {
            Keep::Generator => return Ok((model, alone(false))),
            Keep::Copula => return Ok((model.with_copula(public, copula), alone(true))),
            Keep::Better => {}
        }
        let of_generator = model.sample(backend, 0..JUDGED)?;
        let of_copula = Self::surrogate(public, &copula, JUDGED as usize, model.seed());
        let misfits = [of_generator, of_copula].map(|table| self.misfit(public, &table));
        let made_by = MadeBy { copula: misfits[1] < misfits[0], misfits: Some(misfits) };
        let model = if made_by.copula { model.with_copula(public, copula) } else { model };
        Ok((model, made_by))
    }
}

impl Plan {
    /// The settings of a training that the plan asks for.
    ///
    /// Errors: a recipe that does not allow a single step.
    pub fn settings(&self, settings: &Settings) -> Result<Settings> {
        let mut settings = settings.clone();
        // Nobody looks at the generator then.
        if self.keep == Keep::Copula {
            settings.recipe = settings.recipe.with_steps(1)?;
        }
        Ok(settings)
    }
}
