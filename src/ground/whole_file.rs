//! Files that are written whole or not at all: to a temporary file beside the target first.

use crate::error::{Error, Result};
use std::io::{BufWriter, Write};
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
    fill: impl FnOnce(&mut (dyn Write + Send)) -> std::io::Result<()>,
) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let beside = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        permit(&mut builder, readers);
        let mut file = builder.tempfile_in(beside)?;
        let mut buffer = BufWriter::new(&mut file);
        fill(&mut buffer)?;
        buffer.flush()?;
        drop(buffer);
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    write().map_err(|e| Error::io(path, e))
}

#[cfg(unix)]
fn permit(builder: &mut tempfile::Builder, readers: Readers) {
    use std::os::unix::fs::PermissionsExt;
    let mode = if readers == Readers::Owner { 0o600 } else { 0o666 };
    builder.permissions(std::fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn permit(_builder: &mut tempfile::Builder, _readers: Readers) {}
