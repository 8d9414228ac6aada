//! Which of generator and copula makes the patients of a private run.

use super::Private;
use ground::error::Result;
use mellizo::synthesis::Model;
use mellizo::synthesis::private::{Copula, Release};

impl Private<'_> {
    /// The model that makes the patients, and a line that says why.
    pub(super) fn choose(
        &mut self,
        release: &Release,
        copula: Copula,
        model: Model,
    ) -> Result<Model> {
        let what = (&self.patients.public, &self.plan);
        let (model, made_by) = release.choose(self.backend.as_mut(), what, (copula, model))?;
        self.made_by = made_by;
        if let Some([generator, other]) = made_by.misfits {
            say!(
                "the {} makes the patients: squared misfit to the release {generator:.4} of the \
                 generator, {other:.4} of the copula",
                if made_by.copula { "copula" } else { "generator" }
            );
        }
        Ok(model)
    }
}
