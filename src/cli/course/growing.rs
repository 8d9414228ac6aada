//! A file that grows by whole pieces while training goes on.

use crate::cli::origin::file_name;
use std::fs::File;
use std::io::{Error, Write};
use std::path::{Path, PathBuf};

/// A file and how much of it is whole.
pub(super) struct Growing {
    path: PathBuf,
    file: File,
    whole: u64,
}

impl Growing {
    /// A file that is whole up to here.
    pub(super) fn new(path: &Path, file: File, whole: u64) -> Self {
        Self { path: path.to_path_buf(), file, whole }
    }

    /// Writes a piece and hands it to the system at once.
    /// Errors, with the file's name: of a piece that cannot be written nothing is left.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), (String, Error)> {
        match self.file.write_all(piece) {
            Ok(()) => {
                self.whole += piece.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.cut_back();
                Err((file_name(&self.path), error))
            }
        }
    }

    /// Removes what is not whole; of what is no file, such as a pipe, nothing can be.
    pub(super) fn cut_back(&self) {
        let _ = self.file.set_len(self.whole);
    }
}
