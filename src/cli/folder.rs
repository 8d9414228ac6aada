//! The output folder with its two rooms: `private` holds patients, `share` may leave the house.

use crate::error::{Error, Place, Result};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Every file that a run writes.
const FILES: [&str; 7] = [
    "private/cohort.csv",
    "private/model.safetensors",
    "share/synthetic.csv",
    "share/history.csv",
    "share/summary.md",
    "share/training.svg",
    "share/distributions.svg",
];

/// An output folder that is ready to be written to.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder. Errors when it has files in it, unless `force`: then the files of an earlier run are removed, so that none of
    /// them is taken for a result of this one. The empty rooms of a run that was interrupted are no files.
    pub(super) fn prepare(path: &Path, force: bool) -> Result<Self> {
        if has_files(path)? && !force {
            let remedy = "choose another with --out DIR, or overwrite with --force";
            return Err(Error::input(Place::file(path), "the output folder has files in it", remedy));
        }
        for room in ["private", "share"] {
            let room = path.join(room);
            std::fs::create_dir_all(&room).map_err(|e| Error::io(&room, e))?;
        }
        close(&path.join("private"))?;
        for file in FILES.map(|file| path.join(file)) {
            match std::fs::remove_file(&file) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io(&file, e)),
                _ => {}
            }
        }
        Ok(Self(path.to_path_buf()))
    }

    /// Refuses a cohort that `prepare` would delete: a result of an earlier run in the same folder.
    pub(super) fn spare(path: &Path, data: &Path) -> Result<()> {
        let same =
            |file: &str| matches!((path.join(file).canonicalize(), data.canonicalize()), (Ok(a), Ok(b)) if a == b);
        if !FILES.into_iter().any(same) {
            return Ok(());
        }
        let remedy = "choose another with --out DIR";
        Err(Error::input(Place::file(data), "the results would overwrite the cohort that they are made of", remedy))
    }

    /// The path of a file of the run.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        debug_assert!(FILES.contains(&name), "{name} is not in the list of files");
        self.0.join(name)
    }

    /// Writes a file whole or not at all.
    pub(super) fn write(&self, name: &str, fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
        write_whole(&self.file(name), fill)
    }
}

/// Whether there is anything but folders below `path`, which need not exist.
fn has_files(path: &Path) -> Result<bool> {
    let entries = match std::fs::read_dir(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        entries => entries.map_err(|e| Error::io(path, e))?,
    };
    for entry in entries {
        let entry = entry.map_err(|e| Error::io(path, e))?;
        let is_folder = entry.file_type().map_err(|e| Error::io(entry.path(), e))?.is_dir();
        if !is_folder || has_files(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes a file whole or not at all: to a temporary file beside it first.
pub(super) fn write_whole(path: &Path, fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let beside = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = readable(tempfile::Builder::new().prefix(".mellizo-")).tempfile_in(beside)?;
        let mut buffer = BufWriter::new(&mut file);
        fill(&mut buffer)?;
        buffer.flush()?;
        drop(buffer);
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    write().map_err(|e| Error::io(path, e))
}

/// Temporary files are for their owner only; results are as the user's umask says.
#[cfg(unix)]
fn readable<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn readable<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    builder
}

/// Nobody but the owner may look into the private room.
#[cfg(unix)]
fn close(room: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(room, std::fs::Permissions::from_mode(0o700)).map_err(|e| Error::io(room, e))
}

#[cfg(not(unix))]
fn close(_room: &Path) -> Result<()> {
    Ok(())
}
