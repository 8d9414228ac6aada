//! Synthetic patients judged by real ones, and the pages that show it.

use super::{Cohort, Known, Model, Options, RunRecord, curves, evaluate_known};
use judge::evaluation::Evaluation;
use report::html::{ReportInput, private_html, share_html};
use report::json::report_json;
use report::pair::Tables;
use report::training::TrainingCurves;
use table::Table;
use table::clean::Cleaning;

/// An evaluation with everything that its reports show.
pub struct Judgement<'a> {
    /// What was measured.
    pub evaluation: Evaluation,
    name: String,
    tables: Tables<'a>,
    curves: Option<TrainingCurves>,
    cleaning: Option<&'a Cleaning>,
    run: Option<&'a RunRecord>,
}

impl<'a> Judgement<'a> {
    /// Of any two tables; `name` is what reports call the real one.
    pub fn of_tables(
        name: &str,
        (real, synthetic): (&'a Table, &'a Table),
        evaluation: Evaluation,
    ) -> Self {
        let tables = Tables { real, synthetic };
        Self { evaluation, name: name.into(), tables, curves: None, cleaning: None, run: None }
    }

    /// Of patients of a model that was just trained, by its cohort and those that were kept back.
    pub fn of_run(
        name: &str,
        (cohort, model): (&'a Cohort, &Model),
        synthetic: &'a Table,
        run: Option<&'a RunRecord>,
        known: Known,
    ) -> Self {
        let (notes, relations) = (cohort.untrained().to_vec(), cohort.relations());
        let known = Known { notes, relations, ..known };
        let options = Options { seed: cohort.settings().seed, ..Options::default() };
        let (real, holdout) = (cohort.table(), cohort.holdout());
        let evaluation = evaluate_known(real, synthetic, holdout, &options, known);
        Self {
            curves: model.trained().map(|trained| curves(model.recipe(), trained)),
            cleaning: Some(cohort.cleaning()),
            run,
            ..Self::of_tables(name, (real, synthetic), evaluation)
        }
    }

    /// The report that may be passed on.
    pub fn share_html(&self) -> String {
        share_html(&self.input())
    }

    /// The owner's report, with pictures of real patients.
    pub fn private_html(&self) -> String {
        private_html(&self.input())
    }

    /// The scores as JSON.
    pub fn json(&self) -> String {
        report_json(&self.evaluation, self.run)
    }

    fn input(&self) -> ReportInput<'_> {
        ReportInput {
            training: self.curves.as_ref(),
            cleaning: self.cleaning,
            run: self.run,
            ..ReportInput::new(&self.name, self.tables, &self.evaluation)
        }
    }
}
