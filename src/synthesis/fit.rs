//! Training: from a cohort to a model.

use super::watch::{Stage, Watch};
use super::{Cohort, Model, Settings};
use engine::op::Backend;
use ground::error::Result;
use table::holdout::keep_back;
use training::gan::{Options, Reason, Trained, settle_choice_rates, train};

/// Trains a model on a cohort, by the settings that it was [prepared](Cohort::prepare) with.
///
/// `watch` sees the progress and may end training in good order.
/// Of several models the one is kept that is nearest to the recipe's share of patients that none
/// of them learned from.
///
/// Errors: those of the device. Training that diverges is no error here:
/// [`Model::diverged`] tells it, and the model is the last good one.
pub fn fit(backend: &mut dyn Backend, cohort: &Cohort, watch: &mut dyn Watch) -> Result<Model> {
    let (recipe, rows) = (cohort.settings().recipe.training(), cohort.learned().rows());
    let batch = recipe.batch_rows(rows).unwrap_or(rows.max(1));
    watch.begin(Stage::Training, recipe.epochs(rows, batch)[0]);
    let trained =
        learn(backend, cohort, watch).and_then(|trained| settle(backend, cohort, trained));
    watch.end(Stage::Training);
    Model::of(backend, cohort, trained?)
}

/// Gives levels and masks the rates at which the cohort has them.
fn settle(backend: &mut dyn Backend, cohort: &Cohort, mut trained: Trained) -> Result<Trained> {
    let sound = !matches!(trained.reason, Reason::Diverged { .. });
    if let Some(blocks) = cohort.blocks().filter(|_| sound) {
        let Settings { recipe, seed, .. } = cohort.settings();
        let (recipe, seed) = (recipe.training(), *seed);
        settle_choice_rates(
            backend,
            recipe,
            &mut trained.generator,
            cohort.learned(),
            blocks,
            seed,
        )?;
    }
    Ok(trained)
}

fn learn(backend: &mut dyn Backend, cohort: &Cohort, watch: &mut dyn Watch) -> Result<Trained> {
    let settings = cohort.settings();
    let (recipe, seed) = (settings.recipe.training(), settings.seed);
    let options =
        Options { seed, models: settings.models, early_stopping: settings.early_stopping };
    let (all, share) = (cohort.learned(), recipe.training.validation);
    let parts = (settings.models > 1 && share > 0.0).then(|| keep_back(all, share, seed));
    let (learned, validation) = match &parts {
        Some((learned, validation)) => (learned, Some(validation).filter(|v| v.rows() > 0)),
        None => (all, None),
    };
    let blocks = cohort.blocks();
    train(backend, recipe, learned, blocks, validation, options, &mut |progress| {
        watch.progress(Stage::Training, &progress);
        !watch.stop()
    })
}
