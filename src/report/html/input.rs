//! What a report is made of.

use crate::pair::Tables;
use crate::run_record::RunRecord;
use crate::training::TrainingCurves;
use judge::evaluation::Evaluation;
use table::clean::Cleaning;

/// Everything that a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// What the real table is called in the heading, such as the name of its file.
    pub cohort: &'a str,
    /// The real patients (those trained on) and the synthetic ones, with the same columns.
    pub tables: Tables<'a>,
    /// What was measured of them.
    pub evaluation: &'a Evaluation,
    /// The course of training, where this program trained the generator.
    pub training: Option<&'a TrainingCurves>,
    /// What the missing-value rules dropped before training.
    pub cleaning: Option<&'a Cleaning>,
    /// The run, where this program trained the generator.
    pub run: Option<&'a RunRecord>,
    /// Epsilon and delta of the private recipe that made the synthetic patients, if one did.
    pub budget: Option<[f64; 2]>,
}

impl<'a> ReportInput<'a> {
    /// A report on tables of which nothing more is known.
    pub fn new(cohort: &'a str, tables: Tables<'a>, evaluation: &'a Evaluation) -> Self {
        Self { cohort, tables, evaluation, training: None, cleaning: None, run: None, budget: None }
    }
}
