//! Files that are written whole or not at all: to a temporary file beside the target first.

use crate::disk::{Disk, RealDisk};
use crate::error::{Error, Result};
use std::fs::{File, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

/// Start of the name of a temporary file; a killed process may leave one behind.
pub const TEMPORARY: &str = ".mellizo-";

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner only.
    Owner,
    /// Whom the umask of the process allows.
    Umask,
}

/// Writes what `fill` writes to `path`, which is replaced only when all of it is on the disk.
pub fn write(
    path: &Path,
    readers: Readers,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<()> {
    write_on(&RealDisk, path, readers, fill)
}

/// The same on a given file system: a temporary file in the same folder is written, synced and
/// renamed, and the folder is synced.
/// Whenever that is broken off, `path` is what it was or what it was to become.
pub fn write_on(
    disk: &dyn Disk,
    path: &Path,
    readers: Readers,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<()> {
    let write = || -> io::Result<()> {
        let beside = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = disk.create(beside, readers)?;
        let mut buffer = BufWriter::new(Through { disk, file: file.as_file_mut() });
        fill(&mut buffer)?;
        buffer.flush()?;
        drop(buffer);
        disk.sync(file.as_file())?;
        disk.rename(file, path)?;
        disk.sync_folder(beside)
    };
    write().map_err(|e| Error::io(path, e))
}

/// Removes the temporary files in a folder that no process writes any more, and returns how many
/// there were; a killed process cleans nothing up.
/// Whoever calls this is sure that files can be locked there.
///
/// Errors: those of the file system; no such folder is none.
pub fn remove_left_over(folder: &Path) -> Result<usize> {
    let failed = |e| Error::io(folder, e);
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(failed)?,
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let temporary = entry.file_name().to_string_lossy().starts_with(TEMPORARY);
        if temporary && entry.file_type().map_err(failed)?.is_file() && is_left(&entry.path()) {
            let path = entry.path();
            std::fs::remove_file(&path).map_err(|e| Error::io(&path, e))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Whether no process writes a temporary file.
fn is_left(path: &Path) -> bool {
    match File::open(path).map(|file| file.try_lock()) {
        Ok(Err(TryLockError::WouldBlock)) => false,
        // It was renamed meanwhile.
        Err(e) if e.kind() == ErrorKind::NotFound => false,
        _ => true,
    }
}

/// A file that is written through a file system.
struct Through<'a> {
    disk: &'a dyn Disk,
    file: &'a mut File,
}

impl Write for Through<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.write(self.file, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Fault, FaultyDisk};

    const OLD: &[u8] = b"what was there before";

    /// More than a buffer holds.
    fn new() -> Vec<u8> {
        (0..20_000).map(|at| (at % 251) as u8).collect()
    }

    /// The outcome of a save with a fault, what the target is then, and the operations.
    fn saved(fault: Fault, at: usize) -> (bool, Vec<u8>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, OLD).unwrap();
        let disk = FaultyDisk::new(fault, at);
        let fill = |out: &mut (dyn Write + Send)| {
            new().chunks(3000).try_for_each(|piece| out.write_all(piece))
        };
        let done = write_on(&disk, &path, Readers::Owner, fill).is_ok();
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert!(left == 1 || fault == Fault::Stop, "{fault:?} at {at} leaves {left} files");
        (done, std::fs::read(&path).unwrap(), disk.operations())
    }

    /// Of two temporary files the one that is being written stays.
    #[test]
    fn what_nobody_writes_is_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let [left, mine] = [".mellizo-Ab12Cd", "mine"].map(|name| folder.path().join(name));
        let (path, names) = (folder.path().join("file"), || {
            let names = std::fs::read_dir(folder.path()).unwrap();
            names.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>()
        });
        let fill = |out: &mut (dyn Write + Send)| {
            [&left, &mine].into_iter().for_each(|path| std::fs::write(path, OLD).unwrap());
            assert_eq!(remove_left_over(folder.path()).unwrap(), 1);
            assert!(!left.exists() && names().len() == 2, "{:?}", names());
            out.write_all(&new())
        };
        write(&path, Readers::Owner, fill).unwrap();
        assert_eq!((std::fs::read(&path).unwrap(), names().len()), (new(), 2));
        assert_eq!(remove_left_over(&folder.path().join("nowhere")).unwrap(), 0);
    }

    #[test]
    fn whatever_fails_the_file_is_the_old_or_the_new_one() {
        for fault in Fault::ALL {
            let whole = saved(fault, usize::MAX);
            assert_eq!((whole.0, &whole.1), (true, &new()));
            assert!(whole.2 > 5, "{} operations", whole.2);
            for at in 0..whole.2 {
                let (done, bytes, _) = saved(fault, at);
                assert!(bytes == OLD || bytes == new(), "{fault:?} at {at}: {}", bytes.len());
                assert_eq!(done, fault == Fault::Short, "{fault:?} at {at}");
                assert!(!done || bytes == new());
            }
        }
    }
}
