//! `mellizo simulate`: the stand-in cohort as CSV, with its schema beside it.

use super::args::SimulateOptions;
use crate::clinical::simulate;
use crate::error::{Error, Place, Result};
use crate::whole_file::{self, Readers};
use std::path::Path;

/// Writes the cohort to `--out` and its schema to the same name ending in `.toml`.
pub(super) fn simulate(options: &SimulateOptions) -> Result<()> {
    let schema = options.out.with_extension("toml");
    if schema == options.out {
        let problem = format!("--out {:?} would be overwritten by its schema; end it in .csv", options.out);
        return Err(Error::Usage(problem));
    }
    [&options.out, &schema].into_iter().try_for_each(|path| vacant(path, options.force))?;
    let cohort = simulate::cohort(options.seed);
    whole_file::write(&options.out, Readers::Umask, |out| cohort.write(out))?;
    whole_file::write(&schema, Readers::Umask, |out| out.write_all(simulate::SCHEMA.as_bytes()))?;
    let (patients, missing) = (cohort.rows(), cohort.missing());
    let (out, schema) = (options.out.display(), schema.display());
    eprintln!("{out}: {patients} made-up patients, {missing} missing cells; schema {schema}");
    Ok(())
}

fn vacant(path: &Path, force: bool) -> Result<()> {
    if force || !path.exists() {
        return Ok(());
    }
    let remedy = "choose another with --out FILE, or overwrite with --force";
    Err(Error::input(Place::file(path), "the file exists", remedy))
}
