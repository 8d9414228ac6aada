//! `mellizo simulate`: the stand-in cohort as CSV, with its schema beside it.

use super::args::SimulateOptions;
use clinical::simulate::{self, export::export};
use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers};
use std::path::Path;

/// Writes the cohort to `--out` and its schema to the same name ending in `.toml`; with `--raw` the
/// export and the rules that clean it.
pub(super) fn simulate(options: &SimulateOptions) -> Result<()> {
    let beside = options.out.with_extension("toml");
    if beside == options.out {
        let problem = format!(
            "--out {:?} would be overwritten by the .toml beside it; end it in .csv",
            options.out
        );
        return Err(Error::Usage(problem));
    }
    [&options.out, &beside].into_iter().try_for_each(|path| vacant(path, options.force))?;
    let (out, with) = (options.out.display(), beside.display());
    let (toml, report) = if options.raw {
        let export = export(options.seed);
        whole_file::write(&options.out, Readers::Umask, |out| export.write(out))?;
        let size =
            format!("{} made-up patients x {} columns", export.rows.len(), export.header.len());
        (simulate::RULES, format!("{out}: {size}, to be cleaned with --rules {with}"))
    } else {
        let cohort = simulate::cohort(options.seed);
        whole_file::write(&options.out, Readers::Umask, |out| cohort.write(out))?;
        let (patients, missing) = (cohort.rows(), cohort.missing());
        (
            simulate::SCHEMA,
            format!("{out}: {patients} made-up patients, {missing} missing cells; schema {with}"),
        )
    };
    whole_file::write(&beside, Readers::Umask, |out| out.write_all(toml.as_bytes()))?;
    say!("{report}");
    Ok(())
}

fn vacant(path: &Path, force: bool) -> Result<()> {
    if force || !path.exists() {
        return Ok(());
    }
    let remedy = "choose another with --out FILE, or overwrite with --force";
    Err(Error::input(Place::file(path), "the file exists", remedy))
}
