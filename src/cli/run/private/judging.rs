//! The judgement of private patients by real ones, for their owner.

use super::Private;
use crate::cli::origin::{file_name, input_file, known};
use crate::cli::run::gates::worst_auc;
use ground::error::Result;
use judge::evaluation::{Evaluation, Role};
use mellizo::synthesis::{Known, Options, evaluate_known};
use report::html::{ReportInput, private_html};
use report::json::report_json;
use report::pair::Tables;
use table::Table;

impl Private<'_> {
    /// What is measured on patients, for the owner alone.
    pub(super) fn judge(&mut self, synthetic: &Table) -> Result<()> {
        say!("judging the synthetic patients, for private/report.html alone");
        let evaluation = self.evaluation(synthetic)?;
        self.auc = worst_auc(&evaluation);
        let name = file_name(&self.patients.read.name);
        let real = &self.patients.training;
        let tables = Tables { real, synthetic };
        let budget = Some([self.budget.epsilon, self.budget.delta]);
        let report = ReportInput { budget, ..ReportInput::new(&name, tables, &evaluation) };
        self.write("private/report.html", &private_html(&report))?;
        self.write("private/report.json", &report_json(&evaluation, None))
    }

    fn evaluation(&self, synthetic: &Table) -> Result<Evaluation> {
        let file = self.folder.file("share/synthetic.csv");
        let mut files = vec![
            input_file(Role::Real, &self.folder.file("private/cohort.csv"))?,
            input_file(Role::Synthetic, &file)?,
        ];
        let holdout = self.patients.kept_back();
        if holdout.is_some() {
            files.push(input_file(Role::Holdout, &self.folder.file("private/holdout.csv"))?);
        }
        let known = Known { notes: self.warnings.clone(), ..known(files) };
        let options = Options { seed: self.options.seed, ..Options::default() };
        Ok(evaluate_known(&self.patients.training, synthetic, holdout, &options, known))
    }
}
