//! Training: from a cohort to a model.

use super::watch::{Stage, Watch};
use super::{Cohort, Model, Settings};
use engine::op::Backend;
use ground::error::Result;
use table::holdout::keep_back;
use training::gan::{Checkpoints, Options, Reason, Task, Trained, settle_choice_rates, train_kept};

/// Trains a model on a cohort, by the settings that it was [prepared](Cohort::prepare) with.
///
/// `watch` sees the progress and may end training in good order.
/// Of several models the one is kept that is nearest to the recipe's share of patients that none
/// of them learned from.
///
/// Errors: those of the device. Training that diverges is no error here:
/// [`Model::diverged`] tells it, and the model is the last good one.
pub fn fit(backend: &mut dyn Backend, cohort: &Cohort, watch: &mut dyn Watch) -> Result<Model> {
    fit_kept(backend, cohort, &mut Checkpoints::none(), watch)
}

/// Trains as [`fit`] does, and keeps checkpoints; goes on from one where there is one.
/// The model is then byte for byte that of a training that was never stopped, on the same adapter
/// and driver, or on the CPU with any number of threads.
///
/// Errors, beside those of [`fit`]: a checkpoint of another training
/// ([`ground::error::Error::Input`]), one that cannot be written, and the watch's [own](Watch::abandon).
pub fn fit_kept(
    backend: &mut dyn Backend,
    cohort: &Cohort,
    checkpoints: &mut Checkpoints,
    watch: &mut dyn Watch,
) -> Result<Model> {
    let (recipe, rows) = (cohort.settings().recipe.training(), cohort.learned().rows());
    let batch = recipe.batch_rows(rows).unwrap_or(rows.max(1));
    watch.begin(Stage::Training, recipe.epochs(rows, batch)[0]);
    let trained = learn(backend, cohort, checkpoints, watch)
        .and_then(|trained| watch.abandon().map_or(Ok(trained), Err))
        .and_then(|trained| settle(backend, cohort, trained));
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

/// Errors ([`ground::error::Error::Input`]) when the checkpoint to go on from is of another
/// training than that of this cohort, with what differs.
pub fn check_checkpoint(cohort: &Cohort, checkpoints: &Checkpoints) -> Result<()> {
    with_task(cohort, |task| checkpoints.check(task))
}

fn learn(
    backend: &mut dyn Backend,
    cohort: &Cohort,
    checkpoints: &mut Checkpoints,
    watch: &mut dyn Watch,
) -> Result<Trained> {
    with_task(cohort, |task| {
        train_kept(backend, task, checkpoints, &mut |progress| {
            watch.progress(Stage::Training, &progress);
            !watch.stop()
        })
    })
}

/// What is trained, by the cohort's settings.
fn with_task<T>(cohort: &Cohort, then: impl FnOnce(&Task) -> Result<T>) -> Result<T> {
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
    let (data, blocks) = (learned.into(), cohort.blocks());
    then(&Task { recipe, data, blocks, validation, options })
}
