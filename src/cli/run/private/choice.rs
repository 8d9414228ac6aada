//! Which of generator and copula makes the patients of a private run.

use super::Private;
use ground::error::Result;
use mellizo::synthesis::Model;
use mellizo::synthesis::private::{Copula, Keep, MadeBy, Release};

/// Patients that are compared with the release to choose what makes them.
const JUDGED: u64 = 20_000;

impl Private<'_> {
    /// The model that makes the patients: of generator and copula the one whose patients explain
    /// the release better, or the one that the recipe names.
    pub(super) fn choose(
        &mut self,
        release: &Release,
        copula: Copula,
        model: Model,
    ) -> Result<Model> {
        let (public, seed) = (&self.patients.public, self.options.seed);
        if self.plan.keep == Keep::Generator {
            return Ok(model);
        }
        if self.plan.keep == Keep::Copula {
            self.made_by.copula = true;
            return Ok(model.with_copula(public, copula));
        }
        let of_generator = model.sample(self.backend.as_mut(), 0..JUDGED)?;
        let of_copula = Release::surrogate(public, &copula, JUDGED as usize, seed);
        let misfits = [of_generator, of_copula].map(|table| release.misfit(public, &table));
        let [generator, other] = misfits;
        self.made_by = MadeBy { copula: other < generator, misfits: Some(misfits) };
        eprintln!(
            "the {} makes the patients: squared misfit to the release {generator:.4} of the \
             generator, {other:.4} of the copula",
            if self.made_by.copula { "copula" } else { "generator" }
        );
        Ok(if self.made_by.copula { model.with_copula(public, copula) } else { model })
    }
}
