//! The course of training in files that others read while it goes on: one JSON object a line, and
//! event files of TensorBoard.

mod events;
mod lines;

use super::args::{CourseOptions, RunOptions};
use super::spare::spare;
use events::Events;
use ground::error::{Error, Place, Result};
use lines::Lines;
use std::path::Path;
use training::gan::{Epoch, Progress};

/// The files that were asked for.
#[derive(Default)]
pub(super) struct Course {
    lines: Option<Lines>,
    events: Option<Events>,
}

impl Course {
    /// Errors when a log is there already, unless with `--force` (it is replaced) or where the run
    /// goes on (it is continued), and when it is a file that the run reads; changes nothing.
    pub(super) fn check(options: &RunOptions) -> Result<()> {
        let Some(log) = options.course.log.as_deref() else { return Ok(()) };
        if log.exists() && !options.force && options.keeping.resume.is_none() {
            let remedy = "name another file, or overwrite with --force";
            return Err(Error::input(Place::file(log), "the log is there already", remedy));
        }
        let RunOptions { data, schema, privacy, recipe, .. } = options;
        let files = [data, schema, &privacy.ledger, &privacy.release];
        let files = files.into_iter().filter_map(|file| file.as_deref());
        spare(log, files.chain([Path::new(recipe)]))
    }

    /// Opens the files; the log of a run that goes on is continued.
    /// Errors: a file or folder that cannot be made.
    pub(super) fn open(options: &CourseOptions, goes_on: bool) -> Result<Self> {
        let log = options.log.as_deref();
        Ok(Self {
            lines: log.map(|path| Lines::open(path, goes_on)).transpose()?,
            events: options.tensorboard.as_deref().map(Events::create).transpose()?,
        })
    }

    /// Writes the epochs since the last call.
    /// A file that cannot be written any more is given up: training goes on. The text says so.
    pub(super) fn take(&mut self, progress: &Progress) -> Option<String> {
        let told = [
            give_up(&mut self.lines, |lines| lines.write(progress)),
            give_up(&mut self.events, |events| events.write(progress)),
        ];
        let told: Vec<String> = told.into_iter().flatten().collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

/// Drops what fails, and says so.
fn give_up<T>(
    file: &mut Option<T>,
    write: impl FnOnce(&mut T) -> std::result::Result<(), (String, std::io::Error)>,
) -> Option<String> {
    let (name, error) = write(file.as_mut()?).err()?;
    *file = None;
    Some(format!("{name} is given up, training goes on: {error}"))
}

/// A failure to write a file, with its name.
fn failed(path: &Path) -> impl Fn(std::io::Error) -> (String, std::io::Error) {
    let name = path.display().to_string();
    move |error| (name.clone(), error)
}

/// The number of training steps at the end of an epoch.
fn steps(progress: &Progress, epoch: &Epoch) -> usize {
    let last = progress.since.last().map_or(1, |last| last.epoch.max(1));
    progress.steps / last * epoch.epoch
}
