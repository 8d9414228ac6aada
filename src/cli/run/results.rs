//! What a run writes, file by file.

use super::gates::{Gates, worst_auc};
use crate::cli::folder::Folder;
use crate::cli::origin::{file_name, input_file, known};
use ground::checksum::sha256;
use ground::error::Result;
use judge::evaluation::{Audit, InputFile, Role};
use mellizo::synthesis::{Cohort, Judgement, Known, Model, RunRecord, curves};
use report::distributions::distributions_svg;
use report::kept_relations;
use report::scores::scores_markdown;
use report::training::training_svg;
use std::path::{Path, PathBuf};
use table::formula::FormulaGuard;
use table::relations::Kept;
use table::{Table, bundled};
use training::gan::{Trained, write_history};

/// Where the results go, and which of them are asked for.
pub(in crate::cli) struct Output {
    /// The folder.
    pub(in crate::cli) out: PathBuf,
    /// Every file that may be written to it.
    pub(in crate::cli) files: &'static [&'static str],
    /// Whether to overwrite an earlier run.
    pub(in crate::cli) force: bool,
    pub(in crate::cli) guard: FormulaGuard,
    /// The user's own cohort, if any.
    pub(in crate::cli) data: Option<PathBuf>,
    /// Whether to judge the synthetic patients.
    pub(in crate::cli) evaluation: bool,
    /// Minutes for shadow models.
    pub(in crate::cli) audit_minutes: Option<f64>,
    /// What has to be proved.
    pub(in crate::cli) gates: Gates,
}

/// What came of a judgement.
#[derive(Default)]
pub(super) struct Judged {
    /// A part of the summary.
    pub(super) scores: String,
    /// The highest AUC of membership inference.
    pub(super) auc: Option<f64>,
}

/// The training behind a model that was just trained.
pub(in crate::cli) fn trained(model: &Model) -> &Trained {
    model.trained().expect("a model that was just trained")
}

/// A folder that is ready for the results.
pub(in crate::cli) struct Results {
    pub(super) output: Output,
    folder: Folder,
}

impl Results {
    /// Makes the folder. Errors when there are files in it, unless they may be overwritten.
    pub(super) fn prepare(output: Output) -> Result<Self> {
        let folder = Folder::prepare(&output.out, output.files, output.force)?
            .withholding(output.gates.withhold())?;
        Ok(Self { output, folder })
    }

    /// The path of a file.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.file(name)
    }

    /// Writes a text.
    pub(in crate::cli) fn write(&self, name: &str, text: &str) -> Result<()> {
        self.folder.write(name, |out| out.write_all(text.as_bytes()))
    }

    /// Lets what was made into `share` if the gates are passed.
    pub(super) fn release(&self, auc: Option<f64>) -> Result<()> {
        if let Err(error) = self.output.gates.attacks(auc) {
            let folder = self.folder.withheld_in();
            say!("nothing is in share; what was made is in {}", folder.display());
            return Err(error);
        }
        self.folder.release()
    }

    /// The cohort, the model and the course of training, in place of those of an earlier run.
    pub(super) fn save(&self, cohort: &Cohort, model: &Model) -> Result<()> {
        self.folder.clear()?;
        self.write_table("private/cohort.csv", cohort.table())?;
        if let Some(holdout) = cohort.holdout() {
            self.write_table("private/holdout.csv", holdout)?;
        }
        model.save(&self.folder.file("private/model.safetensors"))?;
        let trained = trained(model);
        self.folder.write("share/history.csv", |out| {
            write_history(&trained.history, out).map_err(Into::into)
        })?;
        self.write("share/training.svg", &training_svg(&curves(model.recipe(), trained)))
    }

    /// The synthetic patients and the picture of their columns.
    pub(super) fn write_synthetic(&self, cohort: &Cohort, synthetic: &Table) -> Result<()> {
        self.write_table("share/synthetic.csv", synthetic)?;
        self.write("share/distributions.svg", &distributions_svg(cohort.table(), synthetic))
    }

    /// The relations that the synthetic patients keep.
    pub(super) fn write_relations(&self, model: &Model, kept: &Kept) -> Result<()> {
        let found = [model.relations(), model.relations_given_up()];
        self.write("share/relations.md", &kept_relations::markdown(found, model.schema(), kept))
    }

    fn write_table(&self, name: &str, table: &Table) -> Result<()> {
        self.folder.write(name, |out| table.write_with(out, self.output.guard))
    }

    /// Judges the synthetic patients and writes the reports; nothing where no judgement is asked
    /// for.
    pub(super) fn judge(
        &self,
        cohort: &Cohort,
        model: &Model,
        synthetic: &Table,
        record: &RunRecord,
        audit: Option<Audit>,
    ) -> Result<Judged> {
        if !self.output.evaluation {
            return Ok(Judged::default());
        }
        say!("judging the synthetic patients");
        let known = Known { audit, ..known(self.files(cohort)?) };
        let name = file_name(cohort.name());
        let judged = Judgement::of_run(&name, (cohort, model), synthetic, Some(record), known);
        self.write("share/report.json", &judged.json())?;
        self.write("share/report.html", &judged.share_html())?;
        self.write("private/report.html", &judged.private_html())?;
        let scores = format!("\n{}", scores_markdown(&judged.evaluation));
        Ok(Judged { scores, auc: worst_auc(&judged.evaluation) })
    }

    /// What was read, and what was made of it.
    fn files(&self, cohort: &Cohort) -> Result<Vec<InputFile>> {
        let real = match &self.output.data {
            Some(path) => input_file(Role::Real, path)?,
            None if cohort.name() == Path::new(bundled::NAME) => InputFile {
                role: Role::Real,
                name: bundled::NAME.to_owned(),
                sha256: sha256(&[bundled::CSV]),
            },
            None => input_file(Role::Real, &self.folder.file("private/cohort.csv"))?,
        };
        let synthetic = self.folder.file("share/synthetic.csv");
        let mut files = vec![real, input_file(Role::Synthetic, &synthetic)?];
        if cohort.holdout().is_some() {
            files.push(input_file(Role::Holdout, &self.folder.file("private/holdout.csv"))?);
        }
        Ok(files)
    }
}
