//! The record of a run, and the course of its training.

use super::{Cohort, Model, Recipe, Settings};
use ground::matrix::Matrix;
use report::pair::{Encoded, Tables};
use report::run_record::{Columns, FinalScores, Patients, RunRecord, TrainingRecord};
use report::summary::summary_markdown;
use report::training::{Series, TrainingCurves};
use table::Table;
use training::gan::recipe::Term;
use training::gan::{DiscriminatorEpoch, Epoch, Trained};

/// The record of a run by a backend: everything but the warnings of reading the table, which the
/// caller puts before the others.
///
/// None for a model from a file, whose training is not known.
pub fn record(
    cohort: &Cohort,
    model: &Model,
    backend: &str,
    synthetic: Option<usize>,
) -> Option<RunRecord> {
    let (trained, settings) = (model.trained()?, cohort.settings());
    let cleaning = cohort.cleaning();
    Some(RunRecord {
        recipe: settings.recipe.name().to_owned(),
        seed: settings.seed,
        backend: backend.to_owned(),
        patients: Patients {
            read: cleaning.before.patients,
            cleaned: cleaning.after.patients,
            kept_back: cohort.holdout().map(Table::rows),
            used: cohort.table().rows(),
            synthetic,
        },
        columns: Columns {
            read: cleaning.before.features,
            used: cohort.table().schema.columns.len(),
            trained: cohort.features(),
            dropped: cleaning.features.iter().map(|feature| feature.name.clone()).collect(),
        },
        thresholds: [cleaning.patient_limit, cleaning.feature_limit],
        training: training(settings, trained),
        relations_trained: settings.recipe.training().loss.relations(),
        values_smoothed: cohort.typed.is_some(),
        untrained: cohort.untrained().to_vec(),
        warnings: cohort.warnings().to_vec(),
    })
}

fn training(settings: &Settings, trained: &Trained) -> TrainingRecord {
    let kept = trained
        .history
        .iter()
        .find(|epoch| epoch.model == trained.model && epoch.epoch == trained.epoch);
    TrainingRecord {
        models: settings.models,
        model: trained.model,
        diverged: trained.diverged.clone(),
        epochs: trained.history.last().map_or(0, |epoch| epoch.epoch),
        epochs_planned: trained.epochs_planned,
        epoch: trained.epoch,
        reason: trained.reason.to_string(),
        steps: trained.steps,
        kernels_per_step: trained.kernels_per_step,
        elapsed: trained.elapsed,
        scores: kept.map(|epoch| FinalScores {
            generator_loss: epoch.generator_loss,
            discriminator_loss: epoch.discriminator.map(|judged| judged.loss),
            probability_real: epoch.discriminator.map(|judged| judged.real_probability),
            probability_synthetic: epoch.discriminator.map(|judged| judged.fake_probability),
            marginal: epoch.marginal,
            joint: epoch.joint,
        }),
    }
}

/// `summary.md`: the run, and the cohort beside its synthetic patients, who are given in the
/// paper's encoding, too.
pub fn summary(record: &RunRecord, cohort: &Cohort, synthetic: &Table, encoded: &Matrix) -> String {
    let schema = cohort.encoder.schema();
    let name = |column: usize| schema.columns[column].name.clone();
    let columns: Vec<String> = cohort.encoder.feature_columns().into_iter().map(name).collect();
    let pair = Encoded { columns: &columns, real: &cohort.encoded, synthetic: encoded };
    summary_markdown(record, Tables { real: &cohort.table, synthetic }, &pair)
}

/// The kept model's course, for the picture.
pub fn curves(recipe: &Recipe, trained: &Trained) -> TrainingCurves {
    let recipe = recipe.training();
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
