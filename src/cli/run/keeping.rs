//! Checkpoints of a run: where they lie, from which one it goes on, and what is done when a GPU is
//! lost.

use crate::cli::args::{OnDeviceLoss, RunOptions};
use crate::cli::call::{going_on, note};
use crate::cli::folder::CHECKPOINTS;
use crate::cli::terminal::Terminal;
use engine::op::Backend;
use ground::error::{Error, Result};
use mellizo::synthesis::{
    Checkpoint, Checkpoints, Cohort, Line, Model, Watch, check_checkpoint, fit_kept,
};
use std::path::PathBuf;

/// The checkpoints of a run.
pub(in crate::cli) struct Keeping {
    checkpoints: Checkpoints,
    /// The run's folder; none where no checkpoints are written.
    out: Option<PathBuf>,
    on_device_loss: OnDeviceLoss,
    begun: Option<Begun>,
    /// Checkpoints of an earlier run, in whose folder none are written now.
    old: Option<PathBuf>,
}

/// What to say of the run that is gone on with.
struct Begun {
    position: [usize; 2],
    backend: String,
    skipped: Vec<String>,
}

/// The newest checkpoint of a run, and what to say of newer ones.
pub(in crate::cli) type Resumed = (Checkpoint, Vec<String>);

impl Keeping {
    /// None at all.
    pub(in crate::cli) fn none() -> Self {
        let (checkpoints, on_device_loss) = (Checkpoints::none(), OnDeviceLoss::Stop);
        Self { checkpoints, out: None, on_device_loss, begun: None, old: None }
    }

    /// As the options say; `more` is what a run needs to know beside its options to go on, and
    /// `resumed` is where it goes on.
    pub(in crate::cli) fn of(
        options: &RunOptions,
        more: impl IntoIterator<Item = (&'static str, serde_json::Value)>,
        resumed: Option<Resumed>,
    ) -> Self {
        let (on_device_loss, out) = (options.keeping.on_device_loss, options.out.clone());
        let folder = out.join(CHECKPOINTS);
        if !options.keeping.are_written() && resumed.is_none() {
            return Self { on_device_loss, old: Some(folder), ..Self::none() };
        }
        let mut note = note(&options.given);
        more.into_iter().for_each(|(key, value)| note[key] = value);
        let mut checkpoints = Checkpoints::new(&folder, options.keeping.every(), note);
        let begun = resumed.map(|(checkpoint, skipped)| {
            let (position, backend) = (checkpoint.position(), checkpoint.backend().to_owned());
            checkpoints.go_on_from(checkpoint);
            Begun { position, backend, skipped }
        });
        Self { checkpoints, out: Some(out), on_device_loss, begun, old: None }
    }

    /// Errors when the checkpoint to go on from is of another training.
    pub(in crate::cli) fn check(&self, cohort: &Cohort) -> Result<()> {
        check_checkpoint(cohort, &self.checkpoints)
    }

    /// Says from where the run goes on; what the owner must know is returned, too.
    pub(in crate::cli) fn announce(
        &self,
        backend: &dyn Backend,
        watch: &mut Terminal,
    ) -> Vec<String> {
        let Some(begun) = &self.begun else { return Vec::new() };
        let [epochs, steps] = begun.position;
        watch.say(Line::Note(&format!("going on after {steps} steps ({epochs} epochs)")));
        let warnings = self.warnings(backend);
        warnings.iter().for_each(|warning| watch.say(Line::Warning(warning)));
        warnings
    }

    /// Epochs and steps after which the run goes on.
    pub(in crate::cli) fn position(&self) -> Option<[usize; 2]> {
        self.begun.as_ref().map(|begun| begun.position)
    }

    /// What the owner of a run that goes on must know.
    pub(in crate::cli) fn warnings(&self, backend: &dyn Backend) -> Vec<String> {
        let Some(begun) = &self.begun else { return Vec::new() };
        let mut warnings = begun.skipped.clone();
        // The number of threads changes nothing.
        let kind = |described: &str| match described.starts_with("CPU") {
            true => "CPU".to_owned(),
            false => described.to_owned(),
        };
        let [before, now] = [&begun.backend, &backend.describe()].map(|text| kind(text));
        if before != now {
            warnings.push(format!(
                "the run was begun with {before} and goes on with {now}: a run with one of them \
                 alone would have had other results"
            ));
        }
        warnings
    }

    /// Trains; on a device that is lost again from the newest checkpoint, if that was asked for.
    pub(in crate::cli) fn fit(
        &mut self,
        backend: &mut Box<dyn Backend>,
        cohort: &Cohort,
        mut open: impl FnMut(&mut Terminal) -> Result<Box<dyn Backend>>,
        watch: &mut Terminal,
    ) -> Result<Model> {
        self.out.iter().for_each(|out| watch.checkpoints_in(out));
        let mut lost_at = None;
        loop {
            let fitted = fit_kept(backend.as_mut(), cohort, &mut self.checkpoints, watch);
            let Err(Error::Device(problem)) = fitted else { return fitted };
            let Some(out) = &self.out else { return Err(Error::Device(problem)) };
            let Ok((checkpoint, _)) = Checkpoints::newest(&out.join(CHECKPOINTS)) else {
                return Err(Error::Device(problem));
            };
            let place = checkpoint.position();
            let hint = format!(
                "{problem}; the checkpoint after {} steps is kept, go on with `{}`",
                place[1],
                going_on(out)
            );
            // Twice at the same place is no accident.
            if self.on_device_loss == OnDeviceLoss::Stop || lost_at == Some(place) {
                return Err(Error::Device(hint));
            }
            lost_at = Some(place);
            let warning =
                format!("{problem}; going on from the checkpoint after {} steps", place[1]);
            watch.say(Line::Warning(&warning));
            *backend = open(watch)?;
            self.checkpoints.go_on_from(checkpoint);
        }
    }

    /// Removes the checkpoints of a run that is done; of one that was interrupted they stay, and it
    /// is said how to go on.
    pub(in crate::cli) fn finish(&self, interrupted: bool) -> Result<()> {
        match &self.out {
            Some(out) if interrupted => {
                say!("to go on with the training: {}", going_on(out));
                Ok(())
            }
            Some(_) => self.checkpoints.remove(),
            None => self.old.as_deref().map_or(Ok(()), Checkpoints::remove_from),
        }
    }

    /// Says what is left of a run that failed a gate: its training need not be done again.
    pub(in crate::cli) fn gate_failed(&self) {
        let Some(out) = &self.out else { return };
        say!(
            "its checkpoints are kept: `{}` with another gate makes and judges the patients again, \
             without training; --force starts anew",
            going_on(out)
        );
    }

    /// Says what is left of a training that diverged, and what to try.
    pub(in crate::cli) fn diverged(&self, described: &str) {
        if let Some(out) = &self.out {
            let folder = out.join(CHECKPOINTS);
            say!("the last good checkpoint is in {}", folder.display());
        }
        let gpu = described.starts_with("GPU");
        let other = if gpu { "; --backend cpu shows whether it is the GPU" } else { "" };
        say!("a lower optimiser.learning_rate may help, or a larger --batch{other}");
    }
}

/// The newest checkpoint of the run that is gone on with, if one is.
/// Errors: those of the folder, and ([`Error::Usage`]) a wish to go on without checkpoints.
pub(in crate::cli) fn resumed(options: &RunOptions) -> Result<Option<Resumed>> {
    let goes_on = options.keeping.on_device_loss == OnDeviceLoss::Resume;
    if goes_on && !options.keeping.are_written() {
        let problem = "--on-device-loss resume needs checkpoints: leave out --checkpoint-seconds 0";
        return Err(Error::Usage(problem.into()));
    }
    let folder = options.keeping.resume.as_ref().map(|folder| folder.join(CHECKPOINTS));
    folder.map(|folder| Checkpoints::newest(&folder)).transpose()
}

#[cfg(test)]
mod tests;
