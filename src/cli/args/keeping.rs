//! What `run` and `train` can be asked to keep, and what they must prove.

use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// What to do when a GPU is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OnDeviceLoss {
    /// End with exit code 5; the checkpoints are kept.
    #[default]
    Stop,
    /// Open the device again and go on from the newest checkpoint.
    Resume,
}

#[derive(Debug, Args)]
pub struct CheckpointOptions {
    /// Go on with the run in this folder from its newest checkpoint, as if it had never been
    /// stopped; options that are not given are those of that run.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "force"])]
    pub resume: Option<PathBuf>,
    /// Seconds from one checkpoint to the next, in `private/checkpoints` of the output folder; 0:
    /// none are written. If left out: 30, or more where writing them would take a hundredth of the
    /// time.
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub checkpoint_seconds: Option<f64>,
    /// What to do when the GPU is lost while it trains.
    #[arg(long, value_enum, default_value_t)]
    pub on_device_loss: OnDeviceLoss,
}

impl CheckpointOptions {
    /// Whether checkpoints are written.
    pub fn are_written(&self) -> bool {
        self.checkpoint_seconds != Some(0.0)
    }

    /// The time between two, where one was given.
    pub fn every(&self) -> Option<Duration> {
        self.checkpoint_seconds.map(|seconds| match seconds {
            0.0 => Duration::MAX,
            _ => Duration::from_secs_f64(seconds),
        })
    }
}

/// Gates: what is made goes to `share` only if it passes them.
#[derive(Debug, Args)]
pub struct GateOptions {
    /// Fail (exit code 8), and leave `share` empty, if an attack tells training patients from
    /// others with a higher AUC; needs --holdout or --audit-minutes.
    #[arg(long, value_name = "X", value_parser = auc, conflicts_with = "no_evaluation")]
    pub max_mia_auc: Option<f64>,
    /// Fail (exit code 8) before anything is spent, if the guarantee for the table would be weaker,
    /// or if the recipe gives none.
    #[arg(long, value_name = "E", value_parser = epsilon)]
    pub require_epsilon: Option<f64>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let within = |seconds: &f64| (0.0..=1e7).contains(seconds);
    text.parse().ok().filter(within).ok_or("must be a number of seconds, or 0 for none".into())
}

fn auc(text: &str) -> Result<f64, String> {
    let within = |auc: &f64| (0.0..=1.0).contains(auc);
    text.parse().ok().filter(within).ok_or("must be from 0 to 1, where 0.5 is guessing".into())
}

fn epsilon(text: &str) -> Result<f64, String> {
    let within = |epsilon: &f64| *epsilon > 0.0 && epsilon.is_finite();
    text.parse().ok().filter(within).ok_or("must be a number above 0".into())
}
