//! The output folder with its two rooms: `private` holds patients, `share` may leave the house.

mod lock;

use super::spare::same_file;
use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers, TEMPORARY};
use lock::lock;
use mellizo::synthesis::Checkpoints;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where the checkpoints of a run lie in its folder.
pub(super) const CHECKPOINTS: &str = "private/checkpoints";

/// Every file that `run` and `train` write.
pub(super) const RUN_FILES: &[&str] = &[
    "private/cohort.csv",
    "private/holdout.csv",
    "private/model.safetensors",
    "private/report.html",
    "share/synthetic.csv",
    "share/history.csv",
    "share/report.html",
    "share/report.json",
    "share/relations.md",
    "share/summary.md",
    "share/training.svg",
    "share/distributions.svg",
];

/// Every file that a private run writes.
pub(super) const RELEASE_FILES: &[&str] = &[
    "private/cohort.csv",
    "private/holdout.csv",
    "private/release.json",
    "private/report.html",
    "private/report.json",
    "share/model.safetensors",
    "share/synthetic.csv",
    "share/history.csv",
    "share/report.html",
    "share/report.json",
    "share/training.svg",
];

/// Every file that `reproduce` writes.
pub(super) const REPRODUCE_FILES: &[&str] = &[
    "reproduction.md",
    "private/cohort.csv",
    "private/holdout.csv",
    "private/model.safetensors",
    "private/report.html",
    "share/synthetic.csv",
    "share/history.csv",
    "share/report.html",
    "share/report.json",
    "share/relations.md",
    "share/summary.md",
    "share/training.svg",
    "share/distributions.svg",
];

/// Every file that `clean` writes.
pub(super) const CLEAN_FILES: &[&str] =
    &["cohort.csv", "audit.md", "audit.json", "private/changes.csv", "private/statistics.csv"];

/// An output folder that is ready to be written to.
pub(super) struct Folder {
    path: PathBuf,
    files: &'static [&'static str],
    /// Whether what is for `share` waits in the private room until gates are passed.
    withheld: bool,
    /// Keeps other processes out for as long as it is there.
    _lock: Option<File>,
}

/// Where files for `share` wait.
const WITHHELD: &str = "private/withheld";

/// Where a file for `share` waits.
fn withheld(name: &str) -> Option<PathBuf> {
    name.strip_prefix("share/").map(|name| Path::new(WITHHELD).join(name))
}

impl Folder {
    /// Makes the folder and the rooms of its `files`.
    /// Errors when it has files in it, unless `force`, and when another process is at it.
    /// The empty rooms of a run that was interrupted are no files, and what a killed process left
    /// half written is removed.
    pub(super) fn prepare(
        path: &Path,
        files: &'static [&'static str],
        force: bool,
    ) -> Result<Self> {
        Self::check(path, force)?;
        for room in ["private", "share"]
            .into_iter()
            .filter(|room| files.iter().any(|file| file.starts_with(room)))
        {
            let room = path.join(room);
            std::fs::create_dir_all(&room).map_err(|e| Error::io(&room, e))?;
        }
        close(&path.join("private"))?;
        let lock = lock(path)?;
        if lock.is_some() {
            remove_left_over(path, files)?;
        }
        Ok(Self { path: path.to_path_buf(), files, withheld: false, _lock: lock })
    }

    /// The same, but nothing gets into `share` before it is [released](Folder::release).
    pub(super) fn withholding(self, withheld: bool) -> Result<Self> {
        let room = self.path.join(WITHHELD);
        if withheld {
            std::fs::create_dir_all(&room).map_err(|e| Error::io(&room, e))?;
            close(&room)?;
        }
        Ok(Self { withheld, ..self })
    }

    /// Moves what waits to `share`.
    pub(super) fn release(&self) -> Result<()> {
        for name in self.files.iter().filter(|_| self.withheld) {
            let waiting = withheld(name).map(|path| self.path.join(path));
            if let Some(from) = waiting.filter(|path| path.exists()) {
                // Written anew, as others may read it from now on.
                let mut file = File::open(&from).map_err(|e| Error::io(&from, e))?;
                let copy = |out: &mut (dyn Write + Send)| std::io::copy(&mut file, out).map(drop);
                whole_file::write(&self.path.join(name), Readers::Umask, copy)?;
                std::fs::remove_file(&from).map_err(|e| Error::io(&from, e))?;
            }
        }
        // It stays where something else is in it.
        let _ = std::fs::remove_dir(self.path.join(WITHHELD));
        Ok(())
    }

    /// Where files for `share` are after gates that were not passed.
    pub(super) fn withheld_in(&self) -> PathBuf {
        self.path.join(WITHHELD)
    }

    /// Errors when a folder has files in it, unless `force`, and when another process is at it;
    /// changes nothing.
    pub(super) fn check(path: &Path, force: bool) -> Result<()> {
        lock(path)?;
        if !has_files(path)? || force {
            return Ok(());
        }
        let remedy = "choose another with --out DIR, or overwrite with --force";
        let remedy = match Checkpoints::are_in(&path.join(CHECKPOINTS)) {
            true => format!("go on with its run (--resume {}), {remedy}", path.display()),
            false => remedy.to_owned(),
        };
        Err(Error::input(Place::file(path), "the output folder has files in it", remedy))
    }

    /// Removes the files of an earlier run, so that none of them is taken for a result of this one:
    /// when there is something to take their place, not before.
    /// That is any run: another recipe writes other files, and what one may not pass on must not
    /// stay beside what another one may.
    pub(super) fn clear(&self) -> Result<()> {
        let runs = [RUN_FILES, REPRODUCE_FILES, RELEASE_FILES];
        let files = runs.into_iter().filter(|run| run.iter().any(|file| self.files.contains(file)));
        let files = files.flatten().chain(self.files);
        let files = files.flat_map(|file| [Some(PathBuf::from(file)), withheld(file)]);
        for file in files.flatten().map(|file| self.path.join(file)) {
            match std::fs::remove_file(&file) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io(&file, e));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses a cohort that [`Folder::clear`] would delete: a result of an earlier run in the same
    /// folder.
    pub(super) fn spare(path: &Path, files: &[&str], data: &Path) -> Result<()> {
        if !files.iter().any(|file| same_file(&path.join(file), data)) {
            return Ok(());
        }
        let remedy = "choose another with --out DIR";
        Err(Error::input(
            Place::file(data),
            "the results would overwrite the cohort that they are made of",
            remedy,
        ))
    }

    /// The path of a file of the run.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        debug_assert!(self.files.contains(&name), "{name} is not in the list of files");
        let waiting = withheld(name).filter(|_| self.withheld);
        self.path.join(waiting.unwrap_or_else(|| name.into()))
    }

    /// Writes a file whole or not at all; what holds patients for its owner only.
    pub(super) fn write(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<()> {
        // What waits for a gate is nobody else's business yet.
        let patients = self.withheld || name.starts_with("private/") || name == "cohort.csv";
        let readers = if patients { Readers::Owner } else { Readers::Umask };
        whole_file::write(&self.file(name), readers, |out| fill(out))
    }
}

/// Removes what killed processes left half written in the rooms of `files`, and says so: it may hold
/// patients' values. Nobody else is at the folder.
fn remove_left_over(path: &Path, files: &[&str]) -> Result<()> {
    let rooms = files.iter().filter_map(|file| Path::new(file).parent());
    let rooms: BTreeSet<&Path> = rooms.chain([WITHHELD, CHECKPOINTS].map(Path::new)).collect();
    for room in rooms {
        let room = path.join(room);
        let removed = whole_file::remove_left_over(&room)?;
        if removed > 0 {
            let files = if removed == 1 { "file" } else { "files" };
            say!(
                "removed {removed} unfinished {files} of an ended process from {}",
                room.display()
            );
        }
    }
    Ok(())
}

/// Whether there is anything but folders and left-over temporary files below `path`, which need not
/// exist.
fn has_files(path: &Path) -> Result<bool> {
    let entries = match std::fs::read_dir(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        entries => entries.map_err(|e| Error::io(path, e))?,
    };
    for entry in entries {
        let entry = entry.map_err(|e| Error::io(path, e))?;
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            continue;
        }
        let is_folder = entry.file_type().map_err(|e| Error::io(entry.path(), e))?.is_dir();
        if !is_folder || has_files(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Nobody but the owner may look into the private room.
#[cfg(unix)]
pub(super) fn close(room: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(room, std::fs::Permissions::from_mode(0o700))
        .map_err(|e| Error::io(room, e))
}

#[cfg(not(unix))]
pub(super) fn close(_room: &Path) -> Result<()> {
    Ok(())
}
