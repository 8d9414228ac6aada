//! A table that can be read several times, row by row, in the memory of a few rows.

use ground::error::{Error, Place, Result};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use table::bundled;
use table::read::{self, Options, RowReader};

/// Where the rows come from.
#[derive(Debug)]
enum Origin {
    File(PathBuf),
    /// A copy of a stream. It has no name and is deleted with the process.
    Spooled(File),
    Bundled,
}

/// A table as text.
#[derive(Debug)]
pub struct Source {
    name: PathBuf,
    origin: Origin,
    options: Options,
}

impl Source {
    /// A file of any kind that [`read::open`] knows.
    pub fn file(path: &Path) -> Self {
        Self {
            name: path.to_path_buf(),
            origin: Origin::File(path.to_path_buf()),
            options: Options::default(),
        }
    }

    /// The cohort inside the binary.
    pub fn bundled() -> Self {
        Self { name: bundled::NAME.into(), origin: Origin::Bundled, options: Options::default() }
    }

    /// A stream of text or gzip, copied to a temporary file that only this process can reach.
    ///
    /// Errors: [`Error::Io`] when the stream cannot be read or the copy cannot be written.
    pub fn spool(mut stream: impl Read, name: &str) -> Result<Self> {
        let mut copy = || -> std::io::Result<File> {
            let mut file = tempfile::tempfile()?;
            std::io::copy(&mut stream, &mut file)?;
            Ok(file)
        };
        let origin = Origin::Spooled(copy().map_err(|error| Error::io(name, error))?);
        Ok(Self { name: name.into(), origin, options: Options::default() })
    }

    /// The same table read by these options.
    pub fn with(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The name of the table in errors.
    pub fn place(&self) -> Place {
        Place::file(&self.name)
    }

    /// The rows from the first one on.
    ///
    /// Errors: those of [`read::open`].
    pub fn rows(&self) -> Result<RowReader> {
        match &self.origin {
            Origin::File(path) => read::open(path, &self.options),
            Origin::Spooled(file) => {
                let again = || -> std::io::Result<File> {
                    let mut file = file.try_clone()?;
                    file.rewind()?;
                    Ok(file)
                };
                let file = again().map_err(|error| Error::io(&self.name, error))?;
                read::from_reader(BufReader::new(file), &self.name, &self.options)
            }
            Origin::Bundled => read::from_reader(bundled::CSV, &self.name, &self.options),
        }
    }

    /// The error for a table with a header and nothing below it.
    pub(crate) fn without_rows(&self) -> Error {
        Error::input(
            self.place(),
            "the file has a header but no rows",
            "add one row per patient below the header",
        )
    }
}
