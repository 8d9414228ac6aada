//! Training: from a cohort to a model.

use super::watch::{Line, Stage, Watch};
use super::{Cohort, Model, Settings};
use engine::op::Backend;
use ground::error::Result;
use table::holdout::keep_back;
use training::gan::{Options, Reason, Trained, settle_choice_rates, train};

/// Trains a model on a cohort that was [prepared](Cohort::prepare) with the same settings.
///
/// `watch` sees the progress and may end training in good order.
/// Of several models the one is kept that is nearest to the recipe's share of patients that none
/// of them learned from.
///
/// Errors: those of the device. Training that diverges is no error here:
/// [`Model::diverged`] tells it, and the model is the last good one.
pub fn fit(
    backend: &mut dyn Backend,
    cohort: &Cohort,
    settings: &Settings,
    watch: &mut dyn Watch,
) -> Result<Model> {
    let mut trained = learn(backend, cohort, settings, watch)?;
    let sound = !matches!(trained.reason, Reason::Diverged { .. });
    if let Some(blocks) = cohort.blocks().filter(|_| sound) {
        let (recipe, seed) = (settings.recipe.training(), settings.seed);
        settle_choice_rates(
            backend,
            recipe,
            &mut trained.generator,
            cohort.learned(),
            blocks,
            seed,
        )?;
    }
    if !sound {
        watch.say(Line::Warning("training diverged; the last good model is kept"));
    }
    Model::of(backend, cohort, settings, trained)
}

fn learn(
    backend: &mut dyn Backend,
    cohort: &Cohort,
    settings: &Settings,
    watch: &mut dyn Watch,
) -> Result<Trained> {
    let (recipe, seed) = (settings.recipe.training(), settings.seed);
    let options =
        Options { seed, models: settings.models, early_stopping: settings.early_stopping };
    let (all, share) = (cohort.learned(), recipe.training.validation);
    let parts = (settings.models > 1 && share > 0.0).then(|| keep_back(all, share, seed));
    let (learned, validation) = match &parts {
        Some((learned, validation)) => (learned, Some(validation).filter(|v| v.rows() > 0)),
        None => (all, None),
    };
    watch.begin(Stage::Training, recipe.training.epochs);
    let blocks = cohort.blocks();
    let trained = train(backend, recipe, learned, blocks, validation, options, &mut |progress| {
        watch.progress(Stage::Training, &progress);
        !watch.stop()
    });
    watch.end(Stage::Training);
    trained
}
