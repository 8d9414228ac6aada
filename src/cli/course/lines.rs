//! One JSON object a line and epoch.

use super::{failed, steps};
use ground::error::{Error, Result};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use training::gan::{Epoch, Progress};

/// A log that is written while training goes on.
pub(super) struct Lines {
    path: PathBuf,
    file: File,
}

impl Lines {
    /// Opens the log; one that goes on is continued.
    pub(super) fn open(path: &Path, goes_on: bool) -> Result<Self> {
        let mut open = OpenOptions::new();
        let open = open.create(true).write(true).append(goes_on).truncate(!goes_on);
        let file = open.open(path).map_err(|error| Error::io(path, error))?;
        Ok(Self { path: path.to_path_buf(), file })
    }

    /// Writes the newest epochs, and hands them to the system at once.
    pub(super) fn write(
        &mut self,
        progress: &Progress,
    ) -> std::result::Result<(), (String, std::io::Error)> {
        let mut text = String::new();
        for epoch in progress.since {
            text += &line(progress, epoch).to_string();
            text.push('\n');
        }
        self.file.write_all(text.as_bytes()).map_err(failed(&self.path))
    }
}

/// Numbers that are not finite are null.
fn line(progress: &Progress, epoch: &Epoch) -> serde_json::Value {
    let discriminator = epoch.discriminator;
    json!({
        "epoch": epoch.epoch,
        "step": steps(progress, epoch),
        "model": epoch.model,
        "seconds": progress.elapsed.as_secs_f64(),
        "generator_loss": epoch.generator_loss,
        "discriminator_loss": discriminator.map(|of| of.loss),
        "real_probability": discriminator.map(|of| of.real_probability),
        "fake_probability": discriminator.map(|of| of.fake_probability),
        "marginal_frechet": epoch.marginal,
        "joint_frechet": epoch.joint,
    })
}
