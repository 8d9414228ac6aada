//! The folder of a run's checkpoints: when they are written, which are kept, which is the newest.

use super::{Checkpoint, FORM, Identity};
use crate::gan::trainer::Task;
use ground::disk::{Disk, RealDisk};
use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers, TEMPORARY};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Checkpoints that are kept.
const KEPT: usize = 3;

/// The shortest time between two checkpoints, where nobody says another one.
const SHORTEST: Duration = Duration::from_secs(30);

/// And the time that a save may take, as a share of the time between two.
const SHARE: u32 = 100;

/// Start and end of a file's name; the number of steps is between them.
const NAME: [&str; 2] = ["step-", ".safetensors"];

/// Where a training keeps its checkpoints, how often, and from which it goes on.
pub struct Checkpoints {
    /// None: nothing is kept.
    folder: Option<PathBuf>,
    /// None: by how long a save takes.
    every: Option<Duration>,
    note: serde_json::Value,
    disk: Box<dyn Disk>,
    resumed: Option<Checkpoint>,
    last: Instant,
    cost: Duration,
}

impl Checkpoints {
    /// Keeps nothing.
    pub fn none() -> Self {
        Self {
            folder: None,
            every: None,
            note: serde_json::Value::Null,
            disk: Box::new(RealDisk),
            resumed: None,
            last: Instant::now(),
            cost: Duration::ZERO,
        }
    }

    /// Keeps the last three in a folder, for their owner alone.
    ///
    /// One is written before the first step, one after each time `every`, one when the training is
    /// interrupted, and one at its end.
    /// Without `every` they are so far apart (30 s at least) that they take less than a hundredth
    /// of the time.
    /// `note` is for the caller, who gets it back with a checkpoint.
    pub fn new(folder: &Path, every: Option<Duration>, note: serde_json::Value) -> Self {
        Self { folder: Some(folder.to_path_buf()), every, note, ..Self::none() }
    }

    /// With another file system, for tests.
    pub fn on(self, disk: impl Disk + 'static) -> Self {
        Self { disk: Box::new(disk), ..self }
    }

    /// The next training goes on from a checkpoint.
    pub fn go_on_from(&mut self, checkpoint: Checkpoint) {
        self.resumed = Some(checkpoint);
    }

    /// The newest checkpoint of a folder that is whole, and what to say of newer ones that are not.
    ///
    /// Errors: [`Error::Input`] where there is none, [`Error::Corrupt`] where none is whole, and
    /// those of the file system.
    pub fn newest(folder: &Path) -> Result<(Checkpoint, Vec<String>)> {
        let mut skipped = Vec::new();
        let mut first = None;
        for (_, path) in numbered(folder)?.into_iter().rev() {
            match Checkpoint::load(&path) {
                Ok(checkpoint) => return Ok((checkpoint, skipped)),
                Err(error @ Error::Corrupt { .. }) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let problem = "is damaged; the one before it is used";
                    skipped.push(format!("the checkpoint {name} {problem}"));
                    first.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        let none = "there is no checkpoint in this folder: its run is done, or was ended before \
                    its first one";
        Err(first.unwrap_or_else(|| Error::input(Place::file(folder), none, FORM.expected)))
    }

    /// Whether a folder has checkpoints.
    pub fn are_in(folder: &Path) -> bool {
        numbered(folder).is_ok_and(|files| !files.is_empty())
    }

    /// Removes all checkpoints of the run, and their folder if nothing else is in it.
    pub fn remove(&self) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        remove_all(self.disk.as_ref(), folder, |_| true)
    }

    /// The same of any run.
    pub fn remove_from(folder: &Path) -> Result<()> {
        remove_all(&RealDisk, folder, |_| true)
    }

    /// Whether anything is kept.
    pub fn are_kept(&self) -> bool {
        self.folder.is_some()
    }

    /// Errors ([`Error::Input`]) when the checkpoint to go on from is of another training, with
    /// what differs.
    pub fn check(&self, task: &Task) -> Result<()> {
        self.resumed.as_ref().map_or(Ok(()), |_| self.fits(&Identity::of(task)))
    }

    fn fits(&self, here: &Identity) -> Result<()> {
        let theirs = self.resumed.as_ref().map(|resumed| &resumed.place.identity);
        let differs = theirs.map_or(Vec::new(), |theirs| theirs.differs(here));
        if differs.is_empty() {
            return Ok(());
        }
        let folder = self.folder.clone().unwrap_or_default();
        let problem = format!("the checkpoint is of {}", differs.join(", of "));
        let remedy = "give what the run was begun with, or start it again without --resume";
        Err(Error::input(Place::file(folder), problem, remedy))
    }

    pub(in crate::gan) fn note(&self) -> serde_json::Value {
        self.note.clone()
    }

    /// The checkpoint to go on from, if there is one. Errors when it is of another training.
    pub(in crate::gan) fn take(&mut self, here: &Identity) -> Result<Option<Checkpoint>> {
        self.fits(here)?;
        Ok(self.resumed.take())
    }

    /// Makes room for the checkpoints of a training that stands at `steps`: files of another
    /// training are removed once `first` is there, if there is one to write.
    pub(in crate::gan) fn begin(&mut self, steps: usize, first: Option<&Checkpoint>) -> Result<()> {
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        make(&folder)?;
        self.last = Instant::now();
        match first {
            None => remove_all(self.disk.as_ref(), &folder, |number| number > steps),
            Some(first) => {
                // Those of another training may have more steps, and be more than are kept.
                self.write(first)?;
                remove_all(self.disk.as_ref(), &folder, |number| number != steps)
            }
        }
    }

    /// Whether it is time for one.
    pub(in crate::gan) fn due(&self) -> bool {
        let every = self.every.unwrap_or_else(|| SHORTEST.max(self.cost * SHARE));
        self.folder.is_some() && self.last.elapsed() >= every
    }

    /// Writes one that was begun at `start`, then removes those that are older than the last three.
    pub(in crate::gan) fn save(&mut self, checkpoint: &Checkpoint, start: Instant) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        self.write(checkpoint)?;
        let files = numbered(folder)?;
        for (_, path) in files.iter().rev().skip(KEPT) {
            self.disk.remove(path).map_err(|e| Error::io(path, e))?;
        }
        (self.last, self.cost) = (Instant::now(), start.elapsed());
        Ok(())
    }

    fn write(&self, checkpoint: &Checkpoint) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let path = folder.join(format!("{}{:010}{}", NAME[0], checkpoint.place.steps, NAME[1]));
        let bytes = checkpoint.to_bytes();
        whole_file::write_on(self.disk.as_ref(), &path, Readers::Owner, |out| out.write_all(&bytes))
    }
}

/// The checkpoints of a folder by their steps; none where there is no such folder.
fn numbered(folder: &Path) -> Result<Vec<(usize, PathBuf)>> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.strip_prefix(NAME[0]).and_then(|rest| rest.strip_suffix(NAME[1]));
        files.extend(number.and_then(|number| number.parse().ok()).map(|number| (number, path)));
    }
    files.sort_unstable();
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |e| Error::io(folder, e);
    match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries.map_err(failed)?.map(|e| e.map(|e| e.path()).map_err(failed)).collect(),
    }
}

/// Removes checkpoints by their steps, what a killed process left behind, and the folder if it is
/// empty then.
fn remove_all(disk: &dyn Disk, folder: &Path, which: impl Fn(usize) -> bool) -> Result<()> {
    let left = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY))
    };
    let temporary = entries(folder)?.into_iter().filter(left);
    let old = numbered(folder)?.into_iter().filter(|(number, _)| which(*number));
    for path in temporary.chain(old.map(|(_, path)| path)) {
        disk.remove(&path).map_err(|e| Error::io(&path, e))?;
    }
    // It fails where something is left, which is as it should be.
    let _ = std::fs::remove_dir(folder);
    Ok(())
}

/// Makes the folder, for its owner alone.
fn make(folder: &Path) -> Result<()> {
    let made = std::fs::create_dir_all(folder).and_then(|()| close(folder));
    made.map_err(|e| Error::io(folder, e))
}

#[cfg(unix)]
fn close(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
