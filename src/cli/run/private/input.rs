//! What a private run is given, and what it refuses before anything is spent.

use crate::cli::args::RunOptions;
use crate::cli::run::reading;
use ground::error::{Error, Result};
use mellizo::synthesis::Read;
use mellizo::synthesis::private::PublicTable;
use std::path::PathBuf;
use table::{Table, bundled};

/// The table, its two parts, and what is public of it.
pub(in crate::cli) struct Patients {
    pub(in crate::cli) read: Read,
    pub(in crate::cli) public: PublicTable,
    pub(in crate::cli) training: Table,
    pub(in crate::cli) holdout: Option<Table>,
}

/// Patients that can be judged at least.
const FEWEST: usize = 10;

impl Patients {
    /// Whether there are enough to judge synthetic ones by.
    pub(in crate::cli) fn are_enough(&self) -> bool {
        self.training.rows() >= FEWEST
    }

    /// Those kept back, if there are enough to judge by.
    pub(super) fn kept_back(&self) -> Option<&Table> {
        self.holdout.as_ref().filter(|table| table.rows() >= FEWEST)
    }
}

/// The epsilon that is asked for.
pub(super) fn epsilon(options: &RunOptions) -> Result<f64> {
    options.privacy.epsilon.ok_or_else(|| {
        let problem = "a private recipe needs --epsilon E: how much a patient may show (1 is strict, \
                       3 usual, 10 weak)";
        Error::Usage(problem.into())
    })
}

/// Refuses options that a private run cannot keep.
pub(in crate::cli::run) fn refuse(options: &RunOptions) -> Result<()> {
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
    if options.privacy.release.is_none() && options.keeping.resume.is_none() {
        epsilon(options)?;
    }
    if options.patient.is_some() {
        return refuse(
            "--patient with a private recipe: its guarantee is for one row; make one row of every \
             patient first",
        );
    }
    Ok(())
}

/// Reads the table by its schema alone, so that no row changes how another one is read.
pub(super) fn patients(options: &RunOptions) -> Result<Patients> {
    let read = reading(options).by_schema_alone().table()?;
    if read.patients.is_some() {
        let problem = "the schema's `patient` with a private recipe: its guarantee is for one row; \
                       make one row of every patient first";
        return Err(Error::Usage(problem.into()));
    }
    let file = options.schema.clone().unwrap_or_else(|| PathBuf::from(bundled::NAME));
    let given = read.given.as_ref().expect("a private run has a schema");
    let public = PublicTable::of(given, &file)?.with_targets(&options.privacy.targets)?;
    let (training, holdout) = match options.holdout {
        None => (read.table.clone(), None),
        Some(fraction) => {
            let (training, holdout) = read.table.keep_each_back(fraction, options.seed);
            (training, Some(holdout))
        }
    };
    Ok(Patients { read, public, training, holdout })
}
