//! The training of a run.

use super::Run;
use crate::cli::interrupt::Interrupt;
use crate::cli::progress::Bar;
use ground::error::Result;
use table::holdout::keep_back;
use training::gan::{Options, Reason, Trained, settle_choice_rates, train};

impl Run<'_> {
    /// Trains, and gives levels and masks their shares.
    /// Of several models the one is kept that is nearest to the recipe's share of patients that
    /// none of them saw.
    pub(in crate::cli) fn train(&mut self) -> Result<Trained> {
        let options = Options {
            seed: self.options.seed,
            models: self.options.models.into(),
            early_stopping: !self.options.no_stop,
        };
        let interrupt = Interrupt::catch([
            "stopping after the running epochs; once more to stop at once and lose them",
            "Ctrl-C will end the run without a model",
        ]);
        let bar = Bar::new(self.recipe.training.epochs);
        let (all, share) = (self.cohort.learned(), self.recipe.training.validation);
        let parts = (self.options.models > 1 && share > 0.0)
            .then(|| keep_back(all, share, self.options.seed));
        let (learned, validation) = match &parts {
            Some((learned, validation)) => {
                (learned, Some(validation).filter(|rows| rows.rows() > 0))
            }
            None => (all, None),
        };
        let (backend, blocks) = (self.backend.as_mut(), self.cohort.blocks());
        let trained =
            train(backend, &self.recipe, learned, blocks, validation, options, &mut |p| {
                bar.show(&p);
                !interrupt.came()
            });
        bar.finish();
        let mut trained = trained?;
        let sound = !matches!(trained.reason, Reason::Diverged { .. });
        if let Some(blocks) = self.cohort.blocks().filter(|_| sound) {
            let (backend, generator) = (self.backend.as_mut(), &mut trained.generator);
            settle_choice_rates(backend, &self.recipe, generator, all, blocks, self.options.seed)?;
        }
        Ok(trained)
    }
}
