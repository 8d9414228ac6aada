//! The end of a run in one JSON object.

use super::version::VERSION;
use mellizo::synthesis::RunRecord;
use serde_json::{Value, json};
use std::path::Path;

/// The object of `run` and `train`; numbers that are not finite are null.
pub(super) fn run_json(command: &str, run: &RunRecord, out: &Path) -> Value {
    let (patients, columns, training) = (&run.patients, &run.columns, &run.training);
    let scores = training.scores;
    json!({
        "version": VERSION,
        "command": command,
        "recipe": run.recipe,
        "seed": run.seed,
        "backend": run.backend,
        "out": out.display().to_string(),
        "patients": { "read": patients.read, "used": patients.used,
                      "holdout": patients.kept_back, "synthetic": patients.synthetic },
        "features": { "read": columns.read, "used": columns.used, "trained": columns.trained },
        "thresholds": { "patients": run.thresholds[0], "features": run.thresholds[1] },
        "models": training.models,
        "model": training.model,
        "diverged_models": training.diverged,
        "epochs": training.epochs,
        "epoch": training.epoch,
        "reason": training.reason,
        "steps": training.steps,
        "kernels_per_step": training.kernels_per_step,
        "seconds": training.elapsed.as_secs_f64(),
        "ms_per_step": training.step_milliseconds(),
        "generator_loss": scores.map(|s| s.generator_loss),
        "discriminator_loss": scores.map(|s| s.discriminator_loss),
        "real_probability": scores.map(|s| s.probability_real),
        "fake_probability": scores.map(|s| s.probability_synthetic),
        "marginal_frechet": scores.map(|s| s.marginal),
        "joint_frechet": scores.map(|s| s.joint),
        "warnings": run.warnings,
    })
}
