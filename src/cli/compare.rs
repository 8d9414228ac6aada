//! Real beside synthetic: the files under `share` that compare the two, and the picture of the
//! training.

use super::input::Cohort;
use ground::matrix::Matrix;
use report::pair::{Encoded, Tables};
use report::run_facts::{FinalScores, RunFacts};
use report::summary::summary_markdown;
use report::training::{Series, TrainingCurves};
use table::Table;
use training::gan::recipe::Term;
use training::gan::{DiscriminatorEpoch, Epoch, Recipe, Trained};

/// The kept model's course, for the picture.
pub(super) fn curves(recipe: &Recipe, trained: &Trained) -> TrainingCurves {
    let course: Vec<&Epoch> =
        trained.history.iter().filter(|epoch| epoch.model == trained.model).collect();
    let series = |label: &str, value: fn(&Epoch) -> f64| Series {
        label: label.into(),
        values: course.iter().map(|epoch| value(epoch)).collect(),
    };
    let mut generator = vec![series("loss", |e| e.generator_loss)];
    // Without a discriminator these panels have no series, and say so.
    let discriminator: Option<Vec<DiscriminatorEpoch>> =
        course.iter().map(|epoch| epoch.discriminator).collect();
    let judged = |label: &str, value: fn(&DiscriminatorEpoch) -> f64| {
        let values = discriminator.as_ref()?.iter().map(value).collect();
        Some(Series { label: label.into(), values })
    };
    let on = Term::ALL.into_iter().filter(|term| recipe.loss.has(*term));
    let terms: Vec<Series> = on
        .map(|term| Series {
            label: term.name().into(),
            values: course.iter().map(|e| e.term(term)).collect(),
        })
        .collect();
    if terms.len() > 1 {
        generator.extend(terms);
    }
    TrainingCurves {
        epochs: course.iter().map(|epoch| epoch.epoch as f64).collect(),
        generator,
        discriminator: judged("loss", |v| v.loss).into_iter().collect(),
        probabilities: [
            judged("real", |v| v.real_probability),
            judged("synthetic", |v| v.fake_probability),
        ]
        .into_iter()
        .flatten()
        .collect(),
        frechet: vec![series("marginal", |e| e.marginal), series("joint", |e| e.joint)],
        threshold: Some(recipe.stopping.marginal).filter(|threshold| *threshold > 0.0),
        kept_epoch: Some(trained.epoch as f64),
    }
}

/// The line of history of the kept model's kept epoch; none when the initial weights are kept.
pub(super) fn kept(trained: &Trained) -> Option<&Epoch> {
    trained
        .history
        .iter()
        .find(|epoch| epoch.model == trained.model && epoch.epoch == trained.epoch)
}

/// Epochs that were trained.
pub(super) fn epochs_run(trained: &Trained) -> usize {
    trained.history.last().map_or(0, |epoch| epoch.epoch)
}

/// What is known of a run beside its results.
pub(super) struct Facts<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) seed: u64,
    pub(super) backend: &'a str,
    pub(super) cohort: &'a Cohort,
    pub(super) trained: &'a Trained,
}

/// `summary.md`.
pub(super) fn summary(facts: &Facts, synthetic: &Table, encoded: &Matrix) -> String {
    let Facts { recipe, seed, backend, cohort, trained } = facts;
    let cleaning = &cohort.cleaning;
    let run = RunFacts {
        recipe: recipe.name.clone(),
        seed: *seed,
        backend: backend.to_string(),
        epochs_run: epochs_run(trained),
        epochs_planned: recipe.training.epochs,
        kept_epoch: trained.epoch,
        stop_reason: trained.reason.to_string(),
        wall_time: trained.elapsed,
        rows_read: cleaning.before.patients,
        rows_used: cleaning.after.patients,
        rows_kept_back: cohort.holdout.as_ref().map_or(0, Table::rows),
        rows_synthetic: synthetic.rows(),
        columns_read: cleaning.before.features,
        dropped_columns: cleaning.features.iter().map(|feature| feature.name.clone()).collect(),
        relations_trained: recipe.loss.relations(),
        values_smoothed: cohort.typed.is_some(),
        warnings: cohort.untrained.clone(),
    };
    let scores = kept(trained).map_or(FinalScores::default(), |epoch| FinalScores {
        generator_loss: epoch.generator_loss,
        discriminator_loss: epoch.discriminator.map(|discriminator| discriminator.loss),
        probability_real: epoch.discriminator.map(|discriminator| discriminator.real_probability),
        probability_synthetic: epoch
            .discriminator
            .map(|discriminator| discriminator.fake_probability),
        marginal: epoch.marginal,
        joint: epoch.joint,
    });
    let schema = cohort.encoder.schema();
    let columns: Vec<String> = cohort
        .encoder
        .feature_columns()
        .into_iter()
        .map(|column| schema.columns[column].name.clone())
        .collect();
    let pair = Encoded { columns: &columns, real: &cohort.encoded, synthetic: encoded };
    summary_markdown(&run, &scores, Tables { real: &cohort.table, synthetic }, &pair)
}
