//! The operations of a file system that a save is made of, one by one.
//!
//! A save goes through this trait, so that a test can make each operation fail and look at what is
//! left ([`FaultyDisk`]).

use crate::whole_file::{Readers, TEMPORARY};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use tempfile::{Builder, NamedTempFile};

/// A file system. The default of every method is the real operation.
pub trait Disk: Sync {
    /// Makes a temporary file in a folder; it is removed unless it is renamed.
    /// Its lock says for as long as it is open that a process writes it.
    fn create(&self, folder: &Path, readers: Readers) -> io::Result<NamedTempFile> {
        let file = builder(readers).tempfile_in(folder)?;
        // Where files cannot be locked, none of them is taken for one that was left behind.
        let _ = file.as_file().try_lock();
        Ok(file)
    }

    /// Writes some of the bytes, and returns how many.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        file.write(bytes)
    }

    /// Returns when the file's bytes are on the medium.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Gives a file its name, in place of the one that has it.
    fn rename(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
        file.persist(to).map(drop).map_err(|error| error.error)
    }

    /// Returns when the folder's names are on the medium.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        sync_folder(folder)
    }

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }
}

/// The file system of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {}

fn builder(readers: Readers) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(TEMPORARY);
    permit(&mut builder, readers);
    builder
}

#[cfg(unix)]
fn permit(builder: &mut Builder, readers: Readers) {
    use std::os::unix::fs::PermissionsExt;
    let mode = if readers == Readers::Owner { 0o600 } else { 0o666 };
    builder.permissions(std::fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn permit(_builder: &mut Builder, _readers: Readers) {}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems cannot: then a rename is as certain as it gets.
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        other => other,
    }
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// What goes wrong on a [`FaultyDisk`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The operation fails: no space is left. Of a write, half of the bytes were written before.
    Full,
    /// The operation fails: an error of the medium. Nothing of it was done.
    Medium,
    /// A write writes one byte only, which is no error. Other operations are done.
    Short,
    /// The machine stops before the operation: nothing after it is done, nothing is cleaned up, and
    /// half of what was written and not synced is lost.
    Stop,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Full, Self::Medium, Self::Short, Self::Stop];
}

/// A real file system on which one operation goes wrong; for tests.
#[derive(Debug)]
pub struct FaultyDisk {
    fault: Fault,
    at: usize,
    done: AtomicUsize,
    stopped: AtomicBool,
    /// What was written and not synced.
    unsynced: Mutex<Option<PathBuf>>,
}

impl FaultyDisk {
    /// The operation number `at` (from 0) goes wrong.
    pub fn new(fault: Fault, at: usize) -> Self {
        let (done, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { fault, at, done, stopped, unsynced: Mutex::new(None) }
    }

    /// Operations that were asked for so far.
    pub fn operations(&self) -> usize {
        self.done.load(Relaxed)
    }

    fn unsynced(&self) -> std::sync::MutexGuard<'_, Option<PathBuf>> {
        self.unsynced.lock().expect("a path is never half written")
    }

    /// Counts an operation. Whether it goes wrong; an error where it is not done at all.
    fn begin(&self) -> io::Result<bool> {
        let number = self.done.fetch_add(1, Relaxed);
        if self.stopped.load(Relaxed) {
            return Err(io::Error::other("the machine has stopped"));
        }
        match self.fault {
            _ if number != self.at => Ok(false),
            Fault::Medium => Err(io::Error::other("an error of the medium")),
            Fault::Stop => {
                self.stopped.store(true, Relaxed);
                if let Some(path) = self.unsynced().take() {
                    let file = File::options().write(true).open(path)?;
                    file.set_len(file.metadata()?.len() / 2)?;
                }
                Err(io::Error::other("the machine has stopped"))
            }
            Fault::Full | Fault::Short => Ok(true),
        }
    }

    fn full(&self, wrong: bool) -> io::Result<()> {
        match wrong && self.fault == Fault::Full {
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }
}

impl Disk for FaultyDisk {
    fn create(&self, folder: &Path, readers: Readers) -> io::Result<NamedTempFile> {
        self.full(self.begin()?)?;
        let mut builder = builder(readers);
        // Whoever is gone cleans nothing up.
        let file = builder.disable_cleanup(self.fault == Fault::Stop).tempfile_in(folder)?;
        *self.unsynced() = Some(file.path().to_path_buf());
        Ok(file)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        if !self.begin()? {
            return file.write(bytes);
        }
        let written = match self.fault {
            Fault::Full => bytes.len() / 2,
            _ => bytes.len().min(1),
        };
        file.write_all(&bytes[..written])?;
        self.full(true).map(|()| written)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.full(self.begin()?)?;
        self.unsynced().take();
        file.sync_all()
    }

    fn rename(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
        self.full(self.begin()?)?;
        let mut unsynced = self.unsynced();
        *unsynced = unsynced.take().map(|_| to.to_path_buf());
        file.persist(to).map(drop).map_err(|error| error.error)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.full(self.begin()?)?;
        sync_folder(folder)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.full(self.begin()?)?;
        std::fs::remove_file(path)
    }
}
