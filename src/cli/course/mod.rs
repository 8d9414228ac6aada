//! The course of training in files that others read while it goes on: one JSON object a line, and
//! event files of TensorBoard.
//!
//! A file that cannot be made is an error before training; one that cannot be written any more, such
//! as on a full disk, is given up with a warning: no training is lost for a file that tells of it.

mod events;
mod growing;
mod lines;

use super::args::{CourseOptions, RunOptions};
use super::spare::spare;
use events::Events;
use ground::error::{Error, Place, Result};
use lines::Lines;
use std::io::ErrorKind;
use std::path::Path;
use training::gan::{Epoch, Progress};

/// The files that were asked for.
#[derive(Default)]
pub(super) struct Course {
    lines: Option<Lines>,
    events: Option<Events>,
    /// The last epoch that was told: from a checkpoint some may come again.
    told: usize,
}

impl Course {
    /// Errors when a log is there already, unless with `--force` (it is replaced) or where the run
    /// goes on after some steps (it is continued), when it is a file that the run reads, and when a
    /// file cannot be made; changes nothing.
    pub(super) fn check(options: &RunOptions, after: Option<usize>) -> Result<()> {
        options.course.tensorboard.as_deref().map_or(Ok(()), can_be_folder)?;
        let Some(log) = options.course.log.as_deref() else { return Ok(()) };
        if log.exists() && !options.force && after.is_none() {
            let remedy = "name another file, or overwrite with --force";
            return Err(Error::input(Place::file(log), "the log is there already", remedy));
        }
        let RunOptions { data, schema, privacy, recipe, .. } = options;
        let files = [data, schema, &privacy.ledger, &privacy.release];
        let files = files.into_iter().filter_map(|file| file.as_deref());
        spare(log, files.chain([Path::new(recipe)]))?;
        can_be_written(log)?;
        after.map_or(Ok(()), |steps| Lines::check(log, steps))
    }

    /// Opens the files; those of a run that goes on after some steps are continued, and what they
    /// had told of later ones does not count. What the owner must know is returned, too.
    /// Errors: a file or folder that cannot be made.
    pub(super) fn open(
        options: &CourseOptions,
        after: Option<usize>,
    ) -> Result<(Self, Option<String>)> {
        let (lines, told) = match (options.log.as_deref(), after) {
            (None, _) => (None, None),
            (Some(path), None) => (Some(Lines::create(path)?), None),
            (Some(path), Some(steps)) => {
                let (lines, told) = Lines::go_on(path, steps)?;
                (Some(lines), told)
            }
        };
        let folder = options.tensorboard.as_deref();
        let events = folder.map(|folder| Events::create(folder, after)).transpose()?;
        Ok((Self { lines, events, told: 0 }, told))
    }

    /// Writes the epochs that were not told yet.
    /// A file that cannot be written any more is given up: training goes on. The text says so.
    pub(super) fn take(&mut self, progress: &Progress) -> Option<String> {
        let from = progress.since.partition_point(|epoch| epoch.epoch <= self.told);
        let epochs = &progress.since[from..];
        self.told = epochs.last()?.epoch;
        let told = [
            give_up(&mut self.lines, |lines| lines.write(progress, epochs)),
            give_up(&mut self.events, |events| events.write(progress, epochs)),
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

/// The number of training steps at the end of an epoch.
fn steps(progress: &Progress, epoch: &Epoch) -> usize {
    let last = progress.since.last().map_or(1, |last| last.epoch.max(1));
    progress.steps / last * epoch.epoch
}

/// Errors when a file cannot be opened to write, or its folder is not there.
fn can_be_written(path: &Path) -> Result<()> {
    let failed = |error| Error::io(path, error);
    // What is no plain file, such as a pipe, may wait for a reader.
    if path.is_file() {
        return std::fs::OpenOptions::new().append(true).open(path).map(drop).map_err(failed);
    }
    let kind = match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        _ if path.is_dir() => ErrorKind::IsADirectory,
        Some(folder) if !folder.exists() => ErrorKind::NotFound,
        Some(folder) if !folder.is_dir() => ErrorKind::NotADirectory,
        _ => return Ok(()),
    };
    Err(failed(kind.into()))
}

/// Errors when something else is where a folder is to be made.
fn can_be_folder(path: &Path) -> Result<()> {
    let there = path.ancestors().find(|path| path.exists());
    match there.is_none_or(Path::is_dir) {
        true => Ok(()),
        false => Err(Error::io(path, ErrorKind::NotADirectory.into())),
    }
}

#[cfg(test)]
mod tests;
