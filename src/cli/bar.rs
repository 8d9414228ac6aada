//! The progress bar of training: on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use training::gan::{Epoch, Progress};

/// A bar over epochs.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar of `epochs` epochs on stderr; hidden when that is no terminal.
    pub(super) fn new(epochs: usize) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        // A narrow terminal cuts off what stands last.
        let template = "epoch {pos}/{len} {bar:12} {eta} left, {wide_msg}";
        let style =
            ProgressStyle::with_template(template).expect("a valid template").progress_chars("=> ");
        Self(ProgressBar::new(epochs as u64).with_style(style))
    }

    /// Shows the newest epochs.
    pub(super) fn show(&self, progress: &Progress) {
        let Some(epoch) = best(progress.newest) else { return };
        let rate = progress.steps as f64 / progress.elapsed.as_secs_f64();
        let discriminator =
            epoch.discriminator.map_or(String::new(), |d| format!(" D {:.3}", d.loss));
        self.0.set_message(format!(
            "G {:.5}{discriminator}, Fréchet {:.5} / {:.3}, {rate:.0} steps/s",
            epoch.generator_loss, epoch.marginal, epoch.joint
        ));
        // It may have become shorter.
        self.0.set_length(progress.epochs as u64);
        self.0.set_position(epoch.epoch as u64);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// Of several models the one with the lowest joint Fréchet distance.
fn best(newest: &[Epoch]) -> Option<&Epoch> {
    newest.iter().min_by(|a, b| a.joint.total_cmp(&b.joint))
}
