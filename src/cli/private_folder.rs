//! A folder of files about single patients: for its owner only, and nothing in it is overwritten by
//! chance.

use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers};
use std::path::{Path, PathBuf};

/// A folder that is ready to be written to.
pub(super) struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// Makes the folder; one that is made is closed to all but its owner.
    /// Errors when one of `files` is there, unless `force`.
    pub(super) fn prepare(path: &Path, files: &[&str], force: bool) -> Result<Self> {
        if let Some(there) = files.iter().find(|file| path.join(file).exists()).filter(|_| !force) {
            let remedy = "choose another folder with --out DIR, or overwrite with --force";
            return Err(Error::input(
                Place::file(path.join(there)),
                "the file is there already",
                remedy,
            ));
        }
        if !path.is_dir() {
            std::fs::create_dir_all(path).map_err(|error| Error::io(path, error))?;
            close(path)?;
        }
        Ok(Self(path.to_path_buf()))
    }

    /// Writes a file, whole or not at all.
    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        whole_file::write(&self.0.join(name), Readers::Owner, |out| out.write_all(content.as_ref()))
    }
}

#[cfg(unix)]
fn close(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
        .map_err(|error| Error::io(path, error))
}

#[cfg(not(unix))]
fn close(_path: &Path) -> Result<()> {
    Ok(())
}
