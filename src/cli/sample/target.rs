//! Where synthetic patients go, and in which format: the ending of the file's name says so.

use ground::error::{Error, Place, Result};
use mellizo::synthesis::Format;
use std::path::{Path, PathBuf};

/// What `--out` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The file; none is stdout.
    pub(super) path: Option<PathBuf>,
    /// What is written.
    pub(super) format: Format,
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

    /// Refuses the ending of a format that is not written; a file without an ending is CSV.
    pub(super) fn check_ending(&self) -> Result<()> {
        let ending = self.path.as_deref().and_then(|path| Some((path, path.extension()?)));
        let Some((path, ending)) = ending else { return Ok(()) };
        let known = ["csv", "gz", "parquet"].iter().any(|known| ending.eq_ignore_ascii_case(known));
        match known || is_device(path) {
            true => Ok(()),
            false => Err(Error::Usage(format!(
                "--out {}: the ending says how patients are written; name it .csv, .csv.gz or \
                 .parquet",
                path.display()
            ))),
        }
    }
}

/// Whether it is there and no file: `/dev/null`, a pipe.
fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|of| !of.is_file() && !of.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_that_are_no_format_are_refused() {
        let target = |name: &str| Target::of(Some(Path::new(name)), false, false).unwrap();
        for name in ["x.txt", "x.csv.zip", "x.xlsx", "x.json"] {
            let error = target(name).check_ending().unwrap_err().to_string();
            assert!(error.contains(".csv, .csv.gz or .parquet"), "{error}");
        }
        for name in ["x", "x.csv", "x.CSV.GZ", "no.such/x"] {
            assert!(target(name).check_ending().is_ok(), "{name}");
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
