//! What a private run is given, and what it refuses before anything is spent.

use crate::cli::args::RunOptions;
use crate::cli::folder::{Folder, RELEASE_FILES};
use ground::error::{Error, Result};
use mellizo::synthesis::Read;
use mellizo::synthesis::private::{Budget, PublicTable};
use std::path::PathBuf;
use table::{Table, bundled};

/// The table, its two parts, and what is public of it.
pub(super) struct Patients {
    pub(super) read: Read,
    pub(super) public: PublicTable,
    pub(super) training: Table,
    pub(super) holdout: Option<Table>,
}

/// What may be spent.
pub(super) fn budget(options: &RunOptions) -> Result<Budget> {
    let Some(epsilon) = options.privacy.epsilon else {
        let problem = "a private recipe needs --epsilon E: how much a patient may show (1 is strict, \
                       3 usual, 10 weak)";
        return Err(Error::Usage(problem.into()));
    };
    Budget::new(epsilon, options.privacy.delta).map_err(Error::Usage)
}

/// Refuses options that a private run cannot keep.
pub(super) fn check(options: &RunOptions) -> Result<()> {
    let refuse = |problem: &str| Err(Error::Usage(problem.into()));
    if options.data.is_some() && options.schema.is_none() {
        return refuse(
            "a private recipe needs --schema FILE: kinds, levels and ranges must not be taken from \
             patients; `mellizo schema --public TABLE` prints a form",
        );
    }
    if options.audit_minutes.is_some() {
        return refuse("--audit-minutes is for recipes without a guarantee");
    }
    if options.patient.is_some() {
        return refuse(
            "--patient with a private recipe: its guarantee is for one row; make one row of every \
             patient first",
        );
    }
    Ok(())
}

pub(super) fn patients(options: &RunOptions) -> Result<Patients> {
    let data = options.data.as_deref();
    data.map_or(Ok(()), |data| Folder::spare(&options.out, RELEASE_FILES, data))?;
    let read = super::super::reading(options).table()?;
    if read.patients.is_some() {
        let problem = "the schema's `patient` with a private recipe: its guarantee is for one row; \
                       make one row of every patient first";
        return Err(Error::Usage(problem.into()));
    }
    let file = options.schema.clone().unwrap_or_else(|| PathBuf::from(bundled::NAME));
    let public = PublicTable::of(&read.table.schema, &file)?;
    let (training, holdout) = match options.holdout {
        None => (read.table.clone(), None),
        Some(fraction) => {
            let (training, holdout) = read.table.keep_each_back(fraction, options.seed);
            (training, Some(holdout))
        }
    };
    Ok(Patients { read, public, training, holdout })
}
