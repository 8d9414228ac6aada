//! What a run is asked for, as far as it can be judged before a table is read: `run`, `train` and
//! `check` refuse the same, in the same order.

use super::gates::Gates;
use super::keeping::{Resumed, resumed};
use super::{private, private_plan, recipe};
use crate::cli::args::RunOptions;
use crate::cli::course::Course;
use crate::cli::folder::{Folder, RELEASE_FILES, RUN_FILES};
use crate::cli::recipes::tell_variable;
use ground::error::{Error, Result};
use mellizo::synthesis::Recipe;
use mellizo::synthesis::private::Plan;

/// Options that fit together.
pub(in crate::cli) struct Asked {
    /// The recipe, with what options and environment change in it.
    pub(in crate::cli) recipe: Recipe,
    /// How a private recipe uses its budget; none of another recipe.
    pub(in crate::cli) plan: Option<Plan>,
    pub(in crate::cli) gates: Gates,
    /// Where the run goes on.
    pub(in crate::cli) resumed: Option<Resumed>,
}

impl Asked {
    /// Errors: whatever in the options a run refuses before it reads its table; a training makes no
    /// `samples`.
    pub(in crate::cli) fn of(options: &RunOptions, samples: bool) -> Result<Self> {
        if options.audit_minutes.is_some() && !samples {
            let problem = "--audit-minutes is for `mellizo run`: without synthetic patients there \
                           is no report";
            return Err(Error::Usage(problem.into()));
        }
        tell_variable();
        let (recipe, plan) = (recipe(options)?, private_plan(options)?);
        if let Some(plan) = &plan {
            private::refuse(options)?;
            let rows = recipe.training().batch_rows(plan.surrogate);
            let wrong = |problem| Error::Usage(format!("recipe {}: {problem}", recipe.name()));
            rows.map_err(wrong)?;
        }
        let gates = Gates::of(options, samples)?;
        if plan.is_none() {
            gates.guarantee(None)?;
        }
        let files = if plan.is_some() { RELEASE_FILES } else { RUN_FILES };
        let data = options.data.as_deref();
        data.map_or(Ok(()), |data| Folder::spare(&options.out, files, data))?;
        let resumed = resumed(options)?;
        let asked = Self { recipe, plan, gates, resumed };
        Course::check(options, asked.after())?;
        Ok(asked)
    }

    /// The steps after which the run goes on.
    pub(in crate::cli) fn after(&self) -> Option<usize> {
        self.resumed.as_ref().map(|(checkpoint, _)| checkpoint.position()[1])
    }
}
