//! Where synthetic patients go, and in which format: the ending of the file's name says so.

use flate2::Compression;
use flate2::write::GzEncoder;
use ground::error::{Error, Place, Result};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What `--out` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The file; none is stdout.
    pub(super) path: Option<PathBuf>,
    /// What is written.
    pub(super) format: Format,
}

/// How patients are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Text.
    Csv,
    /// Text, compressed in members of some hundred kilobytes: files joined one behind the other are
    /// one file.
    Gzip,
    /// Typed columns.
    Parquet,
}

impl Target {
    /// Errors when the file exists and may not be overwritten, or when Parquet is asked for and
    /// this program was built without.
    pub(super) fn of(out: Option<&Path>, force: bool, json: bool) -> Result<Self> {
        let Some(path) = out.filter(|path| *path != Path::new("-")) else {
            if json {
                return Err(Error::Usage(
                    "--json needs a file: with --out - the patients themselves go to stdout".into(),
                ));
            }
            return Ok(Self { path: None, format: Format::Csv });
        };
        let format = Format::of(path);
        if format == Format::Parquet && cfg!(not(feature = "parquet")) {
            let problem = "this mellizo was built without Parquet";
            let remedy = "write .csv or .csv.gz, or build it with the feature `parquet`";
            return Err(Error::Usage(format!("{}: {problem}; {remedy}", path.display())));
        }
        if path.exists() && !force {
            let remedy = "choose another with --out FILE, or overwrite with --force";
            return Err(Error::input(Place::file(path), "the file exists", remedy));
        }
        Ok(Self { path: Some(path.to_path_buf()), format })
    }
}

impl Format {
    /// By the ending, in any case of its letters; what is neither `.gz` nor `.parquet` is CSV.
    fn of(path: &Path) -> Self {
        match path
            .extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
            .as_deref()
        {
            Some("gz") => Self::Gzip,
            Some("parquet") => Self::Parquet,
            _ => Self::Csv,
        }
    }

    /// Text as the bytes of this format.
    pub(super) fn pack(self, text: Vec<u8>) -> io::Result<Vec<u8>> {
        if self == Self::Csv {
            return Ok(text);
        }
        let mut member = GzEncoder::new(Vec::with_capacity(text.len() / 2), Compression::default());
        member.write_all(&text)?;
        member.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_is_the_format() {
        for (name, format) in [
            ("a.csv", Format::Csv),
            ("a.csv.gz", Format::Gzip),
            ("a.CSV.GZ", Format::Gzip),
            ("a.parquet", Format::Parquet),
            ("a.Parquet", Format::Parquet),
            ("a", Format::Csv),
            ("gz", Format::Csv),
            ("shard.0001", Format::Csv),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn stdout_has_room_for_one_thing() {
        let stdout = Target { path: None, format: Format::Csv };
        assert_eq!(Target::of(Some(Path::new("-")), false, false).unwrap(), stdout);
        assert_eq!(Target::of(None, false, false).unwrap(), stdout);
        assert!(Target::of(Some(Path::new("-")), true, true).is_err());
    }
}
