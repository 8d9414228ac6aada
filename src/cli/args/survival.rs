//! Which columns tell about survival: the same options for every command that judges by them.

use clap::Args;
use mellizo::synthesis::SurvivalColumns;

const HEADING: &str = "Survival";

#[derive(Clone, Debug, Default, Args)]
pub struct SurvivalOptions {
    /// The column that says how long each patient was followed: compares survival (with --event);
    /// the schema's `time` if left out.
    #[arg(long, help_heading = HEADING, value_name = "COLUMN")]
    pub time: Option<String>,
    /// The column that says whether the event came then; COLUMN=VALUE where the value that is the
    /// event is neither 1 nor a yes; the schema's `event` if left out.
    #[arg(long, help_heading = HEADING, value_name = "COLUMN[=VALUE]")]
    pub event: Option<String>,
    /// The column of levels by which survival curves are also drawn one by one, such as the arm of
    /// a trial; the schema's `strata` if left out.
    #[arg(long, help_heading = HEADING, value_name = "COLUMN")]
    pub strata: Option<String>,
}

impl SurvivalOptions {
    /// The columns that are named.
    pub fn columns(&self) -> SurvivalColumns {
        let Self { time, event, strata } = self.clone();
        SurvivalColumns { time, event, strata }
    }
}
