//! The end of a run in one JSON object.

use super::compare::{Facts, epochs_run, kept};
use serde_json::{Value, json};
use std::path::Path;
use table::Table;

/// Version of every JSON object that the command line prints.
pub(super) const VERSION: u32 = 1;

/// The object of `run` and `train`; numbers that are not finite are null.
pub(super) fn outcome(
    command: &str,
    facts: &Facts,
    synthetic: Option<usize>,
    models: u16,
    out: &Path,
) -> Value {
    let Facts { recipe, seed, backend, cohort, trained } = facts;
    let epoch = kept(trained);
    let discriminator = epoch.and_then(|e| e.discriminator);
    let seconds = trained.elapsed.as_secs_f64();
    json!({
        "version": VERSION,
        "command": command,
        "recipe": recipe.name,
        "seed": seed,
        "backend": backend,
        "out": out.display().to_string(),
        "patients": { "read": cohort.cleaning.before.patients, "used": cohort.table.rows(),
                      "holdout": cohort.holdout.as_ref().map(Table::rows), "synthetic": synthetic },
        "features": { "read": cohort.cleaning.before.features, "used": cohort.table.schema.columns.len(),
                      "trained": cohort.features() },
        "thresholds": { "patients": cohort.cleaning.patient_limit, "features": cohort.cleaning.feature_limit },
        "models": models,
        "model": trained.model,
        "diverged_models": trained.diverged,
        "epochs": epochs_run(trained),
        "epoch": trained.epoch,
        "reason": trained.reason.to_string(),
        "steps": trained.steps,
        "kernels_per_step": trained.kernels_per_step,
        "seconds": seconds,
        "ms_per_step": if trained.steps > 0 { Some(seconds * 1e3 / trained.steps as f64) } else { None },
        "generator_loss": epoch.map(|e| e.generator_loss),
        "discriminator_loss": discriminator.map(|v| v.loss),
        "real_probability": discriminator.map(|v| v.real_probability),
        "fake_probability": discriminator.map(|v| v.fake_probability),
        "marginal_frechet": epoch.map(|e| e.marginal),
        "joint_frechet": epoch.map(|e| e.joint),
        "warnings": cohort.warnings,
    })
}
