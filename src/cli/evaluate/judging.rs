//! The one path from tables to scores and reports, for `run`, `reproduce` and `evaluate`.

use super::facts::Provenance;
use ground::error::Result;
use ground::whole_file::{self, Readers};
use judge::evaluation::{Evaluation, Options, evaluate};
use report::html::{ReportInput, private_html, share_html};
use report::json::report_json;
use report::pair::Tables;
use report::training::TrainingCurves;
use std::path::Path;
use std::time::Instant;
use table::Table;
use table::clean::Cleaning;

/// A judged synthetic table.
pub(in crate::cli) struct Judged<'a> {
    tables: Tables<'a>,
    /// The scores, with facts and notes.
    pub(in crate::cli) evaluation: Evaluation,
}

/// Judges a synthetic table beside the real one that it was made of.
/// `notes` come before those of the evaluation.
pub(in crate::cli) fn judge<'a>(
    [real, synthetic]: [&'a Table; 2],
    holdout: Option<&Table>,
    seed: u64,
    provenance: Provenance,
    notes: Vec<String>,
) -> Judged<'a> {
    let start = Instant::now();
    let mut evaluation =
        evaluate(real, synthetic, holdout, &Options { seed, ..Options::default() });
    evaluation.notes.splice(0..0, notes);
    evaluation.facts = provenance.facts(start.elapsed().as_secs_f64());
    Judged { tables: Tables { real, synthetic }, evaluation }
}

impl<'a> Judged<'a> {
    /// `report.json`.
    pub(in crate::cli) fn json(&self) -> String {
        report_json(&self.evaluation)
    }

    /// The two reports. `cohort` is what the real table is called in the heading.
    pub(in crate::cli) fn report<'b>(
        &'b self,
        cohort: &'b str,
        training: Option<&'b TrainingCurves>,
        cleaning: Option<&'b Cleaning>,
    ) -> Report<'b> {
        let (tables, evaluation) = (self.tables, &self.evaluation);
        Report(ReportInput { cohort, tables, evaluation, training, cleaning })
    }
}

/// What a report is made of.
pub(in crate::cli) struct Report<'a>(ReportInput<'a>);

impl Report<'_> {
    /// The page that may be passed on.
    pub(in crate::cli) fn share(&self) -> String {
        share_html(&self.0)
    }

    /// The owner's page.
    pub(in crate::cli) fn private(&self) -> String {
        private_html(&self.0)
    }
}

/// Writes a result whole or not at all, for its owner only if it is about single patients.
pub(super) fn write(path: &Path, private: bool, text: &str) -> Result<()> {
    let readers = if private { Readers::Owner } else { Readers::Umask };
    whole_file::write(path, readers, |out| out.write_all(text.as_bytes()))
}
